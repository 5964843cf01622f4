"""Is this person, place or report already known? Only what the reader may see answers; of the rest, at most a desk."""

from sentinel.matching.queries.around import (
    AlreadyKnown,
    KnownPlace,
    KnownReport,
    PersonCase,
    already_known,
    known_places,
    known_reports,
    of_places,
    open_cases_of,
)
from sentinel.matching.queries.earlier import Earlier, PersonReport, earlier_of
from sentinel.matching.queries.occurrences import (
    Occurrence,
    Telling,
    incident_of,
    occurrence_of,
    person_told,
    told_of,
)
from sentinel.matching.queries.people import KnownPerson, candidates, known_people
from sentinel.matching.queries.repeats import VICTIM, Repeat, incidents_of, repeat_rules, repeats_of

__all__ = [
    "VICTIM",
    "AlreadyKnown",
    "Earlier",
    "KnownPerson",
    "KnownPlace",
    "KnownReport",
    "Occurrence",
    "PersonCase",
    "PersonReport",
    "Repeat",
    "Telling",
    "already_known",
    "candidates",
    "earlier_of",
    "incident_of",
    "incidents_of",
    "known_people",
    "known_places",
    "known_reports",
    "occurrence_of",
    "of_places",
    "open_cases_of",
    "person_told",
    "repeat_rules",
    "repeats_of",
    "told_of",
]
