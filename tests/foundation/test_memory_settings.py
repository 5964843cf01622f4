"""The server keeps in memory what the machine can spare."""

from __future__ import annotations

import pytest

from sentinel.foundation.embedded import cluster

GB = 2**30


@pytest.mark.parametrize(
    ("total", "buffers", "cache"),
    [(GB // 2, "128MB", "1024MB"), (4 * GB, "512MB", "2048MB"), (24 * GB, "2048MB", "12288MB")],
)
def test_an_eighth_of_the_memory_within_bounds(total: int, buffers: str, cache: str) -> None:
    assert cluster.memory_settings(total) == {"shared_buffers": buffers, "effective_cache_size": cache}


def test_the_machine_has_some() -> None:
    assert cluster.machine_memory() > GB // 4
