"""What every task knows: schemes, roster and question. It goes once to each Python process.

Works of one row or of one share of the groups; knows nothing of Spark but its tables.
"""

import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TypeAlias

import pyarrow

from ..core.arrow import ArrowRows
from ..core.collector import collector_off
from ..core.plain_data import data_of
from ..engine import RowReader
from ..inputs.event import Event, Unreadable, canonical_events
from ..inputs.headings import EVENTS
from ..inputs.intake import Intake
from ..inputs.roster import Roster
from ..session import Ready, View
from ..session.admit import unreadable_entries
from ..session.batch import fingerprints, prepared, scores_of
from ..session.binding import Binding, declared_fields
from ..session.settle import settle
from ..session.share import place_of, placed_rows
from ..session.ties import Ties
from ..trace.day_order import NAMING
from ..trace.entry import Entries, Score
from ..trace.entry_text import entry_line
from .packed import EventPacker, EventUnpacker

Batches: TypeAlias = Iterator[pyarrow.RecordBatch]

ROWS = pyarrow.schema(
    [
        ("what", pyarrow.string()),
        ("id", pyarrow.string()),
        ("node", pyarrow.string()),
        ("names", pyarrow.list_(pyarrow.string())),
        ("ties", pyarrow.list_(pyarrow.string())),
        ("mark", pyarrow.string()),
        ("data", pyarrow.binary()),
    ]
)
"""A row that was read: an `event`, a `row` that is none, or a `subject` of the roster.

`node` is what its group is found by, `names` are ids of other events, `ties` nodes of others;
`mark` is its fingerprint, and `data` the value itself.
"""

LINES = pyarrow.schema([(name, pyarrow.string()) for name in ("what", "place", "line")])
"""What comes of a share: an `entry` or a `score`, its place in the trace, and its JSON."""

_Row: TypeAlias = tuple[str, str | None, str, list[str] | None, list[str] | None, str | None, bytes]
"""One of `ROWS`."""
_NAMES = (*NAMING, "disputes")
_EVENT, _BAD, _ALL = "\0event ", "\0row ", "\0all"


@dataclass(frozen=True)
class Job:
    """One evaluation. What is made of it is kept, in each process."""

    ready: Ready
    roster: Roster | None
    view: View

    @cached_property
    def people(self) -> Roster:
        """The roster as the scheme reads it."""
        return prepared(self.ready.versions, self.roster, self.view)

    @cached_property
    def firsts(self) -> Mapping[str, str]:
        """The first subject of their group for all whom the roster ties."""
        ties = Ties(self.ready.versions, self.people)
        for subject in self.people.subjects:
            ties.see(subject)
        return ties.firsts()

    @cached_property
    def _binding(self) -> Binding:
        return Binding(self.ready.files, self.roster)

    @cached_property
    def _payees(self) -> Ties:
        return Ties(self.ready.versions, self.people.part(()))

    def own_marks(self) -> list[str]:
        """Return the fingerprints of all but events and rows: schemes, roster and question."""
        return fingerprints(self.ready, self.roster, (), (), self.view)

    def subjects(self) -> pyarrow.Table:
        """Return a row for each subject of the roster, which has a score without events too."""
        several = self.roster.rows if self.roster is not None else ()
        names = sorted({row.id for row in several})
        rows = [("subject", None, self._node(s), None, None, None, s.encode()) for s in names]
        return pyarrow.Table.from_batches([_batch(rows)], ROWS)

    # --- reading ---------------------------------------------------------------------------------

    def read(self, batches: Batches) -> Batches:
        """Read rows as they were given."""
        declared = declared_fields(self.ready.files, "event")
        intake, binding = Intake(EVENTS.declaring(declared)), self._binding
        for batch in batches:
            with collector_off():
                found = [*map(binding.of, intake.of_batches([ArrowRows(batch)]))]
                texts = canonical_events(one for one in found if isinstance(one, Event))
                packer = EventPacker()
                yield _batch([self._row(one, texts, packer) for one in found])

    def _row(self, one: Event | Unreadable, texts: Iterator[str], packer: EventPacker) -> _Row:
        if isinstance(one, Unreadable):
            mark = _mark(f"row {one.content}")
            return "row", None, _BAD + mark, None, None, mark, pickle.dumps(one)
        node = self._node(one.subject) if one.subject else _EVENT + one.id
        names = ties = None
        if one.said is not None:
            names = [str(one.said[word]) for word in _NAMES if one.said.get(word)] or None
        if one.indicator in self._payees.paying:
            others = {self._node(other) for other in self._payees.payees(one) if other}
            ties = sorted(others - {node}) or None
        mark = _mark(f"event {next(texts)}")
        return "event", one.id, node, names, ties, mark, packer.pack(one)

    def _node(self, subject: str) -> str:
        return _ALL if self._is_one else self.firsts.get(subject, subject)

    @cached_property
    def _is_one(self) -> bool:
        """Tell whether all are equals: a rule looks at equals, and no roster tells them apart."""
        plans = self.ready.versions.plans
        return self.roster is None and any(plan.populations for plan in plans)

    # --- settling --------------------------------------------------------------------------------

    def settle(self, rows: pyarrow.Table) -> pyarrow.Table:
        """Settle whole groups: the lines of their entries and scores, in the order of the trace."""
        with collector_off():
            events, bad, mine = _told_apart(rows)
            people = self.people if self.roster is None else self.people.part(mine)
            found = settle(self.ready.versions, people, events, self.view)
            placed, keys = placed_rows(found)
            reader = RowReader()
            entries = Entries(len(placed), lambda: placed, reader.entry, reader.lines, tuple)
            lines = [(line + b"}").decode() for _, line in entries.lines()]
            for entry in unreadable_entries(bad):
                keys.append(place_of((1, entry.inputs["reason"], entry.inputs["row"])))
                lines.append((entry_line(entry) + b"}").decode())
            scores = [_score_line(score) for score in scores_of(found)]
            what = ["entry"] * len(lines) + ["score"] * len(scores)
            places = [*keys, *[None] * len(scores)]
            return pyarrow.table([what, places, lines + scores], schema=LINES)


def _told_apart(rows: pyarrow.Table) -> tuple[list[Event], list[Unreadable], list[str]]:
    """Return the events, the rows that are none, and the subjects among some rows."""
    events: list[Event] = []
    bad: list[Unreadable] = []
    subjects: list[str] = []
    unpack = EventUnpacker().unpack
    for what, data in zip(rows["what"].to_pylist(), rows["data"].to_pylist()):
        if what == "subject":
            subjects.append(data.decode())
        elif what == "event":
            events.append(unpack(data))
        else:
            bad.append(pickle.loads(data))
    events.sort(key=lambda event: event.sort_key)
    return events, bad, subjects


def _batch(rows: Sequence[_Row]) -> pyarrow.RecordBatch:
    columns = zip(*rows) if rows else [()] * len(ROWS)
    arrays = [pyarrow.array(column, field.type) for column, field in zip(columns, ROWS)]
    return pyarrow.RecordBatch.from_arrays(arrays, schema=ROWS)


def _mark(text: str) -> str:
    return sha256(f"1 {text}".encode()).hexdigest()


def _score_line(score: Score) -> str:
    """Return what a table of scores says of one, as JSON."""
    said = {
        "subject": score.subject,
        "kind": score.kind,
        "period": score.period.label,
        "first_day": score.period.start,
        "last_day": score.period.end,
        "base": score.base,
        "total": score.total,
        "ledger": score.ledgers,
        "category": score.categories,
        "weighed": score.weighed,
        "tier": {ladder: standing.level for ladder, standing in score.tiers.items()},
    }
    return json.dumps(data_of(said), ensure_ascii=False)
