"""Which line of a local rule holds for an agency. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

ANY: Final = "any"
# The rules of the field say landlord where the kind of agency is a housing association.
_SAID_SO: Final = {"landlord": "housing"}


def line_for(lines: Iterable[Mapping[str, Any]], agency_kind: str, **codes: str) -> Mapping[str, Any] | None:
    """The line of a rule that holds for an agency of a kind; None where there is none.

    In every rule `agency_type` any holds where there is no line for the agency's own. `codes` are other columns of the rule (band)
    and what they must say: a line that says it goes before one for any, but the agency's own goes before that.
    """
    fit = [
        line
        for line in lines
        if _type(line) in {agency_kind, ANY}
        and all(line.get(name) in {code, ANY} for name, code in codes.items())
    ]
    return min(fit, key=lambda one: (_type(one) == ANY, *(one[name] == ANY for name in codes)), default=None)


def _type(line: Mapping[str, Any]) -> str:
    said = str(line.get("agency_type", ""))
    return _SAID_SO.get(said, said)
