"""The team's view is the supervisor's; cases are given to a colleague, one or many, each once and none over another's change."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections, transaction

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import share
from sentinel.accounts.models import User
from sentinel.cases.models import Case, Handover
from sentinel.cases.operations import reassign
from sentinel.desk.work import team
from sentinel.foundation.clock import now
from sentinel.foundation.models import Event
from tests.cases.making import a_case, a_party
from tests.risk.answers import assessed, assessed_as
from tests.support import PRIYA, acting, signed_in, user

pytestmark = pytest.mark.usefixtures("transactional_db")
COLIN, RUTH, DAWN = (f"{name}@charnwood.example" for name in ("colin.webb", "ruth.adeyemi", "dawn.ashby"))
TOM, BETH, JOYCE = "tom.marsh@police.example", "beth.carr@three-oaks.example", "joyce.lim@charnwood.example"


def cases(count: int = 1, lead: str | None = PRIYA, by: str = PRIYA, victims: int = 0) -> list[Case]:
    """So many cases of Charnwood's team, opened by Priya, unless otherwise."""
    with transaction.atomic():
        actor, given = acting(by), {"team": user(by).team, **({"lead": user(lead)} if lead else {})}
        made = [a_case(actor, now=now(), title=f"Trouble {at}", **given) for at in range(count)]
        for case in made:
            for at in range(victims):
                a_party(actor, case, f"Victim Number{at}", now=now())
        return list(Case.objects.filter(pk__in=[case.id for case in made]).order_by("id"))


def key(case: Case) -> str:
    return f"{case.id}:{case.version}"


def sent(chosen: list[Case], to: str = COLIN, **more: object) -> dict[str, object]:
    """The form with these cases ticked."""
    return {"case": [key(case) for case in chosen], "lead": str(user(to).pk), "reason": "She is away", **more}


def leads(chosen: list[Case]) -> list[User | None]:
    with transaction.atomic():
        acting(COLIN)
        return [case.lead for case in Case.objects.filter(pk__in=[one.id for one in chosen]).order_by("id")]


def handed_over(chosen: list[Case]) -> int:
    with transaction.atomic():
        acting(COLIN)
        rows = Handover.objects.filter(case__in=chosen, what="lead").count()
        assert (
            rows
            == Event.objects.filter(kind="lead_changed", record_id__in=[one.id for one in chosen]).count()
        )
        return rows


def said(browser: object, address: str = "/") -> str:
    return browser.get(address).content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("email", [PRIYA, DAWN, JOYCE, BETH, "grace.holt@police.example"])
def test_the_team_s_view_is_refused_to_who_looks_after_none(email: str) -> None:
    [case] = cases()
    answer = signed_in(email).get("/work/team")
    assert answer.status_code == 403
    assert case.reference not in answer.content.decode()


def test_a_supervisor_sees_the_team_s_open_cases_and_another_s_sees_none_of_them() -> None:
    mine, [adrift] = cases(2), cases(lead=None)
    page = said(signed_in(COLIN), "/work/team")
    assert all(case.reference in page for case in [*mine, adrift])
    row = re.search(r"Priya Nair</a>.*?</tr>", page, re.S)
    assert row
    assert re.findall(r">(\d+)<", row[0])[-1] == "2"
    assert "Nobody leads" in page
    with transaction.atomic():
        share(
            actor=acting(PRIYA), now=now(), record_id=mine[0].id, kind=Kind.CASE, holder_id=user(TOM).agency_id,
            rung=Rung.READ, what="case", lawful_basis="test",
        )  # fmt: skip
    theirs = said(signed_in(TOM), "/work/team")
    assert not any(case.reference in theirs for case in [*mine, adrift])


def test_filters_show_one_person_s_or_the_unassessed_and_what_cannot_be_read_shows_all() -> None:
    [hers], [his] = cases(victims=1), cases(lead=COLIN)
    with transaction.atomic():
        assessed_as(acting(COLIN), his, "case", now=now())
    browser = signed_in(COLIN)
    for asked, shown in (
        (f"person={user(PRIYA).pk}", {hers}), (f"person={user(COLIN).pk}", {his}), ("person=nobody", set()),
        ("only=unassessed", {hers}), ("only=high", set()), ("person=%00&only=x", {hers, his}),
        (f"person={user(PRIYA).pk}&only=unassessed", {hers}), (f"person={uuid.UUID(int=7)}", set()),
    ):  # fmt: skip
        page = said(browser, f"/work/team?{asked}")
        assert {case for case in (hers, his) if case.reference in page} == shown, asked
    assert "Victim Number0 not assessed" in said(browser, "/work/team")


def test_who_is_unassessed_comes_first_and_pages_leave_no_case_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "PAGE", 2)
    calm, waiting = cases(4), cases(1, victims=1)
    with transaction.atomic():
        priya = acting(PRIYA)
        for case, band in zip(calm[:2], ("high", "low"), strict=True):
            assessed(priya, case, a_party(priya, case, now=now()), band, now=now())
        for case in calm[2:]:
            assessed_as(priya, case, "case", now=now())
    browser, address, order = signed_in(COLIN), "/work/team", []
    while address:
        page = said(browser, address)
        order += re.findall(r'name="case" value="([^:"]+)', page)
        following = re.search(r'href="(/work/team\?after=[^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert order[:3] == [str(waiting[0].id), str(calm[0].id), str(calm[1].id)]
    assert sorted(order) == sorted(str(case.id) for case in [*calm, *waiting])


def test_many_at_once_go_to_one_person_with_the_reason_and_each_is_told_once() -> None:
    many = cases(12)
    browser = signed_in(COLIN)
    answer = browser.post("/work/reassign", sent(many, **{"from": "team"}))
    assert (answer.status_code, answer["Location"]) == (302, "/work/team")
    assert {lead.email for lead in leads(many) if lead} == {COLIN}
    assert handed_over(many) == 12
    page = said(browser)
    assert "12 cases now with Colin Webb" in page
    with transaction.atomic():
        acting(COLIN)
        assert set(Handover.objects.filter(case__in=many).values_list("reason", flat=True)) == {"She is away"}


@pytest.mark.parametrize("email", [COLIN, PRIYA])
def test_two_clicks_give_each_case_once_and_neither_is_told_that_it_stayed(email: str) -> None:
    many = cases(3)
    windows = [signed_in(email), signed_in(email)]
    together = Barrier(2)

    def press(number: int) -> str:
        together.wait()
        try:
            windows[number].post("/work/reassign", sent(many, RUTH))
            return said(windows[number])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(press, range(2)))
    windows[0].post("/work/reassign", sent(many, RUTH))
    assert handed_over(many) == 3
    assert {lead.email for lead in leads(many) if lead} == {RUTH}
    for page in [*pages, said(windows[0])]:
        assert "3 cases now with Ruth Adeyemi" in page
        assert "stays where it was" not in page


def test_a_case_that_one_changed_meanwhile_stays_with_them_and_is_named_and_the_others_go() -> None:
    first, second, third = cases(3)
    form = sent([first, second, third])
    with transaction.atomic():
        ruth = acting(RUTH)
        reassign(
            actor=ruth, now=now(), case=second, version=second.version, lead=user(RUTH), reason="Mine now"
        )
    browser = signed_in(COLIN)
    browser.post("/work/reassign", form)
    assert [lead.email for lead in leads([first, second, third]) if lead] == [COLIN, RUTH, COLIN]
    page = said(browser)
    assert "2 cases now with Colin Webb" in page
    assert f"{second.reference} stays where it was. Somebody has changed it meanwhile." in page
    assert handed_over([second]) == 1


def test_the_lead_hands_on_their_own_and_not_what_somebody_else_leads() -> None:
    [mine], [his] = cases(), cases(lead=COLIN)
    browser = signed_in(PRIYA)
    answer = browser.post("/work/reassign", sent([mine, his], RUTH, **{"from": "team"}))
    assert answer["Location"] == "/"
    assert [lead.email for lead in leads([mine, his]) if lead] == [RUTH, COLIN]
    assert "A supervisor reassigns a case that somebody else leads." in said(browser)


@pytest.mark.parametrize(("email", "status"), [(DAWN, 403), (JOYCE, 403), (TOM, 302), (BETH, 404)])
def test_nobody_else_gives_the_team_s_cases_away(email: str, status: int) -> None:
    [case] = cases()
    form = sent([case], email if status in {302, 404} else COLIN)
    assert signed_in(email).post("/work/reassign", form).status_code == status
    assert [lead.email for lead in leads([case]) if lead] == [PRIYA]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"case": []}, "Tick at least one case."),
        ({"lead": ""}, "needs an answer"),
        ({"lead": "stranger"}, "To whom?"),
        ({"reason": " \u200b"}, "Why?"),
        ({"reason": "x" * 1001}, "1000 characters"),
        ({"reason": "a\x00b"}, "Why?"),
    ],
)
def test_what_is_missing_is_said_and_what_was_ticked_and_typed_is_kept(
    change: dict[str, object], words: str
) -> None:
    chosen = cases(2)
    form = sent(chosen, **{"from": "team"}) | change
    if form["lead"] == "stranger":
        form["lead"] = str(user(TOM).pk)
    answer = signed_in(COLIN).post("/work/reassign", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert page.count(" checked") == len(form["case"])  # type: ignore[arg-type]
    assert handed_over(chosen) == 0


def test_keys_that_are_none_and_somebody_suspended_meanwhile_change_nothing() -> None:
    [case] = cases()
    browser = signed_in(COLIN)
    for wrong in ("x", f"{case.id}:", f"{case.id}:two", f"{uuid.UUID(int=7)}:1", "\x00"):
        form = sent([case]) | {"case": [wrong]}
        assert browser.post("/work/reassign", form).status_code == 404, wrong
    User.objects.filter(email=RUTH).update(suspended_at=now() - timedelta(minutes=1), is_active=False)
    assert browser.post("/work/reassign", sent([case], RUTH)).status_code == 422
    assert [lead.email for lead in leads([case]) if lead] == [PRIYA]
    assert browser.get("/work/reassign").status_code == 405
