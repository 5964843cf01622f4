"""What is sent in production goes over https: to a system whose certificate is the host's, and to no other."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sentinel.interfaces.command_control import sending
from sentinel.interfaces.command_control.fake.receiver import Receiver, server
from sentinel.interfaces.command_control.sending import NotTaken


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of localhost and its key, signed by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    secret = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    found = tmp_path / "localhost.pem"
    found.write_bytes(made.public_bytes(form) + secret)
    return found


@pytest.fixture
def port(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A receiver behind TLS, which takes everything."""
    receiver = Receiver("")
    monkeypatch.setattr(receiver, "take", lambda headers, body: 204)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with server(receiver) as web:
        web.socket = context.wrap_socket(web.socket, server_side=True)
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        yield web.server_address[1]
        web.shutdown()
        thread.join()


def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(sending.ssl, "create_default_context", lambda: made)


def test_a_certificate_that_nobody_vouches_for_is_sent_nothing(port: int) -> None:
    with pytest.raises(NotTaken, match="certificate"):
        sending.post(f"https://localhost:{port}/", b"{}", {}, loopback=True)


def test_a_system_with_its_own_certificate_is_sent_it(
    port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted(certificate, monkeypatch)
    sending.post(f"https://localhost:{port}/", b"{}", {}, loopback=True)


def test_another_hosts_certificate_is_sent_nothing(
    port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted(certificate, monkeypatch)
    with pytest.raises(NotTaken, match="certificate"):
        sending.post(f"https://127.0.0.1:{port}/", b"{}", {}, loopback=True)
