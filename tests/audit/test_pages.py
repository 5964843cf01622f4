"""The auditor searches all; nobody else does; looking is written down; refusals survive their roll-back."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from sentinel.access.operations import revoke
from sentinel.audit.models import Entry
from sentinel.audit.operations import note
from sentinel.audit.queries import Search, busiest, find_entries
from sentinel.audit.records import record_behind, references_of
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.kernel.references import make
from tests.cases.making import a_case, agency
from tests.support import PRIYA, acting, actor, signed_in, user

AUDITOR = "ravi.desai@police.example"
COLIN, KOFI = "colin.webb@charnwood.example", "kofi.mensah@soar-valley.example"


def entries() -> list[Entry]:
    with transaction.atomic():
        state_actor(actor(AUDITOR))
        return list(Entry.objects.order_by("id"))


def test_an_auditor_finds_who_was_refused(transactional_db: None) -> None:
    refused = signed_in("dawn.ashby@charnwood.example").get("/audit/")
    assert refused.status_code == 403
    page = signed_in(AUDITOR).get("/audit/", {"kind": "refused"})
    assert page.status_code == 200
    assert "Dawn Ashby" in page.content.decode()


def test_who_is_nobody_is_told_from_sentinel_s_own_work(client: Client, transactional_db: None) -> None:
    client.post("/account/login/", {"login": PRIYA, "password": "wrong"}, headers={"host": "localhost"})
    with transaction.atomic():
        state_actor(SYSTEM)
        note("import", subject="boundaries")
    with transaction.atomic():
        found = find_entries(acting(AUDITOR), Search())
    assert {(line.entry.kind, line.who) for line in found.lines} == {
        ("sign_in_failed", "Not signed in"), ("import", "Sentinel"),
    }  # fmt: skip


def test_a_refusal_is_kept_although_its_transaction_was_rolled_back(transactional_db: None) -> None:
    signed_in("dawn.ashby@charnwood.example").get("/audit/")
    found = [entry for entry in entries() if entry.kind == "refused"]
    assert [entry.subject for entry in found] == ["audit_search"]
    assert found[0].detail["status"] == 403
    assert found[0].address == "127.0.0.1"


def test_looking_into_the_audit_is_written_down(transactional_db: None) -> None:
    signed_in(AUDITOR).get("/audit/", {"kind": "view"})
    assert [entry.detail for entry in entries() if entry.kind == "audit_search"] == [{"kind": "view"}]


def test_a_wrong_date_is_said_beside_its_field_and_what_was_typed_is_kept(transactional_db: None) -> None:
    page = signed_in(AUDITOR).get("/audit/", {"since": "40/13/2026"}).content.decode()
    assert "40/13/2026" in page
    assert "govuk-error-message" in page


def test_a_signed_out_reader_is_sent_to_sign_in(client, transactional_db: None) -> None:
    answer = client.get("/audit/", headers={"host": "localhost"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=")


def test_the_number_of_queries_does_not_grow_with_the_entries(transactional_db: None) -> None:
    browser = signed_in(AUDITOR)
    browser.get("/audit/")
    counts = []
    for _ in range(2):
        before = len(entries())
        with connection.execute_wrapper(counter := Counter()):
            browser.get("/audit/")
        counts.append((before, counter.count))
    assert counts[0][1] == counts[1][1] <= 15


class Counter:
    """Counts statements."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


def test_the_owner_sees_who_was_refused_what_it_holds(transactional_db: None) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA), now=now())
    # Kofi's agency may only know of it; Aisha's reads it and may not change it.
    assert signed_in("kofi.mensah@soar-valley.example").get(f"/cases/{case.reference}").status_code == 403
    assert signed_in("aisha.rahman@police.example").get(f"/cases/{case.reference}/edit").status_code == 403
    page = signed_in(PRIYA).get(f"/cases/{case.reference}/readers").content.decode()
    assert page.count("was refused") == 2
    assert "Kofi Mensah" in page
    assert "Aisha Rahman" in page


def test_what_is_refused_to_who_may_know_of_nothing_is_kept_without_the_record(
    transactional_db: None,
) -> None:
    with transaction.atomic():
        case = a_case(acting("beth.carr@three-oaks.example"), now=now())
        revoke(
            actor=acting("beth.carr@three-oaks.example"), now=now(), record_id=case.id,
            holder_id=user(PRIYA).agency_id, why="test",
        )  # fmt: skip
    assert signed_in(PRIYA).get(f"/cases/{case.reference}").status_code == 404
    refused = [entry for entry in entries() if entry.kind == "refused"]
    assert [(one.record_id, one.detail["reference"]) for one in refused] == [(None, case.reference)]


def test_an_infected_file_leaves_its_refusal_although_nothing_else_is_kept(
    transactional_db: None, monkeypatch
) -> None:
    monkeypatch.setattr("sentinel.cases.scanning.scan", lambda path: "infected")
    with transaction.atomic():
        case = a_case(acting(PRIYA), now=now())
    file = SimpleUploadedFile("diary.txt", b"A diary.\n")
    page = signed_in(PRIYA).post(f"/cases/{case.reference}/files/add", {"file": file, "audience": "all"})
    assert page.status_code == 422
    assert "virus scanner found something" in page.content.decode()
    refused = [entry for entry in entries() if entry.kind == "refused"]
    assert [(one.record_id, one.detail["why"]) for one in refused] == [(case.id, "infected")]


def test_an_auditor_reads_and_types_references_and_opens_no_case(transactional_db: None) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA), now=now())
        a_case(acting(PRIYA), now=now())
    signed_in(PRIYA).get(f"/cases/{case.reference}")
    browser = signed_in(AUDITOR)
    assert case.reference in browser.get("/audit/", {"kind": "view"}).content.decode()
    for typed in (case.reference, case.reference.lower().replace("-", " "), str(case.id)):
        page = browser.get("/audit/", {"record_id": typed, "kind": "view"}).content.decode()
        assert page.count(case.reference) >= 1
        assert "Viewed" in page
    assert browser.get(f"/cases/{case.reference}").status_code in (403, 404)


def test_a_reference_that_nobody_has_is_said_beside_its_field(transactional_db: None) -> None:
    unknown = str(make("LLR", 2026, 99999))
    page = signed_in(AUDITOR).get("/audit/", {"record_id": unknown}).content.decode()
    assert "No record has this reference." in page
    assert unknown in page


def test_who_is_no_auditor_learns_no_reference_from_the_functions(transactional_db: None) -> None:
    with transaction.atomic():
        case = a_case(acting("beth.carr@three-oaks.example"), now=now())
    with transaction.atomic():
        state_actor(actor("sue.kettle@rutland.example"))
        assert references_of({case.id}) == {}
        assert record_behind(case.reference) is None


def test_an_auditor_sees_at_once_who_looked_at_unusually_much(transactional_db: None) -> None:
    with transaction.atomic():
        cases = [a_case(acting(PRIYA), now=now()) for _ in range(4)]
    nosy, other, refused = signed_in(COLIN), signed_in(PRIYA), signed_in(KOFI)
    for case in cases:
        nosy.get(f"/cases/{case.reference}")
        nosy.post("/find", {"q": "Margaret Ellis", "reason": "x"})
        refused.get(f"/cases/{case.reference}")
    for _ in range(3):
        other.get(f"/cases/{cases[0].reference}")
    with transaction.atomic():
        auditor = actor(AUDITOR)
        state_actor(auditor)
        found = [(one.who, one.looked_at, one.searches, one.refused) for one in busiest(auditor, now())]
        assert busiest(auditor, now() + timedelta(days=2)) == []
    # The same case opened thrice is one case.
    assert found == [("Colin Webb", 4, 4, 0), ("Priya Nair", 1, 0, 0), ("Kofi Mensah", 0, 0, 4)]
    browser = signed_in(AUDITOR)
    page = browser.get("/audit/").content.decode()
    assert "Who looked most in the last 24 hours" in page
    assert f'<a href="/audit/?user_id={user(COLIN).pk}">Colin Webb</a>' in page
    assert "Who looked most" not in browser.get("/audit/", {"kind": "view"}).content.decode()


def test_a_readers_day_is_one_line_and_ones_own_can_be_left_out(transactional_db: None) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA), now=now(), involved=[agency("three-oaks").id])
    for _ in range(3):
        signed_in(PRIYA).get(f"/cases/{case.reference}")
        signed_in("aisha.rahman@police.example").get(f"/cases/{case.reference}")
    address = f"/cases/{case.reference}/readers"
    whole, others = (signed_in(PRIYA).get(address + more).content.decode() for more in ("", "?others"))
    assert (
        whole.count('data-head="Who">Aisha Rahman') == whole.count('data-head="What">read the case') - 1 == 1
    )
    assert "3 times from" in whole
    assert 'data-head="Who">Priya Nair' in whole
    assert 'data-head="Who">Aisha Rahman' in others
    assert "read the case" not in others.split('data-head="Who">Priya Nair')[-1].split("</tr>")[0]
    assert others.count('data-head="Who">Priya Nair') == 0
    assert "shared with Three Oaks" in whole
