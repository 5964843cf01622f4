"""How django-allauth is bent to Sentinel: by invitation only, in our words, with second steps that stay."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.encoding import force_bytes

from sentinel.accounts import tasks
from sentinel.accounts.agency_sign_in import account_for
from sentinel.accounts.links import base_of
from sentinel.accounts.models import User
from sentinel.accounts.queries import NOWHERE, address_of
from sentinel.accounts.second_factor import may_remove
from sentinel.accounts.sign_in.wording import ACCOUNT_ERRORS, MFA_ERRORS, NOTICES
from sentinel.foundation.clock import now
from sentinel.foundation.jobs import defer


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by invitation only; letters are sent by the worker."""

    error_messages = {**DefaultAccountAdapter.error_messages, **ACCOUNT_ERRORS}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: a local administrator invites (R170)."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address as the audit sees it, behind a trusted proxy too. All that have none count as one."""
        return address_of(request) or NOWHERE

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # By the account alone: allauth adds the host name, and each name that is served would have its own five tries.
        return f"sign-in:{str(credentials.get('email', '')).lower()}"

    def forget_attempts(self, request: HttpRequest, user: User) -> None:
        """Begin to count anew, after a password was set by a link."""
        self._delete_login_attempts_cached_email(request, email=user.email)

    def set_password(self, user: User, password: str) -> None:
        """Keep a new password; whoever was asked to change it has done so."""
        user.password_must_change = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's account."""
        return reverse("account_home")

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Have the worker make and send a link; the one that allauth made is dropped."""
        defer(tasks.mail_link, user_id=str(user.pk), why="forgotten", base=base_of(context["request"]))

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Have the worker tell the owner of the account what was changed."""
        if template_prefix in NOTICES:
            defer(tasks.mail_notice, user_id=str(user.pk), notice=template_prefix, at=now().isoformat())


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An agency's own sign-in (OpenID Connect) leads to an invited account with the same verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: an account exists before its first sign-in."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the invited account and connect it, or answer with plain words and let nobody in."""
        user = account_for(sociallogin, signed_in=request.user if request.user.is_authenticated else None)
        if user is None:
            raise ImmediateHttpResponse(self.refusal(request))
        if not sociallogin.is_existing and not request.user.is_authenticated:
            # Somebody signed in is asked for the password first, by allauth.
            sociallogin.connect(request, user)

    def refusal(self, request: HttpRequest) -> HttpResponse:
        """The page that says that nobody was found, without saying why."""
        return render(request, "socialaccount/authentication_error.html", {"unknown": True}, status=403)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second steps: their secrets are kept encrypted, and the last one of somebody who needs one stays."""

    error_messages = {**DefaultMFAAdapter.error_messages, **MFA_ERRORS}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The relying party: the host name without its port."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "Sentinel"}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether this second step may go."""
        return may_remove(authenticator)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What a new key is called until it is given a name."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Key {count + 1}"

    def encrypt(self, text: str) -> str:
        """A secret as it is kept: a copy of the database alone gives nobody a second step."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Raises cryptography.fernet.InvalidToken where the key has been changed."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str | bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"sentinel second factor").derive(force_bytes(key))
