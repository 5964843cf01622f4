"""The runs of the comparison of all persons, for a data steward."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from sentinel.foundation.clock import now
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.matching.batch import operations
from sentinel.matching.batch.chart import weights_chart
from sentinel.matching.batch.model import read_model
from sentinel.matching.batch.queries import outcome, run_of, runs
from sentinel.web.requests import actor_of, posted


@require_safe
def match_runs(request: HttpRequest) -> HttpResponse:
    """The newest runs."""
    return render(request, "batch/runs.html", {"runs": runs(actor_of(request))})


@require_http_methods(["GET", "HEAD", "POST"])
def match_run(request: HttpRequest, run: uuid.UUID) -> HttpResponse:
    """One run: what it was made of, what it found, how it weighed; and away with it."""
    actor = actor_of(request)
    found = run_of(actor, run)
    if posted(request) is not None:
        try:
            operations.ask_to_throw_away(actor=actor, now=now(), run_id=run)
        except Conflict as error:
            messages.info(request, error.message)
        else:
            messages.success(request, "It is being thrown away. What somebody has decided stays.")
        return redirect("match_run", run=run)
    chart = None
    if found.weights:
        try:
            chart = weights_chart(read_model(found.weights))
        except Invalid:
            chart = None  # the weights of an older Sentinel, which compared other things
    context = {"run": found, "outcome": outcome(run), "chart": chart}
    return render(request, "batch/run.html", context)
