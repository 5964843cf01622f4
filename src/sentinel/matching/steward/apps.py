"""The data steward's part of the room `matching`."""

from django.apps import AppConfig


class StewardConfig(AppConfig):
    """Registers with Django, and listens to what officers say of two persons."""

    name = "sentinel.matching.steward"
    label = "steward"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register this part's followers, sentences and relations."""
        from sentinel.matching.steward import events, relations  # noqa: F401
