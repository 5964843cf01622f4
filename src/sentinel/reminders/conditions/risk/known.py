"""What the statements of risk are told: which answers mean "not known", and after how many days a band is looked at again."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from functools import lru_cache
from typing import Any

from sentinel.accounts.models import Agency
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.risk.lists import review_days_of_agencies
from sentinel.risk.rules import BAND_NUMBERS

ASSESSED = ("victim", "perpetrator", "witness", "case")

# Which answers of which version mean "not known", handed to the statement of UNKNOWN.
ASKED = """asked AS MATERIALIZED (
SELECT s.question_set_id, s.key, s.unknown, s.required
  FROM jsonb_to_recordset(%(asked)s::jsonb) AS s(question_set_id uuid, key text, unknown text[], required boolean))"""

BANDS = """bands AS MATERIALIZED (
SELECT s.agency_id, s.band, s.days
  FROM jsonb_to_recordset(%(bands)s::jsonb) AS s(agency_id uuid, band integer, days integer))"""

# A band's days are London's: it is due from the beginning of the day on which they are over.
DUE = "((a.assessed_at AT TIME ZONE 'Europe/London')::date + b.days)::timestamp AT TIME ZONE 'Europe/London'"


@lru_cache(maxsize=64)
def asked_in(version_id: uuid.UUID) -> tuple[dict[str, Any], ...]:
    """The questions of a version, each with the answers that mean "not known" and whether everybody is asked it."""
    # A question under a condition is not asked of everybody: that it is missing says nothing.
    return tuple(
        {"question_set_id": str(version_id), "key": one.key,
         "unknown": [option.key for option in one.options if option.unknown],
         "required": one.required_when is True and one.show_when is None}
        for one in question_set_of(version_id).questions()
    )  # fmt: skip


def bands(now: datetime) -> dict[str, str]:
    """After how many days each band is looked at again, for each agency, as the rules stand at a moment (UTC)."""
    days = review_days_of_agencies(london_date(now))
    found = [
        {"agency_id": str(agency), "band": BAND_NUMBERS[key], "days": many}
        for agency in Agency.objects.values_list("pk", flat=True)
        for key, many in days(agency).items()
    ]
    return {"bands": json.dumps(found)}


def every_question() -> list[dict[str, Any]]:
    """The questions of every version of a matrix, each with the answers that mean "not known"."""
    versions = QuestionSetVersion.objects.filter(subject__in=ASSESSED).values_list("pk", flat=True)
    return [row for one in versions for row in asked_in(one)]


def asked(now: datetime) -> dict[str, str]:
    """The same for the statement: they hold at every moment."""
    return {"asked": json.dumps(every_question())}
