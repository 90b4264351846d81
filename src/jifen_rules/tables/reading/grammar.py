"""The words that phrases are made of: figures, signs, windows, units; and what a match says.

Patterns and makers of readings are built from these; nothing here reads a whole phrase.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ...core.message import N_, msg
from .numerals import CHINESE, DIGITS, read_figure
from .reading import Context, Data, PhraseReading, Side

NUMBER = f"(?:{DIGITS}|{CHINESE})"
POINTS = rf"(?:{DIGITS}分?|{CHINESE}分)"
PLUS = r"\+|加|增加|奖励?|可加"
MINUS = r"-|扣除|扣减|倒?扣|核减|减去?|减少|罚"
SIGN = rf"(?P<sign>{PLUS}|{MINUS}|计|得|记|可得|给)?"
TIME = r"(?:人次|户次|场次|次|回|起|例|场|期|届|轮)"
NO_VERB = "年月季周日天期户人第满超过每再首初末又另半几多一二两三四五六七八九十百千"
VERB = rf"(?:(?:(?![{NO_VERB}])[\u4e00-\u9fff]){{1,8}}?)"
"""What is done each time: 每献血1次, 每缺席一次."""
WINDOWS: Final[Mapping[str, str]] = {
    "日": "day",
    "天": "day",
    "周": "week",
    "月": "month",
    "月度": "month",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half_year",
    "年": "year",
    "年度": "year",
    "年内": "year",
    "全年": "year",
    "次": "event",
    "单次": "event",
    "永久": "ever",
    "本期": "period",
    "考核期": "period",
    "考核周期": "period",
}
EVERY = r"半年|年度|年|季度|季|月|周|日|天"
WINDOW = (
    rf"(?:每(?:(?P<scope>人|户)每?)?(?P<w>{EVERY}|次|考核周期|考核期)"
    r"|任意(?P<n>[1-9]\d{0,2})(?P<nu>天|周|个月|年)"
    r"|(?P<w2>年度|年内|全年|月度|季度|单次|本期|永久))内?(?:累计|合计|总计|共)?"
)
ONE_OF = r"[一1](?:个(?=月))?(?P<w>年|周|天|(?<=个)月)"
"""一年, 一个月: each of them. Not 一月, 一季度, 一日: January, the first quarter, the 1st."""
MOST = (
    r"(?:累计)?(?:最高不超过|最多不超过|不得?超过|最高|最多|至多|上限为?|封顶(?:为|至)?|限)"
    r"(?:可|只|仅)?"
)
UNIT = (
    r"(?:个?(?:小时|工日|课时|学时|月工)|分钟|公里|平方米|毫升|万元|公斤|[元块里米亩斤吨升处个只棵株件项条篇张户人名位台辆头"
    r"支桶袋车节门家组对瓶盆面堆间栋村套幅把捆篓担垄畦盏])"
)
MEASURES: Final = frozenset(
    ["小时", "分钟", "元", "公里", "亩", "斤", "公斤", "吨", "米", "平方米", "毫升"]
)
PERSONS: Final = frozenset(["person", "party_member"])
OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "household": ("户",),
    "person": ("人",),
    "party_member": ("人", "名党员"),
    "group": ("组",),
    "village": ("村",),
}


@dataclass(frozen=True, slots=True)
class Matched:
    """The named parts of what a pattern matched, and the whole."""

    parts: Mapping[str, str | None]
    text: str

    def __getitem__(self, name: str) -> str:
        return self.parts.get(name) or ""

    def figure(self, name: str) -> str | None:
        """Return a named number; None where it has no one meaning."""
        return bare_figure(self[name])


def bare_figure(text: str) -> str | None:
    """Return a figure without its 分; None where the text is none."""
    try:
        return read_figure(text.removesuffix("分"))
    except ValueError:
        return None


def side_said(sign: str, context: Context) -> Side | None:
    """Return the side a sign says, else that of the headings.

    None where the two differ or neither tells.
    """
    said: Side | None = None
    if sign and re.fullmatch(PLUS, sign):
        said = "added"
    elif sign and re.fullmatch(MINUS, sign):
        said = "deducted"
    if said and context.side in ("added", "deducted") and said != context.side:
        return None
    if said is None and context.side is None and context.doubt:
        return None
    return said or context.side or "added"


def is_counted_unit(unit: str) -> bool:
    """Whether 每 and this unit say a quantity, and not how often or for whom."""
    return bool(re.fullmatch(UNIT, unit)) and not any(unit in own for own in OWN.values())


def with_sign(number: str, side: Side) -> str:
    """Return a number with the sign of its side."""
    return f"-{number}" if side == "deducted" and number != "0" else number


def assumed_side(sign: str, context: Context) -> tuple[str, ...]:
    """Return the note on a side that no sign states."""
    if re.fullmatch(rf"{PLUS}|{MINUS}", sign or ""):
        return ()
    if context.side is None:
        return (N_("adds, as neither a sign nor a heading says"),)
    return (N_("on the side its heading says"),)


def on_side(
    match: Matched, context: Context, form: "Callable[[Side], Data | None]", *assumed: str
) -> PhraseReading | None:
    """Return a reading of points whose side is worked out from the sign and the headings."""
    side = side_said(match["sign"], context)
    points = form(side) if side else None
    if side is None or points is None:
        return None
    notes = (*assumed_side(match["sign"], context), *assumed)
    return PhraseReading(points=points, side=side, assumed=tuple(msg(note) for note in notes))


def scope_fits(match: Matched, context: Context) -> bool:
    """Tell whether a phrase speaks of the scheme's own subjects, or of none."""
    scope = match["scope"]
    return not scope or scope in OWN.get(context.subject, ())


def window_said(match: Matched) -> str:
    """Return the window that a phrase names, as the language spells it.

    Empty where it names none.
    """
    if match["n"]:
        unit = {"天": "days", "周": "weeks", "个月": "months", "年": "years"}[match["nu"]]
        return f"{match['n']} {unit}"
    return WINDOWS.get(match["w"] or match["w2"], "")
