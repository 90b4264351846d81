"""One line of a table -> its indicator: each cell read in its context, the readings joined.

One piece: the readings of a line's cells decide together what the line says.

Hands what was understood, assumed, or not understood to the findings. A line that both adds
and deducts becomes two indicators.
"""

import re
from dataclasses import dataclass, field, replace

from ...core.message import N_, msg
from ...inputs.sheet import Cell
from .categories import Categories, has_net, listed
from .draft import DraftPart, Note, Parts
from .findings import Findings
from .indicator import as_full_marks, cap_parts, indicator_parts
from .numerals import plain_signs
from .phrase import read_phrase, read_sentences
from .reading import Context, PhraseReading
from .sides import Hint, heading_hint, side_in_words, speaks_of_deducting
from .table import Column, Role, SheetTable, TableRow, bare_name, split_bracket

MAX_LABEL = 8
"""A longer title is that of a whole scheme: 奖励 in it does not make each line an award."""

MAX_TITLE = 25
"""A longer line above a table is a sentence, and names no side for the figures below."""


_RULE = re.compile(r"[加扣减奖罚]\D{0,2}\d|\d\s*分")
"""Points within the name of an indicator."""

_BARE = re.compile(r"[\d.]+分?")


@dataclass(slots=True)
class IndicatorLine:
    """A line, the cell that names its indicator, and the category it stands in."""

    findings: Findings
    categories: Categories
    table: SheetTable
    line: TableRow
    name: Cell
    own: Column
    group: DraftPart
    path: tuple[Cell, ...]
    part: DraftPart = field(default_factory=lambda: DraftPart({}))
    _whole: PhraseReading = field(default_factory=PhraseReading)
    _kept: list[str] = field(default_factory=list)
    _both_sides: bool = False

    def parts(self) -> list[DraftPart]:
        """Read the cells; one indicator, or two where the line has both sides."""
        name = self._read_name()
        sides = self._points()
        self._both_sides = len(sides) > 1
        for cell, reading in sides[:1]:
            self._take(cell, reading)
        for column in self._filled(Role.LIMIT):
            self._limit(column)
        for column in self._filled(Role.REMARK):
            self._remark(self.line.cells[column.number])
        for column in self._filled(Role.BASIS):
            cell = self.line.cells[column.number]
            self._kept.append(" ".join(cell.text.split()))
            self._became(cell, {"basis": self._kept[-1]})
        for column in self._filled(Role.OTHER):
            self._keep_note(column)
        self._finish(name)
        return [self.part, *(self._other_side(name, *side) for side in sides[1:])]

    # --- the cells of the line ---

    def _filled(self, role: Role) -> list[Column]:
        return [
            c
            for c in self.table.column(role)
            if c.number in self.line.cells and self.line.cells[c.number] is not self.name
        ]

    def _read_name(self) -> str:
        """Return the name, without a phrase in brackets that is a rule."""
        name, bracket = split_bracket(self.name.text)
        if not re.search(r"[\d一二两三四五六七八九十百]\s*[分次]", bracket):
            self._became(self.name, {"name": bare_name(self.name.text)})
            return self.name.text
        reading = read_phrase(bracket, self._context(self.own))
        if reading is None:
            self._unread(self.name, bracket)
            return self.name.text
        self._take(self.name, reading, {"name": bare_name(name)})
        return name

    def _context(self, column: Column, cell: Cell | None = None) -> Context:
        """Whose points, and the side that the headings name: columns, categories, then titles."""
        near = [
            column.hint,
            self.own.hint,
            *(heading_hint(cell.text) for cell in reversed(self.path)),
        ]
        sides = {hint for hint in near if hint is not None and hint != "mixed"}
        if len(sides) == 1:
            return Context(self.findings.subject, sides.pop())
        doubt = self._may_deduct(cell)
        if sides or "mixed" in near:
            return Context(self.findings.subject, None, doubt=True)
        titles = [c.text for c in reversed(self.table.above) if len(c.text) <= MAX_TITLE]
        around = [text for text in (*titles, self.table.sheet.name) if side_in_words(text)]
        side = side_in_words(around[0]) if around else None
        if side == "added" and doubt and len(around[0]) > MAX_LABEL:
            side = None
        return Context(self.findings.subject, side, doubt=doubt)

    def _may_deduct(self, cell: Cell | None) -> bool:
        """Whether the words of the line leave open if a figure without a sign is deducted."""
        if speaks_of_deducting(self.name.text):
            return True
        others = [
            c
            for role in (Role.REMARK, Role.LIMIT, Role.OTHER, Role.BASIS)
            for c in self._filled(role)
        ]
        if any(column.hint in ("deducted", "mixed") for column in others):
            return True
        beside = [self.line.cells[c.number] for c in self._filled(Role.REMARK)]
        return any(re.search("扣|罚|减分", c.text) for c in (*beside, *([cell] if cell else [])))

    def _points(self) -> list[tuple[Cell, PhraseReading]]:
        """Return the readings of the columns of points: none, one, or one for each side."""
        found: list[tuple[Cell, PhraseReading]] = []
        columns = self._filled(Role.POINTS)
        if whole := self._full_marks(columns):
            return [whole]
        if self._may_be_full_marks(columns):
            return self._none_of([(self.line.cells[c.number], PhraseReading()) for c in columns])
        for column in columns:
            cell = self.line.cells[column.number]
            context = self._context(column, cell)
            reading = None if self._is_ambiguous(cell) else read_phrase(cell.text, context)
            if reading is not None:
                found.append((cell, reading))
            elif context.side and read_phrase(cell.text, replace(context, side=None)) is not None:
                self._unread(cell, cell.text, against=self._heading_of(column))
            else:
                self._unread(cell, cell.text)
        if len(found) < len(columns) and any(c.hint in (None, "mixed") for c in columns):
            return self._none_of(found)  # a figure beside a standard that was not understood
        telling = [f for f in found if f[1].points is not None or f[1].then or f[1].full]
        for cell, reading in (f for f in found if f not in telling):
            if telling or reading.limits:
                self._take(cell, reading)
            else:
                self._unread(cell, cell.text)  # words where points should stand
        sides = [reading.side for _, reading in telling]
        return telling if len(set(sides)) == len(sides) else self._none_of(telling)

    def _full_marks(self, columns: list[Column]) -> tuple[Cell, PhraseReading] | None:
        """Read a bare figure beside a standard that deducts as full marks, whatever its side."""
        if len(columns) != 2 or any(column.hint == "added" for column in columns):
            return None
        cells = [self.line.cells[c.number] for c in columns]
        if any(c.hint == "deducted" and _BARE.fullmatch(self._plain(c)) for c in columns):
            return None
        contexts = [
            replace(
                self._context(c), doubt=False, side="deducted" if c.hint == "deducted" else None
            )
            for c in columns
        ]
        found = [
            (cell, reading)
            for cell, context in zip(cells, contexts, strict=True)
            if not self._is_ambiguous(cell) and (reading := read_phrase(cell.text, context))
        ]
        whole = _full_marks(found) if len(found) == len(columns) else None
        if whole is None:
            return None
        self._became(whole[0], {"full": whole[1][1].full})
        return whole[1]

    def _may_be_full_marks(self, columns: list[Column]) -> bool:
        """Whether a bare figure of no side stands beside one that is deducted."""
        return any(column.hint == "deducted" for column in columns) and any(
            column.hint != "deducted"
            and column.hint != "added"
            and _BARE.fullmatch(self._plain(column))
            for column in columns
        )

    def _plain(self, column: Column) -> str:
        return plain_signs(self.line.cells[column.number].text).strip()

    def _is_ambiguous(self, cell: Cell) -> bool:
        """Tell whether a bare figure is in brackets, covers several lines, or is beside a rule."""
        text = plain_signs(cell.text).strip()
        if _RULE.search(plain_signs(self.name.text)) and _BARE.fullmatch(text):
            return True
        joined = cell.last_row > max(cell.row, self.name.last_row) or cell.row < self.name.row
        return re.fullmatch(r"\([\d.]+分?\)", text) is not None or (
            joined and _BARE.fullmatch(text) is not None
        )

    def _heading_of(self, column: Column) -> str:
        """Return the words that say which side the column's figures are on."""
        if column.hint:
            return column.heading.text
        named = next((c.text for c in reversed(self.path) if side_in_words(c.text)), "")
        return named or (self.own.heading.text if self.own.hint else self.table.sheet.name)

    def _none_of(self, found: list[tuple[Cell, PhraseReading]]) -> list[tuple[Cell, PhraseReading]]:
        for cell, _ in found:
            self._unread(cell, cell.text)
        return []

    def _limit(self, column: Column) -> None:
        cell = self.line.cells[column.number]
        context = Context(self.findings.subject, None, column.window, True, column.unit)
        reading = _on_the_side_of(column.hint, read_phrase(cell.text, context))
        if cell.last_row > cell.row:
            self._limit_of_several(cell, reading)
        elif reading is None or reading.points is not None or self._of_which(reading):
            self._unread(cell, cell.text)
        else:
            self._take(cell, reading)

    def _of_which(self, reading: PhraseReading) -> bool:
        """Whether a line has both sides, and a rule beside them does not say for which it is."""
        rules = reading.limits or reading.then or reading.escalate or reading.points
        return self._both_sides and bool(rules)

    def _limit_of_several(self, cell: Cell, reading: PhraseReading | None) -> None:
        """Give a limit to the category whose lines it covers exactly, else leave it unread."""
        around = self.path[-1] if self.path else None
        covers = around is not None and (around.row, around.last_row) == (cell.row, cell.last_row)
        side = self._context(self.own).side or self._whole.side
        caps = [cap_parts(limit, side) for limit in reading.limits] if reading else []
        if reading is None or self._stands_around_net(reading):
            caps = []
        if not covers or around is None or not caps or None in caps:
            self._unread(cell, cell.text)
        elif cell.row == self.line.row:
            written = [cap for cap in caps if cap]
            name = bare_name(split_bracket(around.text)[0])
            self.categories.limit(self.group, self.table.sheet, cell, written, name)

    def _is_barred(self, reading: PhraseReading) -> bool:
        """Tell whether a reading has a net limit, and another limit stands around it."""
        return reading.has_net and self.categories.is_limited(self.group)

    def _stands_around_net(self, reading: PhraseReading) -> bool:
        """Tell whether a limit of the category would stand around a net limit, or be one within."""
        inside = self._whole.has_net or has_net(self.group)
        return self._is_barred(reading) if reading.has_net else inside

    def _remark(self, cell: Cell) -> None:
        reading, unread = read_sentences(cell.text, Context(self.findings.subject))
        if self._of_which(reading) or (
            cell.last_row > cell.row and (unread or reading != PhraseReading(rest=reading.rest))
        ):
            self._unread(cell, cell.text)  # a rule beside several lines: for each, or together?
            return
        if reading.points is not None and self._filled(Role.POINTS):
            self._unread(cell, cell.text)  # points in two cells: which holds?
            return
        for sentence in unread:
            self._unread(cell, sentence)
        if not unread or reading != PhraseReading():
            self._take(cell, reading)

    def _keep_note(self, column: Column) -> None:
        """Words of a column that is no part of a scheme stand as a note."""
        cell = self.line.cells[column.number]
        place = self.table.sheet.place(self.findings.file, cell)
        text = f"{column.heading.text}：{' '.join(cell.text.split())}"
        self.part.notes.append(Note("kept", place, text))
        self._became(cell, {})

    def _take(self, cell: Cell, reading: PhraseReading, also: Parts = {}) -> None:  # noqa: B006  (read only)
        """Join what a cell says to the line's reading, or keep its words where the two clash."""
        both = self._whole.joined(replace(reading, assumed=(), rest=()))
        if both is None or "limit" in indicator_parts(both)[2] or self._is_barred(reading):
            self._unread(cell, cell.text)
            return
        self._whole = both
        for said in reading.assumed:
            self.findings.assume(self.part, self.table.sheet, cell, said)
        if cell.last_row > cell.row and reading.points is not None and cell is not self.name:
            said = msg(N_("the same for each line beside it"))
            self.findings.assume(self.part, self.table.sheet, cell, said)
        self._kept += reading.rest
        self._became(cell, {**also, **_share_of(reading, indicator_parts(both)[0])})

    def _became(self, cell: Cell, data: Parts) -> None:
        self.findings.became(self.table.sheet, cell, data)

    def _unread(self, cell: Cell, text: str, *, against: str = "") -> None:
        if against:
            self.findings.unread(
                self.part, self.table.sheet, cell, text, "sign-against-heading", heading=against
            )
        else:
            self.findings.unread(self.part, self.table.sheet, cell, text)
        self._became(cell, {})

    # --- the indicator ---

    def _finish(self, name: str) -> None:
        data, assumed, lost = indicator_parts(self._whole)
        for said in assumed:
            self.findings.assume(self.part, self.table.sheet, self.name, said)
        if "full" in lost:
            self._unread(self.name, f"满分{self._whole.full}分")
            data["points"] = "unknown"
        if "to_zero" in lost:
            self._unread(self.name, "扣完为止")
        if "points" not in data and "then" not in data:
            data = {"points": "unknown"} | data
            if not any(note.kind == "unread" for note in self.part.notes):
                words = bare_name(name)
                self.findings.unread(
                    self.part, self.table.sheet, self.name, words, "no-points-beside"
                )
        if self._kept:
            data["basis"] = "；".join(dict.fromkeys(self._kept))
        self.part.data = self._named(self.part, name) | data

    def _other_side(self, name: str, cell: Cell, reading: PhraseReading) -> DraftPart:
        """Return the second indicator of a line that both adds and deducts."""
        part = DraftPart({})
        own = msg(N_("an indicator of its own, since the line has both sides"))
        for said in (*reading.assumed, own):
            self.findings.assume(part, self.table.sheet, cell, said)
        mark = "扣分" if reading.side == "deducted" else "加分"
        data, _, lost = indicator_parts(reading)
        if lost or self._is_barred(reading):
            self.findings.unread(part, self.table.sheet, cell, cell.text)
            data = {"points": "unknown"}
        part.data = self._named(part, f"{bare_name(name)}（{mark}）") | data
        self._became(cell, dict(part.data))
        return part

    def _named(self, part: DraftPart, name: str) -> Parts:
        named = self.findings.named(name)
        if "id" in named:
            text = N_("another part has this name; this one has the id {id}")
            said = msg(text, id=str(named["id"]))
            self.findings.assume(part, self.table.sheet, self.name, said)
        return named


def _on_the_side_of(hint: Hint | None, reading: PhraseReading | None) -> PhraseReading | None:
    """Limits whose heading names a side; None where it names both."""
    if reading is None or hint is None or not reading.limits:
        return reading
    if hint == "mixed" or any(limit.side not in (None, hint) for limit in reading.limits):
        return None
    return replace(reading, limits=tuple(replace(limit, side=hint) for limit in reading.limits))


def _full_marks(
    found: list[tuple[Cell, PhraseReading]],
) -> tuple[Cell, tuple[Cell, PhraseReading]] | None:
    """Of two columns, a bare figure beside a standard that deducts: full marks."""
    if len(found) != 2:
        return None
    for figure, standard in (found, found[::-1]):
        if not _BARE.fullmatch(plain_signs(figure[0].text).strip()):
            continue
        if whole := as_full_marks(figure[1], standard[1]):
            return figure[0], (standard[0], whole)
    return None


def _share_of(reading: PhraseReading, whole: Parts) -> Parts:
    """Return what of an indicator comes from one of its readings, for the report."""
    data: Parts = {}
    if reading.points is not None or reading.full:
        data["points"] = whole.get("points", "unknown")
    if reading.escalate is not None:
        data["escalate"] = reading.escalate
    if reading.limits:
        data["caps"] = listed(whole.get("caps"))[-len(reading.limits) :]
    if reading.then:
        data["then"] = [dict(effect) for effect in reading.then]
    if reading.rest:
        data["basis"] = "；".join(reading.rest)
    return data
