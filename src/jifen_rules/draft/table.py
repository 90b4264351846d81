"""Sheets -> tables: which row has the headings, what each column is, what each row is.

Knows how village tables are laid out: titles above, joined categories, sections, totals,
notes below. Refuses to know what a cell's phrase means.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..workbook import Cell, Sheet
from .numerals import plain_signs
from .reading import Side

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
    (Role.OTHER, r".*(?:得分|自评|实得|审核分|评分人|责任|负责|签字|签名|权重|联系|日期|时间).*"),
    (Role.LIMIT, r".*(?:上限|封顶|限额|最高分?|频次|频率|次数|周期|限制).*"),
    (Role.REMARK, r"备注.*"),
    (Role.BASIS, r".*(?:依据|出处|来源).*"),
    (Role.REMARK, r"(?!.*分).*(?:备注|说明|佐证|材料|认定|要求|方式).*|备注.*|.*评分说明"),
    (Role.CATEGORY, r".*(?:类别|大类|分类|类型|一级指标|板块|维度).*|类"),
    (Role.INDICATOR, r".*(?:内容|指标|项目|事项|积分项|行为|加分项|扣分项|减分项|表现|情形).*"),
    (Role.POINTS, r".*(?:分值|分数|赋分|加分|扣分|减分|计分|标准|积分).*|分"),
)
"""The usual spellings of headings; the first that fits holds."""

_ADDS: Final = re.compile("加分|奖励|奖分|正面|正向|鼓励|倡导|激励")
_DEDUCTS: Final = re.compile("扣分|减分|负面|负向|违规|违反|禁止|反面|惩戒|处罚|约束")
_PERIOD_WORDS: Final = re.compile("每?半年|每?年|每?季|每?月|每?周|每日|单次|每次")
_TOTAL: Final = re.compile(r"合\s*计|总\s*计|小\s*计|总\s*分|共\s*计")
_NOTE: Final = re.compile(r"(?:注|备注|说明|填表|等级|兑换|程序|附)[:一二三四五六七八九\d.、]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its role, and what its headings add to every cell below them."""

    number: int
    role: Role
    heading: Cell
    side: Side | None = None
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


def find_table(sheet: Sheet) -> Table | None:
    """Find the row of headings and read the sheet by it; None where there is none."""
    lines = _lines(sheet)
    for line in lines[:MAX_HEADING_ROW]:
        if not _has_headings(line):
            continue
        last = max(cell.last_row for cell in line.distinct if cell.row == line.row)
        below = [other for other in lines if line.row < other.row <= min(last, line.row + 2)]
        columns = tuple(_columns(line, below))
        above = [cell for other in lines if other.row < line.row for cell in other.distinct]
        rest = tuple(other for other in lines if other.row > max(last, line.row))
        return Table(sheet, tuple(dict.fromkeys(above)), columns, rest)
    return None


def kinds_of(table: Table) -> tuple[Kind, ...]:
    """Tell what each line is; words alone begin a section only if an indicator follows."""
    kinds = [_kind_of(table, line) for line in table.lines]
    last_item = max((n for n, kind in enumerate(kinds) if kind is Kind.ITEM), default=-1)
    return tuple(
        Kind.NOTE if kind is Kind.SECTION and number > last_item else kind
        for number, kind in enumerate(kinds)
    )


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
    numbered = re.match(
        r"\s*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|第.{1,3}[章节部])",
        cell.text,
    )
    return cell.last_column > cell.column or cell.column != own or numbered is not None


def side_of(text: str) -> Side | None:
    """The side that the words of a heading or category name, if they name one."""
    adds, deducts = bool(_ADDS.search(text)), bool(_DEDUCTS.search(text))
    if adds == deducts:
        return None
    return "added" if adds else "deducted"


def bare_name(text: str) -> str:
    """A name without its number in front: 一、 （二） 3. 4） ①."""
    words = re.sub(r"\s+", " ", text).strip()
    mark = r"(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]|\d{1,3}[、)）]|\d{1,3}[.．](?!\d)|[①-⑳])"
    return re.sub(rf"^(?:{mark}\s*)+", "", words).strip() or words


def split_bracket(text: str) -> tuple[str, str]:
    """A name and what stands in brackets at its end: 环境卫生（满分30分）."""
    found = re.fullmatch(r"(.+?)\s*[（(\[【]([^（()）\[\]【】]*)[)）\]】]\s*", text, re.DOTALL)
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
    roles = {_role(cell.text) for cell in line.distinct}
    short = all(len(cell.text) <= 20 for cell in line.distinct)
    return short and {Role.INDICATOR, Role.POINTS} <= roles


def _columns(line: Line, below: list[Line]) -> Iterator[Column]:
    for number, cell in line.cells.items():
        stack = [cell, *(other.cells[number] for other in below if number in other.cells)]
        heading = stack[-1]
        role = next((r for c in reversed(stack) if (r := _role(c.text))), Role.OTHER)
        text = "".join(c.text for c in dict.fromkeys(stack))
        unit = "times" if re.search("次", text) else "points" if "分" in text else ""
        window = _PERIOD_WORDS.search(text) if role is Role.LIMIT else None
        yield Column(
            number,
            role,
            heading,
            side_of(text),
            _window(window),
            unit if role is Role.LIMIT else "",
        )


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
    words = re.sub(r"[（(\[【].*|\s", "", text).lower()
    return next((role for role, spelled in _ROLES if re.fullmatch(spelled, words)), None)
