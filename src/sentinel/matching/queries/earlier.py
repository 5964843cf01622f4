"""What somebody has told before, or had told of what happened to them: asked only once they are confirmed."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery

from sentinel.cases.models import PartyIdentity, PartyRole
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import Among
from sentinel.matching.queries.people import SHOWN
from sentinel.people.whole import OfOne
from sentinel.reports.queries import reports_open_to

MOST: Final = 100


@dataclass(frozen=True)
class PersonReport:
    """A report by a confirmed person, or of what happened to them (`by` is False): when it was told (UTC), what and where (`line`: the place, else as it was said). `case` where
    it is in one that the reader reads, `skeleton` where it is still to be completed."""

    reference: str
    told_at: datetime
    national_type: str
    line: str
    by: bool
    case: str = ""
    skeleton: bool = False


@dataclass(frozen=True)
class Earlier:
    """The earlier reports of a confirmed person that the reader may see, newest first: those of a case that is shown, by that case, and
    the others. Of each at most `SHOWN`, and how many more there are (`over` says that there are still more than are counted)."""

    reports: list[PersonReport] = field(default_factory=list)
    more: int = 0
    of_cases: dict[uuid.UUID, list[PersonReport]] = field(default_factory=dict)
    more_of_cases: dict[uuid.UUID, int] = field(default_factory=dict)
    over: bool = False

    @property
    def more_words(self) -> str:
        """How many there are besides those listed, of what the reader may see; "" for none."""
        if not self.more:
            return ""
        return f"and {'more than ' if self.over else ''}{self.more} more"

    @property
    def shown(self) -> int:
        """How many are told of."""
        return len(self.reports) + sum(len(several) for several in self.of_cases.values())


def earlier_of(actor: Actor, person_id: uuid.UUID, cases: Collection[uuid.UUID] = ()) -> Earlier:
    """The reports that a person told, or that tell of what happened to them, under any id that is one with theirs, of those that the actor
    may open. Those in one of these `cases` are kept apart, for they stand under it. One query.

    An allegation that was unfounded counts for nothing. A protected identity is not told: its row is under an audience of its own.
    """
    parties = PartyIdentity.objects.filter(OfOne("person_id", [person_id])).values("party_id")
    happened = (
        PartyRole.objects.filter(
            OfOne("party__identity__person_id", [person_id]), role="victim", incident__isnull=False
        )
        .exclude(allegation="unfounded")
        .values("incident_id")
    )
    by = Among("caller_party_id", ArraySubquery(parties))
    rows = (
        reports_open_to(actor)
        .filter(by | Among("incident_id", ArraySubquery(happened)))
        .order_by("-told_at", "-id")
        .values_list(
            "case_id", "reference", "told_at", "incident__national_type", "incident__place__line", "incident__place_words", by,
            "case__reference", "state",
        )[: MOST + 1]
    )  # fmt: skip
    found = list(rows)
    reports: list[PersonReport] = []
    of_cases: dict[uuid.UUID, list[PersonReport]] = {}
    for case_id, reference, told_at, kind, line, words, told, case, state in found[:MOST]:
        where = of_cases.setdefault(case_id, []) if case_id in cases else reports
        where.append(
            PersonReport(
                reference,
                told_at,
                kind or "",
                line or words or "",
                bool(told),
                case or "",
                state == "skeleton",
            )
        )
    return Earlier(
        reports[:SHOWN],
        len(reports[SHOWN:]),
        {one: several[:SHOWN] for one, several in of_cases.items()},
        {one: len(several[SHOWN:]) for one, several in of_cases.items()},
        len(found) > MOST,
    )
