"""Who sees which report: a call taker their own and their team's, an agency its own, another what it was let know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import share
from sentinel.accounts.models import Team
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict, Invalid, KnownOnly, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.places.operations import find_or_make_place
from sentinel.reports import queries
from sentinel.reports.models import Draft, Report
from sentinel.reports.operations import hand_on, keep_draft, take_report, throw_draft_away
from sentinel.reports.queries import associated, callers_of, drafts_of, get_draft, get_report, list_reports
from sentinel.reports.telling import CallerGiven
from tests.reports.telling import telling
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
DAWN, COLIN = "dawn.ashby@charnwood.example", "colin.webb@charnwood.example"
SUE, AISHA = "sue.kettle@rutland.example", "aisha.rahman@police.example"


def taken(email: str = PRIYA, **given: object) -> Report:
    return take_report(actor=acting(email), now=NOW, telling=telling(**given))


def other_team() -> Team:
    """Another team of Charnwood's that takes reports, where neither Dawn nor Priya is."""
    made: Team = Team.objects.create(agency=user(PRIYA).agency, name="Zeal", takes_skeletons=True)
    return made


def test_a_call_taker_reads_their_own_and_their_team_s_and_no_other() -> None:
    own, others = taken(DAWN), taken(PRIYA)
    passed = hand_on(actor=acting(PRIYA), now=NOW, report=others, team=other_team())
    dawn = acting(DAWN)
    assert get_report(dawn, own.reference).id == own.id
    with pytest.raises(NotFound):
        get_report(dawn, passed.reference)
    assert {line.report.id for line in list_reports(dawn, whose="all").lines} == {own.id}
    assert get_report(acting(COLIN), passed.reference).team == passed.team


def test_another_agency_is_told_of_nothing_then_of_a_desk_then_reads_and_changes_nothing() -> None:
    report = taken()
    with pytest.raises(NotFound):
        get_report(acting(SUE), report.reference)
    for rung, answer in ((Rung.SUMMARY, KnownOnly), (Rung.READ, None)):
        share(
            actor=acting(PRIYA), now=NOW, record_id=report.id, kind=Kind.REPORT,
            holder_id=user(SUE).agency_id, rung=rung, what="report", lawful_basis="test",
        )  # fmt: skip
        sue = acting(SUE)
        if answer:
            with pytest.raises(answer):
                get_report(sue, report.reference)
    assert get_report(sue, report.reference).id == report.id
    with pytest.raises(Refused):
        get_report(sue, report.reference, Rung.WRITE)
    with pytest.raises(Refused):
        hand_on(actor=sue, now=NOW, report=report, team=Team.objects.filter(agency=user(SUE).agency)[0])
    assert list_reports(sue, whose="all").lines == []


def test_a_reference_with_a_wrong_check_character_is_nobody_s() -> None:
    report = taken()
    wrong = report.reference[:-1] + ("A" if report.reference[-1] != "A" else "B")
    with pytest.raises(NotFound):
        get_report(acting(PRIYA), wrong)


def test_the_list_is_told_longest_ago_first_in_pages_that_leave_none_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    hours = (3, 1, 5, 1, 2)
    made = [taken(told_at=NOW - timedelta(hours=one)) for one in hours]
    priya, found, key = acting(PRIYA), [], ""
    while True:
        page = list_reports(priya, whose="mine", after=key)
        found += [line.report.id for line in page.lines]
        key = page.next_key
        if not key:
            break
    assert sorted(found, key=str) == sorted((one.id for one in made), key=str)
    told = dict(Report.objects.values_list("id", "told_at"))
    assert [told[one] for one in found] == sorted(told[one] for one in found)


def test_a_caller_who_asked_not_to_be_named_is_a_label_to_who_may_not_know() -> None:
    hidden = taken(caller=CallerGiven(name="Margaret Ellis", wish="not_disclosed"))
    share(
        actor=acting(PRIYA), now=NOW, record_id=hidden.id, kind=Kind.REPORT, holder_id=user(AISHA).agency_id,
        rung=Rung.READ, what="report", lawful_basis="test",
    )  # fmt: skip
    assert callers_of(acting(PRIYA), [hidden]) == {hidden.id: "Margaret Ellis"}
    assert callers_of(acting(AISHA), [hidden]) == {hidden.id: "Caller A"}


def test_others_at_the_address_or_by_the_caller_within_a_year_are_associated() -> None:
    priya = acting(PRIYA)
    home = find_or_make_place(actor=priya, now=NOW, words="14 Sparrow Lane", postcode="LE11 2BB").id
    somebody = CallerGiven(name="Ann Bell")
    report = taken(place_id=home)
    near = taken(place_id=home, caller=somebody, told_at=NOW - timedelta(days=364))
    taken(place_id=home, caller=somebody, told_at=NOW - timedelta(days=366))
    taken(caller=somebody)
    person = report.caller_party.identity.person_id  # type: ignore[union-attr]
    same = taken(caller=CallerGiven(name="M Ellis", person_id=person, confirmed_how="date of birth"))
    assert [one.id for one in associated(acting(PRIYA), report, NOW)] == [near.id, same.id]
    assert associated(acting(SUE), report, NOW) == []


def draft(email: str = DAWN, **data: object) -> Draft:
    return keep_draft(actor=acting(email), now=NOW, draft_id=new_id(), data=data or {"q-what": "He is"})


def test_a_draft_is_its_taker_s_alone_and_its_id_is_nobody_else_s() -> None:
    mine = draft()
    assert [one.id for one in drafts_of(acting(DAWN))] == [mine.id]
    for email in (PRIYA, COLIN, SUE):
        actor: Actor = acting(email)
        attempts: list[Callable[[], object]] = [
            lambda: get_draft(acting(email), mine.id),  # noqa: B023  called at once
            lambda: keep_draft(actor=acting(email), now=NOW, draft_id=mine.id, data={"q-what": "x"}),  # noqa: B023
            lambda: throw_draft_away(actor=acting(email), now=NOW, draft_id=mine.id),  # noqa: B023
        ]
        assert drafts_of(actor) == []
        for attempt in attempts:
            with pytest.raises(NotFound):
                attempt()
    assert get_draft(acting(DAWN), mine.id).data == {"q-what": "He is"}


def test_what_is_typed_last_is_kept_without_what_no_text_may_hold() -> None:
    mine = draft()
    later = NOW + timedelta(minutes=1)
    data = {"q-what": ["He is\x00 at the door"], "long": "x" * 300_000}
    keep_draft(actor=acting(DAWN), now=later, draft_id=mine.id, data=data)
    kept = get_draft(acting(DAWN), mine.id)
    assert (kept.data, kept.begun_at, kept.kept_at) == ({"q-what": ["He is at the door"]}, NOW, later)


def test_a_draft_thrown_away_or_recorded_holds_nothing_any_more() -> None:
    gone, became = draft(), draft()
    dawn = acting(DAWN)
    throw_draft_away(actor=dawn, now=NOW, draft_id=gone.id)
    take_report(actor=dawn, now=NOW, telling=telling(submission=became.id))
    assert drafts_of(dawn) == []
    assert list(Draft.objects.values_list("data", flat=True)) == [{}, {}]
    with pytest.raises(Conflict):
        keep_draft(actor=dawn, now=NOW, draft_id=became.id, data={"q-what": "late"})
    with pytest.raises(NotFound):
        throw_draft_away(actor=dawn, now=NOW, draft_id=became.id)
    with pytest.raises(Refused):
        draft("grace.holt@police.example")


def test_a_team_that_takes_no_reports_is_handed_none() -> None:
    none = Team.objects.create(agency=user(PRIYA).agency, name="Archive", takes_skeletons=False)
    with pytest.raises(Invalid):
        hand_on(actor=acting(PRIYA), now=NOW, report=taken(), team=none)
