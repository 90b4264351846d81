"""A result -> the statement of one subject: entries, room under caps, the gap, and notes.

One piece: one class computes the parts of a statement in one walk over the entries.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil

from ...compile import compile_versions
from ...core.faults import INVENTED
from ...core.message import N_, Message, Term, Value, msg
from ...core.plain_data import Data, PlainData, data_of
from ...core.terms import Window, plain
from ...core.vocabulary import Language
from ...inputs.roster import Roster
from ...plan import Choice, Fixed, Grant, Judged, Plan, Rate, Value as Form
from ...scheme.model import SchemeFile
from ...tables import PostedRow, say_level
from ...trace.entry import ADMITTED, Entry, Outcome, Result, Room, Score, Standing, Step
from .entries import Explanation, say_per, wording_of
from .lasting import History, lasting, standing_vetoes
from .wording import NOTES


@dataclass(frozen=True, slots=True)
class Statement(PlainData):
    """The statement of one subject for one period.

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
        return {
            "scheme": self.scheme,
            "illustrative": self.illustrative,
            "name": self.name,
            "score": self.score.to_dict(lang),
            "entries": data_of(self.lines, lang),
            "rooms": [data_of(text, lang) for text, _ in self.rooms],
            "tiers": data_of(self.tiers, lang),
            "figures": data_of(self.figures, lang),
            "chances": data_of(self.chances, lang),
            "notes": data_of(self.notes, lang),
        }


class Explainer:
    """Makes statements of one result; shared parts are prepared once."""

    def __init__(
        self,
        schemes: SchemeFile | Sequence[SchemeFile],
        roster: Roster | None,
        result: Result,
        *,
        places: bool = True,
    ) -> None:
        """`places` says `file:line` with each rule. SchemeError as the engine."""
        self.files = [schemes] if isinstance(schemes, SchemeFile) else [*schemes]
        self.versions = compile_versions(schemes)
        self.roster, self.result = roster, result
        self._by_kind: dict[str, Roster] = {}
        people = {s: roster.name(s) for s in roster.subjects} if roster is not None else {}
        self.wording = wording_of(
            self.files, self.versions, places=places, people=people, event=self._event
        )
        self.wording = replace(self.wording, so_far=self._so_far, history=self._history)

    @cached_property
    def _entries(self) -> Mapping[str, list[Entry]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.result.entries:
            found[entry.subject].append(entry)
        return found

    @cached_property
    def _scores(self) -> Mapping[str, list[Score]]:
        found: dict[str, list[Score]] = defaultdict(list)
        for score in self.result.scores:
            found[score.subject].append(score)
        return found

    def name(self, subject: str) -> str:
        """Return the name of a subject."""
        return self.roster.name(subject) if self.roster is not None else subject

    def entries(self, subject: str) -> Sequence[Entry]:
        """Return the entries of a subject, of all periods."""
        return self._entries.get(subject, ())

    def refused(self, subject: str) -> tuple[Explanation, ...]:
        """Return the events of a subject that were not admitted, in words."""
        entries = (e for e in self.entries(subject) if e.outcome not in ADMITTED)
        return tuple(map(self.wording.explain, entries))

    def statement(self, subject: str, *, period: str = "", event: str = "") -> Statement:
        """Make the statement of a subject, as `explain_subject`."""
        scores = [s for s in self._scores.get(subject, ()) if period in ("", s.period.label)]
        if not scores:
            raise KeyError(subject)
        score, names = scores[-1], self.wording.names
        entries = [
            entry
            for entry in self.entries(subject)
            if (entry.event == event if event else entry.period == score.period.label)
        ]
        if event and not entries:
            raise KeyError(event)
        plan = self.versions.on(min(score.period.end, self.result.as_of))
        people = self._people(plan.kind)
        lines, unstated = _unstated_apart(map(self.wording.explain, entries))
        rated = {key: tier for key, tier in score.tiers.items() if self.is_rated(key, score)}
        held = self._held(score)
        return Statement(
            subject,
            self.name(subject),
            plan.name,
            plan.illustrative,
            score,
            lines,
            tuple(_figures(names, score)),
            tuple((self._room(room), room) for room in score.rooms),
            tuple(self._tier(key, standing, held.get(key)) for key, standing in rated.items()),
            tuple(_chances(plan, people, score, lines, self.wording.posted, held)),
            (*_statement_notes(plan, score), *unstated),
        )

    def _held(self, score: Score) -> dict[str, tuple[Entry, Step]]:
        """Return the targets of vetoes at the end of a period, or on the last day that counts."""
        day = min(score.period.end, self.result.as_of)
        entries = [e for e in self.entries(score.subject) if e.date is None or e.date <= day]
        return standing_vetoes(self.versions, entries, day)

    def is_rated(self, key: str, score: Score) -> bool:
        """Tell whether a ladder applies to a subject; one for groups is not for a household."""
        plan = self.versions.on(min(score.period.end, self.result.as_of))
        ladder, held = plan.ladders.get(key), score.tiers[key]
        if held.level is not None or held.unstated or ladder is None:
            return True
        if not ladder.kinds:  # the ladder is for the kind of the scheme
            return score.kind == plan.kind
        people = self._people(plan.kind)
        fits = people.fits(score.subject, ladder.kinds, score.period.end)
        return score.kind in ladder.kinds or fits

    def _people(self, kind: str) -> Roster:
        """Return the roster; rows without a kind have the kind of the scheme."""
        if kind not in self._by_kind:
            rows = self.roster.rows if self.roster is not None else ()
            self._by_kind[kind] = Roster(rows, kind=kind)
        return self._by_kind[kind]

    def _room(self, room: Room) -> Message:
        values: dict[str, Value] = {
            "name": room.name,
            "per": say_per(room.window),
            "limit": plain(room.limit),
            "kind": Term(room.kind),
            "used": plain(room.used),
            "left": plain(room.left),
            "where": self.wording.where(room.place, room.basis),
        }
        if room.kind == "times":
            text = N_("{name}: {used} counted {per}, of at most {limit}; {left} left{where}")
        else:
            text = N_("{name}: {used} of {limit} {kind} {per}, {left} left{where}")
        return Message(text, values)

    def _tier(self, key: str, standing: Standing, held: tuple[Entry, Step] | None) -> Message:
        values: dict[str, Value] = {
            "name": self.wording.names[key],
            "level": standing.level or "",
            "next": standing.next_level,
            "event": self._event(standing.graded_by),
            "missing": "" if standing.missing is None else plain(standing.missing),
        }
        if standing.unstated:
            return Message(
                N_("{name}: not decided, the scheme does not state the threshold"), values
            )
        if standing.level is None:
            return Message(N_("{name}: not rated"), values)
        if held is not None:
            begun, step = held
            values |= {
                "event": self._event(begun.event or ""),
                "until": lasting(self.versions, begun, step),
            }
            return Message(N_("{name}: {level}, as {event} is a veto on it{until}"), values)
        if standing.graded_by:
            values["until"] = self._graded_until(standing)
            text = N_("{name}: {level}, graded directly because of {event}{until}")
            return Message(text, values)
        if not standing.next_level:
            return Message(N_("{name}: {level}"), values)
        if standing.missing is None:
            values["rule"] = self._level(key, standing.next_level)
            return Message(N_("{name}: {level}; {next} asks for: {rule}"), values)
        if standing.more_than:
            return Message(
                N_("{name}: {level}; more than {missing} points are missing for {next}"), values
            )
        return Message(N_("{name}: {level}; {missing} points are missing for {next}"), values)

    def _graded_until(self, standing: Standing) -> Message:
        """Say the end of a level that an event set."""
        for entry in self._by_event.get(standing.graded_by, ()):
            for step in entry.steps:
                if step.kind == "grade" and step.before is None and step.note == standing.level:
                    return lasting(self.versions, entry, step)
        return msg("")

    def _event(self, event: str) -> Message:
        """Name an event by its day and indicator; an unknown one by its id."""
        found = (e for e in self._by_event.get(event, ()) if e.date is not None)
        if (entry := next(found, None)) is None or entry.date is None:
            return msg(N_("event {event}"), event=event)
        what = self.wording.what(entry)
        return msg(N_("“{what}” of {date}"), what=what, date=entry.date.isoformat())

    @cached_property
    def _by_event(self) -> Mapping[str, list[Entry]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.result.entries:
            if entry.event is not None:
                found[entry.event].append(entry)
        return found

    def _so_far(self, entry: Entry, window: Window) -> Fraction | None:
        """Add up the quantities of an indicator in a window, up to an entry.

        None where some of it ended.
        """
        if entry.date is None or window.name == "length":
            return None
        plan, total = self.versions.on(entry.date), Fraction(0)
        key = plan.key(window, entry.date)
        for other in self.entries(entry.subject):
            if other.indicator != entry.indicator or other.date is None:
                continue
            if plan.key(window, other.date) != key or other.outcome not in ADMITTED:
                continue
            if other.outcome is not Outcome.COUNTED or "quantity" not in other.inputs:
                return None
            total += Fraction(other.inputs["quantity"])
            if other is entry:
                return total
        return None

    def _history(self, entry: Entry) -> History:
        """Return the history of the subject of an entry before it."""
        entries = self.entries(entry.subject)
        at = next((number for number, other in enumerate(entries) if other is entry), None)
        if at is None:
            return History()
        scores = self._scores.get(entry.subject, ())
        score = next((s for s in scores if s.period.label == entry.period), None)
        return History(entries, at, score)

    def _level(self, key: str, level: str) -> Message:
        """Say the conditions of a level."""
        for file in reversed(self.files):
            for ladder in file.scheme.tiers:
                if ladder.key == key:
                    return say_level(file.scheme, ladder, level)
        return msg(N_("another condition must hold"))


# --- the rest of a statement -------------------------------------------------------------------


def _figures(names: Mapping[str, Value], score: Score) -> Iterator[Message]:
    for key, figure in (*score.categories.items(), *score.ledgers.items()):
        if figure or key in score.ledgers:
            yield msg(N_("{name}: {figure}"), name=names[key], figure=plain(figure))


def _unstated_apart(
    lines: Iterable[Explanation],
) -> tuple[tuple[Explanation, ...], tuple[Message, ...]]:
    """Move the unstated parts of the scheme out of each line into one note."""
    found: list[Message] = []
    kept = []
    for line in lines:
        unstated = [reason for reason in line.reasons if reason.template == NOTES["not_stated"]]
        found += [reason for reason in unstated if reason not in found]
        rest = tuple(reason for reason in line.reasons if reason not in unstated)
        kept.append(replace(line, reasons=rest) if unstated else line)
    return tuple(kept), tuple(found)


def _chances(
    plan: Plan,
    roster: Roster,
    score: Score,
    lines: Sequence[Explanation],
    posted: Mapping[str, PostedRow],
    held: Collection[str],
) -> Iterator[Message]:
    """Return indicators that could close the gap, with room and without a veto.

    First those it has earned from before, then those that bring the least at a time, which most can
    do.
    """
    if {"total", "added"}.intersection(held) or not any(
        standing.missing for standing in score.tiers.values()
    ):
        return
    spent = {
        room.id for room in score.rooms if room.left <= 0 and room.kind in ("added", "times", "net")
    }
    done = {line.entry.indicator for line in lines if line.entry.granted > 0}
    found = []
    for key, grant in plan.grants.items():
        most = _most(grant.value)
        if {key, *grant.nodes}.intersection(held):
            continue
        if most and most > 0 and not spent & grant.nodes and _may_earn(grant, roster, score):
            found.append((key not in done, most, key, grant))
    for _, points, key, grant in sorted(found, key=lambda row: row[:3])[:5]:
        if isinstance(grant.value, Rate | Judged):
            yield msg(N_("{name}: {rule}"), name=grant.mark.name, rule=posted[key].points)
        else:
            text = plain(points, plan.scale)
            yield msg(N_("{name}: up to {points} at a time"), name=grant.mark.name, points=text)


def _may_earn(grant: Grant, roster: Roster, score: Score) -> bool:
    pays = any(not post.account and post.ledger == "total" for post in grant.posts)
    if not pays or grant.standing is not None:
        return False
    return all(roster.fits(score.subject, words, score.period.end) for words in grant.kinds)


def _most(value: Form | None) -> int | None:
    match value:
        case Fixed(points=points):
            return int(points)
        case Rate(each=each):
            return ceil(each)
        case Judged(high=high):
            return 1 if high is None else ceil(high)
        case Choice(table=table):
            return max((_most(inner) or 0 for inner in table.values()), default=None)
        case _:
            return None


_UNSTATED = {
    "base": N_(
        "the scheme does not state the points at the start of a period; they are taken as 0"
    ),
    "at_period_end": N_(
        "the scheme does not state what becomes of the points at a period's end; "
        "they are not carried"
    ),
}
OTHER_UNSTATED = N_("the scheme does not state {key}; it is taken as nothing")


def _statement_notes(plan: Plan, score: Score) -> Iterator[Message]:
    if plan.illustrative:
        yield msg(INVENTED)
    for key in score.unstated:
        yield msg(_UNSTATED.get(key, OTHER_UNSTATED), key=Term(key, is_key=True))
    for right in score.rights:
        name = plan.rewards[right.id].mark.name
        if right.amount is None:
            yield msg(N_("entitled to: {name}"), name=name)
        else:
            yield msg(N_("entitled to: {name}, {amount}"), name=name, amount=plain(right.amount))
