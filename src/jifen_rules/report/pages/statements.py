"""A result -> the page of one subject: its figures, reasons, possible levels, objections."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from ...core.message import N_, Message, Value, msg
from ...core.terms import add_points, plain
from ...plan import Choice, Steps, Value as Amount
from ...trace.entry import ADMITTED, Score
from ..explain import Explanation, Statement, signed
from .board import ReportScope, has_figures
from .board_words import level_words, period_words, so_many
from .figures import by_month, in_a_row, source_name
from .posting import objections, proof
from .values import Bar, Bars, Block, Line, Page, PageTable

ZERO: Final = Decimal(0)
FEW: Final = 3
"""A table with more rows is printed only once on a page."""
BUSY: Final = 16
"""With more entries, equal ones share a row, so that a busy year fits on one page."""


def statement_page(scope: ReportScope, score: Score, place: tuple[int, int], key: str) -> Page:
    """Make the page of a subject; `place` is its place on the board, and of how many."""
    made = scope.explainer.statement(score.subject, period=scope.period.label)
    title = msg("{name}", name=made.name)
    text = N_("{scheme}, {period}, counted up to {until}; place {place} of {count}")
    if not _has_points(scope, score):
        text = N_("{scheme}, {period}, counted up to {until}")
    under = msg(
        text,
        scheme=made.scheme,
        period=period_words(scope.period.label),
        until=scope.until,
        place=str(place[0]),
        count=so_many(score.kind, place[1]),
    )
    blocks = (
        *_summary(scope, made),
        *_pictures(scope, made),
        *_entries(scope, made.lines),
        *_rooms(made),
        *_refused(made.lines),
        *_last(scope, made),
    )
    return Page(key, title, under, _figure(scope, score), blocks)


def _has_points(scope: ReportScope, score: Score) -> bool:
    """Tell whether points are told of: of the scheme's own kind always, of units with some."""
    own = score.kind == scope.explainer.result.kind
    return own or has_figures(score, scope.sums(score.subject))


def _figure(scope: ReportScope, score: Score) -> Message:
    """Return the total, with the levels."""
    levels = [
        msg("{level}", level=level_words(ladder, score.tiers[ladder.key]))
        for ladder in scope.scheme.tiers
        if ladder.key in score.tiers and score.tiers[ladder.key].level is not None
    ]
    if levels and not _has_points(scope, score):
        return in_a_row(levels)
    if not levels:
        return msg(N_("{total} points"), total=plain(score.total))
    return msg(N_("{total} points, {levels}"), total=plain(score.total), levels=in_a_row(levels))


def _summary(scope: ReportScope, made: Statement) -> Iterator[Line]:
    sums = scope.sums(made.subject)
    text = N_("Base {base}, added {added}, deducted {deducted}: total {total} points.")
    said = msg(
        text,
        base=plain(made.score.base),
        added=plain(sums.added),
        deducted=plain(abs(sums.deducted)),
        total=plain(made.score.total),
    )
    yield from (Line(said, "strong"),) if _has_points(scope, made.score) else ()
    yield from (Line(tier, "strong") for tier in made.tiers)
    ledgers = [
        msg(N_("{name}: {figure}"), name=scope.explainer.wording.names[key], figure=plain(figure))
        for key, figure in made.score.ledgers.items()
    ]
    if ledgers:
        yield Line(in_a_row(ledgers), "strong")
    if made.chances:
        yield Line(msg(N_("What could close the gap: {acts}"), acts=in_a_row(made.chances)))


def _pictures(scope: ReportScope, made: Statement) -> Iterator[Bars]:
    sums = scope.sums(made.subject)
    bars = [
        Bar(source_name(source), points, signed(points))
        for side in (sums.adds, sums.deducts)
        for source, points in sorted(side.items(), key=lambda pair: -abs(pair[1]))
    ]
    if bars:
        headings = (msg(N_("category")), msg(N_("points")))
        yield Bars(msg(N_("Where the points come from")), headings, tuple(bars))
    months = by_month(line.entry for line in made.lines)
    if len(months) > 1:
        yield Bars(
            msg(N_("Points month by month")),
            (msg(N_("month")), msg(N_("points (total after)"))),
            tuple(_months(months, made.score.base)),
        )


def _months(months: Mapping[str, Decimal], base: Decimal) -> Iterator[Bar]:
    total = base
    for month, points in months.items():
        total += points
        shown = msg(N_("{points} (total {total})"), points=signed(points), total=plain(total))
        yield Bar(month, points, shown)


def _entries(scope: ReportScope, lines: Sequence[Explanation]) -> Iterator[PageTable]:
    said: dict[str, str] = {}
    counted = [line for line in lines if line.entry.outcome in ADMITTED]
    ledgers = list(dict.fromkeys(k for line in counted for k, n in line.entry.ledgers.items() if n))
    names = (scope.explainer.wording.names[key] for key in ledgers)
    first, last = (N_("day"), N_("what"), N_("points")), N_("why")
    rows = [_row(scope, alike, ledgers, said) for alike in _alike(counted)]
    if rows:
        headings = (*map(msg, first), *names, msg(last))
        more = len(ledgers)
        own = [20] * more
        widths = (31, 70 - 7 * more, 20, *own, 81 - 13 * more)
        tight = (21, 80 - 7 * more, 13, *own, 86 - 13 * more)
        figures = frozenset(range(2, 3 + len(ledgers)))
        yield PageTable(msg(N_("Each entry")), headings, tuple(rows), widths, figures, tight)


def _alike(lines: Sequence[Explanation]) -> list[list[Explanation]]:
    """Group entries with equal rule, points and reasons, if they are too many for a page.

    Each group stands where the first of it does; entries that cannot be told apart but by their
    day.
    """
    if len(lines) <= BUSY:
        return [[line] for line in lines]
    found: dict[object, list[Explanation]] = {}
    for line in lines:
        entry = line.entry
        said = (str(line.what), str(line.cause), *map(str, line.reasons))
        amounts = tuple(sorted((k, n) for k, n in entry.ledgers.items() if n))
        found.setdefault((entry.outcome, said, entry.granted, amounts), []).append(line)
    return [*found.values()]


def _row(
    scope: ReportScope, alike: Sequence[Explanation], ledgers: Sequence[str], said: dict[str, str]
) -> tuple[Value, ...]:
    """Make the row of an entry, or of several that are alike, with each of their days."""
    one = alike[0]
    entries = [line.entry for line in alike]
    what: Value = one.what if one.entry.indicator else one.cause or ""
    days = [entry.date.isoformat() for entry in entries if entry.date]
    if len(alike) > 1:
        each = in_a_row([msg("{n}", n=day.removeprefix(days[0][:5])) for day in days])
        text = N_("{what}, {count} times: {days}")
        what = msg(text, what=one.what, count=str(len(alike)), days=each)
    return (
        days[0] if days else "",
        what,
        signed(add_points(entry.granted for entry in entries)),
        *(signed(add_points(entry.ledgers.get(key, ZERO) for entry in entries)) for key in ledgers),
        _why(scope, one, said),
    )


def _why(scope: ReportScope, line: Explanation, said: dict[str, str]) -> Value:
    """Return the rule with its basis, the cause of an entry, and each reason.

    `said` are the indicators whose long rule is on the page already, with the day of the entry.
    """
    entry = line.entry
    row = scope.explainer.wording.posted.get(entry.indicator)
    parts = [line.cause] if line.cause is not None and entry.indicator else []
    parts += line.reasons
    if parts or row is None or entry.date is None:
        return in_a_row(parts) if parts else ""
    if entry.indicator in said:
        return msg(N_("by the same rule as on {date}"), date=said[entry.indicator])
    grant = scope.explainer.versions.on(entry.date).grants.get(entry.indicator)
    if grant is not None and _is_long(grant.value):
        said[entry.indicator] = entry.date.isoformat()
    return row.points


def _is_long(value: Amount | None) -> bool:
    """Say whether a rule is a table of many rows, which is read once."""
    match value:
        case Steps(edges=rows) | Choice(table=rows):
            return len(rows) > FEW
        case _:
            return False


def _rooms(made: Statement) -> Iterator[PageTable]:
    if made.rooms:
        headings = (msg(N_("limits that were touched")),)
        rows = tuple((text,) for text, _ in made.rooms)
        yield PageTable(msg(N_("Limits, and what is left under them")), headings, rows, (100,))


def _refused(lines: Sequence[Explanation]) -> Iterator[PageTable]:
    rows = [
        (line.entry.date.isoformat() if line.entry.date else "", line.what, line.cause or "")
        for line in lines
        if line.entry.outcome not in ADMITTED
    ]
    if rows:
        headings = tuple(map(msg, (N_("day"), N_("what"), N_("why it does not count"))))
        yield PageTable(
            msg(N_("Records that do not count: {count}"), count=str(len(rows))),
            headings,
            tuple(rows),
            (14, 36, 50),
        )


def _last(scope: ReportScope, made: Statement) -> Iterator[Block]:
    yield from (Line(note, "note") for note in made.notes)
    yield Line(objections(scope.scheme.process))
    yield from proof(scope.explainer.result, scope.recompute)
