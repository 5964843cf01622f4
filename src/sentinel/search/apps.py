"""The room `search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers with Django. Entries are kept by triggers (functions.sql): nothing has to listen."""

    name = "sentinel.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what hangs on a person."""
        from sentinel.search import relations  # noqa: F401
