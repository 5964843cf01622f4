"""What is odd about who looked for whom. Pure: names in, a kind of concern out."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sentinel.kernel.names import normalise_name, same_family_name

SELF, COLLEAGUE, ADDRESS, SURNAME, MASS, TRIED = "self", "colleague", "address", "surname", "mass", "tried"
# In the order in which the auditor reads them.
KINDS = {
    SELF: "Themselves",
    COLLEAGUE: "A colleague",
    ADDRESS: "Somebody at their own address",
    SURNAME: "Somebody of their own surname",
    MASS: "Very many people",
    TRIED: "Very many things tried",
}


def words_of(name: str) -> tuple[str, str]:
    """First and last word of a name, normalised; two empty ones for a name of fewer than two."""
    words = normalise_name(name).split()
    return (words[0], words[-1]) if len(words) > 1 else ("", "")


def same_name(one: str, other: str) -> bool:
    """Whether two full names have the same first and last word."""
    first = words_of(one)
    return first != ("", "") and first == words_of(other)


def concern(
    searcher: str, email: str, names: Iterable[str], emails: Collection[str], colleagues: Iterable[tuple[str, str]], shares_address: bool
) -> str | None:  # fmt: skip
    """Of what kind it is that somebody (by the name and address of their account) was shown a person of these names and email
    addresses: SELF, COLLEAGUE (of `colleagues`, by name and address), ADDRESS, SURNAME, or None for nothing odd."""
    said = list(names)
    if email.casefold() in emails or any(same_name(searcher, name) for name in said):
        return SELF
    if any(
        other_email.casefold() in emails or any(same_name(other, name) for name in said)
        for other, other_email in colleagues
    ):
        return COLLEAGUE
    if shares_address:
        return ADDRESS
    own = words_of(searcher)[1]
    if own and any((last := words_of(name)[1]) and same_family_name(own, last) for name in said):
        return SURNAME
    return None
