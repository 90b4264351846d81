"""The promises, over generated schemes and streams (more of them with EXAMPLES=1500)."""

import os
import random
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from jifen_rules import Result, evaluate_events, load_scheme, merge_results
from jifen_rules.core.terms import Window
from jifen_rules.report.render.to_json import render_result, render_trace
from jifen_rules.trace.entry import ADMITTED, Outcome
from shards import examples
from strategies import Drawn, runs

Run = tuple[Drawn, list[dict[str, str]], date]
slow = settings(
    max_examples=examples(int(os.environ.get("EXAMPLES", "150"))),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def evaluate(run: Run, rows: list[dict[str, str]] | None = None) -> Result:
    drawn, events, as_of = run
    scheme = load_scheme("generated.yaml", text=drawn.text)
    return evaluate_events(scheme, None, events if rows is None else rows, as_of)


def written(result: Result) -> str:
    return render_result(result) + render_trace(result)


@slow
@given(runs())
def test_1_every_ledger_is_its_base_plus_its_entries(run: Run) -> None:
    result = evaluate(run)
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for entry in result.entries:
        sums[entry.subject, entry.period, "total"] += entry.granted
        for ledger, amount in entry.ledgers.items():
            sums[entry.subject, entry.period, ledger] += amount
    for score in result.scores:
        key = (score.subject, score.period.label)
        assert score.total == score.base + sums[*key, "total"]
        for ledger, figure in score.ledgers.items():
            assert figure == sums[*key, ledger]


@slow
@given(runs())
def test_1_each_line_says_the_total_after_it(run: Run) -> None:
    result = evaluate(run)
    bases = {(s.subject, s.period.label): s.base for s in result.scores}
    running: dict[tuple[str, str], Decimal] = {}
    for entry in result.entries:
        if entry.total_after is not None:
            key = (entry.subject, entry.period)
            running[key] = running.get(key, bases[key]) + entry.granted
            assert entry.total_after == running[key]


@slow
@given(runs(), st.lists(st.text(max_size=20), max_size=3))
def test_2_every_event_and_every_other_row_is_in_the_trace(run: Run, junk: list[str]) -> None:
    rows: list[Any] = [*run[1], *junk]
    result = evaluate_events(load_scheme("g.yaml", text=run[0].text), None, rows, run[2])
    own = [e for e in result.entries if e.outcome is not Outcome.RECEIVED]
    assert sorted(e.event for e in own if e.event) == sorted(row["id"] for row in run[1])
    unreadable = [e for e in result.entries if e.outcome is Outcome.UNREADABLE]
    assert sorted(e.inputs["row"] for e in unreadable) == sorted(junk)
    for entry in result.entries:
        if entry.outcome not in ADMITTED:
            assert entry.granted == 0 and not any(entry.ledgers.values())


@slow
@given(runs(), st.integers(0, 2**32))
def test_3_any_order_gives_the_same_bytes(run: Run, seed: int) -> None:
    rows = list(run[1])
    random.Random(seed).shuffle(rows)
    assert written(evaluate(run, rows)) == written(evaluate(run))


@slow
@given(runs())
def test_3_any_split_of_subjects_that_are_not_tied_gives_the_same_bytes(run: Run) -> None:
    """A void or a repair may name an event of the other pair; it stays with that event."""
    pairs = {row["id"]: row["subject"] in "AB" for row in run[1]}
    rows = [
        row
        for row in run[1]
        if all(
            pairs.get(row.get(key, ""), pairs[row["id"]]) == pairs[row["id"]]
            for key in ("voids", "repairs", "corrects")
        )
    ]
    parts = [
        evaluate(run, [row for row in rows if (row["subject"] in "AB") == first])
        for first in (True, False)
    ]
    assert written(merge_results(parts)) == written(evaluate(run, rows))


@slow
@given(runs())
def test_4_caps_on_adds_and_deducts_hold_in_every_window(run: Run) -> None:
    """Where each event counts by itself, what it was granted shows what its stage let through."""
    drawn, _, _ = run
    for item in drawn.indicators.values():
        for key in ("combine", "lasts", "then", "repair", "to"):
            item.pop(key, None)
    for category in _categories(drawn.data):
        for key in ("combine", "weight", "round"):
            category.pop(key, None)
    for key in ("combine", "ledgers", "to"):
        drawn.data.pop(key, None)
    drawn.data.update(floor="none")
    result = evaluate(run)
    for owner, inside in _owners(drawn):
        for cap in owner.get("caps", ()):
            number, kind = cap["at_most"].split()[:2]
            window = Window.parse(cap["per"])
            if kind in ("added", "deducted"):
                for total in _window_sums(result, inside, window, kind):
                    assert total <= Decimal(number)


@slow
@given(runs())
def test_4_net_limits_and_floors_hold(run: Run) -> None:
    drawn, _, _ = run
    result = evaluate(run)
    for category in _categories(drawn.data):
        for cap in category["caps"]:
            number, kind = cap["at_most"].split()[:2]
            if kind == "net" and cap["per"] == "period":
                for score in result.scores:
                    assert score.categories[category["id"]] <= Decimal(number)
    if drawn.data["floor"] != "none":
        for entry in result.entries:
            assert entry.total_after is None or entry.total_after >= 0


@slow
@given(runs())
def test_6_what_comes_after_as_of_changes_nothing(run: Run) -> None:
    known = [row for row in run[1] if date.fromisoformat(row["date"]) <= run[2]]
    one, two = evaluate(run), evaluate(run, known)
    late = {row["id"] for row in run[1]} - {row["id"] for row in known}
    assert [e for e in one.entries if e.event not in late] == list(two.entries)
    assert (one.scores, one.boards) == (two.scores, two.boards)


def _categories(node: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for category in node.get("categories", ()):
        found += [category, *_categories(category)]
    return found


def _owners(drawn: Drawn) -> list[tuple[dict[str, Any], set[str]]]:
    """Every indicator and category with the ids of the indicators inside it."""
    found: list[tuple[dict[str, Any], set[str]]] = []
    for category in _categories(drawn.data):
        nodes = [category, *_categories(category)]
        found.append((category, {item["id"] for node in nodes for item in node["indicators"]}))
    found += [(item, {item["id"]}) for item in drawn.indicators.values()]
    return found


def _window_sums(result: Result, inside: set[str], window: Window, kind: str) -> list[Decimal]:
    sums: dict[Any, Decimal] = defaultdict(Decimal)
    sign = 1 if kind == "added" else -1
    entries = [
        e
        for e in result.entries
        if e.indicator in inside and e.event and e.asked * sign > 0 and e.date is not None
    ]
    for entry in entries:
        assert entry.date is not None
        if window.name == "length":
            first = window.first_day_back(entry.date)
            sums[entry.event] = sum(
                (
                    o.granted * sign
                    for o in entries
                    if o.subject == entry.subject and o.date and first <= o.date <= entry.date
                ),
                Decimal(0),
            )
            continue
        key: Any = entry.event if window.name == "event" else None
        if window.name == "period":
            key = entry.period
        elif key is None:
            key = window.key(entry.date)
        sums[entry.subject, key] += entry.granted * sign
    return list(sums.values())
