"""What may be meant by what was typed, and how far off it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from sentinel.places import geometry
from sentinel.places.models import Place
from sentinel.places.queries.postcodes import PostcodeState
from sentinel.places.rules import Address, distance_words, is_like_address

Kind = Literal["place", "street", "house", "corner", "landmark", "postcode"]


@dataclass(frozen=True, slots=True)
class Origin:
    """A point that distances are measured from, WGS84 degrees, and what it is in words: "where the caller lives"."""

    latitude: float
    longitude: float
    words: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that may be meant. `choice` is what a form sends back (operations.place_of_choice makes the place).

    `where` tells it from its namesakes ("near LE16 9, Harborough"). `building` where a flat, or a number with a letter, was
    typed and this is the same number without it: what it is then ("the building"), else "". `metres` from the origin, where one is known.
    """

    choice: str
    kind: Kind
    words: str
    where: str = ""
    latitude: float | None = None
    longitude: float | None = None
    building: str = ""
    metres: int | None = None

    def seen_from(self, origin: Origin | None) -> Candidate:
        """The same with its distance from a point."""
        if origin is None or self.latitude is None or self.longitude is None:
            return self
        away = geometry.metres(origin.latitude, origin.longitude, self.latitude, self.longitude)
        return replace(self, metres=round(away))

    @property
    def away(self) -> str:
        """ "about 400 m away", "about 2.1 km away"; "" where nobody knows."""
        return f"{distance_words(self.metres)} away" if self.metres is not None else ""

    @property
    def label(self) -> str:
        """The words for a choice: what, where, and how far."""
        return ", ".join(part for part in (self.words, self.where, self.away) if part)


@dataclass(frozen=True, slots=True)
class LookUp:
    """What was found. `says` are plain sentences for beside the field; `more` how many streets are not shown.

    `exact` where one known place was typed in full: it comes first, and only the buildings that it is in come after it.
    `postcode` is the whole postcode that was typed, if any, and `state` whether it exists. `measured_from` is what the distances
    are from, in words, where any is said. `whole`: what was typed names one address, that nobody has named before.
    `guessed`: nothing is called what was typed, and these are only spelt nearly so.
    """

    candidates: tuple[Candidate, ...] = ()
    exact: bool = False
    postcode: str = ""
    state: PostcodeState | None = None
    says: tuple[str, ...] = ()
    more: int = 0
    address: Address = field(default_factory=lambda: Address(""))
    measured_from: str = ""
    whole: bool = False
    guessed: bool = False

    @property
    def unlisted(self) -> bool:
        """Whether a street or postcode alone was typed, so that no address was looked for."""
        return not (self.address.number or self.address.name or self.address.unit)

    @property
    def is_like_address(self) -> bool:
        """Whether what was typed looks like an address at all, and not like a name or any other words."""
        return is_like_address(self.address)

    @property
    def only_buildings(self) -> bool:
        """Whether nothing is offered but what the place is in: it stays a place of its own unless somebody says so."""
        return bool(self.candidates) and all(one.building for one in self.candidates)


def candidate_of(place: Place, building: str = "") -> Candidate:
    """A known place as a candidate; `building` says what it is of what was typed."""
    where = ", ".join(
        part for part in (building, place.postcode, place.district.name if place.district else "") if part
    )
    return Candidate(
        f"place:{place.id}", "place", place.line or place.postcode, where, place.latitude, place.longitude, building
    )  # fmt: skip
