"""Reading events: rows of any file are what they are when read plainly, one by one.

`plain_events` is the meaning, spelled out: each line by itself, each row by itself, nothing
remembered.
"""

import csv
import io
import json
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings, strategies as st

from jifen_rules import Event, evaluate_events, load_scheme, read_events
from jifen_rules.core.values import (
    is_blank,
    parse_day,
    parse_time,
    plain_text,
    read_name,
    read_number,
)
from jifen_rules.core.vocabulary import COLUMNS
from jifen_rules.inputs import texts
from jifen_rules.inputs.event import Unreadable
from jifen_rules.inputs.intake import Intake
from shards import examples

quick = settings(
    max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

# --- the plain spelling ---------------------------------------------------------------------------

OWN = [
    "id",
    "date",
    "subject",
    "indicator",
    "time",
    "quantity",
    "level",
    "place",
    "points",
    "rating",
    "rater",
    "role",
    "matter",
    "status",
    "to",
    "declared_on",
    "published_on",
    "recorded_on",
    "voids",
    "corrects",
    "revokes",
    "disputes",
    "repairs",
    "note",
    "evidence",
]
ENGLISH = {chinese: name for name, chinese in COLUMNS.items()}
DATE = "a date of the row cannot be read"
NO_OBJECT = (
    "the line is no row: a file of JSON has one object in each line, and no list around them"
)
NUMBER = "a number of the row cannot be read"
TIME = "the time of the row cannot be read"
TWO_TIMES = "the row states two times: one with its date, and another one in its own column"
WORD = "a word of the row is a list or mapping"


SIGN = "a name of the row holds damaged signs"
TWICE = "two headings say the same column, and the row fills both"
SPEAKS = {"subject": "voids corrects disputes", "indicator": "voids repairs revokes disputes"}
READS: dict[str, tuple[Any, str]] = {
    **dict.fromkeys(("declared_on", "published_on", "recorded_on"), (parse_day, DATE)),
    "quantity": (read_number, NUMBER),
    "points": (read_number, NUMBER),
    "time": (parse_time, TIME),
}


def plain_event(row: Mapping[Any, Any]) -> Event | Unreadable:
    """One row by itself: id, date, what is parsed, the other words, who, what.

    The first fault is the reason.
    """
    heads = columns_of(map(str, row))
    filled = [(str(key), value) for key, value in row.items() if not is_blank(value)]
    content = contents(dict(filled))
    said: dict[str, Any] = {}
    for column, value in zip(heads, row.values(), strict=True):
        if is_blank(value):
            continue
        if not column:
            return refused(content, NO_HEADING)
        if column in said and str(said[column]).strip() != str(value).strip():
            return refused(content, TWICE)
        said[column] = value
    said.pop("", None)
    try:
        values: dict[str, Any] = {"id": named(said.get("id"), "the row has no id")}
        values["date"], clock = moment(said.get("date"))
        for name, (read, reason) in READS.items():
            if name in said:
                values[name] = parsed(read, said[name], reason)
        for name in [
            n for n in said if n not in ("id", "date", "subject", "indicator", *READS) and n in OWN
        ]:
            values[name] = worded(said[name])
        own = tuple(sorted((n, worded(said[n])) for n in sorted(said) if n not in OWN))
        for name in SPEAKS:
            values[name] = named(said.get(name), "")
        if clock and values.setdefault("time", clock) != clock:
            raise ValueError(TWO_TIMES)
        for name, speaks in SPEAKS.items():
            if not values[name] and not any(word in said for word in speaks.split()):
                raise ValueError(f"the row has no {name}")
    except ValueError as error:
        return refused(content, str(error))
    return Event(**values, attributes=own)


def columns_of(headings: Iterable[str]) -> list[str]:
    """Our names of the columns; a time alone is the day."""
    columns = [ENGLISH.get(word.strip(), word.strip()) for word in headings]
    if "date" not in columns and "time" in columns:
        columns[columns.index("time")] = "date"
    return columns


def refused(said: Mapping[str, Any], reason: str) -> Unreadable:
    return Unreadable(json.dumps(said, ensure_ascii=False, sort_keys=True, default=str), reason)


def contents(filled: dict[str, Any]) -> dict[str, Any]:
    """By our names for the columns, unless two headings are one."""
    english = {ENGLISH.get(head.strip(), head.strip()): cell for head, cell in filled.items()}
    return english if len(english) == len(filled) else filled


def worded(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        raise ValueError(WORD)
    try:
        return plain_text(value)
    except ValueError:
        raise ValueError(NUMBER) from None


def named(value: object, missing: str) -> str:
    name = read_name(worded(value))
    if "\ufffd" in name:
        raise ValueError(SIGN)
    if missing and not name:
        raise ValueError(missing)
    return name


def moment(value: object) -> tuple[date, str]:
    """The day, and the time that stands with it; midnight is none."""
    day = parsed(parse_day, value, DATE)
    if day is None:
        raise ValueError("the row has no date")
    if isinstance(value, datetime):
        return day, "" if value.time() < time(0, 0, 1) else parse_time(str(value.time())[:8])
    parts = re.split("[T ]", str(value).strip().partition(".")[0])
    clock = parsed(parse_time, parts[-1], TIME) if ":" in parts[-1] else ""
    return day, "" if clock == "00:00" else clock


def parsed(read: Any, value: object, reason: str) -> Any:
    if isinstance(value, date) and read is parse_day:
        return parse_day(value)
    if isinstance(value, dict | list | tuple):
        raise ValueError(reason)
    text = worded(value)
    if not text:
        return None
    try:
        return read(text)
    except ValueError:
        raise ValueError(reason) from None


def plain_line(line: str) -> Event | Unreadable:
    """One line of JSON by itself."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError
        return dict(pairs)

    def refuse(word: str) -> object:
        raise ValueError(word)

    try:
        row = json.loads(
            line, parse_float=str, parse_int=str, parse_constant=refuse, object_pairs_hook=once
        )
        json.dumps(row, ensure_ascii=False).encode() if "\\u" in line else None
    except (ValueError, RecursionError):
        row = None
    return plain_event(row) if isinstance(row, dict) else Unreadable(line, NO_OBJECT)


def plain_json(data: bytes) -> list[Event | Unreadable]:
    text = decoded(data)
    return [
        Unreadable(line.strip(), DAMAGED)
        if "\ufffd" in line or "\0" in line
        else plain_line(line.strip())
        for line in text.split("\n")
        if line.strip()
    ]


NO_HEADING = "a cell stands under no heading"
NO_HEADINGS = "the row stands where the headings should, and none of its words is one"
TOO_MANY = "the row has more cells than there are headings"
DAMAGED = "the row holds damaged bytes"


def parted(found: list[Event | Unreadable]) -> tuple[tuple[Event, ...], tuple[Unreadable, ...]]:
    events = tuple(one for one in found if isinstance(one, Event))
    return events, tuple(one for one in found if isinstance(one, Unreadable))


def same(one: Any, other: Any) -> None:
    """Equal, and written alike: Decimal("1.5") equals Decimal("1.50"), but is another word."""
    assert one == other
    assert [repr(e) for e in one[0]] == [repr(e) for e in other[0]]
    assert [type(e.date) for e in one[0]] == [date] * len(one[0])


# --- odd rows -------------------------------------------------------------------------------------


Colour = Enum("Colour", {"RED": "1"}, type=str)
"""A text that is written as another one; a StrEnum would be written as it is."""


DAYS = [
    "2024-03-01",
    "2024/3/1",
    "2024年3月1日",
    "2024.3.1",
    " 2024-03-01 ",
    "2024-02-30",
    "0005-01-01",
    "2024-03-01 09:30",
    "2024-03-01T9:30:00.5",
    "2024/3/1 00:00",
    "2024-03-01 25:00",
    "２０２４-03-01",
]
NUMBERS = ["1", "1.50", "1e3", "-0", "+2", "－3", "１２", "1e999", "0.1", ".5", "NaN", "九"]
TIMES = ["9:30", "09:30", "9时30分", "25:00", "7:05:09", "18点0分"]
WORDS = [
    "甲",
    "A",
    " A ",
    "",
    " ",
    "\u3000",
    "张三,李四",
    'a"b',
    "a: b",
    "{x}",
    "[",
    "C:\\",
    "\u2028",
    "\x1f",
    "\U0001f600",
    "yes",
]
VALUE = st.sampled_from([*DAYS, *NUMBERS, *TIMES, *WORDS]) | st.text(max_size=4)
HEADINGS = [
    *OWN,
    *COLUMNS.values(),
    " id ",
    "",
    " ",
    "hours",
    "在职",
    "a:b",
    "attributes",
    "quantity ",
]
LIKELY = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["1", "2", " 3"]),
        "date": st.sampled_from(DAYS),
        "subject": st.sampled_from(WORDS),
        "indicator": st.sampled_from(WORDS),
    },
    optional={
        "quantity": st.sampled_from(NUMBERS),
        "time": st.sampled_from(TIMES),
        "points": st.sampled_from(NUMBERS),
        "note": VALUE,
        "recorded_on": st.sampled_from(DAYS),
        "voids": VALUE,
        "编号": VALUE,
        "hours": VALUE,
        "": VALUE,
    },
)
TEXT_ROWS = LIKELY | st.dictionaries(st.sampled_from(HEADINGS), VALUE, max_size=7)
ODD = st.recursive(
    VALUE | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda part: (
        st.lists(part, max_size=2) | st.dictionaries(st.sampled_from(["a", "b"]), part, max_size=2)
    ),
    max_leaves=3,
)
JSON_ROWS = (
    TEXT_ROWS
    | st.dictionaries(st.sampled_from(HEADINGS), ODD, max_size=7)
    | LIKELY.flatmap(
        lambda row: st.fixed_dictionaries({k: st.just(v) for k, v in row.items()} | {"level": ODD})
    )
)


@quick
@given(st.lists(TEXT_ROWS, max_size=12))
def test_rows_read_as_they_do_one_by_one(given_rows: list[dict[str, object]]) -> None:
    same(read_events(given_rows), parted([plain_event(row) for row in given_rows]))


CALLER = st.one_of(
    ODD,
    st.just(Colour.RED),
    st.dates(),
    st.datetimes(),
    st.decimals(allow_nan=False),
    st.just(Decimal("1.50")),
)
KEY = st.sampled_from(HEADINGS) | st.sampled_from([1, True, 1.0, None, Colour.RED, ("id",)])


@quick
@given(
    st.lists(
        LIKELY
        | st.dictionaries(KEY, CALLER, max_size=7)
        | LIKELY.flatmap(
            lambda row: st.dictionaries(KEY, CALLER, max_size=4).map(lambda more: row | more)
        ),
        max_size=8,
    )
)
def test_so_do_mappings_of_whatever_a_program_gives(given_rows: list[dict[Any, object]]) -> None:
    same(read_events(given_rows), parted([plain_event(row) for row in given_rows]))
    one = Intake()
    assert [one.event_of(row) for row in given_rows] == [plain_event(row) for row in given_rows]


def dumped(row: dict[str, object], style: int) -> str:
    colon = [": ", ":", " : ", "\t:"][style % 4]
    return json.dumps(row, ensure_ascii=style % 8 < 4, separators=(", ", colon))


ODD_LINES = st.sampled_from(
    [
        '{"id": "1", "id": "2", "date": "2024-03-01", "subject": "A", "indicator": "x"}',
        '{"id": "1", "date": "2024-03-01", "subject": "A", "indicator": "x", "date": "2024-03-02"}',
        '{"id":"1","date":"2024-03-01","subject":"A","indicator":"x","note":{"a":1,"a":2}}',
        '{"id":"1","date":"2024-03-01","subject":"A","indicator":"x","quantity":1.50}',
        '{"id":1,"date":"2024-03-01","subject":"A","indicator":"x","quantity":-0}',
        '{"id":1,"date":"2024-03-01","subject":true,"indicator":null,"voids":[1,2.0]}',
        '{"id":1,"date":"2024-03-01","subject":"\\ud800","indicator":"x"}',
        '{"id":1,"date":"2024-03-01","subject":"\\ud83d\\ude00","indicator":"\\\\ud800"}',
        '{"\\udfff":1,"id":1,"date":"2024-03-01","subject":"A","indicator":"x"}',
        '{"id":NaN,"date":"2024-03-01"}',
        '{"id":1,"quantity":Infinity}',
        '{"id":"1","date":"2024-03-01","subject":"A","indicator":"x"}\u3000',
        '{"id":"1"},{"id":"2"}',
        '{"id":"1"} {"id":"2"}',
        '{"id":"1"',
        '"date":"2024-03-01"}',
        '{"id":[1',
        "2]}",
        '{"id":[{"a":1}',
        '{"b":2}]}',
        '{"id":"1',
        '2"}',
        "{",
        "}",
        "{}",
        "{},{}",
        "[]",
        "[{}]",
        "1",
        '"x"',
        "null",
        ",",
        "",
        "  ",
        "\r",
        "\ufeff{}",
        "{}\x0b",
        '{"a\tb": 1}',
        "[" * 2_000,
        '{"a":' * 500,
    ]
)
LINES = st.lists(st.builds(dumped, JSON_ROWS, st.integers(0, 7)) | ODD_LINES, max_size=8)


def reads_alike(folder: Path, name: str, data: bytes, plain: list[Event | Unreadable]) -> None:
    """Read as a file at once, and in blocks so small that each line is one, or each few."""
    file = folder / name
    file.write_bytes(data)
    for block in (1, 100, texts.BLOCK):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(texts, "BLOCK", block)
            same(read_events(file), parted(plain))


def decoded(data: bytes) -> str:
    encoding = texts.find_encoding([data])
    return texts.shown("".join(texts.read_texts(io.BytesIO(data), encoding)))


@quick
@given(LINES, st.sampled_from(["\n", "\r\n", "\n\n"]), st.booleans(), st.binary(max_size=3))
def test_json_lines_read_as_each_does_by_itself(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str, bom: bool, junk: bytes
) -> None:
    data = end.join(lines).encode("utf-8", "surrogatepass") + junk
    data = b"\xef\xbb\xbf" + data if bom else data
    reads_alike(tmp_path_factory.mktemp("rows"), "e.jsonl", data, plain_json(data))


@quick
@given(
    st.lists(st.sampled_from(HEADINGS), max_size=7)
    | st.sampled_from(
        [
            "id date subject indicator hours",
            "id date subject indicator 编号 指标",
            "id date subject indicator id",
        ]
    ).map(str.split),
    st.lists(
        st.lists(VALUE, max_size=7) | LIKELY.map(lambda row: [str(v) for v in row.values()]),
        max_size=8,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
@example([], [[], ["2024-03-01", "\0"]], "utf-8", "\n")  # the headings, below blank lines
def test_a_table_reads_as_each_row_does_by_itself(
    tmp_path_factory: pytest.TempPathFactory,
    header: list[str],
    lines: list[list[str]],
    encoding: str,
    end: str,
) -> None:
    records = [record(cells, end) for cells in [header, *lines]]
    text = "".join(raw + end for raw, _ in records)
    data = text.encode(encoding, "replace")
    text = data.decode(encoding)
    assume(decoded(data) == text)
    first = next((raw for raw, cells in records if "".join(cells).strip()), "")
    assume(not any(sign in first for sign in "\t;，；|"))  # which may stand between cells
    assume(not any("\n" in c and "," in c for _, cells in records for c in cells))
    reads_alike(tmp_path_factory.mktemp("rows"), "e.csv", data, [*plain_table(records)])


def record(cells: list[str], end: str) -> tuple[str, list[str]]:
    """A line as a spreadsheet writes it, and its cells as read: each line break is one sign."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(cells)  # which quotes either sign of a break
    return line.getvalue().removesuffix("\r\n"), [
        cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells
    ]


def plain_table(records: list[tuple[str, list[str]]]) -> Iterator[Event | Unreadable]:
    header: list[str] | None = None
    number = 1
    for raw, cells in records:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
        line, number = number, number + 1 + raw.count("\n")
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = cells
            if not any(column in OWN for column in columns_of(cells)):
                yield Unreadable(",".join(cells), NO_HEADINGS)
            continue
        extra = cells[len(header) :]
        if any(sign in raw for sign in "\ufffd\0"):
            yield Unreadable(raw, DAMAGED)
        elif any(cell.strip() for cell in extra):
            yield Unreadable(",".join(cells), TOO_MANY)
        else:
            found = plain_cells(header, [*cells, *[""] * len(header)][: len(header)], line)
            if found is not None:  # the headings once more
                yield found


def plain_cells(header: list[str], cells: list[str], line: int) -> Event | Unreadable | None:
    heads = [
        h if (n := header[:i].count(h)) == 0 else f"{h} ({n + 1})" for i, h in enumerate(header)
    ]
    content = dict(zip(heads, cells))
    columns = columns_of(header)
    said: dict[str, str] = {"date": ""} if "date" in columns else {}
    found: Event | Unreadable | None = None
    for column, cell in zip(columns, cells):
        if cell.strip() and found is None:
            if not column:
                found = Unreadable("", NO_HEADING)
            elif said.get(column) and said[column] != cell.strip():
                found = Unreadable("", TWICE)
            else:
                said[column] = cell.strip()
    found = found or plain_event({"id": f"e.csv:{line:05}", **said})
    if isinstance(found, Event):
        return found
    again = [h.strip() for h in header] == [c.strip() for c in cells]
    if (
        again
        and found.reason in (DATE, "the row has no date")
        and sum(c in OWN for c in columns) > 1
    ):
        return None
    return refused(
        contents({head: cell for head, cell in content.items() if cell.strip()}), found.reason
    )


# --- in words -------------------------------------------------------------------------------------

ROW = {"id": "1", "date": "2024-03-01", "subject": "A", "indicator": "x"}


def test_numbers_that_are_equal_keep_each_its_own_digits() -> None:
    given_rows = [ROW | {"quantity": text} for text in ("1.5", "1.50", 1.5, Decimal("1.500"))]
    events, _ = read_events(given_rows)
    assert [str(event.quantity) for event in events] == ["1.5", "1.50", "1.5", "1.500"]


ONE = json.dumps(ROW)


@pytest.mark.parametrize(
    "lines",
    [
        [f"{ONE}, {ONE}", '{"id": ["2"', '"3"]}'],
        [f"{ONE}, {ONE}", '{"id":', '"3"}'],
        [f"{ONE}, {ONE}", '{"id": [{"a": 1}', '{"b": 2}]}'],
        [f"{ONE}, 5", '{"id": [1', '{"b": 2}]}'],
        ['{"id": [1', '{"b": 2}]}'],
        [f"{ONE},", ONE[:-1], "}"],
        [f"[{ONE}", f"{ONE}]"],
    ],
)
def test_lines_that_are_rows_only_together_are_none(tmp_path: Path, lines: list[str]) -> None:
    """Together they are a list, some with as many objects as lines; alone they are no rows."""
    file = tmp_path / "e.jsonl"
    for before in ([], [ONE]):
        file.write_text("\n".join([*before, *lines, ""]), "utf-8")
        events, bad = read_events(file)
        assert len(events) == len(before)
        assert [row.content for row in bad] == lines


def test_one_key_twice_among_many_sound_rows_is_found(tmp_path: Path) -> None:
    lines = [json.dumps(ROW | {"id": str(n)}) for n in range(5_000)]
    lines[3_333] = lines[3_333][:-1] + ', "subject": "B"}'
    file = tmp_path / "e.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    events, bad = read_events(file)
    assert (len(events), [row.content for row in bad]) == (4_999, [lines[3_333]])


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a memory of two short texts and one kind of row, all reads alike."""
    monkeypatch.setattr("jifen_rules.inputs.intake._MOST_TEXTS", 2)
    monkeypatch.setattr("jifen_rules.inputs.intake._MOST_SHAPES", 1)
    given_rows = [
        ROW | {"subject": "long" * 100, "level": str(n), f"f{n % 3}": str(n)} for n in range(9)
    ]
    intake = Intake()
    found = [intake.event_of(row) for row in given_rows]
    same(parted(found), parted([plain_event(row) for row in given_rows]))
    # what it remembers cannot be seen from outside
    # what is remembered has no public way, and its bound is what is tested
    words, others, shapes = intake._words, intake._others, intake._shapes  # noqa: SLF001
    assert [*words] == ["x"]
    assert (len(others), len(shapes)) == (2, 1)


@pytest.mark.parametrize("name", OWN)
def test_a_word_that_is_written_as_another_is_not_taken_for_it(name: str) -> None:
    """`Colour.RED` is equal to "1", and is written "Colour.RED"."""
    given_rows: list[dict[str, object]]
    given_rows = [{**ROW, name: "1"}, {**ROW, name: Colour.RED}, {**ROW, Colour.RED: "1"}]  # type: ignore[dict-item]  # a key that is no text
    same(read_events(given_rows), parted([plain_event(row) for row in given_rows]))


@pytest.mark.parametrize("lacks", ["subject", "indicator"])
@pytest.mark.parametrize("word", ["voids", "corrects", "revokes", "disputes", "repairs"])
def test_what_speaks_of_another_event_may_leave_open(lacks: str, word: str) -> None:
    """Who: of what voids, corrects or disputes. What: of all that is no correction."""
    open_to = {"subject": "voids corrects disputes", "indicator": "voids repairs revokes disputes"}
    events, bad = read_events([ROW | {lacks: " ", word: "7"}])
    reasons = [] if word in open_to[lacks].split() else [f"the row has no {lacks}"]
    assert [row.reason for row in bad] == reasons and len(events) == 1 - len(reasons)


def test_a_file_that_cannot_be_read_twice_is_a_table_too(tmp_path: Path) -> None:
    pipe = tmp_path / "e.csv"
    os.mkfifo(pipe)
    text = "编号,日期,积分对象,指标\n1,2024-03-01,张三,捐款\n".encode("gb18030")
    writer = threading.Thread(target=pipe.write_bytes, args=(text,))
    writer.start()
    (event,), bad = read_events(pipe)
    writer.join()
    assert (event.subject, bad) == ("张三", ())


@pytest.mark.parametrize(
    ("moment", "clock"),
    [
        (datetime(2024, 3, 1, 9, 30), "09:30"),
        (datetime(2024, 3, 1, 9, 30, 15, 999_999), "09:30:15"),
        (datetime(2024, 3, 1, 9, 30, tzinfo=UTC), "09:30"),
        (datetime(2024, 3, 1), ""),
    ],
)
def test_the_time_of_a_datetime_is_the_time(moment: datetime, clock: str) -> None:
    """A row and an event made in Python are one event; midnight is what says no time."""
    (event,), bad = read_events([ROW | {"date": moment}])
    assert (event.date, type(event.date), event.time, bad) == (date(2024, 3, 1), date, clock, ())
    made = Event(event.id, moment, event.subject, event.indicator)
    assert (made, made.to_dict()) == (event, event.to_dict())


def test_a_datetime_and_another_time_are_refused() -> None:
    moment = datetime(2024, 3, 1, 9, 30)
    _, (bad,) = read_events([ROW | {"date": moment, "time": "9:31"}])
    assert bad.reason == TWO_TIMES
    with pytest.raises(ValueError, match="two times: 09:30 with its date, and 09:31"):
        Event("1", moment, "A", "x", time="09:31")
    assert Event("1", moment, "A", "x", time="09:30").time == "09:30"


def test_only_the_date_of_an_event_gives_its_time() -> None:
    row = ROW | {"declared_on": "2024-03-02 09:30", "recorded_on": datetime(2024, 3, 3, 9, 30)}
    (event,), bad = read_events([row])
    assert (event.time, event.declared_on, event.recorded_on, bad) == (
        "",
        date(2024, 3, 2),
        date(2024, 3, 3),
        (),
    )


def test_events_of_one_day_come_in_the_order_of_the_times_beside_their_date() -> None:
    """At most 5 a day: 4 at 9:30 and 4 at 10:00 are 4 and 1, whatever their ids."""
    text = (
        "{scheme: a, effective_from: 2024-01-01, subject: household, period: year, floor: none, "
        "at_period_end: clear, indicators: [{id: x, name: 帮工, points: 4, "
        "caps: [{at_most: 5 added, per: day}]}]}"
    )
    rows = [
        {"id": "a", "date": "2024-03-01 10:00", "subject": "A", "indicator": "x"},
        {"id": "b", "date": "2024/3/1 9:30", "subject": "A", "indicator": "x"},
    ]
    scheme = load_scheme("a.yaml", text=text)
    result = evaluate_events(scheme, None, rows, date(2024, 12, 31))
    assert [(e.event, str(e.granted)) for e in result.entries] == [("b", "4"), ("a", "1")]
