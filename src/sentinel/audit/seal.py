"""The seal: a keyed chain over the rows of the audit, closed every minute, its heads also written outside.

What a row says is hashed with a key that is not in the database, together with the row's place in the chain. Whoever
can write every table but does not hold the key can neither alter, delete, insert nor reorder what is sealed without
`verify` finding it; cutting off the tail is found by the heads outside.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from sentinel.audit.models import Entry, History, Seal, Sealed

LEDGERS = {"e": Entry, "h": History}
FIRST = "0" * 64
LOCK = 7305101


def row_hash(key: bytes, ledger: str, row: Entry | History, seal: int, position: int) -> str:
    """The keyed hash of what a row says and where in the chain it stands."""
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    said = json.dumps([ledger, seal, position, values], sort_keys=True, separators=(",", ":"), default=str)
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def head_of(
    key: bytes, number: int, previous: str, horizon: int, sealed_at: datetime, hashes: list[str]
) -> str:
    """The head of a seal: everything before it and everything in it."""
    said = "|".join([str(number), previous, str(horizon), sealed_at.isoformat(), str(len(hashes)), *hashes])
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def seal_waiting(*, now: datetime, key: str, heads: Path) -> int:
    """Seal every row of transactions that are older than any still running. Returns how many rows.

    A row's id is given before its transaction commits, so ids alone would miss one that commits late: rows are taken
    by transaction up to `pg_snapshot_xmin`. Must run as the worker's role.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT audit_server_begin() + pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        horizon = int(cursor.fetchone()[0])
        last = Seal.objects.order_by("-number").first()
        begin = last.horizon if last else 0
        number = last.number + 1 if last else 1
        secret = key.encode()
        members: list[Sealed] = []
        for ledger, model in LEDGERS.items():
            rows = model.objects.filter(transaction__gte=begin, transaction__lt=horizon).order_by("id")  # type: ignore[attr-defined]
            for row in rows.iterator(chunk_size=2000):
                position = len(members) + 1
                members.append(Sealed(seal_id=number, ledger=ledger, row_id=row.id, position=position,
                                      row_hash=row_hash(secret, ledger, row, number, position)))  # fmt: skip
        if members:
            previous = last.head if last else FIRST
            head = head_of(secret, number, previous, horizon, now, [m.row_hash for m in members])
            Seal.objects.create(
                number=number, sealed_at=now, horizon=horizon, rows=len(members), previous=previous, head=head
            )
            Sealed.objects.bulk_create(members, batch_size=2000)
    write_heads(heads)
    return len(members)


def write_heads(heads: Path) -> None:
    """Append to the file outside the database every head that it lacks, also after a crash between the two."""
    known = max((int(line["number"]) for line in read_heads(heads)), default=0)
    missing = list(Seal.objects.filter(number__gt=known).order_by("number"))
    if not missing:
        return
    heads.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(heads, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a") as handle:
        for seal in missing:
            handle.write(json.dumps({"number": seal.number, "rows": seal.rows, "head": seal.head,
                                     "sealed_at": seal.sealed_at.isoformat()}) + "\n")  # fmt: skip
        handle.flush()
        os.fsync(handle.fileno())


def read_heads(heads: Path) -> list[dict[str, Any]]:
    """The heads written outside, oldest first; a half-written last line is left out."""
    if not heads.exists():
        return []
    found = []
    for line in heads.read_text().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


@dataclass
class Verdict:
    """What verify found. `findings` are sentences that name the row or seal; `unsealed` rows cannot be judged yet."""

    seals: int = 0
    sealed: int = 0
    unsealed: int = 0
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def find(self, kind: str, words: str, **where: Any) -> None:
        """Note one finding: kind is altered, deleted, inserted, reordered or cut."""
        self.findings.append({"kind": kind, "words": words, **where})


NAMES = {"e": "audit entry", "h": "history row"}


def verify(*, key: str, heads: Path) -> Iterator[Verdict]:
    """Check the whole chain. Yields the growing verdict after each seal (for progress), the last one complete.

    Runs as a role that reads the whole audit (the worker's).
    """
    verdict = Verdict()
    secret = key.encode()
    previous, expected, horizon = FIRST, 1, 0
    # First of all: a head is written outside when its seal is in the database. Were it read after the seals, one that the
    # worker closed meanwhile, as it does each minute, would seem to have been cut off.
    outside = read_heads(heads)
    for seal in Seal.objects.order_by("number").iterator():
        if seal.number != expected:
            verdict.find("deleted", f"Seals {expected} to {seal.number - 1} are missing.", seal=expected)
        if seal.previous != previous:
            verdict.find(
                "altered", f"Seal {seal.number} does not follow the seal before it.", seal=seal.number
            )
        _verify_members(secret, seal, verdict)
        previous, expected, horizon = seal.head, seal.number + 1, seal.horizon
        verdict.seals += 1
        yield verdict
    for line in outside:
        if line["number"] >= expected:
            verdict.find(
                "cut",
                f"Seal {line['number']} was written outside but is not in the database.",
                seal=line["number"],
            )
            continue
        seal_now = Seal.objects.filter(number=line["number"]).first()
        if seal_now and seal_now.head != line["head"]:
            verdict.find(
                "altered",
                f"Seal {line['number']} has another head than was written outside.",
                seal=line["number"],
            )
    for ledger, model in LEDGERS.items():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                # The table's name is one of two constants.
                f"SELECT t.id FROM {table} t LEFT JOIN audit_sealed s ON s.ledger = %s AND s.row_id = t.id"
                " WHERE t.transaction < %s AND s.id IS NULL ORDER BY t.id LIMIT 100",
                [ledger, horizon],
            )
            for (row_id,) in cursor.fetchall():
                verdict.find("inserted", f"The {NAMES[ledger]} {row_id} was put in after its time was sealed.",
                             ledger=ledger, row=row_id)  # fmt: skip
            cursor.execute(f"SELECT count(*) FROM {table} WHERE transaction >= %s", [horizon])
            verdict.unsealed += cursor.fetchone()[0]
    yield verdict


def _verify_members(secret: bytes, seal: Seal, verdict: Verdict) -> None:
    members = list(Sealed.objects.filter(seal_id=seal.number).order_by("position"))
    rows: dict[tuple[str, int], Entry | History] = {}
    for ledger, model in LEDGERS.items():
        ids = [m.row_id for m in members if m.ledger == ledger]
        for begin in range(0, len(ids), 5000):
            for row in model.objects.filter(id__in=ids[begin : begin + 5000]):  # type: ignore[attr-defined]
                rows[(ledger, row.id)] = row
    wanted = 1
    for member in members:
        name = NAMES.get(member.ledger, "row")
        where = {"ledger": member.ledger, "row": member.row_id, "seal": seal.number}
        if member.position != wanted:
            verdict.find(
                "reordered", f"Position {wanted} of seal {seal.number} is not where it was.", **where
            )
        wanted = member.position + 1
        found = rows.get((member.ledger, member.row_id))
        if found is None:
            verdict.find("deleted", f"The {name} {member.row_id} has been deleted.", **where)
        elif row_hash(secret, member.ledger, found, seal.number, member.position) != member.row_hash:
            verdict.find(
                "altered",
                f"The {name} {member.row_id} is not what was sealed, or not where it stood.",
                **where,
            )
        else:
            verdict.sealed += 1
    if len(members) != seal.rows:
        verdict.find(
            "deleted", f"Seal {seal.number} had {seal.rows} rows and has {len(members)}.", seal=seal.number
        )
    hashes = [member.row_hash for member in members]
    if head_of(secret, seal.number, seal.previous, seal.horizon, seal.sealed_at, hashes) != seal.head:
        verdict.find("altered", f"The head of seal {seal.number} does not fit its rows.", seal=seal.number)
