"""The room `matching`."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Registers with Django, and with people.facts, so that every fact gets its keys."""

    name = "sentinel.matching"
    label = "matching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Begin to listen to new facts, and say how the timeline tells this room."""
        from sentinel.matching import events, keys, tasks  # noqa: F401  register themselves
