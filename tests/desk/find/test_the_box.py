"""The one box: what stands on its page, why it was asked, what cannot be looked for, and how much it costs."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings

from sentinel.audit.models import Entry
from sentinel.cases.models import Case
from sentinel.cases.operations import add_note
from sentinel.desk.report import opened
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Invalid
from sentinel.matching.hits import watching
from sentinel.search import queries
from tests.desk.report.calling import call
from tests.search.making import fresh, sparrow
from tests.support import PRIYA, acting, signed_in

AUDITOR = "ravi.desai@police.example"


@pytest.fixture
def case(transactional_db: None) -> Case:
    with transaction.atomic():
        return sparrow()


def main_of(answer: object) -> str:
    page: str = answer.content.decode()  # type: ignore[attr-defined]
    return page.partition("<main")[2].partition("</main>")[0]


def ask(client: Client, said: dict[str, str]) -> HttpResponse:
    """A search by somebody who says why."""
    return client.post("/find", {"reason": "A call", **said})


def searched() -> list[Entry]:
    with transaction.atomic():
        acting(AUDITOR)
        return list(Entry.objects.filter(kind="search", subject="everything").order_by("id"))


def test_people_and_what_is_written_stand_on_one_page_with_the_words_marked(case: Case) -> None:
    client = signed_in(PRIYA)
    page = main_of(ask(client, {"q": "Margret Elis"}))
    assert "Margaret Ellis" in page
    assert "is spelt nearly the same" in page
    assert f"open case {case.reference}, " in page
    page = main_of(ask(client, {"q": "doors"}))
    assert "<mark>door</mark>" in page
    assert f"/cases/{case.reference}/timeline" in page


def test_of_a_number_or_a_name_it_is_not_said_how_an_address_is_found(case: Case) -> None:
    client = signed_in(PRIYA)
    for words in ("07700 900123", "07700900123", "priya@charnwood.example", "Gordon Pike", "Susan Hill"):
        page = main_of(ask(client, {"q": words}))
        assert "UPRN" not in page, words
        assert "To find an address" not in page, words
        assert ">Places" not in page.partition("</form>")[2], words
    for words in ("Tern Lane", "LE11 9ZZ", "16 Wren Lane", "100030400123"):
        assert ">Places" in main_of(ask(client, {"q": words})).partition("</form>")[2], words
    for said in ({"q": "Tern Lane"}, {"q": "Susan Hill", "kind": "places"}):
        assert "To find an address" in main_of(ask(client, said))
    assert "No address with this UPRN" in main_of(ask(client, {"q": "100030400123"}))


def test_markup_in_what_is_found_and_asked_is_inert(case: Case) -> None:
    with transaction.atomic():
        me = acting(PRIYA)
        add_note(
            actor=me,
            now=now(),
            case=fresh(case),
            text="<script>alert(1)</script> \ue000pelican\ue001 & <mark>x</mark>",
        )
    page = main_of(ask(signed_in(PRIYA), {"q": 'pelican "><script>alert(2)</script>'}))
    assert "<script" not in page
    page = main_of(ask(signed_in(PRIYA), {"q": "pelicans"}))
    assert "<mark>pelican</mark>" in page
    assert "<script" not in page
    assert "<mark>x" not in page


def test_a_reference_leads_to_its_page_and_one_with_a_character_wrong_to_what_was_meant(case: Case) -> None:
    client = signed_in(PRIYA)
    answer = ask(client, {"q": case.reference.lower().replace("-", " ")})
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.reference}")
    wrong = case.reference[:-1] + ("B" if case.reference[-1] != "B" else "C")
    page = main_of(ask(client, {"q": wrong}))
    assert "You may mean" in page
    assert f'href="/cases/{case.reference}"' in page
    stranger = main_of(ask(signed_in("pete.lowe@fire.example"), {"q": wrong}))
    assert case.reference not in stranger
    assert "You may mean" not in stranger


NONSENSE = (
    "a", "***", "%%%", "?", "()", "😀", "😀😀", "'; DROP TABLE cases_case; --", "' OR 1=1 --", "a & b | !c <-> d:*", "((((", '"',
    '"""', "-music", "- -", "or or", "the and of", "\\", "{{7*7}}", "%s %s", "\u202eabc", "x" * 200, "word " * 39, "\x01\x02ab",
    "١٢٣", "O'Brien\\", ":*", "unknown", "31/02/1990", "077OO 9OO123",
)  # fmt: skip


def test_nonsense_gets_an_answer_or_a_plain_message_and_never_an_error_page(case: Case) -> None:
    client = signed_in(PRIYA)
    for typed in NONSENSE:
        for kind in ("", "people", "note"):
            answer = ask(client, {"q": typed, "kind": kind})
            assert answer.status_code in (200, 422), (typed, kind, answer.status_code)
            assert "error-summary" in answer.content.decode() or answer.status_code == 200
    for typed in ("", " ", "x" * 10_000, "a\x00b"):
        answer = ask(client, {"q": typed})
        assert answer.status_code == 422, typed[:20]
        assert "There is a problem" in answer.content.decode()
    for name, value in {
        "since": "31 February",
        "agency": "none",
        "kind": "x",
        "until": "99",
        "born": "soon",
        "after": "~",
        "about": "cases:\x00'",
    }.items():
        assert ask(client, {"q": "door", name: value}).status_code in (200, 422), name
    for after in ("²", "١", "-1", "99999", "1e3"):
        answer = ask(client, {"q": "Ellis", "kind": "people", "after": after})
        assert answer.status_code == 200, after


def test_what_would_take_too_long_is_said_so_in_plain_words(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LIMIT_MS", 20)
    with transaction.atomic():
        with (
            pytest.raises(Invalid, match="took too long"),
            queries.in_good_time(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT pg_sleep(2)")
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone()[0] == "0"


def test_a_search_that_took_too_long_is_recorded_and_shows_nothing(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(2)")

    monkeypatch.setattr(queries, "LIMIT_MS", 20)
    monkeypatch.setattr("sentinel.desk.find.views.find_people", slow)
    before = len(searched())
    answer = ask(signed_in(PRIYA), {"q": "door"})
    assert answer.status_code == 422
    assert "took too long" in main_of(answer)
    assert len(searched()) == before + 1


def test_the_reason_is_that_of_the_case_in_hand_and_asked_only_where_there_is_none(case: Case) -> None:
    client = signed_in(PRIYA)
    nothing = client.post("/find", {"q": "door"})
    assert nothing.status_code == 422
    assert "Say why you are looking" in nothing.content.decode()
    assert 'value="door"' in main_of(nothing), "what was typed stays"
    unread = client.post("/find", {"q": "door", "about": "cases:LLR-26-99999-A"})
    assert unread.status_code == 422, "a case that is not read"
    with override_settings(REASON_REQUIRED=True):
        client.post("/why?next=/cases/" + case.reference, {"reason": "He rang about his case", "next": f"/cases/{case.reference}"})  # fmt: skip
        page = client.get(f"/cases/{case.reference}").content.decode()
    answer = client.post("/find", {"q": "door", "about": about_of(page)})
    assert answer.status_code == 200
    assert "Why are you looking" not in main_of(answer)
    assert client.post("/find", {"q": "door", "reason": "A call"}).status_code == 200
    first, second = searched()
    assert first.record_id == case.id
    assert first.reason == f"Case {case.reference}: He rang about his case"
    assert (second.record_id, second.reason) == (None, "A call")
    assert "door" not in str(first.detail)


def about_of(page: str) -> str:
    found = re.search(r'<form class="s-find".*?name="about" value="([^"]+)"', page, re.S)
    assert found
    return html.unescape(found[1])


def test_that_a_report_is_taken_is_a_reason_only_where_its_page_was_opened_or_a_draft_is_kept(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(PRIYA)
    for said in ("taking", "taking:", "taking:1:x", "taking:\x00", "taking:" + "é" * 60):
        answer = client.post("/find", {"q": "door", "about": said})
        assert answer.status_code == 422, said
        assert "<mark>" not in main_of(answer)
    about = about_of(client.get("/reports/take").content.decode())
    page = client.post("/find", {"q": "door", "about": about})
    assert page.status_code == 200
    assert about_of(page.content.decode()) == about, "the next search is made for the same"
    others = signed_in("colin.webb@charnwood.example")
    assert others.post("/find", {"q": "door", "about": about}).status_code == 422, "it is nobody else's"
    monkeypatch.setattr(opened, "PAGE_LASTS", timedelta(seconds=-1))
    client = signed_in(PRIYA)
    assert client.post("/find", {"q": "door", "about": about}).status_code == 422, "it was opened long ago"
    client.post("/reports/take/draft", call(q__caller_name="Margaret Ellis"))
    assert client.post("/find", {"q": "door", "about": about}).status_code == 200, "but a draft is kept"
    assert [one.reason for one in searched()] == ["A report is being taken"] * 2


def test_a_reason_holds_for_what_is_looked_for_next_until_half_an_hour_has_gone(
    case: Case,
) -> None:
    client = signed_in(PRIYA)
    assert ask(client, {"q": "door", "reason": "She rang back"}).status_code == 200
    page = client.post("/find", {"q": "knocking"})
    assert page.status_code == 200
    assert 'value="She rang back"' in main_of(page)
    assert [one.reason for one in searched()] == ["She rang back"] * 2
    session = client.session
    session["search_reason"] = ["She rang back", (now() - timedelta(minutes=31)).isoformat()]
    session.save()
    assert client.post("/find", {"q": "door"}).status_code == 422


def test_who_searches_faster_than_anybody_types_is_shown_nothing(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "pace_on", lambda on, agency_id: 2)
    client = signed_in(PRIYA)
    answers = [ask(client, {"q": "Margaret Ellis"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 403]
    assert "Wait a minute" in answers[2].content.decode()
    assert "Sparrow Lane" not in answers[2].content.decode()
    assert len(searched()) == 2


def test_the_audit_holds_whom_and_what_was_shown_and_never_the_words(case: Case) -> None:
    ask(signed_in(PRIYA), {"q": "Margaret Ellis", "state": "open"})
    (entry,) = searched()
    assert len(entry.detail["persons"]) == 2
    assert entry.detail["filters"] == ["state"]
    assert "Ellis" not in str(entry.detail)


def test_every_kind_is_offered_and_next_goes_on(case: Case) -> None:
    with transaction.atomic():
        for night in range(30):
            add_note(actor=acting(PRIYA), now=now(), case=fresh(case), text=f"Didgeridoo in night {night}.")
    client = signed_in(PRIYA)
    page = main_of(ask(client, {"q": "didgeridoo", "kind": "note"}))
    assert page.count("<mark>") == 25
    fields = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.partition("s-pager")[2])
    )
    second = main_of(
        ask(client, {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"})
    )
    assert second.count("<mark>") == 5
    assert "s-pager" not in second


def test_words_in_an_address_are_not_looked_for(case: Case) -> None:
    assert "Margaret" not in main_of(signed_in(PRIYA).get("/find?q=Margaret"))


def test_an_answer_begins_at_what_was_found_with_the_filters_folded_away(case: Case) -> None:
    client = signed_in(PRIYA)
    asks = client.get("/find").content.decode()
    assert "<details" not in main_of(client.get("/find"))
    assert "<title>Find – Sentinel</title>" in asks
    assert "autofocus" not in asks
    answer = ask(client, {"q": "Ellis"})
    page, title = main_of(answer), answer.content.decode().partition("</title>")[0]
    assert re.search(r"<title>\d+ (person|people), \d+ in what is written – Find", title), (
        "a name is no place"
    )
    assert "Ellis" not in title, "a title ends up in histories"
    assert re.search(r'<h2[^>]* tabindex="-1" autofocus>Found for “Ellis”: \d', page)
    assert '<details class="govuk-details">' in page
    for narrowed in ({"state": "open"}, {"kind": "people"}, {"since": "1 March 2026"}):
        assert '<details class="govuk-details" open>' in main_of(ask(client, {"q": "Ellis", **narrowed}))
    assert "autofocus" not in main_of(ask(client, {"q": ""})), "the keyboard is at what is wrong"


def test_on_paper_stand_the_words_why_and_what_narrowed_it_under_the_marking(case: Case) -> None:
    client = signed_in(PRIYA)
    answer = ask(client, {"q": "<b>Ellis", "state": "open", "since": "1 March 2026"})
    [line] = re.findall(r'<p class="s-only-print">(Searched .*?)</p>', main_of(answer))
    assert (
        line
        == "Searched for “&lt;b&gt;Ellis” because: A call. Narrowed: Open or closed: Open; From: 1 March 2026."
    )
    assert 'aria-label="Handling marking"' in answer.content.decode()
    assert 'aria-label="Handling marking"' not in client.get("/find").content.decode(), "nobody is listed"


def asked(client: Client, words: str) -> int:
    from tests.desk.case.counting import statements

    with statements() as ran:
        ask(client, {"q": words, "reason": "A call"})
    return ran.count


def test_a_search_asks_as_often_whatever_is_found(case: Case) -> None:
    client = signed_in(PRIYA)
    asked(client, "door")
    counts = {asked(client, words) for words in ("didgeridoo", "Ellis", "door")}
    assert max(counts) <= 24
