"""Step 4: several events become one. Tells which of them count, and for how much.

One piece: a group joins and leaves by functions that change the same marks.

Picking (`highest`, `latest`) never changes an event's value, only whether it counts; an average
moves by what the newest event changes in it. Refuses to know how points enter.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from ..core.terms import Exact, exact
from ..core.vocabulary import WORDS, english
from ..inputs.event import Event
from ..plan import Combine, Rate, Steps
from ..trace.entry import Step
from .answers import holds
from .state import Side, Source, SubjectState, matter_of, side_of
from .value import amount_key, table_of
from .world import World


@dataclass(frozen=True, slots=True)
class PointsChange:
    """What comes to the points of an event, and on which side."""

    source: Source
    amount: Exact
    side: Side
    forward: bool = False
    """Whether it comes forward in the place of one that ended."""

    @property
    def shrinks(self) -> bool:
        """Tell whether an event that still counts is worth less, as another has ended."""
        is_less = self.amount < 0 if self.side == "added" else self.amount > 0
        return self.forward and self.source.counted and is_less

    def by_side(self) -> "Iterator[PointsChange]":
        """Part what passes to the other side: the old value goes, the new one comes."""
        value = self.source.value
        old = value - self.amount
        if self.shrinks and old * value < 0:
            yield replace(self, amount=-old)
            yield replace(self, amount=value, side=side_of(value))
        else:
            yield self


class Group:
    """Events that are joined into one, and which of them holds, or what they are worth together."""

    __slots__ = ("_ranked", "_roles", "added", "deducted", "holder", "members", "raters")

    def __init__(self) -> None:
        self.members: dict[str, Source] = {}
        self._ranked: list[tuple[Exact, int, str]] = []
        """Value, order and id of each member, where one of them is picked."""
        self._roles: dict[str, _Marks] = {}
        self.holder: str | None = None
        self.added: Exact = 0
        self.deducted: Exact = 0
        """What the members of an average have brought on each side."""
        self.raters: Counter[str] = Counter()

    # --- one of them holds -------------------------------------------------------------------

    def put(self, combine: Combine, source: Source) -> None:
        """Take an event in; it holds if nothing before it is better."""
        self.members[source.event.id] = source
        insort(self._ranked, _rank_of(combine, source))
        self.holder = self._ranked[-1][2]

    def drop(self, combine: Combine, source: Source) -> bool:
        """Take an event out, so that the next best holds. False if it was not there."""
        if self.members.pop(source.event.id, None) is None:
            return False
        del self._ranked[bisect_left(self._ranked, _rank_of(combine, source))]
        self.holder = self._ranked[-1][2] if self._ranked else None
        return True

    # --- their average -----------------------------------------------------------------------

    def rate(self, source: Source, sign: int = 1) -> None:
        """Take a rating in, or (with sign -1) out."""
        event = source.event
        marks = self._roles.setdefault(role_of(event), _Marks())
        if sign > 0:
            self.members[event.id] = source
            marks.add(source.value)
        else:
            del self.members[event.id]
            marks.remove(source.value)
        rater = event.rater or f"\0{event.id}"
        self.raters[rater] += sign
        if not self.raters[rater]:
            del self.raters[rater]

    def give_up(self, source: Source) -> None:
        """Leave out what a member that goes has brought."""
        self.added -= source.worth - source.deducts
        self.deducted -= source.deducts

    def remark(self, source: Source, before: Exact) -> None:
        """Let a mark that has changed stand for what it was."""
        marks = self._roles[role_of(source.event)]
        marks.remove(before)
        marks.add(source.value)

    def average(self, combine: Combine, scale: int) -> Exact:
        """Give what the members are worth together; 0 where a needed role is missing."""
        marks = {role: own for role, own in self._roles.items() if own.count}
        if combine.roles:
            means = {role: own.mean(combine.mode) for role, own in marks.items()}
            found = joined(combine, means) or Fraction(0)
        else:
            found = _all_marks(self._roles).mean(combine.mode)
        assert combine.rounding is not None  # else its events are refused
        return combine.rounding.apply(exact(found), scale)


def _rank_of(combine: Combine, source: Source) -> tuple[Exact, int, str]:
    """Tell how good an event is: by its value, then the earlier one; or the latest."""
    if combine.mode == "latest":
        return 0, source.order, source.event.id
    return (
        source.value if combine.mode == "highest" else -source.value,
        -source.order,
        source.event.id,
    )


def role_of(event: Event) -> str:
    """Return the role of a rater, in its English spelling."""
    return english(WORDS, event.role)


class _Marks:
    """The marks of one role, with running figures."""

    __slots__ = ("count", "ordered", "total")

    def __init__(self) -> None:
        self.ordered: list[Exact] = []
        self.total: Exact = 0
        self.count = 0

    def add(self, mark: Exact) -> None:
        """Take a mark in."""
        insort(self.ordered, mark)
        self.total += mark
        self.count += 1

    def remove(self, mark: Exact) -> None:
        """Take a mark out."""
        del self.ordered[bisect_left(self.ordered, mark)]
        self.total -= mark
        self.count -= 1

    def mean(self, mode: str) -> Fraction:
        """Give the mean, the median, or the mean without the highest and the lowest."""
        ordered, count = self.ordered, self.count
        if mode == "median":
            low, high = ordered[(count - 1) // 2], ordered[count // 2]
            return (Fraction(low) + Fraction(high)) / 2
        if mode == "trimmed_mean" and count > 2:
            return Fraction(self.total - ordered[0] - ordered[-1]) / (count - 2)
        return Fraction(self.total) / count


def _all_marks(roles: dict[str, _Marks]) -> _Marks:
    if len(roles) == 1:
        return next(iter(roles.values()))
    found = _Marks()
    for marks in roles.values():
        found.ordered += marks.ordered
        found.total += marks.total
        found.count += marks.count
    found.ordered.sort()
    return found


def joined(combine: Combine, marks: dict[str, Fraction]) -> Fraction | None:
    """Join the marks of the roles by their shares; None where one is lacking that must be there."""
    shares = dict(combine.roles)
    present = [role for role in shares if role in marks]
    lacking = len(present) < len(shares)
    if lacking and combine.missing == "void":
        return None
    points = sum(((shares[role] or 0) * marks[role] for role in present), Fraction(0))
    if combine.missing == "spread" and present:
        return points / sum((shares[role] or 0 for role in present), Fraction(0))
    return points


# --- in and out ----------------------------------------------------------------------------------


def join(
    world: World, state: SubjectState, source: Source
) -> tuple[list[PointsChange], Combine | None]:
    """Let an event in: what changes, and the combine that decided so."""
    grant = source.grant
    if grant is not None and world.keeps and (key := _amount_of(world, source)) is not None:
        _group(state, key).members[source.event.id] = source
    if grant is None or not grant.combines:
        source.counted = True
        return [_change(source, True)], None
    picked: list[tuple[Source, bool]] = [(source, True)]
    decided: Combine | None = None
    for combine in grant.combines:
        if combine.averages:
            return _rate(world, state, combine, source), combine
        before = picked
        picked = [one for old in before for one in _pick(world, state, combine, *old)]
        if picked != before and decided is None:
            decided = combine
    return [_change(one, counts) for one, counts in _settled(picked)], decided


def leave(
    world: World, state: SubjectState, source: Source
) -> tuple[list[PointsChange], Combine | None]:
    """Take an event out of its groups: what changes in the others, where one comes forward.

    Return the combine that decided so, too.
    """
    grant = source.grant
    if grant is None or not grant.combines:
        source.counted = False
        return [] if grant is None else _leave_amount(world, state, source), None
    picked: list[tuple[Source, bool]] = [(source, False)]
    decided: Combine | None = None
    for combine in grant.combines:
        if combine.averages:
            return _unrate(world, state, combine, source), combine
        before = picked
        picked = [one for old in before for one in _pick(world, state, combine, *old)]
        if picked != before and decided is None:
            decided = combine
    heir = _heir(world, state, source)
    picked += [] if heir is None else _picked(world, state, heir, enters=False)
    grown = _leave_amount(world, state, source)
    picked += [] if heir is None else _picked(world, state, heir, enters=True)
    settled = _settled(picked)
    moved = {one.event.id for one, _ in settled}
    changes = [change for change in grown if change.source.counted and change.amount]
    changes = [change for change in changes if change.source.event.id not in moved]
    changes += [_change(one, counts, forward=counts) for one, counts in settled]
    source.counted = False
    return [change for change in changes if change.source is not source], decided


def _picked(
    world: World, state: SubjectState, source: Source, *, enters: bool
) -> list[tuple[Source, bool]]:
    """Let an event in or out of all that combines it: some events begin to count, some end."""
    picked: list[tuple[Source, bool]] = [(source, enters)]
    for combine in source.grant.combines if source.grant is not None else ():
        picked = [one for old in picked for one in _pick(world, state, combine, *old)]
    return picked


def _heir(world: World, state: SubjectState, source: Source) -> Source | None:
    """Find the newest other event of an amount, which takes up what changes when one ends."""
    group = state.groups.get(_amount_of(world, source) or ())
    if group is None or source.event.id not in group.members:
        return None
    others = (one for one in reversed(group.members.values()) if one is not source)
    return next(others, None)


def _amount_of(world: World, source: Source) -> tuple[object, ...] | None:
    """Return the key of the sum that an event adds to, where points go by a sum over a window."""
    grant = source.grant
    value = grant.value if grant is not None else None
    if not isinstance(value, (Rate, Steps)) or value.window is None or grant is None:
        return None
    if source.is_fixed:
        return None
    return amount_key(grant.mark.id, world.key(value.window, source.event.date))


def _leave_amount(world: World, state: SubjectState, source: Source) -> list[PointsChange]:
    """Take an event out of the amount it added to: what that is worth is worked out anew."""
    key = _amount_of(world, source)
    group = state.groups.get(key)
    if key is None or group is None or group.members.pop(source.event.id, None) is None:
        return []
    assert source.grant is not None
    value = source.grant.value
    assert isinstance(value, Rate | Steps)
    before = state.sums.get(key, 0)
    after = state.sums[key] = before - source.quantity
    last = next(reversed(group.members.values()), None)
    if last is None:
        return []
    scale, old = world.scale, last.value
    last.grown += table_of(value, after, scale) - table_of(value, before, scale) + source.grown
    last.value = exact(Fraction(last.grown) * last.factor)
    if last.grant is not None and last.grant.rounding is not None:
        last.value = last.grant.rounding.apply(last.value, scale)
    return [PointsChange(last, last.value - old, side_of(old or last.value), forward=True)]


def grown_anew(world: World, change: PointsChange) -> Iterator[Step]:
    """Say how an escalation multiplies what an event takes up of an amount as another one ends."""
    source = change.source
    rule = source.grant.escalation if source.grant is not None else None
    after = exact(source.grown * source.factor)
    is_anew = change.forward and change.amount and _amount_of(world, source) is not None
    if is_anew and rule is not None and after != source.grown:
        yield world.step("escalate", rule.mark, source.grown, after)


def _change(source: Source, counts: bool, *, forward: bool = False) -> PointsChange:
    source.counted = counts
    amount = source.value if counts else -source.worth
    return PointsChange(source, amount, side_of(source.value), forward)


def _settled(picked: list[tuple[Source, bool]]) -> list[tuple[Source, bool]]:
    """Return what remains of a change: an event that comes and goes within it has not moved."""
    found: dict[str, tuple[Source, bool]] = {}
    for one, counts in picked:
        name = one.event.id
        if name in found:
            del found[name]
        else:
            found[name] = one, counts
    return list(found.values())


def _pick(
    world: World, state: SubjectState, combine: Combine, source: Source, enters: bool
) -> list[tuple[Source, bool]]:
    value = source.value
    if combine.side_only and not (value > 0 if combine.mode == "highest" else value < 0):
        return [(source, enters)]
    group = _group(state, group_key(world, combine, source))
    old, members = group.holder, group.members
    before = members.get(old) if old is not None else None
    if enters:
        source.order = source.order or world.next_number()
        group.put(combine, source)
    elif not group.drop(combine, source) or old != source.event.id:
        return []
    if group.holder == old:
        return []
    changes: list[tuple[Source, bool]] = []
    if before is not None:
        changes.append((before, False))
    if group.holder is not None:
        changes.append((members[group.holder], True))
    return changes


def _group(state: SubjectState, key: tuple[object, ...]) -> Group:
    found = state.groups.get(key)
    if found is None:
        found = state.groups[key] = Group()
    return found


def group_key(world: World, combine: Combine, source: Source) -> tuple[str, str, str]:
    """Tell in which group of a combine an event falls: its matter, or its window."""
    event = source.event
    over = matter_of(event) if combine.over is None else str(world.key(combine.over, event.date))
    return (combine.mark.id, combine.mode, over)


def _rate(
    world: World, state: SubjectState, combine: Combine, source: Source
) -> list[PointsChange]:
    group = _group(state, group_key(world, combine, source))
    group.rate(source)
    source.counted = True
    return _revalue(world, combine, group)


def _unrate(
    world: World, state: SubjectState, combine: Combine, source: Source
) -> list[PointsChange]:
    group = _group(state, group_key(world, combine, source))
    if source.event.id not in group.members:
        return []
    group.rate(source, -1)
    group.give_up(source)
    source.counted = False
    several, heir = [group], _heir(world, state, source)
    before = 0 if heir is None else heir.value
    _leave_amount(world, state, source)
    if heir is not None and heir.value != before:
        other = _group(state, group_key(world, combine, heir))
        other.remark(heir, before)
        several += [other] if other is not group else []
    return [change for one in several for change in _revalue(world, combine, one)]


def _revalue(world: World, combine: Combine, group: Group) -> list[PointsChange]:
    """Let the newest of an average take up what is new, on each side; first what goes back."""
    last = next(reversed(group.members.values()), None)
    if last is None:
        group.added = group.deducted = 0
        return []
    new = _value(world, combine, group, last)
    rise = PointsChange(last, max(new, 0) - group.added, "added")
    fall = PointsChange(last, min(new, 0) - group.deducted, "deducted")
    group.added, group.deducted = max(new, 0), min(new, 0)
    several = [fall, rise] if new >= 0 else [rise, fall]
    return [change for change in several if change.amount]


def _value(world: World, combine: Combine, group: Group, source: Source) -> Exact:
    """Return what a group is worth: nothing while too few have rated."""
    raters = {"raters": len(group.raters)}
    if not holds(world, combine.quorum, source.event, more=raters):
        return 0
    return group.average(combine, world.scale)
