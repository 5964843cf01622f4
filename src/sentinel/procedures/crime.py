"""Police take primacy for crimes (R117): it is offered to them as soon as a case is known to be one, and they accept."""

from __future__ import annotations

from datetime import datetime

from sentinel.accounts.models import Agency
from sentinel.cases.models import Case, Handover
from sentinel.cases.next import Due, provider
from sentinel.cases.operations import offer
from sentinel.cases.operations.actions import working_agencies
from sentinel.cases.rules import OPEN_STATUSES
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow
from sentinel.foundation.models import Event

WHY = "It is a crime: the police take primacy for crimes."


def wants_police(case: Case) -> bool:
    """Whether this is a crime whose primacy is not with a police force."""
    led_by = case.primacy_agency or case.owner_agency
    return case.crime == "yes" and case.status in OPEN_STATUSES and led_by.kind != "police"


@follow("case_opened")
@follow("case_changed")
def offer_to_the_police(event: Event, actor: Actor, now: datetime) -> None:
    """Offer primacy to the police force that works on the case, where this agency has it to offer.

    Where it cannot be offered so, the case says that it is to be done (`offer_is_due`): nothing is shared by itself.
    """
    case = Case.objects.select_related("owner_agency", "primacy_agency").get(pk=event.record_id)
    if not wants_police(case) or (case.primacy_agency_id or case.owner_agency_id) != actor.agency_id:
        return
    if not actor.may("work_case") or _waits(case):
        return
    police = (
        Agency.objects.filter(pk__in=working_agencies(actor, case), kind="police").order_by("name").first()
    )
    if police is not None:
        offer(actor=actor, now=now, case=case, what="primacy", to_agency=police, reason=WHY)


@provider
def offer_is_due(actor: Actor, case: Case, now: datetime) -> list[Due]:
    """A crime that the police have not been offered yet."""
    if not wants_police(case) or getattr(case, "offered", None) or _waits(case):
        return []
    return [Due("Offer primacy to the police", None, "case_offer", "It is a crime")]


def _waits(case: Case) -> bool:
    rows = Handover.objects.filter(
        case=case, what="primacy", accepted_at__isnull=True, declined_at__isnull=True
    )
    return rows.exists()
