"""How django-allauth is bent to Sentinel: no self sign-up, and the second factor is compulsory where a setting says."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from sentinel.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: a local administrator invites (R170)."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """An agency's own sign-in (OpenID Connect) leads to an invited account with the same verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: an account exists before its first sign-in."""
        return False


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Which users must hold a second factor."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The relying party: the host name without its port."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "Sentinel"}


def needs_second_factor(user: User) -> bool:
    """Whether a role of this user must use a second factor (SENTINEL_SECOND_FACTOR_ROLES)."""
    return bool(settings.SECOND_FACTOR_ROLES & set(user.role_codes))
