"""Pages of a report -> the bytes of a file, by the ending of its name."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from ..core.message import N_, Value, msg
from ..report.pages import Page, Paper
from ..report.pages.to_docx import docx_report
from ..report.pages.to_html import html_blocks
from ..report.pages.to_text_files import csv_blocks, markdown_blocks
from ..report.pages.to_xlsx import xlsx_report
from ..report.render.language import Language
from .options import one_of
from .output import fail

ENDINGS: Final = (".html", ".xlsx", ".docx", ".md", ".csv")
PaperOpt = Annotated[Paper, typer.Option(metavar=one_of(Paper), help=N_("The paper to print on."))]
_EXTRAS: Final = {"openpyxl": ("Excel", "excel"), "docx": ("Word", "word")}


def page_blocks(
    title: Value,
    wall: Sequence[Page],
    statements: Iterator[Page],
    output: Path,
    language: Language,
    paper: Paper,
) -> Iterator[bytes]:
    """Return the pages in the format that the ending of a name asks for.

    Exit with 2 if that format needs an extra that is not installed.
    """
    pages = chain(wall, statements)
    try:
        match output.suffix.lower():
            case ".html":
                return html_blocks(title, pages, language, paper)
            case ".md":
                return markdown_blocks(pages, language)
            case ".csv":
                return csv_blocks(pages, language)
            case ".xlsx":
                return iter([xlsx_report(title, wall, statements, language, paper)])
        return iter([docx_report(title, pages, language, paper)])
    except ImportError as error:
        fail_without_extra(error, language)


def fail_without_extra(error: ImportError, language: Language) -> NoReturn:
    """Exit with 2, and print which extra writes the format."""
    kind, extra = _EXTRAS[str(error.name)]
    text = N_("writing {kind} needs more: python -m pip install 'jifen-rules[{extra}]'")
    fail(msg(text, kind=kind, extra=extra), language)
