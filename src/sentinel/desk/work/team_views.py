"""The team's view, and handing cases on: one or many."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from sentinel.accounts.models import User
from sentinel.audit.operations import note
from sentinel.cases.models import Case
from sentinel.cases.operations.handing_over import reassign
from sentinel.desk.work.lines import NO_BAND, Line, when_words
from sentinel.desk.work.mine import people_of_cases
from sentinel.desk.work.sources import case_link
from sentinel.desk.work.team import (
    NOBODY,
    ONLY,
    REVIEW,
    TeamFilters,
    colleagues_of,
    led_by,
    list_team,
    people,
)
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.risk.queries import unassessed
from sentinel.risk.rules import band_key
from sentinel.web.fields import TextField
from sentinel.web.formats import plural, sentence_list, uk_day
from sentinel.web.once import done_once
from sentinel.web.requests import actor_of


class HandOn(forms.Form):
    """To whom some cases go, and why."""

    lead = forms.ChoiceField(label="To whom?", widget=forms.Select)
    reason = TextField(label="Why?", max_length=1000, help_text="They and the timeline say so.")

    def __init__(self, actor: Actor, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.people = {str(user.pk): user for user in colleagues_of(actor)}
        lead = self.fields["lead"]
        assert isinstance(lead, forms.ChoiceField)  # noqa: S101 - declared above
        lead.choices = [
            ("", "Choose a person"),
            *((key, _who(user.name, user.team)) for key, user in self.people.items()),
        ]


def _who(name: str, team: object) -> str:
    return f"{name}, {team.name}" if team is not None and hasattr(team, "name") else name


@dataclass(frozen=True)
class CaseRow:
    """A case as a line with a box: `key` names it and the version that was shown."""

    key: str
    line: Line


@require_safe
def team_work(request: HttpRequest) -> HttpResponse:
    """What the team has: each person's cases counted, the cases with somebody unassessed first."""
    actor = actor_of(request)
    actor.require("see_team", "Your role does not look after a team.")
    now = clock_now()
    filters = _filters(request)
    page = list_team(actor, filters, now, request.GET.get("after", ""))
    rows = _rows(actor, page.cases, now)
    everybody = people(actor, now)
    context = {
        "reviews": sum(one.reviews for one in everybody),
        "reviews_href": _address(TeamFilters("", REVIEW)),
        "people": [(one, _address(TeamFilters(one.key, filters.only))) for one in everybody],
        "rows": rows,
        "filters": filters,
        "filtered": _filtered(filters, {one.key: one.name for one in everybody}),
        "only": ONLY,
        "form": None,
        "hand_on": HandOn(actor),
        "now": now,
        "next_href": f"{_address(filters)}{'&' if '?' in _address(filters) else '?'}{urlencode({'after': page.next_key})}"
        if page.next_key
        else None,
        "first_page": not request.GET.get("after"),
    }
    return render(request, "desk/work/team.html", context)


def _filters(request: HttpRequest) -> TeamFilters:
    person, only = request.GET.get("person", ""), request.GET.get("only", "")
    if person != NOBODY:
        try:
            person = str(uuid.UUID(person))
        except ValueError:
            person = ""
    return TeamFilters(person, only if only in ONLY else "")


def _address(filters: TeamFilters) -> str:
    wanted = {name: value for name, value in (("person", filters.person), ("only", filters.only)) if value}
    return reverse("team_work") + (f"?{urlencode(wanted)}" if wanted else "")


def _filtered(filters: TeamFilters, names: dict[str, str]) -> list[dict[str, str]]:
    found = []
    if filters.person:
        found.append(
            {
                "words": names.get(filters.person, "One person"),
                "href": _address(TeamFilters("", filters.only)),
            }
        )
    if filters.only:
        found.append({"words": ONLY[filters.only], "href": _address(TeamFilters(filters.person, ""))})
    return found


def _rows(actor: Actor, cases: list[Case], now: datetime) -> list[CaseRow]:
    """The cases as lines, each unassessed victim by name."""
    waiting = unassessed(actor, [case.id for case in cases])
    names = (
        {one.id: one.name for some in people_of_cases(waiting).values() for one in some} if waiting else {}
    )
    return [
        CaseRow(
            f"{case.id}:{case.version}",
            _line(case, [names[one] for one in waiting.get(case.id, []) if one in names], now),
        )
        for case in cases
    ]


def _line(case: Case, names: list[str], now: datetime) -> Line:
    due = case.next_due
    rest = (
        f": {sentence_list(names)} not assessed" if names else (": not assessed" if case.unassessed else "")
    )
    return Line(
        "", case.title, case_link("case", case), due, when_words(due, now) if due else "", rest=rest,
        meta=(case.lead.name if case.lead else "Nobody leads it", *_review(case, now)), reference=case.reference,
        band=None if names or case.unassessed else (band_key(case.highest_band) or NO_BAND),
        whose="the highest in this case", late=due is not None and due < now,
    )  # fmt: skip


def _review(case: Case, now: datetime) -> list[str]:
    """That a review is late, where the list asked for that."""
    by = getattr(case, "review_by", None)
    late = by is not None and case.highest_band and by < london_date(now)
    return [f"Review was due by {uk_day(by, now)}"] if late else []


@require_safe
def hand_over(request: HttpRequest) -> HttpResponse:
    """The cases that the actor leads, to give to colleagues before leave."""
    actor = actor_of(request)
    actor.require("work_case", "Your role does not lead cases.")
    return _hand_over_page(request, actor, HandOn(actor))


def _hand_over_page(
    request: HttpRequest, actor: Actor, form: HandOn, ticked: frozenset[str] = frozenset(), error: str = ""
) -> HttpResponse:
    now = clock_now()
    context = {
        "rows": _rows(actor, led_by(actor), now), "hand_on": form, "ticked": ticked, "now": now,
        "error": error, "has_errors": form.is_bound,
    }  # fmt: skip
    return render(request, "desk/work/hand_over.html", context, status=422 if form.is_bound else 200)


@require_POST
def reassign_many(request: HttpRequest) -> HttpResponse:
    """Give one or many cases to somebody, with a reason. A case that somebody changed meanwhile stays and is named."""
    actor = actor_of(request)
    actor.require("work_case", "Your role does not hand cases on.")
    keys = request.POST.getlist("case")
    form = HandOn(actor, request.POST)
    valid = form.is_valid()
    if not valid or not keys:
        error = "" if keys else "Tick at least one case."
        return _again(request, actor, form, frozenset(keys), error)
    return HttpResponseRedirect(done_once(request, lambda: _given(request, actor, form, keys)))


def _given(request: HttpRequest, actor: Actor, form: HandOn, keys: list[str]) -> str:
    done, kept = _give(actor, form, keys)
    if done:
        messages.success(
            request,
            f"{plural(len(done), 'case')} now with {form.people[form.cleaned_data['lead']].name}: {sentence_list(done)}.",
        )
    for reference, why in kept:
        messages.warning(request, f"{reference} stays where it was. {why}")
    team = request.POST.get("from") == "team" and actor.may("see_team")
    return reverse("team_work" if team else "my_work")


def _again(
    request: HttpRequest, actor: Actor, form: HandOn, ticked: frozenset[str], error: str
) -> HttpResponse:
    """The list once more with what was ticked and typed: of the ticked cases, wherever they were listed."""
    now = clock_now()
    cases = led_by(actor) if request.POST.get("from") != "team" else _ticked_cases(ticked)
    context = {"rows": _rows(actor, cases, now), "hand_on": form, "ticked": ticked, "now": now, "error": error, "has_errors": True,
               "from_team": request.POST.get("from") == "team"}  # fmt: skip
    return render(request, "desk/work/hand_over.html", context, status=422)


def _ticked_cases(ticked: frozenset[str]) -> list[Case]:
    ids = [parsed[0] for key in ticked if (parsed := _parse(key))]
    return list(
        Case.objects.filter(pk__in=ids).select_related("lead", "owner_agency", "place").order_by("id")
    )


def _parse(key: str) -> tuple[uuid.UUID, int] | None:
    case_id, _, version = key.partition(":")
    try:
        return uuid.UUID(case_id), int(version)
    except ValueError:
        return None


def _give(actor: Actor, form: HandOn, keys: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    now = clock_now()
    done: list[str] = []
    kept: list[tuple[str, str]] = []
    wanted = dict(parsed for key in keys if (parsed := _parse(key)))
    cases = Case.objects.filter(pk__in=wanted).select_related("owner_agency", "team").order_by("id")
    if not cases:
        raise NotFound()
    lead = form.people[form.cleaned_data["lead"]]
    for case in cases:
        try:
            with transaction.atomic():
                reassign(
                    actor=actor, now=now, case=case, version=wanted[case.id], lead=lead, reason=form.cleaned_data["reason"],
                )  # fmt: skip
        except (Conflict, Refused, Invalid) as error:
            if _with_already(case, lead):
                done.append(case.reference)
                continue
            stale = "Somebody has changed it meanwhile. Look at it, then try again."
            kept.append((case.reference, stale if isinstance(error, Conflict) else error.message))
            if isinstance(error, Refused):
                note(
                    "refused",
                    record_id=case.id,
                    subject="reassign_many",
                    detail={"reference": case.reference},
                )
        else:
            done.append(case.reference)
    return done, kept


def _with_already(case: Case, lead: User) -> bool:
    """Whether the one who was quicker gave it to the same person: the form sent twice, for one."""
    return Case.objects.filter(pk=case.pk, lead=lead).exists()
