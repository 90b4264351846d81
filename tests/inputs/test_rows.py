"""Files as villages have them: two encodings, broken lines, exact numbers."""

import json
from datetime import date
from pathlib import Path

import pytest

from jifen_rules import Event, evaluate_events, load_scheme, read_events
from jifen_rules.inputs.event import attribute

LINE = '{"id": "e1", "date": "2024-03-01", "subject": "A", "indicator": "x", "quantity": 0.10}\n'


def test_a_number_keeps_the_digits_it_was_written_with(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(LINE, encoding="utf-8")
    (event,), bad = read_events(file)
    assert (str(event.quantity), event.date, bad) == ("0.10", date(2024, 3, 1), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_spreadsheet_may_be_saved_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "events.csv"
    file.write_text("编号,日期,积分对象,指标\n1,2024年3月1日,张三,捐款\n", encoding=encoding)
    (event,), _ = read_events(file)
    assert (event.id, event.subject, event.indicator) == ("1", "张三", "捐款")


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[1]",
        '{"id": 1, "id": 2}',
        '{"id": NaN}',
        "[" * 100_000,
        f'{{"id": "e1", "note": {"[" * 40}{"]" * 40}}}',
        '{"id": "e1", "subject": "A", "indicator": "x"}',
        '{"id": "e1", "date": "2024-02-30", "subject": "A", "indicator": "x"}',
        '{"id": "e1", "date": "2024-02-01", "subject": "A", "indicator": "x", "quantity": 1e999}',
    ],
)
def test_a_line_that_is_no_event_is_set_aside_and_the_rest_read(tmp_path: Path, line: str) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(f"{line}\n{LINE}", encoding="utf-8")
    events, bad = read_events(file)
    assert (len(events), len(bad)) == (1, 1)


def test_brackets_in_a_text_nest_nothing(tmp_path: Path) -> None:
    """A note of 60 brackets, one of them after a quote of its own, and 60 notes of one each."""
    many = json.dumps('说"[' + "[" * 59, ensure_ascii=False)
    lines = [LINE.strip().replace("{", f'{{"note": {many}, ', 1)]
    lines += [
        LINE.strip().replace("{", '{"note": "[证明]", ', 1).replace("1", str(number), 1)
        for number in range(2, 62)
    ]
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    events, bad = read_events(file)
    assert (len(events), bad) == (61, ())
    assert events[0].note == '说"' + "[" * 60


def test_rows_under_no_known_headings_are_refused_in_the_order_of_the_file(tmp_path: Path) -> None:
    """The first row stands for headings, and may be a row: it is refused too.

    The others wait for known ones, a damaged row between them too.
    """
    file = tmp_path / "events.csv"
    file.write_text("x\n2024-03-01\n1,甲,\0\n2024-03-02\n", encoding="utf-8")
    _, bad = read_events(file)
    assert [row.place.line for row in bad if row.place] == [1, 2, 3, 4]
    file.write_text("1,2024-03-01,甲,a\n", encoding="utf-8")
    events, (only,) = read_events(file)
    assert (events, only.content) == ((), "1,2024-03-01,甲,a")


def test_a_row_whose_id_is_blanks_has_none_and_gets_one_from_its_line(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("id,date,subject,indicator\n  ,2024-03-01,甲,a\n", encoding="utf-8")
    (event,), bad = read_events(file)
    assert (event.id, bad) == ("events.csv:00002", ())


@pytest.mark.parametrize(
    "written, read",
    [
        ("9:30", "09:30"),
        ("10:00", "10:00"),
        ("09:30:00", "09:30"),
        ("7:05:09", "07:05:09"),
        ("9时30分", "09:30"),
        ("9：5", "09:05"),
        ("18点0分", "18:00"),
    ],
)
def test_a_time_is_read_so_that_times_compare(written: str, read: str) -> None:
    row = {"id": "1", "date": "2024-03-01", "subject": "A", "indicator": "x", "time": written}
    (event,), _ = read_events([row])
    assert event.time == read


@pytest.mark.parametrize("written", ["25:00", "9:60", "上午", "930", "9:30 pm"])
def test_a_time_that_is_none_makes_no_event(written: str) -> None:
    row = {"id": "1", "date": "2024-03-01", "subject": "A", "indicator": "x", "time": written}
    events, (bad,) = read_events([row])
    assert events == () and bad.reason == "the time of the row cannot be read"


def test_half_a_sign_at_the_end_of_a_block_takes_nothing_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In GB18030 0x8D and a digit begin a sign of four bytes, which the line's end cuts off."""
    path = tmp_path / "events.csv"
    names = "甲乙丙丁".encode("gb18030")
    path.write_bytes(
        b"id,date,subject,indicator\n1,2024-03-01,a,\x8d3\n2,2024-03-01,"
        + names
        + b",4\n3,2024-03-01,a,\x8d3"
    )
    for size in (1, 12, 1 << 16):
        monkeypatch.setattr("jifen_rules.inputs.texts.BLOCK", size)
        (event,), bad = read_events(path)
        assert (event.id, event.subject) == ("2", "甲乙丙丁")
        assert [row.reason for row in bad] == ["the row holds damaged bytes"] * 2


@pytest.mark.parametrize("name", ["said", "sort_key", "to_dict"])
def test_a_fact_with_the_name_of_our_own_is_asked_for_like_any_other(name: str) -> None:
    """Stated it counts; not stated its event lacks it, whatever else an event has of that name."""
    scheme = load_scheme(
        "s.yaml",
        text=f"""scheme: s
illustrative: true
effective_from: 2024-01-01
subject: household
period: year
floor: none
at_period_end: clear
fields: {{event: {{{name}: {{type: number}}}}}}
indicators:
  - {{id: help, points: {{formula: {name} * 2, round: 1 half_up}}}}
  - {{id: told, points: 1, when: given({name})}}
""",
    )
    day = {"date": "2024-03-01", "subject": "张家"}
    rows = [
        day | {"id": "1", "indicator": "help", name: "3"},
        day | {"id": "2", "indicator": "help", "note": "没有写"},
        day | {"id": "3", "indicator": "told", name: "0"},
        day | {"id": "4", "indicator": "told", "note": "没有写"},
    ]
    entries = evaluate_events(scheme, None, rows, date(2024, 12, 31)).entries
    assert [(entry.outcome.value, int(entry.granted)) for entry in entries] == [
        ("counted", 6),
        ("missing_value", 0),
        ("counted", 1),
        ("condition_not_met", 0),
    ]


@pytest.mark.parametrize("name", ["said", "sort_key", "to_dict", "attributes"])
def test_a_declared_field_may_be_called_as_something_of_the_program(name: str) -> None:
    bare = Event("1", date(2024, 3, 1), "张家", "help", level="村级")
    given = Event("1", date(2024, 3, 1), "张家", "help", attributes=((name, "好"),))
    assert (attribute(bare, name), attribute(given, name)) == ("", "好")
    assert attribute(bare, "level") == "村级"


MIXED = [5, 5.0, "5", "5.0", True, 1, 1.0, 2**70, float(2**70), 0.0, -0.0, float("nan"), None, ""]


def test_equal_numbers_of_two_kinds_keep_each_its_own_text() -> None:
    """To Python 1, 1.0 and True are equal; a row says what it says read alone."""
    rows = [
        {"id": f"{number}", "date": "2024-03-01", "subject": "A", "indicator": "x", "户": value}
        for number, value in enumerate(MIXED * 2)
    ]
    together, bad = read_events(rows)
    alone = [read_events([row])[0][0] for row in rows]
    assert [event.said for event in together] == [event.said for event in alone]
    texts = [attribute(event, "户") for event in together[: len(MIXED)]]
    # by hand: 2^70 = 1180591620717411303424; as a float it is written 1.1805916207174113e+21
    whole, float_ = "1180591620717411303424", "1180591620717411300000"
    expected = ["5", "5", "5", "5.0", "yes", "1", "1", whole, float_, "0", "0", "", "", ""]
    assert (texts, bad) == (expected, ())


@pytest.mark.parametrize("value", ["2.5", 2, 2.5])
def test_rows_that_say_the_same_share_what_they_say(value: object) -> None:
    row = {"id": "1", "date": "2024-03-01", "subject": "A", "indicator": "x", "户": value}
    (one, other), _ = read_events([row, {**row, "id": "2"}])
    assert one.said is other.said is not None
