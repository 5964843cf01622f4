"""The page on which a force's administrator connects a command and control system, and ends that."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from sentinel.foundation.clock import now
from sentinel.interfaces.command_control.connections import connections_of, may_confirm
from sentinel.interfaces.command_control.forms import ClientForm
from sentinel.interfaces.command_control.operations import confirm_client, issue_client, revoke_client
from sentinel.kernel.errors import Invalid
from sentinel.web.fields import add_invalid
from sentinel.web.once import sent_before
from sentinel.web.requests import actor_of, posted


@require_http_methods(["GET", "HEAD", "POST"])
def connected(request: HttpRequest) -> HttpResponse:
    """The systems of one's force; a new one's key is shown on the answer to the form, and never again."""
    actor = actor_of(request)
    form = ClientForm(posted(request))
    issued = None
    if request.method == "POST" and form.is_valid():
        if sent_before(request):
            return redirect("command_control")
        try:
            issued = issue_client(actor=actor, now=now(), name=form.cleaned_data["name"])
        except Invalid as invalid:
            add_invalid(form, invalid)
        else:
            form = ClientForm()
    context = {
        "connections": connections_of(actor), "form": form, "issued": issued, "now": now(), "reader": actor.user_id,
        "may_connect": actor.may("administer_agency"), "may_confirm": may_confirm(actor),
    }  # fmt: skip
    return render(request, "command_control/connected.html", context, status=422 if form.errors else 200)


@require_POST
def confirm(request: HttpRequest, client: uuid.UUID) -> HttpResponse:
    """Confirm a key that somebody else has made."""
    found = confirm_client(actor=actor_of(request), now=now(), client_id=client)
    messages.success(
        request, f"The key of {found.name} is confirmed. It is given what the control room has accepted."
    )
    return redirect("command_control")


@require_POST
def revoke(request: HttpRequest, client: uuid.UUID) -> HttpResponse:
    """End a system's key."""
    found = revoke_client(actor=actor_of(request), now=now(), client_id=client)
    messages.success(request, f"The key of {found.name} is revoked. It is given nothing more from now on.")
    return redirect("command_control")
