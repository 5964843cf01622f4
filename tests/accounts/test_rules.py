"""Who may give which role."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.accounts.rules import OVER_ALL, RIGHTS, ROLES, may_appoint, may_grant, rights_of, why_not

ADMINISTRATOR = RIGHTS["local_administrator"]
some_roles = st.sets(st.sampled_from(sorted(ROLES)))


@pytest.mark.parametrize("role", sorted(set(ROLES) - OVER_ALL))
def test_an_administrator_gives_every_role_of_an_agency(role: str) -> None:
    assert may_grant(ADMINISTRATOR, role)
    assert why_not((), [role], rights=ADMINISTRATOR, own=False) is None


@pytest.mark.parametrize("role", sorted(OVER_ALL))
def test_no_administrator_gives_or_takes_what_looks_over_the_partnership(role: str) -> None:
    assert not may_grant(ADMINISTRATOR, role)
    assert "whole partnership" in str(why_not((), [role], rights=ADMINISTRATOR, own=False))
    assert "whole partnership" in str(why_not([role], (), rights=ADMINISTRATOR, own=False))


def test_what_is_left_as_it_is_needs_no_leave() -> None:
    assert why_not(["auditor"], ["auditor", "call_taker"], rights=ADMINISTRATOR, own=False) is None


def test_a_role_that_does_not_exist_is_refused() -> None:
    assert why_not((), ["emperor"], rights=ADMINISTRATOR, own=False) == "There is no such role."


def test_one_may_give_up_a_role_of_ones_own_and_never_add_one() -> None:
    held = ["local_administrator", "supervisor"]
    assert why_not(held, ["local_administrator"], rights=ADMINISTRATOR, own=True) is None
    assert "yourself" in str(why_not(held, [*held, "case_officer"], rights=ADMINISTRATOR, own=True))


@given(before=some_roles, after=some_roles, own=st.booleans(), granter=some_roles)
def test_nobody_without_the_right_changes_any_role(before, after, own, granter) -> None:
    rights = rights_of(granter - {"local_administrator"})
    if before != after:
        assert why_not(before, after, rights=rights, own=own) is not None


@given(before=some_roles, after=some_roles, granter=some_roles)
def test_nobody_gains_a_right_by_changing_their_own_roles(before, after, granter) -> None:
    if why_not(before, after, rights=rights_of(granter), own=True) is None:
        assert rights_of(after) <= rights_of(before)


@given(before=some_roles, after=some_roles, granter=some_roles)
def test_a_role_over_the_partnership_is_never_gained_or_lost(before, after, granter) -> None:
    if why_not(before, after, rights=rights_of(granter), own=False) is None:
        assert before & OVER_ALL == after & OVER_ALL


def test_a_governance_officer_names_administrators_and_nobody_else() -> None:
    rights = RIGHTS["governance_officer"]
    assert [role for role in ROLES if may_appoint(rights, role)] == ["local_administrator"]
    assert not any(may_appoint(ADMINISTRATOR, role) for role in ROLES)
