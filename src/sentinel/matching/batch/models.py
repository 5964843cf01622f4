"""Runs of the comparison of all persons: what each was made of and what became of it. No person is named here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.kernel.ids import new_id


class Run(models.Model):
    """One run. `manifest` is what it was made of: versions, settings, rules, what the extract held and what was left out of it;
    `counts` what it found; `weights` the model that it used, which a later run may take over.

    The command writes it, as the worker. Codes and figures alone: who was compared stands nowhere but in the extract, which is
    deleted when the run ends.
    """

    open_to_app: ClassVar[str] = "SELECT"
    STATES: ClassVar = [
        ("extracting", "Taking the extract"),
        ("learning", "Learning the weights"),
        ("comparing", "Comparing"),
        ("grouping", "Grouping"),
        ("filling", "Filling the queue"),
        ("done", "Done"),
        ("failed", "Stopped by a fault"),
        ("thrown_away", "Thrown away"),
    ]
    BACKENDS: ClassVar = [("duckdb", "DuckDB"), ("postgresql", "PostgreSQL"), ("spark", "Spark")]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=11, choices=STATES, default="extracting")
    backend = models.CharField(max_length=10, choices=BACKENDS)
    begun_by = models.CharField(max_length=120)
    manifest = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    weights = models.JSONField(null=True)
    fault = models.CharField(max_length=200, blank=True)
    thrown_away_at = models.DateTimeField(null=True)
    thrown_away_by_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-begun_at"], name="batch_run_newest")]

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is still to be done."""
        return self.state in {"done", "thrown_away"}
