"""The pages of local administrators and governance officers, as a browser sees them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from sentinel.accounts.models import Agency, AgencyArea, User
from sentinel.cases.operations import plan_action
from tests.accounts.conftest import own
from tests.cases.making import a_case
from tests.support import NOW, acting, signed_in

JOYCE = "joyce.lim@charnwood.example"
GRACE = "grace.holt@police.example"
PRIYA = "priya.nair@charnwood.example"
NEW = {
    "name": "North Town Council", "short_name": "North Town", "kind": "district", "statutory": "on",
    "desk_name": "North Town desk", "desk_phone": "01632 960999",
}  # fmt: skip


def version(code: str) -> int:
    return Agency.objects.get(code=code).version


def test_a_governance_officer_adds_an_agency_names_its_administrator_and_says_where_it_works(
    accounts: None,
) -> None:
    grace = signed_in(GRACE)
    assert "Add an agency" in grace.get("/agencies/").text
    made = grace.post("/agencies/new", NEW)
    assert made["Location"] == "/agencies/north-town-council/"
    page = grace.get(made["Location"]).text
    assert "No area yet" in page
    form = grace.get("/agencies/north-town-council/areas").text
    melton = re.search(r'value="([0-9a-f-]{36})"[^>]*>\s*<label[^>]*>\s*Melton', form)
    assert melton is not None
    path = "/agencies/north-town-council/areas"
    assert (
        grace.post(path, {"version": version("north-town-council"), "areas": [melton[1]]}).status_code == 302
    )
    assert "Melton" in grace.get(made["Location"]).text
    grace.post("/agencies/north-town-council/administrator", {"name": "Jo Bell", "email": "jo@north.example"})
    assert own("jo@north.example").role_codes == ["local_administrator"]
    shown = grace.get(made["Location"])
    assert "/account/password/reset/key/" in shown.text
    assert "reset/key" not in str(grace.cookies)
    assert "/account/password/reset/key/" not in grace.get(made["Location"]).text


def test_a_name_that_tells_something_is_withheld_by_a_tick_and_stays_so_when_the_number_changes(
    accounts: None,
) -> None:
    joyce, path = signed_in(JOYCE), "/agencies/charnwood/desk"
    given = {"desk_name": "Night desk", "desk_phone": "01632 960998"}
    joyce.post(path, {**given, "version": version("charnwood"), "names_give_away": "on"})
    assert Agency.objects.get(code="charnwood").names_give_away
    assert re.search(r'name="names_give_away"[^>]* checked', joyce.get(path).text)
    assert "Its name alone tells something" in joyce.get("/agencies/charnwood/").text


def test_an_area_that_is_taken_off_is_kept_with_its_end(accounts: None) -> None:
    grace = signed_in(GRACE)
    grace.post("/agencies/melton/areas", {"version": version("melton")})
    (row,) = AgencyArea.objects.filter(agency__code="melton")
    assert row.valid_until is not None
    stale = grace.post("/agencies/melton/areas", {"version": 1, "areas": [str(row.area_id)]})
    assert stale.status_code == 409
    assert AgencyArea.objects.filter(agency__code="melton").count() == 1


@pytest.mark.parametrize("path", ["/agencies/new", "/agencies/melton/areas", "/agencies/charnwood/areas"])
def test_nobody_else_adds_agencies_or_says_where_they_work(accounts: None, path: str) -> None:
    for email in (JOYCE, PRIYA):
        browser = signed_in(email)
        assert browser.get(path).status_code == 403
        assert browser.post(path, {**NEW, "version": 1}).status_code == 403
    assert Agency.objects.count() == 16


def test_what_is_wrong_with_an_agency_is_said_beside_the_field(accounts: None) -> None:
    page = signed_in(GRACE).post(
        "/agencies/new", {**NEW, "name": "Melton Borough Council", "desk_phone": "12"}
    )
    assert page.status_code == 200
    assert "There is an agency of this name" in page.text
    assert 'value="North Town desk"' in page.text


def with_work() -> Client:
    with transaction.atomic():
        actor = acting(PRIYA)
        case = a_case(actor, lead=own(PRIYA))
        plan_action(
            actor=actor, now=NOW, case=case, what="Fit a camera", agency=own(PRIYA).agency,
            due=NOW + timedelta(days=2), user=own(PRIYA),
        )  # fmt: skip
    return signed_in(JOYCE)


def test_who_moves_or_suspends_somebody_is_told_of_their_work_and_of_no_case(accounts: None) -> None:
    joyce = with_work()
    path = f"/agency/users/{own(PRIYA).pk}/"
    for page in (joyce.get(path), joyce.get(f"{path}details")):
        assert "1 open case and 1 action to do" in page.text
        assert "Sparrow" not in page.text
    joyce.post(f"{path}details", {"version": own(PRIYA).version, "name": "Priya Nair", "team": ""})
    assert "Tell a supervisor: 1 open case and 1 action to do stay with" in joyce.get(path).text
    joyce.post(f"{path}suspend", {"version": own(PRIYA).version})
    page = joyce.get(path).text
    assert "nobody works on them until a supervisor hands them on" in page


def test_who_moves_somebody_without_work_is_told_of_none(accounts: None) -> None:
    joyce = signed_in(JOYCE)
    dawn = User.objects.get(email="dawn.ashby@charnwood.example")
    assert (
        'Work in hand</dt><dd class="govuk-summary-list__value">None'
        in joyce.get(f"/agency/users/{dawn.pk}/").text
    )


def test_each_sees_their_own_way_in_the_places(accounts: None) -> None:
    assert 'href="/agencies/"' in signed_in(GRACE).get("/").text
    joyce = signed_in(JOYCE).get("/agencies/charnwood/").text
    assert 'href="/agencies/"' not in joyce
    assert re.search(r'href="/agency/users"[^>]*aria-current', joyce)


def test_in_production_an_administrator_is_never_shown_somebodys_link(accounts: None, settings) -> None:
    settings.PRODUCTION, settings.SMTP = True, ""
    joyce = signed_in(JOYCE)
    path = f"/agency/users/{own(PRIYA).pk}/"
    joyce.post(f"{path}reset", {"version": own(PRIYA).version})
    page = joyce.get(path).text
    assert "ask whoever runs Sentinel to hand the link on" in page
    assert "/account/password/reset/key/" not in page
