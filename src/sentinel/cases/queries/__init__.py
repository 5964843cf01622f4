"""Reading cases."""

from sentinel.cases.queries.changes import Change, changes_since
from sentinel.cases.queries.one import get_case

__all__ = ["Change", "changes_since", "get_case"]
