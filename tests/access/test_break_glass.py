"""Break-glass: only for who the owner's agreement lists, from SUMMARY, one record, read only, for an hour, reviewed."""

from __future__ import annotations

import re
from datetime import timedelta

import psycopg
import pytest
from django.core import mail
from django.db import ProgrammingError, connection, transaction

from sentinel.access.break_glass import break_glass, review
from sentinel.access.models import Agreement, BreakGlass, Disclosure, Rung
from sentinel.access.operations import revoke
from sentinel.access.queries import emergency_readings, holders_of, rung_of
from sentinel.access.tasks import tell_duty
from sentinel.accounts.models import Duty
from sentinel.cases.models import Case, Note
from sentinel.cases.operations import add_note, end_involvement, protect_identity
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.people.models import PersonName
from tests.cases.making import a_case, a_party
from tests.support import PRIYA, acting, actor, signed_in, user

pytestmark = pytest.mark.usefixtures("transactional_db")
COLIN, RUTH = "colin.webb@charnwood.example", "ruth.adeyemi@charnwood.example"
HELEN = "helen.brook@police.example"
AISHA, TOM = "aisha.rahman@police.example", "tom.marsh@police.example"
IMRAN, MARTA = "imran.shah@city.example", "marta.nowak@city.example"
SUE, OWEN = "sue.kettle@rutland.example", "owen.price@three-oaks.example"
HARM = "He said that he will burn the house down tonight, and the desk does not answer."


@pytest.fixture
def case() -> Case:
    """A case of Charnwood's: the city may know of it, and its agreement lists the city's supervisors."""
    with transaction.atomic():
        priya = acting(PRIYA)
        made = a_case(priya, now=now())
        a_party(priya, made, "Margaret Ellis", now=now())
        witness = a_party(priya, made, "Dilys Quarmby", "witness", now=now())
        protect_identity(actor=priya, now=now(), party=witness)
        add_note(actor=priya, now=now(), case=made, text="Everybody on the case may read this.")
        add_note(actor=priya, now=now(), case=made, text="For our own eyes.", only_own=True)
        return made


def opened(case: Case, email: str = IMRAN, harm: str = HARM) -> BreakGlass:
    with transaction.atomic():
        return break_glass(actor=acting(email), now=now(), record_id=case.id, serious_harm=harm)


def rung(case: Case, email: str) -> Rung:
    with transaction.atomic():
        return rung_of(acting(email), case.id)


def test_who_the_agreement_lists_reads_the_record_for_an_hour_and_changes_nothing(case: Case) -> None:
    assert rung(case, IMRAN) == Rung.SUMMARY
    row = opened(case)
    assert timedelta(minutes=59) < row.until - now() <= timedelta(hours=1)
    assert rung(case, IMRAN) == Rung.READ
    with transaction.atomic():
        acting(IMRAN)
        assert list(Note.objects.values_list("text", flat=True)) == ["Everybody on the case may read this."]
        assert Note.objects.update(text="changed") == 0
        assert Case.objects.update(title="changed") == 0
    browser = signed_in(IMRAN)
    assert browser.get(f"/cases/{case.reference}").status_code == 200
    assert browser.post(f"/cases/{case.reference}/notes/add", {"text": "x"}).status_code == 403


def test_a_form_pressed_twice_opens_the_record_once_and_shows_both_that_it_is_open(case: Case) -> None:
    browser = signed_in(IMRAN)
    sent = {"serious_harm": HARM, "csrfmiddlewaretoken": "one showing of the form"}
    first, second = (browser.post(f"/emergency/{case.id}", sent) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.content.decode().count("href") == second.content.decode().count("href")
    with transaction.atomic():
        acting(IMRAN)
        assert BreakGlass.objects.count() == 1
        assert Disclosure.objects.filter(kind="break_glass").count() == 1


def test_a_review_pressed_twice_is_one_review(case: Case) -> None:
    row = opened(case)
    browser = signed_in(COLIN)
    said = {"version": row.version, "outcome": "justified", "words": "The threat was real.",
            "csrfmiddlewaretoken": "one showing of the form"}  # fmt: skip
    first, second = (browser.post(f"/emergency/reviews/{row.pk}", said) for _ in range(2))
    assert first["Location"] == second["Location"] == "/emergency/reviews"


def test_a_protected_identity_stays_protected(case: Case) -> None:
    opened(case)
    browser = signed_in(IMRAN)
    for under in ("", "/timeline", "/belongs", "/sharing"):
        page = browser.get(f"/cases/{case.reference}{under}").content.decode()
        assert "Quarmby" not in page, under
        assert "For our own eyes" not in page, under
    assert "Witness A" in browser.get(f"/cases/{case.reference}").content.decode()
    with transaction.atomic():
        acting(IMRAN)
        assert not PersonName.objects.filter(full__contains="Quarmby").exists()


def test_it_is_one_record_and_one_person(case: Case) -> None:
    with transaction.atomic():
        other = a_case(acting(PRIYA), now=now(), title="Another matter")
    opened(case)
    assert rung(other, IMRAN) == Rung.SUMMARY
    assert rung(case, MARTA) == Rung.SUMMARY


def test_after_the_hour_it_is_over_and_no_list_shows_it(case: Case, database_urls: dict[str, str]) -> None:
    opened(case)
    assert case.reference in signed_in(IMRAN).get("/cases/").content.decode()
    with psycopg.connect(database_urls["postgres"]) as superuser:
        superuser.execute(
            "UPDATE access_reach SET until = now() - interval '1 second' WHERE via = 'break_glass'"
        )
    assert rung(case, IMRAN) == Rung.SUMMARY
    browser = signed_in(IMRAN)
    assert browser.get(f"/cases/{case.reference}").status_code == 403
    assert case.reference not in browser.get("/cases/").content.decode()


@pytest.mark.parametrize("until", ["sentinel_now() + interval '2 hours'", "NULL"])
def test_the_database_lets_nobody_ask_for_longer(case: Case, until: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        acting(IMRAN)
        with pytest.raises(ProgrammingError, match="lasts an hour"):
            cursor.execute(
                f"SELECT access_break_glass(gen_random_uuid(), %s, 'x', {until},"
                " sentinel_now())", [case.id],
            )  # fmt: skip


def test_never_from_nothing(case: Case) -> None:
    with transaction.atomic():
        charnwood = user(PRIYA).agency_id
        revoke(actor=acting(PRIYA), now=now(), record_id=case.id, holder_id=user(IMRAN).agency_id, why="test")
    assert charnwood
    with pytest.raises(NotFound):
        opened(case)
    assert signed_in(IMRAN).get(f"/emergency/{case.id}").status_code == 404


def test_who_reads_already_needs_no_emergency(case: Case) -> None:
    with pytest.raises(Refused):
        opened(case, HELEN)


def test_a_role_that_the_agreement_does_not_list_is_refused(case: Case) -> None:
    # Marta is a case officer: the agreement lists supervisors and area inspectors.
    with pytest.raises(Refused, match="agreement"):
        opened(case, MARTA)
    assert rung(case, MARTA) == Rung.SUMMARY


def test_an_agency_whose_agreement_lists_nobody_is_refused(case: Case) -> None:
    with pytest.raises(Refused, match="agreement"):
        opened(case, OWEN)


def test_an_agreement_that_has_ended_lists_nobody(case: Case) -> None:
    rows = Agreement.objects.filter(owner=user(PRIYA).agency_id, other=user(IMRAN).agency_id)
    rows.update(effective_until=now().date() - timedelta(days=1))
    try:
        with pytest.raises(Refused, match="agreement"):
            opened(case)
    finally:
        rows.update(effective_until=None)


def test_a_role_that_was_taken_away_opens_nothing(case: Case) -> None:
    held = user(IMRAN).roles.filter(role="supervisor")
    before = actor(IMRAN)
    held.update(until=now())
    try:
        with transaction.atomic():
            acting(IMRAN)
            # What the process still believes does not count: the database looks at the roles held now.
            with pytest.raises(Refused):
                break_glass(actor=before, now=now(), record_id=case.id, serious_harm=HARM)
    finally:
        held.update(until=None)


def test_the_harm_must_be_stated(case: Case) -> None:
    with pytest.raises(Invalid):
        opened(case, harm="urgent")
    page = signed_in(IMRAN).post(f"/emergency/{case.id}", {"serious_harm": "urgent"})
    assert "at least a sentence" in page.content.decode()
    assert rung(case, IMRAN) == Rung.SUMMARY


def test_the_way_through_the_pages(case: Case) -> None:
    browser = signed_in(IMRAN)
    known = browser.get(f"/cases/{case.reference}")
    assert known.status_code == 403
    link = re.search(r'href="(/emergency/[0-9a-f-]+)"', known.content.decode())
    assert link is not None
    asked = browser.get(link[1])
    assert asked.status_code == 200
    assert "Charnwood" in asked.content.decode()
    assert case.reference not in asked.content.decode()
    assert browser.post(link[1], {"serious_harm": HARM}).status_code == 200
    assert browser.get(f"/cases/{case.reference}").status_code == 200


def test_the_owner_is_told_in_the_ledger_the_audit_and_my_work_and_reviews_it(case: Case) -> None:
    row = opened(case)
    with transaction.atomic():
        acting(PRIYA)
        ledger = Disclosure.objects.get(record_id=case.id, kind="break_glass")
        assert (ledger.to_person_id, ledger.decided_by_id) == (user(IMRAN).id, user(IMRAN).id)
        assert ledger.why == HARM
    line = signed_in(COLIN).get("/").content.decode()
    assert "Review an emergency reading" in line
    assert f"/emergency/reviews/{row.id}" in line
    readers = signed_in(COLIN).get(f"/cases/{case.reference}/readers").content.decode()
    assert "opened in an emergency" in readers
    assert "Imran Shah" in readers
    browser = signed_in(COLIN)
    page = browser.get(f"/emergency/reviews/{row.id}").content.decode()
    assert "burn the house down" in page
    said = {"outcome": "justified", "words": "The threat was real.", "version": "1"}
    assert browser.post(f"/emergency/reviews/{row.id}", said).status_code == 302
    assert "Review an emergency reading" not in browser.get("/").content.decode()
    with transaction.atomic():
        me = acting(COLIN)
        reviewed = emergency_readings(me)[0].row
        assert (reviewed.outcome, reviewed.reviewed_by_id) == ("justified", me.user_id)
        with pytest.raises(Conflict):
            review(actor=me, now=now(), row_id=row.id, version=2, outcome="justified", words="Again")


def test_the_review_is_due_by_the_end_of_the_owners_next_working_day(case: Case) -> None:
    row = opened(case)
    assert row.review_due > now()
    assert row.review_due - now() < timedelta(days=6)


def test_only_a_supervisor_of_the_owner_reviews_it(case: Case) -> None:
    row = opened(case)
    for email, status in ((IMRAN, 404), (TOM, 404), (PRIYA, 403), (SUE, 403)):
        answer = signed_in(email).get(f"/emergency/reviews/{row.id}")
        assert answer.status_code == status, email


def test_the_people_on_the_owners_sharing_desk_get_a_message_without_personal_data(case: Case) -> None:
    opened(case)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'access.tell_duty'")
        assert len(cursor.fetchall()) == 1
    agency = str(user(PRIYA).agency_id)
    tell(agency)
    assert sorted(message.to for message in mail.outbox) == [[COLIN], [RUTH]]
    for word in ("Ellis", "Imran", "burn", case.reference):
        assert word not in mail.outbox[0].subject + mail.outbox[0].body


def test_where_nobody_is_on_that_duty_who_may_review_is_told(case: Case) -> None:
    duties = Duty.objects.filter(agency_id=user(PRIYA).agency_id, role="sharing_desk")
    duties.update(until=now())
    try:
        tell(str(user(PRIYA).agency_id))
    finally:
        duties.update(until=None)
    assert sorted(message.to for message in mail.outbox) == [[COLIN], [RUTH]]


def tell(agency_id: str) -> None:
    """What the worker does with the job."""
    mail.outbox = []
    with transaction.atomic():
        tell_duty.func.__wrapped__(agency_id=agency_id, what="break_glass")


def test_the_owner_may_end_it_before_the_hour_is_over(case: Case) -> None:
    opened(case)
    browser = signed_in(IMRAN)
    assert browser.get(f"/cases/{case.reference}").status_code == 200
    page = signed_in(PRIYA).get(f"/cases/{case.reference}/sharing").content.decode()
    assert "in an emergency" in page
    with transaction.atomic():
        end_involvement(
            actor=acting(PRIYA), now=now(), case=case, agency_id=user(IMRAN).id, why="It was not needed."
        )
    assert browser.get(f"/cases/{case.reference}").status_code == 403
    with transaction.atomic():
        acting(PRIYA)
        ended = Disclosure.objects.get(record_id=case.id, kind="revoke")
        assert (ended.to_person_id, ended.to_agency_id) == (user(IMRAN).id, None)


def test_ownership_is_neither_given_nor_taken_by_sharing(case: Case) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        for holder, wanted in ((user(MARTA).agency_id, 4), (priya.agency_id, 2)):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT access_give(%s, 1, %s, %s, NULL, 'shared')", [case.id, holder, wanted])
        revoke(actor=priya, now=now(), record_id=case.id, holder_id=priya.agency, why="a slip")
        assert holders_of(priya, case.id)[0].rung == Rung.OWNER
