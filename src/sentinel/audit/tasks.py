"""The seal, every minute."""

from __future__ import annotations

from django.conf import settings

from sentinel.audit.seal import seal_waiting
from sentinel.foundation.clock import now
from sentinel.foundation.jobs import task


@task("audit.seal", every="* * * * *", lock="audit.seal")
def seal() -> None:
    """Seal what waits."""
    seal_waiting(now=now(), key=settings.SEAL_KEY, heads=settings.SEAL_HEADS)
