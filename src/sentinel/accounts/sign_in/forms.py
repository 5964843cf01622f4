"""allauth's forms with our labels: what they check stays allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms

from sentinel.accounts.sign_in.wording import CHOOSING

EMAIL, PASSWORD, CODE = "Email address", "Password", "Code"
CODE_HINT = "Six figures from your authenticator app, or one of your recovery codes"


def _say(
    form: forms.BaseForm, name: str, label: str, hint: str = "", css: str = "govuk-input--width-20"
) -> None:
    """Give a field our label and hint; a placeholder vanishes as one types, so there is none."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["class"] = css


def _code(form: forms.BaseForm, label: str, hint: str) -> None:
    _say(form, "code", label, hint, "govuk-input--width-10")
    form.fields["code"].widget.attrs.update({"inputmode": "numeric", "autocomplete": "one-time-code"})


class SignInForm(account.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Email address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", EMAIL)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        _say(self, "password", PASSWORD)


class ForgottenForm(account.ResetPasswordForm):  # type: ignore[misc]
    """The address that a link is sent to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", EMAIL, "The one you sign in with")


class _NewPassword:
    fields: dict[str, forms.Field]

    def say_new(self) -> None:
        _say(self, "password1", "New password", CHOOSING)  # type: ignore[arg-type]
        _say(self, "password2", "New password again")  # type: ignore[arg-type]


class LinkPasswordForm(_NewPassword, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """A first or new password, by a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say_new()


class LinkForm(account.UserTokenForm):  # type: ignore[misc]
    """Whether a link is good: that of a suspended account is as good as none."""

    def _get_user(self, uidb36: str) -> Any:
        found = super()._get_user(uidb36)
        return found if found is not None and found.is_active else None


class SetPasswordForm(_NewPassword, account.SetPasswordForm):  # type: ignore[misc]
    """A first password, for somebody who signs in another way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say_new()


class ChangePasswordForm(_NewPassword, account.ChangePasswordForm):  # type: ignore[misc]
    """A new password, by the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "Present password")
        self.say_new()

    def clean(self) -> dict[str, Any]:
        """The new password is another one: a change that somebody else asked for must be one."""
        data: dict[str, Any] = super().clean()
        old, new = data.get("oldpassword"), data.get("password1")
        if old and new and old == new:
            self.add_error("password1", "This is your present password. Choose another.")
        return data


class ConfirmPasswordForm(account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", PASSWORD)


class CodeForm(mfa.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, CODE, CODE_HINT)


class ConfirmCodeForm(mfa.ReauthenticateForm):  # type: ignore[misc]
    """A code once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, CODE, CODE_HINT)


class AppForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "Code that the app shows", "Six figures; a new one comes every 30 seconds")


class PasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A name for a passkey, and whether it alone signs in."""

    name = forms.CharField(max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", "Name for this key", "So that you know it again: “Work phone”, “Blue key”")
        _say(
            self,
            "passwordless",
            "Sign in with this key alone",
            "It then asks for your finger, face or PIN instead of your password",
            "",
        )
        if not self.is_bound:
            self.fields["passwordless"].initial = True


class PasskeyNameForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = forms.CharField(max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", "Name for this key")
