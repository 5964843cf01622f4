"""Whose account an agency's own sign-in (OpenID Connect) leads to.

A provider vouches for addresses. It is believed for those it says are verified, and only for the agencies that its
settings name: otherwise whoever runs one agency's directory could sign in as anybody of another. In SENTINEL_OIDC:

    [{"provider_id": "county", "name": "County sign-in", "client_id": "...", "secret": "...",
      "settings": {"server_url": "https://...", "agencies": ["county"], "verified_email": true}}]

`agencies` are codes; without it the provider stands for the whole partnership. `verified_email` is for a directory
that does not say so of each address itself, as Entra ID does not.
"""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialAccount

from sentinel.accounts.models import User


def _provider_settings(sociallogin: Any) -> dict[str, Any]:
    found: dict[str, Any] = sociallogin.account.get_provider().app.settings or {}
    return found


def _trusted(user: User, settings: dict[str, Any]) -> bool:
    agencies = settings.get("agencies")
    return user.is_active and (agencies is None or user.agency.code in agencies)


def _by_address(sociallogin: Any) -> User | None:
    """The account with an address that the provider has verified; several addresses must lead to one account."""
    # Some directories say "false" in words, which Python takes for yes.
    verified = [one.email for one in sociallogin.email_addresses if one.verified is True and one.email]
    found = {
        user.pk: user
        for email in verified
        for user in User.objects.select_related("agency").filter(email__iexact=email)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _known_as_another(user: User, sociallogin: Any) -> bool:
    """Whether the account is connected to somebody else of this provider: an address that was given to a successor."""
    rows = SocialAccount.objects.filter(user=user, provider=sociallogin.account.provider)
    return bool(rows.exclude(uid=sociallogin.account.uid).exists())


def account_for(sociallogin: Any, *, signed_in: Any = None) -> User | None:
    """The account that may be signed in to (or, for somebody signed in, connected), or None.

    Never raises for what the provider says.
    """
    settings = _provider_settings(sociallogin)
    if sociallogin.is_existing:
        user = User.objects.select_related("agency").filter(pk=sociallogin.user.pk).first()
    else:
        user = _by_address(sociallogin)
        if user is not None and _known_as_another(user, sociallogin):
            return None
    if user is None or not _trusted(user, settings):
        return None
    return None if signed_in is not None and signed_in.pk != user.pk else user
