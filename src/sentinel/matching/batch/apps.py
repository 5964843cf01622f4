"""The part of the room `matching` that compares all persons."""

from django.apps import AppConfig


class BatchConfig(AppConfig):
    """Registers with Django, and names the worker's tasks."""

    name = "sentinel.matching.batch"
    label = "batch"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the worker find this part's tasks."""
        from sentinel.matching.batch import tasks  # noqa: F401
