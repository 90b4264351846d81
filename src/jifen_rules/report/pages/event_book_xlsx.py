"""A workbook for events as an Excel file: records, explanations, and a hidden sheet of lists.

Needs the extra `excel`; without it an ImportError.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ...core.message import N_, Value, msg
from ...inputs.headings import ASIDE
from ..render.language import Language, translate, words
from ..workbook_file import workbook_bytes
from .event_book import BookColumn, EventBook
from .xlsx_sheet import FONT, LINE_HEIGHT, lines_taken, plain_cell

if TYPE_CHECKING:
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

ROWS: Final = 5_000
"""Number of rows with lists, checks and formats."""
_WIDTHS: Final = {"date": 13, "subject": 16, "indicator": 34, "note": 30, "quantity": 10, "id": 10}
_WIDTH = 14
_ABOUT_WIDTHS: Final = (20, 34, 62, 26)
_WILD: Final = frozenset("*?~")
"""Characters with a special meaning in lookups of Excel."""


def event_book_xlsx(book: EventBook, language: Language = "zh") -> bytes:
    """Write the workbook; `jifen score` reads its first sheet as events."""
    from openpyxl import Workbook

    made = Workbook()
    made.properties.creator = "jifen_rules"
    made.properties.title = book.title
    records: Worksheet = made.worksheets[0]
    records.title = translate(N_("records"), language)
    about = made.create_sheet(translate(N_("how to fill in"), language))
    lists = _Lists(made.create_sheet(translate(N_("choices"), language)), language)
    _write_records(records, book, lists, language)
    _write_about(about, book, language)
    lists.sheet.sheet_state = "hidden"
    return workbook_bytes(made)


class _Lists:
    """The hidden sheet: all lists below each other, so that no row looks like headings."""

    def __init__(self, sheet: "Worksheet", language: Language) -> None:
        self.sheet, self.language = sheet, language
        plain_cell(sheet, 1, 1, translate(ASIDE, language))
        self._next = 3

    def add(self, choices: Iterable[Value]) -> str:
        """Write a list, and return its range."""
        first = self._next
        for text in choices:
            plain_cell(self.sheet, self._next, 1, words(text, self.language))
            self._next += 1
        found = f"{self._name}!$A${first}:$A${self._next - 1}"
        self._next += 1
        return found

    def add_pairs(self, rows: Iterable[tuple[str, str]], key: str) -> str:
        """Write words beside what they belong to, and return the formula of a cell's words."""
        first = self._next
        for owner, word in rows:
            plain_cell(self.sheet, self._next, 1, owner)
            plain_cell(self.sheet, self._next, 2, word)
            self._next += 1
        owners = f"{self._name}!$A${first}:$A${self._next - 1}"
        start = f"{self._name}!$B${first}"
        self._next += 1
        return f"OFFSET({start},MATCH({key},{owners},0)-1,0,COUNTIF({owners},{key}),1)"

    @property
    def _name(self) -> str:
        return f"'{self.sheet.title}'"


# --- the records ----------------------------------------------------------------------------------


def _write_records(sheet: "Worksheet", book: EventBook, lists: _Lists, language: Language) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    names = [column.name for column in book.columns]
    deed = f"${get_column_letter(names.index('indicator') + 1)}2"
    for number, column in enumerate(book.columns, 1):
        letter = get_column_letter(number)
        head = plain_cell(sheet, 1, number, words(column.heading, language))
        head.font = Font(name=FONT, size=11, bold=True)
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        colour = "E3D9B8" if column.is_required else "F1EFE9"
        head.fill = PatternFill("solid", fgColor=colour)
        size = sheet.column_dimensions[letter]
        size.width = _WIDTHS.get(column.name, _WIDTH)
        size.number_format = {"date": "yyyy-mm-dd", "number": "General"}.get(column.kind, "@")
        size.font = Font(name=FONT, size=11)
        check = _check(book, column, lists, deed, language)
        check.add(f"{letter}2:{letter}{ROWS + 1}")
        sheet.add_data_validation(check)
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = "A2"
    sheet.print_options.gridLines = True
    _set_up(sheet)


def _check(
    book: EventBook, column: BookColumn, lists: _Lists, deed: str, language: Language
) -> "DataValidation":
    """Make the validation of a column: its list, days or numbers, and its explanation."""
    from openpyxl.worksheet.datavalidation import DataValidation

    check = DataValidation(allow_blank=True)
    if column.words:
        check.type, check.formula1 = "list", _list_of(column, lists, deed)
        text = N_("Choose one from the list.")
    elif column.kind == "date":
        check.type, check.operator = "date", "greaterThanOrEqual"
        first = book.since if column.name == "date" else book.since.replace(year=1900)
        check.formula1 = f"DATE({first.year},{first.month},{first.day})"
        text = N_("Write a day such as 2024-03-01, from the day on which the rules begin.")
    elif column.kind == "number":
        check.type, check.operator = "decimal", "greaterThanOrEqual"
        check.formula1 = "0" if column.name == "quantity" else "-1000000000"
        text = N_("Write a number alone, without its unit.")
    else:
        text = ""
    check.showErrorMessage = bool(text)
    check.errorStyle = "warning" if column.is_open and column.words else "stop"
    check.error = translate(text, language) or None
    check.errorTitle = words(column.heading, language)[:32]
    check.showInputMessage = True
    check.promptTitle = words(column.heading, language)[:32]
    check.prompt = words(column.about, language)[:255]
    return check


def _list_of(column: BookColumn, lists: _Lists, deed: str) -> str:
    """Write the list of a column; if indicators have their own lists, that of the row applies."""
    owners = [owner for owner, _ in column.by_deed]
    if len(owners) < 2 or any(_WILD & set(owner) for owner in owners):
        return lists.add(column.words)
    pairs = ((owner, word) for owner, own in column.by_deed for word in own)
    return lists.add_pairs(pairs, deed)


# --- the sheet that explains ----------------------------------------------------------------------


def _write_about(sheet: "Worksheet", book: EventBook, language: Language) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    line = Side(style="thin", color="888888")
    for number, (cells, is_head) in enumerate(_about(book), 1):
        for column, value in enumerate(cells, 1):
            cell = plain_cell(sheet, number, column, words(value, language))
            cell.font = Font(name=FONT, size=11, bold=is_head)
            cell.alignment = Alignment(vertical="top", wrap_text=len(cells) > 1)
            if len(cells) > 1:
                cell.border = Border(line, line, line, line)
            if is_head and len(cells) > 1:
                cell.fill = PatternFill("solid", fgColor="F1EFE9")
        if len(cells) > 1:
            texts = (words(value, language) for value in cells)
            most = max(lines_taken(text, width - 2) for text, width in zip(texts, _ABOUT_WIDTHS))
            sheet.row_dimensions[number].height = LINE_HEIGHT * most
    for letter, width in zip("ABCD", _ABOUT_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    _set_up(sheet)


_Row = tuple[Sequence[Value], bool]
"""The cells of a row, and whether they are headings."""


def _about(book: EventBook) -> Iterator[_Row]:
    yield (msg(ASIDE),), False
    yield (book.title,), True
    yield (msg(N_("One row for each time. Keep the first row of the records as it is.")),), False
    yield (), False
    yield (msg(N_("The columns")), msg(N_("must be filled in")), msg(N_("What to write"))), True
    for column in book.columns:
        must = msg(N_("always")) if column.is_required else msg(N_("where it applies"))
        yield (column.heading, must, column.about), False
    yield (), False
    heads = (N_("Group"), N_("What can be recorded"), N_("Worth"), N_("Fill in too"))
    yield tuple(map(msg, heads)), True
    headings = {column.name: column.heading for column in book.columns}
    for deed in book.deeds:
        needs: Value = ""
        for name in deed.needs:
            needs = (
                msg(N_("{first}, {rest}"), first=needs, rest=headings[name])
                if needs
                else headings[name]
            )
        yield (deed.group, deed.label, deed.points, needs), False
    if book.namesakes:
        yield (), False
        yield (msg(N_("These share a name: write the number instead.")),), True
        for id, name, unit in book.namesakes:
            yield (id, name, unit), False


def _set_up(sheet: "Worksheet") -> None:
    """Set A4 landscape, one page wide, the first row on each page, numbered pages."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "&P / &N"
