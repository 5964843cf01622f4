"""The lines of My work for a governance officer, what another has proposed and waits for their approval, and for an auditor: what of
searching is to be looked into."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sentinel.desk.links import where
from sentinel.desk.work.lines import NEXT, Line, since_words
from sentinel.desk.work.mine import Mine
from sentinel.desk.work.sources import source
from sentinel.foundation.actor import Actor
from sentinel.governance.queries import drafts_to_decide, rules_to_decide
from sentinel.matching.hits.watching import to_look_into
from sentinel.web.formats import ago, plural, uk_day


@source
def question_sets_to_decide(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Drafts of question sets that the actor may approve. One query, for governance officers alone."""
    if not actor.may("govern"):
        return
    for row in drafts_to_decide(actor):
        yield Line(
            NEXT,
            "Approve a question set, or send it back",
            where("draft_decide", draft=row.pk),
            row.proposed_at,
            f"From {uk_day(row.release_from, now)}" if row.release_from else "",
            rest=f": {row.based_on.title}",
            meta=(f"Proposed {ago(row.proposed_at, now)}" if row.proposed_at else "",),
        )


@source
def rules_to_be_decided(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Local rules that the actor may approve. One query, for governance officers alone."""
    if not actor.may("govern"):
        return
    for row in rules_to_decide(actor):
        yield Line(
            NEXT,
            "Approve a local rule, or send it back",
            where("local_rule_decide", rule=row.name),
            row.proposed_at,
            f"From {uk_day(row.effective_from, now)}",
            rest=f": {row.content.get('title', row.name)}",
            meta=(f"Proposed {ago(row.proposed_at, now)}",),
        )


@source
def concerns_to_look_into(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """How many things of searching the actor is to look into: one line however many. One query, for auditors alone."""
    count, first = to_look_into(actor)
    if first is not None:
        yield Line(
            NEXT,
            f"Look into {plural(count, 'concern')} about searching",
            where("audit_concerns"),
            first,
            since_words(first, now),
            rest=": who was shown whom, and what it was for",
        )
