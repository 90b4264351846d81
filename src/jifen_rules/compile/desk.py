"""What every room of the lowering shares: the file, its ids, and how to say a problem."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from .. import model
from ..expression import PART_FUNCTIONS, Formula, Scope, Type, is_readable, parse_formula
from ..faults import FAULTS
from ..message import N_, Message, Value, did_you_mean, say
from ..model import Category, Path, Scheme, SchemeFile
from ..plan import (
    Mark,
    Start,
)  # fmt: skip
from ..problem import MAX_PROBLEMS, Problem
from ..respell import half_width, replace_word
from ..terms import Exact, Window, exact
from ..vocabulary import ACCOUNTS, COLUMNS, KINDS, english

SCALE = 10**6
"""Points are whole millionths inside; what is finer goes on as an exact fraction."""

_NUMBER: Final[Type] = "number"
_EVENT_NAMES: Mapping[str, Type] = {
    "quantity": "number", "level": "text", "place": "text", "role": "text", "rating": "text",
    "points": "number", "evidence": "text", "indicator": "text", "subject": "text",
    "class": "words", "month": "number", "day": "number", "weekday": "number",
    "headcount": "number", "days_in": "number",
}  # fmt: skip


class Enough(Exception):
    """There are more problems than anybody reads: the lowering ends, they have been said."""


@dataclass(slots=True)
class Desk:
    """One lowering: the file, what was found of it, and the problems so far."""

    file: SchemeFile
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, Path] = field(default_factory=dict)
    slots: dict[str, Path] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    parts: dict[tuple[str, Window], None] = field(default_factory=dict)
    """Figures that formulas ask for at the ends of windows gone by."""
    populations: dict[tuple[str, ...], None] = field(default_factory=dict)
    """Together with whom ranks and common limits look at a subject."""
    starts: list[Start] = field(default_factory=list)
    """The bases of categories."""
    functions: set[str] = field(default_factory=set)
    """The functions that formulas call."""
    relates: bool = False
    """Whether a formula or a boundary reaches other subjects."""
    _scopes: dict[bool, Scope] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    """How many limits there are so far of each name."""

    def collect_ids(self) -> dict[str, Path]:
        scheme = self.file.scheme
        found: dict[str, Path] = {"total": ()}
        named: list[tuple[Path, model.Named]] = [*categories(scheme, ())]
        named += [(path, indicator) for path, _, indicator in scheme.walk()]
        for key in ("ledgers", "tiers", "rewards", "rules"):
            named += [((key, n), item) for n, item in enumerate(getattr(scheme, key))]
        for path, item in named:
            if item.key in found:
                first = self.file.place(found[item.key])
                where = (*path, "id" if item.id else "name")
                self.say("duplicate-id", where, related=first, id=item.key)
            else:
                found[item.key] = path
        return found

    def mark(self, part: model.Part, path: Path) -> Mark:
        scheme = self.file.scheme
        key = getattr(part, "key", None) or f"@{scheme.scheme}"
        name = getattr(part, "label", "") or scheme.name or scheme.scheme
        return Mark(key, name, self.file.place(path).short, part.basis or "")

    def say(self, fault: str, path: Path, related: object = None, **values: object) -> None:
        texts = {k: v if isinstance(v, Message) else str(v) for k, v in values.items()}
        texts.setdefault("hint", say(N_("look at the ids of this file")))
        places = (related,) if related is not None else ()
        place = self.file.place(path)
        self.add((Problem(FAULTS[fault], place, texts, places),))  # type: ignore[arg-type]

    def add(self, problems: Iterable[Problem]) -> None:
        """Take problems in. `Enough` where there are too many to go on."""
        for problem in problems:
            self.problems.append(problem)
            if len(self.problems) == MAX_PROBLEMS:
                values: dict[str, Value] = {"limit": str(MAX_PROBLEMS)}
                last = Problem(FAULTS["too-many-problems"], problem.place, values)
                self.problems.append(last)
                raise Enough

    def formula(
        self, text: str | None, path: Path, wanted: Type, *, more: Iterable[str] = (),
        others: bool = False,
    ) -> Formula | None:  # fmt: skip
        """Check a formula; `more` are numbers known only here, `others` lets it ask of others."""
        if text is None:
            return None
        scope = self._scope(others)
        if more:
            names = {**scope.names, **dict.fromkeys(more, _NUMBER)}
            scope = Scope(names, scope.figures, scope.ladders, scope.windows, others)
        formula, problems = parse_formula(text, self.file.place(path), scope, wanted)
        self.add(self._with_marks(problem, text) for problem in problems)
        self._note_calls(formula)
        return formula

    def _scope(self, others: bool) -> Scope:
        """What formulas may speak of: the same for all of a scheme, once its ids are known."""
        if others not in self._scopes:
            scheme = self.file.scheme
            names: dict[str, Type] = dict(_EVENT_NAMES)
            for fields in (scheme.fields.subject, scheme.fields.event):
                for name, kind in fields.items():
                    if name != "class":
                        names[name] = _formula_type(kind)
            for key in self.ids:
                names.setdefault(key, "number")
            names.update({ladder.key: "text" for ladder in scheme.tiers})
            figures = frozenset(self.ids) | {"added", "deducted", "any"}
            ladders = {t.key: frozenset(level.key for level in t.levels) for t in scheme.tiers}
            self._scopes[others] = Scope(names, figures, ladders, _is_window, others)
        return self._scopes[others]

    def _with_marks(self, problem: Problem, text: str) -> Problem:
        """Give a formula with full-width marks its remedy, if without them it can be read."""
        changed = half_width(text) if problem.fault.name == "formula-not-understood" else None
        written = self.file.texts.get(problem.place.file)
        if changed is None or written is None or not is_readable(changed):
            return problem
        return replace(problem, edits=replace_word(written, problem.place, text, changed))

    def _note_calls(self, formula: Formula | None) -> None:
        for call in formula.calls if formula is not None else ():
            self.functions.add(call.function)
            if call.function in PART_FUNCTIONS:
                self.parts[call.arguments[0], Window.parse(call.arguments[1])] = None
            self.relates = self.relates or bool(call.formulas)
            for inner in call.formulas:
                self._note_calls(inner)

    def among(self, words: tuple[str, ...], path: Path) -> tuple[str, ...]:
        """Read together with whom: kinds of unit, subject fields, `class`, or `all`."""
        scheme, found = self.file.scheme, []
        for word in words:
            name = english(KINDS, english(ACCOUNTS, english(COLUMNS, word)))
            if name not in (*KINDS, *scheme.fields.subject, "class", "all"):
                known = (*KINDS, *scheme.fields.subject, "class", "all")
                self.say("unknown-field", path, name=word, hint=near(word, known))
            found.append(name)
        self.populations[tuple(found) or ("all",)] = None
        return tuple(found) or ("all",)

    def slot(self, path: Path, *words: object) -> str:
        """Name a limit by what it limits, the same in every version, and remember its place."""
        name = " ".join(str(word) for word in words)
        number = self._numbers.get(name, 0)
        self._numbers[name] = number + 1
        slot = f"{name}#{number}"
        self.slots[slot] = path
        return slot


def scaled(number: Fraction) -> Exact:
    """Points in units of 1/SCALE."""
    return exact(number * SCALE)


def _formula_type(kind: model.FieldType) -> Type:
    return kind if kind in ("number", "yes_no") else "text"


def _is_window(text: str) -> bool:
    try:
        Window.parse(text)
    except ValueError:
        return False
    return True


def lasting_word(lasts: object) -> str:
    """`period`, `ever`, `until_repaired`, a window's or length's text, or it `after repair`."""
    if not isinstance(lasts, model.Lasting):
        return "period"
    if lasts.kind == "after_repair":
        return f"{lasts.window} after repair"
    return str(lasts.window) if lasts.window is not None else lasts.kind


def near(word: str, known: Iterable[str]) -> Message:
    """Point at the nearest known id."""
    return did_you_mean(word, known, say(N_("look at the ids of this file")))


def categories(node: Scheme | Category, path: Path) -> Iterator[tuple[Path, Category]]:
    """Yield every category inside a thing, with its path, outermost first."""
    for number, category in enumerate(node.categories):
        inner = (*path, "categories", number)
        yield inner, category
        yield from categories(category, inner)
