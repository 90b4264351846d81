"""A formula -> the sentence it stands for, so that the wall needs no reader of formulas.

Signs of arithmetic stay signs; names, questions and comparisons become words. What it does not
know it says as it is written.
"""

import ast
from collections.abc import Mapping
from typing import Final

from ...core.formula_check import read_expression
from ...core.message import N_, Message, Value, msg
from ...core.terms import Window
from ...core.vocabulary import FORMULA_NAMES, FUNCTIONS, WINDOWS, english
from .names import Names, fixed, join_sentences
from .terms_wording import say_length


class _Unsaid(Exception):
    """A part of a formula for which there are no words."""


def say_formula(text: str, names: Names) -> Message:
    """Say a formula in words; as it is written where it has a part that is not known."""
    try:
        return _Sayer(text.strip(), names).said(read_expression(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError, _Unsaid):
        return msg("{formula}", formula=text)


_SIGNS: Final[Mapping[type[ast.operator], tuple[str, int]]] = {
    ast.Add: (N_("{left} + {right}"), 4),
    ast.Sub: (N_("{left} − {right}"), 4),
    ast.Mult: (N_("{left} × {right}"), 5),
    ast.Div: (N_("{left} ÷ {right}"), 5),
}
_COMPARED: Final[Mapping[type[ast.cmpop], str]] = {
    ast.GtE: N_("{left} is at least {right}"),
    ast.LtE: N_("{left} is at most {right}"),
    ast.Gt: N_("{left} is above {right}"),
    ast.Lt: N_("{left} is below {right}"),
    ast.Eq: N_("{left} is {right}"),
    ast.NotEq: N_("{left} is not {right}"),
}
_CHOSEN: Final[Mapping[str, str]] = {
    "min": N_("the least of ({figures})"),
    "max": N_("the greatest of ({figures})"),
    "abs": N_("the size of ({figures})"),
    "floor": N_("({figures}) rounded down to a whole number"),
    "ceil": N_("({figures}) rounded up to a whole number"),
}
_ASKED: Final[Mapping[str, str]] = {
    "count": N_("the times of {what} {window}"),
    "sum": N_("the points asked for {what} {window}"),
    "mean": N_("the mean of {what} at the ends of {window}"),
    "highest": N_("the highest {what} at the ends of {window}"),
    "lowest": N_("the lowest {what} at the ends of {window}"),
    "reached": N_("{what} has reached “{level}”"),
    "streak": N_("the times in a row that {what} reached “{level}”"),
    "last": N_("the level before of {what}"),
    "latest": N_("the points last asked for {what}"),
    "throughout": N_("{what} all the time"),
    "draw": N_("the lot drawn with “{seed}”"),
}
_OF_OTHERS: Final[Mapping[str, tuple[str, str]]] = {
    "sum_of": (
        N_("the sum of {figure} over {whom}"),
        N_("the sum of {figure} over those of {whom} with {which}"),
    ),
    "mean_of": (
        N_("the mean of {figure} over {whom}"),
        N_("the mean of {figure} over those of {whom} with {which}"),
    ),
    "share_of": (
        N_("the share of {whom} with {figure}"),
        N_("of those of {whom} with {which}, the share with {figure}"),
    ),
    "all_of": (
        N_("all of {whom} have {figure}"),
        N_("all those of {whom} with {which} have {figure}"),
    ),
    "count_of": (
        N_("how many of {whom} have {figure}"),
        N_("of those of {whom} with {which}, how many have {figure}"),
    ),
}
_BARE, _AND, _OR, _IF = 9, 2, 1, 0


class _Sayer:
    """Says one formula, part by part."""

    def __init__(self, text: str, names: Names) -> None:
        self.text, self.names = text, names

    def said(self, node: ast.expr, around: int = 0) -> Message:
        """Say a part; in brackets where what stands around it binds more strongly."""
        message, own = self._part(node)
        return message if own >= around else msg(N_("({inner})"), inner=message)

    def _part(self, node: ast.expr) -> tuple[Message, int]:
        match node:
            case ast.Constant(value=bool() as value):
                return msg(N_("yes")) if value else msg(N_("no")), _BARE
            case ast.Constant(value=str(value)):
                return msg("“{word}”", word=value), _BARE
            case ast.Constant():
                return msg("{number}", number=self._written(node)), _BARE
            case ast.Name():
                return msg("{name}", name=self._name(node.id)), _BARE
            case ast.UnaryOp(op=ast.Not()):
                return msg(N_("not {inner}"), inner=self.said(node.operand, _BARE)), _BARE
            case ast.UnaryOp(op=ast.USub()):
                return msg("−{inner}", inner=self.said(node.operand, 6)), 5
            case ast.BinOp() if type(node.op) in _SIGNS:
                template, own = _SIGNS[type(node.op)]
                left, right = self.said(node.left, own), self.said(node.right, own + 1)
                return msg(template, left=left, right=right), own
            case ast.BoolOp():
                is_and = isinstance(node.op, ast.And)
                own, template = (
                    (_AND, N_("{first}, and {rest}")) if is_and else (_OR, N_("{first}, or {rest}"))
                )
                return join_sentences(
                    [self.said(value, own + 1) for value in node.values], template
                ), own
            case ast.Compare():
                return self._compared(node), 3 if len(node.ops) == 1 else _AND
            case ast.IfExp():
                texts = [self.said(part, 1) for part in (node.body, node.test, node.orelse)]
                text = N_("{body} if {test}, else {other}")
                return msg(text, body=texts[0], test=texts[1], other=texts[2]), _IF
            case ast.Call(func=ast.Name(id=function)):
                return self._call(english(FUNCTIONS, function), node.args), _BARE
        raise _Unsaid

    def _compared(self, node: ast.Compare) -> Message:
        sides = [self.said(side, 4) for side in (node.left, *node.comparators)]
        if any(type(op) not in _COMPARED for op in node.ops):
            raise _Unsaid
        pairs = [
            msg(_COMPARED[type(op)], left=left, right=right)
            for op, left, right in zip(node.ops, sides, sides[1:])
        ]
        return join_sentences(pairs, N_("{first}, and {rest}"))

    def _call(self, function: str, parts: list[ast.expr]) -> Message:
        if function in _CHOSEN:
            figures = join_sentences([self.said(part) for part in parts], N_("{first}, {rest}"))
            return msg(_CHOSEN[function], figures=figures)
        if function == "round" and parts:
            places = self._written(parts[1]) if len(parts) > 1 else "0"
            text = N_("({figure}) rounded to {places} decimals")
            return msg(text, figure=self.said(parts[0]), places=places)
        if function in _OF_OTHERS and len(parts) > 1:
            whom = self.names.account(self._written(parts[0]))
            plain, chosen = _OF_OTHERS[function]
            figure = self.said(parts[1], _BARE)
            if len(parts) < 3:
                return msg(plain, figure=figure, whom=whom)
            return msg(chosen, figure=figure, whom=whom, which=self.said(parts[2], _BARE))
        if function not in _ASKED:
            raise _Unsaid
        return self._asked(function, [_word(part) for part in parts])

    def _asked(self, function: str, words: list[str]) -> Message:
        first, second = (*words, "", "")[:2]
        values: dict[str, Value] = {"what": msg("{name}", name=self._name(first)), "seed": first}
        if function in ("count", "sum"):
            values["window"] = _so_far(second)
        elif function in ("mean", "highest", "lowest"):
            values["window"] = _each(second)
        else:
            values["level"] = self.names.level(second)
        return msg(_ASKED[function], **values)

    def _name(self, written: str) -> Value:
        name = "class" if written == "klass" else written
        if name in self.names.parts:
            return msg("“{name}”", name=self.names.parts[name])
        name = english(FORMULA_NAMES, name)
        return fixed(name) if name in FORMULA_NAMES else msg("“{name}”", name=name)

    def _written(self, node: ast.expr) -> str:
        return ast.get_source_segment(self.text, node) or self.text


def _word(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise _Unsaid


_SO_FAR: Final[Mapping[str, str]] = {
    "event": N_("this time"),
    "day": N_("this day"),
    "week": N_("this week"),
    "month": N_("this month"),
    "quarter": N_("this quarter"),
    "half_year": N_("this half-year"),
    "year": N_("this year"),
    "period": N_("this period"),
    "ever": N_("so far"),
}
_EACH: Final[Mapping[str, str]] = {
    "event": N_("the events"),
    "day": N_("the days"),
    "week": N_("the weeks"),
    "month": N_("the months"),
    "quarter": N_("the quarters"),
    "half_year": N_("the half-years"),
    "year": N_("the years"),
    "period": N_("the periods"),
    "ever": N_("all time"),
}


def _so_far(word: str) -> Message:
    window = Window.parse(word)
    if window.name == "length":
        return msg(N_("in the last {length}"), length=say_length(window.count, window.unit))
    return msg(_SO_FAR[window.name])


def _each(word: str) -> Message:
    name = english(WINDOWS, word)
    if name not in _EACH:
        raise _Unsaid
    return msg(_EACH[name])
