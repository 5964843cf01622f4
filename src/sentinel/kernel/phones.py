"""Telephone numbers: any way of typing one, brought to the international form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from sentinel.kernel.errors import Invalid

HOME: Final = "GB"
_HOME_CODE: Final = 44
_HOME_LENGTH: Final = 10
_WORDS: Final = {
    ValidationResult.TOO_SHORT: "This telephone number is too short.",
    ValidationResult.TOO_LONG: "This telephone number is too long.",
    ValidationResult.INVALID_COUNTRY_CODE: "This telephone number begins with a country code that does not exist.",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "Enter the telephone number with its area code, like 0116 496 0123.",
    ValidationResult.INVALID_LENGTH: "This telephone number has the wrong number of digits.",
}
_EXAMPLE: Final = "Enter a telephone number, like 0116 496 0123 or 07700 900123."
_TYPED: Final = re.compile(r"[\s+()\d.\-‐‑–/]+(?:(?:extension|extn?|x|#)\.?[ ]*\d{1,7})?", re.IGNORECASE)
_EMERGENCY: Final = frozenset({"999", "112", "101", "111", "18000"})


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number. `e164` ("+441164960123") is for comparing and sending, `display` for reading,
    without its extension.

    `extension` may be empty. `assigned` is False for a number of the right length in a range that no one is known
    to use: it is kept (ranges change, and drama numbers are such), and a page may ask to check it. `mobile` says
    that a text message can reach it, as far as the range tells.
    """

    e164: str
    display: str
    extension: str
    assigned: bool
    mobile: bool


def parse_phone(text: str) -> Phone:
    """Read a telephone number as people type it; without a country code it is taken as British.

    Raises `Invalid` (field "") in plain words.
    """
    text = text.strip()
    if len(text) > 60 or not _TYPED.fullmatch(text):
        raise Invalid(_EXAMPLE)
    if text.replace(" ", "") in _EMERGENCY:
        raise Invalid("This is a service's number. Enter the person's own number.")
    try:
        number = phonenumbers.parse(text, HOME)
    except NumberParseException as error:
        long = error.error_type == NumberParseException.TOO_LONG
        raise Invalid(_WORDS[ValidationResult.TOO_LONG] if long else _EXAMPLE) from error
    result = phonenumbers.is_possible_number_with_reason(number)
    if result != ValidationResult.IS_POSSIBLE:
        raise Invalid(_WORDS.get(result, _EXAMPLE))
    home = number.country_code == _HOME_CODE
    national = phonenumbers.national_significant_number(number)
    assigned = phonenumbers.is_valid_number(number)
    # The library calls seven digits possible at home, since a neighbour may leave the area code off. We need it.
    if home and not assigned and len(national) != _HOME_LENGTH:
        short = len(national) < _HOME_LENGTH
        raise Invalid(_WORDS[ValidationResult.TOO_SHORT if short else ValidationResult.TOO_LONG])
    form = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    kind = phonenumbers.number_type(number)
    extension = number.extension or ""
    number.extension = (
        None  # shown by whoever shows it: the library's words for it differ from country to country
    )
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        display=phonenumbers.format_number(number, form),
        extension=extension,
        assigned=assigned,
        mobile=kind == phonenumbers.PhoneNumberType.MOBILE or (home and national.startswith("7")),
    )
