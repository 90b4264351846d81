"""The phrases of village tables: each is read as what it says, or not at all."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from jifen_rules.tables.reading.numerals import read_figure
from jifen_rules.tables.reading.phrase import read_phrase, read_sentences
from jifen_rules.tables.reading.reading import Context, Limit, PhraseReading
from shards import examples
from timing import seconds_of

HOUSE = Context("household")

POINTS = [
    ("+5分/次", "5"),
    ("＋5分／次", "5"),
    ("加5分", "5"),
    ("５分", "5"),
    ("5", "5"),
    ("-5", "-5"),
    ("—2分", "-2"),
    ("每次扣2分", "-2"),
    ("扣2分/次", "-2"),
    ("每人次2分", "2"),
    ("2分每次", "2"),
    ("十分", "10"),
    ("二十五分", "25"),
    ("一百分", "100"),
    ("两分", "2"),
    ("半分", "0.5"),
    ("0.5分", "0.5"),
    ("奖励10分", "10"),
    ("每起扣一百二十分", "-120"),
    ("每小时1分", {"each": {"小时": "1"}}),
    ("1分/小时", {"each": {"小时": "1"}}),
    ("每小时一分", {"each": {"小时": "1"}}),
    ("每满4小时计1分", {"each": {"4 小时": "1"}, "round": "1 down"}),
    ("每100元1分", {"each": {"100 元": "1"}, "round": "1 down"}),
    ("每发现一处扣2分", {"each": {"处": "-2"}}),
    ("每年累计每满4小时加1分", {"each": {"4 小时": "1"}, "per": "year", "round": "1 down"}),
    ("5-10分", {"between": ["5", "10"]}),
    ("5～10分", {"between": ["5", "10"]}),
    ("5至10分", {"between": ["5", "10"]}),
    ("视情节扣5-10分", {"between": ["-10", "-5"]}),
    ("酌情加1-3分", {"between": ["1", "3"]}),
    ("-5~-10分", {"between": ["-10", "-5"]}),
    ("酌情", {"between": ["unknown", "unknown"]}),
    ("评定-5分至+5分", {"between": ["-5", "5"]}),
    ("5分或10分", {"one_of": ["5", "10"]}),
    ("村级3分、区级5分、市级30分", {"by": {"level": {"村级": "3", "区级": "5", "市级": "30"}}}),
    ("国家级100 省级50", {"by": {"level": {"国家级": "100", "省级": "50"}}}),
    (
        "国家级、省级、市级分别加30、20、10分",
        {"by": {"level": {"国家级": "30", "省级": "20", "市级": "10"}}},
    ),
    ("一等奖5分，二等奖3分", {"by": {"place": {"一等奖": "5", "二等奖": "3"}}}),
    ("第一名五分、第二名三分", {"by": {"place": {"第一名": "5", "第二名": "3"}}}),
    (
        "优秀10分，良好5分，不合格0分",
        {"by": {"rating": {"优秀": "10", "良好": "5", "不合格": "0"}}},
    ),
    ("参加5分、组织10分", {"by": {"level": {"参加": "5", "组织": "10"}}}),
    ("达到10加2分，超过20加5分", {"at_least": {"10": "2"}, "above": {"20": "5"}}),
    ("清零", "clear"),
    ("未载明", "unknown"),
]


@pytest.mark.parametrize(("text", "points"), POINTS, ids=[text for text, _ in POINTS])
def test_a_phrase_of_points_is_read(text: str, points: Any) -> None:
    reading = read_phrase(text, HOUSE)
    assert reading is not None and reading.points == points


LIMITS = [
    ("每月最高10分", Limit("10", "points", "month")),
    ("年度累计不超过20分", Limit("20", "points", "year")),
    ("每季度限3次", Limit("3", "times", "quarter")),
    ("每年最多加30分", Limit("30", "points", "year", "added")),
    ("一次性", Limit("1", "times", "ever")),
    ("每户每年1次", Limit("1", "times", "year")),
    ("每年只计一次", Limit("1", "times", "year")),
    ("一年一次", Limit("1", "times", "year")),
    ("1年1次", Limit("1", "times", "year")),
    ("一年仅一次", Limit("1", "times", "year")),
    ("一年内只计一次", Limit("1", "times", "year")),
    ("一年最多3次", Limit("3", "times", "year")),
    ("一年两次", Limit("2", "times", "year")),
    ("每户一年一次", Limit("1", "times", "year")),
    ("每月一次", Limit("1", "times", "month")),
    ("一个月限2次", Limit("2", "times", "month")),
    ("一周一次", Limit("1", "times", "week")),
    ("半年一次", Limit("1", "times", "half_year")),
    ("每周十分封顶", Limit("10", "points", "week")),
    ("最高10分/月", Limit("10", "points", "month")),
    ("每次最多2小时", Limit("2", "小时", "event")),
    ("单次不超过5分", Limit("5", "points", "event")),
    ("最多加三十分", Limit("30", "points", "unknown", "added")),
    ("任意6个月内最多10分", Limit("10", "points", "6 months")),
    ("每月净分最多20分余额保留", Limit("20", "net", "month", "both", "kept")),
]


@pytest.mark.parametrize(("text", "limit"), LIMITS, ids=[text for text, _ in LIMITS])
def test_a_phrase_of_limits_is_read(text: str, limit: Limit) -> None:
    reading = read_phrase(text, HOUSE)
    assert reading is not None and reading.limits == (limit,)
    assert reading.points is None


NOT_READ = [
    "-5-10分",  # to 10, or to -10?
    "5分，超过3次的10分",
    "5分，党员加倍",
    "加5分、扣3分",
    "1,000分",
    "5分半",
    "5分钟",
    "1/2分",
    "一百二分",
    "十-",
    "家庭和睦3",
    "一月一次",  # in January, or each month?
    "一季度一次",  # in the first quarter, or each?
    "一日一次",  # on the 1st, or each day?
    "两年一次",
    "每年",  # once, or each year anew?
    "一年一次5分",
    "每人一年一次",
    "每人每年1次",  # the points are the household's
    "除本村外5分",
    "不低于5分",
    "5分以上",
    "每月2-3次",
    "扣5分的30%",
    "村级3分",
    "村级3分、村级5分",
    "第二次扣5分，第一次警告",
    "第一次扣分，第二次扣5分",
    "最高10分，最多5次，以上5分",
    "5分、10分",
    "年满60岁5分",
    "每缺1小时扣1分",
    "每发现一处不整洁扣1分",
    "每户超标扣5分",
    "10:30",
    "2024-05-10",
    "原5分",
    "满分10分，满分20分",
    "=A1*2",
    "#REF!",
    "五分之一",
    "加分",
    "国家级、省级分别加30、20、10分",
    "国家级、省级、市级分别加30、20分",
    "5分×人数",
]


@pytest.mark.parametrize("text", NOT_READ)
def test_what_may_mean_something_else_is_not_read(text: str) -> None:
    assert read_phrase(text, HOUSE) is None


OF_A_RULE = [
    *("情节严重者清零", "归零", "降一级", "直接降为末等", "两年有效", "长期有效", "有效期两年"),
    *("次年清零", "先到先得", "额满为止", "递增", "可累积", "滚动计算", "均摊", "由户主承担"),
    *("计入所在小组", "农忙时节例外", "六十岁起", "逢双月", "次月生效", "直至整改", "连带责任"),
    *("收回", "追回", "淘汰", "参照执行", "见附件", "上年度", "一律", "可顺延"),
]


@pytest.mark.parametrize("text", OF_A_RULE)
def test_words_of_a_rule_are_never_kept_as_plain_words(text: str) -> None:
    assert read_sentences(text, HOUSE) == (PhraseReading(), (text,))


@pytest.mark.parametrize("text", ["以照片为准", "凭发票", "村妇联组织", "一经发现", "有效制止"])
def test_plain_words_are_kept_beside_what_was_read(text: str) -> None:
    assert read_sentences(text, HOUSE) == (PhraseReading(rest=(text,)), ())


def test_what_goes_with_points_is_read_beside_them() -> None:
    reading = read_phrase("扣5分，取消当年评优资格（每年最高扣20分，由村委会认定）", HOUSE)
    assert reading is not None
    assert (reading.points, reading.then) == ("-5", ({"action": "取消当年评优资格"},))
    assert reading.limits == (Limit("20", "points", "year", "deducted"),)
    assert reading.rest == ("由村委会认定",)


def test_a_sign_is_no_word_of_a_level() -> None:
    """Once read as two levels, 奖励 and 年度限."""
    reading = read_phrase("奖励1分（年度限1分）", HOUSE)
    assert reading is not None
    assert (reading.points, reading.limits) == ("1", (Limit("1", "points", "year"),))


def test_escalation_says_what_each_time_costs_and_what_was_assumed() -> None:
    reading = read_phrase("第一次警告，第二次扣5分", HOUSE)
    assert reading is not None
    assert reading.escalate == {"period": ["警告", "-5"]}
    assert [str(said) for said in reading.assumed] == [
        "counted within the period",
        "later times cost what the last one does",
    ]
    stated = read_phrase("每年首次口头警告，第2次扣2分，第3次及以上扣10分", HOUSE)
    assert stated is not None
    assert (stated.escalate, stated.assumed) == ({"year": ["口头警告", "-2", "-10"]}, ())


def test_full_marks_and_veto_are_read() -> None:
    assert read_phrase("满分10分，每处扣2分，扣完为止", HOUSE) == PhraseReading(
        points={"each": {"处": "-2"}}, side="deducted", full="10", to_zero=True
    )
    veto = read_phrase("实行一票否决", HOUSE)
    assert veto is not None
    assert veto.then == ({"veto": "unknown", "lasts": "unknown", "gives": "unknown"},)


def test_the_heading_says_the_side_of_a_bare_figure_and_is_not_contradicted() -> None:
    deducts = Context("household", "deducted")
    reading = read_phrase("5分", deducts)
    assert reading is not None and reading.points == "-5"
    assert read_phrase("+5分", deducts) is None
    assert read_phrase("村级加3分、区级加5分", deducts) is None


def test_a_figure_in_a_column_of_limits_is_a_limit() -> None:
    yearly = Context("household", None, "year", names_limit=True)
    for text, number in (("20", "20"), ("二十分", "20")):
        reading = read_phrase(text, yearly)
        assert reading is not None and reading.limits == (Limit(number, "points", "year"),)
    assert read_phrase("10分/月", yearly) == PhraseReading(limits=(Limit("10", "points", "month"),))
    assert read_phrase("不封顶", yearly) == PhraseReading()


def test_remarks_are_read_sentence_by_sentence() -> None:
    reading, unread = read_sentences("每年限3次；党员加倍。村规民约第六条", HOUSE)
    assert reading.limits == (Limit("3", "times", "year"),)
    assert (reading.rest, unread) == (("村规民约第六条",), ("党员加倍",))


# --- a phrase of known meaning, in any spelling ---------------------------------------------------

ONES = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """Write 1 to 999 in Chinese numerals."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{ONES[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else ONES[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (ONES[ones] if ones else "")


@given(st.integers(1, 999))
def test_every_chinese_numeral_is_its_number(number: int) -> None:
    assert read_figure(in_chinese(number)) == str(number)


@dataclass(frozen=True)
class Said:
    """A phrase, and the only thing it may be read as."""

    text: str
    points: Any
    limits: tuple[Limit, ...] = ()


@st.composite
def figures(draw: st.DrawFn) -> tuple[str, str]:
    """A number as somebody may write it, and as it is."""
    number = draw(st.integers(1, 300))
    full = str(number).translate({ord("0") + n: ord("０") + n for n in range(10)})
    text = draw(st.sampled_from([str(number), full, in_chinese(number)]))
    return text, str(number)


WINDOWS = {
    "每月": "month",
    "每年": "year",
    "每季度": "quarter",
    "每周": "week",
    "年度": "year",
    "每日": "day",
}
SIGNS = {"加": "", "+": "", "＋": "", "奖励": "", "扣": "-", "—": "-", "－": "-", "减": "-"}


@st.composite
def phrases(draw: st.DrawFn) -> Said:
    """Points in one of the forms, perhaps with limits behind them, spelled in one of many ways."""
    text, number = draw(figures())
    sign = draw(st.sampled_from(sorted(SIGNS)))
    minus = SIGNS[sign]
    space = draw(st.sampled_from(["", " ", "　"]))
    form = draw(st.sampled_from(["plain", "unit", "range", "levels", "respectively"]))
    points: Any
    if form == "plain":
        shape = draw(
            st.sampled_from(
                ["{s}{n}分/次", "每次{s}{n}分", "{s}{n}分", "每人次{s}{n}分", "{s}{n}分每次"]
            )
        )
        said, points = shape.format(s=sign, n=space + text), f"{minus}{number}"
    elif form == "unit":
        unit = draw(st.sampled_from(["小时", "处", "亩", "棵", "公里"]))
        amount, size = draw(figures())
        said = f"每满{amount}{unit}{sign}{text}分"
        key = unit if size == "1" else f"{size} {unit}"
        points = {"each": {key: f"{minus}{number}"}, "round": f"{number} down"}
    elif form == "range":
        low, high = sorted(draw(st.lists(st.integers(1, 300), min_size=2, max_size=2, unique=True)))
        dash = draw(st.sampled_from(["~", "～", "至", "到"]))
        word = "扣" if minus else "加"
        said = f"{word}{low}{dash}{space}{high}分"
        points = {"between": [f"-{high}", f"-{low}"] if minus else [str(low), str(high)]}
    else:
        words = draw(st.permutations(["村级", "镇级", "县级", "省级", "国家级"]))[
            : draw(st.integers(2, 5))
        ]
        parts = [draw(figures()) for _ in words]
        points = {"by": {"level": {w: f"{minus}{n}" for w, (_, n) in zip(words, parts)}}}
        if form == "levels":
            join = draw(st.sampled_from(["、", "，", "；", ","]))
            said = join.join(
                f"{w}{'扣' if minus else '加'}{t}分" for w, (t, _) in zip(words, parts)
            )
        else:
            said = (
                f"{'、'.join(words)}分别{'扣' if minus else '加'}{'、'.join(t for t, _ in parts)}分"
            )
    limits = []
    if draw(st.booleans()):
        window = draw(st.sampled_from(sorted(WINDOWS)))
        text, number = draw(figures())
        most = draw(st.sampled_from(["最高", "最多", "不超过", "累计不超过", "限"]))
        what = draw(st.sampled_from(["分", "次"]))
        limits = [Limit(number, "points" if what == "分" else "times", WINDOWS[window])]
        said += draw(st.sampled_from(["（{}）", "，{}", "；{}", "({})", "。{}"])).format(
            f"{window}{most}{text}{what}"
        )
    return Said(said, points, tuple(limits))


@settings(max_examples=examples(1500))
@given(phrases())
def test_a_phrase_of_known_meaning_is_read_as_that_or_not_at_all(said: Said) -> None:
    """Never as another: what was read says all the points and all the limits."""
    reading = read_phrase(said.text, HOUSE)
    if reading is not None:
        assert (reading.points, reading.limits, reading.rest) == (said.points, said.limits, ())


def test_nearly_all_of_them_are_read() -> None:
    """So that reading nothing does not pass for reading rightly."""
    found: list[bool] = []

    @settings(max_examples=300, database=None, derandomize=True)
    @given(phrases())
    def count(said: Said) -> None:
        found.append(read_phrase(said.text, HOUSE) is not None)

    count()
    assert sum(found) > 0.95 * len(found)


@settings(max_examples=examples(300))
@given(
    phrases(),
    st.sampled_from(
        ["不", "未", "除外", "以上", "的一半", "加倍", "1", "十", "另", "（党员除外）", "×2", "%"]
    ),
    st.data(),
)
def test_a_phrase_with_something_put_in_is_never_read_as_if_it_were_not_there(
    said: Said, extra: str, data: st.DataObject
) -> None:
    """Whatever bears a rule changes the reading, or there is none."""
    where = data.draw(st.sampled_from([0, len(said.text)]))
    text = said.text[:where] + extra + said.text[where:]
    reading = read_phrase(text, HOUSE)
    if reading is not None and not extra.isdigit() and extra != "十":
        assert (reading.points, reading.limits) != (said.points, said.limits)


@settings(max_examples=examples(300), deadline=None)
@given(st.text("加扣每月年次分级最高不超过第一二十百5０.、，；（）~-/ :小时酌情至", max_size=400))
def test_any_text_is_read_or_not_in_no_time(text: str) -> None:
    assert seconds_of(lambda: (read_phrase(text, HOUSE), read_sentences(text, HOUSE))) < 1


@pytest.mark.parametrize(
    "piece", ["加", "一", "村级3分、", "第一次", "每满", "5-", "，", "级", "每每", "分", "1"]
)
def test_a_long_cell_costs_nothing(piece: str) -> None:
    assert seconds_of(lambda: read_phrase(piece * (400 // len(piece)), HOUSE)) < 0.5
