"""A result as plain JSON data: decimals as text, in the order of the result.

The lines of a trace are those of `trace`.
"""

import json

from ..entry import Result
from ..explain import Statement
from ..problem import Problem
from ..trace import trace_lines
from .language import Language


def render_result(result: Result) -> str:
    """Write scores, refusals and boards as one JSON document."""
    return to_json(result.to_dict(entries=False))


def render_trace(result: Result) -> str:
    """Write the whole trace as JSON Lines."""
    return "".join(trace_lines(result))


def render_statement_data(statement: Statement, language: Language = "en") -> str:
    """Write a statement as JSON: the score, each entry with its sentence and reasons."""
    return to_json(statement.to_dict(language))


def problem_data(problem: Problem, language: Language = "en") -> dict[str, object]:
    """A problem as plain data, its sentence and remedy in the reader's language."""
    return problem.to_dict(language)


def to_json(data: object) -> str:
    """Any plain data as a JSON document."""
    return json.dumps(data, ensure_ascii=False, indent=1)
