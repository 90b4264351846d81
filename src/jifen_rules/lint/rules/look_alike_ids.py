"""Ids that look alike."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Place, Problem, Severity
from ..draft import LintContext
from ..rule import LintRule

_SAME: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "_": ""})


def check(draft: LintContext) -> Iterator[Problem]:
    """Find ids of indicators and rewards that differ only in case, _, 0 and o, 1 and l."""
    first: dict[str, tuple[str, Place]] = {}
    for path, item in (*((p, i) for p, _, i in draft.indicators), *draft.rewards):
        place = draft.place((*path, "id" if item.id else "name"))
        other, where = first.setdefault(item.key.lower().translate(_SAME), (item.key, place))
        if other != item.key:
            yield RULE.at(place, (where,), id=item.key, other=other)


RULE: Final = LintRule(
    code="J605",
    name="look-alike-ids",
    family="clarity",
    severity=Severity.ADVICE,
    message=N_("the ids '{id}' and '{other}' look the same"),
    help=N_("write the two further apart"),
    why=N_("Ids stand in the files of events. One wrong letter, and another line gets the points."),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: help_1, name: 帮助邻里, points: 5}
              - {id: «help_l», name: 帮助老人, points: 3}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: help_1, name: 帮助邻里, points: 5}
              - {id: help_2, name: 帮助老人, points: 3}
            """),
    ),
)
