"""The few letters about an account. They go to the account's own address, made by the worker: a page neither waits for
a mail server nor takes longer where there is an account.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from sentinel.accounts.links import password_link
from sentinel.accounts.models import User
from sentinel.accounts.sign_in.wording import NOTICES

WHY_LINKS = {
    "invitation": "You have been invited to Sentinel",
    "reset": "Set a new password for Sentinel",
    "forgotten": "Set a new password for Sentinel",
}


def _send(user: User, subject: str, template: str, **context: object) -> None:
    words = render_to_string(f"accounts/mail/{template}.txt", {"user": user, **context}, using="jinja2")
    send_mail(subject, words, settings.DEFAULT_FROM_EMAIL, [user.email])


def send_link(user: User, why: str, base: str) -> None:
    """Send the link that sets a password. `why` is a key of WHY_LINKS, `base` scheme and host.

    Raises what the mail server raises: the job tries again.
    """
    _send(user, WHY_LINKS[why], why, link=password_link(user, base))


def send_notice(user: User, notice: str, at: datetime) -> None:
    """Say that something about the account was changed, at a moment in UTC."""
    _send(user, "Your Sentinel account was changed", "changed", what=NOTICES[notice], at=at)
