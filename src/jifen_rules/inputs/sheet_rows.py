"""Sheets of a workbook -> blocks of rows.

Merged and hidden cells are read as seen; a bad cell refuses its row.
"""

from collections.abc import Container, Iterator, Mapping
from typing import BinaryIO, Final
from zipfile import is_zipfile

from ..core.message import N_, msg
from ..core.problem import EventError, Place
from ..core.sentences import translate
from ..core.values import SHOWS_ERROR, is_error_value
from .archive import OLD_EXCEL
from .csv_rows import MAX_TITLES, year_above
from .headings import ASIDE, Headings
from .parts import Block, Notice, Part, Spoilt
from .reasons import NO_HEADING, NOT_A_ROW
from .sheet import Cell, Sheet, column_letters
from .workbook import HIDDEN_ROW, HIDDEN_SHEET, PARTLY_STRUCK, STRUCK, open_workbook


def is_book(file: BinaryIO) -> bool:
    """Tell whether a file is an Excel file, whatever its name."""
    start = file.read(8)
    found = start == OLD_EXCEL or (start[:4] == b"PK\3\4" and is_zipfile(file))
    file.seek(0)
    return found


def workbook_parts(name: str, file: BinaryIO, headings: Headings) -> Iterator[Part]:
    """Yield the parts of each sheet of a workbook that has headings."""
    sheets, problems = open_workbook(name, file)
    if problems:
        raise EventError(problems)
    tables = [sheet for sheet in sheets if _has_headings(sheet, headings)]
    for sheet in sheets:
        if sheet in tables or (not tables and not sheet.hidden):
            yield from _sheet_parts(name, sheet, headings)
        elif sheet.cells and not _is_aside(sheet):
            text = N_("the sheet {name} has no headings that are known, and is left out")
            yield Notice(Place(name, 0, 0, 1, sheet.name), msg(text, name=sheet.name))


def _is_aside(sheet: Sheet) -> bool:
    """Tell whether a sheet states that it holds no records, as those of `jifen ledger` do."""
    return sheet.cells[0].text in (translate(ASIDE, "en"), translate(ASIDE, "zh"))


def _has_headings(sheet: Sheet, headings: Headings) -> bool:
    return any(headings.known(_texts_in(cells)) >= 2 for _, cells in _rows_of(sheet, MAX_TITLES))


def _rows_of(sheet: Sheet, most: int = 0) -> Iterator[tuple[int, dict[int, Cell]]]:
    """Return the cells of each row by column.

    The value of merged cells applies to each of their rows and columns.
    """
    rows: dict[int, dict[int, Cell]] = {}
    bottom = sheet.cells[-1].row if sheet.cells else 0
    right = max((cell.column for cell in sheet.cells), default=0)
    for cell in sheet.cells:
        for row in range(cell.row, min(cell.last_row, bottom) + 1):
            for column in range(cell.column, min(cell.last_column, right) + 1):
                rows.setdefault(row, {})[column] = cell
        if most and len(rows) > most:
            break
    return iter(sorted(rows.items()))


def _spoilt_rows(sheet: Sheet, unasked: Container[int]) -> dict[int, tuple[int, str]]:
    """Return the rows with a cell that cannot be taken: the column of the first one, and why.

    What cannot be read in a column that nobody asks for costs nobody a row.
    """
    spoilt: dict[int, tuple[int, str]] = {}
    for problem in sheet.problems:
        column = problem.place.column
        if column not in unasked:
            spoilt.setdefault(problem.place.line, (column, _REASONS[problem.fault.name]))
    for marked, reason in ((sheet.struck, STRUCK), (sheet.partly_struck, PARTLY_STRUCK)):
        for row, column in sorted(marked):
            spoilt.setdefault(row, (column, reason))
    return spoilt


def _sheet_parts(name: str, sheet: Sheet, headings: Headings) -> Iterator[Part]:
    if sheet.hidden:
        text = f"{sheet.name} ({len({cell.row for cell in sheet.cells})})"
        yield Spoilt(text, HIDDEN_SHEET, Place(name, 0, 0, 1, sheet.name))
        return
    rows = dict(_rows_of(sheet))
    first = _first_row(rows, headings)
    heads = {column: cell.text for column, cell in rows.get(first, {}).items()}
    columns = sorted(heads)
    places = dict(zip(columns, headings.resolve([heads[column] for column in columns])))
    unasked = {
        column
        for column, name in places.items()
        if name not in headings.own and name not in headings.declared
    }
    spoilt = _spoilt_rows(sheet, unasked)
    unread = {(p.place.line, p.place.column) for p in sheet.problems} if unasked else set()
    year = year_above(
        [sheet.name, *(c.text for n, r in rows.items() if n < first for c in r.values())]
    )
    for column in sorted(sheet.hidden_columns.intersection(columns)):
        yield Notice(
            Place(name, first, column, 1, f"{sheet.name}!{column_letters(column)}{first}"),
            msg(N_("the column {name} is hidden; it is read"), name=heads[column]),
        )
    lines, block = list[int](), list[list[str]]()
    for number in sorted(rows.keys() | spoilt.keys()):
        cells = rows.get(number, {})
        if number == first or (number < first and _is_above(cells, headings)):
            continue
        column, reason = spoilt.get(number, (0, ""))
        if number < first or number in sheet.hidden_rows:
            column, reason = 0, NOT_A_ROW if number < first else HIDDEN_ROW
        elif not reason:
            column, reason = _wrong_cell(cells, places, headings)
        if reason:
            text = ",".join(_texts_in(cells)) or f"{sheet.name}!{number}"
            place = Place(name, number, column, 1, f"{sheet.name}!{column_letters(column)}{number}")
            yield Spoilt(text, reason, place)
            continue
        lines.append(number)
        block.append(
            [
                _cell_text(cells.get(column), places[column])
                if (number, column) not in unread
                else UNREAD_CELL
                for column in columns
            ]
        )
    if block:
        yield Block(
            lines,
            block,
            tuple(heads[column] for column in columns),
            sheet.name,
            year,
            tuple(columns),
        )


def _first_row(rows: Mapping[int, Mapping[int, Cell]], headings: Headings) -> int:
    """Return the row of the headings; of two lines of them, the one that says more columns."""
    known = ((n, headings.known(_texts_in(cells))) for n, cells in rows.items())
    first, said = next(((n, said) for n, said in known if said >= 2), (min(rows, default=0), 0))
    if said and headings.known(_texts_in(rows.get(first + 1, {}))) > said:
        return first + 1
    return first


def _is_above(cells: Mapping[int, Cell], headings: Headings) -> bool:
    """Whether a row above the headings is a title in one cell, or the upper line of headings."""
    return len({*map(id, cells.values())}) <= 1 or headings.known(_texts_in(cells)) >= 2


UNREAD_CELL: Final = "########"
"""Stands for what cannot be read in a column that nobody asks for: no value, whoever asks later."""
_NUMBERS: Final = ("quantity", "points")
_NAMES: Final = ("id", "subject", "indicator", "name")


def _cell_text(cell: Cell | None, column: str) -> str:
    """Return the text of a cell.

    In a column of numbers, the words that its format adds are left out.
    """
    if cell is None:
        return ""
    return cell.figure if cell.figure and column in _NUMBERS else cell.text


def _texts_in(cells: Mapping[int, Cell]) -> list[str]:
    return [cell.text for _, cell in sorted(cells.items())]


def _wrong_cell(
    cells: Mapping[int, Cell], places: Mapping[int, str], headings: Headings
) -> tuple[int, str]:
    for column, cell in sorted(cells.items()):
        if column not in places:
            return column, NO_HEADING
        if cell.text in ("TRUE", "FALSE") and places[column] in headings.own:
            return column, _TRUTH
        if places[column] in _NAMES and is_error_value(cell.text.strip()):
            return column, SHOWS_ERROR  # pasted as text
    return 0, ""


_TRUTH = N_("TRUE or FALSE stands where a word or a number is asked for")
_REASONS: Final = {
    "formula-without-value": N_("a cell holds a formula and no worked out value"),
    "shown-otherwise": N_("a cell shows its number in a way that is not understood"),
    "error-value": SHOWS_ERROR,
    "digits-lost": N_("a number has more digits than the program keeps; its last ones are lost"),
}
