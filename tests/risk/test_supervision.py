"""Who looks at the work on a case, how often by its band, and what they decided."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.cases.models import Case
from sentinel.cases.operations.closing import propose_closure
from sentinel.foundation.actor import Actor
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.questionnaires.models import LocalRule
from sentinel.risk.models import SupervisionReview
from sentinel.risk.queries import risk_in
from sentinel.risk.supervision.operations import record_review
from sentinel.risk.supervision.queries import as_reviewed, clocks_on, due_of, reviews_of, with_due
from sentinel.risk.supervision.rules import Clock, Reviewed, clocks, due_on, level_of, next_review
from tests.cases.making import a_case, a_party, agency
from tests.risk.answers import assessed
from tests.support import NOW, PRIYA, acting, user

COLIN, RUTH = "colin.webb@charnwood.example", "ruth.adeyemi@charnwood.example"
TOM, HELEN, AISHA = "tom.marsh@police.example", "helen.brook@police.example", "aisha.rahman@police.example"
DAY = timedelta(days=1)
TODAY = date(2026, 11, 20)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def reviewed(
    case: Case, email: str = COLIN, *, now: datetime = NOW, days: int = 10, **changed: object
) -> SupervisionReview:
    said = {"looked_at": "The plan and the last contacts.", "decision": "carry_on", "reason": "It works.",
            "next_on": london_date(now) + days * DAY, **changed}  # fmt: skip
    return record_review(actor=acting(email), now=now, case=Case.objects.get(pk=case.pk), **said)  # type: ignore[arg-type]


def a_banded_case(email: str = PRIYA, band: str = "medium", *, now: datetime = NOW) -> tuple[Actor, Case]:
    officer = acting(email)
    case = a_case(officer, now=now, lead=user(email), team=user(email).team)
    assessed(officer, case, a_party(officer, case, now=now), band, now=now)
    return officer, Case.objects.select_related("owner_agency").get(pk=case.pk)


class TestTheClock:
    def test_it_counts_from_when_the_band_began_to_hold_and_then_from_each_review(self) -> None:
        assert due_on(since=at(1), days=14, reviews=[], level=1) == date(2026, 11, 15)
        assert due_on(
            since=at(1), days=14, reviews=[Reviewed(at(10), 1, date(2026, 12, 20))], level=1
        ) == date(2026, 11, 24)

    def test_a_reviewer_may_ask_for_it_sooner_and_never_later(self) -> None:
        sooner = [Reviewed(at(10), 1, date(2026, 11, 13))]
        assert due_on(since=at(1), days=14, reviews=sooner, level=1) == date(2026, 11, 13)

    def test_what_became_high_after_a_review_does_not_wait_for_the_day_that_was_set_before(self) -> None:
        before = [Reviewed(at(2), 1, date(2027, 1, 20))]
        assert due_on(since=at(9), days=14, reviews=before, level=1) == date(2026, 11, 23)

    def test_a_review_counts_for_the_levels_below_and_not_above(self) -> None:
        by_inspector = [Reviewed(at(10), 2, date(2026, 12, 30))]
        assert due_on(since=at(1), days=14, reviews=by_inspector, level=1) == date(2026, 11, 24)
        by_sergeant = [Reviewed(at(10), 1, date(2026, 12, 30))]
        assert due_on(since=at(1), days=28, reviews=by_sergeant, level=2) == date(2026, 11, 29)

    def test_days_are_those_of_london_over_the_end_of_summer_time(self) -> None:
        late_evening = datetime(2026, 10, 20, 23, 30, tzinfo=UTC)  # the 21st in London
        assert due_on(since=late_evening, days=14, reviews=[], level=1) == date(2026, 11, 4)

    def test_the_first_of_several_lines_is_due(self) -> None:
        lines = [Clock(3, 1, 14, "supervisor"), Clock(3, 2, 28, "inspector"), Clock(2, 1, 1, "other band")]
        found = next_review(lines, band=3, since=at(1), reviews=[Reviewed(at(12), 1, date(2026, 12, 30))])
        assert found is not None
        assert (found.level, found.on, found.words) == (1, date(2026, 11, 26), "supervisor")
        assert found.is_late(date(2026, 11, 27))
        assert not found.is_late(date(2026, 11, 26))
        assert next_review(lines, band=1, since=at(1), reviews=[]) is None

    def test_a_line_of_another_kind_of_agency_or_of_a_role_that_there_is_not_is_left_out(self) -> None:
        item = {
            "key": "a",
            "label": "x",
            "band": "high",
            "role": "supervisor",
            "agency_type": "any",
            "days": 14,
        }
        odd = {**item, "role": "chief_inspector"}
        assert len(clocks([item, odd, {**item, "agency_type": "police"}], "district")) == 1
        for kind in ("police", "district"):
            assert len(clocks([item, odd, {**item, "agency_type": "probation"}], kind)) == 1

    def test_an_agencys_own_line_stands_in_place_of_the_one_for_any(self) -> None:
        line = {"label": "x", "band": "high", "role": "supervisor", "agency_type": "any", "days": 14}
        lines = [
            line,
            {**line, "agency_type": "landlord", "days": 7},
            {**line, "agency_type": "police", "days": 3},
        ]
        assert [one.days for one in clocks(lines, "district")] == [14]
        assert [one.days for one in clocks(lines, "housing")] == [7], "a rule calls it a landlord"
        assert [one.days for one in clocks(lines, "police")] == [3]
        above = {**line, "role": "area_inspector", "agency_type": "police", "days": 28}
        assert [(one.level, one.days) for one in clocks([*lines, above], "police")] == [(1, 3), (2, 28)]

    def test_rights_say_on_which_level_somebody_stands(self) -> None:
        assert [level_of(rights) for rights in ((), ("review_case",), ("review_case", "review_above"))] == [
            0,
            1,
            2,
        ]

    @given(
        days=st.integers(1, 90), since=st.integers(0, 60),
        reviews=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 2), st.integers(1, 90)), max_size=5),
    )  # fmt: skip
    def test_nothing_puts_a_review_later_than_the_rules_days_after_the_newest_of_what_counts(
        self, days: int, since: int, reviews: list[tuple[int, int, int]]
    ) -> None:
        began = at(1) + since * DAY
        done = [
            Reviewed(at(1) + day * DAY, level, london_date(at(1)) + (day + more) * DAY)
            for day, level, more in reviews
        ]
        on = due_on(since=began, days=days, reviews=done, level=1)
        assert on <= london_date(max([began, *(one.at for one in done)])) + days * DAY
        if not done:
            assert on == london_date(began) + days * DAY


pytestmark = pytest.mark.django_db


def test_the_shipped_days_are_the_published_ones_and_marked_as_to_be_agreed() -> None:
    police = {(one.band, one.level): one.days for one in clocks_on(TODAY, agency("police").id)}
    assert police == {(3, 1): 14, (3, 2): 28, (2, 1): 28, (2, 2): 56, (1, 1): 84}
    assert {one.level for one in clocks_on(TODAY, agency("charnwood").id)} == {1}
    assert not LocalRule.objects.get(name="supervision-review").confirmed


def test_a_case_is_due_by_its_highest_band_from_when_that_began() -> None:
    priya, case = a_banded_case(band="low")
    due = due_of(case, risk_in(priya, case).reviews, NOW)
    assert due is not None
    assert due.on == TODAY + 84 * DAY
    acting(PRIYA)
    joan = a_party(priya, case, "Joan Ellis")
    assessed(priya, case, joan, "high", now=NOW + 5 * DAY)
    case = Case.objects.get(pk=case.pk)
    due = due_of(case, [], NOW + 5 * DAY)
    assert due is not None
    assert due.on == TODAY + 19 * DAY
    assessed(priya, case, joan, "high", now=NOW + 9 * DAY)
    again = due_of(Case.objects.get(pk=case.pk), [], NOW + 9 * DAY)
    assert again == due, "high said again starts no clock anew"


def test_a_review_is_kept_with_its_reason_and_told_on_the_timeline() -> None:
    _, case = a_banded_case()
    row = reviewed(case, days=20)
    assert (row.band, row.level, row.reviewer_id) == (2, 1, user(COLIN).pk)
    event = Event.objects.get(record_id=case.id, kind="supervision_reviewed")
    assert event.payload == {"decision": "carry_on", "next_on": "2026-12-10"}
    found = risk_in(acting(COLIN), case).reviews
    assert found == [as_reviewed(row)], "it comes with what is known of the case's risk"
    due = due_of(case, found, NOW)
    assert due is not None
    assert due.on == date(2026, 12, 10)
    assert [one.pk for one in reviews_of(acting(COLIN), case)] == [row.pk]


def test_nobody_reviews_their_own_case_another_agencys_or_without_the_right() -> None:
    _, case = a_banded_case()
    for email, words in ((TOM, "agency"), (PRIYA, "role")):
        with pytest.raises(Refused, match=words):
            reviewed(case, email)
    _, own = a_banded_case(COLIN)
    with pytest.raises(Refused, match="You lead this case"):
        reviewed(own, COLIN)
    reviewed(own, RUTH)
    assert not SupervisionReview.objects.filter(case=case).exists()


def test_what_is_missing_is_said_all_at_once_and_nothing_is_kept() -> None:
    _, case = a_banded_case()
    with pytest.raises(Invalid) as caught:
        reviewed(case, looked_at="  ", decision="perhaps", reason="", next_on=TODAY)
    assert set(caught.value.errors) == {"looked_at", "decision", "reason", "next_on"}
    with pytest.raises(Invalid, match="within 28 days"):
        reviewed(case, days=29)
    assert not SupervisionReview.objects.exists()
    assert not Event.objects.filter(kind="supervision_reviewed").exists()


def test_an_inspector_may_set_a_later_day_and_the_supervisors_clock_goes_on() -> None:
    _, case = a_banded_case(AISHA, "high")
    reviewed(case, HELEN, days=28)
    due = due_of(case, risk_in(acting(HELEN), case).reviews, NOW)
    assert due is not None
    assert (due.level, due.on) == (1, TODAY + 14 * DAY)


def test_a_closed_case_and_one_that_nobody_assessed_have_no_clock() -> None:
    priya = acting(PRIYA)
    bare = a_case(priya)
    assert due_of(bare, [], NOW) is None
    _, case = a_banded_case()
    case.status = "closed"
    assert due_of(case, [], NOW) is None
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=NOW)
    with pytest.raises(Conflict):
        reviewed(case)


def test_a_proposed_closure_stops_no_review() -> None:
    priya, case = a_banded_case()
    propose_closure(
        actor=priya, now=NOW, case=case, version=case.version, code="resolved_informal", reasons="It stopped."
    )
    assert reviewed(case, decision="towards_closing").pk


def test_the_database_works_out_the_same_day_as_the_rule() -> None:
    _, case = a_banded_case(AISHA, "high", now=NOW - 40 * DAY)
    _, other = a_banded_case(AISHA, "low", now=NOW - 40 * DAY)
    reviewed(case, TOM, now=NOW - 20 * DAY, days=9)
    reviewed(case, HELEN, now=NOW - 11 * DAY, days=25)
    reviewed(case, TOM, now=NOW - 2 * DAY, days=3)
    acting(AISHA)
    days = {1: (84, 28, 14), 2: (120, 56, 28)}
    for level, (low, medium, high) in days.items():
        rows = with_due(Case.objects.filter(pk__in=[case.pk, other.pk]), level, low, medium, high)
        for row in rows:
            many = {1: low, 2: medium, 3: high}[row.highest_band]
            done = [as_reviewed(one) for one in reviews_of(acting(AISHA), row)]
            expected = due_on(since=row.band_since or row.opened_at, days=many, reviews=done, level=level)
            assert row.review_by == expected, (level, row.highest_band)  # type: ignore[attr-defined]


def test_where_the_rule_says_nothing_the_next_review_is_within_a_year() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team)
    with pytest.raises(Invalid, match="within a year"):
        reviewed(case, days=367)
    assert reviewed(case, days=366).next_on == TODAY + 366 * DAY
