"""What was typed before the session ended, shown again to whoever typed it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from sentinel.accounts.typed import AGAIN, forget_typed, typed_before
from sentinel.kernel.errors import NotFound
from sentinel.web.requests import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
def typed_again(request: HttpRequest) -> HttpResponse:
    """Show it, to be sent by a button of its own; a POST throws it away."""
    actor = actor_of(request)
    if actor.user_id is None:
        raise NotFound
    if request.method == "POST":
        if typed_before(request, actor.user_id) is not None:
            forget_typed(request)
        return redirect("my_work")
    typed = typed_before(request, actor.user_id)
    return render(request, "accounts/typed.html", {"typed": typed, "again": AGAIN})
