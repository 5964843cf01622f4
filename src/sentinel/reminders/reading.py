"""From what a file or a form says of a rule to a `Rule`, with everything that is wrong named by its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from sentinel.reminders.rules import CHANNELS, DAYS, WHO, Rule, Told

MOST_STEPS = 20
LONGEST = 730
_KEY = re.compile(r"^[a-z][a-z0-9_]{2,39}$")


def read_rule(
    data: Mapping[str, Any], conditions: Mapping[str, object]
) -> tuple[Rule | None, dict[str, list[str]]]:
    """The rule that `data` says, or None and what is wrong with each field. `conditions` are the known ones by key."""
    wrong: dict[str, list[str]] = {}

    def fault(field: str, words: str) -> None:
        wrong.setdefault(field, []).append(words)

    key = str(data.get("key", ""))
    if not _KEY.match(key):
        fault("key", "The key is 3 to 40 small letters, digits or underscores and begins with a letter.")
    label, words = str(data.get("label", "")).strip(), str(data.get("words", "")).strip()
    if not label:
        fault("label", "Say in a few words what the reminder is about.")
    if not words:
        fault("words", "Say what is wanted of whoever is reminded.")
    if data.get("condition") not in conditions:
        fault("condition", "Choose what must be true.")
    if data.get("days") not in DAYS:
        fault("days", "Choose calendar or business days.")
    if data.get("channel") not in CHANNELS:
        fault("channel", "Choose how they are told.")
    after = _after(data.get("after"), fault)
    every = data.get("then_every", 0)
    if not _whole(every) or not 0 <= every <= LONGEST:
        fault("then_every", f"Give whole days up to {LONGEST}, or 0 to stop after the last.")
    to = _to(data.get("to"), fault)
    urgent = data.get("urgent", False)
    if not isinstance(urgent, bool):
        fault("urgent", "This is true or false.")
    if wrong:
        return None, wrong
    rule = Rule(
        key=key, label=label, condition=str(data["condition"]), days=str(data["days"]), after=after, then_every=every,
        to=to, channel=str(data["channel"]), urgent=urgent, words=words,
    )  # fmt: skip
    return rule, {}


def as_data(rule: Rule) -> dict[str, Any]:
    """The rule as JSON-fit data, from which `read_rule` makes it again."""
    return {
        "key": rule.key, "label": rule.label, "condition": rule.condition, "days": rule.days, "after": list(rule.after),
        "then_every": rule.then_every, "to": [{"who": one.who, "from": one.since_step} for one in rule.to],
        "channel": rule.channel, "urgent": rule.urgent, "words": rule.words,
    }  # fmt: skip


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _after(value: object, fault: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not value or not all(_whole(one) for one in value):
        fault("after", "Give at least one day, in whole days.")
        return ()
    if len(value) > MOST_STEPS or value[0] < 0 or value[-1] > LONGEST:
        fault("after", f"Give up to {MOST_STEPS} days, none before the start and none after {LONGEST}.")
    if any(second <= first for first, second in pairwise(value)):
        fault("after", "Each day comes after the one before it.")
    return tuple(value)


def _to(value: object, fault: Any) -> tuple[Told, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        fault("to", "Say who is told.")
        return ()
    found = tuple(Told(str(one.get("who", "")), one.get("from", 1)) for one in value)
    if any(one.who not in WHO for one in found) or len({one.who for one in found}) != len(found):
        fault("to", "Name each of those who are told once.")
    if not all(_whole(one.since_step) and 1 <= one.since_step <= MOST_STEPS for one in found):
        fault("to", f"From which reminder on is a number from 1 to {MOST_STEPS}.")
    elif all(one.since_step > 1 for one in found):
        fault("to", "Somebody is told from the first reminder on.")
    return found
