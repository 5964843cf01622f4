from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "sentinel.desk"
    label = "desk"
