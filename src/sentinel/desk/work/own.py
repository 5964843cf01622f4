"""The lines of My work for what stands under the actor's own name, in one query: reports and assessments that they began
and have not finished, high risk that they were told of and have not acknowledged, markers that the control room does not show, referrals that they are to send, to decide on
or to answer, and cases of their team that they are late to review."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, CharField, DateTimeField, F, Q, QuerySet, UUIDField, Value, When
from django.db.models import Case as Choose
from django.db.models.functions import Cast, Coalesce

from sentinel.cases.models import Case
from sentinel.cases.rules import OPEN_STATUSES
from sentinel.desk.links import where
from sentinel.desk.work.lines import NEXT, UNKNOWN, URGENT, Line, group_of, since_words, when_words
from sentinel.desk.work.mine import Mine, newest_name
from sentinel.desk.work.sources import MOST, source
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import Among, compiled
from sentinel.kernel.clock import end_of_day, london_date
from sentinel.partnership.models import Referral, SentReferral
from sentinel.partnership.referrals.due import ASKS_WHO, WHO, words_of
from sentinel.partnership.referrals.models import UNANSWERED
from sentinel.partnership.referrals.rules import KINDS, SAFEGUARDING, UNDECIDED, kinds_for
from sentinel.people.rules import UNNAMED
from sentinel.reports.models import Draft
from sentinel.risk.high.queries import to_acknowledge
from sentinel.risk.high.waiting import unshown_markers
from sentinel.risk.models import AssessmentDraft, LoweringAsked
from sentinel.risk.next import lowering_page, page_of
from sentinel.risk.rules import CASE, HIGH, LOCATION, band_key
from sentinel.risk.supervision.queries import clocks_on, days_of, with_due
from sentinel.risk.supervision.rules import level_of
from sentinel.web.formats import ago

COLUMNS = (
    "what",
    "draft",
    "begun_at",
    "kept_at",
    "about",
    "of_party",
    "called",
    "label",
    "protected",
    "reference",
    "title",
)


@source
def own(actor: Actor, mine: Mine, now: datetime) -> Iterator[Line]:
    """What the actor began and has not finished, which counts for nothing until it is, and what they are to acknowledge.
    One query."""
    if actor.user_id is None:
        return
    for row in _rows(actor, actor.user_id, now):
        told = dict(zip(COLUMNS, row, strict=True))
        yield LINES[told["what"]](told, now)


def _rows(actor: Actor, user: uuid.UUID, now: datetime) -> list[tuple[Any, ...]]:
    today = london_date(now)
    decides = actor.team_id if actor.may("decide_referral") else None
    over = actor.agency_id if actor.may("decide_referral") else None
    own: dict[str, Any] = {
        "user": user,
        "decides": decides,
        "over": over,
        "lowers": actor.team_id if actor.may("lower_band") else None,
        "lowers_over": actor.agency_id if actor.may("lower_band") else None,
        "agency": actor.agency_id,
        "kinds": kinds_for(actor.rights),
        "now": now,
    }
    level = level_of(actor.rights)
    if not level or actor.team_id is None or actor.agency_id is None:
        return _own(**own)
    low, medium, high = days_of(clocks_on(today, actor.agency_id), level)
    return _own_and_team(
        **own, team=actor.team_id, level=level, low=low, medium=medium, high=high, today=today
    )


@compiled
def _own_and_team(
    user: uuid.UUID, decides: uuid.UUID | None, over: uuid.UUID | None, lowers: uuid.UUID | None, lowers_over: uuid.UUID | None,
    agency: uuid.UUID | None, kinds: list[str], now: datetime, team: uuid.UUID, level: int, low: int, medium: int, high: int, today: date,
) -> QuerySet[Any, tuple[Any, ...]]:  # fmt: skip
    rows = [
        *_others(user, decides, over, agency, kinds),
        _of_lowerings(user, lowers, lowers_over),
        _unshown(user, lowers, lowers_over, now),
        _of_reviews(user, agency, team, level, low, medium, high, today),
    ]
    return _of_people(user).union(*rows, all=True).order_by("begun_at")[:MOST]


@compiled
def _own(
    user: uuid.UUID,
    decides: uuid.UUID | None,
    over: uuid.UUID | None,
    lowers: uuid.UUID | None,
    lowers_over: uuid.UUID | None,
    agency: uuid.UUID | None,
    kinds: list[str],
    now: datetime,
) -> QuerySet[Any, tuple[Any, ...]]:
    rows = [
        *_others(user, decides, over, agency, kinds),
        _of_lowerings(user, lowers, lowers_over),
        _unshown(user, lowers, lowers_over, now),
    ]
    return _of_people(user).union(*rows, all=True).order_by("begun_at")[:MOST]


def _others(
    user: uuid.UUID,
    decides: uuid.UUID | None,
    over: uuid.UUID | None,
    agency: uuid.UUID | None,
    kinds: list[str],
) -> list[QuerySet[Any, tuple[Any, ...]]]:
    return [
        _of_reports(user),
        _of_high_risk(user),
        _of_referrals(user, decides, over),
        _received(agency, kinds),
    ]


def _words(words: str) -> Value:
    return Value(words, output_field=CharField())


def _of_people(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    rows = AssessmentDraft.objects.filter(
        assessor_id=user, ended_at__isnull=True, case__status__in=OPEN_STATUSES
    )
    return rows.annotate(
        what=_words("person"), draft=F("id"), about=F("subject"), of_party=F("party_id"), called=Coalesce(newest_name("party__identity__person_id"), Value("")),
        label=F("party__label"), protected=F("party__identity_protected"), reference=F("case__reference"),
        title=F("case__title"),
    ).values_list(*COLUMNS)  # fmt: skip


def _of_reports(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    rows = Draft.objects.filter(taker_id=user, became_report_id__isnull=True, thrown_away_at__isnull=True)
    none = _words("")
    return rows.annotate(
        what=_words("report"), draft=F("id"), about=none, of_party=Cast(Value(None), UUIDField()), called=none, label=none,
        protected=Value(False, output_field=BooleanField()), reference=none, title=none,
    ).values_list(*COLUMNS)  # fmt: skip


def _of_high_risk(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    none = _words("")
    return to_acknowledge(user).annotate(
        what=_words("high_risk"), draft=F("id"), begun_at=F("told_at"), kept_at=F("due_at"), about=none,
        of_party=Cast(Value(None), UUIDField()), called=F("high_risk__ring"), label=none,
        protected=Value(False, output_field=BooleanField()), reference=F("high_risk__reference"), title=none,
    ).values_list(*COLUMNS)  # fmt: skip


def _of_referrals(
    user: uuid.UUID, decides: uuid.UUID | None, over: uuid.UUID | None
) -> QuerySet[Any, tuple[Any, ...]]:
    """What the lead of a case is to send or to follow up, and what a supervisor decides on: of the team `decides`, or of the
    agency `over` where the case has no team."""
    objects = Q(wish="objects", asked_at__isnull=False, decided_at__isnull=True)
    wanted = Q(~objects, case__lead_id=user) | Q(objects, case__team_id=decides)
    wanted |= Q(objects, case__team__isnull=True, case__owner_agency_id=over)
    rows = Referral.objects.filter(wanted, settled_at__isnull=True, case__status__in=OPEN_STATUSES)
    what = Choose(
        When(objects, then=_words("referral_decide")), When(declined_at__isnull=False, then=_words("referral_declined")),
        When(sent_at__isnull=False, then=_words("referral_waits")), default=_words("referral_send"), output_field=CharField(),
    )  # fmt: skip
    return rows.annotate(
        what=what, draft=F("id"), begun_at=F("opened_at"), kept_at=Coalesce(F("due_at"), F("opened_at")), about=F("kind"), of_party=F("party_id"),
        called=Coalesce(newest_name("party__identity__person_id"), Value("")), label=Coalesce(F("party__label"), Value("")),
        protected=Coalesce(F("party__identity_protected"), Value(False)), reference=F("case__reference"), title=F("case__title"),
    ).values_list(*COLUMNS)  # fmt: skip


def _of_lowerings(
    user: uuid.UUID, team: uuid.UUID | None, over: uuid.UUID | None
) -> QuerySet[Any, tuple[Any, ...]]:
    """Lower bands that a supervisor of the team, or of the agency where the case has no team, is asked for. Not who asked, nor who made
    an assessment of high that stands: neither may decide."""
    wanted = Q(case__team_id=team) | Q(case__team__isnull=True, case__owner_agency_id=over)
    rows = LoweringAsked.objects.filter(wanted, decided_at__isnull=True, case__status__in=OPEN_STATUSES)
    mine = Q(asked_by_id=user, asked_by__isnull=False)
    mine |= Q(from_band=HIGH, stands__assessor_id=user, stands__assessor__isnull=False)
    shown: QuerySet[Any, tuple[Any, ...]] = rows.exclude(mine).annotate(
        what=_words("lowering"), draft=F("id"), begun_at=F("asked_at"), kept_at=F("asked_at"), about=F("subject"), of_party=F("party_id"),
        called=Coalesce(newest_name("party__identity__person_id"), Value("")), label=Coalesce(F("party__label"), Value("")),
        protected=Coalesce(F("party__identity_protected"), Value(False)), reference=F("case__reference"), title=F("case__title"),
    ).values_list(*COLUMNS)  # fmt: skip
    return shown


def _received(agency: uuid.UUID | None, kinds: list[str]) -> QuerySet[Any, tuple[Any, ...]]:
    rows = SentReferral.objects.filter(
        Among("kind", kinds),
        UNANSWERED,
        to_agency_id=agency,
    )
    none = _words("")
    return rows.annotate(
        what=_words("referral_answer"), draft=F("id"), begun_at=F("sent_at"), kept_at=F("due_at"), about=F("kind"),
        of_party=Cast(Value(None), UUIDField()), called=F("ring"), label=none,
        protected=Value(False, output_field=BooleanField()), title=none,
    ).values_list(*COLUMNS)  # fmt: skip


def _of_reviews(
    user: uuid.UUID,
    agency: uuid.UUID | None,
    team: uuid.UUID,
    level: int,
    low: int,
    medium: int,
    high: int,
    today: date,
) -> QuerySet[Any, tuple[Any, ...]]:
    rows = Case.objects.filter(
        team_id=team, owner_agency_id=agency, status__in=OPEN_STATUSES, highest_band__gt=0
    ).exclude(lead_id=user, lead__isnull=False)
    late = with_due(rows, level, low, medium, high).filter(review_by__lt=today)
    none = _words("")
    by: Any = Cast("review_by", DateTimeField())
    shown: QuerySet[Any, tuple[Any, ...]] = late.annotate(
        what=_words("review"), draft=F("id"), begun_at=by, kept_at=by, about=Cast("highest_band", CharField()),
        of_party=Cast(Value(None), UUIDField()), called=none, label=none, protected=Value(False, output_field=BooleanField()),
    ).values_list(*COLUMNS)  # fmt: skip
    return shown


def _unshown(
    user: uuid.UUID, lowers: uuid.UUID | None, lowers_in: uuid.UUID | None, now: datetime
) -> QuerySet[Any, tuple[Any, ...]]:
    """Markers that the control room refused or has not answered in time, for the lead of the case and for a supervisor: of the
    team `lowers`, or of the agency `lowers_in` where the case has no team."""
    whose = Q(high_risk__case__lead_id=user) | Q(high_risk__case__team_id=lowers)
    whose |= Q(high_risk__case__team__isnull=True, high_risk__case__owner_agency_id=lowers_in)
    rows = unshown_markers().filter(whose, unshown_since__lte=now, high_risk__case__status__in=OPEN_STATUSES)
    none = _words("")
    shown: QuerySet[Any, tuple[Any, ...]] = rows.annotate(
        what=_words("marker"), draft=F("id"), begun_at=F("unshown_since"), kept_at=F("unshown_since"), about=F("state"),
        of_party=Cast(Value(None), UUIDField()), called=F("refusal"), label=none,
        protected=Value(False, output_field=BooleanField()), title=F("high_risk__case__title"),
    ).values_list(*COLUMNS)  # fmt: skip
    return shown


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


def _report_line(told: dict[str, Any], now: datetime) -> Line:
    whole = where("take_report")
    return Line(
        NEXT, "Finish the report you began", f"{whole}?draft={told['draft']}" if whole else None, told["kept_at"],
        since_words(told["begun_at"], now), meta=(f"Kept {ago(told['kept_at'], now)}",),
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
}


def _referral_line(told: dict[str, Any], now: datetime) -> Line:
    words, rest, page = SEND[told["what"]]
    safeguards = told["about"] in SAFEGUARDING
    if told["about"] == UNDECIDED and not told["of_party"] and told["what"] == "referral_send":
        words, page = ASKS_WHO, WHO
    return Line(
        URGENT if safeguards else NEXT, words.format(kind=_called(told)), where(page, reference=told["reference"], referral=told["draft"]),
        told["begun_at"], since_words(told["begun_at"], now), rest=rest, meta=(told["title"],), reference=told["reference"],
        late=safeguards, harm=safeguards,
    )  # fmt: skip


def _waits_line(told: dict[str, Any], now: datetime) -> Line:
    late = told["kept_at"] < now
    words = (
        f"Ring: {_called(told)} is not acknowledged" if late else f"Wait for the answer to {_called(told)}"
    )
    return Line(
        group_of(due=told["kept_at"], now=now), words, where("case_referral", reference=told["reference"], referral=told["draft"]),
        told["kept_at"], when_words(told["kept_at"], now), meta=(told["title"],), reference=told["reference"], late=late,
    )  # fmt: skip


def _called(told: dict[str, Any]) -> str:
    """'the Victim First referral of Margaret Ellis'."""
    name = told["label"] if told["protected"] else told["called"] or told["label"]
    return words_of(told["about"]) + (f" of {name}" if told["of_party"] and name else "")


def _answer_line(told: dict[str, Any], now: datetime) -> Line:
    return Line(
        group_of(due=told["kept_at"], now=now), f"Answer the referral: {KINDS[told['about']]}", where("referral_received", sent=told["draft"]),
        told["kept_at"], when_words(told["kept_at"], now), meta=(f"Ring {told['called']}",), reference=told["reference"],
        late=told["kept_at"] < now,
    )  # fmt: skip


def _review_line(told: dict[str, Any], now: datetime) -> Line:
    by = end_of_day(london_date(told["begun_at"])) - timedelta(minutes=1)
    return Line(
        URGENT, "Review the case", where("case_reviews", reference=told["reference"]), by, when_words(by, now),
        rest=": the days of its band are over", meta=(told["title"],), reference=told["reference"],
        band=band_key(int(told["about"])), whose="the highest in this case", late=True,
    )  # fmt: skip


LINES = {
    "review": _review_line, "lowering": _lowering_line, "marker": _marker_line,
    "person": _assessment_line, "report": _report_line, "high_risk": _high_risk_line, "referral_answer": _answer_line,
    "referral_waits": _waits_line, **dict.fromkeys(SEND, _referral_line),
}  # fmt: skip
