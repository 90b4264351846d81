"""Promises 1 to 7 over the same villages, each told as a relation with a number for a letter."""

import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jifen_rules import Result, dump_scheme, load_scheme, merge_results, start_session
from jifen_rules.compile import compile_versions
from jifen_rules.entry import ADMITTED, Outcome
from jifen_rules.monotone import find_dips
from jifen_rules.render.to_json import render_result, render_trace

from .constructs import nodes_of
from .draft import FIRST, PEOPLE
from .maker import village
from .relations import TYING, WORDS_OF_EVENTS, Relation, difference, differing, figures, lines
from .village import Row, Village

PROMISES: dict[str, Relation] = {}


def promise(number: str, says: str, draw: Any = village) -> Any:
    def declare(fault: Any) -> Any:
        PROMISES[number] = Relation(number, says, draw, fault)
        return fault

    return declare


# --- 1: totals are what is traced --------------------------------------------------------------------


@promise("1", "a total is its base and its entries, and each line says the total after it")
def traced(case: Village) -> str | None:
    result = case.evaluate()
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    running = {(s.subject, s.period.label): s.base for s in result.scores}
    for entry in result.entries:
        sums[entry.subject, entry.period, "total"] += entry.granted
        for ledger, amount in entry.ledgers.items():
            sums[entry.subject, entry.period, ledger] += amount
        if entry.total_after is not None:
            key = (entry.subject, entry.period)
            running[key] = running.get(key, Decimal(0)) + entry.granted
            if running[key] != entry.total_after:
                return f"{entry.event} {key}: total after {entry.total_after}, sum {running[key]}"
    derived = {one["id"] for one in case.schemes[0].get("ledgers", ()) if "formula" in one}
    wanted, said = {}, {}
    for score in result.scores:
        key = (score.subject, score.period.label)
        wanted[key] = {"total": score.base + sums[*key, "total"]}
        said[key] = {"total": score.total}
        for ledger in {*score.ledgers} - derived:
            wanted[key][ledger], said[key][ledger] = sums[*key, ledger], score.ledgers[ledger]
    return difference(wanted, said, "sum", "said")


# --- 2: nothing is lost ------------------------------------------------------------------------------


@promise("2", "every event and every row that is none is in the trace")
def all_there(case: Village) -> str | None:
    junk = ["", "不成行", "{", '{"id": "e00"}', '["e01"]']
    rows: list[Any] = [*case.events, *junk, {"id": "q", "date": "2024-02-30", "subject": "A"}]
    result = case.with_(events=tuple(rows)).evaluate()
    own = Counter(e.event for e in result.entries if e.outcome is not Outcome.RECEIVED)
    given = Counter(row["id"] for row in case.events)
    lost = {event: n for event, n in given.items() if own[event] < n}
    if lost:
        return f"entries are missing: {lost}"
    unreadable = sum(e.outcome is Outcome.UNREADABLE for e in result.entries)
    if unreadable != len(rows) - len(case.events):
        return f"{unreadable} rows are said to be unreadable"
    for entry in result.entries:
        if entry.outcome not in ADMITTED and (entry.granted or any(entry.ledgers.values())):
            return f"{entry.event} was {entry.outcome} and granted {entry.granted}"
    return None


# --- 3: order, splits, one by one ---------------------------------------------------------------------


def bytes_of(result: Result) -> str:
    return render_result(result) + render_trace(result)


@promise("3", "any order of rows gives the same bytes")
def any_order(case: Village) -> str | None:
    rng = random.Random(len(str(case)))
    events, roster = list(case.events), list(case.roster)
    rng.shuffle(events)
    rng.shuffle(roster)
    one, two = case.evaluate(), case.with_(events=tuple(events), roster=tuple(roster)).evaluate()
    same = bytes_of(one) == bytes_of(two)
    return None if same else differing(one, two, "given", "shuffled") or "bytes differ"


APART = TYING | {"cap_among", "pool", "conflicting", "duplicate"}


def _apart(seed: int) -> Village:
    return village(seed, without=APART)


@promise("3s", "subjects that nothing ties, evaluated apart and merged, are the whole", _apart)
def split(case: Village) -> str | None:
    """Two villages of one scheme, with other names: together, and apart."""
    one, two = _renamed(case, "L"), _renamed(case, "R")
    whole = case.with_(roster=one.roster + two.roster, events=one.events + two.events).evaluate()
    merged = merge_results([one.evaluate(), two.evaluate()])
    same = bytes_of(whole) == bytes_of(merged)
    return None if same else differing(whole, merged, "whole", "merged") or "bytes differ"


NAMES = ("id", "unit", "subject", "to", "rater", *WORDS_OF_EVENTS)


def _renamed(case: Village, prefix: str) -> Village:
    def rename(row: Row) -> Row:
        return {k: prefix + v if k in NAMES and v else v for k, v in row.items()}

    return case.with_(
        roster=tuple(map(rename, case.roster)), events=tuple(map(rename, case.events))
    )


@promise("3o", "events added one by one give the same bytes")
def one_by_one(case: Village) -> str | None:
    session = start_session(case.files(), case.people(), as_of=case.as_of, status="count")
    for row in case.events:
        session.add(row)
    one, two = case.evaluate(), session.result()
    same = bytes_of(one) == bytes_of(two)
    return None if same else differing(one, two, "batch", "one by one") or "bytes differ"


# --- 4: limits ----------------------------------------------------------------------------------------


@promise("4", "no limit is exceeded by what its stage lets through")
def within_limits(case: Village) -> str | None:
    """Limits of the period on the figure of a category and of the total; a version may lower them."""
    result = case.evaluate()
    if len(case.schemes) > 1:
        return None
    for node in nodes_of(case.schemes[0]):
        for key in ("floor", "full"):
            if node.get(key, "none") == "none" or "points" in node:
                continue
            bound = Decimal(node[key].split()[0])
            for score in result.scores:
                figure = score.categories.get(node["id"]) if "id" in node else score.total
                if figure is None or "weight" in node or "round" in node:
                    continue
                if (figure < bound) if key == "floor" else (figure > bound):
                    return f"{node.get('id', 'total')} of {score.subject} in {score.period} is {figure}, {key} {bound}"
    return _floors(case, result) or _stages(case, result)


def _floors(case: Village, result: Result) -> str | None:
    """The running total and ledgers, line by line."""
    low = case.schemes[0]["floor"]
    for entry in result.entries:
        if (
            low != "none"
            and entry.total_after is not None
            and entry.total_after < Decimal(low.split()[0])
        ):
            return f"{entry.event} {entry.subject}: total after {entry.total_after}"
    return None


def _stages(case: Village, result: Result) -> str | None:
    """Of each cap on adds, deducts or times: the room it says is left is never below 0."""
    for entry in result.entries:
        for step in entry.steps:
            if step.room is not None and step.room < 0:
                return (
                    f"{entry.event} {entry.subject}: {step.kind} of {step.id} has room {step.room}"
                )
    for score in result.scores:
        for room in score.rooms:
            if room.kind in ("added", "deducted", "times") and (
                room.left < 0 or room.used > room.limit
            ):
                return f"{score.subject}: {room.kind} of {room.id} in {room.window}: used {room.used} of {room.limit}"
    return None


# --- 5: one more good deed, and an event that never happened --------------------------------------------


def _monotone(seed: int) -> Village:
    """A village from constructs of which most leave a scheme monotone, with one more add `up`."""
    rng = random.Random(seed)
    wants = rng.sample(RISING, 5)
    case = village(seed, wants=wants, without=frozenset(FALLING))
    day = FIRST + timedelta(rng.randrange(0, 200))
    row = {"id": "up", "date": day.isoformat(), "subject": rng.choice(PEOPLE), "indicator": rng.choice(_ids(case)),
           "quantity": rng.choice(["1", "5"]), "points": "4", "level": "村级", "matter": rng.choice(["", "m"])}  # fmt: skip
    return case.with_(events=(*case.events, row))


RISING = (
    "fixed", "per_unit", "at_least", "by_level", "between", "bands", "period_month", "period_year", "clear", "cap_added", "cap_deducted",
    "times_highest", "net_kept", "total_full_kept", "total_floor_kept", "weight", "nested", "ledger", "combine_highest", "ladder", "cap_event",
)  # fmt: skip
FALLING = (
    "rated_by", "combine_mean", "combine_lowest", "combine_latest", "wipe", "rule_event", "rule_veto", "rule_wipe", "rule_window",
    "rule_window_veto", "then_wipe", "then_points", "then_named", "to_by_figure", "ladder_rank", "net_lost", "full_lost", "floor_lost",
    "total_full_lost", "total_floor_lost", "carry_formula", "formula", "times_first", "cap_among", "when_total", "when_count", "when_sum",
)  # fmt: skip


def _ids(case: Village) -> list[str]:
    found = [n["id"] for n in nodes_of(case.schemes[0]) if "points" in n and "per" not in n]
    return found or ["nothing"]


@promise(
    "5", "in a monotone scheme one more event with points above 0 lowers nobody's score", _monotone
)
def monotone(case: Village) -> str | None:
    if not any(row["id"] == "up" for row in case.events) or find_dips(
        compile_versions(case.files())
    ):
        return None
    result = case.evaluate()
    own = next(e for e in result.entries if e.event == "up")
    if own.asked <= 0:
        return None
    before = case.with_(events=tuple(r for r in case.events if r["id"] != "up")).evaluate()
    after = {(s.subject, s.period.label): s.total for s in result.scores}
    for score in before.scores:
        key = (score.subject, score.period.label)
        if after[key] < score.total:
            return f"{key}: {score.total} without it, {after[key]} with it"
    return None


@promise("5v", "an event and its void leave the figures of neither")
def voided(case: Village) -> str | None:
    spoken = {row.get(word) for row in case.events for word in WORDS_OF_EVENTS}
    ids = Counter(row["id"] for row in case.events)
    free = [
        r
        for r in case.events
        if r["id"] not in spoken
        and ids[r["id"]] == 1
        and not any(r.get(w) for w in WORDS_OF_EVENTS)
    ]
    for row in free[:2]:
        void = {"id": "zz", "date": row["date"], "subject": row["subject"], "voids": row["id"]}
        with_void = case.with_(events=(*case.events, void)).evaluate()
        without = case.with_(events=tuple(r for r in case.events if r is not row)).evaluate()
        found = difference(figures(without), figures(with_void), "without", f"{row['id']} voided")
        if found and with_void.as_of >= date.fromisoformat(row["date"]):
            return found
    return None


# --- 6: what comes after the last day ---------------------------------------------------------------------


@promise("6", "what comes after as_of changes nothing else")
def after(case: Village) -> str | None:
    early = case.with_(as_of=case.as_of - timedelta(60))
    late = {id(r) for r in case.events if _known_on(r) > early.as_of}
    known = early.with_(events=tuple(r for r in case.events if id(r) not in late))
    names = {r["id"] for r in case.events if id(r) in late} - {r["id"] for r in known.events}
    one, two = early.evaluate(), known.evaluate()
    return difference(figures(one), figures(two), "with what comes after", "without") or difference(
        lines(e for e in one.entries if e.event not in names),
        lines(e for e in two.entries if e.event not in names), "with what comes after", "without",
    )  # fmt: skip


def _known_on(row: Row) -> date:
    day = row.get("recorded_on") if row.get("corrects") else None
    return date.fromisoformat(day or row["date"])


# --- 7: written and read again ------------------------------------------------------------------------------


@promise("7", "what was dumped loads as an equal scheme, in Chinese too")
def dumped(case: Village) -> str | None:
    for file in case.files():
        text = dump_scheme(file)
        if load_scheme("a.yaml", text=text).scheme != file.scheme:
            return f"dumped and loaded it is another:\n{text}"
        chinese = dump_scheme(file, "zh")
        back = dump_scheme(load_scheme("a.yaml", text=chinese), "en")
        if back != dump_scheme(file, "en"):
            return f"Chinese and back it is another:\n{chinese}\n{back}"
    return None
