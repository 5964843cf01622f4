"""Every page of allauth that can be reached has a twin of ours, and what is not wanted cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import allauth
import pytest
from django.template import TemplateDoesNotExist, engines
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from sentinel.accounts.sign_in import urls

# Templates that allauth renders by name and not through a view's template_name.
BY_NAME = (
    "account/signup_closed.html", "socialaccount/authentication_error.html", "429.html",
    "mfa/recovery_codes/download.txt",
)  # fmt: skip
# Sign-in pages that are never rendered as such: they redirect, answer data, or their template is one of BY_NAME.
WITHOUT_PAGE = {
    "mfa_login_webauthn",
    "openid_connect_callback",
    "openid_connect_login",
    "session_keep",
    "account_home",
}
MESSAGES = (
    "account/messages/logged_in.txt", "account/messages/logged_out.txt", "account/messages/password_changed.txt",
    "account/messages/password_set.txt", "mfa/messages/totp_activated.txt", "mfa/messages/totp_deactivated.txt",
    "mfa/messages/webauthn_added.txt", "mfa/messages/webauthn_removed.txt",
    "mfa/messages/recovery_codes_generated.txt", "usersessions/messages/sessions_logged_out.txt",
    "socialaccount/messages/account_connected.txt", "socialaccount/messages/account_connected_updated.txt",
    "socialaccount/messages/account_connected_other.txt", "socialaccount/messages/account_disconnected.txt",
)  # fmt: skip
CLOSED = (
    "account_signup", "account_email", "account_confirm_email", "account_email_verification_sent",
    "account_confirm_login_code", "account_request_login_code", "account_signup_by_passkey", "mfa_signup_webauthn",
    "mfa_trust", "socialaccount_signup",
)  # fmt: skip


def _views() -> Iterator[tuple[str, str]]:
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        view = getattr(pattern.callback, "view_class", None)
        name = getattr(view, "template_name", None)
        if pattern.name not in WITHOUT_PAGE:
            assert name, f"{pattern.name} has no template that this test can see"
            yield str(pattern.name), name


def _has_twin(template: str) -> bool:
    try:
        engines["jinja2"].get_template(template)
    except TemplateDoesNotExist:
        return False
    return True


@pytest.mark.parametrize(("view", "template"), list(_views()))
def test_every_reachable_page_has_a_twin(view: str, template: str) -> None:
    assert _has_twin(template), f"{view} shows {template}, which only allauth has"


@pytest.mark.parametrize("template", [*BY_NAME, *MESSAGES])
def test_what_is_rendered_by_name_has_a_twin(template: str) -> None:
    assert _has_twin(template)


def test_the_list_of_messages_leaves_none_out() -> None:
    root = Path(allauth.__file__).parent / "templates"
    theirs = {str(found.relative_to(root)) for found in root.glob("*/messages/*.txt")}
    about_addresses = {name for name in theirs if "email" in name or "phone" in name or "code_sent" in name}
    assert theirs - about_addresses == set(MESSAGES)


def test_every_address_under_account_is_one_that_was_chosen() -> None:
    chosen = {pattern.name for pattern in urls.urlpatterns}
    found = {
        str(name) for name in get_resolver().reverse_dict if isinstance(name, str)
        and name.startswith(("account_", "mfa_", "socialaccount_", "usersessions_", "openid_"))
    }  # fmt: skip
    assert found <= chosen


@pytest.mark.parametrize("name", CLOSED)
def test_what_is_not_wanted_has_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "login/code/", "2fa/", "3rdparty/", "confirm-email/x/"]
)
def test_their_usual_addresses_answer_nothing(transactional_db: None, path: str) -> None:
    assert Client(headers={"host": "localhost"}).get(f"/account/{path}").status_code == 404
