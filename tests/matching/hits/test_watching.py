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
from sentinel.cases.operations import add_party
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.phones import parse_phone
from sentinel.matching.hits.asking import most_at_once
from sentinel.matching.hits.looking import ADDRESS, COLLEAGUE, MASS, SELF, SURNAME, TRIED, concern
from sentinel.matching.hits.models import AskedThing, Concern
from sentinel.matching.hits.silence import mark_silent
from sentinel.matching.hits.watching import concerns, look_into, note_looking, watch
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.models import AddressLink
from sentinel.people.operations import add_person
from sentinel.places.operations import find_or_make_place
from tests.cases.making import a_case, a_party, a_person
from tests.desk.report.calling import shown as shown_form
from tests.matching.hits.making import KOFI
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


@pytest.fixture
def watched(as_worker: Callable[[], Any]) -> Callable[[], int]:
    """A round of the worker."""

    def once() -> int:
        with as_worker(), transaction.atomic():
            state_actor(SYSTEM)
            return watch(now=now())

    return once


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


OWEN = "owen.price@three-oaks.example"
FIRST_NAMES = [
    "Ada",
    "Ben",
    "Cara",
    "Dan",
    "Eve",
    "Finn",
    "Gail",
    "Hal",
    "Ivy",
    "Jack",
    "Kit",
    "Lena",
    "Max",
    "Nell",
    "Otto",
    "Peg",
    "Quin",
    "Rose",
    "Sam",
    "Tess",
    "Una",
    "Vic",
    "Wes",
    "Xena",
    "Yan",
    "Zoe",
    "Abe",
    "Bea",
]
BORN = [
    f"{day} {month} {year}" for year in (1955, 1956) for month in ("March", "April") for day in range(1, 15)
]


def charnwood_holds(*told: tuple[str, str], address: str = "", silent: bool = False) -> None:
    """A case of Charnwood's tells of these people, by name and telephone."""
    with transaction.atomic():
        priya = acting(PRIYA)
        place = (
            find_or_make_place(actor=priya, now=now(), words=address, postcode="LE11 0ZZ")
            if address
            else None
        )
        case = a_case(priya, now=now(), place=place)
        for name, phone in told:
            facts = Facts(name=NameGiven(full=name), phones=(parse_phone(phone),))
            person = add_person(actor=priya, now=now(), record_id=case.id, facts=facts)
            add_party(
                actor=priya, now=now(), case_or_record=case, kind="person", person=person, roles=["victim"]
            )
        if silent:
            mark_silent(actor=priya, now=now(), case=case, kind="marac", why="It was heard on Tuesday.")


def types(email: str, **typed: str) -> str:
    """Somebody types this into the form of a report, and reads what stands beside it."""
    said = {"q__caller_name": "", "q__caller_number": "", "q__where": "", "do": "known", **typed}
    answer = signed_in(email).post("/reports/take/known", shown_form(email, **said))
    assert answer.status_code == 200
    return answer.content.decode()


def told_to(email: str) -> dict[str, Concern]:
    """The day's concerns about somebody, by kind, as the worker has kept them."""
    with transaction.atomic():
        acting(RAVI)
        return {row.kind: row for row in Concern.objects.filter(user=user(email)).select_related("user")}


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize(
    ("name", "kind"),
    [("Owen Price", SELF), ("Beth Carr", COLLEAGUE), ("Esther Price", SURNAME), ("Margaret Ellis", None)],
)
def test_who_is_looked_for_behind_a_desk_or_without_a_word_is_looked_over_too(
    transactional_db: None, watched: Callable[[], int], name: str, kind: str | None, silent: bool
) -> None:
    charnwood_holds((name, "07700 900501"), silent=silent)
    page = types(OWEN, q__caller_name=name, q__caller_number="07700 900501")
    assert ("Charnwood sharing desk" in page) is not silent
    watched()
    found = told_to(OWEN)
    assert set(found) == ({kind} if kind else set())
    assert [row.persons for row in found.values()] == [[]] * len(found), "no id of another agency's record"
    assert [row.count for row in found.values()] == [1] * len(found)


def test_of_another_name_with_the_same_address_of_email_it_is_oneself_that_was_met(
    transactional_db: None, watched: Callable[[], int]
) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now())
        facts = Facts(
            name=NameGiven(full="Kwame Boateng"), phones=(parse_phone("07700 900501"),), emails=(KOFI,)
        )
        person = add_person(actor=priya, now=now(), record_id=case.id, facts=facts)
        add_party(actor=priya, now=now(), case_or_record=case, kind="person", person=person, roles=["victim"])
    types(KOFI, q__caller_name="Kwame Boateng", q__caller_number="07700 900501")
    watched()
    found = told_to(KOFI)
    assert set(found) == {SELF}
    assert (found[SELF].persons, found[SELF].count) == ([], 1)


def test_a_concern_is_the_same_whether_anything_is_held_or_not(
    transactional_db: None, watched: Callable[[], int]
) -> None:
    def looked() -> list[Any]:
        types(KOFI, q__caller_name="Kofi Mensah", q__caller_number="07700 900501")
        watched()
        row = told_to(KOFI)[SELF]
        return [row.kind, row.persons, row.unnamed, row.count, row.version]

    nothing = looked()
    charnwood_holds(("Kofi Mensah", "07700 900501"))
    assert looked() == nothing


def test_one_s_own_address_is_looked_over_whoever_is_recorded_there(
    transactional_db: None, watched: Callable[[], int]
) -> None:
    with transaction.atomic():
        kofi = acting(KOFI)
        case = a_case(kofi, now=now())
        place = find_or_make_place(actor=kofi, now=now(), words="14 Sparrow Lane", postcode="LE11 0ZZ")
        AddressLink.objects.create(
            record_id=case.id, origin_agency_id=kofi.agency, created_at=now(), place=place,
            person_id=a_person(kofi, case.id, "Kofi Mensah", now=now()).id,
        )  # fmt: skip
    types(KOFI, q__where="14 Sparrow Lane, LE11 0ZZ")
    watched()
    assert set(told_to(KOFI)) == {ADDRESS}
    types(OWEN, q__where="14 Sparrow Lane, LE11 0ZZ")
    watched()
    assert told_to(OWEN) == {}


@pytest.mark.parametrize("many", ["births", "numbers", "addresses", "names"])
def test_very_many_things_tried_in_one_form_are_a_concern_though_nothing_was_found(
    transactional_db: None, watched: Callable[[], int], many: str
) -> None:
    tries = {
        "births": [{"q__caller_name": "Margaret Ellis", "r__caller_birth": one} for one in BORN],
        "numbers": [
            {"q__caller_name": "Margaret Ellis", "q__caller_number": f"07700 9001{n:02}"} for n in range(30)
        ],
        "addresses": [{"q__where": f"{n} Sparrow Lane, LE11 0ZZ"} for n in range(1, 31)],
        "names": [{"q__caller_name": f"{one} Quarmby"} for one in FIRST_NAMES],
    }[many]
    form = str(new_id())
    for typed in tries[:20]:
        types(KOFI, r__submission=form, **typed)
    watched()
    assert TRIED not in told_to(KOFI)
    for typed in tries[20:]:
        types(KOFI, r__submission=form, **typed)
    assert watched() == 1
    row = told_to(KOFI)[TRIED]
    assert (row.persons, row.count) == ([], len(tries))
    assert watched() == 0, "the same is not found twice"
    page = signed_in(RAVI).get(f"/audit/concerns/{row.pk}").content.decode()
    assert "Very many things tried" in page
    for words in ("Margaret", "Quarmby", "Sparrow"):
        assert words not in page


def test_of_one_caller_typed_letter_by_letter_nothing_is_many(
    transactional_db: None, watched: Callable[[], int], database_urls: dict[str, str]
) -> None:
    said = [
        ("q__caller_name", "Margaret Anne Ellison-Featherstone"),
        ("r__caller_birth", "3 April 1955"),
        ("q__caller_number", "07700 900501"),
        ("q__where", "14 Sparrow Lane, LE11 0ZZ"),
    ]
    typed: dict[str, str] = {}
    for field, words in said:
        for end in range(1, len(words) + 1):
            typed[field] = words[:end]
            types(KOFI, **typed)
    watched()
    assert told_to(KOFI) == {}
    with psycopg.connect(database_urls["postgres"], autocommit=True) as superuser:
        counted = dict(
            superuser.execute(
                "SELECT kind, count(DISTINCT digest) FROM hits_askedthing WHERE kind NOT IN ('who', 'place') GROUP BY kind"
            ).fetchall()
        )
    assert max(counted.values()) <= 4, counted


def test_what_was_asked_is_kept_as_digests_for_two_days_and_no_word_of_it(
    transactional_db: None, watched: Callable[[], int], database_urls: dict[str, str]
) -> None:
    types(
        KOFI, q__caller_name="Margaret Ellis", q__caller_number="07700 900501", r__caller_birth="3 April 1955"
    )
    types(
        OWEN, q__caller_name="Margaret Ellis", q__caller_number="07700 900501", r__caller_birth="3 April 1955"
    )
    with psycopg.connect(database_urls["postgres"], autocommit=True) as superuser:
        rows = superuser.execute(
            "SELECT to_jsonb(a)::text, a.user_id, a.digest FROM hits_askedthing a"
        ).fetchall()
        entries = superuser.execute("SELECT detail::text FROM audit_entry WHERE kind = 'search'").fetchall()
        assert len({digest for _, _, digest in rows}) == len(rows), "another one for each person"
        for words in ("argaret", "llis", "900501", "1955"):
            assert words not in "".join(
                [row[0].replace("-", " ") for row in entries] + [row[0] for row in rows]
            )
        watched()
        assert superuser.execute("SELECT count(*) FROM hits_askedthing").fetchone() == (len(rows),)
        superuser.execute("UPDATE hits_askedthing SET at = at - interval '49 hours'")
        watched()
        assert superuser.execute("SELECT count(*) FROM hits_askedthing").fetchone() == (0,)
    with transaction.atomic():
        acting(KOFI)
        with pytest.raises(ProgrammingError), transaction.atomic():
            AskedThing.objects.count()


def test_many_within_an_hour_are_counted_across_forms() -> None:
    one, two, three = new_id(), new_id(), new_id()
    assert most_at_once([(0, one), (10, two), (20, two), (3601, three)], 3600) == 2
    assert most_at_once([(0, one), (1, two), (3599, three)], 3600) == 3
    assert most_at_once([], 3600) == 0
