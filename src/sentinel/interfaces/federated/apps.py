"""The systems that are asked."""

from django.apps import AppConfig


class FederatedConfig(AppConfig):
    """Registers with Django."""

    name = "sentinel.interfaces.federated"
    label = "federated"
    default_auto_field = "django.db.models.BigAutoField"
