"""Rules: when something holds, then."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jifen_rules import Event, Outcome

from . import doing
from .asking import Asker, Missing, Undecided
from .reading import known

if TYPE_CHECKING:
    from .village import Effects, Village


def asks(village: "Village", rule: Any, subject: str, window: Any = None) -> Asker:
    version = village.versions.standing(village.day)
    return Asker(village, version, subject, village.day)


def holds(village: "Village", rule: Any, subject: str) -> bool:
    """Whether the condition of a rule holds of a subject now."""
    try:
        return asks(village, rule, subject).holds(rule.when)
    except (Missing, Undecided):
        return False


def concerns(village: "Village", rule: Any, subject: str) -> bool:
    version = village.versions.standing(village.day)
    return village.is_present(subject) and village.fits(subject, rule.for_, version)


def turned(village: "Village", subjects: list[str]) -> list[tuple[Any, str]]:
    """The rules looked at after each event whose condition has turned true of somebody."""
    version = village.versions.standing(village.day)
    found = []
    for rule in version.scheme.rules:
        per = known(rule.per)
        if per is None or per.name != "event":
            continue
        for subject in subjects:
            if not concerns(village, rule, subject):
                continue
            now = holds(village, rule, subject)
            if now and not village.rule_states.get((rule.key, subject), False):
                found.append((rule, subject))
            village.rule_states[rule.key, subject] = now
    return found


def after_event(village: "Village", effects: "Effects", event: Event | None) -> None:
    """Look at the rules of each event for all who have an entry of it, then do what follows."""
    subjects = {*effects, *([] if event is None else [event.subject])}
    act(village, turned(village, sorted(subjects)), None if event is None else event.id)


def act(village: "Village", found: list[tuple[Any, str]], event: str | None) -> None:
    """Do what several rules of one moment bring: each has its entry."""
    for rule, subject in found:
        if not village.may_act(rule, subject):
            continue
        asker = asks(village, rule, subject)
        effects = doing.apply(village, rule.then, asker, name=rule.key)
        effects.setdefault(subject, {})
        write(village, effects, subject, event)


def write(village: "Village", effects: "Effects", subject: str, event: str | None) -> None:
    village.write(subject, event, Outcome.RULE, effects.get(subject))
    for other in sorted(effects):
        if other != subject:
            village.write(other, event, Outcome.RULE, effects[other])


def at_end(village: "Village", rules: list[Any]) -> None:
    """Rules that act at the end of a window: all conditions first, then what follows.

    What they hold begins the next day.
    """
    found = [
        (rule, subject)
        for rule in rules
        for subject in sorted(village.books)
        if concerns(village, rule, subject) and holds(village, rule, subject)
    ]
    for rule, subject in found:
        if not village.may_act(rule, subject):
            continue
        asker = asks(village, rule, subject)
        now = [e for e in rule.then if not (hasattr(e, "veto") or hasattr(e, "grade"))]
        later = [e for e in rule.then if hasattr(e, "veto") or hasattr(e, "grade")]
        effects = doing.apply(village, now, asker, name=rule.key)
        effects.setdefault(subject, {})
        write(village, effects, subject, None)
        if later:
            village.holding_from_tomorrow.append((later, asker, village.day + timedelta(days=1)))
