"""The room `reports`."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Registers with Django, and what the timeline and the person page tell of reports."""

    name = "sentinel.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register this room's sentences and sources."""
        from sentinel.audit.records import Referenced, register
        from sentinel.reports import confirming, events, person_page, relations  # noqa: F401  register themselves

        register(Referenced("reports_audited", "reports_audited_record"))
