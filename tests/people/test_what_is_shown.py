"""Which name, age and address of a person are shown: pure, and the same wherever a person is read."""

from __future__ import annotations

from datetime import date

import pytest

from sentinel.kernel.births import birth_date
from sentinel.people.rules import UNNAMED, age_on, called_by, most_exact, on_one_line

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("names", "called"),
    [
        ([("Peggy Ellis", False), ("Margaret Ellis", True), ("Margaret Shaw", True)], "Margaret Ellis"),
        ([("Peggy Ellis", False), ("Margaret Shaw", False)], "Peggy Ellis"),
        ([], UNNAMED),
    ],
)
def test_somebody_is_called_by_the_newest_name_in_use_or_else_the_newest(
    names: list[tuple[str, bool]], called: str
) -> None:
    assert called_by(names) == called


def test_the_birth_most_exactly_known_tells_the_age_and_of_two_alike_the_newer() -> None:
    said = ["about 70", "30/9/1971", "3/4/1955", "1955"]
    births = [birth_date(one, TODAY) for one in said]
    exact = most_exact(births, lambda one: one.precision.value)
    assert exact == births[1]
    assert [age_on(one, TODAY) for one in (exact, births[3], None)] == ["55", "70 to 71", ""]


def test_a_postcode_is_written_after_an_address_that_does_not_hold_it() -> None:
    assert on_one_line("14 Sparrow Lane", "LE11 0ZZ") == "14 Sparrow Lane, LE11 0ZZ"
    assert on_one_line("14 Sparrow Lane, LE11 0ZZ", "LE11 0ZZ") == "14 Sparrow Lane, LE11 0ZZ"
    assert on_one_line("14 Sparrow Lane", "") == "14 Sparrow Lane"
