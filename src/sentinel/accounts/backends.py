"""Signing in: allauth's backend, with each request's user fetched together with agency, team and roles."""

from __future__ import annotations

import uuid

from allauth.account.auth_backends import AuthenticationBackend

from sentinel.accounts.models import User
from sentinel.accounts.queries import user_with


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """Email and password, and a user object that needs no further query for its agency."""

    def get_user(self, user_id: uuid.UUID) -> User | None:
        """The user, or None when suspended or gone: a suspension ends the session at the next request."""
        user = user_with(user_id)
        return user if user and user.is_active and user.suspended_at is None else None

    def user_can_authenticate(self, user: User) -> bool:
        """Whether a user may sign in at all."""
        return bool(user.is_active and user.suspended_at is None)
