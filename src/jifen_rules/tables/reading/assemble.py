"""A file of tables -> a draft scheme: where each cell's words go, and what became of each.

Puts together what the other rooms say. Guesses nothing silently: what is assumed and what
is not understood is a problem at its cell and a note at its place.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from ...core.faults import FAULTS
from ...core.message import N_, Message, msg
from ...core.problem import Place, Problem, Severity, sort_problems
from ...core.vocabulary import KINDS, english
from ...inputs.sheet import Cell
from .categories import Categories
from .draft import Draft, DraftPart, Note, Parts
from .files import read_sheets
from .findings import Findings
from .head import Answers, Head
from .line import IndicatorLine
from .numerals import plain_signs
from .sections import (
    Figure,
    Kind,
    is_section_title,
    kinds_of,
    section_cell,
    section_figures,
    totals_beside,
)
from .table import Role, SheetTable, TableRow, find_tables


def draft_scheme(path: Path, answers: Answers) -> tuple[Draft | None, tuple[Problem, ...]]:
    """Turn a file of tables into a draft; None with the problems that stopped it (D501 to D506).

    The draft loads without an error. OSError if the file cannot be opened.
    """
    sheets, problems = read_sheets(path)
    filled = [sheet for sheet in sheets if sheet.cells]
    tables = {sheet.name: found for sheet in filled if (found := find_tables(sheet))}
    if not tables:
        stopped = Problem(FAULTS["no-table-found"], Place(str(path)))
        return None, (*problems, stopped) if filled else problems or (stopped,)
    scheme = DraftPart({})
    findings = Findings(str(path), english(KINDS, answers.subject or "household"))
    for problem in problems:
        findings.problems.append(problem)
        said = Message(problem.fault.message, problem.values)
        kind: Literal["kept", "unread"] = (
            "kept" if problem.severity is Severity.ADVICE else "unread"
        )
        scheme.notes.append(Note(kind, problem.place, "", said))
    head, categories = Head(answers, findings, scheme), Categories(findings, scheme)
    for sheet in filled:
        outer = (sheet.name,) if len(tables) > 1 and not _is_unnamed(sheet.name) else ()
        for table in tables.get(sheet.name, ()):
            _read_table(table, outer, head, categories, findings)
        if sheet.name not in tables:
            for cell in sheet.cells:
                head.take(sheet, cell, may_name=False)
    if not _has_indicator(scheme):
        return None, (Problem(FAULTS["no-table-found"], Place(str(path))), *findings.problems)
    scheme.data = head.parts()
    cells = sorted(findings.cells, key=lambda cell: cell.place)
    told = sort_problems(findings.problems)
    return Draft(str(path), scheme, tuple(cells), tuple(told)), ()


def _has_indicator(part: DraftPart) -> bool:
    return bool(part.indicators) or any(map(_has_indicator, part.categories))


def _is_unnamed(name: str) -> bool:
    return re.fullmatch(r"(?:Sheet|工作表|表)\s*\d*", name, re.IGNORECASE) is not None


def _read_table(
    table: SheetTable,
    outer: tuple[str, ...],
    head: Head,
    categories: Categories,
    findings: Findings,
) -> None:
    """Read what stands above, then line by line; a section or category holds for those below."""
    kinds = kinds_of(table)
    carried = _Carried(table, categories, findings, outer, section_figures(table, kinds))
    for cell in table.above:
        if cell is table.above[-1] and is_section_title(cell.text) and head.is_named:
            carried.section(TableRow(cell.row, {cell.column: cell}))
        else:
            head.take(table.sheet, cell, may_name=True)
    for column in table.column(Role.OTHER):
        text = column.heading.text
        findings.report("column-left-out", table.sheet, column.heading, text=text)
    for line, kind in zip(table.lines, kinds, strict=True):
        match kind:
            case Kind.ITEM:
                carried.item(line)
            case Kind.SECTION:
                carried.section(line)
            case Kind.NOTE:
                for cell in line.distinct:
                    head.take(table.sheet, cell, may_name=False)
            case Kind.TOTAL:
                cell = line.distinct[0]
                findings.report("row-left-out", table.sheet, cell, text=line.text)
            case Kind.HEADINGS:
                pass


_FIGURES: Final = {
    Figure.SUM: N_("the sum of what stands below, and no rule of its own"),
    Figure.FULL: N_("full marks; those of all sections add up to 100"),
}


class _Carried:
    """The section and the category cells that hold for the lines below them."""

    def __init__(
        self,
        table: SheetTable,
        categories: Categories,
        findings: Findings,
        outer: tuple[str, ...],
        figures: Mapping[int, Figure],
    ) -> None:
        self.table, self.categories, self.findings, self.outer = table, categories, findings, outer
        self.figures = figures
        self._path: dict[int, TableRow] = {}
        self._names = [*table.column(Role.CATEGORY), *table.column(Role.INDICATOR)]

    def section(self, line: TableRow) -> None:
        """Return a row of its own begins a section; the categories above it are over."""
        self._path = {0: line}
        name = section_cell(self.table, line)
        beside = totals_beside(self.table, line)
        if beside:
            group = self.categories.at(self.table.sheet, self.outer, (name,))
            figure = self.figures.get(line.row) if len(beside) == 1 else None
            for cell in beside:
                self._beside(group, cell, figure)

    def _beside(self, group: DraftPart, cell: Cell, figure: Figure | None) -> None:
        """Read what stands beside the name of a section."""
        sheet, full = self.table.sheet, plain_signs(cell.text).strip().removesuffix("分")
        if figure is None:
            self.findings.unread(group, sheet, cell, cell.text)
        else:
            self.findings.assume(group, sheet, cell, msg(_FIGURES[figure]))
        data: Parts = {"full": f"{full} unknown"} if figure is Figure.FULL else {}
        group.data |= data
        self.findings.became(sheet, cell, data)

    def item(self, line: TableRow) -> None:
        """Read a line into the category that its own cells, or those above, name."""
        *above, own = self._names
        for column in above:
            if column.number in line.cells:
                self._path = {n: c for n, c in self._path.items() if n < column.number}
                self._path[column.number] = line
        path = [
            section_cell(self.table, line) if number == 0 else line.cells[number]
            for number, line in sorted(self._path.items())
        ]
        name = line.cells.get(own.number)
        if name is None and path and path[-1].row == line.row:
            name = path.pop()
        if name is None:
            scheme = self.categories.scheme
            self.findings.unread(scheme, self.table.sheet, line.distinct[0], line.text)
            return
        group = self.categories.at(self.table.sheet, self.outer, tuple(path))
        read = IndicatorLine(
            self.findings, self.categories, self.table, line, name, own, group, tuple(path)
        )
        group.indicators += read.parts()
