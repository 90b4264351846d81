"""Which cases are run: by words of their names, joined by and, or, not and brackets."""

import ast
import re
from collections.abc import Iterable

from .case import Case


def select_cases(cases: Iterable[Case], expression: str) -> tuple[Case, ...]:
    """Keep the cases whose names hold the words of an expression: `捐赠 and not 上限`.

    Words are joined by and, or, not and brackets. ValueError if it cannot be read.
    """
    words = re.findall(r"[()]|[^\s()]+", expression)
    try:
        tree = ast.parse(" ".join(w if w in _JOINS else repr(w) for w in words), mode="eval").body
        return tuple(case for case in cases if _holds(tree, case.name))
    except SyntaxError:
        raise ValueError(expression) from None


_JOINS = frozenset({"and", "or", "not", "(", ")"})


def _holds(node: ast.expr, name: str) -> bool:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_holds(value, name) for value in values)
        case ast.BoolOp(values=values):
            return any(_holds(value, name) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _holds(operand, name)
        case ast.Constant(value=str(word)):
            return word in name
    raise SyntaxError
