"""A committed case and browsers, for tests of its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from sentinel.foundation.actor import Actor
from tests.support import acting


def committed(email: str, make: Callable[[Actor], Any]) -> Any:
    """What `make` makes, acting as this account, committed for real."""
    with transaction.atomic():
        return make(acting(email))
