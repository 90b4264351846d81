"""No name that can be read aloud at the meeting."""

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...scheme.model import Named, Path
from ..draft import LintContext
from ..policy import INDICATORS
from ..rule import LintRule

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")


def check(draft: LintContext) -> Iterator[Problem]:
    """Find indicators, categories and rewards without a Chinese character in their name."""
    things: list[tuple[Path, Named]] = [(path, item) for path, _, item in draft.indicators]
    things += [*draft.categories, *draft.rewards]
    for path, item in things:
        if not _CHINESE.search(item.label):
            yield RULE.at(draft.place_of(path, item), what=item.label)


RULE: Final = LintRule(
    code="J606",
    name="name-not-chinese",
    family="clarity",
    severity=Severity.ADVICE,
    message=N_("'{what}' has no name in Chinese"),
    help=N_("add 'name: …' as the villagers say it"),
    why=N_("The villagers vote for what they can read. An id is for files."),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: «tidy», points: 5}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: tidy, name: 院落整洁, points: 5}
              - {name: 帮助邻里, points: 5}
            """),
    ),
    quotes=(INDICATORS,),
)
