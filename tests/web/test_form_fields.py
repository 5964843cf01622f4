"""A Django field becomes the right GOV.UK component: label, hint, error and ids belong together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.web.forms import errors, present
from sentinel.web.jinja import environment
from tests.web.checks import fragment_faults, read
from tests.web.conftest import EveryKind

Render = Callable[..., str]
FORM = '{% from "components/form.html" import field, fields, error_summary, button, buttons, post_button, start %}'


def one(field: forms.Field, data: dict[str, Any] | None = None, **initial: Any) -> Any:
    """A bound field named `it`."""
    return type("One", (forms.Form,), {"it": field})(data, initial=initial)["it"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("name", "input"),
        ("number", "input"),
        ("mail", "input"),
        ("secret", "input"),
        ("many", "checkboxes"),
        ("one", "radios"),
        ("kind", "select"),
        ("agree", "tick"),
        ("note", "count"),
        ("words", "textarea"),
        ("photograph", "file"),
        ("draft", "hidden"),
    ],
)
def test_each_widget_has_its_component(name: str, kind: str) -> None:
    assert present(EveryKind()[name]).kind == kind


@pytest.mark.parametrize("data", [None, {}, {"many": ["a"], "one": "x", "kind": "p", "mail": "no"}])
def test_a_whole_form_has_every_label_and_no_id_twice(render: Render, data: dict[str, Any] | None) -> None:
    assert fragment_faults(render(FORM + "{{ fields(form) }}", form=EveryKind(data))) == []


def test_every_error_in_the_summary_leads_to_a_control(render: Render) -> None:
    form = EveryKind({})
    page = read(render(FORM + "{{ error_summary(form) }}{{ fields(form) }}", form=form))
    links = [item["href"][1:] for item in errors(form)]
    assert len(links) == 10
    assert set(links) <= set(page.ids)


def test_a_form_without_errors_has_no_summary(render: Render) -> None:
    assert render(FORM + "{{ error_summary(form) }}", form=EveryKind()).strip() == ""


def test_the_summary_takes_several_forms_and_a_title(render: Render) -> None:
    html = render(
        FORM + '{{ error_summary(a, none, b, title="Look at these") }}', a=EveryKind({}), b=EveryKind()
    )
    assert "Look at these" in html
    assert html.count("<li>") == 10


def test_an_error_of_the_whole_form_and_of_a_hidden_field_has_no_link() -> None:
    class Whole(forms.Form):
        key = forms.CharField(widget=forms.HiddenInput)

        def clean(self) -> None:
            raise forms.ValidationError("The end is before the beginning.")

    assert errors(Whole({})) == [
        {"text": "The end is before the beginning."},
        {"text": "“Key” needs an answer."},
    ]


def test_a_formset_tells_its_own_errors_and_each_forms() -> None:
    class Row(forms.Form):
        name = forms.CharField(label="Name")

    Rows = forms.formset_factory(Row, min_num=1, validate_min=True)
    rows = Rows({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": ""})
    found = errors(rows)
    assert {"text": "“Name” needs an answer.", "href": "#id_form-0-name"} in found


def test_the_error_stands_beside_its_field_and_is_described_by_it(render: Render) -> None:
    html = render(FORM + "{{ field(form.name) }}", form=EveryKind({}))
    assert 'aria-describedby="id_name-error"' in html
    assert "govuk-input--error" in html
    assert "“What is the person’s name?” needs an answer." in html


def test_what_was_typed_is_shown_again_and_inert(render: Render) -> None:
    typed = '"><script>alert(1)</script> O’Neil 👪 \u202eabc'
    html = render(FORM + "{{ fields(form) }}", form=EveryKind({"name": typed, "words": typed, "note": typed}))
    assert "<script>" not in html
    assert html.count("O’Neil 👪") == 3


def test_a_password_is_never_shown_again(render: Render) -> None:
    html = render(FORM + "{{ field(form.secret) }}", form=EveryKind({"secret": "correct horse"}))
    assert "correct horse" not in html
    assert 'type="password"' in html


def test_nothing_given_is_shown_as_nothing(render: Render) -> None:
    html = render(FORM + "{{ fields(form) }}", form=EveryKind())
    assert "None" not in html.replace("Nobody", "")


def test_chosen_answers_stay_chosen(render: Render) -> None:
    html = render(
        FORM + "{{ fields(form) }}", form=EveryKind({"many": ["b"], "one": "n", "kind": "p", "agree": "on"})
    )
    assert 'value="b" checked' in html
    assert 'value="a" checked' not in html
    assert 'value="n" checked' in html
    assert 'value="on" checked' in html
    assert '<option value="p" selected>' in html


def test_initial_answers_are_shown_before_anything_is_sent(render: Render) -> None:
    html = render(FORM + "{{ field(form.one) }}", form=EveryKind(initial={"one": "y"}))
    assert 'value="y" checked' in html


def test_radios_never_offer_an_empty_answer() -> None:
    field = forms.ChoiceField(choices=[("", "---"), ("y", "Yes")], widget=forms.RadioSelect, required=False)
    assert [item["value"] for item in present(one(field)).params["items"]] == ["y"]


def test_groups_of_choices_keep_their_groups_name() -> None:
    field = forms.ChoiceField(choices=[("Noise", [("m", "Music"), ("d", "Dogs")])])
    assert [item["text"] for item in present(one(field)).params["items"]] == ["Noise: Music", "Noise: Dogs"]


def test_a_number_is_a_text_box_with_a_number_pad() -> None:
    params = present(EveryKind()["number"]).params
    assert params["type"] == "text"
    assert params["inputmode"] == "numeric"


def test_the_widgets_own_attributes_reach_the_control(render: Render) -> None:
    widget = forms.TextInput(
        attrs={
            "autocomplete": "off",
            "spellcheck": "false",
            "inputmode": "tel",
            "data-x": "1",
            "class": "govuk-input--width-10",
        }
    )
    html = render(FORM + "{{ field(bound) }}", bound=one(forms.CharField(widget=widget)))
    for piece in (
        'autocomplete="off"',
        'spellcheck="false"',
        'inputmode="tel"',
        'data-x="1"',
        "govuk-input--width-10",
    ):
        assert piece in html


def test_the_browsers_own_bubbles_stay_away(render: Render) -> None:
    html = render(FORM + '{{ start("/x", "") }}{{ fields(form) }}</form>', form=EveryKind({}))
    assert "novalidate" in html
    assert " required" not in html


def test_a_label_alone_on_its_page_is_the_h1(render: Render) -> None:
    html = render(
        FORM + "{{ field(form.name, heading=True) }}{{ field(form.one, heading=True) }}", form=EveryKind()
    )
    assert read(html).headings == [1, 1]
    assert "govuk-label--l" in html
    assert "govuk-fieldset__legend--l" in html


def test_a_dependent_question_says_on_what_it_depends_and_is_shown_without_javascript(render: Render) -> None:
    html = render(FORM + '{{ field(form.name, show_when="danger=yes") }}', form=EveryKind())
    assert 'data-show-when="danger=yes"' in html
    assert " hidden" not in html


def test_a_question_under_an_answer_is_in_the_page_without_javascript(render: Render) -> None:
    html = render(
        FORM + '{{ field(form.one, conditional={"y": inner}, inline=True) }}',
        form=EveryKind(),
        inner="<i>Which?</i>",
    )
    assert "<i>Which?</i>" in html
    assert 'data-aria-controls="conditional-id_one"' in html


def test_choices_may_have_hints_and_a_divider(render: Render) -> None:
    html = render(
        FORM + '{{ field(form.many, item_hints={"a": "Under 18"}, divider={"b": "or"}, big=True) }}',
        form=EveryKind(),
    )
    assert "Under 18" in html
    assert 'govuk-checkboxes__divider">or<' in html
    assert "govuk-checkboxes--small" not in html


def test_a_hint_may_be_replaced(render: Render) -> None:
    html = render(FORM + '{{ field(form.agree, hint="By telephone") }}', form=EveryKind())
    assert "By telephone" in html
    assert "Ask her every time" not in html


def test_the_rows_of_a_text_area_are_ours_unless_said(render: Render) -> None:
    assert 'rows="5"' in render(FORM + "{{ field(form.words) }}", form=EveryKind())
    assert 'rows="12"' in render(FORM + "{{ field(form.words, rows=12) }}", form=EveryKind())


def test_a_widget_without_a_component_is_refused() -> None:
    with pytest.raises(TypeError):
        present(one(forms.SplitDateTimeField()))


def test_options_of_one_field_leave_the_others_alone(render: Render) -> None:
    html = render(
        FORM + '{{ fields(form, options={"name": {"hint": "As on the letter"}}) }}', form=EveryKind()
    )
    assert html.count("As on the letter") == 1


def test_a_button_that_changes_something_is_a_posted_form(render: Render) -> None:
    html = render(
        FORM + '{{ post_button("/end", "End it", csrf, {"key": "1"}, hidden="of Priya") }}', csrf="C"
    )
    assert 'method="post" action="/end">C<input type="hidden" name="key" value="1">' in html
    assert 'End it<span class="govuk-visually-hidden"> of Priya</span>' in html


def test_a_kept_form_says_where(render: Render) -> None:
    html = render(
        FORM + '{{ start("/x", "", autosave="/draft", upload=True, hx={"post": "/known"}) }}</form>'
    )
    assert 'data-autosave-url="/draft"' in html
    assert 'enctype="multipart/form-data"' in html
    assert 'data-hx-post="/known"' in html


ENV = environment()


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_label_hint_and_value_stays_inert(words: str) -> None:
    bound = one(forms.CharField(label=words, help_text=words), it=words)
    html = ENV.from_string(FORM + "{{ field(bound) }}").render(bound=bound)
    page = read(html)
    assert page.faults == []
    assert len(page.controls) == 1
    assert page.controls[0]["id"] == "id_it"


@pytest.mark.parametrize("name", [name for name in EveryKind().fields if name != "draft"])
def test_every_kind_of_field_can_wait_for_an_answer(render: Render, name: str) -> None:
    shown = render(FORM + '{{ field(form[name], show_when="answer=refuse") }}', form=EveryKind(), name=name)
    assert 'data-show-when="answer=refuse"' in shown
