"""What can be found of a person (people/relations.py)."""

from __future__ import annotations

from sentinel.people.relations import hangs_on_a_person

hangs_on_a_person(
    "search.Entry",
    "subject_id",
    stays="Each name and number is found by itself; whoever looks is shown the whole person, once.",
)
