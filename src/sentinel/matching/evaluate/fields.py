"""A file's records as values to compare: one list of values for each field, whatever columns it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sentinel.kernel.postcodes import find_in
from sentinel.matching.evaluate.columns import Role
from sentinel.matching.evaluate.reading import Table
from sentinel.matching.rules.levels import PARTS, Day, Kind, Value
from sentinel.matching.rules.values import (
    address_of,
    day_of,
    is_nothing,
    name_of,
    order_of,
    text_of,
    value_of,
)

_KINDS: Final[Mapping[Role, Kind]] = {
    Role.AGE: Kind.NUMBER,
    Role.SEX: Kind.CATEGORY,
    Role.POSTCODE: Kind.POSTCODE,
    Role.PHONE: Kind.PHONE,
    Role.EMAIL: Kind.EMAIL,
    Role.HOUSE: Kind.NUMBER,
    Role.ADDRESS: Kind.TEXT,
    Role.PLACE: Kind.TEXT,
    Role.BIRTH_PLACE: Kind.TEXT,
    Role.IDENTIFIER: Kind.IDENTIFIER,
    Role.TEXT: Kind.TEXT,
    Role.NUMBER: Kind.NUMBER,
    Role.CATEGORY: Kind.CATEGORY,
}
# What two people of one house, street or family have in common; all else is a person's own.
_SHARED: Final = frozenset(
    {Role.POSTCODE, Role.PHONE, Role.HOUSE, Role.ADDRESS, Role.PLACE, Role.BIRTH_PLACE}
)
# Columns of these are one field of several values: home and mobile telephone, postcode and earlier postcode.
_TOGETHER: Final = frozenset({Role.PHONE, Role.EMAIL, Role.POSTCODE})
_BIRTHS: Final = (Role.BIRTH_YEAR, Role.BIRTH_MONTH, Role.BIRTH_DAY)
_NUMBERED: Final = 0.3


@dataclass(frozen=True)
class Field:
    """One thing known of the records: `values` has one for each, None where nothing is. `shared`: people of one household,
    street or family may have it in common."""

    name: str
    kind: Kind
    values: list[Value]
    shared: bool
    columns: tuple[str, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of its parts: "given" and "family" of a name, else its own name."""
        return tuple(part or self.name for part, _ in PARTS[self.kind])

    def is_part_shared(self, part: str) -> bool:
        """Whether a part may be shared: of a name, the family name."""
        return part == "family" if self.kind is Kind.NAME else self.shared


def fields_of(table: Table, roles: Mapping[str, Role]) -> list[Field]:
    """The fields of a file, each with the value of every record. Fields in which fewer than two values differ are left out."""
    columns = {name: table.columns[name] for name, role in roles.items() if role is not Role.IGNORE}
    fields: list[Field] = []
    names = {role: [name for name in columns if roles[name] is role] for role in Role}
    if names[Role.GIVEN] or names[Role.FAMILY] or names[Role.NAME]:
        parts = [[columns[name] for name in names[role]] for role in (Role.GIVEN, Role.FAMILY, Role.NAME)]
        values: list[Value] = [
            name_of(*([cells[at] for cells in part] for part in parts)) for at in range(table.size)
        ]
        used = [*names[Role.GIVEN], *names[Role.FAMILY], *names[Role.NAME]]
        fields.append(Field("name", Kind.NAME, values, shared=False, columns=tuple(used)))
    fields += _births(columns, names, table.size)
    for role in (*_TOGETHER, *(role for role in Role if role in _KINDS and role not in _TOGETHER)):
        if not names[role]:
            continue
        groups = [names[role]] if role in _TOGETHER else [[name] for name in names[role]]
        for group in groups:
            fields.append(_field(role, group, columns))
    fields = _addresses(fields, table.size)
    return [field for field in fields if len({value for value in field.values if value is not None}) > 1]


def _field(role: Role, group: Sequence[str], columns: Mapping[str, list[str]]) -> Field:
    cells = list(zip(*(columns[name] for name in group), strict=True))
    kind = _KINDS[role]
    if role is Role.ADDRESS:
        known = [row[0] for row in cells if not is_nothing(row[0])]
        if sum(cell[:1].isdecimal() for cell in known) >= _NUMBERED * len(known):
            kind = Kind.ADDRESS
    values = [value_of(kind, row) for row in cells]
    name = role.value if role in _TOGETHER else group[0]
    return Field(name, kind, values, shared=role in _SHARED, columns=tuple(group))


def _births(columns: Mapping[str, list[str]], names: Mapping[Role, list[str]], size: int) -> list[Field]:
    fields: list[Field] = []
    for name in names[Role.BIRTH]:
        order = order_of(columns[name][:5_000])
        values: list[Value] = [day_of(cell, order) for cell in columns[name]]
        fields.append(Field(name, Kind.BIRTH, values, shared=False, columns=(name,)))
    parts = [names[role][0] if names[role] else "" for role in _BIRTHS]
    if not fields and any(parts):
        widths = (4, 2, 2)

        def part(at: int, which: int) -> str:
            name = parts[which]
            cell = columns[name][at].removesuffix(".0") if name else ""
            return "" if is_nothing(cell) else cell.zfill(widths[which])

        days = (Day(part(at, 0), part(at, 1), part(at, 2)) for at in range(size))
        found: list[Value] = [day if any(day) else None for day in days]
        used = tuple(name for name in parts if name)
        fields.append(Field("birth", Kind.BIRTH, found, shared=False, columns=used))
    return fields


def _addresses(fields: list[Field], size: int) -> list[Field]:
    """Take out of whole addresses what other columns say too (it would count twice); make a postcode of one that only they say."""
    places = [field for field in fields if field.shared and field.kind in (Kind.TEXT, Kind.POSTCODE)]
    out: list[Field] = []
    for field in fields:
        if field.kind is not Kind.ADDRESS:
            out.append(field)
            continue
        found = [find_in(str(value[0])) if value else [] for value in field.values]
        postcodes: list[Value] = [
            tuple(str(one).replace(" ", "").casefold() for one in some) or None for some in found
        ]
        others = [place for place in places if place is not field]
        values = [
            _remainder(field.values[at], [place.values[at] for place in others], postcodes[at])
            for at in range(size)
        ]
        out.append(Field(field.name, field.kind, values, field.shared, field.columns))
        if (
            not any(place.kind is Kind.POSTCODE for place in places)
            and sum(map(bool, postcodes)) > _NUMBERED * size
        ):
            out.append(Field("postcode", Kind.POSTCODE, postcodes, shared=True, columns=field.columns))
    return out


def _remainder(address: Value, others: Sequence[Value], postcode: Value) -> Value:
    if not address:
        return None
    said = {word for other in others if other for text in other for word in address_of(str(text)).split()}
    squeezed = {str(text) for other in (*others, postcode) if other for text in other}
    words = text_of(" ".join(str(part) for part in address)).split()
    kept = [
        word
        for at, word in enumerate(words)
        if word not in said
        and word not in squeezed
        and "".join(words[at : at + 2]) not in squeezed
        and "".join(words[max(at - 1, 0) : at + 1]) not in squeezed
    ]
    return (" ".join(kept),) if kept else None


Progress = Callable[[str], None]
