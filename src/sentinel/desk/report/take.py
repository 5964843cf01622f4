"""What the page of Take a report is made of, and what pressing its buttons does."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from sentinel.accounts.models import Agency, User
from sentinel.cases.models import PartyIdentity
from sentinel.desk.report.known import Beside, beside, known_suggests
from sentinel.desk.report.parts import at_once, parts_of
from sentinel.desk.report.said import also_persons, chosen_person, not_persons, same_occurrence
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid, Refused
from sentinel.matching.occurrences import say_same_occurrence
from sentinel.matching.steward.saying import say_in_hand
from sentinel.people.queries import facts_of
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place, place_of_choice
from sentinel.places.queries import LookUp
from sentinel.questionnaires.forms import Shown
from sentinel.reports.forms.record import AS_TYPED
from sentinel.reports.forms.take import TakeForms
from sentinel.reports.models import Report
from sentinel.reports.operations import complete_skeleton, take_report, take_skeleton
from sentinel.reports.rules import HAD, LETTER_OF, LETTERS
from sentinel.web.formats import uk_day_time

# The page's own fields that are seldom needed, by the section at whose end they stand, and the words before them.
MORES = {
    "caller": ("More about the caller: email, where they live", ["caller_email", "caller_address"]),
    "what": (
        "It ended, or it is told of many times",
        ["occurred_to_day", "occurred_to_time", "precision", "series"],
    ),
    "before": ("It has a reference in another system", ["reference_system", "reference_value"]),
}
SHOW_WHEN = {
    "victim_name": "q-happened_to=somebody_else|caller_and_others",
    "victim_birth": "q-happened_to=somebody_else|caller_and_others",
    "crime_number": "q-crime=yes",
    "crime_decision": "q-crime=yes|unknown",
    "hate_perceived_by": "q-hate=yes",
    "hate_data_kept": "q-hate=yes",
    "occurred_from_day": "q-going_on=no|unknown",
    "occurred_from_time": "q-going_on=no|unknown",
}


@dataclass(frozen=True)
class Letter:
    """One row of VICTOR-E as the page shows it."""

    key: str
    letter: str
    shown: Shown
    answer: str
    source: str
    suggestion: str


@dataclass(frozen=True)
class TakePage:
    """Everything that the template needs."""

    forms: TakeForms
    beside: Beside
    letters: list[Letter]
    skeleton: Report | None = None

    def context(self) -> dict[str, Any]:
        """The template's context."""
        forms = self.forms
        return {
            "take": self,
            "forms": forms,
            "script": forms.script,
            "record": forms.record,
            "victor": forms.victor,
            "beside": self.beside,
            "letters": self.letters,
            "at_once": {one.question.key: one for one in at_once(forms)},
            "parts": parts_of(forms),
            "mores": MORES,
            "show_when": SHOW_WHEN,
            "place_choices": forms.place_choices(),
            "choose": _to_choose(forms),
            "looked_up": forms.looked_up,
            "has_errors": any(form.is_bound and form.errors for form in forms.forms),
            "now": forms.now,
            "skeleton": self.skeleton,
            "told": told_line(forms),
        }


def _to_choose(forms: TakeForms) -> str:
    """What the line that is read aloud says of the places to choose from; "" once one is chosen, or where there are none."""
    if forms.place_choice or not forms.place_choices():
        return ""
    return "Choose which place it is." if forms.must_choose else "A place to choose is offered."


def told_line(forms: TakeForms) -> list[str]:
    """The channel, and when it was told as far as the page says so, for the line above the title."""
    choices = dict(forms.record.fields["channel"].choices)  # type: ignore[attr-defined]
    channel = str(choices.get(forms.one("r-channel") or "telephone", ""))
    day, time = forms.one("r-told_day"), forms.one("r-told_time")
    told = f"{time}, {day}" if day and time else uk_day_time(forms.now)
    return [channel, f"told {told}"]


def page_of(actor: Actor, forms: TakeForms, skeleton: Report | None = None) -> TakePage:
    """The page for what has been typed so far."""
    found = beside(actor, forms, _caller_of(skeleton))
    return TakePage(forms, found, letters_of(forms, found), skeleton)


def _caller_of(skeleton: Report | None) -> uuid.UUID | None:
    """The person whom a skeleton made of its caller. One query for a skeleton."""
    if skeleton is None or skeleton.caller_party_id is None:
        return None
    return (
        PartyIdentity.objects.filter(party_id=skeleton.caller_party_id)
        .values_list("person_id", flat=True)
        .first()
    )


def letters_of(forms: TakeForms, found: Beside) -> list[Letter]:
    """The rows of VICTOR-E in order: the effect, then the seven letters."""
    shown = {one.question.key: one for _, several in forms.victor.parts() for one in several}
    rows = []
    for key in (HAD, *LETTERS):
        if key not in shown:
            continue
        said = [(answer, source) for letter, answer, source in found.suggested if letter == key]
        rows.append(
            Letter(
                key=key,
                letter=LETTER_OF.get(key, ""),
                shown=shown[key],
                answer=found.adopted.answers[key],
                source=found.adopted.sources.get(key, ""),
                suggestion="; ".join(dict.fromkeys(f"{answer}: {source}" for answer, source in said)),
            )
        )
    return rows


def press_person(raw: dict[str, list[str]], pressed: dict[str, str]) -> bool:
    """Do what "It is her", "It is her too", "Someone else" or "Not so after all" asks of the hidden answers. Whether one was pressed."""

    def set_one(name: str, value: str) -> None:
        raw[name] = [value]

    def several(name: str) -> list[str]:
        return [one for one in (raw.get(name) or [""])[-1].split(",") if one]

    if pressed.get("person_is"):
        set_one("r-person_is", pressed["person_is"])
    elif pressed.get("person_also"):
        also = dict.fromkeys([*several("r-person_also"), pressed["person_also"]])
        set_one("r-person_also", ",".join(also))
    elif pressed.get("person_not"):
        set_one("r-person_not", ",".join(dict.fromkeys([*several("r-person_not"), pressed["person_not"]])))
        if (raw.get("r-person_is") or [""])[-1] == pressed["person_not"]:
            set_one("r-person_is", "")
    elif pressed.get("person_undo") in several("r-person_also"):
        left = [one for one in several("r-person_also") if one != pressed["person_undo"]]
        set_one("r-person_also", ",".join(left))
    elif pressed.get("person_undo"):
        set_one("r-person_is", "")
        set_one("r-person_also", "")
    elif pressed.get("same_as"):
        set_one("r-same_as", pressed["same_as"])
    elif pressed.get("same_undo"):
        set_one("r-same_as", "")
    else:
        return False
    return True


def pressed_in(request: HttpRequest) -> dict[str, str]:
    """The buttons of the panel that were pressed, with their values."""
    return {
        name: request.POST.get(name, "")
        for name in ("person_is", "person_also", "person_not", "person_undo", "same_as", "same_undo")
        if request.POST.get(name)
    }


def place_for(actor: Actor, forms: TakeForms) -> Place | None:
    """The place that the words mean, made where nobody has named it yet.

    Words that are no address stay words: they may hold a name, and places are seen by everybody.
    """
    choice = forms.place_choice
    if choice and choice != AS_TYPED:
        words = str(forms.script.kept.get("where", ""))
        return place_of_choice(actor=actor, now=forms.now, choice=choice, words=words)
    return _made(actor, forms, forms.looked_up, str(forms.script.kept.get("where", "")))


def _made(actor: Actor, forms: TakeForms, found: LookUp, words: str) -> Place | None:
    address = found.address
    if not ((address.number and address.street) or address.postcode):
        return None
    try:
        kind = "street" if address.crossing else "address" if address.number or address.name else "area"
        return find_or_make_place(actor=actor, now=forms.now, words=words, kind=kind)
    except Invalid:
        return None


def lives_at(actor: Actor, forms: TakeForms, place: Place | None) -> uuid.UUID | None:
    """Where the caller lives: what was typed for it, or the place itself where it is their home."""
    words = str(forms.record.cleaned_data.get("caller_address") or "")
    if words:
        try:
            return find_or_make_place(actor=actor, now=forms.now, words=words).id
        except Invalid as error:
            raise error.under("caller_address") from error
    kept = forms.script.kept
    at_home = kept.get("at_home") == "yes" and kept.get("happened_to") in {"caller", "caller_and_others"}
    return place.id if place is not None and at_home and place.kind == "address" else None


def record(actor: Actor, forms: TakeForms, skeleton: Report | None, *, dropped: bool = False) -> Report:
    """Record what was checked: a whole report, a skeleton, or a skeleton completed. Raises as the operations do."""
    place = place_for(actor, forms)
    said = forms.suggested()
    telling = forms.telling(
        place_id=place.id if place else None,
        lives_at=lives_at(actor, forms, place),
        known=[one for one in known_suggests(actor, forms) if one not in said],
        dropped=dropped,
    )
    if skeleton is not None:
        report = complete_skeleton(actor=actor, now=forms.now, report=skeleton, telling=telling)
    elif forms.complete:
        report = take_report(actor=actor, now=forms.now, telling=telling)
    else:
        report = take_skeleton(actor=actor, now=forms.now, telling=telling)
    _remember_others(actor, forms, report, not_persons(forms))
    _remember_also(actor, forms, report)
    _remember_same(actor, forms, report)
    return report


def _remember_same(actor: Actor, forms: TakeForms, report: Report) -> None:
    """Link the report with the one that it is another telling of, as was said in the call. One that was recorded meanwhile, or that the
    taker does not reach any more, is left alone: the report itself is what must not be lost."""
    other = same_occurrence(forms)
    if other is None or other.incident is None or report.incident is None:
        return
    if (other.incident.occurrence_id or other.incident_id) != (
        report.incident.occurrence_id or report.incident_id
    ):
        say_same_occurrence(
            actor=actor,
            now=forms.now,
            incident=report.incident,
            other=other.incident,
            how="Said while the report was taken",
        )


def _remember_others(actor: Actor, forms: TakeForms, report: Report, others: Iterable[uuid.UUID]) -> None:
    """Keep that the caller is none of those who were ruled out, so that nobody asks again."""
    ruled_out = facts_of(actor, others)
    if not ruled_out or forms.now != report.entered_at:
        return
    identity = PartyIdentity.objects.filter(party=report.caller_party).first()
    if identity is None:
        return
    for other in ruled_out:
        if other != identity.person_id:
            say_in_hand(
                actor=actor, now=forms.now, record_id=report.record_id, first=identity.person_id, second=other,
                how="Asked while the report was taken", same=False,
            )  # fmt: skip


def _remember_also(actor: Actor, forms: TakeForms, report: Report) -> None:
    """Keep that further entries are of the one who was confirmed: a steward is asked to make them one."""
    chosen = chosen_person(forms)
    if chosen is None or forms.now != report.entered_at:
        return
    seen = facts_of(actor, [chosen, *also_persons(forms)])
    if chosen not in seen:
        return
    for other in seen:
        if other != chosen:
            say_in_hand(
                actor=actor, now=forms.now, record_id=report.record_id, first=chosen, second=other,
                how=str(forms.record.cleaned_data.get("confirmed_how") or "Asked while the report was taken"),
                same=True,
            )  # fmt: skip


def agency_of(request: HttpRequest) -> Agency:
    """The agency of whoever takes the report, which came with them. No query."""
    user = request.user
    if not isinstance(user, User):
        raise Refused("Only somebody who acts for an agency can take a report.")
    return user.agency
