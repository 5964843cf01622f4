"""The pages of referrals: written and sent from the case, answered by whom it was sent to, decided by a supervisor."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client

from sentinel.accounts.models import Agency
from sentinel.audit.models import Entry
from sentinel.cases.models import Case
from sentinel.cases.operations.protection import protect_identity
from sentinel.foundation.clock import now
from sentinel.foundation.middleware import QueryCounter
from sentinel.partnership.models import Referral, SentReferral
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party
from tests.partnership.making import ANA, BETH, COLIN, FILLED, PUBLIC_TASK
from tests.risk.answers import THREAT, matrix
from tests.support import PRIYA, acting, signed_in, user

pytestmark = pytest.mark.usefixtures("transactional_db")
MEERA, DAN = "meera.joshi@county.example", "dan.frost@city.example"
TOM = "tom.marsh@police.example"


def a_high_case(email: str = PRIYA, **changed: Any) -> tuple[Case, Referral]:
    with transaction.atomic():
        officer = acting(email)
        case = a_case(officer, now=now())
        party = a_party(officer, case, now=now())
        answers = {**THREAT, **changed}
        assess(actor=officer, now=now(), case=case, party=party, version=matrix(), answers=answers)
        return case, Referral.objects.get(case=case, kind="victim_first")


def address(case: Case, row: Referral, more: str = "") -> str:
    return f"/cases/{case.reference}/referrals/{row.id}{more}"


def page(client: Client, where: str, status: int = 200) -> str:
    answer = client.get(where)
    assert answer.status_code == status, where
    return answer.content.decode()


def form(row: Referral, **changed: Any) -> dict[str, Any]:
    """Everything that the form of a Victim First referral sends, whole and agreed to."""
    with transaction.atomic():
        acting(PRIYA)
        to = Agency.objects.get(code="victim-first").pk
    return {
        **FILLED["victim_first"], "to_agency": str(to), "wish": "agrees", "lawful_basis": PUBLIC_TASK, "version": row.version,
        "do": "send", **changed,
    }  # fmt: skip


def fresh(row: Referral, email: str = PRIYA) -> Referral:
    with transaction.atomic():
        acting(email)
        return Referral.objects.get(pk=row.pk)


def test_a_landlords_high_victim_is_referred_acknowledged_and_read_back() -> None:
    case, row = a_high_case(BETH)
    beth = signed_in(BETH)
    assert "Send the Victim First referral of Margaret Ellis, or say why not" in page(
        beth, f"/cases/{case.reference}"
    )
    shown = page(beth, address(case, row))
    assert 'value="Margaret Ellis"' in shown, "filled in with what is known"
    assert re.search(r'value="high"[^>]* checked', shown)
    sent = beth.post(address(case, row), form(row))
    assert sent.status_code == 302
    ana = signed_in(ANA)
    listed = page(ana, "/referrals/")
    assert case.reference in listed
    assert "Margaret" not in listed, "the list names nobody"
    assert "s-risk--high" in listed, "and says how much is at risk"
    assert "s-marking" in listed
    assert "Answer the referral: Victim First" in page(ana, "/")
    [there] = set(re.findall(r'href="(/referrals/[0-9a-f-]{36})"', listed))
    read = page(ana, there)
    assert "Margaret Ellis" in read
    assert "s-marking" in read
    assert "Agrees" in read
    assert ana.get(f"/cases/{case.reference}").status_code in {403, 404}, "and no more of the case"
    assert ana.post(there, {"answer": "acknowledge"}).status_code == 302
    assert "Answer the referral" not in page(ana, "/")
    assert "Acknowledged" in page(beth, f"/cases/{case.reference}/referrals")
    assert "Ana Silva" in page(beth, address(case, row))
    assert "Referral acknowledged" in page(beth, f"/cases/{case.reference}/timeline")


def test_reading_a_referral_stands_in_the_log_of_the_case() -> None:
    case, row = a_high_case()
    signed_in(PRIYA).post(address(case, row), form(row))
    page(signed_in(ANA), _only(ANA))
    with transaction.atomic():
        ana = acting(ANA)
        acting("ravi.desai@police.example")
        found = Entry.objects.filter(kind="view", subject="referral", record_id=case.id)
        assert list(found.values_list("user_id", flat=True)) == [ana.user_id]


def test_what_is_missing_stands_beside_its_field_and_what_was_typed_is_kept() -> None:
    case, row = a_high_case()
    priya = signed_in(PRIYA)
    answer = priya.post(
        address(case, row), form(row, told="", wish="", happened="He shouted <b>all</b> night.")
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Say what they wish." in shown
    assert "What have they been told about this referral?” " in shown
    assert "He shouted &lt;b&gt;all&lt;/b&gt; night." in shown
    assert fresh(row).sent_at is None
    consent = priya.post(address(case, row), form(row, wish="objects", lawful_basis="consent"))
    assert consent.status_code == 422
    assert "consent cannot be the basis" in consent.content.decode()


def test_it_is_kept_half_written_and_sent_later_and_not_twice() -> None:
    case, row = a_high_case()
    priya = signed_in(PRIYA)
    kept = priya.post(address(case, row), {"do": "keep", "name": "Maggie", "version": row.version})
    assert kept.status_code == 302
    assert 'value="Maggie"' in page(priya, address(case, row))
    row = fresh(row)
    stale = priya.post(address(case, row), form(row, version=1))
    assert stale.status_code == 409
    assert "He shouted at the door." in stale.content.decode(), "what was typed is kept"
    assert priya.post(address(case, row), form(row)).status_code == 302
    assert priya.post(address(case, row), form(row)).status_code == 409
    with transaction.atomic():
        acting(ANA)
        assert SentReferral.objects.count() == 1


def test_what_is_late_of_a_referral_is_in_the_number_beside_my_work_of_sender_and_receiver(
    database_urls: dict[str, str],
) -> None:
    case, row = a_high_case()
    priya, ana = signed_in(PRIYA), signed_in(ANA)
    priya.post(address(case, row), form(row))
    with transaction.atomic():
        a_party(acting(PRIYA), case, "Joan Ellis", now=now())
        Case.objects.filter(pk=case.pk).update(lead=user(PRIYA))
    before, waits = _number(priya), _number(ana, "/referrals/")
    with transaction.atomic():
        acting(PRIYA)
        Referral.objects.filter(pk=row.pk).update(due_at=now() - timedelta(days=1))
    with psycopg.connect(
        database_urls["postgres"], autocommit=True
    ) as superuser:  # nobody else changes a copy
        superuser.execute("UPDATE partnership_sentreferral SET due_at = now() - interval '1 day'")
    assert "is not acknowledged" in page(priya, "/")
    assert "Answer the referral" in page(ana, "/")
    assert _number(priya) == before + 1
    assert _number(ana, "/referrals/") == waits + 1


def test_a_safeguarding_referral_that_is_not_sent_is_in_the_number_and_an_objection_in_the_supervisors() -> (
    None
):
    case, _ = a_high_case(safeguarding="yes", safeguarding__why="She cannot leave the house.")
    with transaction.atomic():
        acting(PRIYA)
        Case.objects.filter(pk=case.pk).update(lead=user(PRIYA), team=user(COLIN).team)
        row = Referral.objects.get(case=case, kind__startswith="safeguarding")
    priya, colin = signed_in(PRIYA), signed_in(COLIN)
    asks, decides = _number(priya), _number(colin)
    assert asks >= 1
    with transaction.atomic():
        acting(PRIYA)
        Referral.objects.filter(pk=row.pk).update(wish="objects", asked_at=now())
    assert _number(priya) == asks - 1
    assert _number(colin) == decides + 1


def _number(client: Client, another: str = "/cases/") -> int:
    """The number beside My work, which is the same on My work and elsewhere."""
    shown = [re.findall(r's-badge">(\d+)', page(client, one)) for one in ("/", another, "/help/")]
    assert shown[0] == shown[1] == shown[2]
    return int(shown[0][0]) if shown[0] else 0


def test_an_objection_stands_on_the_supervisors_work_until_it_is_decided() -> None:
    case, row = a_high_case()
    priya, colin = signed_in(PRIYA), signed_in(COLIN)
    priya.post(address(case, row), form(row, wish="objects"))
    assert priya.get(address(case, row, "/decide")).status_code == 403
    assert "Send the referral" not in page(priya, address(case, row)), "they wait for the decision"
    assert priya.post(address(case, row), form(fresh(row), wish="not_asked")).status_code == 403
    assert "They object: decide on the Victim First referral" in page(colin, "/")
    decide = address(case, row, "/decide")
    assert f'href="{decide}"' in page(colin, "/")
    assert f'href="{decide}"' in page(colin, f"/cases/{case.reference}")
    shown = page(colin, address(case, row, "/decide"))
    assert "He shouted at the door." in shown
    version = fresh(row).version
    _shows_the_decision_and_no_green_send(page(colin, address(case, row)), decide)
    pressed = colin.post(address(case, row), form(fresh(row), wish="objects"))
    assert pressed.headers["Location"] == decide, "who decides is led to the decision, not turned back"
    with transaction.atomic():
        priya_id = acting(PRIYA).user_id
    assert fresh(row).asked_by_id == priya_id, "who asked first stays who asked"
    version = fresh(row).version
    empty = colin.post(address(case, row, "/decide"), {"version": version, "sends": "yes", "because": " "})
    assert empty.status_code == 422
    assert "Say why." in empty.content.decode()
    colin.post(
        address(case, row, "/decide"),
        {"version": version, "sends": "yes", "because": "Her life is in danger."},
    )
    assert "Objects" in page(signed_in(ANA), _only(ANA))
    assert "Her life is in danger." in page(priya, address(case, row))


def test_what_is_to_be_sent_and_what_waits_for_an_answer_stands_on_the_leads_work() -> None:
    with transaction.atomic():
        officer = acting(PRIYA)
        case = a_case(officer, now=now(), lead=user(PRIYA), team=user(PRIYA).team)
        party = a_party(officer, case, now=now())
        assess(actor=officer, now=now(), case=case, party=party, version=matrix(), answers=THREAT)
        row = Referral.objects.get(case=case, kind="victim_first")
    priya = signed_in(PRIYA)
    shown = page(priya, "/")
    assert "Send the Victim First referral of Margaret Ellis" in shown
    assert "Send the referral to the Joint Action Group" in shown
    priya.post(address(case, row), form(row))
    assert "Wait for the answer to the Victim First referral of Margaret Ellis" in page(priya, "/")
    ana, there = signed_in(ANA), _only(ANA)
    ana.post(there, {"answer": "decline", "because": "She lives in Derby."})
    read = page(ana, there)
    assert "Your agency declined it, so what it said has been emptied" in read
    assert "Margaret" not in read
    assert "Decide what follows: the Victim First referral of Margaret Ellis was declined" in page(priya, "/")


def _shows_the_decision_and_no_green_send(shown: str, decide: str) -> None:
    assert re.search(rf'class="govuk-button" href="{decide}"', shown)
    assert not re.search(r'<button class="govuk-button" name="do" value="send"', shown)


def test_the_forms_own_names_stand_once_and_the_one_agency_is_ticked() -> None:
    case, row = a_high_case()
    priya = signed_in(PRIYA)
    with transaction.atomic():
        acting(PRIYA)
        group = Referral.objects.get(case=case, kind="jag")
        to = Agency.objects.get(code="victim-first").pk
    shown = page(priya, address(case, group))
    assert len(re.findall(r'name="asked"', shown)) == 1, "the questions that were shown, and no question"
    ticked = re.search(rf'<input[^>]*value="{to}"[^>]*>', page(priya, address(case, row)))
    assert ticked
    assert "checked" in ticked[0]


def test_who_is_told_that_they_no_longer_object_leaves_nothing_to_be_decided() -> None:
    case, row = a_high_case()
    priya, colin = signed_in(PRIYA), signed_in(COLIN)
    priya.post(address(case, row), form(row, wish="objects"))
    colin.post(address(case, row), form(fresh(row), wish="agrees", do="keep"))
    assert colin.get(address(case, row, "/decide")).status_code == 302
    assert "Send the referral" in page(priya, address(case, row))
    assert priya.post(address(case, row), form(fresh(row))).status_code == 302
    assert fresh(row).sent_at


def _only(email: str) -> str:
    [there] = set(re.findall(r'href="(/referrals/[0-9a-f-]{36})"', page(signed_in(email), "/referrals/")))
    return there


def test_not_sending_takes_a_reason_and_is_said_on_the_case() -> None:
    case, row = a_high_case()
    priya = signed_in(PRIYA)
    assert (
        priya.post(address(case, row, "/not-sent"), {"version": row.version, "because": ""}).status_code
        == 422
    )
    priya.post(
        address(case, row, "/not-sent"), {"version": row.version, "because": "She has a worker there."}
    )
    assert "She has a worker there." in page(priya, address(case, row))
    assert "Send the Victim First referral" not in page(priya, f"/cases/{case.reference}")


def test_what_was_withdrawn_says_nothing_there_any_more() -> None:
    case, row = a_high_case()
    priya = signed_in(PRIYA)
    priya.post(address(case, row), form(row))
    there = _only(ANA)
    priya.post(
        address(case, row, "/withdraw"), {"version": fresh(row).version, "because": "She asked for it."}
    )
    shown = page(signed_in(ANA), there)
    assert "It was withdrawn" in shown
    assert "Margaret" not in shown
    assert "She asked for it." not in shown
    assert "Margaret Ellis" in page(priya, address(case, row))
    assert signed_in(ANA).post(there, {"answer": "acknowledge"}).status_code == 409


def test_somebody_begins_a_referral_by_hand() -> None:
    with transaction.atomic():
        priya_ = acting(PRIYA)
        case = a_case(priya_, now=now())
        child = a_party(priya_, case, "Joe Horton", "child_involved", now=now())
    priya = signed_in(PRIYA)
    new = f"/cases/{case.reference}/referrals/new"
    assert "Choose who it is about." in priya.post(new, {"kind": "victim_first"}).content.decode()
    wrong = priya.post(new, {"kind": "victim_first", "party": str(child.id)})
    assert "Victim First supports victims and witnesses." in wrong.content.decode()
    done = priya.post(new, {"kind": "safeguarding", "party": str(child.id)})
    assert "Safeguarding of a child" in page(priya, done["Location"])


def test_where_the_age_is_not_known_the_officer_says_child_or_adult() -> None:
    case, _ = a_high_case(safeguarding="yes", safeguarding__why="She goes hungry.")
    with transaction.atomic():
        acting(PRIYA)
        row = Referral.objects.get(case=case, kind="safeguarding")
    priya = signed_in(PRIYA)
    answer = priya.get(address(case, row))
    assert answer["Location"] == address(case, row, "/age")
    assert "Margaret Ellis a child or an adult?" in page(priya, address(case, row, "/age"))
    priya.post(address(case, row, "/age"), {"version": row.version, "kind": "safeguarding_adult"})
    shown = page(priya, address(case, row))
    assert "She goes hungry." in shown, "the concern of the assessment is filled in"
    assert "Safeguarding of an adult" in shown


def test_the_pages_ask_as_much_of_two_as_of_one() -> None:
    case, row = a_high_case()
    signed_in(PRIYA).post(address(case, row), form(row))
    ana, priya = signed_in(ANA), signed_in(PRIYA)
    first = [_queries(ana, "/referrals/"), _queries(priya, f"/cases/{case.reference}/referrals")]
    case, row = a_high_case()
    signed_in(PRIYA).post(address(case, row), form(row))
    assert [_queries(ana, "/referrals/"), _queries(priya, f"/cases/{case.reference}/referrals")] == first
    assert max(first) <= 12


def _queries(client: Client, where: str) -> int:
    client.get(where)
    counter = QueryCounter()
    with connection.execute_wrapper(counter):
        client.get(where)
    return counter.count


def test_where_somebody_is_protected_the_page_does_not_say_that_it_is_filled_in() -> None:
    case, row = a_high_case()
    assert "Filled in with what this case tells" in page(signed_in(PRIYA), address(case, row))
    with transaction.atomic():
        priya = acting(PRIYA)
        witness = a_party(priya, case, "Vera Witness", "witness", now=now())
        protect_identity(actor=priya, now=now(), party=witness)
    shown = page(signed_in(PRIYA), address(case, row))
    assert "Somebody in this case is protected" in shown
    assert "Filled in with what this case tells" not in shown
