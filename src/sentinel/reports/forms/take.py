"""The whole of Take a report: the call script, what is written down besides it, and VICTOR-E, read as one telling."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from sentinel.accounts.models import Agency
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date, to_london
from sentinel.kernel.dates import moment, parse_time
from sentinel.kernel.errors import Invalid
from sentinel.kernel.phones import Phone, parse_phone
from sentinel.kernel.postcodes import find_in
from sentinel.places.queries import LookUp, Origin, look_up, origin_at, origin_of_team
from sentinel.questionnaires.forms import QuestionForm
from sentinel.questionnaires.queries import current_version, question_set_of
from sentinel.questionnaires.rules import parse_answers, suggestions
from sentinel.reports import rules
from sentinel.reports.forms.record import AS_TYPED, RecordForm
from sentinel.reports.lists import lists_for
from sentinel.reports.reading import Read, at_risk, read_telling, script_to_keep
from sentinel.reports.telling import Telling

Raw = Mapping[str, Sequence[str]]
SCRIPT, VICTOR = "call-script", "victor-e"
# What is typed for a caller who has no number, or gives none. A number made up to get past the box would be rung, and
# would find somebody else as this caller later.
NO_NUMBER = frozenset({"none", "no", "no number", "no phone", "not given", "withheld", "refused"})
OR_NONE = "Enter a telephone number, like 0116 496 0123, or “none” where they have none or will not give it."


def raw_of(data: Any) -> dict[str, list[str]]:
    """What was posted, or what a draft keeps, as lists of strings by name."""
    if isinstance(data, MultiValueDict):
        return {name: [str(one) for one in values] for name, values in data.lists()}
    return {str(name): [str(one) for one in values] for name, values in dict(data or {}).items()}


class TakeForms:
    """The three forms of the page, over what was typed.

    `raw` is what was posted or what a draft keeps. With `sent` it is checked as the report to be recorded (`complete`) or
    as a skeleton; without, it is only shown again, with nothing said to be wrong.
    """

    def __init__(
        self,
        actor: Actor,
        agency: Agency,
        now: datetime,
        raw: Raw,
        *,
        sent: bool = False,
        complete: bool = True,
    ) -> None:
        self.actor = actor
        self.agency = agency
        self.now = now
        self.today = london_date(now)
        self.complete = complete
        self.raw = {name: list(values) for name, values in raw.items()}
        if sent and not complete and self.one("q-caller_name") and not self.one("q-name_wish"):
            # Cut off before it was asked: a name that was given stays with the report, and nothing is sent to it.
            self.raw["q-name_wish"] = ["may_be_used"]
        self.script_version = current_version(SCRIPT, self.today)
        self.script_set = question_set_of(self.script_version.pk)
        self.victor_set = question_set_of(current_version(VICTOR, self.today).pk)
        self.answers = parse_answers(self.script_set, self.raw, self.today, prefix="q-")
        self.ticked = parse_answers(self.victor_set, self.raw, self.today, prefix="v-")
        self.looked_up = self._look_up(guess=not sent or bool(self.one("r-place_choice")))
        data: MultiValueDict[str, Any] | None = MultiValueDict(self.raw) if sent else None
        self.script = QuestionForm(
            self.script_set, data, today=self.today, answers=self.answers, complete=complete, prefix="q"
        )
        self.record = RecordForm(
            data,
            now=now,
            lists=lists_for(actor, agency, self.today),
            complete=complete,
            places=self.place_choices(),
            initial=self._initial(),
        )
        self.victor = QuestionForm(
            self.victor_set, data, today=self.today, answers=self.ticked, complete=False, prefix="v"
        )

    def one(self, name: str) -> str:
        """What was typed in one field, "" for nothing."""
        values = self.raw.get(name) or [""]
        return values[-1]

    @property
    def submission(self) -> uuid.UUID | None:
        """The form's own id, where it can be read."""
        try:
            return uuid.UUID(self.one("r-submission"))
        except ValueError:
            return None

    def _initial(self) -> dict[str, Any]:
        local = to_london(self.now)
        initial: dict[str, Any] = {
            "channel": "telephone",
            "told_day": local.date(),
            "told_time": local.time().replace(second=0, microsecond=0),
        }
        for name, values in self.raw.items():
            if name.startswith("r-") and values:
                initial[name[2:]] = values[-1]
        return initial

    def _look_up(self, *, guess: bool) -> LookUp:
        try:
            return look_up(self.actor, str(self.answers.get("where", "")), origin=self._origin(), guess=guess)
        except Invalid as error:
            return LookUp(says=(error.message,))

    def _origin(self) -> Origin | None:
        """Where distances are measured from: the caller's home where its postcode was given, else the middle of the taker's district."""
        home = find_in(self.one("r-caller_address")[:300])
        if home and (point := origin_at(str(home[-1]), "where the caller lives")) is not None:
            return point
        return origin_of_team(self.actor) if self.answers.get("where") else None

    def place_choices(self) -> list[tuple[str, str]]:
        """The places that the words may mean, to choose from; empty where there is nothing to choose."""
        found = self.looked_up
        if not found.candidates or found.exact or found.whole or self.postcode_alone:
            return []
        shown = [(one.choice, one.label) for one in found.candidates]
        return [*shown, (AS_TYPED, "None of these: keep it as it was typed")]

    @property
    def must_choose(self) -> bool:
        """Whether one of the choices has to be made. The building that a flat is in is offered and no more, as what is only
        spelt nearly so: what was typed is a place of its own."""
        found = self.looked_up
        return bool(self.place_choices()) and not found.only_buildings and not found.guessed

    def buildings(self) -> dict[uuid.UUID, str]:
        """The buildings on file that the place is in, with what each is; none once another place was chosen."""
        found = self.looked_up
        if self.place_choice not in {"", AS_TYPED} and not found.exact:
            return {}
        return {uuid.UUID(one.choice[6:]): one.building for one in found.candidates if one.building}

    @property
    def postcode_alone(self) -> bool:
        """Whether a postcode of the directory was typed and nothing else: then there is nothing to choose from."""
        found = self.looked_up
        return [one.kind for one in found.candidates] == ["postcode"] and not found.address.line

    @property
    def place_choice(self) -> str:
        """The choice that holds: what was chosen where it is still offered, else the one place that fits exactly."""
        chosen = self.one("r-place_choice")
        if self.looked_up.exact or self.postcode_alone:
            return self.looked_up.candidates[0].choice
        return chosen if chosen in dict(self.place_choices()) else ""

    def suggested(self, known: Sequence[tuple[str, str, str]] = ()) -> list[tuple[str, str, str]]:
        """What the call and what is known suggest for VICTOR-E: letter, answer, source."""
        from_script = [
            (suggestion.letter, suggestion.answer, suggestion.source)
            for _, suggestion in suggestions(self.script_set, self.answers)
        ]
        return [*from_script, *known]

    def adopted(self, known: Sequence[tuple[str, str, str]] = ()) -> rules.Adopted:
        """VICTOR-E as it stands with what was ticked, said and known."""
        return rules.adopt(self.ticked, self.suggested(known))

    def is_valid(self) -> bool:
        """Whether everything can be recorded; what cannot has its message beside its field."""
        valid = [one.is_valid() for one in (self.script, self.record, self.victor)]
        self._check_call()
        return all(valid) and not (self.script.errors or self.record.errors or self.victor.errors)

    @property
    def forms(self) -> list[forms.Form]:
        """The forms, for the error summary in the order of the page."""
        return [self.script, self.record, self.victor]

    @cached_property
    def phone(self) -> Phone | None:
        """The number to ring back, where it can be read."""
        try:
            return parse_phone(str(self.answers.get("caller_number", "")))
        except Invalid:
            return None

    def _check_call(self) -> None:
        """What the script takes as words but the record needs to read: number, time, and which place."""
        kept = self.script.kept
        number = str(kept.get("caller_number", "")).strip().rstrip(".").casefold()
        if number and number not in NO_NUMBER and self.phone is None:
            self.script.add_error("caller_number", OR_NONE)
        elif "caller_number" in self.script.errors:
            self.script.errors["caller_number"] = self.script.error_class([OR_NONE])
        if kept.get("rang_at"):
            self._say("rang_at", lambda: parse_time(str(kept["rang_at"])))
        if self.complete and self.must_choose and not self.place_choice:
            one = len(self.looked_up.candidates) == 1
            fits = "Say whether it is this place." if one else "More than one place fits. Choose one."
            words = self.looked_up.says[0] if self.looked_up.says else fits
            self.record.add_error("place_choice", words)
        elif self.looked_up.state == "unknown" and not self.one("r-place_choice"):
            self.script.add_error("where", self.looked_up.says[0])
        caller = str(kept.get("caller_name", ""))
        if "\x00" in caller:
            self.script.add_error(
                "caller_name", "This has a character that cannot be stored. Type the name again."
            )

    def _say(self, field: str, read: Any) -> None:
        try:
            read()
        except Invalid as error:
            self.script.add_error(field, error.message)

    def telling(self, *, place_id: uuid.UUID | None, lives_at: uuid.UUID | None, known: Sequence[tuple[str, str, str]],
                dropped: bool = False) -> Telling:  # fmt: skip
        """The telling that was checked. `place_id` and `lives_at` are the places that its words mean."""
        kept = self.script.kept
        data = self.record.cleaned_data
        adopted = self.adopted(known)
        rang_at = None
        if kept.get("rang_at"):
            told = data["told_at"] or self.now
            rang_at = min(moment(london_date(told), parse_time(str(kept["rang_at"]))), self.now)
        return read_telling(
            Read(
                answers=kept,
                data=data,
                exact_from=self.record.is_exact("occurred_from"),
                phone=self.phone if kept.get("caller_number") else None,
                rang_at=rang_at,
                place_id=place_id,
                lives_at=lives_at,
                victor=adopted.answers,
                victor_sources=adopted.sources,
                script_id=self.script_version.id,
                script_answers=script_to_keep(kept),
                at_risk=at_risk(kept),
                now=self.now,
                dropped=dropped,
            )
        )
