"""What each column of a file holds, by its name and else by what stands in it; `--map` says it where both mislead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import Final

from sentinel.kernel.errors import Invalid
from sentinel.kernel.names import is_listed_given_name, normalise_name
from sentinel.kernel.postcodes import find_in
from sentinel.matching.rules.values import day_of, is_nothing, order_of


class Role(StrEnum):
    """What a column is: the words that `--map COLUMN=ROLE` takes."""

    GIVEN = "given"
    FAMILY = "family"
    NAME = "name"
    BIRTH = "birth"
    BIRTH_DAY = "birth-day"
    BIRTH_MONTH = "birth-month"
    BIRTH_YEAR = "birth-year"
    AGE = "age"
    SEX = "sex"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"
    HOUSE = "house"
    ADDRESS = "address"
    PLACE = "place"
    BIRTH_PLACE = "birth-place"
    IDENTIFIER = "identifier"
    TEXT = "text"
    NUMBER = "number"
    CATEGORY = "category"
    IGNORE = "ignore"


# The first that fits a column's name, written in lower case with single spaces, says what it is.
_NAMED: Final = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        (Role.IGNORE, r"(?:name )?(?:title|prefix|suffix|salutation)"),
        (Role.BIRTH_PLACE, r".*(?:birth ?(?:place|city|town|country)|place of birth|born in).*"),
        (Role.BIRTH_DAY, r"bd|(?:day of birth|birth ?day|dob ?d(?:ay)?)"),
        (Role.BIRTH_MONTH, r"bm|(?:month of birth|birth ?month|dob ?m(?:onth)?)"),
        (Role.BIRTH_YEAR, r"by|yob|(?:year of birth|birth ?year|dob ?y(?:ear)?)"),
        (Role.BIRTH, r".*(?:\bdob\b|date of birth|birth ?date|d o b|\bborn\b|\bbirth\b).*"),
        (Role.FAMILY, r".*(?:surname|last ?name|family ?name|\blname|\bfamily\b|second ?name).*"),
        (Role.GIVEN, r".*(?:first ?name|given|fore ?name|christian ?name|\bfname|middle).*"),
        (Role.AGE, r".*\bage\b.*"),
        (Role.SEX, r".*(?:\bsex\b|gender).*"),
        (Role.EMAIL, r".*(?:e ?mail).*"),
        (Role.PHONE, r".*(?:phone|\btel\b|mobile|\bcell\b|landline|fax).*"),
        (Role.POSTCODE, r".*(?:post ?code|\bzip|postal).*"),
        (Role.IDENTIFIER, r".*(?:\bnhs\b|\bni ?n?o?\b|national ins|\bssn\b|soc sec|passport|licen[cs]e|\bpnc\b|\bchi\b).*"),
        (Role.HOUSE, r".*(?:(?:street|house|building|door|flat|unit|apartment|st) ?(?:no|num|number|nr)\b|\bunit\b|\bflat\b).*"),
        (Role.PLACE, r".*(?:suburb|town|city|village|county|\bstate\b|region|district|parish|country|locality|municipality|borough).*"),
        (Role.ADDRESS, r".*(?:address|\baddr|street|\broad\b).*"),
        (Role.NAME, r".*(?:\bname\b|full ?name|alias|known as|\bnames\b).*"),
        (Role.TEXT, r".*(?:occupation|\bjob\b|profession|employer|ethnic|nationality|religion|race).*"),
    )
)  # fmt: skip
_WHOLE: Final = re.compile(r".*(?:full|whole|complete|\band\b|alias|known as).*name.*|first and surname")
_KEYS: Final = re.compile(
    r"(?:.* )?(?:id|ids|key|uid|uuid|guid|index|idx|row|no|ref|reference|number|pk|urn)"
)
_SEXES: Final = frozenset(
    ["m", "f", "male", "female", "man", "woman", "u", "x", "other", "nonbinary", "non-binary"]
)
_DATE: Final = re.compile(r"\d{4}[-/.]?\d{2}[-/.]?\d{2}(?:[ t].*)?|\d{1,2}[-/. ][a-z0-9]{1,9}[-/. ]\d{2,4}")
_PHONE: Final = re.compile(r"\+?[\d ()\-]{9,18}")
_SAMPLE: Final = 2_000
_MOST: Final = 0.8
_SOME: Final = 0.3
_CATEGORIES: Final = 12


def mapped(pairs: Sequence[str], columns: Sequence[str]) -> dict[str, Role]:
    """What `--map COLUMN=ROLE` says. Raises `Invalid` for a column or a role that is not there."""
    roles: dict[str, Role] = {}
    for pair in pairs:
        column, equals, role = pair.rpartition("=")
        if not equals or column not in columns:
            raise Invalid.of(
                "map", f'--map: there is no column "{column or pair}". There are: {", ".join(columns)}.'
            )
        if role not in set(Role):
            raise Invalid.of("map", f'--map: "{role}" is no role. Roles: {", ".join(Role)}.')
        roles[column] = Role(role)
    return roles


def recognise(columns: Mapping[str, list[str]], said: Mapping[str, Role]) -> dict[str, Role]:
    """What every column is: as said, else by its name, else by its content."""
    roles = {name: said.get(name) or _role(name, cells) for name, cells in columns.items()}
    if any(role in (Role.BIRTH, Role.BIRTH_YEAR) for role in roles.values()):
        # An age is told by the date of birth, and would count twice.
        roles.update(
            {name: Role.IGNORE for name, role in roles.items() if role is Role.AGE and name not in said}
        )
    if Role.FAMILY not in roles.values():
        # "name" beside given names is the family name; alone it is the whole.
        names = [name for name, role in roles.items() if role is Role.NAME and name not in said]
        if Role.GIVEN in roles.values() and len(names) == 1 and not _is_whole(columns[names[0]]):
            roles[names[0]] = Role.FAMILY
    return roles


def _role(name: str, cells: list[str]) -> Role:
    known = [cell for cell in cells if not is_nothing(cell)]
    different = len(set(known))
    if different < 2:
        return Role.IGNORE
    plain = " ".join(re.sub(r"[^0-9a-z]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()).split())
    if different == len(cells) and _KEYS.fullmatch(plain):
        return Role.IGNORE
    if _WHOLE.fullmatch(plain):
        return Role.NAME
    for role, pattern in _NAMED:
        if pattern.fullmatch(plain):
            return Role.CATEGORY if role is Role.SEX and different > _CATEGORIES else role
    return _by_content(known, different, len(cells))


def _share(cells: Sequence[str], fits: re.Pattern[str]) -> float:
    return sum(fits.fullmatch(cell.casefold()) is not None for cell in cells) / len(cells)


def _by_content(known: list[str], different: int, size: int) -> Role:
    """What a column is whose name says nothing, by a sample of what stands in it."""
    step = max(len(known) // _SAMPLE, 1)
    sample = list(islice(known, 0, None, step))
    plain = [cell.casefold() for cell in sample]
    if sum("@" in cell for cell in sample) / len(sample) >= _MOST:
        return Role.EMAIL
    if {cell.strip(".") for cell in plain} <= _SEXES:
        return Role.SEX
    if sum(len(find_in(cell)) == 1 and len(cell) <= 9 for cell in sample) / len(sample) >= _MOST:
        return Role.POSTCODE
    if _share(sample, _DATE) >= _MOST:
        order = order_of(sample)
        real = [day for cell in sample if (day := day_of(cell, order)) and day.year.isdecimal()]
        if sum(1850 <= int(day.year) <= 2100 for day in real) >= _MOST * len(sample):
            return Role.BIRTH
    if _share(sample, _PHONE) >= _MOST and sum(
        cell.lstrip("+ (")[:1] == "0" or cell[:1] == "+" for cell in sample
    ) >= _SOME * len(sample):
        return Role.PHONE
    if all(re.fullmatch(r"[\d.,]+", cell) for cell in sample):
        return Role.IGNORE if different == size else Role.NUMBER
    words = [normalise_name(cell).split() for cell in sample]
    if sum(bool(one) and is_listed_given_name(one[0]) for one in words) >= _SOME * len(sample):
        return Role.NAME if sum(len(one) > 1 for one in words) >= _SOME * len(sample) else Role.GIVEN
    if sum(cell[:1].isdecimal() and len(cell.split()) > 1 for cell in sample) >= _SOME * len(sample):
        return Role.ADDRESS
    if different == size and different > _CATEGORIES:
        return Role.IGNORE
    return Role.CATEGORY if different <= _CATEGORIES else Role.TEXT


def _is_whole(cells: list[str]) -> bool:
    known = [cell for cell in cells if not is_nothing(cell)]
    return sum(len(normalise_name(cell).split()) > 1 for cell in known) > len(known) * _SOME
