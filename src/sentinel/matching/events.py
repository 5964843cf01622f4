"""How the timeline tells what was said of two persons, and of two reports."""

from __future__ import annotations

from sentinel.cases.timeline import Told, sentence, strong, told, user
from sentinel.foundation.models import Event


@sentence("said_same", group="people", quiet=True)
def said_same(event: Event, row: None) -> Told:
    """'Said to be one person, by Priya Nair'."""
    return told(strong("Two people said to be one"), ", by ", user(event.user_id))


@sentence("occurrence_joined", group="reports", quiet=True)
def occurrence_joined(event: Event, row: None) -> Told:
    """'Linked with another telling of the same occurrence, by Priya Nair'. Which one it does not say: not everybody may know of it."""
    return told(strong("Linked with another telling of the same occurrence"), ", by ", user(event.user_id))


@sentence("occurrence_parted", group="reports", quiet=True)
def occurrence_parted(event: Event, row: None) -> Told:
    """'No longer linked with another telling, by Priya Nair'."""
    return told(strong("No longer linked with another telling"), ", by ", user(event.user_id))


@sentence("occurrence_told_apart", group="reports", quiet=True)
def occurrence_told_apart(event: Event, row: None) -> Told:
    """'Said to be something else than another report, by Priya Nair'."""
    return told(strong("Said to be something else than another report"), ", by ", user(event.user_id))


@sentence("occurrence_counted_with", group="reports", quiet=True)
def occurrence_counted_with(event: Event, row: None) -> Told:
    """'Counted as one with another telling'. Somebody linked that one, or one between: who it was may tell whose the other is."""
    return told(strong("Counted as one with another telling of the same occurrence"))


@sentence("occurrence_counted_apart", group="reports", quiet=True)
def occurrence_counted_apart(event: Event, row: None) -> Told:
    """'Counted apart from another telling again'. Who parted them it does not say either."""
    return told(strong("Counted apart again from another telling"))


@sentence("said_not_same", group="people", quiet=True)
def said_not_same(event: Event, row: None) -> Told:
    """'Said to be two people, by Priya Nair'."""
    return told(strong("Two people said not to be one"), ", by ", user(event.user_id))
