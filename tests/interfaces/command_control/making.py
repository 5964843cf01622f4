"""Markers that the control room has accepted, a connected system, and a second connection that holds its transaction open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
from django.db import transaction
from django.test import Client as Browser

from sentinel.cases.models import Case, Party
from sentinel.foundation.actor import Actor, state_actor
from sentinel.foundation.clock import now
from sentinel.interfaces.command_control.operations import Issued, confirm_client, issue_client
from sentinel.interfaces.command_control.pushing import set_push
from sentinel.places.models import Place
from sentinel.risk.high.operations import answer_marker
from sentinel.risk.models import HighRisk, Marker
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party
from tests.risk.answers import THREAT, matrix
from tests.support import PRIYA, acting

NADIA, NEIL, BETH = "nadia.khan@police.example", "neil.carver@police.example", "beth.carr@three-oaks.example"
MARKERS = "/api/command-control/v1/markers"


def a_proposed_marker(
    full: str = "Margaret Ellis", email: str = PRIYA, place: Place | None = None
) -> tuple[Case, Party, Marker]:
    """A victim at high risk, committed."""
    with transaction.atomic():
        officer = acting(email)
        case = a_case(officer, now=now(), **({"place": place} if place else {}))
        party = a_party(officer, case, full, now=now())
        assess(actor=officer, now=now(), case=case, party=party, version=matrix(), answers=THREAT)
        return case, party, Marker.objects.get(high_risk=HighRisk.objects.get(case=case, party=party))


def a_shown_marker(full: str = "Margaret Ellis", email: str = PRIYA) -> tuple[Case, Party, Marker]:
    """The same, accepted by the control room."""
    case, party, marker = a_proposed_marker(full, email)
    return case, party, accepted(marker)


def accepted(marker: Marker) -> Marker:
    """The control room shows it."""
    with transaction.atomic():
        nadia = acting(NADIA)
        return answer_marker(
            actor=nadia, now=now(), marker_id=marker.id, version=marker.version, accepts=True
        )


def a_system(name: str = "Control room", email: str = NEIL) -> Issued:
    """A connected system of the police, confirmed by whoever runs the server."""
    issued = an_unconfirmed_system(name, email)
    with transaction.atomic():
        runs = Actor(None, issued.client.agency_id, rights=frozenset({"operate"}))
        state_actor(runs)
        return replace(issued, client=confirm_client(actor=runs, now=now(), client_id=issued.client.id))


def an_unconfirmed_system(name: str = "Control room", email: str = NEIL) -> Issued:
    """A key that the police's administrator has made."""
    with transaction.atomic():
        return issue_client(actor=acting(email), now=now(), name=name)


def asked(key: str, since: str = "", *, csv: bool = False, **more: Any) -> Any:
    """What Sentinel answers a system that asks."""
    address = f"{MARKERS}.csv" if csv else MARKERS
    wanted = {**({"since": since} if since else {}), **more}
    return Browser(headers={"host": "localhost"}).get(
        address, wanted, headers={"authorization": f"Bearer {key}"}
    )


def told(key: str, since: str = "", **more: Any) -> dict[str, Any]:
    """The same where it is answered."""
    answer = asked(key, since, **more)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


@contextmanager
def held_open(urls: dict[str, str], actor: Actor) -> Iterator[psycopg.Connection[Any]]:
    """Another connection of the application, its actor stated, in a transaction that is open until it is committed."""
    with psycopg.connect(urls["sentinel_app"]) as connection:
        holders = "{" + ",".join(str(one) for one in actor.holders) + "}"
        connection.execute("SELECT set_config('sentinel.holders', %s, true)", [holders])
        connection.execute(
            "SELECT set_config('sentinel.user', %s, true), set_config('sentinel.agency', %s, true)",
            [str(actor.user_id), str(actor.agency_id)],
        )
        yield connection


def whoever_runs_it(issued: Issued) -> Actor:
    found = Actor(None, issued.client.agency_id, rights=frozenset({"operate", "administer_agency"}))
    state_actor(found)
    return found


def sent_to(issued: Issued, url: str) -> str:
    """Have a system sent its markers; the secret."""
    with transaction.atomic():
        actor = whoever_runs_it(issued)
        return set_push(actor=actor, now=now(), client=issued.client, url=url)[1]
