"""Keys, comparison and settling questions: pure functions."""

from sentinel.matching.rules.comparing import (
    MAY_BE,
    VERY_LIKELY,
    Match,
    Pronoun,
    Seen,
    compare,
    pronoun_for,
    settling_question,
    sound_alike,
    with_notes,
)
from sentinel.matching.rules.keys import Given

__all__ = [
    "MAY_BE",
    "VERY_LIKELY",
    "Given",
    "Match",
    "Pronoun",
    "Seen",
    "compare",
    "pronoun_for",
    "settling_question",
    "sound_alike",
    "with_notes",
]
