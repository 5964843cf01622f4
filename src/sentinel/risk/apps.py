from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "sentinel.risk"
    label = "risk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register this room's conditions, sentences and what follows from others' events."""
        from sentinel.risk import events, gates, next, relations  # noqa: F401
        from sentinel.risk.high import events as high_events  # noqa: F401
        from sentinel.risk.plans import events as plan_events  # noqa: F401
        from sentinel.risk.standards import events as standard_events  # noqa: F401
        from sentinel.risk.supervision import events as supervision_events  # noqa: F401
        from sentinel.risk.thrive import events as thrive_events  # noqa: F401
