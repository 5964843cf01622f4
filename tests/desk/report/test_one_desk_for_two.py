"""One desk to be rung about the person and about the address: each card, and each link in it, says which."""

from __future__ import annotations

import re

import pytest
from django.db import transaction

from sentinel.foundation.clock import now
from sentinel.places.operations import find_or_make_place
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven
from tests.desk.report.calling import page, shown
from tests.matching.hits.making import KOFI
from tests.reports.telling import MARGARET, telling
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
HOME = "14 Sparrow Lane, LE11 2BB"
CARD = re.compile(r'<section class="s-summary"><h3>(.*?)</h3>(.*?)</section>', re.S)


def words_of(markup: str) -> str:
    """The words of a piece of a page, as they are heard."""
    return " ".join(re.sub(r"<[^>]+>", "", markup).split())


def test_two_cards_of_one_desk_have_two_headings_and_two_links() -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        place = find_or_make_place(actor=priya, now=now(), words=HOME)
        caller = CallerGiven(name="Margaret Ellis", phone=MARGARET.phone)
        report = take_report(actor=priya, now=now(), telling=telling(caller=caller, place_id=place.id))
        open_case_from_report(actor=priya, now=now(), report=report, title="Noise")
    assert MARGARET.phone is not None
    sent = shown(KOFI, q__caller_number=MARGARET.phone.e164, q__where=HOME)
    cards = CARD.findall(page(signed_in(KOFI).post("/reports/take/known", sent)))  # type: ignore[arg-type]
    headings = sorted(words_of(heading) for heading, _ in cards)
    assert [one.rpartition(" about ")[2] for one in headings] == ["this address", "this person"]
    assert all(one.startswith("Before you act, ring Charnwood sharing desk") for one in headings)
    links = [words_of(one) for _, inside in cards for one in re.findall(r"<a [^>]*>(.*?)</a>", inside, re.S)]
    asks = sorted(one for one in links if one.startswith("Ask for access"))
    assert asks == [
        f"Ask for access to what Charnwood sharing desk holds about this {about} (opens in a new tab)"
        for about in ("address", "person")
    ]
    assert len(links) == len(set(links)), "no two links of one name lead to two places"
