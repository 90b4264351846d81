"""Parts of a result -> the whole: boards, one digest.

Knows nothing of how points are worked out; what crosses subjects is decided here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import chain, islice
from operator import itemgetter, lt

from ..core.terms import Period
from .entry import Board, BoardPlace, Entry, Outcome, Result, Score, order_entries


def merge_results(parts: Iterable[Result]) -> Result:
    """Join results of subjects that no flow ties together into one.

    The order is that of `Result`, boards and digest are those of one evaluation over all.
    ValueError if the parts are of different schemes or days, or share a subject or an event,
    and if there are none.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, load_scheme, merge_results
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> rows = [row, row | {"id": "2", "subject": "李家"}]
    >>> parts = [evaluate_events(scheme, None, [one], date(2024, 12, 31)) for one in rows]
    >>> merge_results(parts) == evaluate_events(scheme, None, rows, date(2024, 12, 31))
    True
    """
    results = tuple(parts)
    if not results:
        raise ValueError("there is no part to join: give at least one")
    first = results[0]
    if any((r.scheme, r.as_of) != (first.scheme, first.as_of) for r in results):
        raise ValueError("the parts are of different schemes or days")
    scores = [score for result in results for score in result.scores]
    if len({(score.subject, score.period) for score in scores}) != len(scores):
        raise ValueError("a subject stands in two parts")
    _check_ids(results)
    return gather(
        (first.scheme, first.kind, first.illustrative, first.as_of),
        tuple(sorted(scores, key=lambda score: (score.subject, score.period))),
        order_entries(entry for result in results for entry in result.entries),
        lambda: chain(*(result.inputs for result in results), _copies(results)),
    )


def _check_ids(results: Iterable[Result]) -> None:
    """No id of an event may stand in two parts: together they would be copies, or in conflict."""
    seen: set[str] = set()
    for result in results:
        mine = {entry.event for entry in result.entries if entry.event is not None}
        if seen & mine:
            raise ValueError(f"the event {min(seen & mine)} stands in two parts")
        seen |= mine


def _copies(results: Iterable[Result]) -> Iterable[str]:
    """Give the fingerprints of unreadable rows, where one stands in several parts."""
    rows = Counter(
        entry.inputs["row"]
        for result in results
        for entry in result.rejected
        if entry.outcome is Outcome.UNREADABLE
    )
    return numbered(f"row {row}" for row, times in rows.items() for _ in range(times))


def numbered(lines: Iterable[str]) -> Iterator[str]:
    """Give a fingerprint for each line; that of a further copy is the first one with its number."""
    for line, times in Counter(lines).items():
        first = sha256(f"1 {line}".encode()).hexdigest()
        yield first
        for number in range(2, times + 1):
            yield f"{first}-{number:07}"


def gather(
    head: tuple[str, str, bool, date],
    scores: Sequence[Score],
    entries: Sequence[Entry],
    inputs: Callable[[], Iterable[str]],
) -> Result:
    """Join scores and entries that are in order with the fingerprints of the inputs and the boards.

    `head` is the scheme, its kind of subject, whether it is illustrative, and the last day.
    """

    def boards(ordered: Sequence[Score]) -> tuple[Board, ...]:
        return _boards(score for score in ordered if score.kind == head[1])

    return Result(head, scores, entries, boards, lambda: sorted_once(inputs()))


def sorted_once(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines in order, each once; what is in order already by long stretches is so at once."""
    if isinstance(lines, tuple):
        return lines
    found = sorted(lines)
    rises = all(map(lt, found, islice(found, 1, None)))
    return tuple(found if rises else dict.fromkeys(found))


def _boards(scores: Iterable[Score]) -> tuple[Board, ...]:
    by_period: dict[Period, list[tuple[str, Decimal]]] = {}
    for score in scores:  # the scores themselves, made for this, need not stay
        by_period.setdefault(score.period, []).append((score.subject, score.total))
    return tuple(Board(period, rank_totals(by_period[period])) for period in sorted(by_period))


def rank_totals(totals: list[tuple[str, Decimal]]) -> tuple[BoardPlace, ...]:
    """Rank subjects by total, highest first, then by subject.

    A total's opposite would be rounded to 28 digits.
    """
    places: list[BoardPlace] = []
    ranked = sorted(sorted(totals), key=itemgetter(1), reverse=True)
    for number, (subject, total) in enumerate(ranked, 1):
        shared = places and places[-1].total == total
        places.append(BoardPlace(places[-1].place if shared else number, subject, total))
    return tuple(places)
