"""The case page asks as often of a case of any kind, and at most fifteen times when the session is written as well."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.accounts.sessions import SEEN
from sentinel.cases.models import Case
from sentinel.foundation.clock import now
from tests.cases.making import a_case, a_party
from tests.desk.case.counting import statements
from tests.risk.answers import assessed
from tests.support import PRIYA, acting, signed_in, user

pytestmark = pytest.mark.usefixtures("transactional_db")


def of_people(*roles: str, assess: bool = False) -> Case:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now(), lead=user(PRIYA), team=user(PRIYA).team)
        for number, role in enumerate(roles):
            party = a_party(priya, case, f"Person {'ABC'[number]}", role, now=now())
            if assess:
                assessed(priya, case, party, "medium", now=now())
    return case


def asked_by(case: Case, *, session_is_written: bool = False) -> list[str]:
    client, path = signed_in(PRIYA), f"/cases/{case.reference}"
    assert client.get(path).status_code == 200
    if session_is_written:
        session = client.session
        session[SEEN] = 0
        session.save()
    with statements() as asked:
        assert client.get(path).status_code == 200
    return asked.sql


def test_a_case_without_a_victim_asks_no_more_than_one_with_two() -> None:
    kinds = [
        of_people(),
        of_people("alleged_perpetrator"),
        of_people("victim"),
        of_people("victim", "victim", assess=True),
    ]
    counts = {len(asked_by(case)) for case in kinds}
    assert counts == {14}


def test_a_page_that_puts_the_end_of_the_session_off_asks_fifteen_times() -> None:
    asked = asked_by(of_people("alleged_perpetrator"), session_is_written=True)
    assert any('UPDATE "django_session"' in one for one in asked)
    assert len(asked) == 15, "\n".join(asked)


def test_no_statement_of_the_page_is_planned_for_its_values_and_the_clock_is_asked_once() -> None:
    asked = asked_by(of_people("victim"))
    kept = [number for number, one in enumerate(asked) if "force_generic_plan" in one]
    first = next(number for number, one in enumerate(asked) if '"cases_case"' in one)
    assert len(kept) == 1
    assert kept[0] < first
    assert sum("foundation_clock" in one for one in asked) == 1
