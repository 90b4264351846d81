"""Scheme, roster and events -> Result: admits the events, ties groups, has the parts merged."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from .compile import compile_versions
from .entry import Entry, Outcome, Result
from .evaluate import evaluate_group
from .event import Event, Unreadable, canonical_event, given_values, read_events
from .merge import gather
from .model import SchemeFile
from .plan import Brought, Effect, Grant, Plan, Post, Reward, Versions
from .roster import Roster, canonical_rows

MAX_YEARS = 200
"""How long after its first day a scheme can be asked about: a year mistyped is no millennium."""

ENGINE = "0.1"
"""The version of the meaning: it changes when the same inputs may give another result."""


def evaluate_events(
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None,
    events: Path | Iterable[Mapping[str, object] | Event | Unreadable | str],
    as_of: date,
    *,
    status: str = "",
) -> Result:
    """Work out every score up to `as_of`, and the entry of every event.

    Several `schemes` are dated versions of one; each event goes by the version of its date.
    `status` is what an event without a status of its own has reached, such as "count".
    Scores come by subject and period, entries by date, then boundary after event, then
    time, id and subject; rows that are no events come last. SchemeError if the scheme
    has problems, ValueError if `as_of` lies beyond all reason.
    """
    versions = compile_versions(schemes)
    plan = versions.last
    if as_of.year - versions.first.version.year > MAX_YEARS:
        raise ValueError(f"{as_of} lies more than {MAX_YEARS} years after the scheme began")
    people = _people(plan, roster)
    known, bad = read_events(events)
    batch = _Admission(versions, people, as_of, status).admit(known)
    entries, scores = [*batch.refused, *map(_unreadable, bad)], []
    for subjects, group in _groups(versions, people, batch.admitted):
        found, settled = evaluate_group(versions, subjects, group, people, as_of)
        entries += found
        scores += settled
    inputs = _fingerprints(schemes, roster, known, bad, status)
    head = (plan.scheme, plan.kind, plan.illustrative, as_of)
    return gather(head, scores, entries, inputs)


def _people(plan: Plan, roster: Roster | None) -> Roster:
    """The roster as the scheme reads it; without one, everybody is of the scheme's kind."""
    if roster is None:
        return Roster((), kind=plan.kind, everyone=True)
    return Roster(roster.rows, kind=plan.kind)


@dataclass(slots=True)
class _Batch:
    admitted: list[Event]
    refused: list[Entry]


class _Admission:
    """Step 1: the first test that fails names the outcome."""

    def __init__(self, versions: Versions, roster: Roster, as_of: date, status: str) -> None:
        self.versions, self.roster, self.as_of, self.status = versions, roster, as_of, status

    def admit(self, events: tuple[Event, ...]) -> _Batch:
        """Sort events into those that count and the entries of those that do not."""
        batch = _Batch([], [])
        by_id: dict[str, list[Event]] = defaultdict(list)
        self.ids = {
            e.id for e in events if e.date <= self.as_of and self._known_on(e) <= self.as_of
        }
        for event in sorted(events, key=lambda e: (e.sort_key, canonical_event(e))):
            by_id[event.id].append(event)
        fates = self._fates({k: v[0] for k, v in by_id.items() if len(set(v)) == 1})
        for same in by_id.values():
            for number, event in enumerate(same):
                whole = self._completed(event, by_id)
                outcome = self._outcome(whole, number, len(set(same)) > 1, fates)
                if outcome is None:
                    batch.admitted.append(whole)
                else:
                    batch.refused.append(self._refusal(whole, outcome))
        batch.admitted.sort(key=lambda event: event.sort_key)
        return batch

    def _completed(self, event: Event, by_id: Mapping[str, list[Event]]) -> Event:
        """Let a void or a repair take the subject of the event it speaks of."""
        target = by_id.get(event.voids or event.corrects or event.repairs or event.revokes)
        if not event.subject and target:
            return replace(event, subject=target[0].subject)
        return event

    def _fates(self, events: Mapping[str, Event]) -> dict[str, Outcome]:
        """What voids and corrections known by `as_of` make of the events they name."""
        said: dict[str, list[Event]] = defaultdict(list)
        for event in events.values():
            target = event.voids or event.corrects  # one that is not there ties nobody
            if target in self.ids and self._known_on(event) <= self.as_of:
                said[target].append(event)
        return _settle(events, said, self._known_on)

    def _known_on(self, event: Event) -> date:
        return (event.recorded_on or event.date) if event.corrects else event.date

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
        grant = rule if isinstance(rule, Grant) else None
        if rule is not None and not self._is_for(rule, event):
            return Outcome.NOT_FOR_SUBJECT
        if conflicting:
            return Outcome.CONFLICTING
        if number:
            return Outcome.DUPLICATE
        if grant is not None and not event.repairs and self._lacks(grant, event):
            return Outcome.MISSING_VALUE
        if grant is not None and not self._may_declare(grant, event):
            return Outcome.NOT_ALLOWED
        if grant is not None and self._is_late(grant, event):
            return Outcome.DECLARED_LATE
        if grant is not None and not self._has_passed(grant, event):
            return Outcome.NOT_PASSED
        if event.id in fates:
            return fates[event.id]
        if self._known_on(event) > self.as_of or day > self.as_of:
            return Outcome.AFTER_AS_OF
        target = event.voids or event.corrects
        if target and target not in self.ids:
            return Outcome.UNKNOWN_TARGET
        return Outcome.VOID if event.voids else None

    def _is_late(self, grant: Grant, event: Event) -> bool:
        """Whether it was declared after the deadline; what has no such date is not judged."""
        if grant.declare is None or event.declared_on is None:
            return False
        period = self.versions.on(event.date).period_of(event.date)
        last = grant.declare.last_day(event.date, period.end)
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

    def _lacks(self, grant: Grant, event: Event) -> bool:
        own = dict(event.attributes)
        return any(not own.get(name) and getattr(event, name, None) in (None, "")
                   for name in grant.needs)  # fmt: skip

    def _has_passed(self, grant: Grant, event: Event) -> bool:
        if grant.count_step < 0:
            return True
        return grant.statuses.get(event.status or self.status, -1) >= grant.count_step

    def _is_for(self, rule: Grant | Reward, event: Event) -> bool:
        kind = (self.versions.first.kind,)
        if isinstance(rule, Reward):
            groups: tuple[tuple[str, ...], ...] = (rule.kinds or kind,)
        else:
            groups = rule.kinds or (kind,)
        return all(self.roster.fits(event.subject, words, event.date) for words in groups)

    def _refusal(self, event: Event, outcome: Outcome) -> Entry:
        plan = self.versions.on(event.date)
        period = plan.period_of(event.date)
        zero = Decimal(0)
        return Entry(
            event.id, event.subject, period.label, event.indicator,
            None if outcome is Outcome.NO_VERSION else plan.version,
            event.date, outcome, given_values(event), zero, (), zero, {}, None,
        )  # fmt: skip


def _settle(
    events: Mapping[str, Event], said: Mapping[str, list[Event]],
    known_on: Callable[[Event], date],
) -> dict[str, Outcome]:  # fmt: skip
    """Decide what becomes of events that others speak of; the last word in order stands.

    A word that is void itself says nothing, so an event is decided after all that speak of
    it. What is left over then speaks in a circle.
    """
    waiting = {target: len(speakers) for target, speakers in said.items()}
    fates: dict[str, Outcome] = {}
    ready = [name for name in events if name not in waiting]
    while ready:
        event = events[ready.pop()]
        target = event.voids or event.corrects
        if target not in waiting or event not in said[target]:
            continue
        waiting[target] -= 1
        if waiting[target]:
            continue
        del waiting[target]
        standing = [speaker for speaker in said[target] if speaker.id not in fates]
        if standing:
            last = max(standing, key=lambda speaker: (known_on(speaker), speaker.time, speaker.id))
            fates[target] = Outcome.VOIDED if last.voids else Outcome.CORRECTED
            others = (o for o in standing if o is not last and o.corrects)
            fates |= {other.id: Outcome.CORRECTED for other in others}
        if target in events:
            ready.append(target)
    return fates | dict.fromkeys(waiting, Outcome.CONFLICTING)


def _speaks(event: Event) -> bool:
    """Whether an event is only about another one."""
    return bool(event.voids or event.repairs or event.revokes)


def _groups(
    versions: Versions, roster: Roster, events: list[Event]
) -> Iterator[tuple[list[str], list[Event]]]:
    """Yield subjects that are tied together, with their events, smallest subject first."""
    kinds = frozenset(kind for plan in versions.plans for kind in plan.scored)
    scored = {s for s in roster.subjects if roster.kind(s) in kinds}
    if roster.everyone:
        scored = {e.subject for e in events}
        scored |= {e.to for e in events if e.to and "named" in _accounts(versions, e)}
    parent = {s: s for s in sorted(scored | {event.subject for event in events})}

    def root(subject: str) -> str:
        while parent[subject] != subject:
            parent[subject] = subject = parent[parent[subject]]
        return subject

    for one, other in _ties(versions, roster, events, tuple(parent)):
        if other in parent:
            parent[root(other)] = root(parent.setdefault(one, one))
    members: dict[str, list[str]] = defaultdict(list)
    for subject in sorted(parent):
        members[root(subject)].append(subject)
    own: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        own[root(event.subject)].append(event)
    for key, subjects in sorted(members.items(), key=lambda item: item[1]):
        yield [s for s in subjects if s in scored], own[key]


def _ties(
    versions: Versions, roster: Roster, events: list[Event], subjects: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield pairs that a flow, a rank, a common limit or a formula ties together."""
    for event in events:
        for account in _accounts(versions, event):
            if account == "named":
                yield event.subject, event.to
            else:
                for other in roster.resolve(event.subject, account, event.date):
                    yield event.subject, other
    for words in dict.fromkeys(w for plan in versions.plans for w in plan.populations):
        for subject in subjects:
            shared = roster.ever(subject, words[0]) if words else frozenset({""})
            for value in shared:
                yield f"\0{'/'.join(words)}={value}", subject
    if any(plan.relates for plan in versions.plans):
        for row in roster.rows:
            yield row.unit or row.id, row.id


def _accounts(versions: Versions, event: Event) -> frozenset[str]:
    """Whom an event pays besides its subject, by relation or role."""
    plan = versions.on(event.date)
    grant = plan.grants.get(event.indicator)
    posts: list[Post] = []
    if grant is not None:
        repair = grant.repair.effects if grant.repair else ()
        posts = [*grant.posts, *_brought((*grant.effects, *repair))]
    elif event.indicator in plan.rewards:
        posts = [*plan.rewards[event.indicator].posts]
    return frozenset(post.account for post in posts if post.account)


def _brought(effects: Iterable[Effect]) -> Iterator[Post]:
    for effect in effects:
        if isinstance(effect, Brought):
            yield from effect.posts


def _unreadable(row: Unreadable) -> Entry:
    zero, inputs = Decimal(0), {"row": row.content, "reason": row.reason}
    return Entry(None, "", "", "", None, None, Outcome.UNREADABLE, inputs, zero, (), zero, {}, None)


def _fingerprints(
    schemes: SchemeFile | Sequence[SchemeFile], roster: Roster | None, events: tuple[Event, ...],
    bad: tuple[Unreadable, ...], status: str,
) -> Iterator[str]:  # fmt: skip
    """One for each line of the inputs: the scheme, the roster's rows, events, other rows."""
    several = (schemes,) if isinstance(schemes, SchemeFile) else schemes
    lines = [f"engine {ENGINE} status {status}", *(f"scheme {file.scheme!r}" for file in several)]
    lines += [f"roster {line}" for line in canonical_rows(roster)] if roster else []
    lines += [f"event {canonical_event(event)}" for event in events]
    lines += [f"row {row.content}" for row in bad]
    copies: Counter[str] = Counter()
    for line in lines:
        copies[line] += 1
        yield sha256(f"{copies[line]} {line}".encode()).hexdigest()
