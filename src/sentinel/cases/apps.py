from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "sentinel.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sentinel.audit.records import Referenced, register
        from sentinel.cases import events  # noqa: F401  registers how the timeline tells this room's events

        register(Referenced("cases_audited", "cases_audited_record"))
