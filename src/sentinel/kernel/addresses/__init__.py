"""Addresses and street names as people type them, brought to one form. Pure: no Django, no list of real streets.

What was typed is kept for showing; the keys made here are for finding the same place again and are never shown.
"""

from sentinel.kernel.addresses.keys import KEY_LENGTH, buildings_of, place_key, what_of, where_of
from sentinel.kernel.addresses.reading import (
    LINE_LENGTH,
    Address,
    is_like_address,
    plain,
    read_address,
    street_key,
    without_near,
)

__all__ = [
    "KEY_LENGTH",
    "LINE_LENGTH",
    "Address",
    "buildings_of",
    "is_like_address",
    "place_key",
    "plain",
    "read_address",
    "street_key",
    "what_of",
    "where_of",
    "without_near",
]
