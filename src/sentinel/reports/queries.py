"""Reading reports. get_report is the one guarded way to a report; call takers see their own and their team's."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, CharField, F, Func, Q, QuerySet, Value
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce, NullIf

from sentinel.access.models import Rung
from sentinel.access.queries import desk_of, known_only, rung_of
from sentinel.audit.operations import note
from sentinel.cases.models import Party, PartyIdentity
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import read_moment
from sentinel.kernel.errors import NotFound, Refused
from sentinel.people.queries import names_of
from sentinel.people.whole import OfOne
from sentinel.reports.models import Draft, EndNotice, Report, Signpost, VictorE

PAGE = 30
ASSOCIATED_WITHIN = timedelta(days=365)


def get_report(actor: Actor, reference: str, needs: Rung = Rung.READ, *, log: bool = True) -> Report:
    """The report with this reference, if the actor stands on rung `needs` or above; the read is logged.

    Somebody who only takes reports sees their own and their team's. Raises NotFound where there is none or none to be
    known of, KnownOnly on rung SUMMARY, Refused where the actor reads but does not stand high enough.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT reports_record(%s)", [reference])
        record_id = cursor.fetchone()[0]
    if record_id is None:
        raise NotFound()
    rung = rung_of(actor, record_id)
    if rung < Rung.READ:
        desk = desk_of(actor, record_id)
        if desk is None:
            raise NotFound()
        raise known_only(desk, record_id)
    rows = Report.objects.select_related(
        "agency", "team", "taken_by", "practitioner", "incident__place", "case", "caller_party", "script"
    )
    report = rows.filter(reference=reference).first()
    if report is None or not _may_see(actor, report):
        raise NotFound()
    if rung < needs:
        raise Refused("Your agency may read this report but not change it.").keeping(record_id=record_id)
    if log:
        note("view", record_id=record_id, subject="report", subject_id=report.id)
    return report


def _may_see(actor: Actor, report: Report) -> bool:
    if actor.may("see_cases"):
        return True
    return actor.may("take_report") and (
        report.taken_by_id == actor.user_id
        or (report.team_id is not None and report.team_id == actor.team_id)
    )


def reports_open_to(actor: Actor) -> QuerySet[Report]:
    """The reports that the actor's roles let them list; the row policies leave out what their agency does not reach."""
    if actor.may("see_cases"):
        return Report.objects.all()
    if actor.may("take_report"):
        return Report.objects.filter(
            Q(taken_by_id=actor.user_id) | Q(team_id=actor.team_id, team__isnull=False)
        )
    return Report.objects.none()


@dataclass(frozen=True)
class ReportLine:
    """One line of the list: the report, what its last VICTOR-E decided and, where it may be told, who called."""

    report: Report
    decision: str
    caller: str


@dataclass(frozen=True)
class ReportPage:
    """One page of the list and the key of the next, if there is one."""

    lines: list[ReportLine]
    next_key: str


def list_reports(
    actor: Actor,
    *,
    states: Iterable[str] = (),
    whose: str = "team",
    after: str = "",
    waiting: bool = False,
    unlooked_since: datetime | None = None,
) -> ReportPage:
    """Reports, told longest ago first: of the actor's team, taken by the actor (`whose` "mine") or of the agency ("all").

    `after` is the key of the page before; one that cannot be read begins at the beginning. `waiting`: only those that no
    practitioner has. `unlooked_since`: only those told since that were taken without looking whether the person or place is known (R266),
    in whatever state. Four queries.
    """
    rows = reports_open_to(actor).select_related("incident__place", "practitioner", "team", "case")
    if whose == "mine":
        rows = rows.filter(taken_by_id=actor.user_id) if actor.user_id else rows.none()
    elif whose == "team":
        rows = rows.filter(team_id=actor.team_id) if actor.team_id else rows.none()
    else:
        rows = rows.filter(agency_id=actor.agency_id) if actor.agency_id else rows.none()
    wanted = [state for state in states if state in dict(Report.STATES)] or list(Report.OPEN)
    if unlooked_since is not None:
        wanted = wanted if states else list(dict(Report.STATES))
        rows = rows.filter(looked_for_known=False, told_at__gte=unlooked_since)
    rows = rows.filter(state__in=wanted)
    if waiting:
        rows = rows.filter(practitioner__isnull=True)
    key = _read_key(after)
    if key is not None:
        told_at, report_id = key
        rows = rows.filter(Q(told_at__gt=told_at) | Q(told_at=told_at, id__gt=report_id))
    found = list(rows.order_by("told_at", "id")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    decisions = latest_decisions(found)
    callers = callers_of(actor, found)
    lines = [ReportLine(row, decisions.get(row.id, ""), callers.get(row.id, "")) for row in found]
    last = found[-1] if found and more else None
    return ReportPage(lines, f"{last.told_at.isoformat()}~{last.id}" if last else "")


def _read_key(key: str) -> tuple[datetime, uuid.UUID] | None:
    told, _, report_id = key.partition("~")
    try:
        return read_moment(told), uuid.UUID(report_id)
    except ValueError:
        return None


def latest_decisions(reports: Sequence[Report]) -> dict[uuid.UUID, str]:
    """What VICTOR-E decided last for each report. One query."""
    rows = VictorE.objects.filter(report__in=[report.id for report in reports]).order_by(
        "report_id", "at", "id"
    )
    return {row.report_id: row.decision for row in rows}


def callers_of(actor: Actor, reports: Sequence[Report]) -> dict[uuid.UUID, str]:
    """Who called, for each report, as the actor may see it: the name, or the label of a protected one. Two queries."""
    parties = {report.caller_party_id: report.id for report in reports if report.caller_party_id}
    if not parties:
        return {}
    rows = Party.objects.filter(pk__in=parties).select_related("identity")
    people = {
        party.pk: identity.person_id
        for party in rows
        if (identity := getattr(party, "identity", None)) is not None
    }
    names = names_of(actor, people.values())
    return {
        parties[party.pk]: names.get(people[party.pk], party.label) if party.pk in people else party.label
        for party in rows
    }


def victor_history(report: Report) -> list[VictorE]:
    """Every answering of VICTOR-E for a report, newest first."""
    return list(VictorE.objects.filter(report=report).select_related("decided_by").order_by("-at", "-id"))


def signposts_of(report: Report) -> list[Signpost]:
    """Where the caller was pointed, newest first."""
    return list(Signpost.objects.filter(report=report).select_related("to_agency").order_by("-at", "-id"))


def notices_of(report: Report) -> list[EndNotice]:
    """The notices that the report is not taken forward, newest first."""
    return list(EndNotice.objects.filter(report=report).order_by("-at", "-id"))


@dataclass(frozen=True)
class PartyLine:
    """Somebody with a part in a report: the name or label that the actor may see, and the roles in words."""

    party: Party
    name: str
    roles: list[str]
    person_id: uuid.UUID | None


def parties_of(actor: Actor, report: Report) -> list[PartyLine]:
    """Everybody with a part in what this report tells of, the caller first. Four queries at most."""
    if report.incident_id is None:
        return []
    parties = list(
        Party.objects.filter(roles__incident_id=report.incident_id)
        .distinct()
        .prefetch_related("roles")
        .order_by("id")
    )
    people = dict(PartyIdentity.objects.filter(party__in=parties).values_list("party_id", "person_id"))
    names = names_of(actor, people.values())
    lines = [
        PartyLine(
            party=party,
            name=names.get(people[party.id], "") if party.id in people else "",
            roles=[role.get_role_display() for role in party.roles.all() if role.until is None],
            person_id=people.get(party.id),
        )
        for party in parties
    ]
    return sorted(lines, key=lambda line: line.party.id != report.caller_party_id)


def associated(actor: Actor, report: Report, now: datetime) -> list[Report]:
    """Other reports of the last twelve months at the same address or by the same caller that the actor reads (R21).

    The oldest first, ten at most; a street or area is no address. Two queries.
    """
    since = now - ASSOCIATED_WITHIN
    same = Q(pk__in=[])
    incident = report.incident
    if incident is not None and incident.place is not None and incident.place.kind == "address":
        same |= Q(incident__place_id=incident.place_id)
    if report.caller_party_id is not None:
        person = PartyIdentity.objects.filter(party_id=report.caller_party_id).values("person_id")
        parties = PartyIdentity.objects.filter(OfOne("person_id", ArraySubquery(person))).values("party_id")
        same |= Q(caller_party_id__in=parties)
    rows = (
        Report.objects.filter(same, told_at__gte=since)
        .exclude(pk=report.pk)
        .select_related("case", "incident")
    )
    return list(rows.order_by("told_at", "id")[:10])


# What is typed, or stands there by itself, where somebody only looks who and what is known. Anything else makes it a report that was begun.
_LOOKED = r"^(q-caller_name|q-caller_number|q-where|r-caller_birth|r-place_choice|r-submission|r-opened|r-looked|r-channel|r-told_day|r-told_time)$"


class _OfData(Func):
    """Something of what a draft keeps, in words; "" where it keeps none."""

    template = "coalesce(%(expressions)s ->> -1, '')"
    output_field = CharField()

    def __init__(self, name: str) -> None:
        super().__init__(KeyTransform(name, "data"))


def unfinished(user: uuid.UUID) -> QuerySet[Any]:
    """The drafts that somebody has begun and not finished, each with the caller (`caller`: the name, else the number) and the place
    (`place`) as typed, and whether it holds more (`more`) than who and where: all that somebody types who only looks what is known."""
    rows = Draft.objects.filter(taker_id=user, became_report_id__isnull=True, thrown_away_at__isnull=True)
    shown: QuerySet[Any] = rows.annotate(
        caller=Coalesce(NullIf(_OfData("q-caller_name"), Value("")), _OfData("q-caller_number")),
        place=_OfData("q-where"),
        more=Func(
            F("data"),
            template=f"""jsonb_path_exists(%(expressions)s, '$.keyvalue() ? (!(@.key like_regex "{_LOOKED}")).value[*] ? (@ != "")')""",
            output_field=BooleanField(),
        ),
    )
    return shown


def drafts_of(actor: Actor) -> list[Any]:
    """The drafts that the actor has begun and not finished (`unfinished`), those that hold more than who and where before the others,
    newest first; 100 at most. Only their taker reaches them."""
    if actor.user_id is None:
        return []
    return list(unfinished(actor.user_id).order_by("-more", "-kept_at")[:100])


def get_draft(actor: Actor, draft_id: uuid.UUID) -> Draft:
    """A draft of the actor's own. Raises NotFound for any other, and for one that became a report or was thrown away."""
    rows = [] if actor.user_id is None else list(unfinished(actor.user_id).filter(pk=draft_id))
    draft: Draft | None = next(iter(rows), None)
    if draft is None:
        raise NotFound()
    return draft
