"""One line for everybody: as what, band, since, next review, what is missing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sentinel.access.operations import make_audience
from sentinel.cases.models import Case, Party, PartyRole
from sentinel.foundation.actor import state_actor
from sentinel.foundation.reference import of_edition
from sentinel.places.operations import find_or_make_place
from sentinel.questionnaires.queries import question_set_of
from sentinel.risk.deferring import defer_assessment
from sentinel.risk.queries import Standing, place_risk, snapshot
from tests.cases.making import a_case, a_party
from tests.risk.answers import assessed, assessed_as
from tests.support import NOW, acting, user

pytestmark = pytest.mark.django_db
PRIYA, COLIN, BETH = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "beth.carr@three-oaks.example",
)


def fresh(*cases: Case) -> list[Case]:
    return [Case.objects.get(pk=case.pk) for case in cases]


def test_everybody_is_listed_as_what_they_are_with_what_is_missing() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret, joan, ike = (a_party(priya, case, f"{name} Ellis") for name in ("Margaret", "Joan", "Ike"))
    dale = a_party(priya, case, "Dale Horton", "alleged_perpetrator")
    a_party(priya, case, "Tim Horton", "child_involved")
    a_party(priya, case, "Sue Bell", "reporter")
    assessed(
        priya,
        case,
        margaret,
        "medium",
        vulnerable="unknown",
        repeat_victim="yes",
        repeat_victim__why="In May.",
    )
    defer_assessment(actor=priya, now=NOW, case=case, party=joan, reason="In hospital.")
    shown = snapshot(priya, fresh(case), NOW)
    assert [(one.party_id, one.subject, one.lacks) for one in shown] == [
        (margaret.id, "victim", ""), (joan.id, "victim", "deferred"), (ike.id, "victim", "missing"),
        (dale.id, "perpetrator", "missing"),
    ]  # fmt: skip
    first = shown[0]
    assert (first.band, first.since, first.last_day) == ("medium", NOW, date(2026, 12, 18))
    assert (first.repeat_victim, first.vulnerable, first.safeguarding, first.unknown) == (
        "yes",
        "unknown",
        "no",
        1,
    )
    assert shown[1].deferred_until == NOW + timedelta(hours=24)
    later = {one.party_id: one for one in snapshot(priya, fresh(case), NOW + timedelta(days=29))}
    assert (later[margaret.id].lacks, later[margaret.id].why) == ("overdue", "clock")
    assert later[joan.id].lacks == "missing", "what was put off is missing when that has run out"


def test_a_case_without_a_victim_and_a_place_have_a_line_of_their_own() -> None:
    priya = acting(PRIYA)
    place = find_or_make_place(actor=priya, now=NOW, words="3 Tern Street", postcode="LE12 0ZZ")
    case = a_case(priya, place=place)
    assert snapshot(priya, fresh(case), NOW) == [Standing(case.id, None, "case")]
    assessed_as(priya, case, "case")
    assessed_as(priya, case, "location", band="medium")
    lines = [(one.subject, one.band, one.repeat_victim) for one in snapshot(priya, fresh(case), NOW)]
    assert lines == [("case", "low", ""), ("location", "medium", "")]


def test_who_may_not_read_a_case_has_no_line_of_it_and_many_cases_take_no_more_queries() -> None:
    priya = acting(PRIYA)
    cases = [a_case(priya) for _ in range(6)]
    for case in cases:
        assessed(priya, case, a_party(priya, case))
    few, many = fresh(cases[0]), fresh(*cases)
    for version in {row.question_set_id for row in cases[0].assessments.all()}:
        question_set_of(version)
    edition = state_actor(priya)
    with of_edition(edition):  # as a request does
        snapshot(priya, few, NOW)
    counts = []
    for wanted in (few, many):
        with of_edition(edition), CaptureQueriesContext(connection) as asked:
            snapshot(priya, wanted, NOW)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 3
    beth = acting(BETH)
    assert [one for one in snapshot(beth, many, NOW) if one.party_id or one.band] == []


def test_the_aide_memoire_makes_a_place_due_victims_or_not() -> None:
    priya = acting(PRIYA)
    place = find_or_make_place(actor=priya, now=NOW, words="3 Tern Street", postcode="LE12 0ZZ")
    first = a_case(priya, place=place)
    a_party(priya, first)
    assert place_risk(priya, place.id, None, NOW).due_because == ()
    second = a_case(priya, place=place)
    a_party(priya, second)
    assert [one.split()[0] for one in place_risk(priya, place.id, None, NOW).due_because] == ["Two"]
    third = a_case(priya, place=place)
    found = place_risk(priya, place.id, None, NOW)
    assert found.standing is None
    assert any("no victim" in one for one in found.due_because)
    assessed_as(priya, third, "location")
    assessed = place_risk(priya, place.id, None, NOW)
    assert assessed.standing is not None
    assert assessed.due_because == ()


def test_a_case_whose_only_victim_one_does_not_see_is_not_listed_as_one_without_a_victim() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    audience = make_audience(actor=priya, now=NOW, named=[user(PRIYA).id])
    party = a_party(priya, case)
    Party.objects.filter(pk=party.pk).update(audience_id=audience)
    PartyRole.objects.filter(party=party).update(audience_id=audience)
    assert [one.subject for one in snapshot(priya, [case], NOW)] == ["victim"]
    colin = acting("colin.webb@charnwood.example")
    assert snapshot(colin, [Case.objects.get(pk=case.pk)], NOW) == []
