"""The page of a pair as a test reads it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from django.test import Client

FIELD = re.compile(r'name="(version|seen|made)" value="([^"]*)"')
Read = Callable[[Client, str], dict[str, str]]


def shown(client: Client, address: str) -> dict[str, str]:
    """The hidden fields of a pair's page, as they are sent by who presses at once."""
    answer = client.get(address)
    assert answer.status_code == 200
    return {name: html.unescape(value) for name, value in FIELD.findall(answer.content.decode())}
