"""Who is not assessed: worked out from the parties themselves, never from a counter, so that a missed step misses nobody."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import BooleanField, F, Func, Value, When
from django.db.models import Case as Choose

from sentinel.cases.models import Case, PartyRole
from sentinel.cases.once import once
from sentinel.cases.queries import OnCase, comes_with, roles_of
from sentinel.foundation.actor import Actor
from sentinel.risk.about import has_victim
from sentinel.risk.models import Assessment
from sentinel.risk.queries.shapes import Deferred
from sentinel.risk.queries.standing import risk_in, standing_in
from sentinel.risk.rules import AGE_OF_RESPONSIBILITY, PERPETRATOR, VICTIM, subjects_of

# Under this name a page that has read the case may remember its count (cases.once).
UNASSESSED = "risk.unassessed"
# And under this one whether there is a victim: it comes with the case (cases.queries.comes_with).
HAS_VICTIM = "has_victim"


def victim_with_case() -> Choose:
    """Whether anybody is a victim in a case, also one whom the reader does not see: for a query of cases. Looked up only where
    somebody, or the case itself, is not assessed."""
    found = Func(F("pk"), function="risk_has_victim", output_field=BooleanField())
    return Choose(When(unassessed__gt=0, then=found), default=Value(False))


comes_with(HAS_VICTIM, victim_with_case)


def unassessed_in(actor: Actor, case: Case) -> list[uuid.UUID]:
    """The victims of one case (ids of parties) who have no assessment. Two queries, none that the page has made."""
    standing = standing_in(actor, case)
    return [
        party_id
        for party_id, roles in roles_of(actor, case).items()
        if VICTIM in roles and (party_id, VICTIM) not in standing
    ]


def unassessed(actor: Actor, case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """For each of some cases the victims (ids of parties) who have no assessment. Two queries.

    Worked out from the parties themselves and never from a counter: nobody can be missed by a missed step.
    """
    ids = list(case_ids)
    assessed = set(
        Assessment.objects.filter(case_id__in=ids, subject=VICTIM).values_list("party_id", flat=True)
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    victims = (
        PartyRole.objects.filter(party__case_id__in=ids, role=VICTIM, until__isnull=True)
        .order_by("since", "id")
        .values_list("party__case_id", "party_id")
    )
    for case_id, party_id in victims:
        if party_id not in assessed and case_id is not None and party_id not in found[case_id]:
            found[case_id].append(party_id)
    return {case_id: some for case_id, some in found.items() if some}


def perpetrators_unassessed(actor: Actor, case: Case, people: Iterable[OnCase]) -> list[OnCase]:
    """Of the people of a case those who are complained of and whom nobody has assessed as that; a child under 10 never is."""
    standing = standing_in(actor, case)
    return [
        one
        for one in people
        if PERPETRATOR in subjects_of(one.role_codes, child_involved=one.child_involved)
        and not (one.age.isdigit() and int(one.age) < AGE_OF_RESPONSIBILITY)
        and (one.id, PERPETRATOR) not in standing
    ]


def case_unassessed(actor: Actor, case: Case) -> bool:
    """Whether a case without a victim has no assessment of its own. No query that the page has not made; one where the actor
    sees no victim and something is missing, for there may be a victim whom the actor does not see."""
    if risk_in(actor, case).itself is not None or not once(case, UNASSESSED, lambda: _counted(case.id)):
        return False
    if any(VICTIM in roles for roles in roles_of(actor, case).values()):
        return False
    return not once(case, HAS_VICTIM, lambda: has_victim(case.id))


def put_off_in(actor: Actor, case: Case, now: datetime) -> dict[uuid.UUID | None, Deferred]:
    """The deferrals of a case that still run, by party; under None that of the case itself."""
    found = risk_in(actor, case).deferred
    return {party_id: one for party_id, one in found.items() if one.is_live(now)}


def waiting(case_id: uuid.UUID, now: datetime) -> int:
    """How many of a case (its victims, or itself where it has none) are neither assessed nor put off. Also those whom the
    actor does not see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT risk_waiting(%s, %s)", [case_id, now])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def unseen(actor: Actor, case: Case) -> int:
    """How many of the unassessed of a case the actor does not see."""
    seen = len(unassessed_in(actor, case)) or int(case_unassessed(actor, case))
    return max(once(case, UNASSESSED, lambda: _counted(case.id)) - seen, 0)


def _counted(case_id: uuid.UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unassessed FROM risk_summary(%s)", [case_id])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
