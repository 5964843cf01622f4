"""A referral is written, sent or not, and decided on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sentinel.access.models import WISHES_OF_PEOPLE, Kind, Rung
from sentinel.access.operations import disclose, open_record, share
from sentinel.access.queries import desk_words
from sentinel.accounts.duties import on_duty_for
from sentinel.accounts.models import Agency
from sentinel.accounts.rules import right_of_referral_duty, roles_with
from sentinel.cases.models import Case, Party
from sentinel.cases.operations.guards import change, may_write
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.jobs import defer
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.text import filled
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.models import Referral, ReferralContent, SentReferral
from sentinel.partnership.referrals.operations.telling import tell_of, unsent, what
from sentinel.partnership.referrals.queries import (
    audience_of,
    content_of,
    hides,
    recipients,
    terms_on,
)
from sentinel.partnership.referrals.rules import Terms
from sentinel.partnership.referrals.tasks import tell_of_referral
from sentinel.questionnaires.bases import basis_with
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import check_answers, settled

KEPT = "What it says is kept for those who may know who this is. One of them goes on with it."


def say_kind(
    *, actor: Actor, now: datetime, case: Case, referral: Referral, version: int, kind: str
) -> Referral:
    """Say whether a safeguarding referral is of a child or of an adult. What was written for the other is taken out, because
    the questions are others. Raises as `keep_referral`."""
    unsent(actor, case, referral)
    if rules.is_of_nobody_yet(referral):
        raise Conflict("Say first who is at risk.")
    if referral.kind not in rules.SAFEGUARDING or kind not in {rules.CHILD, rules.ADULT}:
        raise Invalid.of("kind", "Say whether it is about a child or an adult.")
    changed = change(referral, version, kind=kind, to_agency=None)
    tell_of("referral_kind_said", actor, now, case, changed)
    return changed


def keep_referral(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    referral: Referral,
    version: int,
    question_set: QuestionSetVersion,
    answers: Mapping[str, Any],
    wish: str = "",
    lawful_basis: str = "",
    to_agency: Agency | None = None,
) -> Referral:
    """Keep what was written so far; nothing leaves. Raises Refused where the actor does not work on the case, may not know
    who it is about, or changes the wish while a supervisor is asked and is none; Conflict where it was sent or changed since
    `version`; Invalid beside a question that cannot be kept, `wish` or `to_agency`."""
    return _keep(
        actor, now, case, referral, version, question_set, answers, wish, lawful_basis, to_agency, whole=False
    )  # fmt: skip


def send_referral(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    referral: Referral,
    version: int,
    question_set: QuestionSetVersion,
    answers: Mapping[str, Any],
    wish: str,
    lawful_basis: str,
    to_agency: Agency | None,
) -> Referral:
    """Send it: the agency gets a copy of what it says, with the wish and the lawful basis, and is told that it waits.

    Where the person objects it is not sent: a supervisor is asked, once, and decides (`decide_objection`). Raises as
    `keep_referral`, Invalid beside what must be answered, and Refused while a supervisor is asked and the actor is none.
    """
    was_asked = rules.state_of(referral) == rules.ASKED
    kept = _keep(
        actor, now, case, referral, version, question_set, answers, wish, lawful_basis, to_agency, whole=True
    )  # fmt: skip
    if wish != "objects":
        return _send(actor, now, case, kept)
    if was_asked:
        return kept  # who asked first, and when, stays: the decision is what is missing, not another asking
    asked = change(kept, kept.version, asked_at=now, asked_by_id=actor.user_id)
    tell_of("referral_asked", actor, now, case, asked)
    return asked


def decide_objection(
    *, actor: Actor, now: datetime, case: Case, referral: Referral, version: int, sends: bool, because: str
) -> Referral:
    """A supervisor decides whether a referral is sent although the person objects, with the reason.

    Raises Refused without the right or where they may not see what it says, Invalid (because), Conflict where nobody asked or it changed since `version`.
    """
    may_write(actor, case, "decide_referral")
    unsent(actor, case, referral)
    if rules.state_of(referral) != rules.ASKED:
        raise Conflict("Nothing is to be decided about this referral.")
    if content_of(actor, referral).content is None:
        raise Refused("What it says is kept for those who may know who this is. One of them decides.")
    words = filled("because", because, "Say why.", longest=4000)
    decided = change(
        referral, version, decided_at=now, decided_by_id=actor.user_id, decided_to_send=sends, decision=words
    )
    tell_of("referral_decided", actor, now, case, decided, sends=sends)
    return _send(actor, now, case, decided) if sends else not_sent(actor, now, case, decided, words)


def do_not_send(
    *, actor: Actor, now: datetime, case: Case, referral: Referral, version: int, because: str
) -> Referral:
    """Say why a referral is not sent (R73). Raises as `keep_referral`, Invalid (because)."""
    unsent(actor, case, referral)
    words = filled("because", because, "Say why it is not sent.", longest=4000)
    return not_sent(actor, now, case, change(referral, version), words)


def _keep(
    actor: Actor, now: datetime, case: Case, referral: Referral, version: int, question_set: QuestionSetVersion,
    answers: Mapping[str, Any], wish: str, lawful_basis: str, to_agency: Agency | None, *, whole: bool,
) -> Referral:  # fmt: skip
    unsent(actor, case, referral)
    terms = _terms(referral, now)
    problems = check_answers(question_set_of(question_set.id), answers, whole, today=london_date(now))
    if question_set.key != terms.question_set:
        raise Conflict("The questions of this referral have changed. Open it again.")
    problems |= _of_sending(case, terms, wish, to_agency, whole=whole)
    try:
        basis = _basis(actor, now, wish, lawful_basis.strip(), whole=whole)
    except Invalid as error:
        problems |= error.errors
    if problems:
        raise Invalid(problems)
    if content_of(actor, referral).hidden:
        raise Refused(KEPT)
    if rules.state_of(referral) == rules.ASKED and (whole or wish != referral.wish):
        actor.require("decide_referral", "They object, and a supervisor is asked: it waits for the decision.")
    row = change(referral, version, wish=wish, lawful_basis=basis, to_agency=to_agency)
    # Whoever protects the identity waits for this row from here on, or was quicker and committed: so it is asked again.
    if row.party_id is not None:
        row.party = Party.objects.get(pk=row.party_id)
    if hides(row):
        raise Refused(KEPT)
    kept = settled(question_set_of(question_set.id), answers)
    audience_id = audience_of(row)
    ReferralContent.objects.update_or_create(
        referral=row,
        defaults={"question_set": question_set, "answers": kept, "audience_id": audience_id},
        create_defaults={
            "question_set": question_set, "answers": kept,
            **provenance(actor=actor, now=now, record_id=case.id, audience_id=audience_id),
        },
    )  # fmt: skip
    if not whole:
        tell_of("referral_kept", actor, now, case, row)
    return row


def _of_sending(
    case: Case, terms: Terms, wish: str, to_agency: Agency | None, *, whole: bool
) -> dict[str, list[str]]:
    """What is wrong with how it goes, by field."""
    found: dict[str, list[str]] = {}
    if (whole or wish) and wish not in dict(WISHES_OF_PEOPLE):
        found["wish"] = ["Say what they wish."]
    if whole and to_agency is None:
        found["to_agency"] = ["Choose the agency."]
    district = case.place.district_id if case.place else None
    if to_agency is not None and to_agency.id not in {one.id for one in recipients(terms, district)}:
        found["to_agency"] = ["This agency does not take such a referral here."]
    return found


def _basis(actor: Actor, now: datetime, wish: str, key: str, *, whole: bool) -> str:
    """The lawful basis in words; empty where none was chosen yet. Raises Invalid (lawful_basis)."""
    if not (key or whole):
        return ""
    basis = basis_with(key, london_date(now), actor.agency_id)
    if wish and (why_not := basis.why_not(wish)):
        raise Invalid.of("lawful_basis", why_not)
    return basis.ledger


def _terms(referral: Referral, now: datetime) -> Terms:
    found = terms_on(london_date(now)).get(referral.kind)
    if found is None:
        raise Invalid.of("kind", "Say whether it is about a child or an adult.")
    return found


def _send(actor: Actor, now: datetime, case: Case, referral: Referral) -> Referral:
    content, to, terms = content_of(actor, referral).content, referral.to_agency, _terms(referral, now)
    if content is None or to is None:
        raise Conflict("This referral is not written yet.")
    # Owned by whoever sends it, not by their agency: a name that is guarded is read by nobody beside the receiver.
    copy_id = new_id()
    open_record(actor=actor, now=now, record_id=copy_id, kind=Kind.REFERRAL, personal=True)
    SentReferral.objects.create(
        **provenance(actor=actor, now=now, record_id=copy_id),
        id=copy_id, referral=referral, kind=referral.kind, case_record_id=case.id, reference=case.reference, from_agency_id=actor.agency,
        to_agency=to, sent_by_id=actor.user_id, ring=desk_words(case.owner_agency), question_set=content.question_set,
        answers=content.answers, wish=referral.wish, lawful_basis=referral.lawful_basis, sent_at=now, due_at=terms.due(now),
    )  # fmt: skip
    share(
        actor=actor, now=now, record_id=copy_id, kind=Kind.REFERRAL, holder_id=to.id, rung=Rung.READ, what=what(referral),
        lawful_basis=referral.lawful_basis, why=referral.decision, wish=referral.wish, via="referral",
    )  # fmt: skip
    disclose(
        actor=actor, now=now, record_id=case.id, kind="referral", what=what(referral), lawful_basis=referral.lawful_basis,
        why=referral.decision, wish=referral.wish, to_agency=to.id, to_person=None,
    )  # fmt: skip
    row = change(referral, referral.version, sent_at=now, sent_by_id=actor.user_id, due_at=terms.due(now))
    tell_of("referral_sent", actor, now, case, row)
    right = right_of_referral_duty(referral.kind)
    area_id = case.place.district_id if case.place else None
    for user in on_duty_for(terms.duty, role=roles_with(right), agencies=[to.id], area_id=area_id):
        defer(tell_of_referral, sent=str(copy_id), user=str(user.id))
    return row


def not_sent(actor: Actor, now: datetime, case: Case, referral: Referral, words: str) -> Referral:
    """Settle a referral that is not sent, with the reason, and tell it."""
    row = change(
        referral, referral.version, not_sent_at=now, not_sent_by_id=actor.user_id, not_sent_because=words, settled_at=now
    )  # fmt: skip
    tell_of("referral_not_sent", actor, now, case, row)
    return row
