"""By what somebody was looked for, and what could not be read, in plain words: said where nobody was found.

Made of what was typed alone. The words are the same whether nothing is held or the reader may not see it, and count nothing.
"""

from __future__ import annotations

from typing import Final

from sentinel.desk.report.said import MOST_HOME, MOST_NAME, birth_said, given_by, is_no_answer, own_name
from sentinel.kernel.errors import Invalid
from sentinel.kernel.names import normalise_name
from sentinel.kernel.postcodes import find_in
from sentinel.matching.rules import Given
from sentinel.people.rules import read_email
from sentinel.reports.forms.take import NO_NUMBER, TakeForms
from sentinel.web.formats import sentence_list

ADD: Final = "Add a first name, a birth or a postcode."
NO_PLACE: Final = "Looked for the place: nothing that you may see."
NOTHING: Final = (
    "Nothing yet that one can look for: give two letters of a name or more, a telephone, an email or a place."
)
_TYPED: Final = (
    "q-caller_name", "q-caller_number", "q-where", "r-caller_birth", "r-caller_email", "r-caller_address",
)  # fmt: skip


def looked_words(forms: TakeForms, *, others: bool = False, place_too: bool = True) -> str:
    """What to say where nobody was found; "" where nothing was typed by which anybody could be. `others`: somebody was found and is
    someone else; `place_too`: nothing is shown of the place either."""
    given = given_by(forms)
    by = _looked_by(forms, given)
    if by:
        words = f"Looked by {sentence_list(by)}: nobody{' else' if others else ''} that you may see."
        return f"{words} {ADD}" if by == ["name"] and len(normalise_name(given.name).split()) == 1 else words
    if _is_place(forms):
        return NO_PLACE if place_too else ""
    anonymous = forms.answers.get("name_wish") == "anonymous"
    return NOTHING if any(_typed(forms, name) for name in _TYPED) and not anonymous else ""


def _looked_by(forms: TakeForms, given: Given) -> list[str]:
    """The kinds of things by which a person was looked for. A birth or an address is asked for with a name alone."""
    words = normalise_name(given.name).split()
    at_home = any(find_in(one) for one in given.homes)
    beside = [
        "birth" if given.birth else "",
        "telephone" if given.phones else "",
        "email" if given.emails else "",
        _where_by(forms),
        "home address" if at_home else "",
    ]
    if not words:
        return [one for one in beside if one in {"telephone", "email"}]
    if len(words) == 1 and len(words[0]) == 1 and words[0].isascii():
        # One letter finds nobody by itself.
        return ["initial", *filter(None, beside)] if any(beside) else []
    return ["name", *filter(None, beside)]


def _where_by(forms: TakeForms) -> str:
    """What of the place a person can be looked for by: a house, its postcode, or nothing of a street alone."""
    found = forms.looked_up
    address = found.address
    house = address.number or address.name or address.unit
    if found.exact or (house and (address.street or address.postcode)):
        return "address"
    return "postcode" if found.postcode else ""


def _is_place(forms: TakeForms) -> bool:
    """Whether the words for where are such that a place can be looked for by them."""
    address = forms.looked_up.address
    if address.uprn or address.postcode or address.number or address.name or address.unit or address.crossing:
        return True
    return len(normalise_name(address.street)) > 1 and not is_no_answer(address.street)


def _typed(forms: TakeForms, name: str) -> bool:
    words = forms.one(name).strip()
    return bool(words) and not (name == "q-caller_number" and _no_number(words))


def _no_number(words: str) -> bool:
    return words.rstrip(".").casefold() in NO_NUMBER


def unread(forms: TakeForms) -> dict[str, str]:
    """What stands beside a box whose words cannot be read, so that nothing was looked for by them; "" where they can, or there are none."""
    name, number = own_name(forms), str(forms.answers.get("caller_number", "")).strip()
    birth, email = forms.one("r-caller_birth").strip(), forms.one("r-caller_email").strip()
    home = forms.one("r-caller_address").strip()
    return {
        "name": _unread_name(name),
        "number": ""
        if not number or _no_number(number) or forms.phone
        else "Not a telephone number that can be read: not looked for",
        "birth": "Not a date that can be read: not looked for" if birth and birth_said(forms) is None else "",
        "email": ""
        if not email or _is_email(email)
        else "Not an email address that can be read: not looked for",
        "home": _unread_home(home),
    }


def _unread_name(name: str) -> str:
    if len(name) > MOST_NAME:
        return f"More than {MOST_NAME} letters are no name: not looked for"
    if "\x00" in name or (name and not normalise_name(name)):
        return "Not a name that can be read: not looked for"
    return ""


def _unread_home(home: str) -> str:
    if len(home) > MOST_HOME:
        return f"More than {MOST_HOME} letters are no address: not looked for"
    return "Not an address that can be read: not looked for" if "\x00" in home else ""


def _is_email(typed: str) -> bool:
    try:
        read_email(typed)
    except Invalid:
        return False
    return True
