"""Reading question sets and their drafts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from sentinel.accounts.models import User
from sentinel.foundation.actor import Actor
from sentinel.governance.models import LocalRuleProposal, QuestionSetDraft, QuestionSetRevision
from sentinel.governance.rules.editing import Definition
from sentinel.governance.rules.house import house_problems
from sentinel.governance.rules.places import Found, found
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.models import LocalRule, QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import build, compare, validate_definition

SUBJECTS = {
    "victim": "A victim",
    "perpetrator": "An alleged perpetrator",
    "case": "A case without a victim",
    "location": "A place",
    "witness": "A witness",
    "report": "A report",
    "incident": "An incident",
    "approach": "A visit to the other side",
    "referral": "A referral to another agency",
    "investigation": "An investigation",
    "attendance": "An attendance",
}
IN_HAND = ("open", "proposed")


def governs(actor: Actor) -> None:
    """Raise Refused unless the actor looks after the partnership's question sets."""
    actor.require("govern", "Only a governance officer looks after question sets.")


def subject_words(subject: str) -> str:
    """What a set is about, in words."""
    return SUBJECTS.get(subject, subject.replace("_", " ").replace("-", " ").capitalize())


@dataclass(frozen=True)
class SetLine:
    """One question set: the version in force on a day (None: none yet), one that is planned, and the draft in hand."""

    key: str
    title: str
    subject: str
    current: QuestionSetVersion | None
    planned: QuestionSetVersion | None
    draft: QuestionSetDraft | None


def question_set_lines(actor: Actor, on: date) -> list[SetLine]:
    """Every question set, by what it is about and title. Two queries."""
    governs(actor)
    versions: dict[str, list[QuestionSetVersion]] = {}
    for one in QuestionSetVersion.objects.defer("definition").order_by("key", "-number"):
        versions.setdefault(one.key, []).append(one)
    drafts = {
        one.key: one
        for one in QuestionSetDraft.objects.filter(state__in=IN_HAND).select_related(
            "begun_by", "proposed_by"
        )
    }
    lines = []
    for key, those in versions.items():
        current = next((one for one in those if one.released_from <= on), None)
        planned = those[0] if those[0].released_from > on else None
        shown = current or those[0]
        lines.append(
            SetLine(key, shown.title, subject_words(shown.subject), current, planned, drafts.get(key))
        )
    return sorted(lines, key=lambda line: (line.subject, line.title))


def version_numbered(actor: Actor, key: str, number: int) -> QuestionSetVersion:
    """One version of a set. Raises NotFound."""
    governs(actor)
    row = QuestionSetVersion.objects.filter(key=key, number=number).first()
    if row is None:
        raise NotFound()
    return row


def approvers(versions: Iterable[QuestionSetVersion | LocalRule]) -> dict[uuid.UUID, str]:
    """The names of who approved versions, by id."""
    ids = {one.approved_by_id for one in versions if one.approved_by_id}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def draft_by_id(actor: Actor, draft_id: uuid.UUID) -> QuestionSetDraft:
    """A draft with who did what to it. Raises Refused without the right to govern, NotFound."""
    governs(actor)
    row = (
        QuestionSetDraft.objects.select_related(
            "based_on", "begun_by", "proposed_by", "decided_by", "released_as"
        )
        .filter(pk=draft_id)
        .first()
    )
    if row is None:
        raise NotFound()
    return row


def drafts_of(key: str) -> list[QuestionSetDraft]:
    """Every draft there was of a set, newest first."""
    rows = QuestionSetDraft.objects.filter(key=key).select_related("begun_by", "decided_by", "released_as")
    return list(rows.order_by("-begun_at"))


def newest_revision(draft: QuestionSetDraft) -> QuestionSetRevision:
    """What a draft says now."""
    return revision_of(draft, draft.number)


def revision_of(draft: QuestionSetDraft, number: int) -> QuestionSetRevision:
    """What a draft said at one revision. Raises NotFound."""
    row = QuestionSetRevision.objects.filter(draft=draft, number=number).first()
    if row is None:
        raise NotFound()
    return row


def revisions_since(draft: QuestionSetDraft, number: int) -> list[QuestionSetRevision]:
    """What was done to a draft after a revision, newest first, without what it said."""
    rows = QuestionSetRevision.objects.filter(draft=draft, number__gt=number).select_related("made_by")
    return list(rows.defer("definition").order_by("-number"))


def authors_of(draft: QuestionSetDraft) -> set[uuid.UUID]:
    """Everybody who began, wrote on or proposed a draft: none of them approves it."""
    wrote = set(QuestionSetRevision.objects.filter(draft=draft).values_list("made_by_id", flat=True))
    return wrote | {draft.begun_by_id} | ({draft.proposed_by_id} if draft.proposed_by_id else set())


def drafts_to_decide(actor: Actor) -> list[QuestionSetDraft]:
    """Proposed drafts that the actor neither began, wrote nor proposed, the longest waiting first. One query."""
    governs(actor)
    wrote = QuestionSetRevision.objects.filter(draft=OuterRef("pk"), made_by_id=actor.user_id)
    rows = QuestionSetDraft.objects.filter(~Exists(wrote), state="proposed").select_related("based_on")
    return list(
        rows.exclude(proposed_by_id=actor.user_id).defer("based_on__definition").order_by("proposed_at")
    )


def rules_to_decide(actor: Actor) -> list[LocalRuleProposal]:
    """Local rules that somebody else has proposed, the longest waiting first. One query."""
    governs(actor)
    rows = LocalRuleProposal.objects.filter(state="proposed").exclude(proposed_by_id=actor.user_id)
    return list(rows.order_by("proposed_at"))


def keys_given_out(draft: QuestionSetDraft) -> set[str]:
    """Every key of a section, question or answer that this set has or ever had in a released version: past answers are kept
    under them, so none is given out for something else. "new" is the address of a new one."""
    kept = QuestionSetVersion.objects.filter(key=draft.key).values_list("definition", flat=True)
    given = {"new"}
    for definition in [*kept, newest_revision(draft).definition]:
        for section in definition.get("sections", []):
            given.add(str(section.get("key")))
            for question in section.get("questions", []):
                given.add(str(question.get("key")))
                given |= {str(option.get("key")) for option in question.get("options", [])}
    return given


def compared_with(draft: QuestionSetDraft) -> QuestionSetVersion:
    """The version that a draft would follow: the newest, which may be another than it was begun from. For a draft that is no
    longer in hand the one it was begun from."""
    if draft.state not in IN_HAND:
        return draft.based_on
    rows = QuestionSetVersion.objects.filter(key=draft.key).defer("definition").order_by("-number")
    return rows.first() or draft.based_on


def changes_nothing(draft: QuestionSetDraft) -> bool:
    """Whether a draft says nothing else than the version it would follow, and that one is confirmed: one that came with Sentinel may be
    released as it stands, which confirms it."""
    version = compared_with(draft)
    question_set = build(newest_revision(draft).definition)[0]
    return (
        version.confirmed
        and question_set is not None
        and not compare(question_set_of(version.pk), question_set)
    )


def problems_of(draft: QuestionSetDraft, definition: Definition | None = None) -> list[Found]:
    """Everything that is wrong with a draft, each with its place; empty where it may be released."""
    said = newest_revision(draft).definition if definition is None else definition
    question_set, problems = build(said)
    if question_set is not None and not problems:
        before = question_set_of(compared_with(draft).pk)
        problems = [*validate_definition(question_set), *house_problems(question_set, before)]
    return found(problems, said)
