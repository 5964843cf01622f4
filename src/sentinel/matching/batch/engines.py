"""Splink over DuckDB, PostgreSQL or Spark: where the extract is put, and the same model for each. Loaded by the command alone."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow
import pyarrow.parquet
import splink.comparison_level_library as levels
from splink import Linker, SettingsCreator
from splink.comparison_library import CustomComparison

from sentinel.kernel.errors import Invalid
from sentinel.matching.batch.faces import COLUMNS
from sentinel.matching.batch.model import CANDIDATES, COMPARISONS, Comparison, Model, rule_of

TABLE: Final = "faces"
SCHEMA: Final = "sentinel_match"
NEEDS: Final = {"duckdb": ("duckdb",), "postgresql": ("sqlalchemy",), "spark": ("pyspark",)}
_HOW: Final = {
    "postgresql": "SENTINEL_MATCH_DATABASE_URL, a database that is not Sentinel's own, and the package sqlalchemy",
    "spark": "the package pyspark and a Java runtime",
}


@dataclass(frozen=True)
class Settings:
    """Where and with how much: megabytes of memory for DuckDB or Spark, cores, the URL of PostgreSQL, Spark's master."""

    backend: str
    memory_mb: int
    cores: int
    database_url: str = ""
    spark_master: str = ""


@dataclass(frozen=True)
class Engine:
    """A backend with the extract in it."""

    api: Any
    table: Any


def check(settings: Settings) -> None:
    """Raises `Invalid`, saying what is wanted, for a backend that is not there."""
    if settings.backend not in NEEDS:
        raise Invalid(f"There is no backend {settings.backend}. There are: {', '.join(NEEDS)}.")
    missing = [name for name in NEEDS[settings.backend] if importlib.util.find_spec(name) is None]
    if missing or (settings.backend == "postgresql" and not settings.database_url):
        raise Invalid(f"The backend {settings.backend} wants {_HOW[settings.backend]}.")


@contextmanager
def engine(settings: Settings, extract: Path, scratch: Path) -> Iterator[Engine]:
    """The extract in a backend, and nothing of it left there afterwards."""
    check(settings)
    logging.getLogger("splink").setLevel(logging.ERROR)
    opened = {"duckdb": _duckdb, "postgresql": _postgresql, "spark": _spark}[settings.backend]
    with opened(settings, extract, scratch) as api:
        yield Engine(api, api.register(TABLE))


@contextmanager
def _duckdb(settings: Settings, extract: Path, scratch: Path) -> Iterator[Any]:
    import duckdb
    from splink import DuckDBAPI

    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{settings.memory_mb}MB",
            "threads": settings.cores,
            "temp_directory": str(scratch / "spill"),
            "preserve_insertion_order": False,
            # Nothing is fetched: the extract never leaves the machine, and no extension comes to it.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    try:
        connection.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM read_parquet(?)", [str(extract)])  # noqa: S608 - a name of ours
        yield DuckDBAPI(connection)
    finally:
        connection.close()


@contextmanager
def _postgresql(settings: Settings, extract: Path, scratch: Path) -> Iterator[Any]:
    # Found by name: neither is a part of what Sentinel installs.
    sqlalchemy = import_module("sqlalchemy")
    api_of = import_module("splink.backends.postgres").PostgresAPI

    def connect() -> Any:
        # By psycopg itself, which reads every form of address that the rest of Sentinel takes.
        return psycopg.connect(
            settings.database_url, options=f"-csearch_path={SCHEMA},public -csynchronous_commit=off"
        )

    made = sqlalchemy.create_engine("postgresql+psycopg://", creator=connect)
    forget = sqlalchemy.text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    try:
        with made.begin() as connection:
            connection.execute(forget)
        api = api_of(made, schema=SCHEMA)
        _copy(made, extract)
        yield api
    finally:
        with made.begin() as connection:
            connection.execute(forget)
        made.dispose()


def _copy(made: Any, extract: Path) -> None:
    """Splink would have DuckDB fetch an extension for this: the rows go by COPY."""
    columns = ", ".join(f"{name} text" for name in COLUMNS)
    raw = made.raw_connection()
    try:
        with raw.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {SCHEMA}.{TABLE} (unique_id bigint, person bigint, {columns})")
            with cursor.copy(
                f"COPY {SCHEMA}.{TABLE} (unique_id, person, {', '.join(COLUMNS)}) FROM STDIN"
            ) as copy:
                for batch in pyarrow.parquet.ParquetFile(extract).iter_batches(20_000):
                    for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                        copy.write_row(row)
            cursor.execute(f"ANALYZE {SCHEMA}.{TABLE}")
        raw.commit()
    finally:
        raw.close()


@contextmanager
def _spark(settings: Settings, extract: Path, scratch: Path) -> Iterator[Any]:
    sql = import_module("pyspark.sql")
    spark = import_module("splink.backends.spark")

    session = (
        sql.SparkSession.builder.appName("Sentinel match")
        .master(settings.spark_master or f"local[{settings.cores}]")
        .config("spark.driver.memory", f"{settings.memory_mb}m")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.jars", spark.similarity_jar_location())
        .config("spark.local.dir", str(scratch / "spill"))
        .config("spark.sql.warehouse.dir", str(scratch / "warehouse"))
        .config("spark.sql.shuffle.partitions", str(4 * settings.cores))
        .config("spark.default.parallelism", str(4 * settings.cores))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    session.sparkContext.setCheckpointDir(str(scratch / "checkpoints"))
    try:
        session.read.parquet(str(extract)).createOrReplaceTempView(TABLE)
        yield spark.SparkAPI(spark_session=session, break_lineage_method="persist")
    finally:
        session.stop()


def linker(made: Engine, model: Model, faces: int) -> Linker:
    """Splink with a model: nothing of the model depends on the backend."""
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(one, model) for one in COMPARISONS],
        blocking_rules_to_generate_predictions=[rule_of(columns) for columns in CANDIDATES],  # type: ignore[misc]
        probability_two_random_records_match=model.prior(faces),
        # For the levels of a pair, which are its reasons; the values beside them are not written down.
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=False,
        additional_columns_to_retain=["person"],
    )
    return Linker(made.table, settings, log_level=logging.ERROR)


def _comparison(one: Comparison, model: Model) -> CustomComparison:
    found: list[Any] = [levels.CustomLevel(one.null, "missing").configure(is_null_level=True)]
    for level in one.levels:
        made = levels.CustomLevel(level.condition, level.name)
        share = model.shares[one.name][level.name]
        if level.rarity:
            made.configure(tf_adjustment_column=level.rarity, tf_adjustment_weight=1.0)
        found.append(made.configure(m_probability=share.same, u_probability=share.strangers))
    share = model.shares[one.name]["different"]
    found.append(levels.ElseLevel().configure(m_probability=share.same, u_probability=share.strangers))
    return CustomComparison(found, output_column_name=one.name)
