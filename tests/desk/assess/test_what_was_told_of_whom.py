"""What one person said on the call is never shown as another's answer, not even in one household (R28)."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.cases.models import Case
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.queries import current_version
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import OtherGiven
from tests.cases.making import a_party
from tests.reports.telling import letters, telling
from tests.support import acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
PRIYA = "priya.nair@charnwood.example"
SAID = {
    "threat_to_life": "yes",
    "threat_to_life__why": "He would burn them out",
    "suicide": "no",
    "impact": "extremely",
    "impact_words": "She does not sleep",
    "vulnerable": "yes",
    "vulnerable__why": "Her brother uses a wheelchair",
}


def told(happened_to: str) -> Case:
    """A case opened from a call by Margaret Ellis, told also (or only) of her brother Alan."""
    now = clock_now()
    with transaction.atomic():
        priya = acting(PRIYA)
        alan = OtherGiven(name="Alan Ellis", birth=None, description="Her brother")
        report = take_report(
            actor=priya, now=now,
            telling=telling(
                told_at=now, happened_to=happened_to, victim=None if happened_to == "caller" else alan,
                victor=letters(had="yes", risk="yes"), script_id=current_version("call-script", london_date(now)).id,
                script_answers={"happened_to": happened_to, **SAID},
            ),
        )  # fmt: skip
        return open_case_from_report(actor=priya, now=now, report=report, title="Threats", involved=[])


def page_of(case: Case, name: str) -> str:
    """The assessment page of somebody of the case."""
    client = signed_in(PRIYA)
    people = client.get(f"/cases/{case.reference}").content.decode()
    before = people[: people.index(f">{name}</a>")]
    address = before[before.rindex('href="') + 6 :].split('"')[0]
    page = client.get(f"{address}/assess").content.decode()
    assert f"How at risk is {name}?" in page
    return page


def test_another_victim_of_the_house_has_what_happened_and_none_of_the_callers_own_answers() -> None:
    page = page_of(told("caller_and_others"), "Alan Ellis")
    assert "He would burn them out" in page
    for own in ("She does not sleep", "suicide__keep", "impact__keep", "vulnerable__keep"):
        assert own not in page


def test_the_caller_keeps_her_own_answers_but_not_who_is_vulnerable_among_several() -> None:
    page = page_of(told("caller_and_others"), "Margaret Ellis")
    assert "suicide__keep" in page
    assert "She does not sleep" in page
    assert "Her brother uses a wheelchair" not in page


def test_the_only_victim_is_asked_nothing_twice() -> None:
    page = page_of(told("caller"), "Margaret Ellis")
    for key in ("threat_to_life", "suicide", "impact", "vulnerable"):
        assert f"{key}__keep" in page


def test_what_a_caller_tells_of_somebody_else_is_that_persons() -> None:
    page = page_of(told("somebody_else"), "Alan Ellis")
    assert "impact__keep" in page
    assert "Her brother uses a wheelchair" in page


def test_a_victim_named_later_starts_with_what_happened_alone() -> None:
    case = told("caller")
    with transaction.atomic():
        a_party(acting(PRIYA), case, "Joan Ellis", now=clock_now())
    page = page_of(case, "Joan Ellis")
    assert "He would burn them out" in page
    assert "suicide__keep" not in page
