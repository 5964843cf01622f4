from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "sentinel.procedures"
    label = "procedures"

    def ready(self) -> None:
        from sentinel.procedures import approaching, crime, high_risk, plans, referrals, work, young  # noqa: F401  they follow other rooms' events
