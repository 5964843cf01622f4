"""One address, however it is written, has one key; two that look alike have two. The ways of writing stand in files."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sentinel.kernel.addresses import Address, place_key, read_address, without_near
from sentinel.kernel.errors import Invalid

DATA = Path(__file__).parent / "data"


def _read(name: str) -> list[Any]:
    found: list[Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return found


def key(words: str) -> str:
    return place_key("address", read_address(words))


@pytest.mark.parametrize("place", _read("one_address.yaml"), ids=lambda one: one["name"])
def test_every_way_of_writing_one_address_has_one_key(place: dict[str, Any]) -> None:
    first, *others = place["ways"]
    assert {way: key(way) for way in others} == {way: key(first) for way in others}


@pytest.mark.parametrize(("one", "other"), _read("apart.yaml"))
def test_what_only_looks_alike_stays_apart(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("typed", "how", "street"),
    [
        ("o/s 14 Sparrow Lane", "outside", "sparrow lane"),
        ("opp. the shops, Mill Road", "opposite", "mill road"),
        ("r/o 14 Sparrow Lane", "behind", "sparrow lane"),
        ("next door to 14 Sparrow Lane", "beside", "sparrow lane"),
        ("On or near Sparrow Lane", "near", "sparrow lane"),
        ("Nearfield Road", "", "nearfield road"),
        ("14 Outwoods Drive", "", "outwoods drive"),
    ],
)
def test_that_it_was_only_near_is_told_apart(typed: str, how: str, street: str) -> None:
    found = read_address(typed)
    assert (found.how, found.street) == (how, street)


def test_what_was_near_is_not_in_the_line_that_everybody_reads() -> None:
    assert read_address("o/s 14 sparrow ln le11 0zz").line == "14 Sparrow Lane"


@pytest.mark.parametrize(
    ("typed", "uprn"),
    [("100030123456", "100030123456"), ("UPRN 10003", "10003"), ("uprn: 010001234567", "10001234567")],
)
def test_a_uprn_is_read_as_one(typed: str, uprn: str) -> None:
    assert read_address(typed) == Address(line="", uprn=uprn)


def test_a_telephone_number_is_no_uprn_and_a_number_alone_no_address() -> None:
    assert read_address("0116 496 0123").uprn == ""
    assert read_address("12345").uprn == ""


def test_nothing_but_a_way_of_being_near_is_kept_as_it_is() -> None:
    assert without_near("opposite") == ("opposite", "")


@given(st.text(alphabet="corner of and & j/w junction with x / ", max_size=400))
def test_words_about_corners_never_take_long(text: str) -> None:
    begun = time.process_time()
    try:
        read_address(text)
    except Invalid:
        return
    assert time.process_time() - begun < 0.5


@given(st.text(max_size=500))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_address(text)
    except Invalid:
        return
    assert len(found.line) <= 160
