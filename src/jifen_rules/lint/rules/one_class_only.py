"""Awards that only some can earn, on a board where all are compared."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...core.vocabulary import ACCOUNTS, KINDS, english
from ...scheme.model import Category, Indicator, Ladder, Path
from ..draft import LintContext
from ..policy import FAIR
from ..rule import LintRule
from ..signs import earns


def check(draft: LintContext) -> Iterator[Problem]:
    """Find awards for some classes only, where a ladder by the total rates all classes."""
    together = [t for t in draft.scheme.tiers if _is_common(t)]
    known = tuple(draft.scheme.fields.types("subject").get("class", ()))
    items: list[tuple[Path, Category | Indicator]] = list(draft.categories)
    items += [(path, item) for path, _, item in draft.indicators]
    for path, item in items if together else ():
        classes = [word for word in item.for_ if word in known or english(KINDS, word) not in KINDS]
        if classes and any(earns(draft.grant(inner)) for _, inner in draft.inside(path)):
            place = draft.place((*path, "for"))
            yield RULE.at(place, classes="、".join(classes), what=item.label)


def _is_common(ladder: Ladder) -> bool:
    """Tell whether a ladder rates all classes together by the total."""
    by_total = ladder.by is not None and english(ACCOUNTS, ladder.by) == "total"
    named = [word for word in ladder.for_ if english(KINDS, word) not in KINDS]
    apart = [word for word in ladder.among if english(KINDS, word) not in KINDS]
    return by_total and not named and not apart


RULE: Final = LintRule(
    code="J305",
    name="one-class-only",
    family="fairness",
    severity=Severity.ADVICE,
    message=N_("only {classes} can earn '{what}', but all are rated together"),
    help=N_(
        "rate those apart ('for' or 'among' on the ladder), or give the others something they can "
        "earn as well"
    ),
    why=N_(
        "Cadres get points for their office, and then stand above villagers who could not have "
        "earned them."
    ),
    check=check,
    bad=(
        dedent("""\
            subject: person
            fields: {subject: {class: [村书记, 村民]}}
            indicators:
              - {id: urgent, name: 完成急难任务, for: «[村书记]», points: 5}
            """),
    ),
    good=(
        dedent("""\
            subject: person
            fields: {subject: {class: [村书记, 村民]}}
            indicators:
              - {id: urgent, name: 完成急难任务, for: [村书记], points: 5}
            tiers:
              - id: star
                name: 星级
                by: total
                for: [村民]
                levels:
                  - {name: 五星, at_least: 120, then: [{action: 授五星户牌}]}
                  - {name: 其他, then: [{action: 上门谈心}]}
            """),
    ),
    quotes=(FAIR,),
)
