"""The steps of a line: the scheme must have each of them, with this place and this basis."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from ..core.message import N_, Message, msg
from ..core.terms import Unknown
from ..scheme import model
from ..trace.entry import Entry, Outcome, Step
from .book import MOVES, Book
from .consequences import KINDS as CONSEQUENCES, is_standing
from .findings import no_such_step
from .limits import CheckedIndicator, CheckedLimit, Part
from .parts import displaces, own_steps
from .rules import Version

_LIMITS = frozenset({"added", "deducted", "net", "times", "floor"})
_OF_SCORES = frozenset({"ledger", "category", "level"})
_MOVES = frozenset(
    {"combine", "escalate", "quantity_cap", "round", "round_asked", "share", "then", "weight"}
)
_SAYS = frozenset(
    {"action", "ends", "gives", "grade", "holds_none", "nobody", "not_stated", "to", "warning"}
)
_NAMED = (_LIMITS | _MOVES | {"gives", "holds_none", "nobody", "to", "warning"}) - {"then"}
"""Kinds of step that name a part of the scheme."""
_BEFORE_ASKED = frozenset({"quantity_cap", "escalate", "round_asked", "share"})
_UNDOES = frozenset({"repairs", "revokes"})
_GOODS = frozenset({"gives", "share"})
_WHOM = frozenset({"holds_none", "nobody", "to"})


class StepCheck:
    """Checks each step against the scheme."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def check(
        self, version: Version, item: CheckedIndicator | None, entry: Entry
    ) -> Iterator[Message]:
        """Yield an error for each step that the scheme does not have at this place."""
        for step in entry.steps:
            if not (
                _has_shape(step)
                and self._is_named(step)
                and self._is_known(version, item, entry, step)
            ):
                yield no_such_step(step)
        if item is not None and item.joins < 0 and not item.pays:
            yield from self._linked(entry)

    def _is_named(self, step: Step) -> bool:
        """Tell whether a part that a step names has that name."""
        if step.kind not in _NAMED:
            return True
        return any((step.id, step.name) in version.names for version in self._book.versions)

    def _is_known(
        self, version: Version, item: CheckedIndicator | None, entry: Entry, step: Step
    ) -> bool:
        if step.kind in _OF_SCORES:
            return False
        if step.kind in _LIMITS:
            return self._is_limit(version, item, entry, step)
        if step.kind in CONSEQUENCES:
            return self._is_consequence(version, entry, step)
        if step.kind in _GOODS:
            return self._is_of_part(step) and self._is_good(version, item, entry, step)
        if step.kind == "quantity_cap":
            return item is not None and self._is_quantity_cap(version, item, step)
        if step.kind in ("escalate", "warning"):
            return item is not None and self._is_escalation(item, step)
        if step.kind in _WHOM:
            return item is not None and step.id == item.key and self._is_of_part(step)
        if step.kind == "ends":
            return self._may_end(step)
        if step.kind == "round_asked":
            return item is not None and _rounds_asked(version, item, entry, step)
        if step.kind in ("weight", "round", "combine"):
            return self._is_of_node(step)
        return True  # unknown kinds are skipped

    def _is_limit(
        self, version: Version, item: CheckedIndicator | None, entry: Entry, step: Step
    ) -> bool:
        own = item is not None and _goes_its_way(item, entry)
        bounds = self._bounds(version, item if own else None)
        fitting = [bound for bound in bounds if bound.is_of(step)]
        leaves_room = item is not None and _comes_forward(item, entry)
        leaves_room |= _takes_back(entry) and any(bound.lost for bound in fitting)
        return bool(fitting) and self._is_cut(step, leaves_room=leaves_room)

    def _is_good(
        self, version: Version, item: CheckedIndicator | None, entry: Entry, step: Step
    ) -> bool:
        """Tell whether a line gives what its reward does, or shares its points or its pool."""
        reward = version.rewards.get(entry.indicator)
        if reward is None:  # a share of the points of an event
            return step.kind == "share" and self._may_share(item, entry, step)
        told = step.kind == "share" or not isinstance(reward.gives, str)
        given = "" if isinstance(reward.gives, Unknown) else reward.gives
        return step.id == reward.key and (told or step.note == given)

    def _is_escalation(self, item: CheckedIndicator, step: Step) -> bool:
        words = next(iter(item.escalate.values())) if item.escalate is not None else ()
        stated = any(_of_part(step) in version.escalations for version in self._book.versions)
        return bool(words) and stated and (step.kind == "escalate" or step.note in words)

    def _is_of_part(self, step: Step) -> bool:
        """Tell whether a step stands at a part or a reward of the scheme, on its basis."""
        return any(_of_part(step) in version.grounds for version in self._book.versions)

    def _may_end(self, step: Step) -> bool:
        """Tell whether a step names the event or the rule whose points, or whose veto, end."""
        index, versions = self._book.index, self._book.versions
        if not (step.note in index.by_event or step.note[:1] == "@" or step.note == step.id):
            return False
        if not step.place:
            return step.id == step.name and not step.basis
        if self._is_of_part(step):
            return any((step.id, step.name) in version.names for version in versions)
        as_veto = replace(step, kind="veto")
        return any(b.holds_with(as_veto) for version in versions for b in version.consequences)

    def _may_share(self, item: CheckedIndicator | None, entry: Entry, step: Step) -> bool:
        """Tell whether a step can be a share of the line.

        It is of the line's own indicator, of an event that stood before it in a group, or of what a
        veto gave back.
        """
        if item is not None and step.id == item.key:
            return True
        undoes = entry.event is None or not _UNDOES.isdisjoint(entry.inputs)
        is_given_back = entry.outcome is Outcome.RECEIVED and undoes
        several = (version.items.get(step.id) for version in self._book.versions)
        joins = item is not None and item.joins > 0
        return (joins or is_given_back) and any(o is not None and o.pays for o in several)

    def _is_cut(self, step: Step, *, leaves_room: bool) -> bool:
        """Tell whether a limit lets a part through, and leaves room only where it may."""
        if step.before is None or step.after is None:
            return False
        if step.kind == "times" or step.room is None:
            return step.before != step.after
        part = abs(step.after) < abs(step.before) and step.before * step.after >= 0
        outward = step.before < 0 if step.kind in ("floor", "deducted") else step.before > 0
        binds = step.room == 0 if outward else step.room >= 0
        return part and (binds or leaves_room or len(self._book.versions) > 1)

    def _bounds(self, version: Version, item: CheckedIndicator | None) -> Iterator[CheckedLimit]:
        if item is not None:  # what passes on within an indicator may be of an older version
            for one in self._book.versions if item.joins == 0 else (version,):
                own = one.items.get(item.key)
                stages = own.stages if own is not None else ()
                yield from (stage for stage in stages if isinstance(stage, CheckedLimit))
                for bounds in one.limits.values():
                    yield from bounds
            return
        for other in self._book.versions:
            yield from other.bounds

    def _is_consequence(self, version: Version, entry: Entry, step: Step) -> bool:
        every = [brings for other in self._book.versions for brings in other.consequences]
        if step.kind == "veto" and step.before is not None:
            return step.after == 0 and any(brings.holds_with(step) for brings in every)
        if entry.outcome in (Outcome.COUNTED, Outcome.AWARDED, Outcome.TIER, Outcome.RULE):
            return any(b.is_of(step) for b in self._book.may_bring(version, entry))
        return any(brings.is_of(step) for brings in every)

    def _is_quantity_cap(self, version: Version, item: CheckedIndicator, step: Step) -> bool:
        """Tell whether a step clips a quantity to the rest of its cap, which leaves no room."""
        if step.before is None or step.after is None or not 0 <= step.after < step.before:
            return False
        if step.room != 0 and len(self._book.versions) == 1:
            return False
        return step.id == item.key and any(
            (place, str(cap.per), cap.basis or "") == (step.place, step.window, step.basis)
            and step.after <= bound
            for place, cap, bound in version.quantity_caps(item)
        )

    def _is_of_node(self, step: Step) -> bool:
        """Tell whether a weight, rounding or combine belongs to the part with this id."""
        for version in self._book.versions:
            part = version.parts.get(step.id)
            if part is None or step.place not in version.places(step.id):
                continue
            if step.basis in ("", part.basis or "") and _does(part, step):
                return True
        return False

    def _linked(self, entry: Entry) -> Iterator[Message]:
        """Yield an error for the first step that does not begin where the one before it ended."""
        if any(map(is_standing, entry.steps)) or entry.outcome not in MOVES:
            return
        if "repairs" in entry.inputs:
            return
        amount = entry.asked
        for step in own_steps(entry):
            if step.kind in _BEFORE_ASKED or step.before is None:
                continue
            if step.kind in ("net", "floor", "veto") and step.id in ("total", *self._ledgers()):
                return
            if step.before != amount:
                yield msg(
                    N_(
                        "the step '{kind}' of {place} begins with {before}, and {amount} came to it"
                    ),
                    kind=step.kind,
                    place=step.place,
                    before=str(step.before),
                    amount=str(amount),
                )
                return
            if displaces(step):
                return
            amount = step.after if step.after is not None else amount

    def _ledgers(self) -> Iterator[str]:
        for version in self._book.versions:
            yield from version.posted


def _of_part(step: Step) -> tuple[str, str, str]:
    return step.id, step.place, step.basis


def _has_shape(step: Step) -> bool:
    """Tell whether a step has what one of its kind has, and nothing else."""
    moves, says = step.before is not None and step.after is not None, step.note != ""
    silent = step.before is None and step.after is None
    limited = step.kind in _LIMITS or step.kind == "quantity_cap"
    if step.kind in _LIMITS | _MOVES:
        fits = moves and not says and bool(step.window) is limited
        return fits and (limited or step.room is None)
    if step.kind == "veto":
        return (silent if says else moves) and not step.window and step.room is None
    if step.kind in _SAYS:
        return silent and not step.window and step.room is None
    return True  # unknown kinds are skipped


def _comes_forward(item: CheckedIndicator, entry: Entry) -> bool:
    """Tell whether another event of a group may move up on a line, into the freed room."""
    undoes = not _UNDOES.isdisjoint(entry.inputs)
    return item.joins >= 0 and (undoes or entry.outcome not in MOVES)


def _takes_back(entry: Entry) -> bool:
    """Tell whether a line takes points back, of which a limit that loses had let in only a part."""
    ends = entry.outcome in (Outcome.EXPIRED, Outcome.REVOKED, Outcome.HELD, Outcome.RELEASED)
    return ends or not _UNDOES.isdisjoint(entry.inputs) or any(map(is_standing, entry.steps))


def _does(part: Part, step: Step) -> bool:
    """Tell whether a part weighs, rounds or combines as a step says."""
    if step.before is None or step.after is None:
        return False
    if step.kind == "weight":
        weight = part.weight if isinstance(part, model.Category) else None
        return weight is not None and Fraction(step.before) * weight.factor == Fraction(step.after)
    if step.kind == "round":
        return part.round is not None
    rates = isinstance(part, model.Indicator) and isinstance(part.points, model.RatedBy)
    return rates or bool(part.combine)


def _rounds_asked(version: Version, item: CheckedIndicator, entry: Entry, step: Step) -> bool:
    """Tell whether the indicator of a line rounds its asked points as a step says."""
    rounding = item.indicator.round
    if rounding is None or step.id != item.key or step.place not in version.places(item.key):
        return False
    if step.before is None or step.after is None or step.before == step.after:
        return False
    return Fraction(rounding.apply(Fraction(step.before))) == step.after == entry.asked


def _goes_its_way(item: CheckedIndicator, entry: Entry) -> bool:
    """Tell whether all steps of a line belong to its own indicator."""
    undoes = "repairs" in entry.inputs or "revokes" in entry.inputs
    notes = any(step.kind == "veto" and step.before is None for step in entry.steps)
    others = item.joins > 0 or any(map(displaces, entry.steps))
    return entry.outcome in MOVES and not (others or undoes or notes)
