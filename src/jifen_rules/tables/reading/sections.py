"""The lines of a table -> what each is: an indicator, the head of a section, a total, a note.

Goes by how lines are numbered, what stands beside a name, and which figures are sums.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

from ...inputs.sheet import Cell
from .numerals import plain_signs
from .sides import is_side_label
from .table import Role, SheetTable, TableRow

_TOTAL: Final = re.compile(r"合\s*计|总\s*计|小\s*计|总\s*分|共\s*计")
_NOTE: Final = re.compile(r"(?:注|备注|说明|填表|等级|兑换|程序|附)[:一二三四五六七八九\d.、]")
_BARE: Final = re.compile(r"\d{1,6}(?:\.\d{1,3})?分?")
_CHINESE_NUMBER: Final = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]|第.{1,3}[章节部])"
)


class Kind(StrEnum):
    """What a line is."""

    ITEM = "item"
    SECTION = "section"
    TOTAL = "total"
    NOTE = "note"
    HEADINGS = "headings"


def kinds_of(table: SheetTable) -> tuple[Kind, ...]:
    """Tell what each line is; words alone begin a section only if an indicator follows."""
    sections = _numbered_sections(table) or _summed_sections(table)
    kinds = [
        Kind.SECTION if line.row in sections else _kind_of(table, line) for line in table.lines
    ]
    last_item = max((n for n, kind in enumerate(kinds) if kind is Kind.ITEM), default=-1)
    return tuple(
        Kind.NOTE if kind is Kind.SECTION and number > last_item else kind
        for number, kind in enumerate(kinds)
    )


def section_cell(table: SheetTable, line: TableRow) -> Cell:
    """Return the cell that names a section: not its number, not its total."""
    telling = {c.number for c in table.columns if c.role in (Role.SERIAL, Role.POINTS, Role.LIMIT)}
    named = [cell for number, cell in sorted(line.cells.items()) if number not in telling]
    words = [cell for cell in (*named, *line.distinct) if not _is_serial(cell.text)]
    return words[0] if words else line.distinct[0]


def totals_beside(table: SheetTable, line: TableRow) -> tuple[Cell, ...]:
    """Return what stands beside the name of a section: its total, or full marks."""
    telling = {c.number for c in table.columns if c.role is not Role.SERIAL}
    cells = [cell for number, cell in line.cells.items() if number in telling]
    return tuple(cell for cell in dict.fromkeys(cells) if cell is not section_cell(table, line))


class Figure(StrEnum):
    """What the figure beside the name of a section is."""

    SUM = "sum"
    FULL = "full"


def section_figures(table: SheetTable, kinds: Sequence[Kind]) -> Mapping[int, Figure]:
    """Tell by row what figures of sections are: sums of those below, else full marks."""
    own: dict[int, Decimal | None] = {}
    below: dict[int, list[Decimal | None]] = {}
    section = 0
    for line, kind in zip(table.lines, kinds, strict=True):
        if kind is Kind.SECTION:
            section = line.row
            own[section], below[section] = _figure(table, line), []
        elif kind is Kind.ITEM and section:
            below[section].append(_figure(table, line))
    known = {row: [figure for figure in below[row] if figure is not None] for row in own}
    found = {
        row: Figure.SUM
        for row, figure in own.items()
        if figure and len(known[row]) == len(below[row]) and sum(known[row]) == figure
    }
    if not found and len(own) > 1 and sum(figure or 0 for figure in own.values()) == _WHOLE:
        found = dict.fromkeys((row for row, figure in own.items() if figure), Figure.FULL)
    return found


_WHOLE: Final = 100
"""What the full marks of an assessment add up to."""


def _figure(table: SheetTable, line: TableRow) -> Decimal | None:
    """Return the bare figure of a line in the only column of points."""
    columns = table.column(Role.POINTS)
    cell = line.cells.get(columns[0].number) if len(columns) == 1 else None
    text = plain_signs(cell.text).strip() if cell else ""
    return Decimal(text.removesuffix("分")) if _BARE.fullmatch(text) else None


def _numbered_sections(table: SheetTable) -> set[int]:
    """Rows that the numbering makes heads of the rows below: 一 over 1 and 2, 1 over 1.1."""
    serials = [_serial(table, line) for line in table.lines]
    found = set()
    for number, (line, serial) in enumerate(zip(table.lines, serials, strict=True)):
        after = serials[number + 1] if number + 1 < len(serials) else ""
        inner = re.sub(r"[.．、)）]$", "", serial)
        heads = (_in_chinese(serial) and after and not _in_chinese(after)) or (
            inner.isdigit() and re.match(rf"{inner}[.．\-]\d", after)
        )
        if heads and _only_a_total(table, line):
            found.add(line.row)
    return found


def _serial(table: SheetTable, line: TableRow) -> str:
    """Return the number of a line: in its own column, else before its name; 0 where it has none."""
    columns = table.column(Role.SERIAL)
    if columns:
        cell = line.cells.get(columns[0].number)
        return plain_signs(cell.text).strip() if cell else "0"
    names = [c for c in table.columns if c.role in (Role.CATEGORY, Role.INDICATOR)]
    cell = next((line.cells[c.number] for c in names if c.number in line.cells), None)
    if cell is None:
        return "0"
    found = _CHINESE_NUMBER.match(cell.text) or re.match(r"\s*\d{1,3}(?:[.-]\d{1,3})*", cell.text)
    return plain_signs(found.group(0)).strip() if found else "0"


def _in_chinese(serial: str) -> bool:
    return (
        re.fullmatch(r"\(?[一二三四五六七八九十]{1,3}\)?[、.]?|第.{1,3}[章节部]", serial)
        is not None
    )


def _is_serial(text: str) -> bool:
    words = plain_signs(text).strip()
    return words.isdigit() or _in_chinese(words)


def _only_a_total(table: SheetTable, line: TableRow) -> bool:
    """Whether a line has a name and at most one bare figure beside it."""
    telling = {c.number for c in table.columns if c.role in (Role.POINTS, Role.LIMIT, Role.REMARK)}
    said = [cell.text for number, cell in line.cells.items() if number in telling]
    name = section_cell(table, line)
    beside = [text for text in dict.fromkeys(said) if text != name.text]
    return len(beside) <= 1 and all(_BARE.fullmatch(plain_signs(t).strip()) for t in beside)


def _summed_sections(table: SheetTable) -> set[int]:
    """Rows whose figure is the sum of those below, where the whole table is made that way."""
    figures: list[tuple[int, Decimal]] = []
    for line in table.lines:
        if _TOTAL.match(plain_signs(section_cell(table, line).text)):
            continue
        figure = _figure(table, line)
        if figure is None or not _only_a_total(table, line):
            return set()
        figures.append((line.row, figure))
    found, at = set(), 0
    while at < len(figures):
        row, total = figures[at]
        found.add(row)
        at, inner = at + 1, 0
        while total > 0 and at < len(figures):
            total -= figures[at][1]
            at, inner = at + 1, inner + 1
        if total != 0 or inner < 2:
            return set()
    return found if len(found) > 1 else set()


def _kind_of(table: SheetTable, line: TableRow) -> Kind:
    first = next((c for c in line.distinct if not plain_signs(c.text).isdigit()), line.distinct[0])
    words = plain_signs(first.text)
    again = {c.text for c in line.distinct} == {column.heading.text for column in table.columns}
    if again:
        return Kind.HEADINGS
    if _TOTAL.match(words):
        return Kind.TOTAL
    if _NOTE.match(words):
        return Kind.NOTE
    telling = {c.number for role in (Role.POINTS, Role.LIMIT) for c in table.column(role)}
    tells = [cell for number, cell in line.cells.items() if number in telling and cell is not first]
    alone = len(line.distinct) == 1 or (len(line.distinct) == 2 and first is not line.distinct[0])
    return Kind.SECTION if alone and not tells and _heads(table, first) else Kind.ITEM


def _heads(table: SheetTable, cell: Cell) -> bool:
    """Whether a cell alone in its row heads a section, and is no indicator without points."""
    own = [c.number for c in table.columns if c.role in (Role.CATEGORY, Role.INDICATOR)][-1]
    numbered = _CHINESE_NUMBER.match(cell.text)
    if is_side_label(cell.text) or numbered is not None:
        return True
    return cell.last_column > cell.column or cell.column != own


def is_section_title(text: str) -> bool:
    """Whether a line above a table heads it as a section: numbered, or naming a side."""
    words = plain_signs(text).strip()
    return len(words) <= 25 and (_CHINESE_NUMBER.match(text) is not None or is_side_label(words))
