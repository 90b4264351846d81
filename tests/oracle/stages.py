"""The stages of one subject: what reached each of them, and what it let through.

Nothing is kept but lines. A sum, a figure, a room is worked out from them when it is asked for.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Literal

from jifen_rules.core.terms import Period

from .contributions import Contribution
from .limits import ZERO, Line, Passed, Stage, capped, clamp, counted_times, netted, rounded
from .reading import lies_within

Moves = dict[str, Fraction]
"""By ledger, what an entry brings."""
Key = tuple[Any, ...]
Bounds = tuple[Fraction | None, Fraction | None]


def add(moves: Moves, more: Moves) -> Moves:
    """Put the amounts of one into the other."""
    for ledger, amount in more.items():
        moves[ledger] = moves.get(ledger, ZERO) + amount
    return moves


class Stages:
    """One subject's stages: what reached each of them, and what they let through."""

    def __init__(
        self,
        subject: str,
        held: Callable[[str], bool],
        pots: dict[Key, list[Line]],
        population: Callable[[Stage, Contribution], Key],
        bounds: Callable[[Stage, Contribution, Period], Bounds],
        *,
        is_trial: bool = False,
    ) -> None:
        """`bounds`: those of a limit now, in the window in which a contribution stands.

        `is_trial`: points are only tried here, as another book has recorded them at its caps.
        """
        self.subject, self.held, self.pots, self.population = subject, held, pots, population
        self.bounds = bounds
        self.is_trial = is_trial
        self.free = ""
        """Where a trial meets no limit: what stands there goes on."""
        self.model: Stages | None = None
        self.period: Period | None = None
        self.lines: dict[Key, list[Line]] = {}
        self.inside: dict[Key, list[tuple[Contribution, Fraction]]] = {}
        self.outside: dict[Key, list[tuple[Contribution, Fraction]]] = {}
        self.live: list[Contribution] = []
        self.leaving: list[Contribution] = []
        """What a wipe of the moment, or the end of a veto, ends in the total."""
        self.base_moves: dict[str, list[Fraction]] = {}
        self.bases: dict[str, list[Contribution]] = {}
        """What the bases brought to each ledger at the opening of the period."""

    @property
    def label(self) -> str:
        return self.period.label if self.period else ""

    # --- figures ----------------------------------------------------------------------------------

    def figure(self, name: str, label: str | None = None) -> Fraction:
        """What a figure shows in a period, 0 while it is held."""
        return sum(
            (a for _, a in self.outside.get((name, self.label if label is None else label), ())),
            ZERO,
        )

    def unheld(self, name: str) -> Fraction:
        """What a figure would show if it were not held."""
        return sum((a for _, a in self.inside.get((name, self.label), ())), ZERO)

    def shown_of(self, name: str) -> dict[Contribution, Fraction]:
        """Of each contribution, what a figure shows of it now."""
        return by_who(self.outside.get((name, self.label), ()))

    def hidden_of(self, name: str) -> dict[Contribution, Fraction]:
        """Of each contribution, what a figure would show of it if it were not held."""
        return by_who(self.inside.get((name, self.label), ()))

    def bounds_of(self, stage: Stage, who: Contribution) -> Bounds:
        """The least and the most that a limit lets through now."""
        assert self.period is not None
        return self.bounds(stage, who, self.period)

    # --- one stage --------------------------------------------------------------------------------

    def window_of(self, stage: Stage, who: Contribution) -> Key | None:
        """In which window of a stage a contribution stands; None: it does not concern it."""
        window = stage.window
        if stage.kind in ("round", "gate", "weight"):
            return (stage.key, self.label)
        if window is None or window.name == "period":
            is_own = not self.is_outer(stage) and who.period != self.label
            return None if is_own else (stage.key, self.label)
        if not who.side:
            return None
        if window.name == "event":
            return (stage.key, who.number)
        if window.name == "length":
            return (stage.key, "length")
        return (stage.key, window.key(who.day))

    def is_outer(self, stage: Stage) -> bool:
        """Whether what was carried stands in it too: the limits of the total and of ledgers."""
        return stage.place.startswith("ledger ")

    def _lines(self, stage: Stage, key: Key, who: Contribution) -> list[Line]:
        if stage.among:
            return self.pots.setdefault((*key, *self.population(stage, who)), [])
        return self.lines.setdefault(key, [])

    def _lines_of(self, stage: Stage, who: Contribution) -> list[Line]:
        """The lines of a stage in the window in which a contribution stands."""
        key = self.window_of(stage, who)
        return [] if key is None else self._lines(stage, key, who)

    def passed(self, stage: Stage, who: Contribution) -> Passed:
        """What a stage has let through in the window in which a contribution stands."""
        key = self.window_of(stage, who)
        lines = self._lines(stage, key, who) if key is not None else []
        return self._settle(stage, lines)

    def _settle(self, stage: Stage, lines: list[Line]) -> Passed:
        match stage.kind:
            case "added" | "deducted":
                return capped(lines)
            case "times":
                return counted_times(lines, stage.counted)
            case "net":
                return netted(lines, ZERO, stage.lost)
            case "round" if stage.rounding is not None:
                return rounded(lines, ZERO, stage.rounding)
        return Passed(ZERO, {})

    def brought(self, stage: Stage, who: Contribution) -> Fraction:
        """How much of a contribution reached a stage."""
        key = self.window_of(stage, who)
        if key is None:
            return ZERO
        if stage.kind == "net" and not stage.lost:
            lines = self._lines(stage, key, who)
            return netted(lines, ZERO, stage.lost, self.bounds_of(stage, who)).came.get(who, ZERO)
        through = let_through(self._lines(stage, key, who))
        return sum((line.amount for line in through if line.who is who), ZERO)

    def enter_stage(
        self,
        stage: Stage,
        who: Contribution,
        amount: Fraction,
        room: Fraction | None = None,
        *,
        is_end: bool = False,
        is_average: bool = False,
    ) -> Fraction:
        """Bring an amount of a contribution to a stage; what it lets through.

        `room`: it comes forward, into so much room that another left. `is_end`: it takes back what
        has ended further in. `is_average`: it is the newest of an average that moves.
        """
        if not amount:
            return ZERO
        if stage.kind == "weight":
            return amount * stage.factor
        if stage.kind == "gate" and stage.place in ("added", "later_added") and who.side != "added":
            return amount
        if stage.kind == "gate":
            self.inside.setdefault((stage.place, self.label), []).append((who, amount))
            if not self.is_trial and self.held(stage.place):
                return ZERO
            self.outside.setdefault((stage.place, self.label), []).append((who, amount))
            return amount
        if stage.kind in ("added", "deducted") and who.side != stage.kind:
            return amount
        if stage.kind == "times" and not who.side:
            return amount
        key = self.window_of(stage, who)
        if key is None or stage.place == self.free:
            return amount
        has_left = who.clears is None and who.left_inside  # it stands in another ledger alone
        is_held = self.model is not None and self.model.withholds(who, stage)
        if is_held and not has_left and self._meets_later(stage):
            return amount
        if self.model is not None and not has_left and not is_held:
            recorded = self.model.recorded(stage, who)
            if stage.lost and recorded == self.model.brought(stage, who):
                recorded = None  # nothing was lost of it
            if recorded is not None:
                amount = min(recorded, amount) if amount > 0 else max(recorded, amount)
            if recorded is not None and not stage.lost:
                self.lines.setdefault(key, []).append(
                    Line(who, amount * sign_at(stage, who), "moves", *self.bounds_of(stage, who))
                )
                return amount
        lines = self._lines(stage, key, who)
        if stage.window is not None and stage.window.name == "length":
            return self._enter_length(stage, lines, who, amount, room, is_end=is_end)
        is_back = is_end or (not is_average and self._is_back(stage, lines, who, amount))
        return self._enter_window(
            stage, lines, who, amount, room, is_end=is_end, is_back=is_back, is_average=is_average
        )

    def _meets_later(self, stage: Stage) -> bool:
        """Whether what a veto holds meets a cap as it comes back, not as it goes on."""
        is_longer = stage.window is not None and stage.window.name not in ("period", "event")
        return is_longer and stage.kind in ("added", "deducted", "times")

    def recorded(self, stage: Stage, who: Contribution) -> Fraction | None:
        """What a cap or a limit that is lost has let through of a contribution.

        None at other stages.
        """
        if stage.kind not in ("added", "deducted", "times") and not stage.lost:
            return None
        key = self.window_of(stage, who)
        if key is None:
            return None
        if stage.window is not None and stage.window.name == "length":
            return who.sign * self.brought(stage, who)
        lines = self._lines(stage, key, who)
        if stage.among:  # nobody else's points move with it
            sums = [self._settle(stage, lines[:end]).total for end in range(len(lines) + 1)]
            mine = [number for number, line in enumerate(lines) if line.who is who]
            moved = sum((sums[number + 1] - sums[number] for number in mine), ZERO)
            return moved * sign_at(stage, who)
        return self._settle(stage, lines).parts.get(who, ZERO) * sign_at(stage, who)

    def withholds(self, who: Contribution, stage: Stage) -> bool:
        """Whether a veto keeps back something of a contribution before it reaches a stage."""
        if any(who.parked.values()):
            return True
        stages = [*who.inner, *(one for _, outer in who.outer.values() for one in outer)]
        before = stages[: stages.index(stage)] if stage in stages else stages
        for name in (one.place for one in before if one.kind == "gate"):
            if self.hidden_of(name).get(who) != self.shown_of(name).get(who):
                return True
        return False

    def _enter_window(
        self,
        stage: Stage,
        lines: list[Line],
        who: Contribution,
        amount: Fraction,
        room: Fraction | None,
        *,
        is_end: bool,
        is_back: bool,
        is_average: bool,
    ) -> Fraction:
        before, (low, high) = self._settle(stage, lines), self.bounds_of(stage, who)
        size = amount * sign_at(stage, who)
        if stage.kind != "round" and (stage.is_settling or not is_end):
            size = self._at_most_back(stage, lines, who, size, is_back, is_average)
        if stage.is_settling:
            falls = not any(one.lost for one in further(stage, who))
            lines.append(Line(who, size, "moves", low, high, falls))
            return self._settle(stage, lines).total - before.total
        sign = sign_at(stage, who)
        if is_end:
            part = before.parts.get(who, ZERO)
            taken = clamp(-size, *sorted((ZERO, part)))
            lines.append(Line(who, ZERO, "ends", None, high))
            return -taken * sign
        if room is not None and amount * who.sign > 0:
            place = size if room else ZERO
            size = place if stage.kind == "times" else min(size, room)
            lines.append(Line(who, size, "takes room", None, high))
        else:
            lines.append(Line(who, size, "moves", None, high))
        return (self._settle(stage, lines).total - before.total) * sign

    def _at_most_back(
        self,
        stage: Stage,
        lines: list[Line],
        who: Contribution,
        size: Fraction,
        is_back: bool,
        is_average: bool,
    ) -> Fraction:
        """Let what goes back be no more than there is of it at a limit.

        So much was let in, where the limit loses or a version has moved its bound, and at a cap.
        What a rounding further in says of others as one goes has no such bound.
        """
        if not is_back and not is_average:
            return size
        came = sum((line.amount for line in lines if line.who is who), ZERO)
        if stage.lost:
            left = self._settle(stage, lines).parts.get(who, ZERO)
        else:
            now = Line(who, ZERO, "moves", *self.bounds_of(stage, who))
            left = self._settle(stage, [*lines, now]).came.get(who, ZERO)
        is_free = not stage.lost and (is_average or stage.is_settling)
        if left == came and (is_free or _is_behind_settling(stage, who)):
            return size
        if not is_back:
            return _back_first(came, size, left)
        return clamp(size, *sorted((ZERO, -left)))

    def _is_back(
        self, stage: Stage, lines: list[Line], who: Contribution, amount: Fraction
    ) -> bool:
        """Whether an amount takes back what a contribution brought."""
        if who.amount * who.sign > 0:  # also where a rounding let nothing of it through
            return amount * who.sign < 0
        if stage.is_settling and self._settle(stage, lines).parts.get(who, ZERO) * amount < 0:
            return True
        return sum((line.amount for line in lines if line.who is who), ZERO) * amount < 0

    def _enter_length(
        self,
        stage: Stage,
        lines: list[Line],
        who: Contribution,
        amount: Fraction,
        room: Fraction | None,
        *,
        is_end: bool,
    ) -> Fraction:
        """A length looks back from the day and limits what it let through, ended or not."""
        window, bound = stage.window, stage.high
        assert window is not None
        size = amount * who.sign
        mine = sum((line.amount for line in let_through(lines) if line.who is who), ZERO)
        near = [
            line
            for line in lines
            if line.who is not who
            and line.mode == "moves"
            and lies_within(line.who.day, who.day, window)
        ]
        used = sum((line.amount for line in near), ZERO)
        came = sum((x.amount for x in lines if (x.who, x.mode) == (who, "reached")), size)
        lines.append(Line(who, size, "reached"))
        if is_end:
            lines.append(Line(who, max(size, -mine), "ends", None, bound))
            return max(size, -mine) * who.sign
        if size < 0 and came < 0:  # an average falls below what others have brought to it
            let_in = came - mine
        elif size < 0:
            let_in = max(size, -mine)
        elif room is not None:
            let_in = min(size, room)
        elif bound is None:
            let_in = size
        elif stage.kind == "times":
            times = {id(line.who): ZERO for line in near}
            for line in near:
                times[id(line.who)] += line.amount
            let_in = size if mine or sum(1 for t in times.values() if t) < bound else ZERO
        else:
            let_in = max(min(size, bound - used - mine), ZERO)
        mode: Literal["moves", "takes room"] = "moves" if room is None or size < 0 else "takes room"
        lines.append(Line(who, let_in, mode, None, bound))
        return let_in * who.sign


def _back_first(came: Fraction, amount: Fraction, let_in: Fraction) -> Fraction:
    """Let an average's newest take back no more of its own than was let in."""
    if came * amount >= 0:
        return amount
    back = max(amount, -came) if came > 0 else min(amount, -came)
    low, high = sorted((ZERO, -let_in))
    return min(max(back, low), high) + amount - back


def let_through(lines: Iterable[Line]) -> Iterable[Line]:
    """Of the lines of a limit, those that say what it let through."""
    return (line for line in lines if line.mode != "reached")


def further(stage: Stage, who: Contribution) -> list[Stage]:
    """The stages further out than one on the way of a contribution, up to its ledgers."""
    inner = who.inner[who.inner.index(stage) + 1 :] if stage in who.inner else ()
    return [*inner, *(one for _, outer in who.outer.values() for one in outer)]


def _is_behind_settling(stage: Stage, who: Contribution) -> bool:
    """Whether a net limit or rounding stands further in."""
    before = who.inner[: who.inner.index(stage)] if stage in who.inner else who.inner
    return any(one.is_settling for one in before)


def sign_at(stage: Stage, who: Contribution) -> int:
    """A cap on adds or deducts counts in sizes; any other stage in points."""
    return who.sign if stage.kind in ("added", "deducted") else 1


def by_who(lines: Iterable[tuple[Contribution, Fraction]]) -> dict[Contribution, Fraction]:
    found: dict[Contribution, Fraction] = {}
    for who, amount in lines:
        found[who] = found.get(who, ZERO) + amount
    return {who: amount for who, amount in found.items() if amount}
