"""The JSON of a line has one writer.

It writes what `json` would of the same values, for entries and for records alike.
"""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError, fields, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from pickle import dumps, loads
from typing import Any

import pytest
from hypothesis import given, strategies as st
from typer.testing import CliRunner

import plain_schemes
from jifen_rules import (
    Event,
    Result,
    SchemeError,
    evaluate_events,
    load_scheme,
    start_session,
    stream_entries,
)
from jifen_rules.cli import app
from jifen_rules.compile import compile_versions
from jifen_rules.core.remembered import Remembered
from jifen_rules.core.terms import plain
from jifen_rules.engine import RowReader, rows_in_order
from jifen_rules.report.render.to_json import render_trace
from jifen_rules.scheme.model import SchemeFile
from jifen_rules.trace.chain import in_blocks, sealed_lines, trace_lines
from jifen_rules.trace.entry import ADMITTED, Entries, Entry, Outcome, Step, order_entries
from jifen_rules.trace.entry_text import entry_text
from shards import shards, some

ODD = (
    '"',
    "\\",
    '\\"',
    "a\nb\tc",
    "\x00\x1f\x7f",
    "</script>",
    "\u2028",
    "\u2029",
    "🌾",
    "‏مرحبا",
    "e\u0301",
    "'",
    "{}",
    " 户 ",
)
AS_OF = plain_schemes.AS_OF


# --- what a line says, once more and plainly: docs/TRACE.md ---------------------------------------


def plainly(entry: Entry) -> dict[str, Any]:
    """The fields of a line, in their order."""
    return {
        "trace": 2,
        "event": entry.event,
        "subject": entry.subject,
        "period": entry.period,
        "indicator": entry.indicator,
        "version": entry.version and str(entry.version),
        "date": entry.date and str(entry.date),
        "outcome": str(entry.outcome),
        "inputs": dict(entry.inputs),
        "asked": number(entry.asked),
        "steps": [
            {
                "kind": s.kind,
                "id": s.id,
                "name": s.name,
                "place": s.place,
                "basis": s.basis,
                "before": number(s.before),
                "after": number(s.after),
                "room": number(s.room),
                "window": s.window,
                "note": s.note,
            }
            for s in entry.steps
        ],
        "granted": number(entry.granted),
        "ledgers": {name: number(amount) for name, amount in entry.ledgers.items()},
        "total_after": number(entry.total_after),
    }


def number(value: Decimal | Fraction | None) -> str | None:
    """Digits of the whole number and of the rest, without sign of zero or zeros at the end."""
    if value is None:
        return None
    whole, rest = divmod(abs(Fraction(value)), 1)
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    return ("-" if value < 0 else "") + str(whole) + ("." + digits if digits else "")


def dumped(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)


texts = st.one_of(st.text(max_size=8), st.sampled_from(ODD))
days = st.none() | st.dates()
points = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)
steps = st.builds(
    Step,
    texts,
    texts,
    texts,
    texts,
    texts,
    st.none() | points,
    st.none() | points,
    st.none() | points,
    texts,
    texts,
)
entries = st.builds(
    Entry,
    st.none() | texts,
    texts,
    texts,
    texts,
    days,
    days,
    st.sampled_from(Outcome),
    st.dictionaries(texts, texts, max_size=3),
    points,
    st.lists(steps, max_size=3).map(tuple),
    points,
    st.dictionaries(texts, points, max_size=3),
    st.none() | points,
)


@given(entries)
def test_a_line_is_what_json_writes_of_the_entry(entry: Entry) -> None:
    assert entry_text(entry) == dumped(plainly(entry))


@given(st.lists(entries.filter(lambda entry: entry.outcome is not Outcome.SEALED), max_size=5))
def test_chains_are_those_of_the_lines_read_back(found: list[Entry]) -> None:
    lines = [*sealed_lines(found, (), scheme="s", as_of=AS_OF, digest="d", illustrative=True)]
    assert_chained(lines)
    seal = json.loads(lines[-1])
    assert seal["inputs"]["lines"] == str(len(found))
    assert list(seal["inputs"]) == ["scheme", "digest", "lines", "chains", "illustrative"]


def assert_chained(lines: list[str]) -> None:
    """Each line's hash is of its subject's one before and of itself; the last is of all ends."""
    ends: dict[str, str] = {}
    for text in lines:
        line = json.loads(text)
        if line["outcome"] == "sealed":
            rows = "\n".join(f"{subject} {end}" for subject, end in sorted(ends.items()))
            assert line["inputs"]["chains"] == sha256(rows.encode()).hexdigest()
        end = line.pop("chain")
        known = ends.get(line["subject"], "")
        ends[line["subject"]] = sha256((known + dumped(line)).encode()).hexdigest()[:32]
        assert end == ends[line["subject"]]
        assert text == dumped(line | {"chain": end}) + "\n"


# --- records -------------------------------------------------------------------------------------


def odd_case(seed: int) -> tuple[SchemeFile, list[dict[str, Any]]]:
    """A plain scheme and its events, with times, and names that JSON must write with care."""
    draw = random.Random(seed)
    file = None
    while file is None:
        name = json.dumps(draw.choice(["甲", *ODD[:3], *ODD[5:]]), ensure_ascii=False)
        text = plain_schemes.draw_text(draw).replace(
            "{id: i", f"{{name: {name}, basis: {name}, id: i"
        )
        more = (
            "{id: zeal, floor: none, at_period_end: clear}, {id: aid, floor: none, at_period_end: "
            "clear}, "
        )
        text = text.replace("ledgers: [", f"ledgers: [{more}")
        text = text.replace("to: {total:", "to: {zeal: whole, aid: 50%, total:")
        try:
            file = load_scheme('odd "name".yaml', text=text)
            compile_versions(file)
        except SchemeError:
            file = None
    words = [*draw.sample(ODD, 6), "户"]
    whose = {name: f"{draw.choice(words)}{name}" for name in ("甲", "乙", "丙", "外", "空")}
    rows = plain_schemes.events(
        seed, file, undoing=(0,)
    )  # ids are others here: they would name nobody
    for row in rows:
        row["id"] = f"{draw.choice(words)}{row['id']}"
        row["subject"] = whose[row["subject"]]
        some = {
            "time": f"{draw.randint(6, 12)}:{draw.choice(['30', '30:15'])}",
            "note": draw.choice(ODD),
            draw.choice(["备注\\", '"']): draw.choice(ODD),
        }
        row |= {key: value for key, value in some.items() if draw.random() < 0.3}
    rows += [
        draw.choice(rows) for _ in range(2) if seed % 3 == 0
    ]  # all of theirs goes the general way
    rows += [{"id": "none", "date": "no day", "note": draw.choice(ODD)}]
    return file, rows


@pytest.mark.parametrize("shard", shards(range(4)))
def test_lines_of_records_are_those_of_their_entries(shard: int) -> None:
    for seed in some(range(shard * 25, shard * 25 + 25)):
        file, rows = odd_case(seed)
        result = evaluate_events(file, None, rows, AS_OF, status="count")
        lines = [*trace_lines(result)]
        assert_chained(lines)
        expected = [(entry.subject, dumped(plainly(entry))) for entry in result.entries]
        found = [(subject, f"{line.decode()}}}") for subject, line in entries_of(result).lines()]
        assert found == expected, seed
        stream = [*stream_entries(file, None, rows, AS_OF, status="count", within=400)]
        assert stream == [*result.entries], seed
        assert [*map(entry_text, stream)] == [text for _, text in expected], seed
        assert tuple(stream) == order_entries(stream)
        chains = [line for line in lines if json.loads(line)["outcome"] not in ("scored", "sealed")]
        assert [*in_session(file, rows)][: len(chains)] == chains


def entries_of(result: Result) -> Entries:
    assert isinstance(result.entries, Entries)
    return result.entries


def in_session(file: Any, rows: list[dict[str, Any]]) -> Iterator[str]:
    """The trace of the same events, added one by one."""
    session = start_session(file, as_of=AS_OF, status="count")
    for row in rows:
        session.add(row)
    return trace_lines(session.result())


def test_many_lines_are_of_records_and_many_are_not() -> None:
    records = others = 0
    for seed in range(25):
        file, rows = odd_case(seed)
        result = evaluate_events(file, None, rows, AS_OF, status="count")
        rows_ = entries_of(result).rows
        records += sum(isinstance(row, tuple) and row[-1] is None for row in rows_)
        others += sum(not isinstance(row, tuple) or row[-1] is not None for row in rows_)
    assert min(records, others) > (records + others) / 5, (records, others)


def test_what_is_not_of_its_type_is_written_as_it_is_each_time() -> None:
    """3.0 equals Decimal(3), and is another text."""
    file = one_point()
    numbers: list[Any] = [Decimal(3), 3.0, Decimal("3.0"), 3, Decimal(0), 0.0]
    written = ["3", "3.0", "3", "3", "0", "0.0"]
    day = date(2024, 1, 1)
    events = [Event(f"e{n}", day, "H", "i", note="n", quantity=q) for n, q in enumerate(numbers)]
    events += [Event(f"f{n}", day, "H", "i", points=q) for n, q in enumerate(numbers)]
    events += [Event("g", day, "H", "i", attributes=[("a", "b")])]  # type: ignore[arg-type]  # a list
    result = evaluate_events(file, None, events, AS_OF)
    assert all(isinstance(row, tuple) for row in entries_of(result).rows)
    found = [json.loads(line)["inputs"] for line in trace_lines(result)][: len(events)]
    assert [inputs.get("quantity", inputs.get("points")) for inputs in found[:-1]] == written * 2
    assert found[-1] == {"a": "b"}


def test_an_entry_keeps_its_inputs_to_itself() -> None:
    rows = [
        {"id": f"e{n}", "date": "2024-01-01", "subject": "H", "indicator": "i", "note": "n"}
        for n in range(2)
    ]
    first, second = evaluate_events(one_point(), None, rows, AS_OF).entries
    first.inputs["written"] = "over"  # type: ignore[index]  # it may not be
    assert second.inputs == {"note": "n"}


def one_point() -> SchemeFile:
    return load_scheme("s.yaml", text=ONE_POINT)


ONE_POINT = """\
scheme: s
effective_from: 2024-01-01
subject: household
period: year
base: 0
floor: none
at_period_end: clear
categories: [{id: a, indicators: [{id: i, points: 1}]}]
"""


# --- what they stand on --------------------------------------------------------------------------


def test_rows_are_put_in_the_order_of_their_entries() -> None:
    """Day by day, by what opens it, time, id; equals stay as they came."""
    for seed in range(30):
        file, rows = odd_case(seed)
        result = evaluate_events(file, None, rows, AS_OF, status="count")
        mixed = [*entries_of(result).rows]
        random.Random(seed).shuffle(mixed)
        scribe = RowReader()
        expected = order_entries(map(scribe.entry, mixed))
        assert tuple(scribe.entry(row) for row in rows_in_order(mixed)) == expected


def test_refusals_are_had_without_making_entries() -> None:
    for seed in range(10):
        file, rows = odd_case(seed)
        result = evaluate_events(file, None, rows, AS_OF, status="count")
        refused = tuple(entry for entry in result.entries if entry.outcome not in ADMITTED)
        assert len(refused) >= 3 and result.rejected == refused


@given(points, st.sampled_from([1, 4, 10, 10**6]))
def test_numbers_are_written_plainly(value: Decimal, scale: int) -> None:
    whole = int(value)
    assert plain(value) == number(value)
    assert plain(whole, scale) == number(Fraction(whole, scale))
    assert plain(Fraction(whole, 8), scale) == number(Fraction(whole, 8 * scale))
    with pytest.raises(ValueError, match="no finite decimal"):
        plain(3 * whole + 1, 3 * scale)


def test_odd_numbers() -> None:
    assert [plain(Decimal(x)) for x in ("-0", "-0.00", "0E+5", "1E+5", "1.500", "100")] == [
        "0",
        "0",
        "0",
        "100000",
        "1.5",
        "100",
    ]
    for none in ("NaN", "Infinity", "-Infinity"):
        with pytest.raises((ValueError, OverflowError)):
            plain(Decimal(none))


def test_what_is_remembered_is_worked_out_once_while_there_is_room() -> None:
    asked: list[int] = []

    def work(key: int) -> int:
        asked.append(key)
        return 2 * key

    known = Remembered(work, most=3)
    assert [known[key] for key in (1, 2, 1, 3, 2, 4, 1)] == [2, 4, 2, 6, 4, 8, 2]
    assert asked == [1, 2, 3, 4, 1], "the fourth begins anew"
    assert len(known) == 2


@given(entries)
def test_entries_are_frozen_values(entry: Entry) -> None:
    given = {field.name: getattr(entry, field.name) for field in fields(entry)}
    again = Entry(**given)
    assert again == entry == Entry(*given.values()) == loads(dumps(entry)) == replace(entry)
    assert repr(again) == repr(entry) and repr(entry).startswith("Entry(event=")
    assert type(again) is Entry and not hasattr(again, "__dict__")
    assert replace(entry, subject=entry.subject + "x") != entry
    with pytest.raises(FrozenInstanceError):
        entry.subject = ""  # type: ignore[misc]  # it is frozen


def test_steps_have_their_defaults_and_need_the_rest() -> None:
    step = Step("net", "a", "b", "c:1", "", None, None)
    assert (step.room, step.window, step.note) == (None, "", "")
    assert hash(step) == hash(Step("net", "a", "b", "c:1", "", None, after=None, window=""))
    with pytest.raises(TypeError, match="after"):
        Step("net", "a", "b", "c:1", "", None)  # type: ignore[call-arg]  # one is missing


def test_the_command_writes_the_trace_of_the_result(tmp_path: Path) -> None:
    file, events = tmp_path / "s.yaml", tmp_path / "e.jsonl"
    file.write_text(ONE_POINT, "utf-8")
    rows = [
        {"id": f"e{n}{odd}", "date": f"2024-01-{n + 1:02}", "subject": odd, "indicator": "i"}
        for n, odd in enumerate(ODD)
    ]
    events.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    run = CliRunner().invoke(
        app, ["score", str(file), str(events), "--trace", str(tmp_path / "t.jsonl")]
    )
    assert run.exit_code == 1 and "3 rows could not be used" in run.output  # names of unseen signs
    result = evaluate_events(load_scheme(file), None, events, date(2024, 1, len(ODD)))
    assert (tmp_path / "t.jsonl").read_text("utf-8") == render_trace(result)


def test_a_board_tells_totals_apart_beyond_twenty_eight_digits() -> None:
    """乙 has one point more than 甲; 丙 as much as 甲, so they share the second place."""
    text = ONE_POINT.replace(
        "points: 1", "points: {between: [0, 1000000000000000000000000000000000]}"
    )
    most = 10**32
    rows = [
        {
            "id": s,
            "date": "2024-01-01",
            "subject": s,
            "indicator": "i",
            "points": str(most + (s == "乙")),
        }
        for s in "甲乙丙"
    ]
    board = evaluate_events(load_scheme("s.yaml", text=text), None, rows, AS_OF).boards[0]
    assert [(p.place, p.subject) for p in board.places] == [(1, "乙"), (2, "丙"), (2, "甲")]
    assert board.places[0].total == Decimal(most + 1)


def test_lines_are_joined_while_they_come() -> None:
    blocks = in_blocks((f"{n}\n".encode() for n in count()), size=3)
    assert [*islice(blocks, 2)] == [b"0\n1\n2\n", b"3\n4\n5\n"]
    assert [*in_blocks([b"a", b"b", b"c"], size=2)] == [b"ab", b"c"]
    assert [*in_blocks([])] == []
