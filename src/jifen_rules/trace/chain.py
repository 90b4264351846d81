"""The trace as a file: JSON Lines, each chained to the one before it of the same subject.

First the entries in their order, then a line for each subject and period with what it comes
to (`scored`), and last a line that seals them all (`sealed`). All have one form, that of
`trace.schema.json`; `docs/TRACE.md` describes it field by field. Reading gives equal entries.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from importlib.resources import files
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from ..core.arrow import ArrowColumn, arrow_table, parquet_column, parquet_of
from ..core.atomic_file import replace_file
from ..core.collector import collector_off
from ..core.plain_data import PlainData
from ..core.sources import path_or_rows
from ..core.vocabulary import Language
from .entry import ENTRY_COLUMNS, TRACE_VERSION, Entries, Entry, Outcome, Result, Score
from .line import Line, bare_entry, bare_text, entry_of, score_entry, subject_and_line


@dataclass(frozen=True, slots=True)
class Trace(PlainData):
    """A trace that was read.

    - `entries`: the entries in the order of the file, without `scored` and `sealed` lines.
    - `lines`: all lines as plain data. `rows`: their bytes, which the chains are over.

    >>> from jifen_rules import read_trace
    >>> read_trace([]).entries
    ()
    """

    entries: tuple[Entry, ...]
    lines: tuple[Line, ...]
    rows: tuple[bytes, ...]
    """The lines as they stand in the file, without their ends: what the chains are over."""

    def to_dict(self, lang: Language = "en") -> Line:
        """Return the lines of the file as plain data, in their order."""
        return {"lines": [*self.lines]}


class Written(Entries):
    """Entries whose lines are there already, chained, with those of the scores and the seal."""

    chained: Callable[[], Iterator[str]]
    blocks: Callable[[], Iterator[bytes]]
    """The same lines, many at a time."""


def trace_lines(result: Result) -> Iterator[str]:
    """Write the trace of a result, line by line, each with its end."""
    if isinstance(result.entries, Written):
        yield from result.entries.chained()
        return
    yield from sealed_lines(
        result.entries,
        result.scores,
        scheme=result.scheme,
        as_of=result.as_of,
        digest=result.digest,
        illustrative=result.illustrative,
    )


def trace_blocks(result: Result) -> Iterator[bytes]:
    """Return the same, many lines at a time, as they are best written to a file."""
    entries = result.entries
    if isinstance(entries, Written):
        return entries.blocks()
    return in_blocks(
        _sealed(
            entries,
            result.scores,
            scheme=result.scheme,
            as_of=result.as_of,
            digest=result.digest,
            illustrative=result.illustrative,
        )
    )


def sealed_lines(
    entries: Iterable[Entry],
    scores: Iterable[Score],
    *,
    scheme: str,
    as_of: date,
    digest: str,
    illustrative: bool,
) -> Iterator[str]:
    """Chain the lines of entries and scores, and seal them."""
    return map(
        bytes.decode,
        _sealed(
            entries, scores, scheme=scheme, as_of=as_of, digest=digest, illustrative=illustrative
        ),
    )


def _sealed(
    entries: Iterable[Entry],
    scores: Iterable[Score],
    *,
    scheme: str,
    as_of: date,
    digest: str,
    illustrative: bool,
) -> Iterator[bytes]:
    chains = Chains()
    yield from chained_lines(chains, entries, scores, as_of)
    yield seal_line(chains, scheme=scheme, as_of=as_of, digest=digest, illustrative=illustrative)


def chained_lines(
    chains: "Chains", entries: Iterable[Entry], scores: Iterable[Score], as_of: date
) -> Iterator[bytes]:
    """Return the lines of entries, then of scores, each chained to its subject's one before."""
    written = entries.lines() if isinstance(entries, Entries) else map(subject_and_line, entries)
    scored = (subject_and_line(score_entry(score, as_of)) for score in scores)
    return chains.chained(chain(written, scored))


def seal_line(
    chains: "Chains", *, scheme: str, as_of: date, digest: str, illustrative: bool
) -> bytes:
    """Return the line that seals all before it."""
    said = {"scheme": scheme, "digest": digest, "lines": str(chains.count), "chains": chains.ends}
    said |= {"illustrative": "yes"} if illustrative else {}
    return next(chains.chained([subject_and_line(bare_entry(Outcome.SEALED, "", "", as_of, said))]))


def in_blocks(lines: Iterable[bytes], size: int = 1000) -> Iterator[bytes]:
    """Join so many lines at a time, as they are best written to a file."""
    rest = iter(lines)
    while block := b"".join(islice(rest, size)):
        yield block


_LINK = b', "chain": "'


class Chains:
    """One chain of hashes for each subject, so that a line altered or taken out shows."""

    def __init__(self) -> None:
        self.count = 0
        self.by_subject: dict[str, bytes] = {}
        """The end of each chain."""

    @property
    def ends(self) -> str:
        """One hash over the ends of all chains."""
        rows = "\n".join(
            f"{subject} {end.decode()}" for subject, end in sorted(self.by_subject.items())
        )
        return sha256(rows.encode()).hexdigest()

    def follows(self, subject: str, row: bytes) -> bool:
        """Tell whether a line, as it stands in the file, has the hash of its place in the chain."""
        open_line, _, written = row.rpartition(_LINK)
        next(self.chained([(subject, open_line)]))
        return written == self.by_subject[subject] + b'"}'

    def add(self, line: Mapping[str, Any]) -> bytes:
        """Chain a line that is plain data, and write it."""
        return next(self.chained([(line["subject"], bare_text(line).encode()[:-1])]))

    def chained(self, written: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
        """Chain lines, each with its subject and still without its last brace, and close them."""
        ends = self.by_subject
        for subject, line in written:
            end = sha256(ends.get(subject, b"") + line + b"}").hexdigest()[:32].encode()
            ends[subject] = end
            self.count += 1
            yield b'%b%b%b"}\n' % (line, _LINK, end)


class TraceError(ValueError):
    """A line that has not the form of one of a trace, by its number."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        super().__init__(f"line {line} is {reason}")
        self._reason = reason

    def __reduce__(self) -> tuple[type["TraceError"], tuple[int, str]]:
        return type(self), (self.line, self._reason)


def write_trace(result: Result, path: str | Path) -> None:
    """Write the trace of a result: JSON Lines, or Parquet for a path ending in `.parquet`.

    The file is written beside the old one and moved into place, so a killed process leaves the
    old file or the new one. In Parquet, `line` is the JSON line and the other columns are its
    fields, points as exact decimals; that needs the extra `arrow`. OSError if the file cannot be
    written.

    >>> import tempfile
    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, load_scheme, read_trace, write_trace
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_trace(result, f"{folder}/trace.jsonl")
    ...     read_trace(f"{folder}/trace.jsonl").entries == result.entries
    True
    """
    target = Path(path)
    with collector_off():
        replace_file(target, trace_file(result, target))


def trace_file(result: Result, path: Path) -> Iterable[bytes]:
    """Give the bytes of a trace in the format that a path names by its ending."""
    if path.suffix.lower() == PARQUET:
        lines = [line.removesuffix("\n") for line in trace_lines(result)]
        return [
            parquet_of(arrow_table([_Parsed(line, _entry_of(line)) for line in lines], _COLUMNS))
        ]
    return trace_blocks(result)


PARQUET = ".parquet"


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A line of a trace, and what it says."""

    line: str
    entry: Entry


def _entry_of(line: str) -> Entry:
    return entry_of(json.loads(line))


_COLUMNS = (
    ArrowColumn("line", "text", attrgetter("line")),
    *(replace(column, get=attrgetter(f"entry.{column.name}")) for column in ENTRY_COLUMNS),
)


def read_trace(source: str | Path | Iterable[str]) -> Trace:
    """Read a trace from a file (its path; Parquet by its ending `.parquet`) or from lines.

    TraceError, a ValueError, names the first line that has not the form of one. OSError if the
    file cannot be opened.

    >>> from jifen_rules import read_trace
    >>> read_trace(["no line"])
    Traceback (most recent call last):
        ...
    jifen_rules.trace.chain.TraceError: line 1 is no line of a trace
    """
    given = path_or_rows(source)
    rows = _rows(given) if isinstance(given, Path) else [_row(str(text)) for text in given]
    lines: list[Line] = []
    entries: list[Entry] = []
    for number, row in enumerate(rows, 1):
        try:
            line = json.loads(row.decode(), object_pairs_hook=_once)
            entry = entry_of(line)
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            ArithmeticError,
            RecursionError,
        ):
            raise TraceError(number, "no line of a trace") from None
        if line.get("trace") != TRACE_VERSION:
            raise TraceError(number, f"of version {line.get('trace')}, not {TRACE_VERSION}")
        lines.append(line)
        if entry.outcome not in (Outcome.SCORED, Outcome.SEALED):
            entries.append(entry)
    return Trace(tuple(entries), tuple(lines), tuple(rows))


def _rows(path: Path) -> list[bytes]:
    """Return the lines of a file.

    Only a newline ends one: texts may hold other signs that look like it.
    """
    if path.suffix.lower() == PARQUET:
        try:
            return [*map(_row, parquet_column(str(path), "line"))]
        except ValueError:
            raise TraceError(1, "of a file that is no trace in Parquet") from None
    rows = path.read_bytes().split(b"\n")
    return rows[:-1] if not rows[-1] else rows


def _row(text: str) -> bytes:
    """One line as bytes, without its end; half a sign, which no file holds, becomes another one."""
    return text.removesuffix("\n").encode(errors="replace")


def _once(pairs: list[tuple[str, object]]) -> Line:
    """Make a mapping of pairs.

    ValueError where a key stands twice: readers differ on which one counts.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def trace_schema() -> str:
    """Return the JSON Schema that every line of a trace follows."""
    return (files("jifen_rules") / "trace.schema.json").read_text("utf-8")
