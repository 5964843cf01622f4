"""Twins, and whoever else of one house shares a surname, a day of birth and a number: never very likely, and said to be what they may be."""

from __future__ import annotations

import re

import pytest
from django.db import transaction

from sentinel.kernel.clock import london_date
from sentinel.matching.operations import say_same
from sentinel.matching.steward.models import Suggestion
from sentinel.matching.steward.operations import Proposed, fill
from sentinel.matching.steward.queries import Filters, queue, side_by_side
from sentinel.people.operations import add_name
from tests.cases.making import a_case
from tests.people.merging import NOOR, PHONES, somebody
from tests.support import NOW, PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
TODAY = london_date(NOW)
WARNING = "may be twins or relations of one household"


def said_to_be_one(first: str, second: str, **given: str) -> Suggestion:
    """Two of one day of birth and one number, unless given otherwise for the second, of whom an officer says that they are one."""
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        one = somebody(first, case, born="30/1/1993")
        other = somebody(second, case, **{"born": "30/1/1993", **given})
        say_same(
            actor=acting(PRIYA),
            now=NOW,
            record_id=case.id,
            first=one.pk,
            second=other.pk,
            how="They came up twice",
        )
        return Suggestion.objects.get()


@pytest.mark.parametrize(
    ("names", "given", "band", "warns"),
    [
        (("Kasia Wolny", "Basia Wolny"), {}, "may_be", True),
        (("Jan Wolny", "Jane Wolny"), {}, "may_be", True),
        (("Thomas Pike", "Rebecca Pike"), {}, "may_be", True),
        (("Kasia Wolny", "Katarzyna Wolny"), {}, "very_likely", False),
        (("Margaret Ellis", "Margret Ellis"), {}, "very_likely", False),
        (("Thomas Pike", "Rebecca Pike"), {"phone": "07700 900977"}, "may_be", False),
        (("Thomas Pike", "Rebecca Pike"), {"born": "3/4/1955"}, "may_be", False),
        (("Thomas Pike", "Rebecca Moss"), {}, "may_be", False),
    ],
)
def test_what_somebody_said_is_weighed_as_a_check_weighs_it(
    names: tuple[str, str], given: dict[str, str], band: str, warns: bool
) -> None:
    assert said_to_be_one(*names, **given).band == band
    with transaction.atomic():
        [shown] = queue(acting(NOOR), Filters(), TODAY).pairs
    assert shown.of_one_house is warns


def test_the_page_warns_says_what_differs_and_invites_nothing() -> None:
    row = said_to_be_one("Kasia Wolny", "Basia Wolny")
    noor = signed_in(NOOR)
    listed = noor.get("/put-right").content.decode()
    assert WARNING in listed.lower()
    assert "Somebody who said that they are one. May be twins" in listed
    page = noor.get(f"/put-right/pairs/{row.pk}").content.decode()
    assert WARNING in page
    assert "Different: the first name is another" in page
    assert "one letter differs" not in page
    assert "Very likely" not in page
    decisions = re.findall(r'<button class="([^"]*)" name="verdict"', page)
    assert len(decisions) == 3
    assert all("govuk-button--secondary" in one for one in decisions), "none is the one to press"


def test_what_is_told_later_is_seen_and_a_name_that_both_have_ends_the_warning() -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        first = somebody("Thomas Pike", case)
        second = somebody("Rebecca Pike", case)
        fill(
            [Proposed(first.pk, second.pk, 30.0, "very_likely", (("birth", "exact"),))],
            run_id=case.id,
            now=NOW,
        )
        row = Suggestion.objects.get()
        shown = side_by_side(acting(NOOR), row.pk, TODAY)
        assert (shown.of_one_house, shown.band) == (True, "May be"), "whatever weighed them"
        add_name(
            actor=acting(PRIYA),
            now=NOW,
            person_id=second.pk,
            record_id=case.id,
            full="Tom Pike",
            kind="alias",
        )
        shown = side_by_side(acting(NOOR), row.pk, TODAY)
        assert (shown.of_one_house, shown.band) == (False, "Very likely")


def test_said_again_it_is_weighed_again() -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA))
        first, second = (
            somebody(name, case, phone=PHONES[at]) for at, name in enumerate(("Ann Lee", "Ann Leigh"))
        )
        ids = {"first": first.pk, "second": second.pk, "record_id": case.id}
        say_same(actor=acting(PRIYA), now=NOW, how="She said", **ids)
        row = Suggestion.objects.get()
        Suggestion.objects.update(state="later", band="may_be")
        say_same(actor=acting(PRIYA), now=NOW, how="She said again", **ids)
        row.refresh_from_db()
        assert (row.state, row.band) == ("open", "very_likely")
