"""What a skeleton holds already, as if it had been typed: whoever completes it asks nobody twice (R17)."""

from __future__ import annotations

from sentinel.cases.models import PartyIdentity, PartyRole
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import to_london
from sentinel.people.queries import display_name, facts_of, names_of
from sentinel.people.rules import UNNAMED
from sentinel.reports.models import Report
from sentinel.reports.rules import NOT_ASKED

_DANGER = {"absent": "caller_absent"}
_WHO_RANG = {"other": "somebody_else"}
_METHODS = {"phone": "call"}


def from_skeleton(actor: Actor, report: Report) -> dict[str, list[str]]:
    """The fields of the form with what the skeleton tells, by name. Four queries and those of a person's facts."""
    told = to_london(report.told_at)
    raw: dict[str, list[str]] = {
        "r-channel": [report.channel],
        "r-told_day": [f"{told:%d/%m/%Y}"],
        "r-told_time": [f"{told:%H:%M}"],
        "q-danger_now": [] if report.danger == NOT_ASKED else [_DANGER.get(report.danger, report.danger)],
        "q-who_rang": [_WHO_RANG.get(report.danger_who_rang, report.danger_who_rang)],
        "q-emergency_log": [report.danger_log],
    }
    if report.danger_rang_at is not None:
        raw["q-rang_at"] = [f"{to_london(report.danger_rang_at):%H:%M}"]
    for key, value in dict(report.script_answers).items():
        raw[f"q-{key}"] = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    incident = report.incident
    if incident is not None:
        raw |= {
            "q-where": [incident.place_words],
            "q-what": [incident.words],
            "r-category": [incident.category],
            "r-national_type": [incident.national_type],
            "r-local_type": [incident.local_type],
        }
    raw |= _caller(actor, report) | _others(actor, report)
    return {name: values for name, values in raw.items() if any(values)}


def _others(actor: Actor, report: Report) -> dict[str, list[str]]:
    """Whom it happened to and who is complained of, by name, and that the latter is a child."""
    if report.incident is None:
        return {}
    rows = list(
        PartyRole.objects.filter(incident=report.incident, until__isnull=True)
        .exclude(party=report.caller_party)
        .select_related("party__identity")
    )
    people = {row.party_id: row.party.identity.person_id for row in rows if hasattr(row.party, "identity")}
    names = names_of(actor, people.values())
    raw: dict[str, list[str]] = {}
    for row in rows:
        name = names.get(people[row.party_id], "") if row.party_id in people else ""
        raw["r-victim_name" if row.role == "victim" else "r-other_name"] = [name]
        if row.role == "child_involved":
            raw["r-other_under_ten"] = ["yes"]
    return raw


def _caller(actor: Actor, report: Report) -> dict[str, list[str]]:
    identity = (
        PartyIdentity.objects.filter(party=report.caller_party).first() if report.caller_party else None
    )
    known = facts_of(actor, [identity.person_id]).get(identity.person_id) if identity else None
    if known is None:
        return {}
    name = display_name(known)
    raw: dict[str, list[str]] = {"q-caller_name": [] if name == UNNAMED else [name]}
    if known.phones():
        raw["q-caller_number"] = [known.phones()[0].value]
    if known.emails():
        raw["r-caller_email"] = [known.emails()[0].value]
    safe = known.safe_contact
    if safe is not None:
        raw["q-safe_methods"] = [_METHODS.get(one, one) for one in safe.methods or [safe.method]]
        raw["q-safe_times"] = [safe.times]
        raw["q-contact_through"] = [safe.through]
    return raw
