"""What a library says of a failure: which kind of error it was and where, never its words."""

from __future__ import annotations

import json
import logging
from typing import Any

from sentinel.foundation.logs import handler
from sentinel.kernel.clock import as_utc, utc


def line_of(error: BaseException | None) -> dict[str, Any]:
    """The line that Django's own way of saying that a page failed becomes."""
    record = logging.getLogger("django.request").makeRecord(
        "django.request", logging.ERROR, __file__, 1, "%s: %s", ("Margaret Ellis", "/people/1"),
        (type(error), error, error.__traceback__) if error else None,
    )  # fmt: skip
    written = handler().format(record)
    assert "Margaret" not in written
    assert "Traceback" not in written
    assert "\n" not in written
    return json.loads(written)  # type: ignore[no-any-return]


def test_a_failed_page_leaves_the_kind_of_error_and_the_place() -> None:
    try:
        as_utc(utc(2026).replace(tzinfo=None))
    except ValueError as error:
        said = line_of(error)
    assert said["error_kind"] == "ValueError"
    assert said["where"].startswith("sentinel.kernel.clock:")
    assert said["level"] == "error"


def test_a_line_without_an_error_says_where_it_was_said() -> None:
    said = line_of(None)
    assert "error_kind" not in said
    assert said["where"] == "test_logs:1"
