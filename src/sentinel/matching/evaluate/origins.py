"""From which naming tradition a name on an evaluation file is likely to come, by our own lists alone.

Only to say for whom linkage works less well. An origin is never inferred for a living person, nor kept: nothing outside the
evaluation of files imports this (a test holds that).
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Final

from sentinel.matching.rules.levels import Name, Value

TRADITIONS: Final = ("english", "south_asian", "polish", "arabic", "somali")
OTHER: Final = "other_or_unknown"
_ENDS: Final = {"polish": ("wski", "wska", "cki", "cka", "czyk", "czak", "wicz", "zny")}
_FAMILIES: Final = {
    "south_asian": "patel singh kaur khan begum hussain shah sharma ali mistry chauhan gill sandhu dhillon sidhu bhatti malik iqbal akhtar "
    "miah uddin chowdhury choudhury rahman ahmed desai joshi mehta parmar solanki rana verma gupta kumar das bibi khatun dhaliwal "
    "grewal bains sahota johal kapoor chopra thakor odedra vaghela modi pandya trivedi vyas lad raja rajput aslam mahmood qureshi",
    "somali": "warsame jama hersi duale abdi farah mohamud isse guled barre samatar roble hirsi egal adan elmi dirie nur",
    "arabic": "haddad khoury mansour nasser saleh hamdan qasim jaber najjar sayegh darwish aziz shaheen zidan bakri fayed",
    "polish": "nowak wojcik mazur krawczyk wozniak kozlowski pawlak duda zajac krol sikora baran gorski kubiak kaczmarek stepien",
    "english": "smith jones taylor brown williams wilson johnson davies robinson wright thompson evans walker white roberts green hall wood "
    "jackson clarke clark harris lewis martin cooper king ward turner moore hill parker cook baker allen young scott adams mitchell "
    "carter morris bennett ellis shaw webb palmer mason hughes edwards collins murray murphy kelly ryan campbell stewart",
}


@cache
def _given() -> dict[str, tuple[str, ...]]:
    """For each given name of the lists, the traditions in whose lists it stands."""
    found: dict[str, list[str]] = {}
    for tradition in TRADITIONS:
        texts = [
            files("sentinel.kernel").joinpath(f"name_lists/given_{tradition}.txt").read_text(encoding="utf-8")
        ]
        for text in texts:
            for line in text.splitlines():
                for name in line.partition("#")[0].split():
                    if tradition not in found.setdefault(name, []):
                        found[name].append(tradition)
    return {name: tuple(some) for name, some in found.items()}


@cache
def _family() -> dict[str, str]:
    return {name: tradition for tradition, names in _FAMILIES.items() for name in names.split()}


def origin_of(value: Value) -> str:
    """The tradition that most of a name's words speak for; `OTHER` where none does, or two do equally."""
    if not isinstance(value, Name):
        return OTHER
    votes: Counter[str] = Counter()
    for word in (*value.given, *value.family):
        for tradition in _given().get(word, ()):
            votes[tradition] += 2
        if word in _family():
            votes[_family()[word]] += 3
        for tradition, ends in _ENDS.items():
            if word.endswith(ends) and len(word) > 5:
                votes[tradition] += 3
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return OTHER
    return ranked[0][0]
