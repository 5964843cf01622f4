"""Reading cases. get_case is the one guarded way to a case: it logs the read and answers the same for absent and
forbidden."""

from __future__ import annotations

from django.db import connection

from sentinel.access.models import Rung
from sentinel.access.queries import desk_of, rung_of
from sentinel.audit.operations import note
from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import KnownOnly, NotFound, Refused


def get_case(actor: Actor, reference: str, needs: Rung = Rung.READ, *, log: bool = True) -> Case:
    """The case with this reference, if the actor stands on rung `needs` or above; the read is logged.

    Raises NotFound where there is none or none to be known of, KnownOnly on rung SUMMARY (with the desk to ring),
    Refused where the actor reads but does not stand high enough. `log=False` only within a request that logged it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_record(%s)", [reference])
        record_id = cursor.fetchone()[0]
    if record_id is None:
        raise NotFound()
    rung = rung_of(actor, record_id)
    if rung < Rung.READ:
        desk = desk_of(actor, record_id)
        if desk is None:
            raise NotFound()
        if desk.names_give_away:
            raise KnownOnly("the partnership's sharing desk", "", str(record_id))
        raise KnownOnly(desk.desk_name, desk.desk_phone, str(record_id))
    if rung < needs:
        raise Refused("Your agency may read this case but not change it.")
    case = Case.objects.select_related("owner_agency", "lead", "team", "place", "primacy_agency").get(
        pk=record_id
    )
    if log:
        note("view", record_id=case.id, subject="case", subject_id=case.id)
    return case
