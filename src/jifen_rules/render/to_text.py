"""Problems as people read them: place, the author's own line with a caret, what to do."""

import unicodedata

from ..problem import Place, Problem


def render_problem(problem: Problem, text: str) -> str:
    """Write one problem; `text` is the content of the file it stands in.

    The caret counts display width, in which a Chinese character takes two columns.
    """
    place, values = problem.place, problem.values
    head = f"{place.file}:{place.line}:{place.column}: {problem.code} {problem.fault.name}"
    lines = [head, *_excerpt(place, text), f" {problem.fault.message.format_map(values)}"]
    lines.append(f" help: {problem.fault.help.format_map(values)}")
    lines += [f" see also: line {other.line}" for other in problem.related]
    return "\n".join(lines)


def _excerpt(place: Place, text: str) -> list[str]:
    rows = text.splitlines()
    if not 0 < place.line <= len(rows):
        return []
    row = rows[place.line - 1].expandtabs(1)
    before = row[: place.column - 1]
    marked = row[place.column - 1 : place.column - 1 + place.width]
    number = f"{place.line:>5} | "
    pad = " " * (len(number) - 2) + "| "
    return [number + row, pad + " " * _columns(before) + "^" * max(_columns(marked), 1)]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
