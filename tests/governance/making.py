"""A draft to work on, and the two governance officers, for the tests of this room."""

from __future__ import annotations

import copy
import re
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from sentinel.foundation.clock import now
from sentinel.governance.local_rules import rule_line
from sentinel.governance.models import LocalRuleProposal, QuestionSetDraft, QuestionSetRevision
from sentinel.governance.operations import ask_for_tabletop, begin_draft, change, propose, propose_rule
from sentinel.governance.rules.editing import Definition
from sentinel.governance.tabletop import work_out
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.models import QuestionSetVersion
from tests.support import PRIYA, acting

GRACE, NADIA = "grace.holt@police.example", "nadia.byrne@county.example"
SCORED, JUDGED, SCRIPT = "victim-risk-generic-2012-style-draft", "victim-risk-llr", "call-script"


# The version of the two matrices that the files bring.
FIRST = 2


def version(key: str = SCORED, number: int | None = None) -> QuestionSetVersion:
    """A released version."""
    rows = QuestionSetVersion.objects.filter(key=key)
    return rows.get(number=number) if number else rows.earliest("number")


def begun(key: str = SCORED, by: str = GRACE) -> QuestionSetDraft:
    """A draft of a set, with a real commit where the test has one."""
    with transaction.atomic():
        return begin_draft(actor=acting(by), now=now(), version=version(key))


def says(draft: QuestionSetDraft) -> dict[str, Any]:
    """What a draft says now."""
    newest = QuestionSetRevision.objects.filter(draft=draft).latest("number")
    found: dict[str, Any] = newest.definition
    return found


def written(draft: QuestionSetDraft, edit: Any, by: str = GRACE) -> QuestionSetDraft:
    """The draft, changed by a function that works on a copy of its definition."""

    def made(definition: Definition) -> Definition:
        copied = copy.deepcopy(definition)
        edit(copied)
        return copied

    with transaction.atomic():
        draft.refresh_from_db()
        return change(
            actor=acting(by), now=now(), draft_id=draft.pk, seen=draft.number, part=lambda _: None, edit=made,
            what="a test",
        )  # fmt: skip


def reworded(by: str = GRACE) -> QuestionSetDraft:
    """A draft of the judged set in which something of each kind was changed, tried on past assessments."""

    def edit(definition: Definition) -> None:
        asked(definition, "impact")["text"] = "How hard does it hit this person?"
        asked(definition, "targeted")["options"].pop(2)
        asked(definition, "weapon")["options"] = []
        asked(definition, "frequency")["options"][5]["automatic"] = "It happens every day."
        definition["sections"][1]["questions"].append(
            {"key": "dog", "text": "Is there a dog?", "kind": "text"}
        )
        for_high = {
            "all": [{"question": "impact", "equals": "a_lot"}, {"question": "weapon", "answered": True}]
        }
        asked(definition, "support")["show_when"] = for_high

    draft = written(begun(JUDGED, by), edit, by)
    with transaction.atomic():
        tried = ask_for_tabletop(actor=acting(by), now=now(), draft_id=draft.pk)
    with transaction.atomic():
        acting(PRIYA)
        work_out(now=now(), tabletop_id=tried.pk)
    return draft


def proposed(key: str = SCORED, by: str = GRACE) -> QuestionSetDraft:
    """A draft with another title, proposed from today."""
    made = written(begun(key, by), lambda definition: definition.update(title="Risk of a victim, scored"), by)
    return propose_today(made, by)


def propose_today(draft: QuestionSetDraft, by: str = GRACE) -> QuestionSetDraft:
    """The draft, proposed from today."""
    with transaction.atomic():
        return propose(
            actor=acting(by), now=now(), draft_id=draft.pk, seen=draft.number, release_from=london_date(now())
        )


def rule_proposed(
    name: str = "contact-standards",
    by: str = GRACE,
    days: int = 1,
    source: str = "Board of 1 May",
    **values: object,
) -> LocalRuleProposal:
    """Other values of a local rule, by the names of its fields with _ for -, proposed from some days on."""
    with transaction.atomic():
        actor, today = acting(by), london_date(now())
        return propose_rule(
            actor=actor, now=now(), name=name, based_on=rule_line(actor, name, today).newest.pk,
            values={key.replace("__", "-"): value for key, value in values.items()}, source=source,
            effective_from=today + timedelta(days=days),
        )  # fmt: skip


def asked(definition: dict[str, Any], key: str) -> dict[str, Any]:
    """A question of a definition."""
    return next(
        one for section in definition["sections"] for one in section["questions"] if one["key"] == key
    )


def text(response: Any) -> str:
    """A page's words without its markup, spaces alike."""
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", words.replace("&#39;", "’").replace("&amp;", "&"))


def errors(response: Any) -> str:
    """What the page says is wrong."""
    return " ".join(
        re.findall(
            r'class="govuk-error-message">\s*(?:<span[^>]*>Error:</span>)?\s*([^<]*)',
            response.content.decode(),
        )
    )


def scalar(statement: str, *given: object) -> Any:
    """One value from the database, as the application's role."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(given))
        return cursor.fetchone()[0]
