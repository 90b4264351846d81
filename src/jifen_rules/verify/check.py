"""Does a trace hold? An independent checker: it reads lines and the scheme, and adds up again.

It shares with the engine only the model of the scheme, the form of an entry and the terms, so
that a mistake of the one is not a mistake of the other. What a line asks is worked out anew
where the event says all that is needed; caps, floors, borders, totals, categories, ledgers and
levels are carried along line by line. Where a line depends on what no line says (joined events,
vetoes, points given back), its own steps are taken and their bounds are checked: `unproved`
counts those lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from .. import model
from ..entry import ADMITTED, Entry, Outcome, Step, order_of
from ..message import N_, Message, say
from ..model import SchemeFile
from ..roster import Roster
from ..terms import Unknown, Window, plain
from ..trace import Chains, Trace, TraceError, read_trace
from ..vocabulary import ACCOUNTS, COLUMNS, FORMULA_NAMES, KINDS, english
from .rules import Border, Bound, Item, Key, Version
from .values import banded_points, table_points

_MOVES = frozenset({Outcome.COUNTED, Outcome.AWARDED})


@dataclass(frozen=True, slots=True)
class Finding:
    """The first line that does not hold, by its number in the file, and why."""

    line: int
    reason: Message


@dataclass(frozen=True, slots=True)
class Verification:
    """How much was looked at, and the first line that does not hold (None: all hold)."""

    lines: int
    totals: int
    caps: int
    levels: int
    unproved: int
    finding: Finding | None


def verify_trace(
    source: Path | Iterable[str] | Trace,
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None = None,
) -> Verification:
    """Derive every total, cap and level of a trace anew, up to the first line that does not hold.

    Give the roster the trace was made with, where bases or levels go by class. A line that has
    not the form of one is itself the finding.
    """
    several = (schemes,) if isinstance(schemes, SchemeFile) else tuple(schemes)
    checker = _Checker(several, roster)
    try:
        trace = source if isinstance(source, Trace) else read_trace(source)
    except TraceError as error:
        return checker.found(Finding(error.line, say(N_("this is not a line of a trace"))))
    try:
        for number, reason in checker.run(trace):
            return checker.found(Finding(number, reason))
    except _NO_FORM:  # a line that no session wrote may hold anything under its keys
        return checker.found(Finding(checker.lines, say(N_("this is not a line of a trace"))))
    return checker.found(None)


_NO_FORM = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)


# --- line by line --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Figures:
    """What a subject has in a period, so far as its lines say."""

    base: Fraction = Fraction(0)
    total: Fraction = Fraction(0)
    ledgers: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    categories: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    ruled: date | None = None
    """The last day on whose end a rule brought something, after levels were decided."""
    loose: set[str] = field(default_factory=set)
    """Categories some of whose points went a way that no line tells."""


class _Checker:
    def __init__(self, files: tuple[SchemeFile, ...], roster: Roster | None) -> None:
        self.versions = sorted(map(Version, files), key=lambda v: v.scheme.effective_from)
        kind = self.versions[-1].scheme.kind
        self.roster = Roster(roster.rows, kind=kind) if roster is not None else None
        self.figures: dict[tuple[str, str], _Figures] = defaultdict(_Figures)
        self.sums: dict[Key, Fraction] = defaultdict(Fraction)
        self.let: dict[Key, tuple[Fraction, Bound]] = {}
        """What each limit let through in a window, and its bounds then."""
        self.lost: set[Key] = set()
        """Limits of a subject whose sums hang on what no line says."""
        self.amounts: dict[Key, Fraction] = defaultdict(Fraction)
        self.standing: dict[str, set[str]] = defaultdict(set)
        self.indicators: dict[str, str] = {}
        """What each event so far was about."""
        self.lines = self.caps = self.unproved = self.levels = self.totals = 0

    def found(self, finding: Finding | None) -> Verification:
        return Verification(self.lines, self.totals, self.caps, self.levels, self.unproved, finding)

    def run(self, trace: Trace) -> Iterator[tuple[int, Message]]:
        """Yield each line that does not hold, and why; the caller stops at the first."""
        chains, last, seen = Chains(), None, set[tuple[str, str]]()
        entries = iter(trace.entries)
        self._read_bases(trace.lines)
        for number, line in enumerate(trace.lines, 1):
            self.lines = number
            if line["outcome"] == Outcome.SEALED:
                yield from ((number, r) for r in self._seal(line, chains, number, len(trace.lines)))
            if line.get("chain") != chains.link(line):
                yield (
                    number,
                    say(N_("the line, or one before it of this subject, was altered or taken out")),
                )
            if line["outcome"] == Outcome.SCORED:
                yield from ((number, reason) for reason in self._scored(line))
            elif line["outcome"] != Outcome.SEALED:
                entry = next(entries)
                if last is not None and order_of(entry) < order_of(last):
                    yield number, say(N_("the line stands before one that comes earlier"))
                last = entry
                for reason in self._entry(entry, seen):
                    yield number, reason
        if not trace.lines or trace.lines[-1]["outcome"] != Outcome.SEALED:
            yield len(trace.lines) + 1, say(N_("the trace has no seal at its end"))

    def _read_bases(self, lines: Sequence[Mapping[str, Any]]) -> None:
        for line in lines:
            if line["outcome"] == Outcome.SCORED:
                figures = self.figures[line["subject"], line["period"]]
                figures.base = figures.total = Fraction(line["inputs"].get("base", "0"))

    def _seal(
        self, line: Mapping[str, Any], chains: Chains, number: int, lines: int
    ) -> Iterator[Message]:
        said = line["inputs"]
        if said.get("lines") != str(chains.count) or number != lines:
            yield say(N_("the seal counts {count} lines, and there are {found}"),
                      count=str(said.get("lines")), found=str(chains.count))  # fmt: skip
        if said.get("chains") != chains.ends:
            yield say(N_("the seal does not fit the ends of the chains"))
        scheme = self.versions[-1].scheme
        if said.get("scheme") != scheme.scheme:
            yield say(N_("the trace is of the scheme '{name}'"), name=str(said.get("scheme")))
        if (said.get("illustrative") == "yes") is not scheme.illustrative:
            yield say(N_("the seal and the scheme differ in whether the figures are invented"))

    def _entry(self, entry: Entry, seen: set[tuple[str, str]]) -> Iterator[Message]:
        if entry.date is None:
            if entry.outcome is not Outcome.UNREADABLE or entry.granted:
                yield say(N_("a line without a date brings points"))
            return
        version = self._on(entry.date)
        if version is None:
            if entry.outcome is not Outcome.NO_VERSION:
                yield say(N_("no version is in force on {date}"), date=str(entry.date))
            return
        if entry.version != version.scheme.effective_from:
            yield say(N_("the version in force is that of {date}"),
                      date=str(version.scheme.effective_from))  # fmt: skip
        own_period = version.period(entry.date).label
        if entry.period != own_period:
            yield say(
                N_("{date} lies in the period {period}"), date=str(entry.date), period=own_period
            )
        if entry.event and entry.outcome in _MOVES | {Outcome.REDEEMED}:
            if (entry.event, entry.subject) in seen:
                yield say(N_("the event '{id}' stands twice"), id=entry.event)
            seen.add((entry.event, entry.subject))
        figures = self.figures[entry.subject, entry.period]
        if entry.outcome is Outcome.RULE and entry.event is None:
            figures.ruled = entry.date
        for step in entry.steps:
            self._note_standing(version, entry, step)
        if entry.total_after is not None:
            self.totals += 1
        item = version.items.get(entry.indicator)
        undoes = "repairs" in entry.inputs or "revokes" in entry.inputs
        if item is not None and entry.outcome in _MOVES and not undoes:
            yield from self._asked(version, item, entry)
            yield from self._way(version, item, entry, figures)
        elif entry.outcome in ADMITTED - {Outcome.VOID, Outcome.OBJECTION}:
            self._loose(entry, figures, version)
            self._undone(version, item, entry, figures)
        if entry.event:
            self.indicators[entry.event] = entry.indicator
        yield from self._add_up(entry, figures)

    def _undone(self, version: Version, item: Item | None, entry: Entry, figures: _Figures) -> None:
        """Points received or given back: they went the way of their event, as far as that is known."""
        target = entry.inputs.get("repairs") or entry.inputs.get("revokes")
        if target:
            item = version.items.get(self.indicators.get(target, ""))
        tells = target or entry.outcome in (Outcome.RECEIVED, Outcome.EXPIRED)
        if item is None or item.wide or not tells or self.standing[entry.subject]:
            figures.loose.add("*")
        if item is not None:
            figures.loose |= set(item.nodes)
            self._lose(item, entry)

    def _add_up(self, entry: Entry, figures: _Figures) -> Iterator[Message]:
        figures.total += Fraction(entry.granted)
        for ledger, amount in entry.ledgers.items():
            figures.ledgers[ledger] += Fraction(amount)
        if entry.total_after is not None and Fraction(entry.total_after) != figures.total:
            yield say(N_("the total after this line is {found}, not {written}"),
                      found=_plain(figures.total), written=plain(entry.total_after))  # fmt: skip

    def _on(self, day: date) -> Version | None:
        return next((v for v in reversed(self.versions) if v.scheme.effective_from <= day), None)

    def _note_standing(self, version: Version, entry: Entry, step: Step) -> None:
        if step.kind in ("veto", "grade"):
            self.standing[entry.subject].add(step.note.partition(".")[0] or step.id)
            if step.kind == "grade":
                self.standing[entry.subject].update(
                    ladder.key for ladder in version.scheme.tiers
                    if step.note in {level.key for level in ladder.levels}
                )  # fmt: skip

    # --- what a line asks ----------------------------------------------------------------------

    def _asked(self, version: Version, item: Item, entry: Entry) -> Iterator[Message]:
        fixed = isinstance(item.form, Decimal) and not item.escalates
        known = fixed or item.plain_value
        value = self._value(version, item.form, entry) if known else None
        if value is None:
            self.unproved += item.form is not None
        elif value != Fraction(entry.asked):
            yield say(N_("the event asks for {found} points, not {written}"),
                      found=_plain(value), written=plain(entry.asked))  # fmt: skip

    def _value(self, version: Version, form: object, entry: Entry) -> Fraction | None:
        """Points by the rule alone, or None where the line does not say enough."""
        quantity = entry.inputs.get("quantity")
        clipped = [s.after for s in entry.steps if s.kind == "quantity_cap"]
        amount = Fraction(clipped[-1] if clipped and clipped[-1] is not None else quantity or 0)
        match form:
            case Decimal():
                return Fraction(form)
            case model.PerUnit() | model.Table() if quantity is not None:
                if form.per is None:
                    return table_points(form, amount)
                key = (entry.subject, entry.indicator, self._window(version, form.per, entry.date))
                before = self.amounts[key]
                self.amounts[key] += amount
                after, old = table_points(form, before + amount), table_points(form, before)
                return None if after is None or old is None else after - old
            case model.Bands() if quantity is not None:
                return banded_points(form, amount)
            case model.By():
                (written, table), *_ = form.by.items()
                name = english(COLUMNS, english(FORMULA_NAMES, written))
                word = entry.inputs.get(name, "")
                return self._value(version, table[word], entry) if word in table else None
            case model.Between() | model.OneOf() if "points" in entry.inputs:
                return Fraction(entry.inputs["points"])
            case model.FullMarks() if quantity is not None:
                (unit, cost), *_ = form.each.items()
                lost = Fraction(cost) / Fraction(unit.number) * amount
                return max(Fraction(form.full) + lost, Fraction(form.floor))
        return None

    # --- the way through caps and borders ------------------------------------------------------

    def _way(
        self, version: Version, item: Item, entry: Entry, figures: _Figures
    ) -> Iterator[Message]:
        unsaid = any(s.kind in ("veto", "combine", "then") for s in entry.steps)
        held = self.standing[entry.subject] & {
            "total",
            "added",
            "matter",
            *item.nodes,
            *item.ledgers,
        }
        self._go_on(version, item, entry)
        slots: list[object] = [(s.slot if isinstance(s, Bound) else s.node) for s in item.stages]
        slots += [bound.slot for name in item.ledgers for bound in version.limits[name]]
        lost = any((entry.subject, slot) in self.lost for slot in slots)
        if not item.plain_way or unsaid or held or lost:
            if item.wide or any(step.kind == "veto" for step in entry.steps):
                figures.loose.add("*")
            self._loose(entry, figures, version)
            self._lose(item, entry)
            self.unproved += 1
            return
        amount = Fraction(entry.asked)
        side = "added" if amount >= 0 else "deducted"
        steps = [s for s in entry.steps if s.before is not None and s.kind != "quantity_cap"
                 and s.kind != "escalate"]  # fmt: skip
        for stage in item.stages:
            if isinstance(stage, Border):
                amount = self._border(version, stage, entry, amount, figures, steps)
                continue
            if stage.kind not in ("net", side):
                continue
            key = self._window_of(version, stage, entry)
            before = self.sums[key]
            new, old = stage.clamp(before + amount), stage.clamp(before)
            self.sums[key] = new if stage.lost else before + amount
            self.let[key] = (new, stage)
            for slot in stage.inside:
                inner = (key[0], slot, *key[2:])
                self.sums[inner], self.let[inner] = new, (new, self.let[inner][1])
            self.caps += 1
            yield from self._limit_step(stage, steps, amount, new - old, new)
            amount = new - old
        wanted: dict[str, Fraction] = {}
        for ledger, (part, only) in item.ledgers.items():
            if only in ("", side) and self._has(version, ledger, entry):
                share = amount * part
                for bound in version.limits[ledger]:
                    key = (entry.subject, entry.period, ledger, bound.slot)
                    start = figures.base if ledger == "total" else Fraction(0)
                    before = self.sums.get(key, start)
                    new, old = bound.clamp(before + share), bound.clamp(before)
                    self.sums[key] = new if bound.lost else before + share
                    self.sums |= {(*key[:3], slot): new for slot in bound.inside}
                    self.caps += 1
                    yield from self._limit_step(bound, steps, share, new - old, new)
                    share = new - old
                wanted[ledger] = share
        if steps:
            yield say(N_("the step '{kind}' of {place} follows from nothing"),
                      kind=steps[0].kind, place=steps[0].place)  # fmt: skip
        written = {"total": Fraction(entry.granted)}
        written |= {name: Fraction(amount) for name, amount in entry.ledgers.items()}
        for ledger in {*wanted, *written}:
            found = wanted.get(ledger, Fraction(0))
            if found != written.get(ledger, 0):
                yield say(N_("'{ledger}' gets {found}, not {written}"), ledger=ledger,
                          found=_plain(found), written=_plain(written.get(ledger, Fraction(0))))  # fmt: skip

    def _go_on(self, version: Version, item: Item, entry: Entry) -> None:
        """Let limits go on where a version changed their bounds, from what they let through."""
        for stage in item.stages:
            key = self._window_of(version, stage, entry) if isinstance(stage, Bound) else None
            if not isinstance(stage, Bound) or key is None or key not in self.let:
                continue
            let, old = self.let[key]
            if (old.high, old.low) != (stage.high, stage.low):
                self.sums[key] = let
                if stage.clamp(let) != let:
                    self.lost.add((entry.subject, stage.slot))

    def _limit_step(
        self, bound: Bound, steps: list[Step], before: Fraction, after: Fraction, reached: Fraction
    ) -> Iterator[Message]:
        """A limit that changed something has its step, with what came, what went, what is left."""
        if before == after:
            return
        room = bound.high - abs(reached) if bound.high is not None else reached - (bound.low or 0)
        if bound.kind == "net" and bound.high is not None:
            room = bound.high - reached
        step = steps.pop(0) if steps else None
        written = None if step is None else (step.place, step.before, step.after, step.room)
        if written != (bound.place, *(_decimal(n) for n in (before, after, room))):
            yield say(N_("the limit of {place} lets {after} of {before} through and leaves {room}"),
                      place=bound.place, before=_plain(before), after=_plain(after),
                      room=_plain(room))  # fmt: skip

    def _border(
        self, version: Version, stage: Border, entry: Entry, amount: Fraction,
        figures: _Figures, steps: list[Step],
    ) -> Fraction:  # fmt: skip
        if stage.node:
            figures.categories[stage.node] += amount
        weighed = amount * stage.factor
        if weighed != amount and steps and steps[0].kind == "weight":
            steps.pop(0)
        if stage.rounding is not None:
            key = (entry.subject, entry.period, stage.node, "round")
            before = self.sums[key]
            self.sums[key] = before + weighed
            rounded = Fraction(stage.rounding.apply(before + weighed))
            rounded -= Fraction(stage.rounding.apply(before))
            if rounded != weighed and steps and steps[0].kind == "round":
                steps.pop(0)
            weighed = rounded
        return weighed

    def _loose(self, entry: Entry, figures: _Figures, version: Version) -> None:
        """Points whose way no line tells: what hangs on them is proved no longer."""
        item = version.items.get(entry.indicator)
        figures.loose |= set(item.nodes) if item is not None else {"*"}
        if entry.granted or entry.ledgers:
            for bounds in version.limits.values():
                self.lost |= {(entry.subject, bound.slot) for bound in bounds}

    def _lose(self, item: Item, entry: Entry) -> None:
        for stage in item.stages:
            if isinstance(stage, Bound):
                self.lost.add((entry.subject, stage.slot))
            elif stage.rounding is not None:
                self.lost.add((entry.subject, stage.node))

    def _window_of(self, version: Version, bound: Bound, entry: Entry) -> Key:
        assert entry.date is not None
        if bound.window.name == "event":
            return (entry.subject, bound.slot, entry.event or entry.date)
        return (entry.subject, bound.slot, self._window(version, bound.window, entry.date))

    def _window(self, version: Version, window: Window, day: date | None) -> object:
        assert day is not None
        if window.name in ("period", "length"):
            return version.period(day).start
        return window.key(day)

    def _has(self, version: Version, ledger: str, entry: Entry) -> bool:
        """Whether a subject has a ledger that is for some only."""
        words: tuple[str, ...] = next(
            (part.for_ for part in version.scheme.ledgers if part.key == ledger), ()
        )
        if not words or self.roster is None or entry.date is None:
            return True
        kinds = tuple(english(KINDS, word) for word in words)
        return self.roster.fits(entry.subject, kinds, entry.date)

    # --- what it comes to ----------------------------------------------------------------------

    def _scored(self, line: Mapping[str, Any]) -> Iterator[Message]:
        subject, period = line["subject"], line["period"]
        figures = self.figures[subject, period]
        self.totals += 1
        if Fraction(line["total_after"]) != figures.total:
            yield say(N_("the lines of {period} come to {found}, not {written}"), period=period,
                      found=_plain(figures.total), written=line["total_after"])  # fmt: skip
        version = self._on(date.fromisoformat(line["date"]))
        if version is None:
            yield say(N_("no version is in force on {date}"), date=line["date"])
            return
        yield from self._base(version, line, figures)
        derived = {ledger.key for ledger in version.scheme.ledgers if ledger.formula is not None}
        based = {ledger.key for ledger in version.scheme.ledgers if ledger.base}
        said: dict[str, Fraction] = {"total": figures.total}
        levels: dict[str, str] = {}
        for step in line["steps"]:
            name, after = step["id"], step["after"]
            if step["kind"] == "level":
                levels[name] = step["note"]
                continue
            said[name] = Fraction(after)
            known = figures.ledgers if step["kind"] == "ledger" else figures.categories
            loose = step["kind"] == "category" and (
                not self._simple(version) or figures.loose & {"*", name}
            )
            if name in derived | based or loose:
                self.unproved += 1
            elif said[name] != known[name]:
                yield say(N_("'{ledger}' comes to {found}, not {written}"), ledger=name,
                          found=_plain(known[name]), written=after)  # fmt: skip
        for ladder in version.scheme.tiers:
            yield from self._level(ladder, subject, said, levels.get(ladder.key, ""), line)

    def _simple(self, version: Version) -> bool:
        """Whether categories begin at nothing and last no longer than their period."""
        return not version.starts and len(self.versions) == 1

    def _base(
        self, version: Version, line: Mapping[str, Any], figures: _Figures
    ) -> Iterator[Message]:
        base = version.scheme.base
        start = version.period(date.fromisoformat(line["date"])).start
        first = self._on(start) or version
        goes_on = version.scheme.at_period_end == "carry"
        if (
            not isinstance(base, Decimal)
            or first is not version
            or goes_on
            or not self._simple(version)
        ):
            return
        if figures.base != Fraction(base):
            yield say(N_("the base is {found}, not {written}"), found=plain(base),
                      written=line["inputs"].get("base", ""))  # fmt: skip

    def _level(
        self, ladder: model.Ladder, subject: str, said: Mapping[str, Fraction], written: str,
        line: Mapping[str, Any],
    ) -> Iterator[Message]:  # fmt: skip
        names = {level.key for level in ladder.levels}
        if written not in names | {""}:
            yield say(N_("the ladder '{id}' has no level '{level}'"), id=ladder.key, level=written)
            return
        figure = said.get(english(ACCOUNTS, ladder.by or "total"))
        graded = ladder.key in self.standing[subject]
        ruled = self.figures[subject, line["period"]].ruled == date.fromisoformat(line["date"])
        if figure is None or graded or ruled or not written or not self._by_edges(ladder, line):
            self.unproved += 1
            return
        self.levels += 1
        rest = next((level.key for level in ladder.levels if not level.has_test), "")
        found = next((level.key for level in ladder.levels if _reached(level, figure)), rest)
        if found != written:
            yield say(N_("{figure} points are the level '{found}', not '{written}'"),
                      figure=_plain(figure), found=found, written=written)  # fmt: skip

    def _by_edges(self, ladder: model.Ladder, line: Mapping[str, Any]) -> bool:
        """Whether a ladder goes by stated edges alone, and is decided when its period ends."""
        version = self._on(date.fromisoformat(line["date"]))
        rule = self.versions[-1].scheme.period
        year = isinstance(ladder.per, Window) and rule.count == 1 and ladder.per.name == rule.unit
        whole = (rule.from_month, rule.from_day) == (1, 1)
        ends = ladder.per in (None, Window("period")) or (year and whole)
        moves = (ladder.up, ladder.down, *(level.lasts for level in ladder.levels))
        if version is None or not ends or any(move is not None for move in moves):
            return False
        return not any(
            level.rank is not None or level.when is not None
            or isinstance(level.at_least, Unknown) or isinstance(level.above, Unknown)
            for level in ladder.levels
        )  # fmt: skip


def _reached(level: model.Level, figure: Fraction) -> bool:
    if isinstance(level.above, Decimal):
        return figure > Fraction(level.above)
    return isinstance(level.at_least, Decimal) and figure >= Fraction(level.at_least)


def _decimal(number: Fraction) -> Decimal:
    return Decimal(_plain(number))


def _plain(number: Fraction) -> str:
    return plain(number)
