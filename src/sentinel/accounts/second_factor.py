"""Who must have a second step when signing in, and what they may do before they have one."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings

from sentinel.accounts.models import User

STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def needs_second_factor(user: User) -> bool:
    """Whether a role of this user must use a second step (SENTINEL_SECOND_FACTOR_ROLES)."""
    return bool(settings.SECOND_FACTOR_ROLES & set(user.role_codes))


def has_second_factor(user: User) -> bool:
    """Whether the user has an authenticator app or a passkey. Recovery codes alone are none. One query."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=STEPS).exists())


def may_remove(authenticator: Authenticator) -> bool:
    """Whether an authenticator may be taken off: not the last one of somebody who needs one."""
    if authenticator.type not in STEPS or not needs_second_factor(authenticator.user):
        return True
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=STEPS)
    return bool(others.exclude(pk=authenticator.pk).exists())
