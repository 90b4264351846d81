"""What every room of the lowering shares: the file, its ids, and how to say a problem."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Final

from ..core.expression import OF_OTHERS, PART_FUNCTIONS, Formula, Scope, Type
from ..core.faults import FAULTS
from ..core.formula_check import is_readable, parse_formula
from ..core.message import N_, Message, Value, did_you_mean, msg, nearest
from ..core.problem import MAX_PROBLEMS, Place, Problem
from ..core.terms import Exact, Window, exact
from ..core.vocabulary import ACCOUNTS, COLUMNS, KINDS, english, spell_kinds
from ..plan import FACTS, Cap, Mark, Start, Weigh
from ..scheme import model
from ..scheme.model import Category, Path, Scheme, SchemeFile
from ..syntax.respell import half_width, replace_word

SCALE = 10**6
"""Points are whole millionths inside; what is finer goes on as an exact fraction."""

_NUMBER: Final[Type] = "number"
_EVENT_NAMES: Mapping[str, Type] = {
    "quantity": "number",
    "level": "text",
    "place": "text",
    "role": "text",
    "rating": "text",
    "points": "number",
    "evidence": "text",
    "indicator": "text",
    "subject": "text",
    "class": "words",
    "year": "number",
    "month": "number",
    "day": "number",
    "weekday": "number",
    "date": "date",
    "time": "time",
    "headcount": "number",
    "days_in": "number",
}


class Enough(Exception):
    """There are more problems than anybody reads: the lowering ends, they have been said."""


@dataclass
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
    outermost: tuple[Cap | Weigh, ...] = ()
    """The limits and the border of the scheme itself."""
    functions: set[str] = field(default_factory=set)
    """The functions that formulas call."""
    formulas: dict[Path, Formula] = field(default_factory=dict)
    """Every sound formula, by its place."""
    relates: bool = False
    """Whether a formula or a boundary reaches other subjects."""
    _scopes: dict[bool, Scope] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    """How many limits there are so far of each name."""

    def collect_ids(self) -> dict[str, Path]:
        """Return the path of each id of the scheme; an id that is given twice is a problem."""
        scheme = self.file.scheme
        found: dict[str, Path] = {"total": ()}
        named: list[tuple[Path, model.Named]] = [*categories(scheme, ())]
        named += [(path, indicator) for path, _, indicator in scheme.walk()]
        for key, items in (
            ("ledgers", scheme.ledgers),
            ("tiers", scheme.tiers),
            ("rewards", scheme.rewards),
            ("rules", scheme.rules),
        ):
            named += [((key, n), item) for n, item in enumerate(items)]
        for path, item in named:
            if item.key in found:
                first = self.file.place(found[item.key])
                where = (*path, "id" if item.id else "name")
                self.report("duplicate-id", where, related=first, id=item.key)
            else:
                found[item.key] = path
        return found

    def mark(self, part: model.Named | model.Scheme, path: Path) -> Mark:
        """Return what a step of the trace says of a part: its id, name, place and basis."""
        return Mark(part.key, part.label, self.file.place(path).short, part.basis or "")

    def report(
        self, fault: str, path: Path, related: Place | None = None, **values: object
    ) -> None:
        """Note a problem at a path of the scheme."""
        texts = {k: v if isinstance(v, Message) else str(v) for k, v in values.items()}
        texts.setdefault("hint", msg(N_("look at the ids of this file")))
        places = (related,) if related is not None else ()
        place = self.file.place(path)
        self.add((Problem(FAULTS[fault], place, texts, places),))

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
        self,
        text: str | None,
        path: Path,
        wanted: Type,
        *,
        more: Iterable[str] = (),
        others: bool = False,
    ) -> Formula | None:
        """Check a formula; `more` are numbers known only here, `others` lets it ask of others."""
        if text is None:
            return None
        scope = self._scope(others)
        if more:
            names = {**scope.names, **dict.fromkeys(more, _NUMBER)}
            scope = replace_names(scope, names)
        formula, problems = parse_formula(text, self.file.place(path), scope, wanted)
        self.add(self._with_marks(problem, text) for problem in problems)
        self._note_calls(formula)
        if formula is not None and path:
            self.formulas[path] = formula
        return formula

    def _scope(self, others: bool) -> Scope:
        """Refuse a fixed number outside the bounds of its category: it can never be granted."""
        if others not in self._scopes:
            scheme = self.file.scheme
            names: dict[str, Type] = dict(_EVENT_NAMES)
            declared = scheme.fields.types("subject"), scheme.fields.types("event")
            for fields in declared:
                for name, kind in fields.items():
                    if name != "class":
                        names[name] = _formula_type(kind)
            for key in self.ids:
                names.setdefault(key, "number")
            names.update({ladder.key: "text" for ladder in scheme.tiers})
            figures = frozenset(self.ids) | {"added", "deducted", "any"}
            ladders = {t.key: frozenset(level.key for level in t.levels) for t in scheme.tiers}
            facts = FACTS.union(*declared) - {"class"}
            lowest = {t.key: t.levels[-1].key for t in scheme.tiers if t.levels}
            self._scopes[others] = Scope(
                names, figures, ladders, _is_window, others, facts, lowest, self.kinds
            )
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
            self.relates = self.relates or call.function in OF_OTHERS
            for inner in call.formulas:
                self._note_calls(inner)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """List every kind in its English spelling, small before large, with the scheme's own.

        A kind that the scheme does not list keeps its place beside those that it does.
        """
        found = [english(KINDS, word) for word in dict.fromkeys(self.file.scheme.kinds)]
        for place, kind in enumerate(KINDS_IN_ORDER):
            if kind not in found:
                above = [other for other in KINDS_IN_ORDER[place:] if other in found]
                found.insert(min(map(found.index, above), default=len(found)), kind)
        return tuple(found)

    def kinds_of(self, words: tuple[str, ...], path: Path) -> tuple[str, ...]:
        """Give the kinds and classes that a `for` names, as a roster may spell them; check them."""
        for word in words:
            self._check_kind(word, path)
        return spell_kinds(words)

    def _check_kind(self, word: str, path: Path) -> None:
        """Check that a word is a kind, or a class that is declared if any is."""
        declared = self.file.scheme.fields.types("subject").get("class")
        classes = declared if isinstance(declared, tuple) else ()
        if english(KINDS, word) in self.kinds or word in classes:
            return
        known = (*self.kinds, *KINDS.values(), *classes)
        slip = len(word) > 3 and nearest(word, known, 0.75)
        if classes or slip:
            self.report("unknown-kind", path, word=word, hint=near(word, known))
        elif word not in self.said:
            self.said.add(word)
            self.report("class-not-declared", path, word=word)

    @cached_property
    def event_facts(self) -> frozenset[str]:
        """What an event may say or leave blank."""
        return FACTS | self.file.scheme.fields.types("event").keys()

    @cached_property
    def subject_facts(self) -> frozenset[str]:
        """What the roster may say of a subject or leave blank; classes are never missing."""
        return frozenset(self.file.scheme.fields.types("subject")) - {"class"}

    @cached_property
    def blank_fields(self) -> frozenset[str]:
        """Fields whose blank has a meaning, so that they are never missing."""
        fields = self.file.scheme.fields
        return frozenset(fields.blanks("subject")) | fields.blanks("event").keys()

    def among(self, words: tuple[str, ...], path: Path) -> tuple[str, ...]:
        """Read together with whom: kinds of unit, subject fields, `class`, or `all`."""
        scheme, found = self.file.scheme, []
        for word in words:
            name = english(KINDS, english(ACCOUNTS, english(COLUMNS, word)))
            known = (*self.kinds, *scheme.fields.subject, "class", "all")
            if name not in known:
                self.report("unknown-field", path, name=word, hint=near(word, known))
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


KINDS_IN_ORDER = ("person", "party_member", "household", "group", "village", "township")
"""The built-in kinds, small before large."""


def replace_names(scope: Scope, names: Mapping[str, Type]) -> Scope:
    """Give the same scope with other names."""
    return Scope(
        names,
        scope.figures,
        scope.ladders,
        scope.windows,
        scope.others,
        scope.facts,
        scope.lowest,
        scope.kinds,
    )


def scaled(number: Fraction) -> Exact:
    """Points in units of 1/SCALE."""
    if number.denominator == 1:  # as most points are, and far faster
        return number.numerator * SCALE
    return exact(number * SCALE)


def _formula_type(kind: model.FieldType) -> Type:
    return kind if kind in ("number", "yes_no", "date") else "text"


def _is_window(text: str) -> bool:
    try:
        Window.parse(text)
    except ValueError:
        return False
    return True


def lasting_word(lasts: object) -> str:
    """Return how long it lasts, in one word.

    `period` (nothing is said), `this period`, `ever`, `until_repaired`, a window or length, or one
    of these `after repair`.
    """
    if not isinstance(lasts, model.Lasting):
        return "period"
    if lasts.kind == "next":
        return f"next {lasts.window}"
    if lasts.kind == "after_repair":
        return f"{lasts.window} after repair"
    if lasts.window is not None and lasts.window.name == "period":
        return "this period"  # it ends with it, whatever is carried
    return str(lasts.window) if lasts.window is not None else lasts.kind


def near(word: str, known: Iterable[str]) -> Message:
    """Point at the nearest known id."""
    return did_you_mean(word, known, msg(N_("look at the ids of this file")))


def categories(node: Scheme | Category, path: Path) -> Iterator[tuple[Path, Category]]:
    """Yield every category inside a thing, with its path, outermost first."""
    for number, category in enumerate(node.categories):
        inner = (*path, "categories", number)
        yield inner, category
        yield from categories(category, inner)
