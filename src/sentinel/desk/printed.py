"""That a page was printed: told by the browser as it prints, so that it stands in the audit with the record."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, path, resolve
from django.views.decorators.http import require_POST

from sentinel.access.models import BreakGlass, Rung
from sentinel.access.queries import rung_of
from sentinel.accounts.models import Agency, Team, User
from sentinel.audit.operations import note
from sentinel.cases.models import Action, Attachment, Handover, Note, Party, PartyRole
from sentinel.cases.queries import get_case
from sentinel.desk.place.known import is_known
from sentinel.foundation.actor import Actor
from sentinel.foundation.models import CaseRow
from sentinel.kernel.errors import NotFound
from sentinel.partnership.models import Referral, SentReferral
from sentinel.partnership.referrals.rules import kinds_for
from sentinel.people.queries import is_known_to
from sentinel.reports.models import Signpost
from sentinel.reports.queries import get_report
from sentinel.web.requests import actor_of


@require_POST
def printed(request: HttpRequest) -> HttpResponse:
    """Write down that one of our pages was printed. 204; 404 for an address that is no page of somebody's who asks.

    Ids in the address must be of what the reader may see. Where they are not, nothing at all is written down: an entry
    for an id that somebody made up would say that they had read what is not there.
    """
    try:
        page = resolve(request.POST.get("path", "")[:500])
    except Resolver404 as error:
        raise NotFound() from error
    if any("\x00" in value for value in page.kwargs.values() if isinstance(value, str)):
        raise NotFound()
    actor = actor_of(request)
    name = page.view_name or ""
    reference = str(page.kwargs.get("reference", ""))
    record = _record(actor, str(page.route), reference) if reference else None
    given = {key: value for key, value in page.kwargs.items() if isinstance(value, uuid.UUID)}
    if not all(_is_seen(actor, key, value, record) for key, value in given.items()):
        return HttpResponse(status=404)
    note("print", record_id=record, subject=name, subject_id=list(given.values())[-1] if given else reference)
    return HttpResponse(status=204)


# What an id in an address is of, where it stands under a record.
_OF_RECORD: dict[str, type[CaseRow]] = {
    "party": Party, "note": Note, "action": Action, "handover": Handover, "attachment": Attachment, "role": PartyRole,
    "signpost_id": Signpost, "referral": Referral,
}  # fmt: skip


def _is_seen(actor: Actor, name: str, value: uuid.UUID, record: uuid.UUID | None) -> bool:
    """Whether an id of an address is of something that the actor may see there; of what no page shows, it is not."""
    if name in _OF_RECORD:
        rows = _OF_RECORD[name]._default_manager.filter(pk=value)
        return record is not None and rows.filter(record_id=record).exists()
    if name == "sent":
        mine = SentReferral.objects.filter(pk=value, to_agency_id=actor.agency_id)
        return mine.filter(kind__in=kinds_for(actor.rights)).exists()
    if name == "person_id":
        return actor.may("see_people") and is_known_to(actor, value)
    if name == "record":
        return rung_of(actor, value) >= Rung.SUMMARY
    if name == "place_id":
        return is_known(actor, value)
    if name == "row":
        return BreakGlass.objects.filter(pk=value).exists()
    agency = actor.agency_id or uuid.UUID(int=0)
    known: dict[str, QuerySet[Any]] = {
        "agency": Agency.objects.filter(pk=value),
        "user": User.objects.filter(pk=value, agency_id=agency),
        "team": Team.objects.filter(pk=value, agency_id=agency),
    }
    return name in known and known[name].exists()


def _record(actor: Actor, route: str, reference: str) -> uuid.UUID:
    if route.startswith("cases/"):
        actor.require("see_cases", "Your role does not include looking at cases.")
        return get_case(actor, reference, Rung.READ, log=False).id
    return get_report(actor, reference, Rung.READ, log=False).record_id


urlpatterns = [path("printed", printed, name="printed")]
