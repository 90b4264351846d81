"""An entry -> its sentence, with a reason for each figure that differs and for each 0.

One piece: `Wording` holds the sentences of every kind of step, which share names and units.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from ...core.message import N_, Message, Term, Value, msg
from ...core.plain_data import Data, PlainData, data_of
from ...core.rounding import Rounding
from ...core.terms import Window, plain
from ...core.vocabulary import KEYS, Language
from ...plan import Grant, Marginal, Mark, Plan, Rate, Steps, Versions, Wiped
from ...scheme.model import SchemeFile
from ...tables import PostedRow, post_scheme
from ...trace.entry import ADMITTED, Entry, Outcome, Step
from .lasting import History, lasting, veto_behind, why_refused
from .wording import (
    COMBINED,
    FULL,
    HELD,
    HELD_BY,
    LAST_ROOM,
    LOWEST,
    NONE_BY,
    NOTES,
    OPENINGS,
    REASONS,
    STEPS,
)

_SHOWN = ("quantity", "level", "place", "role", "rating", "points", "matter", "to")
"""The inputs of an event that the sentence of its entry mentions, in this order."""
_LINKS = {
    "repairs": N_("puts right {event}"),
    "revokes": N_("takes back {event} from this day on"),
    "corrects": N_("stands in place of {event}"),
}
_ENDING = ("repairs", "revokes")
"""The inputs that name an event whose points this one ends."""
_NOTHING = msg("")


@dataclass(frozen=True, slots=True)
class Explanation(PlainData):
    """One entry in words: the sentence, then a sentence for each step that changed it.

    `what` is what happened, without the day and the points; `cause` is the reason of an entry that
    is not a counted event. Sentences are messages; `say` and `to_dict` give them a language.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, explain_entry, load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    >>> explain_entry(scheme, result.entries[0]).to_dict("en")["sentence"]
    '2024-03-01 志愿服务: +5 points'
    """

    entry: Entry
    sentence: Message
    reasons: tuple[Message, ...]
    what: Message = _NOTHING
    cause: Message | None = None

    def to_dict(self, lang: Language = "en") -> Data:
        """Return the entry as plain data, with its `sentence` and `reasons` in `lang`."""
        said = {"sentence": data_of(self.sentence, lang), "reasons": data_of(self.reasons, lang)}
        return self.entry.to_dict(lang) | said


@dataclass(frozen=True)
class Wording:
    """The names of the parts of a scheme, and the sentences about them.

    `places` adds `file:line` to each rule.
    """

    names: Mapping[str, Value]
    posted: Mapping[str, PostedRow]
    versions: Versions
    places: bool = True
    people: Mapping[str, str] = field(default_factory=dict)
    """The names of subjects, by id."""
    event: Callable[[str], Message] = lambda event: msg(N_("event {event}"), event=event)
    """The wording for another event, by its id."""
    so_far: Callable[[Entry, Window], Fraction | None] = lambda entry, window: None
    """The quantity of an indicator in a window, up to an entry."""
    history: Callable[[Entry], History] = lambda entry: History()
    """The history of the subject of an entry before it."""

    def explain(self, entry: Entry) -> Explanation:
        """Put an entry into words."""
        linked = {entry.inputs[key] for key in _ENDING if key in entry.inputs}
        steps = [s for s in entry.steps if s.kind != "ends" or s.note not in linked]
        reasons = [self._step(entry, step) for step in steps]
        if disputed := entry.inputs.get("disputed_by"):
            reasons.append(msg(N_("disputed: the objection {note} is open"), note=disputed))
        if others := entry.inputs.get("stands_for"):
            reasons.append(msg(N_("it also stands in place of {note}"), note=others))
        reasons += self._links(entry)
        reasons += self._of_nothing(entry)
        cause = self._cause(entry)
        return Explanation(
            entry, self._sentence(entry, cause), tuple(reasons), self.what(entry), cause
        )

    def what(self, entry: Entry) -> Message:
        """Say what happened: the indicator, and the inputs of the event."""
        name = self.names.get(entry.indicator, entry.indicator)
        return msg("{name}{details}", name=name, details=self._details(entry))

    def where(self, place: str, basis: str) -> Message:
        """Say the place and the basis of a rule, in brackets."""
        if self.places and basis:
            return msg(N_(" ({place}, {basis})"), place=place, basis=basis)
        if self.places or basis:
            return msg(N_(" ({basis})"), basis=place if self.places else basis)
        return _NOTHING

    def _not_passed(self, entry: Entry) -> Message:
        """Say from which step an event counts, and how far it has come."""
        plan = self.versions.on(entry.date) if entry.date is not None else self.versions.last
        grant = plan.grants.get(entry.indicator)
        status = entry.inputs.get("status", "")
        if grant is None or grant.statuses.get(status, -1) >= grant.count_step:
            return msg(REASONS[Outcome.NOT_PASSED])  # an objection holds it back
        step = next((Term(w) for w, n in grant.statuses.items() if n == grant.count_step), "")
        if not status:
            text = N_("it counts from the step “{step}” on, and does not say how far it has come")
            return msg(text, step=step)
        if status not in grant.statuses:
            text = N_("it counts from the step “{step}” on, and “{status}” is none of the steps")
            return msg(text, step=step, status=status)
        text = N_("it counts from the step “{step}” on, and has come to “{status}”")
        return msg(text, step=step, status=Term(status))

    def _cause(self, entry: Entry) -> Message | None:
        outcome = entry.outcome
        if outcome is Outcome.REFUSED and (why := self._refused(entry)) is not None:
            return why
        if outcome is Outcome.NOT_PASSED:
            return self._not_passed(entry)
        if outcome in REASONS:
            target = entry.inputs.get("voids") or entry.inputs.get("disputes", "")
            reason = msg(entry.inputs.get("reason", ""))
            return msg(REASONS[outcome], target=self.event(target), reason=reason)
        if outcome in OPENINGS:
            return msg(OPENINGS[outcome], event=self.event(entry.event or ""))
        return None

    def _refused(self, entry: Entry) -> Message | None:
        """Say why a redemption was refused, if the earlier entries show it."""
        why = why_refused(
            self.versions, entry, self.history(entry), self.names, self.event, say_per
        )
        return None if why is None else msg(N_("the purchase was refused: {why}"), why=why)

    def _sentence(self, entry: Entry, cause: Message | None) -> Message:
        name = self.names.get(entry.indicator, entry.indicator)
        day = entry.date.isoformat() if entry.date else ""
        values: dict[str, Value] = {
            "date": day,
            "name": name,
            "details": self._details(entry),
            "granted": signed(entry.granted),
            "asked": signed(entry.asked),
        }
        outcome = entry.outcome
        if cause is not None and outcome in REASONS:
            values["reason"] = cause
            if outcome is Outcome.UNREADABLE:
                return msg(N_("not counted: {reason}"), reason=cause)
            if outcome in ADMITTED:
                return Message(N_("{date}: {reason}"), values)
            return Message(N_("{date} {name}{details}: not counted, {reason}"), values)
        values["posted"] = self._posted(entry)
        if cause is not None:
            values["reason"] = cause
            if not name:
                return Message(N_("{date}: {reason}, {granted} points{posted}"), values)
            return Message(N_("{date} {name}: {reason}, {granted} points{posted}"), values)
        if enters_elsewhere(entry):
            values["posted"] = self.points(entry)
            return Message(N_("{date} {name}{details}: {posted}"), values)
        if entry.asked and entry.granted != entry.asked and entry.steps:
            text = N_("{date} {name}{details}: asks for {asked}, gets {granted} points{posted}")
            return Message(text, values)
        return Message(N_("{date} {name}{details}: {granted} points{posted}"), values)

    def _details(self, entry: Entry) -> Message:
        day = entry.date.isoformat() if entry.date else ""
        shown = ((key, entry.inputs[key]) for key in _SHOWN if key in entry.inputs)
        if day:  # the sentence states the day already: 活动2024-03-12 is 活动
            shown = ((key, text.replace(day, "").strip()) for key, text in shown)
        found = [(key, text) for key, text in shown if text]
        parts: Message = msg("")
        for key, text in found:
            template = N_("{parts}, {key} {text}") if parts.template else N_(" ({key} {text}")
            said = self.people.get(text, text) if key == "to" else text
            parts = msg(template, parts=parts, key=Term(key), text=said)
        return msg(N_("{parts})"), parts=parts) if found else parts

    def points(self, entry: Entry) -> Message:
        """Say what an entry brought to the total, and to other ledgers."""
        if enters_elsewhere(entry):
            ((ledger, amount),) = ((key, n) for key, n in entry.ledgers.items() if n)
            return msg(
                N_("enters {ledger}: {amount}"), ledger=self.names[ledger], amount=signed(amount)
            )
        return msg("{granted}{posted}", granted=signed(entry.granted), posted=self._posted(entry))

    def _posted(self, entry: Entry) -> Message:
        posted = msg("")
        for ledger, amount in entry.ledgers.items():
            if amount:
                posted = msg(
                    N_("{posted}; {ledger} {amount}"),
                    posted=posted,
                    ledger=self.names[ledger],
                    amount=signed(amount),
                )
        return posted

    def _step(self, entry: Entry, step: Step) -> Message:
        basis = step.basis if step.basis != step.note else ""
        values: dict[str, Value] = {
            "name": step.name,
            "note": step.note,
            "per": say_per(step.window),
            "where": self.where(step.place, basis),
            "before": _number(step.before),
            "after": _number(step.after),
            "room": _number(step.room),
        }
        if step.before is None:
            word = Term(step.note, is_key=True) if step.note in KEYS else step.note
            note = self.names.get(step.note, word)
            quantity = entry.inputs.get("quantity", "1")
            if step.kind == "gives" and quantity != "1":
                note = msg("{note} × {count}", note=note, count=quantity)
            if step.note in self.people:
                note = self.people[step.note]
            if step.kind == "ends":
                note = self.event(step.note)
            values["note"] = note
            values["until"] = lasting(self.versions, entry, step)
            is_of_levels = step.kind == "veto" and self._is_ladder(entry, step.note)
            return Message(LOWEST if is_of_levels else NOTES[step.kind], values)
        if step.kind in FULL and not step.after and not step.room and step.before:
            values["before"] = plain(abs(step.before))
            return Message(FULL[step.kind], values)
        if step.kind in LAST_ROOM and step.room == 0 and step.after:
            values |= {"before": plain(abs(step.before)), "after": plain(abs(step.after))}
            return Message(LAST_ROOM[step.kind], values)
        if step.kind == "combine" and step.before and not step.after:
            return Message(COMBINED, values)
        if step.kind != "veto":
            return Message(STEPS[step.kind], values)
        begun = veto_behind(self.history(entry).before, step)
        if begun is None or begun.event is None:
            return Message(HELD, values)
        values |= {"event": self.event(begun.event), "until": lasting(self.versions, begun, step)}
        return Message(HELD_BY if step.after else NONE_BY, values)

    def _is_ladder(self, entry: Entry, key: str) -> bool:
        return entry.date is not None and key in self.versions.on(entry.date).ladders

    def _links(self, entry: Entry) -> Iterator[Message]:
        """Name the event that another one refers to."""
        ended = {step.note for step in entry.steps if step.kind == "ends"}
        for key, text in _LINKS.items():
            if name := entry.inputs.get(key, ""):
                whole = N_("puts right {event}, whose points end here")
                is_whole = key == "repairs" and name in ended
                yield msg(whole if is_whole else text, event=self.event(name))

    def _of_nothing(self, entry: Entry) -> Iterator[Message]:
        """Say why an event brought nothing without a limit, and what a clear took."""
        if entry.outcome is not Outcome.COUNTED or entry.date is None:
            return
        if _LINKS.keys() & entry.inputs.keys():
            return
        grant = self.versions.on(entry.date).grants.get(entry.indicator)
        if grant is None:
            return
        if isinstance(grant.value, Wiped) and entry.granted:
            yield msg(N_("all points are wiped: {points} were there"), points=plain(-entry.granted))
        elif entry.granted or entry.asked or entry.steps or any(entry.ledgers.values()):
            return
        elif (amount := self._amount(entry, grant)) is not None:
            yield amount
        elif row := self.posted.get(entry.indicator):
            counted = isinstance(grant.value, Rate | Steps | Marginal)
            text = N_("with this amount no further step is reached; the rule: {rule}")
            other = N_("the rule gives nothing for this: {rule}")
            yield msg(text if counted else other, rule=row.points)

    def _amount(self, entry: Entry, grant: Grant) -> Message | None:
        """Say the amount in a window, and the amount from which on there is more."""
        value = grant.value
        if not isinstance(value, Rate | Steps) or value.window is None or grant.quantity_caps:
            return None
        total = self.so_far(entry, value.window)
        if total is None:
            return None
        values: dict[str, Value] = {
            "quantity": entry.inputs["quantity"],
            "total": plain(total),
            "per": say_per(str(value.window)),
        }
        edge = _next_edge(value, total, self.versions.first.scale)
        if edge is not None:
            values["edge"] = plain(edge)
            text = N_("{quantity} this time, {total} so far {per}; points from {edge} on")
            return Message(text, values)
        if isinstance(value, Steps) and all(total >= edge for edge, _, _ in value.edges):
            text = N_("{quantity} this time, {total} so far {per}; the highest step was reached")
            return Message(text, values)
        return None


def _next_edge(value: Rate | Steps, total: Fraction, scale: int) -> Fraction | None:
    """Return the amount from which a table, or a rate of whole points, brings more than now."""
    if isinstance(value, Rate):
        each = value.each / scale
        whole = value.rounding == Rounding(Decimal(1), "down") and each > 0
        return (total * each // 1 + 1) / each if whole else None
    edges = (Fraction(edge) for edge, strict, _ in value.edges if edge > total and not strict)
    return min(edges, default=None)


def wording_of(
    files: Sequence[SchemeFile],
    versions: Versions,
    *,
    places: bool = True,
    people: Mapping[str, str] | None = None,
    event: Callable[[str], Message] | None = None,
) -> Wording:
    """Prepare the wording of a scheme; a later version has precedence."""
    posted = {
        item.key: row
        for file in files
        for row, (_, _, item) in zip(file.once(post_scheme).rows, file.scheme.walk(), strict=True)
    }
    words = Wording(_names(versions), posted, versions, places, people or {})
    return words if event is None else replace(words, event=event)


def _names(versions: Versions) -> dict[str, Value]:
    """Return the names of the parts in an entry, by id."""
    marks = [pair for plan in versions.plans for pair in _marks(plan)]
    names: dict[str, Value] = {key: mark.name for key, mark in marks}
    return names | {"total": Term("total"), "matter": Term("matter")}


def _marks(plan: Plan) -> Iterator[tuple[str, Mark]]:
    yield from plan.categories.items()
    parts = (plan.grants, plan.ledgers, plan.ladders, plan.rewards)
    for key, part in (pair for table in parts for pair in table.items()):
        yield key, part.mark
    for rule in plan.rules:
        yield rule.mark.id, rule.mark
    for rung in (rung for ladder in plan.ladders.values() for rung in ladder.rungs):
        yield rung.mark.id, rung.mark


def enters_elsewhere(entry: Entry) -> bool:
    """Tell whether all points of an event go to one other ledger, without limits."""
    amounts = [amount for amount in entry.ledgers.values() if amount]
    return bool(
        entry.outcome is Outcome.COUNTED
        and not entry.granted
        and not entry.steps
        and amounts == [entry.asked]
    )


def say_per(window: str) -> Message:
    """Say the window of a limit."""
    match window:
        case "ever":
            return msg(N_("in all"))
        case "event":
            return msg(N_("each time"))
    if " " in window:
        return msg(N_("in any {window}"), window=Term(window))
    return msg(N_("per {window}"), window=Term(window))


def signed(number: Decimal) -> str:
    """Write a number with its sign."""
    return f"+{plain(number)}" if number > 0 else plain(number)


def _number(number: Decimal | None) -> str:
    return "" if number is None else plain(number)
