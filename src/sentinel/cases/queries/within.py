"""What belongs to a case, found by its id within that case alone: an id of another case is not there."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import Model

from sentinel.cases.models import (
    Action,
    Attachment,
    Case,
    CaseLink,
    Closure,
    ExternalReference,
    Handover,
    Involvement,
    Note,
    Party,
    PartyRole,
    StatusChange,
)
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound

Row = TypeVar("Row", bound=Model)


def _within(case: Case, model: type[Row], row_id: uuid.UUID, *related: str) -> Row:
    rows = model._default_manager.filter(pk=row_id, record_id=case.id)
    found: Row | None = (rows.select_related(*related) if related else rows).first()
    if found is None:
        raise NotFound()
    return found


def note_of(actor: Actor, case: Case, note_id: uuid.UUID) -> Note:
    """A note of this case. Raises NotFound for any other."""
    return _within(case, Note, note_id)


def action_of(actor: Actor, case: Case, action_id: uuid.UUID) -> Action:
    """A line of this case's plan, with whose it is. Raises NotFound for any other."""
    return _within(case, Action, action_id, "agency", "user")


def attachment_of(actor: Actor, case: Case, attachment_id: uuid.UUID) -> Attachment:
    """A file of this case. Raises NotFound for any other."""
    return _within(case, Attachment, attachment_id)


def party_row(actor: Actor, case: Case, party_id: uuid.UUID) -> Party:
    """A party of this case, as its row. Raises NotFound for any other."""
    return _within(case, Party, party_id)


def role_of(actor: Actor, case: Case, party_id: uuid.UUID, role_id: uuid.UUID) -> PartyRole:
    """A role of a party of this case. Raises NotFound for any other party's."""
    found = _within(case, PartyRole, role_id, "party")
    if found.party_id != party_id:
        raise NotFound()
    return found


def handover_of(actor: Actor, case: Case, handover_id: uuid.UUID) -> Handover:
    """An offer on this case. Raises NotFound for any other."""
    return _within(case, Handover, handover_id, "to_agency", "to_user", "from_user")


def closure_now(actor: Actor, case: Case) -> Closure | None:
    """The closure that is proposed or stands: not a refused one, nor one that was reopened."""
    rows = Closure.objects.filter(case=case, refused_at__isnull=True, reopened_at__isnull=True)
    return rows.select_related("proposed_by", "decided_by", "second").order_by("-proposed_at").first()


def offers_of(actor: Actor, case: Case) -> list[Handover]:
    """The offers that wait for an answer."""
    rows = Handover.objects.filter(case=case, accepted_at__isnull=True, declined_at__isnull=True)
    return list(rows.select_related("to_agency", "to_user", "from_user").order_by("offered_at"))


def handovers_of(actor: Actor, case: Case) -> list[Handover]:
    """Every change of hands, newest first."""
    rows = Handover.objects.filter(case=case).select_related("to_agency", "to_user", "from_user")
    return list(rows.order_by("-offered_at", "-id"))


def involved_in(actor: Actor, case: Case) -> dict[uuid.UUID, Involvement]:
    """The agencies that are involved now, by id."""
    rows = Involvement.objects.filter(case=case, until__isnull=True)
    return {row.agency_id: row for row in rows}


def links_of(actor: Actor, case: Case) -> list[tuple[CaseLink, Case | None]]:
    """The linked cases, each with the case itself where the actor may read it. Two queries."""
    links = list(CaseLink.objects.filter(case=case).order_by("created_at"))
    cases = Case.objects.in_bulk([link.other_record_id for link in links])
    return [(link, cases.get(link.other_record_id)) for link in links]


def references_of(actor: Actor, case: Case) -> list[ExternalReference]:
    """What other systems call this matter."""
    return list(ExternalReference.objects.filter(record_id=case.id).order_by("created_at"))


def attachments_of(actor: Actor, case: Case) -> list[Attachment]:
    """The files of a case that the actor may see, newest first."""
    return list(Attachment.objects.filter(case=case).order_by("-created_at", "-id"))


def statuses_of(actor: Actor, case: Case) -> list[StatusChange]:
    """Each status that the case has had, dated, newest first."""
    return list(StatusChange.objects.filter(case=case).order_by("-at", "-id"))
