"""The lines of My work for what the actor began and has not finished on the people of cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sentinel.cases.rules import OPEN_STATUSES
from sentinel.desk.work.lines import UNKNOWN, Line, since_words
from sentinel.desk.work.mine import Mine, newest_name
from sentinel.desk.work.sources import MOST, OF_CASE, case_link, source
from sentinel.foundation.actor import Actor
from sentinel.people.rules import UNNAMED
from sentinel.risk.models import AssessmentDraft
from sentinel.web.formats import ago


@source
def assessments_begun(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """Assessments that the actor began and has not finished: they count for nothing until they are. One query."""
    if not actor.may("assess") or actor.user_id is None:
        return
    rows = AssessmentDraft.objects.filter(
        assessor_id=actor.user_id, ended_at__isnull=True, case__status__in=OPEN_STATUSES
    )
    shown = rows.select_related("case", "party").annotate(known_as=newest_name("party__identity__person_id"))
    shown = shown.only(
        "party_id", "begun_at", "kept_at", "party__label", "party__identity_protected", *OF_CASE
    )
    for row in shown.order_by("begun_at")[:MOST]:
        party = row.party
        name = party.label if party.identity_protected else row.known_as or party.label or UNNAMED
        yield Line(
            UNKNOWN, f"Finish assessing {name}", case_link("assess", row.case, party=row.party_id), row.begun_at,
            since_words(row.begun_at, now), rest=": begun and not finished",
            meta=(f"Kept {ago(row.kept_at, now)}", row.case.title), reference=row.case.reference, late=True,
        )  # fmt: skip
