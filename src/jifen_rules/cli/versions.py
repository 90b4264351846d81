"""A path on the command line -> one side of a comparison: a file, or a folder of versions."""

from pathlib import Path
from typing import NoReturn

import typer

from ..core.message import N_, msg
from ..core.problem import JifenError
from ..core.unread_file import why_unread
from ..report.render.language import Language
from ..scheme.model import SchemeFile
from .inputs import load_given
from .output import fail, show


def load_side(path: Path, language: Language) -> list[SchemeFile]:
    """Load a scheme, or every dated version in a folder. An error is printed and exits with 2."""
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.glob("*.yaml") if file.name != "cases.yaml")
        if not files:
            fail(msg(N_("{folder} holds no scheme"), folder=str(path)), language)
    try:
        return [load_given(file) for file in files]
    except JifenError as error:
        in_trouble(error, language)
    except OSError as error:
        fail(why_unread(error, path), language)


def in_trouble(error: JifenError, language: Language) -> NoReturn:
    """Print the problems of a file and exit with 2."""
    show(error.problems, language, err=True)
    raise typer.Exit(2)
