"""The promises once more, over generated villages that use the whole language.

`villages.py` draws every construct (`test_villages.py` counts them). A village here is a number;
`SEEDS` are other numbers than those the naive evaluator is compared over.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from generators.promises import summed
from jifen_rules import Result, evaluate_events, load_scheme, merge_results, read_roster
from jifen_rules.core.vocabulary import KEYS
from jifen_rules.report.render.to_json import render_result, render_trace
from jifen_rules.trace.entry import ADMITTED, Outcome
from shards import shards
from villages import Village, village

SEEDS = [range(10_000 + 100 * shard, 10_100 + 100 * shard) for shard in range(10)]
each_shard = pytest.mark.parametrize("seeds", shards(SEEDS))


def evaluate(case: Village, text: str | None = None) -> Result:
    scheme = load_scheme("village.yaml", text=case.text if text is None else text)
    roster = read_roster(case.roster)
    return evaluate_events(scheme, roster, case.events, case.as_of, status="count")


def written(result: Result) -> str:
    return render_result(result) + render_trace(result)


@each_shard
def test_1_totals_are_their_base_and_their_entries(seeds: range) -> None:
    for case in map(village, seeds):
        result = evaluate(case)
        sums, wrong = summed(result)
        assert wrong == []
        derived = {ledger["id"] for ledger in case.scheme.get("ledgers", ()) if "formula" in ledger}
        for score in result.scores:
            whole = (score.subject, score.period.label)
            assert score.total == score.base + sums[*whole, "total"]
            for ledger, figure in score.ledgers.items():
                assert ledger in derived or figure == sums[*whole, ledger]


@each_shard
def test_2_every_event_is_in_the_trace(seeds: range) -> None:
    for case in map(village, seeds):
        result = evaluate(case)
        lines = Counter(e.event for e in result.entries if e.outcome is not Outcome.RECEIVED)
        rows = Counter(row["id"] for row in case.events)
        assert all(lines[event] >= number for event, number in rows.items())
        for entry in result.entries:
            if entry.outcome not in ADMITTED:
                assert entry.granted == 0 and not any(entry.ledgers.values())


@each_shard
def test_3_any_order_gives_the_same_bytes(seeds: range) -> None:
    for seed in seeds:
        case = village(seed)
        rows, people = list(case.events), list(case.roster)
        random.Random(seed).shuffle(rows)
        assert written(evaluate(replace(case, events=rows, roster=people))) == written(
            evaluate(case)
        )


@each_shard
def test_3_villages_that_nothing_ties_together_may_be_evaluated_apart(seeds: range) -> None:
    done = 0
    for case in map(village, seeds):
        for row in case.roster:  # whoever belongs to no unit shares that with the others who do not
            row.pop("until", None)
            row.pop("since", None)
        if _looks_beyond_its_units(case.scheme):
            continue
        done += 1
        left, right = _renamed(case, "L"), _renamed(case, "R")
        both = replace(case, roster=left.roster + right.roster, events=left.events + right.events)
        whole = evaluate(both)
        parts = [evaluate(one) for one in (left, right)]
        assert written(merge_results(parts)) == written(whole)
    assert done >= len(seeds) * 2 // 5


@each_shard
def test_4_the_floor_of_the_total_holds(seeds: range) -> None:
    for case in map(village, seeds):
        if case.scheme["floor"] != "none":
            result = evaluate(case)
            assert all(e.total_after is None or e.total_after >= 0 for e in result.entries)
            assert all(score.total >= 0 for score in result.scores)


@each_shard
def test_5_a_void_leaves_no_trace_in_any_figure(seeds: range) -> None:
    """An event and its void give the scores of neither."""
    for seed in seeds:
        case = village(seed)
        target = case.events[seed % len(case.events)]
        spoken = [row for row in case.events if target["id"] in (row["id"], *_named(row))]
        if len(spoken) > 1:
            continue
        void = {
            "id": "zz",
            "date": target["date"],
            "subject": target["subject"],
            "voids": target["id"],
        }
        without = [row for row in case.events if row is not target]
        kept = replace(case, events=[*case.events, void])
        assert evaluate(kept).scores == evaluate(replace(case, events=without)).scores


@each_shard
def test_6_what_comes_after_as_of_changes_nothing(seeds: range) -> None:
    for case in map(village, seeds):
        early = replace(case, as_of=case.as_of - timedelta(45))
        known = [row for row in case.events if date.fromisoformat(row["date"]) <= early.as_of]
        one, two = evaluate(early), evaluate(replace(early, events=known))
        late = {row["id"] for row in case.events} - {row["id"] for row in known}
        assert [e for e in one.entries if e.event not in late] == list(two.entries)
        assert (one.scores, one.boards) == (two.scores, two.boards)


@each_shard
def test_7_keys_in_chinese_mean_the_same(seeds: range) -> None:
    for case in map(village, seeds):
        chinese = replace(case, scheme=_chinese(case.scheme))
        assert chinese.text != case.text
        one, two = (load_scheme("v.yaml", text=c.text).scheme for c in (case, chinese))
        assert one == two


# --- what the promises need to know of a village -------------------------------------------------


def _named(row: dict[str, str]) -> Iterator[str]:
    yield from (row[key] for key in ("voids", "corrects", "revokes", "repairs") if key in row)


def _looks_beyond_its_units(scheme: Any) -> bool:
    """Whether a rank or a common pot joins subjects by other words than a unit they belong to."""
    if isinstance(scheme, list):
        return any(_looks_beyond_its_units(item) for item in scheme)
    if not isinstance(scheme, dict):
        return False
    joined = ["all"] if "rank" in str(scheme.get("levels", "")) else []
    words = scheme.get("among", joined)
    words = words if isinstance(words, list) else [words]
    return not {*words} <= {"group", "household"} or any(
        _looks_beyond_its_units(inner) for inner in scheme.values()
    )


def _renamed(case: Village, prefix: str) -> Village:
    """The same village under other names: subjects, units and events begin with a letter."""
    people = {row["id"] for row in case.roster}

    def rename(row: dict[str, str]) -> dict[str, str]:
        renamed = dict(row)
        for key in (
            "id",
            "unit",
            "subject",
            "to",
            "rater",
            "voids",
            "corrects",
            "revokes",
            "repairs",
        ):
            if row.get(key) and (
                key in ("id", "voids", "corrects", "revokes", "repairs") or row[key] in people
            ):
                renamed[key] = prefix + row[key]
        return renamed

    return replace(
        case,
        roster=[rename(row) for row in case.roster],
        events=[rename(row) for row in case.events],
    )


def _chinese(value: Any, inside: str = "") -> Any:
    """Translate keys; words that are no keys (fields, units, roles) stay."""
    if isinstance(value, list):
        return [_chinese(item, inside) for item in value]
    if isinstance(value, dict):
        return {KEYS.get(key, key): _chinese(inner, key) for key, inner in value.items()}
    return value
