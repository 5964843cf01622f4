"""What the worker does here."""

from __future__ import annotations

import uuid

from sentinel.foundation.clock import now
from sentinel.foundation.jobs import task


@task("governance.replay_draft")
def replay_draft(tabletop_id: str) -> None:
    """Try a draft on past assessments."""
    # Imported late: tasks of every room are loaded before the models are.
    from sentinel.governance.tabletop import work_out

    work_out(now=now(), tabletop_id=uuid.UUID(tabletop_id))
