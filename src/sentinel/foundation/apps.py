from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "sentinel.foundation"
    label = "foundation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sentinel.foundation import checks  # noqa: F401  registers what `check --deploy` asks
