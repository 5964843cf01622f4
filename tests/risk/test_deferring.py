"""An assessment put off: with a reason, for the hours of the category, and never an assessment."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from sentinel.access.models import Rung
from sentinel.care.operations import record_contact
from sentinel.cases.gates import missing
from sentinel.cases.models import Case
from sentinel.cases.operations import add_note, set_status
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Invalid, Refused
from sentinel.risk.deferring import defer_assessment
from sentinel.risk.models import Deferral
from sentinel.risk.queries import put_off_in, unassessed_in
from sentinel.risk.rules import why_not_deferred
from tests.cases.making import a_case, a_party
from tests.risk.answers import assessed
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
PRIYA, COLIN, DAWN = (f"{name}@charnwood.example" for name in ("priya.nair", "colin.webb", "dawn.ashby"))
WHY = "She is in hospital until tomorrow and cannot be spoken to."


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize(("category", "hours"), [("personal", 24), ("nuisance", 48), ("environmental", 72)])
def test_it_lasts_for_the_hours_that_the_rule_gives_to_the_category(category: str, hours: int) -> None:
    priya = acting(PRIYA)
    case = a_case(priya, category=category)
    row = defer_assessment(actor=priya, now=NOW, case=case, party=a_party(priya, case), reason=WHY)
    assert row.until == NOW + timedelta(hours=hours)
    assert row.reason == WHY
    assert Event.objects.get(record_id=case.id, kind="assessment_deferred").subject_id == row.id


def test_whoever_was_put_off_is_still_unassessed() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    defer_assessment(actor=priya, now=NOW, case=case, party=margaret, reason=WHY)
    assert fresh(case).unassessed == 1
    assert unassessed_in(priya, case) == [margaret.id]
    assert fresh(case).status == "new", "nothing moves by itself"


def moved(actor_email: str, case: Case, now: datetime) -> str:
    found = fresh(case)
    return set_status(
        actor=acting(actor_email), now=now, case=found, version=found.version, status="active"
    ).status


def test_without_an_assessment_or_a_deferral_that_runs_a_case_does_not_pass_its_first_stage() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret, joan = a_party(priya, case), a_party(priya, case, "Joan Ellis")
    with pytest.raises(Invalid, match="stays new"):
        moved(PRIYA, case, NOW)
    defer_assessment(actor=priya, now=NOW, case=case, party=margaret, reason=WHY)
    with pytest.raises(Invalid, match="stays new"):
        moved(PRIYA, case, NOW)
    assessed(priya, case, joan)
    with pytest.raises(Invalid, match="stays new"):
        moved(PRIYA, case, NOW + timedelta(hours=24))
    assert moved(PRIYA, case, NOW + timedelta(hours=23, minutes=59)) == "active"


def test_a_case_without_a_victim_passes_on_its_own_deferral() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, category="environmental")
    with pytest.raises(Invalid, match="stays new"):
        moved(PRIYA, case, NOW)
    defer_assessment(actor=priya, now=NOW, case=case, reason="Nobody has been there in daylight.")
    assert put_off_in(priya, case, NOW).keys() == {None}
    assert moved(PRIYA, case, NOW + timedelta(hours=71)) == "active"


def test_what_ran_out_stands_in_the_way_of_closing_again() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)

    def stands(now: datetime) -> bool:
        return "victim_unassessed" in {one.code for one in missing(priya, fresh(case), now)}

    assert stands(NOW)
    defer_assessment(actor=priya, now=NOW, case=case, party=margaret, reason=WHY)
    assert not stands(NOW + timedelta(hours=23))
    assert stands(NOW + timedelta(hours=24))


def test_a_case_without_a_victim_is_not_closed_unassessed() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    assert [one.url_name for one in missing(priya, fresh(case), NOW) if one.code == "case_unassessed"] == [
        "assess_case"
    ]


def test_the_first_is_anybodys_who_assesses_and_each_further_one_a_supervisors() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    defer_assessment(actor=priya, now=NOW, case=case, party=margaret, reason=WHY)
    later = NOW + timedelta(hours=30)
    with pytest.raises(Invalid, match="Only a supervisor"):
        defer_assessment(actor=priya, now=later, case=case, party=margaret, reason="Still there.")
    colin = acting(COLIN)
    again = defer_assessment(actor=colin, now=later, case=case, party=margaret, reason="Still there.")
    assert put_off_in(colin, fresh(case), later)[margaret.id].until == again.until


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_nothing_is_put_off_without_a_reason(reason: str) -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    with pytest.raises(Invalid) as error:
        defer_assessment(actor=priya, now=NOW, case=case, party=a_party(priya, case), reason=reason)
    assert set(error.value.errors) == {"reason"}


def test_a_review_is_not_put_off_nor_is_anything_for_who_is_no_victim_or_by_who_may_not() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    assessed(priya, case, margaret)
    with pytest.raises(Invalid, match="already"):
        defer_assessment(actor=priya, now=NOW, case=case, party=margaret, reason=WHY)
    with pytest.raises(Invalid, match="Only a victim"):
        defer_assessment(
            actor=priya, now=NOW, case=case, party=a_party(priya, case, "Ada Osei", "witness"), reason=WHY
        )
    with pytest.raises(Invalid, match="has a victim"):
        defer_assessment(actor=priya, now=NOW, case=case, reason=WHY)
    with pytest.raises(Refused):
        defer_assessment(actor=acting(DAWN), now=NOW, case=case, party=margaret, reason=WHY)


@given(
    reason=st.text(max_size=5), before=st.integers(0, 3), supervises=st.booleans(), assessed_=st.booleans()
)
def test_the_rule_by_itself(reason: str, before: int, supervises: bool, assessed_: bool) -> None:
    why = why_not_deferred(reason=reason, before=before, supervises=supervises, assessed=assessed_)
    assert (why is None) == (bool(reason.strip()) and not assessed_ and (before == 0 or supervises))


def test_the_database_keeps_none_without_reason_or_that_ends_before_it_begins() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    row = defer_assessment(actor=priya, now=NOW, case=case, party=a_party(priya, case), reason=WHY)
    for change in ({"reason": ""}, {"until": NOW - timedelta(hours=1)}, {"party": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deferral.objects.filter(pk=row.pk).update(**change)


def test_no_note_contact_or_share_waits_for_a_matrix() -> None:
    """R58: prompted and counted, and in the way of no help."""
    from sentinel.access.models import Kind
    from sentinel.access.operations import share
    from tests.cases.making import agency

    priya = acting(PRIYA)
    case = a_case(priya)
    margaret = a_party(priya, case)
    add_note(actor=priya, now=NOW, case=fresh(case), text="The door is broken.")
    record_contact(
        actor=priya, now=NOW, case=fresh(case), party=margaret, at=NOW - timedelta(minutes=5), method="visit", result="reached",
        said="Talked at the door.", unsafe_reason="Nobody had asked her yet.",
    )  # fmt: skip
    share(
        actor=priya, now=NOW, record_id=case.id, kind=Kind.CASE, holder_id=agency("victim-first").id, rung=Rung.READ,
        what="case", lawful_basis="test",
    )  # fmt: skip
    assert (fresh(case).unassessed, fresh(case).status) == (1, "new")
