"""The page that records a contact says where the person may be reached, by the ways that are safe and no other."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.audit.models import Entry
from sentinel.cases.models import Case, Party, PartyIdentity
from sentinel.cases.operations import protect_identity
from sentinel.foundation.clock import now
from sentinel.kernel.phones import parse_phone
from sentinel.people.facts import AddressGiven, Facts, SafeContactGiven
from sentinel.people.operations import add_facts
from tests.cases.making import a_case, a_party
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
COLIN, RAVI = "colin.webb@charnwood.example", "ravi.desai@police.example"
NUMBER, EMAIL, HOME = "01632 960142", "margaret@example.org", "14 Sparrow Lane"


def somebody(*methods: str, told_in: Case | None = None) -> tuple[Case, Party]:
    """A victim with a number, an email address and a home, who said that these ways are safe (none: not asked)."""
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=now())
        party = a_party(priya, case, "Margaret Ellis", now=now())
        safe = SafeContactGiven(method=methods[0], methods=methods) if methods else None
        add_facts(
            actor=priya, now=now(), person_id=PartyIdentity.objects.get(party=party).person_id,
            record_id=told_in.id if told_in else case.id,
            facts=Facts(phones=(parse_phone(NUMBER),), emails=(EMAIL,), addresses=(AddressGiven(text=HOME),), safe_contact=safe),
        )  # fmt: skip
    return case, party


def page(case: Case, party: Party, email: str = PRIYA, of: str = "contact") -> str:
    answer = signed_in(email).get(f"/cases/{case.reference}/people/{party.id}/{of}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("of", ["contact", "told"])
@pytest.mark.parametrize(
    ("methods", "shown"),
    [
        (("phone",), {NUMBER}),
        (("email",), {EMAIL}),
        (("post",), {HOME}),
        (("phone", "email"), {NUMBER, EMAIL}),
        (("none",), set()),
        ((), {NUMBER}),
    ],
)
def test_only_what_belongs_to_a_safe_way_is_shown_and_a_voice_where_nobody_asked(
    of: str, methods: tuple[str, ...], shown: set[str]
) -> None:
    text = page(*somebody(*methods), of=of)
    assert {one for one in (NUMBER, EMAIL, HOME) if one in text} == shown


def test_it_is_said_where_nothing_is_known_for_a_safe_way() -> None:
    assert "No number or address is known for a way that is safe" in page(*somebody("through"))


def test_nothing_is_shown_of_a_protected_identity_to_who_does_not_hold_it() -> None:
    case, party = somebody("phone")
    with transaction.atomic():
        protect_identity(actor=acting(PRIYA), now=now(), party=Party.objects.get(pk=party.pk))
    assert NUMBER in page(case, party)
    assert NUMBER not in page(case, party, COLIN)


def test_a_number_that_another_record_told_is_logged_as_read_there() -> None:
    with transaction.atomic():
        other = a_case(acting(PRIYA), now=now())
    case, party = somebody("phone", told_in=other)
    assert NUMBER in page(case, party)
    with transaction.atomic():
        acting(RAVI)
        read = Entry.objects.filter(kind="view", subject="person", record_id=other.id)
        assert read.count() == 1
