"""Trying a rule out asks the past; it is the same that was found on each of its days, and what compliance shows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from sentinel.cases.models import Case, Incident, Party, PartyIdentity, StatusChange
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.insight.models import Matter
from sentinel.kernel.clock import london_date
from sentinel.partnership.referrals.operations import open_referral, withdraw_referral
from sentinel.people.facts import AddressGiven
from sentinel.people.operations import add_address
from sentinel.places.operations import find_or_make_place
from sentinel.reminders.conditions import CONDITIONS, high_risk
from sentinel.reports.operations import join_case, take_report
from sentinel.risk.deferring import defer_assessment
from sentinel.risk.high.operations import answer_marker, end_high_risk, markers, pass_on
from sentinel.risk.high.queries import marker_terms
from sentinel.risk.high.reviewing import review_marker
from sentinel.risk.high.rules import Terms
from sentinel.risk.models import HighRisk, Marker
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party
from tests.insight.test_figures import something
from tests.partnership.making import send
from tests.reports.telling import telling
from tests.risk.answers import THREAT, assessed, matrix
from tests.risk.test_supervision import reviewed
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
COLIN = "colin.webb@charnwood.example"
NADIA = "nadia.khan@police.example"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Seen = dict[datetime, Counter[Any]]


def found_now(key: str, at: datetime) -> list[dict[str, Any]]:
    """The matters that a sweep finds at a moment, and whose first day has come."""
    condition = CONDITIONS[key]
    first = f"{condition.with_}," if condition.with_ else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {first} m AS ({condition.sql}) SELECT * FROM m", {**condition.parameters(at), "now": at}
        )
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [row for row in rows if london_date(row["started_at"]) <= london_date(at)]


def kept(rows: Iterable[dict[str, Any]]) -> Counter[Any]:
    return Counter((row["agency_id"], row["team_id"], row["started_at"]) for row in rows)


def by_the_past(key: str, moments: Iterable[datetime]) -> Seen:
    """The same at each of some moments, asked for afterwards."""
    every = list(moments)
    past = list(CONDITIONS[key].past(min(every) - DAY, max(every) + DAY))
    return {
        at: Counter(
            (one.agency_id, one.team_id, one.started_at)
            for one in past
            if london_date(one.started_at) <= london_date(at)
            and any(first <= at and (over is None or at < over) for first, over in one.spans)
        )
        for at in every
    }


def closed_or_opened(actor: Actor, case: Case, at: datetime) -> None:
    status = "active" if case.status == "closed" else "closed"
    Case.objects.filter(pk=case.pk).update(status=status, closed_at=at if status == "closed" else None)
    StatusChange.objects.create(
        case=case, status=status, at=at, reason="x", **provenance(actor=actor, now=at, record_id=case.id)
    )


def told_of_again(pick: random.Random, case: Case, at: datetime) -> None:
    priya = acting(PRIYA)
    Incident.objects.create(
        case=case, category="personal", national_type="x", words="Again.",
        **provenance(actor=priya, now=at, record_id=case.id),
    )  # fmt: skip


def put_off(pick: random.Random, case: Case, at: datetime) -> None:
    """A supervisor puts off whoever waits for an assessment, also again."""
    colin = acting(COLIN)
    waiting = Party.objects.filter(
        case=case, roles__role="victim", roles__until__isnull=True, assessments__isnull=True
    )
    party = waiting.first() or a_party(colin, case, f"Person {at:%d%H}", now=at)
    defer_assessment(actor=colin, now=at, case=case, party=party, reason="In hospital.")


def about_a_marker(pick: random.Random, case: Case, at: datetime) -> None:
    """The control room shows a marker, somebody moves, or it is looked at again."""
    nadia = acting(NADIA)
    marker = Marker.objects.filter(high_risk__case=case, state__in=("proposed", "accepted")).first()
    if marker is None:
        return
    if marker.state == "proposed":
        answer_marker(
            actor=nadia,
            now=at,
            marker_id=marker.id,
            version=marker.version,
            accepts=pick.random() < 0.9,
            refusal="No.",
        )
    elif pick.random() < 0.3:
        stays = pick.random() < 0.8
        review_marker(
            actor=nadia,
            now=at,
            marker_id=marker.id,
            version=marker.version,
            stays=stays,
            reason="Seen there.",
        )
    else:
        priya = acting(PRIYA)
        person = PartyIdentity.objects.get(party_id=marker.high_risk.party_id).person_id
        words = f"{pick.randint(1, 999)} Tern Street"
        place = find_or_make_place(actor=priya, now=at, words=words, postcode="LE11 0ZZ")
        address = AddressGiven(place_id=place.id, text=words, kind="lives")
        add_address(actor=priya, now=at, person_id=person, record_id=case.id, address=address)


def anything(pick: random.Random, case: Case, at: datetime) -> None:
    """One thing that happens in a case."""
    what = pick.choice(
        ["done"] * 6 + ["incident", *["marker"] * 5, "later", "later", "passed", "over", "door"]
    )
    if what == "door" or case.status == "closed":
        if pick.random() < 0.4:
            closed_or_opened(acting(PRIYA), case, at)
    elif what == "done":
        something(pick, PRIYA, case, at)
    elif what == "incident":
        told_of_again(pick, case, at)
    elif what == "later":
        put_off(pick, case, at)
    elif what == "marker":
        about_a_marker(pick, case, at)
    elif what == "passed":
        acting(PRIYA)
        pass_on(now=at)
    elif risk := HighRisk.objects.filter(case=case, ended_at__isnull=True).first():
        priya = acting(PRIYA)
        end_high_risk(actor=priya, now=at, case=case, party=risk.party, subject=risk.subject)


def compared_with_compliance(seen: dict[str, list[dict[str, Any]]], at: datetime) -> None:
    """Whoever is chased stands in the lists of compliance, since the same moment; and nobody else."""
    rows = list(Matter.objects.all())
    unassessed = [one for one in rows if one.kind == 1 and (one.until is None or one.until <= at)]
    chased = [row for row in seen["unassessed_person"] if row["detail"] != "witness"]
    assert {(row["subject_id"], row["detail"], row["started_at"]) for row in chased} == {
        (one.subject_id, one.subject, one.since) for one in unassessed
    }
    assert {(row["subject_id"], row["detail"], row["started_at"]) for row in seen["unknown_answer"]} == {
        (one.subject_id, f"{one.subject}.{one.detail}", one.since) for one in rows if one.kind == 2
    }
    assert {row["subject_id"] for row in seen["high_risk_unacknowledged"]} == {
        one.subject_id for one in rows if one.kind == 4 and one.since <= at
    }


IN_A_WORLD = (
    "unassessed_person", "deferral_over", "unknown_answer", "new_report", "review_due", "high_risk_unacknowledged",
    "marker_review",
)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_every_day_of_the_past_is_as_it_was_swept(seed: int) -> None:
    pick = random.Random(seed)
    priya = acting(PRIYA)
    cases = [a_case(priya, now=NOW - 50 * DAY, lead=user(PRIYA), team=user(PRIYA).team) for _ in range(3)]
    seen: dict[str, Seen] = {key: {} for key in IN_A_WORLD}
    for day in range(70):
        for hours in (15, 7):
            case = Case.objects.get(pk=pick.choice(cases).pk)
            anything(
                pick, case, NOW + (day - 50) * DAY - hours * HOUR + timedelta(minutes=pick.randint(0, 59))
            )
        at = NOW + (day - 50) * DAY
        acting(PRIYA)
        rows = {key: found_now(key, at) for key in IN_A_WORLD}
        compared_with_compliance(rows, at)
        for key in IN_A_WORLD:
            seen[key][at] = kept(rows[key])
    acting(PRIYA)
    for key in IN_A_WORLD:
        assert by_the_past(key, seen[key]) == seen[key], key
        assert any(seen[key].values()), f"there was one of {key}"


def compared(key: str, at: datetime, seen: Seen) -> None:
    acting(PRIYA)
    seen[at] = kept(found_now(key, at))


def test_reviews_by_supervisors_are_late_from_one_to_the_next() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, now=NOW, lead=user(PRIYA), team=user(PRIYA).team)
    assessed(priya, case, a_party(priya, case), "high")
    seen: Seen = {}
    for day in range(80):
        at = NOW + day * DAY + HOUR
        if day in {4, 40}:
            reviewed(case, now=at, days=5 if day == 4 else 14)
        if day in {60, 66}:
            # Reopened as it was, by hand: reopening counts anew.
            closed_or_opened(acting(PRIYA), Case.objects.get(pk=case.pk), at)
        compared("supervision_review_due", at + HOUR, seen)
    acting(PRIYA)
    assert by_the_past("supervision_review_due", seen) == seen
    starts = {london_date(start) for found in seen.values() for _, _, start in found}
    assert starts == {london_date(NOW + 10 * DAY), london_date(NOW + 55 * DAY)}


def test_a_report_that_joins_late_is_told_from_when_it_was_entered_and_seen_from_when_it_joined() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team)
    margaret = a_party(priya, case)
    assessed(priya, case, margaret)
    report = take_report(actor=priya, now=NOW + 2 * DAY, telling=telling())
    seen: Seen = {}
    for day in range(12):
        at = NOW + day * DAY
        if day == 3:
            told_of_again(random.Random(), case, at)
        if day == 5:
            join_case(actor=acting(PRIYA), now=at, report=report, case=Case.objects.get(pk=case.pk))
        if day == 9:
            assessed(acting(PRIYA), Case.objects.get(pk=case.pk), margaret, now=at)
        compared("new_report", at + HOUR, seen)
    acting(PRIYA)
    assert by_the_past("new_report", seen) == seen
    starts = [sorted(london_date(start) for _, _, start in found) for found in seen.values()]
    told, joined = [london_date(NOW + 3 * DAY)], [london_date(NOW + 2 * DAY)]
    assert starts == [[]] * 3 + [told] * 2 + [joined] * 4 + [[]] * 3


def test_a_referral_is_late_until_it_is_withdrawn_and_not_while_its_case_is_closed() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team)
    row = open_referral(actor=priya, now=NOW, case=case, kind="victim_first", party=a_party(priya, case))
    assert by_the_past("referral_waits", [NOW + 9 * DAY]) == {NOW + 9 * DAY: Counter()}, "it is not sent"
    sent = send(priya, case, row)
    seen: Seen = {}
    for day in range(14):
        at = NOW + day * DAY
        if day in {6, 8}:
            closed_or_opened(acting(PRIYA), Case.objects.get(pk=case.pk), at)
        if day == 11:
            priya = acting(PRIYA)
            withdraw_referral(
                actor=priya, now=at, case=case, referral=sent, version=sent.version, because="She is well."
            )
        compared("referral_waits", at + HOUR, seen)
    acting(PRIYA)
    assert by_the_past("referral_waits", seen) == seen
    assert sum(map(bool, seen.values())) in {6, 7}, "from its day to day 5, and from 8 to 10"


def test_a_markers_first_day_is_that_of_the_rule_by_which_it_was_proposed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a review the marker says the next day alone; the first is asked of the rule of then, whatever it is now."""

    def of_ten_days(subject: str, on: date) -> Terms | None:
        terms = marker_terms(subject, on)
        return replace(terms, review_days=10) if terms and on <= london_date(NOW + 13 * DAY) else terms

    for module in (markers, high_risk):
        monkeypatch.setattr(module, "marker_terms", of_ten_days)
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team)
    assess(actor=priya, now=NOW, case=case, party=a_party(priya, case), version=matrix(), answers=THREAT)
    marker = Marker.objects.get()
    nadia = acting(NADIA)
    answer_marker(actor=nadia, now=NOW, marker_id=marker.id, version=marker.version, accepts=True)
    seen: Seen = {}
    for day in range(50):
        at = NOW + day * DAY
        if day == 14:
            shown = Marker.objects.get()
            review_marker(
                actor=acting(NADIA),
                now=at,
                marker_id=shown.id,
                version=shown.version,
                stays=True,
                reason="Seen there.",
            )
        compared("marker_review", at + HOUR, seen)
    acting(PRIYA)
    assert by_the_past("marker_review", seen) == seen
    assert [bool(found) for found in seen.values()] == [False] * 10 + [True] * 4 + [False] * 28 + [True] * 8
