from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "sentinel.procedures"
    label = "procedures"
