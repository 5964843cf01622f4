"""Reads about places: finding one from what was typed, what postcodes are known, what open data tells."""

from sentinel.places.queries.history import (
    History,
    Month,
    area_history,
    imported_period,
    nearby,
    nearby_history,
    street_history,
)
from sentinel.places.queries.look_up import Candidate, LookUp, candidate_of, look_up
from sentinel.places.queries.postcodes import Located, PostcodeState, locate, postcode_state

__all__ = [
    "Candidate",
    "History",
    "Located",
    "LookUp",
    "Month",
    "PostcodeState",
    "area_history",
    "candidate_of",
    "imported_period",
    "locate",
    "look_up",
    "nearby",
    "nearby_history",
    "postcode_state",
    "street_history",
]
