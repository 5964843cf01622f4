"""A Django form field as the parameters of the GOV.UK macro that shows it.

`present(bound)` says which macro (`kind`) and with what (`params`); `components/form.html` calls it. Ids are
Django's own (`id_name`), so that a link in the error summary reaches the control, or the first one of a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import Input

from sentinel.web import wording

# What a widget's `attrs` may say that GOV.UK's macros take as a parameter of its own.
NAMED = ("autocomplete", "inputmode", "spellcheck", "autocapitalize", "pattern")
# Django states these itself; the browser's own bubbles would come before our words beside the field.
DROPPED = {
    *NAMED,
    "class",
    "id",
    "type",
    "required",
    "rows",
    "cols",
    "aria-invalid",
    "aria-describedby",
    "maxlength",
}
TEXT_TYPES: dict[str, dict[str, object]] = {
    "number": {"type": "text", "inputmode": "numeric", "spellcheck": False},
    "email": {"type": "email", "spellcheck": False, "autocomplete": "email"},
    "tel": {"type": "tel", "spellcheck": False},
    "password": {"type": "password", "spellcheck": False},
    "date": {"type": "text", "spellcheck": False},
    "datetime-local": {"type": "text", "spellcheck": False},
}


@dataclass(frozen=True)
class Presented:
    """One field, ready for its macro.

    `kind` is input, textarea, count, radios, checkboxes, tick, select, file or hidden.
    """

    kind: str
    params: dict[str, Any]


def _attributes(attrs: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in attrs.items() if name not in DROPPED and value is not False}
    return {name: "" if value is True else value for name, value in kept.items()}


def _named(attrs: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: attrs[name] for name in NAMED if name in attrs}
    if isinstance(found.get("spellcheck"), str):
        found["spellcheck"] = found["spellcheck"] == "true"
    return found


def _choices(bound: BoundField, values: set[str]) -> Iterable[dict[str, Any]]:
    """The choices as items; a group's name goes before its own choices' words."""
    for value, words in bound.field.choices:  # type: ignore[attr-defined]
        if isinstance(words, list | tuple):
            for inner, inner_words in words:
                yield _item(inner, f"{value}: {inner_words}", values)
        else:
            yield _item(value, words, values)


def _item(value: Any, words: Any, values: set[str]) -> dict[str, Any]:
    key = "" if value is None else str(value)
    return {"value": key, "text": str(words), "checked": key in values, "selected": key in values}


def _values(bound: BoundField) -> set[str]:
    value = bound.value()
    if value is None:
        return {""}
    if isinstance(value, list | tuple | set):
        return {str(one) for one in value}
    return {str(value)}


def _text_value(bound: BoundField) -> str | None:
    value = bound.value()
    if isinstance(bound.field.widget, forms.PasswordInput) and not bound.field.widget.render_value:
        return None
    shown = bound.field.widget.format_value(value)
    return None if shown is None else str(shown)


def present(bound: BoundField, *, hint: str | None = None) -> Presented:
    """The macro and parameters for a bound field: label, hint, error, value, ids and the widget's own attributes.

    Raises TypeError for a widget that GOV.UK has no component for (a list of many in one box).
    """
    widget = bound.field.widget
    attrs = bound.build_widget_attrs(dict(widget.attrs), widget)
    help_text = bound.help_text if hint is None else hint
    common: dict[str, Any] = {
        "name": bound.html_name,
        "attributes": _attributes(attrs),
        "label": {"text": str(bound.label or "")},
    }
    if help_text:
        common["hint"] = {"text": str(help_text)}
    if bound.errors:
        common["errorMessage"] = {"text": " ".join(wording.of_field(bound))}
    if attrs.get("disabled"):
        common["disabled"] = True
    return _kind(bound, widget, attrs, common)


def _kind(
    bound: BoundField, widget: forms.Widget, attrs: Mapping[str, Any], common: dict[str, Any]
) -> Presented:
    identifier = bound.auto_id or f"id_{bound.html_name}"
    single = {**common, "id": identifier, "classes": attrs.get("class", "")}
    group = {**common, "idPrefix": identifier, "classes": attrs.get("class", "")}
    if widget.is_hidden:
        return Presented("hidden", {"name": bound.html_name, "id": identifier, "value": _hidden(bound)})
    match widget:
        case forms.Textarea():
            limit = getattr(bound.field, "max_length", None)
            rows = 5 if str(attrs.get("rows", "10")) == "10" else attrs["rows"]  # 10 is Django's own
            text = {**single, **_named(attrs), "value": _text_value(bound) or "", "rows": rows}
            if limit:
                return Presented("count", {**text, "maxlength": limit, "threshold": 80})
            return Presented("textarea", text)
        case forms.CheckboxSelectMultiple() | forms.SelectMultiple():
            return Presented("checkboxes", {**group, "items": list(_choices(bound, _values(bound)))})
        case forms.RadioSelect():
            items = [item for item in _choices(bound, _values(bound)) if item["value"] != ""]
            return Presented("radios", {**group, "items": items})
        case forms.NullBooleanSelect() | forms.Select():
            return Presented("select", {**single, "items": list(_choices(bound, _values(bound)))})
        case forms.CheckboxInput():
            return Presented("tick", _tick(bound, group))
        case forms.FileInput():
            accept = {"accept": attrs["accept"]} if "accept" in attrs else {}
            return Presented("file", {**single, **accept})
        case forms.MultiWidget() | forms.SelectDateWidget():
            raise TypeError(f"{type(widget).__name__} has no GOV.UK component: use one text box")
        case Input():
            by_type = TEXT_TYPES.get(widget.input_type or "text", {"type": widget.input_type or "text"})
            shown = {**single, **by_type, **_named(attrs), "value": _text_value(bound)}
            return Presented("input", shown)
    raise TypeError(f"{type(widget).__name__} has no GOV.UK component")


def _hidden(bound: BoundField) -> str:
    return "" if bound.value() is None else str(bound.field.widget.format_value(bound.value()))


def _tick(bound: BoundField, group: dict[str, Any]) -> dict[str, Any]:
    """One box to tick: the label is the box's own, and the group has no other."""
    item = {
        "value": "on",
        "text": group["label"]["text"],
        "checked": bool(bound.value()),
        "attributes": group.pop("attributes"),
    }
    if "hint" in group:
        item["hint"] = group.pop("hint")
    return {**group, "items": [item]}


def errors(*given: forms.BaseForm | forms.BaseFormSet[Any] | None) -> list[dict[str, str]]:
    """The items of the error summary: words, and where the first control of the field is.

    An error of the whole form or of a hidden field has no address.
    """
    items: list[dict[str, str]] = []
    for one in given:
        if one is None:
            continue
        if isinstance(one, forms.BaseFormSet):
            items += [{"text": str(error)} for error in one.non_form_errors()]
            items += errors(*one.forms)
            continue
        items += [{"text": str(error)} for error in one.non_field_errors()]
        for bound in one:
            link = {} if bound.is_hidden else {"href": f"#{bound.auto_id or 'id_' + bound.html_name}"}
            items += [{"text": sentence, **link} for sentence in wording.of_field(bound)]
    return items
