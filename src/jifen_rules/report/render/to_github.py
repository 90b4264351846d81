"""Problems as annotations that GitHub shows beside the lines of a change."""

from collections.abc import Iterable

from ...core.problem import Problem, Severity
from .language import Language, problem_words

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}


def problems_github(problems: Iterable[Problem], language: Language = "en") -> str:
    """Write problems, in their order, as workflow commands, one on each line.

    What a file accepts in itself needs no annotation.
    """
    return "".join(_command(problem, language) for problem in problems if not problem.accepted)


def _command(problem: Problem, language: Language) -> str:
    place, fault = problem.place, problem.fault
    values = {"file": place.file, "title": f"{fault.code} {fault.name}"}
    if place.line and not place.cell:
        values |= {"line": str(place.line), "col": str(place.column)}
        values["endColumn"] = str(place.column + max(place.width, 1))
    named = ",".join(f"{name}={_property(value)}" for name, value in values.items())
    text = "\n".join(problem_words(problem, language))
    return f"::{_COMMANDS[problem.severity]} {named}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
