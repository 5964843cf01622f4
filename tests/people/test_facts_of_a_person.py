"""What is told of a person: kept as told, each fact with the record that told it, and read back no more exactly than known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sentinel.cases.models import Case
from sentinel.foundation.actor import NOBODY
from sentinel.foundation.models import Event
from sentinel.kernel.births import Birth, BirthPrecision, birth_date
from sentinel.kernel.errors import Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.phones import parse_phone
from sentinel.people.facts import AddressGiven, Facts, NameGiven, SafeContactGiven
from sentinel.people.models import Person, PersonBirth, PersonName
from sentinel.people.operations import (
    add_address,
    add_birth,
    add_contact_point,
    add_name,
    add_person,
    set_safe_contact,
)
from sentinel.people.queries import (
    Known,
    age_words,
    birth_of,
    display_name,
    facts_of,
    get_person,
    is_known_to,
    names_of,
)
from tests.cases.making import a_case
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
SUE = "sue.kettle@rutland.example"
TODAY = date(2026, 11, 20)
BIDI = "\u202eיוסף\u202c כהן"


def told(facts: Facts | None = None, case: Case | None = None) -> tuple[Case, Person]:
    """Somebody of whom Priya was told, Siobhán O’Neill unless otherwise, and the case that told it."""
    priya = acting(PRIYA)
    case = case or a_case(priya)
    facts = facts or Facts(name=NameGiven(full="Siobhán O’Neill"))
    return case, add_person(actor=priya, now=NOW, record_id=case.id, facts=facts)


def known(person: Person, email: str = PRIYA) -> Known:
    return facts_of(acting(email), [person.id])[person.id]


@pytest.mark.parametrize(
    ("typed", "family"),
    [
        ("Siobhán O'Neill", "O'Neill"),
        ("Siobhán O’Neill", "O’Neill"),
        (BIDI, "כהן"),
        ("Suharto", ""),
        ("<b>Robert</b>'); DROP TABLE people;--", "people;--"),
        ("李 小龙", "小龙"),
    ],
)
def test_a_name_is_kept_as_it_was_typed_and_found_by_nothing_else(typed: str, family: str) -> None:
    case, person = told(Facts(name=NameGiven(full=typed)))
    row = known(person).names[0]
    assert (row.full, row.family or row.given) == (typed, family or typed)
    assert names_of(acting(PRIYA), [person.id, new_id()]) == {person.id: typed}
    assert (row.record_id, row.origin_agency_id) == (case.id, case.owner_agency_id)


@pytest.mark.parametrize("name", ["Mar\x00garet", "x" * 201, " \u200b "])
def test_a_name_that_cannot_be_kept_is_refused_and_nothing_is_left_of_it(name: str) -> None:
    case, person = told()
    for attempt in (
        lambda: add_person(
            actor=acting(PRIYA), now=NOW, record_id=case.id, facts=Facts(name=NameGiven(full=name))
        ),
        lambda: add_name(actor=acting(PRIYA), now=NOW, person_id=person.id, record_id=case.id, full=name),
    ):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert list(refused.value.errors) == ["name"]
    assert [row.full for row in PersonName.objects.filter(record_id=case.id)] == ["Siobhán O’Neill"]


def test_a_person_is_called_by_the_newest_current_name_and_found_by_every_one() -> None:
    case, person = told()
    where = {"actor": acting(PRIYA), "person_id": person.id, "record_id": case.id}
    add_name(**where, now=NOW + timedelta(hours=1), full="Siobhán Murphy")
    add_name(**where, now=NOW + timedelta(hours=2), full="Shiv", kind="alias")
    found = known(person)
    assert display_name(found) == "Siobhán Murphy"
    assert [row.full for row in found.names] == ["Shiv", "Siobhán Murphy", "Siobhán O’Neill"]
    assert names_of(acting(PRIYA), [person.id]) == {person.id: "Siobhán Murphy"}
    assert display_name(None) == "Name not known"


@pytest.mark.parametrize(
    ("typed", "precision", "earliest", "latest", "age", "stated"),
    [
        ("3/4/56", "day", date(1956, 4, 3), date(1956, 4, 3), "70", None),
        ("April 1956", "month", date(1956, 4, 1), date(1956, 4, 30), "70", None),
        ("November 1956", "month", date(1956, 11, 1), date(1956, 11, 30), "69 to 70", None),
        ("1956", "year", date(1956, 1, 1), date(1956, 12, 31), "69 to 70", None),
        ("70", "age", date(1955, 11, 21), date(1956, 11, 20), "70", 70),
        ("about 70", "about", date(1950, 11, 21), date(1961, 11, 20), "65 to 75", 70),
        ("1/1/1900", "day", date(1900, 1, 1), date(1900, 1, 1), "126", None),
        ("2026", "year", date(2026, 1, 1), TODAY, "0", None),
    ],
)  # fmt: skip
def test_a_birth_is_kept_as_exactly_as_it_is_known(
    typed: str, precision: str, earliest: date, latest: date, age: str, stated: int | None
) -> None:
    case, person = told()
    given = birth_date(typed, TODAY)
    row = add_birth(actor=acting(PRIYA), now=NOW, person_id=person.id, record_id=case.id, birth=given)
    assert (row.precision, row.born_on, row.born_latest) == (precision, earliest, latest)
    assert (row.stated_age, row.stated_on) == (stated, TODAY if stated else None)
    again = known(person)
    assert birth_of(again.birth) == given
    assert age_words(again, TODAY) == age


@pytest.mark.parametrize("typed", ["31/12/1899", "1899", "21/11/2026", "December 2026", "2027", "127"])
def test_nobody_is_born_before_1900_or_after_today(typed: str) -> None:
    with pytest.raises(Invalid):
        birth_date(typed, TODAY)


def test_the_most_exact_birth_is_shown_whichever_came_last_and_the_other_stays() -> None:
    case, person = told()
    where = {"actor": acting(PRIYA), "person_id": person.id, "record_id": case.id}
    add_birth(**where, now=NOW, birth=Birth(date(1956, 4, 3), date(1956, 4, 3), BirthPrecision.DAY))
    add_birth(**where, now=NOW + timedelta(days=1), birth=birth_date("about 60", TODAY))
    assert known(person).birth == PersonBirth.objects.get(precision="day")
    add_birth(**where, now=NOW + timedelta(days=2), birth=birth_date("4/4/1956", TODAY))
    found = known(person)
    assert found.birth is not None
    assert found.birth.born_on == date(1956, 4, 4)
    assert [row.precision for row in found.births] == ["day", "about", "day"]


@pytest.mark.parametrize(
    ("kind", "typed", "value", "normal"),
    [
        ("phone", "07700 900142", "07700 900142", "+447700900142"),
        ("phone", "(01632) 960142 x12", "01632 960142 ext. 12", "+441632960142"),
        ("email", " Siobhan.ONeill@Example.ORG ", "siobhan.oneill@example.org", "siobhan.oneill@example.org"),
    ],
)
def test_a_contact_point_is_kept_in_the_form_that_is_compared(
    kind: str, typed: str, value: str, normal: str
) -> None:
    case, person = told()
    where = {"actor": acting(PRIYA), "now": NOW, "person_id": person.id, "record_id": case.id}
    row = add_contact_point(**where, kind=kind, value=typed)
    assert (row.kind, row.value, row.normal) == (kind, value, normal)
    found = known(person)
    assert (found.phones() if kind == "phone" else found.emails()) == [row]


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("phone", "12"), ("phone", "077\x0000"), ("email", "nobody"), ("email", "a..b@example.org"),
     ("email", "a\x00@example.org"), ("email", "a@b@example.org")],
)  # fmt: skip
def test_what_is_no_number_or_address_is_refused_beside_its_field(kind: str, typed: str) -> None:
    case, person = told()
    with pytest.raises(Invalid) as refused:
        add_contact_point(actor=acting(PRIYA), now=NOW, person_id=person.id, record_id=case.id, kind=kind, value=typed)  # fmt: skip
    assert list(refused.value.errors) == ["value"]
    assert known(person).contact_points == []


def test_the_same_number_told_twice_at_once_is_one() -> None:
    phone = parse_phone("07700 900142")
    _, person = told(Facts(name=NameGiven(full="Ann"), phones=[phone, phone], emails=["a@b.example"] * 2))
    assert len(known(person).contact_points) == 2


def test_what_was_said_of_safe_contact_last_holds_and_what_was_said_before_stays() -> None:
    case, person = told()
    where = {"actor": acting(PRIYA), "person_id": person.id, "record_id": case.id}
    assert known(person).safe_contact is None
    set_safe_contact(**where, now=NOW, safe=SafeContactGiven(method="post"))
    set_safe_contact(
        **where, now=NOW + timedelta(days=1), safe=SafeContactGiven(method="none", do_not_visit=True)
    )
    found = known(person)
    assert found.safe_contact is not None
    assert (found.safe_contact.method, found.safe_contact.methods) == ("none", ["none"])
    assert [row.method for row in found.safe_contacts] == ["none", "post"]
    assert found.safe_contact.asked_by_id == acting(PRIYA).user_id


@pytest.mark.parametrize(
    "safe",
    [
        SafeContactGiven(method="pigeon"),
        SafeContactGiven(method="phone", methods=("phone", "pigeon")),
        SafeContactGiven(method="visit", do_not_visit=True),
        SafeContactGiven(method="phone", methods=("phone", "visit"), do_not_visit=True),
    ],
)
def test_a_way_that_there_is_not_or_that_was_refused_is_not_kept(safe: SafeContactGiven) -> None:
    case, person = told()
    with pytest.raises(Invalid):
        set_safe_contact(actor=acting(PRIYA), now=NOW, person_id=person.id, record_id=case.id, safe=safe)
    assert known(person).safe_contact is None


def test_a_safe_address_is_kept_in_words_and_only_for_named_people() -> None:
    case, person = told()
    with pytest.raises(Invalid):
        add_address(
            actor=acting(PRIYA), now=NOW, person_id=person.id, record_id=case.id,
            address=AddressGiven(text="A refuge", safe=True),
        )  # fmt: skip
    assert known(person).addresses == []


def test_one_event_tells_of_a_fact_and_none_holds_a_name() -> None:
    case, person = told()
    add_name(actor=acting(PRIYA), now=NOW, person_id=person.id, record_id=case.id, full="Siobhán Murphy")
    rows = list(Event.objects.filter(subject_id=person.id).order_by("id"))
    assert [row.kind for row in rows] == ["person_added", "person_name_added"]
    assert all("Siobhán" not in str(row.payload) for row in rows)


def test_somebody_of_whom_nothing_may_be_seen_is_not_there_and_nothing_is_hung_on_them() -> None:
    _, person = told()
    sue = acting(SUE)
    hers = a_case(sue)
    assert not is_known_to(sue, person.id)
    assert facts_of(sue, [person.id]) == {}
    for who in (person.id, new_id()):
        with pytest.raises(NotFound):
            get_person(sue, who)
        with pytest.raises(NotFound):
            add_name(actor=sue, now=NOW, person_id=who, record_id=hers.id, full="Guessed")
    assert [row.full for row in known(person).names] == ["Siobhán O’Neill"]


def test_who_is_of_no_agency_or_does_not_look_at_people_is_refused() -> None:
    case, person = told()
    with pytest.raises(Refused):
        get_person(acting("dawn.ashby@charnwood.example"), person.id)
    with pytest.raises(Refused):
        add_person(actor=NOBODY, now=NOW, record_id=case.id, facts=Facts())
