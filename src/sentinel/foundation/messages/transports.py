"""By which service a message of a channel is handed over. The mail server, or the trial's outbox, takes email unless an interface
takes it over (design.md: transports are registered here and live in interfaces/)."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Protocol

from django.core.mail import EmailMessage

from sentinel.foundation.models import Message


class NotHandedOverError(Exception):
    """A service did not take a message. `kind` is a word for why, without anybody's data; `final`: trying again is no use."""

    def __init__(self, kind: str, *, final: bool = False) -> None:
        super().__init__(kind)
        self.kind = kind
        self.final = final


class Transport(Protocol):
    """Hands messages over to one service."""

    def hand_over(self, message: Message) -> str:
        """Give a message to the service. Returns the service's own id of it, "" where it has none. Raises NotHandedOverError.

        `message.attempts` is more than 1 where a try before may have reached the service: one that can be asked is asked first.
        """
        ...


class Mail:
    """Django's mail: the mail server, or the outbox of a trial. After a crash it may send twice, with the same Message-ID."""

    def hand_over(self, message: Message) -> str:
        """As Transport says."""
        mail = EmailMessage(
            subject=message.subject,
            body=message.body,
            to=[message.recipient],
            headers={"Message-ID": f"<{message.pk}@sentinel>", "Auto-Submitted": "auto-generated"},
        )
        try:
            mail.send()
        except (OSError, SMTPException, ValueError) as error:
            raise NotHandedOverError(type(error).__name__) from error
        return ""


_TRANSPORTS: dict[str, Transport] = {"email": Mail()}


def register_transport(channel: str, transport: Transport | None) -> Transport | None:
    """Have a channel ("email", "text") handed over by a transport from now on, or by none. Returns which it was before."""
    before = _TRANSPORTS.pop(channel, None)
    if transport is not None:
        _TRANSPORTS[channel] = transport
    return before


def channels() -> list[str]:
    """The channels that are handed over at all; what goes by any other waits."""
    return sorted(_TRANSPORTS)


def transport_of(channel: str) -> Transport:
    """The transport of a channel. Raises KeyError for one that has none."""
    return _TRANSPORTS[channel]
