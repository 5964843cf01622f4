from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "sentinel.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sentinel.audit.sign_in import listen

        listen()
