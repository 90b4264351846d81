"""S4: a family or another person bears the result."""

from collections.abc import Iterator
from decimal import Decimal
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Place, Problem, Severity
from ...core.vocabulary import ACCOUNTS, KINDS, english
from ...scheme.model import Path, PointsEffect
from ..draft import LintContext
from ..policy import RIGHTS
from ..rule import LintRule
from ..signs import signs
from ..touches import is_inside, touching

OTHERS: Final = frozenset({"head", "members", "named", "household", "persons", "households", "all"})
"""Accounts that belong to nobody else: units and `nobody`. Any role is another person."""
UNITS: Final = frozenset({"nobody", "village", "group", "township", "villages", "groups"})


def check(draft: LintContext) -> Iterator[Problem]:
    """Find parts that touch families, and deducts that are posted to others."""
    stated = {touch.path for touch in touching(draft, "family")}
    for touch in touching(draft, "family", suggest=("effect",)):
        if touch.takes or touch.sort == "reward":
            yield touch.found(RULE)
    seen = set()
    for path, place, what in _charged(draft):
        if place not in seen and path not in stated and not is_inside(path, stated):
            seen.add(place)
            yield RULE.at(place, what=what)


def _charged(draft: LintContext) -> Iterator[tuple[Path, Place, str]]:
    for path, around, item in draft.indicators:
        grant = draft.grant(item)
        together = "household" in {english(KINDS, word) for word in item.for_}
        accounts = {p.account for p in grant.posts if p.side != "added"}
        if "-" in signs(grant.value) and _others(accounts, together):
            depth = next((n for n, c in enumerate(reversed((*around, item))) if c.to), 0)
            yield path, draft.place((*path[: len(path) - 2 * depth], "to")), item.label
    for path, owner, effect in draft.effects:
        if isinstance(effect, PointsEffect) and effect.to and _negative(effect.points):
            accounts = {english(ACCOUNTS, name.partition(".")[0]) for name in effect.to}
            if _others(accounts - set(draft.plan.ledgers), False):
                yield path, draft.place((*path, "to")), owner.label


def _others(accounts: set[str], together: bool) -> bool:
    """Tell whether somebody else is charged. Members may bear what their household did together."""
    return any(
        name and name not in UNITS and not (together and name == "members") for name in accounts
    )


def _negative(points: object) -> bool:
    return isinstance(points, Decimal) and points < 0


RULE: Final = LintRule(
    code="J106",
    name="others-bear",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("what one does at '{what}', another bears"),
    help=N_("charge it to the one who did it, or take it out"),
    why=N_(
        "Each answers for himself. A child's, a colleague's or an ancestor's wrong is not that of "
        "the one who is charged."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: breach, name: 违反村规, points: -5, to: «{head: whole}»}
            """),
        dedent("""\
            indicators:
              - {id: breach, name: 违反村规, points: -5, touches: [«family»]}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: breach, name: 违反村规, points: -5}
            """),
        dedent("""\
            indicators:
              - {id: burial, name: 生态安葬, points: 5, to: {named: whole}}
            """),
    ),
    quotes=(RIGHTS,),
)
