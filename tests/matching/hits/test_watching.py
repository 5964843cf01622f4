"""Who looked for whom, looked over from what was recorded: for auditors alone, and nothing of it on any page of whoever searched."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from sentinel.audit.models import Entry
from sentinel.audit.operations import note
from sentinel.cases.models import PartyIdentity
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.kernel.ids import new_id
from sentinel.matching.hits.looking import ADDRESS, COLLEAGUE, MASS, SELF, SURNAME, concern
from sentinel.matching.hits.models import Concern
from sentinel.matching.hits.watching import concerns, look_into, note_looking
from sentinel.people.models import AddressLink
from sentinel.places.operations import find_or_make_place
from tests.cases.making import a_case, a_party, a_person
from tests.people.merging import PHONES, joined, somebody
from tests.support import PRIYA, acting, signed_in, user

RAVI = "ravi.desai@police.example"
COLLEAGUES = [("Colin Webb", "colin.webb@charnwood.example")]


@pytest.mark.parametrize(
    ("names", "emails", "home", "found"),
    [
        (["Priya Nair"], (), False, SELF),
        (["Nair, Priya"], (), False, None),
        (["Mrs Priya Anjali Nair"], (), True, SELF),
        (["P. Somebody"], ("priya.nair@charnwood.example",), False, SELF),
        (["Colin Webb"], (), False, COLLEAGUE),
        (["Somebody Else"], ("colin.webb@charnwood.example",), False, COLLEAGUE),
        (["Somebody Else"], (), True, ADDRESS),
        (["Arjun Nair"], (), False, SURNAME),
        (["Priya Patel"], (), False, None),
        (["Priya"], (), False, None),
        ([], (), False, None),
    ],
)
def test_what_is_odd_is_told_by_names_addresses_and_accounts(
    names: list[str], emails: tuple[str, ...], home: bool, found: str | None
) -> None:
    assert concern("Priya Nair", "priya.nair@charnwood.example", names, emails, COLLEAGUES, home) == found


@pytest.fixture
def shown(transactional_db: None) -> Callable[..., list[Any]]:
    """Priya's panel showed these people: she was told of each by name."""

    def show(*names: str, at_home: bool = False) -> list[Any]:
        with transaction.atomic():
            priya = acting(PRIYA)
            case = a_case(priya, now=now())
            persons = [a_person(priya, case.id, name, now=now()).id for name in names]
            if at_home:
                place = find_or_make_place(
                    actor=priya, now=now(), words="14 Sparrow Lane", postcode="LE11 0ZZ"
                )
                for person in persons:
                    AddressLink.objects.create(
                        record_id=case.id, origin_agency_id=priya.agency, created_at=now(), person_id=person, place=place
                    )  # fmt: skip
            detail = {"persons": [str(one) for one in persons]}
            note_looking(priya, now(), subject="already known", detail=detail)
            return persons

    return show


def queue() -> list[Concern]:
    with transaction.atomic():
        return concerns(acting(RAVI))


def test_searches_of_oneself_of_colleagues_and_of_relatives_come_to_the_auditor(
    shown: Callable[..., Any], watched: Callable[[], int]
) -> None:
    persons = shown("Priya Nair", "Colin Webb", "Arjun Nair", "Margaret Ellis")
    assert watched() == 3
    found = {row.kind: row for row in queue()}
    assert {kind: row.persons for kind, row in found.items()} == {
        SELF: [str(persons[0])], COLLEAGUE: [str(persons[1])], SURNAME: [str(persons[2])],
    }  # fmt: skip
    assert {row.user.email for row in found.values()} == {PRIYA}
    assert watched() == 0, "the same is not found twice"


def test_opening_the_page_of_a_person_or_place_is_looked_over_as_a_search_is(
    transactional_db: None, watched: Callable[[], int]
) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now())
        herself, colleague = (
            a_person(priya, case.id, name, now=now()).id for name in ("Priya Nair", "Colin Webb")
        )
        note("view", subject="place", subject_id=new_id(), detail={"persons": [str(colleague)]})
    assert signed_in(PRIYA).get(f"/people/{herself}").status_code == 200
    assert watched() == 2
    assert {row.kind for row in queue()} == {SELF, COLLEAGUE}


def test_somebody_at_one_s_own_address_too(shown: Callable[..., Any], watched: Callable[[], int]) -> None:
    persons = shown("Priya Nair", "Lodger Quarmby", at_home=True)
    watched()
    assert {row.kind: row.persons for row in queue()} == {SELF: [str(persons[0])], ADDRESS: [str(persons[1])]}


@pytest.mark.parametrize(("words", "found"), [("Quarrelsome", {SELF}), ("Unrelated", set())])
def test_a_text_about_oneself_that_a_search_finds_is_a_search_for_oneself(
    transactional_db: None, watched: Callable[[], int], words: str, found: set[str]
) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now(), title="Quarrelsome neighbours")
        own, *_ = (
            a_party(priya, case, name, now=now()) for name in ("Priya Nair", "Colin Webb", "Arjun Nair")
        )
        herself = PartyIdentity.objects.get(party=own).person_id
        a_party(priya, a_case(priya, now=now(), title="Unrelated noise"), "Colin Webb", now=now())
    answer = signed_in(PRIYA).post("/find", {"q": words, "kind": "case", "reason": "Somebody rang"})
    assert f"<mark>{words}</mark>" in answer.content.decode()
    watched()
    assert {row.kind: row.persons for row in queue()} == {kind: [str(herself)] for kind in found}, (
        "colleagues and namesakes stand in many a case"
    )


def test_who_was_merged_with_oneself_is_oneself(transactional_db: None, watched: Callable[[], int]) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA), now=now())
        own, other = (
            somebody(name, case, phone=phone)
            for name, phone in zip(("Priya Nair", "P Somebody"), PHONES, strict=False)
        )
        joined(own, other)
        note_looking(acting(PRIYA), now(), subject="already known", detail={"persons": [str(other.pk)]})
    watched()
    assert {row.kind: row.persons for row in queue()} == {SELF: [str(other.pk)]}


def test_very_many_people_in_a_day_are_one_matter_that_grows(
    shown: Callable[..., Any], watched: Callable[[], int], database_urls: dict[str, str]
) -> None:
    def more(count: int) -> None:
        with transaction.atomic():
            acting(PRIYA)
            note("search", subject="everything", detail={"persons": [str(new_id()) for _ in range(count)]})

    more(150)
    assert watched() == 0
    more(1)
    assert watched() == 1
    [row] = queue()
    assert (row.kind, row.count, len(row.persons)) == (MASS, 151, 50)
    assert watched() == 0
    more(10)
    watched()
    assert [one.count for one in queue()] == [161]


def test_a_stopped_worker_misses_nothing(
    shown: Callable[..., Any], watched: Callable[[], int], database_urls: dict[str, str]
) -> None:
    watched()
    shown("Colin Webb")
    with psycopg.connect(database_urls["postgres"], autocommit=True) as superuser:
        superuser.execute("UPDATE hits_watched SET until = until - interval '9 days'")
        superuser.execute("UPDATE audit_entry SET at = at - interval '8 days' WHERE kind = 'search'")
    assert watched() == 1


def test_only_an_auditor_reads_and_answers_them_and_nobody_their_own(
    shown: Callable[..., Any], watched: Callable[[], int]
) -> None:
    shown("Colin Webb")
    watched()
    [row] = queue()
    for email in (PRIYA, "colin.webb@charnwood.example", "joyce.lim@charnwood.example"):
        with transaction.atomic():
            other = acting(email)
            with pytest.raises(Refused):
                concerns(other)
            assert Concern.objects.count() == 0, "the row policy hides them as well"
    with transaction.atomic():
        ravi = acting(RAVI)
        said = {
            "actor": ravi,
            "now": now(),
            "concern_id": row.pk,
            "words": "She lives next door, and said so.",
        }
        with pytest.raises(Invalid):
            look_into(**said, version=row.version, finding="nothing")
        with pytest.raises(Conflict):
            look_into(**said, version=row.version + 1, finding="in_order")
        done = look_into(**said, version=row.version, finding="in_order")
    assert (done.finding, done.looked_by_id) == ("in_order", user(RAVI).pk)
    shown("Ruth Adeyemi")
    watched()
    assert [one.looked_at for one in queue()] == [None], "what grows is looked into anew"


def test_the_auditor_s_pages_name_nobody_who_was_looked_for(
    shown: Callable[..., Any], watched: Callable[[], int]
) -> None:
    shown("Colin Webb")
    watched()
    [row] = queue()
    ravi = signed_in(RAVI)
    mine = ravi.get("/").content.decode()
    assert "Look into 1 concern about searching" in mine
    assert 'href="/audit/concerns"' in mine
    assert "Look into" not in signed_in(PRIYA).get("/").content.decode()
    listed = ravi.get("/audit/concerns").content.decode()
    assert "Priya Nair" in listed
    assert "A colleague" in listed
    page = ravi.get(f"/audit/concerns/{row.pk}").content.decode()
    assert "Colin Webb" not in listed + page
    assert ravi.post(f"/audit/concerns/{row.pk}", {"version": row.version}).status_code == 422
    sent = {"version": row.version, "finding": "in_order", "words": "A neighbour, and she said so."}
    assert ravi.post(f"/audit/concerns/{row.pk}", sent).status_code == 302
    assert "It is in order" in ravi.get("/audit/concerns").content.decode()
    assert "No searching is to be looked into" in ravi.get("/").content.decode()
    assert signed_in(PRIYA).get("/audit/concerns").status_code == 403


def test_who_searches_faster_than_anybody_types_is_asked_to_wait(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    with psycopg.connect(database_urls["postgres"], autocommit=True) as superuser:
        superuser.execute(
            "UPDATE questionnaires_localrule SET content = jsonb_set(content::jsonb, '{per_minute}', '3') WHERE name = 'search-watch'"
        )
        superuser.execute("UPDATE foundation_edition SET edition = gen_random_uuid()")
    with transaction.atomic():
        priya = acting(PRIYA)
        for _ in range(3):
            note_looking(priya, now(), subject="already known", detail={})
        with pytest.raises(Refused, match="Wait a minute"):
            note_looking(priya, now(), subject="already known", detail={})
    with transaction.atomic():
        note_looking(acting("colin.webb@charnwood.example"), now(), subject="already known", detail={})


def test_the_search_role_reads_nothing_of_the_audit_but_searches(transactional_db: None) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        note("view", subject="case")
        with connection.cursor() as cursor:
            cursor.execute("SELECT hits_searched(NULL, 'x', %s::jsonb)", [json.dumps({"persons": []})])
            assert cursor.fetchone() == (1,)
        assert not Entry.objects.filter(user_id=priya.user_id).exists(), (
            "nor does whoever searched read their own"
        )
        with pytest.raises(ProgrammingError), transaction.atomic():
            Concern.objects.create(
                id=new_id(), user=user(PRIYA), agency=user(PRIYA).agency, kind=MASS, day=now().date(), first_at=now(),
                last_at=now() + timedelta(0),
            )  # fmt: skip
