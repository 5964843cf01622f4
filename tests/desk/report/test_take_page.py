"""Take a report: what the page leads through, what it says is known, and what stands on the report afterwards."""

from __future__ import annotations

import re

import pytest
from django.db import transaction

from sentinel.cases.models import HateMark
from sentinel.foundation import clock
from sentinel.kernel.births import birth_date
from sentinel.people.models import ContactPoint
from sentinel.reports.models import Report
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven
from tests.desk.case.counting import statements
from tests.desk.report.calling import TAKE, beside, call, page, reports, send, value_of
from tests.reports.telling import MARGARET, telling
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
DAWN = "dawn.ashby@charnwood.example"
RAVI = "ravi.desai@police.example"
KNOWN = "/reports/take/known"


def shown(email: str = DAWN) -> str:
    """The page of the report that was taken last."""
    return page(signed_in(email).get(f"/reports/{reports(email)[-1].reference}"))  # type: ignore[arg-type]


def in_order(text: str, *words: str) -> bool:
    places = [text.index(word) for word in words]
    return places == sorted(places)


def test_danger_comes_first_and_what_a_cut_off_call_leaves_comes_before_the_rest() -> None:
    text = page(signed_in(DAWN).get(TAKE))  # type: ignore[arg-type]
    assert in_order(
        text, "Is anyone in danger now?", "Who rang 999?", "Who is calling?", "On what number can we ring back?",
        "Where is it happening?", "What is happening, in their words?", "Did this happen to the caller?",
        "Does the caller know who is doing it?", "Is anyone under 18 there or at risk?",
        "How is it safe to get in touch?", "May we approach the other side?", "Does this need a case?",
        "Record the report", "The call was cut off",
    )  # fmt: skip


def test_the_page_is_refused_to_who_takes_no_reports() -> None:
    assert signed_in(RAVI).get(TAKE).status_code == 403


def test_every_part_says_what_is_left_to_ask_and_one_with_something_left_stands_open() -> None:
    answer = send(signed_in(DAWN), q__happened_before=None, do="known")
    body = answer.content.decode()
    assert '<details class="s-part" data-part="before" open>' in body
    assert body.count('<details class="s-part"') == 8
    assert body.count(' open><summary class="s-part__summary"') == 1
    assert "1 to ask" in body


def test_danger_with_who_rang_when_and_which_log_stands_on_the_report() -> None:
    send(
        signed_in(DAWN),
        q__danger_now="yes",
        q__who_rang="call_taker",
        q__rang_at="00:01",
        q__emergency_log="612",
    )
    text = shown()
    assert "Somebody was in danger." in text
    assert "Whoever took the call rang 999 at 00:01, log 612" in text
    send(signed_in(DAWN), q__danger_now="yes", q__who_rang="nobody_yet")
    assert "Nobody had rung 999 yet" in shown(), "Sentinel never says that it has called anyone"


def test_who_rang_must_be_answered_where_somebody_is_in_danger() -> None:
    assert beside(send(signed_in(DAWN), q__danger_now="yes"), "q-who_rang")


@pytest.mark.parametrize(
    ("given", "prompt"),
    [
        ({"q__targeted": "one_person", "q__same_person": "yes"}, "may be harassment"),
        (
            {"q__targeted": "one_person", "q__stalking": "yes", "q__stalking__why": "Every day"},
            "may be stalking",
        ),
        ({"q__doing_it": "by_name", "q__relationship": "partner"}, "may be domestic abuse"),
    ],
)
def test_where_one_person_is_the_target_a_crime_is_prompted_for(given: dict[str, str], prompt: str) -> None:
    assert send(signed_in(DAWN), **given).status_code == 302
    assert prompt in shown()


def test_hate_is_a_mark_of_its_own_beside_the_category_and_the_type() -> None:
    send(
        signed_in(DAWN), q__hate="yes", q__hate_strands=["race", "disability"], r__hate_perceived_by="victim"
    )
    [report] = reports(DAWN)
    assert report.incident is not None
    assert (report.incident.category, report.incident.national_type) == ("personal", "noise")
    with transaction.atomic():
        acting(DAWN)
        assert sorted(HateMark.objects.values_list("strand", flat=True)) == ["disability", "race"]
    assert "Perceived as hate: Disability, Race" in " ".join(shown().replace("<strong>", "").split())


def test_the_agency_s_own_type_gives_the_national_one() -> None:
    priya = signed_in(PRIYA)
    body = page(priya.get(TAKE))  # type: ignore[arg-type]
    own = body.split('name="r-local_type"')[1].split("</select>")[0].split('<option value="')[2].split('"')[0]
    assert send(priya, r__national_type="", r__local_type=own).status_code == 302
    [report] = reports(PRIYA)
    assert report.incident is not None
    assert report.incident.local_type == own
    assert report.incident.national_type


def margaret_with_a_case() -> Report:
    """Margaret Ellis, 71, whose report is in an open case."""
    with transaction.atomic():
        priya, now = acting(PRIYA), clock.now()
        caller = CallerGiven(
            name="Margaret Ellis", phone=MARGARET.phone, birth=birth_date("3/4/1955", now.date())
        )
        report = take_report(actor=priya, now=now, telling=telling(told_at=now, caller=caller))
        open_case_from_report(actor=priya, now=now, report=report, title="Noise at Sparrow Lane")
    return report


def test_who_it_may_be_is_said_with_reasons_and_a_question_and_their_case_only_once_it_is_settled() -> None:
    margaret_with_a_case()
    priya = signed_in(PRIYA)
    sent = call(q__caller_name="Margret Elis")
    before = page(priya.post(KNOWN, sent))  # type: ignore[arg-type]
    heading = before.partition('<h3 id="known-person-')[2].partition("</h3>")[0]
    assert re.search("(Very likely|May be):</span> <strong>Margaret Ellis</strong>, 71", heading)
    assert "Margaret Ellis" in before
    assert "the same number" in before.lower() or "number" in before.lower()
    assert "date of birth" in before
    assert "Noise at Sparrow Lane" not in before, "no case before it is settled whose it is"
    assert "s-risk" not in before, "no band either"
    assert re.search('role="status">Already known: (very likely|may be) Margaret Ellis, 71[.;]', before)
    person = before.split('name="person_is" value="')[1].split('"')[0]
    after = page(priya.post(KNOWN, {**sent, "person_is": person}))  # type: ignore[arg-type]
    assert "Confirmed" in after
    assert 'role="status">Already known: Margaret Ellis confirmed' in after
    assert 'data-then="known-confirmed"' in before
    assert '<h3 id="known-confirmed" tabindex="-1">' in after
    assert "Noise at Sparrow Lane" in after
    assert "Not assessed" in after
    other = page(priya.post(KNOWN, {**sent, "person_not": person}))  # type: ignore[arg-type]
    assert "Margaret Ellis" not in other


@pytest.mark.parametrize(
    ("typed", "unread"),
    [
        ("31/2/1955", True),
        ("yesterday", True),
        ("3 April", True),
        ("x" * 5000, True),
        ("3/4/1955", False),
        ("about 70", False),
        (" ", False),
        (None, False),
    ],
)
def test_a_birth_that_cannot_be_read_is_not_passed_over_in_silence(typed: str | None, unread: bool) -> None:
    priya = signed_in(PRIYA)
    said = call(r__caller_birth=typed)
    for answer in (priya.post(KNOWN, said), priya.post(TAKE, {**said, "do": "known"})):
        beside_box = page(answer).split('id="birth-says"')[1].split("</div>")[0]  # type: ignore[arg-type]
        assert ("Not a date that can be read: not looked for" in beside_box) == unread


def test_what_is_said_of_a_birth_is_tied_to_its_box_for_who_hears_the_page() -> None:
    priya = signed_in(PRIYA)
    for said in ({"do": "known"}, {"do": "record"}):
        answer = page(priya.post(TAKE, call(r__caller_birth="31/2/1955", **said)))  # type: ignore[arg-type]
        box = re.search(r'<input[^>]* name="r-caller_birth"[^>]*>', answer)
        assert box is not None
        described = re.search(r'aria-describedby="([^"]*)"', box[0])
        assert described is not None
        assert "birth-says" in described[1].split()
        for one in described[1].split():
            assert answer.count(f'id="{one}"') == 1


@pytest.mark.parametrize("words", ["none", "Withheld.", "no phone"])
def test_a_caller_without_a_number_is_recorded_without_one(words: str) -> None:
    assert send(signed_in(DAWN), q__caller_number=words).status_code == 302
    [report] = reports(DAWN)
    assert report.state == "recorded"
    with transaction.atomic():
        acting(DAWN)
        assert not ContactPoint.objects.filter(record_id=report.record_id).exists()


@pytest.mark.parametrize("typed", [None, "ask again"])
def test_the_way_out_for_who_has_no_number_is_said_beside_the_box(typed: str | None) -> None:
    assert "“none”" in beside(send(signed_in(DAWN), q__caller_number=typed), "q-caller_number")


@pytest.mark.parametrize("address", [KNOWN, TAKE])
def test_who_it_is_stays_in_the_draft_though_nothing_is_typed_after_it(address: str) -> None:
    margaret_with_a_case()
    priya = signed_in(PRIYA)
    sent = {name: value for name, value in call(q__caller_name="Margret Elis").items() if name != "do"}
    person = page(priya.post(KNOWN, sent)).split('name="person_is" value="')[1].split('"')[0]  # type: ignore[arg-type]
    priya.post(address, {**sent, "person_is": person})
    later = priya.get(TAKE, {"draft": sent["r-submission"]})
    assert value_of(later, "r-person_is") == person  # type: ignore[arg-type]
    assert value_of(later, "q-caller_name") == "Margret Elis"  # type: ignore[arg-type]
    assert "Noise at Sparrow Lane" in page(later)  # type: ignore[arg-type]


def test_a_period_of_days_is_shown_with_the_last_day_that_was_told() -> None:
    send(signed_in(DAWN), r__occurred_from_day="3 April 2025", r__occurred_to_day="5/4/25")
    assert "3 April 2025 to 5 April 2025" in shown()
    send(signed_in(DAWN), r__occurred_from_day="3 April 2025", r__occurred_to_day="3 April 2025")
    assert "3 April 2025 to" not in shown()


def test_what_the_caller_says_and_what_is_known_suggest_letters_with_their_source() -> None:
    answer = page(signed_in(DAWN).post(KNOWN, call(q__weapon="yes")))  # type: ignore[arg-type]
    risk = answer.split('id="why-risk"')[1].split("</span>")[0]
    assert "Yes" in risk
    assert "weapon" in risk
    assert "this opens a case" in answer
    unasked = answer.split('id="why-vulnerable"')[1].split("</span>")[0]
    assert "Yes" not in unasked


@pytest.mark.parametrize("channel", [key for key, _ in Report.CHANNELS])
def test_every_way_to_reach_us_can_be_chosen(channel: str) -> None:
    assert send(signed_in(DAWN), r__channel=channel).status_code == 302
    assert reports(DAWN)[-1].channel == channel


def test_safe_contact_and_the_confirmation_are_read_to_the_caller() -> None:
    send(signed_in(DAWN), q__safe_methods=["email"], r__caller_email="margaret@example.org")
    assert "The written confirmation is on its way by email" in " ".join(shown().split())
    send(signed_in(DAWN))
    assert 'aria-label="Handling marking">Official – sensitive<' in shown()
    assert "Nobody has asked this person how they may safely be contacted." in shown()


def test_a_call_that_was_cut_off_needs_next_to_nothing_and_stands_on_the_list() -> None:
    begun = {"r-submission": call()["r-submission"], "r-channel": "telephone", "r-told_day": "today", "r-told_time": "00:00",
             "q-caller_name": "Margaret", "do": "cut_off"}  # fmt: skip
    dawn = signed_in(DAWN)
    assert dawn.post(TAKE, begun).status_code == 302
    listed = page(signed_in(PRIYA).get("/reports/"))  # type: ignore[arg-type]
    assert "nobody has picked it up" in listed
    assert "Complete:" in listed
    reference = reports(PRIYA)[-1].reference
    carried = page(signed_in(PRIYA).get(f"{TAKE}?complete={reference}"))  # type: ignore[arg-type]
    assert 'value="Margaret"' in carried, "nobody is asked twice"


def test_a_practitioner_answers_what_was_not_asked_and_a_supervisor_may_decide_otherwise() -> None:
    send(signed_in(DAWN), q__afraid="yes", q__targeted="household")
    [report] = reports(DAWN)
    at = f"/reports/{report.reference}"
    assert "A case must be opened" in shown()
    for email, status in ((DAWN, 403), (PRIYA, 403), ("colin.webb@charnwood.example", 302)):
        answer = signed_in(email).post(f"{at}/not-open", {"reason": "The police lead on it."})
        assert answer.status_code == status, email
    text = shown(PRIYA)
    assert "A supervisor decided that no case is opened." in text
    assert "What was decided before" in text


def test_while_a_report_is_written_nothing_is_asked_for_but_its_reference() -> None:
    """What is asked for waits for every row before it (foundation/ahead.py)."""
    client = signed_in(DAWN)
    client.post(TAKE, call(q__where="the car park"))
    with statements() as ran:
        assert client.post(TAKE, call(q__where="the car park")).status_code == 302
    opened = next(at for at, sql in enumerate(ran.sql) if sql.startswith("SELECT FROM access_open("))
    asked = [
        sql
        for sql in ran.sql[opened + 1 :]
        if not sql.startswith(("INSERT INTO", "SELECT FROM", "RELEASE")) or "RETURNING" in sql
    ]
    assert len(asked) == 1, "\n".join(asked)
    assert "cases_referencecounter" in asked[0]
    assert ran.count <= 25, "\n".join(ran.sql)
