"""What each page, search and export shows to four agencies, compared with a model of the ladder that knows nothing of SQL,
policies or Django. Partnerships, shares and audiences are invented; the pages are asked over HTTP with real commits."""

from __future__ import annotations

import csv
import io
import itertools
import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import revoke, share
from sentinel.cases.models import Case, PartyIdentity
from sentinel.cases.operations import add_note, add_party
from sentinel.cli.demo.invented import TROUBLES, Inventor
from sentinel.cli.demo.story import Cast, fresh, open_from, telling
from sentinel.foundation.clock import now
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_person
from sentinel.places.operations import find_or_make_place
from tests.support import acting, signed_in, user

pytestmark = pytest.mark.long
# Supervisors all: they see cases, find people, and take lists out. Two own cases whose agreement lets the police read.
PEOPLE = (
    "colin.webb@charnwood.example", "imran.shah@city.example", "tom.marsh@police.example", "owen.price@three-oaks.example",
)  # fmt: skip
CHARNWOOD, CITY, POLICE, LANDLORD = range(4)
NONE, SUMMARY, READ, WRITE, OWNER = range(5)
LETTERS = random.Random(20261121)
NUMBERS = itertools.count(1)


def word() -> str:
    """A word that stands nowhere else and is no name."""
    return "Z" + "".join(LETTERS.choices("abcdefghijklmnoprstuvw", k=9))


@dataclass
class Invented:
    """One case as it was made: its owner, who is in the audience of its narrow note, and the words that stand in it."""

    owner: int
    audience: str  # "own" (the agency) or "self" (one person)
    given: dict[int, int] = field(default_factory=dict)
    reference: str = ""
    report: str = ""
    victim: str = field(default_factory=word)
    witness: str = field(default_factory=word)
    plain: str = field(default_factory=word)
    narrow: str = field(default_factory=word)
    street: str = field(default_factory=word)
    case: Case | None = None
    victim_id: str = ""
    witness_id: str = ""

    def rung(self, who: int) -> int:
        """By agreement the police read the councils' cases, and every other agency may know that a desk is to be rung."""
        if who == self.owner:
            return OWNER
        agreed = READ if who == POLICE and self.owner in {CHARNWOOD, CITY} else SUMMARY
        return self.given.get(who, agreed)

    def reads(self, who: int) -> bool:
        return self.rung(who) >= READ


@dataclass(frozen=True)
class Step:
    """The owner of a case gives an agency a rung, perhaps one that has run out, or ends what it had (rung None)."""

    case: int
    whom: int
    rung: int | None
    expired: bool


agencies = st.integers(0, len(PEOPLE) - 1)


@st.composite
def partnerships(draw: st.DrawFn) -> tuple[list[Invented], list[Step]]:
    audience = st.sampled_from(["own", "self"])
    cases = draw(st.lists(st.builds(Invented, owner=agencies, audience=audience), min_size=1, max_size=2))
    step = st.builds(
        Step, case=st.integers(0, len(cases) - 1), whom=agencies,
        rung=st.one_of(st.none(), st.integers(SUMMARY, WRITE)), expired=st.booleans(),
    )  # fmt: skip
    steps = draw(st.lists(step, max_size=6))
    return cases, [one for one in steps if one.whom != cases[one.case].owner]


def make(one: Invented) -> None:
    """A report that becomes a case, a protected witness, a note for all and one for few."""
    email, at = PEOPLE[one.owner], now()
    cast = Cast(at, Inventor(next(NUMBERS)))
    me = acting(email)
    place = find_or_make_place(actor=me, now=at, words=f"1 {one.street} Road", postcode="LE11 0ZZ")
    human = replace(cast.inventor.human(), given="Ruth", family=one.victim)
    told = telling(cast, human=human, place=place, trouble=TROUBLES[0], told=at - timedelta(hours=2))
    report, case = open_from(cast, email, told, f"Noise in {one.street} Road", at - timedelta(hours=1))
    seen = add_person(
        actor=me, now=at, record_id=case.id, facts=Facts(name=NameGiven(full=f"Ann {one.witness}"))
    )
    add_party(actor=me, now=at, case_or_record=fresh(case), kind="person", person=seen, roles=["witness"],
              identity_protected=True, named=[])  # fmt: skip
    add_note(actor=me, now=at, case=fresh(case), text=f"Heard by all: {one.plain}")
    few = {"only_own": True} if one.audience == "own" else {"named": [me.user_id]}
    add_note(actor=me, now=at, case=fresh(case), text=f"Told to few: {one.narrow}", **few)  # type: ignore[arg-type]
    one.case, one.reference, one.report = fresh(case), case.reference, report.reference
    parties = PartyIdentity.objects.filter(party__case=case)
    one.victim_id = str(parties.get(party__roles__role="victim").person_id)
    one.witness_id = str(seen.id)


def take(cases: list[Invented], step: Step, at: datetime) -> None:
    """Carry out a step, in the database and in the model."""
    one = cases[step.case]
    assert one.case is not None
    me, holder = acting(PEOPLE[one.owner]), user(PEOPLE[step.whom]).agency_id
    if step.rung is None:
        one.given[step.whom] = NONE
        revoke(actor=me, now=at, record_id=one.case.id, holder_id=holder, why="test")
        return
    one.given[step.whom] = NONE if step.expired else step.rung
    share(
        actor=me, now=at, record_id=one.case.id, kind=Kind.CASE, holder_id=holder, rung=Rung(step.rung), what="case",
        lawful_basis="test", until=at - timedelta(minutes=1) if step.expired else None,
    )  # fmt: skip


@given(partnerships())
@settings(
    max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
def test_each_page_search_and_export_shows_what_the_ladder_says(transactional_db: None, invented) -> None:
    cases, steps = invented
    # An example that is tried again finds words of its own.
    cases = [Invented(one.owner, one.audience) for one in cases]
    with transaction.atomic():
        for one in cases:
            make(one)
        for step in steps:
            take(cases, step, now())
    for who, email in enumerate(PEOPLE):
        client = signed_in(email)
        lists(client, who, cases)
        for one in cases:
            the_case(client, who, one)
            the_report(client, who, one)
            searches(client, who, one)


def text_of(client: Client, address: str, **posted: str) -> tuple[int, str]:
    response = client.post(address, posted) if posted else client.get(address)
    return response.status_code, response.content.decode("utf-8-sig")


def secrets_of(one: Invented) -> tuple[str, ...]:
    return (one.victim, one.witness, one.plain, one.narrow, one.street)


def lists(client: Client, who: int, cases: list[Invented]) -> None:
    """The list of cases and its file hold exactly what is read; My work what is one's own to do."""
    status, listed = text_of(client, "/cases/?status=all")
    assert status == 200
    status, file = text_of(client, "/cases/export?status=all", why="To compare it with the ladder")
    assert status == 200
    taken = {row[0] for row in csv.reader(io.StringIO(file)) if row}
    status, mine = text_of(client, "/")
    assert status == 200
    for one in cases:
        assert (one.reference in listed) == one.reads(who), ("list", PEOPLE[who], one)
        assert (one.reference in taken) == one.reads(who), ("export", PEOPLE[who], one)
        assert (one.victim in mine) == (one.owner == who), ("My work", PEOPLE[who], one)
        for page in (listed, file, mine):
            assert one.witness not in page
            assert one.narrow not in page
            assert one.reads(who) or one.street not in page


def the_case(client: Client, who: int, one: Invented) -> None:
    """200 from READ up, 403 with a desk on SUMMARY, 404 below: and nothing of the case but on the first."""
    wanted = {NONE: 404, SUMMARY: 403}.get(one.rung(who), 200)
    for under in ("", "/timeline"):
        status, page = text_of(client, f"/cases/{one.reference}{under}")
        assert status == wanted, (PEOPLE[who], under, one)
        assert one.witness not in page
        if wanted != 200:
            assert not any(secret in page for secret in secrets_of(one)), (PEOPLE[who], one)
            assert one.reference not in page
            continue
        assert one.plain in page
        # The few of the narrow note are the owner's: here its one account, whether by agency or by person.
        assert (one.narrow in page) == (one.owner == who), (PEOPLE[who], one)
    if wanted == 200:
        assert "Witness A" in text_of(client, f"/cases/{one.reference}")[1]
    status, page = text_of(client, f"/cases/{one.reference}/readers")
    assert status == (200 if one.rung(who) == OWNER else 403 if one.rung(who) >= SUMMARY else 404)
    status, _ = text_of(client, f"/cases/{one.reference}/edit")
    assert status == (200 if one.rung(who) >= WRITE else 403 if one.rung(who) >= SUMMARY else 404)


def the_report(client: Client, who: int, one: Invented) -> None:
    """A report that joined a case answers as the case does."""
    status, page = text_of(client, f"/reports/{one.report}")
    assert status == {NONE: 404, SUMMARY: 403}.get(one.rung(who), 200), (PEOPLE[who], one)
    assert (one.victim in page) == one.reads(who)
    assert one.witness not in page


def searches(client: Client, who: int, one: Invented) -> None:
    """A name is found where a fact of it may be read, and only then; a place tells of no case that may not be."""
    for name, person, due in (
        (f"Ruth {one.victim}", one.victim_id, one.reads(who)),
        (f"Ann {one.witness}", one.witness_id, one.owner == who),
    ):
        status, page = text_of(client, "/find", q=name, reason="A call about it")
        assert status == 200
        assert (person in page) == due, ("find", PEOPLE[who], one)
        # Beside who is found stands the open case in which they are, for who reads it.
        assert (one.reference in page) == (due and one.reads(who)), ("find", PEOPLE[who], one)
        status, page = text_of(client, f"/people/{person}")
        assert status == (200 if due else 404), ("person", PEOPLE[who], one)
        assert (one.reference in page) == due, ("person", PEOPLE[who], one)
    for words, due in (
        (one.plain, one.reads(who)),
        (one.narrow, who == one.owner),
        (one.street, one.reads(who)),
    ):
        status, page = text_of(client, "/find", q=words, kind="", reason="A call about it")
        assert status == 200
        assert (one.reference in page) == due, ("find", words, PEOPLE[who], one)
    assert one.case is not None
    try:
        address = reverse("place", args=[one.case.place_id])
    except NoReverseMatch:
        return
    status, page = text_of(client, address)
    assert (one.reference in page) <= one.reads(who), ("place", PEOPLE[who], one)
    assert one.victim not in page or one.reads(who)
