"""The table to be posted, as Markdown, CSV, an Excel sheet or a Word page, in one language.

Excel and Word need the extras `excel` and `word`; without them an ImportError.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...tables import PostedRow, Posting
from ..workbook_file import workbook_bytes
from .language import Language, markdown_cell, words

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WIDTHS = (14, 34, 34, 22, 12, 26)
"""Of the columns of the Excel sheet, in characters: category, indicator, points, …"""

LINE_HEIGHT = 15
"""Of a line of the Excel sheet, in points."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


def posting_markdown(posting: Posting, language: Language = "zh") -> str:
    """Write a table of Markdown, the title as a heading."""
    lines = [f"# {markdown_cell(posting.title)}", ""]
    lines += [f"{words(line, language)}\n" for line in posting.above]
    headings = [words(heading, language) for heading in posting.headings]
    lines += [_md_row(headings), _md_row(["---"] * len(headings))]
    lines += [_md_row(row) for row in _rows(posting, language)]
    lines += ["", *(f"{words(line, language)}\n" for line in posting.below)]
    return "\n".join(lines).rstrip() + "\n"


def posting_csv(posting: Posting, language: Language = "zh") -> str:
    """Write CSV that begins with a byte order mark, so that spreadsheets read it as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([posting.title])
    writer.writerows([[words(line, language)] for line in posting.above])
    writer.writerow([words(heading, language) for heading in posting.headings])
    writer.writerows(_rows(posting, language))
    writer.writerows([[words(line, language)] for line in posting.below])
    return "\ufeff" + text.getvalue()


def posting_xlsx(posting: Posting, language: Language = "zh") -> bytes:
    """Write an Excel file: categories joined, headings on every printed page, A4 across."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side

    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = words(posting.headings[-5], language)[:31]
    width = len(posting.headings)
    top = [posting.title, *(words(line, language) for line in posting.above)]
    for text in top:
        _wide(sheet, text, width)
    sheet.append([words(heading, language) for heading in posting.headings])
    heading_row = sheet.max_row
    for row in _rows(posting, language):
        sheet.append([_CONTROL.sub("\ufffd", text) for text in row])
    last = sheet.max_row
    line = Side(style="thin")
    for cells in sheet.iter_rows(min_row=heading_row, max_row=last, max_col=width):
        for cell in cells:
            cell.border = Border(line, line, line, line)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cell.data_type = "s" if cell.value is not None else cell.data_type
    for cell in (sheet.cell(1, 1), *sheet[heading_row]):
        cell.font = Font(bold=True, size=16 if cell.row == 1 else 11)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for column in range(1, posting.depth + 1):
        for first, end in _same(posting.rows, column):
            top_row = heading_row + 1 + first
            if end > first:
                sheet.merge_cells(
                    start_row=top_row,
                    end_row=heading_row + 1 + end,
                    start_column=column,
                    end_column=column,
                )
    for below in posting.below:
        _wide(sheet, words(below, language), width)
    _set_up_print(sheet, posting.depth, heading_row)
    return workbook_bytes(book)


def _set_up_print(sheet: "Worksheet", depth: int, heading_row: int) -> None:
    """A4 across, one page wide, the headings on each page, pages numbered."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    widths = (WIDTHS[0],) * depth + WIDTHS[1:]
    for number, size in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = size
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{heading_row}:{heading_row}"
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "&P / &N"


def posting_docx(posting: Posting, language: Language = "zh") -> bytes:
    """Write a Word page: title, lines, one table with joined categories, lines."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.table import _Cell

    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.add_heading(_CONTROL.sub("\ufffd", posting.title), level=1)
    for line in posting.above:
        document.add_paragraph(_CONTROL.sub("\ufffd", words(line, language)))
    texts = [[words(h, language) for h in posting.headings], *_rows(posting, language)]
    table = document.add_table(rows=len(texts), cols=len(posting.headings), style="Table Grid")
    above = _goes_on(posting)
    # its elements: python-docx walks the whole table for each public cell
    lines = table._tbl.tr_lst  # noqa: SLF001
    for number, (row, cells) in enumerate(zip(lines, texts, strict=True)):
        for column, (cell, text) in enumerate(zip(row.tc_lst, cells, strict=True), 1):
            cell.vMerge = above.get((number, column))
            if cell.vMerge != "continue":
                _Cell(cell, table).text = _CONTROL.sub("\ufffd", text)
    for line in posting.below:
        document.add_paragraph(_CONTROL.sub("\ufffd", words(line, language)))
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def _goes_on(posting: Posting) -> dict[tuple[int, int], str]:
    """How each cell of a category hangs together with the row below or above, by row and column.

    Word's own words for it; joining cells one by one takes the square of the rows.
    """
    found = {}
    for column in range(1, posting.depth + 1):
        for first, end in _same(posting.rows, column):
            if end > first:
                found[first + 1, column] = "restart"
                found |= {(row + 1, column): "continue" for row in range(first + 1, end + 1)}
    return found


def _rows(posting: Posting, language: Language) -> Iterator[list[str]]:
    for row in posting.rows:
        groups = [words(group, language) for group in row.categories]
        groups += [""] * (posting.depth - len(groups))
        between = "；" if language == "zh" else "; "
        caps = between.join(words(cap, language) for cap in row.caps)
        period = words(row.period, language) if row.period is not None else ""
        remarks = between.join(words(remark, language) for remark in row.remarks)
        yield [*groups, row.name, words(row.points, language), caps, period, remarks]


def _same(rows: Sequence[PostedRow], depth: int) -> Iterator[tuple[int, int]]:
    """First and last row of each stretch of one category at a depth."""
    first = 0
    for number in range(1, len(rows) + 1):
        here = rows[first].categories[:depth]
        if number == len(rows) or rows[number].categories[:depth] != here:
            if len(here) == depth:
                yield first, number - 1
            first = number


def _wide(sheet: "Worksheet", text: str, width: int) -> None:
    """Add a line over the whole width, as high as its words need: joined cells do not grow."""
    from openpyxl.styles import Alignment

    sheet.append([_CONTROL.sub("\ufffd", text)])
    row = sheet.max_row
    sheet.cell(row, 1).data_type = "s"
    sheet.cell(row, 1).alignment = Alignment(vertical="center", wrap_text=True)
    room = sum(WIDTHS[1:]) + WIDTHS[0] * (width - len(WIDTHS) + 1)
    signs = sum(2 if ord(sign) > 0xFF else 1 for sign in text)
    if signs > room:
        sheet.row_dimensions[row].height = LINE_HEIGHT * -(-signs // room)
    if width > 1:
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)


def _md_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(markdown_cell(cell) for cell in cells) + " |"
