"""What is counted: occurrences. Of incidents that somebody said are one, told several times, one stands for all."""

from __future__ import annotations

from django.db.models.functions import Coalesce


def occurrence(prefix: str = "") -> Coalesce:
    """The id of the occurrence that an incident tells of, for a query; `prefix` leads to the incident ("incident__")."""
    return Coalesce(f"{prefix}occurrence_id", f"{prefix}id")
