"""A result as plain JSON data: decimals as text, in the order of the result.

The lines of a trace are those of `trace`.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice

from ...core.plain_data import data_of
from ...core.problem import Problem
from ...trace.chain import trace_lines
from ...trace.entry import Entry, Result, result_head
from ...trace.entry_text import entry_text
from ..explain import Statement
from .language import Language


def render_result(result: Result) -> str:
    """Write scores, refusals and boards as one JSON document."""
    return "".join(result_pieces(result))


def result_pieces(result: Result) -> Iterator[str]:
    """Write the same in pieces; each refusal has a line of its own, as in a trace."""
    boards = {"boards": data_of(result.boards)}
    head = result_head(result)
    yield to_json(head).removesuffix("\n}") + ',\n "rejected": ['
    mark = "\n  "
    for texts in _in_lots(_refusals(result.rejected)):
        yield mark + ",\n  ".join(texts)
        mark = ",\n  "
    yield ("\n ]," if result.rejected else "],") + to_json(boards).removeprefix("{")


def _refusals(entries: Iterable[Entry]) -> Iterator[str]:
    """Write entries; of neighbours that are one object only the first is worked out."""
    before: Entry | None = None
    for entry in entries:
        if entry is not before:
            before, text = entry, entry_text(entry)
        yield text


def _in_lots(texts: Iterator[str], size: int = 1000) -> Iterator[list[str]]:
    while lot := list(islice(texts, size)):
        yield lot


def render_trace(result: Result) -> str:
    """Write the whole trace as JSON Lines."""
    return "".join(trace_lines(result))


def render_statement_data(statement: Statement, language: Language = "en") -> str:
    """Write a statement as JSON: the score, each entry with its sentence and reasons."""
    return to_json(statement.to_dict(language))


def problem_data(problem: Problem, language: Language = "en") -> dict[str, object]:
    """Return a problem as plain data, its sentence and remedy in the reader's language."""
    return problem.to_dict(language)


def to_json(data: object) -> str:
    """Any plain data as a JSON document."""
    return json.dumps(data, ensure_ascii=False, indent=1)
