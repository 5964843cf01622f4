"""THRIVE from a control-room log: carried over by whoever works on the case."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sentinel.desk.case.forms.fields import needed
from sentinel.desk.case.steps import Step, opened, step
from sentinel.foundation.clock import now
from sentinel.kernel.clock import from_london
from sentinel.risk.thrive.operations import TOPICS, carry_over
from sentinel.web.fields import ClockField, DayField, TextField
from sentinel.web.requests import posted


class ThriveForm(Step):
    """What the log says."""

    log = TextField(
        label="Number of the log", max_length=60, error_messages=needed("Enter the number of the log.")
    )
    written_at = DayField(
        label="When did the control room write it?", error_messages=needed("Say on which day.")
    )
    at = ClockField(label="At what time?", error_messages=needed("Say at what time."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for topic, label in TOPICS.items():
            self.fields[topic] = TextField(label=label, rows=2, max_length=4000, required=False)


@require_http_methods(["GET", "POST"])
def carry(request: HttpRequest, reference: str) -> HttpResponse:
    """Copy THRIVE from the log. It stands beside every assessment of the case afterwards, and is none."""
    actor, case = opened(request, reference)

    def do(said: dict[str, Any]) -> None:
        moment = from_london(said["written_at"], said["at"] or time(0))
        carry_over(
            actor=actor, now=now(), case=case, log=said["log"], written_at=moment, said={topic: said[topic] for topic in TOPICS}
        )  # fmt: skip

    return step(
        request, case=case, form=ThriveForm(posted(request)), title="Carry over THRIVE from a log", button="Keep it",
        done="It stands beside the assessments now. It is no assessment: assess the risk as before.", do=do,
        template="desk/case/thrive.html",
    )  # fmt: skip
