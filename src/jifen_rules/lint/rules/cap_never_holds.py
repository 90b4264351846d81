"""A cap that can never bind."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import Category, Indicator, Path, Scheme
from ..draft import LintContext
from ..policy import INDICATORS
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find caps that their indicators can never reach; of several in a row, the last."""
    idle = {(cap.mark.id, cap.kind, str(cap.window), cap.mark.place) for cap in draft.reach.idle}
    for path, part, name, key in _owners(draft):
        for number, cap in enumerate(part.caps):
            place = draft.place((*path, "caps", number))
            if (key, cap.at_most.kind, str(cap.per), place.short) in idle:
                where = draft.place((*path, "caps", number, "at_most"))
                yield RULE.at(where, what=name, cap=cap.at_most.text)


def _owners(draft: LintContext) -> Iterator[tuple[Path, Scheme | Category | Indicator, str, str]]:
    scheme = draft.scheme
    yield (), scheme, scheme.name or scheme.scheme, draft.plan.root
    for path, category in draft.categories:
        yield path, category, category.label, category.key
    for path, _, item in draft.indicators:
        yield path, item, item.label, item.key


RULE: Final = LintRule(
    code="J204",
    name="cap-never-holds",
    family="feasibility",
    severity=Severity.ADVICE,
    message=N_(
        "the cap '{cap}' of '{what}' can never take anything: what stands inside it comes to no "
        "more"
    ),
    help=N_("lower it, or take it out"),
    why=N_("A cap that never holds is read as a protection that is not there."),
    check=check,
    bad=(
        dedent("""\
            categories: absent
            indicators:
              - id: tidy
                name: 家前屋后干净
                points: 5
                caps: [{at_most: 1 time, per: quarter}, {at_most: «50 added», per: year}]
              - {id: litter, name: 乱扔垃圾, points: -2}
            """),
    ),
    good=(
        dedent("""\
            categories: absent
            indicators:
              - id: tidy
                name: 家前屋后干净
                points: 10
                caps: [{at_most: 1 time, per: quarter}, {at_most: 30 added, per: year}]
              - {id: litter, name: 乱扔垃圾, points: -2}
            """),
    ),
    quotes=(INDICATORS,),
)
