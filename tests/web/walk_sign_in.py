"""The pages that somebody sees only half-way through signing in, or with second steps of their own."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from sentinel.accounts.links import password_link
from tests.accounts.test_second_step import code_of
from tests.conftest import PASSWORD
from tests.support import signed_in, user
from tests.web.walk import Walked, show

DAWN, KOFI = "dawn.ashby@charnwood.example", "kofi.mensah@soar-valley.example"


def a_passkey() -> dict[str, object]:
    """What is kept of a passkey that a browser registered."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(bytes(16), b"key-1", public)
    seen = AuthenticatorData.create(
        bytes(32),
        AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT,
        0,
        credential,
    )
    data = CollectedClientData.create("webauthn.create", b"challenge", "http://localhost")
    return {
        "id": websafe_encode(b"key-1"),
        "rawId": websafe_encode(b"key-1"),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(data),
            "attestationObject": websafe_encode(AttestationObject.create("none", seen, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }


def walk_sign_in(found: Walked) -> None:
    """Add these pages to what was met, and take their routes from what showed none."""
    secret = generate_totp_secret()
    TOTP.activate(user(DAWN), secret)
    RecoveryCodes.activate(user(DAWN))
    key = Authenticator.objects.create(
        user=user(DAWN),
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Work laptop", "credential": a_passkey()},
    )

    half = Client(headers={"host": "localhost"})
    half.post("/account/login/", {"login": DAWN, "password": PASSWORD})
    meet(found, half, "account/second-step/authenticate/")

    dawn = signed_in(DAWN)
    meet(found, dawn, "account/second-step/reauthenticate/")
    meet(found, dawn, "account/second-step/keys/reauthenticate/")
    dawn.post("/account/second-step/reauthenticate/", {"code": code_of(secret)})
    meet(found, dawn, "account/second-step/")
    meet(found, dawn, "account/second-step/keys/")
    meet(found, dawn, "account/second-step/codes/")
    meet(found, dawn, "account/second-step/keys/<int:pk>/name/", key.pk)
    meet(found, dawn, "account/second-step/keys/<int:pk>/remove/", key.pk, send=False)
    meet(found, dawn, "account/second-step/app/remove/", send=False)

    kofi = user(KOFI)
    link = password_link(kofi, "")
    nobody = Client(headers={"host": "localhost"})
    show(found, str(nobody.get(link)["Location"]), [nobody])
    show(found, "/account/password/reset/key/x-spent/", [nobody])
    kofi.set_unusable_password()
    kofi.save(update_fields=["password"])
    meet(found, signed_in(KOFI), "account/password/set/")


def meet(found: Walked, client: Client, route: str, number: int = 0, *, send: bool = True) -> None:
    """Show the page of one route."""
    address = "/" + route.replace("<int:pk>", str(number))
    found.pages.pop(address, None)
    show(found, address, [client], send=send)
    if address in found.pages:
        found.without.pop(route, None)
