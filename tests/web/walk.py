"""Every page of the product as somebody whose work it is sees it, over the shared world: for tests of all pages at once."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import transaction
from django.test import Client

from sentinel.access.break_glass import break_glass
from sentinel.accounts.models import Agency, Team, User
from sentinel.cases.models import Case, Party
from sentinel.desk.help.topics import TOPICS
from sentinel.foundation.clock import now
from sentinel.partnership.models import Referral
from sentinel.partnership.referrals.operations import open_referral
from sentinel.partnership.referrals.outcomes import record_outcome
from sentinel.risk.lowering import ask_to_lower
from tests.access.test_every_address import addresses
from tests.access.world import World
from tests.cases.making import a_case
from tests.conftest import PASSWORD
from tests.desk.place.making import DISTRICT, LSOA
from tests.governance.making import proposed, reworded, rule_proposed
from tests.partnership.making import send
from tests.risk.answers import CALM_OF, assessed_as, matrix
from tests.support import PRIYA, acting, signed_in

# Asked in this order: the first to whom the page is shown is one whom it is made for.
READERS = (
    PRIYA,
    "colin.webb@charnwood.example",
    "joyce.lim@charnwood.example",
    "ravi.desai@police.example",
    "nadia.byrne@county.example",
    "grace.holt@police.example",
    "neil.carver@police.example",
    "tom.marsh@police.example",
    "imran.shah@city.example",
    "nadia.khan@police.example",
    "helen.brook@police.example",
    "ana.silva@victim-first.example",
    "noor.aslam@charnwood.example",
)
SIGNED_OUT = "nobody"
# Addresses that answer a script, and those of other people's sign-in services.
NO_PAGE = re.compile(r"^(healthz|readyz|metrics|static|account/keep|account/oidc|api/)|/(known|draft)$")
# Sending these would end the session that the walk goes on with.
NOT_SENT = {"account_logout", "agency_user_suspend", "agency_user_reset", "draft_throw_away"}


@dataclass
class Walked:
    """What was met: pages by address, the statuses of addresses that showed none, and
    those that took a form with nothing in it."""

    pages: dict[str, str] = field(default_factory=dict)
    without: dict[str, set[int]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)


def standing_for(world: World) -> dict[str, str]:
    """What stands for each parameter of an address."""
    charnwood = Agency.objects.get(code="charnwood")
    known = {name: str(value) for name, value in world.ids.items()}
    return {
        **known,
        "reference": world.case,
        "person_id": known["person"],
        "place_id": known["place"],
        "user": str(User.objects.get(email="dawn.ashby@charnwood.example").pk),
        "team": str(Team.objects.filter(agency=charnwood)[0].pk),
        "agency": str(Agency.objects.get(code="police").pk),
        "slug": "take-a-report",
        "signpost_id": known["signpost"],
        "row": str(opened_in_emergency(world)),
        "concern": str(to_look_into(world)),
        "code": "charnwood",
        "kind": "district",
        "name": "sparrow-lane",
        **question_sets_at_work(),
        **referrals_at_work(world),
        "rule": "unknown_answer",
        "measure": "cases",
    }


def question_sets_at_work() -> dict[str, str]:
    """A draft that is being written, one that waits for approval, and a part of the first."""
    draft = reworded()
    rule_proposed("closing-codes", source="The board of May")
    return {
        "draft": str(draft.pk),
        "proposed": str(proposed().pk),
        "key": draft.key,
        "number": "2",
        "section": "topics",
        "question": "impact_words",
        "asked": "impact",
        "option": "a_lot",
        "which": "show_when",
    }


def addresses_in_a_draft(name: str | None, address: str, known: Mapping[str, str]) -> list[str]:
    """What a page of a question set is asked with, where its address alone shows less than it can."""
    match name:
        case "draft_condition_add":
            return [address, f"{address}?of=frequency"]
        case "draft_remove":
            return [f"{address}?question=impact"]
        case "draft_option":
            return [address.replace(known["question"], known["asked"])]
        case "draft_question":
            return [
                address,
                address.replace(known["question"], "new"),
                address.replace(known["question"], known["asked"]),
            ]
        case "draft_decide" | "draft_send_back":
            return [address.replace(known["draft"], known["proposed"])]
        case "draft" | "draft_preview" | "draft_changes":
            return [address, address.replace(known["draft"], known["proposed"])]
    return [address]


def opened_in_emergency(world: World) -> uuid.UUID:
    """The id of a reading of the other case by the city's supervisor, to be reviewed."""
    with transaction.atomic():
        acting(PRIYA)
        record = Case.objects.get(reference=world.other_case).id
    with transaction.atomic():
        actor = acting("imran.shah@city.example")
        harm = "He said that he will burn the house down tonight, and the desk does not answer."
        return break_glass(actor=actor, now=now(), record_id=record, serious_harm=harm).id


def to_look_into(world: World) -> uuid.UUID:
    """The id of what the worker found in the officer's searches."""
    found = uuid.uuid4()
    priya = User.objects.get(email=PRIYA)
    with psycopg.connect(world.superuser) as superuser:
        superuser.execute(
            "INSERT INTO hits_concern (id, user_id, agency_id, kind, day, persons, count, first_at, last_at, finding, words, version)"
            " VALUES (%s, %s, %s, 'surname', now()::date, %s, 1, now(), now(), '', '', 1)",
            [found, priya.pk, priya.agency_id, json.dumps([str(world.ids["person"])])],
        )
    return found


OF_REFERRALS = frozenset(
    {"referral_withdraw", "referral_age", "referral_decide", "referral_about", "referral_settle"}
)


def referrals_at_work(world: World) -> dict[str, str]:
    """By the name of a page the referral that it shows: one that is out, one of whose age nobody knows, one objected to, one
    of whom nobody has said who they are."""
    with transaction.atomic():
        priya = acting(PRIYA)
        case = Case.objects.get(reference=world.case)
        dale = Party.objects.filter(case=case, roles__role="alleged_perpetrator").earliest("created_at")
        asked = open_referral(actor=priya, now=now(), case=case, kind="safeguarding", party=dale)
        out = Referral.objects.filter(case=case, sent_at__isnull=False).earliest("sent_at")
        group = Referral.objects.get(case=case, kind="jag")
        charnwood = Agency.objects.get(code="charnwood")
        send(priya, case, group, now=now(), wish="objects", to_agency=charnwood)
        harm = {"person_at_risk": "yes", "person_at_risk__why": "The boy next door."}
        told = assessed_as(priya, case, "perpetrator", dale, "high", now=now(), **harm)
        who = Referral.objects.get(told_in=told)
    return {
        "referral_withdraw": str(out.pk), "referral_age": str(asked.pk), "referral_decide": str(group.pk),
        "referral_about": str(who.pk), "referral_settle": str(reached_nobody(world)),
    }  # fmt: skip


def reached_nobody(world: World) -> uuid.UUID:
    """The referral of which Victim First says that they reached nobody."""
    with transaction.atomic():
        row = record_outcome(
            actor=acting("ana.silva@victim-first.example"), now=now(), sent_id=world.ids["sent"], outcome="contact_failed", tries=3
        )  # fmt: skip
        return row.referral_id


LOWERING = re.compile(r"/assess(?:/(perpetrator|witness|case|place))?/lower$")


def lowerings_asked(world: World) -> dict[str, dict[str, str]]:
    """The officer asks a supervisor to lower the band of the victim, of whoever is complained of, of a witness, of the place and of
    a case that has no victim. Returns what stands for the parameters of each page, by its word in the address ("" for the victim's).
    """
    with transaction.atomic():
        priya = acting(PRIYA)
        case, nobodys = Case.objects.get(reference=world.case), a_case(priya, now=now())
        parties = Party.objects.filter(case=case)
        dale = parties.filter(roles__role="alleged_perpetrator").earliest("created_at")
        whom: dict[str, tuple[str, Case, Party | None]] = {
            "": ("victim", case, parties.get(pk=world.ids["party"])),
            "perpetrator": ("perpetrator", case, dale),
            "witness": ("witness", case, parties.get(pk=world.ids["witness_party"])),
            "place": ("location", case, None),
            "case": ("case", nobodys, None),
        }
        found = {}
        for word, (subject, of_case, party) in whom.items():
            standing = None if word == "" else assessed_as(priya, of_case, subject, party, "high", now=now())
            standing = standing or parties.get(pk=world.ids["party"]).assessments.latest("assessed_at")
            ask_to_lower(
                actor=priya, now=now(), case=of_case, party=party, version=matrix(subject), answers=CALM_OF[subject], seen=standing.pk,
                band="low", judgement_reason="It has stopped, and nobody was seen there for a month.",
            )  # fmt: skip
            found[word] = {"reference": of_case.reference, "party": str(party.pk if party else "")}
    return found


def address_of(route: str, known: Mapping[str, str], report: str) -> str:
    """The route with what stands for its parameters."""
    if route.startswith("reports/"):
        known = {**known, "reference": report}
    if route.startswith("areas/"):
        known = {**known, "code": DISTRICT}
    if route.startswith("streets/"):
        known = {**known, "code": LSOA}
    if route.startswith("local-rules/"):
        known = {**known, "rule": "closing-codes" if route.endswith("decide") else "contact-standards"}
    return "/" + re.sub(r"<\w+:(\w+)>", lambda found: known.get(found[1], str(uuid.UUID(int=7))), route)


def is_page(answer: Any) -> bool:
    """Whether the answer is a page of its own: not an error, not elsewhere, not a file."""
    return answer.status_code in {200, 401, 422} and answer["Content-Type"].startswith("text/html")


def walk(world: World) -> Walked:
    """Ask for every address as each of READERS and signed out until it is shown; then send its form empty."""
    found = Walked()
    known = standing_for(world)
    asked = lowerings_asked(world)
    clients = [signed_in(email) for email in READERS]
    clients[0].post("/account/reauthenticate/", {"password": PASSWORD})
    clients.append(Client(headers={"host": "localhost"}))
    # First: a form sent empty on the way protects an identity, and what is protected has no marker.
    for route, pattern in sorted(addresses(), key=lambda one: one[1].name != "told_marker"):
        if NO_PAGE.search(route) or "(?P" in route:
            continue
        lowering = LOWERING.search(route)
        about = asked[lowering[1] or ""] if lowering else {}
        addresses_of_it = [address_of(route, {**known, **about}, world.report)]
        if pattern.name == "how_to_topic":
            addresses_of_it = [f"/help/{topic.slug}" for topic in TOPICS]
        elif pattern.name == "why":
            addresses_of_it = [f"/why?next=/cases/{world.case}"]
        elif pattern.name in OF_REFERRALS:
            addresses_of_it = [addresses_of_it[0].replace(known["referral"], known[pattern.name])]
        elif route.startswith("question-sets/"):
            addresses_of_it = addresses_in_a_draft(pattern.name, addresses_of_it[0], known)
        for address in addresses_of_it:
            # Everybody has this page; the control room's has the most on it.
            asking = clients[::-1] if pattern.name == "high_risk" else clients
            statuses = show(found, address, asking, send=pattern.name not in NOT_SENT)
            if address not in found.pages:
                found.without[route] = statuses
    for words in ("doors", "Margret Elis", "LLR-26-00001-B"):
        found.pages[f"/find {words}"] = (
            clients[0].post("/find", {"q": words, "reason": "A call"}).content.decode()
        )
    return found


def show(found: Walked, address: str, clients: Sequence[Client], *, send: bool = True) -> set[int]:
    """Keep the page of an address as the first to whom it is shown sees it, and with its form sent empty.

    Returns the statuses that were answered."""
    statuses = set()
    for client in clients:
        answer = client.get(address)
        statuses.add(answer.status_code)
        if not is_page(answer):
            continue
        words = answer.content.decode()
        found.pages[address] = words
        if send and 'method="post"' in words.split("<main", 1)[-1]:
            again = client.post(address, {"sent": "empty"})
            if is_page(again):
                found.pages[f"{address} sent empty"] = again.content.decode()
            else:
                found.taken.append(address)
        break
    return statuses
