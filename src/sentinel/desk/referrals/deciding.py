"""What is decided about a referral: child or adult, sent although they object, not sent, withdrawn, settled."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sentinel.access.models import Rung
from sentinel.cases.models import Case
from sentinel.cases.queries import party_row, people_of
from sentinel.desk.case.steps import opened, step
from sentinel.desk.referrals.forms import AgeForm, BecauseForm, DecideForm, WhoForm
from sentinel.desk.referrals.views import shown
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.partnership.models import Referral
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.at_risk import poses_it, say_who
from sentinel.partnership.referrals.filling import at_risk_in
from sentinel.partnership.referrals.operations import (
    decide_objection,
    do_not_send,
    say_kind,
    withdraw_referral,
)
from sentinel.partnership.referrals.outcomes import settle_referral, settles
from sentinel.partnership.referrals.queries import content_of, referral_of
from sentinel.web.requests import posted


def _page(case: Case, row: Referral) -> str:
    return reverse("case_referral", args=[case.reference, row.id])


def _found(request: HttpRequest, reference: str, referral: uuid.UUID) -> tuple[Actor, Case, Referral]:
    actor, case = opened(request, reference, Rung.READ)
    return actor, case, referral_of(actor, case, referral)


@require_http_methods(["GET", "POST"])
def about(request: HttpRequest, reference: str, referral: uuid.UUID) -> HttpResponse:
    """Who it is of whom an assessment tells as of somebody at risk: never whoever poses the danger."""
    actor, case, row = _found(request, reference, referral)
    if not rules.is_of_nobody_yet(row) or row.not_sent_at:
        return redirect(_page(case, row))
    opened(request, reference, log=False)
    actor.require("work_case", "Your role does not refer anybody.")
    poses = poses_it(row)
    everybody = people_of(actor, case, london_date(case.seen_at))
    people = [one for one in everybody if one.id != poses and one.kind in {"person", "unidentified"}]
    form = WhoForm(posted(request), people=people, initial={"version": row.version})
    made: list[Referral] = []

    def do(said: dict[str, Any]) -> None:
        chosen = [party_row(actor, case, one) for one in said["parties"]]
        names = said["names"].splitlines()
        made.extend(
            say_who(
                actor=actor,
                now=now(),
                case=case,
                referral=row,
                version=said["version"],
                parties=chosen,
                names=names,
            )
        )

    def done() -> str:
        return (
            "Now write the referral."
            if len(made) < 2
            else "Each of them has a referral. Write the first now."
        )

    answer = step(
        request, case=case, form=form, title="Who is at risk?", button="Go on", row=row, done=done, do=do,
        to=reverse("case_referrals", args=[reference]), template="desk/referrals/about.html",
        more=lambda: {
            "row": row, "said": at_risk_in(row.told_in_id) if row.told_in_id else "",
            "poses": next((one.name for one in everybody if one.id == poses), ""),
        },
    )  # fmt: skip
    return redirect(_page(case, made[0])) if made else answer


@require_http_methods(["GET", "POST"])
def age(request: HttpRequest, reference: str, referral: uuid.UUID) -> HttpResponse:
    """A child or an adult, where nobody knows when they were born."""
    actor, case, row = _found(request, reference, referral)
    if row.kind not in rules.SAFEGUARDING or rules.is_of_nobody_yet(row) or row.sent_at or row.not_sent_at:
        return redirect(_page(case, row))
    opened(request, reference, log=False)
    form = AgeForm(posted(request), initial={"version": row.version})
    about = shown(actor, case, row, content_of(actor, row))
    return step(
        request, case=case, form=form, title=f"Is {about['about']} a child or an adult?", button="Go on", row=row, to=_page(case, row),
        done="Now write the referral.", more={"back_href": reverse("case_referrals", args=[reference])},
        do=lambda said: say_kind(
            actor=actor, now=now(), case=case, referral=row, version=said["version"], kind=said["kind"]
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, reference: str, referral: uuid.UUID) -> HttpResponse:
    """A supervisor decides where the person objects."""
    actor, case, row = _found(request, reference, referral)
    if rules.state_of(row) != rules.ASKED:
        return redirect(_page(case, row))
    opened(request, reference, log=False)
    actor.require("decide_referral", "A supervisor decides where somebody objects.")
    form = DecideForm(posted(request), initial={"version": row.version})

    def do(said: dict[str, Any]) -> None:
        decide_objection(
            actor=actor, now=now(), case=case, referral=row, version=said["version"], sends=said["sends"] == "yes",
            because=said["because"],
        )  # fmt: skip

    return step(
        request, case=case, form=form, title="They object: is it sent?", button="Keep the decision", row=row,
        to=_page(case, row), do=do, done="The decision is kept.", template="desk/referrals/decide.html",
        more=lambda: shown(actor, case, row, content_of(actor, row)),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def not_sent(request: HttpRequest, reference: str, referral: uuid.UUID) -> HttpResponse:
    """Say why a referral is not sent."""
    actor, case, row = _found(request, reference, referral)
    if row.sent_at or row.not_sent_at:
        return redirect(_page(case, row))
    opened(request, reference, log=False)
    form = BecauseForm(posted(request), initial={"version": row.version})
    return step(
        request, case=case, form=form, title=f"Not sent: {rules.KINDS[row.kind]}", button="Keep the reason", row=row,
        to=_page(case, row), done="It is not sent, and the reason is kept.",
        do=lambda said: do_not_send(
            actor=actor, now=now(), case=case, referral=row, version=said["version"], because=said["because"]
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, reference: str, referral: uuid.UUID) -> HttpResponse:
    """Take back what was sent, or say that nothing follows where it was declined."""
    actor, case, row = _found(request, reference, referral)
    if not row.sent_at or row.withdrawn_at:
        return redirect(_page(case, row))
    opened(request, reference, log=False)
    form = BecauseForm(posted(request), initial={"version": row.version})
    declined = row.declined_at is not None
    return step(
        request, case=case, form=form, row=row, to=_page(case, row),
        title="Nothing more is to be referred" if declined else "Withdraw the referral",
        button="Keep the reason" if declined else "Withdraw it",
        done="That is kept." if declined else "The referral is withdrawn. They no longer see what it said.",
        do=lambda said: withdraw_referral(
            actor=actor, now=now(), case=case, referral=row, version=said["version"], because=said["because"]
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, reference: str, referral: uuid.UUID) -> HttpResponse:
    """Agree that it is declined, or say what follows where they reached nobody."""
    actor, case, row = _found(request, reference, referral)
    if not settles(actor, case, row):
        return redirect(_page(case, row))
    opened(request, reference, log=False)
    declined = row.declined_at is not None
    form = BecauseForm(posted(request), initial={"version": row.version})
    form.fields["because"].label = "Why is it accepted?" if declined else "What follows?"
    form.fields["because"].error_messages["required"] = "Say why." if declined else "Say what follows."
    about = shown(actor, case, row, content_of(actor, row))
    return step(
        request, case=case, form=form, row=row, to=_page(case, row), button="Keep it",
        title="Accept that it is declined" if declined else "They reached nobody: what follows?",
        done="That is kept. Nobody is asked about it any more.", template="desk/referrals/settle.html", more=about,
        do=lambda said: settle_referral(
            actor=actor, now=now(), case=case, referral=row, version=said["version"], because=said["because"]
        ),
    )  # fmt: skip
