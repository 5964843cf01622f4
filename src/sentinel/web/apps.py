from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "sentinel.web"
    label = "web"
