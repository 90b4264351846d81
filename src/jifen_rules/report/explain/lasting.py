"""The end of a veto or a direct grading, and the reason of a refused redemption, in words.

Takes the plan and the entries of a subject up to one of them. What these do not show is left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ...core.message import N_, Message, Value, msg
from ...core.terms import Window, exact, plain
from ...engine.effects import end_of, is_endless
from ...plan import Cap, Graded, Held, Plan, RewardPlan, Versions
from ...trace.entry import Entry, Outcome, Score, Step

REWARDS = "rewards"
"""The target of a veto that holds every redemption."""


def lasting(versions: Versions, entry: Entry, step: Step) -> Message:
    """Say the end of the veto or grading that begins with an entry."""
    if entry.date is None:
        return msg("")
    plan = versions.on(entry.date)
    said = {e.lasts for e in _effects(plan) if _is_of(e, step)}
    if len(said) != 1:
        return msg("")
    (lasts,) = said
    if lasts == "ever":
        return msg(N_(", for ever"))
    if is_endless(lasts):
        return msg(N_(", until it is put right"))
    end = end_of(plan, lasts, entry.date)
    return msg(N_(", until {date}"), date=str(end)) if end is not None else msg("")


def _effects(plan: Plan) -> Iterator[Held | Graded]:
    several = (
        *(grant.effects for grant in plan.grants.values()),
        *(rule.effects for rule in plan.rules),
        *(rung.effects for ladder in plan.ladders.values() for rung in ladder.rungs),
    )
    return (e for effects in several for e in effects if isinstance(e, Held | Graded))


def _is_of(effect: Held | Graded, step: Step) -> bool:
    if (effect.mark.place, effect.mark.id) != (step.place, step.id):
        return False
    if isinstance(effect, Held):
        return step.kind == "veto" and step.note in ("", effect.target)
    return step.kind == "grade" and step.note == effect.level


def veto_behind(before: Sequence[Entry], step: Step) -> Entry | None:
    """Find the entry that began the veto by which a step holds points."""
    for entry in reversed(before):
        if entry.outcome is not Outcome.HELD:
            for own in entry.steps:
                if own.kind == "veto" and own.before is None and _same_rule(own, step):
                    return entry
    return None


def _same_rule(one: Step, other: Step) -> bool:
    return (one.place, one.id) == (other.place, other.id)


# --- redemptions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class History:
    """The entries of a subject, the position of one of them, and the score of its period."""

    entries: Sequence[Entry] = ()
    at: int = 0
    score: Score | None = None

    @property
    def before(self) -> Sequence[Entry]:
        """The entries before it."""
        return self.entries[: self.at]

    def figure(self, ledger: str) -> Fraction | None:
        """Return the figure of a ledger before the entry.

        None where its entries do not add up to the score.
        """
        if self.score is None:
            return None
        period = self.entries[self.at].period
        start = Fraction(self.score.base) if ledger == "total" else Fraction(0)
        moved = [
            Fraction(e.granted if ledger == "total" else e.ledgers.get(ledger, 0))
            for e in self.entries
            if e.period == period
        ]
        own = sum(e.period == period for e in self.before)
        end = self.score.total if ledger == "total" else self.score.ledgers.get(ledger, 0)
        return start + sum(moved[:own]) if start + sum(moved) == end else None


def why_refused(
    versions: Versions,
    entry: Entry,
    history: History,
    names: Mapping[str, Value],
    event: Callable[[str], Message],
    per: Callable[[str], Message],
) -> Message | None:
    """Say why a redemption was refused; None if the entries do not show it."""
    if entry.date is None:
        return None
    plan = versions.on(entry.date)
    reward = plan.rewards.get(entry.indicator)
    if reward is None:
        return None
    quantity = Fraction(entry.inputs.get("quantity") or 1)
    if quantity <= 0 or quantity.denominator != 1:
        text = N_("only whole numbers can be redeemed, not {count}")
        return msg(text, count=entry.inputs["quantity"])
    if (held := _suspended(versions, entry, history.before)) is not None:
        begun, until = held
        text = N_("redeeming is suspended because of {event}{until}")
        return msg(text, event=event(begun.event or ""), until=until)
    if (cap := _used_up(plan, reward, entry, history.before)) is not None:
        text = N_("at most {count} times {per}, and these were used up")
        return msg(text, count=plain(exact(Fraction(cap.high or 0))), per=per(str(cap.window)))
    for ledger, price in reward.prices or ():
        asked, there = exact(quantity * price / plan.scale), history.figure(ledger)
        lows = [c.low for c in plan.ledgers[ledger].limits if c.low is not None]
        if there is not None and any(there - asked < Fraction(low) / plan.scale for low in lows):
            text = N_("it costs {price} of “{ledger}”, and there were {left}")
            name = names.get(ledger, ledger)
            return msg(text, price=plain(asked), ledger=name, left=plain(exact(there)))
    return None


def standing_vetoes(
    versions: Versions, entries: Sequence[Entry], day: date
) -> dict[str, tuple[Entry, Step]]:
    """Return the targets of vetoes on a day, each with the last entry and step that began one."""
    ended = _ended(entries)
    return {
        step.note: (begun, step)
        for begun in entries
        if begun.date is not None and begun.event not in ended
        for step in begun.steps
        if step.kind == "veto" and step.before is None and _stands(versions, begun, step, day)
    }


def _ended(entries: Sequence[Entry]) -> set[str]:
    """Return the events that other entries repair or take back."""
    return {e.inputs[key] for e in entries for key in ("repairs", "revokes") if key in e.inputs}


def _suspended(
    versions: Versions, entry: Entry, before: Sequence[Entry]
) -> tuple[Entry, Message] | None:
    """Find the veto in force that holds a reward, and say until when."""
    assert entry.date is not None
    ended = _ended(before)
    for begun in reversed(before):
        if begun.event is None or begun.date is None or begun.event in ended:
            continue
        for step in begun.steps:
            is_veto = step.kind == "veto" and step.before is None
            holds_it = is_veto and step.note in (REWARDS, entry.indicator)
            if holds_it and _stands(versions, begun, step, entry.date):
                return begun, lasting(versions, begun, step)
    return None


def _stands(versions: Versions, begun: Entry, step: Step, day: date) -> bool:
    assert begun.date is not None
    plan = versions.on(begun.date)
    ends = [
        None if is_endless(effect.lasts) else end_of(plan, effect.lasts, begun.date)
        for effect in _effects(plan)
        if _is_of(effect, step)
    ]
    return any(end is None or end >= day for end in ends)


def _used_up(plan: Plan, reward: RewardPlan, entry: Entry, before: Sequence[Entry]) -> Cap | None:
    """Find the limit of times of a reward that its own subject has used up."""
    for cap in reward.caps:
        if cap.kind != "times" or cap.high is None or cap.window.name == "length":
            continue
        if sum(_is_in(plan, cap.window, other, entry) for other in before) >= cap.high:
            return cap
    return None


def _is_in(plan: Plan, window: Window, other: Entry, entry: Entry) -> bool:
    if other.indicator != entry.indicator or other.outcome is not Outcome.REDEEMED:
        return False
    if other.date is None or entry.date is None:
        return False
    return plan.key(window, other.date) == plan.key(window, entry.date)
