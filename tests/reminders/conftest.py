"""Sweeping as the worker does, over real commits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from sentinel.accounts.models import RoleHeld
from sentinel.reminders.models import Decision
from sentinel.reminders.sweep import Swept, sweep
from tests.reminders.sweeping import DAY
from tests.support import NOW


@pytest.fixture
def swept(as_worker: Callable[[], Any]) -> Callable[..., Swept]:
    """Sweep so many days after NOW. The team has one supervisor, so that what is counted is easily read."""
    RoleHeld.objects.filter(user__email="ruth.adeyemi@charnwood.example").update(until=NOW)

    def run(days: float, since: datetime = NOW) -> Swept:
        with as_worker():
            return sweep(now=since + days * DAY)

    return run


@pytest.fixture
def decisions(as_worker: Callable[[], Any]) -> Callable[..., list[Decision]]:
    def read(**given: Any) -> list[Decision]:
        with as_worker(), transaction.atomic():
            return list(Decision.objects.filter(**given).order_by("created_at", "who").select_related("rule"))

    return read
