"""The figures are what the cases say, for whoever reads them, whatever was done; and each is as long as its list."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.test.utils import CaptureQueriesContext

from sentinel.access.operations import make_audience
from sentinel.cases.models import Case, Party, PartyRole
from sentinel.cases.operations import add_party
from sentinel.cases.operations.parties import add_role, end_role
from sentinel.cases.operations.sharing import involve
from sentinel.foundation.actor import Actor
from sentinel.insight.matters import NO_TEAM, Chosen, figures_by_team, list_matters
from sentinel.insight.models import Matter
from sentinel.insight.rules import AGES, MEASURES, REVIEWS, UNKNOWN, Figures, total
from sentinel.insight.shown import HIDDEN, rows_of
from sentinel.questionnaires.content_files import read_rules
from sentinel.reminders.operations import CONTENT
from sentinel.risk.deferring import defer_assessment
from sentinel.risk.high.operations import acknowledge
from sentinel.risk.lists import review_days
from sentinel.risk.models import Assessment, Deferral, HighRisk, ToldOfHighRisk
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party, a_person, agency
from tests.insight.counting import counted
from tests.risk.answers import CALM, THREAT, assessed, assessed_as, matrix
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
BETH, TOM, COLIN, KOFI = (
    "beth.carr@three-oaks.example",
    "tom.marsh@police.example",
    "colin.webb@charnwood.example",
    "kofi.mensah@soar-valley.example",
)
DAY = timedelta(days=1)
BANDS = ("", "low", "medium", "high")


def whole(reader: Actor, now: datetime = NOW, chosen: Chosen | None = None) -> Figures:
    return total(figures_by_team(reader, now, chosen or Chosen()).values())


def check(email: str, now: datetime = NOW) -> Figures:
    """The figures of one reader against those counted case by case, and every number against its list."""
    reader = acting(email)
    found = figures_by_team(reader, now)
    assert found == counted(now, review_days(date(2026, 11, 20), None)), email
    for (of, team), figures in found.items():
        for measure in MEASURES:
            listed = list_matters(reader, now, measure, Chosen(of, team or NO_TEAM))
            assert listed.count == figures.of(measure), measure
    everything = total(found.values())
    for measure in MEASURES:
        listed = list_matters(reader, now, measure, size=3)
        rows = list(listed.rows)
        assert listed.count == everything.of(measure), measure
        while listed.next_key:
            listed = list_matters(reader, now, measure, after=listed.next_key, size=3)
            rows += listed.rows
        assert len(rows) == len(set(rows)) == everything.of(measure), measure
        of_bands = measure == REVIEWS
        assert rows == sorted(rows, key=lambda one: (-(one.band or 0) if of_bands else 0, one.due)), (
            "who waits longest stands first"
        )
    for at, age in enumerate(AGES):
        assert list_matters(reader, now, UNKNOWN, age=age).count == everything.unknown[at]
    return everything


def something(pick: random.Random, email: str, case: Case, now: datetime) -> None:
    """One thing that somebody does on a case."""
    doer, case = acting(email), Case.objects.get(pk=case.pk)
    victims = list(
        Party.objects.filter(case=case, roles__role="victim", roles__until__isnull=True).distinct()
    )
    what = pick.choice(["add"] * 3 + ["assess"] * 5 + ["high", "defer", "end", "again", "case", "heard"])
    if what == "add":
        a_party(doer, case, f"Person {now:%d%H}", pick.choice(["victim", "witness"]), now=now)
    elif what in {"assess", "high"} and victims:
        who = pick.choice(victims)
        held = Assessment.objects.filter(party=who, subject="victim").order_by("-assessed_at").first()
        unknown = {key: "unknown" for key in ("vulnerable", "repeat_victim", "weapon") if pick.random() < 0.4}
        band = BANDS[max(held.band if held else 1, pick.choice([1, 2]))]
        answers = {**(THREAT if what == "high" else CALM), **unknown}
        assess(
            actor=doer, now=now, case=case, party=who, version=matrix(), answers=answers, band=band,
            judgement_reason="It wears them down.",
        )  # fmt: skip
    elif what == "defer" and victims:
        who = pick.choice(victims)
        if not who.assessments.exists() and not Deferral.objects.filter(party=who).exists():
            defer_assessment(actor=doer, now=now, case=case, party=who, reason="In hospital.")
    elif what == "end" and victims:
        role = PartyRole.objects.get(party=pick.choice(victims), role="victim", until__isnull=True)
        end_role(actor=doer, now=now, role=role, reason="Named by mistake.")
    elif what == "again":
        others = Party.objects.filter(case=case).exclude(pk__in=[one.pk for one in victims])
        if who := others.first():
            add_role(actor=doer, now=now, party=who, role="victim")
    elif what == "case" and not victims:
        if not Assessment.objects.filter(case=case, subject="case").exists():
            assessed_as(doer, case, "case", now=now)
    elif what == "heard":
        risk = HighRisk.objects.filter(case=case, ended_at__isnull=True).first()
        told = ToldOfHighRisk.objects.filter(high_risk=risk, acknowledged_at__isnull=True).first()
        if risk is not None and told is not None:
            acknowledge(actor=acting(told.user.email), now=now, high_risk_id=risk.id)
            acting(email)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_figures_are_what_the_cases_say_after_anything_was_done(seed: int) -> None:
    pick = random.Random(seed)
    cases = []
    for number in range(7):
        email = (PRIYA, PRIYA, PRIYA, TOM, TOM, BETH, BETH)[number]
        owner = acting(email)
        case = a_case(owner, now=NOW - 40 * DAY)
        if number in {0, 3}:
            share(owner, case, "three-oaks")
        cases.append((email, case))
    for step in range(70):
        email, case = pick.choice(cases)
        something(pick, email, case, NOW - timedelta(hours=900 - step * 13))
    # Whatever chance did, there is one of each.
    priya = acting(PRIYA)
    for unknown in ({}, {"vulnerable": "unknown"}):
        case = a_case(priya, now=NOW - 40 * DAY)
        a_party(priya, case, "Joan Ellis", now=NOW - 40 * DAY)
        assessed(priya, case, a_party(priya, case, "Ike Ellis"), "medium", now=NOW - 30 * DAY, **unknown)
    Case.objects.filter(pk=cases[1][1].pk).update(status="closed", closed_at=NOW)
    Case.objects.filter(pk=cases[2][1].pk).update(team=None)
    seen = [check(email, NOW + later * DAY) for email in (PRIYA, TOM, BETH, KOFI) for later in (0, 40)]
    assert any(one.cases for one in seen)
    assert any(one.unknowns for one in seen)
    assert any(one.reviews for one in seen)
    assert seen[-1] == Figures(), "who reaches nothing counts nothing"


def share(owner: Actor, case: Case, code: str) -> None:
    involve(
        actor=owner, now=NOW, case=case, agency=agency(code), part="housing", rung="write", lawful_basis="crime_and_disorder",
        why="They let the house.", wish="agrees",
    )  # fmt: skip


def test_zero_then_one_then_put_off_then_zero() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    assessed_as(priya, case, "case")
    assert whole(priya) == Figures()
    margaret = a_party(priya, case)
    assert (whole(priya).cases, whole(priya).people, whole(priya).put_off) == (1, 1, 0)
    defer_assessment(actor=priya, now=NOW, case=case, party=margaret, reason="In hospital.")
    assert (whole(priya).cases, whole(priya).people, whole(priya).put_off) == (1, 1, 1), (
        "what was put off is not assessed"
    )
    assert whole(priya, NOW + 2 * DAY).put_off == 0
    assessed(priya, case, margaret)
    assert whole(priya) == Figures()
    assert whole(priya, NOW + 300 * DAY).reviews == 1


def test_reviews_are_counted_from_their_day_and_the_highest_band_stands_first() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, now=NOW - 60 * DAY)
    for name, band, days in (
        ("Joan Ellis", "medium", 35),
        ("Ike Ellis", "high", 22),
        ("Ann Ellis", "medium", 41),
    ):
        assessed(priya, case, a_party(priya, case, name), band, now=NOW - days * DAY)
    found = list_matters(priya, NOW, REVIEWS, size=2)
    found = [*found.rows, *list_matters(priya, NOW, REVIEWS, size=2, after=found.next_key).rows]
    who = [row.who[0] for row in rows_of(priya, NOW, REVIEWS, found)]
    assert [(one.name, one.since) for one in who] == [
        ("Ike Ellis", "8 days late"), ("Ann Ellis", "13 days late"), ("Joan Ellis", "7 days late"),
    ]  # fmt: skip
    assert who[2].said == "Assessed Fri 16 Oct 2026. To be assessed again by Fri 13 Nov 2026"


def test_a_case_of_which_two_are_not_assessed_counts_once() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    a_party(priya, case)
    a_party(priya, case, "Joan Ellis")
    assert (whole(priya).cases, whole(priya).people) == (1, 2)
    (row,) = rows_of(priya, NOW, "cases", list_matters(priya, NOW, "cases").rows)
    assert sorted(who.name for who in row.who) == ["Joan Ellis", "Margaret Ellis"]
    assert [[way.words for way in who.ways] for who in row.who] == [["Assess", "Put off"]] * 2


def test_whom_the_reader_may_not_see_counts_and_is_not_named() -> None:
    colin = acting(COLIN)
    case = a_case(colin)
    audience = make_audience(actor=colin, now=NOW, named=[user(COLIN).pk])
    hidden = add_party(
        actor=colin, now=NOW, case_or_record=case, kind="person", person=a_person(colin, case.id, "Hidden Name"),
        roles=("victim",), audience_id=audience,
    )  # fmt: skip
    priya = acting(PRIYA)
    assert whole(priya).cases == 1, "a case must not look less at risk to who sees less of it"
    (row,) = rows_of(priya, NOW, "people", list_matters(priya, NOW, "people").rows)
    assert [who.name for who in row.who] == [HIDDEN]
    assert row.who[0].ways == [], "no address with the id of somebody hidden"
    colin = acting(COLIN)
    assessed(colin, case, hidden, vulnerable="unknown")
    assert whole(colin).unknowns == 1
    assert whole(acting(PRIYA)).unknowns == 0, "what an assessment says is for who may read it"


def test_the_cases_that_one_leads_are_counted_alone() -> None:
    priya = acting(PRIYA)
    mine, other = a_case(priya), a_case(priya)
    Case.objects.filter(pk=mine.pk).update(lead=user(PRIYA))
    Case.objects.filter(pk=other.pk).update(lead=user(COLIN))
    assert whole(priya).cases == 2
    assert whole(priya, chosen=Chosen(mine=True)).cases == 1
    assert [one.record_id for one in list_matters(priya, NOW, "cases", Chosen(mine=True)).rows] == [mine.id]


def test_nobody_who_serves_pages_can_write_what_is_counted() -> None:
    priya = acting(PRIYA)
    a_case(priya)
    for statement in (
        "DELETE FROM insight_matter",
        "UPDATE insight_matter SET kind = 2",
        "SELECT insight_keep(ARRAY[]::uuid[])",
    ):
        with (
            pytest.raises(Error, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Matter.objects.count() == 1


def test_more_cases_take_no_more_queries() -> None:
    priya = acting(PRIYA)
    counts = []
    for many in (1, 12):
        for _ in range(many):
            a_party(priya, a_case(priya), "Joan Ellis")
        figures_by_team(priya, NOW)
        with CaptureQueriesContext(connection) as asked:
            figures_by_team(priya, NOW)
        with CaptureQueriesContext(connection) as listing:
            rows_of(priya, NOW, "cases", list_matters(priya, NOW, "cases").rows)
        counts.append((len(asked), len(listing)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 3


def test_the_ages_of_answers_not_known_are_the_days_on_which_their_reminders_go_at_first() -> None:
    """Kept weeks have a number for each age, so these cannot follow the rule; what is shipped agrees with them."""
    shipped = next(one for one in read_rules(CONTENT) if one.name == "unknown_answer")
    assert shipped.content["after"] == list(AGES[1:])
