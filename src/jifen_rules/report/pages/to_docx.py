"""A report as a Word file: a page for each, headings of tables repeated, no row split.

Needs the extra `word`; without it an ImportError.
"""

import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...core.message import Value
from ..render.language import Language, words
from .to_text_files import rows_of
from .values import Bars, Line, Page, PageTable, Paper, plain_block

if TYPE_CHECKING:
    from docx.document import Document

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_SIZES = {Paper.A4: (210, 297), Paper.A3: (297, 420)}
_MARGIN = 15
"""Width and height in millimetres, as the margin."""
FONT = "Microsoft YaHei"


def docx_report(title: Value, pages: Iterable[Page], language: Language, paper: Paper) -> bytes:
    """Write the document. Its properties hold the title alone."""
    import docx

    document = docx.Document()
    document.core_properties.author = "jifen_rules"
    document.core_properties.title = words(title, language)[:250]
    document.core_properties.comments = ""
    _set_up(document, paper)
    for number, page in enumerate(pages):
        _page(document, page, language, paper, is_first=number == 0)
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def _set_up(document: "Document", paper: Paper) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    width, height = _SIZES[paper]
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin = section.bottom_margin = Mm(_MARGIN)
    for name, size in (("Normal", 10.5), ("Heading 1", 18), ("Heading 2", 12.5)):
        style = document.styles[name]
        style.font.size, style.font.name = Pt(size), FONT
        if name == "Heading 2":
            style.paragraph_format.space_before = Pt(7)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    _number_pages(section.footer.paragraphs[0])


def _number_pages(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in ("PAGE", " / ", "NUMPAGES"):
        if text == " / ":
            paragraph.add_run(text)
            continue
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), text)
        paragraph._p.append(field)  # noqa: SLF001 - python-docx has no way to add a field


def _page(
    document: "Document", page: Page, language: Language, paper: Paper, *, is_first: bool
) -> None:
    """Write a page. Its heading starts a new sheet; a break alone may add a blank one."""
    from docx.shared import Pt

    heading = document.add_heading(_text(page.title, language), level=1)
    heading.paragraph_format.page_break_before = not is_first
    document.add_paragraph(_text(page.under, language))
    if page.figure:
        run = document.add_paragraph().add_run(_text(page.figure, language))
        run.bold, run.font.size = True, Pt(18)
    for block in map(plain_block, page.blocks):
        if isinstance(block, Line):
            text = document.add_paragraph()
            text.paragraph_format.space_before = Pt(4)
            text.paragraph_format.space_after = Pt(2)
            run = text.add_run(_text(block.text, language))
            run.bold = block.role == "strong"
            run.font.size = Pt(9 if block.role == "note" else 10.5)
        else:
            document.add_heading(_text(block.title, language), level=2)
            _table(document, block, language, paper)


def _table(document: "Document", block: PageTable | Bars, language: Language, paper: Paper) -> None:
    """Write a table; cells are made by hand, since python-docx is slow on large tables."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    rows = rows_of(block, language)
    widths = block.widths if isinstance(block, PageTable) else (60, 40)
    figures = block.figures if isinstance(block, PageTable) else frozenset({1})
    table = document.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
    table.autofit = False
    room = Mm(_SIZES[paper][0] - 2 * _MARGIN).twips
    sizes = [round(room * width / sum(widths)) for width in widths]
    # its elements: python-docx walks the whole table for each public cell
    grid = table._tbl  # noqa: SLF001
    for column, size in zip(grid.tblGrid.gridCol_lst, sizes):
        column.set(qn("w:w"), str(size))
    for number, (row, cells) in enumerate(zip(grid.tr_lst, rows, strict=True)):
        properties = row.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if not number:
            properties.append(OxmlElement("w:tblHeader"))
        for column, (cell, text) in enumerate(zip(row.tc_lst, cells, strict=True)):
            cell.get_or_add_tcPr().get_or_add_tcW().set(qn("w:w"), str(sizes[column]))
            _fill(cell, text, is_heading=not number, is_figure=column in figures)


def _fill(cell: Any, text: str, *, is_heading: bool, is_figure: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.text.paragraph import Paragraph

    paragraph = Paragraph(cell.p_lst[0], cell)
    paragraph.paragraph_format.space_after = 0
    run = paragraph.add_run(_CONTROL.sub("\ufffd", text))
    run.bold = is_heading
    if is_figure:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _text(value: Value, language: Language) -> str:
    return _CONTROL.sub("\ufffd", words(value, language))
