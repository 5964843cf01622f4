"""What of matching hangs on a person (people/relations.py)."""

from __future__ import annotations

from sentinel.people.relations import hangs_on_a_person

hangs_on_a_person(
    "matching.KeyRing",
    "person",
    stays="Each id is found by its own keys; whoever asks is answered with the whole person.",
)
SAID = "What was said of two ids stays said of these two: it is what stops them from being proposed again."
for _column in ("first", "second"):
    hangs_on_a_person("matching.SameOrNot", _column, stays=SAID)
    hangs_on_a_person("steward.Suggestion", _column, stays=SAID)
