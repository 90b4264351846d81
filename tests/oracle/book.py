"""The book of one subject: contributions on their whole way to the ledgers, and their ends."""

from collections.abc import Iterable
from fractions import Fraction

from .contributions import Contribution
from .limits import ZERO, Line, Stage, clamp
from .stages import Key, Moves, Stages, add, by_who, further, sign_at

Move = tuple[Contribution, Fraction, tuple[Stage, ...]]
"""Who comes up, by how much, and the stages that are left on its way."""


class Book(Stages):
    """One subject's contributions, from the inside out."""

    # --- whole ways -------------------------------------------------------------------------------

    def push(
        self,
        who: Contribution,
        amount: Fraction,
        stages: Iterable[Stage] | None = None,
        rooms: dict[Key, Fraction] | None = None,
        ledgers: Iterable[str] | None = None,
        *,
        is_average: bool = False,
    ) -> Moves:
        """Send an amount of a contribution on its way, to all its ledgers."""
        moves: Moves = {}
        up: list[Move] = []
        there = who.inner if stages is None else stages
        amount = self._push_inside(who, amount, there, rooms, moves, up, is_average=is_average)
        for ledger in who.outer if ledgers is None else ledgers:
            share, outer = who.outer[ledger]
            own = amount * share
            add(moves, self.push_ledger(who, ledger, own, outer, is_average=is_average))
        return add(moves, self._pass_up(up))

    def _push_inside(
        self,
        who: Contribution,
        amount: Fraction,
        stages: Iterable[Stage],
        rooms: dict[Key, Fraction] | None,
        moves: Moves,
        up: list[Move],
        *,
        is_average: bool,
    ) -> Fraction:
        """Send an amount through stages before the ledgers; what is left of it there."""
        for stage in stages:
            meets = stage.kind in (who.side, "times")
            room = rooms.get(stage.key) if rooms is not None and meets else None
            before = self.passed(stage, who).parts if self._is_line(stage, who, rooms) else None
            more = ZERO
            if stage.kind == "times" and room is not None:
                amount, room = self._whole_time(stage, who, amount, room)
            if rooms is not None and room is not None:
                own = rooms.get(self.window_of(stage, who) or ())
                amount = _within(stage, amount, room) if own is None else amount
                if own is not None and stage.kind != "times":  # what it takes of other windows
                    rise = max(min(room, abs(amount)) - own, ZERO) * who.sign
                    amount -= rise
                    more = self.enter_stage(stage, who, rise)
                room = own  # in another window it needs room of its own too
            kept = self._kept(stage, who)
            amount = self.enter_stage(stage, who, amount, room, is_average=is_average) + more
            amount -= self._come_up(stage, who, kept, up)
            if before is not None:
                amount = self._move_others(stage, who, amount, before, moves)
        return amount

    def _whole_time(
        self, stage: Stage, who: Contribution, amount: Fraction, room: Fraction
    ) -> tuple[Fraction, Fraction | None]:
        """Let what rises count whole in a time that is handed on; its own may simply grow."""
        came = sum((line.amount for line in self._lines_of(stage, who) if line.who is who), ZERO)
        if not came:
            return amount, room
        if not room or self.passed(stage, who).parts.get(who):
            return amount, None
        self.enter_stage(stage, who, -came)
        return amount + came, room

    def _kept(self, stage: Stage, who: Contribution) -> dict[Contribution, Fraction]:
        """What a limit that keeps has let through of each.

        Where one further out loses, adds may be held apart from deducts, or somebody there goes to
        other ledgers.
        """
        if stage.kind != "net" or stage.lost or stage.among or not self._is_of_several(stage, who):
            return {}
        parts = self.passed(stage, who).parts
        knows = any(one.lost or one.place == "added" for one in further(stage, who))
        return parts if knows or any(set(o.outer) != set(who.outer) for o in parts) else {}

    def _is_of_several(self, stage: Stage, who: Contribution) -> bool:
        window = stage.window
        stands = self.window_of(stage, who) is not None
        return stands and (window is None or window.name not in ("event", "length"))

    def _come_up(
        self,
        stage: Stage,
        who: Contribution,
        kept: dict[Contribution, Fraction],
        up: list[Move],
    ) -> Fraction:
        """Note who comes up as one has left a limit that keeps: each goes on by its own way."""
        after = self.passed(stage, who).parts if kept else {}
        whole = ZERO
        there = dict.fromkeys([*self.live, *after])  # and what was kept of who has ended
        for other in [one for one in there if one is not who and one.period == self.label]:
            delta = after.get(other, ZERO) - kept.get(other, ZERO)
            keys = [one.key for one in other.inner]
            if delta and stage.key in keys:
                up.append((other, delta, other.inner[keys.index(stage.key) + 1 :]))
                whole += delta
        return whole

    def _pass_up(self, up: list[Move]) -> Moves:
        moves: Moves = {}
        for other, delta, rest in up:
            ledgers = [name for name in other.outer if name not in other.gone]
            if other in self.leaving:  # it ends in its turn, and comes up nowhere
                ledgers = [name for name in ledgers if name == "total"]
            add(moves, self.push(other, delta, rest, ledgers=ledgers))
        return moves

    def _is_line(self, stage: Stage, who: Contribution, rooms: dict[Key, Fraction] | None) -> bool:
        """Whether one that comes or goes may move others at a stage: a cap of the subject's own."""
        window = stage.window
        is_calendar = window is None or window.name not in ("event", "length")
        is_cap = stage.kind in (who.side, "times") and bool(who.side) and not stage.among
        stands = self.window_of(stage, who) is not None
        return is_cap and is_calendar and stands and rooms is None and not self.is_trial

    def _move_others(
        self,
        stage: Stage,
        who: Contribution,
        amount: Fraction,
        before: dict[Contribution, Fraction],
        moves: Moves,
    ) -> Fraction:
        """Let others, next in line or displaced, move on their own ways; give what is left."""
        after = self.passed(stage, who).parts
        is_gone = not sum((x.amount for x in self._lines_of(stage, who) if x.who is who), ZERO)
        if stage.kind != "times" and not is_gone:
            return amount
        for other in [one for one in self.live if one is not who]:
            delta = (after.get(other, ZERO) - before.get(other, ZERO)) * sign_at(stage, other)
            keys = [one.key for one in other.inner]
            if delta and stage.key in keys:
                rest = other.inner[keys.index(stage.key) + 1 :]
                if other.period != self.label:
                    add(moves, self._push_later(other, delta, rest))
                    amount -= delta
                    continue
                ledgers = [name for name in other.outer if name not in other.gone]
                add(moves, self.push(other, delta, rest, ledgers=ledgers))
                amount -= delta
        if stage.kind == "times":
            return after.get(who, ZERO) - before.get(who, ZERO)
        return amount

    def push_ledger(
        self,
        who: Contribution,
        ledger: str,
        amount: Fraction,
        stages: Iterable[Stage],
        *,
        is_end: bool = False,
        is_average: bool = False,
    ) -> Moves:
        """Send an amount through the limits of one ledger."""
        for stage in stages:
            amount = self.enter_stage(stage, who, amount, is_end=is_end, is_average=is_average)
        if not self.is_trial:
            who.note(ledger, amount)
        return {ledger: amount}

    def stand(self, who: Contribution, ledger: str, amount: Fraction) -> Moves:
        """Let what was let through in the period before stand in a ledger and under its limits."""
        for stage in who.outer[ledger][1]:
            if stage.kind == "net":
                self._lines_of(stage, who).append(Line(who, amount, "stands"))
            else:
                amount = self.enter_stage(stage, who, amount)
        who.note(ledger, amount)
        return {ledger: amount}

    def enter(
        self,
        who: Contribution,
        rooms: dict[Key, Fraction] | None = None,
        *,
        is_average: bool = False,
    ) -> Moves:
        """Bring a contribution."""
        self.live.append(who)
        return self.push(who, who.amount, rooms=rooms, is_average=is_average)

    def more(
        self, who: Contribution, amount: Fraction, rooms: dict[Key, Fraction] | None = None
    ) -> Moves:
        """Bring more, or less, of a contribution that is there.

        One of an earlier period has its ledgers left, and the limits that it stands in.
        """
        there = [name for name in who.outer if name not in who.gone]
        if who.period == self.label and not who.left_inside:
            return self.push(who, amount, rooms=rooms, ledgers=there, is_average=True)
        moves: Moves = {}
        up: list[Move] = []
        met = [s for s in who.inner if s.kind == "weight" or self._meets(s, who)]
        amount = self._push_inside(who, amount, met, rooms, moves, up, is_average=True)
        for ledger in there:
            share, outer = who.outer[ledger]
            if who.period == self.label:
                add(moves, self.push_ledger(who, ledger, amount * share, outer, is_average=True))
            elif ledger in who.carried:
                who.carried[ledger] += amount * share
                if not who.parked.get(ledger):
                    add(moves, self.push_ledger(who, ledger, amount * share, outer))
        return add(moves, self._pass_up(up))

    def _meets(self, stage: Stage, who: Contribution) -> bool:
        """Whether more of one that came earlier meets a limit still.

        A cap keeps its sums when its window is over, a net limit does not.
        """
        if who.left_inside or stage.window is None or stage.window.name == "period":
            return False
        return stage.kind != "net" or self._still_runs(stage, who)

    def come_back(self, who: Contribution) -> tuple[Fraction | None, Moves]:
        """Let what a veto held since an earlier period meet the limits behind it, once.

        Gives what they let in of it, None where they let in all; and how others move there.
        """
        moves: Moves = {}
        up: list[Move] = []
        gates = (s for s in who.inner if not who.left_inside and self.was_held_at(s, who))
        gate = None if who.came_back else next(gates, None)
        who.came_back = True
        if gate is None:
            return None, moves
        whole = by_who(self.inside[gate.place, who.period])[who]
        later = who.inner[who.inner.index(gate) + 1 :]
        met = [s for s in later if s.kind == "weight" or self._meets(s, who)]
        let = self._push_inside(who, whole, met, None, moves, up, is_average=False)
        for stage in later:
            whole *= stage.factor
        return (None if let == whole else let), add(moves, self._pass_up(up))

    def _still_runs(self, stage: Stage, who: Contribution) -> bool:
        """Whether the calendar window of a stage in which a contribution stands is not over."""
        window = stage.window
        if window is None or window.name in ("period", "event", "length") or self.period is None:
            return False
        return window.last_day(who.day) >= self.period.start

    def take_back(self, who: Contribution) -> Moves:
        """Take a contribution back through its own way: its value has passed to another."""
        self._forget(who)
        ledgers = [name for name in who.outer if name not in who.gone]
        if who.period == self.label and who.left_inside:  # it stands in these ledgers alone
            stood: Moves = {}
            for name in ledgers:
                came = self.came_to(who, name)
                add(stood, self.push_ledger(who, name, -came, who.outer[name][1]))
            return stood
        if who.period == self.label:
            return self.push(who, -who.amount, ledgers=ledgers)
        return self._push_later(who, -who.amount, () if who.left_inside else who.inner)

    def came_to(self, who: Contribution, ledger: str) -> Fraction:
        """What of a contribution came to a ledger, before its own limits."""
        net = next((one for one in who.outer[ledger][1] if one.is_settling), None)
        if net is not None:
            return self.brought(net, who)
        return self.hidden_of(ledger).get(who, ZERO)  # also where a veto holds the ledger

    def _push_later(self, who: Contribution, amount: Fraction, stages: Iterable[Stage]) -> Moves:
        """Send more or less of one of an earlier period on its way.

        A cap keeps its sums when its window is over, a net limit does not.
        """
        moves: Moves = {}
        is_whole = amount == -who.amount  # and goes with what stands of it, where no window runs
        is_back = amount * who.amount < 0
        for stage in stages:
            is_over = stage.kind == "net" and not self._still_runs(stage, who)
            if stage.kind == "weight" or (stage.window is not None and not is_over):
                is_of_event = stage.window is not None and stage.window.name == "event"
                is_whole = is_whole and (stage.kind == "weight" or is_of_event)
                before = self.passed(stage, who).parts if self._is_line(stage, who, None) else None
                amount = self.enter_stage(stage, who, amount)
                if before is not None:
                    amount = self._move_others(stage, who, amount, before, moves)
        for ledger, (share, outer) in who.outer.items():
            if ledger in who.carried and ledger not in who.gone:
                stands = who.carried[ledger]
                own = -stands if is_whole else amount * share
                if own * stands < 0 or (is_back and not stands):
                    own = clamp(own, *sorted((ZERO, -stands)))
                who.carried[ledger] += own
                if not who.parked.get(ledger):
                    add(moves, self.push_ledger(who, ledger, own, outer))
        return moves

    def rooms_of(self, who: Contribution) -> dict[Key, Fraction]:
        """Count the room a contribution takes at each cap on its way, in any window and its own."""
        found: dict[Key, Fraction] = {}
        is_held = who.left_inside or any(who.parked.values())  # or a wipe took it out of them
        for stage in who.inner:
            is_held = is_held or (self.was_held_at(stage, who) and not who.came_back)
            if is_held:  # a veto holds figures, not events
                break
            key = self.window_of(stage, who)
            if stage.kind in (who.side, "times") and key is not None:
                is_length = stage.window is not None and stage.window.name == "length"
                parts = {} if is_length else self.passed(stage, who).parts
                room = self.brought(stage, who) if is_length else parts.get(who, ZERO)
                found[stage.key] = found[key] = room
        return found

    def _forget(self, who: Contribution) -> None:
        who.ended = True
        if who in self.live:
            self.live.remove(who)

    # --- ends -------------------------------------------------------------------------------------

    def end(
        self, who: Contribution, *, takes_spent: bool = False, only: str | None = None
    ) -> Moves:
        """End a contribution: the opposite of what it brought to the first net limit or rounding.

        `only`: in one ledger alone, since it is wiped or cleared there.
        """
        ledgers = [only] if only is not None else [*who.outer]
        ledgers = [ledger for ledger in ledgers if ledger not in who.gone]
        if only is not None:
            who.gone.add(only)
        if only is None or who.gone >= set(who.outer):
            self._forget(who)
        is_whole = only in (None, "total") or who.ended
        if who.period != self.label:
            return self._end_later(who, ledgers, takes_spent, is_whole)
        is_held = any(self.was_held_at(stage, who) for stage in who.inner)
        up: list[Move] = []
        amount = self._end_inside(who, up) if is_whole else None
        moves: Moves = {}
        for ledger in ledgers:
            share, outer = who.outer[ledger]
            own = None if amount is None else amount * share
            if own is None and is_held:
                continue  # nothing of it shows, spent or not
            add(moves, self._end_ledger(who, ledger, outer, own, takes_spent))
        return add(moves, self._pass_up(up))

    def is_on_hold(self, who: Contribution) -> bool:
        """Whether a veto stands on a figure on its way."""
        stages = [*who.inner, *(one for _, outer in who.outer.values() for one in outer)]
        return self.is_held_by(who, [one.place for one in stages if one.kind == "gate"])

    def is_held_by(self, who: Contribution, figures: Iterable[str]) -> bool:
        """Whether a veto on one of these figures holds a contribution, whatever comes of it."""
        adds = ("added", "later_added")
        there = (figure for figure in figures if who.side == "added" or figure not in adds)
        return any(self.held(figure) for figure in there)

    def was_held_at(self, stage: Stage, who: Contribution) -> bool:
        """Whether a veto held, in its own period, all of it that came to a border."""
        figure = stage.place, who.period
        is_inside = stage.kind == "gate" and who in by_who(self.inside.get(figure, ()))
        return is_inside and who not in by_who(self.outside.get(figure, ()))

    def _end_inside(self, who: Contribution, up: list[Move]) -> Fraction | None:
        """Take it out of the stages before the ledgers part; None where none of them settles."""
        amount: Fraction | None = None
        if who.side and who.left_inside:
            return None
        who.left_inside = True
        is_held = False
        for stage in who.inner:
            if is_held:  # a veto has taken back all of it that lies further out
                break
            is_held = amount is None and self.was_held_at(stage, who)
            is_net = stage.is_settling and self.window_of(stage, who) is not None
            if amount is None and is_net:
                amount = -self._let_in(stage, who)
            if amount is not None:
                kept = self._kept(stage, who)
                amount = self.enter_stage(stage, who, amount, is_end=True)
                amount -= self._come_up(stage, who, kept, up)
            else:
                self.leave_stage(stage, who)
        return amount

    def _let_in(self, stage: Stage, who: Contribution) -> Fraction:
        if stage.lost:
            return self.passed(stage, who).parts.get(who, ZERO)
        return self.brought(stage, who)

    def leave_stage(self, stage: Stage, who: Contribution) -> None:
        """End at a stage before the first net limit: its room does not return."""
        if stage.kind == "gate":
            rest = self.hidden_of(stage.place).get(who, ZERO)
            if rest:
                self.inside[stage.place, self.label].append((who, -rest))
            shown = self.shown_of(stage.place).get(who, ZERO)
            if shown:
                self.outside[stage.place, self.label].append((who, -shown))
        elif stage.kind in ("added", "deducted", "times"):
            key = self.window_of(stage, who)
            is_length = stage.window is not None and stage.window.name == "length"
            if key is not None and not is_length and who.side:
                lines = self._lines(stage, key, who)
                if any(line.who is who for line in lines):
                    lines.append(Line(who, ZERO, "ends", None, self.bounds_of(stage, who)[1]))

    def _end_ledger(
        self,
        who: Contribution,
        ledger: str,
        stages: tuple[Stage, ...],
        amount: Fraction | None,
        takes_spent: bool,
    ) -> Moves:
        spent = ZERO if takes_spent else who.spent.get(ledger, ZERO)
        moved = amount
        held = any(self.was_held_at(stage, who) for stage in stages)
        there = max(self.hidden_of(ledger).get(who, ZERO), ZERO)
        if moved is not None and spent:  # it takes what is unspent, and gives nothing
            moved = min(moved + spent, max(moved, ZERO))
        for stage in stages:
            if moved is None and stage.is_settling:
                moved = _unspent(self._let_in(stage, who), spent)
            if moved is not None:
                moved = self.enter_stage(stage, who, moved, is_end=True)
            else:
                self.leave_stage(stage, who)
        if moved is None:
            moved = ZERO if held else _unspent(who.granted.get(ledger, ZERO), spent)
            if spent:
                self._keep_spent(who, stages, min(spent, there), held=held)
        if spent and not held:
            self._leave_adds(who, stages)
        who.note(ledger, moved)
        return {ledger: moved}

    def _keep_spent(
        self, who: Contribution, stages: tuple[Stage, ...], spent: Fraction, *, held: bool
    ) -> None:
        """What was spent of it stays in the figure, or in what a veto holds of it."""
        for stage in stages:
            if stage.kind == "gate":
                self.inside.setdefault((stage.place, self.label), []).append((who, spent))
                if not held:
                    self.outside.setdefault((stage.place, self.label), []).append((who, spent))

    def _leave_adds(self, who: Contribution, stages: tuple[Stage, ...]) -> None:
        """What was spent of it is paid for: a later veto on the adds cannot end it again."""
        for place in (one.place for one in stages if one.place in ("added", "later_added")):
            for lines, parts in (
                (self.inside, self.hidden_of(place)),
                (self.outside, self.shown_of(place)),
            ):
                lines.setdefault((place, self.label), []).append((who, -parts.get(who, ZERO)))

    def _end_later(
        self, who: Contribution, ledgers: list[str], takes_spent: bool, is_whole: bool
    ) -> Moves:
        """End in a later period what goes on from an earlier one: so much as it stands with."""
        leaves = is_whole and not (who.side and who.left_inside)
        left = self._undo_in_running_windows(who) if leaves else None
        who.left_inside = who.left_inside or is_whole
        moves: Moves = {}
        for ledger in ledgers:
            stands = who.carried.get(ledger, ZERO)
            if not stands or who.parked.get(ledger):
                continue
            share, outer = who.outer[ledger]
            spent = ZERO if takes_spent else who.spent.get(ledger, ZERO)
            amount = _unspent(stands, spent)
            if left is not None:
                amount = clamp(left * share, *sorted((ZERO, amount)))
            add(moves, self.push_ledger(who, ledger, amount, outer, is_end=True))
            if spent:
                self._leave_adds(who, outer)
        return moves

    def _undo_in_running_windows(self, who: Contribution) -> Fraction | None:
        """What comes out of a net limit whose calendar window still runs.

        None where there is none.
        """
        amount: Fraction | None = None
        for stage in who.inner:
            runs = self._still_runs(stage, who)
            if amount is None and stage.kind == "net" and runs:
                amount = -self._let_in(stage, who)
            if amount is None:
                if stage.window is not None:
                    self.leave_stage(stage, who)
            elif stage.kind == "weight" or runs:
                amount = self.enter_stage(stage, who, amount, is_end=True)
        return amount


def _unspent(amount: Fraction, spent: Fraction) -> Fraction:
    """What an end takes of an amount: what is unspent, and it never gives."""
    return min(spent - amount, ZERO) if spent else -amount


def _within(stage: Stage, amount: Fraction, room: Fraction) -> Fraction:
    if stage.kind == "times":
        return amount if room else ZERO
    return min(amount, room) if amount > 0 else max(amount, -room)


__all__ = ["Book", "Key", "Moves", "add"]
