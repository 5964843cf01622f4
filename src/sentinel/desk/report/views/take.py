"""Take a report: the page, the panel that follows the typing, and the draft that is kept."""

from __future__ import annotations

import uuid

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from sentinel.access.models import Rung
from sentinel.desk.place import maps
from sentinel.desk.report.known import Beside, note_markers, note_search
from sentinel.desk.report.opened import form_mark
from sentinel.desk.report.take import TakePage, agency_of, page_of, press_person, pressed_in, record
from sentinel.foundation.actor import Actor
from sentinel.foundation.ahead import sent_ahead
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.errors import Conflict, Invalid, NotFound
from sentinel.kernel.ids import new_id
from sentinel.places.queries import has_outlines, near_point, streets_within
from sentinel.reports.forms.take import TakeForms, raw_of
from sentinel.reports.models import Report
from sentinel.reports.operations import keep_draft, throw_draft_away
from sentinel.reports.prefill import from_skeleton
from sentinel.reports.queries import drafts_of, get_draft, get_report
from sentinel.web.fields import add_invalid
from sentinel.web.formats import plural
from sentinel.web.once import done_once, led_to
from sentinel.web.requests import actor_of

REFUSED = "Your roles do not include taking reports."
# Buttons and tokens are no part of what was typed.
_NOT_TYPED = frozenset(
    {
        "csrfmiddlewaretoken",
        "do",
        "person_is",
        "person_also",
        "person_not",
        "person_undo",
        "same_as",
        "same_undo",
    }
)


def _taker(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    actor.require("take_report", REFUSED)
    return actor


def _skeleton(actor: Actor, reference: str) -> Report | None:
    if not reference:
        return None
    report = get_report(actor, reference, Rung.WRITE)
    if report.state != "skeleton":
        raise Conflict("This report has been completed already.")
    return report


def _typed(request: HttpRequest) -> dict[str, list[str]]:
    return {name: values for name, values in raw_of(request.POST).items() if name not in _NOT_TYPED}


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """The page. A GET shows a new form, a draft (?draft=) or a skeleton to complete (?complete=); a POST records it, keeps
    a skeleton, or, for any other button, shows what is known with everything that was typed."""
    actor = _taker(request)
    if request.method == "POST" and (done := led_to(request)):
        # Pressed twice: what was a skeleton is one no more, and the second sending leads where the first did.
        return HttpResponseRedirect(done)
    skeleton = _skeleton(actor, request.GET.get("complete", ""))
    if request.method == "GET":
        return _show(request, actor, _begin(request, actor, skeleton), skeleton)
    pressed = request.POST.get("do", "")
    if pressed in {"record", "skeleton", "cut_off"} and not pressed_in(request):
        return _record(request, actor, skeleton, pressed)
    raw = _typed(request)
    _press(request, actor, raw)
    raw["r-looked"] = ["yes"]
    forms = TakeForms(actor, agency_of(request), clock_now(), raw)
    if pressed == "keep":
        return _keep(request, actor, raw)
    return _show(request, actor, forms, skeleton)


def _press(request: HttpRequest, actor: Actor, raw: dict[str, list[str]]) -> None:
    """Who it is, or is not, put among what was typed, and kept with the draft at once: whoever pressed it and is called
    away has typed nothing that would keep it."""
    pressed = pressed_in(request)
    press_person(raw, pressed)
    if any(pressed.values()):
        keep_draft(actor=actor, now=clock_now(), draft_id=_submission(raw), data=raw)


def _begin(request: HttpRequest, actor: Actor, skeleton: Report | None) -> TakeForms:
    wanted = request.GET.get("draft", "")
    raw: dict[str, list[str]] = {"r-submission": [str(new_id())]}
    if skeleton is not None:
        raw |= from_skeleton(actor, skeleton)
    elif wanted:
        try:
            draft = get_draft(actor, uuid.UUID(wanted))
        except ValueError as error:
            raise NotFound() from error
        raw = {**raw_of(draft.data), "r-submission": [str(draft.id)]}
    raw["r-opened"] = [form_mark(actor, raw["r-submission"][0])]
    return TakeForms(actor, agency_of(request), clock_now(), raw)


def _show(request: HttpRequest, actor: Actor, forms: TakeForms, skeleton: Report | None) -> HttpResponse:
    page: TakePage = page_of(actor, forms, skeleton)
    if request.method == "POST" or page.beside.tells or page.beside.asked:
        # Without a script the page itself is the panel; and a draft that is opened asks what stands in it, also in vain.
        _note_search(actor, forms, page.beside)
        note_markers(page.beside.markers)
    drafts = [one for one in drafts_of(actor) if str(one.id) != forms.one("r-submission")]
    tiles = maps.tiles()
    context = {
        **page.context(), "drafts": drafts, "drafts_shown": "drafts" in request.GET, "tiles": tiles, "map_offered": bool(tiles) or has_outlines(actor),
    }  # fmt: skip
    return maps.with_map(render(request, "desk/report/take.html", context))


def _note_search(actor: Actor, forms: TakeForms, beside: Beside) -> None:
    note_search(
        actor, forms.now, beside.known, beside.confirmed, beside.also, asked=beside.asked, in_hand=forms.submission
    )  # fmt: skip


def _record(request: HttpRequest, actor: Actor, skeleton: Report | None, pressed: str) -> HttpResponse:
    raw = _typed(request)
    complete = pressed == "record"
    forms = TakeForms(actor, agency_of(request), clock_now(), raw, sent=True, complete=complete)
    if forms.is_valid():
        try:
            with sent_ahead():
                done = done_once(request, lambda: _recorded(request, actor, forms, skeleton, pressed))
            return HttpResponseRedirect(done)
        except Invalid as error:
            _beside(forms, error)
    return _show(request, actor, forms, skeleton)


def _recorded(
    request: HttpRequest, actor: Actor, forms: TakeForms, skeleton: Report | None, pressed: str
) -> str:
    report = record(actor, forms, skeleton, dropped=pressed == "cut_off")
    messages.success(request, _done(report))
    return reverse("report", args=[report.reference])


def _beside(forms: TakeForms, error: Invalid) -> None:
    """Put an operation's refusal beside the field of whichever form has it."""
    for field, words in error.errors.items():
        form = next((one for one in (forms.script, forms.record) if field in one.fields), forms.record)
        add_invalid(form, Invalid({field: words}))


def _done(report: Report) -> str:
    if report.state == "skeleton":
        return f"Kept as {report.reference}. It stands on the team's list until somebody completes it."
    return f"Recorded as {report.reference}."


def _keep(request: HttpRequest, actor: Actor, raw: dict[str, list[str]]) -> HttpResponse:
    draft_id = _submission(raw)
    keep_draft(actor=actor, now=clock_now(), draft_id=draft_id, data=raw)
    messages.success(request, "Your draft is kept. Nobody else can read it.")
    return HttpResponseRedirect(f"{reverse('take_report')}?draft={draft_id}")


def _submission(raw: dict[str, list[str]]) -> uuid.UUID:
    try:
        return uuid.UUID((raw.get("r-submission") or [""])[-1])
    except ValueError as error:
        raise Invalid("This form was not opened here. Open Take a report again.") from error


@require_POST
def known(request: HttpRequest) -> HttpResponse:
    """The panel, and what it suggests, for what has been typed so far (htmx); the search is recorded, not its words."""
    actor = _taker(request)
    raw = _typed(request)
    _press(request, actor, raw)
    raw["r-looked"] = ["yes"]
    forms = TakeForms(actor, agency_of(request), clock_now(), raw)
    page = page_of(actor, forms)
    _note_search(actor, forms, page.beside)
    note_markers(page.beside.markers)
    return render(request, "desk/report/known_partial.html", page.context())


class Shown(django_forms.Form):
    """A point that was shown on the map, WGS84 degrees."""

    latitude = django_forms.FloatField(min_value=-90, max_value=90)
    longitude = django_forms.FloatField(min_value=-180, max_value=180)


@require_POST
def near(request: HttpRequest) -> HttpResponse:
    """The streets and postcodes by a point that was shown on the map, each to be written into the form (map.js).

    Posted, for where somebody was harmed has no business in an address. Open data alone answers: nothing is logged.
    """
    actor = _taker(request)
    form = Shown(request.POST)
    point = form.cleaned_data if form.is_valid() else None
    found = near_point(actor, point["latitude"], point["longitude"]) if point else []
    return render(request, "desk/report/near.html", {"found": found})


class Box(django_forms.Form):
    """What the map shows at the moment, WGS84 degrees."""

    south = django_forms.FloatField(min_value=-90, max_value=90)
    west = django_forms.FloatField(min_value=-180, max_value=180)
    north = django_forms.FloatField(min_value=-90, max_value=90)
    east = django_forms.FloatField(min_value=-180, max_value=180)


@require_POST
def streets(request: HttpRequest) -> HttpResponse:
    """The streets that the map may name where it is, as GeoJSON; none while it shows too much to name any."""
    actor = _taker(request)
    form = Box(request.POST)
    found = streets_within(actor, **form.cleaned_data) if form.is_valid() else []
    return maps.answer([maps.point(latitude, longitude, name) for name, latitude, longitude in found])


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Keep the draft as one types. 204, or 409 where the report has been recorded meanwhile."""
    actor = _taker(request)
    raw = _typed(request)
    keep_draft(actor=actor, now=clock_now(), draft_id=_submission(raw), data=raw)
    return HttpResponse(status=204)


@require_POST
def throw_away(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    throw_draft_away(actor=_taker(request), now=clock_now(), draft_id=draft_id)
    messages.success(request, "The draft is thrown away.")
    return redirect("take_report")


@require_POST
def throw_looks_away(request: HttpRequest) -> HttpResponse:
    """Throw away the drafts in which the taker only looked who is known; none that holds more."""
    actor = _taker(request)
    looks = [one for one in drafts_of(actor) if not one.more]
    for one in looks:
        throw_draft_away(actor=actor, now=clock_now(), draft_id=one.id)
    messages.success(request, f"{plural(len(looks), 'draft')} thrown away.")
    return redirect("take_report")
