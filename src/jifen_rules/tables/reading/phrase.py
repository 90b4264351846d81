"""The phrases of a table -> readings, or nothing: one table of patterns, never a guess.

A cell is cut into clauses; each stretch of clauses must fit a pattern as a whole. A clause
that fits none and bears no figure and no word of a rule is kept as words; any other makes
the cell unread.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from .grammar import EVERY, MOST, NUMBER, ONE_OF, POINTS, SIGN, TIME, UNIT, VERB, WINDOW, Matched
from .limit_phrases import (
    read_action,
    read_bare_limit,
    read_full,
    read_limit,
    read_net,
    read_no_limit,
    read_single,
    read_to_zero,
    read_veto,
)
from .numerals import CHINESE, DIGITS, plain_signs
from .points_phrases import (
    read_between,
    read_both_sides,
    read_by_words,
    read_clear,
    read_each_of,
    read_each_unit,
    read_each_window,
    read_escalation,
    read_judged,
    read_nothing,
    read_once,
    read_one_level,
    read_one_of,
    read_plain,
    read_respectively,
    read_steps,
    read_unknown,
)
from .reading import Context, PhraseReading

MAX_LENGTH: Final = 400
MAX_CLAUSES: Final = 16


def read_phrase(text: str, context: Context) -> PhraseReading | None:
    """Read a whole cell; None where any of it that may be a rule was not understood."""
    clauses = _clauses(text)
    if not clauses or len(text) > MAX_LENGTH or len(clauses) > MAX_CLAUSES:
        return None
    whole = PhraseReading()
    while clauses:
        piece, taken = _longest(clauses, context)
        if piece is None:
            return None
        both = whole.joined(piece)
        if both is None:
            return None
        whole, clauses = both, clauses[taken:]
    return whole


def read_sentences(text: str, context: Context) -> tuple[PhraseReading, tuple[str, ...]]:
    """Read remarks sentence by sentence: what was understood, and the sentences that were not."""
    whole, unread = PhraseReading(), []
    for sentence in re.split(r"[;。\n]", plain_signs(text)):
        if not sentence.strip():
            continue
        if _CITES.fullmatch(sentence.strip()):
            whole = replace(whole, rest=(*whole.rest, sentence.strip()))
            continue
        piece = read_phrase(sentence, context)
        both = piece and whole.joined(piece)
        if both:
            whole = both
        else:
            unread.append(sentence.strip())
    return whole, tuple(unread)


_CITES: Final = re.compile(
    r"[^分次扣加]{0,20}(?:《[^》]{1,40}》|第[一二三四五六七八九十百\d]{1,6}[条款章])[^分次扣加]{0,40}"
)
"""A sentence that names the clause a rule rests on."""


def _clauses(text: str) -> list[str]:
    """Cut at commas, stops and brackets; spaces go, but part what two words of figures join."""
    signs = re.sub(r"\(含(?:本级)?\)(?=以上)", "及", plain_signs(text).strip())
    signs = re.sub(r"(?<=[\u4e00-\u9fff]):(?=[+\-加扣]?\d{1,9}(?:\.\d)?分)", "", signs)
    signs = re.sub(
        r"(?<=[\d分次])(?<!每次)[ \t\u3000]+(?=[^\d\s分次元/,、;。:+\-~至到或])", ",", signs
    )
    signs = re.sub(r"[ \t\u3000]+", "", signs)
    parts = re.split(r"[,;。\n\[\]()【】]|(?<=分)(?:并|且|同时)(?=\D)", signs)
    return [part for part in parts if part]


def _longest(clauses: list[str], context: Context) -> tuple[PhraseReading | None, int]:
    """Return the reading of the longest stretch from the first clause on, and how long it is."""
    for taken in range(len(clauses), 0, -1):
        stretch = ",".join(clauses[:taken])
        for pattern, make in PATTERNS:
            found = pattern.fullmatch(stretch)
            piece = make(Matched(found.groupdict(), stretch), context) if found else None
            if piece is not None:
                return piece, taken
    return (None if _RULELIKE.search(clauses[0]) else PhraseReading(rest=(clauses[0],))), 1


_RULELIKE: Final = re.compile(
    r"\d|[一二两三四五六七八九十百千半几多][分次倍元%]|[分倍%]|除|否则|未|不|超|以上|以下|内|免|如|若|另|其中|"
    r"累计|封顶|最高|最低|上限|扣|加|减|奖|罚|每|仅|只|限|重复|资格|否决|作废|取消|酌情|视|再|第|按|共用|返|退|半|后|优先|折|抵|停|撤|翻|转|[:#=*?×]|^\W*\w?\W*$|"
    r"[清归]零|清空|抹去|勾销|收回|追[回缴扣]|有效(?:期|$)|[生失]效|[一二两三四五六七八九十几][年月季周天日岁]|[上下次隔]年|[上下次隔逢双单]月|"
    r"[降升晋][一二两]?[级档等为至到]|末[等档位]|例外|豁免|排除|淘汰|除名|一律|一票|递[增减]|累[积进]|叠加|滚动|均摊|平分|共享|承担|[计记]入|连[带坐]|"
    r"延[期长]|顺延|额满|满额|先到|直至|恢复|补回|同上|参照|附件|[合总共]计"
)
"""A clause that fits no pattern but has one of these may be a rule: it is never passed over."""


# --- the table of patterns -----------------------------------------------------------------------

OCCASION = "(?:活动|会议|培训|学习|劳动|义务劳动|志愿服务)"
_EXACT = r"按比例(?P<exact>(?:四舍五入|舍去|进一)到\d{1,9}(?:\.\d{1,6})?)"
_JUDGE = r"(?:酌情|视情节轻重|视情节|视情况|视情)(?:给予)?"
_LIST = rf"{POINTS}(?:[、/或,]{POINTS})+"

_SPELLED: Final[tuple[tuple[str, Callable[[Matched, Context], PhraseReading | None]], ...]] = (
    (
        rf"(?P<each>(?:每{VERB}?|按)[一1]?{TIME}(?:参加)?{OCCASION}?|{VERB}?[一1]{TIME})?{SIGN}(?P<p>{POINTS})(?P<each2>/{TIME}|每{TIME}|[一1]{TIME})?",
        read_plain,
    ),
    (rf"每(?P<whose>人|户|家)(?:每{VERB}?|每|[一1])?{TIME}{SIGN}(?P<p>{POINTS})", read_each_of),
    (rf"{SIGN}(?P<p>{POINTS})/(?P<whose>人|户|家)[/·•.]?(?:每)?{TIME}", read_each_of),
    (rf"一次性{SIGN}(?P<p>{POINTS})", read_once),
    (rf"每(?:(?P<scope>人|户)每?)?(?P<w>{EVERY}){SIGN}(?P<p>{POINTS})", read_each_window),
    (rf"{SIGN}(?P<p>{POINTS})/(?P<w3>{EVERY})", read_each_window),
    (
        rf"(?:{WINDOW})?每(?P<full>累计满?|满)?(?:服务|参加|捐款|捐赠|发现|献血)?(?P<n1>{NUMBER})?(?P<u>{UNIT}){SIGN}(?P<p>{DIGITS}分|{CHINESE}分)(?:{_EXACT})?",
        read_each_unit,
    ),
    (
        rf"(?:{WINDOW})?按数量每计(?P<full>满)?(?P<n1>{DIGITS})(?P<u3>[^\W\d]{{1,8}}?){SIGN}(?P<p>{DIGITS}分)(?:{_EXACT})?",
        read_each_unit,
    ),
    (rf"{SIGN}(?P<p>{POINTS})(?:/|每)(?P<n1>{DIGITS})?(?P<u2>{UNIT})", read_each_unit),
    (
        rf"(?:{_JUDGE})?{SIGN}(?P<p>{NUMBER})分?(?:-|~|至|到)(?P<sign2>[+\-]|加|扣)?(?P<q>{POINTS})(?:/{TIME}|每{TIME})?",
        read_between,
    ),
    (rf"(?:评定|{_JUDGE})-(?P<p>{DIGITS})分?(?:~|至|到)\+?(?P<q>{DIGITS})分", read_both_sides),
    (rf"(?:{_JUDGE}|任选){SIGN}(?P<list>{_LIST})", read_one_of),
    (rf"{SIGN}(?P<list>{POINTS}或{POINTS})", read_one_of),
    (rf"{_JUDGE}(?P<sign>加|扣|奖励|奖|减)?(?:分|计分|赋分|打分)?", read_judged),
    (r"(?:积分|总分|当年积分|全部积分)?(?:全部)?清零", read_clear),
    (r"未载明|待定", read_unknown),
    (r"不加分(?:也不扣分|、不扣分)?|不加不扣|不计分", read_nothing),
    (r"(?:按(?P<field>级别|获奖名次|名次|评价|角色|身份):)?(?P<list>[^:]{3,300})", read_by_words),
    (
        rf"(?P<level>[国全省市区县镇乡村]{{1,3}}级(?:及以上|以上)(?:表彰|奖励|荣誉)?)的?{SIGN}(?P<p>{POINTS})",
        read_one_level,
    ),
    (
        rf"(?P<words>[^\d:]{{2,80}}?)分别{SIGN}(?P<numbers>{NUMBER}分?(?:[、,]{NUMBER}分?)*[、,]{POINTS})",
        read_respectively,
    ),
    (rf"(?:{WINDOW})?(?P<list>(?:达到|满|超过)[^:]{{3,200}})", read_steps),
    (rf"(?:{WINDOW})?(?P<list>(?:第|首次|初次|一次)[^:]{{3,200}})", read_escalation),
    (
        rf"(?:{WINDOW})?{MOST}(?P<sign>加|扣|奖励|奖|减|计|得|记)?(?P<p>{NUMBER})(?P<what>分|次|{UNIT})?(?:为限|封顶)?(?P<extra>先到先计|就高计)?",
        read_limit,
    ),
    (rf"(?:{WINDOW})?{MOST}(?P<sign>加|扣)?(?P<p>未载明)(?P<what>分|次)", read_limit),
    (rf"(?:{WINDOW})?(?P<p>{NUMBER})(?P<what>分)封顶", read_limit),
    (
        rf"{MOST}(?P<sign>加|扣)?(?P<p>{NUMBER})(?P<what>分|次)(?:/|每)(?P<w3>{EVERY}|次)",
        read_limit,
    ),
    (rf"{WINDOW}(?:只|仅|限)?(?:可)?(?:计|加|记|奖励|限)?(?P<p>{NUMBER})(?P<what>次)", read_limit),
    (
        rf"(?:每(?P<scope>人|户))?(?:{ONE_OF}|(?P<w2>半年))内?(?:{MOST}|只|仅)?(?:可)?(?:计|加|记|奖励)?(?P<p>{NUMBER})(?P<what>次)",
        read_limit,
    ),
    (rf"(?:{WINDOW})?(?P<p>{NUMBER})(?P<what>分|次)?(?:/(?P<w3>{EVERY}|次))?", read_bare_limit),
    (r"不设上限|不封顶|无上限|上不封顶|不限|无|-|/", read_no_limit),
    (rf"{WINDOW}净分最多(?P<p>{NUMBER})分(?P<extra>余额保留|余额作废|余额未载明)", read_net),
    (r"一次性|(?:一次性)(?:奖励|加分)", read_single),
    (rf"满分(?P<p>{NUMBER})分", read_full),
    (r"扣完(?:该项|本项)?(?:分值?)?为止", read_to_zero),
    (r"(?:实行|列入)?一票否决(?:制|项)?", read_veto),
    (
        r"(?:措施:)?(?P<action>取消[^\d:]{0,16}资格|通报批评|(?:列入|纳入)黑名单|取消[^\d:]{0,12}评选)|措施:(?P<stated>(?:(?!措施:).){1,60})",
        read_action,
    ),
)

PATTERNS: Final = tuple((re.compile(spelled), make) for spelled, make in _SPELLED)
"""Every phrase that is known, and what makes a reading of it; the first that gives one holds."""
