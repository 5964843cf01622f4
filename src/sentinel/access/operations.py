"""The only way into the access table: open, share, restrict, revoke, touch. The database checks each again."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import ProgrammingError, connection, transaction

from sentinel.access.models import Disclosure, Kind, Rung
from sentinel.access.queries import agreements_of, holders_of, rung_of, silent_kind_of_owner
from sentinel.accounts.models import Agency
from sentinel.audit.operations import Entry, note_all
from sentinel.foundation.actor import Actor
from sentinel.foundation.rows import put_all
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Refused
from sentinel.kernel.ids import new_id


def _call(function: str, *arguments: uuid.UUID | list[uuid.UUID] | datetime | str | int | None) -> None:
    with connection.cursor() as cursor:
        # None of them answers: within `sent_ahead` nobody waits for this.
        cursor.execute(f"SELECT FROM {function}({', '.join(['%s'] * len(arguments))})", list(arguments))


def open_record(
    *, actor: Actor, now: datetime, record_id: uuid.UUID, kind: Kind, personal: bool = False
) -> None:
    """Make the actor's agency the owner of a new record, or the actor alone where it is `personal` (a draft).

    Must come before the record's rows are inserted: the row policies ask for it.
    """
    holder = actor.user_id if personal else actor.agency_id
    _call("access_open", record_id, int(kind), holder, now)


def open_shared(
    *,
    actor: Actor,
    now: datetime,
    record_id: uuid.UUID,
    kind: Kind,
    holders: Iterable[uuid.UUID],
    rung: Rung,
    via: str,
) -> None:
    """The same, and some agencies reach the record from its first row on. One statement.

    The caller writes what was disclosed to each of them (`disclose_all`) in the same transaction.
    """
    _call(
        "access_open_shared", record_id, int(kind), actor.agency_id, now, sorted(holders), int(rung), via
    )  # fmt: skip


def share(
    *,
    actor: Actor,
    now: datetime,
    record_id: uuid.UUID,
    kind: Kind,
    holder_id: uuid.UUID,
    rung: Rung,
    what: str,
    lawful_basis: str,
    why: str = "",
    wish: str = "not_asked",
    until: datetime | None = None,
    via: str = "shared",
    to_person: bool = False,
    of_agency: uuid.UUID | None = None,
    ledger_kind: str = "share",
) -> None:
    """Let an agency or person (of an agency) reach a record, with a row in the disclosure ledger.

    Raises Refused unless the actor's agency owns the record.
    """
    if rung_of(actor, record_id) < Rung.OWNER:
        raise Refused("Only the agency that owns this record can share it.")
    _call("access_give", record_id, int(kind), holder_id, int(rung), until, via)
    disclose(
        actor=actor, now=now, record_id=record_id, kind=ledger_kind, what=what, lawful_basis=lawful_basis, why=why,
        wish=wish, to_agency=of_agency if to_person else holder_id, to_person=holder_id if to_person else None,
    )  # fmt: skip


def revoke(*, actor: Actor, now: datetime, record_id: uuid.UUID, holder_id: uuid.UUID, why: str) -> None:
    """End what a holder reaches, from the next request on. Raises Refused unless the actor's agency owns it."""
    if rung_of(actor, record_id) < Rung.OWNER:
        raise Refused("Only the agency that owns this record can end its sharing.")
    _call("access_take", record_id, holder_id)
    # A holder is an agency, or a person (named, or reading in an emergency).
    agency = Agency.objects.filter(pk=holder_id).exists()
    disclose(
        actor=actor, now=now, record_id=record_id, kind="revoke", what="access", lawful_basis="", why=why,
        wish="not_applicable", to_agency=holder_id if agency else None, to_person=None if agency else holder_id,
    )  # fmt: skip


def share_by_agreement(
    *,
    actor: Actor,
    now: datetime,
    record_id: uuid.UUID,
    kind: Kind,
    involved: Iterable[uuid.UUID] = (),
    lawful_basis: str = "",
) -> None:
    """Give what the owner's agreements in force give: involved agencies, on a basis in words, their rung, others SUMMARY where agreed.

    Of an agency whose records are of a silent kind only an agreement that names the kind gives anything.
    """
    involved_ids = set(involved) - {actor.agency_id}
    silent = silent_kind_of_owner(actor.agency_id)
    for agreement in agreements_of(actor.agency_id, kind, london_date(now)):
        if agreement.other_id in involved_ids or (silent and silent not in agreement.silent_kinds):
            continue
        rung = Rung(agreement.rung)
        _call("access_give", record_id, int(kind), agreement.other_id, int(rung), None, "agreement")
        if rung >= Rung.READ:
            disclose(actor=actor, now=now, record_id=record_id, kind="share", what="record, by agreement",
                    lawful_basis=agreement.legal_basis, why=agreement.source, wish="not_asked",
                    to_agency=agreement.other_id, to_person=None)  # fmt: skip
    for agency_id in sorted(involved_ids, key=str):
        share(actor=actor, now=now, record_id=record_id, kind=kind, holder_id=agency_id, rung=Rung.WRITE,
              what="record, as an involved agency", lawful_basis=lawful_basis,
              via="involved")  # fmt: skip


def settle_summaries(
    *, actor: Actor, now: datetime, record_id: uuid.UUID, kind: Kind, silent: Collection[str]
) -> None:
    """Let those know of a record, and no others, whom the owner's agreements in force let know of one of these silent kinds (none:
    of any). What was given by hand, or to read, stays as it is.

    Raises Refused unless the actor's agency owns the record.
    """
    if rung_of(actor, record_id) < Rung.OWNER:
        raise Refused("Only the agency that owns this record says who may know of it.")
    of_all = {*silent, silent_kind_of_owner(actor.agency_id)} - {""}
    knows = {
        one.other_id
        for one in agreements_of(actor.agency_id, kind, london_date(now))
        if one.rung == Rung.SUMMARY and of_all <= set(one.silent_kinds)
    }
    standing = {one.holder_id: one for one in holders_of(actor, record_id)}
    for holder, one in standing.items():
        if one.rung == Rung.SUMMARY and one.via == "agreement" and holder not in knows:
            _call("access_take", record_id, holder)
    for holder in sorted(knows - standing.keys()):
        _call("access_give", record_id, int(kind), holder, int(Rung.SUMMARY), None, "agreement")


def make_audience(
    *, actor: Actor, now: datetime, holders: Iterable[uuid.UUID] = (), named: Iterable[uuid.UUID] = ()
) -> uuid.UUID:
    """A new, narrower audience: the actor's own agency unless `named` persons are given, and `holders` besides.

    Returns its id, to stand as `audience_id` on a row. With `named`, only those persons (and the actor) reach it.
    """
    audience_id = new_id()
    people = list(named)
    open_record(actor=actor, now=now, record_id=audience_id, kind=Kind.AUDIENCE, personal=bool(people))
    for holder in [*people, *holders]:
        if holder != (actor.user_id if people else actor.agency_id):
            _call("access_give", audience_id, int(Kind.AUDIENCE), holder, int(Rung.READ), None, "audience")
    return audience_id


def touch(*, record_id: uuid.UUID, now: datetime) -> None:
    """Move a record to the top of the lists it stands in."""
    _call("access_touch", record_id, now)


def disclose(
    *,
    actor: Actor,
    now: datetime,
    record_id: uuid.UUID,
    kind: str,
    what: str,
    lawful_basis: str,
    why: str,
    wish: str,
    to_agency: uuid.UUID | None,
    to_person: uuid.UUID | None,
) -> Disclosure:
    """One row in the disclosure ledger, and its audit entry: what left, to whom, on which basis, by whose decision."""
    leaves = Leaves(record_id, kind, what, lawful_basis, why, wish, to_agency, to_person)
    return disclose_all(actor=actor, now=now, leaves=[leaves])[0]


@dataclass(frozen=True)
class Leaves:
    """What leaves a record, for the ledger: as `disclose` takes it."""

    record_id: uuid.UUID
    kind: str
    what: str
    lawful_basis: str
    why: str
    wish: str = "not_asked"
    to_agency: uuid.UUID | None = None
    to_person: uuid.UUID | None = None


def disclose_all(*, actor: Actor, now: datetime, leaves: Sequence[Leaves]) -> list[Disclosure]:
    """A row in the ledger of each thing that leaves, and its audit entry. Two statements; none for nothing."""
    rows = put_all([
        Disclosure(
            record_id=one.record_id, origin_agency_id=actor.agency, created_at=now, created_by_id=actor.user_id,
            kind=one.kind, what=one.what, to_agency_id=one.to_agency, to_person_id=one.to_person, why=one.why,
            lawful_basis=one.lawful_basis, wish=one.wish, decided_by_id=actor.user_id, disclosed_at=now,
        )
        for one in leaves
    ])  # fmt: skip
    note_all(
        Entry(one.kind, one.record_id, "agency" if one.to_agency else "person", one.to_agency or one.to_person or "")
        for one in leaves
    )  # fmt: skip
    return rows


def exported(*, actor: Actor, records: Iterable[uuid.UUID], what: str, why: str) -> None:
    """A row in the disclosure ledger of each record that leaves in an export, and in the audit, for its owner to see.

    The actor need only read them. Raises Refused where one may not be read.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT access_exported(%s::uuid[], %s, %s)", [list(records), what, why])
    except ProgrammingError as error:
        raise Refused("Only what you may read can be taken out.") from error
