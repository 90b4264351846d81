"""The audit trace: entries, scores and the result of an evaluation.

Holds values only; numbers are exact decimals, written without exponent. A score is
its base plus the sum of its entries.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from ..core.arrow import ArrowColumn, Kind, arrow_table
from ..core.plain_data import Data, PlainData, data_of, fields_data
from ..core.slotted import set_while_open
from ..core.vocabulary import Language
from .day_order import DayOrder
from .late import Late
from .outcome import ADMITTED as ADMITTED, OPENING as OPENING, Outcome as Outcome
from .score import (
    Board as Board,
    BoardPlace as BoardPlace,
    Right as Right,
    Room as Room,
    Score as Score,
    Standing as Standing,
    score_columns,
)

if TYPE_CHECKING:
    import pyarrow

TRACE_VERSION = 2
"""The version of the form of a line of a trace; it grows when a line changes its shape."""

AT_OPENING: Mapping[str, str] = {"opening": "yes"}
"""The inputs of an entry of a rule that acts when a period opens; it stands among those."""
RESULT_VERSION = 1
"""The version of the form that `Result.to_dict` gives; it grows when that changes its shape."""


@set_while_open
@dataclass(frozen=True, slots=True)
class Step(PlainData):
    """One thing that changed the points of an entry, or says something, and the rule behind it.

    - `kind`: what it is, such as `added` (a cap on points added), `weight`, `veto`, `action`.
    - `id`, `name`: of the indicator, category, rule or level that has the limit.
    - `place`, `basis`: `file:line` of the scheme, and the clause the rule rests on.
    - `before`, `after`: points (of a `quantity_cap`: the quantity); None where it only speaks.
    - `room`: what is left under the limit afterwards, in the `window` it runs over.
    - `note`: a word that belongs to it, such as a level or whom points go to.

    >>> from decimal import Decimal
    >>> from jifen_rules.trace.entry import Step
    >>> step = Step("added", "help", "志愿服务", "s.yaml:9", "", Decimal(10), Decimal(8))
    >>> step.to_dict()["after"]
    '8'
    """

    kind: str
    id: str
    name: str
    place: str
    basis: str
    before: Decimal | None
    after: Decimal | None
    room: Decimal | None = None
    window: str = ""
    note: str = ""


@set_while_open
@dataclass(frozen=True, slots=True)
class Entry(PlainData):
    """One line of the trace: an event, what it brought and why; or a day's end that did.

    - `event`: its id; None where a day's end or a rule brought the entry.
    - `subject`, `period`, `indicator`: ids, and the label of the period.
    - `version`: the day from which the version of the scheme is in force that it went by.
    - `date`, `outcome`: when, and what became of it.
    - `inputs`: what the event said beyond that, as text by column; of a row that is no event,
      its content and why it could not be read.
    - `asked`: exact points before caps, in the indicator's own measure.
    - `steps`: what changed them, in order.
    - `granted`: exact points that reached the total. Base plus these is the total, always.
    - `ledgers`: what reached each further ledger.
    - `total_after`: the subject's total after this entry; None where it does not count.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> (entry,) = evaluate_events(scheme, None, [row], date(2024, 12, 31)).entries
    >>> entry.outcome.value, entry.granted, entry.to_dict()["granted"]
    ('counted', Decimal('5'), '5')
    """

    event: str | None
    subject: str
    period: str
    indicator: str
    version: date | None
    date: date | None
    outcome: Outcome
    inputs: Mapping[str, str]
    asked: Decimal
    steps: tuple[Step, ...]
    granted: Decimal
    ledgers: Mapping[str, Decimal]
    total_after: Decimal | None

    def to_dict(self, lang: Language = "en") -> Data:
        """Return the entry as plain data: a line of the trace before it is chained."""
        return {"trace": TRACE_VERSION, **fields_data(self, lang)}


_ENTRY_KINDS: Mapping[str, Kind] = {
    "version": "day",
    "date": "day",
    "inputs": "texts",
    "asked": "points",
    "steps": "steps",
    "granted": "points",
    "ledgers": "points_by_name",
    "total_after": "points",
}
ENTRY_COLUMNS = tuple(
    ArrowColumn(f.name, _ENTRY_KINDS.get(f.name, "text"), attrgetter(f.name)) for f in fields(Entry)
)
"""The columns of a table of entries: the fields of one."""


R = TypeVar("R")


class Entries(Late[Entry]):
    """Entries that are made from rows when looked at, and can be written without being made."""

    def __init__(
        self,
        count: int,
        rows: Callable[[], Sequence[R]],
        make: Callable[[R], Entry],
        write: Callable[[Sequence[R]], Iterator[tuple[str, bytes]]],
        refused: Callable[[], tuple[Entry, ...]],
    ) -> None:
        """`write` gives the subject and line of each row, `refused` the entries of refusals."""
        super().__init__(count, rows, make)
        self._write, self._refused = write, refused

    def lines(self) -> Iterator[tuple[str, bytes]]:
        """Return the subject and the line of each entry, still without the brace at its end."""
        return self._write(self.rows)

    @cached_property
    def refused(self) -> tuple[Entry, ...]:
        """The entries of what was not admitted."""
        return self._refused()


class Result(PlainData):
    """Scores, boards and the whole trace of an evaluation.

    - `scheme`, `kind`, `illustrative`, `as_of`: the scheme's id, its kind of subject, whether
      its figures are invented, and the last day that counts.
    - `scores`: a `Score` for each subject and period, sorted by subject, then period.
    - `entries`: an `Entry` for each event and payee, sorted by date (a day's opening, events,
      its end), time, id and subject. Rows that are no events are last.
    - `rejected`: the entries of those that are not admitted.
    - `boards`: the ranking of each period, oldest first.
    - `inputs`, `digest`: a fingerprint of each input line, and one of all.

    Scores and entries are made when they are looked at; equal inputs give equal results.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> result = evaluate_events(scheme, None, [row, row], date(2024, 12, 31))
    >>> [score.total for score in result.scores], [e.outcome.value for e in result.rejected]
    ([Decimal('5')], ['duplicate'])
    >>> sorted(result.to_dict(entries=False))[:4]
    ['as_of', 'boards', 'digest', 'illustrative']
    """

    def __init__(
        self,
        head: tuple[str, str, bool, date],
        scores: Sequence[Score],
        entries: Sequence[Entry],
        boards: Callable[[Sequence[Score]], tuple[Board, ...]],
        inputs: Callable[[], tuple[str, ...]],
    ) -> None:
        """`head` is the scheme, its kind of subject, whether it is illustrative, the last day."""
        self.scheme, self.kind, self.illustrative, self.as_of = head
        self.scores, self.entries = scores, entries
        self._boards, self._inputs = boards, inputs

    @classmethod
    def nothing(cls, as_of: date) -> "Result":
        """Return the result of no scheme: without scores, entries or inputs."""
        return cls(("", "", False, as_of), (), (), lambda _: (), lambda: ())

    @cached_property
    def boards(self) -> tuple[Board, ...]:
        """The ranking of each period."""
        return self._boards(self.scores)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """One fingerprint for each input line (the second copy of a line has its own), sorted."""
        return self._inputs()

    @cached_property
    def digest(self) -> str:
        """One for all inputs: the same give the same in any order."""
        lines = "\n".join((self.as_of.isoformat(), *self.inputs))
        return sha256(lines.encode()).hexdigest()

    @property
    def rejected(self) -> tuple[Entry, ...]:
        """The entries of events that were not admitted, and of rows that are none."""
        entries = self.entries
        return entries.refused if isinstance(entries, Entries) else refusals(entries)

    def to_dict(self, lang: Language = "en", *, entries: bool = True) -> Data:
        """Return plain data after `result.schema.json`; without `entries` the trace is left out."""
        data = result_head(self, lang)
        data["rejected"] = data_of(self.rejected, lang)
        data["boards"] = data_of(self.boards, lang)
        return data | {"entries": data_of(self.entries, lang)} if entries else data

    def scores_table(self) -> "pyarrow.Table":
        """Return the scores as an Arrow table, one row for each, in their order.

        Columns: subject, kind, period, first_day, last_day, base, total; then for each ledger
        `ledger:…`, for each category `category:…` and `weighed:…`, for each ladder `tier:…`.
        Points are decimal128, exactly. ImportError without the extra `arrow`.
        """
        return arrow_table(self.scores, score_columns(self.scores))

    def entries_table(self) -> "pyarrow.Table":
        """Return the entries as an Arrow table, one row for each, in their order.

        Columns are the fields of `Entry`: points as decimal128, exactly; `inputs`, `ledgers` and
        `steps` as lists of structs. ImportError without the extra `arrow`.
        """
        return arrow_table(self.entries, ENTRY_COLUMNS)

    def __reduce__(self) -> tuple[Any, ...]:
        head = (self.scheme, self.kind, self.illustrative, self.as_of)
        return _result_of, (head, tuple(self.scores), tuple(self.entries), self.boards, self.inputs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Result) and _compared(self) == _compared(other)


def result_head(result: Result, lang: Language = "en") -> Data:
    """Return the plain data of a result up to its scores, without entries and boards."""
    return {
        "result": RESULT_VERSION,
        "scheme": result.scheme,
        "kind": result.kind,
        "illustrative": result.illustrative,
        "as_of": result.as_of.isoformat(),
        "digest": result.digest,
        "scores": data_of(result.scores, lang),
    }


def _result_of(
    head: tuple[str, str, bool, date],
    scores: tuple[Score, ...],
    entries: tuple[Entry, ...],
    boards: tuple[Board, ...],
    inputs: tuple[str, ...],
) -> Result:
    return Result(head, scores, entries, lambda _: boards, lambda: inputs)


_compared = attrgetter(
    "scheme", "kind", "illustrative", "as_of", "inputs", "scores", "entries", "boards"
)


def refusals(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Those of events that were not admitted, and of rows that are none."""
    return tuple(entry for entry in entries if entry.outcome not in ADMITTED)


def order_entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Put entries in the order of the trace; those of one place stay as they were written."""
    several = tuple(entries)
    places = places_of(several)
    return tuple(sorted(several, key=lambda entry: order_of(entry, places)))


def places_of(entries: Iterable[Entry]) -> DayOrder:
    """Find where the events of entries stand within their days."""
    places = DayOrder()
    for entry in entries:
        if entry.event is not None and entry.date is not None:
            places.note(entry.date, entry.event, entry.inputs)
    return places


def order_of(entry: Entry, places: DayOrder) -> tuple[object, ...]:
    """Return the place in a trace: by date; a day's opening, events, boundary; no date last.

    Events go by their places, whatever else by subject; what one event brings about stays as
    it was written, and its further copies come last.
    """
    if entry.date is None:
        return (1, entry.inputs.get("reason", ""), entry.inputs.get("row", ""))
    if entry.event is not None:
        again = entry.outcome is Outcome.DUPLICATE
        is_rule = entry.outcome is Outcome.RULE  # it stands with the event that set it off
        time = places.time_of(entry.date, entry.event) if is_rule else entry.inputs.get("time", "")
        return (0, entry.date, 1, *places.of(entry.date, entry.event, time, again=again))
    opens = entry.outcome in OPENING or entry.inputs == AT_OPENING
    return (0, entry.date, 0 if opens else 2, entry.subject)
