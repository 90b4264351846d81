"""Promises 1 to 7 over the same villages, each told as a relation with a number for a letter."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jifen_rules import Result, dump_scheme, load_scheme, merge_results, start_session
from jifen_rules.analysis.monotone import find_dips
from jifen_rules.compile import compile_versions
from jifen_rules.core.terms import Window
from jifen_rules.report.render.to_json import render_result, render_trace
from jifen_rules.trace.entry import ADMITTED, Outcome

from .constructs import CONSTRUCTS, nodes_of
from .draft import FIRST, PEOPLE
from .maker import village
from .relations import TYING, WORDS_OF_EVENTS, Relation, difference, differing, figures, lines
from .village import Row, Village

PROMISES: dict[str, Relation] = {}
Fault = Callable[[Village], str | None]


def promise(
    number: str, says: str, draw: Callable[[int], Village] = village
) -> Callable[[Fault], Fault]:
    def declare(fault: Fault) -> Fault:
        PROMISES[number] = Relation(number, says, draw, fault)
        return fault

    return declare


# --- 1: totals are what is traced -----------------------------------------------------------------

Sums = Mapping[tuple[str, str, str], Decimal]
"""What entries add up to, by subject, period and ledger (or `total`)."""


def summed(result: Result) -> tuple[Sums, list[str]]:
    """Add up the entries of a result, and list those whose total differs from the sum so far."""
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    running = {(s.subject, s.period.label): s.base for s in result.scores}
    wrong = []
    for entry in result.entries:
        sums[entry.subject, entry.period, "total"] += entry.granted
        for ledger, amount in entry.ledgers.items():
            sums[entry.subject, entry.period, ledger] += amount
        if entry.total_after is not None:
            key = (entry.subject, entry.period)
            running[key] = running.get(key, Decimal(0)) + entry.granted
            if running[key] != entry.total_after:
                wrong.append(f"{entry.event} {key}: {entry.total_after}, not {running[key]}")
    return sums, wrong


@promise("1", "a total is its base and its entries, and each line says the total after it")
def traced(case: Village) -> str | None:
    result = case.evaluate()
    sums, wrong = summed(result)
    if wrong:
        return wrong[0]
    derived = {one["id"] for one in case.schemes[0].get("ledgers", ()) if "formula" in one}
    wanted, said = {}, {}
    for score in result.scores:
        key = (score.subject, score.period.label)
        wanted[key] = {"total": score.base + sums[*key, "total"]}
        said[key] = {"total": score.total}
        for ledger in {*score.ledgers} - derived:
            wanted[key][ledger], said[key][ledger] = sums[*key, ledger], score.ledgers[ledger]
    return difference(wanted, said, "sum", "said")


# --- 2: nothing is lost ---------------------------------------------------------------------------


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


# --- 3: order, splits, one by one -----------------------------------------------------------------


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


# --- 4: limits ------------------------------------------------------------------------------------


LIMITS = tuple(name for name, item in CONSTRUCTS.items() if item.family == "limits")
MOVING = frozenset(name for name, item in CONSTRUCTS.items() if item.family == "versions")


def _limited(seed: int) -> Village:
    wants = random.Random(seed).sample(LIMITS, 5)
    return village(seed, wants=wants, without=MOVING)


@promise("4", "no limit is exceeded by what its stage lets through", _limited)
def within_limits(case: Village) -> str | None:
    """List limits of the period on a category's figure and the total, with the room left."""
    result = case.evaluate()
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
                    return (
                        f"{node.get('id', 'total')} of {score.subject} in {score.period} is "
                        f"{figure}, {key} {bound}"
                    )
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
                return (
                    f"{score.subject}: {room.kind} of {room.id} in {room.window}: used "
                    f"{room.used} of {room.limit}"
                )
    return None


def _capped(seed: int) -> Village:
    """Caps on adds and deducts, where what an event is granted shows what its caps let through."""
    rng = random.Random(seed)
    wants = [*rng.sample(COUNTED, 3), *rng.sample(sorted(SHOWN - {*COUNTED}), 4)]
    return village(seed, wants=wants, without=frozenset(CONSTRUCTS) - SHOWN)


COUNTED = ("cap_added", "cap_deducted", "cap_event", "cap_length", "cap_ever")
SHOWN = frozenset(COUNTED) | {
    "fixed",
    "per_unit",
    "per_unit_window",
    "at_least",
    "steps",
    "bands",
    "by_level",
    "by_class",
    "between",
    "one_of",
    "full_less",
    "formula",
    "escalate_times",
    "warn",
    "when_count",
    "when_total",
    "nested",
    "period_month",
    "period_year",
    "period_quarter",
    "clear",
    "carry",
    "ladder",
    "redemption",
    "ledger",
    "times_first",
    "times_highest",
    "duplicate",
    "voids",
    "corrects",
    "times_of_day",
}


@promise("4w", "in no window more is granted than a cap on adds or deducts allows", _capped)
def windows(case: Village) -> str | None:
    result = case.evaluate()
    data = case.schemes[0]
    for node in nodes_of(data):
        inside = {inner["id"] for inner in nodes_of(node) if "points" in inner}
        for cap in node.get("caps", ()):
            number, kind = cap["at_most"].split()[:2]
            if kind not in ("added", "deducted"):
                continue
            for key, total in _sums(result, inside, Window.parse(cap["per"]), kind).items():
                if total > Decimal(number):
                    return f"{cap} of {node.get('id', 'the scheme')}: {total} in {key}"
    return None


def _sums(result: Result, inside: set[str], window: Window, kind: str) -> dict[Any, Decimal]:
    """Give for each subject and window the points granted to what asked for some."""
    sign = 1 if kind == "added" else -1
    entries = [
        (e, e.date)
        for e in result.entries
        if e.indicator in inside and e.event and e.date is not None and e.asked * sign > 0
    ]
    sums: dict[Any, Decimal] = defaultdict(Decimal)
    for entry, day in entries:
        if window.name == "length":
            first = window.first_day_back(day)
            sums[entry.subject, entry.event] = sum(
                (
                    o.granted * sign
                    for o, at in entries
                    if o.subject == entry.subject and first <= at <= day
                ),
                Decimal(0),
            )
            continue
        keys = {"event": entry.event, "period": entry.period, "ever": "ever"}
        key = keys.get(window.name) or window.key(day)
        sums[entry.subject, key] += entry.granted * sign
    return sums


# --- 5: one more good deed, and an event that never happened --------------------------------------


def _monotone(seed: int) -> Village:
    """A village of constructs that mostly keep a scheme monotone, and one more add `up`."""
    rng = random.Random(seed)
    others = rng.sample(sorted(frozenset(CONSTRUCTS) - RISING), rng.choice([0, 0, 1, 2]))
    wants = [*rng.sample(sorted(RISING), 7), *others]
    case = village(seed, wants=wants, without=frozenset(CONSTRUCTS) - RISING - {*others})
    day = FIRST + timedelta(rng.randrange(0, 200))
    row = {
        "id": "up",
        "date": day.isoformat(),
        "subject": rng.choice(PEOPLE),
        "indicator": rng.choice(_ids(case)),
        "quantity": rng.choice(["1", "5"]),
        "points": "4",
        "level": "村级",
        "matter": rng.choice(["", "m"]),
    }
    return case.with_(events=(*case.events, row))


RISING = frozenset(
    {
        "fixed",
        "per_unit",
        "at_least",
        "by_level",
        "by_class",
        "between",
        "period_month",
        "period_year",
        "clear",
        "cap_added",
        "cap_deducted",
        "times_highest",
        "net_kept",
        "total_full_kept",
        "total_floor_kept",
        "floor_kept",
        "full_kept",
        "weight",
        "nested",
        "ledger",
        "ladder",
        "cap_event",
        "base_category",
        "round_category",
        "voids",
        "duplicate",
        "times_of_day",
        "class_dates",
    }
)


def _ids(case: Village) -> list[str]:
    items = [n for n in nodes_of(case.schemes[0]) if "points" in n and "per" not in n]
    adds = [n["id"] for n in items if not str(n["points"]).startswith("-")]
    return adds or [n["id"] for n in items] or ["nothing"]


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


# --- 6: what comes after the last day -------------------------------------------------------------


@promise("6", "what comes after as_of changes nothing else")
def after(case: Village) -> str | None:
    early = case.with_(as_of=case.as_of - timedelta(60))
    late = {id(r) for r in case.events if _known_on(r) > early.as_of}
    known = early.with_(events=tuple(r for r in case.events if id(r) not in late))
    own = {(r["id"], r["date"]) for r in case.events if id(r) in late}  # an id may be another's too
    one, two = early.evaluate(), known.evaluate()
    return difference(figures(one), figures(two), "with what comes after", "without") or difference(
        lines(e for e in one.entries if (e.event, str(e.date)) not in own),
        lines(e for e in two.entries if (e.event, str(e.date)) not in own),
        "with what comes after",
        "without",
    )


def _known_on(row: Row) -> date:
    day = row.get("recorded_on") if row.get("corrects") else None
    return date.fromisoformat(day or row["date"])


# --- 7: written and read again --------------------------------------------------------------------


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
