"""A referral is begun, by somebody or by a procedure."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from sentinel.cases.models import Case, Party
from sentinel.cases.operations.guards import may_write
from sentinel.cases.provenance import provenance
from sentinel.cases.queries import roles_of
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled
from sentinel.foundation.rows import put_all
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.filling import under_18
from sentinel.partnership.referrals.models import Referral
from sentinel.partnership.referrals.operations.telling import STANDS, STILL, lock, tell_of


def open_referral(
    *, actor: Actor, now: datetime, case: Case, kind: str, party: Party | None = None, because: str = "chosen"
) -> Referral:
    """Begin a referral of somebody of a case, or (JAG) of the case itself. One that is still to be sent comes back instead.

    A safeguarding referral is of a child or an adult by age, whichever of the two was asked for; where nobody knows the age
    the kind has still to be said. Raises Refused where the actor does not work on the case, Invalid (kind, party) where
    this person is not referred so, NotFound for another case's party.
    """
    may_write(actor, case)
    kind = _kind_for(actor, now, case, kind, party)
    # Whoever opens the same at the same time waits here, and finds it.
    lock(actor, case)
    found = Referral.objects.filter(STILL, case=case, party=party, kind__in=_alike(kind)).first()
    return found or _opened(actor, now, case, [Wanted(kind, party)], because)[0]


@dataclass(frozen=True)
class Wanted:
    """A referral that a procedure opens: of somebody, or of the case itself."""

    kind: str
    party: Party | None = None


def open_by_themselves(
    *, actor: Actor, now: datetime, case: Case, wanted: Sequence[Wanted], because: str
) -> list[Referral]:
    """The same of several where a procedure opens them: none where one was sent and stands, or may not be. Returns those that
    were opened.

    Raises NotFound for another case's party, and Refused and Conflict as `open_referral`; opens nothing for who works no cases.
    """
    if not actor.may("work_case"):
        return []
    may_write(actor, case)
    lock(actor, case)
    standing = [(row.kind, row.party_id) for row in _standing(case.pk)]
    fresh = []
    for one in wanted:
        try:
            kind = _kind_for(actor, now, case, one.kind, one.party)
        except Invalid:
            continue
        party_id = one.party.pk if one.party else None
        if not any(other in _alike(kind) and of == party_id for other, of in standing):
            fresh.append(Wanted(kind, one.party))
    return _opened(actor, now, case, fresh, because)


@compiled
def _standing(case: uuid.UUID) -> QuerySet[Referral]:
    return Referral.objects.filter(STANDS, case_id=case)


def _alike(kind: str) -> frozenset[str]:
    """The kinds of which one is opened at a time: a safeguarding referral is of a child or of an adult."""
    return frozenset(rules.SAFEGUARDING) if kind in rules.SAFEGUARDING else frozenset({kind})


def _kind_for(actor: Actor, now: datetime, case: Case, kind: str, party: Party | None) -> str:
    """What kind it is of, once age is asked. Raises Invalid (kind, party), and NotFound for another case's party."""
    if kind not in rules.KINDS:
        raise Invalid.of("kind", "Choose what kind of referral it is.")
    roles = None
    if party is not None:
        if party.case_id != case.id:
            raise NotFound()
        roles = roles_of(actor, case).get(party.id, set())
    why_not = rules.why_not_referred(kind, roles)
    if why_not:
        raise Invalid.of("party", why_not)
    if party is not None and kind in rules.SAFEGUARDING:
        return rules.safeguarding_kind(under_18=under_18(actor, case, party, london_date(now)))
    return kind


def _opened(
    actor: Actor, now: datetime, case: Case, wanted: Sequence[Wanted], because: str
) -> list[Referral]:
    rows = put_all([
        Referral(
            case=case, party=one.party, kind=one.kind, because=because, opened_at=now,
            **provenance(
                actor=actor, now=now, record_id=case.id, audience_id=one.party.audience_id if one.party else None
            ),
        )
        for one in wanted
    ])  # fmt: skip
    for row in rows:
        tell_of("referral_opened", actor, now, case, row)
    return rows
