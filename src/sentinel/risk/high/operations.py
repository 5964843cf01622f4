"""High risk begins, is told, acknowledged, passed on and ended; its marker is proposed, answered and taken off."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, QuerySet

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import disclose, open_record, share
from sentinel.access.queries import desk_words
from sentinel.accounts.duties import on_duty_for, police_for
from sentinel.accounts.models import Agency
from sentinel.accounts.rules import open_in_words
from sentinel.cases.models import Case, Party
from sentinel.cases.operations.actions import working_agencies
from sentinel.cases.operations.guards import may_write
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.foundation.jobs import defer_each
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.text import filled
from sentinel.people.provenance import provenance
from sentinel.questionnaires.bases import shared_by
from sentinel.risk.high import rules
from sentinel.risk.high.models import HighRisk, Marker, ToldOfHighRisk
from sentinel.risk.high.queries import in_control_room, marker_terms, protocol_on
from sentinel.risk.high.rules import LOCATION
from sentinel.risk.high.saying import Said, said_of
from sentinel.risk.high.telling import tell_case
from sentinel.risk.tasks import send_told

WHAT = "that there is high risk in a case, and whom to ring"
WHY = "High risk of anti-social behaviour: the protocol tells the police for the area"


def begin_high_risk(
    *, actor: Actor, now: datetime, case: Case, party: Party | None, subject: str
) -> HighRisk:
    """Somebody of a case, or its place, has become high risk: whoever the protocol names is told at once and must
    acknowledge (R48), and a marker is proposed to the control room (R153). What had begun already comes back.

    The agencies that work on the case and the police of the area reach what is told, and no more of the case than they
    did. Raises Refused for an actor of no agency.
    """
    let_workers_reach(case)
    found = _open(case, party, subject)
    if found is not None:
        return found
    record_id = new_id()
    owner = case.owner_agency
    forces = police_for(case.place.district_id if case.place else None)
    open_record(actor=actor, now=now, record_id=record_id, kind=Kind.HIGH_RISK)
    row = HighRisk.objects.create(
        **provenance(actor=actor, now=now, record_id=record_id),
        id=record_id,
        case=case,
        party=party,
        place=case.place,
        subject=subject,
        reference=case.reference,
        owner_agency_id=owner.id,
        ring=_ring(owner),
        began_at=now,
    )
    basis = shared_by(london_date(now), actor.agency_id)
    for agency_id in sorted({*working_agencies(actor, case), *(one.id for one in forces)} - {actor.agency}):
        share(
            actor=actor, now=now, record_id=record_id, kind=Kind.HIGH_RISK, holder_id=agency_id, rung=Rung.WRITE,
            what=WHAT, lawful_basis=basis, why=WHY, via="high_risk",
        )  # fmt: skip
    for force in forces:
        if force.id != actor.agency:
            # The case's owner finds it in the case's own ledger too.
            disclose(
                actor=actor, now=now, record_id=case.id, kind="share", what=WHAT, lawful_basis=basis, why=WHY,
                wish="not_asked", to_agency=force.id, to_person=None,
            )  # fmt: skip
    raise_event(
        kind="high_risk_began", actor=actor, now=now, record_id=case.id,
        subject_id=row.id, audience_id=party.audience_id if party else None,
        payload={"party": str(party.id) if party else None, "subject": subject},
    )  # fmt: skip
    _tell_from(now, row, owner, forces, 1, by=actor.user_id)
    propose_marker(actor=actor, now=now, row=row, case=case, party=party)
    return row


def end_high_risk(
    *, actor: Actor, now: datetime, case: Case, party: Party | None, subject: str
) -> list[HighRisk]:
    """The decision that somebody, or a place, is no longer at high risk ends what followed from it: nobody need acknowledge
    any more, and the control room takes the marker off and says so. Of a place it ends in every case there that the actor
    works on (R40). Empty where nothing had begun."""
    let_workers_reach(case)
    rows = HighRisk.objects.filter(subject=subject, ended_at__isnull=True)
    rows = rows.filter(place=case.place) if subject == LOCATION else rows.filter(case=case, party=party)
    return _end_all(actor, now, rows, case)


def end_with_case(*, actor: Actor, now: datetime, case: Case) -> list[HighRisk]:
    """The same for everybody in a case that is closed. Its place stays at risk until somebody assesses it anew."""
    let_workers_reach(case)
    rows = HighRisk.objects.filter(case=case, ended_at__isnull=True).exclude(subject=LOCATION)
    return _end_all(actor, now, rows, case)


def let_workers_reach(case: Case) -> None:
    """Let every agency that works on a case reach what has followed from its high risk, those too that joined since; and
    name the desk of whoever owns the case now. Nothing for who does not work on it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT risk_high_reach(%s)", [case.id])
    rows = HighRisk.objects.filter(case=case, ended_at__isnull=True).exclude(
        owner_agency_id=case.owner_agency_id
    )
    if rows:
        ring = _ring(case.owner_agency)
        Marker.objects.filter(high_risk__in=rows).update(ring=ring, version=F("version") + 1)
        rows.update(owner_agency_id=case.owner_agency_id, ring=ring, version=F("version") + 1)


def _ring(owner: Agency) -> str:
    """Which desk is rung, and when it is open; without hours where the owner's name alone tells something, for they are not that desk's."""
    words, hours = desk_words(owner), "" if owner.names_give_away else open_in_words(owner.hours)
    said = f"{words} ({hours})" if hours else words
    return said if len(said) <= 200 else f"{words} (not day and night)"


def _end_all(actor: Actor, now: datetime, rows: QuerySet[HighRisk], case: Case) -> list[HighRisk]:
    # Whoever passes on inserts rows that name these: NO KEY lets them, so that neither waits for the other for ever.
    found = list(rows.select_related("party").select_for_update(of=("self",), no_key=True).order_by("id"))
    for row in found:
        _end(actor, now, row, case)
    return found


def _end(actor: Actor, now: datetime, row: HighRisk, case: Case) -> None:
    row.ended_at, row.ended_by_id = now, actor.user_id
    row.version += 1
    row.save(update_fields=["ended_at", "ended_by_id", "version"])
    _markers_end(Marker.objects.filter(high_risk=row), now)
    waiting = ToldOfHighRisk.objects.filter(
        high_risk=row, acknowledged_at__isnull=True, passed_on_at__isnull=True
    )
    waiting.update(passed_on_at=now, version=F("version") + 1)
    party = row.party
    raise_event(
        kind="high_risk_ended", actor=actor, now=now, record_id=case.id,
        subject_id=row.id, audience_id=party.audience_id if party else None,
        payload={"party": str(party.id) if party else None, "subject": row.subject},
    )  # fmt: skip


def acknowledge(*, actor: Actor, now: datetime, high_risk_id: uuid.UUID) -> HighRisk:
    """Say that one has read that there is high risk and acts on it. Raises NotFound for who was not told."""
    mine = ToldOfHighRisk.objects.filter(high_risk_id=high_risk_id, user=actor.user_id)
    told = mine.select_related("high_risk").order_by("-step", "role").first()
    if told is None:
        raise NotFound()
    if mine.filter(acknowledged_at__isnull=True).update(acknowledged_at=now, version=F("version") + 1):
        tell_case("high_risk_acknowledged", told.id, now)
    return told.high_risk


def pass_on(*, now: datetime) -> int:
    """Tell the next step of what nobody has acknowledged in time. For the worker. Returns how many were passed on.

    A step is acknowledged when somebody of it has acknowledged; a role whose minutes are over passes on alone.
    """
    waiting = ToldOfHighRisk.objects.filter(
        due_at__lte=now, acknowledged_at__isnull=True, passed_on_at__isnull=True,
        high_risk__ended_at__isnull=True,
    )  # fmt: skip
    late = list(waiting.select_related("high_risk").select_for_update(of=("self",), skip_locked=True))
    passed: set[tuple[uuid.UUID, str]] = set()
    for told in late:
        row = told.high_risk
        role = (row.id, told.role)
        others = ToldOfHighRisk.objects.filter(high_risk=row, role=told.role, acknowledged_at__isnull=False)
        if role not in passed and not others.exists():
            passed.add(role)
            _tell_next(now, row, told.step)
        ToldOfHighRisk.objects.filter(pk=told.pk).update(passed_on_at=now, version=F("version") + 1)
    return len(passed)


def propose_marker(
    *, actor: Actor, now: datetime, row: HighRisk, case: Case, party: Party | None
) -> Marker | None:
    """Propose to the control room what it may show; None, and nothing written, where there may be none (rules).

    It goes into the disclosure ledger of the case.
    """
    said = said_of(actor, case, party, london_date(now))
    if why_none(actor, row, said) is not None:
        return None
    terms = marker_terms(row.subject, london_date(now))
    if terms is None:
        return None
    starts, review, ends = terms.days(london_date(now))
    kind = rules.KIND_OF[row.subject]
    marker = Marker.objects.create(
        **provenance(actor=actor, now=now, record_id=row.record_id),
        high_risk=row,
        kind=kind,
        who="" if kind == "place" else said.who[:200],
        where=said.where[:200],
        reference=row.reference,
        ring=row.ring,
        first_action=terms.first_action,
        proposed_at=now,
        answer_due=now + timedelta(minutes=terms.answer_minutes),
        starts_on=starts,
        review_on=review,
        ends_on=ends,
    )
    basis = shared_by(london_date(now), actor.agency_id)
    for force in police_for(case.place.district_id if case.place else None):
        disclose(
            actor=actor, now=now, record_id=case.id, kind="marker", what="marker for the control room",
            lawful_basis=basis, why=WHY, wish="not_asked", to_agency=force.id, to_person=None,
        )  # fmt: skip
    raise_event(
        kind="marker_proposed", actor=actor, now=now, record_id=case.id, subject_id=marker.id,
        payload={"kind": kind},
    )  # fmt: skip
    return marker


def propose_again(*, actor: Actor, now: datetime, case: Case, high_risk_id: uuid.UUID) -> Marker:
    """A supervisor proposes a marker where none is: none was proposed, or it was refused or has ended.

    Raises Refused without the right to lower a band, NotFound for another case's, Conflict where one is proposed or shown
    or the risk has ended, Invalid with the reason where there may be none.
    """
    let_workers_reach(case)
    rows = HighRisk.objects.filter(pk=high_risk_id, case=case)
    if not rows.exists():
        raise NotFound()
    may_write(actor, case, "lower_band")
    row = rows.select_for_update(no_key=True).get()
    states = row.markers.values_list("state", flat=True)
    if not rules.may_propose(ended=row.ended_at is not None, states=states):
        raise Conflict("A marker is proposed or shown already, or the risk has ended.")
    party = Party.objects.filter(pk=row.party_id).first() if row.party_id else None
    why = why_none(actor, row, said_of(actor, case, party, london_date(now)))
    made = None if why else propose_marker(actor=actor, now=now, row=row, case=case, party=party)
    if made is None:
        raise Invalid(why or "The local rule has no marker of this kind.")
    return made


def why_none(actor: Actor, row: HighRisk, said: Said) -> str | None:
    """Why no marker is proposed of this, in a sentence; None where one is."""
    return rules.why_no_marker(
        subject=row.subject, protected=said.protected, young=said.young, supervisor=actor.may("lower_band"),
        place=bool(said.where),
    )  # fmt: skip


def answer_marker(
    *, actor: Actor, now: datetime, marker_id: uuid.UUID, version: int, accepts: bool, refusal: str = ""
) -> Marker:
    """The control room accepts a marker, or refuses it with a reason (R153).

    Raises Refused without the right, NotFound, Invalid (refusal), Conflict where it was answered or withdrawn meanwhile.
    """
    marker = _marker(actor, marker_id)
    said = "" if accepts else filled("refusal", refusal, "Say why it is refused.", longest=2000)
    done = Marker.objects.filter(pk=marker.pk, version=version, state="proposed").update(
        state="accepted" if accepts else "refused", refusal=said, answered_at=now, answered_by_id=actor.user_id,
        version=F("version") + 1,
    )  # fmt: skip
    if not done:
        raise Conflict("Somebody has answered this marker, or it was withdrawn. Look at it again.")
    tell_case("marker_answered", marker.id, now)
    marker.refresh_from_db()
    return marker


def take_marker_off(*, actor: Actor, now: datetime, marker_id: uuid.UUID, version: int) -> Marker:
    """The control room says that it has taken off a marker whose risk has ended.

    Raises Refused without the right, NotFound, Conflict where there is nothing to take off.
    """
    marker = _marker(actor, marker_id)
    done = Marker.objects.filter(pk=marker.pk, version=version, state="ending").update(
        state="ended", taken_off_at=now, taken_off_by_id=actor.user_id, version=F("version") + 1
    )
    if not done:
        raise Conflict("This marker is not to be taken off, or somebody has done it already.")
    tell_case("marker_taken_off", marker.id, now)
    marker.refresh_from_db()
    return marker


def _marker(actor: Actor, marker_id: uuid.UUID) -> Marker:
    in_control_room(actor)
    found = Marker.objects.filter(pk=marker_id).first()
    if found is None:
        raise NotFound()
    if found.created_by_id == actor.user_id:
        raise Refused("You proposed this marker yourself. Somebody else in the control room answers it.")
    return found


def silence_markers(*, actor: Actor, now: datetime, case: Case, party_id: uuid.UUID) -> None:
    """Take the name and address out of every marker of a party, and have those that are shown taken off."""
    let_workers_reach(case)
    markers = Marker.objects.filter(high_risk__party_id=party_id)
    for marker in markers.exclude(who="", where=""):
        raise_event(
            kind="marker_silenced", actor=actor, now=now, record_id=marker.record_id, subject_id=marker.id
        )
    markers.update(who="", where="", version=F("version") + 1)
    _markers_end(markers, now)


def lapse_markers(*, now: datetime) -> int:
    """Have markers whose last day has passed taken off, for the worker. Returns how many."""
    over = Marker.objects.filter(ends_on__lt=london_date(now), state="accepted")
    return over.update(state="ending", ended_at=now, version=F("version") + 1)


def _markers_end(markers: QuerySet[Marker], now: datetime) -> None:
    markers.filter(state="proposed").update(state="withdrawn", ended_at=now, version=F("version") + 1)
    markers.filter(state="accepted").update(state="ending", ended_at=now, version=F("version") + 1)


def _open(case: Case, party: Party | None, subject: str) -> HighRisk | None:
    rows = HighRisk.objects.filter(case=case, party=party, subject=subject, ended_at__isnull=True)
    return rows.select_for_update(no_key=True).first()


def _tell_next(now: datetime, row: HighRisk, step: int) -> None:
    owner = Agency.objects.get(pk=row.owner_agency_id)
    forces = police_for(row.place.district_id if row.place else None)
    following = rules.next_step(protocol_on(london_date(now)), step)
    if following is not None:
        _tell_from(now, row, owner, forces, following, by=None)


def _tell_from(
    now: datetime, row: HighRisk, owner: Agency, forces: list[Agency], step: int, *, by: uuid.UUID | None
) -> None:
    """Tell a step; where there is nobody to tell in it, the next one at once."""
    lines = protocol_on(london_date(now))
    at: int | None = step
    while at is not None and not _tell_step(now, row, owner, forces, at, by=by):
        at = rules.next_step(lines, at)


def _tell_step(
    now: datetime, row: HighRisk, owner: Agency, forces: list[Agency], step: int, *, by: uuid.UUID | None
) -> int:
    """Write down who is told in a step, each once, and send them a message without personal data. `by` is None where it is
    passed on by itself: then it comes from whoever began it. Returns how many there are in the step."""
    area = row.place.district_id if row.place else None
    origin = {
        "record_id": row.record_id,
        "origin_agency_id": row.origin_agency_id,
        "regime": row.regime,
        "created_at": now,
        "created_by_id": by,
    }
    step_of = [
        (line, user)
        for line in _lines_of(now, step)
        for user in on_duty_for(
            line.duty, role=line.role, agencies=[owner.id] if line.of == rules.OWNER else [one.id for one in forces],
            area_id=area if line.of == rules.AREA else None,
        )
    ]  # fmt: skip
    known = set(ToldOfHighRisk.objects.filter(high_risk=row).values_list("role", "user_id"))
    rows = [
        ToldOfHighRisk(
            **origin, high_risk=row, role=line.key, user=user, step=step, told_at=now, due_at=line.due(now)
        )
        for line, user in step_of
        if (line.key, user.pk) not in known
    ]
    # Two workers at once: the other's rows stand, and a person may get the message twice, never not at all.
    ToldOfHighRisk.objects.bulk_create(rows, ignore_conflicts=True)
    people = dict.fromkeys(one.user_id for one in rows)
    defer_each(send_told, [{"high_risk": str(row.id), "user": str(user)} for user in people])
    return len(step_of)


def _lines_of(now: datetime, step: int) -> list[rules.Telling]:
    """The protocol's lines of one step, as they stand at a moment (UTC)."""
    return [line for line in protocol_on(london_date(now)) if line.step == step]
