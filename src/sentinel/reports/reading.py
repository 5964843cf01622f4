"""From the answers of the call script, and what is written down beside it, to one telling. Pure.

The script is content that a partnership may change: a question that it does not ask leaves its part of the telling empty.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sentinel.kernel.names import clean_name
from sentinel.kernel.phones import Phone
from sentinel.people.facts import SafeContactGiven
from sentinel.questionnaires.rules import detail_key
from sentinel.reports.telling import CallerGiven, DangerGiven, HateGiven, OtherGiven, Telling, WhenGiven

# Answers that become facts, parties or the incident: kept there, each under its own audience, and nowhere a second time.
ELSEWHERE: Final = frozenset(
    {
        "caller_name", "caller_number", "where", "what", "victim_words", "doing_it_words", "rang_at", "emergency_log",
        "safe_methods", "contact_through", "safe_times", "message_left", "others_answer", "do_not_visit", "language",
        "interpreter", "adjustments",
    }
)  # fmt: skip
RISKS: Final = ("under_18", "vulnerable", "threat_to_life", "weapon", "violence", "suicide", "stalking")
METHODS: Final = {"call": "phone", "text": "text", "email": "email", "post": "post", "visit": "visit",
                  "through": "through", "none": "none"}  # fmt: skip
WHO_RANG: Final = {"somebody_else": "other"}


@dataclass(frozen=True, kw_only=True)
class Read:
    """What the page read: the script's kept answers, the record's cleaned fields, and what was worked out from them."""

    answers: Mapping[str, Any]
    data: Mapping[str, Any]
    exact_from: bool
    phone: Phone | None
    rang_at: datetime | None
    place_id: uuid.UUID | None
    lives_at: uuid.UUID | None
    victor: Mapping[str, str]
    victor_sources: Mapping[str, str]
    script_id: uuid.UUID | None
    script_answers: Mapping[str, Any]
    at_risk: tuple[str, str]
    now: datetime
    dropped: bool = False


def script_to_keep(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that stay with the report as answers, to be carried forward: nothing that says who somebody is."""
    out = {*ELSEWHERE, *(detail_key(key) for key in ELSEWHERE)}
    return {key: value for key, value in answers.items() if key not in out}


def at_risk(answers: Mapping[str, Any]) -> tuple[str, str]:
    """Whether anyone is at risk there, from all the questions that tell (yes where one is yes, no only where all are),
    and the words for it."""
    given = {key: str(answers[key]) for key in RISKS if key in answers}
    words = [str(answers[detail_key(key)]) for key in RISKS if answers.get(detail_key(key))]
    if "yes" in given.values():
        return "yes", "\n".join(words)
    if not given:
        return "not_asked", ""
    return ("unknown" if "unknown" in given.values() else "no"), ""


def safe_contact(answers: Mapping[str, Any]) -> SafeContactGiven | None:
    """How it is safe to get in touch; None where it was not asked."""
    given: Sequence[str] = answers.get("safe_methods") or ()
    methods = tuple(METHODS[one] for one in given if one in METHODS)
    if not methods:
        return None
    others = answers.get(detail_key("others_answer"), "")
    return SafeContactGiven(
        method=methods[0],
        methods=methods,
        through=str(answers.get("contact_through", "")),
        times=str(answers.get("safe_times", "")),
        message_may_be_left=_flag(answers.get("message_left")),
        text_may_be_sent="text" in methods,
        post_may_be_sent="post" in methods,
        others_may_answer=str(others)
        or {"yes": "Yes", "no": "Nobody else"}.get(str(answers.get("others_answer")), ""),
        do_not_visit=answers.get("do_not_visit") == "yes" or "none" in methods,
        language=str(answers.get("language", "")),
        interpreter=answers.get("interpreter") == "yes",
        adjustments=str(answers.get("adjustments", "")),
    )


def _flag(answer: object) -> bool | None:
    return {"yes": True, "no": False}.get(str(answer))


def when_given(read: Read) -> WhenGiven:
    """When it happened, with no more exactness than was told. Going on now counts from when it was told."""
    data = read.data
    start: datetime | None = data.get("occurred_from")
    precision = str(data.get("precision") or "")
    if start is None and read.answers.get("going_on") == "yes":
        return WhenGiven(
            start=data.get("told_at") or read.now, precision="hour", series=bool(data.get("series"))
        )
    if start is None:
        return WhenGiven(precision="unknown", series=bool(data.get("series")))
    if not precision:
        precision = "minute" if read.exact_from else "day"
    return WhenGiven(
        start=start, end=data.get("occurred_to"), precision=precision, series=bool(data.get("series"))
    )


def _victim(read: Read) -> OtherGiven | None:
    if read.answers.get("happened_to") not in {"somebody_else", "caller_and_others"}:
        return None
    return OtherGiven(
        name=str(read.data.get("victim_name") or ""),
        birth=read.data.get("victim_birth"),
        description=str(read.answers.get("victim_words", "")),
    )


def _other(read: Read) -> OtherGiven | None:
    name = str(read.data.get("other_name") or "")
    words = str(read.answers.get("doing_it_words", ""))
    under_ten = str(read.data.get("other_under_ten") or "")
    if not (name or words or under_ten == "yes"):
        return None
    return OtherGiven(
        name=name,
        birth=read.data.get("other_birth"),
        description=words or ("A child under 10" if not name else ""),
        under_ten=under_ten,
    )


def _hate(read: Read) -> HateGiven | None:
    if read.answers.get("hate") != "yes":
        return None
    return HateGiven(
        strands=tuple(read.answers.get("hate_strands") or ()),
        perceived_by=str(read.data.get("hate_perceived_by") or "caller"),
        crime=str(read.answers.get("crime") or "unknown"),
        data_kept_because=str(read.data.get("hate_data_kept") or ""),
        rule="Recorded on perception, by the list of hate strands in force",
    )


def _caller(read: Read) -> CallerGiven:
    answers, data = read.answers, read.data
    wish = str(answers.get("name_wish") or "may_be_used")
    if wish == "anonymous":
        return CallerGiven(wish=wish)
    return CallerGiven(
        wish=wish,
        name=clean_name(str(answers.get("caller_name", ""))),
        phone=read.phone,
        email=str(data.get("caller_email") or ""),
        birth=data.get("caller_birth"),
        lives_at=read.lives_at,
        person_id=data.get("person_is"),
        confirmed_how=str(data.get("confirmed_how") or ""),
        not_persons=tuple(uuid.UUID(one) for one in data.get("person_not") or () if _is_uuid(one)),
    )


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def read_telling(read: Read) -> Telling:
    """The telling. Raises Invalid where a name cannot be kept."""
    answers, data = read.answers, read.data
    asked = str(answers.get("danger_now") or "not_asked")
    danger = {"caller_absent": "absent"}.get(asked, asked)
    rang = str(answers.get("who_rang") or "")
    system = str(data.get("reference_system") or "")
    risk, risk_words = read.at_risk
    return Telling(
        submission=data["submission"],
        channel=str(data.get("channel") or "telephone"),
        told_at=data.get("told_at") or read.now,
        danger=DangerGiven(
            now=danger,
            who_rang=WHO_RANG.get(rang, rang),
            rang_at=read.rang_at,
            log=str(answers.get("emergency_log", "")),
        ),
        caller=_caller(read),
        happened_to=str(answers.get("happened_to") or "unknown"),
        victim=_victim(read),
        place_id=read.place_id,
        place_words=str(answers.get("where", "")),
        words=str(answers.get("what", "")),
        when=when_given(read),
        category=str(data.get("category") or "personal"),
        national_type=str(data.get("national_type") or ""),
        local_type=str(data.get("local_type") or ""),
        other=_other(read),
        at_risk=risk,
        at_risk_words=risk_words,
        safe=safe_contact(answers),
        may_approach=str(answers.get("may_approach") or "not_asked"),
        crime=str(answers.get("crime") or "unknown"),
        crime_number=str(data.get("crime_number") or ""),
        crime_decision=str(data.get("crime_decision") or ""),
        hate=_hate(read),
        victor=read.victor,
        victor_sources=read.victor_sources,
        references=((system, str(data.get("reference_value") or "")),) if system else (),
        script_id=read.script_id,
        script_answers=read.script_answers,
        looked_for_known=data.get("looked") == "yes",
        dropped_call=read.dropped,
        team_id=uuid.UUID(str(data["team"])) if data.get("team") else None,
    )
