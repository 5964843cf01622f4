"""One line for everybody in some cases: as what, how at risk, since when, until when, what is missing (R38, R61)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import QuestionSet
from sentinel.risk.about import with_victims
from sentinel.risk.models import Assessment
from sentinel.risk.queries.shapes import Assessed, InCase
from sentinel.risk.queries.standing import parties_by_case, risk_by_case
from sentinel.risk.rules import CASE, LOCATION, VICTIM, subjects_of

MISSING, DEFERRED, OVERDUE = "missing", "deferred", "overdue"
FLAGS = ("repeat_victim", "vulnerable", "safeguarding")


@dataclass(frozen=True)
class Standing:
    """How one person, a case without a victim, or a place stands in one case.

    `subject` is "victim", "perpetrator", "witness", "case" or "location"; `party_id` None for the last two. `band` is
    "high", "medium", "low" or "" where nobody has assessed them, `since` when that was. `last_day` is the last, in London, on
    which the band's clock lets it hold. `lacks` is MISSING (no assessment), DEFERRED (none, and put off until `deferred_until`), OVERDUE (one that no longer
    holds: `why` says "reported", "changed" or "clock", `due_since` when) or "". `repeat_victim`, `vulnerable` and `safeguarding` are "yes",
    "no", "unknown" or "" where it was not asked. All moments UTC.
    """

    case_id: uuid.UUID
    party_id: uuid.UUID | None
    subject: str
    band: str = ""
    since: datetime | None = None
    last_day: date | None = None
    lacks: str = MISSING
    why: str = ""
    due_since: datetime | None = None
    deferred_until: datetime | None = None
    repeat_victim: str = ""
    vulnerable: str = ""
    safeguarding: str = ""
    unknown: int = 0
    assessor: str = ""


def snapshot(actor: Actor, cases: Iterable[Case], now: datetime) -> list[Standing]:
    """Everybody in some cases whom the actor may see and who is assessed as something, victims first; a case that has no victim
    itself; and its place once it is assessed.

    A victim and a case without one that are not assessed are MISSING or DEFERRED, and so are a witness and whoever is complained of
    (a child under 10 is never listed as that). Three queries, however many cases; four where the actor sees no victim in one.
    """
    wanted = {case.id: case for case in cases}
    parties = parties_by_case(wanted)
    risk = risk_by_case(actor, {case.id: case.place_id for case in wanted.values()}, on=london_date(now))
    shown = [
        one for found in risk.values() for one in (*found.people.values(), found.itself, found.place) if one
    ]
    answers = _answers([one.id for one in shown])
    seen = {case_id for case_id, some in parties.items() if any(VICTIM in roles for roles in some.values())}
    hidden = with_victims(wanted.keys() - seen)
    return [
        one
        for case_id, case in wanted.items()
        for one in _in_case(
            case, parties.get(case_id, {}), risk.get(case_id, InCase()), answers, now, case_id in hidden
        )
    ]


def _answers(ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[QuestionSet, dict[str, object]]]:
    rows = Assessment.objects.filter(pk__in=ids).values_list("id", "question_set_id", "answers")
    return {key: (question_set_of(version), answers) for key, version, answers in rows}


def _in_case(
    case: Case,
    parties: dict[uuid.UUID, set[str]],
    risk: InCase,
    answers: dict[uuid.UUID, tuple[QuestionSet, dict[str, object]]],
    now: datetime,
    hides_victim: bool,
) -> Iterator[Standing]:
    found = [
        _standing(case.id, party_id, subject, risk, risk.people.get((party_id, subject)), answers, now)
        for party_id, roles in parties.items()
        for subject in subjects_of(roles)
    ]
    yield from sorted(found, key=lambda one: list(_ORDER).index(one.subject))
    has_victim = hides_victim or any(one.subject == VICTIM for one in found)
    if not has_victim and (risk.itself is not None or case.unassessed):
        yield _standing(case.id, None, CASE, risk, risk.itself, answers, now)
    if risk.place is not None:
        yield _standing(case.id, None, LOCATION, risk, risk.place, answers, now)


_ORDER = ("victim", "perpetrator", "witness")


def _standing(
    case_id: uuid.UUID,
    party_id: uuid.UUID | None,
    subject: str,
    risk: InCase,
    one: Assessed | None,
    answers: dict[uuid.UUID, tuple[QuestionSet, dict[str, object]]],
    now: datetime,
) -> Standing:
    if one is None:
        put_off = risk.put_off(party_id, now) if subject in {VICTIM, CASE} else None
        if put_off is None:
            return Standing(case_id, party_id, subject)
        return Standing(case_id, party_id, subject, lacks=DEFERRED, deferred_until=put_off.until)
    held = one.currency(now)
    question_set, said = answers[one.id]
    asked = {flag: str(said.get(flag) or "unknown") if question_set.question(flag) else "" for flag in FLAGS}
    return Standing(
        case_id, party_id, subject, band=one.band, since=one.at, last_day=held.last_day,
        lacks=OVERDUE if held.why else "", why=held.why, due_since=held.since, unknown=len(one.unknown), assessor=one.assessor,
        repeat_victim=asked["repeat_victim"], vulnerable=asked["vulnerable"], safeguarding=asked["safeguarding"],
    )  # fmt: skip
