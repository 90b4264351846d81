"""On a cluster comes what one process comes to: the same scores, entries, boards and digest.

Runs a real Spark in a real Java; without them it says so and is skipped.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from test_workers import villages, with_words

import plain_schemes
from jifen_rules import (
    Result,
    Roster,
    SchemeFile,
    evaluate_events,
    load_scheme,
    read_events,
    read_roster,
)
from jifen_rules.inputs.event import canonical_events
from jifen_rules.session import View, make_ready

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java"),
    pytest.mark.filterwarnings("ignore"),  # of Spark and what it brings along
]

if find_spec("pyspark") is not None:
    import pyspark
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.pandas.types import from_arrow_schema

    from jifen_rules.spark import Frames, evaluate_frames
    from jifen_rules.spark.buckets import dealt_out
    from jifen_rules.spark.cluster import tied_pairs
    from jifen_rules.spark.components import label_components
    from jifen_rules.spark.job import ROWS, Job
    from jifen_rules.spark.packed import EventPacker, EventUnpacker

END = date(2024, 12, 31)
TESTS = Path(__file__).parents[1]


def session(master: str) -> "SparkSession":
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(master)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
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
        for mine, theirs in zip(shown.schema.types, table.schema.types):  # lists name their items
            assert pyarrow.types.is_list(theirs) or mine == theirs
        assert shown.cast(table.schema).equals(table)
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
    """Evaluate rows on the cluster and by one process: each column is in every row."""
    table = framed(spark, rows)
    texts = [{n: row.get(n) for n in table.columns} for row in rows]
    one = evaluate_events(schemes, roster, texts, as_of, **asked)
    found = evaluate_frames(schemes, roster, table, as_of, partitions=3, **asked)
    assert_same(found, one)
    found.close()


@pytest.mark.parametrize("first", (0, 300))
def test_villages_with_flows_and_ranks(spark: "SparkSession", first: int) -> None:
    """With a roster and without; events that share ids, name each other, or are none."""
    made, file = next(villages(first))
    roster = read_roster(made.roster) if first == 0 else None
    both(spark, file, roster, with_words(first, [{**row} for row in made.events]), made.as_of)


def test_a_plain_scheme_under_a_roster_whose_people_did_nothing(spark: "SparkSession") -> None:
    file = plain_schemes.scheme(1)
    rows = with_words(1, plain_schemes.events(1, file))
    both(spark, file, Roster(plain_schemes.ROSTER), rows, status="count")


PAYS = """{scheme: pays, effective_from: 2024-01-01, subject: household, period: year, floor: none,
 base: 10, at_period_end: clear,
 indicators: [{id: help, name: 志愿服务, points: 5, to: {total: 1/2, named: 1/2}}]}"""


def test_a_chain_of_payments_and_names_is_one_group(spark: "SparkSession") -> None:
    """Each pays the next one; the last event is taken back by one that names it alone."""
    file = load_scheme("pays.yaml", text=PAYS)
    rows = [
        {
            "id": f"e{n}",
            "date": f"2024-03-{n + 1:02}",
            "subject": f"H{n:02}",
            "indicator": "help",
            "to": f"H{n + 1:02}",
        }
        for n in range(20)
    ]
    rows += [{"id": "v", "date": "2024-04-01", "voids": "e19"}, {"id": "w", "date": "2024-04-01"}]
    roster = read_roster([{"id": f"H{n:02}", "kind": "household"} for n in range(25)])
    both(spark, file, roster, rows)
    job = Job(make_ready(file), roster, View(END))
    read = framed(spark, rows).mapInArrow(job.read, from_arrow_schema(ROWS))
    labels = {row.node: row.first for row in label_components(tied_pairs(read)).collect()}
    named = {"\0event e19", "\0event v"}
    assert labels.keys() | set(labels.values()) == {f"H{n:02}" for n in range(21)} | named
    assert len(set(labels.values())) == 1


def test_names_are_found_and_a_roster_may_be_a_frame(spark: "SparkSession") -> None:
    file = load_scheme("pays.yaml", text=PAYS)
    people = [{"id": "H1", "name": "张家"}, {"id": "H2", "name": "李家"}]
    rows = [
        {"id": "1", "date": "2024年3月1日", "subject": "张家", "indicator": "志愿服务", "to": "H2"}
    ]
    found = evaluate_frames(file, framed(spark, people), framed(spark, rows), END)
    assert_same(found, evaluate_events(file, read_roster(people), rows, END))
    # 10 + 5 / 2; a share is of what the giver was granted: 10 + 2.5 / 2
    totals = {row.subject: row.total for row in found.boards.collect()}
    assert totals == {"H1": Decimal("12.5"), "H2": Decimal("11.25")}


def test_a_heavy_group_has_a_task_of_its_own_and_each_task_a_partition(
    spark: "SparkSession",
) -> None:
    sizes = {"heavy": 500, **{f"g{n}": 5 for n in range(100)}}
    rows = [(group, "event", b"") for group, size in sizes.items() for _ in range(size)]
    frame = spark.createDataFrame(rows, "component string, what string, data binary")
    dealt = dealt_out(frame, 4)
    shares = [len(part) for part in dealt.rdd.glom().collect()]
    assert shares[0] == 500 and sum(shares) == 1000 and len(shares) == 5
    per_task = dealt.groupBy("task").count().collect()
    assert sorted(row["count"] for row in per_task) == sorted(filter(None, shares))


def test_an_event_comes_out_of_its_bytes_as_it_went_in() -> None:
    """Digits that were written stay written, and fields that few events have are those of each."""
    rows: list[dict[str, object]] = [
        {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "a", "quantity": "1.50"},
        {"id": "2", "date": "0001-01-01", "subject": "张家", "indicator": "a", "note": "半天"},
        {"id": "3", "date": "9999-12-31", "subject": "x", "indicator": "b", "note": "半天"},
        {"id": "4", "date": "2024-03-01", "subject": "x", "indicator": "b", "亩": "-0"},
        {"id": "5", "date": "2024-03-01", "voids": "4", "recorded_on": "2024-04-01"},
        {"id": "6", "date": "2024-03-01", "subject": "x", "indicator": "b", "points": "1e3"},
    ]
    events, bad = read_events(rows, {"亩"})
    packer, unpacker = EventPacker(), EventUnpacker()
    found = [unpacker.unpack(packer.pack(event)) for event in events]
    assert (found, bad) == ([*events], ())
    assert [*canonical_events(iter(found))] == [*canonical_events(iter(events))]


def test_what_is_wrong_is_said_before_anything_is_sent(spark: "SparkSession") -> None:
    file, rows = load_scheme("pays.yaml", text=PAYS), framed(spark, [{"id": "1"}])
    wrong: Any = []
    with pytest.raises(TypeError, match="events are a data frame of Spark, not a list"):
        evaluate_frames(file, None, wrong, END)
    with pytest.raises(ValueError, match="0 partitions are none"):
        evaluate_frames(file, None, rows, END, partitions=0)
    with pytest.raises(ValueError, match="more than 200 years"):
        evaluate_frames(file, None, rows, date(2600, 1, 1))


KILLED = """
import os, signal, sys, threading, time
from datetime import date
from pathlib import Path
import test_spark as here
from jifen_rules import evaluate_events, load_scheme

def executors():
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(bytes(1))
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if b"org.apache.spark.executor.CoarseGrainedExecutorBackend" in words and mine(parent):
                found.append(int(folder.name))
    return found

def mine(number):
    while number > 1:
        if number == os.getpid():
            return True
        number = int(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])
    return False

spark = here.session("local-cluster[2,1,1024]")
spark.sparkContext.setLogLevel("OFF")
file = load_scheme("pays.yaml", text=here.PAYS)
rows = [
    {"id": f"e{n}", "date": f"2024-{n % 12 + 1:02}-01", "subject": f"H{n % 300}",
     "indicator": "help", "to": f"H{n * 7 % 300 // 3 * 3}"}
    for n in range(6000)
]
frame = here.framed(spark, rows)
killed = []

def kill():
    while not killed:
        time.sleep(float(sys.argv[1]))
        for number in executors()[:1]:
            os.kill(number, signal.SIGKILL)
            killed.append(number)

threading.Thread(target=kill, daemon=True).start()
found = here.evaluate_frames(file, None, frame, here.END, partitions=6)
here.assert_same(found, evaluate_events(file, None, rows, here.END))
assert killed, "none was killed in time"
print("same", len(killed))
"""


def test_a_killed_executor_changes_nothing() -> None:
    """Two executors in processes of their own; one is killed while the work is done."""
    environment = {**os.environ, "SPARK_HOME": str(Path(pyspark.__file__).parent)}
    environment |= {
        "PYTHONPATH": f"{TESTS}{os.pathsep}{Path(__file__).parent}",
        "PYSPARK_PYTHON": sys.executable,
    }
    command = [sys.executable, "-W", "ignore", "-c", KILLED, "3"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["same", "1"], done.stderr[-3000:]
