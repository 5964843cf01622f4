"""Wrong, future or impossible dates; a birth before 1900; a period that ends before it begins: a message beside the
field, everything else kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.foundation import clock
from tests.desk.report.calling import TAKE as TAKE_PAGE
from tests.desk.report.calling import beside, call, everything_is_kept, reports, send
from tests.support import signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
DAWN = "dawn.ashby@charnwood.example"

WRONG = [
    ("r-told_day", "30 February", ""),
    ("r-told_day", "13/13/26", ""),
    ("r-told_day", "the other day", ""),
    ("r-told_day", "1/1/2099", "future"),
    ("r-told_time", "25:00", ""),
    ("r-occurred_from_day", "31/9/25", ""),
    ("r-occurred_from_day", "1/1/2099", "future"),
    ("r-occurred_from_day", "3/4/1866", "1900"),
    ("r-caller_birth", "31/12/1899", "1900"),
    ("r-caller_birth", "1/1/2099", "future"),
    ("r-caller_birth", "30/2/1980", ""),
    ("r-caller_birth", "200", ""),
    ("r-other_birth", "about 1850", ""),
]


def test_each_wrong_date_has_its_message_and_nothing_typed_is_lost() -> None:
    dawn = signed_in(DAWN)
    for field, typed, word in WRONG:
        sent = call(**{field.replace("-", "__", 1): typed})
        answer = dawn.post(TAKE_PAGE, sent)
        assert answer.status_code == 200, (field, typed)
        said = beside(answer, field)
        assert said, (field, typed)
        assert word in said, said
        assert 'href="#' in answer.content.decode(), "and in the summary"
        everything_is_kept(answer, sent)
    assert reports(DAWN) == []


def test_a_time_later_today_is_in_the_future() -> None:
    later = clock.now() + timedelta(minutes=90)
    if later.date() != clock.now().date():
        pytest.skip("it is nearly midnight")
    answer = send(signed_in(DAWN), r__told_time=f"{later:%H:%M}")
    assert "future" in beside(answer, "r-told_time")


def test_a_period_that_ends_before_it_begins_is_refused_at_its_end() -> None:
    given = {"r__occurred_from_day": "3/4/26", "r__occurred_to_day": "2/4/26"}
    sent = call(**given)
    answer = signed_in(DAWN).post(TAKE_PAGE, sent)
    assert "ended before it began" in beside(answer, "r-occurred_to_day")
    everything_is_kept(answer, sent)


def test_a_fold_with_something_wrong_in_it_stands_open() -> None:
    answer = send(signed_in(DAWN), r__occurred_to_day="yesterday", r__occurred_from_day="")
    assert "when it began" in beside(answer, "r-occurred_from_day")
    assert '<details class="s-part" data-part="what" open>' in answer.content.decode()


def test_a_time_of_ringing_999_that_is_none_is_said_so() -> None:
    answer = send(signed_in(DAWN), q__danger_now="yes", q__who_rang="caller", q__rang_at="half twelvish")
    assert beside(answer, "q-rang_at")


def test_a_date_that_can_be_read_is_taken() -> None:
    answer = send(signed_in(DAWN), r__occurred_from_day="yesterday", r__caller_birth="about 70")
    assert answer.status_code == 302
    [report] = reports(DAWN)
    assert report.incident is not None
    assert report.incident.precision == "day"
