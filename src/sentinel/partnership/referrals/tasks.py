"""Telling by mail that a referral waits, without personal data."""

from __future__ import annotations

import uuid

from django.core.mail import EmailMessage

from sentinel.accounts.models import User
from sentinel.foundation.jobs import task
from sentinel.partnership.referrals.models import UNANSWERED, SentReferral

SUBJECT = "Sentinel: a referral to be acknowledged"
BODY = (
    "A referral was sent to your agency. Nothing more stands in this message. Sign in to Sentinel, look under Referrals, and"
    " acknowledge it or say why you decline it."
)


@task("partnership.tell_of_referral")
def tell_of_referral(sent: str, user: str) -> None:
    """Send one person a message without personal data; nothing where it was answered or withdrawn meanwhile."""
    waits = SentReferral.objects.filter(UNANSWERED, pk=uuid.UUID(sent)).exists()
    told = User.objects.filter(pk=uuid.UUID(user), is_active=True).first() if waits else None
    if told is not None:
        EmailMessage(subject=SUBJECT, body=BODY, to=[told.email]).send()
