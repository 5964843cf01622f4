from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "sentinel.risk"
    label = "risk"
    default_auto_field = "django.db.models.BigAutoField"
