from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "sentinel.reminders"
    label = "reminders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the conditions that the rooms above this one have data for."""
        from sentinel.reminders.conditions import access, high_risk, messages, referrals, risk, supervision  # noqa: F401
