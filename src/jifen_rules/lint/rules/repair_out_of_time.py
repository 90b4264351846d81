"""What lasts until repaired, of an event that runs out before: then no repair is taken."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Problem, Severity
from ...plan import Grant
from ...scheme.model import ActionEffect, Indicator, Lasting
from ..draft import LintContext
from ..policy import BOTH_WAYS
from ..rule import LintRule

_WITHOUT_END: Final = ("ever", "until_repaired", "period")
"""Validities that no day ends; `period` is that of points that say nothing of their end."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Consequences until repaired beside points that have an end of their own.

    Where a repair has a deadline, the village has said itself until when it is taken.
    """
    for path, owner, effect in draft.effects:
        if not isinstance(owner, Indicator) or isinstance(effect, ActionEffect):
            continue
        lasts = effect.lasts
        waits = isinstance(lasts, Lasting) and lasts.kind in ("until_repaired", "after_repair")
        is_stated = owner.repair is not None and owner.repair.within is not None
        if waits and not is_stated and _may_run_out(draft.grant(owner)):
            yield RULE.at(draft.place((*path, "lasts")), what=owner.label)


def _may_run_out(grant: Grant) -> bool:
    """Whether a day may come on which an event has run out, though nobody has put it right."""
    lasts = grant.lasts
    if isinstance(lasts, str):
        several = [lasts]
    else:
        several = [*lasts.table.values(), *(word for _, _, word in lasts.edges)]
    return any(w not in _WITHOUT_END and not w.endswith(" after repair") for w in several)


RULE: Final = LintRule(
    code="J208",
    name="repair-out-of-time",
    family="feasibility",
    severity=Severity.WARNING,
    message=N_(
        "what follows from '{what}' lasts until it is put right, but '{what}' itself runs out "
        "before: from then on no repair is taken, and what follows never ends"
    ),
    help=N_(
        "write 'lasts: until repaired' for the points too, or give what follows an end of its own"
    ),
    why=N_(
        "A repair of what has run out is refused: there is nothing left to be put right. A veto "
        "that waits for one would stand for ever."
    ),
    check=check,
    bad=(
        dedent("""\
            indicators:
              - id: fraud
                name: 弄虚作假
                lasts: 1 year
                then: [{veto: rewards, lasts: «until repaired», basis: 村规民约第五条}]
                repair: {then: []}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              - id: fraud
                name: 弄虚作假
                lasts: until repaired
                then: [{veto: rewards, lasts: until repaired, basis: 村规民约第五条}]
                repair: {then: []}
            """),
    ),
    quotes=(BOTH_WAYS,),
)
