"""Prepared stages: each limit and border of a plan as one small function with its bounds bound in.

One piece: the makers of stages share their sums and keys, and are read beside each other.

`stage.run(sums, contribution, points)` takes what comes to the stage and gives what it lets
through, after or before the opposite alike: what it lets through is `clamp(after) - clamp(before)`
of the sums that reached it. Adds and deducts are two sums. Refuses to know of ledgers and of what
ends.

A stage is one or several pieces, functions that are called alike. A piece that returns in one
place, at its end, can be fused with others (`fusing`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import Any, Final, TypeAlias

from ..core.rounding import Rounding
from ..core.terms import Exact, exact
from ..plan import Cap, Plan, Weigh
from ..trace.entry import Step
from .frames import DayFrames, Frame, Layout, SumPlace, WindowKeys, numbers_of
from .lookback import Lookback
from .state import Contribution, SubjectState, Sums
from .steps import step

Run: TypeAlias = Callable[[DayFrames, Contribution, Exact], Exact]


class Slots(dict[str, int]):
    """A number for each limit, the same in every version of a scheme."""

    def __missing__(self, slot: str) -> int:
        number = self[slot] = len(self) + 1
        return number


class Stage:
    """One limit or border on a route."""

    __slots__ = ("cap", "day_of", "keys", "pieces", "place", "run", "slot", "weigh")

    def __init__(
        self,
        part: Cap | Weigh,
        *pieces: Run,
        keys: WindowKeys | None = None,
        place: SumPlace | None = None,
        slot: int | None = None,
    ) -> None:
        self.slot = slot
        """Of a limit on one event its number, by which its sums of events that change stand."""
        self.cap = part if isinstance(part, Cap) else None
        self.weigh = part if isinstance(part, Weigh) else None
        self.pieces = pieces
        """What it does, in order, with points on its side; without any it lets all through."""
        run = pieces[0] if len(pieces) == 1 else _one_by_one(pieces)
        self.run = run if self.cap is None else _sided(self.cap, run)
        self.keys = keys
        """Tells its windows apart; None where it has none of the calendar."""
        self.place = place
        """Where its sum stands in a view; None for one among the sums of a subject or several."""
        self.day_of: Callable[[Contribution], date] = own_day
        if isinstance(part, Cap) and part.window.name == "period":
            self.day_of = _period_day

    @property
    def is_net(self) -> bool:
        """Whether what ends returns its room here."""
        if self.cap is not None:
            return self.cap.kind == "net"
        assert self.weigh is not None
        return self.weigh.rounding is not None

    @property
    def is_shared_net(self) -> bool:
        """Whether several contributions of a subject share what a net limit keeps."""
        cap = self.cap
        is_kept = cap is not None and cap.kind == "net" and not cap.lost
        return is_kept and self.keys is not None and cap is not None and not cap.among

    @property
    def tells_events_apart(self) -> bool:
        """Whether it must know which contribution reaches it."""
        return self.cap is not None and self.cap.window.name == "length"

    def keeps_room(self, item: Contribution) -> bool:
        """Whether the room of what ends stays used: at a cap on its side, or on times."""
        return self.cap is not None and self.cap.kind in ("times", item.side)

    def steps(self, scale: int, before: Exact, after: Exact, room: Exact | None) -> Iterator[Step]:
        """Yield what the trace says of points that changed here."""
        if self.weigh is not None:
            yield from _border_steps(self.weigh, scale, before, after)
            return
        cap = self.cap
        assert cap is not None
        kind = "floor" if cap.high is None else cap.kind
        yield step(kind, cap.mark, scale, before, after, room, cap.window)

    def room(self, views: DayFrames, item: Contribution, let: Exact) -> Exact | None:
        """Return what is left under the limit; None where it counts times or looks back."""
        cap, place = self.cap, self.place
        if cap is None:
            return None
        if place is not None:
            return room_left(cap, cap.clamp(views[place.kind][place.at]))
        if cap.window.name == "event" and cap.kind != "times":
            return room_left(cap, cap.clamp(item.state.sums.get((self.slot, item.number), let)))
        if self.keys is None or cap.kind == "times":
            return None
        plain = self.keys[self.day_of(item)]
        sums, key = shared_sums(cap, item, plain)
        over = item.state.pots_over if cap.among else item.state.over
        cap = item.state.bounds.get(plain, cap)
        reached = over.get(key) if over else None
        return room_left(cap, cap.clamp(sums.get(key, 0)) if reached is None else reached)

    def values_of(self, item: Contribution) -> dict[int, Exact]:
        """Tell, by their numbers, what a cap on times lets through of those whose time counts."""
        assert self.cap is not None and self.keys is not None
        plain = self.keys[self.day_of(item)]
        sums, key = shared_sums(self.cap, item, plain)
        seen = _times_at(sums, key)
        several = counting_of(item.state.bounds.get(plain, self.cap), seen)
        return {number: seen[number] for number in several}

    def frame_of(self, item: Contribution) -> Frame:
        """Return the frame in which its sum stands for a contribution."""
        assert self.place is not None
        return item.state.view_of(item)[self.place.kind]

    def reached(self, state: SubjectState, day: date) -> Any:
        """Return what has reached it in the window of a day.

        A sum, or what it knows of times; None for nothing.
        """
        if self.place is not None:
            return state.view(day, day)[self.place.kind][self.place.at]
        return None if self.keys is None else state.sums.get(self.keys[day])

    def begin_at(self, state: SubjectState, day: date, value: Exact) -> None:
        """Let its sum be a value in the window of a day."""
        if self.place is not None:
            state.view(day, day)[self.place.kind][self.place.at] = value
        elif self.keys is not None:
            state.sums[self.keys[day]] = value

    def settle(self, item: Contribution, came: Exact, let: Exact) -> None:
        """Forget what a contribution brought that has ended, without returning its room.

        A cap forgets what it had not let through, and keeps the rest as used; a border's figures
        fall by what the contribution brought to it.
        """
        if self.weigh is not None:
            _add(item.state.figures, self.weigh.mark.id, -came)
            if self.weigh.mark.id in item.state.weighed:
                _add(item.state.weighed, self.weigh.mark.id, -let)
        elif came != let and self.cap is not None and self.cap.kind in ("net", item.side):
            if self.place is not None:
                self.frame_of(item)[self.place.at] += let - came
                return
            if self.keys is None:
                return
            plain = self.keys[self.day_of(item)]
            sums, key = shared_sums(self.cap, item, plain)
            after = sums.get(key, 0) + let - came
            if self.cap.among and key not in item.state.pots_over:
                after = _no_less(item.state.bounds.get(plain, self.cap), sums.get(key, 0), after)
            sums[key] = after
        elif self.cap is not None and self.cap.kind == "times" and self.keys is not None:
            plain = self.keys[self.day_of(item)]
            sums, key = shared_sums(self.cap, item, plain)
            _use_up(item.state.bounds.get(plain, self.cap), _times_at(sums, key), item.number)


def _no_less(cap: Cap, before: Exact, after: Exact) -> Exact:
    """Keep as used what a pot has let through, also of whom a veto could not take all."""
    used = cap.clamp(before)
    return used if cap.kind != "net" and size(cap.clamp(after)) < size(used) else after


def own_day(item: Contribution) -> date:
    """Return the day by which windows of the calendar are told."""
    return item.day


def _period_day(item: Contribution) -> date:
    return item.since


def shared_sums(cap: Cap, item: Contribution, key: Any) -> tuple[Sums, Any]:
    """Return the sums a limit works on, and the key in them: shared ones for several subjects."""
    if not cap.among:
        return item.state.sums, key
    return item.state.pots, (key, *item.state.populations(cap.among, item.day))


def room_left(cap: Cap, reached: Exact) -> Exact | None:
    """Return the room between what a limit has let through and its bound."""
    if cap.high is None:
        return None if cap.low is None else reached - cap.low
    return cap.high - size(reached) if cap.kind == "deducted" else cap.high - reached


# --- preparing -----------------------------------------------------------------------------------


class StageMaker:
    """Prepares the stages of one version of a scheme."""

    def __init__(
        self,
        plan: Plan,
        slots: Slots,
        figures: frozenset[str],
        moved: frozenset[str],
        keeps: bool,
        *,
        windows: dict[int, WindowKeys],
        layout: Layout,
        has_versions: bool,
    ) -> None:
        """`figures` are looked up later; `moved` are limits whose bound a later version moved;
        `keeps` tells whether the events that reach a limit are kept, so that they can change.
        """
        self.plan, self.slots, self.figures = plan, slots, figures
        self.moved, self.keeps, self.has_versions = moved, keeps, has_versions
        self._windows, self._layout = windows, layout
        self._stages: dict[Cap | Weigh, Stage] = {}

    def stage(self, part: Cap | Weigh) -> Stage:
        """Prepare a part of a route, once."""
        found = self._stages.get(part)
        if found is None:
            made = self._border(part) if isinstance(part, Weigh) else self._cap(part)
            found = self._stages[part] = made
        return found

    def keys(self, slot: str, window: Any) -> WindowKeys:
        """Return the keys of the sums of a limit in a calendar window."""
        number = self.slots[slot]
        found = self._windows[number] = WindowKeys(number, numbers_of(window, self.plan))
        return found

    def _cap(self, cap: Cap) -> Stage:
        if cap.window.name == "length":
            return Stage(cap, _looking_back(cap, self.slots[cap.slot]))
        if cap.window.name == "event":
            twins = tuple(self.slots[twin] for twin in cap.twins)
            slot = self.slots[cap.slot]
            return Stage(cap, _of_one_event(cap, slot, twins, self.keeps), slot=slot)
        keys = self.keys(cap.slot, cap.window)
        if cap.kind == "times":
            run = _listing(cap, keys) if self.keeps else _counting(cap, keys)
        elif cap.among or cap.slot in self.moved or cap.lost:
            twins = tuple(self.slots[twin] << 32 for twin in cap.twins)
            run = _running(cap, keys, twins, is_moved=cap.slot in self.moved)
        elif (place := self._layout.place(cap)) is not None:
            return Stage(cap, _bounding(cap, place), keys=keys, place=place)
        else:
            run = _running(cap, keys, (), is_moved=False)
        return Stage(cap, run, keys=keys)

    def _border(self, border: Weigh) -> Stage:
        node, pieces = border.mark.id, list[Run]()
        looked_up = node in self.figures
        if looked_up:
            pieces.append(_noting(node))
        if border.factor != 1:
            pieces.append(_weighing(border.factor))
        if border.rounding is not None:
            place = self._layout.place(border)
            assert place is not None
            pieces.append(_rounding(border.rounding, place, self.plan.scale))
        if looked_up and (border.factor != 1 or border.rounding is not None or self.has_versions):
            pieces.append(_noting_weighed(node))
        return Stage(border, *pieces)


def _one_by_one(pieces: tuple[Run, ...]) -> Run:
    def run(sums: DayFrames, item: Contribution, x: Exact) -> Exact:
        for piece in pieces:
            x = piece(sums, item, x)
        return x

    return run


def _sided(cap: Cap, run: Run) -> Run:
    """Let a limit on one side see that side alone."""
    if cap.kind in ("net", "times"):
        return run
    kind = cap.kind

    def sided(sums: DayFrames, item: Contribution, x: Exact) -> Exact:
        return run(sums, item, x) if item.side == kind else x

    return sided


def _bounding(cap: Cap, place: SumPlace) -> Run:
    """Make a limit of one subject that keeps what is beyond its bound, in a calendar window."""
    if cap.kind == "deducted":
        return _at_least(-(cap.high or 0), *place)
    if cap.high is not None:
        return _at_most(cap.high, *place)
    assert cap.low is not None
    return _at_least(cap.low, *place)


def _at_most(high: Exact, kind: int, at: int) -> Run:
    def run(sums: DayFrames, item: Contribution, x: Exact) -> Exact:
        frame = sums[kind]
        before = frame[at]
        after = frame[at] = before + x
        let = x
        if after > high or before > high:
            let = (after if after < high else high) - (before if before < high else high)
        return let

    return run


def _at_least(low: Exact, kind: int, at: int) -> Run:
    def run(sums: DayFrames, item: Contribution, x: Exact) -> Exact:
        frame = sums[kind]
        before = frame[at]
        after = frame[at] = before + x
        let = x
        if after < low or before < low:
            let = (after if after > low else low) - (before if before > low else low)
        return let

    return run


def _running(cap: Cap, keys: WindowKeys, twins: tuple[int, ...], *, is_moved: bool) -> Run:
    """Make a limit that several share, that loses what is beyond, or that a version moved."""
    in_period = cap.window.name == "period"
    first = keys.first

    def run(_: DayFrames, item: Contribution, x: Exact) -> Exact:
        plain = keys[item.since if in_period else item.day]
        sums, key = shared_sums(cap, item, plain)
        over = item.state.pots_over if cap.among else item.state.over
        before = sums.get(key, 0)
        now = item.state.bounds.get(plain, cap) if is_moved else cap
        old, new = _clamped(now, over if is_moved else None, key, before, before + x)
        sums[key] = new if now.lost else before + x
        for twin in twins:
            sums[plain - first + twin] = new
        return new - old

    return run


def _clamped(
    cap: Cap, over: dict[Any, Exact] | None, key: object, before: Exact, after: Exact
) -> tuple[Exact, Exact]:
    """Return what a limit let through before and after; beyond a lower bound it only shrinks."""
    old = over.get(key) if over else None
    if old is None or over is None:
        return cap.clamp(before), cap.clamp(after)
    if old > cap.clamp(old):
        new = max(cap.clamp(after), min(old, after))
    else:
        new = min(cap.clamp(after), max(old, after))
    if new == cap.clamp(new):
        del over[key]
    else:
        over[key] = new
    return old, new


def _of_one_event(cap: Cap, slot: int, twins: tuple[int, ...], keeps: bool) -> Run:
    """Make a bound on a single event; `times` of one event are one."""

    def run(_: DayFrames, item: Contribution, x: Exact) -> Exact:
        if cap.kind == "times":
            return x if cap.high else 0
        if not keeps:
            return cap.clamp(x)
        sums, key = item.state.sums, (slot, item.number)
        before = sums.get(key, 0)
        old, new = cap.clamp(before), cap.clamp(before + x)
        sums[key] = new if cap.lost else before + x
        for twin in twins:
            sums[(twin, item.number)] = new
        return new - old

    return run


def _counting(cap: Cap, keys: WindowKeys) -> Run:
    """Make the first n times, where no event that reached it can change."""
    high = int(cap.high or 0)
    in_period = cap.window.name == "period"

    def run(sums: DayFrames, item: Contribution, x: Exact) -> Exact:
        counts, key = shared_sums(cap, item, keys[item.since if in_period else item.day])
        count = counts[key] = counts.get(key, 0) + 1
        return x if count <= high else 0

    return run


def _listing(cap: Cap, keys: WindowKeys) -> Run:
    """Make the first or highest n times, of events that may still change."""
    in_period = cap.window.name == "period"

    def run(_: DayFrames, item: Contribution, x: Exact) -> Exact:
        plain = keys[item.since if in_period else item.day]
        sums, key = shared_sums(cap, item, plain)
        seen, now = _times_at(sums, key), item.state.bounds.get(plain, cap)
        before = _chosen(now, seen)
        value = seen.get(item.number, 0) + x
        if value:
            seen[item.number] = value
        else:
            seen.pop(item.number, None)
        return _chosen(now, seen) - before

    return run


USED: Final = -1
"""Under which number it stands how many of the highest times have ended since they counted."""
STOOD: Final = -2
"""Under which the last number that counted when a version lowered the bound: those stay."""


def _times_at(sums: Sums, key: object) -> dict[int, Exact]:
    """Return what is known of each time; those counted while nothing was kept stay used."""
    seen: dict[int, Exact] | int = sums.setdefault(key, {})
    if isinstance(seen, int):
        seen = sums[key] = {USED: seen}
    return seen


def times_come(seen: int | Mapping[int, Exact]) -> int:
    """Count the times that have come to a limit, those too that ended and stay used."""
    if isinstance(seen, int):
        return seen
    return sum(number >= 0 for number in seen) + int(seen.get(USED, 0))


def _use_up(cap: Cap, seen: dict[int, Exact], number: int) -> None:
    """Let a contribution that ends use its time up, if it counted; nothing comes in its place."""
    if number not in seen:
        return
    counts = number in counting_of(cap, seen)
    if cap.highest or not counts:
        del seen[number]
    if cap.highest and counts:
        seen[USED] = seen.get(USED, 0) + 1


def counting_of(cap: Cap, seen: Mapping[int, Exact]) -> list[int]:
    """Tell which contributions count, the first or the highest, as the bound has left."""
    left = max(int(cap.high or 0) - int(seen.get(USED, 0)), 0)
    if not (cap.highest or STOOD in seen):
        return [*islice((number for number in seen if number >= 0), left)]
    numbers = [number for number in seen if number >= 0]
    stood = [number for number in numbers if number <= seen.get(STOOD, -1)]
    if len(stood) > left:
        return stood
    if cap.highest:
        numbers.sort(key=lambda number: -seen[number])
    return numbers[:left]


def _chosen(cap: Cap, seen: Mapping[int, Exact]) -> Exact:
    return total(seen[number] for number in counting_of(cap, seen))


def take_over(stage: Stage, old: Contribution, item: Contribution, points: Exact) -> None:
    """Put a contribution in the place of another one among the times of a limit."""
    assert stage.cap is not None and stage.keys is not None
    sums, key = shared_sums(stage.cap, item, stage.keys[stage.day_of(item)])
    seen = _times_at(sums, key)
    if stage.cap.highest:
        seen[USED], seen[item.number] = seen.get(USED, 0) - 1, points
        return
    sums[key] = {
        item.number if number == old.number else number: points if number == old.number else value
        for number, value in seen.items()
        if number != item.number
    }


def _looking_back(cap: Cap, slot: int) -> Run:
    """Make a limit over a length: it looks back from the event's own day to the first one."""
    clamp, is_times, high = cap.clamp, cap.kind == "times", cap.high or 0

    def run(_: DayFrames, item: Contribution, x: Exact) -> Exact:
        sums, key = shared_sums(cap, item, slot)
        seen: Lookback = sums.get(key) or sums.setdefault(key, Lookback())
        day, number = item.day, item.number
        first, known = cap.window.first_day_back(day), seen.get(number)
        reached, old = known or (0, 0)
        if known is None and seen.is_latest(day):
            seen.move_to(first)
            used, times = seen.used, seen.times
        else:
            others = [*seen.others(number, first, day)]
            used, times = total(others), sum(map(bool, others))
        reached += x
        if is_times:
            new: Exact = reached if times < high else 0
        else:
            new = _towards(reached, clamp(used + reached) - used)
        seen.put(number, day, reached, new)
        return new - old

    return run


def _towards(reached: Exact, room: Exact) -> Exact:
    """Bound what is let through by what reached a limit: older events may leave no room."""
    return min(max(room, 0), reached) if reached > 0 else max(min(room, 0), reached)


def _noting(node: str) -> Run:
    """Add what reaches a border to the figure of its category."""

    def run(sums: DayFrames, item: Contribution, x: Exact) -> Exact:
        figures = item.state.figures
        figures[node] = figures.get(node, 0) + x
        return x

    return run


def _noting_weighed(node: str) -> Run:
    """Note what enters the parent apart, where it may differ from the figure itself."""

    def run(sums: DayFrames, item: Contribution, x: Exact) -> Exact:
        figures = item.state.weighed
        figures[node] = figures.get(node, 0) + x
        return x

    return run


def _weighing(factor: Exact) -> Run:
    top, bottom = factor.numerator, factor.denominator

    def run(sums: DayFrames, item: Contribution, x: Exact) -> Exact:
        whole, rest = divmod(x * top, bottom) if type(x) is int else (0, 1)
        return weighed(x, factor) if rest else whole

    return run


def _rounding(rounding: Rounding, place: SumPlace, scale: int) -> Run:
    """Round a running sum of the period; beside it stands what it was rounded to."""
    step, apply = rounding.units(scale), rounding.rounder(scale)
    kind, at = place
    beside = at + 1

    def run(sums: DayFrames, item: Contribution, x: Exact) -> Exact:
        frame = sums[kind]
        after = frame[at] = frame[at] + x
        old = frame[beside]
        new = frame[beside] = after if type(after) is int and not after % step else apply(after)
        return new - old

    return run


def _border_steps(border: Weigh, scale: int, before: Exact, after: Exact) -> Iterator[Step]:
    y = weighed(before, border.factor)
    if y != before:
        yield step("weight", border.mark, scale, before, y)
    if after != y:
        yield step("round", border.mark, scale, y, after)


def _add(sums: dict[str, Exact], key: str, amount: Exact) -> None:
    sums[key] = sums.get(key, 0) + amount


def weighed(amount: Exact, factor: Exact) -> Exact:
    """Return an amount times a factor, exactly."""
    if type(amount) is not int:
        return exact(Fraction(amount) * factor)
    size = factor.denominator
    if size == 1:
        return amount * factor.numerator
    whole, rest = divmod(amount * factor.numerator, size)
    return exact(amount * factor) if rest else whole


def size(number: Exact) -> Exact:
    """Return a number without its sign."""
    return -number if number < 0 else number


def total(values: Iterable[Exact]) -> Exact:
    """Add up exactly."""
    found: Exact = 0
    for value in values:
        found += value
    return found


def moved_slots(plans: Iterable[Plan]) -> frozenset[str]:
    """Return the limits whose bound is not the same in every version that has them."""
    bounds: dict[str, tuple[Any, Any, bool]] = {}
    moved: set[str] = set()
    for plan in plans:
        for cap in plan.limits:
            now = (cap.high, cap.low, cap.lost)
            if bounds.setdefault(cap.slot, now) != now:
                moved.add(cap.slot)
    return frozenset(moved)
