"""What the trace says of a change: a step for each rule that changed points, or says something."""

from decimal import Decimal
from functools import lru_cache

from ..core.terms import Exact, Window, plain
from ..plan import Mark
from ..trace.entry import Step


def step(
    kind: str,
    mark: Mark,
    scale: int,
    before: Exact,
    after: Exact,
    room: Exact | None = None,
    window: Window | None = None,
) -> Step:
    """Write that a rule changed points, and the room it leaves."""
    return Step(
        kind,
        mark.id,
        mark.name,
        mark.place,
        mark.basis,
        as_points(before, scale),
        as_points(after, scale),
        None if room is None else as_points(room, scale),
        "" if window is None else str(window),
    )


def note(kind: str, mark: Mark, text: str) -> Step:
    """Write a step that moves no points and says something."""
    return Step(kind, mark.id, mark.name, mark.place, mark.basis, None, None, None, "", text)


@lru_cache(maxsize=1 << 16)
def as_points(number: Exact, scale: int) -> Decimal:
    """Write points as a decimal; the same few figures come again and again."""
    return Decimal(plain(number, scale))
