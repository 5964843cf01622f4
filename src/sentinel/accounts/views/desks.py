"""When an agency works, who is on duty at its sharing desk, and the partnership's own desk."""

from __future__ import annotations

import uuid
from datetime import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sentinel.accounts import operations
from sentinel.accounts.administration import agency_of, on_duties
from sentinel.accounts.duties import may_be_on_duty, may_hear_of_high_risk, may_take_referrals
from sentinel.accounts.forms import AreaForm, DutyForm, HighRiskDutiesForm, HoursForm, PartnershipDeskForm
from sentinel.accounts.queries import partnership_desk
from sentinel.accounts.rules import duties_of, referral_duties_of
from sentinel.accounts.views.agencies import form_page
from sentinel.accounts.views.common import say, settle
from sentinel.foundation.clock import now
from sentinel.kernel.errors import NotFound
from sentinel.web.requests import actor_of


def _page(code: str) -> str:
    return reverse("agency_page", kwargs={"code": code})


@form_page
def hours(request: HttpRequest, code: str) -> HttpResponse:
    """When an agency works."""
    actor = actor_of(request)
    found = agency_of(actor, code).agency

    def act(data: dict[str, Any]) -> str:
        wanted = {day: (data[f"opens_{day}"], data[f"closes_{day}"]) for day in range(7)}
        operations.set_hours(
            actor=actor, now=now(), agency_id=found.pk, version=data["version"], hours=wanted
        )
        say(request, "The hours are changed. What is promised from now on is counted by them.")
        return _page(code)

    initial: dict[str, Any] = {"version": found.version}
    for day, (opens, closes) in found.hours.items():
        initial[f"opens_{day}"] = time.fromisoformat(opens)
        initial[f"closes_{day}"] = time(0) if closes == "24:00" else time.fromisoformat(closes)
    form = HoursForm(request.POST or None, initial=initial)
    return settle(request, form, "accounts/hours.html", {"agency": found}, act, version=found.version)


@form_page
def duty(request: HttpRequest, code: str) -> HttpResponse:
    """Who is on duty at the sharing desk."""
    actor = actor_of(request)
    one = agency_of(actor, code)
    found = one.agency

    def act(data: dict[str, Any]) -> str:
        operations.set_sharing_desk(
            actor=actor,
            now=now(),
            agency_id=found.pk,
            version=data["version"],
            user_ids=[uuid.UUID(user) for user in data["people"]],
        )
        say(request, "Who is on duty is changed from now.")
        return _page(code)

    initial = {"version": found.version, "people": [str(user.pk) for user in one.on_duty]}
    form = DutyForm(request.POST or None, people=may_be_on_duty(found), initial=initial)
    return settle(request, form, "accounts/duty.html", {"agency": found}, act, version=found.version)


@form_page
def high_risk_duties(request: HttpRequest, code: str) -> HttpResponse:
    """Who is told of high risk and of referrals, for all the agency's areas or for one of them (?area=)."""
    actor = actor_of(request)
    one = agency_of(actor, code)
    found = one.agency
    asked = AreaForm(request.GET or None, areas=one.areas)
    area = next((area for area in one.areas if str(area.pk) == request.GET.get("area")), None)
    if request.GET.get("area") and area is None:
        raise NotFound()
    told, referred = duties_of(found.kind), referral_duties_of(found.kind)
    duties = {**told, **referred}

    def act(data: dict[str, Any]) -> str:
        operations.set_duties(
            actor=actor, now=now(), agency_id=found.pk, version=data["version"], area_id=area.pk if area else None,
            duties={duty: [uuid.UUID(user) for user in data[duty]] for duty in duties},
        )  # fmt: skip
        say(request, "Who is on duty is changed from now.")
        return _page(code)

    initial: dict[str, Any] = {"version": found.version}
    initial |= {duty: list(map(str, on)) for duty, on in on_duties(found, area.pk if area else None).items()}
    hear = may_hear_of_high_risk(found)
    people = {duty: may_take_referrals(found, duty) if duty in referred else hear for duty in duties}
    form = HighRiskDutiesForm(request.POST or None, duties=duties, people=people, initial=initial)
    context = {
        "agency": found,
        "area": area,
        "asked": asked,
        "people": people,
        "told": told,
        "referred": referred,
    }
    return settle(request, form, "accounts/high_risk_duties.html", context, act, version=found.version)


@form_page
def partnership(request: HttpRequest) -> HttpResponse:
    """The partnership's own sharing desk, for a governance officer."""
    actor = actor_of(request)
    actor.require("govern", "Only a governance officer changes the partnership's sharing desk.")
    found = partnership_desk()

    def act(data: dict[str, Any]) -> str:
        operations.set_partnership_desk(
            actor=actor, now=now(), version=data["version"], phone=data["phone"], email=data["email"]
        )
        say(request, "The partnership’s sharing desk is changed.")
        return reverse("agency_list")

    initial = {"version": found.version, "phone": found.phone, "email": found.email}
    form = PartnershipDeskForm(request.POST or None, initial=initial)
    return settle(request, form, "accounts/partnership_desk.html", {}, act, version=found.version)
