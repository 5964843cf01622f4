"""Is this person, place or report already known? Only what the reader may see answers; of the rest, at most a desk."""

from sentinel.matching.queries.around import (
    AlreadyKnown,
    Elsewhere,
    KnownPlace,
    KnownReport,
    PersonCase,
    already_known,
    known_elsewhere,
    known_places,
    known_reports,
    open_cases_of,
)
from sentinel.matching.queries.people import KnownPerson, candidates, known_people

__all__ = [
    "AlreadyKnown",
    "Elsewhere",
    "KnownPerson",
    "KnownPlace",
    "KnownReport",
    "PersonCase",
    "already_known",
    "candidates",
    "known_elsewhere",
    "known_people",
    "known_places",
    "known_reports",
    "open_cases_of",
]
