"""Problems as SARIF 2.1.0, the form in which code hosts and editors take findings.

Columns are counted in UTF-16 code units, and lines as YAML breaks them; the document says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import PurePath
from typing import TypeAlias
from urllib.parse import quote

from ...core.problem import Edit, Fault, Place, Problem, Severity
from ...syntax.lines import Lines
from .language import Language, fault_words, problem_words, quote_words
from .to_json import to_json

Data: TypeAlias = dict[str, object]

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
_LANGUAGES = {"en": "en-US", "zh": "zh-CN"}


def problems_sarif(
    problems: Sequence[Problem], texts: Mapping[str, str], language: Language = "en"
) -> str:
    """Write problems, in their order, as one run; `texts` are the contents of the files.

    What a file accepts in itself is there as suppressed, with the reason it gives.
    """
    faults = {problem.code: problem.fault for problem in problems}
    numbers = {code: number for number, code in enumerate(sorted(faults))}
    writer = _Writer({file: Lines(text) for file, text in texts.items()}, numbers, language)
    driver: Data = {
        "name": "jifen",
        "version": version("jifen-rules"),
        "rules": [_rule(faults[code], language) for code in numbers],
    }
    run: Data = {
        "tool": {"driver": driver},
        "language": _LANGUAGES[language],
        "columnKind": "utf16CodeUnits",
        "newlineSequences": ["\r\n", "\n", "\r", "\x85", "\u2028", "\u2029"],
        "results": [writer.result(problem) for problem in problems],
    }
    return to_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(fault: Fault, language: Language) -> Data:
    message, remedy = fault_words(fault, language)
    quotes = [quote_words(quote, language) for quote in fault.quotes]
    return {
        "id": fault.code,
        "name": fault.name,
        "shortDescription": {"text": message},
        "help": {"text": "\n".join((remedy, *quotes))},
        "defaultConfiguration": {"level": _LEVELS[fault.severity]},
    }


def _suppression(reason: str) -> Data:
    return {"kind": "inSource", "status": "accepted", "justification": reason}


class _Writer:
    """Writes results; knows the lines of the files, and where each rule stands."""

    def __init__(
        self, lines: Mapping[str, Lines], numbers: Mapping[str, int], language: Language
    ) -> None:
        self.lines, self.numbers, self.language = lines, numbers, language

    def result(self, problem: Problem) -> Data:
        message, remedy = problem_words(problem, self.language)
        data: Data = {
            "ruleId": problem.code,
            "ruleIndex": self.numbers[problem.code],
            "level": _LEVELS[problem.severity],
            "message": {"text": f"{message}\n{remedy}"},
            "locations": [{"physicalLocation": self._physical(problem.place)}],
        }
        if problem.related:
            data["relatedLocations"] = [
                {"id": number, "physicalLocation": self._physical(place)}
                for number, place in enumerate(problem.related, 1)
            ]
        if problem.edits:
            data["fixes"] = [self._fix(problem.edits, remedy)]
        if problem.accepted:
            data["suppressions"] = [_suppression(problem.accepted)]
        return data

    def _physical(self, place: Place) -> Data:
        data: Data = {"artifactLocation": _artifact(place.file)}
        inside = place.line and not place.cell
        return data | ({"region": self._region(place)} if inside else {})

    def _region(self, place: Place) -> Data:
        """From the first sign to the one after the last."""
        lines = self.lines.get(place.file)
        if lines is None:
            return {"startLine": place.line, "startColumn": max(place.column, 1)}
        start, end = lines.stretch(place)
        first, last = lines.position(start), lines.position(end)
        return {
            "startLine": first[0],
            "startColumn": _units(lines.text[start - first[1] + 1 : start]) + 1,
            "endLine": last[0],
            "endColumn": _units(lines.text[end - last[1] + 1 : end]) + 1,
        }

    def _fix(self, edits: Iterable[Edit], remedy: str) -> Data:
        by_file: dict[str, list[Edit]] = {}
        for edit in edits:
            by_file.setdefault(edit.place.file, []).append(edit)
        changes = [
            {"artifactLocation": _artifact(file), "replacements": [self._replace(e) for e in found]}
            for file, found in by_file.items()
        ]
        return {"description": {"text": remedy}, "artifactChanges": changes}

    def _replace(self, edit: Edit) -> Data:
        return {"deletedRegion": self._region(edit.place), "insertedContent": {"text": edit.text}}


def _artifact(file: str) -> Data:
    path = PurePath(file)
    return {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}


def _units(text: str) -> int:
    """How many UTF-16 code units a text has."""
    return len(text) + sum(sign > "\uffff" for sign in text)
