"""Admission: whether an event counts, and the outcome of one that does not.

One piece: the tests of admission are one class, asked in the order that SPEC states.

The first test that fails names the outcome. What an event is worth is not asked here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from ..engine import find_unfit
from ..inputs.event import Event, Unreadable, canonical_event, given_values
from ..inputs.roster import Roster
from ..inputs.workdays import Workdays
from ..plan import Grant, RewardPlan, Versions
from ..trace.entry import Entry, Outcome
from .words import Words

SPEAKS = frozenset({"voids", "corrects", "disputes"})
"""What an event says that bears on whether another one counts."""
Verdict: TypeAlias = tuple[Event, Outcome | None]
"""An event, completed by what it speaks of, and why it does not count (None: it counts)."""


@dataclass(frozen=True, slots=True)
class View:
    """What is asked: what was true up to `as_of`, so far as it was known on `known_on`.

    `status` is what an event without a status of its own has reached; without `workdays`,
    deadlines in working days are not judged.
    """

    as_of: date
    status: str = ""
    known_on: date | None = None
    workdays: Workdays | None = None

    def __post_init__(self) -> None:
        for name, day in (("as_of", self.as_of), ("known_on", self.known_on)):
            if type(day) is not date and (name == "as_of" or day is not None):
                raise TypeError(f"{name} is a datetime.date, not a {type(day).__name__}")


class Admission:
    """Every event that was given so far, by id, and what each is worth admitting for."""

    def __init__(self, versions: Versions, roster: Roster, view: View) -> None:
        self.versions, self.roster, self.view = versions, roster, view
        self._by_id: dict[str, list[Event]] = defaultdict(list)
        self._speakers: dict[str, set[str]] = defaultdict(set)
        self._stands_for: dict[str, list[str]] = {}
        self._ids: set[str] = set()
        """Ids that are there, by the day that is asked about."""

    def note(self, event: Event) -> None:
        """Take an event in; what becomes of it is asked of `verdicts`."""
        self._by_id[event.id].append(event)
        for target in spoken_of(event):
            self._speakers[target].add(event.id)
        if self._is_there(event):
            self._ids.add(event.id)

    def has(self, event: Event) -> bool:
        """Whether an equal event was taken in."""
        return event in self._by_id.get(event.id, ())

    def waiting(self) -> frozenset[str]:
        """Return the chains of all events that lie after the day that is asked about."""
        later = [
            copies[0] for copies in self._by_id.values() if not all(map(self._is_there, copies))
        ]
        return frozenset(name for event in later for name in self.chain(event))

    def move_to(self, view: View, waiting: Iterable[str]) -> None:
        """Ask about another day; `waiting` are the ids for which that may matter."""
        self.view = view
        self._ids |= {
            name for name in waiting if any(map(self._is_there, self._by_id.get(name, ())))
        }

    def is_noted(self, name: str) -> bool:
        """Whether an event of this id was taken in, and not let go of."""
        return name in self._by_id

    def subjects_of(self, name: str) -> set[str]:
        """Return the subjects of the events of an id."""
        return {event.subject for event in self._by_id.get(name, ())} - {""}

    def forget(self, event: Event) -> None:
        """Let go of an event that nothing can speak of any more."""
        self._by_id.pop(event.id, None)
        self._speakers.pop(event.id, None)
        self._stands_for.pop(event.id, None)
        for target in spoken_of(event):
            self._speakers.pop(target, None)
        self._ids.discard(event.id)

    def chain(self, event: Event) -> frozenset[str]:
        """Return the ids that an event (noted or not) is joined with by what speaks of what."""
        same = (event, *self._by_id.get(event.id, ()))
        if event.id not in self._speakers and not any(map(spoken_of, same)):
            return frozenset({event.id})  # as most
        found, waiting = set(), [event.id, *spoken_of(event)]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            waiting += self._speakers.get(name, ())
            for other in self._by_id.get(name, ()):
                waiting += spoken_of(other)
        return frozenset(found)

    def verdicts(self, ids: Iterable[str] | None = None) -> list[Verdict]:
        """Decide events by id (None: all), in the order of their keys; ids must be whole chains."""
        wanted = self._by_id if ids is None else [i for i in ids if i in self._by_id]
        if len(wanted) == 1 and (event := self._alone(*wanted)) is not None:
            return [(event, self.judge(event))]  # as most, one by one
        same = {i: self._known_apart(_in_canonical_order(self._by_id[i])) for i in wanted}
        for name in same:
            self._stands_for.pop(name, None)  # decided anew
        fates = self._fates({i: known[0] for i, (known, *_) in same.items() if _are_one(known)})
        found: list[Verdict] = []
        for several in same.values():
            for later, copies in enumerate(several):
                conflicting = not _are_one(copies)
                said = {} if later else fates  # of the one that is known
                for number, event in enumerate(copies):
                    whole = self._completed(event, fates)
                    found.append((whole, self._outcome(whole, number, conflicting, said)))
        return sorted(found, key=lambda verdict: verdict[0].sort_key)

    def _alone(self, name: str) -> Event | None:
        """Return the event of an id if it is the only one, and none speaks of it nor it of one."""
        event, *others = self._by_id[name]
        speaks = others or name in self._speakers or spoken_of(event) or not event.subject
        return None if speaks else event

    def _known_apart(self, copies: list[Event]) -> list[list[Event]]:
        """Let the events of an id that are known by the day asked stand apart from later ones."""
        known = [event for event in copies if self._is_there(event)] if len(copies) > 1 else []
        if not known:
            return [copies]
        return [known, *([event] for event in copies if not self._is_there(event))]

    def judge(self, event: Event) -> Outcome | None:
        """Decide an event that shares its id with none, and that speaks of none nor none of it."""
        return self._outcome(event, 0, False, {})

    def refusal(self, event: Event, outcome: Outcome) -> Entry:
        """Write the entry of an event that does not count."""
        plan = self.versions.on(event.date)
        period = plan.period_of(event.date)
        zero = Decimal(0)
        return Entry(
            event.id,
            event.subject,
            period.label,
            event.indicator,
            None if outcome is Outcome.NO_VERSION else plan.version,
            event.date,
            outcome,
            given_values(event),
            zero,
            (),
            zero,
            {},
            None,
        )

    def stands_for(self, name: str) -> Sequence[str]:
        """Return the events that a correction stands in place of, as decided last."""
        return self._stands_for.get(name, ())

    def _completed(self, event: Event, fates: Mapping[str, Outcome]) -> Event:
        """Let a void take the subject of its event; name objections to it, and its place."""
        if not event.subject:
            event = self._with_subject(event)
        names = () if event.id in fates else self._stands_for.get(event.id, ())
        if not names and event.id not in self._speakers:
            return event
        said: list[tuple[str, str]] = []
        open_ones = [
            name
            for name in sorted(
                {n for one in (event.id, *names) for n in self._speakers.get(one, ())}
            )
            if name not in fates
            and name in self._ids
            and any(speaker.disputes in (event.id, *names) for speaker in self._by_id[name])
        ]
        if open_ones:
            said.append(("disputed_by", ", ".join(open_ones)))
        if others := sorted({*names} - {event.corrects}):
            said.append(("stands_for", ", ".join(others)))
        if said:
            both = tuple(sorted((*event.attributes, *said)))
            event = replace(event, attributes=both)  # type: ignore[arg-type]  # a field by descriptor
        return event

    def _with_subject(self, event: Event) -> Event:
        """Take the subject of what an event speaks of, or of what that speaks of."""
        word, seen = event, set[str]()
        while not word.subject and word.id not in seen:
            seen.add(word.id)
            target = self._by_id.get(word.voids or word.corrects or word.disputes)
            if not target:
                return event
            word = min(target, key=_canonical_order)
        return replace(event, subject=word.subject)

    def _fates(self, events: Mapping[str, Event]) -> dict[str, Outcome]:
        """Return what voids and corrections known by `as_of` make of the events they name."""
        said: dict[str, list[Event]] = defaultdict(list)
        for event in events.values():
            if event.said is None or SPEAKS.isdisjoint(event.said):
                continue
            target = event.voids or event.corrects  # one that is not there ties nobody
            if target in self._ids and self._is_said(event) and not self._is_before(event, target):
                said[target].append(event)
        if not said:
            return {}
        words = Words(events, said, _said_on)
        self._stands_for |= words.stands_for
        return words.fates

    def _is_before(self, event: Event, target: str) -> bool:
        """Tell whether an event speaks of one of a later day; corrections speak when recorded."""
        return all(_said_on(event) < other.date for other in self._by_id[target])

    def _is_there(self, event: Event) -> bool:
        return event.date <= self.view.as_of and self._is_said(event)

    def _is_said(self, event: Event) -> bool:
        """Whether it was said by the day asked about, and recorded by the day it was known on."""
        known_on = self.view.known_on
        if known_on is not None and (event.recorded_on or event.date) > known_on:
            return False
        return _said_on(event) <= self.view.as_of

    def _outcome(
        self, event: Event, number: int, conflicting: bool, fates: Mapping[str, Outcome]
    ) -> Outcome | None:
        day, plan = event.date, self.versions.on(event.date)
        if day < plan.version:
            return Outcome.NO_VERSION
        if not event.subject:
            return Outcome.UNKNOWN_TARGET
        if not self.roster.is_member(event.subject, day):
            return Outcome.UNKNOWN_SUBJECT
        rule = plan.grants.get(event.indicator) or plan.rewards.get(event.indicator)
        if rule is None and (event.indicator or not _speaks(event)):
            return Outcome.UNKNOWN_INDICATOR
        if isinstance(rule, Grant) and rule.standing is not None and not _speaks(event):
            return Outcome.UNKNOWN_INDICATOR  # it is granted of itself, once for each stretch
        if rule is not None and not self._is_for(rule, event):
            return Outcome.NOT_FOR_SUBJECT
        if conflicting:
            return Outcome.CONFLICTING
        if number:
            return Outcome.DUPLICATE
        found = self._untimely(rule, event) or fates.get(event.id) or self._unheard(event)
        if found is None and not _speaks(event):
            return None  # the engine refuses it where it does not say what is asked for
        if isinstance(rule, Grant) and not event.repairs and self._names_nobody(rule, event):
            return Outcome.MISSING_VALUE
        return find_unfit(plan, rule, event) or found

    def _names_nobody(self, grant: Grant, event: Event) -> bool:
        """Whether points go to whom the event names, and it names nobody who is there."""
        is_named = any(post.account == "named" for post in grant.others)
        return is_named and not (event.to and self.roster.is_member(event.to, event.date))

    def _unheard(self, event: Event) -> Outcome | None:
        """Return what becomes of an event that is not known yet, or that only speaks of another."""
        if not self._is_there(event):
            return Outcome.AFTER_AS_OF
        if SPEAKS.isdisjoint(event.said or {}):
            return None
        target = event.voids or event.corrects or event.disputes
        is_itself = bool(event.disputes) and target == event.id
        if target and (is_itself or target not in self._ids or self._is_before(event, target)):
            return Outcome.UNKNOWN_TARGET
        if event.disputes:
            return Outcome.OBJECTION
        return Outcome.VOID if event.voids else None

    def _untimely(self, rule: Grant | RewardPlan | None, event: Event) -> Outcome | None:
        """Whether it was declared too late or by the wrong one, or waits still."""
        if not isinstance(rule, Grant):
            return None
        if self._is_late(rule, event):
            return Outcome.DECLARED_LATE
        if not self._may_declare(rule, event):
            return Outcome.NOT_ALLOWED
        if not self._has_passed(rule, event) or _waits(rule, event):
            return Outcome.NOT_PASSED
        return None

    def _is_late(self, grant: Grant, event: Event) -> bool:
        """Whether it was declared after the deadline; what has no such date is not judged."""
        if grant.declare is None or event.declared_on is None:
            return False
        period = self.versions.on(event.date).period_of(event.date)
        last = grant.declare.last_day(event.date, period.end, self.view.workdays)
        return last is not None and event.declared_on > last

    def _may_declare(self, grant: Grant, event: Event) -> bool:
        """Whether whoever declared it may; where the event does not say who, nobody judges."""
        if not grant.declarers or not (event.rater or event.role):
            return True
        if event.role in grant.declarers:
            return True
        if "self" in grant.declarers and event.rater == event.subject:
            return True
        found = (self.roster.resolve(event.subject, who, event.date) for who in grant.declarers)
        return any(event.rater in subjects for subjects in found)

    def _has_passed(self, grant: Grant, event: Event) -> bool:
        if grant.count_step < 0:
            return True
        return grant.statuses.get(event.status or self.view.status, -1) >= grant.count_step

    def _is_for(self, rule: Grant | RewardPlan, event: Event) -> bool:
        if not rule.kinds:
            return self.roster.fits(event.subject, (self.versions.first.kind,), event.date)
        groups = (rule.kinds,) if isinstance(rule, RewardPlan) else rule.kinds
        return all(self.roster.fits(event.subject, words, event.date) for words in groups)


def unreadable_entries(rows: Iterable[Unreadable]) -> list[Entry]:
    """Give the entries of rows that are no events, in the order of the trace.

    Rows that say the same share one, so that a file of a hundred thousand costs few.
    """
    copies = Counter([(row.reason, row.content) for row in rows])
    found: list[Entry] = []
    for (reason, content), times in sorted(copies.items()):
        found += [_unreadable(content, reason)] * times
    return found


def unreadable_entry(row: Unreadable) -> Entry:
    """Write the entry of a row that is no event."""
    return _unreadable(row.content, row.reason)


def _unreadable(content: str, reason: str) -> Entry:
    zero, inputs = Decimal(0), {"row": content, "reason": reason}
    return Entry(None, "", "", "", None, None, Outcome.UNREADABLE, inputs, zero, (), zero, {}, None)


def spoken_of(event: Event) -> list[str]:
    """Return the ids whose fate, or standing, an event bears on."""
    if event.said is None or SPEAKS.isdisjoint(event.said):
        return []
    return [target for target in (event.voids, event.corrects, event.disputes) if target]


def _waits(grant: Grant, event: Event) -> bool:
    """Whether an open objection holds an event back: where objections come before it counts."""
    step = grant.statuses.get("object", grant.count_step)
    return step < grant.count_step and any(key == "disputed_by" for key, _ in event.attributes)


def _are_one(copies: list[Event]) -> bool:
    return len(copies) == 1 or len(set(copies)) == 1


def _in_canonical_order(copies: list[Event]) -> list[Event]:
    return sorted(copies, key=_canonical_order) if len(copies) > 1 else copies


def _canonical_order(event: Event) -> tuple[tuple[date, str, str], str]:
    return event.sort_key, canonical_event(event)


def _said_on(event: Event) -> date:
    """When a correction was recorded, and anything else happened."""
    return (event.recorded_on or event.date) if event.corrects else event.date


def _speaks(event: Event) -> bool:
    """Whether an event is only about another one."""
    return bool(event.voids or event.repairs or event.revokes or event.disputes)
