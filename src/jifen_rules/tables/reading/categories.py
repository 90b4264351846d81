"""Sections and category cells -> the categories of a draft, each made once.

Reads what stands in brackets behind a name, such as 环境卫生（每年最高30分）.
"""

import re
from dataclasses import dataclass, field

from ...core.message import N_, msg
from ...inputs.sheet import Cell, Sheet
from .draft import DraftPart, Parts
from .findings import Findings
from .indicator import cap_parts
from .phrase import read_phrase
from .reading import Context, Data, PhraseReading
from .sides import side_in_words
from .table import split_bracket


@dataclass(slots=True)
class Categories:
    """The categories under the scheme, by their names from the outermost inward."""

    findings: Findings
    scheme: DraftPart
    _by_path: dict[tuple[str, ...], DraftPart] = field(default_factory=dict)
    _seen: set[tuple[str, Cell]] = field(default_factory=set)

    def at(self, sheet: Sheet, outer: tuple[str, ...], path: tuple[Cell, ...]) -> DraftPart:
        """Give the category of a path: the sheet's own name, if it is one, then cells."""
        part = self.scheme
        names: tuple[str, ...] = ()
        for text, cell in [*((name, None) for name in outer), *((c.text, c) for c in path)]:
            names = (*names, text)
            if names not in self._by_path:
                self._by_path[names] = self._new(sheet, text, cell, names)
                part.categories.append(self._by_path[names])
            elif cell is not None and (sheet.name, cell) not in self._seen:
                known = self._by_path[names].data.get("name", text)
                self.findings.became(sheet, cell, {"name": known})
            if cell is not None:
                self._seen.add((sheet.name, cell))
            part = self._by_path[names]
        return part

    def limit(
        self, part: DraftPart, sheet: Sheet, cell: Cell, caps: list[Parts], name: str
    ) -> None:
        """Add limits that a cell beside the whole category states."""
        part.data["caps"] = [*listed(part.data.get("caps")), *caps]
        said = msg(N_("a limit of all of “{name}” together"), name=name)
        self.findings.assume(part, sheet, cell, said)
        self.findings.became(sheet, cell, {"caps": list(caps)})

    def is_limited(self, part: DraftPart) -> bool:
        """Tell whether a category, or one around it, has a limit that is no net limit.

        No net limit may stand in it.
        """
        names = next((names for names, known in self._by_path.items() if known is part), ())
        around = (self._by_path[names[:end]] for end in range(1, len(names) + 1))
        return any(not _is_net(cap) for one in around for cap in listed(one.data.get("caps")))

    def _new(self, sheet: Sheet, text: str, cell: Cell | None, names: tuple[str, ...]) -> DraftPart:
        name, bracket = split_bracket(text)
        part = DraftPart({})
        side = next((s for words in reversed(names) if (s := side_in_words(words))), None)
        reading = (
            read_phrase(bracket, Context(self.findings.subject)) if bracket else PhraseReading()
        )
        caps = [cap_parts(limit, side) for limit in reading.limits] if reading else []
        limits_only = reading is not None and reading == PhraseReading(
            limits=reading.limits, full=reading.full, assumed=reading.assumed
        )
        parent = self._by_path.get(names[:-1], self.scheme)
        is_barred = any(map(_is_net, caps)) and self.is_limited(parent)
        if reading is None or not limits_only or None in caps or is_barred:
            name, reading, caps = text, PhraseReading(), []
            if re.search(r"[\d一二两三四五六七八九十百]\s*[分次%]", bracket) and cell is not None:
                self.findings.unread(part, sheet, cell, bracket)
        part.data |= self.findings.named(name)
        if reading.full:
            part.data["full"] = f"{reading.full} unknown"
        if caps:
            part.data["caps"] = [cap for cap in caps if cap]
        if cell is not None:
            for said in reading.assumed:
                self.findings.assume(part, sheet, cell, said)
            self.findings.became(sheet, cell, dict(part.data))
        return part


def has_net(part: DraftPart) -> bool:
    """Tell whether a net limit stands on a part or inside it."""
    inside = (*part.indicators, *part.categories)
    return any(map(_is_net, listed(part.data.get("caps")))) or any(map(has_net, inside))


def _is_net(cap: "Data | None") -> bool:
    return isinstance(cap, dict) and " net " in f" {cap.get('at_most')} "


def listed(value: "Data | None") -> list[Data]:
    """Begin a section at a row of its own; the categories above it are over."""
    return list(value) if isinstance(value, list) else []
