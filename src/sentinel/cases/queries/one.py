"""Reading cases. get_case is the one guarded way to a case: it logs the read and answers the same for absent and
forbidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Exists, F, Func, IntegerField, OuterRef, QuerySet

from sentinel.access.models import Rung
from sentinel.access.queries import desk_of, holders_with, known_only, read_holders, rung_of
from sentinel.audit.operations import note
from sentinel.cases.models import Case, Handover
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled
from sentinel.kernel.errors import KnownOnly, NotFound, Refused

_coming: dict[str, Callable[[], Any]] = {}


def comes_with(name: str, said: Callable[[], Any]) -> None:
    """Let what a later room knows of a case come with it, under `name`, so that its page asks no query more. `said` makes
    the expression; its rows stand under the reader's own row policies. Called once, while the applications are made ready."""
    _coming[name] = said


@compiled
def _cases(reference: str) -> QuerySet[Any]:
    offers = Handover.objects.filter(case=OuterRef("pk"), accepted_at__isnull=True, declined_at__isnull=True)
    related = Case.objects.select_related("owner_agency", "lead", "team", "place", "primacy_agency")
    return related.filter(reference=reference).annotate(
        stands_on=Func(F("id"), function="access_true_rung", output_field=IntegerField()),
        offer_waits=Exists(offers),
        reached_by=holders_with("id"),
        clock_says=Func(function="sentinel_now", output_field=DateTimeField()),
        **{name: said() for name, said in _coming.items()},
    )


def get_case(actor: Actor, reference: str, needs: Rung = Rung.READ, *, log: bool = True) -> Case:
    """The case with this reference, if the actor stands on rung `needs` or above; the read is logged. Two queries.

    The case comes with `rung`, on which the actor stands, `seen_at`, the one clock's time (UTC), `offered`, whether an offer
    to hand it over waits, and `holders`, who reaches it, owner first. Raises NotFound
    where there is none or none to be known of, KnownOnly on rung SUMMARY (with the desk to ring), Refused where the
    actor reads but does not stand high enough. `log=False` only within a request that logged it.
    """
    found = next(iter(_cases(reference)), None)
    if found is None or found.stands_on < Rung.READ:
        raise _not_read(actor, reference)
    case: Case = found
    case.rung, case.seen_at, case.offered = Rung(found.stands_on), found.clock_says, found.offer_waits
    case.holders = read_holders(found.reached_by)
    if case.rung < needs:
        raise Refused("Your agency may read this case but not change it.").keeping(record_id=case.id)
    if log:
        note("view", record_id=case.id, subject="case", subject_id=case.id)
    return case


def _not_read(actor: Actor, reference: str) -> NotFound | KnownOnly:
    """What is answered for a case that the row policies hide: which desk to ring where that is due, else nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_record(%s)", [reference])
        record_id = cursor.fetchone()[0]
    desk = (
        desk_of(actor, record_id)
        if record_id is not None and rung_of(actor, record_id) == Rung.SUMMARY
        else None
    )
    if desk is None:
        return NotFound()
    return known_only(desk, record_id)
