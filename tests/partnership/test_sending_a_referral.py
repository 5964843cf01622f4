"""A referral from its opening to its answer: what opens it, what is filled in, who decides, what is told to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from sentinel.access.models import Disclosure
from sentinel.accounts.models import Agency
from sentinel.cases.gates import missing
from sentinel.cases.models import Case
from sentinel.cases.next import what_is_next
from sentinel.cases.queries import get_case, timeline
from sentinel.cases.timeline import sentence_for
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.partnership.models import Referral, ReferralContent, SentReferral
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.operations import (
    answer_referral,
    decide_objection,
    do_not_send,
    keep_referral,
    open_referral,
    withdraw_referral,
)
from sentinel.partnership.referrals.queries import content_of, received, referral_of
from sentinel.partnership.referrals.tasks import SUBJECT, tell_of_referral
from tests.cases.making import a_case, a_party
from tests.partnership.making import (
    ANA,
    BETH,
    COLIN,
    FILLED,
    a_high_case,
    opened,
    questions,
    send,
)
from tests.risk.answers import assessed
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
COUNTY = "meera.joshi@county.example"


def events(case: Case) -> list[str]:
    """The referral's events on the timeline, in order."""
    rows = Event.objects.filter(record_id=case.id, kind__startswith="referral_").order_by("recorded_at", "id")
    return list(rows.values_list("kind", flat=True))


@pytest.mark.parametrize("email", [PRIYA, BETH, "aisha.rahman@police.example"])
def test_a_high_victim_of_any_agency_opens_the_victim_first_referral(email: str) -> None:
    _, case, party = a_high_case(email)
    row = opened(case)
    assert (row.party, row.because, rules.state_of(row)) == (party, "high_risk", rules.OPEN)
    assert opened(case, "jag").party is None, "and the Joint Action Group is offered"
    assert events(case) == ["referral_opened", "referral_opened"]


def test_medium_opens_none_and_high_again_opens_no_second() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case)
    assessed(priya, case, party, "medium")
    assert not Referral.objects.exists()
    assessed(priya, case, party, "high", now=NOW + HOUR)
    assessed(priya, case, party, "high", now=NOW + 2 * HOUR)
    assert Referral.objects.filter(case=case, kind="victim_first").count() == 1


def test_each_high_victim_of_a_household_has_their_own_and_one_jag_is_offered() -> None:
    priya, case, _ = a_high_case()
    assessed(priya, case, a_party(priya, case, "Joan Ellis"), "high")
    assert Referral.objects.filter(case=case, kind="victim_first").count() == 2
    assert Referral.objects.filter(case=case, kind="jag").count() == 1


def test_it_is_sent_and_acknowledged_and_every_step_is_on_the_timeline() -> None:
    priya, case, _ = a_high_case()
    row = send(priya, case, opened(case))
    assert rules.state_of(row) == rules.SENT
    assert row.due_at == NOW + timedelta(hours=48)
    [copy] = received(acting(ANA))
    answer_referral(actor=acting(ANA), now=NOW + HOUR, sent_id=copy.id, acknowledges=True)
    priya = acting(PRIYA)
    row.refresh_from_db()
    assert rules.state_of(row) == rules.ACKNOWLEDGED
    assert row.answered_by == user(ANA)
    assert row.settled_at is not None
    assert events(case)[-2:] == ["referral_sent", "referral_acknowledged"]
    told = [entry.kind for entry in timeline(priya, get_case(priya, case.reference)).entries]
    assert {"referral_sent", "referral_acknowledged"} <= set(told)


def test_the_wish_and_the_lawful_basis_stand_apart_in_the_ledger_of_the_case() -> None:
    priya, case, _ = a_high_case()
    send(priya, case, opened(case), wish="could_not_be_asked")
    row = Disclosure.objects.get(record_id=case.id, kind="referral")
    assert (row.wish, row.lawful_basis) == ("could_not_be_asked", "UK GDPR Art. 6(1)(e), public task")
    assert row.to_agency == Agency.objects.get(code="victim-first")
    assert row.what == "referral: Victim First"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"wish": ""}, "wish"),
        ({"wish": "not_applicable"}, "wish"),
        ({"lawful_basis": " "}, "lawful_basis"),
        ({"wish": "not_asked", "lawful_basis": "consent"}, "lawful_basis"),
        ({"lawful_basis": "UK GDPR Art. 6(1)(e), public task"}, "lawful_basis"),
        ({"lawful_basis": "because I say so"}, "lawful_basis"),
        ({"to_agency": None}, "to_agency"),
        ({"answers": {**FILLED["victim_first"], "told": ""}}, "told"),
        ({"answers": {**FILLED["victim_first"], "band": "enormous"}}, "band"),
        ({"answers": {**FILLED["victim_first"], "happened": "x" * 4001}}, "happened"),
    ],
)
def test_what_is_missing_stands_beside_its_field_and_nothing_leaves(
    changed: dict[str, Any], field: str
) -> None:
    priya, case, _ = a_high_case()
    with pytest.raises(Invalid) as caught:
        send(priya, case, opened(case), **changed)
    assert list(caught.value.errors) == [field]
    assert not SentReferral.objects.exists()


def test_an_agency_that_takes_no_such_referral_is_refused() -> None:
    priya, case, _ = a_high_case()
    with pytest.raises(Invalid) as caught:
        send(priya, case, opened(case), to_agency=Agency.objects.get(code="fire"))
    assert "to_agency" in caught.value.errors


def test_what_was_written_is_kept_and_nothing_leaves() -> None:
    priya, case, _ = a_high_case()
    row = opened(case)
    keep_referral(
        actor=priya, now=NOW, case=case, referral=row, version=row.version, question_set=questions("victim_first"),
        answers={"name": "Margaret Ellis"},
    )  # fmt: skip
    said = content_of(priya, row)
    assert said.content is not None
    assert said.content.answers == {"name": "Margaret Ellis"}
    assert not SentReferral.objects.exists()
    with pytest.raises(Conflict):
        send(priya, case, opened(case), version=1)


def test_an_objection_goes_to_a_supervisor_who_sends_it_with_the_reason() -> None:
    priya, case, _ = a_high_case()
    row = send(priya, case, opened(case), wish="objects")
    assert rules.state_of(row) == rules.ASKED
    assert not SentReferral.objects.exists()
    with pytest.raises(Refused):
        decide_objection(
            actor=priya, now=NOW, case=case, referral=row, version=row.version, sends=True, because="x"
        )
    colin = acting(COLIN)
    with pytest.raises(Invalid) as caught:
        decide_objection(
            actor=colin, now=NOW, case=case, referral=row, version=row.version, sends=True, because=" "
        )
    assert "because" in caught.value.errors
    why = "Her life is in danger, and she is frightened to be seen asking."
    sent = decide_objection(
        actor=colin, now=NOW, case=case, referral=row, version=row.version, sends=True, because=why
    )
    assert rules.state_of(sent) == rules.SENT
    assert Disclosure.objects.get(record_id=case.id, kind="referral").why == why
    assert events(case)[-3:] == ["referral_asked", "referral_decided", "referral_sent"]
    assert received(acting(ANA))[0].wish == "objects"


def test_a_supervisor_keeps_to_the_objection() -> None:
    priya, case, _ = a_high_case()
    row = send(priya, case, opened(case), wish="objects")
    colin = acting(COLIN)
    done = decide_objection(
        actor=colin,
        now=NOW,
        case=case,
        referral=row,
        version=row.version,
        sends=False,
        because="She is safe.",
    )
    assert rules.state_of(done) == rules.NOT_SENT
    assert not SentReferral.objects.exists()
    with pytest.raises(Conflict):
        decide_objection(
            actor=colin, now=NOW, case=case, referral=done, version=done.version, sends=True, because="Now"
        )


def test_not_sending_takes_a_reason_and_a_later_high_risk_asks_again() -> None:
    priya, case, party = a_high_case()
    row = opened(case)
    with pytest.raises(Invalid):
        do_not_send(actor=priya, now=NOW, case=case, referral=row, version=row.version, because="\u200b ")
    done = do_not_send(
        actor=priya,
        now=NOW,
        case=case,
        referral=row,
        version=row.version,
        because="She has a worker there already.",
    )
    assert rules.state_of(done) == rules.NOT_SENT
    assert events(case)[-1] == "referral_not_sent"
    colin = acting(COLIN)
    again = open_referral(actor=colin, now=NOW, case=case, kind="victim_first", party=party)
    assert again.id != done.id


def test_two_at_once_open_one() -> None:
    priya, case, party = a_high_case()
    row = opened(case)
    assert open_referral(actor=priya, now=NOW, case=case, kind="victim_first", party=party) == row
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.create(
            case=case, party=party, kind="victim_first", opened_at=NOW, record_id=case.id, created_at=NOW,
            origin_agency_id=priya.agency,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "roles"),
    [("victim_first", ("alleged_perpetrator",)), ("jag", ("victim",)), ("gossip", ("victim",))],
)
def test_who_is_not_referred_so(kind: str, roles: tuple[str, ...]) -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    party = a_party(priya, case, "Dale Horton", *roles)
    with pytest.raises(Invalid):
        open_referral(actor=priya, now=NOW, case=case, kind=kind, party=party)


def test_another_cases_party_and_referral_are_not_there() -> None:
    priya, case, party = a_high_case()
    other = a_case(priya)
    with pytest.raises(NotFound):
        open_referral(actor=priya, now=NOW, case=other, kind="victim_first", party=party)
    with pytest.raises(NotFound):
        referral_of(priya, other, opened(case).id)
    with pytest.raises(NotFound):
        send(priya, other, opened(case))


def test_it_is_declined_with_a_reason_and_the_lead_decides_what_follows() -> None:
    priya, case, _ = a_high_case()
    send(priya, case, opened(case))
    [copy] = received(acting(ANA))
    with pytest.raises(Invalid):
        answer_referral(actor=acting(ANA), now=NOW, sent_id=copy.id, acknowledges=False, because=" ")
    answer_referral(
        actor=acting(ANA), now=NOW, sent_id=copy.id, acknowledges=False, because="She lives in Derby."
    )
    with pytest.raises(Conflict):
        answer_referral(actor=acting(ANA), now=NOW, sent_id=copy.id, acknowledges=True)
    priya = acting(PRIYA)
    row = opened(case)
    assert (rules.state_of(row), row.declined_because) == (rules.DECLINED, "She lives in Derby.")
    assert any(
        "was declined" in one.words for one in what_is_next(priya, get_case(priya, case.reference), NOW)
    )
    withdraw_referral(
        actor=priya, now=NOW, case=case, referral=row, version=row.version, because="Derby is told."
    )
    assert not any(
        "declined" in one.words for one in what_is_next(priya, get_case(priya, case.reference), NOW)
    )


def test_what_is_withdrawn_is_empty_there() -> None:
    priya, case, _ = a_high_case()
    row = send(priya, case, opened(case))
    withdraw_referral(
        actor=priya,
        now=NOW,
        case=case,
        referral=row,
        version=row.version,
        because="She has changed her mind.",
    )
    [copy] = received(acting(ANA))
    assert copy.answers == {}
    assert copy.withdrawn_at is not None
    with pytest.raises(Conflict):
        answer_referral(actor=acting(ANA), now=NOW, sent_id=copy.id, acknowledges=True)
    acting(PRIYA)
    said = ReferralContent.objects.get(referral=row)
    assert said.answers["name"] == "Margaret Ellis", "the case keeps what was sent"
    assert Disclosure.objects.filter(record_id=case.id, kind="revoke").count() == 1


def test_a_case_is_not_closed_over_a_referral_that_nobody_decided() -> None:
    priya, case, _ = a_high_case()
    codes = [one.code for one in missing(priya, get_case(priya, case.reference), NOW)]
    assert codes.count("referral_open") == 2
    for row in Referral.objects.filter(case=case):
        do_not_send(actor=priya, now=NOW, case=case, referral=row, version=row.version, because="Not wanted.")
    assert "referral_open" not in [one.code for one in missing(priya, get_case(priya, case.reference), NOW)]


def test_what_is_next_says_it_and_rings_when_nobody_answers() -> None:
    priya, case, _ = a_high_case()
    words = [one.words for one in what_is_next(priya, get_case(priya, case.reference), NOW)]
    assert "Send the Victim First referral of {party}, or say why not" in words
    assert "Send the referral to the Joint Action Group, or say why not" in words
    row = send(priya, case, opened(case))
    later = row.due_at + HOUR
    for when, rings in ((NOW, False), (later, True)):
        due = what_is_next(priya, get_case(priya, case.reference), when)
        assert any(one.words.startswith("Ring: the Victim First referral") for one in due) is rings


def test_the_receiver_is_told_by_mail_without_personal_data() -> None:
    priya, case, _ = a_high_case()
    send(priya, case, opened(case))
    ana = acting(ANA)
    [copy] = received(ana)
    tell_of_referral.func.__wrapped__(sent=str(copy.id), user=str(ana.user_id))
    [message] = mail.outbox
    assert (message.subject, message.to) == (SUBJECT, [ANA])
    assert "Ellis" not in message.body
    assert case.reference not in message.body
    answer_referral(actor=ana, now=NOW, sent_id=copy.id, acknowledges=True)
    tell_of_referral.func.__wrapped__(sent=str(copy.id), user=str(ana.user_id))
    assert len(mail.outbox) == 1


def test_every_event_has_its_sentence() -> None:
    kinds = {
        "opened",
        "kept",
        "kind_said",
        "asked",
        "decided",
        "sent",
        "not_sent",
        "withdrawn",
        "acknowledged",
        "declined",
    }
    for kind in kinds:
        assert sentence_for(f"referral_{kind}") is not None, kind


def test_a_referral_is_changed_by_who_works_on_the_case_alone() -> None:
    _, case, _ = a_high_case()
    for email in (ANA, "kofi.mensah@soar-valley.example", "dawn.ashby@charnwood.example"):
        stranger = acting(email)
        row = Referral.objects.filter(case=case).first()
        with pytest.raises((Refused, NotFound)):
            open_referral(actor=stranger, now=NOW, case=case, kind="jag")
        assert row is None or email.endswith("charnwood.example")
