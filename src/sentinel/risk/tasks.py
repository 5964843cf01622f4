"""Telling by mail, and passing on what nobody has acknowledged in time."""

from __future__ import annotations

import uuid

from django.core.mail import EmailMessage

from sentinel.foundation.clock import now
from sentinel.foundation.jobs import task
from sentinel.risk.high.models import ToldOfHighRisk

SUBJECT = "Sentinel: high risk, to be acknowledged"
BODY = (
    "Somebody, or a place, in a case of anti-social behaviour is at high risk, and you are told of it by your duty. Nothing"
    " more stands in this message. Sign in to Sentinel, look under High risk and acknowledge it: what nobody"
    " acknowledges in time is passed on."
)


@task("risk.send_told")
def send_told(high_risk: str, user: str) -> None:
    """Send one person a message without personal data; nothing where they have acknowledged or it is over."""
    told = (
        ToldOfHighRisk.objects.filter(
            high_risk_id=uuid.UUID(high_risk),
            user_id=uuid.UUID(user),
            acknowledged_at__isnull=True,
            high_risk__ended_at__isnull=True,
        )
        .select_related("user")
        .first()
    )
    if told is not None and told.user.is_active:
        EmailMessage(subject=SUBJECT, body=BODY, to=[told.user.email]).send()


@task("risk.pass_on", every="* * * * *", lock="risk.pass_on")
def pass_on_unacknowledged() -> None:
    """Every minute, from state: a worker that stood still passes on everything at its next run."""
    from sentinel.risk.high.operations import pass_on

    pass_on(now=now())
