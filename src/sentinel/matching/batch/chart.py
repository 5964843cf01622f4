"""The weights of a run as bars, drawn on the server: the shapes of a drawing, in its own units. Pure; a template writes them as SVG, with
the table that says the same under it."""

from __future__ import annotations

from dataclasses import dataclass

from sentinel.matching.batch.model import COMPARISONS, Model

WIDTH, LEFT, LINE, HEAD, GAP = 480, 150, 15, 18, 8
MOST_BITS = 24.0
WORDS = {
    "given": "First name", "family": "Surname", "birth": "Birth date", "address": "Home", "phone": "Telephone", "email": "Email",
    "exact": "the same", "variant": "another form of it", "near": "a letter differs", "sounds": "sounds the same",
    "initial": "the initial", "alike": "two letters differ", "swapped": "day and month swapped", "one_digit": "a digit differs",
    "two_digits": "two digits differ", "partial": "the year, which is all that is known", "year": "the year alone",
    "postcode": "the postcode", "district": "the same part of town", "different": "different",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One level: its words, its shares, its weight in bits, and its bar."""

    words: str
    same: float
    strangers: float
    bits: float
    x: float
    y: float
    width: float
    at: float

    @property
    def sentence(self) -> str:
        """What the bar says, for who points at it."""
        return f"{self.words}: {self.bits:+.1f} bits"


@dataclass(frozen=True)
class Part:
    """One comparison with its levels."""

    words: str
    y: float
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Chart:
    """The whole drawing."""

    parts: tuple[Part, ...]
    width: int
    height: float
    zero: float

    @property
    def summary(self) -> str:
        """The drawing in a sentence."""
        rows = [(part, row) for part in self.parts for row in part.rows]
        most, least = max(rows, key=lambda one: one[1].bits), min(rows, key=lambda one: one[1].bits)
        return (
            f"most for one person speaks {most[0].words.lower()}, {most[1].words} ({most[1].bits:+.1f} bits), "
            f"most against it {least[0].words.lower()}, {least[1].words} ({least[1].bits:+.1f} bits)"
        )


def weights_chart(model: Model) -> Chart:
    """The weights of every level: to the right what speaks for one person, to the left what speaks against it."""
    scale = (WIDTH - LEFT - 40) / (MOST_BITS + 10)
    zero = LEFT + 10 * scale
    parts, y = [], 4.0
    for one in COMPARISONS:
        head, rows = y + 11, []
        y += HEAD
        for name in one.names:
            share = model.shares[one.name][name]
            bits = share.bits
            drawn = max(-10.0, min(MOST_BITS, bits)) * scale
            rows.append(
                Row(
                    WORDS[name], share.same, share.strangers, bits, round(min(zero, zero + drawn), 1), y,
                    round(max(abs(drawn), 0.5), 1), round(zero + drawn + 4 if drawn >= 0 else zero + 4, 1),
                )
            )  # fmt: skip
            y += LINE
        parts.append(Part(WORDS[one.name], head, tuple(rows)))
        y += GAP
    return Chart(tuple(parts), WIDTH, y, round(zero, 1))
