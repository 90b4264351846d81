"""A report as an Excel file: a sheet for each page to post, and sheets of statements.

Rows are written one after the other and not kept, so that thousands of statements take no more
memory than a few. Needs the extra `excel`; without it an ImportError.
"""

import re
from collections.abc import Iterable
from typing import Final

from ...core.message import N_, Value, msg
from ..render.language import Language, words
from ..workbook_file import temporary_files, workbook_bytes
from .values import Line, Page, Paper
from .xlsx_sheet import CellLooks, SheetWriter, grid_of

STATEMENTS: Final = 500
"""Number of statements per sheet. Excel has a million rows, but nobody searches so many."""
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


def xlsx_report(
    title: Value, wall: Iterable[Page], statements: Iterable[Page], language: Language, paper: Paper
) -> bytes:
    """Write the workbook. Its properties hold the title alone."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "jifen_rules"
    book.properties.title = words(title, language)
    looks = CellLooks(book)
    with temporary_files():
        for page in wall:
            name = _NOT_IN_NAMES.sub(" ", words(page.under, language))[:31]
            name = name if name not in book.sheetnames else page.key[:31]
            sheet = SheetWriter(looks, name, grid_of(page), paper, language, _first_heading(page))
            sheet.write(page)
            sheet.close()
        _write_statements(looks, statements, language, paper)
    return workbook_bytes(book)


def _write_statements(
    looks: CellLooks, statements: Iterable[Page], language: Language, paper: Paper
) -> None:
    """Write them on a sheet, or on several named by the numbers of those on them."""
    named = words(msg(N_("statements")), language)
    sheet, first, last = None, 1, 0
    for last, page in enumerate(statements, 1):
        if sheet is not None and (last - first >= STATEMENTS or not sheet.has_room(page)):
            sheet.close(f"{named} {first}-{last - 1}")
            sheet, first = None, last
        if sheet is None:
            sheet = SheetWriter(looks, named, grid_of(page), paper, language)
        sheet.write(page)
    if sheet is not None:
        sheet.close(f"{named} {first}-{last}" if first > 1 else named)


def _first_heading(page: Page) -> int | None:
    """Return the row of the headings that stay in sight."""
    row = 3 + bool(page.figure)
    for block in page.blocks:
        if not isinstance(block, Line):
            return row + 2
        row += 1
    return None
