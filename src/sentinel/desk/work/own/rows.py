"""The rows behind the lines of `own`, each a queryset of the same columns, so that one query unites them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models import Case as Choose
from django.db.models.functions import Cast, Coalesce

from sentinel.access.models import Reach, Rung
from sentinel.accounts.models import Duty
from sentinel.cases.models import Case, Party
from sentinel.cases.rules import OPEN_STATUSES
from sentinel.desk.work.mine import newest_name
from sentinel.foundation.compiled import Among, compiled
from sentinel.matching.hits.models import AccessRequest, Touch
from sentinel.partnership.models import Referral, SentReferral
from sentinel.partnership.referrals.models import UNANSWERED
from sentinel.reports.queries import unfinished
from sentinel.risk.deciders import of_nobody, to_decide, undecided
from sentinel.risk.high.queries import to_acknowledge
from sentinel.risk.high.waiting import unshown_markers
from sentinel.risk.lowering import unread_answers
from sentinel.risk.models import AssessmentDraft
from sentinel.risk.supervision.queries import with_due

# `called` is left empty where `of_party` names somebody: whoever reads the rows asks `names_of` for what they are called.
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


def _words(words: str) -> Value:
    return Value(words, output_field=CharField())


@compiled
def names_of(parties: list[uuid.UUID]) -> QuerySet[Any, tuple[uuid.UUID, str | None]]:
    """The newest name of each of some parties, None where the actor may see none."""
    rows = Party.objects.filter(Among("id", parties)).annotate(called=newest_name("identity__person_id"))
    return rows.values_list("id", "called")


def of_people(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    rows = AssessmentDraft.objects.filter(
        assessor_id=user, ended_at__isnull=True, case__status__in=OPEN_STATUSES
    )
    return rows.annotate(
        what=_words("person"), draft=F("id"), about=F("subject"), of_party=F("party_id"), called=_words(""),
        label=F("party__label"), protected=F("party__identity_protected"), reference=F("case__reference"),
        title=F("case__title"),
    ).values_list(*COLUMNS)  # fmt: skip


def of_reports(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    """Reports that were begun: none of the drafts in which somebody only looked who and what is known."""
    rows = unfinished(user).filter(more=True)
    none = _words("")
    shown: QuerySet[Any, tuple[Any, ...]] = rows.annotate(
        what=_words("report"), draft=F("id"), about=none, of_party=Cast(Value(None), UUIDField()), called=F("caller"), label=F("place"),
        protected=Value(False, output_field=BooleanField()), reference=none, title=none,
    ).values_list(*COLUMNS)  # fmt: skip
    return shown


def of_high_risk(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    none = _words("")
    return to_acknowledge(user).annotate(
        what=_words("high_risk"), draft=F("id"), begun_at=F("told_at"), kept_at=F("due_at"), about=none,
        of_party=Cast(Value(None), UUIDField()), called=F("high_risk__ring"), label=none,
        protected=Value(False, output_field=BooleanField()), reference=F("high_risk__reference"), title=none,
    ).values_list(*COLUMNS)  # fmt: skip


def of_referrals(
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
        When(acknowledged_at__isnull=False, then=_words("referral_not_reached")), When(sent_at__isnull=False, then=_words("referral_waits")), default=_words("referral_send"), output_field=CharField(),
    )  # fmt: skip
    return rows.annotate(
        what=what, draft=F("id"), begun_at=F("opened_at"), kept_at=Coalesce(F("due_at"), F("opened_at")), about=F("kind"), of_party=F("party_id"),
        called=_words(""), label=Coalesce(F("party__label"), Value("")),
        protected=Coalesce(F("party__identity_protected"), Value(False)), reference=F("case__reference"), title=F("case__title"),
    ).values_list(*COLUMNS)  # fmt: skip


def of_lowerings(
    user: uuid.UUID,
    lowers: uuid.UUID | None,
    lowers_over: uuid.UUID | None,
    lowers_as: list[uuid.UUID],
    today: date,
) -> QuerySet[Any, tuple[Any, ...]]:
    """Lower bands that the actor, a supervisor, is asked for."""
    return _lowering(to_decide(user, lowers, lowers_over, lowers_as, today), "lowering", "asked_at")


def of_answers(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    """What a supervisor has decided of what the actor asked for, until they say that they have read it."""
    what = Choose(
        When(decision="refused", then=_words("lowering_refused")), default=_words("lowering_confirmed"), output_field=CharField()
    )  # fmt: skip
    return _lowering(unread_answers(user), what, "decided_at")


def of_nobodys(administers: uuid.UUID | None, today: date) -> QuerySet[Any, tuple[Any, ...]]:
    """Lower bands that are asked for in the agency that the actor administers, and that no supervisor of it may decide on. No word of
    the case: an administrator reads none."""
    none = _words("")
    rows = undecided().filter(of_nobody(today), case__owner_agency_id=administers)
    shown: QuerySet[Any, tuple[Any, ...]] = rows.annotate(
        what=_words("lowering_nobodys"), draft=F("id"), begun_at=F("asked_at"), kept_at=F("asked_at"), about=none,
        of_party=Cast(Value(None), UUIDField()), called=none, label=none, protected=Value(False, output_field=BooleanField()),
        reference=none, title=none,
    ).values_list(*COLUMNS)  # fmt: skip
    return shown


def _lowering(rows: QuerySet[Any], what: Any, since: str) -> QuerySet[Any, tuple[Any, ...]]:
    shown: QuerySet[Any, tuple[Any, ...]] = rows.annotate(
        what=_words(what) if isinstance(what, str) else what, draft=F("id"), begun_at=F(since), kept_at=F(since), about=F("subject"),
        of_party=F("party_id"), called=_words(""),
        label=Coalesce(F("party__label"), Value("")), protected=Coalesce(F("party__identity_protected"), Value(False)),
        reference=F("case__reference"), title=F("case__title"),
    ).values_list(*COLUMNS)  # fmt: skip
    return shown


def of_access_asked(
    user: uuid.UUID, shares: uuid.UUID | None, answers: uuid.UUID | None
) -> QuerySet[Any, tuple[Any, ...]]:
    """Requests for access to records of the agency `answers`, whose supervisor the actor is; to those of `shares` where they lead the
    case or are on duty at its sharing desk."""
    of_case = Case.objects.filter(pk=OuterRef("record_id"))
    owns = Reach.objects.filter(record_id=OuterRef("record_id"), rung=Rung.OWNER)
    on_duty = Duty.objects.filter(user_id=user, role="sharing_desk", until__isnull=True)
    wanted = Q(Exists(owns.filter(Q(("holder_id", answers)))))
    wanted |= Q(Exists(owns.filter(Q(("holder_id", shares))))) & Q(
        Exists(of_case.filter(lead_id=user)) | Exists(on_duty)
    )
    rows = AccessRequest.objects.filter(wanted, state="waiting").exclude(asker_id=user)
    return _access(rows, "access_asked", "due_at", of_case)


def of_touched(user: uuid.UUID, shares: uuid.UUID | None) -> QuerySet[Any, tuple[Any, ...]]:
    """That searches of others touched records of the agency `shares` and nobody there has seen it: one row however many, for whoever is
    on duty at its sharing desk."""
    return _touched(_of_desk(user, shares))


def of_touched_over(
    user: uuid.UUID, shares: uuid.UUID | None, answers: uuid.UUID | None
) -> QuerySet[Any, tuple[Any, ...]]:
    """The same, and for a supervisor of the agency `answers` whether on duty or not."""
    return _touched(Q(_owned_by(answers)) | _of_desk(user, shares))


def _owned_by(agency: uuid.UUID | None) -> Exists:
    return Exists(
        Reach.objects.filter(Q(("holder_id", agency)), record_id=OuterRef("record_id"), rung=Rung.OWNER)
    )


def _of_desk(user: uuid.UUID, shares: uuid.UUID | None) -> Q:
    # Standing alone, the first holds or not whatever the row: the database then looks at no row for somebody who is not on duty.
    return Q(Exists(Duty.objects.filter(user_id=user, role="sharing_desk", until__isnull=True))) & Q(
        _owned_by(shares)
    )


def _touched(wanted: Q) -> QuerySet[Any, tuple[Any, ...]]:
    none = _words("")
    rows = Touch.objects.filter(wanted, seen_at__isnull=True).annotate(
        what=_words("touched"), draft=F("id"), begun_at=F("created_at"), kept_at=F("created_at"), about=none,
        of_party=Cast(Value(None), UUIDField()), called=none, label=none, protected=Value(False, output_field=BooleanField()),
        reference=none, title=none,
    )  # fmt: skip
    shown: QuerySet[Any, tuple[Any, ...]] = rows.order_by("created_at").values_list(*COLUMNS)[:1]
    return shown


def of_access_answered(user: uuid.UUID) -> QuerySet[Any, tuple[Any, ...]]:
    """Answers to what the actor asked for, until they say that they have read them. No word of the record."""
    rows = AccessRequest.objects.filter(
        asker_id=user, state__in=("granted", "refused", "joined"), read_at__isnull=True
    )
    return _access(rows, "access_answered", "answered_at", None)


def _access(
    rows: QuerySet[AccessRequest], what: str, kept: str, of_case: QuerySet[Case] | None
) -> QuerySet[Any, tuple[Any, ...]]:
    none = _words("")

    def told(name: str) -> Any:
        return none if of_case is None else Coalesce(Subquery(of_case.values(name)[:1]), Value(""))

    shown: QuerySet[Any, tuple[Any, ...]] = rows.annotate(
        what=_words(what), draft=F("id"), begun_at=F("asked_at"), kept_at=F(kept), about=F("state"),
        of_party=Cast(Value(None), UUIDField()), called=F("asker__name"), label=F("asker_agency__short_name"),
        protected=Value(False, output_field=BooleanField()), reference=told("reference"), title=told("title"),
    ).values_list(*COLUMNS)  # fmt: skip
    return shown


def received(agency: uuid.UUID | None, kinds: list[str]) -> QuerySet[Any, tuple[Any, ...]]:
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


def of_reviews(
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


def unshown(
    user: uuid.UUID, lowers: uuid.UUID | None, lowers_over: uuid.UUID | None, now: datetime
) -> QuerySet[Any, tuple[Any, ...]]:
    """Markers that the control room refused or has not answered in time, for the lead of the case and for a supervisor: of the
    team `lowers`, or of the agency `lowers_over` where the case has no team."""
    whose = Q(high_risk__case__lead_id=user) | Q(high_risk__case__team_id=lowers)
    whose |= Q(high_risk__case__team__isnull=True, high_risk__case__owner_agency_id=lowers_over)
    rows = unshown_markers().filter(whose, unshown_since__lte=now, high_risk__case__status__in=OPEN_STATUSES)
    none = _words("")
    shown: QuerySet[Any, tuple[Any, ...]] = rows.annotate(
        what=_words("marker"), draft=F("id"), begun_at=F("unshown_since"), kept_at=F("unshown_since"), about=F("state"),
        of_party=Cast(Value(None), UUIDField()), called=F("refusal"), label=none,
        protected=Value(False, output_field=BooleanField()), title=F("high_risk__case__title"),
    ).values_list(*COLUMNS)  # fmt: skip
    return shown
