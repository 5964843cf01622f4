"""allauth's views where ours differ: what is kept in step with them, and nothing else."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter as account_adapter
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.socialaccount.adapter import get_adapter as social_adapter
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sentinel.accounts.queries import own_account
from sentinel.web.requests import to_sign_in


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
    """204 while the session lasts: asking is what puts its end off (middleware). 302 to sign in when it is over."""
    return HttpResponse(status=204) if request.user.is_authenticated else to_sign_in(request)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """One's own account: who one is, and the ways to what one may change about it."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    return render(request, "accounts/home.html", {"account": own_account(request.user)})
