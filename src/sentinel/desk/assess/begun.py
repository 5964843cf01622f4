"""What an assessor began and has not finished, as the page that assesses shows it again."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from sentinel.risk.models import AssessmentDraft

# Buttons, tokens and what the page itself put there are no part of what was answered.
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "do", "seen"})


def typed(request: HttpRequest) -> dict[str, list[str]]:
    """What was answered, each field with its values, without what nobody typed."""
    return {name: request.POST.getlist(name) for name in request.POST if name not in _NOT_TYPED}


def put_back(draft: AssessmentDraft, *several: forms.Form) -> None:
    """Show in these forms, not sent yet, what the draft holds: a list where a question takes many answers, else the last."""
    for form in several:
        for name, field in form.fields.items():
            values = draft.data.get(name)
            if isinstance(values, list) and values:
                many = isinstance(field, forms.MultipleChoiceField)
                form.initial[name] = values if many else values[-1]
