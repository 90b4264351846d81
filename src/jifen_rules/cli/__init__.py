"""The command: one module for each subcommand, read only when that one is asked for.

A module here takes arguments, calls the library, prints and ends; it decides nothing.
Exit codes: 0 clean, 1 problems, 2 usage.
"""

import ast
from importlib import import_module
from importlib.resources import files
from typing import Any, Final

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

COMMANDS: Final = (
    "check",
    "score",
    "explain",
    "verify",
    "test",
    "fmt",
    "schema",
    "new",
    "import",
    "export",
)
"""The subcommands in the order of `--help`; each is the function of its own module."""


class _Listed(TyperCommand):
    """A subcommand that has not been read: its name, and the first line of its help."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first line of the function's docstring, taken from the text of its module."""
        text = (files(__name__) / f"{_module(self.name)}.py").read_text("utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and node.name == _module(self.name):
                return (ast.get_docstring(node) or "").partition("\n")[0]
        return ""


class _Group(TyperGroup):
    """Knows the names of all subcommands, and reads the one that is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": {name: _Listed(name) for name in COMMANDS}})

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the subcommand of the arguments, with its options."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and _read(command.name), rest


def _module(name: str | None) -> str:
    """The module of a subcommand: its name, with a mark where that is a word of Python."""
    return f"{name}_" if name == "import" else str(name)


def _read(name: str | None) -> Any:
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    module = import_module(f"{__name__}.{_module(name)}")
    alone.command(name)(getattr(module, _module(name)))
    return typer.main.get_command(alone)


app = typer.Typer(cls=_Group, add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Rules for village points (积分制): check a scheme, work out scores, explain them."""


def main() -> None:
    """Run the command."""
    app()
