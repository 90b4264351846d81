"""Several workers come to the result of one: the same values, and the same bytes of the trace.

Most of the time the workers are threads here, which start at once; what hangs on processes is
tested with some.
"""

import json
import multiprocessing
import os
import pickle
import random
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from typer.testing import CliRunner

import plain_schemes
from jifen_rules import Event, Result, SchemeError, evaluate_events, load_scheme, read_roster
from jifen_rules.cli import app
from jifen_rules.engine import order_of_row
from jifen_rules.inputs.roster import Roster
from jifen_rules.session import crew, joined, share, workers
from jifen_rules.session.batch import make_ready
from jifen_rules.session.ties import Ties
from jifen_rules.trace.chain import trace_lines
from jifen_rules.trace.day_order import DayOrder
from jifen_rules.trace.entry import Entries, Outcome
from shards import shards
from villages import village

AS_OF = date(2024, 12, 31)
FILE = plain_schemes.scheme(0)
ROWS = plain_schemes.events(0, FILE)


class Threads(crew.Crew):
    """A crew of threads, in the place of one of processes.

    Tasks come as they do where nothing is forked.
    """

    def __init__(self, tasks: Sequence[crew.Task]) -> None:
        pipes = [Pipe() for _ in tasks]
        self._ends, self._processes = [end for end, _ in pipes], []
        for task, (_, end) in zip(tasks, pipes):
            again = pickle.loads(pickle.dumps(task))
            threading.Thread(target=_serve, args=(again, end), daemon=True).start()


def _serve(task: crew.Task, end: Connection) -> None:
    with end, suppress(EOFError, OSError):  # it was dismissed
        task(end)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "Crew", Threads)
    for module in (share, joined):
        monkeypatch.setattr(module, "BLOCK", 3)


def assert_same(one: Result, other: Result) -> None:
    assert other == one
    assert other.digest == one.digest
    assert other.rejected == one.rejected
    assert [score.rooms for score in other.scores] == [score.rooms for score in one.scores]
    assert "".join(trace_lines(other)) == "".join(trace_lines(one))
    assert isinstance(one.entries, Entries) and isinstance(other.entries, Entries)
    assert tuple(other.entries.lines()) == tuple(one.entries.lines())


def written(path: Path, rows: Sequence[object]) -> Path:
    lines = (
        row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, default=str)
        for row in rows
    )
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


# --- the same as one ------------------------------------------------------------------------------


def with_words(seed: int, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows, and more that share an id, void, correct or dispute others, of anybody, or are none."""
    draw = random.Random(seed)
    more: list[dict[str, Any]] = []
    for number in range(draw.randint(0, 6)):
        some, other = draw.choice(rows), draw.choice(rows)
        more.append(
            draw.choice(
                [
                    some,
                    {**some, "quantity": 9},
                    {**some, "subject": other["subject"]},
                    {**other, "id": f"w{number}", "corrects": some["id"]},
                    {"id": f"w{number}", "date": some["date"], "voids": some["id"]},
                    {
                        "id": f"w{number}",
                        "date": other["date"],
                        "voids": "w0",
                        "subject": other["subject"],
                    },
                    {
                        "id": f"w{number}",
                        "date": some["date"],
                        "disputes": some["id"],
                        "subject": "乙",
                    },
                    {"id": f"w{number}", "date": "nie", "subject": some["subject"]},
                    {**some, "id": f"w{number}", "time": draw.choice(["9:30", "12:00"])},
                ]
            )
        )
    rows = rows + more
    draw.shuffle(rows)
    return rows


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("seed", shards(range(12), quick=3))
def test_plain_schemes_in_memory_and_from_a_file(seed: int, tmp_path: Path) -> None:
    file = plain_schemes.scheme(seed)
    rows = with_words(seed, plain_schemes.events(seed, file))
    path = written(tmp_path / "events.jsonl", rows)
    for roster in (None, Roster(plain_schemes.ROSTER)):
        one = evaluate_events(file, roster, rows, AS_OF, status="count")
        for many in (2, 3):
            for source in (rows, path):
                other = evaluate_events(file, roster, source, AS_OF, status="count", workers=many)
                assert_same(one, other)


def villages(first: int) -> Iterator[tuple[Any, Any]]:
    """Villages from a number on, of schemes that have no problem."""
    for seed in range(first, first + 1_000):
        made = village(seed)
        try:
            evaluate_events(load_scheme("v.yaml", text=made.text), None, [], made.as_of)
        except SchemeError:
            continue
        yield made, load_scheme("v.yaml", text=made.text)


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("first", shards(range(0, 600, 100), quick=2))
def test_villages_with_flows_and_ranks(first: int, tmp_path: Path) -> None:
    several = villages(first)
    for _ in range(2):
        made, file = next(several)
        path = written(tmp_path / "events.jsonl", made.events)
        for roster in (None, read_roster(made.roster)):
            one = evaluate_events(file, roster, made.events, made.as_of)
            for source, many in ((made.events, 3), (path, 2)):
                assert_same(one, evaluate_events(file, roster, source, made.as_of, workers=many))


TIED = """scheme: tied
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: none
indicators: [{id: a, points: 2}]
tiers: [{id: star, by: total, per: year, ties: all, levels: [{name: 前, rank: top 1}, {name: 余}]}]
"""


@pytest.mark.usefixtures("threads")
def test_a_village_of_one_tied_group_is_the_work_of_one() -> None:
    file = load_scheme("tied.yaml", text=TIED)
    assert not Ties(make_ready(file).versions, Roster((), everyone=True)).is_free
    rows = [
        {"id": f"e{n}", "date": f"2024-03-{n + 1:02}", "subject": "甲乙丙"[n % 3], "indicator": "a"}
        for n in range(10)
    ]
    assert_same(
        evaluate_events(file, None, rows, AS_OF),
        evaluate_events(file, None, rows, AS_OF, workers=2),
    )


# --- files, and what stands in them ---------------------------------------------------------------


def said(subject: str, number: int, **more: object) -> dict[str, object]:
    row = {"id": f"e{number}", "date": "2024-02-01", "subject": subject, "indicator": "i00"}
    return row | more


TEXTS: dict[str, list[object]] = {
    "plain": [said("甲", 1), said("乙", 2), said("丙", 3)],
    "spaces around names": [said(" 甲 ", 1), said("甲", 2), said("乙", 3)],
    "rows that are none": ["nichts", said("甲", 1), "", "[]", '{"subject": "甲"}', '{"id": "e9"}'],
    "nothing": [],
    "a void of another": [said("甲", 1), {"id": "v", "date": "2024-02-02", "voids": "e1"}],
    "one id for two": [said("甲", 1), said("乙", 1), said("乙", 2)],
    "one event twice": [said("甲", 1), said("乙", 3), said("甲", 1)],
    "a zero in a name": [
        said("甲\0", 1),
        said("甲", 1, id="e\0", time="9:30"),
        said("乙", 1, id="e"),
    ],
}


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("case", TEXTS)
def test_odd_files_come_to_the_same(case: str, tmp_path: Path) -> None:
    path = written(tmp_path / "events.jsonl", TEXTS[case])
    one = evaluate_events(FILE, None, path, AS_OF, status="count")
    for many in (2, 3):
        assert_same(one, evaluate_events(FILE, None, path, AS_OF, status="count", workers=many))


@pytest.mark.usefixtures("threads")
def test_whoever_has_no_event_is_scored_once(tmp_path: Path) -> None:
    path = written(tmp_path / "events.jsonl", [said("甲", 1)])
    people = Roster(plain_schemes.ROSTER)
    result = evaluate_events(FILE, people, path, AS_OF, status="count", workers=3)
    assert {score.subject for score in result.scores} == {"甲", "乙", "丙", "丁"}
    assert_same(evaluate_events(FILE, people, path, AS_OF, status="count"), result)


# --- how it is dealt ------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 50), max_size=12), st.integers(1, 5))
def test_no_hand_holds_more_than_another_by_more_than_one_group(
    given: list[int], hands: int
) -> None:
    weights = {f"s{number}": weight for number, weight in enumerate(given)}
    held = [0] * hands
    for name, hand in share.dealt(weights, hands).items():
        held[hand] += weights[name] + 1
    assert max(held) - min(held) <= max(weights.values(), default=0) + 1


_TEXTS = st.text(st.sampled_from("\0\1ab0"), max_size=3)
_DAYS = st.dates(date(999, 12, 30), date(1000, 1, 2))
_PLACES = st.one_of(
    st.tuples(st.just(0), _DAYS, st.just(1), _TEXTS, _TEXTS, st.booleans()),
    st.tuples(st.just(0), _DAYS, st.sampled_from([0, 2]), _TEXTS),
)


@given(_PLACES, _PLACES)
def test_places_in_a_trace_sort_as_text(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    assert (share.place_of(one) < share.place_of(other)) == (one < other)
    assert (share.place_of(one) == share.place_of(other)) == (one == other)


@given(_DAYS, _TEXTS, _TEXTS)
def test_the_place_of_a_record_is_that_of_its_event(day: date, name: str, time: str) -> None:
    event = Event(name, day, "甲", "i00", time=time)
    record: Any = (event, None, Outcome.COUNTED, 1, (), 1, (), 1, None)
    places = DayOrder()
    assert share.place_writer(places)(record) == share.place_of(order_of_row(record, places))


# --- processes ------------------------------------------------------------------------------------


def test_processes_come_to_the_same(tmp_path: Path) -> None:
    path = written(tmp_path / "events.jsonl", ROWS)
    one = evaluate_events(FILE, None, ROWS, AS_OF, status="count")
    for source in (ROWS, path):
        assert_same(one, evaluate_events(FILE, None, source, AS_OF, status="count", workers=2))
    assert not multiprocessing.active_children()


def test_processes_started_anew_come_to_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(crew, "start_method", lambda: "spawn")
    path = written(tmp_path / "events.jsonl", ROWS)
    one = evaluate_events(FILE, None, ROWS, AS_OF, status="count")
    assert_same(one, evaluate_events(FILE, None, path, AS_OF, status="count", workers=2))


def test_nothing_is_forked_beside_another_thread() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    assert crew.start_method() == "spawn"
    done.set()
    other.join()


def fail(end: Connection) -> None:
    raise LookupError("甲")


def fail_oddly(end: Connection) -> None:
    class Odd(Exception):
        pass

    raise Odd("甲")


def die(end: Connection) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def wait(end: Connection) -> None:
    end.recv_bytes()


def test_an_error_of_a_worker_is_raised_here() -> None:
    with pytest.raises(LookupError, match="甲") as caught, crew.Crew([wait, fail]) as both:
        next(both.hear())
    assert "in fail" in caught.value.__notes__[0]
    with pytest.raises(RuntimeError, match="Odd: 甲"), crew.Crew([fail_oddly]) as one:
        next(one.hear())
    with pytest.raises(ChildProcessError), crew.Crew([die]) as one:
        next(one.hear())
    assert not multiprocessing.active_children()


def test_who_is_interrupted_leaves_no_process_behind() -> None:
    with pytest.raises(KeyboardInterrupt), crew.Crew([wait, wait]):
        raise KeyboardInterrupt
    assert not multiprocessing.active_children()


def test_of_less_than_one_worker_nothing_is_asked() -> None:
    with pytest.raises(ValueError, match="0 workers"):
        evaluate_events(FILE, None, [], AS_OF, workers=0)


@pytest.mark.usefixtures("threads")
def test_a_day_beyond_all_reason_is_refused_as_by_one(tmp_path: Path) -> None:
    sources: tuple[list[str] | Path, ...] = ([], written(tmp_path / "events.jsonl", ROWS))
    for source in sources:
        with pytest.raises(ValueError, match="more than 200 years"):
            evaluate_events(FILE, None, source, date(3000, 1, 1), workers=2)


# --- what is not made until it is looked at -------------------------------------------------------


@pytest.mark.usefixtures("threads")
def test_entries_are_read_back_one_by_one() -> None:
    result = evaluate_events(FILE, None, ROWS, AS_OF, status="count", workers=2)
    some = evaluate_events(FILE, None, ROWS, AS_OF, status="count").entries
    assert len(result.entries) == len(some)
    assert result.entries[3] == some[3]
    assert result.entries[-2:] == some[-2:]
    assert isinstance(next(iter(result.entries)).event, str)


@pytest.mark.usefixtures("threads")
def test_events_that_were_read_are_taken_as_they_are() -> None:
    events = [
        Event("e1", date(2024, 2, 1), "甲", "i00"),
        Event("e2", date(2024, 2, 1), "乙", "i00"),
    ]
    one = evaluate_events(FILE, None, events, AS_OF, status="count")
    assert_same(one, evaluate_events(FILE, None, events, AS_OF, status="count", workers=2))


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("threads")
def test_the_command_says_and_writes_the_same(tmp_path: Path) -> None:
    scheme = tmp_path / "scheme.yaml"
    scheme.write_text(TIED.replace("{name: 前, rank: top 1}, ", ""), "utf-8")
    rows = [
        {
            "id": f"e{n}",
            "date": "2024-03-01",
            "subject": "甲乙丙"[n % 3],
            "indicator": "a",
            "色": "红",
        }
        for n in range(9)
    ]
    events = written(
        tmp_path / "events.jsonl", [*rows, "nichts", {**rows[0], "id": "x", "indicator": "b"}]
    )
    said = []
    for many in ("1", "2"):
        trace = tmp_path / f"trace{many}.jsonl"
        outcome = CliRunner().invoke(
            app, ["score", str(scheme), str(events), "--trace", str(trace), "--workers", many]
        )
        assert outcome.exit_code == 1, outcome.output  # a row could not be used
        said.append((outcome.output, trace.read_bytes()))
    assert said[0] == said[1]
    assert "'色'" in said[0][0] and "1 row could not be used" in said[0][0]


# --- another order of the same set ----------------------------------------------------------------

ASKING = """scheme: asking
effective_from: 2024-01-01
subject: household
period: year
floor: none
at_period_end: clear
fields: {event: {甲: number, 乙: number, 丙: number, 丁: number, 戊: number, 己: number}}
indicators: [{id: a, points: {formula: 甲 + 2 * 乙 + 3 * 丙 + 4 * 丁 + 5 * 戊 + 6 * 己}}]
"""


def test_workers_started_anew_have_another_order_of_sets_and_mean_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = load_scheme("asking.yaml", text=ASKING)
    facts = dict(zip("甲乙丙丁戊己", (1, 10, 100, 1_000, 10_000, 100_000), strict=True))
    rows = [
        {"id": name, "date": "2024-02-01", "subject": name, "indicator": "a", **facts}
        for name in "abcd"
    ]
    # 1 + 2 * 10 + 3 * 100 + 4 * 1,000 + 5 * 10,000 + 6 * 100,000
    monkeypatch.setattr(crew, "start_method", lambda: "spawn")
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    for many in (1, 2):
        result = evaluate_events(file, None, rows, AS_OF, workers=many)
        assert [score.total for score in result.scores] == [654_321] * 4
