"""What a statement says: a reason for every 0, open points once, what would bring more."""

from datetime import date

import pytest

from jifen_rules import Statement, evaluate_events, explain_subject, load_scheme, read_roster, say
from jifen_rules.report.explain import find_subject

HEAD = """scheme: demo
name: 示例
illustrative: true
effective_from: 2024-01-01
subject: household
period: year
base: 100
at_period_end: clear
"""


def statement(body: str, *lines: str, roster: str = "", subject: str = "甲") -> Statement:
    """The statement of a household after events written as `id date indicator key=value …`."""
    events = []
    for line in lines:
        name, day, indicator, *more = line.split()
        event = {"id": name, "date": day, "subject": subject, "indicator": indicator}
        events.append({**event, **dict(part.split("=") for part in more)})
    people = read_roster(
        [dict(pair.split("=") for pair in row.split()) for row in roster.splitlines()]
    )
    scheme = load_scheme("s.yaml", text=HEAD + body)
    who = people if roster else None
    return explain_subject(
        scheme, who, evaluate_events(scheme, who, events, date(2024, 12, 31)), subject
    )


def reasons(made: Statement) -> list[list[str]]:
    return [[say(reason, "zh") for reason in line.reasons] for line in made.lines]


HOURS = """floor: none
indicators:
  - {id: h, name: 服务, points: {each: {4 小时: 1}, per: year, round: 1 down}}
  - {id: t, name: 时长, points: {at_least: {10: 2, 20: 5}, per: year}}
"""


def test_hours_that_fall_short_of_a_point_say_how_many_there_are_and_how_many_it_takes() -> None:
    made = statement(HOURS, *(f"e{n} 2024-0{n}-01 h quantity=2.5" for n in range(1, 4)))
    assert [line.entry.granted for line in made.lines] == [0, 1, 0]  # 2.5; 5; 7.5 of 8
    assert reasons(made)[0] == ["本次 2.5，每年累计到 2.5；满 4 才再计分"]
    assert reasons(made)[2] == ["本次 2.5，每年累计到 7.5；满 8 才再计分"]


def test_a_table_says_the_next_step_or_that_the_highest_was_reached() -> None:
    made = statement(
        HOURS, *(f"e{n} 2024-0{n}-01 t quantity={q}" for n, q in ((1, 4), (2, 16), (3, 9)))
    )
    assert [line.entry.granted for line in made.lines] == [0, 5, 0]  # 4; 20 brings 5; 29
    assert reasons(made)[0] == ["本次 4，每年累计到 4；满 10 才再计分"]
    assert reasons(made)[2] == ["本次 9，每年累计到 29；已到最高一档"]


def test_hours_of_which_some_ended_are_not_added_up_in_words() -> None:
    """The amount is that in force, which entries alone do not tell: the rule is said instead."""
    made = statement(
        HOURS,
        "e1 2024-01-01 h quantity=3",
        "e2 2024-02-01 h revokes=e1",
        "e3 2024-03-01 h quantity=3",
    )
    assert all("累计到" not in reason for each in reasons(made)[1:] for reason in each)


def test_what_the_scheme_does_not_state_is_said_once_under_all_lines() -> None:
    body = (
        "floor: none\n"
        "indicators: [{id: h, name: 服务, points: 5, caps: [{at_most: unknown, per: year}]}]\n"
    )
    made = statement(body, "e1 2024-01-01 h", "e2 2024-02-01 h")
    assert reasons(made) == [[], []]
    notes = [say(note, "zh") for note in made.notes]
    assert sum("未载明" in note and "服务" in note for note in notes) == 1


def test_a_second_event_on_one_matter_says_that_another_counts() -> None:
    body = (
        "floor: none\n"
        "indicators: [{id: w, name: 婚事新办, points: 5, combine: {highest: matter}}]\n"
    )
    made = statement(body, "e1 2024-01-01 w matter=一", "e2 2024-02-01 w matter=一")
    (reason,) = reasons(made)[1]
    assert reason.startswith("“婚事新办”") and reason.endswith(
        "几次只计一次，已另计一次，这次不再计"
    )


LITTER = (
    "floor: none\n"
    "indicators: [{id: l, name: 乱堆, points: -10, lasts: until repaired, repair: {then: []}}]\n"
)


def test_a_repair_names_the_wrong_by_its_day_and_not_by_its_id() -> None:
    made = statement(LITTER, "x7 2024-01-01 l", "x8 2024-02-01 l repairs=x7")
    assert made.lines[1].entry.granted == 10  # what the wrong took comes back
    assert reasons(made)[1] == ["整改的是2024-01-01“乱堆”，那次所记的分到此为止"]


LADDERS = """floor: none
indicators:
  - {id: medal, name: 立功, points: 60}
  - {id: tidy, name: 整洁, points: 2}
  - {id: hours, name: 服务, points: {each: {小时: 1}}}
  - {id: help, name: 帮忙, points: 5}
tiers:
  - id: star
    name: 星级
    by: total
    per: year
    levels: [{name: 五星, at_least: 130}, {name: 三星}]
  - id: hamlet
    name: 生态组
    for: [group]
    per: year
    levels: [{name: 好, when: "headcount > 9"}, {name: 其他}]
"""


def test_what_would_bring_more_begins_with_what_was_done_and_then_with_the_small_things() -> None:
    made = statement(LADDERS, "e1 2024-01-01 help")
    assert [say(chance, "zh").split("：")[0] for chance in made.chances] == [
        "帮忙",
        "服务",
        "整洁",
        "立功",
    ]
    assert say(made.chances[1], "zh") == "服务：每小时加1分"


def test_a_ladder_for_groups_says_nothing_of_a_household() -> None:
    made = statement(
        LADDERS, "e1 2024-01-01 help", roster="id=甲 kind=household unit=组\nid=组 kind=group"
    )
    # 100 + 5; five stars ask for 130
    assert [say(tier, "zh") for tier in made.tiers] == ["星级：三星；要达到五星还差 25 分"]


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("{between: [1, 9]}", "立功：酌情加1至9分"),
        ("{between: [1, unknown]}", "立功：评定：1至未载明"),
    ],
)
def test_a_judged_indicator_is_named_among_what_would_bring_more(points: str, said: str) -> None:
    made = statement(LADDERS.replace("points: 60", f"points: {points}"), "e1 2024-01-01 tidy")
    assert said in [say(chance, "zh") for chance in made.chances]


VETOES = """floor: 0 kept
categories: [{id: tidy, name: 整洁, indicators: [{id: clean, name: 院落干净, points: 5}]}]
indicators:
  - {id: help, name: 帮工, points: 3}
  - id: fire
    name: 焚烧秸秆
    points: -1
    then: [{veto: tidy, lasts: year}, {veto: rewards, lasts: 1 month}]
  - {id: grave, name: 违法, then: [{grade: 其他, lasts: until repaired}]}
tiers: [{id: star, name: 星级, by: total, levels: [{name: 好, at_least: 112}, {name: 其他}]}]
rewards:
  - {id: rice, name: 大米, spends: 60 total, gives: 大米10斤, caps: [{at_most: 1 times, per: year}]}
"""


def test_a_0_under_a_veto_says_by_which_event_and_until_when() -> None:
    made = statement(VETOES, "e1 2024-03-01 fire", "e2 2024-03-05 clean")
    assert made.lines[1].entry.granted == 0
    first = "因2024-03-01“焚烧秸秆”一票否决，不计分，至 2024-12-31 止"
    assert reasons(made)[1] == [f"{first}（s.yaml:16）"]
    assert reasons(made)[0][0] == "自当日起“整洁”不计分，至 2024-12-31 止（s.yaml:16）"
    assert [say(act, "zh") for act in made.chances] == ["帮工：每次最多 3 分"]  # no 院落干净


BUILDING = """floor: none
indicators:
  - {id: build, name: 违法搭建, then: [{veto: star, lasts: until repaired}], repair: {then: []}}
tiers: [{id: star, name: 星级, by: total, levels: [{name: 好, at_least: 95}, {name: 其他}]}]
"""


def test_a_veto_on_a_ladder_says_why_enough_points_do_not_bring_the_level() -> None:
    """100 points, and 95 are enough for 好: without a word nobody would see why it is 其他."""
    made = statement(BUILDING, "e1 2024-03-01 build")
    assert say(made.tiers[0], "zh") == "星级：其他（2024-03-01“违法搭建”一票否决，至整改为止）"
    assert reasons(made)[0][0] == "自当日起“星级”定为最低一档，至整改为止（s.yaml:11）"
    made = statement(BUILDING, "e1 2024-03-01 build", "e2 2024-05-01 build repairs=e1")
    assert say(made.tiers[0], "zh") == "星级：好"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ["方案未载明期末积分怎样处理，按不结转算", "方案未载明基础分，按 0 分算"]),
        (
            "en",
            [
                "the scheme does not state what becomes of the points at a period's end; "
                "they are not carried",
                "the scheme does not state the points at the start of a period; "
                "they are taken as 0",
            ],
        ),
    ],
)
def test_what_a_scheme_does_not_state_is_said_in_one_language(lang: str, said: list[str]) -> None:
    text = HEAD.replace("base: 100", "base: unknown").replace("end: clear", "end: unknown")
    body = "floor: none\nindicators: [{id: help, name: 帮工, points: 3}]\n"
    scheme = load_scheme("s.yaml", text=text + body)
    row = {"id": "1", "date": "2024-03-01", "subject": "甲", "indicator": "help"}
    made = explain_subject(
        scheme, None, evaluate_events(scheme, None, [row], date(2024, 12, 31)), "甲"
    )
    notes = [say(note, "zh" if lang == "zh" else "en") for note in made.notes]
    assert notes[1:] == said  # the first says that the figures are invented


def test_a_level_that_an_event_sets_says_until_when() -> None:
    made = statement(VETOES, "e1 2024-03-07 grave")
    assert say(made.tiers[0], "zh") == "星级：其他，因2024-03-07“违法”直接判定，至整改为止"


@pytest.mark.parametrize(
    ("events", "why"),
    [
        (
            ["e1 2024-03-01 fire", "e2 2024-03-31 rice"],
            "暂停兑换，原因是2024-03-01“焚烧秸秆”，至 2024-03-31 止",
        ),
        (
            ["e1 2024-03-01 fire", "e2 2024-04-01 rice quantity=2"],
            "需要“总分” 120 分，当时只有 99 分",
        ),
        (
            ["e1 2024-03-01 help", "e2 2024-04-01 rice quantity=1.5"],
            "只能整份兑换，不能兑换 1.5 份",
        ),
        (["e1 2024-03-01 rice", "e2 2024-04-01 rice"], "每年限 1 次，次数已用完"),
    ],
)
def test_a_redemption_that_is_refused_says_which_of_the_reasons_it_was(
    events: list[str], why: str
) -> None:
    """Of 100: a veto to the end of March.

    120 asked of 99; no whole number; a second one of the year.
    """
    made = statement(VETOES, *events)
    assert made.lines[1].entry.outcome == "refused"
    cause = made.lines[1].cause
    assert cause is not None and say(cause, "zh") == f"兑换未通过：{why}"


def test_a_subject_is_found_whatever_blanks_stand_in_its_name() -> None:
    scheme = load_scheme("s.yaml", text=HEAD + VETOES)
    people = read_roster([{"id": "甲", "name": "张　三"}, {"id": "乙", "name": "李四"}])
    result = evaluate_events(scheme, people, [], date(2024, 12, 31))
    for asked in ("张三", " 张 三　", "张　三", "　甲"):
        assert find_subject(people, result, asked) == ("甲",)
    assert find_subject(people, result, "李　四") == ("乙",)


def test_the_day_stands_once_where_the_matter_repeats_it() -> None:
    made = statement(
        HOURS,
        "e1 2024-03-12 h quantity=4 matter=活动2024-03-12",
        "e2 2024-03-13 h quantity=4 matter=活动2024-03-12",
    )
    assert [say(line.what, "zh") for line in made.lines] == [
        "服务（数量 4，事由 活动）",
        "服务（数量 4，事由 活动2024-03-12）",
    ]
