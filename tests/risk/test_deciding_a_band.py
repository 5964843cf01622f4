"""Which band holds: what an answer makes high stays high, raising needs a reason, lowering a supervisor."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.kernel.errors import Invalid
from sentinel.risk.rules import (
    BAND_KEYS,
    HIGH,
    LOW,
    MEDIUM,
    Assessor,
    Decided,
    Given,
    Standing,
    decide,
    why_not_assessed,
)

OFFICER = Assessor(uuid.UUID(int=1), may_raise=True, may_lower=False)
SUPERVISOR = Assessor(uuid.UUID(int=2), may_raise=True, may_lower=True)
LOOKER = Assessor(uuid.UUID(int=3), may_raise=False, may_lower=False)
SCORED_MEDIUM = Given(MEDIUM, automatic=False)
JUDGED = Given(0, automatic=False)
WHY = "Her window was broken again while we spoke."

bands = st.sampled_from(sorted(BAND_KEYS))
assessors = st.builds(
    Assessor, st.one_of(st.none(), st.uuids()), may_raise=st.booleans(), may_lower=st.booleans()
)
standings = st.one_of(st.none(), st.builds(Standing, bands, st.one_of(st.none(), st.uuids())))


def wrong(error: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return set(error.value.errors)


def test_the_answers_band_holds_where_nobody_judges_otherwise() -> None:
    assert decide(given=SCORED_MEDIUM, chosen=None, reason="", standing=None, by=OFFICER) == Decided(MEDIUM)
    assert decide(given=SCORED_MEDIUM, chosen=MEDIUM, reason="", standing=None, by=OFFICER) == Decided(MEDIUM)


def test_any_assessor_raises_with_a_reason() -> None:
    assert decide(given=SCORED_MEDIUM, chosen=HIGH, reason=WHY, standing=None, by=OFFICER) == Decided(
        HIGH, "raised"
    )


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_raising_without_a_reason_is_refused_beside_the_reason(reason: str) -> None:
    with pytest.raises(Invalid) as error:
        decide(given=SCORED_MEDIUM, chosen=HIGH, reason=reason, standing=None, by=OFFICER)
    assert wrong(error) == {"judgement_reason"}


def test_who_has_not_the_right_does_not_raise() -> None:
    with pytest.raises(Invalid) as error:
        decide(given=SCORED_MEDIUM, chosen=HIGH, reason=WHY, standing=None, by=LOOKER)
    assert wrong(error) == {"band"}


def test_an_officer_does_not_lower_and_a_supervisor_does() -> None:
    with pytest.raises(Invalid) as error:
        decide(given=SCORED_MEDIUM, chosen=LOW, reason=WHY, standing=None, by=OFFICER)
    assert wrong(error) == {"band"}
    lowered = decide(given=SCORED_MEDIUM, chosen=LOW, reason=WHY, standing=None, by=SUPERVISOR)
    assert lowered == Decided(LOW, "lowered")


def test_a_supervisor_lowers_only_with_a_reason() -> None:
    with pytest.raises(Invalid) as error:
        decide(given=SCORED_MEDIUM, chosen=LOW, reason=" ", standing=None, by=SUPERVISOR)
    assert wrong(error) == {"judgement_reason"}


def test_a_judged_set_needs_a_band_and_a_reason() -> None:
    with pytest.raises(Invalid) as error:
        decide(given=JUDGED, chosen=None, reason=WHY, standing=None, by=OFFICER)
    assert wrong(error) == {"band"}
    with pytest.raises(Invalid) as error:
        decide(given=JUDGED, chosen=LOW, reason="", standing=None, by=OFFICER)
    assert wrong(error) == {"judgement_reason"}
    assert decide(given=JUDGED, chosen=LOW, reason=WHY, standing=None, by=OFFICER) == Decided(LOW, "judged")


def test_judging_lower_than_what_stands_takes_a_supervisor() -> None:
    standing = Standing(MEDIUM, OFFICER.user_id)
    with pytest.raises(Invalid):
        decide(given=JUDGED, chosen=LOW, reason=WHY, standing=standing, by=OFFICER)
    assert (
        decide(given=JUDGED, chosen=LOW, reason=WHY, standing=standing, by=SUPERVISOR).judgement == "lowered"
    )


def test_an_automatic_answer_lifts_whatever_was_chosen() -> None:
    assert (
        decide(given=Given(0, automatic=True), chosen=LOW, reason=WHY, standing=None, by=OFFICER).band == HIGH
    )
    assert (
        decide(given=Given(HIGH, automatic=True), chosen=LOW, reason=WHY, standing=None, by=SUPERVISOR).band
        == HIGH
    )


def test_an_automatic_answer_needs_no_choice() -> None:
    assert (
        decide(given=Given(0, automatic=True), chosen=None, reason=WHY, standing=None, by=OFFICER).band
        == HIGH
    )


def test_better_answers_alone_do_not_leave_high() -> None:
    standing = Standing(HIGH, SUPERVISOR.user_id)
    with pytest.raises(Invalid) as error:
        decide(given=SCORED_MEDIUM, chosen=None, reason=WHY, standing=standing, by=OFFICER)
    assert wrong(error) == {"band"}


def test_an_officer_keeps_it_high_against_the_answers_with_a_reason() -> None:
    standing = Standing(HIGH, SUPERVISOR.user_id)
    kept = decide(given=SCORED_MEDIUM, chosen=HIGH, reason=WHY, standing=standing, by=OFFICER)
    assert kept == Decided(HIGH, "raised")


def test_leaving_high_takes_another_supervisor_than_the_assessor() -> None:
    with pytest.raises(Invalid) as error:
        decide(
            given=SCORED_MEDIUM,
            chosen=None,
            reason=WHY,
            standing=Standing(HIGH, SUPERVISOR.user_id),
            by=SUPERVISOR,
        )
    assert "Another supervisor" in error.value.message
    left = decide(
        given=SCORED_MEDIUM, chosen=None, reason=WHY, standing=Standing(HIGH, OFFICER.user_id), by=SUPERVISOR
    )
    assert left.band == MEDIUM


def test_leaving_high_by_answers_takes_a_reason() -> None:
    with pytest.raises(Invalid) as error:
        decide(
            given=SCORED_MEDIUM,
            chosen=None,
            reason="",
            standing=Standing(HIGH, OFFICER.user_id),
            by=SUPERVISOR,
        )
    assert wrong(error) == {"judgement_reason"}


@pytest.mark.parametrize("chosen", [0, 4, -1])
def test_a_band_that_is_none_is_refused(chosen: int) -> None:
    with pytest.raises(Invalid):
        decide(given=JUDGED, chosen=chosen, reason=WHY, standing=None, by=SUPERVISOR)


@given(
    computed=st.integers(0, 3), automatic=st.booleans(), chosen=st.one_of(st.none(), bands), reason=st.text(max_size=9),
    standing=standings, by=assessors,
)  # fmt: skip
def test_whatever_is_tried_the_promises_hold(
    computed: int, automatic: bool, chosen: int | None, reason: str, standing: Standing | None, by: Assessor
) -> None:
    given_ = Given(HIGH if automatic and computed else computed, automatic)
    try:
        decided = decide(given=given_, chosen=chosen, reason=reason, standing=standing, by=by)
    except Invalid:
        return
    assert decided.band >= given_.floor
    assert decided.band in BAND_KEYS
    assert not decided.judgement or reason.strip()
    if standing is not None and standing.band == HIGH and decided.band < HIGH:
        assert by.may_lower
        assert reason.strip()
        assert by.user_id is None or by.user_id != standing.assessor_id
    if computed and decided.band < given_.computed:
        assert by.may_lower
    if computed and decided.band > given_.computed:
        assert by.may_raise


@pytest.mark.parametrize(
    ("subject", "roles", "child", "under_age", "may"),
    [
        ("victim", {"victim"}, False, False, True),
        ("victim", {"victim"}, True, True, True),
        ("victim", {"witness"}, False, False, False),
        ("perpetrator", {"alleged_perpetrator"}, False, False, True),
        ("perpetrator", {"alleged_perpetrator"}, True, False, False),
        ("perpetrator", {"alleged_perpetrator"}, False, True, False),
        ("perpetrator", {"child_involved"}, False, False, False),
        ("perpetrator", {"victim"}, False, False, False),
        ("place", {"victim"}, False, False, False),
    ],
)
def test_who_may_be_assessed_as_what(
    subject: str, roles: set[str], child: bool, under_age: bool, may: bool
) -> None:
    why = why_not_assessed(subject=subject, roles=roles, child_involved=child, under_age=under_age)
    assert (why is None) is may
