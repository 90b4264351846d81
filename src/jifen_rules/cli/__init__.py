"""The command: one module for each subcommand, imported only when that one is called.

A module here parses arguments, calls the library, prints the result and exits; it decides nothing.
Exit codes: 0 clean, 1 problems, 2 usage, 130 after Ctrl-C.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, Final, NoReturn, cast

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from .. import __version__
from ..core.message import N_, Message, msg
from ..report.render.language import asked_language, translate, words
from .commands import COMMANDS, GROUP, INTERRUPTED
from .help import render_help, render_usage, unknown_command, usage_message
from .language import in_language, reader_language
from .options import LangOpt

_USAGE_ERROR: Final = cast("type[Exception]", typer.BadParameter.__base__)
"""The class of Typer's usage errors, which Typer does not export."""
_HELP: Final = {"help_option_names": ["--help", "-h"]}


class Misuse(typer.BadParameter):
    """A wrong call, with its own sentence."""

    def __init__(self, said: Message, ctx: Any) -> None:
        super().__init__(str(said), ctx)
        self.said = said


class _Command(TyperCommand):
    """A subcommand whose help and usage follow the reader's language."""

    def get_help(self, ctx: Any) -> str:
        """Return the help."""
        about = COMMANDS[str(self.name)]
        return render_help(ctx.command_path, about, self.get_params(ctx), reader_language())

    def get_usage(self, ctx: Any) -> str:
        """Return the line of usage."""
        params = self.get_params(ctx)
        return render_usage(ctx.command_path, params, reader_language(), group=False)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the sentence for lists of commands, as completion shows them."""
        return translate(COMMANDS[str(self.name)].summary, reader_language())

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; one too many is a wrong call."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise Misuse(msg(N_("'{text}' is one argument too many"), text=rest[0]), ctx)
        return rest


class _Group(TyperGroup):
    """Knows the names of all subcommands, and imports the one that is called."""

    def __init__(self, **settings: Any) -> None:
        commands = {name: _Command(name) for name in COMMANDS}
        super().__init__(**{**settings, "commands": commands})

    def main(self, args: Sequence[str] | None = None, *_rest: Any, **extra: Any) -> Any:
        """Run the command; a wrong call is explained in the reader's language and exits with 2."""
        given = sys.argv[1:] if args is None else list(args)
        extra |= {"prog_name": "jifen", "standalone_mode": False}
        with in_language(asked_language(given)):
            try:
                ended = super().main(given, **extra)
            except _USAGE_ERROR as error:
                _explain(error, given)
            except typer.Abort:
                typer.echo(translate(N_("stopped"), reader_language()), err=True)
                sys.exit(1)
            except OSError as error:  # an error of the system that no command handles
                text = N_("the computer refuses: {reason}")
                said = msg(text, reason=error.strerror or str(error))
                typer.echo(words(said, reader_language()), err=True)
                sys.exit(2)
            except (KeyboardInterrupt, RuntimeError) as error:
                if not _is_interrupt(error):
                    raise
                sys.exit(INTERRUPTED)
        sys.exit(ended if isinstance(ended, int) else 0)

    def get_help(self, ctx: Any) -> str:
        """Return the help."""
        return render_help(ctx.command_path, GROUP, self.get_params(ctx), reader_language())

    def get_usage(self, ctx: Any) -> str:
        """Return the line of usage."""
        return render_usage(ctx.command_path, self.get_params(ctx), reader_language(), group=True)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; without any, print the help and exit with 2."""
        if not args and not ctx.resilient_parsing:
            typer.echo(self.get_help(ctx), err=True)
            raise typer.Exit(2)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the subcommand of the arguments, with its options."""
        name = args[0]
        if name in COMMANDS:
            return name, _read(name), args[1:]
        if ctx.resilient_parsing or name.startswith("-"):
            return super().resolve_command(ctx, args)
        raise Misuse(unknown_command(name), ctx)


def _is_interrupt(error: BaseException) -> bool:
    """Tell whether it comes of Ctrl-C.

    While a class is made, Python 3.11 wraps whatever `__set_name__` raises in a RuntimeError.
    """
    return isinstance(error, KeyboardInterrupt) or isinstance(error.__cause__, KeyboardInterrupt)


def _explain(error: Any, given: Sequence[str]) -> NoReturn:
    """Print the usage and what is wrong, and exit with 2."""
    language = reader_language()
    said = error.said if isinstance(error, Misuse) else usage_message(error, given, language)
    if error.ctx is not None:
        typer.echo(error.ctx.get_usage(), err=True)
    typer.echo(words(msg(N_("Error: {message}"), message=said), language), err=True)
    sys.exit(2)


def _read(name: str) -> Any:
    """Import a subcommand: the function of its own module."""
    module = f"{name}_" if name == "import" else name.replace("-", "_")
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    function = getattr(import_module(f"{__name__}.{module}"), module)  # only the one that is called
    alone.command(name, cls=_Command, context_settings=_HELP)(function)
    return typer.main.get_command(alone)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"jifen {__version__}")
        raise typer.Exit


app = typer.Typer(cls=_Group, rich_markup_mode=None, context_settings=_HELP)

VersionOpt = Annotated[
    bool,
    typer.Option(
        "--version", callback=_show_version, is_eager=True, help=N_("Show the version and exit.")
    ),
]


@app.callback()
def _group(lang: LangOpt = None, version: VersionOpt = False) -> None:
    """Accept the options before a subcommand; `main` has already read the language."""
