"""What an assessment is about: a party as a victim, perpetrator or witness, the case that has no victim, or its place."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from sentinel.cases.models import Case, Party, PartyRole
from sentinel.foundation.compiled import compiled
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.places.models import Place
from sentinel.risk.models import Assessment, AssessmentDraft, LoweringAsked
from sentinel.risk.rules import CASE, LOCATION, OF_PEOPLE


@dataclass(frozen=True)
class About:
    """One thing that is assessed. `party` is there for a person, `place` for a place, neither for the case itself.

    `roles`: the codes of those that the person has now, where whoever made this has read them. `unfinished`: whether the
    actor may have begun to assess it, or a supervisor be asked to lower its band; False only where neither is so.
    """

    case_id: uuid.UUID
    subject: str
    party: Party | None = None
    place: Place | None = None
    roles: frozenset[str] | None = None
    unfinished: bool = True

    @property
    def named(self) -> dict[str, object]:
        """The columns by which rows about it are found."""
        if self.place is not None:
            return {"subject": self.subject, "place": self.place}
        return {"subject": self.subject, "party": self.party, "case_id": self.case_id}

    @property
    def key(self) -> uuid.UUID:
        """One id for it, for locks."""
        return uuid.uuid5(self.case_id, f"{self.subject} {self.party.id if self.party else ''}")


def about_what(case: Case, subject: str, party: Party | None = None) -> About:
    """What a subject means in a case. Raises NotFound for another case's party and a subject that is none, Invalid where
    the place of the case is to be assessed and none is recorded."""
    if subject in OF_PEOPLE:
        found = next(iter(_party(party.pk, case.pk)), None) if party is not None else None
        if found is None:
            raise NotFound()
        return About(
            case.id,
            subject,
            party=found,
            roles=frozenset(found.roles_now),
            unfinished=found.is_begun or found.is_asked,
        )
    if party is not None or subject not in {CASE, LOCATION}:
        raise NotFound()
    if subject == CASE:
        return About(case.id, subject)
    if case.place is None:
        raise Invalid("No place is recorded in this case. Say where it is first.")
    return About(case.id, subject, place=case.place)


@compiled
def _party(party: uuid.UUID, case: uuid.UUID) -> QuerySet[Any]:
    roles = PartyRole.objects.filter(party=OuterRef("pk"), until__isnull=True)
    return Party.objects.filter(pk=party, case_id=case).annotate(
        roles_now=ArraySubquery(roles.values("role")),
        # Drafts are seen by whoever writes them alone.
        is_begun=Exists(AssessmentDraft.objects.filter(party=OuterRef("pk"), ended_at__isnull=True)),
        is_asked=Exists(LoweringAsked.objects.filter(party=OuterRef("pk"), decided_at__isnull=True)),
    )


def has_victim(case_id: uuid.UUID) -> bool:
    """Whether anybody is a victim in a case, also somebody whom the actor does not see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT risk_has_victim(%s)", [case_id])
        row = cursor.fetchone()
    return bool(row and row[0])


def with_victims(case_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some cases in which anybody is a victim, also somebody whom the actor does not see. One query, none for none."""
    ids = list(case_ids)
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT c.id FROM unnest(%s::uuid[]) AS c(id) WHERE risk_has_victim(c.id)", [ids])
        return {row[0] for row in cursor.fetchall()}


def standing_of(about: About) -> Assessment | None:
    """The newest assessment of it that the actor may see; a place's in whichever case it was made. One query."""
    if about.party is not None:
        return next(iter(_standing(about.case_id, about.party.pk, about.subject)), None)
    return Assessment.objects.filter(**about.named).order_by("-assessed_at", "-id").first()


@compiled
def _standing(case: uuid.UUID, party: uuid.UUID, subject: str) -> QuerySet[Assessment]:
    rows = Assessment.objects.filter(case_id=case, party_id=party, subject=subject)
    return rows.order_by("-assessed_at", "-id")[:1]
