"""On to an agency's own sign-in (OpenID Connect) and back: allauth's, held to more than it asks for itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.adapter import get_adapter as social_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}


class Directory(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """An agency's directory. Its token is always asked for, and its signature always checked.

    allauth leaves the signature out where TLS brought the token; a directory behind a proxy of the agency is not
    always reached so.
    """

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """Who came back. Raises OAuth2Error where the token is absent, false, or speaks of somebody else."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no id_token")
        login = super().complete_login(request, app, token, **kwargs)
        told = login.account.extra_data
        userinfo, signed = told.get("userinfo"), told.get("id_token")
        # OpenID Connect Core 5.3.2: what is said elsewhere is believed only of the same person.
        if userinfo is not None and userinfo.get("sub") != signed.get("sub"):
            raise OAuth2Error("userinfo is of another subject")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> Any:
        try:
            return jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=_public_key,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("Invalid id_token") from error


def _public_key(keys: dict[str, Any], kid: str) -> Any:
    """The key that the token names, where it is one that only the directory signs with."""
    fit = [key for key in keys["keys"] if key.get("kid") == kid and key.get("alg", "RS256") in ALGORITHMS]
    return jwtkit.lookup_kid_jwk({"keys": fit}, kid)


def _directory(request: HttpRequest, provider_id: str) -> Directory:
    try:
        found = Directory(request, provider_id)
        social_adapter(request).get_app(request, provider=provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return found


def _away(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/authentication_error.html", {"away": True}, status=503)


@require_POST
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On to an agency's own sign-in. By a page of ours and not a redirect: a browser holds a form's answer to
    form-action, which names no other host. 503 where the directory does not answer.
    """
    view = OAuth2LoginView.adapter_view(_directory(request, provider_id))
    try:
        response: HttpResponse = view(request)
    except requests.RequestException:
        return _away(request)
    to = response.get("Location", "")
    if response.status_code == 302 and urlsplit(to).scheme in {"https", "http"}:
        return render(request, "account/going.html", {"to": to, "host": urlsplit(to).hostname})
    return response


@require_GET
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from an agency's own sign-in. 503 where the directory does not answer any more."""
    view = OAuth2CallbackView.adapter_view(_directory(request, provider_id))
    try:
        response: HttpResponse = view(request)
    except requests.RequestException:
        return _away(request)
    return response
