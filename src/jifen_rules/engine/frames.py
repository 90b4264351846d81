"""SubjectFrames: the sums of a subject's limits, one list for each window that holds some.

Which limit stands at which place is laid out once, for all versions of a scheme. A view has the
frames of one moment, one of each kind of window: two small numbers find a sum in it. Refuses to
know what a sum means, and whose it is.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

from ..core.terms import Exact, Window
from ..plan import Cap, Plan, Versions, Weigh

Frame: TypeAlias = list[Exact]

DayFrames: TypeAlias = list[Frame]
"""The frames of one moment, by the number of a kind of window."""


class SumPlace(NamedTuple):
    """Where a sum stands: in the frame of a kind of window, as the n-th."""

    kind: int
    at: int


class SubjectFrames(dict[int, Frame]):
    """The frames of one subject, by the key of the window that each is of; new ones are empty."""

    __slots__ = ("_sizes",)

    def __init__(self, sizes: Sequence[int]) -> None:
        """`sizes` are those of frames, by the number of a kind of window."""
        self._sizes = sizes

    def __missing__(self, key: int) -> Frame:
        frame = self[key] = [0] * self._sizes[key >> 32]
        return frame

    def of(self, keys: Iterable[int]) -> DayFrames:
        """Return the frames of a moment."""
        return [*map(self.__getitem__, keys)]

    def copied(self) -> "SubjectFrames":
        """Return the same sums in frames of their own."""
        found = SubjectFrames(self._sizes)
        found.update({key: [*frame] for key, frame in self.items()})
        return found


class WindowKeys(dict[date, int]):
    """`keys[day]` is the key of the sum of a limit in the window that holds a day."""

    def __init__(self, slot: int, window: Callable[[date], int]) -> None:
        self.first, self._window = slot << 32, window

    def __missing__(self, day: date) -> int:
        key = self[day] = self.first + self._window(day)
        return key


class Layout:
    """The places of sums; limits that are shared, that lose, or that a version moves have none."""

    def __init__(self, versions: Versions, moved: frozenset[str]) -> None:
        self._plan = versions.first  # all have one period, counted from the first
        self._places: dict[str, SumPlace] = {}
        self._windows: list[Window] = []
        self._keys: list[WindowKeys] = []
        self._sizes: list[int] = []
        self._moments: dict[tuple[date, date], tuple[int, ...]] = {}
        self._days: dict[date, tuple[tuple[int, ...], date]] = {}
        caps = [cap for plan in versions.plans for cap in plan.limits]
        apart = moved.union(*(cap.twins for cap in caps), _not_alike(caps))
        for cap in caps:
            if cap.slot not in apart and has_place(cap):
                self._lay(cap.slot, cap.window, 1)
        for border in _borders(versions.plans):
            if border.rounding is not None:
                self._lay(_of_border(border), Window("period"), 2)

    def _lay(self, name: str, window: Window, size: int) -> None:
        if name in self._places:
            return
        if window not in self._windows:
            kind = len(self._windows)
            self._windows.append(window)
            self._keys.append(WindowKeys(kind, numbers_of(window, self._plan)))
            self._sizes.append(0)
        kind = self._windows.index(window)
        self._places[name] = SumPlace(kind, self._sizes[kind])
        self._sizes[kind] += size

    def place(self, part: Cap | Weigh) -> SumPlace | None:
        """Return the place of the sum of a limit or a border.

        Beside a border's sum stands what that was rounded to.
        """
        return self._places.get(_of_border(part) if isinstance(part, Weigh) else part.slot)

    def frames(self) -> SubjectFrames:
        """Return the frames of a subject of whom nothing is known."""
        return SubjectFrames(self._sizes)

    def view(self, frames: SubjectFrames, day: date, since: date) -> DayFrames:
        """Return the frames of a day, and of another day's period."""
        moment = self._moments.get((day, since))
        if moment is None:
            moment = self._moments[day, since] = self._moment(day, since)
        return frames.of(moment)

    def lasting_view(self, frames: SubjectFrames, day: date) -> tuple[DayFrames, date]:
        """Return the frames of a day, and the last day that has the same."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._moment(day, day), self._until(day)
        moment, until = found
        return frames.of(moment), until

    def _moment(self, day: date, since: date) -> tuple[int, ...]:
        """Return the key of each frame."""
        several = zip(self._windows, self._keys, strict=True)
        return tuple(keys[since if window.name == "period" else day] for window, keys in several)

    def _until(self, day: date) -> date:
        return min((self._plan.last_day(w, day) for w in self._windows), default=date.max)

    def prune(self, frames: SubjectFrames, since: date) -> None:
        """Let go of the frames of windows that were over before a day."""
        for key in [key for key in frames if key < self._keys[key >> 32][since]]:
            del frames[key]


def numbers_of(window: Window, plan: Plan) -> Callable[[date], int]:
    """Return what numbers the windows of a kind: the one that holds a day."""
    if window.name == "period":
        return lambda day: plan.period_of(day).start.toordinal()
    return window.key


def has_place(cap: Cap) -> bool:
    """Tell whether a limit keeps one sum of one subject in a calendar window, with one bound."""
    has_window = cap.window.name not in ("length", "event")
    has_one_bound = cap.kind == "deducted" or (cap.low is None) != (cap.high is None)
    return has_window and has_one_bound and not (cap.kind == "times" or cap.among or cap.lost)


def _not_alike(caps: Iterable[Cap]) -> set[str]:
    """Find the limits that are not alike in all versions."""
    first: dict[str, tuple[object, ...]] = {}
    return {
        cap.slot
        for cap in caps
        if first.setdefault(cap.slot, (cap.window, has_place(cap))) != (cap.window, has_place(cap))
    }


def _borders(plans: Iterable[Plan]) -> Iterable[Weigh]:
    for plan in plans:
        grants, starts = plan.grants.values(), plan.starts
        for path in (*(g.path for g in grants), *(s.path for s in starts), plan.outermost):
            yield from (part for part in path if isinstance(part, Weigh))


def _of_border(border: Weigh) -> str:
    return f"round {border.mark.id}"
