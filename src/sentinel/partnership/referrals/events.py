"""How a referral is told on the timeline."""

from __future__ import annotations

from sentinel.cases.timeline import Part, Told, agency, link, party, sentence, strong, told
from sentinel.foundation.models import Event
from sentinel.partnership.referrals.models import Referral
from sentinel.partnership.referrals.rules import CONTACT_FAILED, KINDS, outcome_in_words


def _of(event: Event) -> list[Part | str]:
    """'Victim First, about Margaret Ellis', leading to the referral."""
    kind = KINDS.get(event.payload.get("kind", ""), "Referral")
    words: Part | str = link(kind, "case_referral", referral=event.subject_id) if event.subject_id else kind
    whom = event.payload.get("party")
    return [words, ", about ", party(whom)] if whom else [words]


def _to(event: Event) -> list[Part | str]:
    to = event.payload.get("agency")
    return [" to ", agency(to)] if to else []


@sentence("referral_opened", group="sharing", quiet=True)
def referral_opened(event: Event, row: None) -> Told:
    """'Referral opened: Victim First, about Margaret Ellis'."""
    return told(strong("Referral opened"), ": ", *_of(event))


@sentence("referral_kept", group="sharing", quiet=True)
def referral_kept(event: Event, row: None) -> Told:
    """'Referral written: Victim First, about Margaret Ellis'."""
    return told(strong("Referral written"), ": ", *_of(event))


@sentence("referral_kind_said", group="sharing", quiet=True)
def referral_kind_said(event: Event, row: None) -> Told:
    """'Said whether a child or an adult: Safeguarding of a child, about Joe Ellis'."""
    return told(strong("Said whether a child or an adult"), ": ", *_of(event))


@sentence("referral_about_said", group="sharing", quiet=True)
def referral_about_said(event: Event, row: None) -> Told:
    """'Said who is at risk: Safeguarding of a child, about Joe Ellis'."""
    return told(strong("Said who is at risk"), ": ", *_of(event))


@sentence("referral_asked", group="decisions")
def referral_asked(event: Event, row: None) -> Told:
    """'A supervisor is asked: Victim First, about Margaret Ellis. They object'."""
    return told(strong("A supervisor is asked"), ": ", *_of(event), ". They object")


@sentence("referral_decided", group="decisions", loads=Referral)
def referral_decided(event: Event, row: Referral | None) -> Told:
    """'To be sent although they object: Victim First, about Margaret Ellis'."""
    words = "To be sent although they object" if event.payload.get("sends") else "Not to be sent: they object"
    return told(strong(words), ": ", *_of(event), mark="decided", more=row.decision if row else "")


@sentence("referral_sent", group="sharing")
def referral_sent(event: Event, row: None) -> Told:
    """'Referral sent to Victim First: Victim First, about Margaret Ellis'."""
    return told(strong("Referral sent"), *_to(event), ": ", *_of(event))


@sentence("referral_not_sent", group="decisions", loads=Referral)
def referral_not_sent(event: Event, row: Referral | None) -> Told:
    """'Referral not sent: Victim First, about Margaret Ellis', and why."""
    return told(
        strong("Referral not sent"),
        ": ",
        *_of(event),
        mark="decided",
        more=row.not_sent_because if row else "",
    )


@sentence("referral_withdrawn", group="sharing", loads=Referral)
def referral_withdrawn(event: Event, row: Referral | None) -> Told:
    """'Referral withdrawn: Victim First, about Margaret Ellis', and why."""
    return told(strong("Referral withdrawn"), ": ", *_of(event), more=row.withdrawn_because if row else "")


@sentence("referral_acknowledged", group="sharing")
def referral_acknowledged(event: Event, row: None) -> Told:
    """'Referral acknowledged by Victim First: Victim First, about Margaret Ellis'."""
    return told(
        strong("Referral acknowledged"), " by ", agency(event.payload.get("agency")), ": ", *_of(event)
    )


@sentence("referral_declined", group="sharing", loads=Referral)
def referral_declined(event: Event, row: Referral | None) -> Told:
    """'Referral declined by Victim First: Victim First, about Margaret Ellis', and why."""
    because = row.declined_because if row else ""
    return told(
        strong("Referral declined"), " by ", agency(event.payload.get("agency")), ": ", *_of(event), mark="harm", more=because
    )  # fmt: skip


@sentence("referral_outcome", group="sharing", loads=Referral)
def referral_outcome(event: Event, row: Referral | None) -> Told:
    """'Contact failed after 3 tries, says Victim First: Victim First, about Margaret Ellis'. What they add, of the newest alone."""
    outcome, tries = event.payload.get("outcome", ""), event.payload.get("tries")
    newest = row is not None and row.outcome_at == event.happened_at
    return told(
        strong(outcome_in_words(outcome, tries)), ", says ", agency(event.payload.get("agency")), ": ", *_of(event),
        mark="harm" if outcome == CONTACT_FAILED else "", more=row.outcome_note if row and newest else "",
    )  # fmt: skip


@sentence("referral_settled", group="decisions", loads=Referral)
def referral_settled(event: Event, row: Referral | None) -> Told:
    """'Accepted that it is declined: Victim First, about Margaret Ellis', and why."""
    declined = event.payload.get("declined")
    words = "Accepted that it is declined" if declined else "Said what follows, for they were not reached"
    return told(strong(words), ": ", *_of(event), mark="decided", more=row.settled_because if row else "")
