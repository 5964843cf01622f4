"""The settings of a test process, with one more page: the floor that the others are measured against."""

import os

from sentinel.settings import *  # noqa: F403  everything but the addresses is the product's own

ROOT_URLCONF = "bench.urls"

# The same database for who may pass every policy, with copies of the tables before the tables themselves (bench.submit).
if os.environ.get("BENCH_SUPERUSER_URL"):
    DATABASES["bare"] = database(os.environ["BENCH_SUPERUSER_URL"])  # noqa: F405
    DATABASES["bare"]["OPTIONS"]["options"] = "-c search_path=bare"  # noqa: F405
