"""Sessions: the same result as a batch, in any order of arrival, and a journal that adds up."""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

import plain_schemes
from jifen_rules import (
    Entry,
    Outcome,
    Result,
    Roster,
    Session,
    evaluate_events,
    load_scheme,
    read_roster,
    read_workdays,
    restore_session,
    start_session,
)
from jifen_rules.report.render.to_json import render_result, render_trace
from shards import shards
from villages import Village, village

SEEDS = [range(20_000 + 100 * shard, 20_100 + 100 * shard) for shard in range(10)]
each_shard = pytest.mark.parametrize("seeds", shards(SEEDS))


def written(result: Result) -> str:
    return render_result(result) + render_trace(result)


def begun(case: Village) -> Session:
    scheme = load_scheme("village.yaml", text=case.text)
    return start_session(scheme, read_roster(case.roster), as_of=case.as_of, status="count")


def batch(case: Village) -> Result:
    scheme, roster = load_scheme("village.yaml", text=case.text), read_roster(case.roster)
    return evaluate_events(scheme, roster, case.events, case.as_of, status="count")


def sums(entries: Iterable[Entry]) -> dict[tuple[str, str, str], Decimal]:
    """A plain running sum by subject, period and ledger."""
    found: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        found[entry.subject, entry.period, "total"] += entry.granted
        for ledger, amount in entry.ledgers.items():
            found[entry.subject, entry.period, ledger] += amount
    return {key: amount for key, amount in found.items() if amount}


@each_shard
def test_any_order_of_arrival_gives_the_batch_and_a_journal_that_adds_up(seeds: range) -> None:
    for seed in seeds:
        case = village(seed)
        rows = list(case.events)
        rng = random.Random(seed)
        if seed % 3:
            rng.shuffle(rows)
        else:
            rows.sort(key=lambda row: (row["date"], row["id"]))
        session = begun(case)
        journal: list[Entry] = []
        for row in rows:
            journal += session.add(row)
            if rng.random() < 0.1:
                journal += session.advance(date.fromisoformat(row["date"]) + timedelta(10))
        journal += session.advance(case.as_of)
        whole = batch(case)
        assert sums(journal) == sums(whole.entries), f"village({seed})"
        assert written(session.result()) == written(whole), f"village({seed})"


LIGHT = [range(100 * shard, 100 * shard + 100) for shard in range(6)]


@pytest.mark.parametrize("seeds", shards(LIGHT))
def test_where_nothing_is_kept_until_an_event_undoes_another_it_adds_up_too(seeds: range) -> None:
    """Settled anew as one that keeps, a subject has brought what it had brought before."""
    kept = several = 0
    for seed in seeds:
        file, rng = plain_schemes.light(seed), random.Random(seed)
        roster = rng.choice([None, Roster(plain_schemes.ROSTER)])
        rows = plain_schemes.events(seed, file, undoing=(0.1, 0.3))
        for row in rng.sample(rows, rng.choice([0, 4])):  # some undo what is another's
            others = [one for one in rows if one["date"] < row["date"]]
            others = [one for one in others if one["subject"] != row["subject"]]
            if others and not row.get("voids"):
                row["revokes"] = rng.choice(others)["id"]
        if seed % 2:
            rng.shuffle(rows)
        session = start_session(file, roster, as_of=plain_schemes.AS_OF)
        journal = [entry for row in rows for entry in session.add(row)]
        journal += session.advance(plain_schemes.AS_OF)
        whole = evaluate_events(file, roster, rows, plain_schemes.AS_OF)
        assert sums(journal) == sums(whole.entries), f"light({seed})"
        if not seed % 2:  # in order: nothing was ever changed but what an event undoes
            late = [row for row in rows if "voids" in row]
            assert late or Outcome.REVERSED not in {entry.outcome for entry in journal}
        several += session._groups._ties.is_free  # noqa: SLF001 - not to be seen from outside
        groups = session._groups._groups.values()  # noqa: SLF001 - not to be seen from outside
        kept += any(group.keeps for group in groups) and not all(group.keeps for group in groups)
    assert kept > several // 2 > len(seeds) // 10


@each_shard
def test_saved_and_restored_at_any_point_it_is_the_same_session(seeds: range) -> None:
    for seed in seeds:
        case = village(seed)
        one, two = begun(case), begun(case)
        cut = seed % (len(case.events) + 1)
        for row in case.events[:cut]:
            one.add(row)
            two.add(row)
        scheme, roster = load_scheme("village.yaml", text=case.text), read_roster(case.roster)
        two = restore_session(scheme, roster, two.save())
        for row in case.events[cut:]:
            assert one.add(row) == two.add(row)
        assert one.advance(case.as_of) == two.advance(case.as_of)
        assert written(one.result()) == written(two.result())


SCHEME = """scheme: demo
effective_from: 2024-01-01
subject: household
period: year
base: 100
floor: none
at_period_end: clear
process: [{step: declare, within: 3 working_days}, {step: count}]
indicators:
  - {id: help, points: 5, caps: [{at_most: 8 added, per: month}]}
  - {id: wrong, points: -10, lasts: until repaired, repair: {within: 2 working_days, then: []}}
"""


def demo(**given: Any) -> Session:
    scheme = load_scheme("demo.yaml", text=SCHEME)
    return start_session(scheme, as_of=date(2024, 12, 31), status="count", **given)


def event(name: str, day: str, indicator: str = "help", **more: str) -> dict[str, str]:
    return {"id": name, "date": day, "subject": "甲", "indicator": indicator, **more}


def said(journal: Iterable[Entry]) -> list[tuple[str | None, str, str]]:
    return [(e.event, e.outcome.value, str(e.granted)) for e in journal]


def test_a_journal_reverses_what_a_late_event_changes() -> None:
    """At most 8 a month: e1 5, e3 3; then e2 comes between, so it has the 3 and e3 nothing."""
    session = demo()
    assert said(session.add(event("e1", "2024-03-01"))) == [("e1", "counted", "5")]
    assert said(session.add(event("e3", "2024-03-20"))) == [("e3", "counted", "3")]
    assert said(session.add(event("e2", "2024-03-10"))) == [
        ("e2", "counted", "3"),
        ("e3", "reversed", "-3"),
        ("e3", "counted", "0"),
    ]
    assert session.scores()[0].total == 108


def test_a_void_and_then_its_void() -> None:
    session = demo()
    session.add(event("e1", "2024-03-01"))
    void = {"id": "v", "date": "2024-03-02", "voids": "e1"}
    assert said(session.add(void)) == [
        ("e1", "voided", "0"),
        ("v", "void", "0"),
        ("e1", "reversed", "-5"),
    ]
    back = session.add({"id": "w", "date": "2024-03-03", "voids": "v"})
    assert sum(e.granted for e in back) == 5
    assert session.scores()[0].total == 105


def test_room_is_what_can_still_be_earned() -> None:
    session = demo()
    session.add(event("e1", "2024-12-01"))
    (room,) = session.room("甲")
    assert (room.limit, room.used, room.left) == (Decimal(8), Decimal(5), Decimal(3))
    with pytest.raises(KeyError):
        session.room("乙")


def test_a_row_that_is_none_has_its_entry() -> None:
    session = demo()
    (entry,) = session.add({"id": "x"})
    assert entry.outcome is Outcome.UNREADABLE
    assert entry in session.result().entries


def test_a_session_of_another_scheme_is_not_restored() -> None:
    saved = demo().save()
    other = load_scheme("demo.yaml", text=SCHEME.replace("base: 100", "base: 90"))
    with pytest.raises(ValueError, match="another scheme"):
        restore_session(other, None, saved)
    with pytest.raises(ValueError, match="no session"):
        restore_session(other, None, {"session": 99})


def test_an_event_in_order_does_not_settle_anything_anew() -> None:
    """A thousand events in order, each with its own entry and no other; 5 a day, 8 a month."""
    session = demo()
    for number in range(300):
        day = date(2024, 1, 1) + timedelta(number)
        (entry,) = session.add(event(f"e{number:03}", day.isoformat()))
        assert entry.event == f"e{number:03}"


def test_deadlines_in_working_days_take_the_calendar_that_is_given() -> None:
    """Monday 2024-09-30; 1 to 7 October are days off, the 12th (a Saturday) is worked.

    Three working days after the 30th are the 8th, 9th and 10th of October; without the
    days off they would be the 1st, 2nd and 3rd; without a calendar nobody judges.
    """
    off = [{"date": f"2024-10-0{day}", "kind": "rest"} for day in range(1, 8)]
    calendar = read_workdays([*off, {"日期": "2024-10-12", "类型": "上班"}])
    for last, plain in (("2024-10-10", "2024-10-03"),):
        after = (date.fromisoformat(last) + timedelta(1)).isoformat()
        for given, day, outcome in (
            (calendar, last, "counted"),
            (calendar, after, "declared_late"),
            (read_workdays([]), plain, "counted"),
            (read_workdays([]), last, "declared_late"),
            (None, after, "counted"),
        ):
            (entry,) = demo(workdays=given).add(event("e", "2024-09-30", declared_on=day))
            assert entry.outcome.value == outcome, (given, day)
    assert calendar.is_work(date(2024, 10, 12))
    (wrong,) = read_workdays([{"date": "2024-10-01", "kind": "holiday"}]).refused
    assert wrong.reason == "a day of the calendar is rest or work"


def test_a_repair_in_working_days_too() -> None:
    """Wrong on Friday 2024-03-01; two working days are Monday and Tuesday."""
    calendar = read_workdays([])
    for day, total in (("2024-03-05", 100), ("2024-03-06", 90)):
        session = demo(workdays=calendar)
        session.add(event("e", "2024-03-01", "wrong"))
        session.add({"id": "r", "date": day, "subject": "甲", "repairs": "e"})
        assert session.scores()[0].total == total


def test_a_board_can_be_had_again_as_it_was_known() -> None:
    """e2 happened in March and was recorded in July; the half-year's board was out by then."""
    scheme = load_scheme("demo.yaml", text=SCHEME)
    rows = [
        event("e1", "2024-03-01"),
        event("e2", "2024-02-01", recorded_on="2024-07-05"),
        {"id": "v", "date": "2024-05-01", "voids": "e1", "recorded_on": "2024-08-01"},
    ]
    day = date(2024, 6, 30)

    def total(known_on: date | None) -> Decimal:
        result = evaluate_events(scheme, None, rows, day, status="count", known_on=known_on)
        return result.scores[-1].total

    assert total(date(2024, 6, 30)) == 105  # e1 alone
    assert total(date(2024, 7, 31)) == 110  # e2 too
    assert total(None) == 105  # all that is true: e2 without e1
    late = evaluate_events(scheme, None, rows, day, status="count", known_on=day)
    assert {e.event: e.outcome.value for e in late.entries} == {
        "e1": "counted",
        "e2": "after_as_of",
        "v": "after_as_of",
    }


def test_an_objection_is_an_event_and_flags_what_it_is_about_until_it_is_answered() -> None:
    """After `count` a disputed event counts meanwhile; the answer takes the objection back."""
    session = demo()
    session.add(event("e1", "2024-03-01"))
    objection = session.add({"id": "o", "date": "2024-03-05", "disputes": "e1", "rater": "乙"})
    assert said(objection) == [
        ("o", "objection", "0"),
        ("e1", "reversed", "-5"),
        ("e1", "counted", "5"),
    ]
    assert objection[-1].inputs["disputed_by"] == "o"
    assert session.scores()[0].total == 105
    answer = session.add({"id": "a", "date": "2024-03-10", "voids": "o", "note": "维持"})
    assert answer[-1].event == "e1" and "disputed_by" not in answer[-1].inputs
    lost = session.add({"id": "x", "date": "2024-03-11", "disputes": "nobody", "subject": "甲"})
    assert said(lost) == [("x", "unknown_target", "0")]


def test_before_it_counts_a_disputed_event_waits() -> None:
    text = SCHEME.replace("{step: count}]", "{step: object, within: 7 days}, {step: count}]")
    scheme = load_scheme("demo.yaml", text=text)
    rows = [event("e1", "2024-03-01"), {"id": "o", "date": "2024-03-05", "disputes": "e1"}]
    answered = [*rows, {"id": "a", "date": "2024-03-09", "voids": "o"}]
    for given, total in ((rows, 100), (answered, 105)):
        result = evaluate_events(scheme, None, given, date(2024, 12, 31), status="count")
        assert [s.total for s in result.scores] in ([total], [])
    early = evaluate_events(scheme, None, answered, date(2024, 3, 8), status="count")
    assert {e.event: e.outcome.value for e in early.entries}["e1"] == "not_passed"


def test_what_is_no_row_is_unreadable_and_stops_nothing() -> None:
    """A service is sent anything; JSON has lists, numbers and null beside its objects."""
    file = load_scheme("demo.yaml", text=SCHEME)
    session = start_session(file, as_of=date(2024, 12, 31))
    for sent in ([1], 7, None, True):
        (entry,) = session.add(sent)  # type: ignore[arg-type]  # that is the point
        assert (entry.outcome.value, entry.inputs["row"]) == ("unreadable", str(sent))


def test_a_correction_that_conflicts_stands_for_nothing_any_more() -> None:
    """c corrects b, which corrects a; then another c comes: neither counts, and b does again."""
    session = demo()
    session.add(event("a", "2024-03-01"))
    session.add(event("b", "2024-03-02", corrects="a"))
    session.add(event("c", "2024-03-03", corrects="b"))
    journal = session.add(event("c", "2024-03-04"))
    conflicts = [entry for entry in journal if entry.outcome is Outcome.CONFLICTING]
    assert [dict(entry.inputs).get("stands_for") for entry in conflicts] == [None, None]
    entries = session.result().entries
    assert all(conflict in entries for conflict in conflicts)
