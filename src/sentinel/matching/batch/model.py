"""The model of the comparison of all persons: what is compared and on which levels, which pairs are compared at all, how a level
weighs, and where the cut-offs lie. Pure, and the same for every backend: the conditions are SQL that all of them read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from sentinel.kernel.errors import Invalid

FORMAT: Final = 1
# A pair is proposed where it is more likely one person's than not; a group begins where it is a thousand times likelier.
PAIR_BITS: Final = 0.0
GROUP_BITS: Final = 10.0
# A group of more persons than this is nobody's: its pairs are shown as ones that may be, and grouped no further.
LARGEST: Final = 10
# Weaker pairs than this are not even kept for working out how many there are.
KEPT_BITS: Final = PAIR_BITS - 10.0
# Fewer persons than this teach nothing that the weights that come with Sentinel do not know better.
FEWEST_TO_LEARN: Final = 5_000
# Weights are learnt anew when they are older than this; or when somebody asks.
DAYS_KEPT: Final = 90
START: Final = "batch-1.json"


@dataclass(frozen=True)
class Level:
    """One way in which two values agree: `condition` is SQL over `<column>_l` and `<column>_r`; `rarity` the column of which a rare
    value that both have weighs more."""

    name: str
    condition: str
    rarity: str = ""


@dataclass(frozen=True)
class Comparison:
    """One thing compared, its levels from the strongest on. `null` is the condition under which it says nothing."""

    name: str
    null: str
    levels: tuple[Level, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The levels' names, the strongest first, "different" last."""
        return (*(level.name for level in self.levels), "different")


def _null(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


def _near(column: str, most: int = 1, least: int = 4) -> str:
    return f"levenshtein({column}_l, {column}_r) <= {most} AND length({column}_l) >= {least} AND length({column}_r) >= {least}"


# Two names of the lists that are not forms of one another are two names, however alike: Jane and Jade, Kasia and Basia.
_UNLISTED: Final = "(given_forms_l IS NULL OR given_forms_r IS NULL)"

COMPARISONS: Final = (
    Comparison("given", _null("given"), (
        Level("exact", _same("given"), "given"),
        Level("variant", "given_forms_l LIKE '%|' || given_r || '|%' OR given_forms_r LIKE '%|' || given_l || '|%'"),
        Level("near", f"{_near('given')} AND {_UNLISTED}"),
        Level("sounds", f"{_same('given_sound')} AND {_UNLISTED}"),
        Level("initial", "(length(given_l) = 1 OR length(given_r) = 1) AND substr(given_l, 1, 1) = substr(given_r, 1, 1)"),
    )),
    Comparison("family", _null("family"), (
        Level("exact", _same("family"), "family"),
        Level("near", _near("family")),
        Level("sounds", _same("family_sound")),
        Level("alike", _near("family", 2, 6)),
    )),
    Comparison("birth", _null("born_year"), (
        Level("exact", _same("born")),
        Level("swapped", _same("born_key")),
        Level("one_digit", "levenshtein(born_l, born_r) <= 1"),
        Level("two_digits", "levenshtein(born_l, born_r) <= 2"),
        Level("partial", "(born_l IS NULL OR born_r IS NULL) AND born_year_l = born_year_r"),
        Level("year", _same("born_year")),
    )),
    Comparison("address", _null("postcode"), (
        Level("exact", _same("home"), "home"),
        Level("postcode", _same("postcode"), "postcode"),
        Level("district", _same("district")),
    )),
    Comparison("phone", _null("phone"), (
        Level("exact", _same("phone"), "phone"),
        Level("one_digit", "levenshtein(phone_l, phone_r) <= 1"),
    )),
    Comparison("email", _null("email"), (
        Level("exact", _same("email"), "email"),
        Level("near", _near("email", 2, 8)),
    )),
)  # fmt: skip

# What two must have in common to be compared at all.
CANDIDATES: Final = (
    ("given_sound", "family_sound", "born_year"),
    ("both_sounds", "born_key"),
    ("family_sound", "born_key"),
    ("given_sound", "born_key"),
    ("given_sound", "family_sound", "district"),
    ("both_sounds", "postcode"),
    ("postcode", "family_sound"),
    ("postcode", "given_sound"),
    ("postcode", "born_key"),
    ("phone",),
    ("email",),
)
# From which pairs each comparison is learnt: such as have other things in common. No rule of a home or a telephone alone: it would teach
# that people who live together are one.
LEARNT_FROM: Final = (
    ("given_sound", "family_sound", "born_key"),
    ("given_sound", "family_sound", "postcode"),
    ("given_sound", "born_key"),
    ("family_sound", "born_key"),
)


def rule_of(columns: tuple[str, ...]) -> str:
    """A rule as SQL, never of two faces of one person."""
    return " AND ".join([*(f"l.{column} = r.{column}" for column in columns), "l.person <> r.person"])


@dataclass(frozen=True)
class Share:
    """How often a level is seen in two records of one person, and in two strangers'."""

    same: float
    strangers: float

    @property
    def bits(self) -> float:
        """The weight of the level: one bit doubles the odds."""
        return math.log2(self.same / self.strangers)


@dataclass(frozen=True)
class Model:
    """What was learnt: of each comparison its levels' shares, and how many pairs of one person there are for each person.

    `source` says of whom it was learnt and how; `learnt_on` the day (ISO), "" of those that come with Sentinel.
    """

    version: str
    source: str
    shares: Mapping[str, Mapping[str, Share]]
    pairs_a_person: float
    learnt_on: str = ""
    persons: int = 0
    notes: tuple[str, ...] = field(default_factory=tuple)

    def prior(self, faces: int) -> float:
        """How likely two rows drawn by chance are one person's."""
        return min(0.5, max(2 * self.pairs_a_person / max(faces - 1, 1), 1e-15))

    def as_dict(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "format": FORMAT, "version": self.version, "source": self.source, "learnt_on": self.learnt_on, "persons": self.persons,
            "pairs_a_person": self.pairs_a_person, "notes": list(self.notes),
            "comparisons": {
                name: {level: [share.same, share.strangers] for level, share in levels.items()}
                for name, levels in self.shares.items()
            },
        }  # fmt: skip

    def with_pairs(self, pairs_a_person: float) -> Model:
        """The same with another number of pairs for each person."""
        return replace(self, pairs_a_person=pairs_a_person)


def read_model(data: Mapping[str, Any]) -> Model:
    """The model that `as_dict` gave. Raises `Invalid` for one of another format or other levels."""
    try:
        if data["format"] != FORMAT:
            raise Invalid(f"The weights are of format {data['format']}, and {FORMAT} is read.")
        # The database keeps no order of keys: the comparisons do.
        shares: dict[str, dict[str, Share]] = {}
        for one in COMPARISONS:
            levels = data["comparisons"].get(one.name, {})
            if set(levels) != set(one.names):
                raise Invalid(f'The weights of "{one.name}" have other levels than are compared.')
            shares[one.name] = {name: Share(*map(float, levels[name])) for name in one.names}
        return Model(
            version=str(data["version"]), source=str(data["source"]), shares=shares, pairs_a_person=float(data["pairs_a_person"]),
            learnt_on=str(data["learnt_on"]), persons=int(data["persons"]), notes=tuple(data.get("notes", ())),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"The weights cannot be read: {error}.") from error


@cache
def start_model() -> Model:
    """The weights that come with Sentinel."""
    text = files("sentinel.matching").joinpath("weights", START).read_text(encoding="utf-8")
    return read_model(json.loads(text))
