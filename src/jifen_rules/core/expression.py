"""Formulas: one line, checked when it is loaded (`formula_check`), run by simpleeval.

Allows, never denies: node kinds, names, functions and types are looked up in short
lists, and all else is refused. Numbers are exact: a literal is read from its own
text, and `/` gives a fraction. Knows nothing of schemes or events beyond the names
and types it is handed.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from threading import local
from typing import Any, Literal, TypeAlias

from simpleeval import SimpleEval

from .rounding import Rounding
from .terms import Exact, exact, parse_number

Type: TypeAlias = Literal["number", "text", "yes_no", "words", "date", "time"]
"""What a name stands for; `words` is a set of words such as the classes of a subject.

A date or a time of day is handed over as its text, `2024-07-01` and `08:30`, whose order is its
own.
"""
Value: TypeAlias = Exact | str | bool | frozenset[str]

CLASS_WORD = re.compile(r"\bclass\b")
"""`class` is a word of Python's own; it is read under another name of the same length."""

MAX_LENGTH = 300
MAX_DEPTH = 25
MAX_WHOLE_DIGITS = 12
MAX_KNOWN = 1 << 12
"""So many different inputs of a formula are remembered with what it comes to."""


@dataclass(frozen=True)
class Call:
    """A question to the figures, such as `count(litter, 'year')`, answered at run time."""

    function: str
    arguments: tuple[str, ...]
    formulas: "tuple[Formula, ...]" = ()
    """Of a question about others: what is asked of each, and of which of them. Of `in_a_row`: what
    must hold of each event."""

    @cached_property
    def name(self) -> str:
        """The name under which its answer is handed to the formula."""
        return f"{self.function}({', '.join(self.arguments)})"


@dataclass(frozen=True)
class Formula:
    """A checked formula: its text, its type, and the names and questions it needs."""

    text: str
    type: Type
    names: frozenset[str]
    calls: tuple[Call, ...]
    divides: bool
    tree: ast.expr
    asks: frozenset[str] = frozenset()
    """Those of its names that must be stated: `x` in `x if given(x) else 0` need not be."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        """Work the formula out; `values` has every one of its names and questions."""
        return self.answer(tuple(map(values.__getitem__, self._inputs)))

    def answer(self, given: tuple[Value, ...]) -> Value:
        """Return the same for the values alone: of its names, by `named`, then of its questions."""
        try:
            return self.known[given]
        except KeyError:
            pass
        engine = _engine()
        engine.names = dict(zip(self._inputs, given, strict=True))
        found: Value = engine.eval(self.text, previously_parsed=self.tree)
        if len(self.known) >= MAX_KNOWN:
            self.known.clear()
        self.known[given] = found
        return found

    @cached_property
    def named(self) -> tuple[str, ...]:
        """Its names in the order of their letters: a set has another order in another process."""
        return tuple(sorted(self.names))

    @cached_property
    def _inputs(self) -> tuple[str, ...]:
        """Its names and its questions."""
        return (*self.named, *(call.name for call in self.calls))

    @cached_property
    def known(self) -> dict[tuple[Value, ...], Value]:
        """What it came to for values that were given before."""
        return {}


_THREAD = local()


def _engine() -> Any:
    """Return what works formulas out, one for each thread.

    It holds itself in a circle, so that one for each formula would pile up.
    """
    try:
        return _THREAD.engine
    except AttributeError:
        pass
    engine = SimpleEval(operators=_OPERATORS, functions=dict(ARITHMETIC))
    engine.nodes = {kind: node for kind, node in engine.nodes.items() if kind in _NODES}
    _THREAD.engine = engine
    return engine


class Scope:
    """The names a formula may use, with their types, and the words it may ask about."""

    def __init__(
        self,
        names: Mapping[str, Type],
        figures: frozenset[str] = frozenset(),
        ladders: Mapping[str, frozenset[str]] | None = None,
        windows: Callable[[str], bool] = lambda _: True,
        others: bool = False,
        facts: frozenset[str] = frozenset(),
        lowest: Mapping[str, str] | None = None,
        kinds: Collection[str] = (),
    ) -> None:
        """`others` lets a formula ask for the figures of other subjects; `facts` may be left blank.

        `lowest` is the level of each ladder that everybody has, `kinds` are the kinds of subject.
        """
        self.names = names
        self.figures = figures
        self.ladders = ladders or {}
        self.windows = windows
        self.others = others
        self.facts = facts
        self.lowest = lowest or {}
        self.kinds = kinds

    def of_one_event(self) -> "Scope":
        """Return what may be asked of an event alone: its facts and its day, no figures."""
        names = {n: kind for n, kind in self.names.items() if n in self.facts | _OF_AN_EVENT}
        return Scope(names, facts=self.facts)


_OF_AN_EVENT = frozenset({"indicator", "year", "month", "day", "weekday", "date"})


def is_given(value: Value) -> bool:
    """Read a condition's value: a text counts as yes where something was given."""
    return bool(value)


# --- the run ---------------------------------------------------------------------------------


def _divide(left: Exact, right: Exact) -> Exact:
    return exact(Fraction(left) / Fraction(right))


def _same(left: Value, right: Value) -> bool:
    """Equality; a set of words equals each word in it."""
    if isinstance(left, frozenset) and isinstance(right, str):
        return right in left
    if isinstance(right, frozenset) and isinstance(left, str):
        return left in right
    return left == right


def _round(number: Exact, places: int = 0) -> Exact:
    """Round half away from zero to so many decimals."""
    step = Fraction(1, 10**places)
    return exact(Rounding(parse_number("1"), "half_up").apply(exact(number / step)) * step)


_OPERATORS: Mapping[type, Callable[..., object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _divide,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Eq: _same,
    ast.NotEq: lambda left, right: not _same(left, right),
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
ARITHMETIC: Mapping[str, Callable[..., Exact]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "round": _round,
    "floor": math.floor,
    "ceil": math.ceil,
}
ARITY = {
    "min": (2, 20),
    "max": (2, 20),
    "abs": (1, 1),
    "round": (1, 2),
    "floor": (1, 1),
    "ceil": (1, 1),
}
QUESTIONS = {
    "count": 2,
    "sum": 2,
    "reached": 2,
    "throughout": 1,
    "streak": 2,
    "last": 1,
    "latest": 1,
    "mean": 2,
    "highest": 2,
    "lowest": 2,
    "draw": 1,
    "granted": 2,
    "given": 1,
}
PART_FUNCTIONS = frozenset({"mean", "highest", "lowest"})
"""Functions over a figure at the ends of windows gone by."""
OF_OTHERS = frozenset({"sum_of", "mean_of", "share_of", "all_of", "count_of"})
"""Functions over the figures of other subjects."""
ANSWER_TYPES: Mapping[str, Type] = {
    "reached": "yes_no",
    "throughout": "yes_no",
    "all_of": "yes_no",
    "last": "text",
    "given": "yes_no",
}
_NODES = (
    ast.Constant,
    ast.Name,
    ast.UnaryOp,
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Call,
)
