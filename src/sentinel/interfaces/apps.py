from django.apps import AppConfig


class InterfacesConfig(AppConfig):
    name = "sentinel.interfaces"
    label = "sentinel_interfaces"
