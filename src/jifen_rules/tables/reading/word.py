"""The text of a Word file -> its tables as sheets, each cell with the text that Word shows.

Tracked changes are read as accepted; fields give their result; struck and hidden words are
left out, and said. Knows nothing of what a table means. The elements may be those of the standard
library or of lxml: what both can do is all that is asked of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from ...core.faults import FAULTS
from ...core.message import N_
from ...core.problem import Place, Problem
from ...inputs.archive import TooLarge
from ...inputs.sheet import Cell, Sheet
from .table import find_tables

_Element: TypeAlias = Any
"""An element of the standard library, or of lxml, which states no types."""

MAX_COLUMNS: Final = 63
"""The columns of a Word table."""

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_GONE: Final = frozenset({"del", "moveFrom"})
_NO_TEXT: Final = frozenset(
    {
        "pPr",
        "rPr",
        "sdtPr",
        "sdtEndPr",
        "tblPr",
        "tblGrid",
        "trPr",
        "tcPr",
        "instrText",
        "delText",
        "rt",
        "Fallback",
    }
)
_BLOCKS: Final = frozenset({"p", "tbl", "tr", "tc"})
_SIGNS: Final[Mapping[str, str]] = {
    "tab": " ",
    "ptab": " ",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
}
_SYMBOLS: Final[Mapping[str, str]] = {
    "F0FC": "√",
    "F0FE": "☑",
    "F052": "☑",
    "F0FB": "×",
    "F0FD": "☒",
    "F0A8": "□",
    "F06F": "□",
    "F02D": "-",
    "F02B": "+",
}
"""What the usual signs of Wingdings and Symbol look like; any other is shown as □."""


@dataclass(slots=True)
class WordTables:
    """The tables of one document: their sheets, the element of each cell, and the problems.

    `body` and `styles` are the roots of the text and, where there are some, of the styles.
    """

    body: _Element
    styles: _Element | None
    file: str
    sheets: list[Sheet] = field(default_factory=list)
    elements: dict[tuple[str, int, int], _Element] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _number: int = 0

    def __post_init__(self) -> None:
        reader = _Text(_styles(self.styles))
        body = self.body
        titles: list[str] = []
        for block in _inside(body, {"p", "tbl"}):
            if _name(block) == "p":
                titles += [text] if (text := reader.of([block])) else []
                continue
            self._table(block, titles, reader)
            titles = []
        if self._number and titles:
            cells = tuple(_one(text, row, 1) for row, text in enumerate(titles, 1))
            self.sheets.append(Sheet("文末", cells))
        if reader.left_out:
            self._say_left_out(Place(self.file), reader)
        if any(_name(node) in ("ins", "del", "moveTo") for node in body.iter()):
            self.problems.append(Problem(FAULTS["changes-accepted"], Place(self.file)))

    def _say_left_out(self, place: Place, reader: "_Text") -> None:
        text = " ".join("".join(reader.left_out).split())
        reader.left_out.clear()
        if text:
            self.problems.append(Problem(FAULTS["text-left-out"], place, {"text": text}))

    def _table(self, table: _Element, titles: list[str], reader: "_Text") -> None:
        """Add a table as a sheet; the paragraphs before it are its first rows, as in Excel.

        Rows are counted as one sees them in the table, so that titles stand in rows 0, -1, …
        """
        self._number += 1
        name = f"表{self._number}"
        above = [_one(text, row - len(titles) + 1, 1) for row, text in enumerate(titles)]
        inner: list[_Element] = []
        found: list[Cell] = []
        for stretch, element, row in _stretches(table):
            blocks = []
            for block in _inside(element, {"p", "tbl"}):
                if _name(block) == "tbl" and self._is_table(block):
                    inner.append(block)
                else:
                    blocks.append(block)
            text = reader.of(blocks, hidden=_flag(row, "trPr", "hidden"))
            if any(
                _is_prompt(control)
                for control in row.iter(f"{_W}sdt")
                if element in control.iter(element.tag)
            ):
                text = ""
            cell = Cell(text, stretch.row, stretch.column, stretch.last_row, stretch.last_column)
            place = Sheet(name, ()).place(self.file, cell)
            self._say_left_out(place, reader)
            self.elements[name, cell.row, cell.column] = element
            if text:
                found.append(cell)
        self.sheets.append(Sheet(name, (*above, *found)))
        for table_within in inner:
            self._table(table_within, [], reader)

    def _is_table(self, table: _Element) -> bool:
        """Whether a table within a cell has headings of its own; else it is the cell's text."""
        cells = []
        for stretch, element, _ in _stretches(table):
            text = _Text({}).of(list(_inside(element, {"p", "tbl"})))
            cells += [
                Cell(text, stretch.row, stretch.column, stretch.last_row, stretch.last_column)
            ]
        return bool(find_tables(Sheet("", tuple(cell for cell in cells if cell.text))))


def _one(text: str, row: int, column: int) -> Cell:
    return Cell(text, row, column, row, column)


# --- rows and cells -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Stretch:
    """A cell of Word that may go on to the right and in the row below."""

    row: int
    column: int
    last_row: int
    last_column: int


def _stretches(table: _Element) -> list[tuple[_Stretch, _Element, _Element]]:
    """Every cell once, with the stretch that it covers and its row; goes by the rows themselves."""
    open_above: dict[int, _Stretch] = {}
    found: list[tuple[_Stretch, _Element, _Element]] = []
    rows = (row for row in _inside(table, {"tr"}) if not _flag(row, "trPr", "del"))
    for number, row in enumerate(rows, 1):
        column = 1 + _number(row, "trPr", "gridBefore", 0)
        before: _Stretch | None = None
        for cell in _inside(row, {"tc"}):
            last = column + _number(cell, "tcPr", "gridSpan", 1) - 1
            if last > MAX_COLUMNS:
                raise TooLarge(MAX_COLUMNS, N_("columns"))
            above = open_above.get(column)
            if _goes_on(cell, "vMerge") and above is not None:
                above.last_row = number
            elif _goes_on(cell, "hMerge") and before is not None:
                before.last_column = last
            else:
                before = open_above[column] = _Stretch(number, column, number, last)
                found.append((before, cell, row))
            column = last + 1
    return found


def _goes_on(cell: _Element, kind: str) -> bool:
    merge = cell.find(f"{_W}tcPr/{_W}{kind}")
    return merge is not None and merge.get(f"{_W}val", "continue") == "continue"


def _number(node: _Element, part: str, name: str, usual: int) -> int:
    found = node.find(f"{_W}{part}/{_W}{name}")
    text = "" if found is None else found.get(f"{_W}val", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else usual


def _flag(node: _Element | None, part: str, name: str) -> bool:
    found = None if node is None else node.find(f"{_W}{part}/{_W}{name}")
    return found is not None and _is_on(found)


def _is_on(node: _Element) -> bool:
    return node.get(f"{_W}val", "1").lower() not in ("0", "false", "off")


def _name(node: _Element) -> str:
    """Return the name of an element without its namespace; empty for a comment of the file."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _inside(node: _Element, names: set[str]) -> Iterator[_Element]:
    """Return the elements of these names, through controls, tags and insertions around them."""
    for child in node:
        name = _name(child)
        if name in names:
            yield child
        elif name not in _GONE | _NO_TEXT | _BLOCKS and not ("p" in names and _is_prompt(child)):
            yield from _inside(child, names)


# --- text ---------------------------------------------------------------------------------------

_Styles = Mapping[str, Mapping[str, bool]]


def _styles(root: _Element | None) -> _Styles:
    """Return what each style says of hidden and struck, with what it is based on."""
    own: dict[str, tuple[str, dict[str, bool]]] = {}
    for style in () if root is None else root.findall(f"{_W}style"):
        based = style.find(f"{_W}basedOn")
        parent = "" if based is None else based.get(f"{_W}val", "")
        own[style.get(f"{_W}styleId", "")] = (parent, _marks(style))
    styles = {}
    for name in own:
        said: dict[str, bool] = {}
        at, seen = name, set[str]()
        while at in own and at not in seen and len(seen) < 20:
            seen.add(at)
            said = own[at][1] | said
            at = own[at][0]
        if said:
            styles[name] = said
    return styles


def _marks(node: _Element) -> dict[str, bool]:
    """Which of hidden and struck the properties of a run or style turn on or off."""
    found = {}
    for name, spelled in (("hidden", "vanish"), ("struck", "strike"), ("twice", "dstrike")):
        mark = node.find(f"{_W}rPr/{_W}{spelled}")
        if mark is not None:
            found[name] = _is_on(mark)
    return found


@dataclass(slots=True)
class _Text:
    """Reads paragraphs as they are shown, and gathers what is struck or hidden."""

    styles: _Styles
    left_out: list[str] = field(default_factory=list)
    _fields: list[bool] = field(default_factory=list)

    def of(self, blocks: list[_Element], *, hidden: bool = False) -> str:
        """Return the text of paragraphs and of tables that are no tables of their own."""
        self._fields = []
        rows = [""]
        for block in blocks:
            if _name(block) == "tbl":
                rows += [*self._rows(block), ""]
                continue
            rows[-1] += "".join(self._shown(block, self._style(block, "pPr", "pStyle")))
            if block.find(f"{_W}pPr/{_W}rPr/{_W}del") is None:
                rows.append("")
        lines = [line.strip() for row in rows for line in row.split("\n")]
        text = "\n".join(line for line in lines if line)
        if hidden and text:
            self.left_out.append(text)
            return ""
        return text

    def _rows(self, table: _Element) -> Iterator[str]:
        for row in _inside(table, {"tr"}):
            if not _flag(row, "trPr", "del"):
                cells = (
                    _Text(self.styles, self.left_out).of(list(_inside(cell, {"p", "tbl"})))
                    for cell in _inside(row, {"tc"})
                )
                yield " ".join(cells)

    def _style(self, node: _Element, part: str, name: str) -> Mapping[str, bool]:
        style = node.find(f"{_W}{part}/{_W}{name}")
        return {} if style is None else self.styles.get(style.get(f"{_W}val", ""), {})

    def _shown(self, node: _Element, around: Mapping[str, bool]) -> Iterator[str]:
        for child in node:
            name = _name(child)
            if name in _GONE or name in _NO_TEXT or _is_prompt(child):
                continue
            if name == "r":
                marks = {**around, **self._style(child, "rPr", "rStyle"), **_marks(child)}
                text = "".join(self._run(child, around))
                if any(marks.values()):
                    self.left_out.append(text)
                else:
                    yield text
            elif name == "p":  # of a text box
                yield "\n" + "".join(self._shown(child, around)) + "\n"
            else:
                yield from self._shown(child, around)

    def _run(self, run: _Element, around: Mapping[str, bool]) -> Iterator[str]:
        for child in run:
            name = _name(child)
            if name == "fldChar":
                self._field(child.get(f"{_W}fldCharType", ""))
            elif any(self._fields) or name in _NO_TEXT:
                continue
            elif name == "t":
                yield child.text or ""
            elif name == "sym":
                yield _SYMBOLS.get(child.get(f"{_W}char", "").upper(), "□")
            elif name in _SIGNS:
                yield _SIGNS[name]
            else:
                yield from self._shown(child, around)

    def _field(self, kind: str) -> None:
        """Follow a field: its code is not shown, its result is."""
        if kind == "begin":
            self._fields.append(True)
        elif self._fields and kind == "separate":
            self._fields[-1] = False
        elif self._fields and kind == "end":
            self._fields.pop()


def _is_prompt(node: _Element) -> bool:
    """Whether a content control shows its prompt, and nobody has filled it in."""
    return _name(node) == "sdt" and _flag(node, "sdtPr", "showingPlcHdr")
