"""Where a row of case data comes from: the one function for facts about people and for cases alike."""

from sentinel.people.provenance import provenance

__all__ = ["provenance"]
