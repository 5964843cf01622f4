"""Hit, no hit: a part of the room `matching`."""

from django.apps import AppConfig


class HitsConfig(AppConfig):
    """Registers with Django."""

    name = "sentinel.matching.hits"
    label = "hits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the timeline tells this part, and register its tasks."""
        from sentinel.matching.hits import events, tasks  # noqa: F401
