"""The settings of a test process, with one more page: the floor that the others are measured against."""

from sentinel.settings import *  # noqa: F403  everything but the addresses is the product's own

ROOT_URLCONF = "bench.urls"
