"""Sign-ins in the audit: who signed in, out, failed to, or changed how they sign in.

Libraries (Django, allauth) tell of these through signals, and these are their hooks: it is the one place where Sentinel
listens to any. What our own rooms do they say themselves, in operations.

No address that was typed is kept. A failed try is told apart by a keyed hash of it, so that forty tries at one account
look different from one try at forty; where there is such an account its id stands there too.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from sentinel.accounts.events import AccountEvent, follow_accounts
from sentinel.accounts.models import User
from sentinel.accounts.queries import actor_for, address_of
from sentinel.audit.operations import note
from sentinel.foundation.actor import NOBODY, Actor, state_actor

Failure = dict[str, str]


def keyed(typed: str) -> str:
    """A short hash of an address that was typed, under the key of the seal: the same for the same, and no way back."""
    key = settings.SEAL_KEY.encode()
    return hmac.new(key, typed.strip().lower().encode(), hashlib.sha256).hexdigest()[:16]


def _actor(request: HttpRequest) -> Actor:
    """Whom the request began as."""
    found = getattr(request, "actor", NOBODY)
    return found if isinstance(found, Actor) else NOBODY


def _note(request: HttpRequest | None, user: Any, kind: str, **detail: str) -> None:
    """One entry of a user about themselves. The user acts: also where the request began with nobody signed in."""
    if not isinstance(user, User):
        return
    with transaction.atomic():
        if request is not None and _actor(request).user_id != user.pk:
            found = User.objects.select_related("agency", "team").prefetch_related("roles").get(pk=user.pk)
            request_id = request.META.get("SENTINEL_REQUEST_ID", "")
            state_actor(actor_for(found, request_id=request_id, address=address_of(request)))
        note(kind, subject="user", subject_id=user.pk, detail=detail)


def _method(request: HttpRequest | None) -> str:
    records = request.session.get("account_authentication_methods", []) if request is not None else []
    return "+".join(sorted({str(record.get("type") or record.get("method")) for record in records}))[:60]


def signed_in(sender: Any, request: HttpRequest | None = None, user: Any = None, **rest: Any) -> None:
    """Somebody signed in, and with what."""
    _note(request, user, "sign_in", method=_method(request))


def signed_out(sender: Any, request: HttpRequest | None = None, user: Any = None, **rest: Any) -> None:
    """Somebody signed out."""
    _note(request, user, "sign_out")


def failed(
    sender: Any, credentials: dict[str, Any] | None = None, request: HttpRequest | None = None, **rest: Any
) -> None:
    """A password was wrong, or there is no such account."""
    typed = str((credentials or {}).get("email") or (credentials or {}).get("username") or "")
    user_id = User.objects.filter(email__iexact=typed).values_list("pk", flat=True).first() if typed else None
    _keep_for_later(request, {"what": "password", "typed": keyed(typed), "user": str(user_id or "")})


def step_failed(sender: Any, request: HttpRequest | None = None, user: Any = None, **rest: Any) -> None:
    """A code of the second step was wrong."""
    _keep_for_later(request, {"what": "second_step", "typed": "", "user": str(getattr(user, "pk", ""))})


def _keep_for_later(request: HttpRequest | None, failure: Failure) -> None:
    # allauth hands its own request object on; what hangs on META is the same for all of them.
    if request is None:
        with transaction.atomic():
            _write(failure)
    else:
        request.META.setdefault("SENTINEL_SIGN_IN_FAILURES", []).append(failure)


def _write(failure: Failure) -> None:
    detail = {key: failure[key] for key in ("what", "typed") if failure[key]}
    note(
        "sign_in_failed", subject="user" if failure["user"] else "", subject_id=failure["user"], detail=detail
    )


class FailedSignInMiddleware:
    """Writes failed tries after the request's own transaction, in one of their own: a roll-back does not lose them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response."""
        response = self.get_response(request)
        failures: list[Failure] = request.META.pop("SENTINEL_SIGN_IN_FAILURES", [])
        if failures:
            with transaction.atomic():
                state_actor(_actor(request))
                for failure in failures:
                    _write(failure)
        return response


def _changed(kind: str) -> Callable[..., None]:
    def changed(sender: Any, request: HttpRequest | None = None, user: Any = None, **rest: Any) -> None:
        authenticator = rest.get("authenticator")
        detail = {"type": str(authenticator.type)} if authenticator is not None else {}
        _note(request, user, kind, **detail)

    return changed


def _connected(kind: str) -> Callable[..., None]:
    def connected(sender: Any, request: HttpRequest | None = None, **rest: Any) -> None:
        login = rest.get("sociallogin")
        account = rest.get("socialaccount") or getattr(login, "account", None)
        _note(
            request, getattr(account, "user", None), kind, provider=str(getattr(account, "provider", ""))[:60]
        )

    return connected


def account_changed(event: AccountEvent, actor: Actor, now: datetime) -> None:
    """What an administrator did to an account, a team or an agency."""
    note(event.kind, subject=event.subject, subject_id=event.subject_id, detail=event.detail)


def listen() -> None:
    """Connect to the libraries' signals and to the room of accounts, once, when the application is ready."""
    follow_accounts(account_changed)
    wanted: tuple[tuple[Any, Callable[..., None]], ...] = (
        (user_logged_in, signed_in),
        (user_logged_out, signed_out),
        (user_login_failed, failed),
        (authentication_failed, step_failed),
        (password_changed, _changed("password_changed")),
        (password_set, _changed("password_changed")),
        (password_reset, _changed("password_reset")),
        (authenticator_added, _changed("second_factor_added")),
        (authenticator_removed, _changed("second_factor_removed")),
        (authenticator_reset, _changed("second_factor_reset")),
        (social_account_added, _connected("agency_sign_in_connected")),
        (social_account_removed, _connected("agency_sign_in_removed")),
    )
    for signal, listener in wanted:
        signal.connect(listener, weak=False, dispatch_uid=f"audit:{id(signal)}:{listener.__qualname__}")
