"""Reads about places: finding one from what was typed, what postcodes are known, what open data tells."""

from sentinel.places.queries.areas import (
    AreaView,
    Part,
    Street,
    StreetCount,
    areas_of_lsoa,
    busiest_streets,
    cells_near,
    districts_counted,
    get_area,
    get_street,
    larger_areas,
    outlines_of,
    parts_of_area,
)
from sentinel.places.queries.candidates import Candidate, LookUp, Origin, candidate_of
from sentinel.places.queries.history import (
    History,
    Month,
    area_history,
    imported_period,
    nearby,
    street_history,
)
from sentinel.places.queries.look_up import look_up
from sentinel.places.queries.near import Near, has_outlines, near_point, streets_within
from sentinel.places.queries.one_place import kept_place, of_one_place
from sentinel.places.queries.origins import origin_at, origin_of_team
from sentinel.places.queries.postcodes import Located, PostcodeState, locate, postcode_state

__all__ = [
    "AreaView",
    "Candidate",
    "History",
    "Located",
    "LookUp",
    "Month",
    "Near",
    "Origin",
    "Part",
    "PostcodeState",
    "Street",
    "StreetCount",
    "area_history",
    "areas_of_lsoa",
    "busiest_streets",
    "candidate_of",
    "cells_near",
    "districts_counted",
    "get_area",
    "get_street",
    "has_outlines",
    "imported_period",
    "kept_place",
    "larger_areas",
    "locate",
    "look_up",
    "near_point",
    "nearby",
    "of_one_place",
    "origin_at",
    "origin_of_team",
    "outlines_of",
    "parts_of_area",
    "postcode_state",
    "street_history",
    "streets_within",
]
