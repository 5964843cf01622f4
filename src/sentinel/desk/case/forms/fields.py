"""Fields that choose a thing and give the thing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms


class PickField(forms.ChoiceField):
    """Chooses one of some rows; gives the row, or None where nothing was chosen and it may be left out.

    `words` says how a row is called; `empty` are the words of choosing none (None: there is no such choice).
    """

    def __init__(
        self,
        rows: Iterable[Any],
        *,
        words: Callable[[Any], str],
        empty: str | None = "Choose",
        **options: Any,
    ) -> None:
        self.rows = {str(row.id): row for row in rows}
        choices = [(key, words(row)) for key, row in self.rows.items()]
        options.setdefault("widget", forms.Select)
        super().__init__(choices=([("", empty)] if empty is not None else []) + choices, **options)

    def prepare_value(self, value: Any) -> Any:
        """The id of a row given as the present one."""
        return str(value.id) if hasattr(value, "id") else value

    def clean(self, value: Any) -> Any:
        """The row. Raises ValidationError for one that is not offered."""
        key = super().clean(value)
        return self.rows.get(key) if key else None


class PickManyField(forms.MultipleChoiceField):
    """Ticks some of some rows; gives their ids."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, rows: Iterable[Any], *, words: Callable[[Any], str], **options: Any) -> None:
        self.rows = {str(row.id): row for row in rows}
        super().__init__(choices=[(key, words(row)) for key, row in self.rows.items()], **options)

    def clean(self, value: Any) -> Any:
        """The ids of the rows ticked."""
        return [self.rows[key].id for key in super().clean(value)]


def needed(words: str) -> dict[str, str]:
    """The error messages of a field that must be filled in, in our words."""
    return {"required": words}
