"""What is told of a name that was weighed: how far it agrees and what is another, in words.

There is one judgement of two names, that of rules.levels, which gave the weight; here it is only put into words. So no part of a name is
ever said both to agree and to be another: these words may be read to a court.
"""

from __future__ import annotations

from typing import Final

from sentinel.matching.rules.levels import edits
from sentinel.matching.rules.online import Weighing

# The parts of a name as rules.levels calls them, and as a reader does.
_PARTS: Final = {"given": "the first name", "family": "the family name"}
_SAYS: Final = {
    "exact": "is the same",
    "initial": "has the same initial",
    "near": "is spelt nearly the same",
    "sounds": "sounds the same",
    "alike": "is a little alike",
}
_SPELT_OTHERWISE: Final = frozenset({"near", "sounds"})
_COUNTS: Final = {1: "one letter", 2: "two letters", 3: "three letters"}
_ANOTHER: Final = {
    "given": "but another first name is known",
    "family": "but another family name is known",
    "household": "but another first name is known: brothers, sisters and twins live at one address",
    "number": "but another first name is known: brothers, sisters and twins may share one number",
    "birth": "but another first name is known: twins are born on one day",
}


def name_words(weighing: Weighing) -> str:
    """How the name said agrees with the one known that it was weighed against; "" where no part of it does."""
    levels = _levels(weighing)
    agree = [part for part, level in levels.items() if level != "different"]
    if not agree or weighing.names is None:
        return ""
    one, other = ([*name.given, *name.family] for name in weighing.names)
    if set(levels.values()) == {"exact"} and sorted(one) == sorted(other):
        return "the same name"
    if len(levels) == 1:
        # Of a single word nobody knows which part of a name it is.
        subject = "the name" if len(one) == len(other) == 1 else "part of the name"
        said, known = weighing.words[agree[0]]
        return _part_words("" if levels[agree[0]] == "variant" else subject, levels[agree[0]], said, known)
    if len(agree) == 2 and levels["given"] == levels["family"] != "variant":
        if levels["given"] == "exact":
            return "first name and family name are the same"
        said, known = (" ".join(weighing.words[part][side] for part in agree) for side in (0, 1))
        return _part_words("the name", levels["given"], said, known)
    return ", and ".join(_part_words(_PARTS[part], levels[part], *weighing.words[part]) for part in agree)


def other_name_words(weighing: Weighing) -> str:
    """What is known to be another name than was said; "" where nothing is."""
    if weighing.other_of_household:
        at_home = weighing.levels.get("address") in {"near", "exact"}
        return _ANOTHER["household" if at_home else "number"]
    if weighing.may_be_twins:
        return _ANOTHER["birth"]
    levels = _levels(weighing)
    differ = [part for part, level in levels.items() if level == "different"]
    if not differ:
        return ""
    return _ANOTHER[differ[0]] if len(differ) < len(levels) else "but another name is known"


def _levels(weighing: Weighing) -> dict[str, str]:
    levels = {part: weighing.levels[part] for part in _PARTS if part in weighing.levels}
    # However alike they are spelt they were judged to be two names.
    return levels | {"given": "different"} if weighing.may_be_twins else levels


def _part_words(subject: str, level: str, said: str, known: str) -> str:
    if level == "variant":
        return f"{subject} {said.capitalize()} may be {known.capitalize()}".strip()
    letters = _letters(said, known) if level in _SPELT_OTHERWISE else ""
    return f"{subject} {_SAYS[level]}, {letters}" if letters else f"{subject} {_SAYS[level]}"


def _letters(said: str, known: str) -> str:
    """How the spelling differs, for a reader: "two letters missing", "one letter differs"; "" where by much."""
    distance = edits(said, known)
    count = _COUNTS.get(distance)
    if count is None:
        return ""
    if len(known) - len(said) == distance:
        return f"{count} missing"
    if len(said) - len(known) == distance:
        return f"{count} more"
    return f"{count} {'differs' if distance == 1 else 'differ'}"
