"""Plan + the events of subjects tied by flows -> entries and scores: one fold, no I/O.

Takes admitted events in order (date, time, id); refuses to know of files, YAML or the
model. Each event leaves one entry for its subject and one for each other it pays.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never

from .entry import Entry, Outcome, Score, Standing, Step
from .event import Event
from .expression import Formula, is_given
from .plan import (
    Brought,
    Cap,
    Choice,
    Close,
    Combine,
    Computed,
    Defects,
    Effect,
    Fixed,
    Graded,
    Grant,
    Held,
    Judged,
    Marginal,
    Mark,
    Noted,
    Plan,
    Post,
    Rate,
    Rung,
    Steps,
    Unstated,
    Value,
    Weigh,
)  # fmt: skip
from .roster import Roster
from .terms import Exact, Period, Rounding, Window, add_length, exact, plain
from .vocabulary import KINDS, english

Side = str
_ADD, _DEDUCT = "added", "deducted"


class Unfit(Exception):
    """An event that cannot be valued; carries the outcome that says why."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


@dataclass(slots=True)
class _Offer:
    """An event that was valued: what it offers to its combines and what counts of it now."""

    event: Event
    subject: str
    grant: Grant
    value: Exact
    counted: Exact = 0
    brought: dict[tuple[str, str], Exact] = field(default_factory=dict)
    repaired: date | None = None


@dataclass(slots=True)
class _Hold:
    """A veto in force: on what, since and until when, and what comes back."""

    effect: Held
    event: str
    start: date
    end: date | None
    before: dict[str, Exact]


@dataclass(slots=True)
class _Account:
    """A ledger of one subject: the sum that reaches it, and what shows of it."""

    base: Exact = 0
    sums: list[Exact] = field(default_factory=list)
    inner: Exact = 0
    shown: Exact = 0


@dataclass(slots=True)
class _State:
    """All running figures of one subject."""

    period: Period
    sums: dict[Any, Any] = field(default_factory=dict)
    gates: dict[str, dict[str, Exact]] = field(default_factory=dict)
    figures: dict[str, Exact] = field(default_factory=dict)
    accounts: dict[str, _Account] = field(default_factory=dict)
    holds: list[_Hold] = field(default_factory=list)
    grades: list[tuple[Graded, str, date, date | None]] = field(default_factory=list)
    groups: dict[Any, list[_Offer]] = field(default_factory=dict)
    offers: dict[str, _Offer] = field(default_factory=dict)
    history: list[tuple[date, str, Exact]] = field(default_factory=list)
    levels: dict[str, str] = field(default_factory=dict)
    decided: dict[str, Standing] = field(default_factory=dict)


@dataclass(slots=True)
class _Draft:
    """An entry being written: steps and what went where."""

    steps: list[Step] = field(default_factory=list)
    granted: dict[str, dict[str, Exact]] = field(default_factory=dict)


def evaluate_group(
    plan: Plan, subjects: Sequence[str], events: Sequence[Event], roster: Roster | None, as_of: date
) -> tuple[list[Entry], list[Score]]:
    """Settle subjects tied by flows: events sorted by (date, time, id), all admitted.

    Gives the entries in the order they were written and one score for each subject and
    period up to `as_of`.
    """
    return _Fold(plan, roster, as_of).run(subjects, events)


class _Fold:
    """One run over the events and boundaries of a group."""

    def __init__(self, plan: Plan, roster: Roster | None, as_of: date) -> None:
        self.plan, self.roster, self.as_of = plan, roster, as_of
        self.scale = plan.scale
        self.states: dict[str, _State] = {}
        self.entries: list[Entry] = []
        self.scores: list[Score] = []

    def run(
        self, subjects: Sequence[str], events: Sequence[Event]
    ) -> tuple[list[Entry], list[Score]]:
        """Fold events and boundaries in order."""
        if not subjects:
            for event in events:
                self._event(event)
            return self.entries, self.scores
        starts = {subject: self._start(subject, events) for subject in subjects}
        today = min(starts.values())
        queue = iter([*events])
        pending = next(queue, None)
        while today <= self.as_of:
            for subject in subjects:
                if subject not in self.states and starts[subject] <= today:
                    self._open(subject, self._period(today), None)
            boundary = self._next_boundary(today)
            while pending is not None and pending.date <= boundary:
                for subject in subjects:
                    if subject not in self.states and starts[subject] <= pending.date:
                        self._open(subject, self._period(pending.date), None)
                self._event(pending)
                pending = next(queue, None)
            for subject in sorted(self.states):
                self._close_windows(subject, boundary)
            today = boundary + timedelta(days=1)
        for subject, state in sorted(self.states.items()):
            if state.period.end >= self.as_of:
                self._score(subject, state)
        return self.entries, self.scores

    def _start(self, subject: str, events: Sequence[Event]) -> date:
        first = min((event.date for event in events), default=self.as_of)
        if self.roster is None:
            return first
        since = self.roster.span(subject)[0]
        return max(since, min(self.plan.version, first)) if since == date.min else since

    def _period(self, day: date) -> Period:
        return self.plan.period.holding(day, self.plan.version)

    def _next_boundary(self, today: date) -> date:
        ends = [self._period(today).end]
        windows = [grant.standing for grant in self.plan.grants.values() if grant.standing]
        windows += [ladder.window for ladder in self.plan.ladders.values()]
        ends += [w.last_day(today) for w in windows if w.name not in ("period", "ever", "length")]
        return min(*ends, self.as_of)

    # --- periods -----------------------------------------------------------------------------

    def _open(self, subject: str, period: Period, old: _State | None) -> None:
        state = _State(period) if old is None else old
        carried = {name: account.shown for name, account in state.accounts.items()}
        state.period = period
        state.figures, state.gates = {}, {}
        for key in [key for key in state.sums if key[1] is None]:
            del state.sums[key]
        for name, ledger in self.plan.ledgers.items():
            account = _Account()
            keeps = ledger.carries and old is not None
            account.base = 0 if keeps else self._base(ledger.base, subject, period.start)
            account.inner = account.shown = account.base
            account.sums = [account.base for _ in ledger.limits]
            state.accounts[name] = account
        self.states[subject] = state
        if old is not None:
            self._carry(subject, state, carried, period)

    def _base(self, value: Value, subject: str, day: date) -> Exact:
        if isinstance(value, Choice):
            for word, inner in value.table.items():
                if word in self._words(value.field, subject, day):
                    return self._base(inner, subject, day)
            return 0
        return value.points if isinstance(value, Fixed) else 0

    def _carry(
        self, subject: str, state: _State, carried: dict[str, Exact], period: Period
    ) -> None:
        """Open a period: what is carried enters, and what is held down stays down."""
        draft = _Draft()
        for name, ledger in self.plan.ledgers.items():
            amount = carried.get(name, 0) if ledger.carries else self._outlasting(state, name)
            if amount:
                self._enter_account(state, name, amount, _side(amount), draft)
        if draft.granted:
            self._write(None, subject, "", period.start, Outcome.CARRIED, 0, draft)
        held = [h for h in state.holds if h.end is None or h.end >= period.start]
        state.holds = held
        state.grades = [g for g in state.grades if g[3] is None or g[3] >= period.start]
        draft = _Draft()
        for name in {h.effect.target for h in held} & set(state.accounts):
            self._show(state, name, _ADD, draft)
        if draft.granted:
            self._write(None, subject, "", period.start, Outcome.HELD, 0, draft)

    def _outlasting(self, state: _State, ledger: str) -> Exact:
        """Sum of what counts on: wrongs not put right before this period began."""
        total: Exact = 0
        for offer in state.offers.values():
            lasts = offer.grant.lasts
            if lasts != "period" and (offer.repaired is None):
                total += offer.brought.get(("", ledger), 0)
        return total

    def _close_windows(self, subject: str, last: date) -> None:
        state = self.states[subject]
        for grant in self.plan.grants.values():
            if grant.standing and _ends(grant.standing, last, state.period):
                self._award(subject, grant, last)
        for name in sorted({h.effect.target for h in state.holds if h.end == last}):
            self._release(subject, name, last, None)
        for key, ladder in self.plan.ladders.items():
            if _ends(ladder.window, last, state.period):
                state.decided[key] = self._judge(subject, state, ladder, True)
        if state.period.end != last:
            return
        self._score(subject, state)
        if last < self.as_of:
            brought = list(self._tier_effects(state))
            self._open(subject, self.plan.period.next(state.period, self.plan.version), state)
            first = state.period.start
            for mark, effect in brought:
                draft = _Draft()
                self._bring(subject, effect, None, first, draft)
                self._write(None, subject, mark.id, first, Outcome.TIER, 0, draft)
            state.decided = {}

    def _award(self, subject: str, grant: Grant, last: date) -> None:
        assert grant.standing is not None
        first = self.states[subject].period.start
        if grant.standing.name not in ("period", "length"):
            first = _first_day(grant.standing, last)
        event = Event(id="", date=last, subject=subject, indicator=grant.mark.id)
        if not self._is_for(grant, subject, last):
            return
        if grant.when is not None and not self._holds(grant.when, event, subject, (first, last)):
            return
        self._grant_points(event, grant, None, Outcome.AWARDED)

    # --- one event -----------------------------------------------------------------------------

    def _event(self, event: Event) -> None:
        if event.repairs:
            self._repair(event)
            return
        grant = self.plan.grants[event.indicator]
        self._grant_points(event, grant, event.id, Outcome.COUNTED)

    def _grant_points(self, event: Event, grant: Grant, name: str | None, outcome: Outcome) -> None:
        """Value, escalate, combine, limit, weigh, post: the way of one event."""
        subject = event.subject
        draft = _Draft()
        others: dict[str, _Draft] = {}
        try:
            asked_for = grant.when if outcome is Outcome.COUNTED else None
            if asked_for is not None and not self._holds(asked_for, event, subject, None):
                raise Unfit(Outcome.CONDITION_NOT_MET)
            asked = self._value(grant, event, draft)
            recipients = self._recipients(grant.posts, event)
        except Unfit as unfit:
            self._write(name, subject, grant.mark.id, event.date, unfit.outcome, 0, _Draft())
            return
        offer = _Offer(event, subject, grant, asked)
        if subject in self.states:
            self.states[subject].offers[event.id or f"@{grant.mark.id}@{event.date}"] = offer
            self.states[subject].history.append((event.date, grant.mark.id, asked))
            for moved, before, after in self._combine(offer):
                self._move(moved, before, after, draft, others, recipients)
        else:
            self._move(offer, 0, asked, draft, others, recipients)
        for effect in grant.effects:
            self._apply(effect, offer, draft)
        self._write(name, subject, grant.mark.id, event.date, outcome, asked, draft)
        for other, other_draft in sorted(others.items()):
            self._write(
                name, other, grant.mark.id, event.date, Outcome.RECEIVED, asked, other_draft
            )

    def _value(self, grant: Grant, event: Event, draft: _Draft) -> Exact:
        if grant.value is None:
            return 0
        quantity = None if event.quantity is None else Fraction(event.quantity)
        for bound, window, mark in grant.quantity_caps:
            if quantity is not None:
                quantity = self._clip(quantity, bound, window, mark, event, draft)
        points = self._points(grant.value, event, quantity, grant.mark.id)
        return grant.rounding.apply(points, self.scale) if grant.rounding else points

    def _clip(
        self, quantity: Fraction, bound: Fraction, window: Window, mark: Mark, event: Event,
        draft: _Draft,
    ) -> Fraction:  # fmt: skip
        state = self.states.get(event.subject)
        key = ("quantity", self._key(window, event.date, state), mark.place)
        used = Fraction(0)
        if state is not None and window.name != "event":
            used = state.sums.get(key, Fraction(0))
        let = min(quantity, max(bound - used, Fraction(0)))
        if state is not None:
            state.sums[key] = used + let
        if let != quantity:
            draft.steps.append(_step("quantity_cap", mark, quantity, let, 1, bound - used - let))
        return let

    def _points(
        self, value: Value, event: Event, quantity: Fraction | None, indicator: str
    ) -> Exact:
        match value:
            case Fixed(points=points):
                return points
            case Unstated():
                raise Unfit(Outcome.UNKNOWN_VALUE)
            case Rate() | Steps():
                return self._amount_points(value, event, quantity or Fraction(0), indicator)
            case Marginal(bands=bands, rounding=rounding):
                total = Fraction(0)
                tops = [edge for edge, _ in bands[1:]]
                for (edge, rate), top in zip(bands, [*tops, None], strict=True):
                    amount = quantity or Fraction(0)
                    upper = amount if top is None else min(amount, top)
                    total += max(upper - edge, Fraction(0)) * rate
                return _rounded(exact(total), rounding, self.scale)
            case Choice():
                return self._chosen(value, event, quantity, indicator)
            case Judged(low=low, high=high):
                points = exact(Fraction(event.points or 0) * self.scale)
                if (low is not None and points < low) or (high is not None and points > high):
                    raise Unfit(Outcome.OUT_OF_RANGE)
                return points
            case Defects(full=full, each=each, floor=floor):
                return max(exact(full + each * (quantity or 0)), floor)
            case Computed(formula=formula, rounding=rounding):
                found = formula.evaluate(self._names(formula, event, event.subject, None))
                return _rounded(exact(Fraction(found) * self.scale), rounding, self.scale)  # type: ignore[arg-type]
            case _:
                assert_never(value)

    def _amount_points(
        self, value: Rate | Steps, event: Event, quantity: Fraction, indicator: str
    ) -> Exact:
        """With a window the amount is added up, and the event asks for the increase."""
        state = self.states.get(event.subject)
        if value.window is None or state is None:
            return self._table(value, quantity)
        key = ("amount", self._key(value.window, event.date, state), indicator)
        before: Fraction = state.sums.get(key, Fraction(0))
        state.sums[key] = before + quantity
        return self._table(value, before + quantity) - self._table(value, before)

    def _table(self, value: Rate | Steps, amount: Fraction) -> Exact:
        if isinstance(value, Rate):
            units = amount / value.size
            return _rounded(exact(units * value.rate), value.rounding, self.scale)
        reached: Exact = 0
        for edge, strict, points in value.edges:
            if amount > edge or (amount == edge and not strict):
                reached = points
        return reached

    def _chosen(
        self, value: Choice, event: Event, quantity: Fraction | None, indicator: str
    ) -> Exact:
        if value.of_subject:
            words = self._words(value.field, event.subject, event.date)
        else:
            words = frozenset({self._attribute(event, value.field)})
        for word, inner in value.table.items():
            if word in words:
                return self._points(inner, event, quantity, indicator)
        raise Unfit(Outcome.NOT_IN_TABLE)

    # --- combine -------------------------------------------------------------------------------

    def _combine(self, offer: _Offer) -> list[tuple[_Offer, Exact, Exact]]:
        """Join the event with others; give every event whose counted value changes."""
        state = self.states[offer.subject]
        if self._matter_held(state, offer.event.matter):
            return [(offer, 0, 0)]
        changes: list[tuple[_Offer, Exact, Exact]] = [(offer, 0, offer.value)]
        for combine in offer.grant.combines:
            changes = [change for moved in changes for change in self._join(state, combine, *moved)]
        for moved, _, after in changes:
            moved.counted = after
        return changes

    def _join(
        self, state: _State, combine: Combine, offer: _Offer, before: Exact, after: Exact
    ) -> list[tuple[_Offer, Exact, Exact]]:
        if combine.side_only and not (after > 0 if combine.mode == "highest" else after < 0):
            return [(offer, before, after)]
        if combine.over is None:
            matter = offer.event.matter or f"\0{offer.event.id}"
            key = (combine.mark.id, combine.mode, matter)
        else:
            window = self._key(combine.over, offer.event.date, state)
            key = (combine.mark.id, combine.mode, str(window))
        group = state.groups.setdefault(key, [])
        old = group[-1] if group else None
        if old is None:
            group.append(offer)
            return [(offer, before, after)]
        wins = {
            "highest": after > old.value, "lowest": after < old.value,
            "heaviest": after < old.value, "latest": True,
        }[combine.mode]  # fmt: skip
        if not wins:
            return [(offer, before, 0)]
        group.append(offer)
        return [(old, old.counted, 0), (offer, before, after)]

    def _matter_held(self, state: _State, matter: str) -> bool:
        return bool(matter) and any(
            hold.effect.target == "matter" and hold.before.get(matter) is not None
            for hold in state.holds
        )

    # --- limits, weights, posting -----------------------------------------------------------------

    def _move(
        self, offer: _Offer, before: Exact, after: Exact, draft: _Draft,
        others: dict[str, _Draft], recipients: Mapping[Post, tuple[str, ...]],
    ) -> None:  # fmt: skip
        """Take the old value back along its own way and let the new one in along its own."""
        for amount, side in _sides(before, after):
            own = [post for post in offer.grant.posts if not post.account]
            granted = amount
            if own and offer.subject in self.states:
                through = self._through(offer.subject, offer, amount, side, draft)
                granted = through
                for post in own:
                    self._post(offer, offer.subject, post, through, side, draft)
            for post in offer.grant.posts:
                if not post.account:
                    continue
                for other in recipients.get(post, ()):
                    mine = draft if other == offer.subject else others.setdefault(other, _Draft())
                    if other in self.states:
                        let = self._through(other, offer, granted, side, mine)
                        self._post(offer, other, post, let, side, mine)

    def _through(
        self, subject: str, offer: _Offer, amount: Exact, side: Side, draft: _Draft
    ) -> Exact:
        """Carry a contribution through the limits and borders of its way, inside out."""
        state, day = self.states[subject], offer.event.date
        for stage in offer.grant.path:
            if isinstance(stage, Cap):
                let = self._limit(state, stage, amount, side, day)
                if let != amount:
                    kind = "cap" if stage.high is not None else "floor"
                    draft.steps.append(_step(kind, stage.mark, amount, let, self.scale, None))
                amount = let
            else:
                amount = self._border(state, stage, amount, side, draft)
        return amount

    def _limit(self, state: _State, cap: Cap, amount: Exact, side: Side, day: date) -> Exact:
        if cap.kind in (_ADD, _DEDUCT) and cap.kind != side:
            return amount
        if cap.window.name == "length":
            return self._look_back(state, cap, amount, day)
        window = self._key(cap.window, day, state)
        key = (cap.mark.place, None if cap.window.name == "period" else window, cap.kind)
        if cap.window.name == "event":
            return _clamp(cap, amount, side)
        if cap.kind == "times":
            return self._times(state, cap, key, amount)
        before: Exact = state.sums.get(key, 0)
        after = before + amount
        old, new = _clamp(cap, before, side), _clamp(cap, after, side)
        state.sums[key] = new if cap.lost else after
        return new - old

    def _look_back(self, state: _State, cap: Cap, amount: Exact, day: date) -> Exact:
        first = cap.window.first_day_back(day)
        seen = state.sums.setdefault((cap.mark.place, "length", cap.kind), [])
        inside = [value for when, value in seen if when >= first]
        if cap.kind == "times":
            let: Exact = amount if len(inside) < (cap.high or 0) else 0
            if amount:
                seen.append((day, 1))
            return let
        used = sum(inside, 0)
        room = (cap.high or 0) - abs(used)
        let = min(abs(amount), max(room, 0)) * (1 if amount > 0 else -1)
        seen.append((day, let))
        return let

    def _times(self, state: _State, cap: Cap, key: Any, amount: Exact) -> Exact:
        values: list[Exact] = state.sums.setdefault(key, [])
        before = _counted(cap, values)
        if amount:
            values.append(amount)
        return _counted(cap, values) - before

    def _border(
        self, state: _State, stage: Weigh, amount: Exact, side: Side, draft: _Draft
    ) -> Exact:
        node = stage.mark.id
        gate = state.gates.setdefault(node, {_ADD: 0, _DEDUCT: 0})
        gate[side] += amount
        if self._held(state, node):
            if amount:
                draft.steps.append(_step("veto", stage.mark, amount, 0, self.scale, None))
            return 0
        state.figures[node] = state.figures.get(node, 0) + amount
        amount = exact(Fraction(amount) * stage.factor)
        if stage.rounding is None:
            return amount
        key = (node, None, "round")
        before: Exact = state.sums.get(key, 0)
        state.sums[key] = before + amount
        new = stage.rounding.apply(before + amount, self.scale)
        let = new - stage.rounding.apply(before, self.scale)
        if let != amount:
            draft.steps.append(_step("round", stage.mark, amount, let, self.scale, None))
        return let

    def _post(
        self, offer: _Offer, subject: str, post: Post, amount: Exact, side: Side, draft: _Draft
    ) -> None:
        if post.side is not None and post.side != side:
            return
        part = exact(Fraction(amount) * post.part)
        state = self.states[subject]
        self._enter_account(state, post.ledger, part, side, draft)
        if subject == offer.subject:
            key = ("", post.ledger)
            offer.brought[key] = offer.brought.get(key, 0) + part

    def _enter_account(
        self, state: _State, name: str, amount: Exact, side: Side, draft: _Draft
    ) -> None:
        ledger, account = self.plan.ledgers[name], state.accounts[name]
        let = amount
        for number, limit in enumerate(ledger.limits):
            before = account.sums[number]
            old, new = _clamp(limit, before, side), _clamp(limit, before + let, side)
            account.sums[number] = new if limit.lost else before + let
            if new - old != let:
                kind = "cap" if limit.high is not None else "floor"
                draft.steps.append(_step(kind, limit.mark, let, new - old, self.scale, None))
            let = new - old
        account.inner += let
        self._show(state, name, side, draft)

    def _show(self, state: _State, name: str, side: Side, draft: _Draft) -> None:
        """Let a ledger show what it holds, or 0 while a veto stands on it."""
        account = state.accounts[name]
        shown = 0 if self._held(state, name) else account.inner
        sides = draft.granted.setdefault(name, {})
        sides[side] = sides.get(side, 0) + shown - account.shown
        account.shown = shown

    def _held(self, state: _State, target: str) -> bool:
        return any(hold.effect.target == target for hold in state.holds)

    # --- consequences and repair -------------------------------------------------------------------

    def _apply(self, effect: Effect, offer: _Offer, draft: _Draft) -> None:
        event, subject = offer.event, offer.subject
        if effect.when is not None and not self._holds(effect.when, event, subject, None):
            return
        state = self.states.get(subject)
        if state is None:
            return
        match effect:
            case Held():
                self._hold(state, effect, event, draft)
            case Graded():
                end = _end(effect.lasts, event.date, state.period)
                state.grades.append((effect, event.id, event.date, end))
                draft.steps.append(_note("grade", effect.mark, effect.level))
            case Brought():
                self._bring(subject, effect, event, event.date, draft)
            case Noted():
                draft.steps.append(_note("action", effect.mark, effect.action))

    def _hold(self, state: _State, effect: Held, event: Event, draft: _Draft) -> None:
        end = _end(effect.lasts, event.date, state.period)
        target = effect.target
        if target == "matter":
            before: dict[str, Exact] = {event.matter: 1}
        else:
            before = {_ADD: 0, _DEDUCT: 0, **state.gates.get(target, {})}
        fresh = not self._held(state, target)
        if target == "matter":
            self._take_matter(state, event, draft)
        elif target not in state.accounts and fresh:
            self._swing(state, target, event.date, draft, -1)
        else:
            before = {"inner": state.accounts[target].inner} if target in state.accounts else before
        state.holds.append(_Hold(effect, event.id, event.date, end, before))
        if target in state.accounts:
            self._show(state, target, _DEDUCT, draft)
        draft.steps.append(_note("veto", effect.mark, target))

    def _take_matter(self, state: _State, event: Event, draft: _Draft) -> None:
        if not event.matter:
            return
        for offer in list(state.offers.values()):
            if offer.event.matter == event.matter and offer.counted:
                before, offer.counted = offer.counted, 0
                self._move(offer, before, 0, draft, {}, {})

    def _swing(self, state: _State, node: str, day: date, draft: _Draft, sign: int) -> None:
        """Take out of, or give back to, everything beyond a node what it holds."""
        grant = next(
            (g for g in self.plan.grants.values()
             if any(isinstance(s, Weigh) and s.mark.id == node for s in g.path)),
            None,
        )  # fmt: skip
        if grant is None:
            return
        index = next(
            n for n, s in enumerate(grant.path) if isinstance(s, Weigh) and s.mark.id == node
        )
        gate: dict[Side, Exact] = {_ADD: 0, _DEDUCT: 0, **state.gates.get(node, {})}
        state.gates[node] = {_ADD: 0, _DEDUCT: 0}
        trimmed = _Offer(Event(id="", date=day), "", _Beyond(grant.path[index:]), 0)  # type: ignore[arg-type]
        subject = next(s for s, found in self.states.items() if found is state)
        for side, amount in gate.items():
            if amount:
                let = self._through(subject, trimmed, sign * amount, side, draft)
                for post in grant.posts:
                    if not post.account:
                        self._post(trimmed, subject, post, let, side, draft)
        state.gates[node] = gate

    def _release(self, subject: str, target: str, day: date, draft: _Draft | None) -> None:
        """End the vetoes on a figure that ran out, and give back what they said."""
        state = self.states[subject]
        mine = _Draft() if draft is None else draft
        ended = [h for h in state.holds if h.effect.target == target and (
            draft is not None or h.end == day)]  # fmt: skip
        state.holds = [h for h in state.holds if h not in ended]
        if not ended or self._held(state, target):
            return
        hold = ended[-1]
        if target in state.accounts:
            account = state.accounts[target]
            if hold.effect.gives == "nothing":
                account.inner = 0
            elif hold.effect.gives == "before":
                account.inner = hold.before.get("inner", 0)
            self._show(state, target, _ADD, mine)
        elif target != "matter":
            if hold.effect.gives == "nothing":
                state.gates[target] = {_ADD: 0, _DEDUCT: 0}
            elif hold.effect.gives == "before":
                state.gates[target] = dict(hold.before)
            self._swing(state, target, day, mine, 1)
        if draft is None and mine.granted:
            self._write(None, subject, target, day, Outcome.HELD, 0, mine)

    def _bring(
        self, subject: str, effect: Brought, event: Event | None, day: date, draft: _Draft
    ) -> None:
        asking = event or Event(id="", date=day, subject=subject)
        try:
            points = self._points(effect.value, asking, None, effect.mark.id)
        except Unfit:
            return
        for post in effect.posts:
            targets = (subject,) if not post.account else self._resolve(post, asking)
            for other in targets:
                if other not in self.states:
                    continue
                mine = draft if other == subject else _Draft()
                part = exact(Fraction(points) * post.part)
                self._enter_account(self.states[other], post.ledger, part, _side(points), mine)
                if other != subject:
                    indicator = event.indicator if event else effect.mark.id
                    name = event.id if event else None
                    self._write(name, other, indicator, day, Outcome.RECEIVED, points, mine)

    def _repair(self, event: Event) -> None:
        """A wrong is put right: its consequences end, and the repair's own come."""
        state = self.states.get(event.subject)
        wrong = state.offers.get(event.repairs) if state is not None else None
        if state is None or wrong is None:
            self._refuse(event, Outcome.UNKNOWN_TARGET)
            return
        rule = wrong.grant.repair
        if wrong.repaired is not None or not self._in_time(wrong, rule, event):
            self._refuse(event, Outcome.REPAIR_REFUSED)
            return
        wrong.repaired = event.date
        draft = _Draft()
        for target in sorted({h.effect.target for h in state.holds if h.event == event.repairs}):
            self._release(event.subject, target, event.date, draft)
        state.grades = [grade for grade in state.grades if grade[1] != event.repairs]
        if wrong.grant.lasts == "until_repaired":
            for (_, ledger), amount in wrong.brought.items():
                self._enter_account(state, ledger, -amount, _side(wrong.value), draft)
        for effect in rule.effects if rule is not None else ():
            self._apply(effect, _Offer(event, event.subject, wrong.grant, 0), draft)
        name = event.indicator or wrong.grant.mark.id
        self._write(event.id, event.subject, name, event.date, Outcome.COUNTED, 0, draft)

    def _in_time(self, wrong: _Offer, rule: Any, event: Event) -> bool:
        if rule is None:
            return True
        if rule.within is not None and event.date > Window(rule.within).last_day(wrong.event.date):
            return False
        return rule.when is None or self._holds(rule.when, event, event.subject, None)

    def _refuse(self, event: Event, outcome: Outcome) -> None:
        self._write(event.id, event.subject, event.indicator, event.date, outcome, 0, _Draft())

    # --- ladders -------------------------------------------------------------------------------------

    def _judge(self, subject: str, state: _State, ladder: Close, final: bool) -> Standing:
        day = min(state.period.end, self.as_of)
        if ladder.kinds and not self._fits(ladder.kinds, subject, day):
            return Standing(None, final)
        event = Event(id="", date=day, subject=subject)
        if ladder.when is not None and not self._holds(ladder.when, event, subject, None):
            return Standing(None, final)
        graded = [g for g in state.grades if g[0].ladder == ladder.mark.id]
        names = [rung.name for rung in ladder.rungs]
        if graded:
            worst = max(graded, key=lambda grade: names.index(grade[0].level))
            return Standing(worst[0].level, final, worst[1])
        figure = self._figure(state, ladder.figure)
        better: Rung | None = None
        for rung in ladder.rungs:
            if not rung.stated:
                return Standing("unknown", final)
            tested = rung.least is not None or rung.when is not None
            high = rung.least is None or figure > rung.least or (
                figure == rung.least and not rung.open)  # fmt: skip
            if high and (rung.when is None or self._holds(rung.when, event, subject, None)):
                return self._stand(rung, better, figure, final)
            better = rung if tested else better
        return Standing(None, final)

    def _stand(self, rung: Rung, better: Rung | None, figure: Exact, final: bool) -> Standing:
        if better is None or better.least is None:
            return Standing(rung.name, final)
        missing = self._decimal(better.least - figure)
        return Standing(rung.name, final, "", better.name, missing, better.open)

    def _tier_effects(self, state: _State) -> Iterator[tuple[Mark, Brought]]:
        for key, ladder in self.plan.ladders.items():
            standing = state.decided.get(key)
            for rung in ladder.rungs:
                if standing is not None and rung.name == standing.level:
                    yield from ((rung.mark, e) for e in rung.effects if isinstance(e, Brought))

    def _score(self, subject: str, state: _State) -> None:
        tiers = {}
        for key, ladder in self.plan.ladders.items():
            final = state.period.end <= self.as_of
            tiers[key] = state.decided.get(key) or self._judge(subject, state, ladder, final)
        total = state.accounts["total"]
        figures = {name: self._decimal(state.figures.get(name, 0)) for name in self.plan.categories}
        ledgers = {
            name: self._decimal(account.shown)
            for name, account in state.accounts.items()
            if name != "total"
        }
        self.scores.append(
            Score(
                subject, state.period, self._decimal(total.base), self._decimal(total.shown),
                figures, ledgers, tiers,
            )
        )  # fmt: skip

    # --- what formulas and tables ask ---------------------------------------------------------------

    def _holds(
        self, formula: Formula, event: Event, subject: str, stretch: tuple[date, date] | None
    ) -> bool:
        return is_given(formula.evaluate(self._names(formula, event, subject, stretch)))

    def _names(
        self, formula: Formula, event: Event, subject: str, stretch: tuple[date, date] | None
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name in formula.names:
            values[name] = self._named(name, event, subject)
        for call in formula.calls:
            values[call.name] = self._answer(call.function, call.arguments, event, subject, stretch)
        return values

    def _named(self, name: str, event: Event, subject: str) -> Any:
        day = event.date
        days: Mapping[str, Callable[[], Any]] = {
            "month": lambda: day.month, "day": lambda: day.day, "weekday": day.isoweekday,
            "class": lambda: self._words("class", subject, day),
            "quantity": lambda: Fraction(event.quantity or 0),
            "points": lambda: Fraction(event.points or 0),
            "indicator": lambda: event.indicator, "subject": lambda: subject,
        }  # fmt: skip
        if name in days:
            return days[name]()
        state = self.states.get(subject)
        if name in self.plan.ladders:
            decided = state.decided.get(name) if state is not None else None
            return (decided.level if decided else "") or ""
        if name in self.plan.subject_fields:
            text = self.roster.attribute(subject, name, day) if self.roster else ""
            return _typed(text, self.plan.subject_fields[name])
        if name in self.plan.event_fields:
            return _typed(self._attribute(event, name), self.plan.event_fields[name])
        if state is not None and (name in state.accounts or name in self.plan.categories):
            return exact(Fraction(self._figure(state, name)) / self.scale)
        return self._attribute(event, name) if hasattr(event, name) else 0

    def _answer(
        self, function: str, words: tuple[str, ...], event: Event, subject: str,
        stretch: tuple[date, date] | None,
    ) -> Any:  # fmt: skip
        state = self.states.get(subject)
        if function == "throughout":
            first, last = stretch or (event.date, event.date)
            return bool(self.roster and self.roster.throughout(subject, words[0], first, last))
        if state is None:
            return 0
        if function == "reached":
            ladder = self.plan.ladders[words[0]]
            names = [rung.name for rung in ladder.rungs]
            level = self._judge(subject, state, ladder, False).level
            return level in names and names.index(level) <= names.index(words[1])
        window = Window.parse(words[1])
        found = [
            value
            for day, indicator, value in state.history
            if indicator == words[0] and self._same_window(window, day, event.date, state)
        ]
        return len(found) if function == "count" else exact(Fraction(sum(found, 0)) / self.scale)

    def _same_window(self, window: Window, one: date, two: date, state: _State) -> bool:
        if window.name == "length":
            return one >= window.first_day_back(two)
        return bool(self._key(window, one, state) == self._key(window, two, state))

    def _figure(self, state: _State, name: str) -> Exact:
        if name in state.accounts:
            return state.accounts[name].shown
        return state.figures.get(name, 0)

    def _words(self, name: str, subject: str, day: date) -> frozenset[str]:
        if self.roster is None:
            return frozenset()
        if name == "class":
            return self.roster.classes(subject, day)
        return frozenset({self.roster.attribute(subject, name, day)})

    def _attribute(self, event: Event, name: str) -> str:
        return dict(event.attributes).get(name) or str(getattr(event, name, "") or "")

    def _fits(self, kinds: tuple[str, ...], subject: str, day: date) -> bool:
        words = {english(KINDS, word) for word in kinds}
        kind = self.roster.kind(subject) if self.roster else self.plan.kind
        return kind in words or bool(self._words("class", subject, day) & set(kinds))

    def _is_for(self, grant: Grant, subject: str, day: date) -> bool:
        return all(self._fits(kinds, subject, day) for kinds in grant.kinds)

    def _recipients(self, posts: tuple[Post, ...], event: Event) -> dict[Post, tuple[str, ...]]:
        found = {post: self._resolve(post, event) for post in posts if post.account}
        if any(not subjects for subjects in found.values()):
            raise Unfit(Outcome.MISSING_VALUE)
        return found

    def _resolve(self, post: Post, event: Event) -> tuple[str, ...]:
        if post.account == "named":
            return (event.to,) if event.to else ()
        if self.roster is None:
            return ()
        return self.roster.resolve(event.subject, post.account, event.date)

    def _key(self, window: Window, day: date, state: _State | None) -> Any:
        if window.name == "period":
            return self._period(day).start
        return window.key(day)

    # --- writing -------------------------------------------------------------------------------------

    def _decimal(self, number: Exact) -> Decimal:
        return Decimal(plain(number, self.scale))

    def _write(
        self, event: str | None, subject: str, indicator: str, day: date, outcome: Outcome,
        asked: Exact, draft: _Draft,
    ) -> None:  # fmt: skip
        state = self.states.get(subject)
        sums = {name: sum(sides.values(), 0) for name, sides in draft.granted.items()}
        period = state.period.label if state is not None else self._period(day).label
        self.entries.append(
            Entry(
                event, subject, period, indicator, self.plan.version, day, outcome,
                self._decimal(asked), tuple(draft.steps), self._decimal(sums.get("total", 0)),
                {k: self._decimal(v) for k, v in sorted(sums.items()) if k != "total"},
                self._decimal(state.accounts["total"].shown) if state is not None else None,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Beyond:
    """The rest of a way, from the border of a node outward."""

    path: tuple[Cap | Weigh, ...]
    posts: tuple[Post, ...] = ()


def _sides(before: Exact, after: Exact) -> Iterator[tuple[Exact, Side]]:
    """Split a change of value into what it moves among adds and among deducts."""
    adds = max(after, 0) - max(before, 0)
    deducts = min(after, 0) - min(before, 0)
    if adds:
        yield adds, _ADD
    if deducts:
        yield deducts, _DEDUCT


def _side(amount: Exact) -> Side:
    return _ADD if amount >= 0 else _DEDUCT


def _clamp(cap: Cap, amount: Exact, side: Side) -> Exact:
    """The sum that a limit lets through; a cap on deducts bounds them from below."""
    if cap.kind == _DEDUCT or (cap.kind == "times" and side == _DEDUCT):
        return amount if cap.high is None else max(amount, -cap.high)
    low = amount if cap.low is None else max(amount, cap.low)
    return low if cap.high is None else min(low, cap.high)


def _counted(cap: Cap, values: list[Exact]) -> Exact:
    chosen = sorted(values, reverse=True) if cap.highest else values
    return sum(chosen[: int(cap.high or 0)], 0)


def _rounded(points: Exact, rounding: Rounding | None, scale: int) -> Exact:
    return points if rounding is None else rounding.apply(points, scale)


def _ends(window: Window, last: date, period: Period) -> bool:
    if window.name == "period":
        return period.end == last
    return window.name not in ("ever", "length") and window.last_day(last) == last


def _first_day(window: Window, last: date) -> date:
    day = last
    while window.key(day - timedelta(days=1)) == window.key(last):
        day -= timedelta(days=1)
    return day


def _end(lasts: str, day: date, period: Period) -> date | None:
    """The last day of something that begins on a day; None while it has no end."""
    if lasts in ("ever", "until_repaired"):
        return None
    if lasts == "period":
        return period.end
    window = Window.parse(lasts)
    if window.name == "length":
        return add_length(day, window.count, window.unit)
    return window.last_day(day)


def _typed(text: str, kind: str) -> Any:
    if kind == "yes_no":
        return text.lower() in ("yes", "true", "是", "1")
    if kind == "number":
        return Fraction(text) if text else Fraction(0)
    return text


def _step(
    kind: str, mark: Mark, before: Exact, after: Exact, scale: int, room: Exact | None
) -> Step:
    left = None if room is None else Decimal(plain(room, scale))
    return Step(
        kind, mark.id, mark.place, mark.basis, Decimal(plain(before, scale)),
        Decimal(plain(after, scale)), left,
    )  # fmt: skip


def _note(kind: str, mark: Mark, note: str) -> Step:
    return Step(kind, mark.id, mark.place, mark.basis, Decimal(0), Decimal(0), None, note)
