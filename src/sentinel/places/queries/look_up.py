"""From what was typed to the places that may be meant. A street name that many streets bear gets a choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid
from sentinel.places import geometry
from sentinel.places.models import Place, Postcode
from sentinel.places.queries.candidates import Candidate, LookUp, Origin, candidate_of
from sentinel.places.queries.landmarks import listed, listed_like
from sentinel.places.queries.nearly import written_nearly
from sentinel.places.queries.postcodes import PostcodeState, postcode_state
from sentinel.places.queries.streets import SHOWN, corners_of, streets_like, streets_of
from sentinel.places.rules import Address, buildings_of, place_key, read_address, what_of

# Said where nothing is found. Neither says that nothing is known of a street or postcode: that is not told.
NOT_WRITTEN: Final = (
    "No address on file is written like this. Others in the same street or postcode are not listed."
)
WRITTEN_NEARLY: Final = (
    "No address on file is written exactly like this. First comes a guess: the same number, and the same postcode or a street"
    " and postcode that are nearly so."
)
GIVE_NUMBER: Final = (
    "To find an address, give its number and street. Those on file in a street or postcode are not listed."
)
NO_UPRN: Final = "No address with this UPRN is known here. Give the address instead."
NEARLY_CALLED: Final = "Nothing is called exactly that. These are spelt nearly so."
# A postcode has seldom more than one street, and none that is farther off than this.
SAME_STREET_METRES: Final = 1_200


def look_up(
    actor: Actor, text: str, postcode: str = "", *, origin: Origin | None = None, guess: bool = True
) -> LookUp:
    """The places that a text may mean: an address, a corner, a street, a landmark, a UPRN, a postcode. At most 20 candidates,
    likeliest first, with their distance from `origin` where that is known. With `guess`, what is spelt nearly so where nothing else is found.

    Raises Invalid (field "" or "postcode") for what cannot be an address at all. Other addresses of a street or
    postcode are never listed: that an address is on file is nobody's business who did not name it. The house of a flat is
    named with the flat, and a house by its number and postcode; another flat of a house is not. A guess is of exactly the number
    and unit that were typed (queries.nearly). What published lists name is anybody's to know.
    """
    address = read_address(text, postcode)
    says: list[str] = []
    row = Postcode.objects.filter(pk=address.postcode).first() if address.postcode else None
    state: PostcodeState | None = "exists" if row else None
    if address.postcode and row is None:
        state = postcode_state(address.postcode)
    if state == "unknown":
        says.append(
            f"{address.postcode} is not in the postcode directory. Check it, or give the street instead."
        )
    known, buildings = _known(address, row)
    exact = len(known) == 1 and not _by_postcode(address)
    entries = [] if exact else listed(address, text)
    by_key = [one.candidate for one in entries if one.how in {"key", "uprn"}]
    if not known and len(by_key) == 1 and not _by_postcode(address):
        # A list knows this very address: it is taken as that, as one that is on file would be.
        exact, entries = True, [one for one in entries if one.candidate == by_key[0]]
    candidates = known + (by_key if exact else []) + buildings
    landmarks = [] if exact else [one.candidate for one in entries]
    candidates += landmarks
    if row is not None and not exact:
        choice = f"postcode:{row.postcode}"
        candidates.append(
            Candidate(choice, "postcode", row.postcode, "the postcode", row.latitude, row.longitude)
        )
    streets: list[Candidate] = []
    total, guessed = 0, False
    if address.crossing and not exact:
        streets = corners_of(address)
    elif address.street and not exact:
        streets, total = streets_of(address, origin=origin, at=row)
        if not streets and not candidates and guess:
            streets = _misspelt(address, text, origin, says)
            guessed = bool(streets)
        elif total > 1:
            # What was typed to the left of the town is the name as people say it.
            says.append(
                f"{total} streets here are called {address.street.title()}. Choose one, or add its postcode or town."
            )
    nearly: list[Candidate] = []
    if guess and not (exact or known or buildings):
        nearly = _nearly(address, row, listed=bool(streets) and not guessed)
        if nearly:
            says = [one for one in says if one != NEARLY_CALLED] + [WRITTEN_NEARLY]
            # A street of this very name has to be chosen still; a guess has not.
            guessed = guessed or not streets
    whole = bool(
        row and address.number and address.street and not (known or nearly) and _is_near(row, streets)
    )
    shown = [one.seen_from(origin) for one in (nearly + candidates + streets)[:SHOWN]]
    if not shown and not says and text.strip():
        says.append(_nothing(address))
    measured = origin.words if origin and any(one.metres is not None for one in shown) else ""
    return LookUp(
        tuple(shown), exact, address.postcode, state, tuple(says), max(0, total - len(streets)), address, measured, whole,
        guessed,
    )  # fmt: skip


def _nothing(address: Address) -> str:
    if address.uprn:
        return NO_UPRN
    return NOT_WRITTEN if address.number or address.name or address.unit else GIVE_NUMBER


def _misspelt(address: Address, text: str, origin: Origin | None, says: list[str]) -> list[Candidate]:
    """Streets and landmarks that are spelt nearly so, where nothing is called what was typed. Said that it is a guess."""
    found: list[Candidate] = []
    for street in streets_like(address):
        found += streets_of(replace(address, street=street), origin=origin)[0][:6]
    if not address.number:
        found += [one.candidate for one in listed_like(text)]
    if found:
        says.append(NEARLY_CALLED)
    return found


def _nearly(address: Address, row: Postcode | None, *, listed: bool) -> list[Candidate]:
    """Addresses on file that are written nearly so. A statement more where there are any."""
    ids = written_nearly(address, row, listed=listed)
    places = {one.pk: one for one in _with_district(Q(pk__in=ids))} if ids else {}
    return [candidate_of(places[one]) for one in ids if one in places]


def _is_near(row: Postcode, streets: Sequence[Candidate]) -> bool:
    """Whether one of these streets lies at a postcode: then what was typed is one address, and there is nothing to ask."""
    return any(
        one.latitude is not None and one.longitude is not None and row.latitude is not None and row.longitude is not None
        and geometry.metres(row.latitude, row.longitude, one.latitude, one.longitude) <= SAME_STREET_METRES
        for one in streets
    )  # fmt: skip


def _by_postcode(address: Address) -> bool:
    """Whether a number was typed with a postcode and no street: most often it names one house, but it need not."""
    return bool(address.number and address.postcode and not address.street)


def _known(address: Address, row: Postcode | None) -> tuple[list[Candidate], list[Candidate]]:
    """The places on file that were typed, and the buildings that what was typed is in. One query."""
    if address.uprn:
        return [candidate_of(one) for one in _with_district(Q(uprn=address.uprn))], []
    if not (address.number or address.name or address.unit):
        return [], []
    asked = [(address, ""), *buildings_of(address)]
    try:
        keys = [place_key("address", one) for one, _ in asked]
    except Invalid:
        return [], []
    match = Q(key__in=keys) | Q(aliases__contains=keys[:1])
    ends = [f":{what_of(one)}" for one, _ in asked]
    begins = [f"{key} " for key in keys]
    if address.street and (row is not None or not address.postcode):
        # The same house without its postcode: the number and the name of the street must be those that were typed.
        without = Q(street_key=address.street) & _is_what([what_of(one) for one, _ in asked])
        match |= without & Q(postcode="") if address.postcode else without
    if _by_postcode(address):
        by_postcode = Q()
        for begin in begins:
            by_postcode |= Q(key__startswith=begin)
        match |= Q(postcode=address.postcode) & by_postcode
    found = [one for one in _with_district(match) if _fits(one, keys, address, row)]
    known, buildings = [], []
    for one in found:
        # A key ends, or begins, as one of them alone: what stands between two colons is the whole of what was typed.
        at = next(
            (
                at
                for at, key in enumerate(keys)
                if one.key == key or one.key.endswith(ends[at]) or one.key.startswith(begins[at])
            ),
            0,
        )
        if at:
            buildings.append(candidate_of(one, asked[at][1]))
        else:
            known.append(candidate_of(one))
    return known, buildings


def _with_district(match: Q) -> list[Place]:
    return list(
        Place.objects.filter(match, same_as__isnull=True).select_related("district").order_by("key")[:SHOWN]
    )


def _fits(place: Place, keys: Sequence[str], address: Address, row: Postcode | None) -> bool:
    """Whether a place that was found by its street can be the one: of the half of a postcode that was typed, or, on file without a
    postcode, near the one that was typed."""
    if place.key in keys or keys[0] in place.aliases:
        return True
    if address.outward:
        return not place.postcode or place.postcode.startswith(address.outward)
    if not address.postcode or place.postcode or _by_postcode(address):
        return True
    return row is not None and same_street(place, row.latitude, row.longitude)


def same_street(place: Place, latitude: float | None, longitude: float | None) -> bool:
    """Whether a place on file is near enough to a point to be the house of that number in that street."""
    if place.latitude is None or place.longitude is None or latitude is None or longitude is None:
        return False
    return geometry.metres(place.latitude, place.longitude, latitude, longitude) <= SAME_STREET_METRES


def _is_what(whats: list[str]) -> Q:
    """Whether what stands in the key behind postcode or town is one of these: asked as the index `place_what` has it, for a plan that is
    kept knows nothing of a street by which few rows or all might be found."""
    return Q(
        RawSQL(
            "split_part(places_place.key, ':', 3) COLLATE \"C\" = ANY (%s)",
            [whats],
            output_field=BooleanField(),
        )
    )
