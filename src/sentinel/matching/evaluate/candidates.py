"""Which pairs of records are worth comparing: those that have something rare in common, or two things that together are.

Every record has tokens: its words and how they sound, the parts of its birth date, its postcode and so on. A token that few
records have makes pairs by itself; commoner ones do so in twos, and where even that is too many, in threes. So no block is ever larger than
the cap, whatever the file holds, and no rule is written for a file's own columns.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import jellyfish
import numpy as np
import numpy.typing as npt

from sentinel.matching.evaluate.fields import Field
from sentinel.matching.rules.levels import Day, Kind, Name, Value

CAP: Final = 60
_MOST_AT_ONCE: Final = 20_000_000
_BEGINS: Final = 5
Ids = npt.NDArray[np.int64]
# A record's tokens: one tuple for each thing that is said of it. Two tokens of one thing never make a key together.
Tokens = list[tuple[int, ...]]

_metaphone = lru_cache(200_000)(jellyfish.metaphone)
_nysiis = lru_cache(200_000)(jellyfish.nysiis)


def _name_tokens(name: Name) -> Iterator[set[str]]:
    for word in dict.fromkeys((*name.given, *name.family)):
        tokens = {f"w:{word}"}
        if len(word) > 1 and word.isascii():
            tokens |= {f"m:{_metaphone(word)}", f"y:{_nysiis(word)[:6]}"}
        yield tokens


def _text_tokens(kind: Kind, texts: Sequence[str]) -> set[str]:
    tokens: set[str] = set()
    for text in texts:
        tokens.add(text)
        if kind is Kind.EMAIL:
            tokens.add(f"{text.partition('@')[0]}@")
        elif kind is Kind.POSTCODE and len(text) >= _BEGINS:
            tokens |= {text[:-2], text[:-3]}
        elif kind is Kind.PHONE and len(text) > 6:
            tokens |= {f"~{text[-6:]}", f"^{text[:-2]}"}
        elif kind is Kind.TEXT:
            tokens.add(f"{text[:_BEGINS]}~")
        elif kind is Kind.ADDRESS:
            tokens |= set(text.split())
    return tokens


def _value_tokens(field: Field, value: Value) -> Iterator[set[str]]:
    if isinstance(value, Name):
        yield from _name_tokens(value)
    elif isinstance(value, Day):
        year, month, day = value
        whole = {f"{year}-{month}-{day}"} if month and day else set()
        yield whole | {f"{year}-{month}-", f"{year}--{day}", f"-{month}-{day}", f"{year}--"}
    elif value and field.kind is not Kind.CATEGORY:
        yield _text_tokens(field.kind, value)


def tokens_of(fields: Sequence[Field], size: int) -> list[Tokens]:
    """The tokens of every record, as numbers, the same for the same token; tokens that one record alone has are left out."""
    numbers: dict[tuple[int, str], int] = {}
    counts: Counter[int] = Counter()
    records: list[list[set[int]]] = []
    for at in range(size):
        things: list[set[int]] = []
        for place, field in enumerate(fields):
            things += [
                {numbers.setdefault((place, token), len(numbers)) for token in tokens}
                for tokens in _value_tokens(field, field.values[at])
            ]
        for number in set().union(*things) if things else ():
            counts[number] += 1
        records.append(things)
    return [
        [kept for thing in things if (kept := tuple(sorted(one for one in thing if counts[one] > 1)))]
        for things in records
    ]


def pairs_of(fields: Sequence[Field], size: int, cap: int = CAP) -> tuple[Ids, Ids]:
    """The pairs to compare, each once, the lower record first."""
    records = tokens_of(fields, size)
    counts: Counter[int] = Counter()
    for things in records:
        counts.update(token for thing in things for token in thing)
    base = max(counts, default=0) + 1
    single, double = _Keyed(), _Keyed()
    for at, things in enumerate(records):
        for place, thing in enumerate(things):
            for token in thing:
                if counts[token] <= cap:
                    single.add(token, at)
                    continue
                for other in things[place + 1 :]:
                    for second in other:
                        if counts[second] > cap:
                            low, high = (token, second) if token < second else (second, token)
                            double.add(low * base + high, at)
    found = [_blocks(single, size, cap)[0]]
    pairs, large = _blocks(double, size, cap)
    found.append(pairs)
    found.append(_blocks(_thirds(large, records, counts, base, cap), size, cap)[0])
    every = np.unique(np.concatenate(found))
    return every // size, every % size


class _Keyed:
    """Keys with the records that have them: eight bytes each, since there are a hundred for every record."""

    def __init__(self) -> None:
        self._keys = array("q")
        self._records = array("q")

    def add(self, key: int, record: int) -> None:
        self._keys.append(key)
        self._records.append(record)

    def table(self) -> Ids:
        """Rows of a key and a record, sorted, each once."""
        keys, records = (np.frombuffer(some, np.int64) for some in (self._keys, self._records))
        order = np.lexsort((records, keys))
        rows = np.column_stack((keys[order], records[order]))
        return rows[np.r_[True, (rows[1:] != rows[:-1]).any(axis=1)]] if len(rows) else rows


def _thirds(large: Ids, records: Sequence[Tokens], counts: Counter[int], base: int, cap: int) -> _Keyed:
    """Keys of three tokens for the records whose keys of two were too common."""
    keys: dict[tuple[int, int, int], int] = {}
    out = _Keyed()
    for key, at in large.tolist():
        one, two = divmod(key, base)
        for thing in records[at]:
            if one in thing or two in thing:
                continue
            for third in thing:
                if counts[third] > cap:
                    low, mid, high = sorted((one, two, third))
                    out.add(keys.setdefault((low, mid, high), len(keys)), at)
    return out


def _blocks(keyed: _Keyed, size: int, cap: int) -> tuple[Ids, Ids]:
    """All pairs of records within each key that at most `cap` records have, as one number each; and the keys, with their records,
    that more have."""
    nothing = np.empty(0, np.int64)
    table = keyed.table()
    if not len(table):
        return nothing, np.empty((0, 2), np.int64)
    starts = np.flatnonzero(np.r_[True, table[1:, 0] != table[:-1, 0]])
    lengths = np.diff(np.r_[starts, len(table)])
    found: list[Ids] = []
    held = 0
    for length in range(2, cap + 1):
        these = starts[lengths == length]
        if not len(these):
            continue
        members = table[:, 1][these[:, None] + np.arange(length)]
        first, second = np.triu_indices(length, 1)
        pairs = np.unique(members[:, first].ravel() * size + members[:, second].ravel())
        found.append(pairs)
        held += len(pairs)
        if held > _MOST_AT_ONCE:
            found = [np.unique(np.concatenate(found))]
            held = len(found[0])
    every = np.unique(np.concatenate(found)) if found else nothing
    over = np.repeat(lengths > cap, lengths)
    return every[every // size != every % size], table[over]
