"""Asking the owner of a record for access: from SUMMARY alone, answered by the owner alone, for a time that the database keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import ProgrammingError, connection, transaction

from sentinel.access.models import Disclosure, Rung
from sentinel.access.operations import revoke
from sentinel.access.queries import rung_of
from sentinel.access.tasks import tell_duty
from sentinel.audit.models import Entry
from sentinel.cases.models import Case, Note
from sentinel.cases.operations import add_note, add_party
from sentinel.foundation.clock import now
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.phones import parse_phone
from sentinel.matching.hits.models import AccessRequest
from sentinel.matching.hits.operations import (
    ask_for_access,
    read_answer,
    refuse_access,
    withdraw_request,
)
from sentinel.matching.hits.queries import my_requests, one_of_mine, one_to_answer, to_answer
from sentinel.matching.hits.telling import Elsewhere
from sentinel.matching.rules import Given
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_person
from tests.matching.hits.making import (
    BETH,
    COLIN,
    KOFI,
    SAID,
    WHY,
    asked,
    granted,
    margarets_case,
    told,
)
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
DAWN = "dawn.ashby@charnwood.example"  # a call taker of the owner


@pytest.fixture
def case() -> Case:
    return margarets_case(now())


def ledger(case: Case) -> list[tuple[str, str]]:
    acting(PRIYA)
    return list(
        Disclosure.objects.filter(record_id=case.id).order_by("created_at", "id").values_list("kind", "why")
    )


def test_what_is_asked_stands_in_the_owner_s_ledger_audit_and_timeline(case: Case) -> None:
    row = asked()
    assert (row.state, row.reason, row.asker_agency.code) == ("waiting", WHY, "soar-valley")
    assert [kind for kind, _ in ledger(case)][-2:] == ["hit", "access_asked"]
    assert ledger(case)[-1] == ("access_asked", WHY)
    assert Entry.objects.filter(record_id=case.id, kind="access_asked").count() == 1
    assert Event.objects.filter(record_id=case.id, kind="access_asked").count() == 1


def test_it_is_due_by_the_end_of_the_owner_s_next_working_day() -> None:
    friday_evening = NOW  # 20 November 2026, 21:58
    margarets_case(friday_evening)
    row = asked(when=friday_evening)
    assert row.due_at.isoformat().startswith("2026-11-24T"), (
        "Saturday and Sunday do not count, nor what is left of Friday"
    )


def test_asked_twice_by_one_hit_it_is_one_request_with_one_line(case: Case) -> None:
    [hit] = told()
    first, second = asked_by(hit), asked_by(hit)
    assert first.pk == second.pk
    assert [kind for kind, _ in ledger(case)].count("access_asked") == 1


def asked_by(hit: Elsewhere, wanted: str = "read") -> AccessRequest:
    return ask_for_access(actor=acting(KOFI), now=now(), hit=hit.hit, reason=WHY, wanted=wanted)


def hits_of_one_household(case: Case) -> list[Elsewhere]:
    """What is told in one form of two people of one case, by a telephone each, and once more of one of them in other words."""
    priya = acting(PRIYA)
    facts = Facts(name=NameGiven(full="Joan Ellis"), phones=(parse_phone("07700 900142"),))
    person = add_person(actor=priya, now=now(), record_id=case.id, facts=facts)
    add_party(actor=priya, now=now(), case_or_record=case, kind="person", person=person, roles=["witness"])
    hand = new_id()
    joan = Given(name="Joan Ellis", phones=("+447700900142",))
    older = Given(name="Joan Mary Ellis", phones=("+447700900142",))
    return [one for given in (SAID, joan, older) for one in told(given=given, in_hand=hand)]


def test_two_people_of_one_record_have_hits_and_requests_that_tell_nothing_of_each_other(case: Case) -> None:
    hits = hits_of_one_household(case)
    assert len(hits) == 3
    assert len({one.hit for one in hits}) == 3
    rows = [asked_by(one) for one in hits]
    assert len({row.pk for row in rows}) == 3
    assert {row.state for row in rows} == {"waiting"}
    acting(PRIYA)
    assert Disclosure.objects.filter(record_id=case.id, kind="hit").count() == 1, (
        "once an agency and day, however often it was asked"
    )
    assert Entry.objects.filter(record_id=case.id, kind="hit").count() == 1
    assert {one.reference for one in to_answer(acting(COLIN))} == {case.reference}


def test_asked_by_its_reference_it_is_not_what_was_asked_by_a_hit(case: Case) -> None:
    by_hit = asked()
    by_record = ask_for_access(actor=acting(KOFI), now=now(), record_id=case.id, reason=WHY, wanted="read")
    again = ask_for_access(actor=acting(KOFI), now=now(), record_id=case.id, reason=WHY, wanted="read")
    assert by_hit.pk != by_record.pk == again.pk


def test_a_grant_answers_what_else_they_asked_of_the_record_and_a_refusal_does_not(case: Case) -> None:
    first, second, third = (asked_by(one) for one in hits_of_one_household(case))
    refuse_access(
        actor=acting(COLIN), now=now(), row_id=first.pk, version=first.version, answer="Ring us first."
    )
    kofi = acting(KOFI)
    assert AccessRequest.objects.get(pk=second.pk).state == "waiting"
    granted(second)
    acting(KOFI)
    assert AccessRequest.objects.get(pk=third.pk).state == "together"
    with pytest.raises(Conflict):
        granted(third)
    assert [kind for kind, _ in ledger(case)].count("access_granted") == 1
    assert rung_of(acting(KOFI), case.id) == Rung.READ
    assert one_of_mine(kofi, third.pk, now()).open is False


def test_the_desk_is_told_without_a_word_of_it(case: Case) -> None:
    asked()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> 'what' FROM procrastinate_jobs WHERE task_name = 'access.tell_duty'")
        assert cursor.fetchall() == [("access_asked",)]
    mail.outbox = []
    tell_duty.func.__wrapped__(agency_id=str(user(PRIYA).agency_id), what="access_asked")
    assert COLIN in {to for message in mail.outbox for to in message.to}
    for word in ("Ellis", "Kofi", "Soar", "tenant", case.reference):
        assert word not in mail.outbox[0].subject + mail.outbox[0].body


def test_nobody_reads_before_it_is_granted_and_the_asker_reads_their_own_request_alone(case: Case) -> None:
    row = asked()
    kofi = acting(KOFI)
    assert rung_of(kofi, case.id) == Rung.SUMMARY
    assert [one.pk for one in my_requests(kofi)] == [row.pk]
    assert not Case.objects.filter(pk=case.pk).exists()
    beth = acting(BETH)
    assert my_requests(beth) == []
    with pytest.raises(NotFound):
        one_of_mine(beth, row.pk, now())
    assert not AccessRequest.objects.filter(pk=row.pk).exists(), (
        "the row policy hides it, whatever a page asks for"
    )


def test_granted_it_lets_the_asker_alone_read_and_change_nothing(case: Case) -> None:
    priya = acting(PRIYA)
    add_note(actor=priya, now=now(), case=case, text="Everybody on the case may read this.")
    row = granted(asked())
    kofi = acting(KOFI)
    assert rung_of(kofi, case.id) == Rung.READ
    assert list(Note.objects.filter(case=case).values_list("text", flat=True)) == [
        "Everybody on the case may read this."
    ]
    assert Note.objects.filter(case=case).update(text="changed") == 0
    found = one_of_mine(kofi, row.pk, now())
    assert (found.open, found.reference) == (True, case.reference)
    colleague = "owen.price@three-oaks.example"
    assert rung_of(acting(colleague), case.id) == Rung.SUMMARY


def test_what_is_granted_is_in_the_ledger_with_reason_basis_wish_and_end(case: Case) -> None:
    row = granted(asked())
    acting(PRIYA)
    line = Disclosure.objects.get(record_id=case.id, kind="access_granted")
    assert (line.why, line.wish, line.to_person_id, line.to_agency_id) == (
        WHY, "agrees", row.asker_id, row.asker_agency_id,
    )  # fmt: skip
    assert line.lawful_basis
    assert "until" in line.what
    assert line.decided_by_id == user(COLIN).pk


def test_no_more_is_granted_than_was_asked_nor_for_longer_than_the_rule(case: Case) -> None:
    row = asked(wanted="read")
    with pytest.raises(Invalid) as refused:
        granted(row, granted="write")
    assert "granted" in refused.value.errors
    for until in (now() - timedelta(minutes=1), now() + timedelta(days=29)):
        with pytest.raises(Invalid) as refused:
            granted(row, until=until)
        assert "until" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        granted(row, lawful_basis="consent", wish="objects")
    assert "lawful_basis" in refused.value.errors


def test_work_may_be_granted_where_it_was_asked_for(case: Case) -> None:
    granted(asked(wanted="write"), granted="write")
    assert rung_of(acting(KOFI), case.id) == Rung.WRITE


def test_refused_the_reason_is_told_and_nothing_opens(case: Case) -> None:
    row = asked()
    refuse_access(
        actor=acting(COLIN),
        now=now(),
        row_id=row.pk,
        version=row.version,
        answer="Ring us: we visit on Monday.",
    )
    assert ledger(case)[-1] == ("access_refused", "Ring us: we visit on Monday.")
    kofi = acting(KOFI)
    found = one_of_mine(kofi, row.pk, now())
    assert (found.row.state, found.row.answer, found.open, found.reference) == (
        "refused", "Ring us: we visit on Monday.", False, "",
    )  # fmt: skip
    assert rung_of(kofi, case.id) == Rung.SUMMARY


def test_a_refusal_needs_its_reason(case: Case) -> None:
    row = asked()
    with pytest.raises(Invalid):
        refuse_access(actor=acting(COLIN), now=now(), row_id=row.pk, version=row.version, answer=" ")


def test_it_is_answered_once(case: Case) -> None:
    row = asked()
    granted(row)
    with pytest.raises(Conflict):
        granted(row)


@pytest.mark.parametrize(
    "email", [KOFI, BETH, DAWN, "ravi.desai@police.example", "aisha.rahman@police.example"]
)
def test_only_who_shares_the_owner_s_records_answers(case: Case, email: str) -> None:
    row = asked()
    with pytest.raises((NotFound, Refused)):
        granted(row, email)
    assert to_answer(acting(email)) == []


def test_who_works_at_the_owner_sees_what_waits_in_three_queries(
    case: Case, django_assert_num_queries: Any
) -> None:
    row = asked()
    colin = acting(COLIN)
    with django_assert_num_queries(3):
        [found] = to_answer(colin)
    assert (found.row.pk, found.reference, found.row.asker.name) == (row.pk, case.reference, "Kofi Mensah")
    assert one_to_answer(colin, row.pk).title == case.title


def test_from_nothing_nobody_can_ask_by_hit_or_by_record(case: Case) -> None:
    [hit] = told()
    revoke(actor=acting(PRIYA), now=now(), record_id=case.id, holder_id=user(KOFI).agency_id, why="test")
    kofi = acting(KOFI)
    for way in ({"hit": hit.hit}, {"record_id": case.id}, {"hit": new_id()}, {"record_id": new_id()}):
        with pytest.raises(NotFound):
            ask_for_access(actor=kofi, now=now(), reason=WHY, wanted="read", **way)
    with (
        pytest.raises(ProgrammingError, match="SUMMARY"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT hits_ask(gen_random_uuid(), %s, NULL, 'read', 'x', '', sentinel_now())", [case.id]
        )


def test_a_hit_is_its_reader_s_own(case: Case) -> None:
    [hit] = told(KOFI)
    with pytest.raises(NotFound):
        ask_for_access(actor=acting(BETH), now=now(), reason=WHY, wanted="read", hit=hit.hit)


def test_who_reads_it_already_asks_for_nothing(case: Case) -> None:
    with pytest.raises(Refused):
        ask_for_access(
            actor=acting("aisha.rahman@police.example"),
            now=now(),
            reason=WHY,
            wanted="read",
            record_id=case.id,
        )


def test_a_call_taker_does_not_ask(case: Case) -> None:
    with pytest.raises(Refused):
        ask_for_access(actor=acting(DAWN), now=now(), reason=WHY, wanted="read", record_id=case.id)


@pytest.mark.parametrize(
    ("reason", "wanted", "field"), [("Please", "read", "reason"), (WHY, "owner", "wanted")]
)
def test_a_reason_that_nobody_can_weigh_is_sent_back(
    case: Case, reason: str, wanted: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ask_for_access(actor=acting(KOFI), now=now(), reason=reason, wanted=wanted, record_id=case.id)
    assert field in refused.value.errors


def test_the_asker_takes_it_back_while_nobody_has_answered(case: Case) -> None:
    row = asked()
    withdraw_request(actor=acting(KOFI), now=now(), row_id=row.pk)
    with pytest.raises(Conflict):
        withdraw_request(actor=acting(KOFI), now=now(), row_id=row.pk)
    with pytest.raises(Conflict):
        granted(row)
    with pytest.raises(NotFound):
        withdraw_request(actor=acting(BETH), now=now(), row_id=row.pk)


def test_nobody_but_the_functions_writes_requests(case: Case) -> None:
    row = asked()
    acting(KOFI)
    assert AccessRequest.objects.filter(pk=row.pk).update(state="granted") == 0
    with pytest.raises(ProgrammingError), transaction.atomic():
        AccessRequest.objects.create(
            record_id=case.id, origin_agency_id=user(KOFI).agency_id, created_at=now(), asker=user(KOFI),
            asker_agency=user(KOFI).agency, reason=WHY, wanted="write", asked_at=now(), due_at=now(),
        )  # fmt: skip


def test_the_answer_leaves_my_work_once_it_is_read(case: Case) -> None:
    row = granted(asked())
    read_answer(actor=acting(KOFI), now=now(), row_id=row.pk)
    acting(KOFI)
    assert AccessRequest.objects.get(pk=row.pk).read_at is not None
    with pytest.raises(NotFound):
        read_answer(actor=acting(BETH), now=now(), row_id=row.pk)


def test_what_the_owner_ends_early_ends_at_once_and_is_written_down(case: Case) -> None:
    row = granted(asked())
    revoke(
        actor=acting(COLIN),
        now=now(),
        record_id=case.id,
        holder_id=row.asker_id,
        why="The notice was served.",
    )
    kofi = acting(KOFI)
    assert rung_of(kofi, case.id) == Rung.SUMMARY
    assert one_of_mine(kofi, row.pk, now()).ended
