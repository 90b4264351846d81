"""Words of headings and cells -> the side they are on: adds, deducts, or either.

A side is given only where the words name one; where they may name either, the figures
beside them need a sign of their own.
"""

import re
from typing import Final, Literal

from .numerals import plain_signs
from .reading import Side

Hint = Literal["added", "deducted", "mixed"]
"""`mixed` is said by words of both sides, or of one that may be meant the other way."""

_REDUCES: Final = r"减(?!量|排|灾|免|少|塑|负|速|肥|轻|压|贫|税|租)"
_ADDS: Final = re.compile(
    r"加分|增分|增(?=[减扣、/])|加(?=[/、(和与及或减扣])|加$|奖(?!惩|罚)|奖(?=惩|罚)|正面|正向|鼓励|倡导|激励|红榜"
)
_DEDUCTS: Final = re.compile(
    rf"扣|{_REDUCES}|罚|惩|负面|负向|负分|反面|黑榜|违|禁止|不文明|约束|陋习"
)
_AGAINST: Final = re.compile(
    r"治理|整治|制止|举报|劝|宣传|抵制|监督|巡查|排查|打击|防|反对|杜绝|无|没有|未|不"
)
_WRONGS: Final = re.compile(
    r"乱|不|未|没|拒|损|破坏|毁|打架|斗殴|酗酒|赌|闹|偷|盗|吵|骂|缺|迟到|早退|随意|私自|擅自|虚|造谣|侵占|差|脏"
)


_RIGHTS: Final = re.compile(
    r"(?:不(?=出|欠|乱|闹|赌|酗|偷|吵|骂|打|损|毁|随|浪费|攀比|大操|昧|计较|怕|让)|无|没有|零)\w{0,4}"
)
"""A wrong that is not done: 矛盾不出村, 不乱扔垃圾, 无违法."""


def hint_of(text: str) -> Hint | None:
    """Return the side that the words of a heading or category name, if they name one.

    >>> [hint_of(text) for text in ("加分项", "扣（罚）分", "加减分", "垃圾减量", "制止违法行为")]
    ['added', 'deducted', 'mixed', None, 'mixed']
    """
    words = plain_signs(text)
    adds, deducts = bool(_ADDS.search(words)), bool(_DEDUCTS.search(words))
    if not adds and not deducts:
        return None
    against = deducts and _AGAINST.search(words.replace("不文明", ""))
    if (adds and deducts) or against:
        return "mixed"
    return "added" if adds else "deducted"


def heading_hint(text: str) -> Hint | None:
    """Return the side that a heading names: in its name, or in a bracket that says nothing else."""
    found = re.fullmatch(r"([^(]+)\(([^()]*)\)", plain_signs(text).strip())
    name, bracket = (found[1], found[2]) if found else (text, "")
    if hint := hint_of(name):
        return hint
    if bracket and is_side_label(bracket):
        return hint_of(f"{bracket.removesuffix('分')}分")
    return "mixed" if hint_of(bracket) else None


def is_side_label(text: str) -> bool:
    """Whether words say a side and nothing else: 加分项, 二、处罚类."""
    return _LABEL.fullmatch(re.sub(r"\s", "", plain_signs(text))) is not None


_LABEL: Final = re.compile(
    r"(?:[(]?[一二三四五六七八九十]{1,2}[)、.]?|\d[、.])?(?:[加扣减奖罚]分?|奖励|奖分|处罚|惩罚|惩戒|正面|负面|正向|反向|鼓励|约束|倡导)性?"
    r"(?:积分)?(?:项目?|类|部分|清单|标准|内容|事项|行为|指标|情形)?:?"
)


def side_in_words(text: str) -> Side | None:
    """Return the side of words that leave no doubt."""
    hint = hint_of(text)
    return None if hint == "mixed" else hint


def speaks_of_deducting(text: str) -> bool:
    """Whether a bare figure beside these words may be one that is deducted."""
    words = plain_signs(text)
    return bool(_DEDUCTS.search(words) or _WRONGS.search(_RIGHTS.sub("", words)))


def without_sides(text: str) -> str:
    """Take the words of its side out of a heading: 加分项目 and 扣分项目 are both 项目."""
    return re.sub(r"[加扣减奖罚]分?|奖励|处罚|正面|负面|违规|\s", "", text)
