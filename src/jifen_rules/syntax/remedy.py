"""Mechanical remedies: edits -> the text they make of another.

Takes the text as it stands, breaks of lines and all, and leaves every sign outside the edits
as it was. Refuses to decide: which problems have edits is for those who find them to say.
"""

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..core.problem import Edit, Problem
from .lines import Lines

MAX_ROUNDS = 100
"""So often a text is looked at anew: one slip may hide the next."""


@dataclass(frozen=True, slots=True)
class Remedied:
    """A text with its mechanical problems put right, and which ones they were."""

    text: str
    problems: tuple[Problem, ...]


def apply_edits(text: str, remedies: Iterable[Sequence[Edit]]) -> str:
    """Write the edits of each remedy into a text: all of one, or none of it.

    Remedies are taken by place; one that touches a stretch already taken is left for the next
    round. All edits must be of the one file.

    >>> from jifen_rules.core.problem import Place
    >>> apply_edits("分值：5\\r\\n", [[Edit(Place("x.yaml", 1, 3, 1), ": ")]])
    '分值: 5\\r\\n'
    """
    return _applied(text, remedies)[0]


def fix_text(file: str, text: str, check: Callable[[str], Iterable[Problem]]) -> Remedied:
    """Put right what takes no decision, round by round, until `check` finds no more of it.

    Only problems that stand in `file` are touched.
    """
    fixed: list[Problem] = []
    seen = {text}
    for _ in range(MAX_ROUNDS):
        mechanical = [p for p in check(text) if p.edits and _inside(file, p)]
        changed, taken = _applied(text, [p.edits for p in mechanical])
        if changed in seen:
            break
        seen.add(changed)
        fixed += [mechanical[number] for number in taken]
        text = changed
    return Remedied(text, tuple(fixed))


def _inside(file: str, problem: Problem) -> bool:
    return all(edit.place.file == file for edit in problem.edits)


def _applied(text: str, remedies: Iterable[Sequence[Edit]]) -> tuple[str, list[int]]:
    """Return the text, and which remedies were written, by their numbers in order of place."""
    lines = Lines(text)
    stretched = [[(*lines.stretch(edit.place), edit.text) for edit in edits] for edits in remedies]
    order = sorted((min(edits), number) for number, edits in enumerate(stretched) if edits)
    taken: list[tuple[int, int, str]] = []
    numbers: list[int] = []
    for _, number in order:
        trial = taken.copy() if len(stretched[number]) > 1 else taken
        if all(_takes(trial, edit) for edit in sorted(stretched[number])):
            taken = trial
            numbers.append(number)
    pieces, last = [], 0
    for start, end, written in taken:
        pieces += [text[last:start], written]
        last = end
    return "".join((*pieces, text[last:])), numbers


def _takes(taken: list[tuple[int, int, str]], edit: tuple[int, int, str]) -> bool:
    """Take an edit in unless it touches one that is there."""
    start, end, _ = edit
    number = bisect_right(taken, (start, end, edit[2]))
    before, after = taken[number - 1] if number else None, taken[number : number + 1]
    if before is not None and (before[1] > start or before[0] == start):
        return False
    if after and (after[0][0] < end or after[0][0] == start):
        return False
    insort(taken, edit)
    return True
