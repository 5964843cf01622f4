"""How much each agreement weighs: Fellegi and Sunter's weights, with how rare a value is, and a third possibility beside "the
same person" and "strangers": two people of one household or street.

Weights are learnt without labels and kept as a versioned file. A weight is in bits: one bit doubles the odds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sentinel.kernel.errors import Invalid
from sentinel.matching.rules.levels import PARTS, UNKNOWN, WORD_LEVELS, Kind, Seen, are_two_names

FORMAT: Final = 1
# The most that the rarity of a shared value may add or take, in bits.
RARITY_MOST: Final = 8.0
_FAR: Final = 60.0
_NEAR_NAME: Final = WORD_LEVELS.index("near")


@dataclass(frozen=True)
class PartWeights:
    """What was learnt of one part of a field: how often each level is seen in two records of one person (`same`), of two
    strangers (`strangers`) and of two people who live together or are family (`related`). `shared` says that such people may have it in
    common; where not, `related` is as `strangers`, but for a birth, which twins share."""

    name: str
    kind: Kind
    levels: tuple[str, ...]
    same: tuple[float, ...]
    strangers: tuple[float, ...]
    related: tuple[float, ...]
    shared: bool

    @cached_property
    def bits(self) -> tuple[float, ...]:
        """The weight of each level for being the same person rather than strangers."""
        return tuple(math.log2(m / u) for m, u in zip(self.same, self.strangers, strict=True))

    @cached_property
    def related_bits(self) -> tuple[float, ...]:
        """The weight of each level for being related rather than strangers."""
        return tuple(math.log2(h / u) for h, u in zip(self.related, self.strangers, strict=True))

    def rarity_bits(self, frequency: float) -> float:
        """What a shared value adds by being rarer than values of this part are on average, or takes by being commoner."""
        if frequency <= 0:
            return 0.0
        return max(-RARITY_MOST, min(RARITY_MOST, math.log2(self.strangers[-1] / frequency)))


@dataclass(frozen=True)
class Weighed:
    """The weight of a pair in bits for one person against anything else, and what each part gave."""

    bits: float
    parts: Mapping[str, float]

    @property
    def chance(self) -> float:
        """How likely it is that they are one person, by the model."""
        return 1 / (1 + math.exp2(-max(-_FAR, min(_FAR, self.bits))))


@dataclass(frozen=True)
class Weights:
    """All that is needed to weigh a pair. `prior` is the share of one person's pairs among all pairs of records, `prior_related` that of
    related people's."""

    version: str
    source: str
    prior: float
    prior_related: float
    parts: tuple[PartWeights, ...]

    def weigh(self, seen: Sequence[Seen], rarity: Callable[[str, str], float | None]) -> Weighed:
        """Weigh a pair by what was seen of each part, in the order of `parts`; `rarity(part, value)` is the share of records that
        have a value, None where it is not known."""
        same, related = math.log2(self.prior), math.log2(max(self.prior_related, 2.0**-_FAR))
        found: dict[str, float] = {}
        for part, one in zip(self.parts, seen, strict=True):
            if one.level == UNKNOWN:
                continue
            frequency = rarity(part.name, one.value) if one.value else None
            rare = part.rarity_bits(frequency) if frequency else 0.0
            found[part.name] = part.bits[one.level] + rare
            same += found[part.name]
            related += part.related_bits[one.level] + (rare if part.shared else 0.0)
        return Weighed(same - math.log2(1 + math.exp2(max(-_FAR, min(200.0, related)))), found)

    def to_json(self) -> str:
        """The versioned file."""
        return json.dumps(
            {
                "format": FORMAT,
                "version": self.version,
                "source": self.source,
                "prior": self.prior,
                "prior_related": self.prior_related,
                "parts": [
                    {
                        "name": part.name,
                        "kind": part.kind.value,
                        "shared": part.shared,
                        "levels": {
                            level: [round(value, 9) for value in values]
                            for level, *values in zip(
                                part.levels, part.same, part.strangers, part.related, strict=True
                            )
                        },
                    }
                    for part in self.parts
                ],
            },
            indent=1,
        )


def read_weights(text: str) -> Weights:
    """The weights of a versioned file. Raises `Invalid` for another format, or levels that the comparisons do not have."""
    try:
        data: dict[str, Any] = json.loads(text)
        if data["format"] != FORMAT:
            raise Invalid(f"The weights are of format {data['format']}, and {FORMAT} is read.")
        return Weights(
            str(data["version"]),
            str(data["source"]),
            float(data["prior"]),
            float(data["prior_related"]),
            tuple(_part(part) for part in data["parts"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"The file of weights cannot be read: {error}.") from error


def _part(data: dict[str, Any]) -> PartWeights:
    kind = Kind(data["kind"])
    levels = tuple(data["levels"])
    if levels not in [known for _, known in PARTS[kind]]:
        raise Invalid(f'The weights of "{data["name"]}" have other levels than are compared.')
    same, strangers, related = zip(*data["levels"].values(), strict=True)
    return PartWeights(
        data["name"], kind, levels, tuple(same), tuple(strangers), tuple(related), bool(data["shared"])
    )


def is_another_first_name(given: Seen) -> bool:
    """Whether two first names are other names and no slips of one: they are nothing alike, or spelt alike where both are names (Kasia,
    Basia)."""
    return given.level == 0 or (0 < given.level <= _NEAR_NAME and are_two_names(*given.words))


def may_be_twins(given: Seen, family: Seen, birth: Seen, *, same_births: Collection[int]) -> bool:
    """Whether two have a family name and a birth date in common and other first names, as twins have, wherever they live. `same_births` are
    the levels of a birth that may be the same day, for one that was misheard is no less a twin's."""
    return family.level >= _NEAR_NAME and birth.level in same_births and is_another_first_name(given)


def is_other_of_household(
    given: Seen, family: Seen, birth: Seen, one_home: bool, *, same_births: Collection[int]
) -> bool:
    """The household rule: the same family name, birth date and home or telephone (`one_home`) with other first names are two people
    (twins; or one who gives a brother's particulars).

    Where weights are all there is, nobody is called the same against this; whoever asks may find otherwise.
    """
    return one_home and may_be_twins(given, family, birth, same_births=same_births)
