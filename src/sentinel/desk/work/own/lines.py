"""What each row of `own` says, as a line of My work."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sentinel.desk.links import where
from sentinel.desk.work.lines import NEXT, UNKNOWN, URGENT, Line, group_of, since_words, when_words
from sentinel.kernel.clock import end_of_day, london_date
from sentinel.partnership.referrals.due import ASKS_WHO, WHO, words_of
from sentinel.partnership.referrals.rules import KINDS, SAFEGUARDING, UNDECIDED
from sentinel.people.rules import UNNAMED
from sentinel.risk.next import lowering_page, page_of
from sentinel.risk.rules import CASE, LOCATION, band_key
from sentinel.web.formats import ago, plural


def _assessment_line(told: dict[str, Any], now: datetime) -> Line:
    name = told["label"] if told["protected"] else told["called"] or told["label"] or UNNAMED
    name = {CASE: "the case", LOCATION: "the place"}.get(told["about"], name)
    page, arguments = page_of(told["about"], told["of_party"])
    return Line(
        UNKNOWN, f"Finish assessing {name}", where(page, reference=told["reference"], **arguments),
        told["begun_at"], since_words(told["begun_at"], now), rest=": begun and not finished",
        meta=(f"Kept {ago(told['kept_at'], now)}", told["title"]), reference=told["reference"], late=True, begun=True,
    )  # fmt: skip


def _lowering_line(told: dict[str, Any], now: datetime) -> Line:
    name = told["label"] if told["protected"] else told["called"] or told["label"] or UNNAMED
    name = {CASE: "the case", LOCATION: "the place"}.get(told["about"], name)
    page, arguments = lowering_page(told["about"], told["of_party"])
    return Line(
        NEXT, f"Decide whether the risk is lower: {name}", where(page, reference=told["reference"], **arguments), told["begun_at"],
        since_words(told["begun_at"], now), meta=(told["title"],), reference=told["reference"], mine=True,
    )  # fmt: skip


def _answered_line(told: dict[str, Any], now: datetime) -> Line:
    name = told["label"] if told["protected"] else told["called"] or told["label"] or UNNAMED
    name = {CASE: "the case", LOCATION: "the place"}.get(told["about"], name)
    page, arguments = lowering_page(told["about"], told["of_party"])
    lowered = told["what"] == "lowering_confirmed"
    return Line(
        NEXT, f"Read why the band is {'' if lowered else 'not '}lowered: {name}", where(page, reference=told["reference"], **arguments),
        told["begun_at"], since_words(told["begun_at"], now), meta=(told["title"],), reference=told["reference"], mine=True,
    )  # fmt: skip


def _nobodys_line(told: dict[str, Any], now: datetime) -> Line:
    return Line(
        NEXT, "Name a supervisor", where("agency_users"), told["begun_at"], since_words(told["begun_at"], now),
        rest=": one is asked to lower a band, and nobody of your agency who may decide is there", mine=True,
    )  # fmt: skip


def _report_line(told: dict[str, Any], now: datetime) -> Line:
    whole = where("take_report")
    about = ", ".join(one for one in (told["called"], told["label"]) if one)
    return Line(
        NEXT, "Finish the report you began", f"{whole}?draft={told['draft']}" if whole else None, told["kept_at"],
        since_words(told["begun_at"], now), rest=f": {about}" if about else "", meta=(f"Kept {ago(told['kept_at'], now)}",),
    )  # fmt: skip


def reports_line(several: list[dict[str, Any]], now: datetime) -> Line:
    """Many reports that were begun, in one line; they are all named on Take a report."""
    whole = where("take_report")
    newest = max(several, key=lambda told: told["kept_at"])
    about = newest["called"] or newest["label"]
    return Line(
        NEXT, f"Finish {plural(len(several), 'report')} that you began", f"{whole}?drafts=shown" if whole else None, newest["kept_at"],
        since_words(min(told["begun_at"] for told in several), now), rest=f": the last of {about}" if about else "",
        meta=(f"Kept {ago(newest['kept_at'], now)}",),
    )  # fmt: skip


def _high_risk_line(told: dict[str, Any], now: datetime) -> Line:
    return Line(
        URGENT, "Acknowledge that there is high risk", where("high_risk"), told["kept_at"], when_words(told["kept_at"], now),
        meta=(f"Ring {told['called']}",), reference=told["reference"], band="high", late=True, mine=True, harm=True,
    )  # fmt: skip


def _marker_line(told: dict[str, Any], now: datetime) -> Line:
    refused = told["about"] == "refused"
    return Line(
        URGENT, "Decide what follows: the marker was refused" if refused else "Ring the control room: the marker is not answered",
        where("case_high_risk", reference=told["reference"]), told["begun_at"],
        since_words(told["begun_at"], now) if refused else when_words(told["begun_at"], now),
        rest=f": {told['called']}" if refused else "", meta=(told["title"],), reference=told["reference"], band="high", late=True,
        mine=True, harm=True,
    )  # fmt: skip


SEND = {
    "referral_send": ("Send {kind}", ", or say why not", "case_referral"),
    "referral_decide": ("They object: decide on {kind}", "", "referral_decide"),
    "referral_declined": ("Decide what follows: {kind} was declined", "", "case_referral"),
    "referral_not_reached": ("Say what follows: nobody was reached by {kind}", "", "case_referral"),
}


def _referral_line(told: dict[str, Any], now: datetime) -> Line:
    words, rest, page = SEND[told["what"]]
    loud = told["about"] in SAFEGUARDING or told["what"] == "referral_not_reached"
    if told["about"] == UNDECIDED and not told["of_party"] and told["what"] == "referral_send":
        words, page = ASKS_WHO, WHO
    return Line(
        URGENT if loud else NEXT, words.format(kind=_called(told)), where(page, reference=told["reference"], referral=told["draft"]),
        told["begun_at"], since_words(told["begun_at"], now), rest=rest, meta=(told["title"],), reference=told["reference"],
        late=loud, mine=True, harm=loud,
    )  # fmt: skip


def _waits_line(told: dict[str, Any], now: datetime) -> Line:
    late = told["kept_at"] < now
    words = (
        f"Ring: {_called(told)} is not acknowledged" if late else f"Wait for the answer to {_called(told)}"
    )
    return Line(
        group_of(due=told["kept_at"], now=now), words, where("case_referral", reference=told["reference"], referral=told["draft"]),
        told["kept_at"], when_words(told["kept_at"], now), meta=(told["title"],), reference=told["reference"], late=late, mine=True,
    )  # fmt: skip


def _called(told: dict[str, Any]) -> str:
    """'the Victim First referral of Margaret Ellis'."""
    name = told["label"] if told["protected"] else told["called"] or told["label"]
    return words_of(told["about"]) + (f" of {name}" if told["of_party"] and name else "")


def _answer_line(told: dict[str, Any], now: datetime) -> Line:
    return Line(
        group_of(due=told["kept_at"], now=now), f"Answer the referral: {KINDS[told['about']]}", where("referral_received", sent=told["draft"]),
        told["kept_at"], when_words(told["kept_at"], now), meta=(f"Ring {told['called']}",), reference=told["reference"],
        late=told["kept_at"] < now, mine=True,
    )  # fmt: skip


def _review_line(told: dict[str, Any], now: datetime) -> Line:
    by = end_of_day(london_date(told["begun_at"])) - timedelta(minutes=1)
    return Line(
        URGENT, "Review the case", where("case_reviews", reference=told["reference"]), by, when_words(by, now),
        rest=": the days of its band are over", meta=(told["title"],), reference=told["reference"],
        band=band_key(int(told["about"])), whose="the highest in this case", late=True,
    )  # fmt: skip


def _asked_line(told: dict[str, Any], now: datetime) -> Line:
    return Line(
        group_of(due=told["kept_at"], now=now), "Answer a request for access", where("access_request", request_id=told["draft"]),
        told["kept_at"], when_words(told["kept_at"], now), rest=f" by {told['called']}, {told['label']}",
        meta=tuple(one for one in (told["title"],) if one), reference=told["reference"], late=told["kept_at"] < now,
    )  # fmt: skip


def _access_answered_line(told: dict[str, Any], now: datetime) -> Line:
    became = {
        "granted": "Access is granted",
        "refused": "Access is refused",
        "joined": "A request for access has ended",
    }
    return Line(
        NEXT, f"{became[told['about']]}: read the answer", where("access_asked", mine=told["draft"]),
        told["kept_at"], since_words(told["kept_at"], now), meta=("To your request",), first=True,
    )  # fmt: skip


def _touched_line(told: dict[str, Any], now: datetime) -> Line:
    return Line(
        NEXT, "See what searches have touched", where("access_touched"), told["begun_at"], since_words(told["begun_at"], now),
        rest=": records of your agency, of which whoever searched was told nothing",
    )  # fmt: skip


LINES = {
    "touched": _touched_line,
    "access_asked": _asked_line, "access_answered": _access_answered_line,
    "review": _review_line, "lowering": _lowering_line, "lowering_confirmed": _answered_line, "lowering_refused": _answered_line,
    "lowering_nobodys": _nobodys_line, "marker": _marker_line,
    "person": _assessment_line, "report": _report_line, "high_risk": _high_risk_line, "referral_answer": _answer_line,
    "referral_waits": _waits_line, **dict.fromkeys(SEND, _referral_line),
}  # fmt: skip
