"""The pages of high risk: acknowledged by who was told, answered by the control room, read on the case; and their words."""

from __future__ import annotations

import re

import pytest
from django.db import connection, transaction

from sentinel.access.operations import make_audience
from sentinel.accounts.models import Area
from sentinel.audit.models import Entry
from sentinel.cases.models import Case
from sentinel.cases.operations import add_party
from sentinel.foundation.clock import now
from sentinel.foundation.middleware import QueryCounter
from sentinel.foundation.models import Event
from sentinel.partnership.models import Referral
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place
from sentinel.risk.high.operations import answer_marker
from sentinel.risk.models import Assessment, HighRisk, Marker
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party, a_person
from tests.risk.answers import THREAT, matrix
from tests.support import PRIYA, acting, signed_in, user
from tests.web.checks import faults

pytestmark = pytest.mark.usefixtures("transactional_db")
COLIN = "colin.webb@charnwood.example"
BETH, HELEN, NADIA = "beth.carr@three-oaks.example", "helen.brook@police.example", "nadia.khan@police.example"


def a_high_case(email: str = PRIYA) -> tuple[Case, HighRisk]:
    with transaction.atomic():
        officer = acting(email)
        case = a_case(officer, now=now())
        party = a_party(officer, case, now=now())
        assess(actor=officer, now=now(), case=case, party=party, version=matrix(), answers=THREAT)
        return case, HighRisk.objects.get(case=case)


def page(email: str, address: str) -> str:
    answer = signed_in(email).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_inspector_acknowledges_on_the_page_and_is_not_led_to_a_case_that_is_not_theirs() -> None:
    case, row = a_high_case(BETH)
    shown = page(HELEN, "/high-risk/")
    assert case.reference in shown
    assert f'href="/cases/{case.reference}"' not in shown
    assert "Margaret" not in shown
    answer = signed_in(HELEN).post(f"/high-risk/{row.id}/acknowledge")
    assert answer["Location"] == "/high-risk/"
    assert "/acknowledge" not in page(HELEN, "/high-risk/")


def test_who_may_not_read_the_case_reads_where_it_is_and_whom_it_is_about_and_that_is_recorded() -> None:
    _, row = a_high_case(BETH)
    assert "Somebody at high risk of harm" in page(HELEN, "/high-risk/")
    with transaction.atomic():
        beth = acting(BETH)
        place = find_or_make_place(actor=beth, now=now(), words="3 Tern Street", postcode="LE12 0ZZ")
        Place.objects.filter(pk=place.pk).update(district=Area.objects.get(name="Charnwood"))
        HighRisk.objects.filter(pk=row.pk).update(place=place)
    listed = page(HELEN, "/high-risk/")
    assert "Somebody at high risk of harm, Charnwood" in listed
    assert f'href="/high-risk/{row.id}/marker"' in listed
    shown = page(HELEN, f"/high-risk/{row.id}/marker")
    assert "Margaret Ellis" in shown
    assert "burn" not in shown
    with transaction.atomic():
        helen = acting(HELEN).user_id
    assert _views(row) == [helen]
    for email in ("aisha.rahman@police.example", "kofi.mensah@soar-valley.example"):
        assert signed_in(email).get(f"/high-risk/{row.id}/marker").status_code == 404
    with transaction.atomic():
        acting(NADIA)
        Marker.objects.filter(high_risk=row).update(state="withdrawn")
    assert "Whom it is about" not in page(HELEN, "/high-risk/")
    assert signed_in(HELEN).get(f"/high-risk/{row.id}/marker").status_code == 404


def test_who_reaches_the_case_is_led_to_it() -> None:
    case, _ = a_high_case()
    assert f'href="/cases/{case.reference}"' in page("colin.webb@charnwood.example", "/high-risk/")


def test_who_was_not_told_acknowledges_nothing_and_learns_nothing() -> None:
    _, row = a_high_case()
    for email in ("aisha.rahman@police.example", "kofi.mensah@soar-valley.example"):
        assert signed_in(email).post(f"/high-risk/{row.id}/acknowledge").status_code == 404
        assert "Nothing to acknowledge" in page(email, "/high-risk/")


def test_the_control_room_answers_and_the_reading_is_recorded() -> None:
    case, row = a_high_case()
    marker = Marker.objects.none()
    listed = page(NADIA, "/high-risk/")
    assert "Margaret" not in listed, "the list names nobody; the marker's own page does, and that is recorded"
    [address] = set(re.findall(r'href="(/high-risk/markers/[^"]+)"', listed))
    shown = page(NADIA, address)
    assert "Margaret Ellis" in shown
    assert "burn" not in shown
    for marked in (listed, shown, page(PRIYA, f"/cases/{case.reference}/high-risk")):
        assert "s-marking" in marked
    with transaction.atomic():
        nadia = acting(NADIA)
        marker = Marker.objects.filter(high_risk=row)
        [found] = marker
    assert _views(row) == [nadia.user_id]
    empty = signed_in(NADIA).post(address, {"version": found.version, "answer": "refuse", "refusal": ""})
    assert "Say why it is refused." in empty.content.decode()
    assert faults(empty.content.decode()) == [], "and once at the top"
    signed_in(NADIA).post(address, {"version": found.version, "answer": "accept", "refusal": ""})
    assert "Shown" in page(NADIA, "/high-risk/")
    again = signed_in(NADIA).post(address, {"version": found.version, "answer": "accept", "refusal": ""})
    assert again.status_code == 409
    assert "accepted" in page(PRIYA, f"/cases/{case.reference}/high-risk")


def _views(row: HighRisk) -> list[object]:
    with transaction.atomic():
        acting("ravi.desai@police.example")
        found = Entry.objects.filter(kind="view", subject="marker", record_id=row.case_id)
        return list(found.values_list("user_id", flat=True))


def test_a_marker_stands_on_the_control_rooms_own_work_until_it_is_answered() -> None:
    case, row = a_high_case()
    shown = page(NADIA, "/")
    assert (
        f'Answer the marker: person at risk<span class="govuk-visually-hidden"> ({case.reference})</span></a>'
        in shown
    )
    assert "Margaret" not in shown
    with transaction.atomic():
        nadia = acting(NADIA)
        marker = Marker.objects.get(high_risk=row)
        answer_marker(actor=nadia, now=now(), marker_id=marker.id, version=marker.version, accepts=True)
    assert "No marker is to be answered" in page(NADIA, "/")


def test_high_risk_stands_on_ones_own_work_until_it_is_acknowledged() -> None:
    case, row = a_high_case(BETH)
    shown = page(HELEN, "/")
    assert (
        f'Acknowledge that there is high risk<span class="govuk-visually-hidden"> ({case.reference})</span></a>'
        in shown
    )
    assert "1<span" in page(HELEN, "/high-risk/"), "and counts beside My work"
    signed_in(HELEN).post(f"/high-risk/{row.id}/acknowledge")
    assert "Acknowledge that there is high risk" not in page(HELEN, "/")


def test_nobody_else_sees_a_marker() -> None:
    _, row = a_high_case()
    with transaction.atomic():
        acting(NADIA)
        marker = Marker.objects.get(high_risk=row)
    for email in (PRIYA, HELEN, "aisha.rahman@police.example"):
        assert signed_in(email).get(f"/high-risk/markers/{marker.id}").status_code == 403


def test_the_case_says_who_was_told_and_who_has_not_acknowledged() -> None:
    case, row = a_high_case()
    shown = page(PRIYA, f"/cases/{case.reference}/high-risk")
    for words in ("Margaret Ellis", "Helen Brook", "Tom Marsh", "Colin Webb", "Area inspector", "proposed"):
        assert words in shown
    assert f'href="/cases/{case.reference}/high-risk"' in page(PRIYA, f"/cases/{case.reference}")
    signed_in(HELEN).post(f"/high-risk/{row.id}/acknowledge")
    assert page(PRIYA, f"/cases/{case.reference}/high-risk").count("By ") < shown.count("By ")


def test_who_may_not_see_whom_it_is_about_learns_that_there_is_high_risk_and_nothing_of_whom_or_why() -> None:
    with transaction.atomic():
        colin = acting(COLIN)
        case = a_case(colin, now=now())
        audience = make_audience(actor=colin, now=now(), named=[user(COLIN).pk])
        hidden = add_party(
            actor=colin, now=now(), case_or_record=case, kind="person", roles=("victim",), audience_id=audience,
            person=a_person(colin, case.id, "Hidden Name", now=now()),
        )  # fmt: skip
        assess(actor=colin, now=now(), case=case, party=hidden, version=matrix(), answers=THREAT)
    shown = page(PRIYA, f"/cases/{case.reference}/high-risk")
    assert "Somebody you may not see, since" in shown
    assert "Helen Brook" in shown, "who was told is no secret: a risk is not to be missed"
    everywhere = [
        shown, page(PRIYA, f"/cases/{case.reference}"), page(PRIYA, "/cases/risk"), page(HELEN, "/high-risk/"),
        page(NADIA, "/high-risk/"),
    ]  # fmt: skip
    for words in everywhere:
        for secret in ("Hidden", str(hidden.id), "burn"):
            assert secret not in words
    assert "No marker was proposed" in shown
    with transaction.atomic():
        acting(PRIYA)
        assert HighRisk.objects.filter(case=case).count() == 1
        assert not Assessment.objects.filter(case=case).exists()
        assert not Event.objects.filter(
            record_id=case.id, kind__in=("assessed", "high_risk_began", "plan_opened")
        ).exists()
        assert not Referral.objects.filter(case=case, party__isnull=False).exists()


def test_the_case_leads_from_each_high_risk_to_the_referrals_that_it_opened() -> None:
    case, row = a_high_case()
    with transaction.atomic():
        officer = acting(PRIYA)
        other = a_party(officer, case, "Dorothy Kemp", now=now())
        assess(actor=officer, now=now(), case=case, party=other, version=matrix(), answers=THREAT)
        opened = Referral.objects.filter(case=case, because="high_risk")
        own = {one.party_id: one for one in opened.filter(kind="victim_first")}
        group = opened.get(kind="jag")
    assert set(own) == {row.party_id, other.id}
    shown = page(PRIYA, f"/cases/{case.reference}/high-risk")
    for part in shown.split('<section aria-labelledby="high-')[1:]:
        whose = own[row.party_id if part.startswith(str(row.id)) else other.id]
        led_to = re.findall(rf"/cases/{case.reference}/referrals/([0-9a-f-]+)", part)
        assert sorted(led_to) == sorted([str(whose.id), str(group.id)])
        assert "to be sent" in part


def test_a_case_without_high_risk_says_so() -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA), now=now())
    assert "Nobody in this case has been at high risk" in page(PRIYA, f"/cases/{case.reference}/high-risk")


def test_the_pages_ask_as_much_of_two_as_of_one() -> None:
    a_high_case()
    client = signed_in(NADIA)
    client.get("/high-risk/")
    first = _queries(client)
    a_high_case()
    assert _queries(client) == first <= 12


def _queries(client: object) -> int:
    counter = QueryCounter()
    with connection.execute_wrapper(counter):
        client.get("/high-risk/")  # type: ignore[attr-defined]
    return counter.count
