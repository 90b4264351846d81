"""The phrases of a table -> readings, or nothing: one table of patterns, never a guess.

A cell is cut into clauses; each stretch of clauses must fit a pattern as a whole. A clause
that fits none and bears no figure and no word of a rule is kept as words; any other makes
the cell unread.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ..message import N_, say
from .numerals import CHINESE, DIGITS, plain_signs, read_figure
from .reading import Context, Data, Limit, Reading, Side

MAX_LENGTH: Final = 400
MAX_CLAUSES: Final = 16


def read_phrase(text: str, context: Context) -> Reading | None:
    """Read a whole cell; None where any of it that may be a rule was not understood."""
    clauses = _clauses(text)
    if not clauses or len(text) > MAX_LENGTH or len(clauses) > MAX_CLAUSES:
        return None
    whole = Reading()
    while clauses:
        piece, taken = _longest(clauses, context)
        if piece is None:
            return None
        both = whole.joined(piece)
        if both is None:
            return None
        whole, clauses = both, clauses[taken:]
    return whole


def read_sentences(text: str, context: Context) -> tuple[Reading, tuple[str, ...]]:
    """Read remarks sentence by sentence: what was understood, and the sentences that were not."""
    whole, unread = Reading(), []
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
    signs = plain_signs(text).strip()
    signs = re.sub(r"(?<=[\d分次])[ \t\u3000]+(?=[^\d\s分次元/,、;。:+\-~至到或])", ",", signs)
    signs = re.sub(r"[ \t\u3000]+", "", signs)
    parts = re.split(r"[,;。\n\[\]()【】]|(?<=分)(?:并|且|同时)(?=\D)", signs)
    return [part for part in parts if part]


def _longest(clauses: list[str], context: Context) -> tuple[Reading | None, int]:
    """The reading of the longest stretch from the first clause on, and how long it is."""
    for taken in range(len(clauses), 0, -1):
        stretch = ",".join(clauses[:taken])
        for pattern, make in PATTERNS:
            found = pattern.fullmatch(stretch)
            piece = make(_Match(found.groupdict(), stretch), context) if found else None
            if piece is not None:
                return piece, taken
    return (None if _RULELIKE.search(clauses[0]) else Reading(rest=(clauses[0],))), 1


_RULELIKE: Final = re.compile(
    r"\d|[一二两三四五六七八九十百千半几多][分次倍元%]|[分倍%]|除|否则|未|不|超|以上|以下|内|免|如|若|另|其中|"
    r"累计|封顶|最高|最低|上限|扣|加|减|奖|罚|每|仅|只|限|重复|资格|否决|作废|取消|酌情|视|再|第|按|共用|返|退|半|后|优先|折|抵|停|撤|翻|转|[:#=*?×]|^\W*\w?\W*$"
)
"""A clause that fits no pattern but has one of these may be a rule: it is never passed over."""


# --- the words of the grammar -------------------------------------------------------------------

_NUMBER = f"(?:{DIGITS}|{CHINESE})"
_POINTS = rf"(?:{DIGITS}分?|{CHINESE}分)"
_PLUS = r"\+|加|增加|奖励?|可加"
_MINUS = r"-|扣除?|倒?扣|减去?|罚"
_SIGN = rf"(?P<sign>{_PLUS}|{_MINUS}|计|得|记|可得|给)?"
_TIME = r"(?:人次|户次|次|回|起|例|场)"
_WINDOWS: Final[Mapping[str, str]] = {
    "日": "day", "天": "day", "周": "week", "月": "month", "月度": "month", "季": "quarter",
    "季度": "quarter", "半年": "half_year", "年": "year", "年度": "year", "年内": "year", "全年": "year",
    "次": "event", "单次": "event", "永久": "ever", "本期": "period", "考核期": "period", "考核周期": "period",
}  # fmt: skip
_EVERY = r"半年|年度|年|季度|季|月|周|日|天"
_WINDOW = (
    rf"(?:每(?:(?P<scope>人|户)每?)?(?P<w>{_EVERY}|次|考核周期|考核期)"
    r"|任意(?P<n>[1-9]\d{0,2})(?P<nu>天|周|个月|年)"
    r"|(?P<w2>年度|年内|全年|月度|季度|单次|本期|永久))内?(?:累计|合计|总计|共)?"
)
_MOST = r"(?:累计)?(?:最高不超过|最多不超过|不得?超过|最高|最多|至多|上限为?|限)(?:可|只|仅)?"
_UNIT = (
    r"(?:个?(?:小时|工日|课时|学时|月工)|分钟|公里|平方米|万元|公斤|[元块里米亩斤吨升处个只棵株件项条篇张户人名位台辆头"
    r"支桶袋车节门家组对瓶盆面堆间栋村套幅把捆篓担垄畦盏])"
)
_MEASURES: Final = frozenset(
    ["小时", "分钟", "元", "公里", "亩", "斤", "公斤", "吨", "米", "平方米", "毫升"]
)
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "household": ("户",), "person": ("人",), "party_member": ("人", "名党员"), "group": ("组",), "village": ("村",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Match:
    """The named parts of what a pattern matched, and the whole."""

    parts: Mapping[str, str | None]
    text: str

    def __getitem__(self, name: str) -> str:
        return self.parts.get(name) or ""

    def figure(self, name: str) -> str | None:
        """A named number; None where it has no one meaning."""
        return _figure(self[name])


def _figure(text: str) -> str | None:
    try:
        return read_figure(text.removesuffix("分"))
    except ValueError:
        return None


def _side_of(sign: str, context: Context) -> Side | None:
    """The side a sign says, else that of the headings; None where the two differ."""
    said: Side | None = None
    if sign and re.fullmatch(_PLUS, sign):
        said = "added"
    elif sign and re.fullmatch(_MINUS, sign):
        said = "deducted"
    if said and context.side in ("added", "deducted") and said != context.side:
        return None
    return said or context.side or "added"


def is_counted_unit(unit: str) -> bool:
    """Whether 每 and this unit say a quantity, and not how often or for whom."""
    return bool(re.fullmatch(_UNIT, unit)) and not any(unit in own for own in _OWN.values())


def is_level_word(word: str) -> bool:
    """Whether a word in a list of levels is read back as it stands."""
    return re.fullmatch(
        r"[^\d\s,、;:/+~\-()]{1,14}|第\d{1,2}名", plain_signs(word)
    ) is not None and _is_word(word)


def _signed(number: str, side: Side) -> str:
    return f"-{number}" if side == "deducted" and number != "0" else number


def _assumed_side(sign: str, context: Context) -> tuple[str, ...]:
    if re.fullmatch(rf"{_PLUS}|{_MINUS}", sign or ""):
        return ()
    if context.side is None:
        return (N_("adds, as neither a sign nor a heading says"),)
    return (N_("on the side its heading says"),)


def _on_side(
    match: _Match, context: Context, form: "Callable[[Side], Data | None]", *assumed: str
) -> Reading | None:
    """A reading of points whose side is worked out from the sign and the headings."""
    side = _side_of(match["sign"], context)
    points = form(side) if side else None
    if side is None or points is None:
        return None
    notes = (*_assumed_side(match["sign"], context), *assumed)
    return Reading(points=points, side=side, assumed=tuple(say(note) for note in notes))


def _scope_fits(match: _Match, context: Context) -> bool:
    scope = match["scope"]
    return not scope or scope in _OWN.get(context.subject, ())


def _window_of(match: _Match) -> str:
    if match["n"]:
        unit = {"天": "days", "周": "weeks", "个月": "months", "年": "years"}[match["nu"]]
        return f"{match['n']} {unit}"
    return _WINDOWS.get(match["w"] or match["w2"], "")


# --- points -------------------------------------------------------------------------------------


def _plain(match: _Match, context: Context) -> Reading | None:
    number = match.figure("p")
    if number is None or (context.names_limit and not match["sign"] and not match["each"]):
        return None
    notes = () if match["each"] or match["each2"] else (N_("each time it happens"),)
    return _on_side(match, context, lambda side: _signed(number, side), *notes)


def _once(match: _Match, context: Context) -> Reading | None:
    number = match.figure("p")
    if number is None:
        return None
    found = _on_side(match, context, lambda side: _signed(number, side))
    return found and found.joined(Reading(limits=(Limit("1", "times", "ever"),)))


def _each_window(match: _Match, context: Context) -> Reading | None:
    """每月2分: once in each such window."""
    number = match.figure("p")
    if number is None or context.names_limit or not _scope_fits(match, context):
        return None
    found = _on_side(
        match, context, lambda side: _signed(number, side), N_("at most once in each such window")
    )
    limit = Limit("1", "times", _WINDOWS[match["w"] or match["w3"]])
    return found and found.joined(Reading(limits=(limit,)))


def _each_unit(match: _Match, context: Context) -> Reading | None:
    """每满4小时计1分: for each unit, or each so many units, of the quantity."""
    number, amount = match.figure("p"), _figure(match["n1"] or "1")
    unit = match["u3"] or (match["u"] or match["u2"]).removeprefix("个")
    if number in (None, "0") or amount in (None, "0") or not unit:
        return None
    if unit in _OWN.get(context.subject, ()) and amount == "1" and not match["full"] + match["u3"]:
        note = N_("for the subject itself, each time it happens")
        return _on_side(match, context, lambda side: _signed(str(number), side), note)
    whole = bool(match["full"]) or amount != "1"
    notes = []
    doubtful = whole or (unit in _MEASURES and not match["u3"])
    if not match["full"] and not match["exact"] and doubtful:
        notes = [N_("whole units only") if whole else N_("in proportion, parts of a unit too")]

    def form(side: Side) -> Data:
        data: dict[str, Data] = {
            "each": {unit if amount == "1" else f"{amount} {unit}": _signed(str(number), side)}
        }
        if window := _window_of(match):
            data["per"] = window
        if match["exact"]:
            data["round"] = _rounding(match["exact"])
        elif whole:
            data["round"] = f"{number} down"
        return data

    return _on_side(match, context, form, *notes)


def _rounding(text: str) -> str:
    way = {"四舍五入": "half_up", "舍去": "down", "进一": "up"}
    found = re.fullmatch(r"(四舍五入|舍去|进一)到(.+)", text)
    assert found is not None
    return f"{found.group(2)} {way[found.group(1)]}"


def _between(match: _Match, context: Context) -> Reading | None:
    low, high = match.figure("p"), match.figure("q")
    sign, second = match["sign"], match["sign2"]
    if low is None or high is None or (second and second != sign):
        return None
    if sign == "-" and not second:
        return None  # -5-10分: from -5 to 10, or from -5 to -10
    return _on_side(
        match, context, lambda side: _range(low, high, side), N_("judged within the range")
    )


def _range(low: str, high: str, side: Side) -> "Data | None":
    from decimal import Decimal

    small, large = sorted((Decimal(low), Decimal(high)))
    if small == large or (side == "added" and Decimal(low) > Decimal(high)):
        return None
    if side == "deducted":
        return {"between": [_signed(str(large), side), _signed(str(small), side)]}
    return {"between": [str(small), str(large)]}


def _both_sides(match: _Match, context: Context) -> Reading | None:
    """评定-5分至+5分: a range over both sides, with both signs written."""
    low, high = match.figure("p"), match.figure("q")
    if low in (None, "0") or high is None or context.side in ("added", "deducted"):
        return None
    return Reading(
        points={"between": [f"-{low}", high]},
        side="both",
        assumed=(say(N_("judged within the range")),),
    )


def _one_of(match: _Match, context: Context) -> Reading | None:
    numbers = [_figure(part) for part in re.split(r"分?[、/或,]", match["list"].removesuffix("分"))]
    if None in numbers or len(set(numbers)) != len(numbers):
        return None
    return _on_side(
        match, context, lambda side: {"one_of": [_signed(str(n), side) for n in numbers]},
        N_("judged, one of these"),
    )  # fmt: skip


def _judged(match: _Match, context: Context) -> Reading | None:
    return _on_side(match, context, lambda side: {"between": ["unknown", "unknown"]})


def _clear(match: _Match, context: Context) -> Reading | None:
    return Reading(points="clear", side="both")


def _unknown(match: _Match, context: Context) -> Reading | None:
    return Reading(points="unknown", side="both")


# --- points by words ----------------------------------------------------------------------------

_FIELDS: Final = {
    "级别": "level", "获奖名次": "place", "名次": "place", "评价": "rating", "角色": "role", "身份": "class",
}  # fmt: skip
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
    r"每|满|最高|最多|不超过|累计|超过|达到|内|次(?!$)|封顶|上限|扣|减|罚|(?<![参增追附])加|酌情|满分|分|第$"
)
_PAIR: Final = re.compile(
    rf"(?P<word>第\d{{1,2}}名|[^\d,、;:/+~\-]{{1,14}}?)(?P<sign>[+\-]|(?<![参增追附])加|扣|计)?"
    rf"(?P<p>{DIGITS}分?|{CHINESE}分)"
)


def _by_words(match: _Match, context: Context) -> Reading | None:
    """村级3分、区级5分: for each word its points, on one side."""
    pairs = []
    pieces = re.split(r"[、,;/]|(?<=分)(?=[^、,;/])", match["list"])
    for piece in pieces:
        found = _PAIR.fullmatch(piece)
        number = found and _figure(found["p"])
        if found is None or number is None or not _is_word(found["word"]):
            return None
        pairs.append((found["word"], found["sign"] or "", number))
    return _table_of(match, context, pairs)


def _respectively(match: _Match, context: Context) -> Reading | None:
    """国家级、省级分别加30、20分."""
    words = re.split("[、,]", match["words"])
    numbers = [_figure(text) for text in re.split("分?[、,]", match["numbers"].removesuffix("分"))]
    if len(words) != len(numbers) or None in numbers or not all(map(_is_word, words)):
        return None
    return _table_of(match, context, [(w, match["sign"], str(n)) for w, n in zip(words, numbers)])


def _is_word(word: str) -> bool:
    return not _NO_WORD.search(word) and not re.fullmatch(CHINESE, word[-1]) and word[-1] != "第"


def _table_of(match: _Match, context: Context, pairs: list[tuple[str, str, str]]) -> Reading | None:
    words = [word for word, _, _ in pairs]
    signs = {re.sub("计", "", sign) for _, sign, _ in pairs}
    if len(pairs) < 2 or len(set(words)) != len(words) or (len(signs) != 1 and "" in signs):
        return None
    field, sure = (_FIELDS[match["field"]], True) if match["field"] else _field_of(words)
    sides = {_side_of(sign, context) for sign in signs}
    table: dict[str, Data] = {}
    for word, sign, number in pairs:
        side = _side_of(sign.replace("计", ""), context)
        if side is None:
            return None
        table[word] = _signed(number, side)
    notes = list(_assumed_side(pairs[0][1], context))
    if not sure:
        notes.append(N_("the event names one of these words as its level"))
    both = sides.pop() if len(sides) == 1 else "both"
    points: Data = {"by": {field: table}}
    return Reading(points=points, side=both, assumed=tuple(say(note) for note in notes))


def _field_of(words: list[str]) -> tuple[str, bool]:
    """The column of an event that says such words, and whether there is no doubt."""
    if all(re.search(r"级(?:及以上|以上)?$", word) for word in words):
        return "level", True
    if all(re.fullmatch(r"第.{1,2}名|.等奖|冠军|亚军|季军", word) for word in words):
        return "place", True
    if all(word in _RATINGS for word in words):
        return "rating", True
    return "level", False


def _steps(match: _Match, context: Context) -> Reading | None:
    """达到10加2分，达到20加5分: from so much on, so many points."""
    tables: dict[str, dict[str, Data]] = {"at_least": {}, "above": {}}
    sides = set()
    for piece in re.split("[、,;]", match["list"]):
        found = re.fullmatch(rf"(?:达到|满|超过)({DIGITS})({_UNIT})?{_SIGN}({_POINTS})", piece)
        number = found and _figure(found.group(4))
        if found is None or number is None:
            return None
        side = _side_of(found["sign"] or "", context)
        if side is None or (found.group(2) is None and piece.startswith("满")):
            return None
        sides.add((side, found.group(2)))
        edge, table = (
            str(_figure(found.group(1))),
            "above" if piece.startswith("超过") else "at_least",
        )
        if edge in tables[table]:
            return None
        tables[table][edge] = _signed(number, side)
    if len(sides) != 1:
        return None
    side, unit = sides.pop()
    data: dict[str, Data] = {name: dict(table) for name, table in tables.items() if table}
    if window := _window_of(match):
        data["per"] = window
    notes = (say(N_("the quantity is counted in {unit}"), unit=unit),) if unit else ()
    return Reading(points=data, side=side, assumed=notes)


def _escalation(match: _Match, context: Context) -> Reading | None:
    """第一次警告，第二次扣5分: by the nth time."""
    steps: list[Data] = []
    open_end = ""
    for place, piece in enumerate(re.split("[、,;]", match["list"]), 1):
        found = re.fullmatch(
            rf"(?:第?({_NUMBER})次|(首次|初次)|(再次))(及以上|及以后|以上|起)?:?(?:给予|予以)?(.+)",
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
    window = _window_of(match)
    if len(steps) < 2 or not figures or not _scope_fits(match, context):
        return None
    notes = [] if window else [N_("counted within the period")]
    notes += [] if open_end else [N_("later times cost what the last one does")]
    side: Side = "deducted" if str(figures[-1]).startswith("-") else "added"
    return Reading(
        points=figures[-1], side=side, escalate={window or "period": steps},
        assumed=tuple(say(note) for note in notes),
    )  # fmt: skip


def _ordinal(found: re.Match[str]) -> int | None:
    if found.group(2) or found.group(3):
        return 1 if found.group(2) else 2
    number = _figure(found.group(1))
    return int(number) if number and number.isdigit() else None


def _step(text: str, context: Context) -> str | None:
    found = re.fullmatch(rf"{_SIGN}(?P<p>{DIGITS}分|{CHINESE}分)", text)
    if found:
        number, side = _figure(found["p"]), _side_of(found["sign"] or "", context)
        explicit = found["sign"] or context.side
        return _signed(number, side) if number and side and explicit else None
    words = re.fullmatch(
        r"[^\d扣加减罚取消清零否决分]{0,8}(?:警告|提醒|劝导|教育|谈话|批评|约谈|告诫)", text
    )
    return text if words else None


# --- limits and consequences --------------------------------------------------------------------


def _limit(match: _Match, context: Context) -> Reading | None:
    """每月最高10分, 每季度限3次, 每次最多2小时."""
    number = "unknown" if match["p"] == "未载明" else match.figure("p")
    what = match["what"]
    side: Side | None = None
    if sign := match["sign"]:
        side = "added" if re.fullmatch(_PLUS, sign) else None
        side = "deducted" if re.fullmatch(_MINUS, sign) else side
    if number is None or not _scope_fits(match, context) or (what == "次" and side == "deducted"):
        return None
    kind = {"": "points", "分": "points", "次": "times"}.get(what, what)
    if not what and context.unit:
        kind = context.unit
    if not what and not (context.names_limit or match["p"].isdigit()):
        return None
    notes = () if what or context.unit else (say(N_("the figure is taken for points")),)
    extra = {"先到先计": "first", "就高计": "highest", "": ""}[match["extra"]]
    window = _window_of(match) or _WINDOWS.get(match["w3"], "") or context.window
    limit = Limit(number, kind, window or "unknown", side, extra)
    return Reading(limits=(limit,), assumed=notes)


def _bare_limit(match: _Match, context: Context) -> Reading | None:
    """In a column of limits, a figure alone."""
    return _limit(match, context) if context.names_limit else None


def _no_limit(match: _Match, context: Context) -> Reading | None:
    return Reading() if context.names_limit or len(match.text) > 1 else None


def _net(match: _Match, context: Context) -> Reading | None:
    number = match.figure("p")
    beyond = {"余额保留": "kept", "余额作废": "lost", "余额未载明": "unknown"}[match["extra"]]
    if number is None:
        return None
    return Reading(limits=(Limit(number, "net", _window_of(match), "both", beyond),))


def _single(match: _Match, context: Context) -> Reading | None:
    return Reading(limits=(Limit("1", "times", "ever"),))


def _full(match: _Match, context: Context) -> Reading | None:
    number = match.figure("p")
    return Reading(full=number) if number else None


def _to_zero(match: _Match, context: Context) -> Reading | None:
    return Reading(to_zero=True)


def _veto(match: _Match, context: Context) -> Reading | None:
    return Reading(then=({"veto": "unknown", "lasts": "unknown", "gives": "unknown"},))


def _action(match: _Match, context: Context) -> Reading | None:
    return Reading(then=({"action": match["action"] or match["stated"]},))


_EXACT = r"按比例(?P<exact>(?:四舍五入|舍去|进一)到\d{1,9}(?:\.\d{1,6})?)"
_JUDGE = r"(?:酌情|视情节轻重|视情节|视情况|视情)(?:给予)?"
_LIST = rf"{_POINTS}(?:[、/或,]{_POINTS})+"

_SPELLED: Final[tuple[tuple[str, Callable[[_Match, Context], Reading | None]], ...]] = (
    (rf"(?P<each>每(?:发现|参加|完成)?[一1]?{_TIME}|[一1]{_TIME})?{_SIGN}(?P<p>{_POINTS})(?P<each2>/{_TIME}|每{_TIME}|[一1]{_TIME})?", _plain),
    (rf"一次性{_SIGN}(?P<p>{_POINTS})", _once),
    (rf"每(?:(?P<scope>人|户)每?)?(?P<w>{_EVERY}){_SIGN}(?P<p>{_POINTS})", _each_window),
    (rf"{_SIGN}(?P<p>{_POINTS})/(?P<w3>{_EVERY})", _each_window),
    (rf"(?:{_WINDOW})?每(?P<full>累计满?|满)?(?:服务|参加|捐款|捐赠|发现|完成)?(?P<n1>{_NUMBER})?(?P<u>{_UNIT}){_SIGN}(?P<p>{DIGITS}分|{CHINESE}分)(?:{_EXACT})?", _each_unit),
    (rf"(?:{_WINDOW})?按数量每计(?P<full>满)?(?P<n1>{DIGITS})(?P<u3>[^\W\d]{{1,8}}?){_SIGN}(?P<p>{DIGITS}分)(?:{_EXACT})?", _each_unit),
    (rf"{_SIGN}(?P<p>{_POINTS})(?:/|每)(?P<n1>{DIGITS})?(?P<u2>{_UNIT})", _each_unit),
    (rf"(?:{_JUDGE})?{_SIGN}(?P<p>{_NUMBER})分?(?:-|~|至|到)(?P<sign2>[+\-]|加|扣)?(?P<q>{_POINTS})(?:/{_TIME}|每{_TIME})?", _between),
    (rf"(?:评定|{_JUDGE})-(?P<p>{DIGITS})分?(?:~|至|到)\+?(?P<q>{DIGITS})分", _both_sides),
    (rf"(?:{_JUDGE}|任选){_SIGN}(?P<list>{_LIST})", _one_of),
    (rf"{_SIGN}(?P<list>{_POINTS}或{_POINTS})", _one_of),
    (rf"{_JUDGE}(?P<sign>加|扣|奖励|奖|减)?(?:分|计分|赋分|打分)?", _judged),
    (r"(?:积分|总分|当年积分|全部积分)?(?:全部)?清零", _clear),
    (r"未载明|待定", _unknown),
    (r"(?:按(?P<field>级别|获奖名次|名次|评价|角色|身份):)?(?P<list>[^:]{3,300})", _by_words),
    (rf"(?P<words>[^\d:]{{2,80}}?)分别{_SIGN}(?P<numbers>{_NUMBER}分?(?:[、,]{_NUMBER}分?)*[、,]{_POINTS})", _respectively),
    (rf"(?:{_WINDOW})?(?P<list>(?:达到|满|超过)[^:]{{3,200}})", _steps),
    (rf"(?:{_WINDOW})?(?P<list>(?:第|首次|初次|一次)[^:]{{3,200}})", _escalation),
    (rf"(?:{_WINDOW})?{_MOST}(?P<sign>加|扣|奖励|奖|减|计|得|记)?(?P<p>{_NUMBER})(?P<what>分|次|{_UNIT})?(?:为限|封顶)?(?P<extra>先到先计|就高计)?", _limit),
    (rf"(?:{_WINDOW})?{_MOST}(?P<sign>加|扣)?(?P<p>未载明)(?P<what>分|次)", _limit),
    (rf"(?:{_WINDOW})?(?P<p>{_NUMBER})(?P<what>分)封顶", _limit),
    (rf"{_MOST}(?P<sign>加|扣)?(?P<p>{_NUMBER})(?P<what>分|次)(?:/|每)(?P<w3>{_EVERY}|次)", _limit),
    (rf"{_WINDOW}(?:只|仅|限)?(?:可)?(?:计|加|记|奖励|限)?(?P<p>{_NUMBER})(?P<what>次)", _limit),
    (rf"(?:{_WINDOW})?(?P<p>{_NUMBER})(?P<what>分|次)?(?:/(?P<w3>{_EVERY}|次))?", _bare_limit),
    (r"不设上限|不封顶|无上限|上不封顶|不限|无|-|/", _no_limit),
    (rf"{_WINDOW}净分最多(?P<p>{_NUMBER})分(?P<extra>余额保留|余额作废|余额未载明)", _net),
    (r"一次性|(?:一次性)(?:奖励|加分)", _single),
    (rf"满分(?P<p>{_NUMBER})分", _full),
    (r"扣完(?:该项|本项)?(?:分值?)?为止", _to_zero),
    (r"(?:实行|列入)?一票否决(?:制|项)?", _veto),
    (r"(?:措施:)?(?P<action>取消[^\d:]{0,16}资格|通报批评|(?:列入|纳入)黑名单|取消[^\d:]{0,12}评选)|措施:(?P<stated>(?:(?!措施:).){1,60})", _action),
)  # fmt: skip

PATTERNS: Final = tuple((re.compile(spelled), make) for spelled, make in _SPELLED)
"""Every phrase that is known, and what makes a reading of it; the first that gives one holds."""

PERIOD_WORDS: Final = re.compile("每?半年|每?年|每?季|每?月|每?周|每日|单次|每次")
"""Words of a heading that say over which window its figures run."""
