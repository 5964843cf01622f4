from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "sentinel.care"
    label = "care"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register this room's conditions, sentences and what it knows to be due."""
        from sentinel.care import events, gates, next, relations  # noqa: F401
