"""What the figures are compared with: the partnership's own, as the local rule `compliance-baseline` has them on a day."""

from __future__ import annotations

from datetime import date

from sentinel.foundation.reference import kept_in_memory
from sentinel.insight.rules import Baseline
from sentinel.questionnaires.queries import rule_contents

RULE = "compliance-baseline"


@kept_in_memory
def baseline_on(on: date) -> Baseline | None:
    """The figures to compare with on a day in London; None where the partnership has none."""
    items = rule_contents([RULE], on).get(RULE, {}).get("items", [])
    if not items or not items[0]["of"]:
        return None
    one = items[0]
    return Baseline(one["year"], one["without"], one["of"], one["average_tenths"] / 10, one["told_by"])
