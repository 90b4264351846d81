"""The reader's language, and words that only pages and screens use."""

import os
from collections.abc import Mapping, Sequence

from ...core.problem import Fault, Problem, Quote
from ...core.sentences import translate as translate, words as words
from ...core.vocabulary import Language as Language


def language_of(environment: Mapping[str, str] = os.environ) -> Language:
    """Return the reader's language by the locale: Chinese where it begins with zh, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        if environment.get(name):
            return "zh" if environment[name].lower().startswith("zh") else "en"
    return "en"


def asked_language(arguments: Sequence[str]) -> Language:
    """Return the language that `--lang` asks for among a command's arguments, else the locale's.

    Help and usage errors need it before the arguments are parsed.
    """
    for index, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or next(iter(arguments[index + 1 : index + 2]), "")
            if value in ("en", "zh"):
                return "zh" if value == "zh" else "en"
    return language_of()


def problem_words(problem: Problem, language: Language) -> tuple[str, str]:
    """Return the message of a problem, and its help."""
    return problem.message(language), problem.help(language)


def markdown_cell(text: str) -> str:
    """Write a text as one cell of a Markdown table that holds no tag of the page."""
    text = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(text.split())


def quote_words(quote: Quote, language: Language) -> str:
    """Return a quoted sentence after its source; the sentence itself is never translated."""
    return quote.message(language)


def fault_words(fault: Fault, language: Language) -> tuple[str, str]:
    """Return the sentence and the remedy of a kind of problem, an ellipsis for each value."""
    templates = [translate(text, language) for text in (fault.message, fault.help)]
    message, remedy = (text.format_map(_Ellipses()) for text in templates)
    return message, remedy


class _Ellipses(dict[str, str]):
    """Has an ellipsis under every name."""

    def __missing__(self, name: str) -> str:
        return "…"
