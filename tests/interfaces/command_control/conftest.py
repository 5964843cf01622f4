"""A receiver of what is sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from sentinel.interfaces.command_control.fake.receiver import Receiver, server


@pytest.fixture
def listening() -> Iterator[tuple[Receiver, str]]:
    """A receiver on a real port, and its address."""
    receiver = Receiver("")
    with server(receiver) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        yield receiver, f"http://localhost:{web.server_address[1]}/markers"
        web.shutdown()
        thread.join()
