"""That a page was printed: told by the browser as it prints, so that it stands in the audit with the record."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, path, resolve
from django.views.decorators.http import require_POST

from sentinel.access.models import Rung
from sentinel.audit.operations import note
from sentinel.cases.queries import get_case
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound
from sentinel.reports.queries import get_report
from sentinel.web.requests import actor_of


@require_POST
def printed(request: HttpRequest) -> HttpResponse:
    """Write down that one of our pages was printed. 204; 404 for an address that is no page of somebody's who asks.

    Ids in the address must be of what the reader may see: where they are not, 204 too, and nothing is written down. An
    entry for an id that somebody made up would say that they had read what is not there.
    """
    try:
        page = resolve(request.POST.get("path", "")[:500])
    except Resolver404 as error:
        raise NotFound() from error
    name = page.view_name or ""
    reference = str(page.kwargs.get("reference", ""))
    record = _record(actor_of(request), str(page.route), reference) if reference else None
    ids = [value for value in page.kwargs.values() if isinstance(value, uuid.UUID)]
    if not all(_is_seen(name, value, record) for name, value in page.kwargs.items()):
        return HttpResponse(status=204)
    note("print", record_id=record, subject=name, subject_id=ids[-1] if ids else reference)
    return HttpResponse(status=204)


def _record(actor: Actor, route: str, reference: str) -> uuid.UUID:
    if route.startswith("cases/"):
        actor.require("see_cases", "Your role does not include looking at cases.")
        return get_case(actor, reference, Rung.READ, log=False).id
    return get_report(actor, reference, Rung.READ, log=False).record_id


urlpatterns = [path("printed", printed, name="printed")]
