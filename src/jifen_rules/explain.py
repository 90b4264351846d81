"""Result -> the chain of reasons: one sentence for each entry, and a subject's statement.

Decides what is said and leaves the words to `render`. Knows the plan for names only and
works out no points.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .compile import compile_versions
from .entry import ADMITTED, Entry, Outcome, Result, Room, Score, Standing, Step
from .faults import INVENTED
from .message import N_, Message, Term, Value, say
from .model import SchemeFile
from .plain_data import Data, PlainData, data_of
from .plan import Choice, Fixed, Grant, Mark, Plan, Versions
from .plan import Value as Form
from .roster import Roster
from .terms import plain
from .vocabulary import KEYS, Language

_REASONS: Mapping[Outcome, str] = {
    Outcome.VOID: N_("takes back event {target} as if it had never been"),
    Outcome.OBJECTION: N_("objects to event {target}"),
    Outcome.NO_VERSION: N_("no version of the scheme was in force on that day"),
    Outcome.UNKNOWN_SUBJECT: N_("nobody of that name was on the roster that day"),
    Outcome.UNKNOWN_INDICATOR: N_("the scheme has no such indicator"),
    Outcome.NOT_FOR_SUBJECT: N_("this indicator is not for this kind or class of subject"),
    Outcome.DUPLICATE: N_("the same event stands in the file more than once; it counts once"),
    Outcome.CONFLICTING: N_(
        "two different events bear this id, or events void each other in a circle"
    ),
    Outcome.MISSING_VALUE: N_(
        "something the indicator needs is missing, such as a quantity, a level or a recipient"
    ),
    Outcome.NOT_IN_TABLE: N_("the scheme gives no points for that level, place or word"),
    Outcome.OUT_OF_RANGE: N_("the points given lie outside the stated range"),
    Outcome.UNKNOWN_VALUE: N_("the scheme does not state how many points this is worth (未载明)"),
    Outcome.DECLARED_LATE: N_("it was declared after the deadline"),
    Outcome.NOT_ALLOWED: N_("whoever declared it may not declare this"),
    Outcome.NOT_PASSED: N_("it has not yet passed the step from which it counts"),
    Outcome.VOIDED: N_("it was voided"),
    Outcome.CORRECTED: N_("it was corrected; the correction counts in its place"),
    Outcome.AFTER_AS_OF: N_("it lies after the last day that counts"),
    Outcome.CONDITION_NOT_MET: N_("the condition of the indicator did not hold"),
    Outcome.UNKNOWN_TARGET: N_("it speaks of an event that is not there or does not count"),
    Outcome.REPAIR_REFUSED: N_("the repair came too late, or does not show what it must"),
    Outcome.REFUSED: N_("the purchase was refused: too few points, or too often"),
    Outcome.UNREADABLE: N_("the row could not be read: {reason}"),
}

_OPENINGS: Mapping[Outcome, str] = {
    Outcome.RECEIVED: N_("received through event {event}"),
    Outcome.AWARDED: N_("held throughout"),
    Outcome.CARRIED: N_("carried from the period before"),
    Outcome.HELD: N_("held down from this day"),
    Outcome.TIER: N_("brought by the level reached"),
    Outcome.RELEASED: N_("what was held down ended"),
    Outcome.EXPIRED: N_("its validity ended"),
    Outcome.REDEEMED: N_("spent"),
    Outcome.REVOKED: N_("taken back from this day on"),
    Outcome.RULE: N_("a rule took effect"),
    Outcome.ENTITLED: N_("entitled"),
}

_STEPS: Mapping[str, str] = {
    "added": N_(
        "at most so much may be added per {window} for “{name}” ({where}): {after} of {before} count, {room} left"
    ),
    "deducted": N_(
        "at most so much may be deducted per {window} for “{name}” ({where}): {after} of {before} count, {room} left"
    ),
    "net": N_(
        "“{name}” may not go beyond its limit ({where}): {after} of {before} count, {room} left"
    ),
    "floor": N_("“{name}” may not fall below its floor ({where}): {after} of {before} count"),
    "times": N_(
        "only so many times count per {window} for “{name}” ({where}): {after} of {before} count"
    ),
    "quantity_cap": N_(
        "at most so much of the quantity counts per {window} ({where}): {after} of {before}"
    ),
    "combine": N_("“{name}” ({where}) joins several events into one: {before} becomes {after}"),
    "weight": N_("the weight of “{name}” ({where}): {before} becomes {after}"),
    "round": N_("rounded at “{name}” ({where}): {before} becomes {after}"),
    "escalate": N_("by the number of times it happened ({where}): {before} becomes {after}"),
    "share": N_("a share of {before} ({where}): {after}"),
    "then": N_("a consequence ({where}) brings {after}"),
}

_NOTES: Mapping[str, str] = {
    "veto": N_("from this day “{note}” counts for nothing ({where})"),
    "grade": N_("from this day the level “{note}” stands, whatever the points ({where})"),
    "action": N_("to be done: {note} ({where})"),
    "gives": N_("given: {note} ({where})"),
    "warning": N_("only a warning this time: {note} ({where})"),
    "to": N_("goes to {note}"),
    "ends": N_("ends what “{note}” brought ({where})"),
    "nobody": N_("nobody is “{note}”, so this share goes to nobody ({where})"),
    "holds_none": N_("{note} cannot hold these points, so they go to nobody ({where})"),
    "not_stated": N_("{note} of “{name}” is not stated (未载明) and binds nothing ({where})"),
}

_HELD = N_("“{name}” counts for nothing at present ({where}): {before} becomes {after}")

_SHOWN = ("quantity", "level", "place", "role", "rating", "points", "matter", "to")
"""What an entry's sentence says of its event, in this order."""


@dataclass(frozen=True, slots=True)
class Explanation(PlainData):
    """One entry in words: the sentence, then a sentence for each step that changed it.

    Sentences are messages; `say` and `to_dict` give them a language.

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

    def to_dict(self, lang: Language = "en") -> Data:
        """Return the entry as plain data, with its `sentence` and `reasons` in `lang`."""
        said = {"sentence": data_of(self.sentence, lang), "reasons": data_of(self.reasons, lang)}
        return self.entry.to_dict(lang) | said


@dataclass(frozen=True, slots=True)
class Statement(PlainData):
    """What one subject needs to see of one period.

    - `subject`, `name`, `scheme`, `illustrative`: who, under which scheme, with invented figures?
    - `score`: the figures. `lines`: an `Explanation` for each entry, in order.
    - `rooms`: each cap it has used, in words and as a value.
    - `tiers`, `figures`, `chances`, `notes`: sentences on levels, categories and ledgers, on what
      could still be earned, and on what a reader must know.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, explain_subject, load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    >>> statement = explain_subject(scheme, None, result, "张家")
    >>> statement.score.total, statement.to_dict("zh")["entries"][0]["sentence"]
    (Decimal('5'), '2024-03-01 志愿服务：+5 分')
    """

    subject: str
    name: str
    scheme: str
    illustrative: bool
    score: Score
    lines: tuple[Explanation, ...]
    figures: tuple[Message, ...]
    rooms: tuple[tuple[Message, Room], ...]
    tiers: tuple[Message, ...]
    chances: tuple[Message, ...]
    notes: tuple[Message, ...]

    def to_dict(self, lang: Language = "en") -> Data:
        """Return plain data: the score, each entry with its sentence, caps and notes in `lang`."""
        data = {
            "scheme": self.scheme,
            "illustrative": self.illustrative,
            "name": self.name,
            "score": self.score.to_dict(lang),
            "entries": data_of(self.lines, lang),
            "rooms": [data_of(text, lang) for text, _ in self.rooms],
        }
        for part in ("tiers", "figures", "chances", "notes"):
            data[part] = data_of(getattr(self, part), lang)
        return data


def explain_entry(schemes: SchemeFile | Sequence[SchemeFile], entry: Entry) -> Explanation:
    """Return an entry in words: what happened, what it brought, and why.

    SchemeError as `evaluate_events`.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, explain_entry, load_scheme, say
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    >>> say(explain_entry(scheme, result.entries[0]).sentence, "zh")
    '2024-03-01 志愿服务：+5 分'
    """
    return _explain(_names(compile_versions(schemes)), entry)


def explain_subject(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    result: Result,
    subject: str,
    *,
    period: str = "",
    event: str = "",
) -> Statement:
    """Return the statement of a subject for a period (by its label; else the last one).

    With `event` it has only the entries of that event. KeyError if the subject has no score in
    the period, or no such event. SchemeError as `evaluate_events`.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, explain_subject, load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    >>> len(explain_subject(scheme, None, result, "张家", period="2024").lines)
    1
    """
    versions = compile_versions(schemes)
    scores = [s for s in result.scores if s.subject == subject]
    scores = [s for s in scores if period in ("", s.period.label)]
    if not scores:
        raise KeyError(subject)
    score = scores[-1]
    entries = [
        entry
        for entry in result.entries
        if entry.subject == subject
        and (entry.event == event if event else entry.period == score.period.label)
    ]
    if event and not entries:
        raise KeyError(event)
    names, plan = _names(versions), versions.on(min(score.period.end, result.as_of))
    return Statement(
        subject,
        roster.name(subject) if roster is not None else subject,
        plan.name,
        plan.illustrative,
        score,
        tuple(_explain(names, entry) for entry in entries),
        tuple(_figures(names, score)),
        tuple((_room(room), room) for room in score.rooms),
        tuple(_tier(names[key], standing) for key, standing in score.tiers.items()),
        tuple(_chances(plan, roster, score)),
        tuple(_statement_notes(plan, score)),
    )


# --- one entry ---------------------------------------------------------------------------------


def _explain(names: Mapping[str, Value], entry: Entry) -> Explanation:
    reasons = [_step(names, step) for step in entry.steps]
    if disputed := entry.inputs.get("disputed_by"):
        reasons.append(say(N_("disputed: the objection {note} is open"), note=disputed))
    return Explanation(entry, _sentence(names, entry), tuple(reasons))


def _sentence(names: Mapping[str, Value], entry: Entry) -> Message:
    name = names.get(entry.indicator, entry.indicator)
    day = entry.date.isoformat() if entry.date else ""
    values: dict[str, Value] = {
        "date": day,
        "name": name,
        "details": _details(entry),
        "granted": _signed(entry.granted),
        "asked": _signed(entry.asked),
    }
    outcome = entry.outcome
    if outcome in _REASONS:
        target = entry.inputs.get("voids") or entry.inputs.get("disputes", "")
        reason = say(_REASONS[outcome], target=target, reason=say(entry.inputs.get("reason", "")))
        values["reason"] = reason
        if outcome is Outcome.UNREADABLE:
            return say(N_("not counted: {reason}"), reason=reason)
        if outcome in ADMITTED:
            return Message(N_("{date}: {reason}"), values)
        return Message(N_("{date} {name}{details}: not counted, {reason}"), values)
    posted = _posted(names, entry)
    values["posted"] = posted
    if outcome in _OPENINGS:
        values["reason"] = say(_OPENINGS[outcome], event=entry.event or "")
        if not name:
            return Message(N_("{date}: {reason}, {granted} points{posted}"), values)
        return Message(N_("{date} {name}: {reason}, {granted} points{posted}"), values)
    if entry.asked and entry.granted != entry.asked and entry.steps:
        return Message(
            N_("{date} {name}{details}: asks for {asked}, gets {granted} points{posted}"), values
        )
    return Message(N_("{date} {name}{details}: {granted} points{posted}"), values)


def _details(entry: Entry) -> Message:
    found = [(key, entry.inputs[key]) for key in _SHOWN if key in entry.inputs]
    parts: Message = say("")
    for key, text in found:
        template = N_("{parts}, {key} {text}") if parts.template else N_(" ({key} {text}")
        parts = say(template, parts=parts, key=Term(key), text=text)
    return say(N_("{parts})"), parts=parts) if found else parts


def _posted(names: Mapping[str, Value], entry: Entry) -> Message:
    posted = say("")
    for ledger, amount in entry.ledgers.items():
        if amount:
            posted = say(
                N_("{posted}; {ledger} {amount}"),
                posted=posted,
                ledger=names[ledger],
                amount=_signed(amount),
            )
    return posted


def _step(names: Mapping[str, Value], step: Step) -> Message:
    where = say(N_("{place}, {basis}"), place=step.place, basis=step.basis)
    values: dict[str, Value] = {
        "name": step.name,
        "note": step.note,
        "window": Term(step.window),
        "where": where if step.basis and step.basis != step.note else step.place,
        "before": _number(step.before),
        "after": _number(step.after),
        "room": _number(step.room),
    }
    if step.before is None:
        values["note"] = names.get(step.note, Term(step.note) if step.note in KEYS else step.note)
        return Message(_NOTES[step.kind], values)
    return Message(_HELD if step.kind == "veto" else _STEPS[step.kind], values)


def _number(number: Decimal | None) -> str:
    return "" if number is None else plain(number)


def _signed(number: Decimal) -> str:
    return f"+{plain(number)}" if number > 0 else plain(number)


# --- the rest of a statement -------------------------------------------------------------------


def _names(versions: Versions) -> dict[str, Value]:
    """What people call the things an entry speaks of, by id; a later version's word goes."""
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


def _figures(names: Mapping[str, Value], score: Score) -> Iterator[Message]:
    for key, figure in (*score.categories.items(), *score.ledgers.items()):
        if figure or key in score.ledgers:
            yield say(N_("{name}: {figure}"), name=names[key], figure=plain(figure))


def _room(room: Room) -> Message:
    values: dict[str, Value] = {
        "name": room.name,
        "window": Term(room.window),
        "limit": plain(room.limit),
        "kind": Term(room.kind),
        "used": plain(room.used),
        "left": plain(room.left),
        "place": room.place,
    }
    if room.kind == "times":
        text = N_("{name}: {used} of {limit} times per {window}, {left} left ({place})")
    else:
        text = N_("{name}: {used} of {limit} {kind} per {window}, {left} left ({place})")
    return Message(text, values)


def _tier(name: Value, standing: Standing) -> Message:
    values: dict[str, Value] = {
        "name": name,
        "level": standing.level or "",
        "next": standing.next_level,
        "event": standing.graded_by,
        "missing": "" if standing.missing is None else plain(standing.missing),
    }
    if standing.unstated:
        return Message(N_("{name}: not decided, the scheme does not state the threshold"), values)
    if standing.level is None:
        return Message(N_("{name}: not rated"), values)
    if standing.graded_by:
        return Message(N_("{name}: {level}, graded directly by event {event}"), values)
    if not standing.next_level:
        return Message(N_("{name}: {level}"), values)
    if standing.missing is None:
        return Message(N_("{name}: {level}; for {next} another condition must hold"), values)
    if standing.more_than:
        return Message(
            N_("{name}: {level}; more than {missing} points are missing for {next}"), values
        )
    return Message(N_("{name}: {level}; {missing} points are missing for {next}"), values)


def _chances(plan: Plan, roster: Roster | None, score: Score) -> Iterator[Message]:
    """Indicators that could close the gap: what they add at a time, while their caps have room."""
    if not any(standing.missing for standing in score.tiers.values()):
        return
    spent = {
        room.id for room in score.rooms if room.left <= 0 and room.kind in ("added", "times", "net")
    }
    found = []
    for key, grant in plan.grants.items():
        most = _most(grant.value)
        if most and most > 0 and not spent & grant.nodes and _may_earn(plan, grant, roster, score):
            found.append((-most, key, grant))
    for points, _, grant in sorted(found, key=lambda row: row[:2])[:5]:
        text = plain(-points, plan.scale)
        yield say(N_("{name}: up to {points} at a time"), name=grant.mark.name, points=text)


def _may_earn(plan: Plan, grant: Grant, roster: Roster | None, score: Score) -> bool:
    pays = any(not post.account and post.ledger == "total" for post in grant.posts)
    if not pays or grant.standing is not None:
        return False
    people = Roster(roster.rows if roster is not None else (), kind=plan.kind)
    return all(people.fits(score.subject, words, score.period.end) for words in grant.kinds)


def _most(value: Form | None) -> int | None:
    match value:
        case Fixed(points=points):
            return int(points)
        case Choice(table=table):
            return max((_most(inner) or 0 for inner in table.values()), default=None)
        case _:
            return None


def _statement_notes(plan: Plan, score: Score) -> Iterator[Message]:
    if plan.illustrative:
        yield say(INVENTED)
    for key in score.unstated:
        yield say(
            N_("the scheme does not state {key} (未载明); it is taken as nothing"), key=Term(key)
        )
    for right in score.rights:
        name = plan.rewards[right.id].mark.name
        if right.amount is None:
            yield say(N_("entitled to: {name}"), name=name)
        else:
            yield say(N_("entitled to: {name}, {amount}"), name=name, amount=plain(right.amount))
