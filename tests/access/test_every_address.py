"""Every address, as every role of an agency that has no agreement, as every demonstration account, and signed out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from sentinel.access.operations import revoke
from sentinel.accounts.models import User
from sentinel.accounts.rules import ROLES
from sentinel.cases.models import Case
from sentinel.cli.demo.partnership import PEOPLE, email_of
from sentinel.foundation.clock import now
from tests.access.world import SECRETS, World, build, strangers
from tests.support import BACKEND, PRIYA, acting, signed_in, user

pytestmark = pytest.mark.long
# Parameters of addresses and what stands for them. An address with another parameter fails the test that walks it.
PARAMETERS = {
    "party": "party", "note": "note", "action": "action", "handover": "handover", "attachment": "attachment", "role": "role",
    "record": "record", "person_id": "person", "place_id": "place", "assessment": "assessment",
    "agency": "agency", "signpost_id": "signpost", "high_risk": "high_risk", "marker": "marker",
    "referral": "referral", "sent": "sent", "line": "line", "pair": "pair", "merge": "merge", "entry": "entry", "run": "run",
    "hit": "hit", "request_id": "request_id", "mine": "mine", "silence": "silence",
}  # fmt: skip
OPEN = re.compile(r"^(account/|healthz$|readyz$|metrics$)")
# Addresses of machines, which show a key of their own: to everybody else they are closed, signed in or not.
KEYED = re.compile(r"^api/")
# Addresses that end or change the session of whoever asks for them are walked by the tests of signing in.
LIBRARY = re.compile(r"^account/")
FINE = {200, 422, 302, 303, 400, 401, 403, 404, 405, 409, 429}


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every pattern with its whole route, libraries' included."""

    def walk(prefix: str, patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, URLPattern]]:
        for one in patterns:
            route = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(route, one.url_patterns)
            else:
                yield route, one

    yield from walk("", get_resolver().url_patterns)


OURS: list[tuple[str, URLPattern]] = [
    (route, pattern) for route, pattern in addresses() if not LIBRARY.match(route)
]

PAGES = [(route, pattern) for route, pattern in OURS if not OPEN.match(route)]


def fill(route: str, world: World, other: dict[str, str] | None = None) -> str:
    """The route with what stands for its parameters."""
    known = {
        "case_ref": world.case,
        "report_ref": world.report,
        **{k: str(v) for k, v in world.ids.items()},
        **(other or {}),
    }

    def value(match: re.Match[str]) -> str:
        name = match[2]
        if name == "reference":
            return known["report_ref" if route.startswith("reports/") else "case_ref"]
        if name in PARAMETERS:
            return known[PARAMETERS[name]]
        return str(OTHER.get(name) or uuid.UUID(int=7))

    return "/" + re.sub(r"<(\w+):(\w+)>", value, route).lstrip("^").rstrip("$")


OTHER = {"slug": "take-a-report", "measure": "cases", "code": "E07000130", "kind": "district", "key": "victim-risk-llr", "number": "2",
         "section": "topics", "question": "impact", "option": "a_lot", "which": "show_when"}  # fmt: skip


@pytest.fixture
def world(transactional_db: None, database_urls: dict[str, str]) -> World:
    return build(database_urls)


def body(response) -> str:
    return response.content.decode(errors="replace")


def test_there_are_addresses_to_walk() -> None:
    assert len(OURS) > 40


def test_signed_out_every_address_leads_to_sign_in(world: World, client: Client) -> None:
    for route, _ in OURS:
        address = fill(route, world)
        response = client.get(address, headers={"host": "localhost"})
        if OPEN.match(route):
            assert response.status_code in {200, 404, 503}, address
            continue
        if KEYED.match(route):
            assert response.status_code in {401, 429}, address
            continue
        assert response.status_code == 302, address
        assert response["Location"].startswith("/account/login/"), address
        posted = client.post(address, headers={"host": "localhost"})
        assert posted.status_code in {302, 403}, address


def test_a_stranger_agency_sees_nothing_of_the_case_at_any_address_in_any_role(world: World) -> None:
    accounts = strangers()
    assert set(accounts) == set(ROLES)
    for account in accounts.values():
        walk_as_stranger(world, account)


def walk_as_stranger(world: World, account: User) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(account, backend=BACKEND)
    for route, _ in PAGES:
        address = fill(route, world)
        for response in (client.get(address), client.post(address)):
            assert response.status_code in FINE, (address, response.status_code)
            text = body(response)
            for secret in (*SECRETS, world.witness):
                assert secret not in text, (address, secret)


def test_to_a_stranger_a_case_that_is_there_answers_as_one_that_is_not(world: World) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(strangers()["case_officer"], backend=BACKEND)
    nowhere = {"case_ref": "LLR-26-09999-Z", "report_ref": "LLR-26-R09999-Z"}
    nowhere |= {name: str(uuid.UUID(int=99)) for name in world.ids}
    for route, _ in OURS:
        if "<" not in route or route.startswith(
            ("help/", "areas/", "streets/", "agency/", "agencies/", "question-sets/")
        ):
            continue
        there, absent = client.get(fill(route, world)), client.get(fill(route, world, nowhere))
        assert there.status_code == absent.status_code, route
        assert len(there.content) == len(absent.content), route


def test_no_account_meets_an_error_or_the_protected_witness(world: World) -> None:
    for name, code, _, _ in PEOPLE:
        email = email_of(name, code)
        client = signed_in(email)
        for route, _ in PAGES:
            response = client.get(fill(route, world))
            assert response.status_code in FINE, (email, route, response.status_code)
            if email != PRIYA:
                assert world.witness not in body(response), (email, route)


def test_every_nested_id_is_checked_against_its_parent(world: World) -> None:
    """Whatever belongs to one case or report is not there under another of the same agency: every address with two ids."""
    with transaction.atomic():
        priya = acting(PRIYA)
        other = Case.objects.get(reference=world.other_case)
        # By agreement the landlord may know of both: of the other one no longer.
        revoke(actor=priya, now=now(), record_id=other.id, holder_id=world.ids["agency"], why="test")
    client = signed_in(PRIYA)
    # A street is known by its name and its area's code, a part of a question set by the keys in it: they are under no record.
    nested = [
        route
        for route, _ in PAGES
        if route.count("<") > 1 and not route.startswith(("streets/", "question-sets/"))
    ]
    assert len(nested) > 10
    wrong = {"case_ref": world.other_case, "report_ref": world.other_report}
    for route in nested:
        assert route.startswith(("cases/<str:reference>/", "reports/<str:reference>/")), (
            f"what is the parent in {route}?"
        )
        unknown = set(re.findall(r"<\w+:(\w+)>", route)) - {"reference", *PARAMETERS}
        assert not unknown, f"what stands for {unknown}?"
        address = fill(route, world)
        assert client.get(address).status_code in {200, 302, 403, 405}, address
        elsewhere = [fill(route, world, wrong)]
        if route.count("<") > 2:
            # What belongs to one person of a case is not there under another person of the same case.
            elsewhere.append(fill(route, world, {"party": str(world.ids["witness_party"])}))
        for address in elsewhere:
            assert client.get(address).status_code in {404, 405}, address
            assert client.post(address).status_code in {404, 405}, address


def test_a_summary_names_a_desk_and_nothing_else(world: World) -> None:
    response = signed_in("kofi.mensah@soar-valley.example").get(f"/cases/{world.case}")
    assert response.status_code == 403
    assert "Charnwood sharing desk" in body(response)
    for secret in (*SECRETS, world.case, "High", "Victim"):
        assert secret not in body(response), secret


def test_a_suspended_account_is_out_at_the_next_request(world: World) -> None:
    client = signed_in(PRIYA)
    assert client.get("/cases/").status_code == 200
    someone = user(PRIYA)
    type(someone).objects.filter(pk=someone.pk).update(is_active=False)
    try:
        assert client.get("/cases/").status_code == 302
    finally:
        type(someone).objects.filter(pk=someone.pk).update(is_active=True)
