from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "sentinel.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sentinel.audit.records import Peopled, Referenced, register, register_people

        # Registers how the timeline tells this room's events, and what an administrator is told of somebody's work.
        from sentinel.cases import events, holdings, relations  # noqa: F401
        from sentinel.cases.models import PartyRole

        register(Referenced("cases_audited", "cases_audited_record"))
        register_people(Peopled("cases_audited_people", "cases_audited_parts", dict(PartyRole.ROLES)))
