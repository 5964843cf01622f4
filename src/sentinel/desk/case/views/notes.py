"""Notes."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sentinel.access.models import Rung
from sentinel.cases.lists import note_window
from sentinel.cases.operations import add_note, correct_note, edit_note
from sentinel.cases.queries import note_of
from sentinel.cases.rules import can_edit_note
from sentinel.desk.case.colleagues import others
from sentinel.desk.case.forms.work import CorrectionForm, NoteEditForm, NoteForm
from sentinel.desk.case.steps import opened, step
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.web.requests import posted

FORM_OPTIONS = {"named": {"show_when": "audience=named"}}


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a note."""
    actor, case = opened(request, reference)
    form = NoteForm(posted(request), colleagues=others(actor))
    return step(
        request, case=case, form=form, title="Add a note", button="Add the note", done="The note has been added.",
        do=lambda said: add_note(
            actor=actor, now=now(), case=case, text=said["text"], opinion=said["opinion"], breach=said["breach"],
            happened_at=form.happened_at(), **form.readers(),
        ),
        more={"options": FORM_OPTIONS},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, reference: str, note: uuid.UUID) -> HttpResponse:
    """Edit a note within its window, or add a correction to it."""
    actor, case = opened(request, reference, Rung.WRITE)
    row = note_of(actor, case, note)
    moment = now()
    window = note_window(london_date(moment), actor.agency_id)
    if can_edit_note(
        author=row.created_by_id, by=actor.user_id, at=row.created_at, now=moment, window=window
    ):
        form = NoteEditForm(posted(request), initial={"text": row.text, "version": row.version})
        return step(
            request, case=case, form=form, title="Edit your note", button="Keep the change", done="The note has been changed.",
            do=lambda said: edit_note(
                actor=actor, now=moment, case=case, note=row, version=said["version"], text=said["text"]
            ),
            row=row, template="desk/case/note.html", more={"note": row, "minutes": int(window.total_seconds() // 60)},
        )  # fmt: skip
    correction = CorrectionForm(posted(request))
    return step(
        request, case=case, form=correction, title="Correct a note", button="Add the correction",
        done="The correction has been added.", template="desk/case/note.html",
        do=lambda said: correct_note(actor=actor, now=moment, case=case, note=row, text=said["text"]),
        more={"note": row, "minutes": 0},
    )  # fmt: skip
