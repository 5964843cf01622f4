"""Telling an agency's duty contact that something of theirs needs a look."""

from __future__ import annotations

import uuid

from django.core.mail import EmailMessage

from sentinel.accounts.models import Duty, User
from sentinel.accounts.rules import RIGHTS
from sentinel.foundation.jobs import task

WORDS = {
    "break_glass": (
        "Sentinel: an emergency reading to review",
        "A record that your agency owns was opened in an emergency by another agency. Nothing more stands in this"
        " message. Sign in to Sentinel: the review is under My work, due by the end of your next working day.",
    ),
    "access_asked": (
        "Sentinel: a request for access to answer",
        "Somebody of another agency asks to read a record that your agency owns. Nothing more stands in this message. Sign in to"
        " Sentinel: the request is under My work, with the day by which it is to be answered.",
    ),
}


@task("access.tell_duty")
def tell_duty(agency_id: str, what: str) -> None:
    """Send the agency's people on duty at the sharing desk a message without personal data.

    Where nobody is on that duty, everybody who may review is told: it must not be told to nobody.
    """
    subject, body = WORDS[what]
    duties = Duty.objects.filter(agency_id=uuid.UUID(agency_id), role="sharing_desk", until__isnull=True)
    addresses = sorted({duty.user.email for duty in duties.select_related("user") if duty.user.is_active})
    if not addresses:
        reviewing = [role for role, rights in RIGHTS.items() if "review_break_glass" in rights]
        reviewers = User.objects.filter(
            agency_id=uuid.UUID(agency_id),
            is_active=True,
            roles__role__in=reviewing,
            roles__until__isnull=True,
        )
        addresses = sorted(set(reviewers.values_list("email", flat=True)))
    for address in addresses:
        EmailMessage(subject=subject, body=body, to=[address]).send()
