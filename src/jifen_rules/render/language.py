"""Templates -> words, in English or Chinese: the only place that knows gettext.

English is the language templates are written in; `zh` comes from the catalog zh_CN.
"""

import gettext
import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from .. import vocabulary
from ..message import N_, Message, Term, Terms, Value, say
from ..problem import Fault, Problem, Quote
from ..values import visible
from ..vocabulary import Language as Language
from ..vocabulary import chinese

DOMAIN = "jifen_rules"
_CATALOGS = {"zh": "zh_CN"}
_TABLES = (
    vocabulary.ACCOUNTS,
    vocabulary.WORDS,
    vocabulary.WINDOWS,
    vocabulary.LIMITS,
    vocabulary.COMBINES,
    vocabulary.COLUMNS,
    vocabulary.KEYS,
    vocabulary.KINDS,
    vocabulary.STEPS,
    vocabulary.FORMULA_NAMES,
)


def language_of(environment: Mapping[str, str] = os.environ) -> Language:
    """The reader's language by the locale: Chinese where it begins with zh, else English."""
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


@cache
def catalog(language: Language) -> gettext.NullTranslations:
    """The messages of a language; English has none of its own."""
    if language not in _CATALOGS:
        return gettext.NullTranslations()
    path = files("jifen_rules") / "locale" / _CATALOGS[language] / "LC_MESSAGES"
    with (path / f"{DOMAIN}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def words(value: Value, language: Language) -> str:
    """Write a message, a fixed word or a plain text in a language."""
    if isinstance(value, Message):
        filled = {key: words(inner, language) for key, inner in value.values.items()}
        return translate(value.template, language).format_map(filled)
    if isinstance(value, Term):
        return _term(value.word, language)
    if isinstance(value, Terms):
        written = (chinese(word) if language == "zh" else () for word in value.words)
        return ", ".join("/".join((w, *zh[:1])) for w, zh in zip(value.words, written))
    return visible(value)


def translate(template: str, language: Language) -> str:
    """Give a template in a language; one that is not in the catalog stays English."""
    return catalog(language).gettext(template) if template else ""


def problem_words(problem: Problem, language: Language) -> tuple[str, str]:
    """The sentence of a problem, and the one thing to do."""
    fault, values = problem.fault, problem.values
    message, remedy = Message(fault.message, values), Message(fault.help, values)
    return words(message, language), words(remedy, language)


def quote_words(quote: Quote, language: Language) -> str:
    """A quoted sentence after its source; the sentence itself is never translated."""
    point = say(N_(", point {point}"), point=quote.point) if quote.point else ""
    said = say(
        N_("{source}, part {part}{point}: “{text}”"),
        source=say(quote.source),
        part=quote.part,
        point=point,
        text=quote.text,
    )
    return words(said, language)


def fault_words(fault: Fault, language: Language) -> tuple[str, str]:
    """The sentence and the remedy of a kind of problem, an ellipsis for each value."""
    templates = [translate(text, language) for text in (fault.message, fault.help)]
    message, remedy = (text.format_map(_Ellipses()) for text in templates)
    return message, remedy


class _Ellipses(dict[str, str]):
    """Has an ellipsis under every name."""

    def __missing__(self, name: str) -> str:
        return "…"


def _term(word: str, language: Language) -> str:
    if language == "zh":
        count, _, unit = word.rpartition(" ")
        for table in _TABLES:
            if unit in table:
                return f"{count}{table[unit]}"
    return word if word in vocabulary.KEYS else word.replace("_", " ")
