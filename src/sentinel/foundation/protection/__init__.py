"""Row policies, grants and history triggers for every table, applied in one place after migrations.

`migrate` calls apply(). A table that is neither a case table nor declared open gets no grant at all: it fails
closed, and a test names it.
"""

from sentinel.foundation.protection.apply import apply, fill, know_server
from sentinel.foundation.protection.plan import LIBRARY_TABLES, TablePlan, plan

__all__ = ["LIBRARY_TABLES", "TablePlan", "apply", "fill", "know_server", "plan"]
