"""Sheets -> tables: which row has the headings, what each column is, what each row is.

Knows how village tables are laid out: titles above, joined categories, sections, totals,
notes below. Refuses to know what a cell's phrase means.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final

from ..workbook import Cell, Sheet
from .numerals import plain_signs
from .sides import Hint, heading_hint, is_side_label, without_sides

MAX_HEADING_ROW: Final = 30


class Role(StrEnum):
    """What a column holds."""

    SERIAL = "serial"
    CATEGORY = "category"
    INDICATOR = "indicator"
    POINTS = "points"
    LIMIT = "limit"
    REMARK = "remark"
    BASIS = "basis"
    OTHER = "other"


_ROLES: Final[tuple[tuple[Role, str], ...]] = (
    (Role.SERIAL, r"序号|序|编号|no\.?"),
    (Role.REMARK, r".*(?:原因|情况|记录)"),
    (Role.OTHER, r".*(?:得分|自评|实得|审核分|评分人|责任|负责|签字|签名|权重|联系|日期|时间).*"),
    (Role.LIMIT, r".*(?:上限|封顶|限额|最高分?|频次|频率|次数|周期|限制).*"),
    (Role.REMARK, r"备注.*"),
    (Role.BASIS, r".*(?:依据|出处|来源).*"),
    (Role.POINTS, r".*(?:评分|计分|赋分|评价|考核)(?:标准|办法|方法|方式|规则).*"),
    (Role.REMARK, r"(?!.*分).*(?:备注|说明|佐证|材料|认定|要求|方式).*|备注.*|.*评分说明"),
    (Role.CATEGORY, r".*(?:类别|大类|分类|类型|一级指标|板块|维度).*|类"),
    (Role.INDICATOR, r".*(?:内容|指标|项目|事项|分项|行为|表现|情形|细则|条件|条款|事由|清单).*"),
    (Role.POINTS, r".*(?:分值|分数|赋分|加分|扣分|减分|罚分|奖分|计分|标准|积分).*|分|满分"),
)
"""The usual spellings of headings; the first that fits holds."""

_HEADING: Final = re.compile(
    r"[加扣减奖罚]?分(?:值|数|标准)?|(?:评分|计分|赋分|评价|考核)?(?:标准|办法)|积分(?:值|标准)?|赋分|得分|"
    r"(?:[加扣减积奖罚]分|奖励|处罚|考核|评分|评价|正面|负面|违规|具体)?(?:项目|内容|指标|事项|细则|条件|情形|行为|清单|项)(?:名称)?|"
    r"序号?|类别|类型|备注|上限|说明|依据"
)
"""A cell that can hardly be anything but a heading, also in the middle of a table."""

_STANDARD: Final = re.compile("标准|办法|方法|规则")
_PERIOD_WORDS: Final = re.compile("每?半年|每?年|每?季|每?月|每?周|每日|单次|每次")
_TOTAL: Final = re.compile(r"合\s*计|总\s*计|小\s*计|总\s*分|共\s*计")
_NOTE: Final = re.compile(r"(?:注|备注|说明|填表|等级|兑换|程序|附)[:一二三四五六七八九\d.、]")
_BARE: Final = re.compile(r"\d{1,6}(?:\.\d{1,3})?分?")
_CHINESE_NUMBER: Final = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]|第.{1,3}[章节部])"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its role, and what its headings add to every cell below them."""

    number: int
    role: Role
    heading: Cell
    hint: Hint | None = None
    window: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row below the headings: its cells by column, joined cells in each they cover."""

    row: int
    cells: Mapping[int, Cell]

    @property
    def distinct(self) -> tuple[Cell, ...]:
        """Its cells, joined ones once."""
        return tuple(dict.fromkeys(self.cells.values()))

    @property
    def text(self) -> str:
        """Its words in a row."""
        return " ".join(cell.text for cell in self.distinct)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet that has headings: what stands above, its columns, its lines."""

    sheet: Sheet
    above: tuple[Cell, ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    def column(self, role: Role) -> tuple[Column, ...]:
        """All columns of a role, from left to right."""
        return tuple(column for column in self.columns if column.role is role)


class Kind(StrEnum):
    """What a line is."""

    ITEM = "item"
    SECTION = "section"
    TOTAL = "total"
    NOTE = "note"
    HEADINGS = "headings"


def find_tables(sheet: Sheet) -> tuple[Table, ...]:
    """Find the rows of headings and read the sheet by them; those side by side are two tables."""
    lines = _lines(sheet)
    first = next((n for n, line in enumerate(lines[:MAX_HEADING_ROW]) if _has_headings(line)), None)
    if first is None:
        return ()
    starts = [first]
    for number in range(first + 1, len(lines)):
        texts = [cell.text for cell in lines[number].distinct]
        if _begins_again(lines[number]) and texts != [c.text for c in lines[starts[-1]].distinct]:
            starts.append(number)
    found: list[Table] = []
    above = lines[:first]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        table, above = _read_block(sheet, lines[start], lines[start + 1 : end], above)
        if end == len(lines):
            table = replace(table, lines=(*table.lines, *above))
        found += _side_by_side(table)
    return tuple(found)


def _read_block(
    sheet: Sheet, line: Line, rest: list[Line], above: list[Line]
) -> tuple[Table, list[Line]]:
    """One table from its headings on; and the last lines, if they are titles of the next one."""
    last = max(cell.last_row for cell in line.distinct if cell.row == line.row)
    below = [other for other in rest if other.row <= min(last, line.row + 2)]
    over, above = _super_headings(line, above)
    columns = _with_indicator(list(_columns(line, below, over)))
    lines = [other for other in rest if other.row > max(last, line.row)]
    titles: list[Line] = []
    while lines and len(lines[-1].distinct) == 1:
        titles.insert(0, lines.pop())
    titled = tuple(dict.fromkeys(cell for other in above for cell in other.distinct))
    return Table(sheet, titled, tuple(columns), tuple(lines)), titles


def _super_headings(line: Line, above: list[Line]) -> tuple[dict[int, Cell], list[Line]]:
    """Headings right over the headings, each over some of the columns; and what stands above."""
    cells = above[-1].distinct if above else ()
    if len(cells) < 2 or any(re.search(r"\d|[:;。,，：]", cell.text) for cell in cells):
        return {}, above
    if any(len(cell.text) > 12 for cell in cells):
        return {}, above
    over: dict[int, Cell] = {}
    for number in sorted(line.cells):
        left = [cell for cell in cells if cell.column <= number]
        if left and (left[-1].last_column >= number or left[-1].last_column == left[-1].column):
            over[number] = left[-1]
    return over, above[:-1]


def _with_indicator(columns: list[Column]) -> list[Column]:
    """The columns; where none names an indicator, one of standards or of categories does."""
    if any(column.role is Role.INDICATOR for column in columns):
        return columns
    points = [column for column in columns if column.role is Role.POINTS]
    named = [c for c in points if _STANDARD.search(c.heading.text)]
    if len(points) < 2 or not named:
        named = [column for column in columns if column.role is Role.CATEGORY][-1:]
    return [replace(c, role=Role.INDICATOR) if c in named[:1] else c for c in columns]


def _side_by_side(table: Table) -> list[Table]:
    """A table whose columns begin anew in the middle is two: adds here, deducts there."""
    blocks: list[list[Column]] = [[]]
    for column in sorted(table.columns, key=lambda column: column.number):
        begun = any(c.role in (Role.POINTS, Role.LIMIT) for c in blocks[-1])
        if begun and column.role in (Role.INDICATOR, Role.SERIAL, Role.CATEGORY):
            blocks.append([])
        blocks[-1].append(column)
    heads = [next((c for c in block if c.role is Role.INDICATOR), None) for block in blocks]
    pairs = list(pairwise(heads))
    if not pairs or not all(one and two and _are_twins(one, two) for one, two in pairs):
        return [table]
    around = [c for c in blocks[0] if c.role is Role.CATEGORY]
    found = []
    for block in blocks:
        own = block if any(c.role is Role.CATEGORY for c in block) else [*around, *block]
        numbers = {column.number for column in own}
        lines = []
        for line in table.lines:
            cells = {number: cell for number, cell in line.cells.items() if number in numbers}
            if {column.number for column in block} & cells.keys():
                lines.append(Line(line.row, cells))
        above = table.above if block is blocks[0] else ()
        found.append(Table(table.sheet, above, tuple(own), tuple(lines)))
    return found


def _are_twins(one: Column, two: Column) -> bool:
    """Whether two columns of indicators say the same, or one the adds and one the deducts."""
    if {one.hint, two.hint} == {"added", "deducted"}:
        return True
    return without_sides(one.heading.text) == without_sides(two.heading.text)


def kinds_of(table: Table) -> tuple[Kind, ...]:
    """Tell what each line is; words alone begin a section only if an indicator follows."""
    sections = _numbered_sections(table) or _summed_sections(table)
    kinds = [
        Kind.SECTION if line.row in sections else _kind_of(table, line) for line in table.lines
    ]
    last_item = max((n for n, kind in enumerate(kinds) if kind is Kind.ITEM), default=-1)
    return tuple(
        Kind.NOTE if kind is Kind.SECTION and number > last_item else kind
        for number, kind in enumerate(kinds)
    )


def section_cell(table: Table, line: Line) -> Cell:
    """The cell that names a section: not its number, not its total."""
    telling = {c.number for c in table.columns if c.role in (Role.SERIAL, Role.POINTS, Role.LIMIT)}
    named = [cell for number, cell in sorted(line.cells.items()) if number not in telling]
    words = [cell for cell in (*named, *line.distinct) if not _is_serial(cell.text)]
    return words[0] if words else line.distinct[0]


def totals_beside(table: Table, line: Line) -> tuple[Cell, ...]:
    """What stands beside the name of a section: its total, or full marks."""
    telling = {c.number for c in table.columns if c.role is not Role.SERIAL}
    cells = [cell for number, cell in line.cells.items() if number in telling]
    return tuple(cell for cell in dict.fromkeys(cells) if cell is not section_cell(table, line))


def _numbered_sections(table: Table) -> set[int]:
    """Rows that the numbering makes heads of the rows below: 一 over 1 and 2, 1 over 1.1."""
    serials = [_serial(table, line) for line in table.lines]
    found = set()
    for number, (line, serial) in enumerate(zip(table.lines, serials, strict=True)):
        after = serials[number + 1] if number + 1 < len(serials) else ""
        inner = re.sub(r"[.．、)）]$", "", serial)
        heads = (
            (_in_chinese(serial) and after and not _in_chinese(after))
            or (inner.isdigit() and re.match(rf"{inner}[.．\-]\d", after))
        )  # fmt: skip
        if heads and _only_a_total(table, line):
            found.add(line.row)
    return found


def _serial(table: Table, line: Line) -> str:
    """The number of a line: in its own column, else before its name; 0 where it has none."""
    columns = table.column(Role.SERIAL)
    if columns:
        cell = line.cells.get(columns[0].number)
        return plain_signs(cell.text).strip() if cell else "0"
    names = [c for c in table.columns if c.role in (Role.CATEGORY, Role.INDICATOR)]
    cell = next((line.cells[c.number] for c in names if c.number in line.cells), None)
    if cell is None:
        return "0"
    found = _CHINESE_NUMBER.match(cell.text) or re.match(r"\s*\d{1,3}(?:[.-]\d{1,3})*", cell.text)
    return plain_signs(found.group(0)).strip() if found else "0"


def _in_chinese(serial: str) -> bool:
    return (
        re.fullmatch(r"\(?[一二三四五六七八九十]{1,3}\)?[、.]?|第.{1,3}[章节部]", serial)
        is not None
    )


def _is_serial(text: str) -> bool:
    words = plain_signs(text).strip()
    return words.isdigit() or _in_chinese(words)


def _only_a_total(table: Table, line: Line) -> bool:
    """Whether a line has a name and at most one bare figure beside it."""
    telling = {c.number for c in table.columns if c.role in (Role.POINTS, Role.LIMIT, Role.REMARK)}
    said = [cell.text for number, cell in line.cells.items() if number in telling]
    name = section_cell(table, line)
    beside = [text for text in dict.fromkeys(said) if text != name.text]
    return len(beside) <= 1 and all(_BARE.fullmatch(plain_signs(t).strip()) for t in beside)


def _summed_sections(table: Table) -> set[int]:
    """Rows whose figure is the sum of those below, where the whole table is made that way."""
    columns = table.column(Role.POINTS)
    figures: list[tuple[int, Decimal]] = []
    for line in table.lines:
        cell = line.cells.get(columns[0].number) if len(columns) == 1 else None
        text = plain_signs(cell.text).strip() if cell else ""
        if _TOTAL.match(plain_signs(section_cell(table, line).text)):
            continue
        if not cell or not _BARE.fullmatch(text) or not _only_a_total(table, line):
            return set()
        figures.append((line.row, Decimal(text.removesuffix("分"))))
    found, at = set(), 0
    while at < len(figures):
        row, total = figures[at]
        found.add(row)
        at, inner = at + 1, 0
        while total > 0 and at < len(figures):
            total -= figures[at][1]
            at, inner = at + 1, inner + 1
        if total != 0 or inner < 2:
            return set()
    return found if len(found) > 1 else set()


def _kind_of(table: Table, line: Line) -> Kind:
    first = next((c for c in line.distinct if not plain_signs(c.text).isdigit()), line.distinct[0])
    words = plain_signs(first.text)
    again = {c.text for c in line.distinct} == {column.heading.text for column in table.columns}
    if again:
        return Kind.HEADINGS
    if _TOTAL.match(words):
        return Kind.TOTAL
    if _NOTE.match(words):
        return Kind.NOTE
    telling = {c.number for role in (Role.POINTS, Role.LIMIT) for c in table.column(role)}
    tells = [cell for number, cell in line.cells.items() if number in telling and cell is not first]
    alone = len(line.distinct) == 1 or (len(line.distinct) == 2 and first is not line.distinct[0])
    return Kind.SECTION if alone and not tells and _heads(table, first) else Kind.ITEM


def _heads(table: Table, cell: Cell) -> bool:
    """Whether a cell alone in its row heads a section, and is no indicator without points."""
    own = [c.number for c in table.columns if c.role in (Role.CATEGORY, Role.INDICATOR)][-1]
    numbered = _CHINESE_NUMBER.match(cell.text)
    if is_side_label(cell.text) or numbered is not None:
        return True
    return cell.last_column > cell.column or cell.column != own


def is_section_title(text: str) -> bool:
    """Whether a line above a table heads it as a section: numbered, or naming a side."""
    words = plain_signs(text).strip()
    return len(words) <= 25 and (_CHINESE_NUMBER.match(text) is not None or is_side_label(words))


def bare_name(text: str) -> str:
    """A name without its number in front: 一、 （二） 3. 4） ①."""
    words = " ".join(text.split())
    mark = r"(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]|\d{1,3}[、)）]|\d{1,3}[.．](?!\d)|[①-⑳])"
    return re.sub(rf"^(?:{mark}\s*)+", "", words).strip() or words


def split_bracket(text: str) -> tuple[str, str]:
    """A name and what stands in brackets at its end: 环境卫生（满分30分）."""
    found = re.fullmatch(r"(.+?) ?[（(\[【]([^（()）\[\]【】]*)[)）\]】]", " ".join(text.split()))
    return (found.group(1), found.group(2)) if found else (text, "")


def _lines(sheet: Sheet) -> list[Line]:
    rows: dict[int, dict[int, Cell]] = {}
    width = max((cell.column for cell in sheet.cells), default=0)
    height = max((cell.row for cell in sheet.cells), default=0)
    for cell in sheet.cells:
        for row in range(cell.row, min(cell.last_row, height) + 1):
            for column in range(cell.column, min(cell.last_column, width) + 1):
                rows.setdefault(row, {})[column] = cell
    return [Line(row, dict(sorted(rows[row].items()))) for row in sorted(rows)]


def _has_headings(line: Line) -> bool:
    cells = line.distinct
    roles = [_role(cell.text) for cell in cells]
    if any(len(cell.text) > 20 for cell in cells):
        return False
    if {Role.INDICATOR, Role.POINTS} <= set(roles):
        return True
    standards = any(_STANDARD.search(cell.text) for cell in cells)
    several = standards and roles.count(Role.POINTS) > 1
    several = several or {Role.CATEGORY, Role.POINTS} <= set(roles)
    sure = all(_HEADING.fullmatch(re.sub(r"\s", "", cell.text)) for cell in cells)
    return several and sure


def _begins_again(line: Line) -> bool:
    """Whether a line below the headings has headings of its own, beyond doubt."""
    texts = [re.sub(r"\s|[（(].*", "", cell.text) for cell in line.distinct]
    return len(texts) > 1 and all(map(_HEADING.fullmatch, texts)) and _has_headings(line)


def _columns(line: Line, below: list[Line], over: Mapping[int, Cell]) -> Iterator[Column]:
    for number, cell in line.cells.items():
        top = [over[number]] if number in over else []
        stack = [*top, cell, *(other.cells[number] for other in below if number in other.cells)]
        heading = stack[-1]
        role = next((r for c in reversed(stack) if (r := _role(c.text))), Role.OTHER)
        text = "".join(c.text for c in dict.fromkeys(stack))
        unit = "times" if re.search("次", text) else "points" if "分" in text else ""
        window = _PERIOD_WORDS.search(text) if role is Role.LIMIT else None
        yield Column(
            number,
            role,
            heading,
            _hint_of_all([c.text for c in dict.fromkeys(stack)]),
            _window(window),
            unit if role is Role.LIMIT else "",
        )


def _hint_of_all(texts: list[str]) -> Hint | None:
    """The side that the headings over a column name together."""
    hints = {hint for text in texts if (hint := heading_hint(text))}
    return None if not hints else hints.pop() if len(hints) == 1 else "mixed"


def _window(found: "re.Match[str] | None") -> str:
    if found is None:
        return ""
    word = found.group(0)
    names = {
        "年": "year",
        "季": "quarter",
        "月": "month",
        "周": "week",
        "日": "day",
        "单次": "event",
        "每次": "event",
    }
    return "half_year" if "半年" in word else next(v for k, v in names.items() if k in word)


def _role(text: str) -> Role | None:
    if re.search(r"[(（]元", text):
        return Role.OTHER  # money
    words = re.sub(r"[（(\[【].*|\s", "", text).lower()
    return next((role for role, spelled in _ROLES if re.fullmatch(spelled, words)), None)
