"""Two parts with one name."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Place, Problem, Severity
from ...scheme.model import Named, Path
from ..draft import LintContext
from ..policy import INDICATORS
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find indicators, rewards or ladders that share a name with an earlier one of their kind."""
    sorts: list[list[tuple[Path, Named]]] = [
        [(path, item) for path, _, item in draft.indicators],
        list(draft.rewards),
        [(("tiers", n), ladder) for n, ladder in enumerate(draft.scheme.tiers)],
    ]
    for things in sorts:
        first: dict[str, Place] = {}
        for path, item in things:
            place = draft.place_of(path, item)
            if item.name and item.name in first:
                yield RULE.at(place, (first[item.name],), name=item.name)
            first.setdefault(item.name, place)


RULE: Final = LintRule(
    code="J601",
    name="same-name",
    family="clarity",
    severity=Severity.WARNING,
    message=N_("two things are called '{name}'"),
    help=N_("give one of the two a name that says what is different"),
    why=N_("Read aloud at the meeting, nobody can tell which of the two is meant."),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: a, name: 院落整洁, points: 5}
              - {id: b, name: «院落整洁», points: 3}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: a, name: 院落整洁, points: 5}
              - {id: b, name: 门前整洁, points: 3}
            """),
    ),
    quotes=(INDICATORS,),
)
