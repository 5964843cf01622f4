"""Reads pages of one site as told on standard input, one JSON order a line; answers with times in milliseconds."""

from __future__ import annotations

import gc
import html
import json
import logging
import re
import sys
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import django
import structlog

django.setup()

from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from sentinel.access.models import Reach
from sentinel.accounts.models import User
from sentinel.accounts.queries import actor_for
from sentinel.cases.models import Case, Party
from sentinel.cli.demo.invented import Inventor
from sentinel.foundation.actor import Actor, state_actor
from sentinel.foundation.middleware import QueryCounter
from sentinel.foundation.settling import Settling
from sentinel.matching.hits import watching
from sentinel.people.models import PersonName

if TYPE_CHECKING:
    from bench.submit import BareCopy

gc.collect()
gc.freeze()  # as the web server does when it has loaded everything (sentinel.wsgi)
logging.disable(logging.INFO)
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def _has_page(name: str) -> bool:
    try:
        reverse(name, args=[uuid.UUID(int=0)])
    except NoReverseMatch:
        return False
    return True


PLACES = _has_page("place")
SETTLING = Settling()
BACKEND = "sentinel.accounts.backends.AccountBackend"


# A report of a stranger's noise, with each question that must have an answer answered.
TAKEN = {
    "do": "record", "q-danger_now": "no", "q-caller_name": "Bench Caller", "q-caller_number": "01632 960142",
    "q-happened_to": "caller", "q-where": "the car park", "q-what": "Shouting every night until two.",
    "q-name_wish": "may_be_used", "q-afraid": "yes", "q-crime": "no", "q-happened_before": "no", "q-under_18": "no",
    "q-vulnerable": "no", "q-threat_to_life": "no", "q-weapon": "no", "q-violence": "no", "q-hate": "no",
    "q-going_on": "no", "r-category": "nuisance", "r-national_type": "noise", "r-channel": "telephone",
    "q-safe_methods": "call",
}  # fmt: skip


class Reader:
    """One signed-in person and the addresses that they read in turn."""

    def __init__(self, email: str) -> None:
        self.user = User.objects.prefetch_related("roles").get(email=email)
        self.client = Client(headers={"host": "localhost"})
        self.client.force_login(self.user, backend=BACKEND)
        with transaction.atomic():
            state_actor(actor_for(self.user))
            reached = Reach.objects.filter(holder_id=self.user.agency_id, kind=1, rung__gte=2).order_by(
                "-sort_key"
            )
            cases = list(Case.objects.filter(id__in=reached.values("record_id")[:20]))
            self.names = list(
                PersonName.objects.filter(record_id__in=[case.id for case in cases]).values_list(
                    "full", flat=True
                )
            )
        self.cases = [f"/cases/{case.reference}" for case in cases]
        self.places = (
            [reverse("place", args=[case.place_id]) for case in cases if case.place_id] if PLACES else []
        )

    def address(self, page: str, number: int) -> str | None:
        """What to ask for in turn `number`; None where this reader has nothing of the kind."""
        lists = {"case": self.cases, "place": self.places}
        if page in lists:
            return lists[page][number % len(lists[page])] if lists[page] else None
        return {
            "floor": "/floor",
            "my_work": "/",
            "compliance": "/compliance",
            "case_list": "/cases/?status=active&band=1&category=nuisance",
        }[page]

    def read(self, page: str, turn: int) -> dict[str, Any]:
        """Milliseconds of one reading and the queries that it took; no times where there is nothing to read."""
        address = self.address(page, turn)
        if address is None:
            return {"times": [], "queries": 0}
        counter = QueryCounter()
        begun = time.perf_counter()
        with connection.execute_wrapper(counter):
            response = self.client.get(address)
        took = (time.perf_counter() - begun) * 1000
        SETTLING.answered()
        if response.status_code != 200:
            raise RuntimeError(f"{page}: {response.status_code}")
        return {"times": [took], "queries": counter.count}

    def work(self, page: str, turn: int) -> dict[str, Any]:
        """Milliseconds of one list, search, opening of a case or report taken by its page (the peer does the same)."""
        data: dict[str, Any] | None = None
        if page == "list":
            address = "/cases/"
        elif page == "open":
            address = self.cases[turn % len(self.cases)]
        elif page == "search":
            address, data = (
                "/bench/find",
                {"q": self.names[turn % len(self.names)], "reason": "He rang about his case"},
            )
        else:
            address, data = reverse("take_report"), {**self.form(), **TAKEN}
            data["r-submission"] = str(uuid.uuid4())
        begun = time.perf_counter()
        response = self.client.get(address) if data is None else self._post(address, data)
        took = (time.perf_counter() - begun) * 1000
        SETTLING.answered()
        if response.status_code != (302 if page == "create" else 200):
            raise RuntimeError(f"{page}: {response.status_code}")
        if page == "search" and self.names[turn % len(self.names)].split()[-1] not in html.unescape(
            response.content.decode()
        ):
            raise RuntimeError("the search found nobody")
        return {"times": [took], "queries": 0}

    def find(self, words: str) -> dict[str, Any]:
        """Milliseconds of one search in the box, and its queries."""
        counter = QueryCounter()
        begun = time.perf_counter()
        with connection.execute_wrapper(counter):
            response = self._post("/find", {"q": words, "reason": "He rang about his case"})
        took = (time.perf_counter() - begun) * 1000
        if response.status_code not in (200, 302):
            raise RuntimeError(f"{words}: {response.status_code}")
        return {"times": [took], "queries": counter.count}

    def misspelt(self, names: int, *, alone: bool) -> dict[str, Any]:
        """Of so many people whom this person may see, how many in a hundred stand in the first five lines when their surname is misspelt.
        `alone`: nothing else is typed, and anybody of that surname will do."""
        inventor = Inventor(20261122)
        met = sorted(set(self._some_names(names * 3)), key=str.casefold)
        chosen = [name for name in met if len(name.split()) == 2 and len(name.split()[1]) >= 4]
        chosen = inventor.random.sample(chosen, min(names, len(chosen)))
        found = 0
        for name in chosen:
            given, family = name.split()
            wrong = family
            while wrong.casefold() == family.casefold():
                wrong = inventor.mistyped(family)
            page = self._post(
                "/find", {"q": wrong if alone else f"{given} {wrong}", "kind": "people", "reason": "He rang"}
            )
            lines = re.findall(r's-work__what">(?:<a[^>]*>)?([^<]+)', page.content.decode())[:5]
            heads = [html.unescape(line) for line in lines]
            found += any(head.split()[-1] == family if alone else head.startswith(name) for head in heads)
        return {"found": 100 * found / len(chosen), "queries": 0}

    def _some_names(self, many: int) -> list[str]:
        with transaction.atomic():
            state_actor(actor_for(self.user))
            reached = Reach.objects.filter(holder_id=self.user.agency_id, kind=1, rung__gte=2).order_by(
                "record_id"
            )
            records = list(reached.values_list("record_id", flat=True)[: many * 4])
            spread = records[:: max(1, len(records) // many)]
            return list(PersonName.objects.filter(record_id__in=spread).values_list("full", flat=True))

    def _post(self, address: str, data: dict[str, Any]) -> Any:
        """As a browser posts a form without a file."""
        return self.client.post(address, urlencode(data), content_type="application/x-www-form-urlencoded")

    def form(self) -> dict[str, str]:
        """What the page of a new report holds already: the day and time of telling."""
        page = self.client.get(reverse("take_report")).content.decode()
        return dict(re.findall(r'name="(r-told_\w+)"[^>]*?value="([^"]*)"', page))

    def submit(self, requests: int) -> dict[str, Any]:
        """Reports taken by the operation, and each time the rows of it in one bare transaction."""
        from bench.submit import BareCopy, a_report

        return self._beside_bare(BareCopy(), [a_report(self.user, number) for number in range(requests)])

    def assess(self, requests: int) -> dict[str, Any]:
        """Victims assessed as at high risk in cases of this person's agency, and each time the rows of it bare."""
        from bench.submit import BareCopy, an_assessment

        with transaction.atomic():
            state_actor(actor_for(self.user))
            own = Party.objects.filter(
                case__owner_agency_id=self.user.agency_id, case__status="active", case__highest_band__lt=3
            )
            parties = list(own.select_related("case").order_by("-case__opened_at")[:requests])
        if len(parties) < requests:
            raise RuntimeError(f"{self.user.email} has {len(parties)} such cases")
        return self._beside_bare(BareCopy(), [an_assessment(party) for party in parties])

    def _beside_bare(self, copy: BareCopy, doings: list[Callable[[Actor], object]]) -> dict[str, Any]:
        times, bare, raw = [], [], []
        for do in doings:
            took, rows = copy.take(self.user, do)
            times.append(took)
            copy.prepare(rows)
            bare.append(copy.write(rows))
            copy.empty()
            raw.append(copy.write_raw(rows))
        return {"times": times, "bare": bare, "raw": raw, "rows": len(rows), "queries": 0}


def main() -> None:
    """Answer orders until standard input ends."""
    # Searches are counted as everywhere, and none is too many: a bench asks faster than anybody types.
    setattr(watching, "pace_on", lambda on, agency_id: sys.maxsize)  # noqa: B010  a kept function, of another kind
    readers: dict[str, Reader] = {}
    for line in sys.stdin:
        order = json.loads(line)
        reader = readers.get(order["email"]) or readers.setdefault(order["email"], Reader(order["email"]))
        if order["page"] in {"submit", "assess"}:
            answer = getattr(reader, order["page"])(order["requests"])
        elif order["page"] == "find":
            answer = reader.find(order["words"])
        elif order["page"] == "misspelt":
            answer = reader.misspelt(order["names"], alone=order["alone"])
        elif order["page"] in {"list", "search", "open", "create"}:
            answer = reader.work(order["page"], order["turn"])
        else:
            answer = reader.read(order["page"], order["turn"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
