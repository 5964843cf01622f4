"""What is said about signing in, in one place. None of it tells whether an address has an account."""

from __future__ import annotations

LOCKED = "Too many wrong tries. Wait five minutes and try again, or reset your password."
WRONG_CODE = "That code is not right, or it has been used. Wait for the next one and type it as it is shown."

ACCOUNT_ERRORS: dict[str, str] = {
    "account_inactive": "This account has been suspended. Ask your agency’s local administrator.",
    "email_password_mismatch": "The email address or the password is not right. Check both and try again.",
    "enter_current_password": "That is not your present password.",
    "incorrect_password": "That is not your password.",
    "incorrect_code": WRONG_CODE,
    "invalid_password_reset": "This link has been used, is too old, or is not whole.",
    "too_many_login_attempts": LOCKED,
    "rate_limited": "Too many tries in a short time. Wait a minute and try again.",
}
MFA_ERRORS: dict[str, str] = {
    "cannot_delete_authenticator": (
        "Your role needs a second step, and this is your last one. Add another before you remove it."
    ),
    "cannot_generate_recovery_codes": "Set up an authenticator app or a passkey first.",
    "incorrect_code": WRONG_CODE,
}
CHOOSING = (
    "At least 12 characters. Three or four words that do not belong together are easy to remember and hard"
    " to guess."
)

# What was changed about an account -> the sentence its owner is sent (allauth's names of the notices).
NOTICES: dict[str, str] = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_set": "A password was set.",
    "account/email/password_reset": "Your password was changed with a link that was sent to you.",
    "mfa/email/totp_activated": "An authenticator app was added as a second step.",
    "mfa/email/totp_deactivated": "The authenticator app was removed as a second step.",
    "mfa/email/webauthn_added": "A passkey or security key was added.",
    "mfa/email/webauthn_removed": "A passkey or security key was removed.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made; the old ones no longer work.",
    "socialaccount/email/account_connected": "Your agency’s own sign-in was connected to your account.",
    "socialaccount/email/account_disconnected": "Your agency’s own sign-in was taken off your account.",
}
