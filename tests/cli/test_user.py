"""`sentinel user` and `sentinel agency` as one types them: accounts without a page, and the first of a partnership."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from click.testing import CliRunner
from django.test import Client

from sentinel.accounts.models import Agency
from sentinel.cli import main
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from tests.accounts.conftest import accounts, own, quick_passwords, sign_in
from tests.support import signed_in

__all__ = ["accounts", "quick_passwords"]
ROOT = Path(__file__).resolve().parents[2]
NEW = "jo.bell@charnwood.example"
PRIYA = "priya.nair@charnwood.example"
CREATE = ("user", "create", NEW, "--name", "Jo Bell", "--agency", "charnwood", "--role", "case_officer")
Run = Callable[..., Any]


@pytest.fixture
def sentinel(accounts: None, database_urls: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in this process against the test database, as the application's role."""
    monkeypatch.setenv("DATABASE_URL", database_urls["sentinel_app"])
    monkeypatch.setenv("PORT", "8765")

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(main, list(arguments), prog_name="sentinel")

    return run


@pytest.fixture
def production(accounts: None, database_urls: dict[str, str], tmp_path: Path) -> Run:
    """Runs the command in a process of its own in production mode."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        values = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "SENTINEL_HOME": str(tmp_path),
            "DATABASE_URL": database_urls["sentinel_app"],
            "DATABASE_OWNER_URL": database_urls["sentinel_owner"],
            "SENTINEL_MODE": "production",
            "SENTINEL_SECRET_KEY": "a-key-for-this-test-alone",
            "SENTINEL_HOSTS": "sentinel.example",
        }
        command = [sys.executable, "-m", "sentinel.cli", *arguments]
        return subprocess.run(command, env=values, capture_output=True, text=True, cwd=ROOT, check=False)

    return run


def test_a_made_account_gets_a_link_with_which_one_signs_in(sentinel: Run) -> None:
    done = sentinel(*CREATE, "--team", "charnwood asb team", "--json")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count("\n") == 1
    found = json.loads(done.stdout)
    assert (found["team"], found["roles"], found["state"]) == (
        "Charnwood ASB team",
        ["case_officer"],
        "invited",
    )
    assert found["link"].startswith("http://localhost:8765/account/password/reset/key/")
    browser = Client(headers={"host": "localhost"})
    form = browser.get(urlsplit(found["link"]).path)["Location"]
    words = {"password1": "violet anchor teapot", "password2": "violet anchor teapot"}
    assert browser.post(form, words).status_code == 302
    assert sign_in(browser, NEW, "violet anchor teapot")["Location"] == "/"


def test_the_audit_says_that_it_was_done_at_the_command_line(
    sentinel: Run, database_urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "jbell")
    sentinel(*CREATE)
    with psycopg.connect(database_urls["postgres"]) as connection:
        rows = connection.execute(
            "SELECT user_id, subject_id, reason FROM audit_entry WHERE kind = 'user_invited'"
        ).fetchall()
    assert rows == [(None, str(own(NEW).pk), "command line, account jbell")]
    page = signed_in("ravi.desai@police.example").get("/audit/").content.decode()
    assert '<td data-head="Who">Command line<br>Charnwood</td>' in page
    assert "command line, account jbell" in page
    assert "Not signed in" not in page.split("<tbody>")[-1]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"--agency": "nowhere"}, "There is no agency nowhere. There are: blaby, charnwood,"),
        ({"--role": "boss"}, "There is no role boss. There are: call_taker,"),
        ({"--team": "Night owls"}, "The agency has no team Night owls. Its teams: Charnwood ASB team."),
        ({"email": PRIYA}, "There is an account with this address."),
        ({"email": "nobody"}, "Type an address like name@agency.gov.uk."),
    ],
)
def test_what_is_wrong_is_said_in_one_plain_line(sentinel: Run, changed: dict[str, str], words: str) -> None:
    given = {"--name": "Jo Bell", "--agency": "charnwood", "--role": "case_officer", **changed}
    email = given.pop("email", NEW)
    done = sentinel("user", "create", email, *[word for pair in given.items() for word in pair])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {words}")
    assert "Traceback" not in done.stderr


def test_an_account_without_a_role_is_not_made(sentinel: Run) -> None:
    done = sentinel("user", "create", NEW, "--name", "Jo Bell", "--agency", "charnwood")
    assert (done.exit_code, "Give at least one --role" in done.stderr) == (1, True)


def test_the_list_tells_agency_roles_state_and_last_sign_in(sentinel: Run) -> None:
    sign_in(Client(headers={"host": "localhost"}), PRIYA)
    found = json.loads(sentinel("user", "list", "--agency", "charnwood", "--json").stdout)["users"]
    assert [user["email"].split(".")[0] for user in found] == [
        "colin",
        "dawn",
        "iris",
        "joyce",
        "noor",
        "priya",
        "ruth",
    ]
    priya = found[5]
    assert (priya["state"], priya["roles"]) == ("active", ["call_taker", "case_officer"])
    assert priya["last_sign_in"] == own(PRIYA).last_login.isoformat()  # type: ignore[union-attr]
    active = json.loads(sentinel("user", "list", "--state", "active", "--json").stdout)["users"]
    assert [user["email"] for user in active] == [PRIYA]
    auditors = json.loads(sentinel("user", "list", "--role", "auditor", "--json").stdout)["users"]
    assert [user["email"] for user in auditors] == ["ravi.desai@police.example"]


def test_suspending_ends_a_session_and_restoring_lets_in_again(sentinel: Run) -> None:
    browser = Client(headers={"host": "localhost"})
    sign_in(browser, PRIYA)
    assert json.loads(sentinel("user", "suspend", PRIYA, "--json").stdout)["state"] == "suspended"
    assert browser.get("/account/")["Location"].startswith("/account/login/")
    assert "suspended already" in sentinel("user", "suspend", PRIYA).stderr
    assert "is open again" in sentinel("user", "restore", PRIYA).stdout
    assert sign_in(browser, PRIYA)["Location"] == "/"


def test_a_reset_link_ends_the_password_at_once(sentinel: Run) -> None:
    found = json.loads(sentinel("user", "reset-link", PRIYA.upper(), "--json").stdout)
    assert found["email"] == PRIYA
    browser = Client(headers={"host": "localhost"})
    assert "is not right" in sign_in(browser, PRIYA).text
    assert browser.get(urlsplit(found["link"]).path).status_code == 302


def test_roles_are_given_and_taken_also_those_that_no_page_gives(sentinel: Run) -> None:
    done = sentinel("user", "roles", PRIYA, "--give", "auditor", "--take", "call_taker", "--json")
    assert json.loads(done.stdout)["roles"] == ["auditor", "case_officer"]
    assert own(PRIYA).role_codes == ["auditor", "case_officer"]
    assert sentinel("user", "roles", PRIYA).stdout == f"{PRIYA}: Auditor, Case officer\n"


def test_the_last_local_administrator_of_an_agency_stays(sentinel: Run) -> None:
    done = sentinel("user", "suspend", "joyce.lim@charnwood.example")
    assert (done.exit_code, "only local administrator" in done.stderr) == (1, True)


def test_an_unknown_address_is_said_to_be_unknown(sentinel: Run) -> None:
    done = sentinel("user", "suspend", "nobody@charnwood.example")
    assert (done.exit_code, "There is no account with the address" in done.stderr) == (1, True)


def test_an_agency_is_added_and_listed(sentinel: Run) -> None:
    add = (
        "agency",
        "add",
        "north-town",
        "--name",
        "North Town Council",
        "--kind",
        "district",
        "--phone",
        "01632 960999",
    )
    assert json.loads(sentinel(*add, "--json").stdout)["statutory"] is True
    made = Agency.objects.get(code="north-town")
    assert (made.short_name, made.desk_name, made.regime) == (
        "North Town Council", "North Town Council sharing desk", "gdpr",
    )  # fmt: skip
    assert not made.names_give_away
    assert "There is an agency of this name" in sentinel(*add).stderr
    hidden = (*add[:2], "recovery", "--name", "Recovery Together", *add[5:], "--name-gives-away", "--json")
    assert json.loads(sentinel(*hidden).stdout)["names_give_away"] is True
    rows = json.loads(sentinel("agency", "list", "--json").stdout)["agencies"]
    assert len(rows) == 18
    assert next(row["users"] for row in rows if row["code"] == "north-town") == 0


def test_an_agreement_is_entered_listed_and_ended(sentinel: Run) -> None:
    two = ("three-oaks", "charnwood", "--of", "report")
    entered = sentinel(
        "agreement", "add", *two, "--may", "know", "--emergency-role", "supervisor", "--legal-basis", "s.115",
        "--source", "Signed", "--from", "2020-07-01", "--json",
    )  # fmt: skip
    assert json.loads(entered.stdout)["until"] is None
    listed = sentinel("agreement", "list", "--owner", "three-oaks", "--other", "charnwood", "--json")
    assert [row["of"] for row in json.loads(listed.stdout)["agreements"]] == ["case", "report"]
    (ended,) = json.loads(sentinel("agreement", "end", *two, "--json").stdout)["ended"]
    assert (ended["break_glass_roles"], ended["until"]) == (["supervisor"], london_date(now()).isoformat())
    assert "No agreement of these two" in sentinel("agreement", "end", *two).stderr


def test_production_makes_no_demonstration_accounts_and_links_by_https(production: Run) -> None:
    for command in (("demo",), ("prepare", "--password", "correct horse battery staple")):
        refused = production(*command)
        assert (refused.returncode, "in production" in refused.stderr) == (1, True)
    link = json.loads(production(*CREATE, "--json").stdout)["link"]
    assert link.startswith("https://sentinel.example/account/password/reset/key/")


def test_production_without_accounts_says_how_the_first_are_made(
    production: Run, database_urls: dict[str, str]
) -> None:
    assert "Nobody can sign in yet" not in production("prepare").stderr
    with psycopg.connect(database_urls["postgres"], autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM accounts_user")
        connection.execute("DELETE FROM accounts_agency")
    told = production("prepare")
    assert (told.returncode, "sentinel user create --help" in told.stderr) == (0, True)
    assert "sentinel agency add --help" in production(*CREATE).stderr
