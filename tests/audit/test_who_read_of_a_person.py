"""An auditor finds who has read of somebody by a record in which they have a part, and is told no name."""

from __future__ import annotations

import re

import pytest
from django.db import connection, transaction

from sentinel.audit.records import parts_of, people_of
from sentinel.cases.models import Case, PartyIdentity
from sentinel.cases.operations import protect_identity
from sentinel.foundation.clock import now
from sentinel.kernel.ids import new_id
from tests.cases.making import a_case, a_party
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
AUDITOR, COLIN = "ravi.desai@police.example", "colin.webb@charnwood.example"


def made() -> tuple[Case, str]:
    """A case with a victim and a protected witness, and the id of the victim's person."""
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now())
        margaret = a_party(priya, case, "Margaret Ellis", now=now())
        witness = a_party(priya, case, "Dilys Quarmby", "witness", now=now())
        protect_identity(actor=priya, now=now(), party=witness)
        return case, str(PartyIdentity.objects.get(party=margaret).person_id)


def search(**asked: str) -> str:
    answer = signed_in(AUDITOR).get("/audit/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(page: str) -> list[str]:
    rows = re.findall(r'data-head="Who">(.*?)</td>', page, re.S)
    return [re.split(r"<", row)[0].strip() for row in rows]


def test_a_record_s_people_are_listed_by_their_parts_without_a_name() -> None:
    case, person = made()
    page = search(record_id=case.reference)
    assert "1. Victim" in page
    assert "2. Witness, identity protected" in page
    assert f"?person_id={person}" in page
    for name in ("Ellis", "Margaret", "Quarmby", "Dilys"):
        assert name not in page


def test_who_has_read_of_a_person_is_found_wherever_it_was_and_others_are_not() -> None:
    case, person = made()
    with transaction.atomic():
        other = a_case(acting(PRIYA), now=now())
    signed_in(COLIN).get(f"/people/{person}")
    signed_in(PRIYA).get(f"/cases/{case.reference}")
    signed_in("ruth.adeyemi@charnwood.example").get(f"/cases/{other.reference}")
    page = search(person_id=person)
    assert "What was read, searched or sent of one person" in page
    assert listed(page) == ["Priya Nair", "Colin Webb"]
    assert "Ellis" not in page


def test_a_search_that_found_the_person_counts_too() -> None:
    _, person = made()
    with transaction.atomic():
        from sentinel.audit.operations import note

        acting(COLIN)
        note("search", subject="already known", detail={"persons": [person], "places": 0})
        note("search", subject="already known", detail={"persons": [], "places": 0})
    assert listed(search(person_id=person)) == ["Colin Webb"]


@pytest.mark.parametrize("do", ["known", "look"])
def test_whom_a_panel_shows_as_confirmed_is_written_down_whatever_else_was_typed(do: str) -> None:
    _, person = made()
    dawn = signed_in("dawn.ashby@charnwood.example")
    said = {"r-submission": str(new_id()), "person_is": person, "do": do}
    page = dawn.post("/reports/take/known" if do == "known" else "/reports/take", said)
    assert "Margaret Ellis" in page.content.decode()
    assert listed(search(person_id=person)) == ["Dawn Ashby"]
    with transaction.atomic():
        other = a_case(acting(PRIYA), now=now())
    address = f"/cases/{other.reference}/people/add{'/known' if do == 'known' else ''}"
    page = signed_in(COLIN).post(address, {"kind": "person", "person_is": person, "do": do})
    assert "Margaret Ellis" in page.content.decode()
    assert listed(search(person_id=person)) == ["Colin Webb", "Dawn Ashby"]


def test_looking_for_a_person_is_written_down_itself() -> None:
    _, person = made()
    search(person_id=person)
    assert "Ravi Desai" in listed(search(kind=""))


def test_an_id_that_is_none_is_refused_and_one_of_nobody_finds_nothing() -> None:
    made()
    assert "Nothing fits" in search(person_id="00000000-0000-0000-0000-000000000007")
    assert signed_in(AUDITOR).get("/audit/", {"person_id": "Ellis"}).status_code == 200


def test_the_database_answers_nobody_but_an_auditor() -> None:
    import uuid

    case, person = made()
    with transaction.atomic():
        acting(PRIYA)
        assert people_of(case.id) == []
        assert parts_of(uuid.UUID(person)) == []
    with transaction.atomic():
        acting(AUDITOR)
        assert len(people_of(case.id)) == 2
        assert len(parts_of(uuid.UUID(person))) == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM cases_audited_people(%s)", [case.id])
            assert "Ellis" not in str(cursor.fetchall())
