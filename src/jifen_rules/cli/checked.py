"""The results of `jifen check`: the checked files, their sums, the count of each problem."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import typer

from ..core.message import N_, msg
from ..core.problem import Problem, Severity
from ..lint import RULES, LintContext
from ..report.render.language import Language, fault_words, words
from ..report.render.to_json import to_json
from ..report.render.to_rule import finding_words
from ..report.render.to_text import columns, severity_word
from ..syntax.tree import MAX_BYTES
from .fix import FixedFile
from .output import fail, tell


class FailOn(StrEnum):
    """The least severity with which the command exits with 1."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked file: its name, its problems, and its text if it came from the input."""

    file: str
    text: str | None
    problems: tuple[Problem, ...]
    repair: FixedFile | None = None
    draft: LintContext | None = None
    """The plan and figures of a scheme without errors, for its card."""

    @property
    def has_error(self) -> bool:
        """Tell whether there is an error that nobody accepted; such a scheme gets no card."""
        return any(weighs(problem, FailOn.ERROR) for problem in self.problems)


def weighs(problem: Problem, fail_on: FailOn) -> bool:
    """Tell whether a problem makes the command exit with 1; an accepted one does not."""
    order = tuple(FailOn)
    return not problem.accepted and order.index(FailOn(problem.severity.value)) <= order.index(
        fail_on
    )


# --- which files ---------------------------------------------------------------------------------

_WORDS: Final = "scheme|方案".encode()
_IS_SCHEME: Final = re.compile(
    rb"^(?:\xef\xbb\xbf)?[{]?[ \t]*[\"']?(?:" + _WORDS + rb")[\"']?[ \t]*:", re.MULTILINE
)
"""A line that begins with `scheme:` or `方案:`, which only scheme files have."""


def scheme_files(paths: Sequence[Path], language: Language) -> Iterator[Path]:
    """Yield the given files, and the schemes in and below the given folders."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = [file for file in _yaml_below(path) if _is_scheme(file)]
        if not found:
            fail(msg(N_("{folder} holds no scheme"), folder=str(path)), language)
        yield from found


def _yaml_below(folder: Path) -> list[Path]:
    """Return the YAML files in and below a folder, without hidden ones, by name."""
    files = (file for ending in ("*.yaml", "*.yml") for file in folder.rglob(ending))
    shown = (f for f in files if not any(p.startswith(".") for p in f.relative_to(folder).parts))
    return sorted(file for file in shown if file.is_file())


def _is_scheme(file: Path) -> bool:
    try:
        with file.open("rb") as source:
            return _IS_SCHEME.search(source.read(MAX_BYTES)) is not None
    except OSError:
        return True  # the check reports files that cannot be read


# --- sums ----------------------------------------------------------------------------------------


def print_sum(file: Checked, language: Language) -> None:
    """Print how many problems a file has, and how many were fixed."""
    if file.repair is not None and file.repair.problems:
        count = str(len(file.repair.problems))
        tell(msg(N_("{file}: {count} put right"), file=file.file, count=count), language)
    problems = file.problems
    if not problems:
        tell(msg(N_("{file}: no problems"), file=file.file), language)
        return
    text = N_(
        "{file}: errors {error}, warnings {warning}, to consider {advice}, accepted {accepted}"
    )
    tell(msg(text, file=file.file, **_counts(problems)), language)


def sum_up_all(checked: Sequence[Checked], language: Language) -> None:
    """Print the sum over several files."""
    if len(checked) > 1:
        problems = [problem for file in checked for problem in file.problems]
        text = N_(
            "{files} files: errors {error}, warnings {warning}, to consider {advice}, "
            "accepted {accepted}"
        )
        tell(msg(text, files=str(len(checked)), **_counts(problems)), language)


def _counts(problems: Sequence[Problem]) -> Mapping[str, str]:
    """Return the number of problems of each severity, and of accepted ones."""
    open_ = [problem for problem in problems if not problem.accepted]
    found = {level.value: sum(one.severity is level for one in open_) for level in Severity}
    found["accepted"] = len(problems) - len(open_)
    return {key: str(count) for key, count in found.items()}


def write_statistics(checked: Sequence[Checked], language: Language, *, as_json: bool) -> None:
    """Print the number of problems by kind, without accepted ones, the most frequent first."""
    open_ = [p for file in checked for p in file.problems if not p.accepted]
    faults = {problem.code: problem for problem in open_}
    counted = Counter(problem.code for problem in open_)
    order = sorted(counted, key=lambda code: (-counted[code], code))
    if as_json:
        rows = [
            {
                "code": code,
                "name": faults[code].fault.name,
                "severity": faults[code].severity.value,
                "message": _says(faults[code], language),
                "count": counted[code],
            }
            for code in order
        ]
        typer.echo(to_json(rows))
        return
    for line in _aligned([str(counted[c]), *_about(faults[c], language)] for c in order):
        typer.echo(line)
    for file in checked if len(checked) == 1 else ():
        print_sum(file, language)
    sum_up_all(checked, language)


def _about(problem: Problem, language: Language) -> list[str]:
    """Return the code, name, severity and message of a kind of problem."""
    weight = words(severity_word(problem.severity), language)
    return [f"{problem.code} {problem.fault.name}", weight, _says(problem, language)]


def _says(problem: Problem, language: Language) -> str:
    """Return the message of a kind of problem."""
    rule = next((rule for rule in RULES if rule.code == problem.code), None)
    if rule is not None:
        return finding_words(rule, language)[0]
    return fault_words(problem.fault, language)[0]


def _aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield rows with aligned columns; a Chinese character is two columns wide."""
    table = [list(row) for row in rows]
    widths = [max(map(columns, cells)) for cells in zip(*table)]
    for first, *others in table:
        padded = [text + " " * (w - columns(text)) for text, w in zip(others, widths[1:])]
        yield "  ".join([first.rjust(widths[0]), *padded]).rstrip()
