"""The main job through the pages: a call taker's first question, a practitioner's case, a supervisor's closure."""

from __future__ import annotations

import re

import pytest
from django.db import transaction

from sentinel.foundation import clock
from sentinel.people.models import PersonName
from sentinel.reports.models import Report, VictorE
from sentinel.reports.operations import take_report
from tests.journeys.assessing import answers
from tests.journeys.people import Somebody
from tests.reports.telling import telling
from tests.support import PRIYA, acting

pytestmark = pytest.mark.long
DAWN = "dawn.ashby@charnwood.example"
COLIN = "colin.webb@charnwood.example"
WORDS = "He is banging on our door again. My daughter is hiding upstairs."
REFERENCE = re.compile(r"/(?:reports|cases)/(LLR-[0-9A-Z-]+)")


@pytest.fixture
def known_before(transactional_db: None) -> Report:
    """Margaret Ellis rang last month."""
    now = clock.now()
    with transaction.atomic():
        return take_report(actor=acting(PRIYA), now=now, telling=telling(told_at=now))


def begins_the_call(dawn: Somebody) -> None:
    dawn.choose(q__danger_now="yes")
    dawn.choose(q__who_rang="caller")
    dawn.write(q__rang_at="00:05", q__emergency_log="612 of today")
    dawn.write(q__caller_name="Margret Elis", q__caller_number="01632 960142")
    dawn.write(q__where="14 Sparrow Lane, Loughborough", q__what=WORDS)


def answers_about_the_caller(dawn: Somebody) -> None:
    dawn.choose(q__name_wish="may_be_used", q__happened_to="caller")


def answers_the_rest(dawn: Somebody) -> None:
    """Part by part, as they stand on the page."""
    dawn.choose(q__going_on="yes", q__afraid="yes")
    dawn.choose(q__doing_it="by_sight")
    dawn.write(q__doing_it_words="A man of about 30 from number 12, in a grey hood")
    dawn.choose(q__targeted="household", q__crime="unknown")
    dawn.choose(q__happened_before="yes")
    dawn.choose(q__under_18="yes")
    dawn.write(q__under_18__why="Her daughter, 9, is hiding upstairs")
    dawn.choose(q__vulnerable="no", q__threat_to_life="no", q__weapon="no", q__violence="no", q__hate="no")


def puts_on_record(dawn: Somebody) -> None:
    dawn.choose(r__category="personal")
    dawn.pick(r__national_type="noise")


def reference_in(somebody: Somebody) -> str:
    found = REFERENCE.search(somebody.path)
    assert found, somebody.path
    return found[1]


def test_a_report_is_taken_worked_and_closed(somebody: type[Somebody], known_before: Report) -> None:
    reference = the_call_is_taken(somebody(DAWN))
    priya = somebody(PRIYA)
    case = the_case_is_opened(priya, reference)
    the_victim_is_assessed(priya, case)
    the_plan_is_made_and_done(priya, case)
    the_victim_is_kept_told(priya, case)
    the_other_side_may_be_approached(priya, case)
    the_closure_is_asked_for(priya, case)
    colin = somebody(COLIN)
    the_supervisor_closes(colin, case)
    the_timeline_carries_it(colin, case)
    assert priya.complaints == colin.complaints == []


def the_call_is_taken(dawn: Somebody) -> str:
    """Dawn takes the call; the form grows with the answers; she may not open the case."""
    dawn.go("/reports/take")
    first = dawn.page.locator("main fieldset legend").first
    assert first.inner_text().strip() == "Is anyone in danger now?"
    assert not dawn.sees("q__who_rang")
    assert not dawn.sees("q__happened_to")
    dawn.choose(q__danger_now="yes")
    assert "Ring 999 now. If you cannot speak, press 55 on a mobile." in dawn.text
    begins_the_call(dawn)
    assert dawn.sees("q__happened_to"), "what was said brings the next part"
    assert not dawn.sees("q__afraid")
    panel = dawn.page.locator("#known")
    panel.get_by_text("Margaret Ellis").first.wait_for()
    panel.get_by_role("button", name="It is", exact=False).first.click()
    panel.get_by_text("Confirmed").wait_for()
    answers_about_the_caller(dawn)
    assert dawn.sees("q__afraid"), "an answered part opens the next"
    answers_the_rest(dawn)
    puts_on_record(dawn)
    dawn.page.locator("#decision", has_text="this opens a case").wait_for()
    dawn.press("Record the report")
    reference = reference_in(dawn)
    assert f"Your reference is {reference}" in dawn.text
    assert "We will be in touch by" in dawn.text
    assert "VICTOR-E is met: a case must be opened. A practitioner opens it." in dawn.text
    assert "The caller rang 999" in dawn.text
    assert "log 612 of today" in dawn.text
    assert "Nobody has picked it up" in dawn.text
    assert dawn.page.get_by_role("link", name="Open a case").count() == 0
    assert dawn.complaints == []
    return reference


def the_case_is_opened(priya: Somebody, reference: str) -> str:
    priya.go("/reports/?waiting=on")
    assert "nobody has picked it up" in priya.text
    priya.go(f"/reports/{reference}")
    assert "Margaret Ellis" in priya.text, "as she is known, not as she was misheard"
    priya.press("Pick it up")
    assert re.search(r"With Priya Nair \d+ minutes? after it was told", priya.text)
    priya.follow("Open a case")
    priya.press("Open the case")
    assert "Not assessed" in priya.text
    assert WORDS in priya.text
    return reference_in(priya)


def victim(priya: Somebody, case: str, page: str) -> None:
    """Go to a page about the victim, by the link of the case page."""
    priya.go(f"/cases/{case}")
    link = priya.page.locator(f'a[href*="/people/"][href$="/{page}"]').first
    href = link.get_attribute("href")
    assert href, f"the case leads to {page}"
    priya.go(href)


def the_victim_is_assessed(priya: Somebody, case: str) -> None:
    victim(priya, case, "assess")
    assert "Margaret Ellis" in priya.text
    answers(priya, band="medium", why="Afraid, at home, with a child; no violence so far.")
    priya.press("Keep this assessment")
    priya.go(f"/cases/{case}")
    assert "Medium" in priya.text


def the_plan_is_made_and_done(priya: Somebody, case: str) -> None:
    priya.go(f"/cases/{case}/actions/add")
    priya.write(what="Visit number 12 with the neighbourhood officer", due="tomorrow")
    priya.press("Add the action")
    priya.go(f"/cases/{case}")
    assert "Visit number 12 with the neighbourhood officer" in priya.text
    priya.page.locator(f'a[href^="/cases/{case}/actions/"]:not([href$="/add"])').first.click()
    priya.choose(outcome="done")
    priya.write(words="He agreed to keep away from the door.")
    priya.press("Settle the action")


def the_victim_is_kept_told(priya: Somebody, case: str) -> None:
    victim(priya, case, "contact")
    priya.choose(method="phone")
    if priya.sees("unsafe_reason"):
        priya.write(unsafe_reason="She rang from this number and was not asked another way.")
    priya.choose(result="reached")
    priya.write(said="She feels safer and knows about the visit.")
    priya.press("Record this contact")


def the_other_side_may_be_approached(priya: Somebody, case: str) -> None:
    priya.go(f"/cases/{case}/approach")
    priya.choose(may_approach="yes", may_be_identifiable="yes", told_before="yes", safety_plan="yes")
    priya.write(told_before__why="Today, by telephone", safety_plan__why="Her sister stays with her")
    priya.press("Keep the answers")


def the_closure_is_asked_for(priya: Somebody, case: str) -> None:
    priya.go(f"/cases/{case}/close")
    assert "What is missing" in priya.text, "she has not been told what was decided"
    priya.choose(code="resolved_informal")
    priya.write(reasons="Spoken to; it has stopped.")
    priya.press("Propose the closure")
    priya.go(f"/cases/{case}/close")
    priya.follow("Tell Margaret Ellis what was decided")
    priya.choose(result="told", method="phone")
    for told in ("told_outcome", "told_reasons", "told_review_right", "told_how_to_return"):
        priya.page.check(f'[name="{told}"]')
    if priya.sees("unsafe_reason"):
        priya.write(unsafe_reason="She rang from this number and was not asked another way.")
    priya.write(said="It has stopped; ring us if it comes back.")
    priya.press("Keep this")
    priya.go(f"/cases/{case}/close")
    assert "Nothing is missing" in priya.text
    assert priya.page.locator('[name="answer"][value="decide"]').count() == 0, "she does not decide on it"


def the_supervisor_closes(colin: Somebody, case: str) -> None:
    colin.go(f"/cases/{case}/close")
    assert "Proposed by Priya Nair" in colin.text
    colin.choose(answer="decide")
    colin.press("Send the decision")
    colin.go(f"/cases/{case}")
    assert "Closed" in colin.text
    assert colin.page.get_by_role("link", name="Reopen the case").is_visible()


def the_timeline_carries_it(colin: Somebody, case: str) -> None:
    colin.go(f"/cases/{case}/timeline")
    told = colin.text
    for name in ("Dawn Ashby", "Priya Nair", "Colin Webb"):
        assert name in told
    for said in (
        "Visit number 12",
        "She feels safer",
        "He agreed to keep away",
        "Spoken to; it has stopped.",
    ):
        assert said in told


@pytest.mark.parametrize("width", [320, 1280])
def test_a_report_is_taken_without_javascript(somebody: type[Somebody], width: int) -> None:
    dawn = somebody(DAWN, script=False, width=width)
    dawn.go("/reports/take")
    begins_the_call(dawn)
    # Every part is there, folded, from the start; nothing has to be opened in any order.
    assert dawn.page.locator("details[data-part]").count() == 8
    dawn.press("Record the report")
    assert "There is a problem" in dawn.text
    assert dawn.sees("q__happened_to"), "a part with something left to say stands open"
    assert dawn.page.locator('[name="q-what"]').input_value() == WORDS
    answers_about_the_caller(dawn)
    answers_the_rest(dawn)
    puts_on_record(dawn)
    dawn.press("Record the report")
    assert f"Your reference is {reference_in(dawn)}" in dawn.text
    assert PersonName.objects.count() == 0, "no actor is stated here, so nothing is seen"
    with transaction.atomic():
        acting(DAWN)
        report = Report.objects.get(reference=reference_in(dawn))
        assert report.danger_log == "612 of today"
        assert VictorE.objects.get(report=report).decision == "case_required"
