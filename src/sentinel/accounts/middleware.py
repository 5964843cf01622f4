"""What must be done before anything else: a new password, a second step. And a session that is used goes on."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from sentinel.accounts.models import User
from sentinel.accounts.second_factor import has_second_factor, needs_second_factor
from sentinel.accounts.sessions import ended, go_on
from sentinel.accounts.typed import (
    AGAIN,
    forget_typed,
    keep_and_sign_in,
    let_wait,
    remember_who,
    typed_before,
    was_sent,
)

# What one may reach while the password is still to be changed ...
FOR_PASSWORD = {
    "account_change_password", "account_set_password", "account_logout", "session_keep",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}  # fmt: skip
# ... and while there is no second step. Neither list holds a page with anybody's data.
FOR_SECOND_FACTOR = FOR_PASSWORD | {
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "account_reauthenticate",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
}  # fmt: skip
MORE_WAITS = "This has been sent. Something else that you typed before you were signed out still waits: see "


class FirstThingsMiddleware:
    """Sends a signed-in user to what comes first. Stands within the transaction of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, with who is signed in put by for when the session has ended."""
        response = self.get_response(request)
        actor = getattr(request, "actor", None)
        if actor is not None and actor.user_id is not None and request.user.is_authenticated:
            remember_who(request, response, actor.user_id)
            if was_sent(request, response):
                forget_typed(request, request.POST[AGAIN], actor.user_id)
                if typed_before(request, actor.user_id):
                    messages.info(request, MORE_WAITS + request.build_absolute_uri(reverse("typed_again")))
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: list[object],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """A way to the password or the second step, or None where nothing stands before the page."""
        actor = getattr(request, "actor", None)
        user = getattr(request, "user", None)
        if actor is None or actor.user_id is None or not isinstance(user, User):
            return None
        if ended(request):
            request.session.flush()
            return keep_and_sign_in(request, actor.user_id)
        go_on(request)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if user.password_must_change and name not in FOR_PASSWORD:
            let_wait(request)
            return redirect("account_change_password")
        if name not in FOR_SECOND_FACTOR and needs_second_factor(user) and not has_second_factor(user):
            let_wait(request)
            return redirect("mfa_index")
        return None
