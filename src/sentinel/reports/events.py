"""How the timeline tells the events of this room, and of people, which comes before the timeline and cannot say it itself."""

from __future__ import annotations

from sentinel.cases.models import Incident
from sentinel.cases.timeline import Part, Told, agency, link, sentence, strong, told, user
from sentinel.foundation.models import Event
from sentinel.reports.models import Report, VictorE

CHANNELS = dict(Report.CHANNELS)
DECISIONS = dict(VictorE.DECISIONS)
SENT = {
    "waiting": "is on its way",
    "handed_over": "was sent",
    "post": "is to be posted",
    "held": "is held",
    "failed": "could not be sent",
}


def _report(event: Event, what: str) -> Part:
    """'Report LLR-26-R00001-B taken', leading to the report: all that was answered stands there."""
    reference = event.payload.get("reference", "")
    if not reference:
        return strong(f"Report {what}")
    return link(f"Report {reference} {what}", "report", reference=reference)


@sentence("report_taken", group="reports", loads=Incident)
def report_taken(event: Event, row: Incident | None) -> Told:
    """'Report LLR-26-R00001-B taken, telephone', with what was said below."""
    channel = CHANNELS.get(str(event.payload.get("channel", "")), "").lower()
    danger = ": somebody in danger" if event.payload.get("danger") == "yes" else ""
    rest = (f", {channel}" if channel else "") + danger
    return told(_report(event, "taken"), rest, mark="harm", more=row.words if row else "")


@sentence("skeleton_taken", group="reports", loads=Incident)
def skeleton_taken(event: Event, row: Incident | None) -> Told:
    """'Report LLR-26-R00001-B begun: the call was cut off', with what was said below."""
    why = ": the call was cut off" if event.payload.get("dropped") else " and handed on"
    why += "; whether anyone is in danger was not asked" if event.payload.get("danger") == "not_asked" else ""
    return told(_report(event, "begun"), why, mark="harm", more=row.words if row else "")


@sentence("skeleton_completed", group="reports", loads=Incident)
def skeleton_completed(event: Event, row: Incident | None) -> Told:
    """'Report LLR-26-R00001-B completed', with what was said below."""
    return told(_report(event, "completed"), mark="harm", more=row.words if row else "")


@sentence("report_picked_up", group="reports", quiet=True)
def report_picked_up(event: Event, row: None) -> Told:
    """'Picked up by Priya Nair, 12 minutes after it was told'."""
    minutes = event.payload.get("minutes")
    rest = "" if minutes is None else f", {minutes} minute{'' if minutes == 1 else 's'} after it was told"
    return told(strong("Report picked up"), " by ", user(event.user_id), rest)


@sentence("report_handed_on", group="reports", quiet=True)
def report_handed_on(event: Event, row: None) -> Told:
    """'Handed on to another team by Dawn Ashby'."""
    return told(strong("Report handed on"), " to another team by ", user(event.user_id))


@sentence("victor_e_decided", group="decisions")
def victor_e_decided(event: Event, row: None) -> Told:
    """'VICTOR-E answered again: a case must be opened'."""
    words = DECISIONS.get(str(event.payload.get("decision", "")), "")
    return told(strong("VICTOR-E answered again"), f": {words[:1].lower()}{words[1:]}", mark="decided")


@sentence("case_not_opened", group="decisions")
def case_not_opened(event: Event, row: None) -> Told:
    """'No case opened, decided by Colin Webb'."""
    return told(strong("No case opened"), ", decided by ", user(event.user_id), mark="decided")


@sentence("report_signposted", group="decisions")
def report_signposted(event: Event, row: None) -> Told:
    """'Caller pointed to Leicestershire Police'."""
    to = agency(event.payload.get("agency")) if event.payload.get("agency") else Part("text", "somebody else")
    return told(strong("Caller pointed elsewhere"), ": ", to, mark="decided")


@sentence("signpost_acknowledged", group="decisions", quiet=True)
def signpost_acknowledged(event: Event, row: None) -> Told:
    """'They have taken it'."""
    return told(strong("Acknowledged"), " by whom the caller was pointed to")


@sentence("report_not_taken_forward", group="decisions")
def report_not_taken_forward(event: Event, row: None) -> Told:
    """'Report not taken forward; the notice is on its way'."""
    sent = SENT.get(str(event.payload.get("told", "")), "could go to nobody")
    return told(strong("Report not taken forward"), f"; the notice with the reasons {sent}", mark="decided")


@sentence("draft_begun", group="reports", quiet=True)
def draft_begun(event: Event, row: None) -> Told:
    """'Draft begun'. Only its taker reaches it."""
    return told(strong("Draft begun"))


@sentence("draft_thrown_away", group="reports", quiet=True)
def draft_thrown_away(event: Event, row: None) -> Told:
    """'Draft thrown away'."""
    return told(strong("Draft thrown away"))


@sentence("message_decided", group="contacts", quiet=True)
def message_decided(event: Event, row: None) -> Told:
    """'Message in writing is held: …'."""
    state = str(event.payload.get("state", ""))
    by = {"email": " by email", "text": " by text", "post": " by post"}.get(
        str(event.payload.get("channel", "")), ""
    )
    return told(strong("Message"), f"{by if state != 'held' else ''} {SENT.get(state, state)}")


def _fact(kind: str, words: str) -> None:
    @sentence(kind, group="people", quiet=True)
    def tell(event: Event, row: None) -> Told:
        return told(strong(words))


for _kind, _words in (
    ("person_added", "Person added"),
    ("person_name_added", "Another name added"),
    ("person_facts_added", "More told of somebody known already"),
    ("person_birth_added", "Date of birth added"),
    ("person_contact_point_added", "Telephone number or email address added"),
    ("person_address_added", "Address added"),
    ("safe_contact_set", "Safe contact asked"),
):
    _fact(_kind, _words)
