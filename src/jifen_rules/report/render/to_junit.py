"""Problems as JUnit's XML: a suite for each file, a case for each problem.

An error is a case that failed; a warning or advice is one that passed and has something to
say; a file without problems is one case that passed.
"""

from collections.abc import Iterable, Mapping

from ...core.problem import Problem, Severity
from .junit import Check, Checks, junit_document
from .language import Language, problem_words
from .to_text import render_problem


def problems_junit(
    files: Iterable[str],
    problems: Iterable[Problem],
    texts: Mapping[str, str],
    language: Language = "en",
) -> str:
    """Write problems, in their order, as JUnit's XML; `files` are those that were checked."""
    by_file: dict[str, list[Problem]] = {file: [] for file in files}
    for problem in problems:
        by_file.setdefault(problem.place.file, []).append(problem)
    return junit_document(
        Checks(file, tuple(_check(p, texts, language) for p in found) or (Check("check"),))
        for file, found in by_file.items()
    )


def _check(problem: Problem, texts: Mapping[str, str], language: Language) -> Check:
    place, fault = problem.place, problem.fault
    failed = problem.severity is Severity.ERROR and not problem.accepted
    return Check(
        f"{place.cell or f'{place.line}:{place.column}'} {fault.code} {fault.name}",
        problem_words(problem, language)[0] if failed else None,
        render_problem(problem, texts.get(place.file, ""), language),
        fault.code,
    )
