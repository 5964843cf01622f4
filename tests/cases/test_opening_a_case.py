"""A case is opened by a practitioner, owned by their agency and shared with whom it involves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.access.models import Disclosure, Rung
from sentinel.access.queries import holders_of, rung_of
from sentinel.cases.models import Handover, Involvement, StatusChange
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Invalid, Refused
from sentinel.kernel.references import Kind, parse
from tests.cases.making import a_case, agency
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db


def test_a_new_case_belongs_to_the_agency_of_who_opened_it() -> None:
    priya = acting("priya.nair@charnwood.example")
    case = a_case(priya)
    assert case.owner_agency_id == priya.agency_id
    assert case.record_id == case.id
    assert rung_of(priya, case.id) == Rung.OWNER
    assert parse(case.reference).kind is Kind.CASE
    assert [one.status for one in StatusChange.objects.filter(case=case)] == ["new"]
    assert Event.objects.get(record_id=case.id, kind="case_opened").payload["category"] == "personal"


def test_references_count_up_without_gaps() -> None:
    priya = acting("priya.nair@charnwood.example")
    numbers = [parse(a_case(priya).reference).number for _ in range(3)]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


def test_the_year_of_a_reference_is_that_of_london() -> None:
    priya = acting("priya.nair@charnwood.example")
    summer_midnight = NOW.replace(year=2026, month=12, day=31, hour=23, minute=59)
    assert parse(a_case(priya, now=summer_midnight).reference).year == 2026


def test_involved_agencies_write_and_agreements_give_what_they_give() -> None:
    priya = acting("priya.nair@charnwood.example")
    landlord, county, rutland = agency("three-oaks"), agency("county"), agency("rutland")
    case = a_case(priya, involved=[landlord.id])
    rungs = {holder.holder_id: holder.rung for holder in holders_of(priya, case.id)}
    assert rungs[landlord.id] == Rung.WRITE
    assert rungs[county.id] == Rung.READ
    assert rungs[rutland.id] == Rung.SUMMARY
    assert Involvement.objects.get(case=case).agency_id == landlord.id
    assert Disclosure.objects.filter(record_id=case.id, to_agency=landlord, kind="share").exists()


def test_ownership_for_another_agency_is_offered_and_not_taken() -> None:
    priya = acting("priya.nair@charnwood.example")
    city = agency("city")
    case = a_case(priya, owner=city)
    assert case.owner_agency_id == priya.agency_id
    offer = Handover.objects.get(case=case)
    assert (offer.what, offer.to_agency_id, offer.accepted_at) == ("ownership", city.id, None)


def test_a_call_taker_cannot_open_a_case() -> None:
    dawn = acting("dawn.ashby@charnwood.example")
    with pytest.raises(Refused):
        a_case(dawn)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"category": "crime"}, "category"),
        ({"crime": "perhaps"}, "crime"),
        ({"told_at": NOW + timedelta(minutes=1)}, "told_at"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(given: dict[str, object], field: str) -> None:
    priya = acting("priya.nair@charnwood.example")
    with pytest.raises(Invalid) as caught:
        a_case(priya, **given)
    assert list(caught.value.errors) == [field]
