"""Whoever is complained of is asked about before an approach, and a place by the aide memoire; neither stands in the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from sentinel.cases.models import Case, Incident, Party
from sentinel.cases.operations.approach import check_approach
from sentinel.foundation.clock import now as clock_now
from sentinel.foundation.models import Event
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place
from sentinel.risk.queries import place_risk, places_due
from tests.cases.making import a_case, a_party
from tests.desk.case.counting import statements
from tests.risk.answers import assessed_as
from tests.support import NOW, PRIYA, acting, signed_in, user

BETH, DAWN = "beth.carr@three-oaks.example", "dawn.ashby@charnwood.example"
YES = dict.fromkeys(("may_approach", "may_be_identifiable", "told_before", "safety_plan"), "yes")


def between() -> tuple[Case, Party, Party]:
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA))
    return case, a_party(priya, case), a_party(priya, case, "Dale Horton", "alleged_perpetrator")


def counted(case: Case) -> int:
    return Event.objects.filter(record_id=case.id, kind="approached_unassessed").count()


def approached(case: Case, victim: Party, other: Party | None = None, **changed: str) -> None:
    check_approach(
        actor=acting(PRIYA), now=NOW, case=case, victim=victim, other=other, answers={**YES, **changed}
    )


@pytest.mark.django_db
def test_an_approach_without_an_assessment_goes_on_and_is_counted() -> None:
    case, margaret, dale = between()
    approached(case, margaret, dale, may_approach="no")
    assert counted(case) == 0, "nobody goes"
    approached(case, margaret, dale)
    assert counted(case) == 1
    event = Event.objects.get(record_id=case.id, kind="approached_unassessed")
    assert (event.subject_id, event.payload) == (dale.id, {"party": str(dale.id)})
    assessed_as(acting(PRIYA), case, "perpetrator", dale)
    approached(case, margaret, dale)
    assert counted(case) == 1


@pytest.mark.django_db
def test_of_several_only_whom_it_goes_to_is_counted_and_everybody_where_that_is_not_said() -> None:
    case, margaret, dale = between()
    a_party(acting(PRIYA), case, "Lee Horton", "alleged_perpetrator")
    kim = a_party(acting(PRIYA), case, "Kim Horton", "alleged_perpetrator")
    Party.objects.filter(pk=kim.pk).update(child_involved=True)
    approached(case, margaret, dale)
    assert counted(case) == 1
    approached(case, margaret)
    assert counted(case) == 3


def test_the_page_asks_for_it_first_and_takes_the_answers_all_the_same(transactional_db: None) -> None:
    with transaction.atomic():
        case, margaret, dale = between()
    client = signed_in(PRIYA)
    path = f"/cases/{case.reference}/approach"
    page = client.get(path).content.decode()
    assert "Nobody has assessed Dale Horton as the person complained of." in page
    assert f"/people/{dale.id}/assess/perpetrator" in page
    said = {
        **YES,
        "told_before__why": "On Monday.",
        "safety_plan__why": "An alarm.",
        "victim": str(margaret.id),
        "other": str(dale.id),
    }
    assert client.post(path, said).status_code == 302
    assert "nobody has assessed" in client.get(f"/cases/{case.reference}/timeline").content.decode()
    with transaction.atomic():
        assessed_as(acting(PRIYA), case, "perpetrator", dale)
    assert "Nobody has assessed" not in client.get(path).content.decode()


def a_place(words: str = "14 Sparrow Lane, Loughborough") -> Place:
    return find_or_make_place(actor=acting(PRIYA), now=NOW, words=words, postcode="LE11 0ZZ")


def with_victim(place: Place) -> Case:
    case = a_case(acting(PRIYA), lead=user(PRIYA), place=place)
    a_party(acting(PRIYA), case)
    return case


def due() -> dict[str, tuple[str, ...]]:
    return {one.line: one.because for one in places_due(acting(PRIYA), NOW)}


@pytest.mark.django_db
def test_a_place_is_due_by_its_cases_by_one_without_a_victim_or_by_what_happened_there() -> None:
    quiet, busy, lonely, twice = (a_place(f"{number} Sparrow Lane") for number in (1, 2, 3, 4))
    with_victim(quiet)
    case = with_victim(busy)
    for day in (1, 20, 27, 30):
        Incident.objects.create(
            case=case, category="nuisance", national_type="noise", words="Noise", place=busy, occurred_from=NOW - timedelta(days=day),
            record_id=case.id, origin_agency_id=acting(PRIYA).agency, created_at=NOW,
        )  # fmt: skip
    a_case(acting(PRIYA), place=lonely)
    with_victim(twice)
    with_victim(twice)
    found = due()
    assert {line: len(because) for line, because in found.items()} == {
        busy.line: 1,
        lonely.line: 1,
        twice.line: 1,
    }
    assert "incidents" in found[busy.line][0]
    assert "no victim" in found[lonely.line][0]
    assert "open cases" in found[twice.line][0]
    for place in (quiet, busy, lonely, twice):
        one = place_risk(acting(PRIYA), place.id, acting(PRIYA).agency, NOW)
        assert one.due_because == found.get(place.line, ()), "the place's own page says the same"


@pytest.mark.django_db
def test_an_assessed_place_a_closed_case_and_another_agencys_are_not_listed() -> None:
    place, closed = a_place("5 Sparrow Lane"), a_place("6 Sparrow Lane")
    case = a_case(acting(PRIYA), place=place)
    other = a_case(acting(PRIYA), place=closed)
    assert set(due()) == {place.line, closed.line}
    assert [one.line for one in places_due(acting(BETH), NOW)] == []
    acting(PRIYA)
    assessed_as(acting(PRIYA), case, "location")
    Case.objects.filter(pk=other.pk).update(status="closed", closed_at=NOW)
    assert due() == {}


def test_the_list_is_for_who_assesses_leads_to_the_assessment_and_does_not_grow_in_queries(
    transactional_db: None,
) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA), now=clock_now(), place=a_place("7 Sparrow Lane"))
    client = signed_in(PRIYA)
    page = client.get("/places/due").content.decode()
    assert "7 Sparrow Lane" in page
    assert f'href="/cases/{case.reference}/assess/place"' in page
    assert 'href="/places/due"' in client.get("/").content.decode()
    assert signed_in(DAWN).get("/places/due").status_code == 403
    with statements() as first:
        client.get("/places/due")
    with transaction.atomic():
        for number in (8, 9):
            a_case(acting(PRIYA), now=clock_now(), place=a_place(f"{number} Sparrow Lane"))
    with statements() as second:
        client.get("/places/due")
    assert first.count == second.count <= 10
    assert "No place is due" in signed_in(BETH).get("/places/due").content.decode()
