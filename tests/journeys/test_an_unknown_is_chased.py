"""An answer left unknown is chased by the calendar until it is answered: the pages say so, while the clock is moved for the worker."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import transaction

from sentinel.cases.models import Case, Party
from sentinel.foundation import clock
from sentinel.foundation.models import Message
from sentinel.kernel.clock import london_date, start_of_day
from sentinel.reminders.handing_over import hand_over
from sentinel.reminders.sweep import sweep
from tests.cases.making import a_case, a_party
from tests.journeys.assessing import answers, assesses
from tests.journeys.people import Somebody
from tests.support import PRIYA, acting, user

pytestmark = pytest.mark.long
COLIN = "colin.webb@charnwood.example"
NOTHING = "You are reminded of nothing"


@pytest.fixture
def case(transactional_db: None) -> tuple[Case, Party]:
    """Priya leads a case; Margaret Ellis is its victim and nobody has assessed her."""
    with transaction.atomic():
        priya = acting(PRIYA)
        made = a_case(priya, now=clock.now(), lead=user(PRIYA), team=user(PRIYA).team)
        return made, a_party(priya, made, now=clock.now())


@pytest.fixture
def noon_after(as_worker: Callable[[], AbstractContextManager[None]]) -> Callable[[int], int]:
    """What the worker does at noon so many days from today. Returns how many messages Priya has been written by then."""
    today = start_of_day(london_date(clock.now()))

    def run(days: int) -> int:
        noon = today + timedelta(days=days, hours=12)
        with as_worker():
            sweep(now=noon)
            hand_over(now=noon)
            return Message.objects.filter(source="reminder", recipient=PRIYA).count()

    return run


def test_an_unknown_is_chased_at_4_7_10_14_and_21_days_and_stopped_by_the_answer(
    somebody: type[Somebody], case: tuple[Case, Party], noon_after: Callable[[int], int]
) -> None:
    priya, colin = somebody(PRIYA), somebody(COLIN)
    assesses(priya, *case, band="low", why="It happens seldom.", vulnerable="unknown")
    chased, written = [], 0
    for day in range(22):
        if (now_written := noon_after(day)) == written:
            continue
        written = now_written
        chased.append(day)
        priya.go("/work/reminders")
        assert "Margaret Ellis" in priya.text
        assert f"Number {written}" in priya.text
        colin.go("/work/reminders")
        assert (NOTHING in colin.text) == (written < 3), "the supervisor is told from the third"
    assert chased == [4, 7, 10, 14, 21]

    priya.follow("Margaret Ellis")
    answers(priya, band="low", why="She has said so.")
    priya.press("Keep this assessment")
    assert [noon_after(day) for day in (21, 28, 35)] == [written] * 3, "the answer stops it"
    for one in (priya, colin):
        one.go("/work/reminders")
        assert NOTHING in one.text
        assert one.complaints == []
