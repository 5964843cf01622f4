"""How the timeline tells of requests for access."""

from __future__ import annotations

from sentinel.accounts.rules import SILENT_KINDS
from sentinel.cases.timeline import Told, agency, moment, sentence, strong, told, user
from sentinel.foundation.models import Event


@sentence("access_asked", group="sharing")
def access_asked(event: Event, row: None) -> Told:
    """'Access asked for by Kofi Mensah, Soar Valley Housing'."""
    return told(strong("Access asked for"), " by ", user(event.user_id), ", ", agency(event.agency_id))


@sentence("access_granted", group="sharing")
def access_granted(event: Event, row: None) -> Told:
    """'Access granted to Kofi Mensah, Soar Valley Housing, until 25 November 2026, by Colin Webb'."""
    said = event.payload
    return told(
        strong("Access granted"), " to ", user(said["user"]), ", ", agency(said["agency"]),
        " to read it and work on it" if said["granted"] == "write" else " to read it", " until ", moment(said["until"]),
        ", by ", user(event.user_id),
    )  # fmt: skip


@sentence("access_refused", group="sharing")
def access_refused(event: Event, row: None) -> Told:
    """'Access refused to Kofi Mensah, Soar Valley Housing, by Colin Webb'."""
    said = event.payload
    return told(
        strong("Access refused"), " to ", user(said["user"]), ", ", agency(said["agency"]), ", by ", user(event.user_id)
    )  # fmt: skip


@sentence("access_ended", group="sharing")
def access_ended(event: Event, row: None) -> Told:
    """'Access of Kofi Mensah, Soar Valley Housing, ended'."""
    said = event.payload
    return told(strong("Access ended"), " of ", user(said["user"]), ", ", agency(said["agency"]))


@sentence("access_lapsed", group="sharing")
def access_lapsed(event: Event, row: None) -> Told:
    """'Request for access ended of Kofi Mensah, Soar Valley Housing: the report joined a case'."""
    said = event.payload
    return told(
        strong("Request for access ended"), " of ", user(said["user"]), ", ", agency(said["agency"]), ": the report joined a case"
    )  # fmt: skip


@sentence("silenced", group="sharing")
def silenced(event: Event, row: None) -> Told:
    """'Nobody is told of this case by agreement: MARAC, by Priya Nair'."""
    kind = SILENT_KINDS.get(event.payload["kind"], event.payload["kind"])
    return told(strong("Nobody is told of this case by agreement"), f": {kind}, by ", user(event.user_id))


@sentence("silence_ended", group="sharing")
def silence_ended(event: Event, row: None) -> Told:
    """'Others are told of this case again, as agreed: no more MARAC, by Priya Nair'."""
    kind = SILENT_KINDS.get(event.payload["kind"], event.payload["kind"])
    return told(
        strong("Others are told of this case again, as agreed"), f": no more {kind}, by ", user(event.user_id)
    )
