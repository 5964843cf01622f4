"""How the timeline tells what was said of two persons."""

from __future__ import annotations

from sentinel.cases.timeline import Told, sentence, strong, told, user
from sentinel.foundation.models import Event


@sentence("said_same", group="people", quiet=True)
def said_same(event: Event, row: None) -> Told:
    """'Said to be one person, by Priya Nair'."""
    return told(strong("Two people said to be one"), ", by ", user(event.user_id))


@sentence("said_not_same", group="people", quiet=True)
def said_not_same(event: Event, row: None) -> Told:
    """'Said to be two people, by Priya Nair'."""
    return told(strong("Two people said not to be one"), ", by ", user(event.user_id))
