"""Requests for access: those that the reader's agency answers, and the reader's own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Case as Choose
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from sentinel.access.models import Reach, Rung
from sentinel.access.queries import Desk, desk_of, rung_of
from sentinel.cases.models import Case, Party
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound
from sentinel.matching.hits.models import AccessRequest, Hit
from sentinel.matching.hits.rules import Terms
from sentinel.people.models import PersonName
from sentinel.questionnaires.queries import rule_content
from sentinel.reports.models import Report

RULE = "access-requests"
MOST = 100
MAY_NOT_ASK = "Your role does not ask for access. Ring the desk, or let the case's officer ask."
MAY_NOT_ANSWER = "Your role does not answer requests for access."


def terms_on(on: date, agency_id: uuid.UUID | None) -> Terms:
    """The terms by which an agency answers on a day in London."""
    return Terms.of(rule_content(RULE, on, agency_id))


@dataclass(frozen=True)
class Behind:
    """What a hit stands for. Never shown."""

    record_id: uuid.UUID
    owner_id: uuid.UUID
    in_hand_id: uuid.UUID | None


def behind(actor: Actor, hit: uuid.UUID) -> Behind:
    """What a hit of the actor's own stands for, while they may know of it. Raises NotFound for any other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_id, owner_id, in_hand_id FROM hits_behind(%s)", [hit])
        row = cursor.fetchone()
    if row is None or row[1] is None:
        raise NotFound()
    return Behind(*row)


def owner_of(actor: Actor, record_id: uuid.UUID) -> uuid.UUID:
    """The agency that owns a record of which the actor may know. Raises NotFound where they may not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_owner(%s)", [record_id])
        found: uuid.UUID | None = cursor.fetchone()[0]
    if found is None:
        raise NotFound()
    return found


def desk_behind(actor: Actor, record_id: uuid.UUID) -> Desk:
    """The desk to be rung about a record of which the actor may know. Raises NotFound where they may not."""
    desk = desk_of(actor, record_id)
    if desk is None:
        raise NotFound()
    return desk


def words_in_hand(actor: Actor, in_hand: uuid.UUID | None) -> str:
    """What somebody works on, as whoever is asked reads it: a reference, or "" for a report that has none yet."""
    if in_hand is None:
        return ""
    case = Case.objects.filter(pk=in_hand).values_list("reference", flat=True).first()
    return case or Report.objects.filter(pk=in_hand).values_list("reference", flat=True).first() or ""


@dataclass(frozen=True)
class Asked:
    """A request as whoever answers it reads it: of which record of theirs, and, of one that is read by itself, what of it the search
    met: `met` are names as the reader may see them, `at_place` says that it was its address. Names of who asks are in the row."""

    row: AccessRequest
    reference: str
    title: str
    is_case: bool
    met: tuple[str, ...] = ()
    at_place: bool = False


def _with_names() -> QuerySet[AccessRequest]:
    return AccessRequest.objects.select_related("asker", "asker_agency", "answered_by")


def owned(actor: Actor) -> QuerySet[AccessRequest]:
    """The requests about records that the actor's agency owns, whoever asks."""
    mine = Reach.objects.filter(holder_id=actor.agency, rung=Rung.OWNER, record_id=OuterRef("record_id"))
    return _with_names().filter(Exists(mine)).exclude(asker_id=actor.user_id)


def to_answer(actor: Actor) -> list[Asked]:
    """What waits for the actor's agency, what is due first, then the newest of those answered. Three queries; none without the right."""
    if not actor.may("share_case"):
        return []
    rows = list(owned(actor).filter(state="waiting").order_by("due_at")[:MOST])
    rows += owned(actor).exclude(state="waiting").order_by(F("answered_at").desc(nulls_last=True))[:MOST]
    return _of_records(rows)


def one_to_answer(actor: Actor, row_id: uuid.UUID) -> Asked:
    """One of them. Raises Refused without the right, NotFound for a request about anybody else's record."""
    actor.require("share_case", MAY_NOT_ANSWER)
    row: Any = owned(actor).annotate(**_met()).filter(pk=row_id).first()
    if row is None or rung_of(actor, row.record_id) < Rung.OWNER:
        raise NotFound()
    found = _of_records([row])[0]
    return replace(found, met=tuple(one for one in row.met_names if one), at_place=row.met_about == "place")


def _met() -> dict[str, Any]:
    """What the search met of the record that a request is about, for annotating it: as the reader may see it. Of a protected identity
    nothing is told but to its audience, and then by the label that stands for it."""
    hits = Hit.objects.filter(pk=OuterRef("hit_id"), record_id=OuterRef("record_id"))
    of_hit = Hit.objects.filter(
        pk=OuterRef(OuterRef("hit_id")), persons__contains=[OuterRef("identity__person_id")]
    )
    names = PersonName.objects.filter(person_id=OuterRef("identity__person_id"), ended_at__isnull=True)
    newest = Subquery(names.order_by("-created_at", "-id").values("full")[:1])
    called = Choose(When(identity_protected=True, then=F("label")), default=Coalesce(newest, F("label")))
    parties = Party.objects.filter(Exists(of_hit), record_id=OuterRef("record_id")).annotate(called=called)
    return {
        "met_about": Subquery(hits.values("about")[:1]),
        "met_names": ArraySubquery(parties.order_by("created_at", "id").values("called")),
    }


def _of_records(rows: list[AccessRequest]) -> list[Asked]:
    ids = {row.record_id for row in rows}
    cases = {
        id_: (reference, title)
        for id_, reference, title in Case.objects.filter(pk__in=ids).values_list("id", "reference", "title")
    }
    left = ids - cases.keys()
    reports = dict(Report.objects.filter(pk__in=left).values_list("id", "reference")) if left else {}
    return [
        Asked(
            row, *(cases.get(row.record_id) or (reports.get(row.record_id, ""), "")), row.record_id in cases
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Mine:
    """A request of the reader's own: the desk that answers, where it stands, and the way in while it is open.

    `reference` is told only while what was granted lasts: before and after, the reader may know of the record and no more.
    """

    row: AccessRequest
    desk: Desk | None
    open: bool
    reference: str
    is_case: bool

    @property
    def ended(self) -> bool:
        """Whether something was granted that is over."""
        return self.row.state == "granted" and not self.open


def my_requests(actor: Actor) -> list[AccessRequest]:
    """The actor's own requests, the newest first."""
    rows = AccessRequest.objects.filter(asker_id=actor.user_id)
    return list(rows.order_by("-asked_at")[:MOST])


def one_of_mine(actor: Actor, row_id: uuid.UUID, now: datetime) -> Mine:
    """One of the actor's own requests as it stands. Raises NotFound for anybody else's."""
    row = AccessRequest.objects.filter(pk=row_id, asker_id=actor.user_id).first()
    if row is None:
        raise NotFound()
    reads = row.lets(now) and rung_of(actor, row.record_id) >= Rung.READ
    found = _of_records([row])[0] if reads else None
    return Mine(
        row,
        desk_of(actor, row.record_id),
        open=bool(reads),
        reference=found.reference if found else "",
        is_case=bool(found and found.is_case),
    )
