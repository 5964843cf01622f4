"""Of a local rule each agency follows the line of its own kind, and else the one for any, whichever rule it is."""

from __future__ import annotations

from itertools import permutations

import pytest

from sentinel.accounts.rules import AGENCY_KINDS
from sentinel.questionnaires.rules import ANY, line_for
from tests.questionnaires.shipped import RULES

LINES = [
    {"key": "all", "agency_type": ANY, "band": ANY},
    {"key": "all_high", "agency_type": ANY, "band": "high"},
    {"key": "landlord", "agency_type": "landlord", "band": ANY},
    {"key": "police_high", "agency_type": "police", "band": "high"},
]


@pytest.mark.parametrize(
    ("kind", "band", "holds"),
    [
        ("district", "low", "all"),
        ("district", "high", "all_high"),
        ("police", "high", "police_high"),
        ("police", "low", "all"),
        ("housing", "low", "landlord"),
        ("housing", "high", "landlord"),
    ],
)
def test_the_agencys_own_line_comes_first_then_the_bands_own_in_whatever_order_they_stand(
    kind: str, band: str, holds: str
) -> None:
    for lines in permutations(LINES):
        line = line_for(lines, kind, band=band)
        assert line is not None
        assert line["key"] == holds


def test_there_may_be_none() -> None:
    assert line_for([], "police") is None
    assert line_for([LINES[3]], "district", band="high") is None
    assert line_for([LINES[3]], "police", band="low") is None
    assert line_for([{"key": "untyped"}], "police") is None


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_kind_that_a_shipped_rule_names_is_one_of_an_agency(name: str) -> None:
    for line in RULES[name].content.get("items", []):
        if "agency_type" in line:
            assert any(line_for([line], kind) for kind in AGENCY_KINDS), line["key"]
