"""A referral as an attacker would go at it: through the pages, and with SQL under the application's own role."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from sentinel.access.operations import make_audience
from sentinel.access.queries import rung_of
from sentinel.audit.models import History
from sentinel.cases.models import Case, Party
from sentinel.cases.operations.handing_over import accept, offer
from sentinel.cases.operations.protection import protect_identity
from sentinel.cases.operations.sharing import involve
from sentinel.foundation.models import Event
from sentinel.kernel.errors import NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.partnership.models import Referral, ReferralContent, SentReferral
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.operations import (
    answer_referral,
    decide_objection,
    keep_referral,
    open_referral,
    withdraw_referral,
)
from sentinel.partnership.referrals.queries import content_of, received, received_one
from sentinel.people.models import PersonName
from tests.cases.making import a_case, a_party, agency
from tests.partnership.making import ANA, COLIN, FILLED, PUBLIC_TASK, a_high_case, opened, questions, send
from tests.risk.answers import assessed
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
MEERA, DAN, JO = "meera.joshi@county.example", "dan.frost@city.example", "jo.tandy@county.example"
KOFI, RUTH = "kofi.mensah@soar-valley.example", "ruth.adeyemi@charnwood.example"


def sent() -> tuple[Case, Referral, SentReferral]:
    """A Victim First referral that waits there."""
    priya, case, _ = a_high_case()
    row = send(priya, case, opened(case))
    acting(ANA)
    return case, row, SentReferral.objects.get(referral_id=row.id)


def test_the_receiver_reads_the_copy_and_no_other_row() -> None:
    case, _row, copy = sent()
    ana = acting(ANA)
    assert received_one(ana, copy.id).answers["name"] == "Margaret Ellis"
    assert rung_of(ana, case.id) < 2
    for model in (Case, Party, Referral, ReferralContent):
        assert not model.objects.exists(), model
    assert not Event.objects.filter(record_id=case.id).exists()
    assert not PersonName.objects.exists()
    assert not History.objects.filter(record_id=case.id).exists()


def test_nothing_that_was_written_before_it_was_sent_is_in_the_history_that_the_receiver_reads() -> None:
    priya, case, _ = a_high_case()
    row = keep_referral(
        actor=priya, now=NOW, case=case, referral=opened(case), version=opened(case).version,
        question_set=questions("victim_first"), answers={"happened": "The neighbour Dale Horton is HIV positive."},
    )  # fmt: skip
    send(priya, case, row)
    acting(ANA)
    assert "Horton" not in str(list(History.objects.values_list("before", "after")))


def test_nobody_else_reaches_the_copy() -> None:
    _, _, copy = sent()
    for email in (COLIN, KOFI, "tom.marsh@police.example", MEERA):
        stranger = acting(email)
        assert not SentReferral.objects.exists(), email
        with pytest.raises((NotFound, Refused)):
            received_one(stranger, copy.id)
        with pytest.raises((NotFound, Refused)):
            answer_referral(actor=stranger, now=NOW, sent_id=copy.id, acknowledges=True)


def test_the_receiver_changes_nothing_but_by_answering() -> None:
    _, row, copy = sent()
    acting(ANA)
    with pytest.raises(DatabaseError), transaction.atomic():
        SentReferral.objects.filter(pk=copy.pk).update(answers={"name": "Somebody else"})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT partnership_withdraw(%s)", [row.id])


def answered(sent_id: uuid.UUID, because: str = "", *, acknowledges: bool = True) -> bool:
    """The database's own function, called by whoever is stated."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT partnership_answer(%s, %s, %s, %s, %s)", [sent_id, new_id(), acknowledges, because, NOW]
        )
        return bool(cursor.fetchone()[0])


def test_the_function_that_answers_asks_itself_who_may() -> None:
    _, row, copy = sent()
    for email in (PRIYA, COLIN, MEERA, KOFI):
        acting(email)
        with pytest.raises(DatabaseError):
            answered(copy.id)
        with pytest.raises(DatabaseError):
            answered(new_id())
    acting(ANA)
    with pytest.raises(DatabaseError):
        answered(copy.id, "  ", acknowledges=False)
    assert answered(copy.id)
    assert not answered(copy.id), "and once"
    acting(PRIYA)
    assert rules.state_of(Referral.objects.get(pk=row.pk)) == rules.ACKNOWLEDGED


def test_whoever_sent_it_does_not_acknowledge_it_for_them() -> None:
    _, _, copy = sent()
    with pytest.raises((NotFound, Refused)):
        answer_referral(actor=acting(COLIN), now=NOW, sent_id=copy.id, acknowledges=True)


def test_a_safeguarding_concern_is_for_the_safeguarding_contact_alone() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case, "Joe Ellis", "child_involved")
    row = open_referral(actor=priya, now=NOW, case=case, kind="safeguarding", party=party)
    if row.kind == rules.UNDECIDED:
        Referral.objects.filter(pk=row.pk).update(kind=rules.CHILD)
        row.refresh_from_db()
    send(priya, case, row)
    jo = acting(JO)
    assert received(jo) == [], "the county's meeting co-ordinator takes other referrals"
    with pytest.raises(NotFound):
        received_one(jo, SentReferral.objects.get().id)
    [copy] = received(acting(MEERA))
    assert received(acting(DAN)) == [], "another council's contact"
    answer_referral(actor=acting(MEERA), now=NOW, sent_id=copy.id, acknowledges=True)


def test_who_answers_no_referrals_is_refused_in_their_own_agency_too() -> None:
    sent()
    for email in ("dawn.ashby@charnwood.example", PRIYA, "grace.holt@police.example"):
        with pytest.raises(Refused):
            received(acting(email))


def test_a_protected_name_typed_by_who_may_know_it_is_read_by_the_receiver_and_not_by_colleagues() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case, "Vera Hidden")
    assessed(priya, case, party, "high")
    party = protect_identity(actor=priya, now=NOW, party=party)
    row = send(priya, case, opened(case), answers={**FILLED["victim_first"], "name": "Vera Hidden"})
    acting(COLIN)
    assert not ReferralContent.objects.exists()
    assert not SentReferral.objects.exists(), "not by way of the sender's agency"
    said = content_of(acting(COLIN), Referral.objects.get(pk=row.pk))
    assert said.hidden
    past = History.objects.filter(table__startswith="partnership_")
    assert "Hidden" not in str(list(past.values_list("before", "after")))
    [copy] = received(acting(ANA))
    assert copy.answers["name"] == "Vera Hidden"


def test_an_objection_of_somebody_protected_is_decided_by_who_may_know_who_it_is() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case, "Vera Hidden")
    assessed(priya, case, party, "high")
    ruth = user(RUTH)
    protect_identity(actor=priya, now=NOW, party=party, named=[ruth.pk])
    row = send(priya, case, opened(case), wish="objects")
    with pytest.raises(Refused):
        decide_objection(
            actor=acting(COLIN),
            now=NOW,
            case=case,
            referral=row,
            version=row.version,
            sends=True,
            because="x",
        )
    done = decide_objection(
        actor=acting(RUTH),
        now=NOW,
        case=case,
        referral=row,
        version=row.version,
        sends=True,
        because="In danger.",
    )
    assert rules.state_of(done) == rules.SENT


def test_protecting_an_identity_later_empties_what_was_sent_and_guards_what_is_kept() -> None:
    _case, row, copy = sent()
    priya = acting(PRIYA)
    protect_identity(actor=priya, now=NOW, party=Party.objects.get(pk=row.party_id))
    acting(COLIN)
    assert not ReferralContent.objects.filter(referral=row).exists()
    ana = acting(ANA)
    copy = received_one(ana, copy.id)
    assert copy.answers == {}
    assert copy.silenced_at is not None
    answer_referral(actor=ana, now=NOW, sent_id=copy.id, acknowledges=True)


def test_nobody_silences_or_withdraws_for_another_case() -> None:
    _case, row, _ = sent()
    for email in (KOFI, ANA):
        acting(email)
        for function, given in (("partnership_silence", row.party_id), ("partnership_withdraw", row.id)):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SELECT {function}(%s)", [given])
    acting(PRIYA)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT partnership_silence(%s)", [row.party_id])


def test_whoever_takes_over_the_case_goes_on_with_its_referrals() -> None:
    case, row, copy = sent()
    priya = acting(PRIYA)
    involve(actor=priya, now=NOW, case=Case.objects.get(pk=case.pk), agency=agency("three-oaks"), part="Landlord", rung="write",
            lawful_basis=PUBLIC_TASK, why="Tenancy", wish="agrees")  # fmt: skip
    handed = offer(
        actor=priya,
        now=NOW,
        case=Case.objects.get(pk=case.pk),
        what="ownership",
        to_agency=agency("three-oaks"),
        reason="Theirs",
    )
    beth = acting("beth.carr@three-oaks.example")
    accept(actor=beth, now=NOW, case=Case.objects.get(pk=case.pk), handover=handed)
    found = Referral.objects.get(pk=row.pk)
    withdraw_referral(
        actor=beth,
        now=NOW,
        case=Case.objects.get(pk=case.pk),
        referral=found,
        version=found.version,
        because="Done otherwise.",
    )
    assert received_one(acting(ANA), copy.id).answers == {}


def test_a_case_that_is_read_and_not_worked_on_is_not_referred_from() -> None:
    priya, case, _party = a_high_case()
    involve(actor=priya, now=NOW, case=case, agency=agency("three-oaks"), part="Landlord", rung="read",
            lawful_basis=PUBLIC_TASK, why="Tenancy", wish="agrees")  # fmt: skip
    beth = acting("beth.carr@three-oaks.example")
    with pytest.raises(Refused):
        send(beth, case, opened(case))
    with pytest.raises(Refused):
        open_referral(actor=beth, now=NOW, case=case, kind="jag")


def test_while_a_supervisor_is_asked_an_officer_neither_sends_it_nor_says_another_wish() -> None:
    priya, case, _ = a_high_case()
    row = send(priya, case, opened(case), wish="objects")
    for wish in ("not_asked", "agrees", "objects"):
        with pytest.raises(Refused):
            send(priya, case, row, wish=wish)
    given = {
        "now": NOW, "case": case, "referral": row, "question_set": questions("victim_first"), "lawful_basis": PUBLIC_TASK,
        "to_agency": row.to_agency,
    }  # fmt: skip
    for wish in ("", "not_asked"):
        with pytest.raises(Refused):
            keep_referral(
                actor=priya, version=row.version, answers=FILLED["victim_first"], wish=wish, **given
            )
    better = {**FILLED["victim_first"], "told": "That a supervisor decides."}
    row = keep_referral(actor=priya, version=row.version, answers=better, wish="objects", **given)
    assert not SentReferral.objects.exists()
    assert (rules.state_of(row), row.wish) == (rules.ASKED, "objects")
    send(acting(COLIN), case, row, wish="agrees")
    acting(ANA)
    assert SentReferral.objects.get().wish == "agrees"


def test_whoever_declines_keeps_nothing_of_it_and_the_case_keeps_what_it_said() -> None:
    _, row, copy = sent()
    copy = answer_referral(
        actor=acting(ANA), now=NOW, sent_id=copy.id, acknowledges=False, because="She lives in Derby."
    )
    assert (copy.answers, copy.declined_because) == ({}, "She lives in Derby.")
    acting(PRIYA)
    assert ReferralContent.objects.get(referral=row).answers["name"] == "Margaret Ellis"


def test_what_the_agency_alone_could_read_is_for_the_named_once_the_identity_is_protected() -> None:
    priya, case, party = a_high_case()
    row = send(priya, case, opened(case))
    own = make_audience(actor=priya, now=NOW, named=[priya.user_id, user(COLIN).pk])
    ReferralContent.objects.filter(referral=row).update(audience_id=own)
    acting(COLIN)
    assert ReferralContent.objects.exists()
    protect_identity(actor=acting(PRIYA), now=NOW, party=Party.objects.get(pk=party.pk))
    acting(COLIN)
    assert not ReferralContent.objects.exists()
    acting(PRIYA)
    assert ReferralContent.objects.exists()
