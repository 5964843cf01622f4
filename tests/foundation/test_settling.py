"""What lasts is taken out of the collector's walk, and what does not last is not kept by it."""

from __future__ import annotations

import gc
import weakref

import pytest

from sentinel.foundation.settling import SETTLES_AT, Settling


class Knot:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture(autouse=True)
def thawed() -> object:
    yield
    gc.unfreeze()


def test_what_was_loaded_by_the_first_answers_is_walked_no_more() -> None:
    settling = Settling()
    loaded = [[number] for number in range(10_000)]
    before = gc.get_freeze_count()
    for _ in range(min(SETTLES_AT) - 1):
        settling.answered()
    assert gc.get_freeze_count() == before
    settling.answered()
    assert gc.get_freeze_count() >= before + len(loaded)


def test_garbage_is_collected_before_and_after() -> None:
    settling, early = Settling(), Knot()
    gone_early = weakref.ref(early)
    del early
    for _ in range(min(SETTLES_AT)):
        settling.answered()
    assert gone_early() is None
    late = Knot()
    gone_late = weakref.ref(late)
    del late
    gc.collect()
    assert gone_late() is None
