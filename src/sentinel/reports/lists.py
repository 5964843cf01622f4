"""The lists of the field that taking a report offers, as they stand on a day for an agency."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sentinel.accounts.models import Agency
from sentinel.accounts.queries import agency_and_teams
from sentinel.foundation.actor import Actor
from sentinel.questionnaires.queries import rule_content, rule_contents
from sentinel.reports.forms.record import Lists

# Until an agency's own list is loaded, a council is offered the example of one: its words map to the national types.
_EXAMPLES = dict.fromkeys(("city", "county", "district", "unitary"), "local-types-example-council")


def items(name: str, on: date, agency_id: uuid.UUID | None = None) -> list[dict[str, Any]]:
    """The items of a list in force on a day. Raises NotFound where there is none."""
    found: list[dict[str, Any]] = rule_content(name, on, agency_id)["items"]
    return found


def words_of(name: str, on: date, agency_id: uuid.UUID | None = None) -> dict[str, str]:
    """Key to words of a list in force on a day."""
    return {item["key"]: item["label"] for item in items(name, on, agency_id)}


def local_types(agency: Agency, on: date) -> list[dict[str, Any]]:
    """The agency's own list, mapped to the national types; empty where it has none. One query."""
    names = [name for name in ("local-types", _EXAMPLES.get(agency.kind, "")) if name]
    found = rule_contents(names, on, agency.id)
    return next((found[name]["items"] for name in names if name in found), [])


def lists_for(actor: Actor, agency: Agency, on: date) -> Lists:
    """Everything that the form of a report offers to choose from."""
    own = local_types(agency, on)
    teams = [team for team in agency_and_teams(agency.id)[1] if team.takes_skeletons]
    everybodys = rule_contents(["national-types", "categories"], on, needed=True)
    return Lists(
        national_types=[(item["key"], item["label"]) for item in everybodys["national-types"]["items"]],
        local_types=[(item["key"], item["label"]) for item in own],
        local_to_national={item["key"]: item["national_type"] for item in own},
        teams=[(str(team.id), team.name) for team in teams if team.id != actor.team_id],
        category_tests={item["key"]: item.get("test", "") for item in everybodys["categories"]["items"]},
    )
