"""Looking over who looked for whom, every few minutes, from the audit: for the auditor alone. The worker's.

It works from what was recorded, so that a page that searches costs nothing more and tells nothing, and a stopped worker misses nothing.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Min, Q

from sentinel.accounts.models import User
from sentinel.audit.models import Entry
from sentinel.audit.operations import note
from sentinel.cases.models import (
    Action,
    Attachment,
    Case,
    ExternalReference,
    Incident,
    Note,
    Party,
    PartyIdentity,
)
from sentinel.foundation.actor import Actor
from sentinel.foundation.reference import kept_in_memory
from sentinel.kernel.clock import london_date, start_of_day
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.text import filled
from sentinel.matching.hits.looking import MASS, SELF, concern
from sentinel.matching.hits.models import Concern, Watched
from sentinel.people.models import AddressLink, ContactPoint, PersonName
from sentinel.people.whole import OfOne, wholes
from sentinel.questionnaires.queries import rule_content
from sentinel.reports.models import Report

RULE = "search-watch"
# What shows people to somebody who looks for them: a search, and a page that names whose it is or who lives there.
LOOKED = Q(kind="search") | Q(kind="view", subject__in=("person", "place"))
# The rows that a search among texts can find.
TEXTS = (Case, Incident, Report, Note, Action, Attachment, ExternalReference, Party)
# An entry stands at the moment its transaction wrote it and is seen when that ends.
LATE = timedelta(minutes=10)
FIRST = timedelta(days=1)
KEPT, MOST = 50, 1000
SHOWN = 200
SYSTEMS_ASKED = "systems_asked"
FINDINGS = {"in_order": "It is in order", "follow_up": "It is followed up"}
MAY_NOT = "Only an auditor sees what of searching is to be looked into."
TOO_FAST = "You have searched very often in the last minute. Wait a minute, then go on."


@kept_in_memory
def pace_on(on: date, agency_id: uuid.UUID | None) -> int:
    """How many searches in a minute the rule of a day in London allows."""
    return int(rule_content(RULE, on, agency_id)["per_minute"])


def asked_detail(systems: Iterable[uuid.UUID]) -> dict[str, Any]:
    """What the entry of having asked partners' systems says."""
    return {"systems": [str(one) for one in systems]}


def note_asking(
    actor: Actor, now: datetime, *, detail: Mapping[str, Any], record_id: uuid.UUID | None = None
) -> None:
    """The entry (`SYSTEMS_ASKED`) that partners' systems are asked, before anything leaves; `detail` is `asked_detail`. One statement. Raises Refused as `note_looking` does, where
    the search that asks them would be one too many: then none is asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hits_asking(%s, %s::jsonb)", [record_id, json.dumps(detail)])
        made = int(cursor.fetchone()[0])
    _not_too_fast(actor, now, made)


def note_looking(
    actor: Actor,
    now: datetime,
    *,
    subject: str,
    detail: Mapping[str, Any],
    record_id: uuid.UUID | None = None,
    counted: bool = False,
) -> None:
    """The entry of a search, as audit.operations.note takes it. One statement. Raises Refused where the actor has made more of them
    in the last minute than the rule allows: then nothing of this one is shown, and the refusal is what stands in the audit. One that
    was `counted` before (note_asking) is refused no more: what was asked of partners must stay in the audit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hits_searched(%s, %s, %s::jsonb)", [record_id, subject, json.dumps(detail)])
        made = int(cursor.fetchone()[0])
    if not counted:
        _not_too_fast(actor, now, made)


def _not_too_fast(actor: Actor, now: datetime, made: int) -> None:
    if made > pace_on(london_date(now), actor.agency_id):
        raise Refused(TOO_FAST)


def watch(*, now: datetime) -> int:
    """Look over the searches, and the pages of persons and places that were opened, since the last time. Returns how many concerns were found
    or grew."""
    state, _ = Watched.objects.select_for_update().get_or_create(pk=1, defaults={"until": now - FIRST})
    shown: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    texts: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    rows = Entry.objects.filter(LOOKED, user_id__isnull=False, at__gt=state.until - LATE, at__lte=now)
    for row in rows.order_by("id"):
        if row.user_id is not None:
            shown[row.user_id] |= _shown_in(row)
            texts[row.user_id] |= {uuid.UUID(one) for one in row.detail.get("texts", [])}
    parties = _parties_of(set().union(*texts.values()))
    told_of = {user: set().union(*(parties[one] for one in several)) for user, several in texts.items()}
    users = User.objects.filter(pk__in=[one for one in shown if shown[one] or told_of[one]])
    found = sum(_look_at(user, shown[user.pk], told_of[user.pk], now) for user in users)
    state.until = now
    state.save(update_fields=["until"])
    return found


def _parties_of(texts: Collection[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Who has a part in the record of each of these texts. Nine queries, none for none."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    if not texts:
        return found
    records = dict(
        row
        for model in TEXTS
        for row in model._default_manager.filter(pk__in=texts).values_list("pk", "record_id")
    )
    persons: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    parties = PartyIdentity.objects.filter(record_id__in=set(records.values()))
    for record, person in parties.values_list("record_id", "person_id"):
        persons[record].add(person)
    found.update((text, persons[record]) for text, record in records.items())
    return found


def _look_at(user: User, persons: set[uuid.UUID], told_of: set[uuid.UUID], now: datetime) -> int:
    """Keep what is odd about whom somebody was shown, and of those with a part in the texts that they were shown whether it is
    themselves: who works among cases meets the colleagues and namesakes that stand in them without having looked for them."""
    # Who was shown under one id was shown as the whole person.
    ids = {one: found.ids for one, found in wholes(list(persons | told_of)).items()}
    told = [one for several in ids.values() for one in several]
    names: dict[uuid.UUID, list[str]] = defaultdict(list)
    for person, full in PersonName.objects.filter(person_id__in=told).values_list("person_id", "full"):
        names[person].append(full)
    emails: dict[uuid.UUID, set[str]] = defaultdict(set)
    contacts = ContactPoint.objects.filter(person_id__in=told, kind="email")
    for person, normal in contacts.values_list("person_id", "normal"):
        emails[person].add(normal.casefold())
    colleagues = list(
        User.objects.filter(agency_id=user.agency_id).exclude(pk=user.pk).values_list("name", "email")
    )
    at_home = _at_home(user, told)
    by_kind: dict[str, list[uuid.UUID]] = defaultdict(list)
    for person in persons | told_of:
        called = [name for one in ids[person] for name in names[one]]
        written = {address for one in ids[person] for address in emails[one]}
        kind = concern(
            user.name, user.email, called, written, colleagues, not at_home.isdisjoint(ids[person])
        )
        if kind is not None and (person in persons or kind == SELF):
            by_kind[kind].append(person)
    limit = int(rule_content(RULE, london_date(now), user.agency_id)["persons_a_day"])
    today = _shown_today(user, now)
    if len(today) > limit:
        by_kind[MASS] = sorted(today)
    return sum(_keep(user, kind, some, now) for kind, some in by_kind.items())


def _at_home(user: User, persons: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some persons who have an address where somebody of the searcher's own name has one."""
    own = ArraySubquery(PersonName.objects.filter(full__iexact=user.name).values("person_id"))
    homes = AddressLink.objects.filter(OfOne("person_id", own), place_id__isnull=False).values("place_id")
    there = AddressLink.objects.filter(person_id__in=persons, place_id__in=homes)
    return set(there.values_list("person_id", flat=True))


def _shown_today(user: User, now: datetime) -> set[uuid.UUID]:
    begun = start_of_day(london_date(now))
    rows = Entry.objects.filter(LOOKED, user_id=user.pk, at__gte=begun, at__lte=now)
    return {one for row in rows for one in _shown_in(row)}


def _shown_in(row: Entry) -> set[uuid.UUID]:
    """Whom the entry of a search, of a person's page or of a place's says that somebody was shown."""
    found = {uuid.UUID(one) for one in row.detail.get("persons", [])}
    if row.kind == "view" and row.subject == "person":
        found.add(uuid.UUID(row.subject_id))
    return found


def _keep(user: User, kind: str, persons: Iterable[uuid.UUID], now: datetime) -> int:
    """Put a concern among those of the day, or let the one that stands there grow: then it is looked into anew."""
    row, _ = Concern.objects.select_for_update().get_or_create(
        user=user, kind=kind, day=london_date(now),
        defaults={"id": new_id(), "agency_id": user.agency_id, "first_at": now, "last_at": now},
    )  # fmt: skip
    fresh = [str(one) for one in persons if str(one) not in set(row.persons)]
    many = kind == MASS
    if not fresh or (many and len(fresh) + len(row.persons) <= row.count):
        return 0
    # Of very many the day's number is counted anew each time; the others are few, and all of them are kept.
    row.count = len(fresh) + len(row.persons) if many else row.count + len(fresh)
    row.persons = [*row.persons, *fresh][: KEPT if many else MOST]
    row.last_at, row.looked_at, row.looked_by_id, row.finding, row.words = now, None, None, "", ""
    row.version += 1
    row.save()
    return 1


def concerns(actor: Actor) -> list[Concern]:
    """What is to be looked into, the newest first, then what has been. Raises Refused for who is no auditor. One query."""
    actor.require("search_audit", MAY_NOT)
    rows = Concern.objects.select_related("user", "agency", "looked_by")
    return list(rows.order_by("-looked_at", "-last_at")[:SHOWN])


def to_look_into(actor: Actor) -> tuple[int, datetime | None]:
    """How many of them the actor is to look into, and since when the oldest waits: none of what they searched themselves. One query;
    none for who is no auditor."""
    if actor.user_id is None or not actor.may("search_audit"):
        return 0, None
    rows = Concern.objects.filter(looked_at__isnull=True).exclude(user_id=actor.user_id)
    found = rows.aggregate(count=Count("pk"), first=Min("first_at"))
    return found["count"], found["first"]


def one_concern(actor: Actor, concern_id: uuid.UUID) -> Concern:
    """One of them. Raises Refused, NotFound."""
    actor.require("search_audit", MAY_NOT)
    row = Concern.objects.select_related("user", "agency", "looked_by").filter(pk=concern_id).first()
    if row is None:
        raise NotFound()
    return row


def look_into(
    *, actor: Actor, now: datetime, concern_id: uuid.UUID, version: int, finding: str, words: str
) -> Concern:
    """Say what came of looking into one. Nobody looks into their own. Raises Refused, NotFound, Conflict where it has grown, Invalid."""
    row = one_concern(actor, concern_id)
    if row.user_id == actor.user_id:
        raise Refused("Somebody else looks into what you searched.")
    if row.version != version:
        raise Conflict("More has been found meanwhile. Look again.")
    if finding not in FINDINGS:
        raise Invalid.of("finding", "Choose what came of it.")
    row.words = filled("words", words, "Say what you found.", longest=2000)
    row.finding, row.looked_at, row.looked_by_id, row.version = finding, now, actor.user_id, version + 1
    row.save(update_fields=["finding", "words", "looked_at", "looked_by", "version"])
    note("concern_looked_into", subject="concern", subject_id=row.pk, detail={"finding": finding})
    return row
