"""The last days of a stated validity, read from the forms of the model."""

from collections.abc import Iterator
from datetime import date, timedelta

from ..core.terms import Period, Window, add_length
from ..core.vocabulary import COLUMNS, english
from ..scheme import model
from ..trace.entry import Entry


def waits_for_repair(lasts: object) -> bool:
    """Tell whether a validity goes on until a repair."""
    return isinstance(lasts, model.Lasting) and "repair" in lasts.kind


def last_days(lasts: object, entry: Entry, period: Period) -> Iterator[date]:
    """Yield the possible last days of a stated validity; none if it has no end of its own."""
    assert entry.date is not None
    if isinstance(lasts, model.LastsBy):
        (written, table), *_ = lasts.by.items()
        yield from last_days(
            table.get(entry.inputs.get(english(COLUMNS, written), "")), entry, period
        )
    elif isinstance(lasts, model.LastsTable):
        for one in (*lasts.at_least.values(), *lasts.above.values()):
            yield from last_days(one, entry, period)
    elif (
        isinstance(lasts, model.Lasting)
        and lasts.window is not None
        and not waits_for_repair(lasts)
    ):
        ends = [*_window_ends(lasts.window, entry.date, period)]
        if lasts.kind == "next":  # to the end of the next window
            ends = [
                end
                for last in ends
                for end in _window_ends(lasts.window, add_length(last, 1, "day"), period)
            ]
        yield from ends


def _window_ends(window: Window, day: date, period: Period) -> Iterator[date]:
    if window.name == "length":
        end = add_length(day, window.count, window.unit)
        yield end - timedelta(days=1)
        if end == date.max:  # it ends on no day of the calendar
            yield end
        if end.day < day.day and window.unit not in ("day", "week"):
            yield end  # the month has no such day, so its last day is the end
    elif window.name == "period":
        yield period.end
    elif window.name != "ever":
        yield window.last_day(day)
