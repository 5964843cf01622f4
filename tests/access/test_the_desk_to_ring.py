"""Who may only know that something is known is told a desk, and no agency whose name alone tells something."""

from __future__ import annotations

from typing import Any

import pytest

from sentinel.access.queries import Desk, desk_of
from sentinel.accounts.models import Agency, PartnershipDesk
from sentinel.cases.models import Case
from sentinel.cases.queries import get_case
from sentinel.kernel.errors import KnownOnly
from sentinel.kernel.ids import new_id
from sentinel.matching.hits.telling import tell_elsewhere
from sentinel.matching.rules import Given
from sentinel.places.operations import find_or_make_place
from tests.cases.making import a_case
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
KOFI = "kofi.mensah@soar-valley.example"  # the landlord may know of Charnwood's cases, and read none


@pytest.fixture
def case() -> Case:
    priya = acting(PRIYA)
    place = find_or_make_place(actor=priya, now=NOW, words="14 Sparrow Lane", postcode="LE11 0ZZ")
    return a_case(priya, place=place)


def withhold() -> None:
    Agency.objects.filter(code="charnwood").update(names_give_away=True)


def test_it_is_the_owner_s_with_its_number(case: Case) -> None:
    assert desk_of(acting(KOFI), case.id) == Desk("Charnwood sharing desk", "01632 960105")


def test_where_the_owner_s_name_tells_something_it_is_the_partnership_s_without_a_number(case: Case) -> None:
    withhold()
    kofi = acting(KOFI)
    assert desk_of(kofi, case.id) == Desk("the partnership's sharing desk", "")
    with pytest.raises(KnownOnly) as refused:
        get_case(kofi, case.reference)
    assert (refused.value.desk, refused.value.phone) == ("the partnership's sharing desk", "")


def test_nor_is_it_named_beside_the_form(case: Case) -> None:
    withhold()
    assert case.place is not None
    [found] = tell_elsewhere(acting(KOFI), Given(places=(case.place.id,)), in_hand=new_id())
    assert (found.desk, found.phone) == ("the partnership's sharing desk", "")


def test_the_partnership_s_number_is_told_and_asked_for_once_however_many_records_there_are(
    case: Case, django_assert_num_queries: Any
) -> None:
    withhold()
    PartnershipDesk.objects.create(phone="0116 496 0123")
    assert case.place is not None
    for _ in range(3):
        a_case(acting(PRIYA), place=case.place)
    kofi = acting(KOFI)
    assert desk_of(kofi, case.id) == Desk("the partnership's sharing desk", "0116 496 0123")
    with django_assert_num_queries(1):
        found = tell_elsewhere(kofi, Given(places=(case.place.id,)), in_hand=new_id())
    assert {(one.desk, one.phone) for one in found} == {("the partnership's sharing desk", "0116 496 0123")}
