"""Which protection each table gets, read from the models."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import models

from sentinel.foundation.models import CaseRow, Event

FULL = "SELECT, INSERT, UPDATE, DELETE"

# Tables of libraries: they hold sign-in, sessions and jobs, never case data.
LIBRARY_TABLES: dict[str, str] = {
    "django_migrations": "SELECT",
    "django_content_type": "SELECT",
    "auth_permission": "SELECT",
    "auth_group": "SELECT",
    "auth_group_permissions": "SELECT",
    "django_session": FULL,
    "account_emailaddress": FULL,
    "account_emailconfirmation": FULL,
    "mfa_authenticator": FULL,
    "socialaccount_socialaccount": FULL,
    "socialaccount_socialapp": "SELECT",
    "socialaccount_socialtoken": FULL,
    "usersessions_usersession": FULL,
    "procrastinate_jobs": FULL,
    "procrastinate_events": FULL,
    "procrastinate_periodic_defers": FULL,
    "procrastinate_workers": FULL,
}


@dataclass(frozen=True)
class TablePlan:
    """What one table gets.

    `guarded`: under forced row policies on record_id (and audience_id). `app`: the application's privileges.
    `history`: changes are written down by triggers, but for the columns `left_out`. `special`: policies written by hand
    in special.sql.
    """

    table: str
    guarded: bool
    app: str
    history: bool
    special: bool = False
    left_out: tuple[str, ...] = ()


def _of(model: type[models.Model]) -> TablePlan | None:
    table = model._meta.db_table
    if issubclass(model, CaseRow) or model is Event:
        deletable = getattr(model, "app_may_delete", False)
        # A row that is itself the record of what happened, and is written by one hand alone, needs none beside it.
        history = model is not Event and getattr(model, "keeps_history", True)
        privileges = "SELECT, INSERT, UPDATE" + (", DELETE" if deletable else "")
        left_out = getattr(model, "left_out_of_history", ())
        return TablePlan(table, guarded=True, app=privileges, history=history, left_out=left_out)
    special = getattr(model, "special_protection", None)
    if special is not None:
        return TablePlan(table, guarded=False, app=special, history=table == "access_reach", special=True)
    open_to_app = getattr(model, "open_to_app", None)
    if open_to_app is not None:
        return TablePlan(
            table, guarded=False, app=open_to_app, history=getattr(model, "keeps_history", False)
        )
    if table in LIBRARY_TABLES:
        return TablePlan(table, guarded=False, app=LIBRARY_TABLES[table], history=False)
    return None


def plan() -> tuple[list[TablePlan], list[str]]:
    """The plan of every table that the models know, and the tables that nobody has declared."""
    plans: dict[str, TablePlan] = {}
    undeclared: list[str] = []
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed and model._meta.db_table not in LIBRARY_TABLES:
            continue
        found = _of(model)
        if found is None:
            undeclared.append(model._meta.db_table)
        else:
            plans[found.table] = found
    for table, privileges in LIBRARY_TABLES.items():
        plans.setdefault(table, TablePlan(table, guarded=False, app=privileges, history=False))
    return sorted(plans.values(), key=lambda p: p.table), undeclared
