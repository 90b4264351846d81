"""S11: the whole balance gone at one stroke."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...core.vocabulary import ACCOUNTS, english
from ...scheme.model import By, PointsEffect, VetoEffect
from ..draft import LintContext
from ..policy import FAIR, RIGHTS
from ..rule import LintRule


def check(draft: LintContext) -> Iterator[Problem]:
    """Find `clear` as a value, and vetoes of the total that give nothing back."""
    for path, _, item in draft.indicators:
        if "clear" in _values(item.points):
            yield RULE.at(draft.place((*path, "points")), what=item.label)
    for path, owner, effect in draft.effects:
        if isinstance(effect, PointsEffect) and "clear" in _values(effect.points):
            yield RULE.at(draft.place((*path, "points")), what=owner.label)
        elif isinstance(effect, VetoEffect) and effect.gives == "nothing":
            for number, name in enumerate(effect.veto if isinstance(effect.veto, tuple) else ()):
                if english(ACCOUNTS, name) == "total":
                    yield RULE.at(draft.place((*path, "veto", number)), what=owner.label)


def _values(form: object) -> Iterator[object]:
    """Yield a form, or the forms inside it for each value of a field."""
    if isinstance(form, By):
        for table in form.by.values():
            for inner in table.values():
                yield from _values(inner)
    else:
        yield form


RULE: Final = LintRule(
    code="J115",
    name="balance-wiped",
    family="compliance",
    severity=Severity.WARNING,
    message=N_("'{what}' takes everything that is there, with no way back"),
    help=N_("deduct a stated number, or give it back after a repair"),
    why=N_(
        "One wrong then costs the careful most, who had saved most, and the careless nothing. A "
        "penalty needs a measure."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - {id: fraud, name: 弄虚作假, points: «clear»}
            """),
        dedent("""\
            indicators:
              - id: fraud
                name: 弄虚作假
                then: [{veto: [«total»], lasts: period, gives: nothing, basis: 村规民约第五条}]
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - {id: fraud, name: 弄虚作假, points: -4}
            """),
    ),
    quotes=(RIGHTS, FAIR),
)
