"""A scheme and a roster -> made-up events for a draft that has none yet.

The same seed gives the same events.

Every indicator comes up equally often, so they show what rules can do, not what a village does.
What an event must say to be admitted is found here for the strategies of property tests too.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ..compile import compile_versions
from ..core.message import N_, SaidError, msg
from ..core.terms import Exact, add_length, plain
from ..inputs.roster import Roster
from ..plan import Cap, Choice, Grant, Judged, Marginal, Plan, Rate, Steps, Value
from ..scheme.model import FieldType, SchemeFile

EACH = 12
"""How many events each subject has in a year."""
MOST_QUANTITY = 40
"""No quantity that is not near an edge is greater."""
_DAYS = 365


def make_events(
    schemes: Sequence[SchemeFile], roster: Roster, as_of: date, *, seed: int
) -> list[dict[str, str]]:
    """Make up events of the year before a day for everybody whom the indicators of schemes are for.

    Equal schemes, roster, day and seed give equal rows. ValueError if nobody on the roster may have
    one.

    >>> from datetime import date
    >>> from jifen_rules import load_scheme, read_roster
    >>> from jifen_rules.analysis.made_up import make_events
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> rows = make_events([scheme], read_roster([{"id": "张家"}]), date(2024, 12, 31), seed=1)
    >>> len(rows), {row["indicator"] for row in rows}
    (12, {'help'})
    """
    draw = random.Random(seed)
    kinds = _kinds(schemes)
    people = Roster(roster.rows, kind=kinds[0].plan.kind)
    first = max(min(kind.plan.version for kind in kinds), add_length(as_of, 1 - _DAYS, "day"))
    days = (as_of - first).days + 1
    rows: list[dict[str, str]] = []
    for subject in people.subjects:
        for _ in range(EACH * max(days, 1) // _DAYS or 1):
            day = first + timedelta(draw.randrange(max(days, 1)))
            mine = [one for one in kinds if grant_is_for(one.plan, people, one.grant, subject, day)]
            if mine:
                one = draw.choice(mine)
                said = {"date": day.isoformat(), "subject": subject, "indicator": one.grant.mark.id}
                rows.append({**said, **_said(one, people.subjects, draw)})
    if not rows:
        raise SaidError(msg(N_("nobody on the roster is one whom an indicator is for")))
    rows.sort(key=lambda row: row["date"])
    return [{"id": f"made-up-{number:06}", **row} for number, row in enumerate(rows, 1)]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of event: an indicator under one scheme."""

    plan: Plan
    grant: Grant
    fields: Mapping[str, FieldType]


def _kinds(schemes: Sequence[SchemeFile]) -> list[_Kind]:
    found = []
    for file in sorted(schemes, key=lambda file: file.scheme.effective_from):
        plan = compile_versions(file).last
        fields = file.scheme.fields.types("event")
        grants = (grant for grant in plan.grants.values() if grant.standing is None)
        found += [_Kind(plan, grant, fields) for grant in grants]
    if not found:
        raise SaidError(msg(N_("the scheme has no indicator of which events could be made up")))
    return found


def _said(one: _Kind, subjects: Sequence[str], draw: random.Random) -> dict[str, str]:
    """Say what an event of a kind needs, and that it has passed the step at which it counts."""
    grant = one.grant
    said = {field: _fact(one, field, draw) for field in sorted(grant.needs)}
    if any(post.account == "named" for post in grant.posts):
        said["to"] = draw.choice(subjects)
    counts = [word for word, step in grant.statuses.items() if step == grant.count_step]
    if counts:
        said["status"] = counts[0]
    return {field: text for field, text in said.items() if text}


def _fact(one: _Kind, field: str, draw: random.Random) -> str:
    grant, kind = one.grant, one.fields.get(field)
    words = field_words(grant, field)
    if words:
        return draw.choice(words)
    if field == "points":
        low, high = judged_bounds(one.plan, grant.value)
        return str(draw.randint(int(low), max(int(low), int(high))))
    if field == "quantity" or kind == "number":
        edges = near_edges(grant)
        return (
            draw.choice(edges)
            if edges and draw.random() < 0.5
            else str(draw.randint(0, MOST_QUANTITY))
        )
    if isinstance(kind, tuple):
        return draw.choice(kind)
    return draw.choice(["yes", "no"]) if kind == "yes_no" else ""


# --- what an event must say ----------------------------------------------------------------------


def grant_is_for(plan: Plan, roster: Roster, grant: Grant, subject: str, day: date) -> bool:
    """Tell whether an indicator is for a subject on a day."""
    groups = grant.kinds or ((plan.kind,),)
    return all(roster.fits(subject, words, day) for words in groups)


def field_words(grant: Grant, field: str) -> list[str]:
    """List the words that an event of an indicator may say in a field.

    None where it may say any.
    """
    value = grant.value
    if isinstance(value, Choice) and value.field == field:
        return sorted(value.table)
    if field == "role":
        return sorted({role for combine in grant.combines for role, _ in combine.roles})
    return []


def judged_bounds(plan: Plan, value: Value | None) -> tuple[Decimal, Decimal]:
    """Return the range of points of a judged event.

    Where nothing is stated, it is twenty on each side of 0.
    """
    low, high = Decimal(-20), Decimal(20)
    if isinstance(value, Judged):
        low = low if value.low is None else Decimal(plain(value.low, plan.scale))
        high = max(low, low + 20) if value.high is None else Decimal(plain(value.high, plan.scale))
    return low, high


def near_edges(grant: Grant) -> list[str]:
    """List quantities at an edge of an indicator and one below and above.

    Edges are those of bands, steps and full caps.
    """
    around = {int(edge) + shift for edge in _edges(grant) for shift in (-1, 0, 1)}
    return sorted(plain(Fraction(number)) for number in around if number >= 0)


def _edges(grant: Grant) -> Iterator[Exact]:
    yield from (cap.bound for cap in grant.quantity_caps)
    rate = Fraction(0)
    match grant.value:
        case Steps(edges=edges):
            yield from (edge for edge, _, _ in edges)
        case Marginal(bands=bands):
            yield from (edge for edge, _ in bands)
            rate = Fraction(bands[0][1])
        case Rate(rate=points, size=size):
            rate = Fraction(points) / Fraction(size)
    if rate:
        limits = (s.high for s in grant.path if isinstance(s, Cap) and s.kind != "times")
        yield from (abs(Fraction(limit) / rate) for limit in limits if limit)
