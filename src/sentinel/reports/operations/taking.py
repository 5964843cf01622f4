"""Taking a report: whole, as a skeleton, or a skeleton completed. Sent twice, it is one report."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import F

from sentinel.access.models import Kind
from sentinel.access.operations import open_record, share_by_agreement, touch
from sentinel.accounts.calendars import calendar_of
from sentinel.accounts.models import Agency, Team
from sentinel.accounts.queries import agency_and_teams
from sentinel.cases.models import CATEGORIES, YES_NO_UNKNOWN, Incident
from sentinel.cases.operations.references import next_reference
from sentinel.foundation.actor import Actor
from sentinel.foundation.ahead import sent_ahead
from sentinel.foundation.events import raise_event
from sentinel.foundation.models import Message
from sentinel.foundation.rows import put
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.references import Kind as ReferenceKind
from sentinel.kernel.text import clean_text
from sentinel.people import messages
from sentinel.people.provenance import provenance
from sentinel.questionnaires.queries import rule_content
from sentinel.reports import rules
from sentinel.reports.confirming import key_of, release_confirmations
from sentinel.reports.letters import CONFIRMATION_SUBJECT, confirmation
from sentinel.reports.models import Report, VictorE
from sentinel.reports.operations.drafts import begin_submission, end_draft
from sentinel.reports.operations.guards import locked
from sentinel.reports.standards import standard_at_once
from sentinel.reports.telling import Telling
from sentinel.reports.writing import (
    Given,
    WrittenCaller,
    incident_fields,
    write_marks,
    write_people,
)

WORDS = 10_000


def take_report(*, actor: Actor, now: datetime, telling: Telling) -> Report:
    """Record a whole report: its record, incident, parties, safe contact, VICTOR-E and marks, with its reference and the
    time of next contact, and send the written confirmation by the safe way (R5, R15).

    Sent twice with the same submission, the report made first comes back and nothing new is written. Raises Refused
    without the right take_report, Invalid with the field's name for what cannot be, NotFound for a confirmed person whom
    the actor may not see.
    """
    actor.require("take_report", "Your roles do not include taking reports.")
    with transaction.atomic():
        made, has_draft = _already(telling.submission)
        if made is not None:
            return made
        _check(telling, now)
        with sent_ahead():
            return _make(actor, now, telling, has_draft, state="recorded")


def take_skeleton(*, actor: Actor, now: datetime, telling: Telling) -> Report:
    """Keep what there is of a call that was cut off or is handed on (R12): it stands on the team's list until completed.

    Danger that nobody asked about is kept as not asked, to be asked before all else. Raises as `take_report` does.
    """
    actor.require("take_report", "Your roles do not include taking reports.")
    with transaction.atomic():
        made, has_draft = _already(telling.submission)
        if made is not None:
            return made
        _check_common(telling, now)
        with sent_ahead():
            return _make(actor, now, telling, has_draft, state="skeleton")


def complete_skeleton(*, actor: Actor, now: datetime, report: Report, telling: Telling) -> Report:
    """Make a skeleton a whole report with what has been asked since; what it had is kept.

    Raises Conflict where it is no skeleton any more, and as `take_report` does.
    """
    actor.require("take_report", "Your roles do not include taking reports.")
    with transaction.atomic():
        row = locked(report)
        if row.state != "skeleton":
            raise Conflict("This report has been completed already.")
        _check(telling, now)
        given = provenance(actor=actor, now=now, record_id=row.record_id)
        incident = row.incident
        if incident is None:
            raise Conflict("This report has no incident.")
        Incident.objects.filter(pk=incident.pk).update(version=F("version") + 1, **incident_fields(telling))
        agency, _ = _agency(actor)
        due = _due(agency, telling)
        caller = write_people(
            actor=actor, now=now, given=given, incident=incident, telling=telling, party=row.caller_party
        )
        write_marks(given=given, incident=incident, telling=telling, again=True)
        sent = _confirm(actor, now, row.id, row.record_id, row.reference, agency, due, caller)
        practitioner = {} if row.practitioner_id else _practitioner(actor, now)
        Report.objects.filter(pk=row.pk).update(
            version=F("version") + 1,
            state="recorded",
            caller_party_id=caller.party.id,
            next_contact_due=due.due,
            next_contact_rule=due.rule,
            confirmation=sent.state if sent else "",
            changed_at=now,
            **practitioner,
            **_report_fields(telling),
        )
        _victor(actor, now, given, row, telling)
        end_draft(now=now, draft_id=telling.submission, report_id=row.id)
        touch(record_id=row.record_id, now=now)
        if caller.person_id is not None:
            # What the skeleton could not send for want of a safe way goes now, where one was asked for.
            release_confirmations(actor=actor, now=now, person_id=caller.person_id)
        row.refresh_from_db()
        raise_event(
            kind="skeleton_completed", actor=actor, now=now, record_id=row.record_id, subject_id=incident.id,
            payload={"category": telling.category, "type": telling.national_type, "reference": row.reference,
                     "report": str(row.id)},
        )  # fmt: skip
    return row


def _already(submission: uuid.UUID) -> tuple[Report | None, bool]:
    """The report that this form has made already, and whether there is a draft of it."""
    is_report, has_draft = begin_submission(submission)
    reports = Report.objects.select_related("agency").filter(submission=submission)
    return reports.first() if is_report else None, has_draft


def _make(actor: Actor, now: datetime, telling: Telling, has_draft: bool, *, state: str) -> Report:
    report_id = new_id()
    open_record(actor=actor, now=now, record_id=report_id, kind=Kind.REPORT)
    given = provenance(actor=actor, now=now, record_id=report_id)
    incident = put(Incident(**given, **incident_fields(telling)))
    caller = write_people(actor=actor, now=now, given=given, incident=incident, telling=telling)
    write_marks(given=given, incident=incident, telling=telling)
    agency, teams = _agency(actor)
    due = _due(agency, telling)
    reference = next_reference(ReferenceKind.REPORT, now)
    sent = _confirm(actor, now, report_id, report_id, reference, agency, due, caller, first=True)
    report = put(
        Report(
            **given,
            id=report_id,
            reference=reference,
            submission=telling.submission,
            state=state,
            entered_at=now,
            agency=agency,
            team_id=telling.team_id or _own_team(actor, teams),
            taken_by_id=actor.user_id,
            incident=incident,
            caller_party=caller.party,
            next_contact_due=due.due,
            next_contact_rule=due.rule,
            confirmation=sent.state if sent else "",
            changed_at=now,
            **(_practitioner(actor, now) if state == "recorded" else {}),
            **_report_fields(telling),
        )
    )
    if state == "recorded":
        _victor(actor, now, given, report, telling)
    share_by_agreement(actor=actor, now=now, record_id=report_id, kind=Kind.REPORT)
    if has_draft:
        end_draft(now=now, draft_id=telling.submission, report_id=report_id)
    raise_event(
        kind="report_taken" if state == "recorded" else "skeleton_taken", actor=actor, now=now, record_id=report_id,
        subject_id=incident.id, happened_at=telling.told_at,
        payload={"category": telling.category, "type": telling.national_type, "channel": telling.channel,
                 "danger": telling.danger.now, "reference": reference, "report": str(report_id),
                 "dropped": telling.dropped_call},
    )  # fmt: skip
    return report


def _report_fields(telling: Telling) -> dict[str, object]:
    danger = telling.danger
    return {
        "channel": telling.channel,
        "told_at": telling.told_at,
        "happened_to_caller": telling.happened_to_caller,
        "danger": danger.now,
        "danger_who_rang": danger.who_rang,
        "danger_rang_at": danger.rang_at,
        "danger_log": danger.log,
        "anyone_at_risk": telling.at_risk,
        "at_risk_words": telling.at_risk_words,
        "may_approach": telling.may_approach,
        "dropped_call": telling.dropped_call,
        "script_id": telling.script_id,
        "script_answers": dict(telling.script_answers),
        "looked_for_known": telling.looked_for_known,
    }


def _practitioner(actor: Actor, now: datetime) -> dict[str, object]:
    """Whoever takes a report and may work it has it from then on; a call taker hands it on (R14)."""
    return {"practitioner_id": actor.user_id, "practitioner_at": now} if actor.may("open_case") else {}


def _own_team(actor: Actor, teams: list[Team]) -> uuid.UUID | None:
    """The actor's own team where it takes reports handed on, else the first of the agency's `teams` that does."""
    own = next((team for team in teams if team.id == actor.team_id), None)
    if own is not None and (own.takes_skeletons or actor.may("open_case")):
        return own.id
    taking = next((team for team in teams if team.takes_skeletons), own)
    return taking.id if taking else None


def _agency(actor: Actor) -> tuple[Agency, list[Team]]:
    if actor.agency_id is None:
        raise Refused("Only somebody who acts for an agency can take a report.")
    return agency_and_teams(actor.agency_id)


def _due(agency: Agency, telling: Telling) -> rules.ContactDue:
    if rules.life_threatened(telling.danger.now, telling.script_answers):
        at_once = standard_at_once(agency, london_date(telling.told_at))
        if at_once is not None:
            return rules.contact_at_once(at_once, told_at=telling.told_at, calendar=calendar_of(agency))
    standards = rule_content("contact-standards", london_date(telling.told_at), agency.id)["items"]
    band = rules.first_contact_band(danger=telling.danger.now, at_risk=telling.at_risk == rules.YES)
    return rules.contact_due(
        standards, told_at=telling.told_at, band=band, agency_kind=agency.kind, calendar=calendar_of(agency)
    )


def _confirm(
    actor: Actor,
    now: datetime,
    report_id: uuid.UUID,
    record_id: uuid.UUID,
    reference: str,
    agency: Agency,
    due: rules.ContactDue,
    caller: WrittenCaller,
    *,
    first: bool = False,
) -> Message | None:
    if caller.person_id is None:
        return None
    return messages.send(
        actor=actor,
        now=now,
        record_id=record_id,
        person_id=caller.person_id,
        subject=CONFIRMATION_SUBJECT,
        body=confirmation(reference, agency.name, agency.desk_phone, due.due),
        decided_key=key_of(report_id),
        why="Written confirmation of a report, with its reference and the time of next contact",
        audience_id=caller.audience_id,
        known=caller.known,
        first=first,
    )


def _victor(actor: Actor, now: datetime, given: Given, report: Report, telling: Telling) -> VictorE:
    return put(
        VictorE(
            **given,
            report=report,
            answers=dict(telling.victor),
            sources=dict(telling.victor_sources),
            decision=rules.decide(telling.victor),
            decided_by_id=actor.user_id,
            at=now,
        )
    )


def _check_common(telling: Telling, now: datetime) -> None:
    if telling.channel not in dict(Report.CHANNELS):
        raise Invalid.of("channel", "Choose how the report reached you.")
    if telling.told_at > now:
        raise Invalid.of("told_day", "You cannot have been told in the future. Check the day and time.")
    if telling.danger.now not in {"yes", "no", "absent", rules.NOT_ASKED}:
        raise Invalid.of("danger_now", "Say whether anyone is in danger now.")
    when = telling.when
    if when.start is not None and when.start > now:
        raise Invalid.of(
            "occurred_from_day", "It cannot have happened in the future. Check the day and time."
        )
    if when.end is not None and (when.start is None or when.end < when.start):
        raise Invalid.of("occurred_to_day", "It cannot have ended before it began. Check the days and times.")
    if telling.category not in dict(CATEGORIES):
        raise Invalid.of("category", "Choose personal, nuisance or environmental.")
    if telling.crime not in dict(YES_NO_UNKNOWN):
        raise Invalid.of("crime", "Choose yes, no or not known.")
    clean_text(telling.words, WORDS)


def _check(telling: Telling, now: datetime) -> None:
    _check_common(telling, now)
    if telling.danger.now == rules.NOT_ASKED:
        raise Invalid.of("danger_now", "Say whether anyone is in danger now.")
    if not telling.words.strip():
        raise Invalid.of("what", "Say what is happening, in their words.")
    types = {item["key"] for item in rule_content("national-types", london_date(telling.told_at))["items"]}
    if telling.national_type not in types:
        raise Invalid.of("national_type", "Choose what kind of behaviour it is.")
