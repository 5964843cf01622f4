"""The worker's role, as the tests of reminders have it."""

from tests.reminders.conftest import as_worker

__all__ = ["as_worker"]
