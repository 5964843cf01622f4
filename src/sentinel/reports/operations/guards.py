"""What every operation on a report asks first."""

from __future__ import annotations

from sentinel.access.models import Rung
from sentinel.access.queries import rung_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict, NotFound, Refused
from sentinel.reports.models import Report

ENDED = {
    "case": "This report is in a case already.",
    "not_taken_forward": "This report has ended already.",
}


def locked(report: Report) -> Report:
    """The report as it stands now, locked until the transaction ends: two people deciding at once decide once.

    Raises NotFound where the actor does not reach it any more.
    """
    row = (
        Report.objects.select_for_update(of=("self",))
        .select_related("incident__place", "caller_party", "agency")
        .filter(pk=report.pk)
        .first()
    )
    if row is None:
        raise NotFound()
    return row


def open_to_change(actor: Actor, report: Report, right: str, why: str) -> Report:
    """The locked report, where the actor holds `right`, the agency may change it and it has not ended.

    Raises Refused (with the plain words `why` where the right is missing), Conflict for a report that has ended.
    """
    actor.require(right, why)
    try:
        row = locked(report)
    except NotFound:
        # The database locks a row for nobody who may not change it: whoever reads it is told so.
        if rung_of(actor, report.record_id) >= Rung.READ:
            raise _read_only(report) from None
        raise
    if rung_of(actor, row.record_id) < Rung.WRITE:
        raise _read_only(row)
    if row.state in ENDED:
        raise Conflict(ENDED[row.state])
    return row


def _read_only(report: Report) -> Refused:
    words = "Your agency may read this report but not change it."
    return Refused(words).keeping(record_id=report.record_id)
