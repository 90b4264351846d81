"""`jifen export`: write a scheme as the table to be posted."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from ..core.message import N_, msg
from ..core.problem import JifenError
from ..core.unread_file import why_unread
from ..report.render.language import Language
from ..report.render.to_posting import posting_csv, posting_docx, posting_markdown, posting_xlsx
from ..tables import Posting, post_scheme
from .deliver import ForceOpt, OutputOpt, deliver, refuse_existing
from .inputs import load_given
from .options import LangOpt, SchemeArg, one_of
from .output import choose_language, fail, stop
from .writing import check_outputs


class TableFormat(StrEnum):
    """How a table is written."""

    MD = "md"
    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"


_WRITERS: Final[Mapping[TableFormat, Callable[[Posting, Language], str | bytes]]] = {
    TableFormat.MD: posting_markdown,
    TableFormat.CSV: posting_csv,
    TableFormat.XLSX: posting_xlsx,
    TableFormat.DOCX: posting_docx,
}
_EXTRAS = {"openpyxl": ("Excel", "excel"), "docx": ("Word", "word")}


def export(
    scheme: SchemeArg,
    output: OutputOpt = Path("-"),
    form: Annotated[
        TableFormat | None,
        typer.Option(
            "--format",
            metavar=one_of(TableFormat),
            help=N_("Kind of file to write."),
            show_default=N_("by the ending of the file, else md"),
        ),
    ] = None,
    force: ForceOpt = False,
    lang: LangOpt = None,
) -> None:
    """Write a scheme as the table to be posted."""
    language = choose_language(lang)
    ending = output.suffix.lower().removeprefix(".") if str(output) != "-" else "md"
    if form is None and ending not in list(TableFormat):
        text = N_("'{ending}' is no kind of table: end the name in .xlsx, .docx, .csv or .md")
        fail(msg(text, ending=output.suffix), language)
    check_outputs((output,), (scheme,), language)
    refuse_existing(output, language, force=force)
    try:
        posting = post_scheme(load_given(scheme))
        product = _WRITERS[form or TableFormat(ending)](posting, language)
    except JifenError as error:
        stop(error.problems, language)
    except OSError as error:
        if error.filename is None:  # of a temporary file
            raise
        fail(why_unread(error), language)
    except ImportError as error:
        kind, extra = _EXTRAS[str(error.name)]
        text = N_("writing {kind} needs more: python -m pip install 'jifen-rules[{extra}]'")
        fail(msg(text, kind=kind, extra=extra), language)
    deliver(product, output, language, force=force)
