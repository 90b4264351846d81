"""A draft and its table -> a copy of the table, each cell coloured by what became of it.

An Excel or Word file keeps its own looks; a CSV file becomes an Excel sheet. Every coloured
cell that was not simply read says why in a comment.
"""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from zipfile import ZipFile

from ...core.message import N_, msg
from ...inputs.sheet import column_letters
from ...tables import CellFate, Draft, WordTables, read_sheets
from ...tables.reading.draft import Fate
from ..workbook_file import workbook_bytes
from .language import Language, problem_words, words

if TYPE_CHECKING:
    from docx.document import Document
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_Element: TypeAlias = Any
"""An element of lxml, which states no types."""

COLOURS: Final[Mapping[Fate, str]] = {
    "read": "C6EFCE",
    "assumed": "FFEB9C",
    "unread": "FFC7CE",
    "left out": "D9D9D9",
}
_MEANINGS: Final[Mapping[Fate, str]] = {
    "read": N_("green: read as it stands"),
    "assumed": N_("yellow: read, with an assumption; compare it"),
    "unread": N_("red: not understood; decide it in the draft"),
    "left out": N_("grey: no part of the draft"),
}


def marked_suffix(table: Path) -> str:
    """Return the ending of the marked copy of a table."""
    return ".docx" if table.suffix.lower() == ".docx" else ".xlsx"


def render_marked(draft: Draft, table: Path, language: Language = "zh") -> bytes:
    """Write the marked copy. OSError if the table cannot be opened."""
    if marked_suffix(table) == ".docx":
        return _marked_word(draft, table, language)
    return _marked_excel(draft, table, language)


def _remark(fate: CellFate, language: Language) -> str:
    """Return the remark on a cell, in one or several sentences."""
    return "\n".join(problem_words(problem, language)[0] for problem in fate.problems)


def _sheet_of(fate: CellFate) -> str:
    return fate.place.cell.rpartition("!")[0]


# --- Excel --------------------------------------------------------------------------------------


def _marked_excel(draft: Draft, table: Path, language: Language) -> bytes:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = _own_workbook(table) or _from_text(table)
    for fate in draft.fates:
        sheet = book[_sheet_of(fate)] if _sheet_of(fate) else book.worksheets[0]
        if fate.place.line < 1 or fate.place.column < 1:
            continue
        cell = sheet.cell(fate.place.line, fate.place.column)
        cell.fill = PatternFill("solid", fgColor=COLOURS[fate.fate])
        if remark := _remark(fate, language):
            cell.comment = Comment(remark, "jifen", height=100, width=300)
    _legend(book, language)
    return workbook_bytes(book)


MAX_JOINED: Final = 500_000
"""So many places joined cells may cover; openpyxl makes a cell of each."""

_JOINED: Final = re.compile(
    rb"mergeCell\s[^<>]{0,200}?ref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']"
)


def _own_workbook(table: Path) -> "Workbook | None":
    """Return the file itself; None where it is none, or openpyxl cannot write it again."""
    from openpyxl import load_workbook
    from openpyxl.utils import range_boundaries

    if table.suffix.lower() == ".csv":
        return None
    covered = 0
    with ZipFile(table) as archive:
        for name in archive.namelist():
            for found in _JOINED.finditer(archive.read(name)):
                left, top, right, bottom = range_boundaries(found[1].decode())
                covered += (int(right or 0) - int(left or 0) + 1) * (
                    int(bottom or 0) - int(top or 0) + 1
                )
    if covered > MAX_JOINED:
        return None
    try:
        return load_workbook(table, rich_text=True)
    except Exception:  # parts that no rule stands in may break openpyxl in many ways
        return None


def _from_text(table: Path) -> "Workbook":
    """Return the cells of a file as sheets; each is text, whatever it looks like."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment

    book = Workbook()
    book.remove(book.worksheets[0])
    for one in read_sheets(table)[0]:
        sheet: Worksheet = book.create_sheet(one.name or "1")
        for cell in one.cells:
            at = sheet.cell(cell.row, cell.column, cell.text)
            at.data_type = "s"
            at.alignment = Alignment(wrap_text=True, vertical="center")
        for number in range(1, sheet.max_column + 1):
            sheet.column_dimensions[column_letters(number)].width = 22
    return book


def _legend(book: "Workbook", language: Language) -> None:
    from openpyxl.styles import PatternFill

    sheet = book.create_sheet(words(msg(N_("what the colours say")), language)[:31])
    sheet.column_dimensions["A"].width = 50
    for row, (fate, meaning) in enumerate(_MEANINGS.items(), 1):
        cell = sheet.cell(row, 1, words(msg(meaning), language))
        cell.fill = PatternFill("solid", fgColor=COLOURS[fate])


# --- Word ---------------------------------------------------------------------------------------


def _marked_word(draft: Draft, table: Path, language: Language) -> bytes:
    import docx

    with table.open("rb") as file:
        document = docx.Document(file)
    elements = WordTables(document.element.body, document.styles.element, str(table)).elements
    for fate in draft.fates:
        element = elements.get((_sheet_of(fate), fate.place.line, fate.place.column))
        if element is not None:
            _shade(element, COLOURS[fate.fate])
            _comment(document, element, _remark(fate, language))
    for kind, meaning in _MEANINGS.items():
        paragraph = document.add_paragraph()
        run = paragraph.add_run(words(msg(meaning), language))
        _shade(run._r, COLOURS[kind])  # noqa: SLF001 - python-docx has no shading
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def _shade(element: _Element, colour: str) -> None:
    """Give a cell or a run a background, in place of its own."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    holder = element.get_or_add_tcPr() if element.tag == qn("w:tc") else element.get_or_add_rPr()
    for old in holder.findall(qn("w:shd")):
        holder.remove(old)
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    after = [qn(f"w:{name}") for name in _AFTER_SHADE]
    place = next((n for n, child in enumerate(holder) if child.tag in after), len(holder))
    holder.insert(place, shade)


_AFTER_SHADE: Final = (
    "noWrap",
    "tcMar",
    "textDirection",
    "tcFitText",
    "vAlign",
    "hideMark",
    "cellIns",
    "cellDel",
    "cellMerge",
    "tcPrChange",
    "fitText",
    "vertAlign",
    "rtl",
    "cs",
    "em",
    "lang",
    "rPrChange",
)
"""What must stand behind the shading of a cell or a run."""


def _comment(document: "Document", element: _Element, remark: str) -> None:
    """Add a comment with the reason of the colour of a cell, if the cell has text."""
    from docx.text.paragraph import Paragraph

    paragraphs = [Paragraph(p, document) for p in element.p_lst]
    runs = [run for paragraph in paragraphs for run in paragraph.runs]
    if remark and runs:
        document.add_comment(runs=[runs[0], runs[-1]], text=remark, author="jifen", initials="j")
