"""Fields that reports need besides web.fields."""

from __future__ import annotations

from sentinel.people.rules import read_email
from sentinel.web.fields import ReadField


class EmailField(ReadField):
    """An email address. Gives the address in lower case."""

    attributes = {**ReadField.attributes, "inputmode": "email", "autocapitalize": "none"}

    def read(self, text: str) -> str:
        """The address."""
        return read_email(text)
