from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "sentinel.foundation"
    label = "foundation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from sentinel.foundation import checks  # noqa: F401  registers what `check --deploy` asks
        from sentinel.foundation.statements import read_moments

        connection_created.connect(read_moments)
