"""Arrow: tables of any library in, exact tables out, the trace as Parquet.

Round trips are exact.
"""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from jifen_rules import (
    Entry,
    Outcome,
    Step,
    evaluate_events,
    load_scheme,
    read_events,
    read_roster,
    read_trace,
    stream_entries,
    verify_trace,
    write_trace,
)
from jifen_rules.core.arrow import ArrowColumn, arrow_table
from jifen_rules.core.sources import ArrowStream
from test_public_face import DEMO, END, ROW, demo, year
from villages import village

FRAMES: dict[str, Callable[[pyarrow.Table], ArrowStream]] = {
    "pyarrow": lambda table: table,
    "reader": lambda table: pyarrow.RecordBatchReader.from_batches(
        table.schema, table.to_batches(3)
    ),
    "pandas": lambda table: table.to_pandas(),
    "polars": lambda table: import_module("polars").from_arrow(table),
    "duckdb": lambda table: import_module("duckdb").from_arrow(table),
}
"""How each library holds an Arrow table."""


def typed_rows() -> list[dict[str, object]]:
    return [
        {
            "id": str(n),
            "date": date(2024, 3, 1 + n),
            "subject": "张家",
            "indicator": "help",
            "quantity": Decimal(n) / 4,
            "points": 0.1 if n else None,
            "note": "半天" if n % 2 else None,
        }
        for n in range(8)
    ]


@pytest.mark.parametrize("library", FRAMES)
def test_a_table_of_any_library_gives_the_events_of_its_rows(library: str) -> None:
    if library != "reader":
        pytest.importorskip(library)
    rows = typed_rows()
    events, bad = read_events(FRAMES[library](pyarrow.Table.from_pylist(rows)))
    assert (events, bad) == read_events(rows) and len(events) == 8
    # 3 quarters are 0.75, not 0.7500; 0.1 is the decimal that a float shows
    assert (events[3].quantity, events[3].points) == (Decimal("0.75"), Decimal("0.1"))


def test_words_times_and_columns_of_each_arrow_type_are_read_as_people_see_them() -> None:
    table = pyarrow.table(
        {
            "id": pyarrow.array([1, 2], pyarrow.int64()),
            "date": pyarrow.array(
                [datetime(2024, 3, 1), datetime(2024, 3, 2, 9, 30)], pyarrow.timestamp("ns")
            ),
            "subject": pyarrow.array(["张家", "李家"]).dictionary_encode(),
            "indicator": pyarrow.array(["help", "help"], pyarrow.large_string()),
            "quantity": pyarrow.array([3.0, None]),
        }
    )
    events, bad = read_events(table)
    assert not bad
    assert [(e.id, e.date, e.time, e.subject, e.quantity) for e in events] == [
        ("1", date(2024, 3, 1), "", "张家", Decimal(3)),
        ("2", date(2024, 3, 2), "09:30", "李家", None),
    ]


def test_a_table_reads_as_its_rows_do_whatever_its_columns_hold() -> None:
    """What is refused is told in the values of the table: 1.5 stays 1.5, and is no text."""
    values: dict[str, tuple[pyarrow.DataType, list[object]]] = {
        "date": (pyarrow.date32(), [date(2024, 3, 1), None]),
        "quantity": (pyarrow.float64(), [1.5, 0.0, -0.0, float("nan"), float("inf"), None, 3.0]),
        "points": (pyarrow.decimal128(9, 3), [Decimal("2.500"), Decimal("0.000"), None]),
        "level": (pyarrow.string(), ["优", "", None, "#N/A"]),
        "time": (pyarrow.time32("s"), [time(8, 30), None]),
        "declared_on": (pyarrow.timestamp("us", "UTC"), [datetime(2024, 3, 1, tzinfo=UTC), None]),
        "note": (pyarrow.list_(pyarrow.string()), [None, ["a"]]),
        "flag": (pyarrow.bool_(), [True, False, None]),
        "raw": (pyarrow.binary(), [b"a", None]),
        "nothing": (pyarrow.null(), [None]),
        "word": (pyarrow.dictionary(pyarrow.int8(), pyarrow.string()), ["甲", None, "乙"]),
    }
    size = 84
    columns = {
        name: (kind, [v[n % len(v)] for n in range(size)]) for name, (kind, v) in values.items()
    }
    columns["id"] = (pyarrow.int64(), [n % 80 for n in range(size)])
    for name in ("subject", "indicator"):
        columns[name] = (pyarrow.string(), ["张家" if n % 11 else None for n in range(size)])
    table = pyarrow.table({n: pyarrow.array(cells, kind) for n, (kind, cells) in columns.items()})
    rows = [dict(zip(columns, cells)) for cells in zip(*(c for _, c in columns.values()))]
    declared = ("flag", "raw", "word", "nothing")
    found = read_events(table.slice(0, 70), declared)
    assert found == read_events(rows[:70], declared)
    assert len(found[0]) > 10 and len(found[1]) > 10
    # and in several batches, one of which begins within an array
    assert read_events(pyarrow.concat_tables([table.slice(3, 40), table.slice(50)]), declared) == (
        read_events([*rows[3:43], *rows[50:]], declared)
    )


def test_each_reader_and_evaluation_take_a_table() -> None:
    table = pyarrow.Table.from_pylist([ROW])
    result = evaluate_events(demo(), None, [ROW], END)
    assert evaluate_events(demo(), None, table, END) == result
    assert tuple(stream_entries(demo(), None, table, END)) == result.entries
    people = [{"id": "张三", "class": "党员"}]
    assert read_roster(pyarrow.Table.from_pylist(people)).rows == read_roster(people).rows


def test_a_row_of_a_table_that_is_none_costs_only_itself() -> None:
    table = pyarrow.Table.from_pylist([ROW, ROW | {"id": "2", "date": "soon"}])
    result = evaluate_events(demo(), None, table, END)
    assert [e.outcome.value for e in result.entries] == ["counted", "unreadable"]


def entry_of(row: dict[str, Any]) -> Entry:
    """Make the entry that a row of `entries_table` says."""
    inputs = {pair["name"]: pair["value"] for pair in row["inputs"]}
    ledgers = {pair["name"]: pair["points"] for pair in row["ledgers"]}
    steps = tuple(Step(**step) for step in row["steps"])
    said = {
        "outcome": Outcome(row["outcome"]),
        "inputs": inputs,
        "ledgers": ledgers,
        "steps": steps,
    }
    return Entry(**(row | said))


def test_entries_come_back_from_their_table_exactly() -> None:
    """The year of the example, and generated villages that use all of the language."""
    results = [year()[2]]
    for seed in range(700, 730):
        case = village(seed)
        scheme, roster = load_scheme("v.yaml", text=case.text), read_roster(case.roster)
        results.append(evaluate_events(scheme, roster, case.events, case.as_of, status="count"))
    for result in results:
        table = result.entries_table()
        assert tuple(entry_of(row) for row in table.to_pylist()) == tuple(result.entries)
        scores = result.scores_table().to_pylist()
        for row, score in zip(scores, result.scores, strict=True):
            assert (row["subject"], row["period"]) == (score.subject, score.period.label)
            assert (row["base"], row["total"]) == (score.base, score.total)
            for prefix, figures in (("ledger", score.ledgers), ("weighed", score.weighed)):
                assert {name: row[f"{prefix}:{name}"] for name in figures} == dict(figures)
            levels = {name: row[f"tier:{name}"] for name in score.tiers}
            assert levels == {name: standing.level for name, standing in score.tiers.items()}


def test_points_are_decimal128_of_the_places_they_need() -> None:
    scheme = load_scheme("demo.yaml", text=DEMO.replace("points: 5", "points: 0.125"))
    table = evaluate_events(scheme, None, [ROW], END).scores_table()
    assert table.schema.field("total").type == pyarrow.decimal128(38, 3)
    assert table.column("total").to_pylist() == [Decimal("0.125")]


def test_an_empty_result_has_tables_with_their_columns() -> None:
    result = evaluate_events(demo(), None, [], END)
    assert result.entries_table().num_rows == 0
    assert result.entries_table().column_names[:3] == ["event", "subject", "period"]
    assert result.scores_table().num_rows == 0


def test_a_figure_beyond_38_digits_is_refused_in_a_sentence() -> None:
    column = ArrowColumn("points", "points", lambda item: item)
    assert arrow_table([Decimal("9" * 38)], [column]).num_rows == 1
    with pytest.raises(ValueError, match="figures of 39 digits do not fit a decimal of 38"):
        arrow_table([Decimal("9" * 38), Decimal("0.1")], [column])


def test_a_trace_in_parquet_reads_back_equal_and_verifies(tmp_path: Path) -> None:
    scheme, roster, result = year()
    write_trace(result, tmp_path / "t.parquet")
    write_trace(result, tmp_path / "t.jsonl")
    trace = read_trace(tmp_path / "t.parquet")
    assert trace == read_trace(tmp_path / "t.jsonl") and trace.entries == result.entries
    assert verify_trace(str(tmp_path / "t.parquet"), scheme, roster, result=result).finding is None
    table = pyarrow.parquet.read_table(tmp_path / "t.parquet")
    granted = sum(table.column("granted").to_pylist())
    assert granted == sum(entry.granted for entry in result.entries)


def test_the_command_writes_parquet_by_the_ending(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(DEMO, "utf-8")
    (tmp_path / "e.csv").write_text("id,date,subject,indicator\n1,2024-03-01,张家,help\n", "utf-8")
    command = [
        sys.executable,
        "-m",
        "jifen_rules",
        "score",
        "s.yaml",
        "e.csv",
        "--trace",
        "t.parquet",
    ]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert len(read_trace(tmp_path / "t.parquet").entries) == 1


def test_a_file_that_is_no_trace_in_parquet_is_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "t.parquet"
    file.write_text("{}", "utf-8")
    with pytest.raises(ValueError, match="line 1 is of a file that is no trace in Parquet"):
        read_trace(file)
    pyarrow.parquet.write_table(pyarrow.table({"other": [1]}), file)
    with pytest.raises(ValueError, match="no trace in Parquet"):
        read_trace(file)
    finding = verify_trace(file, demo()).finding
    assert finding is not None and finding.line == 1


@pytest.mark.parametrize("command", ["score", "verify"])
def test_without_the_extra_the_command_says_what_to_install(command: str, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(DEMO, "utf-8")
    (tmp_path / "e.csv").write_text("id,date,subject,indicator\n1,2024-03-01,张家,help\n", "utf-8")
    (tmp_path / "t.parquet").write_text("{}", "utf-8")
    line = {
        "score": ["score", "s.yaml", "e.csv", "--trace", "t.parquet"],
        "verify": ["verify", "t.parquet", "--scheme", "s.yaml"],
    }[command]
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        f"sys.argv = ['jifen', *{line}, '--lang', 'en']\n"
        "from jifen_rules.__main__ import main\nmain()"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 2
    said = "a trace in Parquet needs more: python -m pip install 'jifen-rules[arrow]'"
    assert said in run.stderr and "Traceback" not in run.stderr


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from datetime import date\n"
        "from jifen_rules import evaluate_events, load_scheme\n"
        f"scheme = load_scheme('d.yaml', text='''{DEMO}''')\n"
        f"result = evaluate_events(scheme, None, [{ROW}], date(2024, 12, 31))\n"
        "try: result.scores_table()\n"
        "except ImportError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "this needs pyarrow: pip install 'jifen-rules[arrow]'"
