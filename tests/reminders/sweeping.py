"""Reminders decided by sweeping, day by day, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from sentinel.accounts.models import User
from sentinel.cases.models import Case, Party
from sentinel.reminders.models import Decision
from tests.cases.making import a_case, a_party
from tests.risk.answers import assessed
from tests.support import acting, user

PRIYA, COLIN, DAWN = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "dawn.ashby@charnwood.example",
)
DAY = timedelta(days=1)


def an_unknown(**changed: Any) -> tuple[Case, Party]:
    """A case of Priya's with one victim, of whom it is not known whether they are vulnerable."""
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA), **{"team": user(PRIYA).team, **changed})
        margaret = a_party(priya, case)
        assessed(priya, case, margaret, vulnerable="unknown")
    return case, margaret


def told(found: list[Decision], key: str = "unknown_answer") -> list[tuple[int, str, str]]:
    names = dict(User.objects.values_list("pk", "email"))
    return [(one.step, one.who, names.get(one.recipient_id, "desk")) for one in found if one.rule.key == key]
