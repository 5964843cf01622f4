"""What an import did: figures that add up, and the rows that it would not take, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

# The count is exact whatever happens; of the rows themselves so many are named, or a bad file would fill the memory.
MOST_NAMED: Final = 1_000


@dataclass
class Figures:
    """`read` = `created` + `changed` + `present` + `refused`. `refusals` are (file, row, reason), the first 1,000 of
    them; the row is the line in its file, the heading being 1."""

    read: int = 0
    created: int = 0
    changed: int = 0
    present: int = 0
    refused: int = 0
    refusals: list[tuple[str, int, str]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def refuse(self, file: str, row: int, reason: str) -> None:
        """Count a row that is not taken, and keep its place and reason."""
        self.refused += 1
        if len(self.refusals) < MOST_NAMED:
            self.refusals.append((file, row, reason))

    def as_dict(self) -> dict[str, Any]:
        """For `--json`: the figures, `refusals` as a list of file, row and reason, and what else the import counts."""
        named = [{"file": file, "row": row, "reason": reason} for file, row, reason in self.refusals]
        figures = {
            "read": self.read,
            "created": self.created,
            "present": self.present,
            "refused": self.refused,
        }
        if self.changed or "changed" in self.more:
            figures["changed"] = self.changed
        return {**figures, "refusals": named, **{k: v for k, v in self.more.items() if k != "changed"}}
