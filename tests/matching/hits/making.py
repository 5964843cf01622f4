"""A case of Charnwood's of which the landlord may only know, and what is asked about it."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import transaction

from sentinel.cases.models import Case
from sentinel.foundation.clock import now
from sentinel.kernel.ids import new_id
from sentinel.matching.hits.models import AccessRequest
from sentinel.matching.hits.operations import ask_for_access, grant_access
from sentinel.matching.hits.telling import Elsewhere, tell_elsewhere
from sentinel.matching.rules import Given
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven
from tests.reports.telling import MARGARET, telling
from tests.support import PRIYA, acting

COLIN = "colin.webb@charnwood.example"  # supervises in the agency that owns the case
KOFI = "kofi.mensah@soar-valley.example"  # the landlord may know of Charnwood's cases, and read none
BETH = "beth.carr@three-oaks.example"  # another landlord
assert MARGARET.phone is not None
SAID = Given(name="Margaret Ellis", phones=(MARGARET.phone.e164,))
WHY = "She is our tenant, and we are about to serve a notice on the flat above."


def margarets_case(when: datetime) -> Case:
    """Margaret Ellis's report to Charnwood, opened as a case, in the present transaction."""
    priya = acting(PRIYA)
    caller = CallerGiven(name="Margaret Ellis", phone=MARGARET.phone)
    report = take_report(actor=priya, now=when, telling=telling(caller=caller))
    return open_case_from_report(actor=priya, now=when, report=report, title="Noise at Sparrow Lane")


def told(email: str = KOFI, given: Given = SAID, in_hand: uuid.UUID | None = None) -> list[Elsewhere]:
    """What somebody is told while they take a report that nobody has kept yet."""
    return tell_elsewhere(acting(email), given, in_hand=in_hand or new_id())


def asked(email: str = KOFI, wanted: str = "read", when: datetime | None = None) -> AccessRequest:
    """A request for access beside the only hit."""
    [hit] = told(email)
    return ask_for_access(actor=acting(email), now=when or now(), hit=hit.hit, reason=WHY, wanted=wanted)


def granted(row: AccessRequest, email: str = COLIN, **given: Any) -> AccessRequest:
    """It is granted, to read, for an hour, unless other things are given."""
    moment = given.pop("now", None) or now()
    said = {"granted": "read", "until": moment + timedelta(hours=1), "lawful_basis": "crime_and_disorder",
            "wish": "agrees", "version": row.version, **given}  # fmt: skip
    return grant_access(actor=acting(email), now=moment, row_id=row.pk, **said)


@contextmanager
def clock_moved(urls: dict[str, str], by: timedelta):
    """The one clock, put forward for everybody; put back at the end."""

    def put(offset: timedelta) -> None:
        with psycopg.connect(urls["postgres"], autocommit=True) as superuser:
            superuser.execute(
                'INSERT INTO foundation_clock (id, "offset") VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET "offset" = EXCLUDED."offset"',
                [offset],
            )

    put(by)
    try:
        yield
    finally:
        put(timedelta(0))


def committed_case() -> Case:
    """The case with a real commit."""
    with transaction.atomic():
        return margarets_case(now())
