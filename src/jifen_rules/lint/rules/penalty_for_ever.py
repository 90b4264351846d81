"""S11: a permanent penalty with no way back."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import GradeEffect, Indicator, Lasting, VetoEffect
from ..draft import LintContext
from ..policy import BOTH_WAYS, RIGHTS
from ..rule import LintRule
from ..signs import signs


def check(draft: LintContext) -> Iterator[Problem]:
    """Find vetoes, grades and deducts that last for ever and that no repair ends."""
    for path, owner, effect in draft.effects:
        repaired = isinstance(owner, Indicator) and owner.repair is not None
        held = isinstance(effect, VetoEffect | GradeEffect) and not repaired
        if held and isinstance(effect.lasts, Lasting) and effect.lasts.kind == "ever":
            yield RULE.at(draft.place((*path, "lasts")), what=owner.label)
    seen = set()
    for path, around, item in draft.indicators:
        grant = draft.grant(item)
        if grant.lasts == "ever" and "-" in signs(grant.value) and item.repair is None:
            depth = next((n for n, c in enumerate(reversed((*around, item))) if c.lasts), None)
            outer = () if depth is None else path[: len(path) - 2 * depth]
            place = draft.place((*outer, "lasts"))
            if place not in seen:
                seen.add(place)
                yield RULE.at(place, what=item.label)


RULE: Final = LintRule(
    code="J114",
    name="penalty-for-ever",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("what '{what}' costs lasts for ever, and nothing can put it right"),
    help=N_("write 'lasts: until repaired' with a 'repair', or an end such as '2 years'"),
    why=N_(
        "Points are to make people better. A penalty that no conduct can end makes nobody better."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - id: fraud
                name: 弄虚作假
                then: [{veto: total, lasts: «ever», gives: before, basis: 村规民约第五条}]
            """),
        dedent("""\
            indicators:
              - {id: fraud, name: 弄虚作假, points: -5, lasts: «ever»}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - id: fraud
                name: 弄虚作假
                then: [{veto: total, lasts: until repaired, gives: all, basis: 村规民约第五条}]
                repair: {within: year, then: []}
            """),
    ),
    quotes=(RIGHTS, BOTH_WAYS),
)
