"""The destination of a command's product: a new file, or the output."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..core.message import N_, msg
from ..report.render.language import Language
from .options import FILE
from .output import fail
from .writing import write_file

OutputOpt = Annotated[
    Path,
    typer.Option(
        "--output", "-o", metavar=FILE, help=N_("The file to write; - writes to the output.")
    ),
]
ForceOpt = Annotated[bool, typer.Option("--force", help=N_("Overwrite an existing file."))]


def deliver(product: str | bytes, output: Path, language: Language, *, force: bool) -> None:
    """Write the product; if the file exists already, the command exits with 2."""
    if str(output) == "-":
        data = product if isinstance(product, bytes) else product.encode("utf-8")
        if sys.stdout is not None:  # else it was closed before the start
            typer.get_binary_stream("stdout").write(data)
        return
    refuse_existing(output, language, force=force)
    data = product if isinstance(product, bytes) else product.encode("utf-8")
    write_file(output, [data], language)


def refuse_existing(output: Path, language: Language, *, force: bool) -> None:
    """Exit with 2 if a file would be overwritten without `--force`."""
    if str(output) != "-" and output.exists() and not force:
        fail(msg(N_("{file} is there already; --force writes over it"), file=str(output)), language)
