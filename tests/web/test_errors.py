"""Error pages in plain words, which need nothing that may have failed."""

from __future__ import annotations

import pytest
from django.test import RequestFactory, override_settings

from sentinel.web import errors
from tests.web.checks import faults


@pytest.mark.parametrize("status", errors.STATUSES)
def test_each_error_page_is_a_good_page_without_any_context(status: int) -> None:
    response = errors.page(status)
    assert response.status_code == status
    assert faults(response.content.decode()) == []


@pytest.mark.parametrize("status", errors.STATUSES)
def test_no_error_page_speaks_in_numbers_or_jargon(status: int) -> None:
    words = errors.page(status).content.decode().split("<main")[1].split("</main>")[0]
    for jargon in (
        str(status),
        "HTTP",
        "server error",
        "Forbidden",
        "exception",
        "token",
        "CSRF",
        "database",
    ):
        assert jargon not in words


@pytest.mark.parametrize("status", [400, 409, 500, 503])
def test_a_failed_change_says_what_became_of_what_was_typed(status: int) -> None:
    words = errors.page(status).content.decode().lower()
    assert "not saved" in words or "nothing was saved" in words or "not been saved" in words


def test_being_away_says_when_to_come_back() -> None:
    assert errors.page(503)["Retry-After"] == "60"
    assert "Retry-After" not in errors.page(500)


def test_the_number_to_quote_is_shown_where_there_is_one() -> None:
    request = RequestFactory().get("/")
    request.request_id = "4f21"  # type: ignore[attr-defined]
    assert "4f21" in errors.failed(request).content.decode()
    assert "give them this number" not in errors.failed(RequestFactory().get("/")).content.decode()


def test_a_reason_is_shown_inert() -> None:
    html = errors.page(409, reason="<b>Priya Nair</b> closed it.").content.decode()
    assert "&lt;b&gt;Priya Nair&lt;/b&gt; closed it." in html


def test_absent_and_forbidden_records_answer_the_same() -> None:
    request = RequestFactory().get("/case/x")
    first = errors.not_found(request, Exception("there is none")).content
    second = errors.not_found(request, Exception("you may not")).content
    assert first == second


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(LookupError):
        errors.page(418)


@override_settings(TEMPLATES=[])
def test_the_failure_page_renders_without_djangos_engines() -> None:
    assert b"not saved" in errors.failed().content


def test_a_form_open_too_long_is_refused_in_words() -> None:
    response = errors.csrf_failed(RequestFactory().post("/"), "CSRF token missing.")
    assert response.status_code == 403
    assert b"open too long" in response.content
    assert b"CSRF" not in response.content
