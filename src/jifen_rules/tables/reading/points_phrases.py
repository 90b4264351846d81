"""Phrases of points -> readings: plain, for each unit, a range, by words, by steps, by times.

One piece: a list of small makers, one for each phrase, read beside the table of patterns.

Each maker gets what a pattern matched and gives a reading, or None where it may mean another thing.
"""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Final

from ...core.message import N_, msg
from .grammar import (
    MEASURES,
    NUMBER,
    OWN,
    PERSONS,
    POINTS,
    SIGN,
    UNIT,
    WINDOWS,
    Matched,
    assumed_side,
    bare_figure,
    on_side,
    scope_fits,
    side_said,
    window_said,
    with_sign,
)
from .numerals import CHINESE, DIGITS, plain_signs
from .reading import Context, Data, Limit, PhraseReading, Side


def read_plain(match: Matched, context: Context) -> PhraseReading | None:
    """Read so many points: 加2分, 每次扣5分, +3."""
    number = match.figure("p")
    if number is None or (context.names_limit and not match["sign"] and not match["each"]):
        return None
    notes = () if match["each"] or match["each2"] else (N_("each time it happens"),)
    return on_side(match, context, lambda side: with_sign(number, side), *notes)


def read_each_of(match: Matched, context: Context) -> PhraseReading | None:
    """每人每次2分: for each person who takes part, each time; of persons, their own."""
    number, whose = match.figure("p"), match["whose"].replace("家", "户")
    if number in (None, "0") or context.names_limit:
        return None
    if whose in OWN.get(context.subject, ()):
        return on_side(match, context, lambda side: with_sign(str(number), side))
    if context.subject in PERSONS:
        return None
    note = N_("for each of those who take part, each time")
    return on_side(
        match, context, lambda side: {"each": {whose: with_sign(str(number), side)}}, note
    )


def read_one_level(match: Matched, context: Context) -> PhraseReading | None:
    """县级及以上加10分: for this word, and no other."""
    number = match.figure("p")
    level = re.sub("(?:表彰|奖励|荣誉)$", "", match["level"])
    if number is None or context.names_limit:
        return None
    return on_side(match, context, lambda side: {"by": {"level": {level: with_sign(number, side)}}})


def read_once(match: Matched, context: Context) -> PhraseReading | None:
    """Read points that are given once for ever: 一次性加10分."""
    number = match.figure("p")
    if number is None:
        return None
    found = on_side(match, context, lambda side: with_sign(number, side))
    return found and found.joined(PhraseReading(limits=(Limit("1", "times", "ever"),)))


def read_each_window(match: Matched, context: Context) -> PhraseReading | None:
    """每月2分: once in each such window."""
    number = match.figure("p")
    if number is None or context.names_limit or not scope_fits(match, context):
        return None
    found = on_side(
        match, context, lambda side: with_sign(number, side), N_("at most once in each such window")
    )
    limit = Limit("1", "times", WINDOWS[match["w"] or match["w3"]])
    return found and found.joined(PhraseReading(limits=(limit,)))


def read_each_unit(match: Matched, context: Context) -> PhraseReading | None:
    """每满4小时计1分: for each unit, or each so many units, of the quantity."""
    number, amount = match.figure("p"), bare_figure(match["n1"] or "1")
    unit = match["u3"] or (match["u"] or match["u2"]).removeprefix("个")
    if number in (None, "0") or amount in (None, "0") or not unit:
        return None
    if unit in OWN.get(context.subject, ()) and amount == "1" and not match["full"] + match["u3"]:
        note = N_("for the subject itself, each time it happens")
        return on_side(match, context, lambda side: with_sign(str(number), side), note)
    whole = bool(match["full"]) or amount != "1"
    notes = []
    doubtful = whole or (unit in MEASURES and not match["u3"])
    if not match["full"] and not match["exact"] and doubtful:
        notes = [N_("whole units only") if whole else N_("in proportion, parts of a unit too")]

    def form(side: Side) -> Data:
        data: dict[str, Data] = {
            "each": {unit if amount == "1" else f"{amount} {unit}": with_sign(str(number), side)}
        }
        if window := window_said(match):
            data["per"] = window
        if match["exact"]:
            data["round"] = _rounding(match["exact"])
        elif whole:
            data["round"] = f"{number} down"
        return data

    return on_side(match, context, form, *notes)


def _rounding(text: str) -> str:
    way = {"四舍五入": "half_up", "舍去": "down", "进一": "up"}
    found = re.fullmatch(r"(四舍五入|舍去|进一)到(.+)", text)
    assert found is not None
    return f"{found.group(2)} {way[found.group(1)]}"


def read_between(match: Matched, context: Context) -> PhraseReading | None:
    """Read judged points between two figures: 1-5分."""
    low, high = match.figure("p"), match.figure("q")
    sign, second = match["sign"], match["sign2"]
    if low is None or high is None or (second and second != sign):
        return None
    if sign == "-" and not second:
        return None  # -5-10分: from -5 to 10, or from -5 to -10
    return on_side(
        match, context, lambda side: _range(low, high, side), N_("judged within the range")
    )


def _range(low: str, high: str, side: Side) -> "Data | None":
    small, large = sorted((Decimal(low), Decimal(high)))
    if small == large or (side == "added" and Decimal(low) > Decimal(high)):
        return None
    if side == "deducted":
        return {"between": [with_sign(str(large), side), with_sign(str(small), side)]}
    return {"between": [str(small), str(large)]}


def read_both_sides(match: Matched, context: Context) -> PhraseReading | None:
    """评定-5分至+5分: a range over both sides, with both signs written."""
    low, high = match.figure("p"), match.figure("q")
    if low in (None, "0") or high is None or context.side in ("added", "deducted"):
        return None
    return PhraseReading(
        points={"between": [f"-{low}", high]},
        side="both",
        assumed=(msg(N_("judged within the range")),),
    )


def read_one_of(match: Matched, context: Context) -> PhraseReading | None:
    """Read judged points among stated figures: 1、3、5分."""
    numbers = [
        bare_figure(part) for part in re.split(r"分?[、/或,]", match["list"].removesuffix("分"))
    ]
    if None in numbers or len(set(numbers)) != len(numbers):
        return None
    return on_side(
        match,
        context,
        lambda side: {"one_of": [with_sign(str(n), side) for n in numbers]},
        N_("judged, one of these"),
    )


def read_judged(match: Matched, context: Context) -> PhraseReading | None:
    """Read points that are judged within bounds that nobody states: 酌情加分."""
    sure = replace(context, doubt=False)  # no figure stands there that could be on a wrong side
    return on_side(match, sure, lambda side: {"between": ["unknown", "unknown"]})


def read_clear(match: Matched, context: Context) -> PhraseReading | None:
    """Read 积分清零: all points end."""
    return PhraseReading(points="clear", side="both")


def read_nothing(match: Matched, context: Context) -> PhraseReading | None:
    """不加分: an indicator that is kept and brings nothing."""
    return None if context.names_limit else PhraseReading(points="0", side=context.side or "added")


def read_unknown(match: Matched, context: Context) -> PhraseReading | None:
    """Read points that the table does not state."""
    return PhraseReading(points="unknown", side="both")


# --- points by words ----------------------------------------------------------------------------

_FIELDS: Final = {
    "级别": "level",
    "获奖名次": "place",
    "名次": "place",
    "评价": "rating",
    "角色": "role",
    "身份": "class",
}
_RATINGS: Final = frozenset(
    [
        "优秀",
        "优",
        "良好",
        "良",
        "中",
        "一般",
        "合格",
        "不合格",
        "差",
        "较差",
        "较好",
        "好",
        "很好",
        "达标",
        "不达标",
        "基本达标",
        "满意",
        "不满意",
        "基本满意",
        "基本合格",
    ]
)
_NO_WORD: Final = re.compile(
    r"每|满|最高|最多|最低|不超过|累计|合计|超过|达到|内|次|封顶|上限|限|扣|减|罚|奖励|给|(?<![参增追附])加|酌情|分|第$|"
    r"全年|年度|季度|月度|单次|本期|永久|任意|净|[奖得记计]\Z(?<!等奖)(?<!大奖)(?<!获奖)"
)
_PAIR: Final = re.compile(
    rf"(?P<word>第\d{{1,2}}名|[^\d,、;:/+~\-]{{1,14}}?)(?P<sign>[+\-]|(?<![参增追附])加|扣|计)?"
    rf"(?P<p>{DIGITS}分?|{CHINESE}分)"
)


def read_by_words(match: Matched, context: Context) -> PhraseReading | None:
    """村级3分、区级5分: for each word its points, on one side."""
    pairs = []
    pieces = re.split(r"[、,;/]|(?<=分)(?=[^、,;/])", match["list"])
    for piece in pieces:
        found = _PAIR.fullmatch(piece)
        number = found and bare_figure(found["p"])
        if found is None or number is None or not _is_word(found["word"]):
            return None
        pairs.append((found["word"], found["sign"] or "", number))
    return _table_of(match, context, pairs)


def read_respectively(match: Matched, context: Context) -> PhraseReading | None:
    """国家级、省级分别加30、20分."""
    words = re.split("[、,]", match["words"])
    numbers = [
        bare_figure(text) for text in re.split("分?[、,]", match["numbers"].removesuffix("分"))
    ]
    if len(words) != len(numbers) or None in numbers or not all(map(_is_word, words)):
        return None
    return _table_of(match, context, [(w, match["sign"], str(n)) for w, n in zip(words, numbers)])


def _is_word(word: str) -> bool:
    return not _NO_WORD.search(word) and not re.fullmatch(CHINESE, word[-1]) and word[-1] != "第"


def is_level_word(word: str) -> bool:
    """Whether a word in a list of levels is read back as it stands."""
    return re.fullmatch(
        r"[^\d\s,、;:/+~\-()]{1,14}|第\d{1,2}名", plain_signs(word)
    ) is not None and _is_word(word)


def _table_of(
    match: Matched, context: Context, pairs: list[tuple[str, str, str]]
) -> PhraseReading | None:
    words = [word for word, _, _ in pairs]
    signs = {re.sub("计", "", sign) for _, sign, _ in pairs}
    if len(pairs) < 2 or len(set(words)) != len(words) or (len(signs) != 1 and "" in signs):
        return None
    field, sure = (_FIELDS[match["field"]], True) if match["field"] else _field_of(words)
    sides = {side_said(sign, context) for sign in signs}
    table: dict[str, Data] = {}
    for word, sign, number in pairs:
        side = side_said(sign.replace("计", ""), context)
        if side is None:
            return None
        table[word] = with_sign(number, side)
    notes = list(assumed_side(pairs[0][1], context))
    if not sure:
        notes.append(N_("the event names one of these words as its level"))
    both = sides.pop() if len(sides) == 1 else "both"
    points: Data = {"by": {field: table}}
    return PhraseReading(points=points, side=both, assumed=tuple(msg(note) for note in notes))


def _field_of(words: list[str]) -> tuple[str, bool]:
    """Return the column of an event that says such words, and whether there is no doubt."""
    if all(re.search(r"级(?:及以上|以上)?$", word) for word in words):
        return "level", True
    if all(re.fullmatch(r"第.{1,2}名|.等奖|冠军|亚军|季军", word) for word in words):
        return "place", True
    if all(word in _RATINGS for word in words):
        return "rating", True
    return "level", False


def read_steps(match: Matched, context: Context) -> PhraseReading | None:
    """达到10加2分，达到20加5分: from so much on, so many points."""
    tables: dict[str, dict[str, Data]] = {"at_least": {}, "above": {}}
    sides = set()
    for piece in re.split("[、,;]", match["list"]):
        found = re.fullmatch(rf"(?:达到|满|超过)({DIGITS})({UNIT})?{SIGN}({POINTS})", piece)
        number = found and bare_figure(found.group(4))
        if found is None or number is None:
            return None
        side = side_said(found["sign"] or "", context)
        if side is None or (found.group(2) is None and piece.startswith("满")):
            return None
        sides.add((side, found.group(2)))
        edge, table = (
            str(bare_figure(found.group(1))),
            "above" if piece.startswith("超过") else "at_least",
        )
        if edge in tables[table]:
            return None
        tables[table][edge] = with_sign(number, side)
    if len(sides) != 1:
        return None
    side, unit = sides.pop()
    data: dict[str, Data] = {name: dict(table) for name, table in tables.items() if table}
    if window := window_said(match):
        data["per"] = window
    notes = (msg(N_("the quantity is counted in {unit}"), unit=unit),) if unit else ()
    return PhraseReading(points=data, side=side, assumed=notes)


def read_escalation(match: Matched, context: Context) -> PhraseReading | None:
    """第一次警告，第二次扣5分: by the nth time."""
    steps: list[Data] = []
    open_end = ""
    for place, piece in enumerate(re.split("[、,;]", match["list"]), 1):
        found = re.fullmatch(
            rf"(?:第?({NUMBER})次|(首次|初次)|(再次))(及以上|及以后|以上|起)?:?(?:给予|予以)?(.+)",
            piece,
        )
        if found is None or open_end or _ordinal(found) != place:
            return None
        open_end = found.group(4) or ""
        step = _step(found.group(5), context)
        if step is None:
            return None
        steps.append(step)
    figures = [step for step in steps if re.match(r"-?\d", str(step))]
    window = window_said(match)
    if len(steps) < 2 or not figures or not scope_fits(match, context):
        return None
    notes = [] if window else [N_("counted within the period")]
    notes += [] if open_end else [N_("later times cost what the last one does")]
    side: Side = "deducted" if str(figures[-1]).startswith("-") else "added"
    return PhraseReading(
        points=figures[-1],
        side=side,
        escalate={window or "period": steps},
        assumed=tuple(msg(note) for note in notes),
    )


def _ordinal(found: re.Match[str]) -> int | None:
    if found.group(2) or found.group(3):
        return 1 if found.group(2) else 2
    number = bare_figure(found.group(1))
    return int(number) if number and number.isdigit() else None


def _step(text: str, context: Context) -> str | None:
    found = re.fullmatch(rf"{SIGN}(?P<p>{DIGITS}分|{CHINESE}分)", text)
    if found:
        number, side = bare_figure(found["p"]), side_said(found["sign"] or "", context)
        explicit = found["sign"] or context.side
        return with_sign(number, side) if number and side and explicit else None
    words = re.fullmatch(
        r"[^\d扣加减罚取消清零否决分]{0,8}(?:警告|提醒|劝导|教育|谈话|批评|约谈|告诫)", text
    )
    return text if words else None
