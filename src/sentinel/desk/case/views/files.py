"""Files, links and references: what belongs to a case."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.access.models import Rung
from sentinel.access.queries import rung_of
from sentinel.audit.operations import attempt
from sentinel.cases.operations import add_reference, attach, link_cases, open_attachment
from sentinel.cases.operations.links import SYSTEMS
from sentinel.cases.queries import attachment_of, attachments_of, get_case, links_of, references_of
from sentinel.desk.case.colleagues import others
from sentinel.desk.case.forms.work import AttachmentForm, LinkForm, ReferenceForm
from sentinel.desk.case.steps import opened, step
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Invalid, KnownOnly, NotFound
from sentinel.kernel.references import parse
from sentinel.web.downloads import download as download_of
from sentinel.web.formats import MARKING
from sentinel.web.requests import posted


@require_GET
def belongs(request: HttpRequest, reference: str) -> HttpResponse:
    """The files, linked cases and references of a case."""
    actor, case = opened(request, reference, Rung.READ)
    writes = rung_of(actor, case.id) >= Rung.WRITE and actor.may("work_case") and case.status != "closed"
    context = {
        "case": case, "files": attachments_of(actor, case), "links": links_of(actor, case),
        "references": references_of(actor, case), "systems": SYSTEMS, "writes": writes, "marking": MARKING,
    }  # fmt: skip
    return render(request, "desk/case/belongs.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Attach a file."""
    actor, case = opened(request, reference)
    form = AttachmentForm(posted(request), request.FILES or None, colleagues=others(actor))
    return step(
        request, case=case, form=form, title="Attach a file", button="Attach the file", done="The file is attached.",
        do=lambda said: attach(
            actor=actor, now=now(), case=case, name=said["file"].name, chunks=said["file"].chunks(),
            description=said["description"], **form.readers(),
        ),
        more={"upload": True, "options": {"named": {"show_when": "audience=named"}}},
    )  # fmt: skip


@require_GET
def download(request: HttpRequest, reference: str, attachment: uuid.UUID) -> HttpResponse:
    """Send a file as an attachment: never shown in the browser, never guessed at, its opening recorded."""
    actor, case = opened(request, reference, Rung.READ)
    row = attachment_of(actor, case, attachment)
    content = open_attachment(actor=actor, now=now(), case=case, attachment=row)
    return download_of(content, row.name, row.media_type)


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that another case belongs with this one."""
    actor, case = opened(request, reference)

    def do(said: dict[str, str]) -> None:
        try:
            other = get_case(actor, str(parse(said["reference"])), Rung.READ)
        except Invalid as error:
            raise error.under("reference") from error
        except (NotFound, KnownOnly) as error:
            refused = Invalid.of("reference", "You may see no case with this reference.")
            raise refused.keeping(**attempt(error, "case_link", str(parse(said["reference"])))) from error
        link_cases(actor=actor, now=now(), case=case, other=other, why=said["why"])

    return step(
        request, case=case, form=LinkForm(posted(request)), title="Link another case", button="Link it",
        done="The cases are linked.", do=do,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def reference_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down what another system calls this matter."""
    actor, case = opened(request, reference)
    return step(
        request, case=case, form=ReferenceForm(posted(request)), title="Add a reference", button="Add the reference",
        done="The reference has been added.",
        do=lambda said: add_reference(
            actor=actor, now=now(), case=case, system=said["system"], value=said["value"]
        ),
    )  # fmt: skip
