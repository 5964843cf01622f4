"""What is known of somebody written just now is what would be read of them."""

from __future__ import annotations

import pytest

from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.phones import parse_phone
from sentinel.people.facts import AddressGiven, Facts, NameGiven, SafeContactGiven
from sentinel.people.provenance import provenance
from sentinel.people.queries import facts_of
from sentinel.people.writing import write_stranger
from tests.cases.making import a_case
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db


def test_it_is_the_same_as_what_is_read() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    born = NOW.date().replace(year=1956)
    facts = Facts(
        name=NameGiven(full="Margaret Ellis"),
        birth=Birth(born, born, BirthPrecision.DAY),
        phones=(parse_phone("07700 900123"), parse_phone("0116 496 0123")),
        emails=("m.ellis@mail.example",),
        addresses=(AddressGiven(text="over the bakery"),),
        safe_contact=SafeContactGiven(method="text", text_may_be_sent=True),
    )
    given = provenance(actor=priya, now=NOW, record_id=case.id)
    known = write_stranger(actor=priya, now=NOW, given=given, facts=facts)
    read = facts_of(priya, [known.person_id])[known.person_id]
    assert known == read
    assert len(known.rows) == 7
