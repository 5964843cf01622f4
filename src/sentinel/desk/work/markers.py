"""The lines of My work for the control room: markers to answer, to take off and to look at again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sentinel.desk.links import where
from sentinel.desk.work.lines import NEXT, URGENT, Line, group_of, when_words
from sentinel.desk.work.mine import Mine
from sentinel.desk.work.sources import source
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date, start_of_day
from sentinel.risk.high.queries import markers


@source
def markers_to_answer(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Markers that are proposed, by when they are due, those whose risk has ended, and those to be looked at again. One query, for the control room alone."""
    if not actor.may("answer_markers"):
        return
    today = london_date(now)
    for one in markers(actor, today):
        href, kind, meta = (
            where("marker", marker=one.id),
            one.get_kind_display().lower(),
            (f"Ring {one.ring}",),
        )
        if one.state == "proposed":
            due = one.answer_due
            group, late = group_of(due=due, now=now), due < now
            yield Line(
                group,
                f"Answer the marker: {kind}",
                href,
                due,
                when_words(due, now),
                meta=meta,
                reference=one.reference,
                late=late,
                mine=True,
            )
        elif one.state == "ending":
            since = one.ended_at
            yield Line(
                URGENT,
                f"Take the marker off: {kind}",
                href,
                since,
                when_words(since, now),
                meta=meta,
                reference=one.reference,
                late=True,
                mine=True,
            )
        elif one.is_to_review(today):
            due = one.review_asked_at or start_of_day(one.review_on)
            late = one.review_asked_at is not None or one.review_on < today
            yield Line(
                URGENT if late else NEXT,
                f"Review the marker: {kind}",
                href,
                due,
                when_words(due, now),
                meta=meta,
                reference=one.reference,
                late=late,
                mine=True,
            )
