"""Open geography: outlines (GeoJSON), the postcode directory and area lookups (CSV), from the publishers' own files."""

from sentinel.interfaces.ons.boundaries import import_boundaries
from sentinel.interfaces.ons.lookup import import_lookup
from sentinel.interfaces.ons.postcodes import import_postcodes

__all__ = ["import_boundaries", "import_lookup", "import_postcodes"]
