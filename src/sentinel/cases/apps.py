from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "sentinel.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sentinel.audit.records import Referenced, register

        # Registers how the timeline tells this room's events, and what an administrator is told of somebody's work.
        from sentinel.cases import events, holdings  # noqa: F401

        register(Referenced("cases_audited", "cases_audited_record"))
