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
    """Show it, to be sent by a button of its own; a POST throws away the one that it names."""
    actor = actor_of(request)
    if actor.user_id is None:
        raise NotFound
    if request.method == "POST":
        which = request.POST.get(AGAIN, "")
        forget_typed(request, which, actor.user_id)
        left = any(one.which != which for one in typed_before(request, actor.user_id))
        return redirect("typed_again" if left else "my_work")
    kept = typed_before(request, actor.user_id)
    return render(request, "accounts/typed.html", {"kept": kept, "again": AGAIN})
