"""An impact -> the pages for a meeting: who gains and loses, and by which change.

Makes values; the renderers only write them.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ...analysis.change import Impact
from ...core.faults import INVENTED
from ...core.message import N_, Message, Value, msg
from ...core.terms import add_points
from ...inputs.roster import Roster
from ..explain import signed
from ..render.to_diff import say_change, say_tendency
from ..render.to_impact import say_made_up
from .board_words import NO_LEVEL, period_words
from .figures import in_a_row
from .impact_columns import find_columns
from .impact_groups import admission_table, cost_table, level_matrix, who_bears
from .impact_names import ImpactNames, change_label, moved_part, say_causes, say_total, say_who
from .masking import Mask, mask_of_names
from .values import BarMark, Block, Line, Marked, Page, PageTable, Report

MOST: Final = 20
"""Default number of most changed subjects."""


def build_impact_report(
    impact: Impact, roster: Roster | None, *, most: int = MOST, is_masked: bool = False
) -> Report:
    """Make the pages of an impact: the picture of it, and a table of everybody it touches.

    `most` of the most changed stand on the first page; 0 is all. With `is_masked` only the first
    sign of each name and id is left.
    """
    names = ImpactNames(impact, roster)
    wall = (_first_page(impact, names, roster, most), *_list_pages(impact, names))
    title = wall[0].title
    if is_masked:
        mask: Mask = mask_of_names(roster, (row.subject for row in impact.rows))
        title, wall = mask.of(title), mask.of(wall)
    return Report(title, wall, lambda: iter(()), 0)


def _first_page(impact: Impact, names: ImpactNames, roster: Roster | None, most: int) -> Page:
    changes = impact.changes
    blocks: list[Block] = []
    if impact.made_up is not None:
        blocks.append(Line(say_made_up(impact.made_up), "strong"))
    if any(scheme.illustrative for scheme in names.schemes):
        blocks.append(Line(msg(INVENTED), "strong"))
    if impact.changes:
        blocks.append(_what_changes(impact))
    blocks += find_columns([row.change_of() for row in impact.rows])
    if changes:
        blocks += _shares(impact)
    for ladder in impact.ladders:
        blocks += level_matrix(impact, names, ladder)
    blocks += who_bears(impact, roster)
    blocks += cost_table(impact, names)
    if impact.touched:
        blocks += _most_changed(impact, names, most)
    blocks += admission_table(impact, names)
    title = msg(N_("{scheme}: what the change of rules does"), scheme=names.scheme)
    return Page("impact", title, _under(impact), _figure(impact), tuple(blocks))


def _under(impact: Impact) -> Message:
    periods = sorted({row.period for row in impact.rows})
    if not periods:
        return msg(N_("events up to {date}; nobody has a score"), date=impact.as_of.isoformat())
    labels = [msg("{n}", n=period_words(period.label)) for period in periods]
    if len(labels) > 2:
        labels = [msg(N_("{first} to {last}"), first=labels[0], last=labels[-1])]
    text = N_("{periods}; events up to {date}; the same events under both schemes")
    return msg(text, periods=in_a_row(labels), date=impact.as_of.isoformat())


def _figure(impact: Impact) -> Message:
    same = len(impact.rows) - impact.gainers - impact.losers
    text = N_("{gainers} gain, {losers} lose, {same} keep their total; together {change}")
    return msg(
        text,
        gainers=str(impact.gainers),
        losers=str(impact.losers),
        same=str(same),
        change=signed(add_points(row.change_of() for row in impact.rows)),
    )


# --- the changes ----------------------------------------------------------------------------------


def _what_changes(impact: Impact) -> PageTable:
    headings = (msg(N_("no.")), msg(N_("change")), msg(N_("what it can do")))
    rows = [
        (str(number), say_change(change, is_named=True), say_tendency(change))
        for number, change in enumerate(impact.changes, 1)
    ]
    return PageTable(msg(N_("What changes")), headings, tuple(rows), (10, 61, 29), frozenset({0}))


def _shares(impact: Impact) -> Iterator[Block]:
    """Show for each change what it raises and what it lowers, alone, and what is left."""
    rows: list[tuple[Value, ...]] = []
    marks: list[tuple[BarMark, ...]] = []
    for number in (*range(len(impact.changes)), None):
        moved = [moved_part(row, number) for row in impact.rows]
        ups, downs = ([n for n in moved if n > 0], [n for n in moved if n < 0])
        up, down = add_points(ups), add_points(downs)
        label: Value = msg(N_("only together")) if number is None else change_label(impact, number)
        if number is not None and not impact.tried[number]:
            rows.append((label, msg(N_("not alone")), NO_LEVEL, NO_LEVEL, NO_LEVEL))
        else:
            figures = (signed(up), signed(down), signed(add_points([up, down])))
            rows.append((label, str(len(ups) + len(downs)), *figures))
        marks.append((BarMark(Decimal(0), up), BarMark(Decimal(0), down)))
    if not any(mark.end for row in marks for mark in row):
        return
    headings = tuple(map(msg, (N_("change"), N_("scores"), N_("added"), N_("taken"), N_("sum"))))
    title = msg(N_("What each change does alone"))
    if impact.steps:
        title = msg(N_("What each change adds to those before it"))
    table = PageTable(title, headings, tuple(rows), (26, 10, 10, 10, 10), frozenset({1, 2, 3, 4}))
    yield Marked(table, msg(N_("taken ← 0 → added")), 1, tuple(marks))
    text = N_(
        "Each change is tried alone upon the old scheme; what is left over is “only together”. "
        "The parts add up to the difference, exactly, for everybody."
    )
    if impact.steps:
        text = N_(
            "Each change is tried upon those before it; what is left over is “only together”. The "
            "parts add up to the difference, exactly, for everybody."
        )
    yield Line(msg(text), "note")


# --- those most changed ---------------------------------------------------------------------------


def _most_changed(impact: Impact, names: ImpactNames, most: int) -> Iterator[Block]:
    shown = impact.touched[: most or None]
    figures = (N_("name"), N_("before"), N_("after"), N_("difference"), N_("by"))
    rows: list[tuple[Value, ...]] = []
    marks = []
    for row in shown:
        sides = (say_total(row.before), say_total(row.after))
        rows.append(
            (
                say_who(row, names, impact),
                *sides,
                signed(row.change_of()),
                say_causes(row, names),
            )
        )
        marks.append((BarMark(Decimal(0), row.change_of()),))
    every = str(len(impact.touched))
    title = msg(N_("The {count} most changed of {every}"), count=str(len(shown)), every=every)
    table = PageTable(
        title, tuple(map(msg, figures)), tuple(rows), (16, 13, 13, 13, 33), frozenset({1, 2, 3})
    )
    yield Marked(table, msg(N_("taken ← 0 → added")), 1, tuple(marks))


def _list_pages(impact: Impact, names: ImpactNames) -> Iterator[Page]:
    """Yield the list of everybody whom the change touches."""
    if not impact.touched:
        return
    rows: list[tuple[Value, ...]] = []
    for row in sorted(impact.touched, key=lambda row: (row.subject, row.period)):
        places = [str(side.place or NO_LEVEL) for side in (row.before, row.after)]
        figures = (say_total(row.before), say_total(row.after), signed(row.change_of()), *places)
        rows.append((say_who(row, names, impact), *figures, say_causes(row, names)))
    words = (N_("name"), N_("before"), N_("after"), N_("difference"))
    places_said = [msg(N_("place before")), msg(N_("place after"))]
    headings = (*map(msg, words), *places_said, msg(N_("by")))
    title = msg(N_("Everybody whose points, levels or rewards change"))
    widths = (17, 12, 12, 13, 10, 10, 32)
    count = msg(N_("list of {count}"), count=str(len(rows)))
    table = PageTable(count, headings, tuple(rows), widths, frozenset({1, 2, 3, 4, 5}))
    yield Page("impact-list", title, _under(impact), "", (table,))


# --- what else differs ----------------------------------------------------------------------------
