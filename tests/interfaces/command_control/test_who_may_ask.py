"""The key of a connected system: shown once, kept as a digest, ended at once; lies and floods are answered in plain words."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core import signing
from django.db import transaction

from sentinel.access.models import Disclosure
from sentinel.accounts.models import Agency
from sentinel.audit.models import Entry
from sentinel.foundation.clock import now
from sentinel.interfaces.command_control import tokens
from sentinel.interfaces.command_control.models import Client
from sentinel.interfaces.command_control.operations import confirm_client, digest, issue_client, revoke_client
from sentinel.interfaces.command_control.rules import KEY_LASTS
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from tests.interfaces.command_control.making import (
    BETH,
    MARKERS,
    NADIA,
    NEIL,
    a_shown_marker,
    a_system,
    an_unconfirmed_system,
    asked,
    told,
)
from tests.questionnaires.shipped import items
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
JOYCE = "joyce.lim@charnwood.example"


def test_the_key_itself_is_kept_nowhere() -> None:
    issued = a_system()
    row = Client.objects.filter(pk=issued.client.id).values().get()
    assert issued.key not in repr(row)
    assert row["key_digest"] == digest(issued.key)
    assert len(issued.key) > 50


@pytest.mark.parametrize(
    "email", [JOYCE, PRIYA, NADIA, "tom.marsh@police.example", "ravi.desai@police.example"]
)
def test_only_an_administrator_of_a_police_force_connects_a_system(email: str) -> None:
    with pytest.raises(Refused), transaction.atomic():
        issue_client(actor=acting(email), now=now(), name="Ours")
    browser = signed_in(email)
    assert browser.post("/agency/systems", {"name": "Ours"}).status_code == 403
    assert browser.get("/agency/systems").status_code == (200 if email == NADIA else 403)


def test_a_key_gives_nothing_until_somebody_of_the_control_room_confirms_it() -> None:
    a_shown_marker()
    issued = an_unconfirmed_system()
    answer = asked(issued.key)
    assert (answer.status_code, b"Margaret" in answer.content) == (403, False)
    assert "must confirm it" in answer.json()["title"]
    for email in (NEIL, JOYCE, PRIYA, "tom.marsh@police.example"):
        with pytest.raises(Refused), transaction.atomic():
            confirm_client(actor=acting(email), now=now(), client_id=issued.client.id)
    nadia = signed_in(NADIA)
    page = nadia.get("/agency/systems").content.decode()
    assert "Not confirmed: it gives nothing" in page
    assert "Make a key" not in page
    assert "Revoke the key" not in page
    assert nadia.post(f"/agency/systems/{issued.client.id}/confirm").status_code == 302
    assert len(told(issued.key)["entries"]) == 1
    with pytest.raises(Conflict), transaction.atomic():
        confirm_client(actor=acting(NADIA), now=now(), client_id=issued.client.id)


def test_nobody_confirms_a_key_of_their_own_making_nor_another_forces() -> None:
    from sentinel.accounts.models import RoleHeld, User

    nadia = User.objects.get(email=NADIA)
    RoleHeld.objects.create(user=nadia, role="local_administrator", since=now())
    issued = an_unconfirmed_system(email=NADIA)
    with pytest.raises(Refused, match="somebody else"), transaction.atomic():
        confirm_client(actor=acting(NADIA), now=now(), client_id=issued.client.id)
    Agency.objects.filter(code="charnwood").update(kind="police")
    theirs = an_unconfirmed_system(email=JOYCE)
    with pytest.raises(NotFound), transaction.atomic():
        confirm_client(actor=acting(NADIA), now=now(), client_id=theirs.client.id)


def test_a_key_ends_after_a_year() -> None:
    issued = a_system()
    assert told(issued.key)["entries"] == []
    with transaction.atomic():
        Client.objects.filter(pk=issued.client.id).update(issued_at=now() - KEY_LASTS)
    assert asked(issued.key).status_code == 401
    assert "Ended" in signed_in(NEIL).get("/agency/systems").content.decode()


def test_a_name_is_wanted_and_used_once() -> None:
    a_system("Live")
    for name in ("", "   ", "live", "x" * 81):
        with pytest.raises(Invalid) as found:
            a_system(name)
        assert "name" in found.value.errors


def test_a_revoked_key_is_given_nothing_from_the_next_request_on() -> None:
    issued = a_system()
    since = told(issued.key)["next"]
    a_shown_marker()
    with transaction.atomic():
        revoke_client(actor=acting(NEIL), now=now(), client_id=issued.client.id)
    answer = asked(issued.key, since)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Sentinel"')
    assert "Margaret" not in answer.content.decode()
    with pytest.raises(Conflict), transaction.atomic():
        revoke_client(actor=acting(NEIL), now=now(), client_id=issued.client.id)


def test_another_agencys_system_is_not_there_to_be_revoked() -> None:
    issued = a_system()
    Agency.objects.filter(code="charnwood").update(kind="police")
    with pytest.raises(NotFound), transaction.atomic():
        revoke_client(actor=acting(JOYCE), now=now(), client_id=issued.client.id)


@pytest.mark.parametrize("key", ["", "x", "sentinel_x_y", "a_b_c_d", "é", "sentinel_" + "0" * 500])
def test_a_key_that_is_no_key_is_refused_in_words(key: str) -> None:
    answer = asked(key.encode().decode("latin-1"))
    assert answer.status_code == 401
    assert "Authorization: Bearer KEY" in answer.json()["title"]


def test_somebody_signed_in_is_nobody_to_the_feed() -> None:
    a_shown_marker()
    assert signed_in(NADIA).get(MARKERS).status_code == 401
    assert signed_in(NEIL).get(f"{MARKERS}.csv").status_code == 401


def test_wrong_keys_are_refused_as_too_many_and_the_right_one_is_not() -> None:
    issued = a_system()
    statuses = [asked(f"sentinel_{n:012}_x").status_code for n in range(21)]
    assert statuses == [401] * 20 + [429]
    assert asked(issued.key).status_code == 200, (
        "whoever guesses behind an address shuts nobody else there out"
    )


def test_another_force_is_told_nothing_of_what_it_was_not_shared_with() -> None:
    _, _, marker = a_shown_marker()
    Agency.objects.filter(code="charnwood").update(
        kind="police"
    )  # a force that works on the case is told ...
    assert [entry["id"] for entry in told(a_system(email=JOYCE).key)["entries"]] == [str(marker.id)]
    Agency.objects.filter(code="city").update(kind="police")  # ... and one that does not is not
    other = a_system(email=administrator_of("city"))
    assert told(other.key)["entries"] == []


def administrator_of(code: str) -> str:
    from sentinel.accounts.models import RoleHeld, User

    user = User.objects.filter(agency__code=code).earliest("id")
    RoleHeld.objects.get_or_create(
        user=user, role="local_administrator", until=None, defaults={"since": now()}
    )
    return user.email


def test_a_token_of_another_system_is_refused() -> None:
    ours, theirs = a_system("One"), a_system("Two")
    since = told(theirs.key)["next"]
    answer = asked(ours.key, since)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "ask without one and begin anew" in answer.json()["title"]


def test_a_token_that_lies_is_refused_and_tells_nothing() -> None:
    issued = a_system()
    a_shown_marker()
    good = told(issued.key)["next"]
    ours = signing.Signer(salt=f"sentinel.command_control.{issued.client.id}")
    strange = [ours.sign_object(one) for one in ("x", [1], [0, "1:2:'; DROP", None, None], {"a": 1})]
    for lie in (
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "A" + good,
        "0",
        "{}",
        "1:1:",
        "é" * 10,
        "x" * 5000,
        *strange,
    ):
        answer = asked(issued.key, lie)
        assert answer.status_code == 400, lie
        assert "Margaret" not in answer.content.decode()


def test_a_token_from_before_a_restore_says_to_begin_anew() -> None:
    issued = a_system()
    before = tokens.write(tokens.Seen(server=-5, since="10:10:"), issued.client.id)
    answer = asked(issued.key, before)
    assert answer.status_code == 410
    assert "ask without a token" in answer.json()["title"]


def test_who_floods_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentinel.interfaces.command_control.operations.ASKED_A_MINUTE", 3)
    one, other = a_system("One"), a_system("Two")
    answers = [asked(one.key) for _ in range(9)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 3, "whatever minute it began in"
    assert 1 <= int(refused[-1]["Retry-After"]) <= 60
    assert "Ask again in" in refused[-1].json()["title"]
    assert asked(other.key).status_code == 200, "nobody else waits for it"


def test_each_fetch_is_in_the_audit_with_ids_and_no_name() -> None:
    issued = a_system()
    _, _, marker = a_shown_marker()
    told(issued.key)
    told(issued.key, csv=False)
    with transaction.atomic():
        acting("ravi.desai@police.example")
        entries = list(Entry.objects.filter(kind="feed", subject_id=str(issued.client.id)))
    assert len(entries) == 2
    assert entries[0].detail == {"way": "json", "count": 1, "markers": [str(marker.id)]}
    assert entries[0].agency_id == issued.client.agency_id
    assert entries[0].user_id is None


def test_the_first_time_a_marker_leaves_stands_in_the_ledger_of_the_case() -> None:
    first, second = a_system("One"), a_system("Two")
    case, _, _ = a_shown_marker(email=BETH)
    for issued in (first, first, second):
        told(issued.key)
    with transaction.atomic():
        acting(BETH)
        rows = list(
            Disclosure.objects.filter(record_id=case.id, what="marker, to the command and control system")
        )
    assert {(row.to_agency_id, row.kind) for row in rows} == {(first.client.agency_id, "marker")}
    assert {row.lawful_basis for row in rows} == {items("lawful-bases")["crime_and_disorder"]["ledger"]}
    assert sorted("One" if "One" in row.why else "Two" for row in rows) == ["One", "Two"], "each system once"


def test_the_page_shows_the_key_once() -> None:
    neil = signed_in(NEIL)
    assert "No system is connected" in neil.get("/agency/systems").content.decode()
    answer = neil.post("/agency/systems", {"name": "Control room, live"})
    words = answer.content.decode()
    key = words.split('s-typed">')[1].split("<")[0]
    assert asked(key).status_code == 403
    assert signed_in(NADIA).post(f"/agency/systems/{Client.objects.get().id}/confirm").status_code == 302
    assert asked(key).status_code == 200
    again = neil.get("/agency/systems").content.decode()
    assert key not in again
    assert "Control room, live" in again
    client = Client.objects.get()
    assert neil.post(f"/agency/systems/{client.id}/revoke").status_code == 302
    assert asked(key).status_code == 401
    assert "Revoked" in neil.get("/agency/systems").content.decode()
    assert neil.post(f"/agency/systems/{uuid.uuid4()}/revoke").status_code == 404


def test_what_was_issued_and_revoked_is_in_the_audit() -> None:
    issued = a_system()
    with transaction.atomic():
        revoke_client(actor=acting(NEIL), now=now() + timedelta(seconds=1), client_id=issued.client.id)
    with transaction.atomic():
        acting("ravi.desai@police.example")
        kinds = list(
            Entry.objects.filter(subject_id=str(issued.client.id))
            .order_by("id")
            .values_list("kind", flat=True)
        )
    assert kinds == ["client_issued", "client_confirmed", "client_revoked"]


def test_the_page_that_shows_a_key_says_so_first_to_who_hears_it() -> None:
    neil = signed_in(NEIL)
    assert "<title>Connected systems" in neil.get("/agency/systems").content.decode()
    made = neil.post("/agency/systems", {"name": "Ours"}).content.decode()
    assert "<title>Key made: Connected systems" in made
    assert '<div class="govuk-inset-text" role="status"><p><strong>The key of Ours.' in made
