"""allauth's views where ours differ: what is kept in step with them, and nothing else."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter as account_adapter
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.socialaccount.adapter import get_adapter as social_adapter
from allauth.usersessions import views as sessions
from allauth.usersessions.models import UserSession
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sentinel.accounts.events import AccountEvent, raise_account_event
from sentinel.accounts.queries import NOWHERE, own_account
from sentinel.accounts.sessions import end_session, in_words
from sentinel.foundation.clock import now
from sentinel.web.requests import actor_of, to_sign_in


def _providers(request: HttpRequest) -> list[dict[str, str]]:
    """The agencies' own sign-ins: name, and where the button leads."""
    found = social_adapter(request).list_providers(request)
    return [{"name": provider.name, "url": provider.get_login_url(request)} for provider in found]


class SignInView(account.LoginView):  # type: ignore[misc]  # allauth ships no types
    """Signing in, with the agencies' own ways beside the password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives, and `providers`."""
        return {**super().get_context_data(**kwargs), "providers": _providers(self.request)}


class PasswordByLinkView(account.PasswordResetFromKeyView):  # type: ignore[misc]
    """A password by a link that was sent."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives; `token_fail` always says whether the link is dead."""
        context: dict[str, Any] = super().get_context_data(**{"token_fail": False, **kwargs})
        return context

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        """Keep the password; wrong tries from before it are forgotten."""
        account_adapter(self.request).forget_attempts(self.request, self.reset_user)
        response: HttpResponse = super().form_valid(form)
        return response


class SessionsView(sessions.ListUserSessionsView):  # type: ignore[misc]
    """One's sessions: each can be ended, or all but this one. Ending applies from the next request of that browser."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives, with `sessions` as id, since, browser in words, address, and whether it is this one."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        lines = [
            {
                "id": one.pk,
                "since": one.created_at,
                "browser": in_words(one.user_agent),
                "ip": "" if one.ip == NOWHERE else one.ip,
                "here": one.is_current(),
            }
            for one in context["sessions"]
        ]
        return {**context, "sessions": lines}

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        """End the one that was named, or all others; say so, and keep it in the audit."""
        actor = actor_of(self.request)
        if actor.user_id is None:
            return to_sign_in(self.request)
        before = UserSession.objects.filter(user_id=actor.user_id).count()
        named = self.request.POST.get("session", "")
        if named:
            number = int(named) if named.isascii() and named.isdigit() and len(named) < 10 else 0
            end_session(actor.user_id, number, but=self.request.session.session_key)
            response: HttpResponse = HttpResponseRedirect(self.get_success_url())
        else:
            response = super().form_valid(form)
        ended = before - UserSession.objects.filter(user_id=actor.user_id).count()
        if ended:
            event = AccountEvent("sessions_ended", "user", actor.user_id, {"sessions_ended": ended})
            raise_account_event(event, actor=actor, now=now())
        return response


class RemoveKeyView(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """Removing a passkey: not the last second step of somebody whose role needs one (allauth asks for TOTP only)."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives, and `may_go`."""
        may_go = mfa_adapter().can_delete_authenticator(self.object)
        return {**super().get_context_data(**kwargs), "may_go": may_go}

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        """Remove it, or say why not."""
        if not mfa_adapter().can_delete_authenticator(self.object):
            refused: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=409)
            return refused
        response: HttpResponse = super().form_valid(form)
        return response


class ConnectionsView(social.ConnectionsView):  # type: ignore[misc]
    """One's agency's own sign-in, connected or not."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What allauth gives, with `connected` (id, name) and `providers`."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        connected = [
            {"id": one.pk, "name": one.get_provider_account().to_str(), "since": one.date_joined}
            for one in context["form"].accounts
        ]
        return {**context, "connected": connected, "providers": _providers(self.request)}


@require_GET
def keep(request: HttpRequest) -> HttpResponse:
    """`who` is signed in and the `token` of their forms, while the session lasts: asking is what puts its end off (middleware).

    The token changes with every sign-in: a page that was open before is refused without it, and its words lost. When
    the session is over, 401 to a script and the way to sign in to anybody else.
    """
    if not request.user.is_authenticated:
        return to_sign_in(request)
    return JsonResponse({"who": str(request.user.pk), "token": get_token(request)})


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """One's own account: who one is, and the ways to what one may change about it."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    return render(
        request,
        "accounts/home.html",
        {"account": own_account(request.user), "providers": _providers(request)},
    )
