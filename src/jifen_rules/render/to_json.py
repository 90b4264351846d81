"""A result as plain JSON data: decimals as text, in the order of the result.

The lines of a trace are those of `trace`.
"""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice

from ..entry import Board, Entry, Result, Right, Score
from ..entry_text import entry_text
from ..explain import Statement
from ..problem import Place, Problem
from ..terms import plain
from ..trace import entry_data, trace_lines
from .language import Language, problem_words, quote_words, words


def render_result(result: Result) -> str:
    """Write scores, refusals and boards as one JSON document."""
    return "".join(result_pieces(result))


def result_pieces(result: Result) -> Iterator[str]:
    """Write the same piece by piece; each refusal has a line of its own, as in a trace."""
    head = {
        "scheme": result.scheme,
        "illustrative": result.illustrative,
        "as_of": result.as_of.isoformat(),
        "digest": result.digest,
        "scores": [_score(score) for score in result.scores],
    }
    boards = {"boards": [_board(board) for board in result.boards]}
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


def _text(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)


def _score(score: Score) -> dict[str, object]:
    return {
        "subject": score.subject,
        "period": score.period.label,
        "base": plain(score.base),
        "total": plain(score.total),
        "tiers": {ladder: standing.level for ladder, standing in score.tiers.items()},
        "categories": {name: plain(figure) for name, figure in score.categories.items()},
        "weighed": {name: plain(figure) for name, figure in score.weighed.items()},
        "ledgers": {name: plain(figure) for name, figure in score.ledgers.items()},
        "rights": [_right(right) for right in score.rights],
        "unstated": list(score.unstated),
    }


def _right(right: Right) -> dict[str, object]:
    return {"id": right.id, "gives": right.gives, "amount": _text(right.amount)}


def _board(board: Board) -> dict[str, object]:
    rows = [{"place": p.place, "subject": p.subject, "total": plain(p.total)} for p in board.places]
    return {"period": board.period.label, "rows": rows}


def render_statement_data(statement: Statement, language: Language = "en") -> str:
    """Write a statement as JSON: the score, each entry with its sentence and reasons."""
    parts = ("tiers", "figures", "chances", "notes")
    document = {
        "scheme": statement.scheme,
        "illustrative": statement.illustrative,
        "name": statement.name,
        "score": _score(statement.score),
        "entries": [
            entry_data(line.entry)
            | {
                "sentence": words(line.sentence, language),
                "reasons": [words(reason, language) for reason in line.reasons],
            }
            for line in statement.lines
        ],
        "rooms": [words(text, language) for text, _ in statement.rooms],
    }
    for part in parts:
        document[part] = [words(text, language) for text in getattr(statement, part)]
    return to_json(document)


def problem_data(problem: Problem, language: Language = "en") -> dict[str, object]:
    """A problem as plain data, its sentence and remedy in the reader's language."""
    place = problem.place
    message, remedy = problem_words(problem, language)
    return {
        **place_data(place),
        "code": problem.code,
        "name": problem.fault.name,
        "severity": problem.severity.value,
        "message": message,
        "help": remedy,
        "related": [place_data(other) for other in problem.related],
        "quotes": [quote_words(quote, language) for quote in problem.fault.quotes],
        "accepted": problem.accepted,
        "edits": [place_data(edit.place) | {"text": edit.text} for edit in problem.edits],
    }


def place_data(place: Place) -> dict[str, object]:
    """A place as plain data; lines and columns count from 1, the width in characters."""
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "width": place.width,
    }


def to_json(data: object) -> str:
    """Any plain data as a JSON document."""
    return json.dumps(data, ensure_ascii=False, indent=1)
