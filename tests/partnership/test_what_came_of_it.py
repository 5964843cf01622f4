"""What came of a referral: Victim First says it, the case shows it, and nobody reached comes back to the lead; a supervisor accepts
that one is declined."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client

from sentinel.accounts.models import Absence
from sentinel.cases.models import Case
from sentinel.cases.next import what_is_next
from sentinel.cases.queries import get_case
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.partnership.models import Referral, SentReferral
from sentinel.partnership.referrals.operations import answer_referral, withdraw_referral
from sentinel.partnership.referrals.outcomes import record_outcome, settle_referral
from sentinel.partnership.referrals.tasks import NO_CONTACT, tell_of_no_contact
from sentinel.reminders.conditions import CONDITIONS
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party
from tests.partnership.making import ANA, COLIN, send
from tests.risk.answers import THREAT, matrix
from tests.support import PRIYA, acting, signed_in, user
from tests.web.checks import faults

pytestmark = pytest.mark.usefixtures("transactional_db")
COUNTY = "meera.joshi@county.example"


@pytest.fixture
def sent() -> tuple[Case, Referral, SentReferral]:
    """A case that Priya leads, its Victim First referral, and the copy that Victim First has acknowledged."""
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now(), lead=user(PRIYA), team=user(PRIYA).team)
        party = a_party(priya, case, now=now())
        assess(actor=priya, now=now(), case=case, party=party, version=matrix(), answers=THREAT)
        row = send(priya, case, Referral.objects.get(case=case, kind="victim_first"), now=now())
        ana = acting(ANA)
        copy = SentReferral.objects.get(referral=row)
        answer_referral(actor=ana, now=now(), sent_id=copy.id, acknowledges=True)
    return case, row, copy


def says(copy: SentReferral, outcome: str, tries: int | None = None, note: str = "") -> SentReferral:
    with transaction.atomic():
        return record_outcome(
            actor=acting(ANA), now=now(), sent_id=copy.id, outcome=outcome, tries=tries, note=note
        )


def page(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200, where
    return answer.content.decode()


def number(client: Client) -> list[list[str]]:
    return [re.findall(r's-badge">(\d+)', page(client, one)) for one in ("/", "/help/")]


def test_a_contact_that_failed_comes_back_to_the_lead_until_they_say_what_follows(
    sent: tuple[Case, Referral, SentReferral],
) -> None:
    case, row, copy = sent
    priya, ana = signed_in(PRIYA), signed_in(ANA)
    before = number(priya)
    there, here = f"/referrals/{copy.id}", f"/cases/{case.reference}/referrals/{row.id}"
    assert "Say what came of it" in page(ana, "/referrals/")
    shown = page(ana, there)
    assert faults(shown) == []
    empty = ana.post(there, {"outcome": "contact_failed", "tries": ""})
    assert empty.status_code == 422
    assert "Say how often you tried" in empty.content.decode()
    assert (
        ana.post(
            there, {"outcome": "contact_failed", "tries": "3", "note": "No answer, day or night."}
        ).status_code
        == 302
    )
    for where in (
        here,
        f"/cases/{case.reference}/referrals",
        f"/cases/{case.reference}/high-risk",
        f"/cases/{case.reference}",
    ):
        assert "ontact failed after 3 tries" in page(priya, where), where
    assert "No answer, day or night." in page(priya, here)
    assert "Say what follows: Victim First reached nobody" in page(priya, f"/cases/{case.reference}")
    line = "Say what follows: nobody was reached by the Victim First referral of Margaret Ellis"
    assert line in page(priya, "/")
    after = number(priya)
    assert after[0] == after[1]
    assert int(after[0][0]) == int((before[0] or ["0"])[0]) + 1
    settle = f"{here}/settle"
    assert f'href="{settle}"' in page(priya, here)
    with transaction.atomic():
        acting(PRIYA)
        version = Referral.objects.get(pk=row.pk).version
    assert priya.post(settle, {"version": version, "because": " "}).status_code == 422
    assert priya.post(settle, {"version": version, "because": "I visit her on Monday."}).status_code == 302
    assert "I visit her on Monday." in page(priya, here)
    assert line not in page(priya, "/")
    assert number(priya) == before
    assert priya.get(settle).status_code == 302, "nothing is left to be said"
    says(copy, "contact_failed", 5)
    assert line in page(priya, "/"), "and again where they fail again"
    says(copy, "contact_made")
    assert line not in page(priya, "/")
    assert "Contact made" in page(priya, here)


def test_it_reaches_the_lead_by_a_message_or_who_stands_in_and_tells_nothing_of_the_case(
    sent: tuple[Case, Referral, SentReferral],
) -> None:
    _, row, copy = sent
    says(copy, "contact_failed", 2)
    with transaction.atomic():
        acting(PRIYA)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT args->>'referral' FROM procrastinate_jobs WHERE task_name = 'partnership.tell_of_no_contact'"
            )
            assert cursor.fetchall() == [(str(row.id),)]
        tell_of_no_contact.func.__wrapped__(str(row.id))
        day = london_date(now())
        Absence.objects.create(
            user=user(PRIYA), deputy=user(COLIN), first_day=day, last_day=day, entered_at=now()
        )
        tell_of_no_contact.func.__wrapped__(str(row.id))
    assert [one.to for one in mail.outbox] == [[PRIYA], [COLIN]]
    assert mail.outbox[0].subject == NO_CONTACT
    for word in ("Margaret", "LLR-"):
        assert word not in mail.outbox[0].body
    says(copy, "contact_made")
    with transaction.atomic():
        acting(PRIYA)
        tell_of_no_contact.func.__wrapped__(str(row.id))
    assert len(mail.outbox) == 2, "settled meanwhile"


def test_only_the_agency_that_acknowledged_it_says_what_came_of_it_and_as_long_as_it_stands(
    sent: tuple[Case, Referral, SentReferral],
) -> None:
    case, row, copy = sent
    for outcome, tries, field in (
        ("gone", None, "outcome"),
        ("contact_failed", None, "tries"),
        ("contact_failed", 0, "tries"),
    ):
        with pytest.raises(Invalid) as error:
            says(copy, outcome, tries)
        assert set(error.value.errors) == {field}
    for email in (PRIYA, COUNTY):
        with transaction.atomic(), pytest.raises((Refused, NotFound)):
            record_outcome(actor=acting(email), now=now(), sent_id=copy.id, outcome="contact_made")
    with transaction.atomic():
        priya = acting(PRIYA)
        fresh = Referral.objects.get(pk=row.pk)
        withdraw_referral(
            actor=priya, now=now(), case=case, referral=fresh, version=fresh.version, because="She has moved."
        )
    with pytest.raises(Conflict):
        says(copy, "contact_made")


def test_nobody_is_reminded_of_an_acknowledgement_where_nobody_was_reached(
    sent: tuple[Case, Referral, SentReferral],
) -> None:
    case, _, copy = sent
    says(copy, "contact_failed", 2)
    with transaction.atomic():
        acting(PRIYA)
        with connection.cursor() as cursor:
            cursor.execute(CONDITIONS["referral_waits"].sql, {"now": now() + timedelta(days=30)})
            assert cursor.fetchall() == []
        case = get_case(acting(PRIYA), case.reference)
        words = [one.words for one in what_is_next(acting(PRIYA), case, now() + timedelta(days=30))]
    assert not [one for one in words if "is not acknowledged" in one]


def test_a_supervisor_accepts_that_one_is_declined_and_nobody_is_asked_about_it_any_more() -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now(), lead=user(PRIYA), team=user(PRIYA).team)
        party = a_party(priya, case, now=now())
        assess(actor=priya, now=now(), case=case, party=party, version=matrix(), answers=THREAT)
        row = send(priya, case, Referral.objects.get(case=case, kind="victim_first"), now=now())
        ana = acting(ANA)
        copy = SentReferral.objects.get(referral=row)
        answer_referral(
            actor=ana, now=now(), sent_id=copy.id, acknowledges=False, because="She has a worker."
        )
    priya, colin = signed_in(PRIYA), signed_in(COLIN)
    here = f"/cases/{case.reference}/referrals/{row.id}"
    chased = "Decide what follows: the Victim First referral"
    assert chased in page(priya, "/")
    assert chased in page(priya, f"/cases/{case.reference}")
    assert f"{here}/settle" not in page(priya, here), "a supervisor agrees, not who sent it"
    assert priya.get(f"{here}/settle").status_code == 302
    with transaction.atomic():
        officer = acting(PRIYA)
        fresh = Referral.objects.get(pk=row.pk)
        with pytest.raises(Refused):
            settle_referral(
                actor=officer,
                now=now(),
                case=case,
                referral=fresh,
                version=fresh.version,
                because="So be it.",
            )
    assert f'href="{here}/settle"' in page(colin, here)
    assert faults(page(colin, f"{here}/settle")) == []
    assert colin.post(f"{here}/settle", {"version": fresh.version, "because": ""}).status_code == 422
    done = colin.post(
        f"{here}/settle", {"version": fresh.version, "because": "Their worker sees her weekly."}
    )
    assert done.status_code == 302
    assert chased not in page(priya, "/")
    assert chased not in page(priya, f"/cases/{case.reference}")
    shown = page(priya, here)
    assert "Their worker sees her weekly." in shown
    assert "Declined" in shown
    assert "Accepted that it is declined" in page(priya, f"/cases/{case.reference}")
