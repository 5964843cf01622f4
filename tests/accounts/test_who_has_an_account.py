"""The list of an agency's accounts: its own alone, filtered, in pages, to its administrator alone."""

from __future__ import annotations

import pytest

from sentinel.accounts.administration import UserFilter, user_of, users_of
from sentinel.accounts.models import RoleHeld, User
from sentinel.kernel.errors import NotFound, Refused
from tests.accounts.conftest import own
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
JOYCE = "joyce.lim@charnwood.example"
BETH = "beth.carr@three-oaks.example"


def test_it_lists_ones_own_agency_alone() -> None:
    page = users_of(acting(JOYCE), UserFilter())
    assert [line.name for line in page.lines] == [
        "Colin Webb",
        "Dawn Ashby",
        "Iris Tanner",
        "Joyce Lim",
        "Noor Aslam",
        "Priya Nair",
        "Ruth Adeyemi",
    ]
    assert page.after is None


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (UserFilter(words="webb"), ["Colin Webb"]),
        (UserFilter(words="DAWN.ASHBY@"), ["Dawn Ashby"]),
        (UserFilter(words="carr"), []),
        (UserFilter(role="call_taker"), ["Dawn Ashby", "Priya Nair"]),
        (UserFilter(state="suspended"), []),
        (
            UserFilter(state="invited"),
            [
                "Colin Webb",
                "Dawn Ashby",
                "Iris Tanner",
                "Joyce Lim",
                "Noor Aslam",
                "Priya Nair",
                "Ruth Adeyemi",
            ],
        ),
    ],
)
def test_it_is_filtered(wanted: UserFilter, names: list[str]) -> None:
    assert [line.name for line in users_of(acting(JOYCE), wanted).lines] == names


def test_a_role_that_has_ended_is_not_found_by() -> None:
    RoleHeld.objects.filter(user=own(PRIYA), role="call_taker").update(until=NOW)
    found = users_of(acting(JOYCE), UserFilter(role="call_taker")).lines
    assert [line.name for line in found] == ["Dawn Ashby"]


def test_its_pages_by_key_miss_nobody_and_repeat_nobody() -> None:
    actor = acting(JOYCE)
    for number in range(103):
        User.objects.create_user(
            f"p{number}@charnwood.example", None, name=f"Person {number % 7}", agency=own(JOYCE).agency
        )
    seen: list[object] = []
    after = None
    while True:
        page = users_of(actor, UserFilter(after=after))
        seen += [line.id for line in page.lines]
        after = page.after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 110


def test_it_takes_as_many_queries_for_sixty_as_for_a_few(django_assert_max_num_queries) -> None:
    actor = acting(JOYCE)
    for number in range(60):
        User.objects.create_user(
            f"p{number}@charnwood.example", None, name=f"P {number}", agency=own(JOYCE).agency
        )
    with django_assert_max_num_queries(3):
        users_of(actor, UserFilter())


@pytest.mark.parametrize("email", [PRIYA, "ravi.desai@police.example", "grace.holt@police.example"])
def test_it_is_refused_to_whoever_does_not_administer(email: str) -> None:
    with pytest.raises(Refused):
        users_of(acting(email), UserFilter())
    with pytest.raises(Refused):
        user_of(acting(email), own(PRIYA).pk)


def test_another_agencys_user_is_not_found() -> None:
    with pytest.raises(NotFound):
        user_of(acting(JOYCE), own(BETH).pk)
