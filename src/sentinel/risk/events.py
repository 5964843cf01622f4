"""How risk is told on the timeline, and what follows for the case from what others do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sentinel.cases.timeline import Part, Told, link, moment, party, sentence, strong, told
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow
from sentinel.foundation.models import Event
from sentinel.risk.models import Assessment, Deferral, LoweringAsked
from sentinel.risk.operations import recount_record
from sentinel.risk.rules import CASE, LOCATION, PERPETRATOR, VICTIM, WITNESS, band_key

_WHAT = {CASE: "this case, which has no victim,", LOCATION: "the place"}
_AS = {PERPETRATOR: " as the person complained of", WITNESS: " as a witness"}
_HOW = {"raised": ", raised by judgement", "lowered": ", lowered by a supervisor", "judged": "", "": ""}


@sentence("assessed", group="risk", loads=Assessment)
def assessed(event: Event, row: Assessment | None) -> Told:
    """'Assessed: Margaret Ellis is high, raised by judgement', with the reason below."""
    payload = event.payload
    before = f", was {payload['before']}" if payload.get("before") not in {None, payload["band"]} else ""
    beside = ". Somebody else assessed at the same time: both are kept" if payload.get("beside") else ""
    subject = payload.get("subject", VICTIM)
    whom = party(payload["party"]) if payload["party"] else _WHAT[subject]
    how = _HOW[payload.get("judgement", "")]
    if row is not None and row.made_by_an_answer:
        also = f"; {band_key(row.chosen)} was chosen" if row.chosen else ""
        how = f", made so by what was answered{also}"
    first = (
        link("Assessed", "assessments", party=payload["party"])
        if payload["party"]
        else link("Assessed", "assessments_of", subject=subject)
    )
    return told(
        replace(first, sort="strong"),
        ": ",
        whom,
        f" is {payload['band']}{_AS.get(subject, '')}{how}{before}{beside}",
        mark="harm" if payload["band"] == "high" else "",
        more=row.judgement_reason if row else "",
    )


@sentence("assessment_begun", group="risk", quiet=True)
def assessment_begun(event: Event, row: None) -> Told:
    """'Assessment of Margaret Ellis begun'. Only its assessor reaches it."""
    return told(strong("Assessment begun"), ", not finished: ", _whom(event))


@sentence("assessment_thrown_away", group="risk", quiet=True)
def assessment_thrown_away(event: Event, row: None) -> Told:
    """'What was begun of Margaret Ellis was thrown away'. Only its assessor reaches it."""
    return told(strong("Unfinished assessment thrown away"), ": ", _whom(event))


@sentence("lowering_asked", group="risk", loads=LoweringAsked)
def lowering_asked(event: Event, row: LoweringAsked | None) -> Told:
    """'A supervisor is asked to lower Margaret Ellis from high to medium', with the reason below. It stays high until then."""
    payload = event.payload
    return told(
        strong("A supervisor is asked"), " to lower ", _whom(event),
        f" from {payload['from']} to {payload['band']}. Until one decides it stays {payload['from']}",
        more=row.reason if row else "",
    )  # fmt: skip


@sentence("lowering_refused", group="risk", loads=LoweringAsked)
def lowering_refused(event: Event, row: LoweringAsked | None) -> Told:
    """'The band is not lowered: Margaret Ellis stays high', with the supervisor's reason below."""
    return told(
        strong("The band is not lowered"), ": ", _whom(event), f" stays {event.payload['from']}",
        mark="decided", more=row.decision_reason if row else "",
    )  # fmt: skip


@sentence("assessment_deferred", group="risk", loads=Deferral)
def assessment_deferred(event: Event, row: Deferral | None) -> Told:
    """'Assessment put off until Sat 21 Nov, which is none: Margaret Ellis', with the reason below."""
    until = datetime.fromisoformat(event.payload["until"])
    return told(
        strong("Assessment put off"), " until ", moment(until), ", which is none: ", _whom(event),
        more=row.reason if row else "",
    )  # fmt: skip


def _whom(event: Event) -> Part | str:
    payload = event.payload
    if payload.get("party"):
        return party(payload["party"])
    return _WHAT.get(payload.get("subject", ""), "the case").removesuffix(",")


@follow("report_joined")
@follow("party_added")
@follow("role_added")
@follow("role_ended")
def people_changed(event: Event, actor: Actor, now: datetime) -> None:
    """A case's count of unassessed victims follows its victims."""
    if about_victims(event):
        recount_record(actor=actor, now=now, record_id=event.record_id)


def about_victims(event: Event) -> bool:
    """Whether an event may change who is a victim: it names that role, or names none."""
    payload = event.payload
    roles = payload.get("roles", [payload["role"]] if "role" in payload else None)
    return roles is None or VICTIM in roles
