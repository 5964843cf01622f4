"""A form class that shares its fields: what one form changes, no other has."""

from __future__ import annotations

from django import forms

from sentinel.web.shared_fields import own_field, shares_fields


@shares_fields
class Asking(forms.Form):
    which = forms.ChoiceField(choices=[("a", "A")])
    why = forms.CharField(required=False)


def test_a_field_that_nobody_changes_is_one_for_all_forms() -> None:
    assert Asking().fields["why"] is Asking().fields["why"]


def test_what_a_form_changes_is_its_own() -> None:
    changed, other = Asking({"which": "b"}), Asking({"which": "b"})
    which = own_field(changed, "which")
    assert isinstance(which, forms.ChoiceField)
    which.choices = [("b", "B")]
    own_field(changed, "why").required = True
    assert changed.errors == {"why": ["This field is required."]}
    assert list(other.errors) == ["which"]
    assert Asking({"which": "a"}).is_valid()


def test_a_field_that_a_form_throws_away_stays_with_the_others() -> None:
    del Asking().fields["which"]
    assert list(Asking().fields) == ["which", "why"]
