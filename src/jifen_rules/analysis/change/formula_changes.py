"""A formula -> the small changes of it: a number, a comparison, a join, a window, a function.

A changed formula keeps the spelling of the language that its author used.
"""

import ast
import copy
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from ...core.message import N_, Message, Value, msg
from ...core.vocabulary import FUNCTIONS, WINDOWS, english

_Change: TypeAlias = tuple[Message, Callable[[], None]]

_COMPARISONS: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.GtE: ast.Gt,
    ast.Gt: ast.GtE,
    ast.LtE: ast.Lt,
    ast.Lt: ast.LtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATIONS: Final[Mapping[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
}
_FUNCTIONS: Final[Mapping[str, str]] = {
    "min": "max",
    "max": "min",
    "count": "sum",
    "sum": "count",
    "highest": "lowest",
    "lowest": "highest",
    "floor": "ceil",
    "ceil": "floor",
    "mean": "highest",
}
_WINDOWS: Final[Mapping[str, str]] = {
    "day": "month",
    "week": "month",
    "month": "year",
    "quarter": "year",
    "half_year": "year",
    "year": "ever",
    "period": "ever",
}
_CLASS: Final = "class__"
"""Stands for `class`, a word of Python's own, while a formula is a tree."""


def change_formula(text: str) -> Iterator[tuple[Message, str]]:
    """Yield each small change of a formula, with the formula that it leaves.

    >>> [formula for _, formula in change_formula("total >= 60")]
    ['total > 60', 'total >= 61', 'total >= 59']
    """
    try:
        tree = ast.parse(re.sub(r"\bclass\b", _CLASS, text.strip()), mode="eval")
    except SyntaxError:
        return
    number = 0
    while True:
        changed = copy.deepcopy(tree)
        several = [change for node in ast.walk(changed) for change in _changes(node)]
        if number >= len(several):
            return
        said, make = several[number]
        make()
        written = ast.unparse(changed).replace(_CLASS, "class")
        yield msg(N_("{change} in '{formula}'"), change=said, formula=text), written
        number += 1


def _changes(node: ast.AST) -> Iterator[_Change]:
    """Yield what can be changed at one node: a few words, and what does it in place."""
    match node:
        case ast.Compare(ops=ops):
            for number, op in enumerate(ops):
                if (other := _COMPARISONS.get(type(op))) is not None:
                    yield _for(_sign(other), _sign(type(op))), _put(ops, number, other())
        case ast.BoolOp(op=op):
            join = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield _for(_sign(type(join)), _sign(type(op))), _set(node, "op", join)
        case ast.BinOp(op=op) if (other_op := _OPERATIONS.get(type(op))) is not None:
            yield _for(_sign(other_op), _sign(type(op))), _set(node, "op", other_op())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield msg(N_("without {what}"), what="not"), _bare_not(node, operand)
        case ast.Constant(value=value):
            yield from _constants(node, value)
        case ast.Call(func=ast.Name() as name):
            word = english(FUNCTIONS, name.id)
            if (function := _FUNCTIONS.get(word)) is not None:
                spelled = _like(name.id, function, FUNCTIONS)
                yield _for(spelled, name.id), _set(name, "id", spelled)


def _constants(node: ast.Constant, value: object) -> Iterator[_Change]:
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        for other in (value + 1, value - 1):
            yield _for(str(other), str(value)), _set(node, "value", other)
    elif isinstance(value, float):  # as it was written: the shortest digits that give it
        more = float(Decimal(str(value)) + 1)
        yield _for(str(more), str(value)), _set(node, "value", more)
    elif isinstance(value, str) and (word := _WINDOWS.get(english(WINDOWS, value))) is not None:
        spelled = _like(value, word, WINDOWS)
        yield _for(spelled, value), _set(node, "value", spelled)


def _for(new: Value, old: Value) -> Message:
    return msg(N_("{new} for {old}"), new=new, old=old)


def _like(written: str, word: str, table: Mapping[str, str]) -> str:
    """Spell a word in the language in which another of its table was written."""
    return word if written in table else table[word]


def _bare_not(node: ast.UnaryOp, operand: ast.expr) -> Callable[[], None]:
    """Take a `not` away, by one more of them."""
    return _set(node, "operand", ast.UnaryOp(ast.Not(), operand))


def _set(node: ast.AST, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


def _put(items: list[ast.cmpop], number: int, value: ast.cmpop) -> Callable[[], None]:
    return lambda: items.__setitem__(number, value)


_SIGNS: Final[Mapping[type[ast.AST], str]] = {
    ast.GtE: ">=",
    ast.Gt: ">",
    ast.LtE: "<=",
    ast.Lt: "<",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.And: "and",
    ast.Or: "or",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}


def _sign(kind: type[ast.AST]) -> str:
    return _SIGNS[kind]
