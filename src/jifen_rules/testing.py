"""Hypothesis strategies for a scheme's own property tests, and invariants to switch on in a line.

    @given(event_streams(SCHEME))
    def test_my_rules(rows):
        assert_invariants(SCHEME, rows, as_of=date(2024, 12, 31))

Needs the extra `testing`; the rest of the library does not know of Hypothesis.
"""

import json
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    needs = "jifen_rules.testing needs more: python -m pip install 'jifen-rules[testing]'"
    raise ModuleNotFoundError(needs, name=error.name) from None

from .analysis.made_up import MOST_QUANTITY, field_words, grant_is_for, judged_bounds, near_edges
from .compile import compile_versions
from .compile.variants import change_scheme
from .core.terms import plain
from .inputs.roster import Roster
from .plan import Grant, Plan, Value
from .scheme.load import load_scheme
from .scheme.model import SchemeFile
from .session import evaluate_events
from .trace.chain import trace_lines
from .verify import verify_trace

Row = dict[str, str]


def event_streams(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None = None,
    *,
    subjects: Sequence[str] = ("甲", "乙"),
    indicators: Sequence[str] = (),
    first: date | None = None,
    days: int = 365,
    max_size: int = 20,
    near: bool = True,
) -> st.SearchStrategy[list[Row]]:
    """Return lists of events that a scheme admits: fields, judged points and words all fit.

    With `near`, quantities and points lie often just at, below or above the edges of bands, steps
    and caps. `subjects` are those of the roster if one is given; `indicators` are all if none is
    named. Days count from `first`, else from the first day of the scheme's last version.
    """
    plan = compile_versions(schemes).last
    start = first or plan.version
    names = list(roster.subjects) if roster is not None else list(subjects)
    known = Roster(roster.rows, kind=plan.kind) if roster is not None else None
    grants = [
        grant
        for key, grant in plan.grants.items()
        if grant.standing is None and (not indicators or key in indicators)
    ]

    @st.composite
    def stream(draw: st.DrawFn) -> list[Row]:
        rows = []
        for number in range(draw(st.integers(0, max_size))):
            grant = draw(st.sampled_from(grants))
            day = start + timedelta(draw(st.integers(0, days - 1)))
            fitting = [
                name
                for name in names
                if known is None or grant_is_for(plan, known, grant, name, day)
            ]
            if not fitting:
                continue
            row = {
                "id": f"e{number:03}",
                "date": day.isoformat(),
                "subject": draw(st.sampled_from(fitting)),
                "indicator": grant.mark.id,
            }
            rows.append({**row, **draw(_inputs(plan, grant, names, near))})
        return rows

    return stream()


def rosters(
    schemes: SchemeFile | Sequence[SchemeFile], *, size: int = 4
) -> st.SearchStrategy[list[Row]]:
    """Rows of a roster: subjects in one or two units, some with a class that the scheme knows."""
    plan = compile_versions(schemes).last
    classes = sorted(
        {word for g in plan.grants.values() for words in g.kinds for word in words} - {plan.kind}
    )

    @st.composite
    def roster(draw: st.DrawFn) -> list[Row]:
        rows = [{"id": "V1", "kind": "village"}, {"id": "V2", "kind": "village"}]
        for number in range(draw(st.integers(1, size))):
            row = {
                "id": f"S{number}",
                "kind": plan.kind,
                "unit": draw(st.sampled_from(["V1", "V2"])),
            }
            chosen = draw(st.sampled_from(["", *classes]))
            if chosen:
                row["class"] = chosen
            rows.append(row)
        return rows

    return roster()


def small_schemes() -> st.SearchStrategy[SchemeFile]:
    """Schemes of a few indicators, with caps, a floor and a ladder, that hold together."""
    number = st.integers(-10, 20).map(str)
    forms = st.one_of(
        number,
        st.builds(lambda n: {"each": {"小时": n}}, st.integers(1, 5).map(str)),
        st.builds(lambda a, b: {"by": {"level": {"村级": a, "县级": b}}}, number, number),
        st.just({"between": ["-5", "10"]}),
        st.just({"at_least": {"1": "1", "10": "5"}}),
    )
    cap = st.builds(
        lambda n, kind, per: {"at_most": f"{n} {kind}", "per": per},
        st.integers(1, 30),
        st.sampled_from(["added", "deducted"]),
        st.sampled_from(["event", "month", "quarter", "year", "period"]),
    )

    @st.composite
    def scheme(draw: st.DrawFn) -> SchemeFile:
        indicators = [
            {"id": f"i{n}", "points": draw(forms), "caps": draw(st.lists(cap, max_size=2))}
            for n in range(draw(st.integers(1, 4)))
        ]
        data = {
            "scheme": "generated",
            "illustrative": "yes",
            "effective_from": "2024-01-01",
            "subject": "household",
            "period": draw(st.sampled_from(["year", "quarter", "month"])),
            "base": str(draw(st.integers(0, 100))),
            "at_period_end": "clear",
            "floor": draw(st.sampled_from(["none", "0 kept", "0 lost"])),
            "indicators": indicators,
            "tiers": [
                {
                    "id": "star",
                    "by": "total",
                    "levels": [
                        {"name": "好", "at_least": str(draw(st.integers(1, 150)))},
                        {"name": "其他"},
                    ],
                }
            ],
        }
        return load_scheme("generated.yaml", text=json.dumps(data, ensure_ascii=False))

    return scheme()


def scheme_edits(file: SchemeFile) -> st.SearchStrategy[SchemeFile]:
    """Return a scheme with one fixed number of points, or one edge of a level, changed a little."""
    numbers: dict[str, Decimal] = {
        f"{item.key}.points": item.points
        for _, _, item in file.scheme.walk()
        if isinstance(item.points, Decimal)
    }
    for ladder in file.scheme.tiers:
        for level in ladder.levels:
            for key, edge in (("at_least", level.at_least), ("above", level.above)):
                if isinstance(edge, Decimal):
                    numbers[f"{ladder.key}.{level.key}.{key}"] = edge

    def changed(name: str, shift: Decimal) -> SchemeFile:
        return change_scheme(file, {name: plain(numbers[name] + shift)})

    shifts = st.sampled_from([Decimal(n) for n in ("-1", "-0.5", "0.5", "1", "10")])
    return st.builds(changed, st.sampled_from(sorted(numbers)), shifts)


# --- what an event must say ----------------------------------------------------------------------


def _inputs(
    plan: Plan, grant: Grant, names: Sequence[str], near: bool
) -> st.SearchStrategy[Mapping[str, str]]:
    given: dict[str, st.SearchStrategy[str]] = {}
    for field in grant.needs:
        if field == "quantity":
            given[field] = _numbers(near_edges(grant), near)
        elif words := field_words(grant, field):
            given[field] = st.sampled_from(words)
        elif field == "points":
            given[field] = _judged(plan, grant.value, near)
    given["matter"] = st.sampled_from(["", "", "m", "n"])
    given["to"] = st.sampled_from(names)
    return st.fixed_dictionaries(given)


def _judged(plan: Plan, value: Value | None, near: bool) -> st.SearchStrategy[str]:
    low, high = judged_bounds(plan, value)
    inside = st.integers(int(low), max(int(low), int(high))).map(str)
    return st.one_of(st.sampled_from([plain(low), plain(high)]), inside) if near else inside


def _numbers(edges: Sequence[str], near: bool) -> st.SearchStrategy[str]:
    plain_ones = st.integers(0, MOST_QUANTITY).map(str)
    return st.one_of(st.sampled_from(edges), plain_ones) if near and edges else plain_ones


# --- invariants ----------------------------------------------------------------------------------

INVARIANTS = ("sums", "order", "void", "limits")


def assert_invariants(
    schemes: SchemeFile | Sequence[SchemeFile],
    rows: Sequence[Mapping[str, str]],
    *,
    as_of: date,
    roster: Roster | None = None,
    only: Sequence[str] = INVARIANTS,
) -> None:
    """Assert what must hold of every stream; AssertionError says which does not.

    `sums`: a total is its base plus its entries. `order`: the order of rows changes nothing.
    `void`: a voided event leaves no trace in any score. `limits`: every cap, total and level of the
    trace can be derived anew (`verify_trace`).
    """

    def run(given: Sequence[Mapping[str, str]]) -> Any:
        return evaluate_events(schemes, roster, given, as_of, status="count")

    result = run(rows)
    if "sums" in only:
        for score in result.scores:
            own = [
                e.granted
                for e in result.entries
                if (e.subject, e.period) == (score.subject, score.period.label)
            ]
            assert score.total == score.base + sum(own), f"sums: {score.subject} {score.period}"
    if "order" in only:
        mixed = list(rows)
        random.Random(len(mixed)).shuffle(mixed)
        assert run(mixed) == result, "order: another order of the rows gives another result"
    if "void" in only and rows:
        last = rows[-1]
        void = {"id": f"void {last['id']}", "date": last["date"], "voids": last["id"]}
        same = run(rows[:-1]).scores
        kept = {s.subject for s in same}
        found = [s for s in run([*rows, void]).scores if s.subject in kept]
        assert found == list(same), f"void: {last['id']} voided is not as if it had never been"
    if "limits" in only:
        failed = verify_trace(trace_lines(result), schemes, roster).finding
        assert failed is None, f"limits: line {failed.line}: {failed.reason}"
