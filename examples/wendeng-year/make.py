"""Make the example year: a made-up village of 120 people in 40 households, and its events.

Nobody here exists and nothing here happened. The same seed gives the same files. Run it
in this folder: `python make.py` writes roster.csv and events.jsonl beside it. The events
touch every indicator of schemes/wendeng-rural, bind every cap, reach every star, and hold
the dirt of real files: see `dirt` below.
"""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from random import Random

SEED = 20240101
YEAR = 2024
FIRST = date(YEAR, 1, 1)
HERE = Path(__file__).parent
Event = dict[str, object]

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "安宁和平长春永福吉庆丰收明亮清正厚朴勤俭"
CADRES = {
    1: "村书记/党员",
    2: "村主任/党员",
    3: "妇女主任/两委成员",
    4: "两委成员/党员",
    5: "两委成员",
    6: "村民代表",
    7: "村民代表/党员",
    8: "村民代表",
    9: "采集员",
    10: "采集员/党员",
}
MEMBERS = {20, 31, 44, 58, 63, 77, 85, 99, 104, 111}
STATES = {18: "学生", 40: "学生", 66: "外迁", 90: "被调查", 115: "其他"}
MODEL_HOMES = {3, 9, 17, 24, 30, 38}
MODEL_FROM_JULY = {12}
POOR_HOMES = {6, 21, 35}

# What may happen to anybody, how often (weight), and what the event says.
DAILY: list[tuple[int, str, dict[str, list[object]]]] = [
    (60, "hours", {}),
    (14, "training", {}),
    (12, "neighbour", {}),
    (10, "neighbour_machine", {}),
    (8, "help_poor", {}),
    (8, "gift_small", {"quantity": [5, 10, 28, 50.5, 99]}),
    (8, "gift", {"quantity": [100, 199, 500, 1000, 1001, 2400, 5000, 5001, 12000]}),
    (6, "army_support", {}),
    (6, "clean_publicity", {"role": ["组织者", "参加者", "参加者"]}),
    (5, "own_machine", {}),
    (5, "blood", {}),
    (4, "consensus", {}),
    (4, "suggestion", {}),
    (4, "repairs_public", {}),
    (3, "safety_risk", {}),
    (3, "cleanup", {}),
    (3, "machine_help_poor", {}),
    (3, "shows", {"level": ["镇级", "区级"]}),
    (3, "found_small", {"quantity": [20, 99]}),
    (3, "found", {"quantity": [100, 1000, 1001, 5000, 5001, 10001]}),
    (3, "rescue", {"使用机械": ["yes", "no"], "表现突出": ["yes", "no"]}),
    (3, "honour", {"level": ["村级", "镇街级", "区直部门", "市直部门", "县级"]}),
    (9, "litter", {}),
    (5, "road_grain", {}),
    (4, "front", {}),
    (3, "sewage", {}),
    (3, "stickers", {"影响不好": ["yes", "no"]}),
    (3, "insults", {}),
    (2, "burning", {}),
    (2, "dancing", {}),
    (2, "film", {}),
    (2, "other_breach", {"level": ["一般", "严重"]}),
    (1, "gambling", {}),
    (1, "dogs", {"level": ["扰民", "伤人"]}),
    (1, "lavish", {}),
]

# Wrongs that most people put right within weeks.
REPAIRED = {
    "litter",
    "road_grain",
    "front",
    "sewage",
    "stickers",
    "insults",
    "burning",
    "dancing",
    "film",
    "other_breach",
    "gambling",
    "dogs",
    "lavish",
}

# Every other indicator, once: who, which, and what the event says.
ONCE: list[tuple[int, str, dict[str, object]]] = [
    (1, "urgent", {"level": "完成很好"}),
    (2, "urgent", {"level": "完成好"}),
    (1, "party_site", {"level": "市级以上"}),
    (1, "five_star_branch", {}),
    (2, "collective_growth", {"level": "突出"}),
    (2, "model_village", {"level": "区级"}),
    (1, "clean_street", {"level": "二档"}),
    (2, "credit_shop", {"level": "一档"}),
    (7, "party_urgent", {"level": "完成好"}),
    (20, "brings_industry", {}),
    (20, "investment", {"quantity": 200}),
    (31, "party_event", {}),
    (44, "duty_post", {"level": "很好"}),
    (50, "half_year_help", {}),
    (51, "outstanding_kindness", {}),
    (52, "burial", {"to": "P053"}),
    (54, "marrow", {}),
    (55, "organ", {"to": "P056"}),
    (57, "charity_group", {}),
    (59, "report_major", {}),
    (60, "report_fakes", {}),
    (61, "report_funds", {}),
    (62, "poverty_relief", {}),
    (64, "own_removal", {}),
    (65, "gives_land", {}),
    (67, "earns_collective", {"quantity": 5000}),
    (68, "earns_collective", {"quantity": 5001}),
    (9, "collector", {"level": "五星"}),
    (10, "collector", {"level": "合格"}),
    (69, "honour", {"level": "市级"}),
    (69, "honour", {"level": "省直部门"}),
    (70, "honour", {"level": "省部级"}),
    (71, "honour", {"level": "国家级"}),
    (72, "enlists", {}),
    (73, "good_soldier", {}),
    (74, "merit", {"level": "三等功"}),
    (75, "peacekeeping", {}),
    (76, "militia_trained", {}),
    (2, "goal_missed", {"level": "一档"}),
    (1, "party_life_kept", {}),
    (2, "quarrel", {"影响不好": "yes"}),
    (1, "sloppy", {"level": "一档"}),
    (1, "one_star_branch", {}),
    (2, "cadre_training", {}),
    (2, "cadre_pledge", {}),
    (2, "cadre_talk", {}),
    (1, "four_two", {}),
    (1, "report_meeting", {}),
    (2, "satisfaction", {}),
    (1, "dirty_village", {}),
    (2, "skips_democracy", {"影响不好": "no"}),
    (2, "inaction", {"level": "二档"}),
    (5, "colleague_offence", {}),
    (31, "party_life_missed", {}),
    (44, "party_life_leave", {"level": "村级"}),
    (58, "unqualified", {}),
    (63, "fake_papers", {}),
    (77, "dues", {}),
    (85, "refuses_duty", {}),
    (99, "factions", {}),
    (104, "disrupts_meeting", {}),
    (111, "party_training", {}),
    (111, "party_pledge", {}),
    (111, "party_talk", {}),
    (63, "organisation", {"level": "通报"}),
    (77, "discipline", {"level": "警告"}),
    (85, "expulsion", {}),
    (99, "government", {"level": "记过"}),
    (58, "district_drop", {"level": "B级"}),
    (81, "drop_subsidy", {}),
    (82, "drop_building", {}),
    (83, "drop_farmland", {}),
    (84, "drop_defence", {}),
    (86, "drop_farmland_province", {}),
    (87, "drop_obstruction", {}),
    (88, "drop_cult", {}),
    (89, "drop_farmland_ministry", {}),
    (91, "drop_forced", {}),
    (92, "leaflets", {}),
    (93, "stall", {}),
    (94, "greenery", {}),
    (95, "soils_ads", {}),
    (96, "crops", {}),
    (97, "trouble", {}),
    (98, "abuses_workers", {}),
    (100, "felling", {}),
    (101, "rebuild", {}),
    (102, "digs_road", {}),
    (103, "garage", {}),
    (105, "livestock", {}),
    (106, "harms_neighbour", {}),
    (107, "fire", {"level": "引发火情"}),
    (108, "utilities", {"level": "阻挠"}),
    (109, "damages", {}),
    (110, "banned_livestock", {}),
    (112, "demolition", {}),
    (112, "new_tomb", {}),
    (112, "child_neglect", {}),
    (113, "mediation", {}),
    (114, "superstition_goods", {}),
    (116, "superstition", {}),
    (117, "grave_fire", {"level": "烧香放炮"}),
    (118, "elder_abuse", {}),
    (119, "old_tomb", {"to": "P120"}),
    (9, "false_data", {}),
    (12, "subsidy_fraud", {}),
    (13, "refuses_cleanup", {"level": "影响整体工作"}),
    (14, "unpaid_damage", {}),
    (15, "cheats", {}),
    (16, "misuses_land", {}),
    (17, "contract", {}),
    (19, "tenders", {}),
    (21, "false_complaint", {}),
    (22, "bad_online", {}),
    (23, "militia_quits", {"level": "个人表"}),
    (24, "own_false_data", {}),
    (6, "rep_absent", {}),
    (10, "credit_duties", {}),
    (10, "mishandles", {}),
    (9, "leaks", {}),
    (10, "abuses_rewards", {}),
    (1, "abuses_office", {}),
]


def person(number: int) -> str:
    return f"P{number:03}"


def home(number: int) -> int:
    """Three people to a household."""
    return (number - 1) // 3 + 1


def roster() -> list[dict[str, str]]:
    """One row for each belonging; a field that changes in the year needs two."""
    rows = [{"id": "V1", "name": "示例村", "kind": "village"}]
    rows += [{"id": f"H{n:02}", "kind": "household", "unit": "V1"} for n in range(1, 41)]
    for number in range(1, 121):
        unit = home(number)
        classes = CADRES.get(number, "党员" if number in MEMBERS else "普通村民")
        row = {
            "id": person(number),
            "name": SURNAMES[unit % len(SURNAMES)]
            + GIVEN[number % len(GIVEN)]
            + GIVEN[number * 7 % 19],
            "kind": "person",
            "class": classes,
            "unit": f"H{unit:02}",
            "role": "head" if number % 3 == 1 else "",
            "since": FIRST.isoformat(),
            "人群": "重点人群" if classes != "普通村民" else "普通村民",
            "状态": STATES.get(number, "在评"),
            "示范户": "yes" if unit in MODEL_HOMES else "no",
            "贫困户达标": "yes" if unit in POOR_HOMES else "no",
        }
        if unit in MODEL_FROM_JULY:
            rows.append({**row, "until": f"{YEAR}-06-30"})
            row |= {"since": f"{YEAR}-07-01", "示范户": "yes"}
        if number == 120:
            row["until"] = f"{YEAR}-10-31"  # died
        if number == 47:
            row["since"] = f"{YEAR}-05-01"  # moved in
        rows.append(row)
        if number <= 5:
            role = {1: "村书记", 2: "村主任"}.get(number, "")
            rows.append(
                {"id": person(number), "unit": "V1", "role": role, "since": FIRST.isoformat()}
            )
    return rows


def year(random: Random) -> list[Event]:
    """What happened: some 1,450 sound events."""
    events: list[Event] = []

    def add(day: date, subject: str, indicator: str, **says: object) -> str:
        name = f"E{len(events) + 1:04}"
        row = {"id": name, "date": day.isoformat(), "subject": subject, "indicator": indicator}
        events.append({**row, "status": "count", **says})
        return name

    def some_day(first: date = FIRST, last: date = date(YEAR, 12, 31)) -> date:
        return first + timedelta(random.randrange((last - first).days + 1))

    weights = [weight for weight, _, _ in DAILY]
    while len(events) < 1250:
        number = random.randrange(1, 120)
        _, indicator, fields = DAILY[pick(random, weights)]
        day = some_day(date(YEAR, 5, 1)) if number == 47 else some_day()
        if indicator == "hours":
            hours = random.choice([1, 2, 2.5, 3, 4, 6, 8])
            add(day, person(number), "hours_district", quantity=hours, matter=f"活动{day}")
            add(day, person(number), "hours_village", quantity=hours, matter=f"活动{day}")
        else:
            says = {key: random.choice(values) for key, values in fields.items()}
            name = add(day, person(number), indicator, **says)
            if indicator in REPAIRED and random.random() < 0.7:
                mended = min(day + timedelta(random.randrange(3, 40)), date(YEAR, 12, 31))
                add(mended, person(number), indicator, repairs=name)
    for number, indicator, says in ONCE:
        add(some_day(last=date(YEAR, 10, 30)), person(number), indicator, **says)
    for unit in (2, 5, 11, 26, 33):
        for day in (date(YEAR, 3, 8), date(YEAR, 3, 28), date(YEAR, 8, 9)):
            add(day, f"H{unit:02}", "dirty_home")
        add(some_day(), f"H{unit:02}", "family_breach", level=random.choice(["5分项", "10分项"]))
    caps(add)
    stars(add)
    wrongs(add)
    return events


def pick(random: Random, weights: list[int]) -> int:
    """The place of a weighted draw."""
    left = random.randrange(sum(weights))
    for place, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return place
    raise AssertionError


def caps(add: object) -> None:
    """One person meets every cap: below, at and beyond."""
    assert callable(add)
    for month in (2, 4, 6, 8):
        add(date(YEAR, month, 1), "P025", "training")
    for month in (1, 3, 5, 7, 9, 11):
        add(date(YEAR, month, 2), "P025", "army_support")
    for day in (3, 4, 5):
        add(date(YEAR, 6, day), "P025", "help_poor")
        add(date(YEAR, 6, day), "P025", "neighbour_machine")
        add(date(YEAR, 6, day), "P025", "clean_publicity", role="组织者")
    add(date(YEAR, 7, 1), "P025", "gift", quantity=60000)
    add(date(YEAR, 7, 2), "P025", "gift", quantity=300)
    add(date(YEAR, 7, 3), "P026", "hours_district", quantity=310)
    add(date(YEAR, 7, 3), "P026", "hours_village", quantity=310)


def stars(add: object) -> None:
    """Somebody for each star, none by accident."""
    assert callable(add)
    for level in ("省部级", "市级"):
        add(date(YEAR, 9, 1), "P027", "honour", level=level)
    for indicator in ("marrow", "blood", "safety_risk"):
        add(date(YEAR, 9, 2), "P028", indicator)
    add(date(YEAR, 9, 3), "P029", "honour", level="市级")
    for indicator in ("elder_abuse", "bad_online"):
        add(date(YEAR, 9, 4), "P032", indicator)


def wrongs(add: object) -> None:
    """Direct grading with and without repair, and wrongs put right in and out of time."""
    assert callable(add)
    first = add(date(YEAR, 4, 10), "P033", "grave")
    add(date(YEAR, 5, 1), "P033", "blood")
    add(date(YEAR, 8, 20), "P033", "grave", repairs=first, 承诺书="yes")
    second = add(date(YEAR, 5, 10), "P034", "grave")
    add(date(YEAR, 9, 20), "P034", "grave", repairs=second)
    add(date(YEAR, 6, 10), "P035", "grave")
    third = add(date(YEAR, 6, 11), "P036", "litter")
    add(date(YEAR, 6, 30), "P036", "litter", repairs=third)
    add(date(YEAR, 7, 11), "P037", "gambling")


def dirt(events: list[Event]) -> list[Event | str]:
    """What real files hold besides: each row has a note that says what is wrong with it."""
    blood = {"subject": "P038", "indicator": "blood", "status": "count"}
    at = f"{YEAR}-08-"
    rows: list[Event | str] = [
        {**events[10]},  # the same event twice
        {"id": "D01", "date": at + "01", **blood, "indicator": "singing", "note": "方案没有此项"},
        {"id": "D02", "date": f"{YEAR + 1}-01-05", **blood, "note": "次年的事件"},
        {"id": "D03", **blood, "note": "没有日期"},
        {"id": "D04", "date": at + "04", **blood, "note": "后来作废"},
        {"id": "D05", "date": at + "20", "voids": "D04", "note": "重复登记，作废"},
        {
            "id": "D06",
            "date": at + "06",
            **blood,
            "declared_on": f"{YEAR}-12-20",
            "note": "申报很晚",
        },
        {"id": "D07", "date": at + "07", **blood, "subject": "P999", "note": "名册没有此人"},
        {
            "id": "D08",
            "date": at + "08",
            **blood,
            "indicator": "urgent",
            "level": "完成好",
            "note": "不是干部",
        },
        {"id": "D09", "date": at + "09", **blood, "indicator": "honour", "note": "没有级别"},
        {
            "id": "D10",
            "date": at + "10",
            **blood,
            "indicator": "honour",
            "level": "县直部门",
            "note": "没有这一级",
        },
        {"id": "D11", "date": at + "11", **blood, "status": "check", "note": "镇街尚未复核"},
        {"id": "D12", "date": at + "12", **blood, "note": "同一编号两件事"},
        {"id": "D12", "date": at + "13", **blood, "note": "同一编号两件事"},
        {"id": "D13", "date": f"{YEAR - 5}-08-13", **blood, "note": "方案生效之前"},
        {
            "id": "D14",
            "date": at + "14",
            **blood,
            "indicator": "gift",
            "quantity": 99,
            "note": "应按小额捐赠",
        },
        {
            "id": "D15",
            "date": at + "15",
            **blood,
            "indicator": "gift",
            "quantity": 10000,
            "note": "金额写错",
        },
        {
            "id": "D16",
            "date": at + "15",
            **blood,
            "indicator": "gift",
            "quantity": 1000,
            "corrects": "D15",
        },
        {"id": "D17", "date": at + "17", "voids": "E9999", "note": "所指的事件不存在"},
        {"id": "D18", "date": at + "18", **blood, "indicator": "organ", "note": "没有指明记给谁"},
        '{"id": "D19", "date": "2024-08-19", "subject": "P038"',
        {
            "id": "D20",
            "date": at + "21",
            **blood,
            "subject": "P034",
            "indicator": "fund_goods",
            "note": "基金未定",
        },
    ]
    return rows


def main() -> None:
    """Write the two files."""
    random = Random(SEED)
    people, events = roster(), year(random)
    columns = list(dict.fromkeys(key for row in people for key in row))
    with (HERE / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(people)
    lines: list[Event | str] = [*events, *dirt(events)]
    random.shuffle(lines)
    with (HERE / "events.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            text = line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)
            file.write(text + "\n")


if __name__ == "__main__":
    main()
