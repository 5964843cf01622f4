"""Local rules and lists: what holds since when, on whose word, and other figures or words proposed and approved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from sentinel.foundation.clock import now
from sentinel.governance.forms import RuleForm, WhyForm
from sentinel.governance.local_rules import last_decided, rule_line, rule_lines, sets_about
from sentinel.governance.operations import approve_rule, propose_rule, send_rule_back
from sentinel.governance.queries import approvers
from sentinel.governance.rules.lists import codes_of, differences, fields_of
from sentinel.governance.views.words import WORDS
from sentinel.kernel.clock import london_date, show_date
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.web.fields import add_invalid
from sentinel.web.requests import actor_of, posted

page_of_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """Every local rule of the partnership."""
    lines = rule_lines(actor_of(request), london_date(now()))
    return render(request, "governance/rules.html", {"lines": lines})


def _lines_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """What a rule says, for reading: one line for the whole and one for each item."""
    fields = fields_of(content)
    whole = [(one.label, one.value) for one in fields if one.item is None]
    said = [{"label": "", "facts": whole}] if whole else []
    for at, item in enumerate(content.get("items", [])):
        facts = [(one.label, one.value) for one in fields if one.item == at and one.key != "label"]
        said.append({"label": item.get("label", item.get("key", "")), "facts": [*facts, *codes_of(item)]})
    return said


@require_safe
def one(request: HttpRequest, rule: str) -> HttpResponse:
    """One local rule: what it says now, its versions, and what is proposed."""
    line = rule_line(actor_of(request), rule, london_date(now()))
    shown = line.current or line.newest
    context = {
        "line": line,
        "shown": shown,
        "said": _lines_of(shown.content),
        "approvers": approvers(line.versions),
        "decided": last_decided(rule),
        "now": now(),
    }
    return render(request, "governance/rule.html", context)


@page_of_form
def propose(request: HttpRequest, rule: str) -> HttpResponse:
    """Other figures or words, from a day."""
    actor = actor_of(request)
    line = rule_line(actor, rule, london_date(now()))
    form = RuleForm(
        posted(request),
        fields=fields_of(line.newest.content),
        source=line.newest.source,
        sets=_sets(line.newest.content),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                propose_rule(
                    actor=actor, now=now(), name=rule, based_on=form.cleaned_data["based_on"] or line.newest.pk,
                    values=form.values(), source=form.cleaned_data["source"],
                    effective_from=form.cleaned_data["effective_from"],
                )  # fmt: skip
            except Invalid as error:
                add_invalid(form, error)
            except Conflict as error:
                form.add_error(None, error.message)
                status = 409
            else:
                messages.success(
                    request, "Proposed. Another governance officer approves it, or sends it back."
                )
                return redirect("local_rule", rule=rule)
    return render(request, "governance/rule_propose.html", {"line": line, "form": form}, status=status)


def _sets(content: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """For each item that names a question set, those about the same subject."""
    return {
        f"item-{at}-set": sets_about(str(item.get("key", "")))
        for at, item in enumerate(content.get("items", []))
        if "set" in item
    }


@page_of_form
def decide(request: HttpRequest, rule: str) -> HttpResponse:
    """Approve exactly what this page shows, or send it back with a reason."""
    actor = actor_of(request)
    line = rule_line(actor, rule, london_date(now()))
    row = line.proposal
    back = request.POST.get("do") == "back"
    form = WhyForm(posted(request) if back else None)
    problem, status = "", 200
    if request.method == "POST" and row is not None:
        try:
            if not back:
                made = approve_rule(
                    actor=actor, now=now(), proposal_id=row.pk, seen=request.POST.get("fingerprint", "")
                )
                messages.success(request, f"Approved. It holds from {show_date(made.effective_from)}.")
                return redirect("local_rule", rule=rule)
            if form.is_valid():
                send_rule_back(actor=actor, now=now(), proposal_id=row.pk, why=form.cleaned_data["why"])
                messages.success(request, "Sent back.")
                return redirect("local_rule", rule=rule)
            status = 422
        except Invalid as error:
            problem, status = error.message, 422
        except Conflict as error:
            problem, status = error.message, 409
    context = {
        "line": line,
        "row": row,
        "own": row is not None and row.proposed_by_id == actor.user_id,
        "changes": list(differences(line.newest.content, row.content)) if row else [],
        "form": form,
        "problem": problem,
        **WORDS,
    }
    return render(request, "governance/rule_decide.html", context, status=status)
