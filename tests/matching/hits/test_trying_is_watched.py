"""What somebody asked about, found or not: watched by digests, for auditors alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, transaction

from sentinel.cases.operations import add_party
from sentinel.foundation.clock import now
from sentinel.kernel.ids import new_id
from sentinel.kernel.phones import parse_phone
from sentinel.matching.hits.asking import NAME, WHO, most_at_once, things_asked
from sentinel.matching.hits.looking import ADDRESS, COLLEAGUE, SELF, SURNAME, TRIED
from sentinel.matching.hits.models import AskedThing, Concern
from sentinel.matching.hits.silence import mark_silent
from sentinel.matching.rules import Given
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.models import AddressLink
from sentinel.people.operations import add_person
from sentinel.places.operations import find_or_make_place
from tests.cases.making import a_case, a_person
from tests.desk.report.calling import shown as shown_form
from tests.matching.hits.making import KOFI
from tests.support import PRIYA, acting, signed_in, user

RAVI = "ravi.desai@police.example"
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


def test_in_whatever_order_and_among_whatever_words_a_name_is_asked_for_it_is_the_same_one() -> None:
    def asked(kind: str, name: str) -> set[str]:
        return {one.said for one in things_asked(Given(name=name)) if one.kind == kind}

    assert asked(WHO, "Owen Price") == asked(WHO, "Price, Owen") <= asked(WHO, "x Owen Price x")
    assert asked(NAME, "x John Smith x") != asked(NAME, "x Mary Brown x")


def test_what_a_draft_that_is_opened_asks_in_vain_is_counted_too(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    def counted() -> int:
        with psycopg.connect(database_urls["postgres"]) as superuser:
            [(count,)] = superuser.execute("SELECT count(*) FROM hits_askedthing").fetchall()
            return int(count)

    owen, sent = signed_in(OWEN), shown_form(OWEN, q__caller_name="Zbigniew Quartermaine")
    assert owen.post("/reports/take/draft", sent).status_code == 204
    assert counted() == 0
    assert owen.get("/reports/take", {"draft": sent["r-submission"]}).status_code == 200
    assert counted() > 0
