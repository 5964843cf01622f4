"""How the events of this room are told on the timeline."""

from __future__ import annotations

from sentinel.cases.models import (
    CATEGORIES,
    Action,
    ApproachCheck,
    Attachment,
    CaseLink,
    Closure,
    ExternalReference,
    Handover,
    Involvement,
    Note,
    PartyRole,
    StatusChange,
)
from sentinel.cases.operations.actions import OUTCOMES
from sentinel.cases.operations.handing_over import WHAT
from sentinel.cases.operations.links import SYSTEMS
from sentinel.cases.rules import STATUS_WORDS
from sentinel.cases.timeline import Part, Told, agency, link, moment, party, sentence, strong, told, user, way
from sentinel.cases.written import WrittenDecision
from sentinel.foundation.models import Event

ROLES = dict(PartyRole.ROLES)
ALLEGATIONS = dict(PartyRole.ALLEGATIONS)
FIELDS = {
    "title": "title",
    "category": "category",
    "national_type": "type",
    "place": "place",
    "crime": "crime or not",
}
CRIME = {"yes": "a crime", "no": "not a crime", "unknown": "not yet known"}


DECIDED = {key: str(words) for key, words in WrittenDecision.STEPS}


@sentence("case_opened", group="decisions")
def case_opened(event: Event, row: None) -> Told:
    """'Case opened: personal'."""
    return told(
        strong("Case opened"),
        f": {dict(CATEGORIES).get(event.payload['category'], '').lower()}",
        mark="decided",
    )


@sentence("report_joined", group="reports", quiet=True)
def report_joined(event: Event, row: None) -> Told:
    """A report became part of the case."""
    return told(strong("Report"), " joined to this case")


@sentence("status_changed", group="decisions", loads=None, quiet=True)
def status_changed(event: Event, row: StatusChange | None) -> Told:
    """'Now being worked, was new'."""
    after, before = event.payload["to"], event.payload["from"]
    return told(strong(f"Now {STATUS_WORDS[after].lower()}"), f", was {STATUS_WORDS[before].lower()}")


@sentence("case_changed", group="decisions")
def case_changed(event: Event, row: None) -> Told:
    """Which facts of the head were changed; whether it is a crime is told in full."""
    parts: list[Part | str] = [strong("Changed"), ": "]
    parts.append(
        ", ".join(FIELDS.get(name, name) for name in event.payload["fields"] if name != "crime_since")
    )
    crime = event.payload.get("crime")
    return told(*parts, f". Crime: {CRIME[crime]}" if crime else "")


@sentence("note_added", group="notes", loads=Note)
def note_added(event: Event, note: Note | None) -> Told:
    """The note itself, 'edited' where it was, and the way to edit or correct it."""
    if note is None:
        return told(strong("Note"))
    name = "Opinion" if note.standing == "opinion" else "Note"
    edited = " (edited)" if note.edited_at else ""
    breach = " of a breach: everybody’s risk is to be assessed again" if event.payload.get("breach") else ""
    return told(
        strong(name), f"{breach}{edited} ", way("Edit or correct", "case_note", note=note.id), more=note.text,
    )  # fmt: skip


@sentence("note_edited", group="notes", loads=Note, quiet=True)
def note_edited(event: Event, note: Note | None) -> Told:
    """That a note was edited; what it said before is in the history."""
    return told(strong("Note edited"), ", as it stands further down")


@sentence("note_corrected", group="notes", loads=Note)
def note_corrected(event: Event, note: Note | None) -> Told:
    """A correction, with the note that it corrects."""
    return told(
        strong("Correction"), " to ", link("a note", "case_note", note=event.payload["note"]),
        more=note.text if note else "",
    )  # fmt: skip


@sentence("action_planned", group="actions", loads=Action)
def action_planned(event: Event, action: Action | None) -> Told:
    """What is to be done, by whom and by when."""
    whom = user(event.payload["user"]) if event.payload.get("user") else agency(event.payload["agency"])
    what = link(action.what, "case_action", action=action.id) if action else "something"
    return told(strong("To do"), ": ", what, ", for ", whom, ", by ", moment(event.payload["due"]))


@sentence("action_changed", group="actions", loads=Action, quiet=True)
def action_changed(event: Event, action: Action | None) -> Told:
    """A changed line of the plan."""
    return told(
        strong("Plan changed"),
        f": {action.what if action else 'an action'}, by ",
        moment(event.payload["due"]),
    )


@sentence("action_settled", group="actions", loads=Action)
def action_settled(event: Event, action: Action | None) -> Told:
    """What came of an action."""
    return told(
        strong(OUTCOMES[event.payload["outcome"]]), f": {action.what if action else 'an action'}",
        mark="decided", more=action.outcome_words if action else "",
    )  # fmt: skip


@sentence("party_added", group="people", quiet=True)
def party_added(event: Event, row: None) -> Told:
    """Somebody came into the case, in their roles."""
    roles = ", ".join(ROLES[role].lower() for role in event.payload["roles"]) or "a party"
    return told(strong("Added"), ": ", party(event.subject_id), f", {roles}")


@sentence("role_added", group="people", quiet=True)
def role_added(event: Event, row: None) -> Told:
    """A further role."""
    return told(strong("Role"), ": ", party(event.subject_id), f" is {ROLES[event.payload['role']].lower()}")


@sentence("role_ended", group="people", quiet=True)
def role_ended(event: Event, row: None) -> Told:
    """A role that ended."""
    return told(
        strong("Role ended"),
        ": ",
        party(event.subject_id),
        f" is no longer {ROLES[event.payload['role']].lower()}",
    )


@sentence("allegation_set", group="people")
def allegation_set(event: Event, row: None) -> Told:
    """How an allegation stands now."""
    return told(
        strong("Allegation"), " against ", party(event.subject_id), f": {ALLEGATIONS[event.payload['allegation']].lower()}",
        mark="decided",
    )  # fmt: skip


@sentence("identity_protected", group="people")
def identity_protected(event: Event, row: None) -> Told:
    """That somebody's identity is protected from now on: by the label only."""
    return told(strong("Identity protected"), ": ", party(event.subject_id))


@sentence("party_changed", group="people", quiet=True)
def party_changed(event: Event, row: None) -> Told:
    """That the description of a party was changed."""
    return told(strong("Changed"), ": what is kept of ", party(event.subject_id))


@sentence("lead_changed", group="sharing")
def lead_changed(event: Event, row: None) -> Told:
    """Who leads from now on."""
    before, after = event.payload["from"], event.payload["to"]
    parts: list[Part | str] = [strong("Lead"), ": "]
    parts.append(user(after) if after else "nobody yet, on the team's list")
    if before:
        parts += [", was ", user(before)]
    return told(*parts, mark="decided")


@sentence("handover_offered", group="sharing", loads=Handover)
def handover_offered(event: Event, row: Handover | None) -> Told:
    """An offer of ownership or primacy."""
    return told(
        strong("Offered"), f": {WHAT[event.payload['what']]} to ", agency(event.payload["agency"]),
        more=row.reason if row else "",
    )  # fmt: skip


@sentence("handover_accepted", group="sharing")
def handover_accepted(event: Event, row: None) -> Told:
    """An offer accepted."""
    return told(
        strong("Accepted"),
        f": {WHAT[event.payload['what']]}, by ",
        agency(event.payload["agency"]),
        mark="decided",
    )


@sentence("handover_declined", group="sharing")
def handover_declined(event: Event, row: None) -> Told:
    """An offer declined or taken back."""
    return told(strong("Declined"), f": {WHAT[event.payload['what']]} for ", agency(event.payload["agency"]))


@sentence("agency_involved", group="sharing", loads=Involvement, quiet=True)
def agency_involved(event: Event, row: Involvement | None) -> Told:
    """An agency that was let in."""
    does = {"read": "reads", "write": "works on"}[event.payload["rung"]]
    part = f" ({row.part})" if row else ""
    return told(strong("Shared"), ": ", agency(event.payload["agency"]), f"{part} {does} this case")


@sentence("sharing_ended", group="sharing")
def sharing_ended(event: Event, row: None) -> Told:
    """An agency that was shut out."""
    return told(strong("Sharing ended"), " with ", agency(event.payload["agency"]))


@sentence("case_linked", group="decisions", loads=CaseLink, quiet=True)
def case_linked(event: Event, row: CaseLink | None) -> Told:
    """A case that belongs with this one; which one is told under the links, to who may know of it."""
    return told(strong("Linked"), " to another case", f": {row.why}" if row else "")


@sentence("reference_added", group="decisions", loads=ExternalReference, quiet=True)
def reference_added(event: Event, row: ExternalReference | None) -> Told:
    """What another system calls this."""
    return told(strong(SYSTEMS[event.payload["system"]]), f": {row.value}" if row else "")


@sentence("attachment_added", group="files", loads=Attachment)
def attachment_added(event: Event, row: Attachment | None) -> Told:
    """A file, with the way to it."""
    if row is None:
        return told(strong("File"))
    words = f": {row.description}" if row.description else ""
    waits = {"waiting": " (waits for its virus scan)", "infected": " (a virus was found; not kept)"}.get(
        row.scan, ""
    )
    return told(strong("File"), ": ", link(row.name, "case_attachment", attachment=row.id), words, waits)


@sentence("attachment_scanned", group="files", loads=Attachment, quiet=True)
def attachment_scanned(event: Event, row: Attachment | None) -> Told:
    """What the later virus scan found."""
    name = f": {row.name}" if row else ""
    if event.payload["scan"] == "infected":
        return told(strong("Virus found"), f"{name}. The file has been removed", mark="harm")
    return told(strong("Virus scan"), f"{name}, nothing found")


@sentence("approach_checked", group="decisions", loads=ApproachCheck)
def approach_checked(event: Event, row: ApproachCheck | None) -> Told:
    """Whether the other side may be approached, and over whose head."""
    said = "may be approached" if event.payload["allowed"] else "may not be approached yet"
    whom: Part | str = party(event.payload["other"]) if event.payload.get("other") else "the other side"
    over = ", by a supervisor's reason" if event.payload["override"] else ""
    return told(
        strong("Approach"), ": ", whom, f" {said}, for ", party(event.payload["victim"]), over,
        mark="decided", more=row.override_reason if row else "",
    )  # fmt: skip


@sentence("decision_written", group="decisions", loads=WrittenDecision)
def decision_written(event: Event, row: WrittenDecision | None) -> Told:
    """'Decided in writing: put on the plan', with the reason below."""
    words = DECIDED.get(event.payload["step"], "a step").lower()
    return told(strong("Decided in writing"), f": {words}", mark="decided", more=row.reason if row else "")


@sentence("closure_proposed", group="decisions", loads=Closure)
def closure_proposed(event: Event, row: Closure | None) -> Told:
    """A proposal to close."""
    return told(strong("Closure proposed"), more=row.reasons if row else "")


@sentence("closure_decided", group="decisions", loads=Closure)
def closure_decided(event: Event, row: Closure | None) -> Told:
    """The decision; high risk waits for a second person."""
    waits = ", waits for a second person" if event.payload["second"] else ""
    return told(strong("Closure decided"), waits, mark="decided", more=row.ground if row else "")


@sentence("closure_refused", group="decisions", loads=Closure)
def closure_refused(event: Event, row: Closure | None) -> Told:
    """A proposal refused or taken back."""
    return told(strong("Closure refused"), mark="decided", more=row.refused_because if row else "")


@sentence("case_closed", group="decisions")
def case_closed(event: Event, row: None) -> Told:
    """The end."""
    return told(strong("Case closed"), f": {event.payload['outcome'].replace('_', ' ')}", mark="decided")


@sentence("case_reopened", group="decisions", loads=Closure)
def case_reopened(event: Event, row: Closure | None) -> Told:
    """The end was none."""
    return told(strong("Case reopened"), mark="decided", more=row.reopened_because if row else "")
