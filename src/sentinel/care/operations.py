"""Recording that a victim was told, or tried for, and what each was told of the end."""

from __future__ import annotations

from datetime import datetime

from sentinel.accounts.calendars import calendar_of
from sentinel.care.models import ClosureNotice, VictimContact
from sentinel.care.queries import attempts_needed, first_due, last_told, safe_ways, standard_items
from sentinel.care.rules import (
    IN_TOUCH,
    METHODS,
    RESULTS,
    UPDATE,
    Touch,
    enough_attempts,
    next_due,
    why_unsafe,
)
from sentinel.cases.models import Case, Closure, Party
from sentinel.cases.operations.guards import may_write
from sentinel.cases.operations.holding import put_on
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.kernel.text import filled
from sentinel.web.formats import uk_day_time


def record_contact(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    party: Party,
    at: datetime,
    method: str,
    result: str,
    said: str,
    next_by: datetime | None = None,
    unsafe_reason: str = "",
) -> VictimContact:
    """Record one contact or attempt: when (UTC), how, with what result, what was said, by when the next was promised.

    A way that the person did not agree to is an error beside `method`, unless they got in touch with us or
    `unsafe_reason` says why it was done all the same: what happened must be recordable. A promise later than the
    contact standard is an error beside `next_by`. Raises Refused without the right, Invalid, NotFound for another case's
    party, Conflict for a closed case.
    """
    may_write(actor, case, "contact_victim")
    if not Party.objects.filter(pk=party.pk, case=case).exists():
        raise NotFound()
    words = _checked(at=at, method=method, result=result, said=said, case=case, now=now)
    unsafe = why_unsafe(method, safe_ways(actor, [party.id])[party.id])
    if unsafe and not unsafe_reason.strip():
        raise Invalid.of("method", f"{unsafe} If it was done all the same, say why below.")
    if next_by is not None:
        _promise(actor, now, case, party, at, result, next_by)
    row = VictimContact.objects.create(
        case=case,
        party=party,
        at=at,
        method=method,
        result=result,
        said=words,
        by_id=actor.user_id,
        next_due=next_by,
        unsafe_reason=unsafe_reason.strip() if unsafe else "",
        **provenance(actor=actor, now=now, record_id=case.id, audience_id=party.audience_id),
    )
    raise_event(
        kind="contact_recorded",
        actor=actor,
        now=now,
        record_id=case.id,
        subject_id=row.id,
        audience_id=party.audience_id,
        happened_at=at,
        payload={"party": str(party.id), "method": method, "result": result, "unsafe": bool(unsafe)},
    )
    return row


def _checked(*, at: datetime, method: str, result: str, said: str, case: Case, now: datetime) -> str:
    errors: dict[str, list[str]] = {}
    if method not in METHODS:
        errors["method"] = ["Choose how it was done."]
    if result not in RESULTS:
        errors["result"] = ["Choose whether they were reached."]
    if at > now:
        errors["at"] = ["This is in the future. A contact is recorded once it has been made."]
    elif at < case.told_at:
        errors["at"] = ["This is before we were told of it. Check the day and the time."]
    try:
        words = filled("said", said, "Write what was said, or what was tried.")
    except Invalid as error:
        errors.update(error.errors)
        words = ""
    if errors:
        raise Invalid(errors)
    return words


def _promise(
    actor: Actor, now: datetime, case: Case, party: Party, at: datetime, result: str, next_by: datetime
) -> None:
    if next_by <= at:
        raise Invalid.of("next_by", "The next contact comes after this one.")
    told = last_told(actor, case, now).get(party.id)
    if told is None or result not in IN_TOUCH:
        return
    standard = next_due(
        told_at=case.told_at,
        touches=[Touch(at, result)],
        band=told.band,
        items=standard_items(london_date(now), case.owner_agency_id),
        agency_kind=case.owner_agency.kind,
        calendar=calendar_of(case.owner_agency),
    )
    if standard.what == UPDATE and standard.by is not None and next_by > standard.by:
        raise Invalid.of(
            "next_by", f"The standard is to be in touch again by {uk_day_time(standard.by, now)}."
        )


def closure_notice(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    party: Party,
    result: str,
    at: datetime,
    method: str = "",
    told_outcome: bool = False,
    told_reasons: bool = False,
    told_review_right: bool = False,
    told_how_to_return: bool = False,
    words: str = "",
    unsafe_reason: str = "",
) -> ClosureNotice:
    """Record that a victim was told of the end, did not want to be, or could not be reached.

    Told means all four: outcome, reasons, the right to an ASB Case Review (2014 Act s.104) and how to come back; it is
    recorded as a contact too, so that nothing is typed twice. Not reached takes as many recorded attempts as the local
    rule says; they are copied with their dates. Raises Refused, Invalid with field names, NotFound, Conflict.
    """
    may_write(actor, case, "contact_victim")
    if not Party.objects.filter(pk=party.pk, case=case).exists():
        raise NotFound()
    four = {
        "told_outcome": told_outcome,
        "told_reasons": told_reasons,
        "told_review_right": told_review_right,
        "told_how_to_return": told_how_to_return,
    }
    attempts: list[dict[str, str]] = []
    if result == "told":
        missing = {name: ["Tell them this too, then tick it."] for name, done in four.items() if not done}
        if missing:
            raise Invalid(missing)
    elif result == "not_reached":
        attempts = _attempts(actor, now, case, party)
    elif result != "declined":
        raise Invalid.of("result", "Choose what happened.")
    if result != "not_reached":
        record_contact(
            actor=actor, now=now, case=case, party=party, at=at, method=method,
            result="reached" if result == "told" else "declined", said=words, unsafe_reason=unsafe_reason,
        )  # fmt: skip
    row = ClosureNotice.objects.create(
        case=case,
        closure=Closure.objects.filter(case=case, decided_at__isnull=True, refused_at__isnull=True).last(),
        party=party,
        result=result,
        words=words.strip(),
        attempts=attempts,
        at=now if result == "not_reached" else at,
        **(four if result == "told" else {}),
        **provenance(actor=actor, now=now, record_id=case.id, audience_id=party.audience_id),
    )
    raise_event(
        kind="closure_told",
        actor=actor,
        now=now,
        record_id=case.id,
        subject_id=row.id,
        audience_id=party.audience_id,
        payload={"party": str(party.id), "result": result, "attempts": len(attempts)},
    )
    return row


def _attempts(actor: Actor, now: datetime, case: Case, party: Party) -> list[dict[str, str]]:
    rows = VictimContact.objects.filter(case=case, party=party).order_by("at", "id")
    tried: list[dict[str, str]] = []
    for row in rows:
        # Somebody who was reached after some attempts has been reached: only those since then count.
        tried = [] if row.result in IN_TOUCH else [*tried, {"at": row.at.isoformat(), "method": row.method}]
    needed = attempts_needed(london_date(now), case.owner_agency_id)
    if not enough_attempts((datetime.fromisoformat(one["at"]) for one in tried), needed):
        raise Invalid.of(
            "result",
            f"{len(tried)} of {needed} attempts are recorded since they were last reached. Record each with its date first.",
        )
    return tried


def refresh_due(*, actor: Actor, now: datetime, case: Case) -> None:
    """Put on a case, which comes with its owner agency, when the first of its victims has to be told next, for lists and counts.

    Pages that matter work it out anew (queries.last_told): this is what a list of thousands is sorted by.
    """
    due = first_due(actor, case, now)
    if due != case.next_due:
        put_on(case, next_due=due)
