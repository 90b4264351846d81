"""Schemes, roster and result -> a report: the wall, and the page of each subject."""

from collections.abc import Iterator, Sequence
from datetime import date

from ...core.message import N_, Value, msg
from ...core.terms import Period
from ...inputs.roster import Roster
from ...scheme.model import SchemeFile
from ...trace.entry import Result, Score
from ...trace.merge import rank_totals
from ..explain import Explainer
from .board import ReportScope, board_pages
from .board_words import period_words
from .masking import Mask, mask_of
from .posting import rules_page
from .statements import statement_page
from .values import Page, Report


def build_report(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    result: Result,
    *,
    period: str = "",
    unit: str = "",
    is_masked: bool = False,
    recompute: str = "",
) -> Report:
    """Make the report of a period (its label; else the last one).

    `unit` is the id or name of a unit on the roster: only those below it are shown. With
    `is_masked` only the first character of each name and id is left. `recompute` is the command
    that prints the digest. KeyError if there is no such period or unit.
    """
    explainer = Explainer(schemes, roster, result, places=False)
    wanted = _period(result, period)
    shown, name = (None, "") if not unit else _below(roster, unit, min(wanted.end, result.as_of))
    scheme = _in_force(explainer, wanted)
    command = recompute or f"jifen score … --as-of {result.as_of}"
    scope = ReportScope(explainer, scheme.scheme, wanted, shown, name, command)
    mask = mask_of(roster, result) if is_masked else None
    wall = (*board_pages(scope), rules_page(scheme))
    title: Value = msg(
        N_("{scheme}: board of {period}"), scheme=scope.name, period=period_words(wanted.label)
    )
    if mask is not None:
        title, wall = mask.of(title), mask.of(wall)
    return Report(title, wall, lambda: _statements(scope, mask), len(scope.scores))


def _statements(scope: ReportScope, mask: Mask | None) -> Iterator[Page]:
    """Yield the page of each subject in the order of the board, the scheme's own kind first."""
    own = scope.explainer.result.kind
    number = 0
    for kind in sorted({s.kind for s in scope.scores}, key=lambda kind: (kind != own, kind)):
        scores: dict[str, Score] = {s.subject: s for s in scope.scores if s.kind == kind}
        for place in rank_totals([(s.subject, s.total) for s in scores.values()]):
            number += 1
            key = f"{number:04}"
            if mask is None:
                key = f"{key}-{scope.explainer.name(place.subject)}"
            page = statement_page(scope, scores[place.subject], (place.place, len(scores)), key)
            yield page if mask is None else mask.of(page)


def _period(result: Result, label: str) -> Period:
    found = [s.period for s in result.scores if label in ("", s.period.label)]
    if not found:
        raise KeyError(label)
    return max(found)


def _in_force(explainer: Explainer, period: Period) -> SchemeFile:
    """Return the version of the scheme that is in force at the end of the period."""
    end = min(period.end, explainer.result.as_of)
    begun = [file for file in explainer.files if file.scheme.effective_from <= end]
    return max(begun or explainer.files, key=lambda file: file.scheme.effective_from)


def _below(roster: Roster | None, unit: str, day: date) -> tuple[frozenset[str], str]:
    """Return everybody below a unit at any depth, and its name."""
    subjects = roster.subjects if roster is not None else ()
    found = [s for s in subjects if roster is not None and unit in (s, roster.name(s))]
    if roster is None or not found:
        raise KeyError(unit)
    inside, layer = set[str](), {found[0]}
    while layer:
        inside |= layer
        layer = {s for one in layer for s in roster.members(one, day)} - inside
    return frozenset(inside), roster.name(found[0])
