"""What a line must say whatever the figures are: each consequence of its owner, and what it gives.

Takes the scheme and a line; does not know how many points anything brings.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TypeAlias

from ..core.message import Message
from ..trace.entry import Entry, Outcome, Step
from .book import MOVES, Book
from .consequences import KINDS, Brings
from .findings import left_out, no_such_step
from .limits import CheckedIndicator
from .rules import Version
from .unstated import Open, may_be_open, open_floors, open_of

_Said: TypeAlias = tuple[str, str, str, str, str, str]
"""The kind, place, basis, id, name and note of a step."""


def check_dues(
    book: Book, version: Version, item: CheckedIndicator | None, entry: Entry
) -> Iterator[Message]:
    """Yield the consequences and gifts that a line leaves out, or says too often."""
    said = Counter(_said(step) for step in entry.steps if _is_told(step))
    due = tuple(_due(book, version, item, entry))
    least, most = Counter[_Said](), Counter[_Said]()
    for brings in due:
        for note in brings.notes:
            key = (brings.kind, brings.place, brings.basis, *note)
            comes = brings.comes and (brings.kind != "then" or entry.total_after is not None)
            least[key] += comes
            most[key] += 1
    open_ended = {(b.kind, b.place) for b in due if b.kind == "then" and not b.comes}
    for key in least:
        kind, place = key[:2]
        if said[key] < least[key]:
            yield left_out(kind, place)
        elif said[key] > most[key] and (kind, place) not in open_ended:
            yield no_such_step(next(step for step in entry.steps if _said(step) == key))
    yield from _gives(version, entry)
    yield from _ends(entry)
    yield from _open(book, version, item, entry)


def _said(step: Step) -> _Said:
    return step.kind, step.place, step.basis, step.id, step.name, step.note


def _ends(entry: Entry) -> Iterator[Message]:
    """Yield an error where a line does not name what ends."""
    if entry.outcome not in (Outcome.EXPIRED, Outcome.RELEASED):
        return
    ends = [step for step in entry.steps if step.kind == "ends"]
    if not ends:
        yield left_out("ends", entry.indicator or "-")
    for step in ends[1:] if entry.outcome is Outcome.EXPIRED else ():
        yield no_such_step(step)


def _open(
    book: Book, version: Version, item: CheckedIndicator | None, entry: Entry
) -> Iterator[Message]:
    """Yield what a line leaves out of what the scheme leaves open, or says too often."""
    told = [step for step in entry.steps if step.kind == "not_stated"]
    due = Counter[Open]()
    if item is not None and entry.outcome in MOVES and "repairs" not in entry.inputs:
        due.update(open_of(version, item, declared="declared_on" in entry.inputs))
    reward = version.rewards.get(entry.indicator)
    if reward is not None and entry.outcome is Outcome.REDEEMED:
        due.update(open_floors(version, reward))
    for step in told:
        key = (step.id, step.name, step.place, step.basis, step.note)
        due[key] -= 1
        if due[key] < 0 and not any(may_be_open(one, step) for one in book.versions):
            yield no_such_step(step)
    for (_, _, place, _, note), count in due.items():
        if count > 0:
            yield left_out(note, place)


def _is_told(step: Step) -> bool:
    """Tell whether a step says that a consequence follows; a veto may also stop points."""
    return step.kind in KINDS and (step.kind != "veto" or step.before is None)


def _due(
    book: Book, version: Version, item: CheckedIndicator | None, entry: Entry
) -> Iterable[Brings]:
    """Return the consequences of the owner of a line; none where it is not theirs alone."""
    consequences, owner = version.consequences, entry.indicator
    if entry.outcome is Outcome.TIER and entry.date is not None:
        decided = book.on(entry.date - timedelta(days=1)) or version  # of the day before
        consequences = decided.consequences
    several = consequences.of(owner)
    if entry.outcome in (Outcome.RULE, Outcome.TIER):
        if consequences.pays(owner) or consequences.owners[owner] > 1:
            return ()  # the line may be of one who is paid, or of a namesake
        at_once = entry.outcome is Outcome.TIER or entry.event is not None or entry.inputs
        return (b for b in several if at_once or b.kind in ("action", "then"))
    if entry.outcome not in MOVES or item is None:
        return ()
    if "repairs" in entry.inputs or any(step.kind == "warning" for step in entry.steps):
        return ()
    return (brings for brings in several if not brings.repairs)


def _gives(version: Version, entry: Entry) -> Iterator[Message]:
    """Yield an error where a reward is taken and nothing is given, or more than once."""
    if entry.outcome not in (Outcome.REDEEMED, Outcome.ENTITLED):
        return
    given = [step for step in entry.steps if step.kind == "gives"]
    unknown = any((step.kind, step.note) == ("not_stated", "gives") for step in entry.steps)
    if not (given or unknown) and entry.indicator in version.rewards:
        yield left_out("gives", entry.indicator)
    for step in given[1:]:
        yield no_such_step(step)
