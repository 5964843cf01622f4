"""Asking partners' systems, each in its own time and never longer: one that does not answer is said to, and holds nothing up."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.conf import settings

from sentinel.foundation.actor import Actor
from sentinel.interfaces.command_control.sending import NotTaken, asked_of, signature
from sentinel.interfaces.federated.fake import known
from sentinel.interfaces.federated.models import Connection
from sentinel.interfaces.federated.operations import secret_of
from sentinel.interfaces.federated.rules import INVENTED_SILENT, MOST_BYTES, Answer, Unreadable, asked, read

Ask = Callable[[Connection, bytes], bytes]


def connections_for(actor: Actor) -> list[Connection]:
    """The systems that the actor's agency may ask, by name. One query; none for an actor of no agency."""
    if actor.agency_id is None:
        return []
    return list(
        Connection.objects.filter(agency_id=actor.agency_id, stopped_at__isnull=True).order_by("name")
    )


@dataclass
class Asking:
    """Systems that are being asked. `answers` waits for each until its limit, counted from when it was asked."""

    connections: list[Connection]
    begun: float = field(default_factory=time.monotonic)
    _heard: dict[uuid.UUID, Answer] = field(default_factory=dict)
    _threads: dict[uuid.UUID, threading.Thread] = field(default_factory=dict)

    def answers(self) -> list[Answer]:
        """What each answered, in the order of their names."""
        found = []
        for one in self.connections:
            left = self.begun + one.limit_ms / 1000 - time.monotonic()
            self._threads[one.pk].join(max(left, 0.0))
            found.append(self._heard.get(one.pk) or _failed(one, "did not answer in time"))
        return found

    def ask(self, one: Connection, body: bytes, how: Ask) -> None:
        """Begin to ask one system. Its thread asks the database nothing."""

        def heard() -> None:
            try:
                answer = Answer(one.called, lines=read(how(one, body)), invented=one.is_invented)
            except (NotTaken, Unreadable):
                late = time.monotonic() - self.begun >= one.limit_ms / 1000
                answer = _failed(one, "did not answer in time" if late else "could not be asked")
            self._heard[one.pk] = answer

        self._threads[one.pk] = threading.Thread(target=heard, daemon=True, name="federated")
        self._threads[one.pk].start()


def begin_asking(
    actor: Actor,
    chosen: Collection[str],
    words: str,
    how: Ask | None = None,
    before: Callable[[list[Connection]], None] | None = None,
) -> Asking:
    """Begin to ask those of the actor's agency's systems whose ids are chosen, at once; any other id is none. One query at most.

    `before` is told of them, where there are any, before anything leaves: what it raises is raised, and none is asked."""
    wanted = [one for one in (connections_for(actor) if chosen else []) if str(one.pk) in set(chosen)]
    if wanted and before is not None:
        before(wanted)
    asking = Asking(wanted)
    body = asked(words, actor.reason)
    for one in wanted:
        asking.ask(one, body, how or _asked)
    return asking


def _failed(one: Connection, how: str) -> Answer:
    return Answer(one.called, says=f"{one.called} {how}.", invented=one.is_invented)


def _asked(one: Connection, body: bytes) -> bytes:
    if one.is_invented and not settings.PRODUCTION:
        if one.url == INVENTED_SILENT:
            time.sleep(one.limit_ms / 1000)
            raise NotTaken("It does not answer.")
        return known(str(json.loads(body)["words"]))
    headers = {
        "Content-Type": "application/json",
        "Sentinel-Signature": signature(secret_of(one), int(time.time()), body),
    }
    return asked_of(
        one.url, body, headers, loopback=not settings.PRODUCTION, seconds=one.limit_ms / 1000, most=MOST_BYTES
    )
