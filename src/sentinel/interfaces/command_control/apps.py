from django.apps import AppConfig


class CommandControlConfig(AppConfig):
    name = "sentinel.interfaces.command_control"
    label = "command_control"
    default_auto_field = "django.db.models.BigAutoField"
