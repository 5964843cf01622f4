from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "sentinel.cli"
    label = "sentinel_cli"
