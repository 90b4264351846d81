"""Sessions of a living system: they move on under new rules, save small, copy, use threads."""

import json
import pickle
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from test_session import SCHEME, batch, begun, event, said, sums, written

from jifen_rules import (
    Entry,
    SchemeError,
    SchemeFile,
    Session,
    evaluate_events,
    load_scheme,
    read_events,
    read_roster,
    restore_session,
    start_session,
)
from jifen_rules.session.binding import bind_roster
from shards import shards
from villages import Village, village

SEEDS = [range(31_000 + 60 * shard, 31_060 + 60 * shard) for shard in range(8)]
each_shard = pytest.mark.parametrize("seeds", shards(SEEDS))
END = date(2024, 12, 31)
FROM_TEN = (
    "{scheme: s, effective_from: 2024-01-01, subject: household, period: year, floor: none,"
    " base: 10, at_period_end: clear, indicators: [{id: help, points: 5}]}"
)


def loaded(case: Village) -> SchemeFile:
    return load_scheme("village.yaml", text=case.text)


@each_shard
def test_a_session_that_moves_on_day_by_day_ends_as_the_batch(seeds: range) -> None:
    """Events of later days come before their time, some days are closed before it moves on."""
    for seed in seeds:
        case = village(seed)
        rng = random.Random(seed)
        first = min(date.fromisoformat(row["date"]) for row in case.events)
        day = min(first + timedelta(40), case.as_of)
        scheme, roster = loaded(case), read_roster(case.roster)
        session = start_session(scheme, roster, as_of=day, status="count")
        journal: list[Entry] = []
        for row in rng.sample(case.events, len(case.events)):
            journal += session.add(row)
            if rng.random() < 0.1:
                journal += session.advance(day)
            if rng.random() < 0.1 and day < case.as_of:
                day = min(day + timedelta(rng.randrange(90)), case.as_of)
                journal += session.move_to(day)
        journal += session.move_to(case.as_of)
        journal += session.advance(case.as_of)
        whole = batch(case)
        assert sums(journal) == sums(whole.entries), f"village({seed})"
        assert written(session.result()) == written(whole), f"village({seed})"


@each_shard
def test_under_new_rules_and_a_new_roster_the_journal_leads_to_their_batch(seeds: range) -> None:
    """The events of one village go on under the scheme and roster of another."""
    for seed in seeds:
        case, other = village(seed), village(seed + 1)
        session = begun(case)
        journal: list[Entry] = []
        cut = seed % (len(case.events) + 1)
        for row in case.events[:cut]:
            journal += session.add(row)
        journal += session.rebase(schemes=loaded(other), roster=read_roster(other.roster))
        for row in case.events[cut:]:
            journal += session.add(row)
        journal += session.advance(case.as_of)
        scheme, roster = loaded(other), read_roster(other.roster)
        rows = [row if isinstance(row, dict) else json.loads(row) for row in case.events]
        whole = evaluate_events(scheme, roster, rows, case.as_of, status="count")
        assert sums(journal) == sums(whole.entries), f"village({seed})"
        assert written(session.result()) == written(whole), f"village({seed})"


@each_shard
def test_saved_without_events_and_restored_with_them_it_says_the_same(seeds: range) -> None:
    for seed in seeds:
        case = village(seed)
        one = begun(case)
        rng = random.Random(seed)
        cut = seed % (len(case.events) + 1)
        for row in case.events[:cut]:
            one.add(row)
            if rng.random() < 0.1:
                one.advance(date.fromisoformat(row["date"]) + timedelta(10))
        small = json.loads(json.dumps(one.save(events=False)))
        stored = rng.sample(case.events[:cut], cut)
        two = restore_session(loaded(case), read_roster(case.roster), small, events=stored)
        journal: list[Entry] = []
        again: list[Entry] = []
        for row in case.events[cut:]:
            journal += one.add(row)
            again += two.add(row)
        journal += one.advance(case.as_of)
        again += two.advance(case.as_of)
        assert sums(journal) == sums(again), f"village({seed})"
        assert written(one.result()) == written(two.result()), f"village({seed})"


def demo() -> Session:
    return start_session(load_scheme("demo.yaml", text=SCHEME), as_of=END, status="count")


def total(session: Session, subject: str = "甲") -> Decimal:
    return next(score.total for score in session.scores() if score.subject == subject)


def test_a_session_cannot_move_back_and_says_so() -> None:
    with pytest.raises(
        ValueError, match="2024-06-30 is before 2024-12-31; a session moves on only"
    ):
        demo().move_to(date(2024, 6, 30))


def test_what_waited_for_its_day_counts_when_the_session_moves_on() -> None:
    session = demo()
    # the base of 2024 is 100; the event lies in 2025, which clears and begins at 100 again
    assert said(session.add(event("1", "2025-01-02"))) == [("1", "after_as_of", "0")]
    moved = session.move_to(date(2025, 1, 31))
    assert said(moved)[-2:] == [("1", "reversed", "0"), ("1", "counted", "5")]
    assert [score.total for score in session.scores()] == [105]


def test_a_period_that_was_closed_as_the_last_day_is_settled_anew() -> None:
    """`advance(END)` closed the last day; the year after it opens only once it is moved on."""
    session = demo()
    session.add(event("1", "2024-03-01"))
    session.advance(END)
    session.move_to(date(2025, 12, 31))
    session.add(event("2", "2025-01-02"))
    # 2024: 100 + 5, cleared at its end; 2025: 100 + 5
    assert [(s.period.label, s.total) for s in session.scores()] == [
        ("2024", Decimal(105)),
        ("2025", Decimal(105)),
    ]


def test_a_copy_is_answered_and_with_once_it_is_not_kept() -> None:
    session = demo()
    session.add(event("1", "2024-03-01"))
    assert said(session.add(event("1", "2024-03-01"))) == [("1", "duplicate", "0")]
    assert total(session) == 105 and len(session.result().entries) == 2
    for _ in range(3):
        assert said(session.add(event("1", "2024-03-01"), once=True)) == [("1", "duplicate", "0")]
    assert total(session) == 105 and len(session.result().entries) == 2
    bad = {"id": "x"}
    assert session.add(bad, once=True) == session.add(bad, once=True)
    assert len(session.result().rejected) == 2  # the kept copy, and the row that is none, once


@pytest.mark.parametrize(("one", "other"), [("甲", "乙"), ("乙", "甲")])
def test_who_undid_an_event_may_undo_another_s_too(one: str, other: str) -> None:
    """Of who undid an event all is kept; of the other, whose event it undoes then, nothing was."""
    session = start_session(load_scheme("s.yaml", text=FROM_TEN), as_of=END)
    rows = [("a", one, ""), ("b", other, ""), ("r", one, "a"), ("q", one, "b")]
    journal = [
        entry
        for day, (name, who, undone) in enumerate(rows, 1)
        for entry in session.add(event(name, f"2024-03-0{day}", subject=who, revokes=undone))
    ]
    found: list[object] = [
        (e.event, e.subject, e.outcome.value, e.granted, e.total_after) for e in journal
    ]
    assert found == [
        ("a", one, "counted", 5, 15),
        ("b", other, "counted", 5, 15),
        ("r", one, "revoked", -5, 10),
        ("q", one, "revoked", 0, 10),
        ("q", other, "received", -5, 10),
    ]


def test_what_takes_back_a_later_one_of_its_day_is_settled_once_that_comes() -> None:
    """Three of one day, the first takes back the third: 10 and 5 of the second are left."""
    session = start_session(load_scheme("s.yaml", text=FROM_TEN), as_of=END)
    journal: list[Entry] = []
    for name, undone in (("a", "c"), ("b", ""), ("c", "")):
        journal += session.add(event(name, "2024-03-01", revokes=undone))
    assert sum(entry.granted for entry in journal) == 5
    assert [score.total for score in session.scores()] == [15]


def test_another_event_with_the_same_id_is_no_copy() -> None:
    session = demo()
    session.add(event("1", "2024-03-01"))
    journal = session.add(event("1", "2024-03-02"), once=True)
    assert {entry.outcome.value for entry in journal} == {"reversed", "conflicting"}
    assert total_or_base(session) == 0


def total_or_base(session: Session) -> Decimal:
    """What all entries of a session come to."""
    return sum((entry.granted for entry in session.result().entries), Decimal(0))


def test_new_rules_give_a_journal_of_the_difference_and_a_bad_scheme_changes_nothing() -> None:
    session = demo()
    session.add(event("1", "2024-03-01"))
    session.add(event("2", "2024-03-02"))
    # at most 8 added a month: 5, then 3
    doubled = load_scheme("demo.yaml", text=SCHEME.replace("points: 5", "points: 7"))
    journal = session.rebase(schemes=doubled)
    # now 7, then 1 (8 - 7)
    assert said(journal) == [
        ("1", "reversed", "-5"),
        ("1", "counted", "7"),
        ("2", "reversed", "-3"),
        ("2", "counted", "1"),
    ]
    broken = load_scheme("demo.yaml", text=SCHEME.replace("id: wrong", "id: help"))
    before = written(session.result())
    with pytest.raises(SchemeError):
        session.rebase(schemes=broken)
    assert written(session.result()) == before


def test_a_new_roster_admits_who_was_unknown() -> None:
    scheme = load_scheme("demo.yaml", text=SCHEME)
    session = start_session(scheme, read_roster([{"id": "乙"}]), as_of=END, status="count")
    assert said(session.add(event("1", "2024-03-01"))) == [("1", "unknown_subject", "0")]
    journal = session.rebase(roster=read_roster([{"id": "甲"}, {"id": "乙"}]))
    assert said(journal) == [("1", "reversed", "0"), ("1", "counted", "5")]


def test_a_field_that_only_the_new_scheme_declares_is_read_then() -> None:
    session = demo()
    row = event("1", "2024-03-01") | {"hours": "3"}
    assert [entry.outcome.value for entry in session.add(row)] == ["counted"]
    text = SCHEME.replace("points: 5,", "points: {formula: hours * 2},")
    text += "fields: {event: {hours: number}}\n"
    scheme = load_scheme("demo.yaml", text=text)
    journal = session.rebase(schemes=scheme)
    whole = evaluate_events(scheme, None, [row], END, status="count")
    assert sums(journal) == {("甲", "2024", "total"): 1}  # 3 × 2 = 6 in place of 5
    assert session.result() == whole


def test_a_refused_row_of_any_depth_stays_refused_under_new_rules(tmp_path: Path) -> None:
    """Rows that were none are read once more; 100,000 brackets are more than a parser takes."""
    file = tmp_path / "events.jsonl"
    file.write_text("[" * 100_000 + "\n", encoding="utf-8")
    session = demo()
    for row in read_events(file)[1]:
        session.add(row)
    assert session.rebase(schemes=load_scheme("demo.yaml", text=SCHEME)) == ()
    assert len(session.result().rejected) == 1


def small_of(rows: Iterable[dict[str, str]]) -> dict[str, object]:
    session = demo()
    for row in rows:
        session.add(row)
    data: dict[str, object] = json.loads(json.dumps(session.save(events=False)))
    return data


def test_restoring_says_which_days_differ() -> None:
    rows = [event("1", "2024-03-01"), event("2", "2024-03-02"), event("3", "2024-03-02")]
    scheme, small = load_scheme("demo.yaml", text=SCHEME), small_of(rows)
    with pytest.raises(ValueError, match=r"2024-03-02 \(2 saved, 1 given\)$"):
        restore_session(scheme, None, small, events=rows[:2])
    changed = [*rows[:2], rows[2] | {"note": "改"}]
    with pytest.raises(ValueError, match=r"2024-03-02 \(2 saved, 2 given\)$"):
        restore_session(scheme, None, small, events=changed)
    with pytest.raises(ValueError, match="2 saved, 0 given"):
        restore_session(scheme, None, small)


def test_rows_that_are_no_events_outlive_the_small_form() -> None:
    """`Session.events` has no place for a row without a day, nor has a table of events."""
    session = demo()
    bad = {"id": "2", "date": "3月32日", "subject": "甲", "indicator": "help"}
    good = event("1", "2024-03-01")
    said = [entry.outcome.value for row in (good, bad) for entry in session.add(row)]
    assert said == ["counted", "unreadable"]
    small = json.loads(json.dumps(session.save(events=False)))
    scheme = load_scheme("demo.yaml", text=SCHEME)
    stored = [kept.to_dict() for kept in session.events]
    for given in (stored, [bad, good]):  # a table of events; one of all that was sent
        again = restore_session(scheme, None, small, events=given)
        assert again.result() == session.result()
        assert again.add(bad, once=True) and again.result() == session.result()
    other = bad | {"date": "3月33日"}
    with pytest.raises(ValueError, match=r"rows that are no events \(1 saved, 1 given\)$"):
        restore_session(scheme, None, small, events=[good, other])


def test_restoring_says_what_else_differs() -> None:
    scheme, small = load_scheme("demo.yaml", text=SCHEME), small_of([])
    other = load_scheme("demo.yaml", text=SCHEME.replace("points: 5", "points: 6"))
    with pytest.raises(ValueError, match=r"under another scheme of 2024-01-01$"):
        restore_session(other, None, small)
    with pytest.raises(ValueError, match=r"under another roster$"):
        restore_session(scheme, read_roster([{"id": "甲"}]), small)
    with pytest.raises(ValueError, match="no session of version 2"):
        restore_session(scheme, None, small | {"session": 1})
    with pytest.raises(ValueError, match="no session of version 2"):
        restore_session(scheme, None, json.dumps(small))  # type: ignore[arg-type]  # text, not yet read


def test_the_small_form_does_not_grow_with_the_events_of_a_day() -> None:
    few = [event(f"{n:03}", "2024-03-01") for n in range(10)]
    many = [event(f"{n:03}", "2024-03-01") for n in range(1000)]
    assert len(json.dumps(small_of(many))) - len(json.dumps(small_of(few))) == len("000") - 1


def test_several_threads_may_add_to_one_session() -> None:
    """As many threads as take turns: the journals add up, and no event is lost or doubled."""
    session = demo()
    rows = [
        event(str(n), f"2024-{1 + n % 12:02}-{1 + n % 28:02}") | {"subject": f"户{n % 7}"}
        for n in range(300)
    ]
    with ThreadPoolExecutor(8) as pool:
        journals = [*pool.map(session.add, rows)]
    scheme = load_scheme("demo.yaml", text=SCHEME)
    whole = evaluate_events(scheme, None, rows, END, status="count")
    assert session.result() == whole
    journal = [entry for some in journals for entry in some]
    assert sums(journal) == sums(whole.entries)


def test_a_session_pickles() -> None:
    session = demo()
    session.add(event("1", "2024-03-01"))
    copy: Session = pickle.loads(pickle.dumps(session))
    assert copy.result() == session.result()
    assert copy.add(event("2", "2024-03-02")) == session.add(event("2", "2024-03-02"))


def test_binding_a_bound_roster_again_changes_nothing() -> None:
    """A session keeps the bound roster and hands it on to the next one."""
    scheme = load_scheme("demo.yaml", text=SCHEME)
    once = bind_roster((scheme,), read_roster([{"id": "甲", "kind": "household"}]))
    assert bind_roster((scheme,), once).rows == once.rows
