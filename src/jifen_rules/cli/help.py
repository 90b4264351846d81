"""Help and usage errors in the reader's language.

Typer's own texts are English and change with its versions, so they are not used.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from textwrap import TextWrapper
from typing import Any, Final

import typer

from ..core.message import N_, Message, did_you_mean, msg
from ..report.render.language import Language, translate, words
from .commands import COMMANDS, About

_WIDE: Final = "[\u2e80-\u9fff\uff00-\uff60\u2014-\u2026]"
_OPENING, _CLOSING = "[（“《\\[]\0?", "[，。；：、！？”）》\\]]\0?"
_CHUNK: Final = re.compile(
    rf"(\s+|(?:{_OPENING})*(?:{_WIDE}\0|[^\s\0\u2e80-\u9fff\uff00-\uff60]+?(?=\s|{_WIDE}|$))(?:{_CLOSING})*)"
)
"""Spaces, a Chinese character, or a word, with the punctuation that stays beside it."""
_OWN: Final = {
    "--help": N_("Show this help and exit."),
    "--install-completion": N_("Install completion of commands and options in this shell."),
    "--show-completion": N_("Print the completion script of this shell."),
}
"""Help for the options that Typer adds."""


def render_help(path: str, about: About | str, params: Sequence[Any], language: Language) -> str:
    """Return the help of a command, or of the group where `about` is its sentence.

    Lines fit the terminal, where a Chinese character takes two columns.
    """
    group = isinstance(about, str)
    parts = [render_usage(path, params, language, group=group)]
    for text in (about,) if isinstance(about, str) else (about.summary, *about.more):
        parts.append("\n".join(_wrap(translate(text, language), "  ", "  ")))
    if not isinstance(about, str):
        example = words(msg(N_("Example: {command}"), command=about.example), language)
        parts.append(f"  {example}")
    arguments = [_row(p, language) for p in params if p.param_type_name == "argument"]
    options = [_row(p, language) for p in params if p.param_type_name == "option"]
    parts += _section(N_("Arguments"), arguments, language)
    parts += _section(N_("Options"), options, language)
    if group:
        rows = [(name, translate(one.summary, language)) for name, one in COMMANDS.items()]
        parts += _section(N_("Commands"), rows, language)
    return "\n\n".join(parts)


def render_usage(path: str, params: Sequence[Any], language: Language, *, group: bool) -> str:
    """Return the line of usage: the command, its options, its arguments in their order."""
    pieces = [translate(N_("[OPTIONS]"), language)]
    pieces += [_argument(p, language) for p in params if p.param_type_name == "argument"]
    if group:
        pieces.append(translate(N_("COMMAND …"), language))
    usage = msg(N_("Usage: {command}"), command=" ".join([path, *pieces]))
    return words(usage, language)


def _argument(param: Any, language: Language) -> str:
    """Return an argument in the line of usage, in brackets if it is optional."""
    name = _metavar(param, language) + ("…" if param.nargs == -1 else "")
    return name if param.required else f"[{name}]"


# --- what is wrong with a call --------------------------------------------------------------------


def usage_message(error: Any, given: Sequence[str], language: Language) -> Message:
    """Return what is wrong with a call, from Typer's exception."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    param = error.param if isinstance(error, typer.BadParameter) else None
    params = error.ctx.command.get_params(error.ctx) if error.ctx else []
    if "MissingParameter" in kinds and param is not None:
        if param.param_type_name == "option":
            return msg(N_("{option} is missing"), option=param.opts[0])
        needed = [_argument(p, language) for p in params if p.param_type_name == "argument"]
        text = N_("arguments are missing; the command takes {arguments}")
        return msg(text, arguments=" ".join(needed))
    if "NoSuchOption" in kinds:
        known = [name for p in params for name in p.opts]
        return msg(
            N_("there is no option {option}; {hint}"),
            option=error.option_name,
            hint=did_you_mean(error.option_name, known, msg(N_("--help lists the options"))),
        )
    if "BadOptionUsage" in kinds:
        if error.option_name in given:
            return msg(N_("{option} needs a value after it"), option=error.option_name)
        return msg(N_("{option} takes no value"), option=error.option_name)
    if "BadParameter" in kinds and param is not None:
        text = N_("{option} takes {expected}, not '{value}'")
        value = next(_values(param, given), "")
        expected = _metavar(param, language)
        return msg(text, option=param.opts[0], expected=expected, value=value)
    return msg("{detail}", detail=error.format_message())


def unknown_command(name: str) -> Message:
    """Return that there is no such subcommand, with the nearest one."""
    hint = did_you_mean(name, COMMANDS, msg(N_("jifen --help lists the commands")))
    return msg(N_("there is no command '{name}'; {hint}"), name=name, hint=hint)


def _values(param: Any, given: Sequence[str]) -> Iterator[str]:
    """Return the values that the arguments give an option."""
    for index, argument in enumerate(given):
        name, joined, value = argument.partition("=")
        if name in param.opts:
            yield value if joined else next(iter(given[index + 1 : index + 2]), "")


# --- rows of options ------------------------------------------------------------------------------


def _row(param: Any, language: Language) -> tuple[str, str]:
    """Return an option with its metavar, and its sentence with the default."""
    if param.param_type_name == "argument":
        return _metavar(param, language), _sentence(param, language)
    names = ", ".join(sorted((*param.opts, *param.secondary_opts), key=len))
    taken = "" if param.is_flag else f" {_metavar(param, language)}"
    return names.rstrip() + taken.rstrip(), _sentence(param, language)


def _metavar(param: Any, language: Language) -> str:
    return translate(str(param.metavar or ""), language)


def _sentence(param: Any, language: Language) -> str:
    known = next((_OWN[name] for name in param.opts if name in _OWN), param.help or "")
    parts = [translate(known, language)]
    if param.required:
        parts.append(translate(N_("[required]"), language))
    elif default := _default(param, language):
        parts.append(words(msg(N_("[default: {value}]"), value=default), language))
    return " ".join(parts)


def _default(param: Any, language: Language) -> str:
    """Return the default as it would be written.

    Empty for flags and for empty defaults.
    """
    if isinstance(param.show_default, str):
        return translate(param.show_default, language)
    default = param.default
    if default is None or default is False or default in ("", [], ()) or callable(default):
        return ""
    return str(default.value if isinstance(default, Enum) else default)


# --- layout ---------------------------------------------------------------------------------------


def _section(title: str, rows: Sequence[tuple[str, str]], language: Language) -> list[str]:
    """Return a title and its rows in two columns; the second is wrapped under itself."""
    if not rows:
        return []
    left = min(max(_columns(name) for name, _ in rows), 26)
    lines = [words(msg(N_("{title}:"), title=msg(title)), language)]
    for name, text in rows:
        pad, start = " " * (left - _columns(name)), " " * (left + 4)
        if _columns(name) > left:
            lines.append(f"  {name}")
            lines += _wrap(text, start, start)
        else:
            lines += _wrap(text, f"  {name}{pad}  ", start)
    return ["\n".join(lines)]


def _wrap(text: str, first: str, later: str) -> Iterable[str]:
    """Wrap to the terminal; a mark after each wide character counts as its second column."""
    wrapper = TextWrapper(
        width=min(max(shutil.get_terminal_size().columns, 60), 100),
        initial_indent=_marked(first),
        subsequent_indent=later,
        break_on_hyphens=False,
        break_long_words=False,
    )
    wrapper.wordsep_simple_re = _CHUNK
    return [line.replace("\0", "") for line in wrapper.wrap(_marked(text))] or [first.rstrip()]


def _marked(text: str) -> str:
    return re.sub(_WIDE, lambda found: found[0] + "\0", text)


def _columns(text: str) -> int:
    return len(_marked(text))
