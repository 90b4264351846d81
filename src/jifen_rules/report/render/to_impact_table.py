"""The impact of a change on a village, as tables for a terminal by Rich."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from ...analysis.change import EventImpact, GroupImpact, Impact, SubjectImpact
from ...core.message import N_, Message, msg
from ...core.terms import plain
from ...core.values import visible
from ...inputs.roster import Roster
from ..explain import signed
from .language import Language, translate, words
from .to_diff import say_change
from .to_impact import BANDS, NOBODY, part_names, say_made_up, say_outcome, total_of


def impact_tables(
    impact: Impact, roster: Roster | None, language: Language = "en", top: int = 20
) -> Iterator[Table | str]:
    """Yield what a terminal shows: the sum, changes, levels, who bears it, who changed most.

    `top` is how many subjects are shown; 0 shows all.
    """
    if impact.made_up is not None:
        yield words(say_made_up(impact.made_up), language)
    if not impact.rows:
        yield words(msg(NOBODY, date=impact.as_of.isoformat()), language)
        return
    yield words(_summary(impact), language)
    if impact.changes:
        yield _changes_table(impact, language)
    names = part_names(impact)
    for ladder in impact.ladders:
        crossed = {pair: n for pair, n in impact.crossings(ladder).items() if pair[0] != pair[1]}
        if crossed:
            yield _levels_table(names.get(ladder, ladder), crossed, language)
    title, kind = N_("by score before, the lowest quarter first"), N_("quarter of the board")
    bands = [replace(band, name=translate(BANDS[band.name], language)) for band in impact.by_band()]
    yield _group_table(title, kind, bands, language)
    if roster is not None:
        yield _group_table(N_("by class"), N_("class"), impact.by_class(roster), language)
    costs = {name: pair for name, pair in impact.costs().items() if pair[0] != pair[1]}
    for name, (before, after) in costs.items():
        said = N_("reward {name}: {before} → {after} in all")
        figures = {"before": plain(before), "after": plain(after)}
        yield words(msg(said, name=names.get(name, name), **figures), language)
    if impact.touched:
        yield _subjects_table(impact, roster, language, top)
    admissions = [one for one in impact.entries if one.is_admission]
    if admissions:
        shown = admissions[: top or None]
        yield _admission_table(shown, len(admissions), names, language)


def _summary(impact: Impact) -> Message:
    text = N_(
        "{touched} of {rows} scores are touched: {gainers} rise, {losers} fall, together {change}"
    )
    change = impact_change(impact)
    return msg(
        text,
        touched=str(len(impact.touched)),
        rows=str(len(impact.rows)),
        gainers=str(impact.gainers),
        losers=str(impact.losers),
        change=signed(change),
    )


def impact_change(impact: Impact) -> Decimal:
    """Return the sum of the differences of all totals."""
    return sum((row.change_of() for row in impact.rows), Decimal(0))


def _table(title: Message, heads: Sequence[str], language: Language, right: int) -> Table:
    """Return a table whose columns from `right` on are figures."""
    table = Table(title=Text(words(title, language)), box=SIMPLE, title_justify="left")
    for number, head in enumerate(heads):
        justify: Literal["left", "right"] = "right" if number >= right else "left"
        table.add_column(Text(translate(head, language)), justify=justify)
    return table


def _row(table: Table, cells: Iterable[str]) -> None:
    table.add_row(*(Text(visible(cell)) for cell in cells))


def _changes_table(impact: Impact, language: Language) -> Table:
    heads = (N_("change"), N_("scores"), N_("sum"))
    title = msg(N_("what each change does alone"))
    if impact.steps:
        title = msg(N_("what each change adds to those before it"))
    table = _table(title, heads, language, 1)
    for number, change in enumerate(impact.changes):
        said = words(say_change(change), language)
        if not impact.tried[number]:
            cells = [said, "", translate(N_("not alone"), language)]
        else:
            count = sum(bool(row.parts[number].get("total")) for row in impact.rows)
            cells = [said, str(count), signed(impact.total_of(number))]
        _row(table, cells)
    left = sum(bool(row.together.get("total")) for row in impact.rows)
    rest = signed(impact.total_of(None))
    _row(table, [translate(N_("only together"), language), str(left), rest])
    return table


def _levels_table(ladder: str, crossed: Mapping[tuple[str, str], int], language: Language) -> Table:
    title = msg(N_("levels ({name}) that change"), name=ladder)
    table = _table(title, (N_("before"), N_("after"), N_("scores")), language, 2)
    for (before, after), count in sorted(crossed.items()):
        _row(table, [before or "-", after or "-", str(count)])
    return table


def _group_table(title: str, kind: str, groups: Sequence[GroupImpact], language: Language) -> Table:
    heads = (kind, N_("scores"), N_("rise"), N_("fall"), N_("sum"))
    table = _table(msg(title), heads, language, 1)
    for group in groups:
        counts = (str(group.subjects), str(group.gain), str(group.lose))
        _row(table, [group.name or "-", *counts, signed(group.change)])
    return table


def _subjects_table(impact: Impact, roster: Roster | None, language: Language, top: int) -> Table:
    heads = [
        N_("subject"),
        N_("name"),
        N_("period"),
        N_("before"),
        N_("after"),
        N_("difference"),
        N_("by"),
    ]
    table = _table(msg(N_("the most changed")), heads, language, 3)
    shown = impact.touched[:top] if top else impact.touched
    for row in shown:
        name = roster.name(row.subject) if roster is not None else row.subject
        figures = (total_of(row.before), total_of(row.after), signed(row.change_of()))
        _row(table, [row.subject, name, row.period.label, *figures, _causes(row, impact, language)])
    if left := len(impact.touched) - len(shown):
        table.caption = words(msg(N_("and {count} more"), count=str(left)), language)
        table.caption_justify = "left"
    return table


def _causes(row: SubjectImpact, impact: Impact, language: Language) -> str:
    """Return the changes that moved the total, each by its name and how much.

    Levels that differ come after them.
    """
    moved = [
        f"{impact.changes[n].name or impact.changes[n].id} {signed(part['total'])}"
        for n, part in enumerate(row.parts)
        if part.get("total")
    ]
    if row.together.get("total"):
        rest = translate(N_("only together"), language)
        moved.append(f"{rest} {signed(row.together['total'])}")
    for name, level in row.after.levels.items():
        if row.before.levels.get(name, "") != level:
            moved.append(f"{row.before.levels.get(name) or '-'} → {level or '-'}")
    return (", ", "、")[language == "zh"].join(moved)


def _admission_table(
    found: Sequence[EventImpact], count: int, names: Mapping[str, str], language: Language
) -> Table:
    title = msg(N_("events that only one of the two admits: {count}"), count=str(count))
    heads = (N_("event"), N_("date"), N_("subject"), N_("indicator"), N_("before"), N_("after"))
    table = _table(title, heads, language, 99)
    for one in found:
        sides = [words(say_outcome(side), language) for side in (one.before, one.after)]
        name = names.get(one.indicator, one.indicator)
        _row(table, [one.event, str(one.date), one.subject, name, *sides])
    return table
