from django.apps import AppConfig


class PartnershipConfig(AppConfig):
    name = "sentinel.partnership"
    label = "partnership"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register this room's conditions, sentences and what it knows to be due."""
        from sentinel.partnership import relations  # noqa: F401
        from sentinel.partnership.referrals import due, events  # noqa: F401
