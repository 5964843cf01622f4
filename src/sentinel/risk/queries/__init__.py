"""What other rooms ask about risk. Each function takes the actor first; row policies leave out what the actor may not see."""

from sentinel.risk.lists import MATRIX_RULE, matrix_for
from sentinel.risk.queries.places import PlaceDue, PlaceRisk, place_risk, places_due
from sentinel.risk.queries.repeat import Earlier, Repeat, earlier_reports
from sentinel.risk.queries.shapes import Assessed, Deferred, InCase, Unknown, Unshown
from sentinel.risk.queries.snapshot import DEFERRED, MISSING, OVERDUE, Standing, snapshot
from sentinel.risk.queries.standing import (
    JOINED,
    current_assessments,
    current_for_cases,
    history,
    parties_by_case,
    risk_by_case,
    risk_in,
    standing_by_case,
    standing_in,
    victims_bands,
)
from sentinel.risk.queries.waiting import (
    HAS_VICTIM,
    UNASSESSED,
    case_unassessed,
    perpetrators_unassessed,
    put_off_in,
    unassessed,
    unassessed_in,
    unseen,
    victim_with_case,
    waiting,
)

__all__ = [
    "DEFERRED",
    "HAS_VICTIM",
    "JOINED",
    "MATRIX_RULE",
    "MISSING",
    "OVERDUE",
    "UNASSESSED",
    "Assessed",
    "Deferred",
    "Earlier",
    "InCase",
    "PlaceDue",
    "PlaceRisk",
    "Repeat",
    "Standing",
    "Unknown",
    "Unshown",
    "case_unassessed",
    "current_assessments",
    "current_for_cases",
    "earlier_reports",
    "history",
    "matrix_for",
    "parties_by_case",
    "perpetrators_unassessed",
    "place_risk",
    "places_due",
    "put_off_in",
    "risk_by_case",
    "risk_in",
    "snapshot",
    "standing_by_case",
    "standing_in",
    "unassessed",
    "unassessed_in",
    "unseen",
    "victim_with_case",
    "victims_bands",
    "waiting",
]
