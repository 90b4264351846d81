"""`jifen fmt`: format schemes in one order and layout, in either language; comments stay."""

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Annotated

import typer

from ..analysis.rewrite import format_scheme
from ..core.message import N_, msg
from ..core.problem import SchemeError
from ..core.unread_file import why_unread
from ..report.render.language import Language
from .inputs import given_text, refuse_twice
from .options import Keys, LangOpt, one_of
from .output import EMPTY, choose_language, fail, show, tell
from .writing import like_before, write_file


def fmt(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar=N_("SCHEME"),
            help=N_("Scheme files; - reads one from the input and writes it to the output."),
        ),
    ],
    keys: Annotated[
        Keys | None,
        typer.Option(
            "--keys",
            metavar=one_of(Keys),
            help=N_("Write keys and fixed words in English or Chinese."),
            show_default=N_("as they are"),
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help=N_("Write nothing; exit with 1 if a file would change."))
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help=N_("Write nothing; show what would change."))
    ] = False,
    lang: LangOpt = None,
) -> None:
    """Format schemes in place, or from the input to the output."""
    language = choose_language(lang)
    refuse_twice(files, language)
    ended = 0
    for path in files:
        written = _formatted(path, keys, language)
        if written is None:
            ended = 1
            continue
        before, after = written
        if diff:
            typer.echo("".join(_difference(str(path), before, after)), nl=False)
        if str(path) == "-" and not check and not diff:
            typer.echo(after, nl=False)
        elif before != after:
            ended = max(ended, int(check))
            _keep(path, after, language, write=not check and not diff, told=check and not diff)
    raise typer.Exit(ended)


def _formatted(path: Path, keys: Keys | None, language: Language) -> tuple[str, str] | None:
    """Return the text before and after formatting.

    None if it cannot be read; the reason is printed.
    """
    text = given_text(path)
    try:
        before = path.read_bytes().decode("utf-8-sig", "replace") if text is None else text
        return before, format_scheme(path, text=text, lang=keys.value if keys else None)
    except SchemeError as error:
        show(error.problems, language, err=True, given=EMPTY if text is None else {"-": text})
    except ValueError:
        text = N_("{file} was left as it is: it would not mean the same; please report this")
        tell(msg(text, file=str(path)), language, err=True)
    except OSError as error:
        fail(why_unread(error, path), language)
    return None


def _difference(file: str, before: str, after: str) -> Iterator[str]:
    rows = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return unified_diff(*rows, file, file)


def _keep(path: Path, text: str, language: Language, *, write: bool, told: bool) -> None:
    """Write the file, and print that it changed, or would change."""
    if write:
        write_file(path, [like_before(path, text)], language)
        tell(msg(N_("{file}: written anew"), file=str(path)), language, err=True)
    elif told:
        tell(msg(N_("{file}: would be written anew"), file=str(path)), language, err=True)
