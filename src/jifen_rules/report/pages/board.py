"""A result -> the pages for the wall: boards, sources of points, the unrated, the rules."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from ...core.faults import INVENTED
from ...core.message import N_, Message, Term, Value, msg
from ...core.terms import Period, add_points, plain
from ...scheme.model import Ladder, Scheme
from ...tables import say_formula_of
from ...trace.entry import BoardPlace, Outcome, Score, Standing
from ...trace.merge import rank_totals
from ..explain import REFUSED_AS, Explainer, signed
from .board_words import NO_LEVEL, level_words, period_words, so_many
from .figures import Source, Sums, in_a_row, outermost, source_name, sum_up
from .posting import posting_lines
from .values import Bar, Bars, Block, Line, Page, PageTable, with_columns


@dataclass(frozen=True)
class ReportScope:
    """The scope of a report: the period, the scheme in force at its end, and the subjects."""

    explainer: Explainer
    scheme: Scheme
    period: Period
    shown: frozenset[str] | None
    """The ids of one unit; None means everybody."""
    unit: str
    recompute: str

    @cached_property
    def scores(self) -> list[Score]:
        """The scores of the period, of the subjects in scope."""
        every = self.explainer.result.scores
        own = (score for score in every if score.period == self.period)
        return [s for s in own if self.shown is None or s.subject in self.shown]

    def sums(self, subject: str) -> Sums:
        """Return the adds and deducts of a subject in the period, by category."""
        label = self.period.label
        entries = (e for e in self.explainer.entries(subject) if e.period == label)
        return sum_up(entries, self._outermost)

    @cached_property
    def _outermost(self) -> Mapping[str, str]:
        return outermost(self.explainer.files)

    @property
    def name(self) -> str:
        """The name of the scheme."""
        return self.scheme.name or self.scheme.scheme

    @property
    def until(self) -> str:
        """The last day that counts in the period."""
        return min(self.period.end, self.explainer.result.as_of).isoformat()


_BOARDS = {
    "household": N_("board of households"),
    "person": N_("board of persons"),
    "party_member": N_("board of party members"),
    "group": N_("board of villagers' groups"),
    "village": N_("board of villages"),
    "township": N_("board of townships"),
}


def has_figures(score: Score, sums: Sums) -> bool:
    """Tell whether a subject has points; a unit without points has only levels and ledgers."""
    return any((score.base, score.total, sums.added, sums.deducted))


def board_pages(scope: ReportScope) -> Iterator[Page]:
    """Yield a board for each kind of subject that has scores, the scheme's own kind first."""
    by_kind: dict[str, list[Score]] = defaultdict(list)
    for score in scope.scores:
        by_kind[score.kind].append(score)
    own = scope.explainer.result.kind
    for kind in sorted(by_kind.keys() | {own}, key=lambda kind: (kind != own, kind)):
        yield _board(scope, kind, by_kind.get(kind, []), is_own=kind == own)


def _board(scope: ReportScope, kind: str, scores: Sequence[Score], *, is_own: bool) -> Page:
    result = scope.explainer.result
    blocks: list[Block] = list(_facts(scope, kind, len(scores)))
    sums = {score.subject: scope.sums(score.subject) for score in scores}
    places = rank_totals([(score.subject, score.total) for score in scores])
    has_points = is_own or any(map(has_figures, scores, sums.values()))
    blocks.append(_ranking(scope, scores, places, sums, has_points=has_points))
    blocks += _ties(places) if has_points else ()
    if (label := _label_before(scope)) and has_points:
        text = N_("Gain or loss is the change from {period}.")
        blocks.append(Line(msg(text, period=period_words(label)), "note"))
    blocks += _levels(scope, scores)
    blocks += _origins(scope, places, sums)
    blocks += _unrated(scope, scores)
    if is_own:
        blocks += _refusals(scope)
    blocks += posting_lines(scope.scheme, result, scope.recompute)
    title = msg(
        N_("{scheme}: board of {period}"),
        scheme=scope.name,
        period=period_words(scope.period.label),
    )
    if scope.unit:
        text = N_("{scheme}, {unit}: board of {period}")
        title = msg(
            text, scheme=scope.name, unit=scope.unit, period=period_words(scope.period.label)
        )
    return Page(
        f"board-{kind or 'all'}",
        title,
        msg(_BOARDS.get(kind, N_("board of: {kind}")), kind=Term(kind)),
        "",
        tuple(blocks),
    )


def _facts(scope: ReportScope, kind: str, count: int) -> Iterator[Line]:
    result, period = scope.explainer.result, scope.period
    if result.illustrative:
        yield Line(msg(INVENTED), "strong")
    text = N_("Period {start} to {end}; counted up to {until}; in all {count}.")
    if result.as_of < period.end:
        text = N_("Period {start} to {end}, not over yet: counted up to {until}; in all {count}.")
    yield Line(
        msg(
            text,
            start=period.start.isoformat(),
            end=period.end.isoformat(),
            until=scope.until,
            count=so_many(kind, count),
        )
    )


# --- the ranking ---------------------------------------------------------------------------------


def _ranking(
    scope: ReportScope,
    scores: Sequence[Score],
    places: Sequence[BoardPlace],
    sums: Mapping[str, Sums],
    *,
    has_points: bool,
) -> PageTable:
    by_subject = {score.subject: score for score in scores}
    before = _totals_before(scope)
    ladders = [ladder for ladder in scope.scheme.tiers if _is_held(ladder, scores)]
    ledgers = [
        ledger for ledger in scope.scheme.ledgers if any(ledger.key in s.ledgers for s in scores)
    ]
    names = (N_("place"), N_("name"), N_("base"), N_("added"), N_("deducted"), N_("total"))
    headings: list[Value] = [msg(name) for name in names]
    headings += [ladder.label for ladder in ladders]
    headings += [ledger.label for ledger in ledgers]
    if before:
        headings.append(msg(N_("gain or loss")))
    rows = []
    for place in places:
        score, own = by_subject[place.subject], sums[place.subject]
        row: list[Value] = [
            str(place.place),
            scope.explainer.name(score.subject),
            plain(score.base),
            signed(own.added),
            signed(own.deducted),
            plain(score.total),
        ]
        row += [level_words(ladder, score.tiers.get(ladder.key)) for ladder in ladders]
        row += [
            plain(score.ledgers[led.key]) if led.key in score.ledgers else NO_LEVEL
            for led in ledgers
        ]
        if before:
            row.append(_change(score.total, before.get(score.subject)))
        rows.append(tuple(row))
    levels = set(range(6, 6 + len(ladders)))
    figures = frozenset(set(range(len(headings))) - levels - {1})
    widths = (9, 14, 10, 11, 14, 10, *(22 for _ in ladders), *(15 for _ in ledgers), 12)
    table = PageTable(
        msg(N_("Places")), tuple(headings), tuple(rows), widths[: len(headings)], figures
    )
    if has_points:
        return table
    shown = (1, *range(6, len(headings) - bool(before)))
    return replace(with_columns(table, shown), title=msg(N_("Levels and figures")))


def _is_held(ladder: Ladder, scores: Sequence[Score]) -> bool:
    return any(
        (held := score.tiers.get(ladder.key)) is not None and held.level is not None
        for score in scores
    )


def _label_before(scope: ReportScope) -> str:
    earlier = {s.period for s in scope.explainer.result.scores if s.period < scope.period}
    return max(earlier).label if earlier else ""


def _totals_before(scope: ReportScope) -> dict[str, Decimal]:
    label = _label_before(scope)
    scores = scope.explainer.result.scores if label else ()
    return {score.subject: score.total for score in scores if score.period.label == label}


def _change(total: Decimal, before: Decimal | None) -> str:
    return NO_LEVEL if before is None else signed(add_points([total, before.copy_negate()]))


def _ties(places: Sequence[BoardPlace]) -> Iterator[Line]:
    shared = [number for number, count in Counter(p.place for p in places).items() if count > 1]
    if shared:
        text = N_("Equal totals share a place, and the next places stay empty: {places}.")
        yield Line(msg(text, places=", ".join(map(str, shared))), "note")


# --- pictures and what stands beside --------------------------------------------------------------


def _levels(scope: ReportScope, scores: Sequence[Score]) -> Iterator[Bars]:
    for ladder in scope.scheme.tiers:
        if not _is_held(ladder, scores):
            continue
        held = Counter(
            score.tiers[ladder.key].level for score in scores if ladder.key in score.tiers
        )
        bars = [
            Bar(level.label, Decimal(held[level.label]), str(held[level.label]))
            for level in ladder.levels
        ]
        if held[None]:
            bars.append(Bar(msg(N_("not rated")), Decimal(held[None]), str(held[None])))
        title = msg(N_("How many reached each level: {name}"), name=ladder.label)
        yield Bars(title, (msg(N_("level")), msg(N_("number"))), tuple(bars))


def _origins(
    scope: ReportScope, places: Sequence[BoardPlace], sums: Mapping[str, Sums]
) -> Iterator[PageTable]:
    rows: list[tuple[Value, ...]] = []
    for place in places:
        own = sums[place.subject]
        if own.adds or own.deducts:
            name = scope.explainer.name(place.subject)
            rows.append((name, _by_source(own.adds), _by_source(own.deducts)))
    if rows:
        headings = (msg(N_("name")), msg(N_("adds by category")), msg(N_("deducts by category")))
        yield PageTable(msg(N_("Where the points come from")), headings, tuple(rows), (16, 48, 36))


def _by_source(sums: Mapping[Source, Decimal]) -> Value:
    parts = [
        msg("{name} {points}", name=source_name(source), points=signed(points))
        for source, points in sorted(sums.items(), key=lambda pair: -abs(pair[1]))
    ]
    return in_a_row(parts) if parts else NO_LEVEL


def _unrated(scope: ReportScope, scores: Sequence[Score]) -> Iterator[PageTable]:
    rows: list[tuple[Value, ...]] = []
    for ladder in scope.scheme.tiers:
        for score in scores:
            standing = score.tiers.get(ladder.key)
            if standing is None or standing.level is not None:
                continue
            if scope.explainer.is_rated(ladder.key, score):
                why = _why_unrated(scope, ladder, score, standing)
                rows.append((scope.explainer.name(score.subject), ladder.label, why))
    whole = [(row[1], row[2]) for row in rows]
    if rows and len(set(map(str, whole))) == 1 and len(rows) == len(scores) > 1:
        rows = [(msg(N_("everybody")), *rows[0][1:])]
    if rows:
        headings = (msg(N_("name")), msg(N_("levels")), msg(N_("why not rated")))
        yield PageTable(msg(N_("Not rated")), headings, tuple(rows), (20, 24, 56))


def _why_unrated(scope: ReportScope, ladder: Ladder, score: Score, standing: Standing) -> Message:
    roster, end = scope.explainer.roster, min(scope.period.end, scope.explainer.result.as_of)
    if standing.unstated:
        return msg(N_("the scheme does not state what decides it"))
    if (
        roster is not None
        and score.subject in scope.explainer.wording.people
        and not roster.is_member(score.subject, end)
    ):
        return msg(N_("no longer on the roster on {date}"), date=end.isoformat())
    if ladder.when:
        return msg(N_("rated only where: {rule}"), rule=say_formula_of(scope.scheme, ladder.when))
    return msg(N_("no level of the scheme applies"))


def _refusals(scope: ReportScope) -> Iterator[PageTable]:
    refused = [
        e
        for e in scope.explainer.result.rejected
        if e.period in ("", scope.period.label)
        and (scope.shown is None or e.subject in scope.shown)
    ]
    counts: Counter[Outcome] = Counter(entry.outcome for entry in refused)
    rows = [(msg(REFUSED_AS[outcome]), str(count)) for outcome, count in counts.most_common()]
    if rows:
        headings = (msg(N_("reason")), msg(N_("number")))
        title = msg(N_("Records that do not count: {count}"), count=str(len(refused)))
        yield PageTable(title, headings, tuple(rows), (80, 20), frozenset({1}))
