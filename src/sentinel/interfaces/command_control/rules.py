"""What leaves for a command and control system: the fields of an entry, its table, and the bounds of a page. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import timedelta

PAGE, MOST = 100, 500
ASKED_A_MINUTE = 60
# A key that is no key: so many in ten minutes from one address.
WRONG_KEYS = 20
# A key that nobody remembers is a door that nobody watches: after a year somebody makes and confirms another.
KEY_LASTS = timedelta(days=365)
WHAT = "high-risk ASB"
SHOWN, ENDED = "shown", "ended"


@dataclass(frozen=True)
class Entry:
    """One marker as it stands now. Of one that is not shown any more only which it was: no name, place, words or days.

    `id` is the marker's for ever, `revision` grows with each of its changes: of two entries of a marker the one with the greater
    revision holds. `changes` say what became of it since the token: start, change, review, end. Days are London's, as 2026-11-21.
    """

    id: str
    revision: int
    state: str
    changes: str
    what: str = WHAT
    kind: str = ""
    who: str = ""
    where: str = ""
    reference: str = ""
    ring: str = ""
    first_action: str = ""
    starts_on: str = ""
    review_on: str = ""
    ends_on: str = ""

    def as_data(self) -> dict[str, object]:
        """The entry as JSON has it; `changes` is a list there."""
        found: dict[str, object] = asdict(self)
        found["changes"] = self.changes.split()
        return found


HEADS = [one.name for one in fields(Entry)]


def table(entries: Sequence[Entry]) -> list[list[object]]:
    """The same as rows of a table, in the order of HEADS."""
    return [[getattr(entry, name) for name in HEADS] for entry in entries]
