"""The neighbours. Where GOV.UK Notify is set up it takes the messages over."""

from django.apps import AppConfig


class InterfacesConfig(AppConfig):
    """Registers what takes messages over."""

    name = "sentinel.interfaces"
    label = "sentinel_interfaces"

    def ready(self) -> None:
        """Have Notify take the channels that it has a template for."""
        from sentinel.foundation.messages.transports import register_transport
        from sentinel.interfaces.notify.transport import notify

        service = notify()
        for channel in service.templates if service else ():
            register_transport(channel, service)
