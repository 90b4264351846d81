"""Small changes of a scheme's rules: does any of its cases notice?

Each mutant is the scheme with one value changed, or with one limit, consequence, rule or level
taken out. One that does not hold together or whose plan is the same is none. Cases that the
changed rule can concern are run first; a mutant that all let pass is a survivor, and stands for a
case that is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from ..analysis.change.parts import (
    PartEntry,
    PartKey,
    build_scheme,
    list_parts,
    with_value,
    without_parts,
)
from ..analysis.change.plain_plan import PlainVersions
from ..analysis.change.small_changes import FORMULAS, UNTRIED, small_changes
from ..analysis.change.wording import say_key
from ..compile import compile_versions
from ..compile.variants import change_scheme
from ..core.message import N_, Message, msg
from ..core.problem import CaseError, SchemeError
from ..plan import Versions
from ..scheme.dump import in_english
from ..scheme.model import SchemeFile
from ..scheme.model.grammar import shape_at
from ..session import Ready
from .case import Case, CaseResult
from .runner import run_cases, run_ready

_Changes: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed rule: where it stands, what was changed, and the scheme with it."""

    place: str
    id: str
    change: Message
    file: SchemeFile = field(repr=False)
    key: PartKey = field(repr=False)
    name: str = field(default="", repr=False)
    """The value that is another; empty where the part is left out."""

    def made_in(self, file: SchemeFile) -> SchemeFile:
        """Make the same change in another variant of the scheme."""
        table = list_parts(file)
        if not self.name:
            return build_scheme(without_parts(table, [self.key]), file)
        value = list_parts(self.file)[self.key].values[self.name]
        return build_scheme(with_value(table, self.key, self.name, value), file)


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
    same = PlainVersions(compile_versions(build_scheme(list_parts(file), file)))
    own = [case for case in cases if not case.scheme and "problems" not in case.expect]
    outcomes = [outcome for outcome in run_cases(file, own) if outcome.passed]
    variants = {(): file} | {case.changes: change_scheme(file, dict(case.changes)) for case in own}
    total, survivors = 0, []
    for mutant in mutants(file):
        versions = _sound(mutant.file)
        if versions is None or PlainVersions(versions).means(same):
            continue
        total += 1
        ready: dict[_Changes, Ready] = {(): Ready(versions, (mutant.file,))}
        if not any(
            _notices(mutant, case, ready, variants) for case in _nearest(mutant.id, outcomes)
        ):
            survivors.append(mutant)
    found = sorted(survivors, key=lambda mutant: (_line(mutant.place), str(mutant.change)))
    return Mutation(total, tuple(found), tuple(_untried(file)))


def mutants(file: SchemeFile) -> Iterator[Mutant]:
    """Yield each small change of each part of a scheme, also those that mean nothing."""
    table = list_parts(file)
    for key, entry in table.items():
        for name, value in entry.values.items():
            word = name.rstrip("_")
            if value == type(entry.says).model_fields[name].default:
                continue
            place = file.place((*entry.path, word)).short
            for change, other in small_changes(word, _plain(entry, name, value)):
                changed = build_scheme(with_value(table, key, name, other), file)
                said = msg(N_("{key}: {change}"), key=say_key(word), change=change)
                yield _mutant(place, entry, said, changed, name)
        if key.kind in ("rule", "level", "indicator", "reward"):
            gone = build_scheme(without_parts(table, [key]), file)
            said = msg(N_("without the {part}"), part=say_key(key.kind))
            yield _mutant(entry.place.short, entry, said, gone)


def _plain(entry: PartEntry, name: str, value: object) -> object:
    """Return a value with the language's own words in English; a formula as it is written."""
    if isinstance(value, str) and name.rstrip("_") not in FORMULAS:
        part = type(entry.says)
        return in_english(value, shape_at(part, part.model_fields[name].alias or name))
    return value


def _mutant(
    place: str, entry: PartEntry, change: Message, file: SchemeFile, name: str = ""
) -> Mutant:
    rule = entry.key.ladder or entry.key.id or entry.label
    said = change
    if entry.key.ladder:
        said = msg(N_("{level}: {change}"), level=entry.key.id, change=change)
    return Mutant(place, rule, said, file, entry.key, name)


def _untried(file: SchemeFile) -> Iterator[Untried]:
    """Yield the values that are said and mean something, but of which no small change is known."""
    for entry in list_parts(file).values():
        for name, value in entry.values.items():
            word = name.rstrip("_")
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
    """Return the cases, those first whose entries name a rule."""

    def is_far(outcome: CaseResult) -> bool:
        return all(entry.indicator != rule for entry in outcome.result.entries)

    return [outcome.case for outcome in sorted(outcomes, key=is_far)]


def _notices(
    mutant: Mutant,
    case: Case,
    ready: dict[_Changes, Ready],
    variants: Mapping[_Changes, SchemeFile],
) -> bool:
    """Whether a case fails under a mutant; where it sets values itself, under both changes."""
    if case.changes not in ready:
        changed = _of_variant(mutant, case, variants)
        versions = None if changed is None else _sound(changed)
        if changed is None or versions is None:
            return False  # what the case sets is what is changed, or the two do not go together
        ready[case.changes] = Ready(versions, (changed,))
    try:
        (found,) = run_ready(ready[case.changes], [case])
    except CaseError:  # what the case gives can no longer be read
        return True
    return not found.passed


def _of_variant(
    mutant: Mutant, case: Case, variants: Mapping[_Changes, SchemeFile]
) -> SchemeFile | None:
    """Return the variant of a case with the mutant's change.

    None where the case sets the same value.
    """
    variant = variants[case.changes]
    if mutant.name:
        said = list_parts(variant)[mutant.key].values[mutant.name]
        if said != list_parts(variants[()])[mutant.key].values[mutant.name]:
            return None
    return mutant.made_in(variant)


def _line(place: str) -> tuple[str, int]:
    file, _, line = place.rpartition(":")
    return file, int(line or 0)
