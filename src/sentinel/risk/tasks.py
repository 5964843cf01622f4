"""Telling by mail, without personal data, and passing on what nobody has acknowledged in time."""

from __future__ import annotations

import uuid

from django.core.mail import EmailMessage

from sentinel.accounts.models import User
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
    from sentinel.risk.high.operations import lapse_markers, pass_on
    from sentinel.risk.high.telling import say_unanswered

    pass_on(now=now())
    lapse_markers(now=now())
    say_unanswered(now=now())


BESIDE = "Sentinel: somebody else assessed the same at the same time"
BESIDE_BODY = (
    "Two assessments of the same were kept at the same time, and one of them is yours. Both stay; the later one stands, and the"
    " higher band of the two holds. Nothing more stands in this message. Sign in to Sentinel and look at what you assessed last."
)


@task("risk.tell_assessed_beside")
def tell_assessed_beside(user_id: str) -> None:
    """Tell the author of the earlier of the two; the later one was told on the page. Nobody whose account has ended."""
    user = User.objects.filter(pk=uuid.UUID(user_id), is_active=True, suspended_at__isnull=True).first()
    if user is not None:
        EmailMessage(subject=BESIDE, body=BESIDE_BODY, to=[user.email]).send()


LOWERING = "Sentinel: a supervisor has decided on what you asked"
LOWERING_BODY = (
    "You asked a supervisor to lower a band, and one has decided. Nothing more stands in this message. Sign in to Sentinel:"
    " what was decided and why stands on My work until you have read it."
)


@task("risk.tell_lowering_decided")
def tell_lowering_decided(user_id: str) -> None:
    """Tell whoever asked for a lower band that it is decided. Nobody whose account has ended."""
    user = User.objects.filter(pk=uuid.UUID(user_id), is_active=True, suspended_at__isnull=True).first()
    if user is not None:
        EmailMessage(subject=LOWERING, body=LOWERING_BODY, to=[user.email]).send()
