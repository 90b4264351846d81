"""How each kind of scalar is written, in either language: what is its own, and what the village's.

One piece: the kinds are one table, and a formula is spelled by the same words.

Takes the text of one scalar and what kind it is (a window, a share, a formula …); gives the other
spelling, or the pattern of all its spellings. Knows neither where a scalar stands nor what it does.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final, Literal, TypeAlias

from ..core import vocabulary as words
from ..core.vocabulary import Language, english, is_unknown

NUMBER: Final = (
    r"[-+－＋]?(?:[0-9０-９]+(?:[.．][0-9０-９]*)?|[.．][0-9０-９]+)(?:[eE][-+]?[0-9]{1,3})?"
)
_PLAIN: Final = r"[-+]?[0-9０-９]*[.]?[0-9０-９]+[.]?"
_COUNT: Final = r"[0-9]{1,4}"
_DAY: Final = r"(?:0?[1-9]|1[0-9]|2[0-8])"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a table, or of some of its entries.

    `own`: any other word may stand there too, and where the scheme gives such a name to something
    of its own, the word is the village's. `also`: spellings that are read and never written.
    """

    table: Mapping[str, str]
    own: bool = False
    also: Mapping[str, str] = field(default_factory=dict)

    def spell(self, text: str, language: Language, own: frozenset[str]) -> str:
        """Return the word in a language; one that is the village's own comes back as it is."""
        word = self.also.get(text, _to_english(self.table, text))
        if word not in self.table:
            return text
        written = word if language == "en" else self.table[word]
        return text if self.own and {text, word, self.table[word]} & own else written

    def pattern(self, languages: tuple[Language, ...]) -> str:
        """Every spelling, or any word at all."""
        if self.own:
            return r"\S+"
        written: list[str] = []
        if "en" in languages:
            written += [*self.table, *(w for w in self.also if w.isascii())]
        if "zh" in languages:
            written += [*self.table.values(), *(w for w in self.also if not w.isascii())]
        return _any_of(dict.fromkeys(written))


@dataclass(frozen=True, slots=True)
class _Kind:
    """A piece that is a scalar of another kind: `整改后{window}`."""

    name: str


_Piece: TypeAlias = str | _Word | _Kind


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a scalar: a template for each language, and what its pieces are.

    In a template a space must stand, `~` is a space that may be left out, `^` one that is.
    `also` are templates that are read and never written; `counted` words follow their number.
    """

    en: str
    zh: str
    pieces: Mapping[str, _Piece]
    also: tuple[str, ...] = ()
    counted: bool = False

    def respell(self, text: str, language: Language, own: frozenset[str]) -> str | None:
        """Return the text in a language; None if it is not of this form."""
        for template in (self.en, self.zh, *self.also):
            found = re.fullmatch(self._regex(template, ("en", "zh"), True), text)
            if found is not None:
                said = {
                    name: _spell_piece(self.pieces[name], part, language, own)
                    for name, part in found.groupdict().items()
                }
                written = self.en if language == "en" else self.zh
                filled = written.replace("~", " ").replace("^", "").format_map(said)
                return _plural(filled) if self.counted and language == "en" else filled
        return None

    def patterns(self, languages: tuple[Language, ...]) -> Iterator[str]:
        """Return a pattern for each template of the languages."""
        templates = [self.en] if "en" in languages else []
        templates += [self.zh, *self.also] if "zh" in languages else []
        for template in dict.fromkeys(templates):
            yield self._regex(template, languages, False)

    def _regex(self, template: str, languages: tuple[Language, ...], named: bool) -> str:
        parts = []
        for literal, name in re.findall(r"([^{]*)(?:\{(\w+)\})?", template):
            text = re.escape(literal).replace(r"\ ", r"\s+")
            parts.append(re.sub(r"\\?[~^]", r"\\s*", text))
            if name:
                inner = _piece_pattern(self.pieces[name], languages)
                parts.append(f"(?P<{name}>{inner})" if named else f"(?:{inner})")
        return "".join(parts)


@lru_cache(maxsize=4096)
def respell(kind: str, text: str, language: Language, own: frozenset[str] = frozenset()) -> str:
    """Write a scalar of a kind in a language; `own` are the names the scheme gives its things.

    What is not of the kind comes back as it is, and so does all that is not the language's.
    """
    stripped = text.strip()
    if kind == "formula":
        return _respell_formula(text, language, own)
    if kind == "account":
        account = KINDS["account"][0].pieces["w"]
        assert isinstance(account, _Word)
        return ".".join(account.spell(part, language, own) for part in stripped.split("."))
    for form in KINDS.get(kind, ()):
        written = form.respell(stripped, language, own)
        if written is not None:
            return written
    return text


def respell_unknown(text: str, language: Language) -> str | None:
    """`unknown` in a language; None if that is not what stands there."""
    return ("unknown" if language == "en" else words.WORDS["unknown"]) if is_unknown(text) else None


@cache
def pattern(kind: str, languages: tuple[Language, ...]) -> str:
    """Return the regular expression of every spelling of a kind in the languages.

    `.*` where it is free.
    """
    if kind not in KINDS:
        return r"[\s\S]*"
    return "|".join(text for form in KINDS[kind] for text in form.patterns(languages))


def is_free(kind: str) -> bool:
    """Whether any text may stand for a scalar of the kind."""
    return pattern(kind, ("en", "zh")) in (r"[\s\S]*", r"(?:\S+)")


def choices(kind: str, language: Language) -> tuple[str, ...]:
    """Return the fixed words that may stand for a kind on their own, for completion."""
    found: list[str] = []
    for form in KINDS.get(kind, ()):
        piece = form.pieces.get(form.en[1:-1])
        if isinstance(piece, _Word):
            found += piece.table if language == "en" else piece.table.values()
    return tuple(dict.fromkeys(found))


# --- the kinds -------------------------------------------------------------------------------


def _some(table: Mapping[str, str], *names: str) -> Mapping[str, str]:
    return {name: table[name] for name in names}


def _but(table: Mapping[str, str], *names: str) -> Mapping[str, str]:
    return {name: written for name, written in table.items() if name not in names}


def _alone(piece: _Piece) -> _Form:
    return _Form("{w}", "{w}", {"w": piece})


_UNKNOWN = _some(words.WORDS, "unknown")
_UNITS = {
    **{unit: unit for unit in words.LENGTHS},
    **{written: unit for written, unit in words.UNITS.items() if written not in words.LENGTHS},
}
_LENGTH = _Form(
    "{n}~{unit}",
    "{n}^{unit}",
    {"n": _COUNT, "unit": _Word(words.LENGTHS, also=_UNITS)},
    counted=True,
)
_LIMIT = f"{_PLAIN}|{'|'.join((*_UNKNOWN, *_UNKNOWN.values()))}"
_LIMIT_WORDS = (*words.LIMITS, *words.LIMITS.values(), "time")
_NOT_A_LIMIT = rf"(?!(?:{'|'.join(_LIMIT_WORDS)})(?:\s|$))(?![0-9.])\S[\s\S]*"
_TIMES = _Word(_some(words.LIMITS, "times"), also={"time": "times"})
_SIDE = _Word(_some(words.LIMITS, "added", "deducted"))
_FIGURE = _Word(_some(words.ACCOUNTS, "total"), own=True)
_RELATION = _Word(
    {**words.KINDS, **words.ACCOUNTS}, own=True, also={words.KINDS["household"]: "household"}
)
_FIELDS = _some(words.COLUMNS, "level", "place", "role", "rating", "class")
_STRETCHES = _some(words.WINDOWS, "year", "half_year", "quarter")


class _Amount(_Word):
    """A number, or `unknown`."""

    __slots__ = ()

    def pattern(self, languages: tuple[Language, ...]) -> str:
        return f"{_PLAIN}|{_Word.pattern(self, languages)}"


_AMOUNT = _Amount(_UNKNOWN)


def _limit(word: _Word, rest: Mapping[str, str] | None = None) -> tuple[_Form, ...]:
    alone = _Form("{n}~{w}", "{n}~{w}", {"n": _AMOUNT, "w": word}, counted=True)
    if rest is None:
        return (alone,)
    pieces = {**alone.pieces, "rest": _Word({**rest, **_UNKNOWN})}
    return (alone, _Form("{n}~{w} {rest}", "{n}~{w} {rest}", pieces, counted=True))


def _shares(head: str, zh: str, piece: _Piece, name: str) -> tuple[_Form, ...]:
    return (
        _Form(head, zh, {name: piece}),
        _Form(f"{head} {{side}}", f"{zh} {{side}}", {name: piece, "side": _SIDE}),
    )


KINDS: Final[Mapping[str, tuple[_Form, ...]]] = {
    "number": (_alone(NUMBER),),
    "day": (
        _alone(
            r"[0-9]{4}-?(?:(?:0[13578]|1[02])-?(?:0[1-9]|[12][0-9]|3[01])"
            r"|(?:0[469]|11)-?(?:0[1-9]|[12][0-9]|30)|02-?(?:0[1-9]|[12][0-9]))"
        ),
    ),
    "id": (_alone(r"[A-Za-z_\u0080-\uffff][0-9A-Za-z_\u0080-\uffff]{0,79}"),),
    "slug": (_alone(r"[A-Za-z_\u0080-\uffff][-0-9A-Za-z_\u0080-\uffff]{0,79}"),),
    "steps": (_alone(r"0*(?:[1-9][0-9]?|100)"),),
    "yes_no": (
        _alone(
            _Word(
                {"true": "是", "false": "否"},
                also={
                    "yes": "true",
                    "no": "false",
                    "Yes": "true",
                    "No": "false",
                    "True": "true",
                    "False": "false",
                },
            )
        ),
    ),
    "window": (_alone(_Word(words.WINDOWS)), _LENGTH),
    "period": (
        _alone(_Word(_but(words.WINDOWS, "event", "period", "ever"))),
        _LENGTH,
        _Form(
            "{w} from {day}",
            "{w}自{day}起",
            {"w": _Word(_some(words.WINDOWS, "month")), "day": _DAY},
        ),
        _Form(
            "{w} from {day}", "{w}自{day}起", {"w": _Word(_STRETCHES), "day": f"{_MONTH}-{_DAY}"}
        ),
    ),
    "lasting": (
        _alone(_Word(_but(words.WINDOWS, "event"))),
        _LENGTH,
        _alone(
            _Word(
                _some(
                    words.WORDS,
                    "until repaired",
                    "next month",
                    "next quarter",
                    "next year",
                    "next period",
                )
            )
        ),
        _Form("{window} after repair", "整改后{window}", {"window": _Kind("window")}),
    ),
    "deadline": (
        _Form("{n}~working_days", "{n}^个工作日", {"n": r"[0-9]{1,3}"}, ("{n}^工作日",)),
        _Form("day {n}", "每月{n}日", {"n": _DAY}, ("每月{n}",)),
        _alone(r"[0-9]{1,2}-[0-9]{1,2}"),
        _alone(_Word(words.WINDOWS)),
        _LENGTH,
    ),
    "rank": (
        _Form(
            "{w}~{n}",
            "{w}^{n}",
            {
                "w": _Word(_some(words.WORDS, "top", "bottom")),
                "n": r"[0-9]*\.?[0-9]+%|0*[1-9][0-9]*(?:\.0*)?",
            },
            ("{w}^{n}名",),
        ),
    ),
    "rounding": (_Form("{n} {w}", "{n} {w}", {"n": NUMBER, "w": _Word(words.ROUNDINGS)}),),
    "share": (
        *_shares("{w}", "{w}", _Word(words.SHARES), "w"),
        *_shares("{n}", "{n}", rf"(?![-－]){NUMBER}%|[0-9]{{1,6}}/[0-9]{{1,6}}", "n"),
        *_shares("by {w}", "按 {w}", _FIGURE, "w"),
    ),
    "weight": (_alone(rf"{NUMBER}%?"),),
    "unit": (
        _alone(r"(?![0-9.]*\s*$)(?!-[0-9.])(?!\+?(?:0+(?:\.0*)?|\.0+)\s*[^0-9.\s])\S[\s\S]*"),
    ),
    "limit": (
        *_limit(_SIDE),
        *_limit(_Word(_some(words.LIMITS, "net")), words.BEYOND),
        *_limit(_TIMES, words.COUNTED),
        _alone(_Word(_UNKNOWN)),
        _Form("{n}% {w}", "{n}% {w}", {"n": NUMBER, "w": _FIGURE}, ("{n}%~{w}",)),
        _Form("{n}~{unit}", "{n}~{unit}", {"n": _AMOUNT, "unit": _NOT_A_LIMIT}),
    ),
    "bound": (
        _alone(_Word(_some(words.WORDS, "none", "zero"))),
        _alone(NUMBER),
        _Form("{n} {w}", "{n} {w}", {"n": NUMBER, "w": _Word({**words.BEYOND, **_UNKNOWN})}),
    ),
    "clear": (_alone(_Word(_some(words.WORDS, "clear"))),),
    "period_end": (_alone(_Word(_some(words.WORDS, "clear", "carry"))),),
    "combine": (_alone(_Word(words.COMBINES)),),
    "average": (
        _alone(_Word({**_some(words.COMBINES, "mean", "median", "trimmed_mean"), **_UNKNOWN})),
    ),
    "average_over": (_alone(_Word(_some(words.WORDS, "role"))),),
    "combine_over": (
        _alone(_Word({**_some(words.WORDS, "matter"), **_but(words.WINDOWS, "event")})),
    ),
    "escalate_over": (_alone(_Word({**_some(words.WORDS, "valid"), **words.WINDOWS})), _LENGTH),
    "missing": (_alone(_Word(words.MISSING)),),
    "blank": (_alone(_Word(words.YES_NO, own=True)), _alone(r"[\s\S]*")),
    "revokes": (_alone(_Word(words.REVOKES)),),
    "given_back": (_alone(_Word(words.GIVES)),),
    "step": (_alone(_Word(words.STEPS)),),
    "type": (_alone(_Word(words.TYPES)),),
    "kind": (_alone(_Word(words.KINDS, own=True)),),
    "figure": (_alone(_FIGURE),),
    "price": (_alone(NUMBER), _Form("{n} {w}", "{n} {w}", {"n": NUMBER, "w": _FIGURE})),
    "account": (_alone(_RELATION),),
    "target": (
        _alone(
            _Word(
                {
                    **_some(words.WORDS, "matter", "added", "later_added", "rewards"),
                    **_some(words.ACCOUNTS, "total"),
                },
                own=True,
            )
        ),
    ),
    "among": (
        _alone(
            _Word(
                {
                    **words.KINDS,
                    **_some(words.COLUMNS, "class"),
                    **_some(words.ACCOUNTS, "all"),
                },
                own=True,
            )
        ),
    ),
    "ties": (_alone(_Word({**words.TIES, **_some(words.ACCOUNTS, "total")}, own=True)),),
    "rater": (_alone(_Word(_some(words.WORDS, "self"), own=True)),),
    "who": (_alone(_Word(_some(words.WORDS, "self", "anyone"), own=True)),),
    "field": (_alone(_Word(_FIELDS, own=True)),),
    "column": (_alone(_Word(_some(words.COLUMNS, "class"), own=True)),),
    "touches": (_alone(_Word(words.TOUCHES, own=True)),),
    "key": (_alone(_Word(words.KEYS, own=True)),),
}
"""Every kind of scalar that has a form of its own; a kind that is not here is free text."""


def _spell_piece(piece: _Piece, text: str, language: Language, own: frozenset[str]) -> str:
    if isinstance(piece, _Word):
        return piece.spell(text, language, own)
    return respell(piece.name, text, language, own) if isinstance(piece, _Kind) else text


def _piece_pattern(piece: _Piece, languages: tuple[Language, ...]) -> str:
    if isinstance(piece, _Word):
        return piece.pattern(languages)
    return pattern(piece.name, languages) if isinstance(piece, _Kind) else piece


def _any_of(spellings: Mapping[str, None]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", " ") for w in sorted(spellings, key=len)[::-1])


def _to_english(table: Mapping[str, str], text: str) -> str:
    return text if text in table else next((en for en, zh in table.items() if zh == text), text)


_COUNTED = re.compile(r"(\d+) (time|day|week|month|quarter|half_year|year)s?\b")


def _plural(text: str) -> str:
    """`1 time`, `3 times`; `2 years`: the unit of a length is plural from two on."""
    return _COUNTED.sub(lambda m: f"{m[1]} {m[2]}{'' if m[1] == '1' else 's'}", text)


# --- formulas --------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""(?P<text>'[^'\\]*'|"[^"\\]*")|(?P<number>\d[\w.]*)|(?P<name>[^\W\d]\w*)|(?P<mark>\s+|.)"""
)
_Role: TypeAlias = Literal["name", "function", "figure", "window", "relation", "own"]
_OVER_WINDOWS = frozenset({"count", "sum", "granted", "mean", "highest", "lowest"})
_OF_OTHERS = frozenset({"sum_of", "mean_of", "share_of", "all_of", "count_of"})
_OWN_WORDS = frozenset({"reached", "streak", "last", "throughout", "draw"})


def _respell_formula(text: str, language: Language, own: frozenset[str]) -> str:
    """Write the names, functions and windows of a formula; texts that are compared stay."""
    tokens = [(m.lastgroup or "", m.group()) for m in _TOKEN.finditer(text)]
    stack: list[tuple[str, int]] = []
    called, written = "", []
    for number, (kind, token) in enumerate(tokens):
        if kind == "mark":
            if token == "(":
                stack.append((called, 0))
            elif token == ")" and stack:
                stack.pop()
            elif token == "," and stack:
                stack[-1] = (stack[-1][0], stack[-1][1] + 1)
        elif kind != "number":
            calls = kind == "name" and _next(tokens, number) == "("
            role = "function" if calls else _role(stack, kind)
            called = english(words.FUNCTIONS, token) if calls else ""
            token = _respell_token(role, token, language, own)
        called = called if kind == "name" or token.isspace() else ""
        written.append(token)
    return "".join(written)


def _next(tokens: list[tuple[str, str]], number: int) -> str:
    return next((token for _, token in tokens[number + 1 :] if not token.isspace()), "")


def _role(stack: list[tuple[str, int]], kind: str) -> _Role:
    """Return what a word is, by the function it is handed to."""
    function, place = stack[-1] if stack else ("", 0)
    if function in _OVER_WINDOWS or function == "latest":
        return "figure" if place == 0 else "window"
    if function == "in_a_row" and place == 0:
        return "figure"
    if function in _OF_OTHERS and place == 0:
        return "relation"
    return "own" if function in _OWN_WORDS or kind == "text" else "name"


_NAME = _Word(words.FORMULA_NAMES, own=True)
_ASKED = _Word(_some(words.FORMULA_NAMES, "added", "deducted", "any", "total"), own=True)


def _respell_token(role: _Role, token: str, language: Language, own: frozenset[str]) -> str:
    quote = token[0] if token[0] in "'\"" else ""
    bare = token.strip(quote) if quote else token
    match role:
        case "function":
            said = _Word(words.FUNCTIONS).spell(bare, language, own)
        case "window":
            said = respell("window", bare, language)
        case "figure":
            said = _ASKED.spell(bare, language, own)
        case "relation":
            said = _RELATION.spell(bare, language, own)
        case "name":
            said = _NAME.spell(bare, language, own)
        case "own":
            said = bare
    return f"{quote}{said}{quote}"
