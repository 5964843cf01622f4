"""How answers to the standards are told on the timeline."""

from __future__ import annotations

from sentinel.cases.timeline import Told, link, sentence, told
from sentinel.foundation.models import Event
from sentinel.risk.standards.models import StandardAnswer
from sentinel.web.formats import plural

_LISTS = {key: str(words) for key, words in StandardAnswer.LISTS}


@sentence("standard_answered", group="actions", quiet=True)
def standard_answered(event: Event, row: None) -> Told:
    """'Standards of investigation: 2 answers, 6 of 9 met'."""
    payload = event.payload
    words = link(_LISTS.get(payload["list"], "Standards"), "case_standard", standard=payload["list"])
    return told(
        words, f": {plural(payload['answers'], 'answer')}, {payload['met']} of {payload['total']} met"
    )
