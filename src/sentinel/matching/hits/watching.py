"""Looking over who looked for whom, every few minutes, from the audit: for the auditor alone. The worker's.

It works from what was recorded, so that a page that searches costs nothing more and tells nothing, and a stopped worker misses nothing.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
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
from sentinel.matching.hits.asking import COUNTED, EMAIL, PLACE, WHO, Thing, digest, most_at_once, who_is
from sentinel.matching.hits.looking import ADDRESS, COLLEAGUE, MASS, SELF, SURNAME, TRIED, concern, words_of
from sentinel.matching.hits.models import AskedThing, Concern, Hit, Touch, Watched
from sentinel.matching.rules.keys import email_recipe
from sentinel.people.models import AddressLink, ContactPoint, PersonName
from sentinel.people.whole import OfOne, wholes
from sentinel.questionnaires.queries import rule_content
from sentinel.reports.models import Report

RULE, ASKING = "search-watch", "asking-watch"
# What shows people to somebody who looks for them: a search, and a page that names whose it is or who lives there.
LOOKED = Q(kind="search") | Q(kind="view", subject__in=("person", "place"))
# The rows that a search among texts can find.
TEXTS = (Case, Incident, Report, Note, Action, Attachment, ExternalReference, Party)
# An entry stands at the moment its transaction wrote it and is seen when that ends.
LATE = timedelta(minutes=10)
FIRST = timedelta(days=1)
# What was asked is looked over within minutes, and counted within its day.
FORGOTTEN = timedelta(days=2)
HOUR = 3600.0
KEPT, MOST = 50, 1000
MET = "met"
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
    asked: Collection[Thing] = (),
    in_hand: uuid.UUID | None = None,
) -> None:
    """The entry of a search, as audit.operations.note takes it; of what was `asked`, for the report or case `in_hand`, digests are kept
    beside it for two days. One statement. Raises Refused where the actor has made more of them
    in the last minute than the rule allows: then nothing of this one is shown, and the refusal is what stands in the audit. One that
    was `counted` before (note_asking) is refused no more: what was asked of partners must stay in the audit."""
    day, whose = london_date(now), actor.user_id or uuid.UUID(int=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hits_searched(%s, %s, %s::jsonb, %s, %s, %s::text[], %s::uuid[], %s::uuid[])",
            [
                record_id,
                subject,
                json.dumps(detail),
                in_hand,
                day,
                [one.kind for one in asked],
                [digest(whose, day, one.kind, one.said) for one in asked],
                [digest(whose, day, WHO, one.family) if one.family else None for one in asked],
            ],
        )
        made = int(cursor.fetchone()[0])
    if not counted:
        _not_too_fast(actor, now, made)


def _not_too_fast(actor: Actor, now: datetime, made: int) -> None:
    if made > pace_on(london_date(now), actor.agency_id):
        raise Refused(TOO_FAST)


@dataclass
class Seen:
    """What somebody was told since the last time: whom they were `shown`; the `texts` of cases and reports; whom a search met `behind`
    a desk, or without a word; and what they `asked`, found or not."""

    shown: set[uuid.UUID] = field(default_factory=set)
    texts: set[uuid.UUID] = field(default_factory=set)
    behind: set[uuid.UUID] = field(default_factory=set)
    asked: list[AskedThing] = field(default_factory=list)


def watch(*, now: datetime) -> int:
    """Look over the searches, and the pages of persons and places that were opened, since the last time. Returns how many concerns were found
    or grew."""
    state, _ = Watched.objects.select_for_update().get_or_create(pk=1, defaults={"until": now - FIRST})
    since = state.until - LATE
    seen: dict[uuid.UUID, Seen] = defaultdict(Seen)
    rows = Entry.objects.filter(LOOKED, user_id__isnull=False, at__gt=since, at__lte=now)
    for row in rows.order_by("id"):
        if row.user_id is not None:
            seen[row.user_id].shown |= _shown_in(row)
            seen[row.user_id].texts |= {uuid.UUID(one) for one in row.detail.get("texts", [])}
    for model, whose in ((Hit, "to_user_id"), (Touch, "by_user_id")):
        met = model._default_manager.filter(met_at__gt=since, met_at__lte=now).exclude(persons=[])
        for user_id, persons in met.values_list(whose, "persons"):
            seen[user_id].behind |= set(persons)
    for thing in AskedThing.objects.filter(at__gt=since, at__lte=now):
        seen[thing.user_id].asked.append(thing)
    parties = _parties_of(set().union(*(one.texts for one in seen.values())))
    users = User.objects.filter(pk__in=seen.keys())
    found = sum(_look_at(user, seen[user.pk], parties, now) for user in users)
    AskedThing.objects.filter(at__lt=now - FORGOTTEN).delete()
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


def _look_at(user: User, seen: Seen, parties: Mapping[uuid.UUID, set[uuid.UUID]], now: datetime) -> int:
    """Keep what is odd about whom somebody was shown or asked for, and of those with a part in the texts that they were shown whether
    it is themselves: who works among cases meets the colleagues and namesakes that stand in them without having looked for them."""
    told_of = set().union(*(parties[one] for one in seen.texts))
    persons = seen.shown
    # Who was shown under one id was shown as the whole person.
    ids = {one: found.ids for one, found in wholes(list(persons | told_of | seen.behind)).items()}
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
    homes = _homes(user)
    at_home = _at_home(homes, told)
    by_kind: dict[str, list[uuid.UUID]] = defaultdict(list)
    unnamed = _asked_for(user, seen.asked, colleagues, homes)
    for person in persons | told_of | seen.behind:
        called = [name for one in ids[person] for name in names[one]]
        written = {address for one in ids[person] for address in emails[one]}
        kind = concern(
            user.name, user.email, called, written, colleagues, not at_home.isdisjoint(ids[person])
        )
        if kind is None:
            continue
        if person in persons or (person in told_of and kind == SELF):
            by_kind[kind].append(person)
        elif person in seen.behind:
            unnamed[kind].add(MET)
    limit = int(rule_content(RULE, london_date(now), user.agency_id)["persons_a_day"])
    today = _shown_today(user, now)
    if len(today) > limit:
        by_kind[MASS] = sorted(today)
    kinds = dict.fromkeys([*by_kind, *unnamed])
    found = sum(_keep(user, kind, by_kind[kind], unnamed[kind], now) for kind in kinds)
    return found + _tried(user, {one.day for one in seen.asked}, now)


def _asked_for(
    user: User,
    asked: Iterable[AskedThing],
    colleagues: Iterable[tuple[str, str]],
    homes: Collection[uuid.UUID],
) -> dict[str, set[str]]:
    """What is odd about what somebody asked, by kind: for themselves, a colleague, one's own address or somebody of one's own surname.
    Found or not, so that a concern does not tell that anything is held of them. One's own name is asked for once, however often."""
    found: dict[str, set[str]] = defaultdict(set)
    days: dict[date, list[AskedThing]] = defaultdict(list)
    for thing in asked:
        days[thing.day].append(thing)
    others = list(colleagues)
    own_family = words_of(user.name)[1]
    for day, things in days.items():

        def of(kind: str, said: str, day: date = day) -> uuid.UUID:
            return digest(user.pk, day, kind, said)

        def people(several: Iterable[tuple[str, str]]) -> set[uuid.UUID]:
            named = [(who_is(name), email) for name, email in several]
            return {of(WHO, who.said) for who, _ in named if who} | {
                of(EMAIL, email_recipe(email)) for _, email in named
            }

        own, theirs = people([(user.name, user.email)]), people(others)
        at_home = {of(PLACE, str(one)) for one in homes}
        family = of(WHO, own_family) if own_family else None
        for thing in things:
            if thing.kind in (WHO, EMAIL) and thing.digest in own:
                found[SELF].add(SELF)
            elif thing.kind in (WHO, EMAIL) and thing.digest in theirs:
                found[COLLEAGUE].add(thing.digest.hex)
            elif thing.kind == PLACE and thing.digest in at_home:
                found[ADDRESS].add(thing.digest.hex)
            elif thing.kind == WHO and family is not None and thing.family == family:
                found[SURNAME].add(thing.digest.hex)
    return found


def _tried(user: User, days: Collection[date], now: datetime) -> int:
    """Keep that somebody asked about more different things of one kind, found or not, than the rule allows for one report or case, within
    an hour or in a day."""
    most, kinds = 0, set()
    for day in days:
        rows = list(AskedThing.objects.filter(user_id=user.pk, day=day, kind__in=COUNTED))
        rule = rule_content(ASKING, day, user.agency_id)
        for kind in {row.kind for row in rows}:
            several = [row for row in rows if row.kind == kind]
            hands: dict[uuid.UUID | None, set[uuid.UUID]] = defaultdict(set)
            for row in several:
                hands[row.in_hand_id].add(row.digest)
            in_day = len({row.digest for row in several})
            in_hand = max((len(found) for hand, found in hands.items() if hand is not None), default=0)
            in_hour = most_at_once([(row.at.timestamp(), row.digest) for row in several], HOUR)
            if (
                in_hand > int(rule["in_hand"])
                or in_hour > int(rule["an_hour"])
                or in_day > int(rule["a_day"])
            ):
                kinds.add(kind)
                most = max(most, in_day)
    return _keep(user, TRIED, (), kinds, now, many=most) if kinds else 0


def _homes(user: User) -> set[uuid.UUID]:
    """The places where somebody of the searcher's own name has an address."""
    own = ArraySubquery(PersonName.objects.filter(full__iexact=user.name).values("person_id"))
    homes = AddressLink.objects.filter(OfOne("person_id", own), place_id__isnull=False)
    return set(homes.values_list("place_id", flat=True))


def _at_home(homes: Collection[uuid.UUID], persons: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some persons who have an address at one of these places."""
    if not homes:
        return set()
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


def _keep(
    user: User,
    kind: str,
    persons: Iterable[uuid.UUID],
    unnamed: Collection[str],
    now: datetime,
    many: int = 0,
) -> int:
    """Put a concern among those of the day, or let the one that stands there grow: then it is looked into anew.

    `persons` were shown. `unnamed` is what was asked or met beside them: that somebody was only met (`MET`) counts where nothing else
    of the kind stands there, so that no number tells what was found behind another agency's desk. `many` is how many things were tried.
    """
    row, _ = Concern.objects.select_for_update().get_or_create(
        user=user, kind=kind, day=london_date(now),
        defaults={"id": new_id(), "agency_id": user.agency_id, "first_at": now, "last_at": now},
    )  # fmt: skip
    fresh = [str(one) for one in persons if str(one) not in set(row.persons)]
    added = sorted(set(unnamed) - {MET} - set(row.unnamed))
    if MET in unnamed and not (fresh or added or row.persons or row.unnamed):
        added = [MET]
    of_many = kind in (MASS, TRIED)
    reached = many or len(fresh) + len(row.persons)
    if (of_many and reached <= row.count and not added) or not (fresh or added or many):
        return 0
    # Of very many the day's number is counted anew each time; the others are few, and all of them are kept.
    row.persons = [*row.persons, *fresh][: KEPT if kind == MASS else MOST]
    row.unnamed = [*(one for one in row.unnamed if one != MET or not added), *added][:MOST]
    row.count = max(reached, row.count) if of_many else max(len(row.persons), len(row.unnamed), row.count)
    row.last_at, row.looked_at, row.looked_by_id, row.finding, row.words = now, None, None, "", ""
    row.version += 1
    row.save()
    return 1


def concerns(actor: Actor) -> list[Concern]:
    """What is to be looked into, the newest first, then what has been; of what the actor searched nothing. Raises Refused for who is no
    auditor. One query."""
    actor.require("search_audit", MAY_NOT)
    own_id = actor.user_id or uuid.UUID(int=0)
    rows = Concern.objects.select_related("user", "agency", "looked_by").exclude(user_id=own_id)
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
    """One of them. Raises Refused, and NotFound also for what the actor searched."""
    actor.require("search_audit", MAY_NOT)
    own_id = actor.user_id or uuid.UUID(int=0)
    others = Concern.objects.select_related("user", "agency", "looked_by").exclude(user_id=own_id)
    row = others.filter(pk=concern_id).first()
    if row is None:
        raise NotFound()
    return row


def look_into(
    *, actor: Actor, now: datetime, concern_id: uuid.UUID, version: int, finding: str, words: str
) -> Concern:
    """Say what came of looking into one. Nobody looks into their own: it is not found. Raises Refused, NotFound, Conflict where it has grown, Invalid."""
    row = one_concern(actor, concern_id)
    if row.version != version:
        raise Conflict("More has been found meanwhile. Look again.")
    if finding not in FINDINGS:
        raise Invalid.of("finding", "Choose what came of it.")
    row.words = filled("words", words, "Say what you found.", longest=2000)
    row.finding, row.looked_at, row.looked_by_id, row.version = finding, now, actor.user_id, version + 1
    row.save(update_fields=["finding", "words", "looked_at", "looked_by", "version"])
    note("concern_looked_into", subject="concern", subject_id=row.pk, detail={"finding": finding})
    return row
