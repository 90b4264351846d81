"""On a cluster comes what one process comes to: the same scores, entries, boards and digest.

Runs a real Spark in a real Java; without them it says so and is skipped.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow
import pytest

import plain_schemes
from jifen_rules import Result, Roster, SchemeFile, evaluate_events, read_roster
from test_workers import villages, with_words

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java"),
    pytest.mark.filterwarnings("ignore"),  # of Spark and what it brings along
]

if find_spec("pyspark") is not None:
    from pyspark.sql import DataFrame, SparkSession

    from jifen_rules.spark import Frames, evaluate_frames

END = date(2024, 12, 31)
TESTS = Path(__file__).parent


def session(master: str) -> "SparkSession":
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(master)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@pytest.fixture(scope="module")
def spark() -> "Iterator[SparkSession]":
    found = session("local[2]")
    found.sparkContext.setLogLevel("OFF")
    yield found
    found.stop()


def framed(spark: "SparkSession", rows: Sequence[Mapping[str, Any]]) -> "DataFrame":
    """Rows as a data frame of texts."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {n: [None if row.get(n) is None else str(row[n]) for row in rows] for n in names}
    schema = pyarrow.schema([(name, pyarrow.string()) for name in names])
    return spark.createDataFrame(pyarrow.table(columns, schema=schema))


def assert_same(found: "Frames", one: Result) -> None:
    assert found.digest == one.digest
    for frame, table in (
        (found.scores.orderBy("subject", "first_day"), one.scores_table()),
        (found.entries.orderBy("place").drop("place"), one.entries_table()),
    ):
        shown = frame.toArrow()
        assert shown.column_names == table.column_names
        assert [*map(str, shown.schema.types)] == [
            str(kind).replace("item: ", "element: ") for kind in table.schema.types
        ] or shown.num_rows == table.num_rows
        assert shown.to_pylist() == table.to_pylist()
    places = found.boards.orderBy("first_day", "place", "subject").collect()
    assert [(row.period, row.place, row.subject, row.total) for row in places] == [
        (board.period.label, place.place, place.subject, place.total)
        for board in one.boards
        for place in board.places
    ]
    assert (found.scheme, found.kind, found.illustrative, found.as_of) == (
        one.scheme,
        one.kind,
        one.illustrative,
        one.as_of,
    )


def both(
    spark: "SparkSession",
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    rows: Sequence[Mapping[str, Any]],
    as_of: date = END,
    **asked: Any,
) -> None:
    """Evaluate rows on the cluster and by one process: each column is in every row, as in a table."""
    table = framed(spark, rows)
    texts = [{n: row.get(n) for n in table.columns} for row in rows]
    one = evaluate_events(schemes, roster, texts, as_of, **asked)
    found = evaluate_frames(schemes, roster, table, as_of, partitions=3, **asked)
    assert_same(found, one)
    found.close()


@pytest.mark.parametrize("with_roster", (True, False))
@pytest.mark.parametrize("first", range(0, 600, 100))
def test_villages_with_flows_and_ranks(
    spark: "SparkSession", first: int, with_roster: bool
) -> None:
    made, file = next(villages(first))
    roster = read_roster(made.roster) if with_roster else None
    rows = with_words(first, [{**row} for row in made.events])
    both(spark, file, roster, rows, made.as_of)


@pytest.mark.parametrize("seed", range(3))
def test_plain_schemes(spark: "SparkSession", seed: int) -> None:
    file = plain_schemes.scheme(seed)
    rows = with_words(seed, plain_schemes.events(seed, file))
    for roster in (None, Roster(plain_schemes.ROSTER)):
        both(spark, file, roster, rows, status="count")
