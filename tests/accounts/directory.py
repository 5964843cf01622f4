"""A small OpenID Connect provider over HTTP, for tests: discovery, codes with PKCE, signed tokens, userinfo.

It does what a good directory does unless a test tells it otherwise (`lies`).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

CLIENT, SECRET = "sentinel", "a secret of this test"


class Directory:
    """Whom it signs in is `person`: the claims of one person."""

    def __init__(self) -> None:
        self.address = ""
        self.key: RSAPrivateKey = rsa.generate_private_key(65537, 2048)
        self.signs_with: Any = self.key
        self.algorithm = "RS256"
        self.person: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = None
        self.token: dict[str, Any] = {}
        self.without_token = False
        self.given: dict[str, dict[str, str]] = {}

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, the person having signed in there."""
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.given[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """The tokens for a code: once, for the client's secret and the verifier of its challenge."""
        asked = self.given.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or sent.get("client_secret") != SECRET or challenge != asked["code_challenge"]:
            return None
        answer: dict[str, Any] = {
            "access_token": secrets.token_urlsafe(),
            "token_type": "Bearer",
            "expires_in": 60,
        }
        if not self.without_token:
            now = int(time.time())
            claims = {
                "iss": self.address,
                "aud": CLIENT,
                "iat": now,
                "exp": now + 60,
                **self.person,
                **self.token,
            }
            answer["id_token"] = jwt.encode(claims, self.signs_with, self.algorithm, headers={"kid": "one"})
        return answer


def _handler(directory: Directory) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", directory.authorize(asked))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            answers = {
                "/.well-known/openid-configuration": directory.configuration,
                "/keys": directory.keys,
                "/userinfo": lambda: directory.userinfo or directory.person,
            }
            self.answer(answers[parts.path]())

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            sent = {key: values[0] for key, values in parse_qs(self.rfile.read(length).decode()).items()}
            self.answer(directory.exchange(sent))

        def answer(self, data: dict[str, Any] | None) -> None:
            body = json.dumps(data or {"error": "invalid_grant"}).encode()
            self.send_response(200 if data else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    return Handler


@contextmanager
def serving(directory: Directory) -> Iterator[Directory]:
    """The directory at an address of its own, while the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(directory))
    directory.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield directory
    finally:
        server.shutdown()
        server.server_close()
