"""Names are kept as typed and brought to one form only for comparing and sorting."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sentinel.kernel.errors import Invalid
from sentinel.kernel.names import (
    MAX_LENGTH,
    NameParts,
    check_name,
    clean_name,
    given_forms,
    normalise_name,
    same_family_name,
    sort_name,
    sounds,
    split_name,
    without_unit,
)

names = st.text(min_size=0, max_size=60).filter(lambda text: "\x00" not in text)
UNITS: list[list[str]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "units_in_names.yaml").read_text(encoding="utf-8")
)
LATIN = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéüøß'-. ", min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("Mrs. O’Brien-Smith", "obrien smith"),
        ("o'brien smith", "obrien smith"),
        ("O Brien Smith", "obrien smith"),
        ("Mc Donald", "mcdonald"),
        ("McDonald", "mcdonald"),
        ("MÜLLER", "muller"),
        ("Søren Ængström", "soren aengstrom"),
        ("Łukasz", "lukasz"),
        ("Straße", "strasse"),
        ("Élodie", "elodie"),
        ("E\u0301lodie", "elodie"),
        ("  Margaret   Ellis ", "margaret ellis"),
        ("Dr Patel MBE", "patel"),
        ("Mr", "mr"),
        ("Ｗｉｄｅ", "wide"),
        ("D'Arcy, John", "darcy john"),
        ("Jean‑Luc", "jean luc"),
        ("👩", ""),
        ("", ""),
        ("Ellis 2", "ellis 2"),
        ("O¨", "o"),
    ],
)
def test_names_that_are_the_same_normalise_alike(typed: str, normalised: str) -> None:
    assert normalise_name(typed) == normalised


@pytest.mark.parametrize(("typed", "compared"), UNITS)
def test_a_flat_that_is_written_with_a_name_is_no_part_of_it(typed: str, compared: str) -> None:
    assert normalise_name(without_unit(typed)) == compared


@pytest.mark.parametrize(
    "typed", ["Mrs Margaret Ellis, Flat 2", "Ellis, Mrs Margaret, Flat 2", "Flat 2: Mrs Margaret Ellis"]
)
def test_a_flat_is_no_given_name(typed: str) -> None:
    assert split_name(typed) == NameParts("Mrs", "Margaret", "Ellis")


@given(names)
def test_cutting_a_flat_off_leaves_a_name_where_there_was_one(text: str) -> None:
    once = without_unit(text)
    assert bool(normalise_name(once)) == bool(normalise_name(text))
    assert len(once) <= len(text)


def test_marks_of_direction_are_kept_as_typed_and_ignored_in_comparing() -> None:
    typed = "\u200fمحمد\u200e \u202bعلي\u202c"
    assert clean_name(typed) == typed
    assert normalise_name(typed) == normalise_name("محمد علي")


def test_arabic_vowel_signs_are_optional() -> None:
    assert normalise_name("مُحَمَّد") == normalise_name("محمد")


def test_indic_vowel_signs_are_the_vowels_and_stay() -> None:
    assert normalise_name("प्रिया") != normalise_name("परया")
    assert normalise_name("પટેલ") == "પટેલ"


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=60))
def test_a_name_in_plain_letters_reads_as_one_in_others(typed: str) -> None:
    """A mark of direction says nothing, but takes the way that is made for every script."""
    assert normalise_name(typed) == normalise_name(f"\u200e{typed}")


@given(names)
def test_normalising_twice_is_normalising_once(typed: str) -> None:
    once = normalise_name(typed)
    assert normalise_name(once) == once


@given(LATIN)
def test_case_and_spacing_make_no_difference(typed: str) -> None:
    assert normalise_name(f"  {typed.upper()} ") == normalise_name(typed)


@given(names)
def test_a_normalised_name_is_words_with_single_spaces(typed: str) -> None:
    once = normalise_name(typed)
    assert once == " ".join(once.split())


def test_a_list_sorts_by_family_then_given_whatever_the_accents() -> None:
    people = [
        ("Zebedee", "Amy"),
        ("Élodie", "Bea"),
        ("Smith-Jones", "Adam"),
        ("Smith", "Zoe"),
        ("Smith", "Adam"),
        ("O'Brien", "Pat"),
        ("Obrien", "Al"),
    ]
    ordered = sorted(people, key=lambda person: sort_name(*person))
    assert ordered == [
        ("Élodie", "Bea"),
        ("Obrien", "Al"),
        ("O'Brien", "Pat"),
        ("Smith", "Adam"),
        ("Smith", "Zoe"),
        ("Smith-Jones", "Adam"),
        ("Zebedee", "Amy"),
    ]


def test_a_name_of_one_part_or_without_letters_still_sorts() -> None:
    assert sort_name("", "Suharto") == "suharto"
    assert sort_name("Ellis") == "ellis"
    assert sort_name("👩") == "👩"
    assert sort_name("", "") == ""


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("Mrs Ellis, Margaret", NameParts("Mrs", "Margaret", "Ellis")),
        ("Ellis, Mrs Margaret", NameParts("Mrs", "Margaret", "Ellis")),
        ("Ellis,", NameParts("", "", "Ellis")),
        ("Margaret Ellis", NameParts("", "Margaret", "Ellis")),
        ("Margaret Anne Ellis", NameParts("", "Margaret Anne", "Ellis")),
        ("Mr Jan van der Berg", NameParts("Mr", "Jan", "van der Berg")),
        ("Maria de la Cruz", NameParts("", "Maria", "de la Cruz")),
        ("Omar bin Khalid", NameParts("", "Omar", "bin Khalid")),
        ("Al Smith", NameParts("", "Al", "Smith")),
        ("O Brien", NameParts("", "", "O Brien")),
        ("Mrs. Ellis", NameParts("Mrs", "", "Ellis")),
        ("Prof Dr Ellis", NameParts("Prof Dr", "", "Ellis")),
        ("Suharto", NameParts("", "", "Suharto")),
        ("John Smith Jr.", NameParts("", "John", "Smith")),
        ("Mr Smith, Jr", NameParts("Mr", "", "Smith")),
        ("  ", NameParts("", "", "")),
        ("Dr", NameParts("", "", "Dr")),
        ("محمد علی", NameParts("", "محمد", "علی")),
    ],
)
def test_a_full_name_is_taken_apart(typed: str, parts: NameParts) -> None:
    assert split_name(typed) == parts


@given(names)
def test_nothing_that_is_typed_breaks_the_splitting(typed: str) -> None:
    try:
        parts = split_name(typed)
    except Invalid:
        return
    assert all(part == part.strip() for part in (parts.title, parts.given))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Margaret Ellis", "Margret Elis"),
        ("Catherine", "Katherine"),
        ("Catherine", "Kathryn"),
        ("Stephen", "Steven"),
        ("Philips", "Filips"),
        ("Wright", "Rite"),
        ("Knight", "Night"),
        ("Smith", "Smyth"),
        ("Mohammed", "Muhammad"),
        ("Hussain", "Hussein"),
        ("Gurpreet", "Gurprit"),
        ("Thompson", "Tomson"),
        ("MacDonald", "McDonald"),
        ("Mackenzie", "McKenzie"),
    ],
)
def test_names_that_sound_alike_share_a_key(one: str, other: str) -> None:
    for first, second in zip(one.split(), other.split(), strict=True):
        assert sounds(first) & sounds(second), (first, second)


@pytest.mark.parametrize(("one", "other"), [("Ellis", "Patel"), ("Margaret", "Dorothy"), ("Khan", "Smith")])
def test_names_that_sound_different_share_none(one: str, other: str) -> None:
    assert not sounds(one) & sounds(other)


def test_the_order_of_names_makes_no_difference_to_their_sound() -> None:
    assert sounds("Ellis Margaret") == sounds("Margaret Ellis")


def test_a_name_in_another_script_is_found_by_itself() -> None:
    assert sounds("محمد") == {"=محمد"}
    assert sounds("J") == {"=j"}
    assert sounds("") == frozenset()


@given(names)
def test_every_name_with_a_letter_has_a_key(typed: str) -> None:
    assert bool(sounds(typed)) == bool(normalise_name(typed))


@given(LATIN)
def test_a_name_as_it_was_typed_sounds_like_its_normal_form(typed: str) -> None:
    assert sounds(typed) == sounds(normalise_name(typed))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Peggy", "Margaret"),
        ("Maggie", "Margaret"),
        ("Bob", "Robert"),
        ("Liz", "Elizabeth"),
        ("Bill", "William"),
        ("Mohammed", "Muhammad"),
        ("Mo", "Mohammed"),
        ("Tony", "Anthony"),
        ("Yusuf", "Youssef"),
        ("Piotr", "Peter"),
    ],
)
def test_a_short_name_stands_for_its_long_one_and_back(one: str, other: str) -> None:
    assert other.casefold() in given_forms(one)
    assert one.casefold() in given_forms(other)


def test_two_long_names_with_one_short_name_are_not_made_one() -> None:
    assert "patricia" not in given_forms("Patrick")
    assert "alexandra" not in given_forms("Alexander")


def test_a_name_that_the_table_does_not_have_stands_for_itself() -> None:
    assert given_forms("Zaphod Beeblebrox") == {"zaphod"}
    assert given_forms("") == frozenset()


LISTS = (
    "given_names.txt",
    *(f"name_lists/given_{one}.txt" for one in ("english", "south_asian", "polish", "arabic", "somali")),
    "name_lists/family_names.txt",
)


@pytest.mark.parametrize("list_", LISTS)
def test_the_lists_are_written_as_names_normalise(list_: str) -> None:
    text = files("sentinel.kernel").joinpath(list_).read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    assert len(rows) > 90
    for row in rows:
        assert len(row) > 1, row
        assert len(row) == len(set(row)), row
        assert all(name == normalise_name(name) and name.isascii() for name in row), row


@pytest.mark.parametrize("list_", LISTS[1:])
def test_a_list_says_where_it_comes_from_and_its_licence(list_: str) -> None:
    head = files("sentinel.kernel").joinpath(list_).read_text(encoding="utf-8").splitlines()[:2]
    assert "Written for Sentinel" in head[1]
    assert "MIT" in head[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Małgorzata", "Gosia"), ("Cabdiraxmaan", "Abdirahman"), ("Maxamed", "Mohammed"), ("Yousef", "Yusuf"), ("Sukhi", "Sukhwinder"),
     ("Aisha", "Caasha"), ("Krzysztof", "Chris")],
)  # fmt: skip
def test_forms_of_names_from_many_places_are_known(one: str, other: str) -> None:
    assert normalise_name(other) in given_forms(one)
    assert normalise_name(one) in given_forms(other)


def test_family_names_have_spellings_of_their_own() -> None:
    assert same_family_name("choudhury", "chaudhry")
    assert same_family_name("zaphod", "zaphod")
    assert not same_family_name("khan", "shah")
    assert not same_family_name("margaret", "peggy")


def test_two_hundred_characters_are_a_name_and_one_more_is_not() -> None:
    assert clean_name("x" * MAX_LENGTH) == "x" * MAX_LENGTH
    with pytest.raises(Invalid, match="200"):
        clean_name("x" * (MAX_LENGTH + 1))


@pytest.mark.parametrize("ask", [clean_name, check_name, split_name])
def test_a_nul_byte_in_a_name_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(Invalid, match="cannot be stored"):
        ask("Ell\x00is")


@pytest.mark.parametrize(
    "typed", ["O’Brien", "Smith-Jones", "X Æ A-12", "<b>Ellis</b>", "👩‍👧", "\u200fمحمد"]
)
def test_a_name_is_kept_as_typed(typed: str) -> None:
    assert check_name(typed) == typed


def test_a_name_on_several_lines_becomes_one() -> None:
    assert clean_name("Margaret\r\n  Ellis\t") == "Margaret Ellis"


def test_an_empty_name_is_refused_only_where_one_is_needed() -> None:
    with pytest.raises(Invalid, match="Enter a name"):
        check_name("   ")
    assert check_name("   ", needed=False) == ""
