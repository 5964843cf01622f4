"""What a call taker's browser sends: a whole call, with whatever a test changes in it."""

from __future__ import annotations

import html
import re
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from sentinel.desk.report.opened import form_mark
from sentinel.kernel.ids import new_id
from sentinel.reports.models import Report
from tests.support import acting

TAKE = "/reports/take"
CALL: dict[str, Any] = {
    "q-danger_now": "no",
    "q-caller_name": "Margaret Ellis",
    "q-caller_number": "01632 960142",
    "q-where": "14 Sparrow Lane, Loughborough",
    "q-what": "He is banging on our door again.",
    "q-name_wish": "may_be_used",
    "q-happened_to": "caller",
    "q-going_on": "no",
    "q-afraid": "yes",
    "q-doing_it": "by_sight",
    "q-doing_it_words": "A man in a grey hood",
    "q-crime": "unknown",
    "q-happened_before": "yes",
    "q-under_18": "no",
    "q-vulnerable": "no",
    "q-threat_to_life": "no",
    "q-weapon": "no",
    "q-violence": "no",
    "q-hate": "no",
    "r-category": "personal",
    "r-national_type": "noise",
    "r-channel": "telephone",
    "r-told_day": "today",
    "r-told_time": "00:00",
    "do": "record",
}


def call(**changes: Any) -> dict[str, Any]:
    """A whole call with a form key of its own; `q__what="..."` changes the box q-what, None leaves it out."""
    given = {**CALL, "r-submission": str(new_id())}
    given |= {name.replace("__", "-", 1): value for name, value in changes.items()}
    return {name: value for name, value in given.items() if value is not None}


def shown(email: str, **changes: Any) -> dict[str, Any]:
    """The same from a form that was shown to somebody, as a browser sends it."""
    given = call(**changes)
    with transaction.atomic():
        return {**given, "r-opened": form_mark(acting(email), given["r-submission"])}


def send(client: Client, **changes: Any) -> HttpResponse:
    """Send the form. The answer is the page again where something is wrong, else a redirect."""
    return client.post(TAKE, call(**changes))  # type: ignore[return-value]


def page(answer: HttpResponse) -> str:
    """The page's text as a browser would show it."""
    return html.unescape(answer.content.decode())


def beside(answer: HttpResponse, field: str) -> str:
    """The message that stands beside a field; "" for none."""
    found = re.search(
        rf'<p id="[^"]*{re.escape(field)}-error" class="govuk-error-message">(.*?)</p>',
        answer.content.decode(),
        re.S,
    )
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""


def value_of(answer: HttpResponse, field: str) -> str:
    """What stands in a box of the page, as it was typed; "" for nothing."""
    body = answer.content.decode()
    box = re.search(rf'<input[^>]* name="{re.escape(field)}"[^>]*>', body)
    if box and 'type="radio"' not in box[0]:
        value = re.search(r' value="([^"]*)"', box[0])
        return html.unescape(value[1]) if value else ""
    area = re.search(rf'<textarea[^>]* name="{re.escape(field)}"[^>]*>(.*?)</textarea>', body, re.S)
    return html.unescape(area[1]).removeprefix("\n") if area else ""


def chosen(answer: HttpResponse, field: str) -> str:
    """Which radio of a group is ticked, or which line of a list is chosen."""
    body = answer.content.decode()
    for tag in re.findall(rf'<input[^>]* name="{re.escape(field)}"[^>]*>', body):
        if re.search(r"\bchecked\b", tag):
            value = re.search(r'value="([^"]*)"', tag)
            return value[1] if value else ""
    found = re.search(rf'<select[^>]* name="{re.escape(field)}".*?</select>', body, re.S)
    picked = re.search(r'<option value="([^"]*)"[^>]*selected', found[0]) if found else None
    return picked[1] if picked else ""


def everything_is_kept(answer: HttpResponse, sent: dict[str, Any]) -> None:
    """Each box holds what was typed into it."""
    for name, value in sent.items():
        if name[1:2] == "-":
            assert value in {value_of(answer, name), chosen(answer, name)}, name


def reports(email: str) -> list[Report]:
    """The reports that this account's agency reaches, oldest first."""
    with transaction.atomic():
        acting(email)
        return list(Report.objects.select_related("incident", "caller_party").order_by("entered_at", "id"))
