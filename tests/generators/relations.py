"""The relations (a) to (k) that every scheme keeps, each over villages drawn for it.

A relation draws a village for a number, restricted only as the contract restricts it, and says what
is wrong with one (None: nothing). What it compares it makes from the village alone, so that a
smaller village can be tried in its place.
"""

import copy
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from jifen_rules import (
    Entry,
    EventError,
    Result,
    SchemeError,
    Score,
    dump_scheme,
    restore_session,
    start_session,
    stream_entries,
)
from jifen_rules.core.vocabulary import COLUMNS, WORDS

from .constructs import CONSTRUCTS, items_of, nodes_of
from .draft import FIRST
from .maker import village
from .village import Data, Row, Village

Figures = dict[tuple[str, str], dict[str, object]]
WORDS_OF_EVENTS = ("voids", "corrects", "revokes", "repairs", "disputes")


@dataclass(frozen=True)
class Relation:
    letter: str
    says: str
    draw: Callable[[int], Village]
    fault: Callable[[Village], str | None]

    def broken(self, case: Village) -> str | None:
        """Say how a village breaks the relation; one that is unsound itself breaks none."""
        try:
            return self.fault(case)
        except SchemeError as error:
            return None if is_unsound(case) else f"what is made of it does not load: {error}"


def is_unsound(case: Village) -> bool:
    """Tell whether the check refuses a village as it is drawn."""
    try:
        case.evaluate()
    except SchemeError:
        return True
    return False


RELATIONS: dict[str, Relation] = {}


def relation(
    letter: str, says: str, draw: Callable[[int], Village]
) -> Callable[[Callable[[Village], str | None]], Callable[[Village], str | None]]:
    def declare(fault: Callable[[Village], str | None]) -> Callable[[Village], str | None]:
        RELATIONS[letter] = Relation(letter, says, draw, fault)
        return fault

    return declare


def family(*names: str) -> frozenset[str]:
    """Give the constructs of some families."""
    return frozenset(name for name, item in CONSTRUCTS.items() if item.family in names)


# --- what is compared -----------------------------------------------------------------------------


def figures(result: Result) -> Figures:
    """Give for each subject and period its figures and the levels on its ladders."""
    return {_key(score): _own(score) for score in result.scores}


def _key(score: Score) -> tuple[str, str]:
    return score.subject, score.period.label


def _own(score: Score) -> dict[str, object]:
    own: dict[str, object] = {"base": score.base, "total": score.total}
    own |= {f"ledger {name}": number for name, number in score.ledgers.items()}
    own |= {f"category {name}": number for name, number in score.categories.items()}
    own |= {f"in parent {name}": number for name, number in score.weighed.items()}
    return own | {f"level {name}": standing.level for name, standing in score.tiers.items()}


def difference(one: Mapping[Any, Any], two: Mapping[Any, Any], left: str, right: str) -> str | None:
    """Say where two mappings differ, at most five places."""
    if one == two:
        return None
    lines = []
    for key in dict.fromkeys([*one, *two]):
        a, b = one.get(key), two.get(key)
        if a != b and isinstance(a, dict) and isinstance(b, dict):
            inner = [k for k in dict.fromkeys([*a, *b]) if a.get(k) != b.get(k)]
            lines += [f"{_named(key)} {k}: {left} {a.get(k)}, {right} {b.get(k)}" for k in inner]
        elif a != b:
            lines.append(f"{_named(key)}: {left} {a}, {right} {b}")
    return "\n".join(lines[:5])


def _named(key: object) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def brief(entry: Entry, *, version: bool = True, place: bool = True) -> dict[str, object]:
    """Give what an entry says, perhaps without the version and the places in its file."""
    return {
        "event": entry.event,
        "subject": entry.subject,
        "period": entry.period,
        "indicator": entry.indicator,
        "date": entry.date,
        "outcome": str(entry.outcome),
        "inputs": dict(entry.inputs),
        "asked": entry.asked,
        "granted": entry.granted,
        "ledgers": dict(entry.ledgers),
        "total_after": entry.total_after,
        "version": entry.version if version else None,
        "steps": [
            (
                s.kind,
                s.id,
                s.name,
                s.place if place else "",
                s.before,
                s.after,
                s.room,
                s.window,
                s.note,
            )
            for s in entry.steps
        ],
    }


def lines(entries: Iterable[Entry], **how: bool) -> dict[int, dict[str, object]]:
    return dict(enumerate(brief(entry, **how) for entry in entries))


def differing(one: Result, two: Result, left: str, right: str, **how: bool) -> str | None:
    """Say where two results differ: figures first, then entries."""
    return difference(figures(one), figures(two), left, right) or difference(
        lines(one.entries, **how), lines(two.entries, **how), left, right
    )


# --- (a) spelling ---------------------------------------------------------------------------------


@relation("a", "the other spelling scores the same", village)
def spelling(case: Village) -> str | None:
    files = case.files()
    given = case.evaluate()
    chinese = case.with_(texts=tuple(dump_scheme(file, "zh") for file in files))
    back = case.with_(texts=tuple(dump_scheme(file, "en") for file in chinese.files()))
    rows = case.with_(
        roster=tuple(map(_chinese_row, case.roster)), events=tuple(map(_chinese_row, case.events))
    )
    for other, name in ((chinese, "Chinese"), (back, "back"), (rows, "Chinese rows")):
        found = _scored_alike(given, other.evaluate(), name)
        if found:
            return f"{found}\n{other}" if other.texts else found
    return None


def _scored_alike(one: Result, two: Result, name: str) -> str | None:
    """Say where figures, outcomes or points differ; entries echo the words that were written."""
    echoed = ("inputs", "steps")
    left, right = (
        {
            n: {k: v for k, v in line.items() if k not in echoed}
            for n, line in lines(r.entries).items()
        }
        for r in (one, two)
    )
    return difference(figures(one), figures(two), "given", name) or difference(
        left, right, "given", name
    )


ROW_WORDS = {
    "role": {"head": "户主", "self": WORDS["self"]},
    "kind": {"person": "个人", "household": "户", "village": "村"},
}


def _chinese_row(row: Row) -> Row:
    return {
        COLUMNS.get(key, key): ROW_WORDS.get(key, {}).get(value, value)
        for key, value in row.items()
    }


# --- (b) one way for points -----------------------------------------------------------------------

QUIET = family("conditions", "process") | {
    "rule_event",
    "milestone",
    "rule_veto",
    "rule_wipe",
    "rule_window",
    "rule_window_veto",
    "rule_streak",
    "escalate_times",
    "escalate_points",
    "escalate_valid",
    "warn",
    "comes_late",
    "leaves",
    "class_dates",
    "combine_scheme",
    "version_points",
    "version_bound",
    "version_base",
    "version_drops",
    "version_same",
    "ladder_rank",
    "for_class",
    "base_by_class",
    "ledger_derived",
    "conflicting",
    "corrects",
    "voids",
    "pool",
}


def _brought(seed: int) -> Village:
    """A village without conditions, in which one event `x0` brings A points at the scheme."""
    rng = random.Random(seed)
    case = village(seed, without=QUIET)
    indicator: Data = {"id": "x", "points": rng.choice(["6", "-4", "15", "-0.5"])}
    if rng.random() < 0.6:
        indicator["lasts"] = rng.choice(["20 days", "2 months", "ever", "quarter"])
    day = FIRST + timedelta(rng.randrange(20, 120))
    rows = [{"id": "x0", "date": day.isoformat(), "subject": "A", "indicator": "x"}]
    end = rng.choice(["", "revokes", "wipe"])
    if end:
        later = day + timedelta(rng.choice([1, 10, 40, 70]))
        rows.append({"id": "x1", "date": later.isoformat(), "subject": "A"})
        rows[1] |= {"revokes": "x0"} if end == "revokes" else {"indicator": "wipe_all"}
    schemes = []
    for data in case.schemes:
        more = copy.deepcopy(data)
        more.setdefault("indicators", []).extend([indicator, {"id": "wipe_all", "points": "clear"}])
        schemes.append(more)
    return case.with_(schemes=tuple(schemes), events=(*case.events, *rows))


def _in_place_of(
    case: Village,
    new: Callable[[Data], list[Data]],
    rules: list[Data],
    rows: Callable[[Row], list[Row]],
) -> Village:
    """The same village, where indicator x and its event are said in another way."""
    schemes = []
    for data in case.schemes:
        other = copy.deepcopy(data)
        place = next(n for n, item in enumerate(other["indicators"]) if item["id"] == "x")
        other["indicators"][place : place + 1] = new(other["indicators"][place])
        if rules:
            other["rules"] = [*other.get("rules", ()), *rules]
        schemes.append(other)
    events = [r for row in case.events for r in (rows(row) if row["id"] == "x0" else [row])]
    return case.with_(schemes=tuple(schemes), events=tuple(events))


def ways(case: Village) -> dict[str, Village]:
    """Say the points of event x0 in each other way that the language has."""
    x = next(i for i in case.schemes[0]["indicators"] if i["id"] == "x")
    effect = {key: value for key, value in x.items() if key in ("points", "lasts")}
    to = case.schemes[0].get("to") or {"total": "whole"}
    if to != {"total": "whole"}:
        effect["to"] = to  # the same route, whatever a consequence takes where it says none
    revoked = any(row.get("revokes") == "x0" for row in case.events)
    found = {
        "a consequence": _in_place_of(
            case, lambda _: [{"id": "x", "then": [effect]}], [], lambda row: [row]
        ),
        "its unit": _in_place_of(
            case,
            lambda item: [item | {"for": ["group"], "to": _to_members(case)}],
            [],
            lambda row: [row | {"subject": "GX"}],
        ).with_(roster=(*case.roster, *_unit_of_a(case))),
    }
    if (
        not revoked
    ):  # what a rule decided stays where its event is revoked; a repair cannot be revoked alike
        rule = {"id": "rx", "per": "event", "when": "count(x, 'ever') >= 1", "then": [effect]}
        found["a rule"] = _in_place_of(
            case, lambda _: [{"id": "x", "points": "0"}], [rule], lambda row: [row]
        )
        wrong = {"id": "x", "points": "0", "lasts": "until repaired", "repair": {"then": [effect]}}
        found["a repair"] = _in_place_of(
            case,
            lambda _: [wrong],
            [],
            lambda row: [
                row | {"id": "w0", "date": case.schemes[0]["effective_from"]},
                {"id": "x0", "date": row["date"], "subject": "A", "repairs": "w0"},
            ],
        )
    return found


def _to_members(case: Village) -> Data:
    to = case.schemes[0].get("to") or {"total": "whole"}
    names = {"total": "members", "wallet": "members.wallet"}
    return {names[key]: share for key, share in to.items()}


def _unit_of_a(case: Village) -> tuple[Row, ...]:
    """A group of which A is the only member, beside A's household."""
    own = next(row for row in case.roster if row["id"] == "A")
    return {"id": "GX", "kind": "group"}, own | {"unit": "GX", "role": ""}


@relation("b", "the same points brought in another way are the same", _brought)
def one_way(case: Village) -> str | None:
    first = next((date.fromisoformat(r["date"]) for r in case.events if r["id"] == "x0"), None)
    if (
        first is None
        or not any(r["id"] == "A" for r in case.roster)
        or not any(i["id"] == "x" for i in case.schemes[0].get("indicators", ()))
    ):
        return None
    days = sorted({first + timedelta(n) for n in (0, 1, 15, 32, 64, 100, 250)} | {case.as_of})
    days = [day for day in days if day >= first]
    for name, other in ways(case).items():
        other.files()
        for day in days:
            one, two = _totals_of(case.evaluate(day), "A"), _totals_of(other.evaluate(day), "A")
            found = difference(one, two, "an indicator's value", name)
            if found:
                return f"as of {day}: {found}"
    return None


def _totals_of(result: Result, subject: str) -> dict[str, object]:
    return {
        score.period.label: {"total": score.total, **score.ledgers}
        for score in result.scores
        if score.subject == subject
    }


# --- (c) undone -----------------------------------------------------------------------------------

SEEING = family(
    "conditions", "occurrences", "rules", "ladders", "rewards", "process", "versions"
) | {
    "cap_event",
    "cap_added",
    "cap_deducted",
    "cap_length",
    "cap_ever",
    "cap_among",
    "cap_quantity",
    "times_first",
    "times_highest",
    "net_lost",
    "full_lost",
    "floor_lost",
    "total_full_lost",
    "total_floor_lost",
    "to_by_figure",
    "ledger_derived",
    "ledger_of_unit",
    "quorum",
    "carry_formula",
    "formula",
    "voids",
    "corrects",
    "conflicting",
    "combine_scheme",
}
LIMITS = family("limits")


def _undone(seed: int) -> Village:
    """A village with a wrong `w0` that is revoked the same day, or repaired with all given back."""
    rng = random.Random(seed)
    across = rng.random() < 0.3
    wants = ["carry", "period_month"] if across else []
    # a ledger that says how long what is carried lasts ends all with the period, and carries a sum;
    # of what a rounding made of several, each goes on with its own part (SPEC 2, each boundary)
    rest = LIMITS | {"ledger_lasts", "round_category", "round_scheme"}
    without = SEEING | (rest if across else frozenset())
    case = village(seed, without=without, wants=wants)
    revoked = rng.random() < 0.4
    wrong: Data = {"id": "w", "points": rng.choice(["-5", "-12", "3"])}
    if not revoked:
        wrong |= {"lasts": "until repaired", "repair": {"then": []}}
    if rng.random() < 0.5:
        target = rng.choice(
            ["total", "added", *(n["id"] for n in nodes_of(case.schemes[0]) if "id" in n)]
        )
        lasts = "20 days" if revoked else "until repaired"
        wrong["then"] = [{"veto": target, "lasts": lasts, "gives": "all"}]
    elif rng.random() < 0.3:
        wrong["then"] = [{"points": "-2", "lasts": "20 days" if revoked else "until repaired"}]
    day = FIRST + timedelta(rng.randrange(5, 100))
    last = day if revoked else day + timedelta(rng.choice([0, 1, 3, 40] if across else [0, 1, 3]))
    if not across:
        last = min(last, _period_end(case, day))
    undo = {"id": "w1", "date": last.isoformat(), "subject": "A"}
    rows = [
        {"id": "w0", "date": day.isoformat(), "subject": "A", "indicator": "w"},
        undo | {"revokes" if revoked else "repairs": "w0"},
    ]
    data = copy.deepcopy(case.schemes[0])
    data.setdefault("indicators", []).append(wrong)
    return case.with_(schemes=(data,), events=(*case.events, *rows))


def _period_end(case: Village, day: date) -> date:
    """The last day of the period of a day, as the result itself names it."""
    result = case.with_(events=()).evaluate(day)
    return next(
        score.period.end for score in result.scores if score.period.start <= day <= score.period.end
    )


@relation("c", "a wrong undone leaves the totals of a stream without it", _undone)
def undone(case: Village) -> str | None:
    undo = next((r for r in case.events if r["id"] == "w1"), {})
    wrong: Data = next((i for i in case.schemes[0].get("indicators", ()) if i["id"] == "w"), {})
    whole = "revokes" in undo or ("repairs" in undo and _until_repaired(wrong))
    if not whole or not any(r["id"] == "w0" for r in case.events):
        return None
    last = date.fromisoformat(undo["date"])
    without = case.with_(events=tuple(r for r in case.events if r["id"] not in ("w0", "w1")))
    for day in sorted({last, last + timedelta(10), last + timedelta(70), max(case.as_of, last)}):
        one, two = (_from(x.evaluate(day), last) for x in (case, without))
        found = difference(one, two, "with", "without")
        if found:
            return f"as of {day}: {found}"
    return None


def _until_repaired(wrong: Data) -> bool:
    """Tell whether a repair ends all that a wrong brought, and gives back what it held."""
    parts = [wrong, *wrong.get("then", ())]
    back = all(part.get("gives", "all") == "all" for part in parts)
    return (
        back and all(part.get("lasts") == "until repaired" for part in parts) and "repair" in wrong
    )


def _from(result: Result, day: date) -> dict[tuple[str, str], dict[str, object]]:
    """Totals and ledgers of the periods that end on a day or after it."""
    return {
        (score.subject, score.period.label): {"total": score.total, **score.ledgers}
        for score in result.scores
        if score.period.end >= day
    }


# --- (d) months, or one long period ---------------------------------------------------------------

PERIODIC = (
    family("ladders")
    | {
        name
        for name in LIMITS
        if name
        not in ("total_floor_lost", "total_full_lost", "cap_event", "cap_length", "cap_ever")
    }
    | {
        "lasts_period",
        "lasts_after_repair",
        "round_category",
        "round_scheme",
        "when_total",
        "rule_event",
        "rule_wipe",
        "rule_window",
        "rule_window_veto",
        "rule_veto",
        "ledger_derived",
        "ledger_of_unit",
        "ledger",
        "base_by_class",
        "right",
        "pool",
        "to_by_figure",
        "version_base",
        "redemption_when",
        "redemption",
        "clear",
        "carry_formula",
        "veto_rewards",
        "standing",
    }
)


def _monthly(seed: int) -> Village:
    case = village(
        seed,
        without=PERIODIC,
        wants=["carry", "period_month", *_some(seed, "total_floor_lost", "total_full_lost")],
    )
    schemes = copy.deepcopy(case.schemes)
    for data in schemes:
        for effect in _effects(data):
            if effect.get("lasts") == "period":
                effect["lasts"] = "month"
        for node in nodes_of(data):
            node["caps"] = [cap for cap in node.get("caps", ()) if cap["per"] != "period"]
    return case.with_(schemes=schemes)


def _some(seed: int, *names: str) -> list[str]:
    rng = random.Random(seed)
    return [name for name in names if rng.random() < 0.4]


def _effects(data: Data) -> list[Data]:
    found = [effect for item in items_of(data) for effect in item.get("then", ())]
    return found + [effect for rule in data.get("rules", ()) for effect in rule["then"]]


@relation("d", "under carry months score as one long period", _monthly)
def months(case: Village) -> str | None:
    long = case.with_(schemes=tuple(data | {"period": "100 years"} for data in case.schemes))
    for day in (case.as_of, FIRST + timedelta(45)):
        one, two = (_last(x.evaluate(day)) for x in (case, long))
        found = difference(one, two, "months", "one period")
        if found:
            return f"as of {day}: {found}"
    return None


def _last(result: Result) -> dict[str, dict[str, object]]:
    """Each subject's total and ledgers of its last period."""
    return {
        score.subject: {"total": score.total, **score.ledgers}
        for score in sorted(result.scores, key=lambda score: score.period.start)
    }


# --- (e) a version that changes nothing -----------------------------------------------------------


@relation("e", "two equal versions are one", village)
def equal_versions(case: Village) -> str | None:
    later = case.schemes[-1] | {"effective_from": "2024-08-05"}
    if len(case.schemes) == 1:
        later["effective_from"] = "2024-04-10"
    twice = case.with_(schemes=(*case.schemes, later))
    return differing(
        case.evaluate(), twice.evaluate(), "one", "two equal versions", version=False, place=False
    )


# --- (f) a unit between ---------------------------------------------------------------------------


@relation("f", "a unit of a kind that nothing names changes nothing", village)
def unit_between(case: Village) -> str | None:
    """A `headcount` is of those in a unit itself, and so it names whoever stands between."""
    if "headcount" in str(case.schemes):
        return None
    rows = [r | {"unit": "G"} if r.get("unit") == "V" else r for r in case.roster]
    more: list[Row] = [{"id": "G", "kind": "group", "unit": "V"}]
    given, other = case.evaluate(), case.with_(roster=(*rows, *more)).evaluate()
    left, right = ({k: v for k, v in figures(r).items() if k[0] != "G"} for r in (given, other))
    return difference(left, right, "without", "with a group between") or difference(
        dict(enumerate(brief(e) for e in given.entries)),
        dict(enumerate(brief(e) for e in other.entries if e.subject != "G")),
        "without",
        "with a group between",
    )


# --- (g) doubled ----------------------------------------------------------------------------------

FORMULAS = family("rules", "conditions") | {
    "formula",
    "ledger_derived",
    "ledger_of_unit",
    "pool",
    "carry_formula",
    "redemption_when",
    "ladder_when",
}


def _plain(seed: int) -> Village:
    return village(seed, without=FORMULAS)


@relation("g", "every figure in points doubled doubles every total", _plain)
def doubled(case: Village) -> str | None:
    rows = [r | ({"points": twice(r["points"])} if r.get("points") else {}) for r in case.events]
    other = case.with_(schemes=tuple(map(doubled_scheme, case.schemes)), events=tuple(rows))
    one = {
        key: {name: 2 * n if isinstance(n, Decimal) else n for name, n in own.items()}
        for key, own in figures(case.evaluate()).items()
    }
    return difference(one, figures(other.evaluate()), "twice the figure", "figures doubled")


def twice(text: str) -> str:
    """Double the number a text begins with: `5`, `0 kept`, `3 wallet`, `1 half_up`."""
    number, space, rest = text.partition(" ")
    return f"{Decimal(number) * 2:f}{space}{rest}"


def doubled_value(value: Any) -> Any:
    """Double the points of a value form; amounts, levels and windows stay."""
    if isinstance(value, str):
        return value if value == "clear" else twice(value)
    found = dict(value)
    for key in ("each", "at_least", "above"):
        if key in value:
            found[key] = {amount: twice(points) for amount, points in value[key].items()}
    for key in ("between", "one_of"):
        if key in value:
            found[key] = [twice(points) for points in value[key]]
    for key in ("full", "floor", "round"):
        if key in value:
            found[key] = twice(value[key])
    if "bands" in value:
        found["bands"] = {
            edge: {a: twice(p) for a, p in rate.items()} for edge, rate in value["bands"].items()
        }
    if "by" in value:
        found["by"] = {
            f: {w: doubled_value(v) for w, v in table.items()} for f, table in value["by"].items()
        }
    return found


POINT_LIMITS = ("added", "deducted", "net")


def doubled_scheme(data: Data) -> Data:
    found = copy.deepcopy(data)
    for node in nodes_of(found):
        for key in ("base", "points"):
            if key in node:
                node[key] = doubled_value(node[key])
        for key in ("floor", "full", "round"):
            if key in node and node[key] != "none":
                node[key] = twice(node[key])
        for cap in node.get("caps", ()):
            if cap["at_most"].split()[1] in POINT_LIMITS:
                cap["at_most"] = twice(cap["at_most"])
        for window, times in node.get("escalate", {}).items():
            node["escalate"][window] = [
                w if w[0] == "x" or w == "劝导" else twice(w) for w in times
            ]
        lasts = node.get("lasts")
        if isinstance(lasts, dict) and "by" not in lasts:
            node["lasts"] = {
                key: {twice(size): w for size, w in table.items()} for key, table in lasts.items()
            }
        for effect in [*node.get("then", ()), *node.get("repair", {}).get("then", ())]:
            if "points" in effect:
                effect["points"] = doubled_value(effect["points"])
    for ledger in found.get("ledgers", ()):
        if ledger["floor"] != "none":
            ledger["floor"] = twice(ledger["floor"])
    for ladder in found.get("tiers", ()):
        for level in ladder["levels"]:
            for key in ("at_least", "above"):
                if key in level:
                    level[key] = twice(level[key])
            for effect in level.get("then", ()):
                if "points" in effect:
                    effect["points"] = doubled_value(effect["points"])
    for reward in found.get("rewards", ()):
        if "spends" in reward:
            reward["spends"] = twice(reward["spends"])
        if "by" in reward:
            reward["gives"] = {
                key: {twice(size): n for size, n in table.items()}
                for key, table in reward["gives"].items()
            }
    return found


# --- (h) four hundred years on --------------------------------------------------------------------

YEARS = 400
_DATE = re.compile(r"\b(20\d\d)(-\d\d-\d\d)")
_LATER = re.compile(r"(?<!\d)2[45]\d\d(?!\d)")


def _on(value: Any) -> Any:
    if isinstance(value, str):
        return _DATE.sub(lambda m: f"{int(m[1]) + YEARS}{m[2]}", value)
    if isinstance(value, dict):
        return {key: _on(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_on, value))
    return value


@relation("h", "all dates moved on by 400 years move nothing else", village)
def moved_on(case: Village) -> str | None:
    other = Village(
        _on(case.schemes),
        _on(case.roster),
        _on(case.events),
        case.as_of.replace(year=case.as_of.year + YEARS),
    ).evaluate()
    given = case.evaluate()
    one, two = ({**figures(r), **lines(r.entries)} for r in (given, other))
    back = {_back(key): _back(value) for key, value in two.items()}
    return difference({k: _plainly(v) for k, v in one.items()}, back, "now", "400 years on")


def _back(value: Any) -> Any:
    if isinstance(value, date):
        return str(value.replace(year=value.year - YEARS))
    if isinstance(value, str):
        return _LATER.sub(lambda m: str(int(m[0]) - YEARS), value)
    return _each(value, _back)


def _plainly(value: Any) -> Any:
    return str(value) if isinstance(value, date) else _each(value, _plainly)


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {change(key): change(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(change, value))
    return value


# --- (i) a stranger -------------------------------------------------------------------------------

TYING = frozenset({"ladder_rank"})


def _with_stranger(seed: int) -> Village:
    """A village and one Z who belongs to no unit, whose events no other's word names."""
    rng = random.Random(seed)
    case = village(seed, without=TYING)
    own = [
        row
        | {
            "id": f"z{number}",
            "subject": "Z",
            "to": "Z",
            **({"rater": "Z"} if "rater" in row else {}),
            **{word: "z" + row[word][1:] for word in WORDS_OF_EVENTS if word in row},
        }
        for number, row in enumerate(case.events)
        if rng.random() < 0.6
    ]
    z: Row = {"id": "Z", "kind": "person", "class": "甲类", "示范": "是"}
    return case.with_(roster=(*case.roster, z), events=(*case.events, *own))


@relation("i", "a subject whom nothing ties changes no other", _with_stranger)
def stranger(case: Village) -> str | None:
    if not any(row["id"] == "Z" for row in case.roster):
        return None
    without = case.with_(
        roster=tuple(r for r in case.roster if r["id"] != "Z"),
        events=tuple(r for r in case.events if r["subject"] != "Z"),
    )
    one, two = case.evaluate(), without.evaluate()
    left = {key: own for key, own in figures(one).items() if key[0] != "Z"}
    return difference(left, figures(two), "with Z", "without") or difference(
        lines(e for e in one.entries if e.subject != "Z"), lines(two.entries), "with Z", "without"
    )


# --- (j) stream, session and batch ----------------------------------------------------------------


@relation("j", "stream, session and batch agree", village)
def three_ways(case: Village) -> str | None:
    batch = case.evaluate()
    return _session(case, batch) or _stream(case, batch)


def _session(case: Village, batch: Result) -> str | None:
    """Add events in another order, saving once on the way; the journal adds up to the totals."""
    rows = list(case.events)
    random.Random(len(str(case))).shuffle(rows)
    files, people = case.files(), case.people()
    session = start_session(files, people, as_of=case.as_of, status="count")
    journal: list[Entry] = []
    for number, row in enumerate(rows):
        if number == len(rows) // 2:
            session = restore_session(files, people, session.save())
        journal += session.add(row)
    journal += session.advance(case.as_of)
    found = differing(batch, session.result(), "batch", "session")
    if found:
        return found
    return _journal(journal, batch, case)


def _journal(journal: Iterable[Entry], batch: Result, case: Village) -> str | None:
    """Say where the journal does not add up to a total or to a ledger that is posted to."""
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for entry in journal:
        for name, amount in (("total", entry.granted), *entry.ledgers.items()):
            sums[entry.subject, entry.period, name] += amount
    derived = {one["id"] for one in case.schemes[0].get("ledgers", ()) if "formula" in one}
    wanted = {
        (score.subject, score.period.label, name): figure
        for score in batch.scores
        for name, figure in (("total", score.total - score.base), *score.ledgers.items())
        if name not in derived
    }
    return difference(wanted, {key: sums[key] for key in wanted}, "result", "journal")


def _stream(case: Village, batch: Result) -> str | None:
    """Stream the events by their days, letting go late, at once, or with some days out of order."""
    rows = sorted(case.events, key=lambda row: row["date"])
    rng = random.Random(len(rows))
    mixed = sorted(
        rows, key=lambda row: date.fromisoformat(row["date"]) + timedelta(rng.randrange(6))
    )
    speaks = any(row.get(word) for row in rows for word in WORDS_OF_EVENTS)
    repeats = len({row["id"] for row in rows}) < len(rows)
    for order, within in ((rows, 1000), (rows, 0), (mixed, 5)):
        stream = stream_entries(
            case.files(), case.people(), order, case.as_of, status="count", within=within
        )
        try:
            entries = tuple(stream)
        except EventError as error:
            if within == 1000 or not (speaks or repeats):
                return f"within={within}: {error}"
            continue
        name = f"stream within={within}"
        found = difference(lines(batch.entries), lines(entries), "batch", name)
        scores = difference(
            figures(batch), {_key(s): _own(s) for s in stream.scores}, "batch", name
        )
        if found or scores:
            return found or scores
    return None


# --- (k) why granted is not asked -----------------------------------------------------------------


@relation("k", "an entry names each rule that made granted differ from asked", village)
def explained(case: Village) -> str | None:
    names = {row["id"] for row in case.events} | _rule_names(case)
    for entry in case.evaluate().entries:
        found = _unexplained(entry, names)
        if found:
            return f"{found}\n{brief(entry)}"
    return _unnamed(case)


def _rule_names(case: Village) -> set[str]:
    """Give the ids of what brings points without an event.

    Rules, ladders, standing facts, categories that are held.
    """
    found = {"total", "matter", "added", "rewards"}
    for data in case.schemes:
        for key in ("rules", "tiers", "rewards", "ledgers"):
            found |= {part["id"] for part in data.get(key, ())}
        found |= {node["id"] for node in nodes_of(data) if "id" in node}
        found |= {level["name"] for ladder in data.get("tiers", ()) for level in ladder["levels"]}
    return found


ENDS = ("expired", "revoked", "released")
"""Outcomes of entries that end something: each names the event it ends."""


def _unexplained(entry: Entry, names: set[str]) -> str | None:
    changes = [s for s in entry.steps if (s.before != s.after and s.before is not None) or s.note]
    outcome = str(entry.outcome)
    if (
        outcome in ("counted", "received", "awarded")
        and entry.asked != entry.granted
        and not changes
    ):
        return f"asked {entry.asked}, granted {entry.granted}, and no rule is named"
    said = {
        entry.indicator,
        *entry.inputs.values(),
        *(w for s in entry.steps for w in (s.id, s.note)),
    }
    if (
        outcome in ENDS
        and entry.granted
        and entry.event is None
        and not any(_says(s, names) for s in said - {entry.indicator})
    ):
        return (
            f"{outcome}, granted {entry.granted}, and neither an event nor a rule is named that "
            f"it ends"
        )
    if (
        entry.asked == 0
        and entry.granted != 0
        and outcome not in ("counted", "received", "carried")
        and not any(_says(s, names) for s in said)
    ):
        return f"{outcome}, granted {entry.granted}, and no event or rule is named"
    return None


def _says(text: str, names: set[str]) -> bool:
    """Tell whether a text has a name; what a rule brought on a day is named `@rule@day`."""
    return any(word in names for word in re.split(r"[\s,;:()（），；：@]+", text))


# --- (k) what no entry names made no difference ---------------------------------------------------

NAMING = {
    "floor": ("floor",),
    "full": ("net", "full"),
    "combine": ("combine",),
    "escalate": ("escalate", "warning"),
    "round": ("round", "round_asked", "combine", "share"),
    "weight": ("weight",),
}
"""By the key of a rule, the kinds of step that name it."""
KINDS_OF_CAPS = {
    "added": "added",
    "deducted": "deducted",
    "net": "net",
    "times": "times",
    "小时": "quantity_cap",
}


def _unnamed(case: Village) -> str | None:
    """Leave out a rule that no entry names: every total must stay."""
    given = case.evaluate()
    named = {(step.kind, step.id) for entry in given.entries for step in entry.steps}
    owners = {node.get("id", "") for data in case.schemes for node in nodes_of(data)}
    totals = _totals(given)
    for owner, key, kinds, without in _left_out(case):
        told = any(kind in kinds and (name == owner or name not in owners) for kind, name in named)
        if told:
            continue
        try:
            found = difference(totals, _totals(without.evaluate()), "given", "without it")
        except SchemeError:
            continue  # what stands elsewhere needs it
        if found:
            return f"no entry names {key} of {owner or 'the scheme'}, yet without it:\n{found}"
    return None


def _left_out(case: Village) -> Iterable[tuple[str, str, tuple[str, ...], Village]]:
    """Yield each rule of the first version, and the village without it in every version."""
    for number, node in enumerate(nodes_of(case.schemes[0])):
        owner = node.get("id", "")
        for key, kinds in NAMING.items():
            if key not in node or node[key] == "none" or (key == "weight" and _has_base(node)):
                continue
            if key == "round" and (_has_base(node) or not owner or "to" in node):
                continue
            yield (
                owner,
                key,
                kinds,
                _every(
                    case,
                    number,
                    partial(_leave_out, key),
                ),
            )
        for place, cap in enumerate(node.get("caps", ())):
            kind = KINDS_OF_CAPS[cap["at_most"].split()[1]]
            yield (
                owner,
                f"cap {cap}",
                (kind,),
                _every(case, number, partial(_leave_out_cap, place)),
            )


def _leave_out(key: str, data: Data) -> None:
    if not data.pop(key, None) and key == "floor" and "scheme" in data:
        data["floor"] = "none"


def _leave_out_cap(place: int, data: Data) -> None:
    data["caps"].pop(place)


def _has_base(node: Data) -> bool:
    return any("base" in inner for inner in nodes_of(node))


def _every(case: Village, number: int, change: Callable[[Data], object]) -> Village:
    schemes = copy.deepcopy(case.schemes)
    for data in schemes:
        change(nodes_of(data)[number])
    return case.with_(schemes=schemes)


def _totals(result: Result) -> dict[tuple[str, str], dict[str, object]]:
    return {(s.subject, s.period.label): {"total": s.total, **s.ledgers} for s in result.scores}
