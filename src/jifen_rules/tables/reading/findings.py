"""What is found out while a table is read: each cell's fate, each problem, each name given.

One value that every room of the assembly writes into; it decides nothing.
"""

import re
from dataclasses import dataclass, field

from ...core.faults import FAULTS
from ...core.message import Message, Value
from ...core.problem import Problem
from ...core.vocabulary import ACCOUNTS
from ...inputs.sheet import Cell, Sheet
from .draft import CellReading, DraftPart, Note, Parts
from .table import bare_name


@dataclass(slots=True)
class Findings:
    """Gathers what became of the cells of one file, for subjects of one kind."""

    file: str
    subject: str
    cells: list[CellReading] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _keys: set[str] = field(default_factory=lambda: {"total", ACCOUNTS["total"]})
    _unread: set[tuple[str, str, Cell]] = field(default_factory=set)

    def became(self, sheet: Sheet, cell: Cell, data: Parts) -> None:
        """Record what a cell became."""
        self.cells.append(CellReading(sheet.place(self.file, cell), cell.text, data))

    def unread(
        self,
        part: DraftPart,
        sheet: Sheet,
        cell: Cell,
        text: str,
        fault: str = "not-understood",
        **values: Value,
    ) -> None:
        """Keep words that were not understood as a note, and say so; once for each cell."""
        words = " ".join(text.split())
        if (sheet.name, words, cell) in self._unread:
            return
        self._unread.add((sheet.name, words, cell))
        part.notes.append(Note("unread", sheet.place(self.file, cell), words))
        self.report(fault, sheet, cell, text=words, **values)

    def assume(self, part: DraftPart, sheet: Sheet, cell: Cell, said: Message) -> None:
        """Say an assumption, at its cell and above its part."""
        note = Note("assumed", sheet.place(self.file, cell), " ".join(cell.text.split()), said)
        if note not in part.notes:
            part.notes.append(note)
            self.report("assumed", sheet, cell, text=note.text, assumption=said)

    def report(self, fault: str, sheet: Sheet, cell: Cell, **values: Value) -> None:
        """Add a problem at a cell."""
        self.problems.append(Problem(FAULTS[fault], sheet.place(self.file, cell), values))

    def named(self, name: str) -> Parts:
        """Give a name that no other part has, or one with an id of its own."""
        name = bare_name(name) or "？"
        if name not in self._keys:
            self._keys.add(name)
            return {"name": name}
        stem = re.sub(r"\W", "", name)[:60].lstrip("0123456789") or "i"
        number = next(n for n in range(2, 10**6) if f"{stem}_{n}" not in self._keys)
        self._keys.add(f"{stem}_{number}")
        return {"id": f"{stem}_{number}", "name": name}
