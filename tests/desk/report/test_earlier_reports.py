"""Once a caller is confirmed, their earlier reports stand by their name, wherever it happened; only those that the taker may open."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from sentinel.audit.models import Entry
from sentinel.cases.models import PartyIdentity
from sentinel.cases.operations import protect_identity
from sentinel.foundation import clock
from sentinel.matching.queries import earlier_of
from sentinel.people.merging import merge, preview
from sentinel.reports.models import Report
from sentinel.reports.operations import open_case_from_report, take_report
from tests.desk.case.counting import statements
from tests.desk.report.calling import TAKE, call, page
from tests.people.merging import NOOR
from tests.reports.telling import telling
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
KNOWN = "/reports/take/known"
DAWN, BETH = "dawn.ashby@charnwood.example", "beth.carr@three-oaks.example"
PLACES = ("14 Sparrow Lane", "3 Granby Street", "9 Toothill Road")


def told(*places: str, by: str = PRIYA, person: uuid.UUID | None = None, **given: Any) -> list[Report]:
    """Tellings by Margaret Ellis of what happened at these places, oldest first, a day apart."""
    found = []
    with transaction.atomic():
        taker, now = acting(by), clock.now()
        for number, words in enumerate(places):
            when = now - timedelta(days=len(places) - number)
            report = take_report(
                actor=taker, now=now, telling=telling(told_at=when, place_words=words, **given)
            )
            if person is not None:
                PartyIdentity.objects.filter(party=report.caller_party).update(person_id=person)
            person = person or person_of(report)
            found.append(report)
    return found


def person_of(report: Report) -> uuid.UUID:
    return PartyIdentity.objects.get(party=report.caller_party).person_id


def margaret(report: Report) -> uuid.UUID:
    with transaction.atomic():
        acting(PRIYA)
        return person_of(report)


def typed() -> dict[str, str]:
    return call(q__where="Market Place, Loughborough")


def panel(email: str, person: uuid.UUID | None, **more: str) -> str:
    """The panel beside the form for what is typed at a place where nothing has happened."""
    chosen = {"person_is": str(person)} if person else {}
    return page(signed_in(email).post(KNOWN, {**typed(), **chosen, **more}))  # type: ignore[arg-type]


def listed(text: str) -> list[str]:
    """The references of the confirmed person's reports, as they are linked."""
    return re.findall(r'id="known-earlier-[^"]*" href="/reports/([^"]+)"', text)


def test_a_confirmed_caller_s_earlier_reports_of_other_places_are_listed_newest_first() -> None:
    first, second = told(*PLACES[:2])
    person = margaret(first)
    assert listed(panel(PRIYA, None)) == [], "of nobody before they are confirmed"
    text = panel(PRIYA, person)
    assert listed(text) == [second.reference, first.reference]
    item = text.split(f'href="/reports/{second.reference}"')[1].split("</li>")[0]
    assert 'target="_blank"' in item, "what was typed stays where it is"
    assert "3 Granby Street" in item
    assert "Noise" in item
    assert f"{second.told_at:%Y}" in item
    whole = page(signed_in(PRIYA).post(TAKE, {**typed(), "person_is": str(person), "do": "known"}))  # type: ignore[arg-type]
    assert listed(whole) == listed(text), "without a script too"


def test_a_report_of_a_case_that_is_shown_stands_under_it_alone() -> None:
    first, second = told(*PLACES[:2])
    with transaction.atomic():
        priya, now = acting(PRIYA), clock.now()
        first = Report.objects.get(pk=first.pk)
        open_case_from_report(actor=priya, now=now, report=first, title="Noise at Sparrow Lane")
    text = panel(PRIYA, margaret(first))
    assert sorted(listed(text)) == sorted([first.reference, second.reference])
    under = text.split("Noise at Sparrow Lane")[1].split("Earlier reports")
    assert listed(under[0]) == [first.reference]
    assert listed(under[1]) == [second.reference]


def test_at_most_five_are_listed_and_the_rest_counted() -> None:
    several = told(*[f"{number} Granby Street" for number in range(1, 8)])
    person = margaret(several[0])
    text = panel(PRIYA, person)
    assert listed(text) == [one.reference for one in several[:1:-1]]
    assert "and 2 more" in text
    assert f'href="/people/{person}"' in text
    few = panel(PRIYA, margaret(told(*PLACES)[0]))
    assert len(listed(few)) == 3
    assert not re.search(r"and \d+ more<", few)
    assert "-more" not in few.split("Earlier reports")[1].split("Not so after all")[0]


def test_of_what_the_taker_may_not_open_nothing_is_said_nor_counted() -> None:
    [own] = told(PLACES[0], by=DAWN)
    others = told(*PLACES[1:], person=margaret(own))
    with transaction.atomic():
        acting(PRIYA)
        assert Report.objects.filter(pk__in=[one.pk for one in others]).update(team=None) == 2
    assert listed(panel(DAWN, margaret(own))) == [own.reference], (
        "a call taker opens their own and the team's"
    )
    assert len(listed(panel(PRIYA, margaret(own)))) == 3
    person = margaret(own)
    with transaction.atomic():
        assert earlier_of(acting(BETH), person).shown == 0, "another agency reads none of them"


def test_what_either_half_of_a_merged_person_told_is_listed() -> None:
    [first] = told(PLACES[0])
    [second] = told(PLACES[1])
    one, other = margaret(first), margaret(second)
    assert one != other
    with transaction.atomic():
        noor = acting(NOOR)
        seen = preview(noor, one, other).seen
        merge(actor=noor, now=clock.now(), first=one, second=other, why="The same number", seen=seen)
    assert listed(panel(PRIYA, one)) == listed(panel(PRIYA, other))
    assert sorted(listed(panel(PRIYA, one))) == sorted([first.reference, second.reference])


def test_what_a_protected_caller_told_is_not_listed() -> None:
    first, second = told(*PLACES[:2])
    with transaction.atomic():
        priya = acting(PRIYA)
        party = Report.objects.get(pk=second.pk).caller_party
        assert party is not None
        protect_identity(actor=priya, now=clock.now(), party=party)
    assert listed(panel(DAWN, margaret(first))) == [first.reference]


def test_how_many_were_told_of_is_written_down() -> None:
    first, _ = told(*PLACES[:2])
    person = margaret(first)
    panel(PRIYA, person)
    with transaction.atomic():
        acting("ravi.desai@police.example")
        entry = Entry.objects.filter(kind="search", subject="already known").order_by("-id").first()
        assert entry is not None
        assert entry.detail["reports"] == 2
        assert str(person) in entry.detail["persons"]


def test_they_take_one_statement_however_many_there_are() -> None:
    person = margaret(told(PLACES[0])[0])
    counts = []
    for more in (1, 6):
        told(*[f"{number} Granby Street" for number in range(more)], person=person)
        with transaction.atomic():
            priya = acting(PRIYA)
            with statements() as ran:
                earlier_of(priya, person)
        counts.append(ran.count)
    assert counts == [1, 1]
