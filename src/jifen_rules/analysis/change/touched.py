"""Two plans and events -> the subjects whose figures can differ.

Those are subjects with events of indicators that changed.

Where more than indicators changed, or one pays others, ties them or is awarded without an event,
anybody's may. Who is tied to a subject is for the session to find.
"""

from collections.abc import Iterable
from typing import TypeAlias

from ...inputs.event import Event, Unreadable
from ...plan import Brought, Grant
from .plain_plan import PlainPlan, PlainVersions

Reading: TypeAlias = tuple[Event | Unreadable, Event | Unreadable]
"""A row as it is read under the old schemes and under the new ones."""


def changed_indicators(old: PlainVersions, new: PlainVersions) -> frozenset[str] | None:
    """Return the indicators that alone differ; None where anybody's figures may differ."""
    if len(old.plans) != len(new.plans):
        return None
    found: set[str] = set()
    for one, two in zip(old.plans, new.plans, strict=True):
        if one.parts != two.parts or one.standing != two.standing:
            return None
        names = {*one.grants, *two.grants}
        differing = [name for name in names if one.grants.get(name) != two.grants.get(name)]
        if not all(_stays_at_home(plan, name) for name in differing for plan in (one, two)):
            return None
        found.update(differing)
    return frozenset(found)


def _stays_at_home(plain: PlainPlan, name: str) -> bool:
    """Tell whether an indicator moves figures of nobody but the subject of its events."""
    grant = plain.plan.grants.get(name)
    return grant is None or not (grant.standing is not None or grant.others or _brings(grant))


def _brings(grant: Grant) -> bool:
    repair = grant.repair.effects if grant.repair else ()
    return any(
        isinstance(effect, Brought) and any(post.account for post in effect.posts)
        for effect in (*grant.effects, *repair)
    )


def touched_subjects(readings: Iterable[Reading], indicators: frozenset[str]) -> frozenset[str]:
    """Return the subjects of events of some indicators, or that the two schemes read differently.

    Events that share an id with one of these, or name one, belong to them.
    """
    both = [*readings]
    events = [row for reading in both for row in reading if isinstance(row, Event)]
    ids = {event.id for event in events if event.indicator in indicators}
    ids |= {row.id for one, two in both if one != two for row in (one, two) if type(row) is Event}
    speaking = [event for event in events if event.said is not None]
    while more := {event.id for event in speaking if ids.intersection(_named(event))} - ids:
        ids |= more
    return frozenset(event.subject for event in events if event.id in ids)


def _named(event: Event) -> Iterable[str]:
    named = (event.voids, event.corrects, event.disputes, event.revokes, event.repairs)
    return filter(None, named)
