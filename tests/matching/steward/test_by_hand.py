"""Two entries that no list put side by side, compared by the address of one: what leads to the pair, and what is refused in words."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction

from sentinel.matching.operations import say_not_same
from sentinel.matching.steward.models import Suggestion
from sentinel.people.models import Person
from sentinel.people.whole import whole
from tests.cases.making import a_case, a_person
from tests.people.merging import NOOR, PHONES, joined, somebody
from tests.support import NOW, PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
MARTA = "marta.nowak@city.example"


@pytest.fixture
def two(transactional_db: None) -> list[Person]:
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        return [somebody(name, case, phone=PHONES[at]) for at, name in enumerate(("Ann Lee", "Anne Lea"))]


def compare(one: Person, other: str, email: str = NOOR) -> tuple[int, str]:
    """The answer to an address given by hand: its status, and where it leads or what it says."""
    answer = signed_in(email).post(f"/put-right/people/{one.pk}/compare", {"other": other})
    return answer.status_code, answer.headers.get("Location") or answer.content.decode()


def test_an_address_leads_to_the_pair_and_twice_to_the_same(two: list[Person]) -> None:
    first, second = two
    status, leads = compare(first, f"https://sentinel.example/people/{second.pk}?a=1")
    assert status == 302
    assert leads.startswith("/put-right/pairs/")
    assert compare(second, str(first.pk)) == (302, leads)
    noor = signed_in(NOOR)
    page = noor.get(leads).content.decode()
    assert "A data steward, by hand" in page
    assert whole(first.pk).ids == {first.pk}, "nothing is decided by asking"
    assert f"/put-right/people/{first.pk}/compare" in noor.get(f"/people/{first.pk}").content.decode()
    assert "/compare" not in signed_in(PRIYA).get(f"/people/{first.pk}").content.decode()


def test_what_was_said_of_the_two_is_shown_with_who_said_it(two: list[Person]) -> None:
    first, second = two
    with transaction.atomic():
        case = a_case(acting(PRIYA), title="Another")
        say_not_same(
            actor=acting(PRIYA),
            now=NOW,
            record_id=case.id,
            first=first.pk,
            second=second.pk,
            how="Two sisters",
        )
    page = signed_in(NOOR).get(compare(first, str(second.pk))[1]).content.decode()
    assert "Not the same" in page
    assert "“Two sisters”" in page
    assert "Priya Nair" in page
    assert case.reference in page


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ("", "Give the address of the other entry"),
        ("Anne Lea", "This is no address of a person’s page"),
        ("\N{OCTOPUS}" * 200, "This is no address of a person’s page"),
        (f"/people/{uuid.UUID(int=1)} and /people/{uuid.UUID(int=2)}", "This is no address of a person’s page"),
        ("/people/0190-1", "This is no address of a person’s page"),
        (str(uuid.UUID(int=5)), "No entry that you may see has this address"),
        ("x" * 10_000, "There is a problem"),
        ("\x00" + str(uuid.UUID(int=5)), "There is a problem"),
        ("'; DROP TABLE people_merge; --", "This is no address of a person’s page"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_said(two: list[Person], other: str, says: str) -> None:
    status, page = compare(two[0], other)
    assert status == 422
    assert says in page
    with transaction.atomic():
        acting(NOOR)
        assert not Suggestion.objects.exists()


def test_the_same_entry_one_person_already_a_stranger_and_too_little_are_said(two: list[Person]) -> None:
    first, second = two
    assert "the entry you came from" in compare(first, str(first.pk))[1]
    with transaction.atomic():
        theirs = a_case(acting(MARTA), title="Noise in the city")
        stranger = somebody("Ann Lee", theirs, email=MARTA)
        bare = a_person(acting(PRIYA), a_case(acting(PRIYA), title="Third").id, "Ann Lee")
    # Whom the steward may not see answers as nobody does.
    assert "No entry that you may see" in compare(first, str(stranger.pk))[1]
    assert "Too little is known" in compare(first, str(bare.pk))[1]
    with transaction.atomic():
        joined(first, second)
    assert "These are one person already" in compare(first, str(second.pk))[1]
    noor = signed_in(NOOR)
    for unknown in (stranger.pk, uuid.UUID(int=5)):
        assert noor.get(f"/put-right/people/{unknown}/compare").status_code == 404
    assert noor.get("/put-right/people/nonsense/compare").status_code == 404
    assert signed_in(PRIYA).get(f"/put-right/people/{first.pk}/compare").status_code == 403
