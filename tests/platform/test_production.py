"""SENTINEL_MODE=production, looked at from outside: over the wire, through what a proxy that ends TLS sends on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from sentinel.foundation.embedded import Embedded
from tests.conftest import PASSWORD
from tests.platform.copies import HOST, PRODUCTION, ROOT, Browser, Copy

pytestmark = pytest.mark.long
PRIYA = "priya.nair@charnwood.example"
ADMIN = "joyce.lim@charnwood.example"


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    """Every address that takes no argument."""
    found = []
    for one in patterns:
        part = str(one.pattern).lstrip("^").rstrip("$").replace("\\Z", "")
        if "<" in part or "(" in part:
            continue
        found += (
            addresses(one.url_patterns, before + part) if isinstance(one, URLResolver) else [before + part]
        )
    return sorted(set(found))


def settings_only(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of Django's without any database, in production."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "SENTINEL_"))}
    return subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-m", "django", *command],
        env={**kept, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "sentinel.settings", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def signed_in(production: Copy) -> Browser:
    browser = production.browser()
    assert browser.sign_in(PRIYA, PASSWORD).status == 302
    return browser


def test_djangos_own_check_finds_nothing(tmp_path: Path) -> None:
    done = settings_only(
        "check", "--deploy", "--fail-level", "INFO", SENTINEL_HOME=str(tmp_path), **PRODUCTION
    )
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_sentinels_check_finds_nothing(production: Copy) -> None:
    done = production.run("check", "--deploy", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said["problems"] == []
    # No mail server is a choice, and whoever made it must know where links come from.
    assert ["sentinel user reset-link" in note for note in said["notes"]] == [True]
    assert "sentinel user reset-link" in production.run("check", "--deploy").stdout


def test_production_without_a_secret_key_does_not_start(tmp_path: Path) -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "SENTINEL_SECRET_KEY"}
    done = settings_only("check", SENTINEL_HOME=str(tmp_path), **without)
    assert done.returncode != 0
    assert "SENTINEL_SECRET_KEY must be set" in done.stderr
    assert not (tmp_path / "secrets" / "secret-key").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SENTINEL_MODE", "prod"),
        ("SENTINEL_UPLOAD_MB", "20 MB"),
        ("SENTINEL_OIDC", "[{'provider_id': 'county'}]"),
        ("SENTINEL_OIDC", '{"provider_id": "county"}'),
        ("SENTINEL_SECOND_FACTOR_ROLES", "auditor,administrator"),
    ],
)
def test_a_setting_that_cannot_be_read_is_said_by_its_name(tmp_path: Path, name: str, value: str) -> None:
    done = settings_only("check", SENTINEL_HOME=str(tmp_path), **{**PRODUCTION, name: value})
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_every_page_carries_the_same_strict_headers(signed_in: Browser) -> None:
    asked = [path for path in addresses(get_resolver().url_patterns) if "logout" not in path]
    assert len(asked) > 15
    for path in asked:
        answer = signed_in.get(path)
        assert answer.status < 500, path
        if path in ("/healthz", "/readyz", "/metrics"):
            continue
        headers = answer.headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'", path
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'", path
        assert policy["img-src"] == ("'self' data:" if path == reverse("mfa_activate_totp") else "'self'"), (
            path
        )
        assert not any(
            word in headers["content-security-policy"] for word in ("unsafe", "http:", "https:", "*", "nonce")
        ), path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        assert headers["cross-origin-opener-policy"] == "same-origin", path
        assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload", path
        assert "no-store" in headers["cache-control"], path
        assert "camera=()" in headers["permissions-policy"], path
        assert headers["x-request-id"], path


def test_no_page_holds_a_script_or_style_of_its_own(signed_in: Browser) -> None:
    for path in ("/account/login/", "/", "/reports/take", "/nothing-here"):
        body = signed_in.get(path).body.decode()
        for part in body.split("<script")[1:]:
            assert part.partition(">")[2].startswith("</script>"), path
        assert "<style" not in body, path
        assert " style=" not in body, path
        assert " onclick=" not in body, path
        assert "javascript:" not in body, path


def test_the_cookies_are_for_this_host_alone_and_for_https(production: Copy) -> None:
    browser = production.browser()
    set_here = browser.get("/account/login/").cookies + browser.sign_in(PRIYA, PASSWORD).cookies
    assert {one.partition("=")[0] for one in set_here} >= {"__Host-sentinel", "__Host-sentinel-form"}
    for one in set_here:
        parts = {part.strip().lower() for part in one.split(";")}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts, one.partition("=")[0]
        assert not any(part.startswith("domain") for part in parts)


def test_plain_http_is_sent_to_https(production: Copy) -> None:
    plain = Browser(production.port, headers={})
    answer = plain.get("/account/login/?next=/cases/")
    assert answer.status == 301
    assert answer.headers["location"] == f"https://{HOST}/account/login/?next=/cases/"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.parametrize("host", [HOST, "10.0.0.7:8000", "localhost", ""])
def test_a_probe_is_never_redirected_whatever_host_it_names(production: Copy, path: str, host: str) -> None:
    answer = Browser(production.port, host=host, headers={}).get(path)
    assert answer.status == 200
    assert answer.cookies == []


def test_ready_tells_of_the_clock_too(production: Copy) -> None:
    answer = Browser(production.port, headers={}).get("/readyz")
    assert json.loads(answer.body) == {"database": "ok", "migrations": "ok", "worker": "ok", "clock": "ok"}


def test_metrics_are_for_this_machine_and_not_for_whom_a_proxy_speaks(production: Copy) -> None:
    assert production.browser().get("/metrics").status == 404
    assert b"sentinel_jobs_failed 0.0" in Browser(production.port, headers={}).get("/metrics").body


def test_metrics_are_the_same_whichever_process_answers(production: Copy) -> None:
    def counted() -> set[float]:
        found = set()
        for _ in range(12):
            body = Browser(production.port, headers={}).get("/metrics").body.decode()
            lines = [
                line
                for line in body.splitlines()
                if line.startswith("sentinel_requests_total{") and '"account_login"' in line
            ]
            found.add(sum(float(line.rpartition(" ")[2]) for line in lines))
        return found

    for _ in range(8):
        production.browser().get("/account/login/")
    seen = counted()
    assert len(seen) == 1
    assert seen.pop() >= 8


def test_another_host_name_is_refused_in_plain_words(production: Copy) -> None:
    answer = Browser(production.port, host="evil.example").get("/account/login/")
    assert answer.status == 400
    assert b"evil" not in answer.body
    assert b"Nothing was saved" in answer.body


def test_an_error_shows_no_inner_workings(production: Copy) -> None:
    body = production.browser().get("/account/nothing").body
    for inside in (b"Traceback", b"DEBUG", b"urlpatterns", b"/src/sentinel"):
        assert inside not in body


def test_production_refuses_a_moved_clock(production: Copy) -> None:
    server = Embedded(production.home).start()
    try:
        with psycopg.connect(server.superuser_dsn("sentinel"), autocommit=True) as superuser:
            superuser.execute("DELETE FROM foundation_clock")
            superuser.execute("INSERT INTO foundation_clock (id, \"offset\") VALUES (1, '3 days')")
            try:
                ready = Browser(production.port, headers={}).get("/readyz")
                assert ready.status == 503
                assert json.loads(ready.body)["clock"] == "moved"
                checked = production.run("check", "--deploy", "--json")
                assert checked.returncode == 1
                assert "moved" in checked.stdout
            finally:
                superuser.execute("UPDATE foundation_clock SET \"offset\" = '0'")
    finally:
        server.stop()
    assert Browser(production.port, headers={}).get("/readyz").status == 200
