"""Every environment variable that Sentinel reads, in one table (documented in docs/operations.md)."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, what it does, and what holds when it is not set."""

    name: str
    meaning: str
    default: str | None = None


VARIABLES = (
    Variable("SENTINEL_HOME", "the data folder: database, files, secrets, logs", "./var"),
    Variable("PORT", "the port of the web server on loopback", "8000"),
    Variable("SENTINEL_MODE", "demonstration, production or test", "demonstration"),
    Variable("SENTINEL_PROCESS", "web, worker or owner: which database role this process takes", "web"),
    Variable("DATABASE_URL", "the application's database role; unset: the embedded server"),
    Variable("DATABASE_OWNER_URL", "the owner's role: migrations, imports, demonstration"),
    Variable("DATABASE_WORKER_URL", "the worker's role; unset: derived by the supervisor"),
    Variable(
        "SENTINEL_SECRET_KEY", "signs sessions; unset: made once in the data folder, refused in production"
    ),
    Variable("SENTINEL_SEAL_KEY", "keys the seal of the audit; unset: made once in the data folder"),
    Variable("SENTINEL_SEAL_HEADS", "file outside the database that the seal's heads are written to"),
    Variable("SENTINEL_HOSTS", "host names served, separated by commas", "localhost"),
    Variable("SENTINEL_SECOND_FACTOR_ROLES", "roles that must use a second factor, separated by commas"),
    Variable(
        "SENTINEL_REASON_REQUIRED",
        "ask for a reason before a case, report, person or place is shown: yes or no",
        "no",
    ),
    Variable("SENTINEL_REFERENCE_PREFIX", "the letters that begin a reference", "LLR"),
    Variable(
        "SENTINEL_OIDC", "OpenID Connect providers as JSON, as django-allauth's APPS setting takes them"
    ),
    Variable(
        "SENTINEL_CLAMAV",
        "the virus scanner: unix:/path or tcp:host:port; unset: files are marked not scanned",
    ),
    Variable(
        "SENTINEL_SMTP",
        "smtp://user:password@host:port (STARTTLS) or smtps://; unset: messages stay in the outbox",
    ),
    Variable("SENTINEL_NOTIFY_KEY", "GOV.UK Notify's API key: email and text messages go by Notify"),
    Variable(
        "SENTINEL_NOTIFY_EMAIL",
        "the id of Notify's email template, whose fields are ((subject)) and ((body))",
    ),
    Variable("SENTINEL_NOTIFY_TEXT", "the id of Notify's text message template, whose field is ((body))"),
    Variable("SENTINEL_NOTIFY_URL", "where Notify answers", "https://api.notifications.service.gov.uk"),
    Variable("SENTINEL_MAIL_FROM", "the sender of messages", "Sentinel <sentinel@localhost>"),
    Variable(
        "SENTINEL_TILES", "map tile address with {z}/{x}/{y}; unset: no tiles, nobody is told where one looks"
    ),
    Variable("SENTINEL_UPLOAD_MB", "largest attachment in megabytes", "20"),
    Variable("SENTINEL_MATCH_BACKEND", "what compares all persons: duckdb, postgresql or spark", "duckdb"),
    Variable(
        "SENTINEL_MATCH_DATABASE_URL",
        "for postgresql: a database that is not Sentinel's own, in which a schema may be made",
    ),
    Variable("SENTINEL_MATCH_SPARK", "for spark: its master; unset: this machine alone"),
    Variable("SENTINEL_METRICS_TOKEN", "bearer token for /metrics; unset: loopback only"),
    Variable(
        "SENTINEL_TRUSTED_PROXY",
        "yes when a proxy in front ends TLS and sets X-Forwarded-Proto and -For",
        "no",
    ),
)
DEFAULTS = {v.name: v.default for v in VARIABLES}


class Environment:
    """Reads the table above.

    Raises KeyError for a name that is not in it, so that no variable stays undocumented.
    """

    def __init__(self, values: dict[str, str] | None = None) -> None:
        self._values = dict(os.environ) if values is None else values

    def get(self, name: str) -> str | None:
        """The variable's value, its default, or None."""
        default = DEFAULTS[name]
        value = self._values.get(name, "").strip()
        return value or default

    def text(self, name: str) -> str:
        """As get, but an unset variable without default is the empty string."""
        return self.get(name) or ""

    def yes(self, name: str) -> bool:
        """Whether the variable says yes."""
        return self.text(name).lower() in {"yes", "true", "1", "on"}

    def items(self, name: str) -> list[str]:
        """A comma-separated list, blanks dropped."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def number(self, name: str, least: int = 1) -> int:
        """A whole number. Raises ValueError, in words that name the variable, for anything else or less than `least`."""
        given = self.text(name)
        if not given.isascii() or not given.isdigit() or int(given) < least:
            raise ValueError(f"{name} is a whole number from {least} on, not “{given}”.")
        return int(given)

    @property
    def home(self) -> Path:
        """The data folder, absolute."""
        return Path(self.text("SENTINEL_HOME")).expanduser().resolve()


def kept_secret(home: Path, name: str) -> str:
    """A secret kept in the data folder (mode 0600), made at first use. Returns its text."""
    path = home / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(48))
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text().strip()
