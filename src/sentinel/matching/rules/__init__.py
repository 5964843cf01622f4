"""Keys, comparison and settling questions: pure functions."""

from sentinel.matching.rules.comparing import (
    MAY_BE,
    VERY_LIKELY,
    Match,
    Pronoun,
    Seen,
    compare,
    compare_names,
    pronoun_for,
    settling_question,
    with_notes,
)
from sentinel.matching.rules.keys import (
    Given,
    Keys,
    asked_name_keys,
    birth_key,
    email_key,
    keys_for,
    name_keys,
    phone_key,
    place_key,
    sound_alike,
)

__all__ = [
    "MAY_BE",
    "VERY_LIKELY",
    "Given",
    "Keys",
    "Match",
    "Pronoun",
    "Seen",
    "asked_name_keys",
    "birth_key",
    "compare",
    "compare_names",
    "email_key",
    "keys_for",
    "name_keys",
    "phone_key",
    "place_key",
    "pronoun_for",
    "settling_question",
    "sound_alike",
    "with_notes",
]
