"""The names of columns: the built-in names, their Chinese, and other usual headings.

Knows the three kinds of sheets (events, rosters, calendars), and nothing of their cells.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from ..core.message import N_
from ..core.vocabulary import COLUMNS, english

_EVENT_COLUMNS: Final = frozenset(
    [
        "id",
        "date",
        "time",
        "subject",
        "indicator",
        "quantity",
        "level",
        "place",
        "points",
        "rating",
        "rater",
        "role",
        "matter",
        "status",
        "to",
        "note",
        "evidence",
        "declared_on",
        "published_on",
        "recorded_on",
        "voids",
        "corrects",
        "revokes",
        "disputes",
        "repairs",
    ]
)
_ROSTER_COLUMNS: Final = frozenset(
    ["id", "name", "kind", "class", "unit", "role", "since", "until"]
)


def _words(text: str) -> Mapping[str, tuple[str, ...]]:
    """Read `column word word …`, separated by `|`."""
    rows = (row.split() for row in text.split("|"))
    return MappingProxyType({row[0]: tuple(row[1:]) for row in rows})


_EVENT_WORDS = _words("""
id 流水号 记录编号 事件编号 登记号
| date 发生日期 登记时间 发生时间 记录日期 积分日期 加分日期 月日 年月日
| subject 户主 户主姓名 户主名 农户 农户姓名 户名 姓名 村民 村民姓名 居民 居民姓名 家庭 家庭户主
  对象 积分户 户号 户编号 农户编号
| indicator 项目 事项 积分项目 积分事项 考核项目 评分项目 加分项目 加分事项 扣分项目 指标名称
  指标编号 项目名称 事项名称 积分内容 考核内容 具体事项 内容
| points 分值 得分 分数 积分 评分 赋分 实得分 本次积分 本次得分 积分值
| quantity 数目 次数 件数 时长 小时数 | level 等级 档次 奖励级别 | place 名次
| rater 评分人 评价人 打分人 | note 说明 备注说明 情况说明 | evidence 佐证 证明材料 佐证材料 凭证
| status 状态 审核状态 | declared_on 申报时间 | published_on 公示时间
| recorded_on 录入日期 录入时间
""")
_ROSTER_WORDS = _words("""
id 户号 户编号 农户编号 家庭编号 身份编号
| name 姓名 户主 户主姓名 户主名 户名 农户 农户姓名 村民 村民姓名 家庭 居民 居民姓名
| kind 对象类型 | class 类别 人员类别 身份类别 政治面貌
| unit 所属组 村民小组 小组 组别 所属户 所属网格
| role 职务 与户主关系 | since 开始日期 加入日期 起始日期 入户日期
| until 结束日期 退出日期 截止日期 迁出日期
""")
_ALIASES: Final = frozenset(
    word for table in (_EVENT_WORDS, _ROSTER_WORDS) for words in table.values() for word in words
)
_SERIAL: Final = frozenset(("序号", "序", "行号", "No", "No.", "NO", "NO.", "no."))
_MOST_KEPT, _WIDE, _MOST_WIDE_KEPT = 100, 100, 10
"""Limits of the cache: rows of headings, width of a wide row, number of wide rows."""
_MARKS = re.compile(r"[*＊:：]+\Z|[(（][^()（）]*[)）]\Z")


def plain_heading(text: str) -> str:
    """Return a heading without blanks and line breaks: `积分\\n对象` is 积分对象."""
    return "".join(text.split()) if not text.isascii() else text.strip()


@dataclass(frozen=True, slots=True)
class Headings:
    """The names of the columns of one kind of sheet.

    The name of a declared field means that field.
    """

    own: frozenset[str]
    words: Mapping[str, tuple[str, ...]]
    declared: Container[str] = ()
    _resolved: dict[tuple[str, ...], list[str]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def resolve(self, headings: Sequence[str]) -> list[str]:
        """Return the built-in name of each column, else its heading; empty for a serial number.

        Other usual headings count only where no heading has the built-in name.
        """
        key = tuple(headings)
        found = self._resolved.get(key)
        if found is None:
            found = self._resolve(headings)
            if len(self._resolved) < (_MOST_KEPT if len(key) <= _WIDE else _MOST_WIDE_KEPT):
                self._resolved[key] = found
        return [*found]

    def _resolve(self, headings: Sequence[str]) -> list[str]:
        found = [self._column(heading) for heading in headings]
        at = {column: number for number, column in reversed([*enumerate(found)])}
        said = at.keys() & self.own
        taken: dict[str, int] = {}
        for column, words in self.words.items():
            if column in said:
                continue
            for word in words:  # the first one in the table, such as 发生日期 before 时间
                if word in at and word not in self.declared:
                    taken.setdefault(column, at[word])
                    break
        if "date" not in said and "date" not in taken and "time" in said and "date" in self.own:
            found[at["time"]] = "date"  # 时间 alone is the day
        meant = {found[number]: column for column, number in taken.items()}
        found = [meant.get(word, word) for word in found]  # each time that it stands there
        return ["" if c in _SERIAL and c not in self.declared else c for c in found]

    def known(self, headings: Sequence[str]) -> int:
        """Count the headings that name a column of this kind of sheet."""
        return sum(column in self.own for column in self.resolve(headings))

    def declaring(self, declared: Container[str]) -> "Headings":
        """Return the same headings with the declared fields of a scheme."""
        return replace(self, declared=declared)

    def _column(self, heading: str) -> str:
        word = plain_heading(heading)
        if word in self.declared:
            return word
        column = english(COLUMNS, word)
        if column in self.own:
            return column
        bare = _MARKS.sub("", word) if word[-1:] in "*＊:：)）" else word
        if bare == word:
            return column if word in _ALIASES else english(COLUMNS, heading.strip())
        column = english(COLUMNS, bare)
        if column in self.own or bare in _ALIASES:
            return column
        return english(COLUMNS, heading.strip())


EVENTS: Final = Headings(_EVENT_COLUMNS, _EVENT_WORDS)
ROSTER: Final = Headings(_ROSTER_COLUMNS, _ROSTER_WORDS)
CALENDAR: Final = Headings(frozenset(("date", "kind")), _words("date 日子 | kind 安排"))

ASIDE: Final = N_("This sheet only explains and offers choices; no records are read from it.")
"""The first text on a sheet that holds no records.

Such a sheet is skipped without a notice if it has no known headings.
"""

_TITLED = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff \u3000]{0,9}[:：]")
_SEALED = re.compile(r"[（(](?:盖章|公章|签字|签章|签名)[）)]\s*\Z")
_WHOLE_DAY = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日?\Z")
_TOTAL = re.compile(
    r"(?:合|总|小|共|累)\s*计(?:[:：]|\Z)|(?:本页|全村|本月|本年|全年)\s*(?:合|小|总|共)\s*计"
)


def is_total(cells: Sequence[str]) -> bool:
    """Tell whether a row without a day is a sum of others: one of its cells says 合计."""
    return any(_TOTAL.match(cell.strip()) for cell in cells if len(cell) < 12)


def is_foot(cells: Sequence[str]) -> bool:
    """Whether a row without a day stands below the table: 填表人：…, 备注：…, 村委会（盖章）."""
    said = [cell.strip() for cell in cells if cell.strip()]
    titled = [cell for cell in said if _TITLED.match(cell) or _SEALED.search(cell)]
    return bool(titled) and all(cell in titled or _WHOLE_DAY.match(cell) for cell in said)
