"""Dated versions of one scheme -> Versions: they must be of one scheme and fit together."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from ..core.faults import FAULTS
from ..core.problem import Problem, SchemeError
from ..plan import Plan, Versions
from ..scheme.model import SchemeFile
from .catalog import compile_plan


def compile_versions(files: SchemeFile | Iterable[SchemeFile]) -> Versions:
    """Lower the versions of a scheme, first to last, in any order given.

    SchemeError where one has problems, or where they are of different schemes, begin on one
    day, or differ in what a score is about: its subject and its period. ValueError for none.
    """
    several = (files,) if isinstance(files, SchemeFile) else tuple(files)
    if not several:
        raise ValueError("there is no scheme: give at least one")
    if len(several) == 1:
        return several[0].once(_alone)
    ordered = sorted(several, key=lambda file: file.scheme.effective_from)
    problems = [problem for before, file in pairwise(ordered) for problem in _misfits(before, file)]
    if problems:
        raise SchemeError(problems)
    return _anchored(file.once(compile_plan) for file in ordered)


def _alone(file: SchemeFile) -> Versions:
    return _anchored([file.once(compile_plan)])


def _anchored(plans: Iterable[Plan]) -> Versions:
    """Put plans together, first to last, whose periods are counted from the first of them."""
    several = tuple(plans)
    return Versions(tuple(replace(plan, anchor=several[0].version) for plan in several))


def _misfits(before: SchemeFile, file: SchemeFile) -> list[Problem]:
    found = []
    was, now = before.scheme, file.scheme
    for key, old, new in (
        ("scheme", was.scheme, now.scheme),
        ("subject", was.subject, now.subject),
        ("period", was.period, now.period),
    ):
        if old != new:
            values = {"key": key, "other": before.file}
            found.append(Problem(FAULTS["version-does-not-fit"], file.place((key,)), values))
    if before.scheme.effective_from == file.scheme.effective_from:
        values = {"key": "effective_from", "other": before.file}
        place = file.place(("effective_from",))
        found.append(Problem(FAULTS["version-begins-with-other"], place, values))
    return found
