"""A draft -> YAML with its notes at their places, and the report of each cell.

Keys and fixed words in English or Chinese, notes in the reader's language.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from ...core import vocabulary
from ...core.message import N_, Message, msg
from ...tables import CellReading, Draft, DraftPart, Note
from ...tables.reading.reading import Data
from .language import Language, problem_words, words
from .to_json import problem_data

Spelling = Literal["zh", "en"]

WIDE: Final = 100
"""Maximum length of a part on one line; longer parts have several lines."""


def render_draft(draft: Draft, language: Language = "en", keys: Spelling = "en") -> str:
    """Write the draft as a scheme that loads; comments say what is to be worked on."""
    writer = _Writer(language, keys)
    file = draft.file.replace("\\", "/").rsplit("/", 1)[-1]
    head = msg(
        N_(
            "a draft made from {file}: {unread} places were not understood; look for “{mark}” below"
        ),
        file=file,
        unread=str(draft.unread),
        mark=words(msg(_UNREAD), language),
    )
    lines = [writer.comment(head), *(writer.note(note) for note in draft.scheme.notes)]
    lines += [
        f"{writer.key(key)}: {writer.value(key, value)}" for key, value in draft.scheme.data.items()
    ]
    lines += writer.parts(draft.scheme, "")
    return _PRINTABLE.sub("\ufffd", "\n".join(lines)) + "\n"


def render_cells(draft: Draft, language: Language = "en", keys: Spelling = "en") -> str:
    """Write the report: what each cell became, then each problem, then how many of both."""
    writer = _Writer(language, keys)
    lines = [_cell(writer, cell) for cell in draft.cells]
    for problem in draft.problems:
        sentence, remedy = problem_words(problem, language)
        lines.append(f"{problem.place.where}: {problem.code} {problem.fault.name}")
        lines += [f"  {sentence}", f"  {remedy}"]
    assumed = sum(problem.code == "D513" for problem in draft.problems)
    counts = msg(
        N_("{cells} cells; {unread} places not understood; {assumed} assumptions"),
        cells=str(len(draft.cells)),
        unread=str(draft.unread),
        assumed=str(assumed),
    )
    return "\n".join([*lines, words(counts, language)])


def draft_data(draft: Draft, language: Language = "en") -> Mapping[str, object]:
    """Return the report as plain data: each cell with what it became, and the problems."""
    return {
        "file": draft.file,
        "cells": [
            {"cell": cell.place.cell, "text": cell.text, "became": cell.became}
            for cell in draft.cells
        ],
        "problems": [
            {"cell": problem.place.cell, **problem_data(problem, language)}
            for problem in draft.problems
        ],
    }


def _cell(writer: "_Writer", cell: CellReading) -> str:
    became = ", ".join(f"{writer.key(k)}: {writer.value(k, v)}" for k, v in cell.became.items())
    text = " ".join(cell.text.split())
    became = became or words(msg(N_("no part of the draft by itself")), writer.language)
    return f"{cell.place.cell or cell.place.where} “{text}” → {became}"


_UNREAD: Final = N_("not understood")
_NOTES: Final[Mapping[str, str]] = {
    "unread": N_("not understood ({place}): {text}"),
    "assumed": N_("assumed ({place}) “{text}”: {said}"),
    "kept": N_("in the table ({place}): {text}"),
}
_PRINTABLE: Final = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BARE: Final = re.compile(
    r"[\w\u4e00-\u9fff.+\-][\w\u4e00-\u9fff .+/%\-、；，。（）《》“”]*(?<! )\Z"
)

_FREE: Final = frozenset({"name", "basis", "action", "scheme", "id", "effective_from"})
"""Keys whose values are an author's own words."""

_LENGTHS: Final = {"days": "天", "weeks": "周", "months": "个月", "years": "年"}
_WORDS_OF: Final = {
    "at_most": (vocabulary.LIMITS, vocabulary.BEYOND, vocabulary.COUNTED, {"time": "次"}),
    "per": (vocabulary.WINDOWS, _LENGTHS),
    "round": (vocabulary.ROUNDINGS,),
    "floor": (vocabulary.BEYOND,),
    "full": (vocabulary.BEYOND,),
    "subject": (vocabulary.KINDS,),
    "period": (vocabulary.WINDOWS,),
}


class _Writer:
    """Writes data in one spelling of keys, and notes in one language."""

    def __init__(self, language: Language, keys: Spelling) -> None:
        self.language, self.keys = language, keys

    def comment(self, said: Message) -> str:
        return "# " + " ".join(words(said, self.language).split())

    def note(self, note: Note) -> str:
        if note.said is not None and not note.text:
            if not note.place.cell:
                return self.comment(msg(N_("in the table: {text}"), text=note.said))
            return self.comment(msg(_NOTES[note.kind], place=note.place.cell, text=note.said))
        said = note.said or ""
        text = msg(_NOTES[note.kind], place=note.place.cell, text=note.text, said=said)
        return self.comment(text)

    def parts(self, part: DraftPart, indent: str) -> Iterator[str]:
        """Return the categories and indicators inside a part."""
        if part.categories:
            yield f"{indent}{self.key('categories')}:"
            for category in part.categories:
                yield from self._part(category, f"{indent}  ", inner=True)
        if part.indicators:
            yield f"{indent}{self.key('indicators')}:"
            for indicator in part.indicators:
                yield from self._part(indicator, f"{indent}  ", inner=False)

    def _part(self, part: DraftPart, indent: str, *, inner: bool) -> Iterator[str]:
        yield from (indent + self.note(note) for note in part.notes)
        line = f"{indent}- {self.mapping(part.data)}"
        if not inner and len(line) <= WIDE:
            yield line
            return
        pairs = [f"{self.key(key)}: {self.value(key, value)}" for key, value in part.data.items()]
        yield from (f"{indent}{'- ' if n == 0 else '  '}{pair}" for n, pair in enumerate(pairs))
        yield from self.parts(part, f"{indent}  ")

    def key(self, key: str) -> str:
        return vocabulary.KEYS.get(key, key) if self.keys == "zh" else key

    def mapping(self, data: Mapping[str, Data]) -> str:
        pairs = (f"{self.key(key)}: {self.value(key, value)}" for key, value in data.items())
        return "{" + ", ".join(pairs) + "}"

    def value(self, key: str, value: Data) -> str:
        """Write a value; which words of it are fixed depends on its key."""
        if isinstance(value, str):
            return self._scalar(value if key in _FREE else self._spelled(key, value))
        if isinstance(value, list):
            return "[" + ", ".join(self._item(key, inner) for inner in value) + "]"
        match key:
            case "each" | "at_least" | "above":
                return self._table(value, {})
            case "by":
                (field, table), *_ = value.items()
                names = {
                    field: vocabulary.COLUMNS.get(field)
                    or vocabulary.FORMULA_NAMES.get(field, field)
                }
                spelled = self._scalar(names[field] if self.keys == "zh" else field)
                return "{" + f"{spelled}: {self._table(table, {})}" + "}"
            case "escalate":
                return self._table(value, vocabulary.WINDOWS)
        return self.mapping(value)

    def _item(self, key: str, value: Data) -> str:
        if isinstance(value, str):
            return self._scalar(value if key == "escalate" else self._spelled(key, value))
        return self.mapping(value) if isinstance(value, dict) else self.value(key, value)

    def _table(self, data: Data, names: Mapping[str, str]) -> str:
        """Return a mapping whose keys are figures, units, words of the author, or windows."""
        assert isinstance(data, dict)
        pairs = []
        for key, value in data.items():
            name = self._spelled("per", key) if names else key
            inner = self.value("escalate" if names else "points", value)
            pairs.append(f"{self._scalar(name)}: {inner}")
        return "{" + ", ".join(pairs) + "}"

    def _spelled(self, key: str, text: str) -> str:
        if self.keys == "en":
            return text
        if text in vocabulary.WORDS:
            return vocabulary.WORDS[text]
        tables = (*_WORDS_OF.get(key, ()), {"unknown": vocabulary.WORDS["unknown"]})
        return " ".join(
            next((table[word] for table in tables if word in table), word)
            for word in text.split(" ")
        )

    def _scalar(self, text: str) -> str:
        plain = _BARE.match(text) and not re.search(r"^[-+]?$|^- | $|^\.", text)
        return text if plain else json.dumps(text, ensure_ascii=False)
