"""A reference read aloud or mistyped is caught, never taken for another."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sentinel.kernel.errors import Invalid
from sentinel.kernel.references import LETTERS, MAX_NUMBER, Kind, Reference, correct, make, parse

prefixes = st.text(alphabet=LETTERS, min_size=3, max_size=3)
years = st.integers(2000, 2099)
numbers = st.one_of(st.integers(1, 99_999), st.integers(1, MAX_NUMBER))
kinds = st.sampled_from(Kind)
references = st.builds(Reference, prefixes, years, numbers, kinds)


def test_the_printed_form() -> None:
    assert make("LLR", 2026, 4172) == "LLR-26-04172-B"
    assert make("LLR", 2026, 4172, Kind.REPORT) == "LLR-26-R04172-F"
    assert make("LLR", 2026, 1234567).startswith("LLR-26-1234567-")


@given(references)
def test_what_was_made_is_read_back(reference: Reference) -> None:
    printed = make(reference.prefix, reference.year, reference.number, reference.kind)
    assert parse(printed) == reference
    assert correct(printed) == [printed]


@given(references, st.data())
def test_every_single_wrong_character_is_caught(reference: Reference, data: st.DataObject) -> None:
    printed = str(reference)
    at = data.draw(st.sampled_from([i for i, c in enumerate(printed) if c != "-"]))
    wrong = data.draw(st.sampled_from(string.ascii_uppercase + string.digits))
    assume(wrong != printed[at])
    assume((wrong, printed[at]) not in {("O", "0"), ("I", "1"), ("L", "1")})
    mistyped = printed[:at] + wrong + printed[at + 1 :]
    try:
        read = parse(mistyped)
    except Invalid:
        return
    raise AssertionError(f"{printed} mistyped as {mistyped} was read as {read}")


@given(references, st.data())
def test_every_swap_of_two_characters_is_caught(reference: Reference, data: st.DataObject) -> None:
    squeezed = str(reference).replace("-", "")
    first = data.draw(st.integers(0, len(squeezed) - 2))
    second = data.draw(st.integers(first + 1, len(squeezed) - 1))
    assume(squeezed[first] != squeezed[second])
    characters = list(squeezed)
    characters[first], characters[second] = characters[second], characters[first]
    swapped = "".join(characters)
    with pytest.raises(Invalid):
        parse(swapped)


@given(prefixes, years, numbers)
def test_a_case_is_never_taken_for_a_report_of_the_same_number(prefix: str, year: int, number: int) -> None:
    case, report = make(prefix, year, number), make(prefix, year, number, Kind.REPORT)
    head, rest = case.rsplit("-", 2)[0], case.rsplit("-", 2)[1:]
    with pytest.raises(Invalid):
        parse(f"{head}-R{rest[0]}-{rest[1]}")
    with pytest.raises(Invalid):
        parse(report.replace("-R", "-"))


@given(prefixes, years, numbers)
def test_a_digit_in_the_place_of_a_reports_letter_is_caught(prefix: str, year: int, number: int) -> None:
    report = make(prefix, year, number, Kind.REPORT)
    for digit in string.digits:
        with pytest.raises(Invalid):
            parse(report.replace("-R", f"-{digit}"))


@given(references)
def test_a_reference_without_its_letter_is_refused(reference: Reference) -> None:
    with pytest.raises(Invalid):
        parse(str(reference)[:-2])


@pytest.mark.parametrize(
    "typed",
    [
        "llr-26-04172-b",
        "LLR2604172B",
        " llr 26 04172 b ",
        "LLR–26–04172–B",
        "LLR/26/04172/B",
        "LLR-26-O4172-B",
        "llr-26-04I72-b",
        "llr 26 o4l72 b",
        "LLR-26-004172-B",
    ],
)
def test_it_is_read_as_people_type_it(typed: str) -> None:
    assert str(parse(typed)) == "LLR-26-04172-B"


@pytest.mark.parametrize("typed", ["LLR-26-R04172-F", "llr26ro4172f", "LLR 26 R 04172 F"])
def test_a_report_is_read_as_people_type_it(typed: str) -> None:
    assert parse(typed) == Reference("LLR", 2026, 4172, Kind.REPORT)


@pytest.mark.parametrize(
    "typed", ["", "LLR", "LLR-26-4172-B", "04172", "LLR-26-00000-A", "LLR-26-04172-B\x00", "x" * 500, "٢٦"]
)
def test_what_is_no_reference_is_answered_with_an_example(typed: str) -> None:
    with pytest.raises(Invalid, match="LLR-26-04172-B"):
        parse(typed)


def test_a_wrong_character_is_answered_differently_from_no_reference() -> None:
    with pytest.raises(Invalid, match="character wrong"):
        parse("LLR-26-04173-B")


@given(references, st.data())
def test_one_wrong_character_is_offered_its_right_reference(
    reference: Reference, data: st.DataObject
) -> None:
    printed = str(reference)
    at = data.draw(st.sampled_from([i for i, c in enumerate(printed) if c != "-"]))
    wrong = data.draw(st.sampled_from(LETTERS if printed[at].isalpha() else string.digits))
    assume(wrong != printed[at])
    assume((wrong, printed[at]) != ("L", "1"))
    mistyped = printed[:at] + wrong + printed[at + 1 :]
    offered = correct(mistyped)
    assert printed in offered
    assert all(str(parse(one)) == one for one in offered)
    assert len(offered) <= 40


@given(references, st.data())
def test_two_swapped_neighbours_are_offered_their_right_reference(
    reference: Reference, data: st.DataObject
) -> None:
    squeezed = str(reference).replace("-", "")
    at = data.draw(st.integers(0, len(squeezed) - 2))
    assume(squeezed[at] != squeezed[at + 1])
    swapped = squeezed[:at] + squeezed[at + 1] + squeezed[at] + squeezed[at + 2 :]
    assert str(reference) in correct(swapped)


def test_a_forgotten_r_is_offered_the_report() -> None:
    assert "LLR-26-R04172-F" in correct("LLR-26-04172-F")


def test_only_our_own_references_are_offered_when_the_prefix_is_known() -> None:
    offered = correct("LLR-26-04712-B", prefix="LLR")
    assert "LLR-26-04172-B" in offered
    assert all(one.startswith("LLR-") for one in offered)


@pytest.mark.parametrize("typed", ["", "hello", "LLR", "\x00", "Z" * 1000])
def test_nothing_is_offered_for_what_is_no_reference(typed: str) -> None:
    assert correct(typed) == []


@pytest.mark.parametrize(
    ("prefix", "year", "number"),
    [
        ("L", 2026, 1),
        ("LIO", 2026, 1),
        ("llr", 2026, 1),
        ("LLR", 26, 1),
        ("LLR", 2026, 0),
        ("LLR", 2026, 10**8),
    ],
)
def test_a_reference_is_not_made_from_impossible_parts(prefix: str, year: int, number: int) -> None:
    with pytest.raises(ValueError):
        make(prefix, year, number)
