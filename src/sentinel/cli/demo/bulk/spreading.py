"""From the staging table into every table that a case fills."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import models
from django.db.backends.utils import CursorWrapper

from sentinel.access.models import Reach
from sentinel.cases.models import Case, Incident, Note, Party, PartyIdentity, PartyRole, StatusChange
from sentinel.cli.demo.bulk.inventing import NOTES
from sentinel.foundation.models import Event
from sentinel.matching.models import KeyRing
from sentinel.people.models import Person, PersonName
from sentinel.reports.models import Report
from sentinel.risk.models import Assessment, SupervisionReview

# Complete, as an assessment is; of one person in ten it is not known whether they are vulnerable.
_ANSWERED = {
    "threat_to_life": "no", "weapon": "no", "violence": "no", "stalking": "no", "person_at_risk": "no", "suicide": "no",
    "frequency": "most_weeks", "impact": "a_little", "vulnerabilities": "none known after asking",
    "support": "a neighbour looks in", "targeted": "household", "repeat_victim": "no", "vulnerable": "no",
    "safeguarding": "no", "band_reason": "It wears them down, and nothing says that it will get worse.",
}  # fmt: skip
_ANSWERS = (
    f"'{json.dumps(_ANSWERED)}'::jsonb || jsonb_build_object('vulnerable',"
    " CASE WHEN mod(s.n, 10) = 0 THEN 'unknown' ELSE 'no' END)"
)


def _literal(field: models.Field[Any, Any]) -> str:
    """What a column holds where the load has nothing to say: the model's default, null or the empty string."""
    if field.has_default():
        value = field.get_default()
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, list | dict):
            return f"'{json.dumps(value)}'::jsonb"
        if isinstance(value, uuid.UUID):
            return "gen_random_uuid()"
        return f"'{value}'"
    return "NULL" if field.null else "''"


def _fill(cursor: CursorWrapper, model: type[models.Model], source: str, **given: str) -> None:
    """INSERT ... SELECT into every column of a model: `given` as SQL over the source, the rest as the model's default."""
    given = {**_PROVENANCE, **given} if hasattr(model, "origin_agency_id") else given
    columns, values = [], []
    for field in model._meta.concrete_fields:
        if field.column is None:
            continue
        columns.append(f'"{field.column}"')
        values.append(given.get(field.column) or _literal(field))
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}"
    )


_PROVENANCE = {"record_id": "s.id", "origin_agency_id": "s.agency", "created_at": "s.told", "created_by_id": "s.lead",
               "source": "'demonstration'"}  # fmt: skip

_BAND = "CASE WHEN s.assessed THEN s.band ELSE 0 END"
_WAITING = "(NOT s.assessed)::integer"
_NOTES = f"CROSS JOIN generate_series(1, {NOTES}) AS g"
# What is written of a case of yesterday was not written tomorrow.
_NOTED = "least(s.told + g * interval '2 days', sentinel_now())"
_ASSESSED = "least(s.opened + interval '1 day', sentinel_now())"


def _derived(word: str) -> str:
    # Ids that several tables share are worked out from the case's, so that nothing has to be read back.
    return f"md5(s.id::text || '{word}')::uuid"


def spread(cursor: CursorWrapper, matrix: uuid.UUID) -> None:
    """What is staged, into its tables. `matrix` is the question set of the assessments."""
    party, person, incident = _derived("party"), _derived("person"), _derived("incident")
    reach = {
        "record_id": "s.id",
        "kind": "1",
        "until": "NULL",
        "sort_key": "COALESCE(s.closed, s.told)",
        "granted_at": "s.told",
        "shelf": f"cases_shelf(s.status, {_BAND}, s.category, {_WAITING})",
    }
    for holder, rung, via in (
        ("s.agency", 4, "opened"),
        ("s.reader", 2, "agreement"),
        ("s.writer", 3, "involved"),
        ("s.supporter", 2, "agreement"),
    ):
        _fill(
            cursor,
            Reach,
            f"staging s WHERE {holder} IS NOT NULL",
            **reach,
            holder_id=holder,
            rung=str(rung),
            via=f"'{via}'",
        )
    _fill(cursor, Person, "staging s", id=person, created_at="s.told", origin_agency_id="s.agency")
    _fill(
        cursor, Case, "staging s", id="s.id", reference="s.reference", title="s.title", category="s.category",
        national_type="s.national_type", status="s.status", opened_at="s.opened", closed_at="s.closed", told_at="s.told",
        owner_agency_id="s.agency", lead_id="s.lead", team_id="s.team", place_id="s.place", highest_band=_BAND, unassessed=_WAITING,
        changed_at="COALESCE(s.closed, s.opened)", primacy_agency_id="s.agency",
    )  # fmt: skip
    _fill(cursor, Incident, "staging s", id=incident, case_id="s.id", occurred_from="s.told - interval '3 hours'",
          category="s.category", national_type="s.national_type", place_id="s.place", words="s.words")  # fmt: skip
    _fill(cursor, Party, "staging s", id=party, case_id="s.id", kind="'person'")
    _fill(cursor, PartyIdentity, "staging s", party_id=party, person_id=person)
    _fill(cursor, PartyRole, "staging s CROSS JOIN (VALUES ('victim'), ('complainant'), ('reporter')) AS r(role)", party_id=party,
          incident_id=incident, role="r.role", since="s.told")  # fmt: skip
    ring = _derived("ring")
    _fill(cursor, KeyRing, "staging s", id=ring, person_id=person)
    cursor.execute(
        f"INSERT INTO matching_key (key, ring_id) SELECT k.key, {ring}"
        " FROM staging s CROSS JOIN unnest(s.keys) AS k (key)"
    )
    _fill(cursor, PersonName, "staging s", id=_derived("name"), person_id=person, given="s.given", family="s.family",
          full="s.given || ' ' || s.family", sort_name="s.sort_name")  # fmt: skip
    _fill(
        cursor, Report, "staging s", reference="s.report_reference", submission="gen_random_uuid()", state="'case'",
        channel="'telephone'", told_at="s.told", entered_at="s.told", agency_id="s.agency", team_id="s.team", taken_by_id="s.lead",
        practitioner_id="s.lead", practitioner_at="s.opened", incident_id=incident, case_id="s.id", caller_party_id=party,
        danger="'no'", changed_at="s.told", happened_to_caller="'yes'",
    )  # fmt: skip
    _fill(cursor, Note, f"staging s {_NOTES}", id=_derived("note' || g || '"), case_id="s.id", text="s.notes[g]",
          at=_NOTED)  # fmt: skip
    _fill(
        cursor,
        StatusChange,
        "staging s",
        case_id="s.id",
        status="s.status",
        at="COALESCE(s.closed, s.opened)",
    )
    _fill(cursor, Assessment, "staging s WHERE s.assessed", id=_derived("assessment"), case_id="s.id", subject="'victim'", party_id=party, question_set_id=f"'{matrix}'::uuid",
          answers=_ANSWERS, computed_band="0", band="s.band", assessor_id="s.lead",
          assessed_at=_ASSESSED)  # fmt: skip
    # A supervisor has looked at each open case of late, but for one in twenty.
    _fill(cursor, SupervisionReview, "staging s WHERE s.closed IS NULL AND mod(s.n, 20) > 0", case_id="s.id", level="1", band="s.band",
          looked_at="'The plan and the last contacts.'", decision="'carry_on'", reason="'It does what it should.'",
          reviewed_at="sentinel_now() - mod(s.n, 9) * interval '1 day'", next_on="(sentinel_now() + interval '20 days')::date")  # fmt: skip
    _events(cursor, person=party)
    for table, source, found in (
        ("cases_case", "staging s", "s.id"), ("cases_incident", "staging s", incident),
        ("people_personname", "staging s", _derived("name")), ("cases_note", f"staging s {_NOTES}", _derived("note' || g || '")),
    ):  # fmt: skip
        cursor.execute(f"SELECT search_keep('{table}', array_agg({found})) FROM {source}")
    cursor.execute("SELECT insight_keep(array_agg(s.id)) FROM staging s WHERE s.closed IS NULL")


def _events(cursor: CursorWrapper, *, person: str) -> None:
    """What a timeline tells of each case: opened, its notes, assessed, and closed where it is.

    Ids are worked out again, not read: the owner puts rows in under the row policies and sees none of them.
    """
    by: dict[str, str] = {"agency_id": "s.agency", "user_id": "s.lead"}
    band = "(ARRAY['low', 'medium', 'high'])[s.band]"
    for kind, source, at, subject, payload in (
        ("case_opened", "staging s", "s.opened", "NULL",
         "jsonb_build_object('category', s.category, 'type', s.national_type, 'involved', '[]'::jsonb)"),
        ("note_added", f"staging s {_NOTES}", _NOTED, _derived("note' || g || '"), "'{}'::jsonb"),
        ("assessed", "staging s WHERE s.assessed", _ASSESSED, _derived("assessment"),
         f"jsonb_build_object('party', {person}, 'band', {band})"),
        ("case_closed", "staging s WHERE s.closed IS NOT NULL", "s.closed", "NULL",
         "jsonb_build_object('code', 'resolved', 'outcome', 'resolved')"),
    ):  # fmt: skip
        _fill(cursor, Event, source, record_id="s.id", kind=f"'{kind}'", happened_at=at, recorded_at=at,
              subject_id=subject, payload=payload, **by)  # fmt: skip
