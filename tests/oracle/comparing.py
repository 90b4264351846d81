"""Held against the oracle: the figures a case expects, and what an evaluation gives."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from jifen_rules import Case, SchemeFile, evaluate_events, load_scheme, read_roster
from jifen_rules.compile.variants import change_scheme
from jifen_rules.core.terms import exact, parse_number, plain
from jifen_rules.inputs.roster import Roster

from .village import Oracle

ASKED_HERE = (
    "totals",
    "tiers",
    "ledgers",
    "categories",
    "rights",
    "entries",
    "received",
    "shares",
    "granted",
)
"""What of an expectation the oracle can be asked about."""


def told(value: Any) -> str:
    """A figure as a case writes it; a fraction without end stays a fraction."""
    if isinstance(value, Fraction):
        try:
            return plain(exact(value))
        except ValueError:
            return str(value)
    return "none" if value is None else str(value)


def scheme_of(schemes: SchemeFile | Sequence[SchemeFile], case: Case) -> Any:
    """The scheme of a case, perhaps another or with values changed."""
    if case.scheme:
        schemes = load_scheme(Path(case.place.file).parent / case.scheme)
    if case.changes:
        assert isinstance(schemes, SchemeFile)
        return change_scheme(schemes, dict(case.changes))
    return schemes


def oracle_of(schemes: SchemeFile | Sequence[SchemeFile], case: Case) -> Oracle:
    """The oracle's story of a case."""
    roster = read_roster(case.roster) if case.roster else None
    return Oracle(scheme_of(schemes, case), roster, case.events, case.as_of)


def case_differences(oracle: Oracle, case: Case) -> list[str]:
    """What a case expects and the oracle does not find."""
    return [
        line
        for figure, wanted in case.expect.items()
        if figure in ASKED_HERE
        for name, expected in wanted.items()
        for line in _asked(oracle, figure, name, expected)
    ]


def _asked(oracle: Oracle, figure: str, name: str, expected: Any) -> Iterator[str]:
    match figure:
        case "entries":
            yield from _entry(oracle, name, expected)
        case "received":
            for subject, number in expected.items():
                found = [
                    r[3]
                    for r in oracle.entries.get(subject, ())
                    if (r[1], r[2]) == (name, "received")
                ]
                yield from _differs(
                    f"received {name} {subject}", number, found[0] if found else None
                )
        case "shares":
            for subject, number in expected.items():
                share = oracle.shares.get(name, {}).get(subject)
                yield from _differs(f"shares {name} {subject}", number, share)
        case "granted":
            rows = [told(row[3]) for row in oracle.entries.get(name, ())]
            if [_spelled(number) for number in expected] != rows:
                yield f"granted {name}: {[_spelled(n) for n in expected]} expected, {rows} found"
        case _:
            yield from _score(oracle, figure, name, expected)


def _entry(oracle: Oracle, name: str, expected: Any) -> Iterator[str]:
    rows = [
        r for own in oracle.entries.values() for r in own if r[1] == name and r[2] != "received"
    ]
    if not rows:
        yield f"entries {name}: no entry"
        return
    wanted = expected if isinstance(expected, Mapping) else {"granted": expected}
    for key, value in wanted.items():
        if key != "asked":
            found = {"outcome": rows[0][2], "granted": rows[0][3]}.get(
                key, rows[0][4].get(key, Fraction(0))
            )
            yield from _differs(f"entries {name} {key}", value, found)


def _score(oracle: Oracle, figure: str, subject: str, expected: Any) -> Iterator[str]:
    scores = {period: s for (who, period), s in oracle.scores.items() if who == subject}
    if not scores:
        yield f"{figure} {subject}: no score"
        return
    last = list(scores)[-1]
    if figure == "totals":
        wanted = expected if isinstance(expected, Mapping) else {last: expected}
        for period, number in wanted.items():
            found = scores[period]["figures"]["total"] if period in scores else None
            yield from _differs(f"totals {subject} {period}", number, found)
        return
    shown = scores[last]["figures" if figure == "ledgers" else figure]
    for key, number in expected.items():
        yield from _differs(
            f"{figure} {subject} {key}",
            number,
            shown.get(key) or ("none" if figure == "tiers" else shown.get(key)),
        )


def _spelled(number: object) -> str:
    try:
        return plain(parse_number(str(number)))
    except ValueError:
        return str(number)


def _differs(what: str, expected: Any, found: Any) -> Iterator[str]:
    if _spelled(expected) != told(found):
        yield f"{what}: {_spelled(expected)} expected, {told(found)} found"


# --- an evaluation --------------------------------------------------------------------------------

QUIET = frozenset({"opening", "released", "expired", "awarded", "tier", "entitled", "rule"})
"""Entries of boundaries and rules that need not stand where they bring nothing."""
JOINED = {"carried": "opening", "held": "opening", "released": "released", "expired": "expired"}
"""Entries that may stand as one or as several, and what they are together."""


def differences(
    scheme_files: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    events: Iterable[Any],
    as_of: date,
    status: str = "count",
) -> list[str]:
    """Where the engine and the oracle differ: entry by entry, score by score."""
    rows = list(events)
    result = evaluate_events(scheme_files, roster, rows, as_of, status=status)
    oracle = Oracle(scheme_files, roster, rows, as_of, status)
    found: dict[str, list[Any]] = {}
    for entry in result.entries:
        if entry.date is not None:
            ledgers = {k: Fraction(v) for k, v in entry.ledgers.items() if v}
            row = (entry.date, entry.event, entry.outcome.value, Fraction(entry.granted), ledgers)
            found.setdefault(entry.subject, []).append(row)
    lines: list[str] = []
    for subject in sorted({*found, *oracle.entries} - {""}):
        lines += _rows_differ(subject, found.get(subject, []), oracle.entries.get(subject, []))
    return [*lines, *_scores_differ(result, oracle)]


def _rows_differ(subject: str, engine: list[Any], oracle: list[Any]) -> Iterator[str]:
    left, right = _loud(engine), _loud(oracle)
    if left == right:
        return
    for number in range(max(len(left), len(right))):
        one = left[number] if number < len(left) else None
        other = right[number] if number < len(right) else None
        if one != other:
            yield f"{subject} entry {number}: engine {_row(one)} | oracle {_row(other)}"


def _loud(rows: list[Any]) -> list[Any]:
    """Return the rows that bring something or must stand; a day's ends and openings are one.

    Rows of a day stand by their events: which comes first shows in what they bring.
    """
    found: list[Any] = []
    joined: dict[Any, tuple[Fraction, dict[str, Fraction]]] = {}
    for day, event, outcome, granted, ledgers in rows:
        if outcome not in JOINED:
            found.append((day, event, outcome, granted, ledgers))
            continue
        total, both = joined.get((day, JOINED[outcome]), (Fraction(0), {}))
        for ledger, amount in ledgers.items():
            both[ledger] = both.get(ledger, Fraction(0)) + amount
        joined[day, JOINED[outcome]] = total + granted, both
    for (day, outcome), (granted, both) in joined.items():
        found.append((day, None, outcome, granted, {k: v for k, v in both.items() if v}))
    loud = [row for row in found if row[2] not in QUIET or row[3] or row[4]]
    return sorted(loud, key=lambda row: (row[0], row[1] or "", *map(str, row[2:])))


def _row(row: Any) -> str:
    if row is None:
        return "nothing"
    day, event, outcome, granted, ledgers = row
    more = "".join(f" {name}={told(amount)}" for name, amount in sorted(ledgers.items()))
    return f"{day} {event or '-'} {outcome} {told(granted)}{more}"


def _scores_differ(result: Any, oracle: Oracle) -> Iterator[str]:
    engine = {(s.subject, s.period.label): s for s in result.scores}
    for key in sorted({*engine, *oracle.scores}):
        one, other = engine.get(key), oracle.scores.get(key)
        if one is None or other is None:
            if other is None or any(other["figures"].values()) or any(other["tiers"].values()):
                yield f"score {key}: {'engine' if one is None else 'oracle'} has none"
            continue
        left = {"base": one.base, "total": one.total, **one.ledgers}
        right = {"base": other["base"], **other["figures"]}
        left |= {f"category {k}": v for k, v in one.categories.items()}
        left |= {f"weighed {k}": v for k, v in one.weighed.items()}
        right |= {f"category {k}": v for k, v in other["categories"].items()}
        right |= {f"weighed {k}": v for k, v in other["weighed"].items()}
        left |= {f"tier {k}": s.level or "" for k, s in one.tiers.items()}
        right |= {f"tier {k}": v for k, v in other["tiers"].items()}
        left |= {f"right {r.id}": r.gives if r.amount is None else r.amount for r in one.rights}
        right |= {f"right {k}": v for k, v in other["rights"].items()}
        for name in sorted({*left, *right}):
            a, b = left.get(name), right.get(name)
            a = Fraction(a) if isinstance(a, Decimal) else a
            if a != b:
                yield f"score {key[0]} {key[1]} {name}: engine {told(a)} | oracle {told(b)}"
