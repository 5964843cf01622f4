"""Letters about accounts, and clearing away what has ended. Arguments are ids: who, never an address or a link."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from sentinel.accounts.limits import forget_what_ended
from sentinel.accounts.mail import send_link, send_notice
from sentinel.accounts.models import User
from sentinel.foundation.jobs import task


def _active(user_id: str) -> User | None:
    return User.objects.select_related("agency").filter(pk=uuid.UUID(user_id), is_active=True).first()


@task("accounts.link")
def mail_link(*, user_id: str, why: str, base: str) -> None:
    """Send the link that sets a password, unless the account has been suspended meanwhile."""
    user = _active(user_id)
    if user:
        send_link(user, why, base)


@task("accounts.notice")
def mail_notice(*, user_id: str, notice: str, at: str) -> None:
    """Tell the owner of an account that it was changed; `at` is ISO 8601."""
    user = _active(user_id)
    if user:
        send_notice(user, notice, datetime.fromisoformat(at))


@task("accounts.clear", every="17 3 * * *")
def clear_ended() -> None:
    """Delete sessions and kept values whose time is over: by the machine's time, as sessions themselves count."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    forget_what_ended()


def mail_is_set() -> bool:
    """Whether letters leave the house. Without a mail server an administrator hands the link on."""
    return bool(settings.SMTP)
