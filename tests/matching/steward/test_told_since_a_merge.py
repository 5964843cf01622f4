"""The page that takes a merge apart says what was told since of each of its two, and nothing of others who are one with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from sentinel.people.models import Merge
from sentinel.people.operations import add_contact_point
from tests.cases.making import a_case
from tests.people.merging import NOOR, PHONES, joined, somebody
from tests.support import NOW, PRIYA, acting, signed_in


@pytest.fixture
def nested(transactional_db: None) -> list[Merge]:
    """Three who are one by two merges; a day later one fact is told of the second, and two of the third."""
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        one, other, third = (
            somebody(name, case, phone=PHONES[at])
            for at, name in enumerate(("Ann Lee", "Anne Lea", "Annie Leigh"))
        )
        merges = [joined(one, other), joined(other, third)]
        for person, values in ((other, ["01632 960211"]), (third, ["01632 960212", "01632 960213"])):
            for value in values:
                add_contact_point(
                    actor=acting(PRIYA), now=NOW + timedelta(days=1), person_id=person.pk, record_id=case.id,
                    kind="phone", value=value,
                )  # fmt: skip
    return merges


def said_on(merge: Merge) -> str:
    page = signed_in(NOOR).get(f"/put-right/merges/{merge.pk}/apart").content.decode()
    words = page[page.index("What was told since the merge") :]
    return " ".join(words[: words.index("</p>")].split())


def test_what_was_told_of_others_of_a_whole_is_not_counted(nested: list[Merge]) -> None:
    first, second = (said_on(merge) for merge in nested)
    assert "1 fact of Anne Lea" in first
    assert "Ann Lee" not in first, "nothing was told of her"
    assert "2 facts of" not in first
    assert "1 fact of Anne Lea" in second
    assert "2 facts of Annie Leigh" in second


def test_where_nothing_was_told_no_number_stands(nested: list[Merge]) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA), title="Another")
        merge = joined(somebody("Bo Ray", case), somebody("Beau Ray", case))
    assert said_on(merge).endswith("of whom it was told.")
