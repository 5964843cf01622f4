"""The page that says how matching works shows what the bench wrote down, with the day and the command."""

from __future__ import annotations

import pytest

from sentinel.matching.openly import FEWEST, SETS, figures, figures_of
from tests.support import PRIYA, signed_in


def test_the_figures_are_those_that_the_bench_wrote_down() -> None:
    found = figures()
    assert found.command == "make bench-linkage"
    assert [one.name for one in found.sets] == [name for name, _ in SETS.values()]
    hardest = found.sets[0]
    assert hardest.whole.right >= 97.5
    assert {one.words for one in hardest.by_missing} >= {"No surname", "No first name", "No birth date"}


def test_those_for_whom_it_is_worst_come_first_and_too_few_are_left_out() -> None:
    def one(recall: float, pairs: int) -> dict[str, float]:
        return {"precision": 0.9999, "recall": recall, "true_pairs": pairs}

    clusters = {**one(0.9, 900), "by_name_origin": {"english": one(0.95, 500), "polish": one(0.7, 60), "somali": one(0.1, FEWEST - 1)},
                "by_missing_field": {"given": one(0.6, 50)}}  # fmt: skip
    data = {
        "measured_on": "2026-11-22",
        "command": "make x",
        "sets": {"historical": {"records": 9, "people": 3, "clusters": clusters}},
    }
    [found] = figures_of(data).sets
    assert [(rate.words, rate.found) for rate in found.by_origin] == [
        ("Polish", 70.0),
        ("English and Irish", 95.0),
    ]
    assert found.whole.right == 99.9, "rounded down: nobody is told of a hundred in a hundred that is none"


@pytest.mark.usefixtures("transactional_db")
def test_everybody_who_works_with_it_may_read_the_page(clean: None) -> None:
    page = signed_in(PRIYA).get("/how-matching-works").content.decode()
    assert "Nothing is ever merged by itself" in page
    assert "make bench-linkage" in page
    assert "For whom it is less good" in page
    assert "but the title is another" in page, "what is made of sex is said"
    assert "set by hand" in page
    assert "No sex (a column of this file, and of none of our records)" in page, "page and table agree"
