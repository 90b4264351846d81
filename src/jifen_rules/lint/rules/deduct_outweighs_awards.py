"""A deduct heavier than the highest award."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...core.terms import Exact, plain
from ...plan import Choice, Fixed, Judged, Steps, Value
from ..draft import LintContext
from ..policy import BOTH_WAYS, STANDARD
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Compare the heaviest fixed deduct with the highest fixed award."""
    fixed = [
        (points, path, item)
        for path, _, item in draft.indicators
        for points in _points(draft.grant(item).value)
    ]
    awards = [points for points, _, _ in fixed if points > 0]
    judged = (grant.value for grant in draft.plan.grants.values())
    if not awards or any(isinstance(value, Judged) and value.high is None for value in judged):
        return
    cost, path, item = min(fixed, key=lambda one: one[0])
    if -cost > max(awards):
        scale = draft.plan.scale
        place = draft.place((*path, "points"))
        yield RULE.at(
            place, what=item.label, cost=plain(-cost, scale), award=plain(max(awards), scale)
        )


def _points(value: Value | None) -> Iterator[Exact]:
    """Yield the numbers of a value that the scheme states."""
    match value:
        case Fixed(points=points):
            yield points
        case Steps(edges=edges):
            yield from (points for _, _, points in edges)
        case Choice(table=table):
            for inner in table.values():
                yield from _points(inner)
        case Judged(low=low, high=high):
            yield from (bound for bound in (low, high) if bound is not None)


RULE: Final = LintRule(
    code="J307",
    name="deduct-outweighs-awards",
    family="fairness",
    severity=Severity.ADVICE,
    message=N_(
        "'{what}' costs {cost}, more than any award of a stated size brings ({award} at most)"
    ),
    help=N_("make the deduct no heavier than what good conduct can make good again"),
    why=N_("Where no deed can outweigh one wrong, whoever has fallen stops trying."),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: help, name: 帮助邻里, points: 5}
              - {id: burning, name: 焚烧秸秆, points: «-40»}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: help, name: 帮助邻里, points: 5}
              - {id: burning, name: 焚烧秸秆, points: -5}
            """),
    ),
    quotes=(BOTH_WAYS, STANDARD),
)
