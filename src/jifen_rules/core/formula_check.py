"""The text of a formula -> a Formula, checked so that it cannot fail later.

One piece: the check is one class, a method for each node that a formula may have.
"""

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from .expression import (
    ANSWER_TYPES,
    ARITHMETIC,
    ARITY,
    CLASS_WORD,
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_WHOLE_DIGITS,
    OF_OTHERS,
    PART_FUNCTIONS,
    QUESTIONS,
    Call,
    Formula,
    Scope,
    Type,
)
from .faults import FAULTS
from .message import N_, Message, Value as Value_, did_you_mean, msg
from .problem import Place, Problem, Severity
from .terms import exact, parse_number
from .vocabulary import FORMULA_NAMES, FUNCTIONS, WINDOWS, english, spell_relation


def parse_formula(
    text: str, place: Place, scope: Scope, wanted: Type | None
) -> tuple[Formula | None, tuple[Problem, ...]]:
    """Check a formula and give it ready to run, or every problem in it (codes M202 to M208).

    `wanted` is the type it must have; where a yes or no is wanted, a text means that it was
    given, and a number that it is not zero.
    """
    checker = _Checker(text, place, scope)
    formula = checker.check(wanted)
    unsound = any(problem.severity is Severity.ERROR for problem in checker.problems)
    return (None if unsound else formula), tuple(checker.problems)


def is_readable(text: str) -> bool:
    """Whether a text has the form of a formula at all, whatever it says."""
    try:
        read_expression(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def read_expression(text: str) -> ast.expr:
    """Return the tree of a formula as Python reads it.

    SyntaxError, ValueError and others where it cannot.
    """
    return ast.parse(CLASS_WORD.sub("klass", text.strip()), mode="eval").body


# --- the check -------------------------------------------------------------------------------


class _Checker:
    """One pass over the tree of a formula: allows, types, and rewrites it to run."""

    def __init__(self, text: str, place: Place, scope: Scope) -> None:
        self.text, self.place, self.scope = text, place, scope
        self.problems: list[Problem] = []
        self.names: set[str] = set()
        self.calls: list[Call] = []
        self.divides = False
        self.guards: list[str] = []
        self.asks: set[str] = set()
        self.stated: list[str] = []
        """Facts that are stated wherever the part that is looked at counts."""

    def check(self, wanted: Type | None) -> Formula | None:
        """Give the formula, or nothing where a problem was found."""
        if len(self.text) > MAX_LENGTH:
            self._report(
                "formula-too-long", None, limit=str(MAX_LENGTH), what=msg(N_("characters"))
            )
            return None
        try:
            tree = read_expression(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self._report("formula-not-understood", None, detail=_detail(error))
            return None
        if _depth(tree) > MAX_DEPTH:
            self._report(
                "formula-too-long", None, limit=str(MAX_DEPTH), what=msg(N_("levels of brackets"))
            )
            return None
        found, ready = self._visit(tree) if wanted is None else self._kind(tree, wanted)
        return Formula(
            self.text,
            found,
            frozenset(self.names),
            tuple(self.calls),
            self.divides,
            ready,
            frozenset(self.asks),
        )

    def _visit(self, node: ast.expr) -> tuple[Type, ast.expr]:
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                inner = self._typed(node.operand, "number")
                return "number", ast.UnaryOp(node.op, inner)
            case ast.UnaryOp(op=ast.Not()):
                return "yes_no", ast.UnaryOp(node.op, self._typed(node.operand, "yes_no"))
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
                return self._arithmetic(node)
            case ast.BoolOp():
                return "yes_no", ast.BoolOp(node.op, self._joined(node))
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp():
                return self._conditional(node)
            case ast.Call():
                return self._call(node)
            case _:
                self._report("part-not-allowed", node, text=self._words(node))
                return "number", ast.Constant(0)

    def _constant(self, node: ast.Constant) -> tuple[Type, ast.expr]:
        value = node.value
        if isinstance(value, bool):
            return "yes_no", ast.Constant(value)
        if isinstance(value, str):
            return "text", ast.Constant(value)
        if isinstance(value, int | float):
            try:
                number = exact(Fraction(parse_number(self._words(node))))
            except ValueError:
                self._report("part-not-allowed", node, text=self._words(node))
                return "number", ast.Constant(0)
            return "number", ast.Constant(number)  # type: ignore[arg-type]  # simpleeval hands it on
        self._report("part-not-allowed", node, text=self._words(node))
        return "number", ast.Constant(0)

    def _name(self, node: ast.Name) -> tuple[Type, ast.expr]:
        written = "class" if node.id == "klass" else node.id
        name = written if written in self.scope.names else english(FORMULA_NAMES, written)
        if name not in self.scope.names:
            known = (*self.scope.names, *self.scope.figures, *FORMULA_NAMES.values())
            self._report("unknown-name", node, name=written, hint=_near(written, known))
            return "number", ast.Constant(0)
        self.names.add(name)
        if name not in self.stated:
            self.asks.add(name)
        return self.scope.names[name], ast.Name(name, ast.Load())

    def _joined(self, node: ast.BoolOp) -> list[ast.expr]:
        """Return the parts of an `and` or `or`.

        Each is looked at only where those before it let it count.
        """
        before, values = len(self.stated), []
        for part in node.values:
            values.append(self._typed(part, "yes_no"))
            self.stated += self._stated_by(part, isinstance(node.op, ast.And))
        del self.stated[before:]
        return values

    def _stated_by(self, test: ast.expr, holds: bool) -> list[str]:
        """Facts that are stated where a condition holds, or where it does not."""
        match test:
            case ast.UnaryOp(op=ast.Not()):
                return self._stated_by(test.operand, not holds)
            case ast.BoolOp() if isinstance(test.op, ast.And) == holds:
                return [name for part in test.values for name in self._stated_by(part, holds)]
            case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name)]) if holds:
                return [_fact(name)] if english(FUNCTIONS, function) == "given" else []
            case ast.Name(id=name) if holds and self.scope.names.get(_fact(name)) == "text":
                return [_fact(name)]
        return []

    def _arithmetic(self, node: ast.BinOp) -> tuple[Type, ast.expr]:
        if isinstance(node.op, ast.Div):
            self.divides = True
            divisor = self._words(node.right)
            constant = isinstance(node.right, ast.Constant) and node.right.value not in (0, False)
            if not constant and divisor not in self.guards:
                self._report("may-divide-by-zero", node.right, text=divisor)
        left = self._typed(node.left, "number")
        return "number", ast.BinOp(left, node.op, self._typed(node.right, "number"))

    def _compare(self, node: ast.Compare) -> tuple[Type, ast.expr]:
        parts = [node.left, *node.comparators]
        found = [self._visit(part) for part in parts]
        for op, (left, right) in zip(node.ops, zip(range(len(parts)), range(1, len(parts)))):
            equality = isinstance(op, ast.Eq | ast.NotEq)
            if not isinstance(op, ast.Eq | ast.NotEq | ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                self._report("part-not-allowed", node, text=self._words(node))
            one, two = found[left][0], found[right][0]
            if equality and {one, two} == {"words", "text"}:
                continue
            if self._are_moments(parts[left], one, parts[right], two):
                continue
            ordered = one in ("number", "date", "time")
            if one != two or not (equality or ordered) or one == "words":
                wanted = one if equality and one != "words" else "number"
                self._mismatch(parts[right], found[right][0], wanted, N_("this comparison"))
        ready = ast.Compare(found[0][1], node.ops, [part[1] for part in found[1:]])
        return "yes_no", ready

    def _are_moments(self, left: ast.expr, one: Type, right: ast.expr, two: Type) -> bool:
        """Whether a day or a time of day is compared with one in quotes."""
        kind, written = (one, right) if two == "text" else (two, left)
        if {one, two} not in ({"date", "text"}, {"time", "text"}):
            return False
        text = written.value if isinstance(written, ast.Constant) else None
        if not (isinstance(text, str) and _MOMENTS[kind].match(text)):
            wanted = N_("'2024-07-01'") if kind == "date" else N_("'08:30'")
            self._report("not-a-moment", written, text=self._words(written), wanted=msg(wanted))
        return True

    def _conditional(self, node: ast.IfExp) -> tuple[Type, ast.expr]:
        test = self._typed(node.test, "yes_no")
        guards, before = _guarded(node.test, self._words), len(self.stated)
        self.guards += guards
        self.stated += self._stated_by(node.test, True)
        kind, body = self._visit(node.body)
        del self.guards[len(self.guards) - len(guards) :]
        self.stated[before:] = self._stated_by(node.test, False)
        other_kind, other = self._visit(node.orelse)
        del self.stated[before:]
        if kind != other_kind:
            self._mismatch(node.orelse, other_kind, kind, N_("what stands after else"))
        return kind, ast.IfExp(test, body, other)

    def _call(self, node: ast.Call) -> tuple[Type, ast.expr]:
        written = node.func.id if isinstance(node.func, ast.Name) else self._words(node.func)
        name = english(FUNCTIONS, written)
        if node.keywords or any(isinstance(part, ast.Starred) for part in node.args):
            self._report("part-not-allowed", node, text=self._words(node))
            return "number", ast.Constant(0)
        if name in ARITHMETIC:
            return self._plain_call(name, node)
        if name in QUESTIONS:
            return self._question(name, node)
        if name in OF_OTHERS:
            return self._of_others(name, node)
        if name == "in_a_row":
            return self._in_a_row(node)
        known = (*FUNCTIONS, *FUNCTIONS.values())
        self._report("unknown-function", node.func, name=written, hint=_near(written, known))
        return "number", ast.Constant(0)

    def _plain_call(self, name: str, node: ast.Call) -> tuple[Type, ast.expr]:
        least, most = ARITY[name]
        if not least <= len(node.args) <= most:
            self._wrong_count(name, node, least, most)
        places = node.args[1] if name == "round" and len(node.args) == 2 else None
        if places is not None and not (
            isinstance(places, ast.Constant) and places.value in range(MAX_WHOLE_DIGITS)
        ):
            self._report("part-not-allowed", places, text=self._words(places))
        arguments = [self._typed(part, "number") for part in node.args]
        return "number", ast.Call(ast.Name(name, ast.Load()), arguments, [])

    def _question(self, name: str, node: ast.Call) -> tuple[Type, ast.expr]:
        words = [_word(part) for part in node.args]
        if len(words) != QUESTIONS[name]:
            self._wrong_count(name, node, QUESTIONS[name], QUESTIONS[name])
            return "number", ast.Constant(0)
        if None in words:
            self._report("part-not-allowed", node, text=self._words(node))
            return "number", ast.Constant(0)
        call = Call(name, self._checked_words(name, node, [word or "" for word in words]))
        self.calls.append(call)
        self.divides = self.divides or name == "mean"
        return ANSWER_TYPES.get(name, "number"), ast.Name(call.name, ast.Load())

    def _of_others(self, name: str, node: ast.Call) -> tuple[Type, ast.expr]:
        """`mean_of(members, total, sample == '抽中')`: ask an expression of each of a relation."""
        if not self.scope.others:
            self._report("others-not-here", node, name=name)
        if not 2 <= len(node.args) <= 3:
            self._wrong_count(name, node, 2, 3)
            return "number", ast.Constant(0)
        words = self._words(node.args[0]).split(".")
        relation = ".".join(spell_relation(word.strip(), self.scope.kinds) for word in words)
        self.divides = self.divides or name in ("mean_of", "share_of")
        wanted: Type = "number" if name in ("sum_of", "mean_of") else "yes_no"
        inner = [self._inner(node.args[1], wanted)]
        inner += [self._inner(part, "yes_no") for part in node.args[2:]]
        texts = (relation, *(formula.text for formula in inner))
        call = Call(name, texts, tuple(inner))
        self.calls.append(call)
        return ANSWER_TYPES.get(name, "number"), ast.Name(call.name, ast.Load())

    def _in_a_row(self, node: ast.Call) -> tuple[Type, ast.expr]:
        """`in_a_row(check, rating == '优')`: count the latest events for which it holds."""
        if len(node.args) != 2:
            self._wrong_count("in_a_row", node, 2, 2)
            return "number", ast.Constant(0)
        (figure,) = self._checked_figure("in_a_row", node, [_word(node.args[0]) or ""])
        scope, self.scope = self.scope, self.scope.of_one_event()
        inner = self._inner(node.args[1], "yes_no")
        self.scope = scope
        call = Call("in_a_row", (figure, inner.text), (inner,))
        self.calls.append(call)
        return "number", ast.Name(call.name, ast.Load())

    def _wrong_count(self, name: str, node: ast.Call, least: int, most: int) -> None:
        count = str(least) if least == most else f"{least}-{most}"
        self._report("wrong-arguments", node, name=name, count=count, found=str(len(node.args)))

    def _inner(self, node: ast.expr, wanted: Type) -> Formula:
        outside = self.names, self.calls, self.asks, self.stated
        self.names, self.calls, self.asks, self.stated = set(), [], set(), []
        ready = self._typed(node, wanted)
        kind: Type = wanted
        found = Formula(
            self._words(node),
            kind,
            frozenset(self.names),
            tuple(self.calls),
            self.divides,
            ready,
            frozenset(self.asks),
        )
        self.names, self.calls, self.asks, self.stated = outside
        return found

    def _checked_words(self, name: str, node: ast.Call, words: list[str]) -> tuple[str, ...]:
        first = words[0]
        if name == "draw":
            return tuple(words)
        if name == "latest" or name in PART_FUNCTIONS:
            return self._checked_figure(name, node, words)
        if name in ("count", "sum", "granted"):
            first = self._figure(node, first)
            if not self.scope.windows(words[1]):
                self._report("not-a-window", node.args[1], text=words[1])
        elif name in ("reached", "streak", "last"):
            self._check_level(name, node, words)
        elif name == "given":
            first = _fact(first)
            if first not in self.scope.facts:
                hint = _near(first, self.scope.facts)
                self._report("unknown-field", node.args[0], name=words[0], hint=hint)
        elif self.scope.names.get(first) != "yes_no":
            self._report("unknown-field", node.args[0], name=first)
        return (first, *words[1:])

    def _check_level(self, name: str, node: ast.Call, words: list[str]) -> None:
        ladder = words[0]
        if ladder not in self.scope.ladders:
            hint = _near(ladder, self.scope.ladders)
            self._report("unknown-name", node.args[0], name=ladder, hint=hint)
        elif name != "last" and words[1] not in self.scope.ladders[ladder]:
            hint = _near(words[1], self.scope.ladders[ladder])
            self._report("unknown-level", node.args[1], level=words[1], hint=hint)
        elif name != "last" and words[1] == self.scope.lowest.get(ladder):
            self._report("lowest-level-asked", node.args[1], level=words[1], name=name)

    def _figure(self, node: ast.Call, word: str) -> str:
        """Give the figure that a word names, in the engine's spelling; say where none does."""
        figure = word if word in self.scope.figures else english(FORMULA_NAMES, word)
        if figure not in self.scope.figures:
            hint = _near(figure, self.scope.figures)
            self._report("unknown-name", node.args[0], name=word, hint=hint)
        return figure

    def _checked_figure(self, name: str, node: ast.Call, words: list[str]) -> tuple[str, ...]:
        figure = self._figure(node, words[0])
        if name in PART_FUNCTIONS and english(WINDOWS, words[1]) not in WINDOWS:
            self._report("not-a-window", node.args[1], text=words[1])
        return (figure, *(english(WINDOWS, word) for word in words[1:]))

    def _typed(self, node: ast.expr, wanted: Type) -> ast.expr:
        return self._kind(node, wanted)[1]

    def _kind(self, node: ast.expr, wanted: Type) -> tuple[Type, ast.expr]:
        """Look at a part that must be of a type; give the type it has."""
        before = len(self.stated)
        if wanted == "yes_no":  # a word alone asks whether it was given
            self.stated += self._stated_by(node, True) if isinstance(node, ast.Name) else []
        kind, ready = self._visit(node)
        del self.stated[before:]
        self._want(node, kind, wanted)
        return kind, ready

    def _want(self, node: ast.expr, kind: Type, wanted: Type) -> None:
        if kind != wanted and not (wanted == "yes_no" and kind in ("text", "number")):
            self._mismatch(node, kind, wanted, N_("this place"))

    def _mismatch(self, node: ast.expr, kind: Type, wanted: Type, what: str) -> None:
        self._report(
            "type-mismatch",
            node,
            text=self._words(node),
            what=msg(what),
            wanted=msg(_TYPE_WORDS[wanted]),
            found=msg(_TYPE_WORDS[kind]),
        )

    def _words(self, node: ast.expr) -> str:
        return ast.get_source_segment(self.text.strip(), node) or self.text

    def _report(self, fault: str, node: ast.expr | None, **values: Value_) -> None:
        place = self.place
        if node is not None and place.width >= len(self.text):
            lead = place.width - len(self.text)
            before = self.text.strip().encode()[: node.col_offset].decode(errors="ignore")
            shift = len(before) + (1 if lead >= 2 else 0)
            place = place.shifted(shift, max(len(self._words(node)), 1))
        values.setdefault("hint", "")
        problem = Problem(FAULTS[fault], place, values)
        if problem not in self.problems:
            self.problems.append(problem)


_TYPE_WORDS: Mapping[Type, str] = {
    "number": N_("a number"),
    "text": N_("a word"),
    "yes_no": N_("a yes or no"),
    "words": N_("a list of words"),
    "date": N_("a day"),
    "time": N_("a time of day"),
}


_MOMENTS: Mapping[str, re.Pattern[str]] = {
    "date": re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\Z", re.ASCII),
    "time": re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?\Z", re.ASCII),
}


def _fact(word: str) -> str:
    """Return a name of a fact in its English spelling."""
    return "class" if word == "klass" else english(FORMULA_NAMES, word)


def _word(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _near(word: str, known: Iterable[str]) -> Message:
    return did_you_mean(word, known, msg(N_("declare it, or use a name that exists")))


def _guarded(test: ast.expr, words: Callable[[ast.expr], str]) -> list[str]:
    """Texts that cannot be zero where the test holds: `b`, `b > 0`, `b != 0`, joined by and."""
    match test:
        case ast.BoolOp(op=ast.And()):
            return [text for part in test.values for text in _guarded(part, words)]
        case ast.Compare(ops=[ast.Gt() | ast.NotEq()], comparators=[ast.Constant(value=0)]):
            return [words(test.left)]
        case _:
            return [words(test)]


def _depth(tree: ast.AST) -> int:
    level, nodes = 0, [tree]
    while nodes:
        level += 1
        nodes = [child for node in nodes for child in ast.iter_child_nodes(node)]
    return level


def _detail(error: BaseException) -> str:
    return (isinstance(error, SyntaxError) and error.args and error.msg) or "too deep"
