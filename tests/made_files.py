"""Excel and Word files as the tests make them.

Excel files are written by openpyxl and changed where openpyxl has no word for something. Word
files are made from the XML that Word writes.
"""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape

import docx
import openpyxl
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

SheetChange: TypeAlias = Callable[[Workbook, Worksheet], object]
"""What a test does to a sheet before its file is saved."""
SHEET = "xl/worksheets/sheet1.xml"


def book(
    path: Path, *rows: Sequence[object], change: SheetChange | None = None, name: str = "台账"
) -> Path:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = name
    for row in rows:
        sheet.append([*row])
    if change is not None:
        change(made, sheet)
    made.save(path)
    return path


def formatted(address: str, code: str) -> SheetChange:
    def change(_: Workbook, sheet: Worksheet) -> None:
        sheet[address].number_format = code

    return change


def changed(path: Path, part: str, old: str, new: str) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def run(text: str, props: str = "") -> str:
    marks = f"<w:rPr>{props}</w:rPr>" if props else ""
    return f'<w:r>{marks}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def cell(inside: str, props: str = "") -> str:
    body = inside if inside.endswith("</w:p>") else f"<w:p>{inside}</w:p>"
    return f"<w:tc><w:tcPr>{props}</w:tcPr>{body}</w:tc>"


def row(*cells: str, props: str = "") -> str:
    return f"<w:tr><w:trPr>{props}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    grid = "".join("<w:gridCol/>" for _ in range(4))
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def control(inside: str) -> str:
    return f"<w:sdt><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def word(folder: Path, body: str, name: str = "t.docx") -> Path:
    """A Word file with this body, its other parts as python-docx makes them."""
    empty, path = folder / "empty.docx", folder / name
    docx.Document().save(str(empty))
    with zipfile.ZipFile(empty) as source, zipfile.ZipFile(path, "w") as target:
        for part in source.namelist():
            data = source.read(part)
            if part == "word/document.xml":
                data = f"<w:document {W}><w:body>{body}<w:sectPr/></w:body></w:document>".encode()
            target.writestr(part, data)
    return path
