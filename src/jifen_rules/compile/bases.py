"""The start of every running figure: bases, from the inside out, and the limits they must keep to.

Takes a plan; says the problems of a base, or of nothing, beyond a limit of its own place. A base
that is worked out by a formula, or is not stated, is not looked at, nor what it becomes further
out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ..core.terms import Exact, plain
from ..plan import Cap, Choice, Fixed, Held, Plan, Start, Value, Weigh, segments_of
from .desk import SCALE, Desk

Span: TypeAlias = tuple[Exact, Exact] | None
"""The least and the most a figure may begin at; None where that is not known."""


@dataclass(slots=True)
class _Node:
    """A category, an indicator or the whole: what begins it, its limits, and its border."""

    limits: tuple[Cap, ...]
    border: Weigh
    own: list[Span] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)


def check_bases(desk: Desk, plan: Plan) -> None:
    """Say every limit of a period beyond which its own figure begins."""
    nodes: dict[str, _Node] = {}
    for grant in plan.grants.values():
        _grow(nodes, grant.path)
    for start in plan.starts:
        innermost = _grow(nodes, start.path)
        nodes[innermost].own.append(_optional(_span(start.value), start))
    total = plan.ledgers["total"]
    begins = _span(total.base)
    if plan.root in nodes:
        begins = _both(begins, _begin(desk, nodes, plan.root))
    _check(desk, begins, total.limits)
    for name, ledger in plan.ledgers.items():
        if name != "total" and ledger.formula is None:
            _check(desk, _span(ledger.base), ledger.limits)


def check_held(desk: Desk, plan: Plan, held: Iterable[Held]) -> None:
    """Say every figure that a veto holds beyond a limit of its own place."""
    limits: dict[str, tuple[Cap, ...]] = {k: led.limits for k, led in plan.ledgers.items()}
    for grant in plan.grants.values():
        for inner, border in segments_of(grant.path):
            limits.setdefault(border.mark.id, inner)
    for effect in held:
        for limit in limits.get(effect.target, ()):
            if _binds(limit) and limit.clamp(effect.value) != effect.value:
                bound = limit.high if limit.high is not None else limit.low
                desk.report(
                    "held-beyond-limits",
                    desk.slots[limit.slot],
                    id=effect.target,
                    held=plain(effect.value, SCALE),
                    limit=plain(bound or 0, SCALE),
                )


def _grow(nodes: dict[str, _Node], path: Sequence[Cap | Weigh]) -> str:
    """Put a way among the nodes, and give the innermost thing on it."""
    inner: str | None = None
    innermost = ""
    for limits, border in segments_of(path):
        name = border.mark.id
        innermost = innermost or name
        is_new = name not in nodes
        if is_new:
            nodes[name] = _Node(limits, border)
        if inner is not None:
            nodes[name].inside.append(inner)
        inner = name if is_new else None
    return innermost


def _begin(desk: Desk, nodes: dict[str, _Node], name: str) -> Span:
    """Return what enters the next thing out of a node when nothing has happened yet."""
    node = nodes[name]
    found: Span = (0, 0)
    for span in (*node.own, *(_begin(desk, nodes, inner) for inner in node.inside)):
        found = _both(found, span)
    _check(desk, found, node.limits)
    if found is None:
        return None
    low, high = (figure * node.border.factor for figure in found)
    rounding = node.border.rounding
    if rounding is not None:
        low, high = rounding.apply(low, SCALE), rounding.apply(high, SCALE)
    return low, high


def _both(one: Span, other: Span) -> Span:
    return None if one is None or other is None else (one[0] + other[0], one[1] + other[1])


def _check(desk: Desk, begins: Span, limits: Iterable[Cap]) -> None:
    for limit in limits if begins is not None else ():
        outside = [figure for figure in begins or () if limit.clamp(figure) != figure]
        if _binds(limit) and outside and limit.slot not in desk.said:
            desk.said.add(limit.slot)
            bound = limit.high if limit.high is not None else limit.low
            desk.report(
                "base-beyond-limits",
                desk.slots[limit.slot],
                base=_written(outside[0]),
                limit=plain(bound or 0, SCALE),
            )


def _written(figure: Exact) -> str:
    """Return a figure as a decimal, or as the fraction that it is."""
    try:
        return plain(figure, SCALE)
    except ValueError:
        return f"{figure / SCALE}"


def _binds(limit: Cap) -> bool:
    """Whether a limit looks at a base: only net limits of the period do."""
    return limit.kind == "net" and limit.window.name == "period"


def _span(value: Value) -> Span:
    match value:
        case Fixed(points=points):
            return points, points
        case Choice(table=table):
            inner = [_span(one) for one in table.values()]
            known = [span for span in inner if span is not None]
            if len(known) < len(inner) or not known:
                return None
            return min(low for low, _ in known), max(high for _, high in known)
        case _:
            return None


def _optional(span: Span, start: Start) -> Span:
    """Return a base that only some subjects have may also be missing."""
    if span is None or not start.kinds:
        return span
    return min(span[0], 0), max(span[1], 0)
