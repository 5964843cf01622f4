"""Opening the plan that a band's template proposes, and deciding on each of its lines."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from sentinel.accounts.models import Agency, User
from sentinel.cases.gates import open_actions_of
from sentinel.cases.models import Action, Case, Party
from sentinel.cases.operations.actions import put_on_plan, working_with
from sentinel.cases.operations.guards import change, may_write, tell
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled
from sentinel.foundation.events import raise_event
from sentinel.foundation.rows import put_all
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.kernel.text import filled
from sentinel.risk.plans.models import ProposedAction
from sentinel.risk.plans.queries import template_on
from sentinel.risk.plans.rules import LEAD, POLICE, Proposed, needs_reason, template, tightened, wanted

STRIKE, PLAN = "strike", "plan"


def open_plan(
    *, actor: Actor, now: datetime, case: Case, party: Party | None, subject: str, band: int
) -> list[ProposedAction]:
    """Propose what the band's template says, for a person, the place or the case whose band has risen.

    Nothing is proposed twice (rules.wanted): what waits from a lower band takes the higher one and the earlier day. And nothing in a closed case. Comes with an assessment, whose operation has
    locked the case and asked whether the actor may.
    """
    if case.status == "closed":
        return []
    lines = template(template_on(london_date(now), case.owner_agency_id), band=band, subject=subject)
    if not lines:
        return []
    party_id = party.id if party else None
    before = _before(case)
    sooner = tightened(lines, party_id=party_id, band=band, before=before, now=now)
    for key, due in sooner.items():
        ProposedAction.objects.filter(pk=key, decided_at__isnull=True).update(
            band=Greatest("band", band), due=due, version=F("version") + 1
        )
    lines = wanted(
        lines, party_id=party_id, before=before, open_words=[one.what for one in open_actions_of(case)], now=now
    )  # fmt: skip
    police = _police(actor, case) if any(line.owner == POLICE for line in lines) else None
    lead = case.lead if case.lead_id else None
    rows = []
    for line in lines:
        of_party = party if line.of_person else None
        given_to = lead if line.owner == LEAD and lead and lead.agency_id == case.owner_agency_id else None
        rows.append(
            ProposedAction(
                case=case, party=of_party, task=line.task, band=band, what=line.words,
                agency=(police if line.owner == POLICE else None) or case.owner_agency, user=given_to,
                due=line.due(london_date(now)), proposed_at=now,
                **provenance(
                    actor=actor, now=now, record_id=case.id, audience_id=of_party.audience_id if of_party else None
                ),
            )
        )  # fmt: skip
    made = put_all(rows)
    if made or sooner:
        raise_event(
            kind="plan_opened", actor=actor, now=now, record_id=case.id, audience_id=party.audience_id if party else None,
            payload={"party": str(party_id) if party_id else None, "subject": subject, "band": band, "count": len(made), "sooner": len(sooner)},
        )  # fmt: skip
    return made


def _before(case: Case) -> list[Proposed]:
    return [
        Proposed(
            row.task,
            row.party_id,
            row.decided_at is None or (row.action is not None and row.action.settled_at is None),
            row.decided_at,
            row.id,
            row.band,
            row.due,
        )
        for row in _proposed(case.pk)
    ]


@compiled
def _proposed(case: uuid.UUID) -> QuerySet[ProposedAction]:
    return ProposedAction.objects.filter(case_id=case).select_related("action")


def _police(actor: Actor, case: Case) -> Agency | None:
    if case.owner_agency.kind == "police":
        return case.owner_agency
    others = working_with(actor, case) - {case.owner_agency_id}
    if not others:
        return None
    return Agency.objects.filter(pk__in=others, kind="police").order_by("name").first()


def decide_proposed(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    row: ProposedAction,
    version: int,
    decision: str,
    reason: str,
    what: str = "",
    agency: Agency | None = None,
    user: User | None = None,
    due: datetime | None = None,
    approaches: bool = False,
) -> ProposedAction:
    """Put a proposed line on the plan ("plan"), as it is or changed, or strike it ("strike").

    Striking and changing take a reason; where somebody in the case is high everything does (R45). Raises Invalid beside decision,
    reason, what, agency, user, due or approaches, Conflict where somebody has decided meanwhile, as put_on_plan otherwise.
    """
    may_write(actor, case)
    if row.decided_at is not None or row.case_id != case.id:
        raise Conflict("Somebody has decided on this already.")
    if decision not in {STRIKE, PLAN}:
        raise Invalid.of("decision", "Choose whether it goes on the plan.")
    said = "struck" if decision == STRIKE else _as_proposed(row, what, agency, user, due)
    words = reason.strip()
    if needs_reason(decision=said, highest_band=case.highest_band):
        asks = {"struck": "Say why it is struck.", "changed": "Say why it is changed."}
        words = filled(
            "reason", reason, asks.get(said, "Somebody in this case is at high risk: say why."), longest=4000
        )
    action: Action | None = None
    if said != "struck":
        if agency is None or due is None:
            raise Invalid.of("due" if due is None else "agency", "Say who does it, and by when.")
        action = put_on_plan(
            actor=actor,
            now=now,
            case=case,
            what=what,
            agency=agency,
            user=user,
            due=due,
            approaches=approaches,
        )
    changed = change(
        row, version, decision=said, reason=words, decided_at=now, decided_by_id=actor.user_id, action=action
    )
    tell(
        kind="plan_line_decided", actor=actor, now=now, case=case, subject_id=row.id, audience_id=row.audience_id,
        payload={"decision": said},
    )  # fmt: skip
    return changed


def _as_proposed(
    row: ProposedAction, what: str, agency: Agency | None, user: User | None, due: datetime | None
) -> str:
    same = (
        what.strip().startswith(row.what)
        and agency is not None
        and agency.id == row.agency_id
        and (user.id if user else None) == row.user_id
        and due is not None
        and london_date(due) == london_date(row.due)
    )
    return "confirmed" if same else "changed"
