"""Two names that differ only in marks or spaces."""

import re
import unicodedata
from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Place, Problem, Severity
from ..draft import LintContext
from ..policy import INDICATORS
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find indicators whose names are equal once marks, spaces and 的 are taken out."""
    first: dict[str, tuple[str, Place]] = {}
    for path, _, item in draft.indicators:
        heard, place = _heard(item.name), draft.place_of(path, item)
        other, where = first.setdefault(heard, (item.name, place))
        if heard and other != item.name:
            yield RULE.at(place, (where,), name=item.name, other=other)


def _heard(name: str) -> str:
    """Return a name as it is heard."""
    return re.sub(r"[\W_的]", "", unicodedata.normalize("NFKC", name)).lower()


RULE: Final = LintRule(
    code="J602",
    name="nearly-same-name",
    family="clarity",
    severity=Severity.ADVICE,
    message=N_("'{name}' and '{other}' are the same to the ear"),
    help=N_("give one of the two a name that says what is different"),
    why=N_("Marks and spaces are not heard, and a clerk who types the one may mean the other."),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: a, name: 家前屋后干净, points: 5}
              - {id: b, name: «家前屋后的干净», points: 3}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: a, name: 家前屋后干净, points: 5}
              - {id: b, name: 门前干净, points: 3}
            """),
    ),
    quotes=(INDICATORS,),
)
