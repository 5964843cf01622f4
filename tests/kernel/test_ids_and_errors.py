"""Identifiers are ordered and standard; errors carry plain words and their fields."""

from __future__ import annotations

import uuid

import pytest

from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused, SentinelError, Unavailable
from sentinel.kernel.ids import new_id


def test_an_identifier_is_the_standard_librarys_version_7() -> None:
    made = new_id()
    assert type(made) is uuid.UUID
    assert made.version == 7


def test_identifiers_made_one_after_another_are_different_and_sort_in_that_order() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(set(made))


@pytest.mark.parametrize("kind", [Refused, NotFound, Conflict, Unavailable])
def test_each_error_has_words_of_its_own_when_none_are_given(kind: type[SentinelError]) -> None:
    assert kind().message == str(kind()) == kind.default_message
    assert kind.default_message != SentinelError.default_message
    assert kind("Said otherwise.").message == "Said otherwise."


def test_a_conflict_names_the_fields_that_changed() -> None:
    assert Conflict(fields=["street", "town"]).fields == ("street", "town")
    assert Conflict().fields == ()


def test_invalid_keeps_its_messages_by_field_and_speaks_the_first() -> None:
    error = Invalid({"born": ["Too early.", "Not a date."], "name": ["Missing."]})
    assert error.errors == {"born": ["Too early.", "Not a date."], "name": ["Missing."]}
    assert error.message == "Too early."


def test_invalid_about_the_whole_can_be_put_under_a_field() -> None:
    assert Invalid("Not a postcode.").errors == {"": ["Not a postcode."]}
    assert Invalid("Not a postcode.").under("postcode").errors == {"postcode": ["Not a postcode."]}
    assert Invalid.of("postcode", "Missing.").errors == {"postcode": ["Missing."]}


def test_invalid_does_not_share_its_lists_with_the_caller() -> None:
    words = ["One."]
    error = Invalid({"field": words})
    words.append("Two.")
    assert error.errors == {"field": ["One."]}
