"""Writing a question set, proposing it, and another person's approval. None of this touches a case."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor
from sentinel.foundation.jobs import defer
from sentinel.foundation.reference import changed_here
from sentinel.governance.models import QuestionSetDraft, QuestionSetRevision, Tabletop
from sentinel.governance.operations.guards import FURTHEST, TOO_FAR, governing
from sentinel.governance.queries import (
    authors_of,
    changes_nothing,
    newest_revision,
    problems_of,
    revision_of,
)
from sentinel.governance.rules.editing import Definition
from sentinel.kernel.clock import london_date, show_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.text import filled
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import to_data

# How often the drafts of one set are tried on past assessments in 24 hours.
MOST_TRIES = 20
IN_HAND = ("open", "proposed")
NOT_OPEN = "This draft is not being written any more. Look at where it stands now."
NOTHING = "Nothing in this draft differs from the version that is released. Change something first, or throw the draft away."
CHANGED = "Somebody else changed the same part while you were writing. What they changed is shown; save again if yours is to stand."

CHANGED_BY_YOU = (
    "You have changed the same part yourself since you opened this page, in another window. What you changed is shown; save again if this"
    " is to stand."
)


def _held(draft_id: uuid.UUID, *states: str) -> QuestionSetDraft:
    """The draft, held until the transaction ends. Raises NotFound, or Conflict where it stands elsewhere by now."""
    draft = QuestionSetDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotFound()
    if draft.state not in states:
        raise Conflict(NOT_OPEN)
    return draft


def _note(kind: str, draft: QuestionSetDraft, **detail: Any) -> None:
    note(kind, subject="question_set", subject_id=draft.pk, detail={"set": draft.key, **detail})


@transaction.atomic
def begin_draft(*, actor: Actor, now: datetime, version: QuestionSetVersion) -> QuestionSetDraft:
    """Begin a draft from a released version. Raises Refused without the right to govern, Conflict where this set has one in hand."""
    user = governing(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"question set {version.key}"])
    if QuestionSetDraft.objects.filter(key=version.key, state__in=IN_HAND).exists():
        raise Conflict("There is a draft of this set already. Go on with that one, or throw it away first.")
    draft = QuestionSetDraft.objects.create(
        key=version.key, based_on=version, number=1, begun_by_id=user, begun_at=now
    )
    definition = {
        name: value
        for name, value in to_data(question_set_of(version.pk)).items()
        if name not in {"released_from", "confirmed"}
    }
    _write(draft, user, now, {**definition, "status": "draft"}, f"Begun from version {version.number}")
    _note("question_set_begun", draft, version=version.number)
    return draft


def _write(
    draft: QuestionSetDraft, user: uuid.UUID, now: datetime, definition: Definition, what: str
) -> None:
    QuestionSetRevision.objects.create(
        draft=draft, number=draft.number, definition=definition, made_by_id=user, made_at=now, what=what[:300]
    )


@transaction.atomic
def change(
    *,
    actor: Actor,
    now: datetime,
    draft_id: uuid.UUID,
    seen: int,
    part: Callable[[Definition], Any],
    edit: Callable[[Definition], Definition],
    what: str,
) -> QuestionSetDraft:
    """Change one part of a draft: `edit` makes the new definition of the newest one, `what` says in words what was done.

    `seen` is the number of the revision that the form was made from, `part` picks what the form shows: where somebody has
    changed that very part since, it is a Conflict; what they changed elsewhere stays. Nothing changed writes nothing. Raises
    Refused without the right to govern, NotFound, Conflict where the draft is not open.
    """
    user = governing(actor)
    draft = _held(draft_id, "open")
    latest = newest_revision(draft).definition
    if seen != draft.number and _picked(part, revision_of(draft, seen).definition) != _picked(part, latest):
        raise Conflict(CHANGED if _by_another(draft, seen, part, user) else CHANGED_BY_YOU)
    made = edit(latest)
    if made != latest:
        draft.number += 1
        draft.save(update_fields=["number"])
        _write(draft, user, now, made, what)
        _note("question_set_changed", draft, revision=draft.number)
    return draft


def _by_another(
    draft: QuestionSetDraft, seen: int, part: Callable[[Definition], Any], user: uuid.UUID
) -> bool:
    """Whether somebody else than `user` has changed a part since revision `seen`."""
    before = _picked(part, revision_of(draft, seen).definition)
    for one in QuestionSetRevision.objects.filter(draft=draft, number__gt=seen).order_by("number"):
        after = _picked(part, one.definition)
        if after != before and one.made_by_id != user:
            return True
        before = after
    return False


def _picked(part: Callable[[Definition], Any], definition: Definition) -> Any:
    try:
        return part(definition)
    except NotFound:
        return None


@transaction.atomic
def propose(
    *, actor: Actor, now: datetime, draft_id: uuid.UUID, seen: int, release_from: date
) -> QuestionSetDraft:
    """Propose a draft for release from a day (London). It takes no change until it is approved or sent back.

    Raises Refused, NotFound, Conflict where it changed since revision `seen`, Invalid (release_from) for a day that has passed or
    lies before a version that is planned, and Invalid where anything is wrong with the draft, or it changes nothing of a version that
    the partnership has confirmed.
    """
    user = governing(actor)
    draft = _held(draft_id, "open")
    if draft.number != seen:
        others = QuestionSetRevision.objects.filter(draft=draft, number__gt=seen).exclude(made_by_id=user)
        who = "Somebody else has" if others.exists() else "You have, in another window,"
        raise Conflict(f"{who} changed the draft since you looked. Look again before you propose it.")
    _not_too_early(draft, release_from, now)
    if problems_of(draft):
        raise Invalid(
            "Something is still wrong with this draft. Mend it first: each problem leads to its place."
        )
    if changes_nothing(draft):
        raise Invalid(NOTHING)
    draft.state, draft.proposed_by_id, draft.proposed_at = "proposed", user, now
    draft.release_from = release_from
    draft.save(update_fields=["state", "proposed_by", "proposed_at", "release_from"])
    _note("question_set_proposed", draft, revision=draft.number, release_from=release_from.isoformat())
    return draft


def _not_too_early(draft: QuestionSetDraft, day: date, now: datetime) -> None:
    if day < london_date(now):
        raise Invalid.of("release_from", "That day has passed. A version is released today at the earliest.")
    if day > london_date(now) + FURTHEST:
        raise Invalid.of("release_from", TOO_FAR)
    planned = QuestionSetVersion.objects.filter(key=draft.key).order_by("-released_from").first()
    if planned is not None and day < planned.released_from:
        raise Invalid.of(
            "release_from",
            f"Version {planned.number} is planned from {show_date(planned.released_from)}: this one comes after it.",
        )


@transaction.atomic
def send_back(*, actor: Actor, now: datetime, draft_id: uuid.UUID, why: str) -> QuestionSetDraft:
    """Give a proposed draft back to be written on, with what is to be changed. Who proposed it may take it back so.

    Raises Refused, NotFound, Conflict where it is not proposed, Invalid (why).
    """
    user = governing(actor)
    draft = _held(draft_id, "proposed")
    draft.decided_why = filled("why", why, "Say what is to be changed.", longest=2000)
    draft.state, draft.decided_by_id, draft.decided_at = "open", user, now
    draft.proposed_by, draft.proposed_at, draft.release_from = None, None, None
    draft.save()
    _note("question_set_sent_back", draft, revision=draft.number)
    return draft


@transaction.atomic
def approve(
    *, actor: Actor, now: datetime, draft_id: uuid.UUID, seen: str, seen_from: date | None
) -> QuestionSetVersion:
    """Approve a proposed draft and so release it from its day. `seen` is the fingerprint of the content that was shown, `seen_from`
    the day: the same words proposed anew from another day are another proposal.

    It counts as confirmed by the partnership. The database asks all of this again (`governance_release`). Raises Refused for who
    wrote, began or proposed it, NotFound, Conflict where it is not proposed or is not what was seen, Invalid where its day has
    passed or something is wrong with it.
    """
    user = governing(actor)
    draft = _held(draft_id, "proposed")
    if user in authors_of(draft):
        raise Refused("Another person approves: you wrote or proposed some of this yourself.")
    if newest_revision(draft).fingerprint != seen:
        raise Conflict("This is not what you were shown. Look at it again before you approve it.")
    if draft.release_from is None:
        raise NotFound()
    if draft.release_from != seen_from:
        raise Conflict(
            f"You were shown another day: it is proposed from {show_date(draft.release_from)} now. Look again before you approve it."
        )
    _not_too_early(draft, draft.release_from, now)
    if problems_of(draft):
        raise Invalid("Something is wrong with this draft. Send it back.")
    made = new_id()
    with connection.cursor() as cursor:
        cursor.execute("SELECT governance_release(%s, %s, %s, %s)", [draft.pk, seen, seen_from, made])
    changed_here()
    version = QuestionSetVersion.objects.get(pk=made)
    _note("question_set_released", draft, version=version.number, release_from=draft.release_from.isoformat())
    return version


@transaction.atomic
def throw_away(*, actor: Actor, now: datetime, draft_id: uuid.UUID) -> QuestionSetDraft:
    """Throw a draft away. What it said is kept and can be read; nothing was released. Raises Refused, NotFound, Conflict."""
    user = governing(actor)
    draft = _held(draft_id, *IN_HAND)
    draft.state, draft.decided_by_id, draft.decided_at = "thrown_away", user, now
    draft.save(update_fields=["state", "decided_by", "decided_at"])
    _note("question_set_thrown_away", draft, revision=draft.number)
    return draft


@transaction.atomic
def ask_for_tabletop(*, actor: Actor, now: datetime, draft_id: uuid.UUID) -> Tabletop:
    """Have the worker replay the newest revision on past assessments of the whole partnership. Asked twice while one waits is asked once.

    Tried again and again with small changes, rounded counts would tell of one person: a set is tried MOST_TRIES times in 24 hours,
    however often its draft was begun anew. Raises Refused, NotFound, Conflict where the draft is no longer in hand, Invalid
    where it cannot be read or was tried that often.
    """
    from sentinel.governance.tasks import replay_draft

    user = governing(actor)
    draft = _held(draft_id, *IN_HAND)
    revision = newest_revision(draft)
    waiting = Tabletop.objects.filter(revision=revision, done_at__isnull=True).first()
    if waiting is not None:
        return waiting
    if problems_of(draft):
        raise Invalid("Mend what is wrong with the draft first: answers cannot be replayed on it.")
    tries = Tabletop.objects.filter(revision__draft__key=draft.key, asked_at__gt=now - timedelta(days=1))
    if tries.count() >= MOST_TRIES:
        raise Invalid(
            f"This set was tried {MOST_TRIES} times in the last 24 hours, which is as often as it may be. Try it again tomorrow."
        )
    made = Tabletop.objects.create(revision=revision, asked_by_id=user, asked_at=now)
    defer(replay_draft, tabletop_id=str(made.pk))
    _note("question_set_replayed", draft, revision=revision.number)
    return made
