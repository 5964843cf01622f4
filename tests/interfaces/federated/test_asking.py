"""A partner's own system is asked beside Sentinel: it answers, is late, is out of order or talks nonsense, and nothing waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError, transaction

from sentinel.accounts.models import Agency
from sentinel.accounts.rules import OPERATOR
from sentinel.audit.models import Entry
from sentinel.cli.demo.engines import connect_engines
from sentinel.foundation.actor import Actor, state_actor
from sentinel.foundation.clock import now
from sentinel.interfaces.federated.fake import Engine, server
from sentinel.interfaces.federated.models import Connection
from sentinel.interfaces.federated.operations import connect, secret_of, stop
from sentinel.interfaces.federated.queries import begin_asking, connections_for
from sentinel.interfaces.federated.rules import INVENTED, Answer, Line, Unreadable, read
from sentinel.kernel.errors import Invalid, NotFound, Refused
from sentinel.matching.hits import watching
from tests.search.making import sparrow
from tests.support import PRIYA, acting, signed_in, user


def runs() -> Actor:
    found = Actor(user_id=None, agency_id=None, rights=OPERATOR)
    state_actor(found)
    return found


def connected(name: str = "Genie", url: str = "http://127.0.0.1:9/", limit_ms: int = 2000) -> Connection:
    agency = Agency.objects.get(code="charnwood")
    return connect(actor=runs(), now=now(), agency=agency, name=name, url=url, limit_ms=limit_ms)[0]


@contextmanager
def served(**how: Any) -> Iterator[tuple[Engine, str]]:
    engine = Engine(secret="", **how)
    serving = server(engine)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    try:
        yield engine, f"http://127.0.0.1:{serving.server_address[1]}/"
    finally:
        serving.shutdown()
        serving.server_close()


def answers(me: Actor, *connections: Connection, words: str = "Margaret Ellis") -> list[Answer]:
    return begin_asking(me, [str(one.pk) for one in connections], words).answers()


@pytest.mark.django_db
def test_what_it_knows_is_shown_and_it_is_asked_only_what_was_typed() -> None:
    with served() as (engine, url):
        genie = connected(url=url)
        engine.secret = secret_of(genie)
        found = answers(replace(acting(PRIYA), reason="She rang"), genie)
    assert found == [
        Answer("Genie", lines=(Line("Margaret Ellis", "14 Sparrow Lane", "rang three times in 2024"),))
    ]
    assert engine.asked == ["Margaret Ellis"]


@pytest.mark.django_db
def test_one_that_is_slow_out_of_order_or_talks_nonsense_is_said_to_be_and_holds_up_none() -> None:
    with (
        served(slow=3) as (slow, one),
        served(out=True) as (_, two),
        served(garbled=True) as (three, url),
        served() as (four, last),
    ):
        made = [
            connected("A slow one", one, 300),
            connected("B is out", two),
            connected("C garbled", url),
            connected("Dee", last),
        ]
        for engine, connection in ((slow, made[0]), (three, made[2]), (four, made[3])):
            engine.secret = secret_of(connection)
        begun = time.monotonic()
        found = answers(acting(PRIYA), *made)
        took = time.monotonic() - begun
    assert [one.says for one in found] == [
        "A slow one did not answer in time.", "B is out could not be asked.", "C garbled could not be asked.", "",
    ]  # fmt: skip
    assert found[3].lines
    assert took < 2.9, "longer than its limit nobody waits, however slow it is"


@pytest.mark.django_db
def test_nobody_asks_another_agency_s_systems_or_one_that_was_stopped() -> None:
    genie = connected()
    assert [one.pk for one in connections_for(acting(PRIYA))] == [genie.pk]
    other = acting("beth.carr@three-oaks.example")
    assert connections_for(other) == []
    assert answers(other, genie) == []
    stop(actor=runs(), now=now(), agency=genie.agency, name="Genie")
    assert answers(acting(PRIYA), genie) == []


@pytest.mark.django_db
def test_only_whoever_runs_the_server_connects_and_only_to_plain_addresses_elsewhere() -> None:
    agency = Agency.objects.get(code="charnwood")
    given: dict[str, Any] = {"now": now(), "agency": agency, "name": "Genie", "limit_ms": 1000}
    with pytest.raises(Refused):
        connect(actor=acting(PRIYA), url="https://genie.example/ask", **given)
    for url in ("http://genie.example/", "https://user:pass@genie.example/", "ftp://genie.example"):
        with pytest.raises(Invalid):
            connect(actor=runs(), url=url, **given)
    with pytest.raises(Invalid):
        connect(actor=runs(), url="https://genie.example/", **{**given, "limit_ms": 60_000})
    with pytest.raises(NotFound):
        stop(actor=runs(), now=now(), agency=agency, name="Nobody")
    first, again = connected(), connected()
    assert first.pk == again.pk
    assert secret_of(first) != secret_of(again)


def test_an_answer_is_read_with_nothing_in_it_but_words() -> None:
    many = b'{"lines": [' + b",".join([b'{"what": "a  b", "href": "javascript:1", "where": 3}'] * 30) + b"]}"
    assert read(many) == (Line("a b"),) * 20
    assert read(b'{"lines": [3, {"where": "x"}]}') == ()
    for body in (b"", b"[]", b'{"lines": 3}', b"\xff", b"[" * 100_000):
        with pytest.raises(Unreadable):
            read(body)


def test_the_page_asks_what_is_ticked_wants_a_reason_and_records_it(transactional_db: None) -> None:
    with served() as (engine, url):
        with transaction.atomic():
            sparrow()
            genie = connected(url=url)
            engine.secret = secret_of(genie)
        client = signed_in(PRIYA)
        asked = {"q": "Margaret Ellis", "systems": [str(genie.pk)]}
        refused = client.post("/find", asked)
        assert refused.status_code == 422
        assert engine.asked == []
        page = client.post("/find", {**asked, "reason": "She rang"}).content.decode()
        assert "rang three times in 2024" in page
        assert "invented" not in page.lower()
        assert "rang three times" not in client.post("/find", {"q": "Margaret Ellis"}).content.decode()
    with transaction.atomic():
        acting("ravi.desai@police.example")
        entries = Entry.objects.filter(kind="search", subject="everything").order_by("id")
        assert [one.detail["systems"] for one in entries] == [[str(genie.pk)], []]
        assert "Ellis" not in str([one.detail for one in entries])


def test_over_the_pace_no_partner_is_asked(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "pace_on", lambda on, agency_id: 1)
    with served() as (engine, url):
        with transaction.atomic():
            genie = connected(url=url)
            engine.secret = secret_of(genie)
        client = signed_in(PRIYA)
        said = {"q": "Margaret Ellis", "reason": "She rang", "systems": [str(genie.pk)]}
        assert [client.post("/find", said).status_code for _ in range(2)] == [200, 403]
        assert engine.asked == ["Margaret Ellis"]
    with transaction.atomic():
        acting("ravi.desai@police.example")
        told = Entry.objects.filter(kind__in=("search", "systems_asked")).order_by("id")
        assert [(one.kind, one.detail["systems"]) for one in told] == [
            ("systems_asked", [str(genie.pk)]), ("search", [str(genie.pk)]),
        ]  # fmt: skip
        assert {one.reason for one in told} == {"She rang"}


def test_whoever_began_to_ask_partners_in_time_is_not_refused_what_they_answered(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another search of the same person may end between: then what left would stand nowhere."""
    paces = iter((1, 0))
    monkeypatch.setattr(watching, "pace_on", lambda on, agency_id: next(paces))
    with transaction.atomic():
        genie = connected(url=INVENTED)
    answer = signed_in(PRIYA).post("/find", {"q": "Ellis", "systems": [str(genie.pk)], "reason": "She rang"})
    assert answer.status_code == 200


def test_what_partners_were_asked_is_recorded_though_the_search_itself_took_too_long(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: object, **__: object) -> None:
        raise Invalid.of("q", "That took too long to look for.")

    with transaction.atomic():
        sparrow()
        genie = connected(url=INVENTED)
    monkeypatch.setattr("sentinel.desk.find.views.find_people", late)
    answer = signed_in(PRIYA).post("/find", {"q": "Ellis", "systems": [str(genie.pk)], "reason": "She rang"})
    assert "took too long" in answer.content.decode()
    with transaction.atomic():
        acting("ravi.desai@police.example")
        entry = Entry.objects.get(kind="search", subject="everything")
    assert (entry.detail["systems"], entry.detail["persons"]) == ([str(genie.pk)], [])


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuntimeError("Something nobody expected"), 500),
        (OperationalError("The server went away"), 503),
        (NotFound(), 404),
    ],
)
def test_that_partners_were_asked_stays_in_the_audit_whatever_fails_afterwards(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    with transaction.atomic():
        genie = connected(url=INVENTED)
    monkeypatch.setattr("sentinel.desk.find.views.find_people", fails)
    client = signed_in(PRIYA)
    client.raise_request_exception = False
    answer = client.post("/find", {"q": "Ellis", "systems": [str(genie.pk)], "reason": "She rang"})
    assert answer.status_code == status
    with transaction.atomic():
        acting("ravi.desai@police.example")
        [entry] = Entry.objects.filter(kind__in=("systems_asked", "search"))
        assert (entry.kind, entry.detail["systems"], entry.reason) == (
            "systems_asked",
            [str(genie.pk)],
            "She rang",
        )
        assert entry.user_id == user(PRIYA).pk


def test_an_invented_system_is_shown_as_such_and_one_that_fails_is_said_to(transactional_db: None) -> None:
    with transaction.atomic():
        sparrow()
        connect_engines(now=now())
        connect_engines(now=now())
        systems = {one.name: str(one.pk) for one in connections_for(acting(PRIYA))}
    assert sorted(systems) == ["Enterprise", "Genie"]
    page = (
        signed_in(PRIYA)
        .post("/find", {"q": "Margaret Ellis", "systems": list(systems.values()), "reason": "She rang"})
        .content.decode()
    )
    assert "In Genie (invented)" in page
    assert "rang three times in 2024" in page
    assert "Enterprise (invented) did not answer in time." in page
    heading = page.partition("In Enterprise (invented)")[2].partition("</h3>")[0]
    assert "no answer" in heading, "who did not answer did not say that there is nothing"
    assert "0" not in heading
    assert page.count("in the place of the real system") == 2


def test_no_invented_system_is_connected_in_production(settings: Any, transactional_db: None) -> None:
    settings.PRODUCTION = True
    with transaction.atomic(), pytest.raises(Invalid):
        connected(url=INVENTED)
