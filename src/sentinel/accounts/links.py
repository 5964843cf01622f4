"""The one-time link with which somebody sets a password: for an invitation, a reset, or a password forgotten."""

from __future__ import annotations

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.urls import reverse

from sentinel.accounts.models import User


def base_of(request: HttpRequest) -> str:
    """Scheme and host that a link in a letter begins with. The host is one that Sentinel serves (ALLOWED_HOSTS)."""
    return f"{request.scheme}://{request.get_host()}"


def password_link(user: User, base: str) -> str:
    """The whole address. It works for three days (PASSWORD_RESET_TIMEOUT), and no more once it has been used, the
    password was changed or the user has signed in: all of that goes into its key.
    """
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    return f"{base}{path}"
