"""The limits and borders on the way of each line, with their sums over all lines.

One piece: the check of ways is one class, whose methods share its sums.

The sum and the room of a limit in a window are derived as long as every line says all that is
needed. From the first line that does not, the limit is no longer derived.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ..core.message import N_, Message, msg
from ..core.terms import Window, plain
from ..core.vocabulary import KINDS
from ..trace.entry import Entry, Step
from .asked import window_id
from .book import Book
from .limits import Border, CheckedIndicator, CheckedLimit, Key, Stage
from .parts import consequences_of, own_steps
from .rules import Version
from .starts import begin_period
from .sums import may_have_ledger, number_text
from .walk import returns_room

_OTHER = frozenset({"quantity_cap", "escalate", "round_asked", "share"})
"""Kinds of step that are not on the way."""


@dataclass(slots=True)
class _Line:
    """A line that is being checked: its remaining points, and the steps not yet explained."""

    entry: Entry
    version: Version
    amount: Fraction
    side: str
    steps: list[Step]
    contribution: int = 0
    """0 for the points of the event itself; its consequences are counted from 1."""

    def has(self, kind: str, node: str) -> bool:
        """Tell whether the next step is of a kind and a part."""
        return bool(self.steps) and (self.steps[0].kind, self.steps[0].id) == (kind, node)


class WayCheck:
    """Keeps the sums under each limit, and compares each step with them."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._sums: dict[Key, Fraction] = defaultdict(Fraction)
        self._let: dict[Key, tuple[Fraction, CheckedLimit]] = {}
        """The sum of each limit in a window, with its bounds then."""
        self._times: dict[Key, list[Fraction]] = defaultdict(list)
        self._lengths: dict[Key, list[tuple[date, Fraction]]] = defaultdict(list)
        self._lost: set[tuple[str, Key | str]] = set()
        """Limits and borders whose sums are unknown, by subject (empty: shared by several)."""
        self._begun: dict[tuple[str, str], bool] = {}
        """Whether the bases of categories are known, by subject and period."""
        self.caps = 0

    def check(
        self, version: Version, item: CheckedIndicator, entry: Entry
    ) -> Iterator[Message | None]:
        """Yield the errors on the way of a counted line; None where it cannot be derived."""
        self._go_on(version, item.stages, entry)
        if not self._is_known(version, item, entry):
            self.lose(version, item, entry)
            if item.form == "clear":
                self._lose_nets(version, entry.subject)
            yield None
            return
        steps = [s for s in own_steps(entry) if s.before is not None and s.kind not in _OTHER]
        if entry.total_after is None and not steps:
            return  # a subject without figures has no sums under limits
        side = "added" if entry.asked >= 0 else "deducted"
        line = _Line(entry, version, Fraction(entry.asked), side, steps)
        yield from self._pass(item.stages, line)
        reached = line.amount
        for name, own in item.ledgers.items():
            if own.side in ("", side) and may_have_ledger(self._book, version, name, entry):
                line.amount = reached * own.part
                yield from self._ledger(name, line)
        yield from _rest(line)

    def consequences(
        self, version: Version, item: CheckedIndicator | None, entry: Entry
    ) -> Iterator[Message | None]:
        """Yield the same for the consequences of a line, which pass the limits of the scheme."""
        parts = consequences_of(self._book, version, entry)
        self._go_on(version, version.outermost if parts else (), entry)
        for number, part in enumerate(parts, 1):
            if part.may_wipe:
                self._lose_nets(version, entry.subject)
            elif part.ledger is None or not self._is_free(version, part.ledger, entry):
                self._lose_brought(version, entry)
                yield None
            else:
                side = "added" if part.brings >= 0 else "deducted"
                line = _Line(entry, version, part.brings, side, [*part.met], number)
                yield from self._pass(version.outermost, line)
                if may_have_ledger(self._book, version, part.ledger, entry):
                    yield from self._ledger(part.ledger, line)
                yield from _rest(line)

    def _pass(self, stages: Iterable[Stage], line: _Line) -> Iterator[Message]:
        for stage in stages:
            if isinstance(stage, Border):
                self._border(stage, line)
            elif stage.kind in ("net", "times", line.side):
                yield from self._limit(stage, line)

    def _is_free(self, version: Version, ledger: str, entry: Entry) -> bool:
        """Tell whether the way of a consequence is fully known from the lines."""
        subject, stages = entry.subject, version.outermost
        if any(s.kind in ("veto", "combine") for s in entry.steps):
            return False
        outermost = [s for s in stages if isinstance(s, CheckedLimit)]
        if self._may_displace(version, outermost, entry) or not self._begin(version, entry):
            return False
        if self._book.is_held(subject, {"total", ledger}) or (subject, "*") in self._lost:
            return False
        bounds = [*version.limits[ledger], *(s for s in stages if isinstance(s, CheckedLimit))]
        names: list[Key | str] = [bound.slot for bound in bounds]
        names += [s.node for s in stages if isinstance(s, Border) and s.rounding is not None]
        return not any(b.among for b in bounds) and not any(
            (subject, name) in self._lost for name in names
        )

    def _lose_brought(self, version: Version, entry: Entry) -> None:
        self._lose_outermost(version, entry.subject)
        for bounds in version.limits.values():
            self._lost |= {(entry.subject, bound.slot) for bound in bounds}

    def _lose_nets(self, version: Version, subject: str) -> None:
        """Stop deriving every net limit and rounding: all their points have ended."""
        for item in version.items.values():
            for stage in item.stages:
                if returns_room(stage):
                    self._lose_stage(subject, stage)
        for bounds in version.limits.values():
            self._lost |= {(subject, bound.slot) for bound in bounds}

    def lose(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> None:
        """Stop deriving the limits that a line changed without saying how."""
        subject = entry.subject
        if item is not None:
            for stage in item.stages:
                self._lose_stage(subject, stage)
        self._lose_outermost(version, subject)
        wide = item is None or item.joins > 0
        if wide and any(s.before is not None for s in own_steps(entry)):
            self._lost.add((subject, "*"))
        came = any(s.before is not None and s.id in version.limits for s in entry.steps)
        brings = entry.granted or entry.ledgers or len(own_steps(entry)) < len(entry.steps)
        if came or brings:
            for bounds in version.limits.values():
                self._lost |= {(subject, bound.slot) for bound in bounds}

    def lose_net(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> None:
        """Stop deriving what an undo changed: net limits and roundings, no other limit."""
        for stage in item.stages if item is not None else ():
            if isinstance(stage, Border) or stage.kind == "net":
                self._lose_stage(entry.subject, stage)
        self._lose_outermost(version, entry.subject)
        for bounds in version.limits.values():
            self._lost |= {(entry.subject, bound.slot) for bound in bounds}

    def lose_all(self, subject: str) -> None:
        """Stop deriving all limits of a subject, after a veto took or gave back unstated points."""
        self._lost.add((subject, "*"))

    def _lose_outermost(self, version: Version, subject: str) -> None:
        for stage in version.outermost:
            self._lose_stage(subject, stage)

    def _lose_stage(self, subject: str, stage: CheckedLimit | Border) -> None:
        if isinstance(stage, Border):
            self._lost.add((subject, stage.node))
        else:
            self._lost.add(("" if stage.among else subject, stage.slot))

    def _is_known(self, version: Version, item: CheckedIndicator, entry: Entry) -> bool:
        if any(s.kind in ("veto", "combine") for s in entry.steps) or item.joins >= 0:
            return False
        if item.pays or not item.stated or item.form == "clear":
            return False
        if self._book.is_held(entry.subject, {"total", *item.nodes, *item.ledgers}):
            return False
        bounds = [bound for name in item.ledgers for bound in version.limits[name]]
        bounds += [stage for stage in item.stages if isinstance(stage, CheckedLimit)]
        if self._may_displace(version, bounds, entry):
            return False
        nets = item.has_net() or any(bound.kind == "net" for bound in bounds)
        if nets and not self._begin(version, entry):
            return False
        subject = entry.subject
        names: list[Key | str] = [bound.slot for bound in bounds]
        names += [s.node for s in item.stages if isinstance(s, Border) and s.rounding is not None]
        if (subject, "*") in self._lost or any((subject, name) in self._lost for name in names):
            return False
        pots = [bound for bound in bounds if bound.among]
        return not any(("", b.slot) in self._lost or self._pot(b, entry) is None for b in pots)

    def _may_displace(self, version: Version, bounds: Iterable[CheckedLimit], entry: Entry) -> bool:
        """Tell whether one more event may displace another among the highest times."""
        full = (b for b in bounds if b.kind == "times" and b.highest)
        return any(len(self._times[self._key(version, b, entry)]) >= (b.high or 0) for b in full)

    def _begin(self, version: Version, entry: Entry) -> bool:
        """Start the sums of a period at the bases of categories; tell whether they are known."""
        key = (entry.subject, entry.period)
        if not version.starts or key in self._begun:
            return self._begun.get(key, True)
        assert entry.date is not None
        begun = begin_period(self._book, entry.subject, entry.date)
        known = self._begun[key] = begun is not None and len(self._book.versions) == 1
        if begun is not None:
            opening = window_id(version, Window("period"), entry.date)
            for slot, amount in begun.sums.items():
                self._sums[entry.subject, slot, opening] += amount
            for node, amount in begun.rounded.items():
                self._sums[entry.subject, entry.period, node, "round"] += amount
        return known

    def _go_on(self, version: Version, stages: Iterable[Stage], entry: Entry) -> None:
        """Continue limits whose bounds a version changed, from their sums."""
        for stage in stages:
            if not isinstance(stage, CheckedLimit):
                continue
            key = self._key(version, stage, entry)
            if key not in self._let:
                continue
            let, old = self._let[key]
            if (old.high, old.low) != (stage.high, stage.low):
                self._sums[key] = let
                self._times[key] = _first_of(old, self._times[key])
                if stage.kind != "times" and stage.clamp(let) != let:
                    self._lose_stage(entry.subject, stage)

    # --- one limit -----------------------------------------------------------------------------

    def _limit(self, bound: CheckedLimit, line: _Line) -> Iterator[Message]:
        amount, entry = line.amount, line.entry
        key = self._key(line.version, bound, entry)
        if bound.window.name == "event":
            key = (*key, line.contribution)
        self.caps += 1
        if bound.window.name == "length":
            let, room = self._looked_back(bound, key, line), None
        elif bound.kind == "times":
            let, room = self._counted(bound, key, amount), None
            self._let[key] = (let, bound)
        else:
            before = self._sums[key]
            new, old = bound.clamp(before + amount), bound.clamp(before)
            self._sums[key] = new if bound.lost else before + amount
            self._let[key] = (new, bound)
            for slot in bound.inside:
                inner = (key[0], slot, *key[2:])
                self._sums[inner], self._let[inner] = new, (new, self._let[inner][1])
            let, room = new - old, _room(bound, new)
        line.amount = let
        yield from _step(bound, line, amount, room)

    def _counted(self, bound: CheckedLimit, key: Key, amount: Fraction) -> Fraction:
        """Return what a limit of times lets through: the first events or the highest ones."""
        seen = self._times[key]
        before = _chosen(bound, seen)
        if amount:
            seen.append(amount)
        return _chosen(bound, seen) - before

    def _looked_back(self, bound: CheckedLimit, key: Key, line: _Line) -> Fraction:
        """Return what a limit over a length lets through, back from the day of the event."""
        day = line.entry.date
        assert day is not None
        first = bound.window.first_day_back(day)
        seen = [(when, let) for when, let in self._lengths[key] if let and when >= first]
        inside = [let for _, let in seen]
        if bound.kind == "times":
            new = line.amount if len(inside) < (bound.high or 0) else Fraction(0)
        else:
            used = sum(inside, Fraction(0))
            new = bound.clamp(used + line.amount) - bound.clamp(used)  # a version may have moved it
        self._lengths[key] = [*seen, (day, new)]
        return new

    def _ledger(self, name: str, line: _Line) -> Iterator[Message]:
        entry = line.entry
        figures = self._book.figures[entry.subject, entry.period]
        for bound in line.version.limits[name]:
            key = (entry.subject, bound.slot, entry.period)
            amount, start = line.amount, figures.base if name == "total" else Fraction(0)
            before = self._sums.get(key, start)
            new, old = bound.clamp(before + amount), bound.clamp(before)
            self._sums[key] = new if bound.lost else before + amount
            self._sums |= {(entry.subject, slot, entry.period): new for slot in bound.inside}
            self.caps += 1
            line.amount = new - old
            yield from _step(bound, line, amount, _room(bound, new))

    def _border(self, stage: Border, line: _Line) -> None:
        weighed = line.amount * stage.factor
        if weighed != line.amount and line.has("weight", stage.node):
            line.steps.pop(0)
        if stage.rounding is not None:
            key = (line.entry.subject, line.entry.period, stage.node, "round")
            before = self._sums[key]
            self._sums[key] = before + weighed
            rounded = Fraction(stage.rounding.apply(before + weighed))
            rounded -= Fraction(stage.rounding.apply(before))
            if rounded != weighed and line.has("round", stage.node):
                line.steps.pop(0)
            weighed = rounded
        line.amount = weighed

    def _key(self, version: Version, bound: CheckedLimit, entry: Entry) -> Key:
        assert entry.date is not None
        whose = (entry.subject,) if not bound.among else (self._pot(bound, entry),)
        if bound.window.name == "event":
            return (entry.subject, bound.slot, entry.event or entry.date)
        if bound.window.name == "length":
            return (*whose, bound.slot, "length")
        return (*whose, bound.slot, window_id(version, bound.window, entry.date))

    def _pot(self, bound: CheckedLimit, entry: Entry) -> tuple[str, ...] | None:
        """Return the group with which a subject shares a limit; None if unknown."""
        roster = self._book.roster
        if bound.window.name == "length":
            return None
        if roster is None or entry.date is None:
            return ("",) if bound.among == ("all",) else None
        known = all(word in (*KINDS, "all", "class") for word in bound.among)
        return roster.populations(entry.subject, bound.among, entry.date) if known else None


def _chosen(bound: CheckedLimit, seen: list[Fraction]) -> Fraction:
    return sum(_first_of(bound, seen), Fraction(0))


def _first_of(bound: CheckedLimit, seen: list[Fraction]) -> list[Fraction]:
    """Return the events that a limit of times lets through: the first or the highest ones."""
    values = sorted(seen, reverse=True) if bound.highest else seen
    return values[: int(bound.high or 0)]


def _room(bound: CheckedLimit, reached: Fraction) -> Fraction:
    if bound.high is None:
        return reached - (bound.low or 0)
    return bound.high - (reached if bound.kind == "net" else abs(reached))


def _step(
    bound: CheckedLimit, line: _Line, before: Fraction, room: Fraction | None
) -> Iterator[Message]:
    """Check the step of a limit that changed points: before, after and room."""
    if before == line.amount:
        return
    step = line.steps.pop(0) if line.steps else None
    wanted = (
        bound.place,
        *(None if n is None else _decimal(n) for n in (before, line.amount, room)),
    )
    if step is None or (step.place, step.before, step.after, step.room) != wanted:
        yield msg(
            N_("the limit of {place} lets {after} of {before} through and leaves {room}"),
            place=bound.place,
            before=number_text(before),
            after=number_text(line.amount),
            room="-" if room is None else number_text(room),
        )


def _rest(line: _Line) -> Iterator[Message]:
    """Yield an error for each step that no limit explains."""
    if line.steps:
        yield msg(
            N_("the step '{kind}' of {place} follows from nothing"),
            kind=line.steps[0].kind,
            place=line.steps[0].place,
        )


def _decimal(number: Fraction) -> Decimal | None:
    try:
        return Decimal(plain(number))
    except ValueError:
        return None
