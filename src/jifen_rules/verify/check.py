"""An independent checker of traces: it reads lines and the scheme, and computes all figures again.

It shares with the engine only the model of the scheme, the form of an entry and the terms, so
that an error in one is not an error in the other. Each check has its own module; this one runs
them line by line. `unproved` counts the statements of lines that could not be derived.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ..core.message import N_, Message, msg
from ..inputs.roster import Roster
from ..scheme.model import SchemeFile
from ..trace.chain import Trace, TraceError, read_trace, trace_lines
from ..trace.entry import ADMITTED, Entry, Outcome, Result
from .asked import AskedCheck
from .book import MOVES, Book
from .chain import LineCheck, has_form
from .consequences import is_standing
from .dues import check_dues
from .ends import EndCheck
from .findings import Finding, Verification
from .limits import CheckedIndicator
from .outcomes import OutcomeCheck, is_before_all
from .rules import Version
from .scores import ScoreCheck
from .steps import StepCheck
from .sums import SumCheck
from .ways import WayCheck

_NO_FORM = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)


def verify_trace(
    source: str | Path | Iterable[str] | Trace,
    schemes: SchemeFile | Sequence[SchemeFile],
    roster: Roster | None = None,
    *,
    result: Result | None = None,
) -> Verification:
    """Derive every total, cap and level of a trace anew, up to the first line that does not hold.

    `source` is the path of a trace, its lines, or what `read_trace` gave. Give the roster that the
    trace was made with, where bases or levels go by class or somebody leaves. Give as `result`
    what the inputs evaluate to (`evaluate_events`): then the trace must be that of the result, byte
    by byte, its digest too; only this proves that the inputs were those. A line in the wrong form
    is itself the finding. OSError if the file cannot be opened, ValueError for no scheme.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, load_scheme, verify_trace
    >>> from jifen_rules.trace.chain import trace_lines
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    >>> verify_trace(trace_lines(result), scheme, result=result).lines
    3
    """
    several = (schemes,) if isinstance(schemes, SchemeFile) else tuple(schemes)
    if not several:
        raise ValueError("there is no scheme: give at least one")
    try:
        trace = source if isinstance(source, Trace) else read_trace(source)
    except TraceError as error:
        reason = msg(N_("this is not a line of a trace"))
        return Verification(0, 0, 0, 0, 0, Finding(error.line, reason))
    malformed = next((n for n, line in enumerate(trace.lines, 1) if not _is_line(line)), None)
    if malformed is not None:
        reason = msg(N_("this is not a line of a trace"))
        return Verification(0, 0, 0, 0, 0, Finding(malformed, reason))
    checker = _Checker(several, roster, trace)
    found = [checker.first()]
    found += [] if result is None else [_first_other(trace, result)]
    finding = min((one for one in found if one is not None), key=lambda one: one.line, default=None)
    return checker.verification(finding)


def _is_line(line: Mapping[str, Any]) -> bool:
    """Tell whether a line has the keys of a line, whatever their values."""
    try:
        return has_form(line)
    except _NO_FORM:
        return False


def _first_other(trace: Trace, result: Result) -> Finding | None:
    """Return the first line that differs from the trace of a result."""
    lines = (line.removesuffix("\n").encode() for line in trace_lines(result))
    for number, (written, due) in enumerate(zip_longest(trace.rows, lines), 1):
        if written == due:
            continue
        if due is None:
            reason = msg(N_("the inputs give no such line"))
        elif written is None:
            reason = msg(N_("the inputs give a line more"))
        elif number == len(trace.rows):
            reason = msg(
                N_("the inputs give another seal: the digest is {digest}"), digest=result.digest
            )
        else:
            reason = msg(N_("the inputs give another line"))
        return Finding(number, reason)
    return None


class _Checker:
    """Runs every check on every line."""

    def __init__(self, files: tuple[SchemeFile, ...], roster: Roster | None, trace: Trace) -> None:
        self._trace = trace
        ordered = sorted(files, key=lambda file: file.scheme.effective_from)
        first = ordered[0].scheme.effective_from
        self._versions = [file.once(Version).counted_from(first) for file in ordered]
        kind = self._versions[-1].scheme.kind
        own = Roster(roster.rows, kind=kind) if roster is not None else None
        self._book = book = Book(self._versions, own, trace)
        self._lines, self._outcomes = LineCheck(trace), OutcomeCheck(book)
        self._steps, self._asked, self._sums = StepCheck(book), AskedCheck(book), SumCheck(book)
        self._ways, self._ends = WayCheck(book), EndCheck(book)
        self._scores = ScoreCheck(book, self._ends)
        self._line = self._unproved = self._totals = 0

    def verification(self, finding: Finding | None) -> Verification:
        """Return the counts of what was checked."""
        scores = self._scores
        return Verification(
            self._line,
            self._totals + scores.totals,
            self._ways.caps,
            scores.levels,
            self._unproved + scores.unproved,
            finding,
        )

    def first(self) -> Finding | None:
        """Find the first line that does not hold."""
        try:
            return next((Finding(number, reason) for number, reason in self._run()), None)
        except _NO_FORM:  # a forged line may have any value under its keys
            return Finding(self._line, msg(N_("this is not a line of a trace")))

    def _run(self) -> Iterator[tuple[int, Message]]:
        lines, entries = self._trace.lines, iter(self._trace.entries)
        late = self._book.index.late
        for number, line in enumerate(lines, 1):
            self._line = number
            outcome = line["outcome"]
            bare = outcome in (Outcome.SCORED, Outcome.SEALED)
            entry = None if bare else next(entries)
            reasons = [self._lines.check(number, line, entry)]
            if outcome == Outcome.SCORED:
                reasons.append(self._scores.check(line))
            elif entry is None:
                reasons += [self._seal(line["inputs"]), self._scores.end()]
            elif entry.event not in late.moved:
                reasons.append(self._entry(entry))
                following = lines[number : number + 1]
                if not following or following[0]["event"] != entry.event:
                    reasons += map(self._entry, late.after(entry.event))
            for found in reasons:
                yield from ((number, reason) for reason in found)
        for reason in self._lines.end(lines):
            yield len(lines) + 1, reason

    def _seal(self, said: Mapping[str, str]) -> Iterator[Message]:
        scheme = self._versions[-1].scheme
        if said.get("scheme") != scheme.scheme:
            yield msg(N_("the trace is of the scheme '{name}'"), name=str(said.get("scheme")))
        if said.get("illustrative") != ("yes" if scheme.illustrative else None):
            yield msg(N_("the seal and the scheme differ in whether the figures are invented"))

    def _entry(self, entry: Entry) -> Iterator[Message]:
        if entry.date is None:
            brings = entry.granted or entry.ledgers or entry.asked or entry.steps
            if entry.outcome is not Outcome.UNREADABLE or brings:
                yield msg(N_("a line without a date brings points"))
            return
        version = self._book.on(entry.date)
        if version is None:
            if not is_before_all(entry):
                yield msg(N_("no version is in force on {date}"), date=str(entry.date))
            return
        yield from self._dated(version, entry)
        item = version.items.get(entry.indicator)
        yield from self._outcomes.check(version, item, entry)
        if entry.outcome in ADMITTED:
            yield from self._admitted(version, item, entry)
        else:
            yield from self._sums.compare_total(entry)

    def _dated(self, version: Version, entry: Entry) -> Iterator[Message]:
        assert entry.date is not None
        if entry.version != version.scheme.effective_from:
            yield msg(
                N_("the version in force is that of {date}"),
                date=str(version.scheme.effective_from),
            )
        own_period = version.period(entry.date).label
        if entry.period != own_period:
            yield msg(
                N_("{date} lies in the period {period}"), date=str(entry.date), period=own_period
            )

    def _admitted(
        self, version: Version, item: CheckedIndicator | None, entry: Entry
    ) -> Iterator[Message]:
        figures = self._book.figures[entry.subject, entry.period]
        if entry.event is None and (_comes_late(entry) or _outlasts(version, item, entry)):
            figures.ruled = entry.date
        self._totals += entry.total_after is not None
        yield from self._known(self._ends.check(version, item, entry))
        yield from self._steps.check(version, item, entry)
        yield from check_dues(self._book, version, item, entry)
        undoes = "repairs" in entry.inputs or "revokes" in entry.inputs
        if item is not None and entry.outcome in MOVES and not undoes:
            yield from self._known(self._asked.check(version, item, entry))
            yield from self._known(self._ways.check(version, item, entry))
        else:
            self._let_go(version, item, entry)
            self._asked.end(entry)
        yield from self._known(self._ways.consequences(version, item, entry))
        yield from self._known(self._sums.check(version, item, entry))
        for step in entry.steps:
            self._book.note_standing(version, entry, step)
        self._ends.note(version, item, entry)
        yield from self._sums.add_up(version, item, entry)

    def _known(self, found: Iterable[Message | None]) -> Iterator[Message]:
        """Count what could not be derived, and yield the errors."""
        for reason in found:
            if reason is None:
                self._unproved += 1
            else:
                yield reason

    def _let_go(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> None:
        """Stop deriving the limits that a line moved without saying how."""
        if entry.outcome in (Outcome.VOID, Outcome.OBJECTION, Outcome.ENTITLED):
            return
        if entry.outcome in (Outcome.RULE, Outcome.TIER) and not any(map(is_standing, entry.steps)):
            return  # its points come from consequences
        wrong = version.items.get(self._book.index.about(entry.inputs.get("repairs", "")))
        if entry.outcome in (Outcome.RELEASED, Outcome.HELD) or self._gives_back(version, entry):
            self._ways.lose_all(entry.subject)
        elif "repairs" in entry.inputs:
            self._ways.lose_net(version, wrong, entry)
        elif entry.outcome in (Outcome.EXPIRED, Outcome.REVOKED):
            known = item is None or item.joins <= 0
            (self._ways.lose_net if known else self._ways.lose)(version, item, entry)
        else:
            self._ways.lose(version, item, entry)

    def _gives_back(self, version: Version, entry: Entry) -> bool:
        """Tell whether a line that repairs something may end a veto on figures."""
        if "repairs" not in entry.inputs:
            return False
        vetoes = any(step.kind == "veto" for step in entry.steps)
        return vetoes or self._book.holds_figures(version, entry.subject)


def _comes_late(entry: Entry) -> bool:
    """Tell whether a line of a day's end comes after levels were decided."""
    ends = any(step.kind == "ends" for step in entry.steps)
    return ends or entry.outcome in (Outcome.RULE, Outcome.EXPIRED, Outcome.RELEASED)


def _outlasts(version: Version, item: CheckedIndicator | None, entry: Entry) -> bool:
    """Tell whether a line is an award for a window that may outlast the period.

    Levels are decided before such an award.
    """
    per = item.indicator.per if item is not None and entry.outcome is Outcome.AWARDED else None
    about = version.scheme.period.about_days
    return per is not None and per.name != "period" and per.days(about) > about
