"""What an assessment is about: a party as a victim, perpetrator or witness, the case that has no victim, or its place."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from sentinel.cases.models import Case, Party
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.places.models import Place
from sentinel.risk.models import Assessment
from sentinel.risk.rules import CASE, LOCATION, OF_PEOPLE


@dataclass(frozen=True)
class About:
    """One thing that is assessed. `party` is there for a person, `place` for a place, neither for the case itself."""

    case_id: uuid.UUID
    subject: str
    party: Party | None = None
    place: Place | None = None

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
        found = Party.objects.filter(pk=party.pk, case=case).first() if party is not None else None
        if found is None:
            raise NotFound()
        return About(case.id, subject, party=found)
    if party is not None or subject not in {CASE, LOCATION}:
        raise NotFound()
    if subject == CASE:
        return About(case.id, subject)
    if case.place is None:
        raise Invalid("No place is recorded in this case. Say where it is first.")
    return About(case.id, subject, place=case.place)


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
    """The newest assessment of it that the actor may see; a place's in whichever case it was made."""
    return Assessment.objects.filter(**about.named).order_by("-assessed_at", "-id").first()
