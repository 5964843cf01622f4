"""Telling by mail that a referral waits, without personal data."""

from __future__ import annotations

import uuid

from django.core.mail import EmailMessage

from sentinel.accounts.models import Absence, User
from sentinel.foundation.clock import now
from sentinel.foundation.jobs import task
from sentinel.kernel.clock import london_date
from sentinel.partnership.referrals.models import UNANSWERED, Referral, SentReferral

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


NO_CONTACT = "Sentinel: Victim First could not reach somebody"
NO_CONTACT_BODY = (
    "Victim First has tried to reach somebody of a case that you lead, and has not. Nothing more stands in this message. Sign in to"
    " Sentinel: it stands on My work until you say what follows."
)


@task("partnership.tell_of_no_contact")
def tell_of_no_contact(referral: str) -> None:
    """Tell the lead of the case, or who stands in while the lead is away, without personal data; nobody where it is settled already."""
    row = (
        Referral.objects.filter(pk=uuid.UUID(referral), settled_at__isnull=True)
        .select_related("case")
        .first()
    )
    if row is None or row.case.lead_id is None:
        return
    today = london_date(now())
    away = Absence.objects.filter(
        user_id=row.case.lead_id, ended_at__isnull=True, first_day__lte=today, last_day__gte=today
    ).first()
    told = User.objects.filter(pk=away.deputy_id if away else row.case.lead_id, is_active=True).first()
    if told is not None:
        EmailMessage(subject=NO_CONTACT, body=NO_CONTACT_BODY, to=[told.email]).send()
