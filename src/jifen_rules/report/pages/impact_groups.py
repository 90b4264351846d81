"""An impact -> the groups that gain and lose: levels, bands, classes, units, costs."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ...analysis.change import GroupImpact, Impact
from ...core.message import N_, Value, msg
from ...core.terms import plain
from ...inputs.roster import Roster
from ..explain import signed
from ..render.to_impact import BANDS, say_outcome
from .impact_names import ImpactNames, level_name
from .values import BarMark, Block, Line, Marked, PageTable, Shaded, Tone

MOST_EVENTS: Final = 20
"""Maximum number of listed events that only one of two schemes admits."""
_MEAN: Final = Decimal("0.01")


# --- levels ---------------------------------------------------------------------------------------


def level_matrix(impact: Impact, names: ImpactNames, ladder: str) -> Iterator[Block]:
    """Return the number of subjects by level before and after; the diagonal is unchanged."""
    crossed = impact.crossings(ladder)
    levels = names.levels(ladder)
    held = {level for pair in crossed for level in pair}
    levels += sorted(held - {*levels, ""}) + ([""] if "" in held else [])
    if not any(held):
        return
    rows: list[tuple[Value, ...]] = []
    tones: list[tuple[Tone, ...]] = []
    for down, before in enumerate(levels):
        counts = [crossed.get((before, after), 0) for after in levels]
        tone = [_tone(across - down, count) for across, count in enumerate(counts)]
        cells = [_count(across - down, count) for across, count in enumerate(counts)]
        rows.append((level_name(before), *cells, str(sum(counts))))
        tones.append(("none", *tone, "none"))
    sums = [sum(n for (_, after), n in crossed.items() if after == level) for level in levels]
    rows.append((msg(N_("all after")), *map(str, sums), str(sum(sums))))
    tones.append(tuple(_tone(0, 0) for _ in range(len(levels) + 2)))
    headings = (msg(N_("from ↓ to →")), *map(level_name, levels), msg(N_("all before")))
    name = names.parts.get(ladder, ladder)
    moved = sum(count for (before, after), count in crossed.items() if before != after)
    title = msg(N_("Levels before and after ({name}): {count} change"), name=name, count=str(moved))
    widths = (18, *(12 for _ in levels), 14)
    figures = frozenset(range(1, len(levels) + 2))
    yield Shaded(PageTable(title, headings, tuple(rows), widths, figures), tuple(tones))


def _tone(step: int, count: int) -> Tone:
    if not count:
        return "none"
    return "same" if not step else "worse" if step > 0 else "better"


def _count(step: int, count: int) -> str:
    """Write a count with an arrow, so that a print without colour tells up from down."""
    if not count:
        return ""
    return str(count) if not step else f"{'▼' if step > 0 else '▲'} {count}"


# --- who bears it ---------------------------------------------------------------------------------


def who_bears(impact: Impact, roster: Roster | None) -> Iterator[Block]:
    """Yield who gains and who loses: by the quarters of the board, by class, by unit."""
    bands = [(msg(BANDS[group.name]), group) for group in impact.by_band()]
    title = msg(N_("By the score before: who gains, who loses"))
    yield _groups(title, msg(N_("quarter of the board")), bands)
    yield Line(msg(N_("Quarters of the board are those of the old scheme.")), "note")
    if roster is None:
        return
    texts = (
        (N_("By class"), N_("class"), impact.by_class(roster)),
        (N_("By group or unit"), N_("unit"), impact.by_unit(roster)),
    )
    for title_text, kind, groups in texts:
        if sum(bool(group.name) for group in groups) > 1:
            ordered = sorted(groups, key=lambda group: not group.name)
            named = [(_named(roster.name(group.name)), group) for group in ordered]
            yield _groups(msg(title_text), msg(kind), named)


def _named(name: str) -> Value:
    return name or msg(N_("none stated"))


def _groups(title: Value, kind: Value, groups: Sequence[tuple[Value, GroupImpact]]) -> Marked:
    rows: list[tuple[Value, ...]] = []
    marks = []
    for name, group in groups:
        mean = (group.change / group.subjects).quantize(_MEAN, ROUND_HALF_UP)
        counts = (str(group.subjects), str(group.gain), str(group.lose))
        rows.append((name, *counts, signed(group.change), signed(mean)))
        marks.append((BarMark(Decimal(0), mean),))
    names = (N_("scores"), N_("rise"), N_("fall"), N_("sum"), N_("mean of each"))
    headings = (kind, *map(msg, names))
    figures = frozenset(range(1, 6))
    table = PageTable(title, headings, tuple(rows), (20, 9, 9, 9, 10, 11), figures)
    return Marked(table, msg(N_("taken ← 0 → added")), 1, tuple(marks))


def cost_table(impact: Impact, names: ImpactNames) -> Iterator[PageTable]:
    """Yield the rewards that cost more or less than before."""
    rows = [
        (names.parts.get(name, name), plain(before), plain(after), signed(after - before))
        for name, (before, after) in impact.costs().items()
        if before != after
    ]
    if rows:
        headings = tuple(map(msg, (N_("reward"), N_("before"), N_("after"), N_("difference"))))
        title = msg(N_("What the rewards cost"))
        yield PageTable(title, headings, tuple(rows), (46, 18, 18, 18), frozenset({1, 2, 3}))


def admission_table(impact: Impact, names: ImpactNames) -> Iterator[Block]:
    """Yield the events that only one of the two schemes admits."""
    found = [one for one in impact.entries if one.is_admission]
    if not found:
        return
    rows: list[tuple[Value, ...]] = []
    for one in found[:MOST_EVENTS]:
        sides = [say_outcome(entry) for entry in (one.before, one.after)]
        day = one.date.isoformat() if one.date is not None else ""
        what = names.parts.get(one.indicator, one.indicator)
        rows.append((day, names.person(one.subject), what, *sides))
    words = (N_("date"), N_("name"), N_("indicator"), N_("before"), N_("after"))
    title = msg(N_("Events that only one of the two admits: {count}"), count=str(len(found)))
    yield PageTable(title, tuple(map(msg, words)), tuple(rows), (16, 20, 24, 20, 20))
    if left := len(found) - len(rows):
        yield Line(msg(N_("and {count} more"), count=str(left)), "note")
