"""Sheets -> tables: which row has the headings, what each column is, what each row is.

Knows how village tables are laid out: titles above, joined categories, sections, totals,
notes below. Refuses to know what a cell's phrase means.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final

from ...inputs.sheet import Cell, Sheet
from .sides import Hint, heading_hint, without_sides

MAX_HEADING_ROW: Final = 30
MAX_HEADING: Final = 20
"""So many signs a heading may have."""


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
class TableRow:
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
class SheetTable:
    """A sheet that has headings: what stands above, its columns, its lines."""

    sheet: Sheet
    above: tuple[Cell, ...]
    columns: tuple[Column, ...]
    lines: tuple[TableRow, ...]

    def column(self, role: Role) -> tuple[Column, ...]:
        """All columns of a role, from left to right."""
        return tuple(column for column in self.columns if column.role is role)


def find_tables(sheet: Sheet) -> tuple[SheetTable, ...]:
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
    found: list[SheetTable] = []
    above = lines[:first]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        table, above = _read_block(sheet, lines[start], lines[start + 1 : end], above)
        if end == len(lines):
            table = replace(table, lines=(*table.lines, *above))
        found += _side_by_side(table)
    return tuple(found)


def _read_block(
    sheet: Sheet, line: TableRow, rest: list[TableRow], above: list[TableRow]
) -> tuple[SheetTable, list[TableRow]]:
    """One table from its headings on; and the last lines, if they are titles of the next one."""
    last = max(cell.last_row for cell in line.distinct if cell.row == line.row)
    below = [other for other in rest if other.row <= min(last, line.row + 2)]
    over, above = _super_headings(line, above)
    columns = _with_indicator(list(_columns(line, below, over)))
    lines = [other for other in rest if other.row > max(last, line.row)]
    titles: list[TableRow] = []
    while lines and len(lines[-1].distinct) == 1:
        titles.insert(0, lines.pop())
    titled = tuple(dict.fromkeys(cell for other in above for cell in other.distinct))
    return SheetTable(sheet, titled, tuple(columns), tuple(lines)), titles


def _super_headings(
    line: TableRow, above: list[TableRow]
) -> tuple[dict[int, Cell], list[TableRow]]:
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
    """Return the columns; where none names an indicator, one of standards or of categories does."""
    if any(column.role is Role.INDICATOR for column in columns):
        return columns
    points = [column for column in columns if column.role is Role.POINTS]
    named = [c for c in points if _STANDARD.search(c.heading.text)]
    if len(points) < 2 or not named:
        named = [column for column in columns if column.role is Role.CATEGORY][-1:]
    return [replace(c, role=Role.INDICATOR) if c in named[:1] else c for c in columns]


def _side_by_side(table: SheetTable) -> list[SheetTable]:
    """Split a table whose columns begin anew in the middle into two: adds here, deducts there."""
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
                lines.append(TableRow(line.row, cells))
        above = table.above if block is blocks[0] else ()
        found.append(SheetTable(table.sheet, above, tuple(own), tuple(lines)))
    return found


def _are_twins(one: Column, two: Column) -> bool:
    """Whether two columns of indicators say the same, or one the adds and one the deducts."""
    if {one.hint, two.hint} == {"added", "deducted"}:
        return True
    return without_sides(one.heading.text) == without_sides(two.heading.text)


def bare_name(text: str) -> str:
    """Return a name without its number in front: 一、 （二） 3. 4） ①."""
    words = " ".join(text.split())
    mark = (
        r"(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]"
        r"|\d{1,3}[、)）]|\d{1,3}[.．](?!\d)|[①-⑳])"
    )
    return re.sub(rf"^(?:{mark}\s*)+", "", words).strip() or words


def split_bracket(text: str) -> tuple[str, str]:
    """Return a name and what stands in brackets at its end: 环境卫生（满分30分）."""
    found = re.fullmatch(r"(.+?) ?[（(\[【]([^（()）\[\]【】]*)[)）\]】]", " ".join(text.split()))
    return (found.group(1), found.group(2)) if found else (text, "")


def _lines(sheet: Sheet) -> list[TableRow]:
    rows: dict[int, dict[int, Cell]] = {}
    width = max((cell.column for cell in sheet.cells), default=0)
    height = max((cell.row for cell in sheet.cells), default=0)
    for cell in sheet.cells:
        for row in range(cell.row, min(cell.last_row, height) + 1):
            for column in range(cell.column, min(cell.last_column, width) + 1):
                rows.setdefault(row, {})[column] = cell
    return [TableRow(row, dict(sorted(rows[row].items()))) for row in sorted(rows)]


def _has_headings(line: TableRow) -> bool:
    cells = line.distinct
    roles = [_role(cell.text) for cell in cells]
    if any(len(cell.text) > MAX_HEADING for cell in cells):
        return False
    if {Role.INDICATOR, Role.POINTS} <= set(roles):
        return True
    standards = any(_STANDARD.search(cell.text) for cell in cells)
    several = standards and roles.count(Role.POINTS) > 1
    several = several or {Role.CATEGORY, Role.POINTS} <= set(roles)
    sure = all(_HEADING.fullmatch(re.sub(r"\s", "", cell.text)) for cell in cells)
    return several and sure


def _begins_again(line: TableRow) -> bool:
    """Whether a line below the headings has headings of its own, beyond doubt."""
    texts = [re.sub(r"\s|[（(].*", "", cell.text) for cell in line.distinct]
    return len(texts) > 1 and all(map(_HEADING.fullmatch, texts)) and _has_headings(line)


def _columns(line: TableRow, below: list[TableRow], over: Mapping[int, Cell]) -> Iterator[Column]:
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
    """Return the side that the headings over a column name together."""
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


def count_headings(cells: Sequence[str]) -> int:
    """How many different columns of a table of indicators some cells are the headings of."""
    roles = {_role(cell) for cell in cells if len(cell) <= MAX_HEADING}
    return len(roles - {None, Role.OTHER})


def _role(text: str) -> Role | None:
    if re.search(r"[(（]元", text):
        return Role.OTHER  # money
    words = re.sub(r"[（(\[【].*|\s", "", text).lower()
    return next((role for role, spelled in _ROLES if re.fullmatch(spelled, words)), None)
