"""Small changes of a scheme's rules: does any of its cases notice?

Each mutant is the scheme with one value changed, or with one limit, consequence, rule or level
taken out. One that does not hold together or whose plan is the same is none. Cases that the
changed rule can concern are run first; a mutant that all let pass is a survivor, and stands for a
case that is missing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from .cases import Case, CaseResult, run_cases, run_ready
from .change.parts import (
    PartEntry,
    PartTable,
    build_scheme,
    keys_said,
    read_parts,
    with_value,
    without_parts,
)
from .change.plain_plan import PlainVersions
from .change.small_changes import UNTRIED, small_changes
from .compile import compile_versions
from .dump import in_english
from .model import SchemeFile
from .model.grammar import shape_at
from .plan import Versions
from .problem import CaseError, SchemeError
from .session import Ready


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed rule: where it stands, what was changed, and the scheme with it."""

    place: str
    id: str
    change: str
    file: SchemeFile = field(repr=False)


@dataclass(frozen=True, slots=True)
class Untried:
    """A value that no small change is known for."""

    place: str
    id: str
    key: str


@dataclass(frozen=True, slots=True)
class Mutation:
    """How many mutants there were, those that no case noticed, and what was not tried; by place."""

    total: int
    survivors: tuple[Mutant, ...]
    untried: tuple[Untried, ...] = ()

    @property
    def score(self) -> Fraction:
        """What part was noticed, exactly; 1 where there was nothing to change."""
        if not self.total:
            return Fraction(1)
        return Fraction(self.total - len(self.survivors), self.total)


def mutate_scheme(file: SchemeFile, cases: Sequence[Case]) -> Mutation:
    """Try every mutant of a scheme against its cases. SchemeError as the engine."""
    compile_versions(file)
    same = PlainVersions(compile_versions(build_scheme(read_parts(file), file)))
    own = [case for case in cases if not case.scheme and not case.changes]
    outcomes = [outcome for outcome in run_cases(file, own) if outcome.passed]
    total, survivors = 0, []
    for mutant in mutants(file):
        versions = _sound(mutant.file)
        if versions is None or PlainVersions(versions).means(same):
            continue
        total += 1
        ready = Ready(versions, (mutant.file,))
        if not any(_notices(ready, case) for case in _nearest(mutant.id, outcomes)):
            survivors.append(mutant)
    found = sorted(survivors, key=lambda mutant: (_line(mutant.place), mutant.change))
    return Mutation(total, tuple(found), tuple(_untried(file)))


def mutants(file: SchemeFile) -> Iterator[Mutant]:
    """Yield each small change of each part of a scheme, also those that mean nothing."""
    table = read_parts(file)
    for key, entry in table.items():
        for name in keys_said(entry.says):
            value, word = getattr(entry.says, name), name.rstrip("_")
            if value == type(entry.says).model_fields[name].default:
                continue
            place = file.place((*entry.path, word)).short
            for change, other in small_changes(word, _plain(entry, name, value)):
                said = f"{word}: {change}"
                yield _mutant(place, entry, said, with_value(table, key, name, other), file)
        if key.kind in ("rule", "level", "indicator", "reward"):
            gone = without_parts(table, [key])
            yield _mutant(entry.place.short, entry, f"without the {key.kind}", gone, file)


def _plain(entry: PartEntry, name: str, value: object) -> object:
    """A value with the language's own words in English."""
    if isinstance(value, str):
        part = type(entry.says)
        return in_english(value, shape_at(part, part.model_fields[name].alias or name))
    return value


def _mutant(
    place: str, entry: PartEntry, change: str, table: PartTable, file: SchemeFile
) -> Mutant:
    name = entry.key.ladder or entry.key.id or entry.label
    said = f"{entry.key.id}: {change}" if entry.key.ladder else change
    return Mutant(place, name, said, build_scheme(table, file))


def _untried(file: SchemeFile) -> Iterator[Untried]:
    """Yield the values that are said and mean something, but of which no small change is known."""
    for entry in read_parts(file).values():
        for name in keys_said(entry.says):
            value, word = getattr(entry.says, name), name.rstrip("_")
            said = value not in ({}, type(entry.says).model_fields[name].default)
            if said and word not in UNTRIED and not any(small_changes(word, value)):
                place = file.place((*entry.path, word)).short
                yield Untried(place, entry.key.id or entry.label, word)


# --- who notices ---------------------------------------------------------------------------------


def _sound(file: SchemeFile) -> Versions | None:
    try:
        return compile_versions(file)
    except SchemeError:
        return None


def _nearest(rule: str, outcomes: Sequence[CaseResult]) -> list[Case]:
    """The cases, those first whose entries name a rule."""

    def is_far(outcome: CaseResult) -> bool:
        return all(entry.indicator != rule for entry in outcome.result.entries)

    return [outcome.case for outcome in sorted(outcomes, key=is_far)]


def _notices(ready: Ready, case: Case) -> bool:
    try:
        (found,) = run_ready(ready, [case])
    except CaseError:  # what the case gives can no longer be read
        return True
    return not found.passed


def _line(place: str) -> tuple[str, int]:
    file, _, line = place.rpartition(":")
    return file, int(line or 0)
