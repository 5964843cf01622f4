"""Whoever was under 10 when it happened is a child involved, never a perpetrator: no matrix, no band, no marker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.cases.models import Case, Party, PartyRole
from sentinel.cases.next import what_is_next
from sentinel.foundation.actor import Actor
from sentinel.kernel.births import birth_date
from sentinel.kernel.errors import Invalid
from sentinel.people.operations import add_birth
from sentinel.risk.models import HighRisk, Marker
from tests.cases.making import a_case, a_party, a_person
from tests.risk.answers import assessed_as
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
PRIYA = "priya.nair@charnwood.example"
LATER = NOW + timedelta(hours=2)


def born(actor: Actor, case: Case, party: Party, said: str) -> None:
    add_birth(
        actor=actor, now=LATER, person_id=party.identity.person_id, record_id=case.id, birth=birth_date(said, NOW.date())
    )  # fmt: skip


def roles(party: Party) -> set[str]:
    return set(PartyRole.objects.filter(party=party, until__isnull=True).values_list("role", flat=True))


def test_a_birth_that_makes_them_seven_ends_band_and_marker_and_no_matrix_is_asked_for() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    carl = a_party(priya, case, "Carl Bostock", "alleged_perpetrator")
    said = {"threat_to_life": "yes", "threat_to_life__why": "Said that he would burn the shed."}
    assessed_as(priya, case, "perpetrator", carl, "high", **said)
    assert HighRisk.objects.filter(case=case, party=carl, ended_at__isnull=True).exists()
    born(priya, case, carl, "3/4/2019")
    carl.refresh_from_db()
    assert (roles(carl), carl.child_involved) == ({"child_involved"}, True)
    assert not HighRisk.objects.filter(case=case, ended_at__isnull=True).exists()
    assert not Marker.objects.filter(high_risk__case=case, state__in=("proposed", "accepted")).exists()
    next_up = what_is_next(priya, Case.objects.get(pk=case.pk), LATER)
    assert not [one for one in next_up if one.party_id == carl.id and "ssess" in one.words], (
        "no matrix any more"
    )
    with pytest.raises(Invalid, match="never assessed"):
        assessed_as(priya, case, "perpetrator", carl, now=LATER)


@pytest.mark.parametrize("said", ["20/11/2015", "about 40"])
def test_a_birth_of_ten_or_more_changes_nothing(said: str) -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    carl = a_party(priya, case, "Carl Bostock", "alleged_perpetrator", "victim")
    born(priya, case, carl, said)
    assert roles(carl) == {"alleged_perpetrator", "victim"}


def test_a_child_who_is_a_victim_too_stays_one() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    tim = a_party(priya, case, "Tim Bostock", "alleged_perpetrator", "victim")
    born(priya, case, tim, "3/4/2019")
    assert roles(tim) == {"child_involved", "victim"}


def test_whose_birth_was_known_before_is_not_added_as_a_perpetrator() -> None:
    from sentinel.cases.operations import add_party

    priya = acting(PRIYA)
    case = a_case(priya)
    person = a_person(priya, case.id, "Carl Bostock")
    add_birth(
        actor=priya, now=NOW, person_id=person.id, record_id=case.id, birth=birth_date("3/4/2019", NOW.date())
    )
    added = add_party(
        actor=priya,
        now=LATER,
        case_or_record=case,
        kind="person",
        person=person,
        roles=["alleged_perpetrator"],
    )
    assert roles(added) == {"child_involved"}
