"""Templates -> sentences, in English or Chinese: the only place that knows gettext.

English is the language templates are written in; `zh` comes from the catalog zh_CN.
"""

import gettext
from functools import cache
from importlib.resources import files

from . import vocabulary
from .counted import fill_english
from .message import Message, Term, Terms, Value
from .values import visible
from .vocabulary import Language, chinese

DOMAIN = "jifen_rules"
_CATALOGS = {"zh": "zh_CN"}
_TABLES = (
    vocabulary.KINDS,  # before accounts: a household is 户
    vocabulary.ACCOUNTS,
    vocabulary.WORDS,
    vocabulary.WINDOWS,
    vocabulary.LIMITS,
    vocabulary.COMBINES,
    vocabulary.COLUMNS,
    vocabulary.KEYS,
    vocabulary.STEPS,
    vocabulary.FORMULA_NAMES,
    vocabulary.YES_NO,
)


def say(value: Value, lang: Language = "en") -> str:
    """Return a message, a fixed word or a text as a sentence in English (`en`) or Chinese (`zh`).

    Every sentence of the library is a `Message` until it gets a language: those of an
    `Explanation`, of a `Statement`, of a finding of `verify_trace`. A text stays as it is.
    ValueError for another language.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, explain_entry, load_scheme, say
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    >>> say(explain_entry(scheme, result.entries[0]).sentence, "en")
    '2024-03-01 志愿服务: +5 points'
    """
    if lang not in ("en", "zh"):
        raise ValueError(f"the language is 'en' or 'zh', not {lang!r}")
    return words(value, lang)


@cache
def catalog(language: Language) -> gettext.NullTranslations:
    """Return the messages of a language; English has none of its own."""
    if language not in _CATALOGS:
        return gettext.NullTranslations()
    path = files("jifen_rules") / "locale" / _CATALOGS[language] / "LC_MESSAGES"
    with (path / f"{DOMAIN}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def words(value: Value, language: Language) -> str:
    """Write a message, a fixed word or a plain text in a language."""
    if isinstance(value, Message):
        filled = {key: words(inner, language) for key, inner in value.values.items()}
        if language == "en":
            return fill_english(value.template, filled)
        return translate(value.template, language).format_map(filled)
    if isinstance(value, Term):
        return _term(value, language)
    if isinstance(value, Terms):
        written = (chinese(word) if language == "zh" else () for word in value.words)
        return ", ".join("/".join((w, *zh[:1])) for w, zh in zip(value.words, written))
    return visible(value)


def translate(template: str, language: Language) -> str:
    """Give a template in a language; one that is not in the catalog stays English."""
    return catalog(language).gettext(template) if template else ""


def _term(term: Term, language: Language) -> str:
    word = term.word
    if language == "zh":
        if term.is_key and word in vocabulary.KEYS:
            return vocabulary.KEYS[word]
        count, _, unit = word.rpartition(" ")
        for table in _TABLES:
            if unit in table:
                return f"{count}{table[unit]}"
    return word if word in vocabulary.KEYS else word.replace("_", " ")
