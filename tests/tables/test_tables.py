"""Tables as villages make them become schemes that say what the table says, and nothing else.

The tables are made up. What each must become is written by hand beside it, as a scheme.
"""

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel

from jifen_rules.compile import check_plan
from jifen_rules.core.problem import Problem, Severity
from jifen_rules.core.terms import UNKNOWN
from jifen_rules.core.vocabulary import COLUMNS, KINDS, english
from jifen_rules.report.render.to_draft import render_cells, render_draft
from jifen_rules.scheme.load import load_scheme, read_scheme
from jifen_rules.scheme.model import Scheme
from jifen_rules.scheme.model.amounts import NetLimit
from jifen_rules.tables import Answers, Draft, draft_scheme, read_sheets
from shards import examples
from timing import seconds_of

TODAY = Answers(date(2024, 1, 1))
Rows = Sequence[Sequence[object]]


def workbook(path: Path, sheets: dict[str, tuple[Rows, Sequence[str]]]) -> Path:
    """Write sheets of rows with stretches of joined cells."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, (rows, joined) in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([*row])
        for stretch in joined:
            sheet.merge_cells(stretch)
    book.save(path)
    return path


def draft_of(path: Path, answers: Answers = TODAY) -> Draft:
    draft, problems = draft_scheme(path, answers)
    assert draft is not None, problems
    return draft


def scheme_of(draft: Draft) -> Scheme:
    """The scheme that the draft is, the same in both spellings, without an error."""
    found = []
    for keys in ("en", "zh"):
        text = render_draft(draft, "zh", keys)
        loaded, problems = read_scheme("draft.yaml", text=text)
        assert loaded is not None and problems == ()
        wrong = [p for p in check_plan(loaded) if p.severity is Severity.ERROR]
        assert wrong == []
        found.append(loaded.scheme)
    assert neutral(found[0]) == neutral(found[1])
    return found[0]


def neutral(value: object) -> object:
    """A part of a scheme as plain data, fixed words in English whatever the file says."""
    if isinstance(value, BaseModel):
        return {name: neutral(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {english(COLUMNS, str(key)): neutral(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [neutral(inner) for inner in value]
    return english(KINDS, value) if isinstance(value, str) else value


def unread(draft: Draft) -> list[tuple[str, str]]:
    """The cells that were not understood, with the words."""
    return [
        (p.place.cell, str(p.values["text"]))
        for p in draft.problems
        if p.severity is not Severity.ADVICE
    ]


def assumed(draft: Draft) -> set[str]:
    """The cells about which something was assumed."""
    return {p.place.cell.rpartition("!")[2] for p in draft.problems if p.code == "D513"}


HEAD = """
scheme: t
effective_from: 2024-01-01
period: year
floor: unknown
at_period_end: unknown
"""


def expected(text: str) -> Scheme:
    return load_scheme("expected.yaml", text=HEAD + text).scheme


# --- one: households, an Excel table with joined categories ---------------------------------------

HOUSEHOLDS: Rows = [
    ["柳溪村2024年“文明积分”细则（试行）"],
    ["基础分：100分；考核周期：年"],
    ["序号", "类别", "积分内容", "分值", "上限", "备注"],
    [
        1,
        "环境卫生\n（每年最高６０分）",
        "1.房前屋后干净整洁",
        "＋５分／次",
        "每月最高１０分",
        "以检查表为准",
    ],
    [2, None, "2.乱倒垃圾污水", "每次扣2分", None, "情节严重的另行处理"],
    [3, None, "3.菜园杂乱", "扣一分/次", None, None],
    [4, "乡风文明", "喜事新办、丧事简办", "二十分", "一次性", "村规民约第六条"],
    [5, None, "志愿服务", "每满4小时计1分", "每年累计不超过二十分", None],
    [6, None, "为集体出义务工", "每小时半分", None, "每季度限3次，农忙时除外"],
    [7, "荣誉", "家庭获得表彰", "村级３分、镇级五分、县级及以上10分", "每年限1次", "就高不就低"],
    [8, None, "好人好事", "5-10分", None, None],
    ["合计", None, None, 100, None, None],
    ["注：本细则由村民代表会议负责解释。"],
]
HOUSEHOLDS_JOINED = ["A1:F1", "A2:F2", "B4:B6", "B7:B9", "B10:B11", "A12:C12", "A13:F13"]

HOUSEHOLDS_SCHEME = """
name: 柳溪村2024年“文明积分”细则（试行）
subject: household
base: 100
categories:
  - name: 环境卫生
    caps: [{at_most: unknown, per: year}]
    indicators:
      - name: 房前屋后干净整洁
        points: 5
        caps: [{at_most: 10 added, per: month}]
        basis: 以检查表为准
      - {name: 乱倒垃圾污水, points: -2}
      - {name: 菜园杂乱, points: -1}
  - name: 乡风文明
    indicators:
      - name: 喜事新办、丧事简办
        points: 20
        caps: [{at_most: 1 time, per: ever}]
        basis: 村规民约第六条
      - name: 志愿服务
        points: {each: {4 小时: 1}, round: 1 down}
        caps: [{at_most: 20 added, per: year}]
      - {name: 为集体出义务工, points: {each: {小时: 0.5}}}
  - name: 荣誉
    indicators:
      - name: 家庭获得表彰
        points: {by: {level: {村级: 3, 镇级: 5, 县级及以上: 10}}}
        caps: [{at_most: 1 time unknown, per: year}]
      - {name: 好人好事, points: {between: [5, 10]}}
"""


def test_a_table_of_households_becomes_the_scheme_it_says(tmp_path: Path) -> None:
    draft = draft_of(workbook(tmp_path / "t.xlsx", {"积分细则": (HOUSEHOLDS, HOUSEHOLDS_JOINED)}))
    wanted = expected(HOUSEHOLDS_SCHEME.replace("    caps: [{at_most: unknown, per: year}]\n", ""))
    found = scheme_of(draft)
    # 每年最高60分 beside adds and deducts alike: of which, or of the net? the name keeps the words
    first = found.categories[0].model_copy(update={"name": "环境卫生"})
    assert found.categories[0].name == "环境卫生 （每年最高６０分）"
    assert found.model_copy(update={"categories": (first, *found.categories[1:])}) == wanted
    assert unread(draft) == [
        ("积分细则!B4", "每年最高６０分"),
        ("积分细则!F5", "情节严重的另行处理"),
        ("积分细则!F9", "每季度限3次,农忙时除外"),
        ("积分细则!F10", "就高不就低"),
        ("积分细则!A13", "注：本细则由村民代表会议负责解释。"),
    ]
    assert assumed(draft) == {"D7", "D8", "D9", "D10", "D11"}
    assert [p.place.cell for p in draft.problems if p.code == "D515"] == ["积分细则!A12"]


def test_notes_stand_at_their_place_in_the_readers_language(tmp_path: Path) -> None:
    draft = draft_of(workbook(tmp_path / "t.xlsx", {"积分细则": (HOUSEHOLDS, HOUSEHOLDS_JOINED)}))
    rows = render_draft(draft, "zh", "zh").splitlines()
    at = next(
        n for n, row in enumerate(rows) if "家庭获得表彰" in row and not row.strip().startswith("#")
    )
    notes = [row.strip() for row in rows[at - 2 : at]]
    assert "# 未读懂（积分细则!F10）：就高不就低" in notes
    english = render_draft(draft, "en", "en")
    assert "# not understood (积分细则!F10): 就高不就低" in english
    assert "# a draft made from t.xlsx: 5 places were not understood" in english


def test_the_report_tells_what_each_cell_became(tmp_path: Path) -> None:
    draft = draft_of(workbook(tmp_path / "t.xlsx", {"积分细则": (HOUSEHOLDS, HOUSEHOLDS_JOINED)}))
    report = render_cells(draft, "zh", "zh").splitlines()
    assert "积分细则!D4 “＋５分／次” → 分值: 5" in report
    assert "积分细则!E8 “每年累计不超过二十分” → 上限: [{至多: 20 加分, 每: 年}]" in report
    told = {cell.place.cell for cell in draft.cells} | {p.place.cell for p in draft.problems}
    filled = {
        f"积分细则!{chr(ord('A') + column)}{number}"
        for number, row in enumerate(HOUSEHOLDS, 1)
        for column, value in enumerate(row)
        if value is not None and number > 3 and column
    } - {"积分细则!D12"}  # of the total, told with its row
    assert filled <= told


# --- two: party members, headings over two rows, two sheets ---------------------------------------

MEMBERS: Rows = [
    ["党员积分管理量化表", None, None, None, None, None],
    ["项目", "内容", "分值", None, "每季度上限", "依据"],
    [None, None, "加分", "扣分", None, None],
    ["组织生活", "参加主题党日", "2", None, "6", "《支部工作条例》"],
    [None, "无故缺席组织生活", None, "第一次提醒谈话，第二次扣2分，第三次及以上扣5分", None, None],
    [None, "按时缴纳党费", "1", "2", None, None],
    ["先锋作用", "承诺践诺", "优秀10分、良好5分、一般0分", None, None, None],
    [None, "抢险救灾", "视情加5～20分", None, None, None],
    [None, "带头移风易俗", "－3", None, None, None],
]
NEGATIVE: Rows = [
    ["情形", "分值", "后果"],
    ["信教或参与邪教", "一票否决", None],
    ["酒后驾驶", "10分并取消当年评优资格", None],
    ["受党纪处分", "警告20、严重警告30", "报镇党委"],
]

MEMBERS_SCHEME = """
name: 党员积分管理量化表
subject: party_member
categories:
  - name: 加分表
    categories:
      - name: 组织生活
        indicators:
          - name: 参加主题党日
            points: 2
            caps: [{at_most: 6 added, per: quarter}]
            basis: 《支部工作条例》
          - {name: 无故缺席组织生活, points: -5, escalate: {period: [提醒谈话, -2, -5]}}
          - {name: 按时缴纳党费, points: 1}
          - {name: 按时缴纳党费（扣分）, points: -2}
      - name: 先锋作用
        indicators:
          - {name: 承诺践诺, points: {by: {rating: {优秀: 10, 良好: 5, 一般: 0}}}}
          - {name: 抢险救灾, points: {between: [5, 20]}}
          - {name: 带头移风易俗, points: unknown}
  - name: 负面清单
    indicators:
      - {name: 信教或参与邪教, then: [{veto: unknown, lasts: unknown, gives: unknown}]}
      - {name: 酒后驾驶, points: -10, then: [{action: 取消当年评优资格}]}
      - {name: 受党纪处分, points: {by: {level: {警告: -20, 严重警告: -30}}}}
"""


def test_headings_over_two_rows_and_sheets_of_both_sides_are_read(tmp_path: Path) -> None:
    sheets: dict[str, tuple[Rows, Sequence[str]]] = {
        "加分表": (
            MEMBERS,
            ["A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:F3", "A4:A6", "A7:A9"],
        ),
        "负面清单": (NEGATIVE, []),
    }
    draft = draft_of(
        workbook(tmp_path / "t.xlsx", sheets), Answers(date(2024, 1, 1), subject="party_member")
    )
    assert neutral(scheme_of(draft)) == neutral(expected(MEMBERS_SCHEME))
    assert unread(draft) == [("加分表!C9", "－3")]  # a deduct under 加分
    assert [p.code for p in draft.problems if p.place.cell == "加分表!C9"] == ["D512"]
    kept = [row.strip() for row in render_draft(draft).splitlines() if "in the table" in row]
    assert kept == ["# in the table (负面清单!C4): 后果：报镇党委"]


# --- three: an assessment with full marks and a column of standards -------------------------------

ASSESSMENT: Rows = [
    ["考核指标", "考核内容", "分值", "评分标准", "得分", "备注"],
    ["一、人居环境（满分30分）"],
    ["庭院", "庭院整洁", 10, "每发现一处不整洁扣1分", None, None],
    ["庭院", "柴草堆放", 10, "每处扣2分，扣完为止", None, None],
    ["村道", "道路清扫", "１０", "每次扣５分", None, "每月最多扣十分"],
    ["二、平安建设", None, None, None, None, None],
    ["治安", "无刑事案件", 20, "发生一起扣20分，发生两起以上不得分", None, None],
    ["治安", "矛盾不出村", 15, "邻里和睦、无信访", None, None],
    ["治安", "夜间巡逻", None, "2分/次", None, "每人每月限4次"],
    ["总分", None, 65],
]

ASSESSMENT_SCHEME = """
name: t
subject: village
categories:
  - name: 人居环境
    full: 30 unknown
    categories:
      - name: 庭院
        indicators:
          - {name: 庭院整洁, points: unknown}
          - {name: 柴草堆放, points: {full: 10, each: {处: -2}, floor: 0}}
      - name: 村道
        indicators:
          - {name: 道路清扫, points: {full: 10, each: {次: -5}, floor: 0}}
  - name: 平安建设
    categories:
      - name: 治安
        indicators:
          - {name: 无刑事案件, points: unknown}
          - {name: 矛盾不出村, points: 15, basis: 邻里和睦、无信访}
          - {name: 夜间巡逻, points: 2}
"""


def test_full_marks_with_standards_are_read_where_they_say_one_thing(tmp_path: Path) -> None:
    draft = draft_of(
        workbook(tmp_path / "t.xlsx", {"Sheet1": (ASSESSMENT, ["A2:F2", "A6:F6"])}),
        Answers(date(2024, 1, 1), subject="village"),
    )
    assert neutral(scheme_of(draft)) == neutral(expected(ASSESSMENT_SCHEME))
    assert unread(draft) == [
        ("Sheet1!C3", "10"),
        ("Sheet1!D3", "每发现一处不整洁扣1分"),
        ("Sheet1!F5", "每月最多扣十分"),  # full marks add; a limit on deducts says nothing of them
        ("Sheet1!C7", "20"),
        ("Sheet1!D7", "发生一起扣20分，发生两起以上不得分"),
        ("Sheet1!F9", "每人每月限4次"),  # the points are the village's
    ]
    assert [p.place.cell for p in draft.problems if p.code == "D514"] == ["Sheet1!E1"]


# --- four: a Word page with a table ---------------------------------------------------------------


def word_page(path: Path) -> Path:
    """A title, a line, one table with joined cells, a line below."""
    page = docx.Document()
    page.add_heading("桥头村“积分超市”积分办法", 1)
    page.add_paragraph("积分对象：户；基础分：0")
    rows: Rows = [
        ["大类", "积分项目", "积分标准", "封顶", "说明"],
        ["正向激励", "捐款捐物", "每100元1分", "年度最高50分", ""],
        ["", "提供线索", "酌情", "", "由两委会商定"],
        ["", "参加会议", "1分/人次", "每月４次", ""],
        ["反向约束", "占道经营", "每次5分", "", "整改后返还一半"],
        ["", "毁坏公物", "每件10分", "", ""],
        ["", "散布谣言", "第一次批评教育，再次扣10分", "", "见《村规民约》第9条"],
    ]
    table = page.add_table(rows=len(rows), cols=5)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    table.cell(1, 0).merge(table.cell(3, 0))
    table.cell(4, 0).merge(table.cell(6, 0))
    page.add_paragraph("积分每季度公示一次。")
    page.save(str(path))
    return path


WORD_SCHEME = """
name: 桥头村“积分超市”积分办法
subject: household
base: 0
categories:
  - name: 正向激励
    indicators:
      - name: 捐款捐物
        points: {each: {100 元: 1}, round: 1 down}
        caps: [{at_most: 50 added, per: year}]
      - {name: 提供线索, points: {between: [unknown, unknown]}, basis: 由两委会商定}
      - {name: 参加会议, points: 1, caps: [{at_most: 4 times, per: month}]}
  - name: 反向约束
    indicators:
      - {name: 占道经营, points: -5}
      - {name: 毁坏公物, points: {each: {件: -10}}}
      - name: 散布谣言
        points: -10
        escalate: {period: [批评教育, -10]}
        basis: 见《村规民约》第9条
"""


def test_a_word_table_becomes_the_scheme_it_says(tmp_path: Path) -> None:
    draft = draft_of(word_page(tmp_path / "t.docx"))
    assert neutral(scheme_of(draft)) == neutral(expected(WORD_SCHEME))
    assert unread(draft) == [
        ("文末!A1", "积分每季度公示一次。"),
        ("表1!E5", "整改后返还一半"),
    ]


# --- other files and layouts ----------------------------------------------------------------------

PLAIN = "类别,指标,分值,上限\n环境,扫地,+1,每日1次\n,洗车,+2,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_says_a_category_once_for_the_lines_below(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "t.csv"
    file.write_text(PLAIN, encoding=encoding)
    (category,) = scheme_of(draft_of(file)).categories
    assert [(item.name, str(item.points)) for item in category.indicators] == [
        ("扫地", "1"),
        ("洗车", "2"),
    ]


def test_a_limit_beside_a_whole_category_is_the_categorys_and_said_to_be_assumed(
    tmp_path: Path,
) -> None:
    rows: Rows = [
        ["类别", "指标", "分值", "上限"],
        ["正面", "甲", 1, "每年最高20分"],
        [None, "乙", 2, None],
    ]
    draft = draft_of(workbook(tmp_path / "t.xlsx", {"s": (rows, ["A2:A3", "D2:D3"])}))
    (category,) = scheme_of(draft).categories
    assert [str(cap.at_most.number) for cap in category.caps] == ["20"]
    assert "D2" in assumed(draft)


NET = "每年净分最多9分余额保留"


@pytest.mark.parametrize(
    ("rows", "joined", "cell"),
    [
        ([["扣分项（每年最高10分）", "甲", f"扣1分，{NET}", None]], (), "C2"),
        ([["扣分项（每年最高10分）", f"甲（{NET}）", "扣1分", None]], (), "B2"),
        (
            [["扣分项", "甲", f"扣1分，{NET}", "每年最高10分"], [None, "乙", "扣1分", None]],
            ("A2:A3", "D2:D3"),
            "D2",
        ),
    ],
)
def test_a_limit_around_a_net_limit_is_a_note_beside_it(
    tmp_path: Path, rows: Rows, joined: Sequence[str], cell: str
) -> None:
    """Around a net limit only net limits may stand, so the later of the two is left unread."""
    table = [["类别", "指标", "分值", "上限"], *rows]
    draft = draft_of(workbook(tmp_path / "t.xlsx", {"s": (table, joined)}))
    assert [place for place, _ in unread(draft)] == [f"s!{cell}"]
    scheme_of(draft)


def test_the_head_says_whose_points_they_are_and_how_low_they_go(tmp_path: Path) -> None:
    rows = "某村细则\n以个人为积分对象；按季度考核；基础分60分；最低0分\n指标,分值\n甲,+1\n"
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    draft = draft_of(tmp_path / "t.csv")
    scheme = scheme_of(draft)
    assert unread(draft) == []
    assert (draft.scheme.data["period"], scheme.subject, str(scheme.base)) == (
        "quarter",
        "person",
        "60",
    )
    # what becomes of what lies below is not said
    assert scheme.floor == NetLimit(Decimal(0), UNKNOWN)


def test_a_limit_beside_some_lines_of_a_category_is_not_guessed_at(tmp_path: Path) -> None:
    rows: Rows = [
        ["类别", "指标", "分值", "上限"],
        ["正面", "甲", 1, "每年最高20分"],
        [None, "乙", 2, None],
        [None, "丙", 2, None],
    ]
    draft = draft_of(workbook(tmp_path / "t.xlsx", {"s": (rows, ["A2:A4", "D2:D3"])}))
    assert unread(draft) == [("s!D2", "每年最高20分")]
    assert scheme_of(draft).categories[0].caps == ()


def test_a_rule_in_a_remark_beside_several_lines_is_not_read(tmp_path: Path) -> None:
    """For each of them, or together? Words alone are kept with the first."""
    rows: Rows = [
        ["指标", "分值", "备注"],
        ["甲", "+1", "每年限3次"],
        ["乙", "+2", None],
        ["丙", "+2", "以台账为准"],
        ["丁", "+3", None],
    ]
    draft = draft_of(workbook(tmp_path / "t.xlsx", {"s": (rows, ["C2:C3", "C4:C5"])}))
    assert unread(draft) == [("s!C2", "每年限3次")]
    found = scheme_of(draft).indicators
    assert [(item.caps, item.basis) for item in found] == [
        ((), None),
        ((), None),
        ((), "以台账为准"),
        ((), "以台账为准"),
    ]


def test_a_limit_in_a_unit_that_the_points_do_not_count_is_not_read(tmp_path: Path) -> None:
    rows: Rows = [
        ["指标", "分值", "上限"],
        ["甲", "+1", "每次最多2小时"],
        ["乙", "每小时加1分", "每次最多2小时"],
    ]
    draft = draft_of(workbook(tmp_path / "t.xlsx", {"s": (rows, [])}))
    assert unread(draft) == [("s!C2", "每次最多2小时")]
    first, second = scheme_of(draft).indicators
    assert first.caps == () and second.caps[0].at_most.unit == "小时"


def test_a_row_over_the_whole_width_heads_a_section_and_a_name_alone_has_no_points(
    tmp_path: Path,
) -> None:
    rows: Rows = [["指标", "分值"], ["扣分项", None], ["甲", "2分"], ["乙", None], ["丙", "3分"]]
    draft = draft_of(workbook(tmp_path / "t.xlsx", {"s": (rows, ["A2:B2"])}))
    (category,) = scheme_of(draft).categories
    assert category.name == "扣分项"
    assert [(i.name, str(i.points)) for i in category.indicators] == [
        ("甲", "-2"),
        ("乙", "unknown"),
        ("丙", "-3"),
    ]
    assert [
        (p.code, p.place.cell) for p in draft.problems if p.severity is not Severity.ADVICE
    ] == [("D517", "s!A4")]


def test_an_inner_category_ends_with_the_outer_one(tmp_path: Path) -> None:
    rows = "大类,类别,指标,分值\n一,甲,a,+1\n,乙,b,+1\n二,,c,+1\n三,丙,,+1\n"
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    scheme = scheme_of(draft_of(tmp_path / "t.csv"))
    stands = [([c.name for c in around], item.name) for _, around, item in scheme.walk()]
    # the last line names no indicator: its category is one
    assert stands == [(["一", "甲"], "a"), (["一", "乙"], "b"), (["二"], "c"), (["三"], "丙")]


def test_words_of_the_head_with_something_more_are_not_read_by_half(tmp_path: Path) -> None:
    rows = "某村细则\n基础分100分，党员另有规定\n指标,分值\n甲,+1\n"
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    draft = draft_of(tmp_path / "t.csv")
    assert unread(draft) == [("A2", "基础分100分，党员另有规定")]
    assert scheme_of(draft).base is None


def test_one_name_twice_gets_an_id_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("类别,指标,分值\n甲,其他,+1\n乙,其他,+2\n", encoding="utf-8")
    draft = draft_of(tmp_path / "t.csv")
    second = scheme_of(draft).categories[1].indicators[0]
    assert (second.id, second.name) == ("其他_2", "其他")
    assert "B3" in assumed(draft)


SECTIONS = "序号,内容,分值\n一,环境,{}\n1,门前,5\n2,分类,3\n二,文明,{}\n3,好家庭,10\n"


@pytest.mark.parametrize(
    ("one", "two", "full", "not_read"),
    [
        ("8", "10", [], []),  # 5 + 3, and 10 alone: both are sums
        ("40", "60", ["40", "60"], []),  # 40 + 60 = 100: full marks
        ("40", "50", [], ["C2", "C5"]),  # neither
        ("8", "11", [], ["C5"]),  # 8 is a sum, 11 is none
    ],
)
def test_a_figure_beside_a_section_is_a_sum_or_full_marks_where_figures_agree(
    tmp_path: Path, one: str, two: str, full: list[str], not_read: list[str]
) -> None:
    (tmp_path / "t.csv").write_text(SECTIONS.format(one, two), encoding="utf-8")
    draft = draft_of(tmp_path / "t.csv")
    assert [cell for cell, _ in unread(draft)] == not_read
    assert {"C2", "C5"} - {*not_read} <= assumed(draft)
    assert [str(c.full) for c in scheme_of(draft).categories if c.full is not None] == full


def test_a_date_that_excel_made_of_a_range_is_not_read(tmp_path: Path) -> None:
    """5-10 typed into a sheet becomes the tenth of May."""
    rows: Rows = [["指标", "分值"], ["甲", date(2024, 5, 10)], ["乙", "+1"]]
    draft = draft_of(workbook(tmp_path / "t.xlsx", {"s": (rows, [])}))
    assert unread(draft) == [("s!B2", "2024-05-10")]


def test_a_formula_without_a_value_is_told_with_its_cell(tmp_path: Path) -> None:
    rows: Rows = [["指标", "分值"], ["甲", "=1+1"], ["乙", "+1"]]
    draft = draft_of(workbook(tmp_path / "t.xlsx", {"s": (rows, [])}))
    assert ("D504", "s!B2") in [(p.code, p.place.cell) for p in draft.problems]
    assert str(scheme_of(draft).indicators[0].points) == "unknown"


def test_words_that_would_break_yaml_are_only_words(tmp_path: Path) -> None:
    name = "no: #\x01 \"a' {b} [c] - & * ! | > % @ ` \u2028 : "
    rows = (
        f'指标,分值,备注\n"{name.replace(chr(34), chr(34) * 2)}",+1,"x\n# y: \u2028 z"\n'
        f"no,+1,yes\n~,+1,null\n"
    )
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    names = [item.name for item in scheme_of(draft_of(tmp_path / "t.csv")).indicators]
    assert names[1:] == ["no", "~"] and names[0].startswith("no: #")


# --- what is no table -----------------------------------------------------------------------------


def stopped(path: Path) -> list[str]:
    found: list[Problem] = []

    def read() -> None:
        draft, problems = draft_scheme(path, TODAY)
        assert draft is None
        found.extend(problems)

    assert seconds_of(read) < 1
    return [problem.code for problem in found]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "甲,乙\n1,2\n",
        "指标,分值\n",
        "，" * 1000,
        "\0" * 1000,
        "指标" * 10_000,
        '"' * 99_999,
        "a," * 200_000,
        "\n" * 300_000,
    ],
    ids=[
        "empty",
        "blank",
        "no headings",
        "nothing below",
        "commas",
        "nul",
        "long",
        "quotes",
        "cells",
        "lines",
    ],
)
def test_text_without_a_table_is_a_problem(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    assert stopped(tmp_path / "t.csv") in (["D506"], ["D501"], ["D503"])


def document(path: Path, body: str) -> Path:
    """A Word file with a body of one's own."""
    page = docx.Document()
    data = io.BytesIO()
    page.save(data)
    with zipfile.ZipFile(data) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'<w:document xmlns:w="{name}"><w:body>{body}<w:sectPr/></w:body></w:document>'
    parts["word/document.xml"] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


CELL = "<w:tc><w:tcPr>{}</w:tcPr><w:p/></w:tc>"
SPAN = '<w:gridSpan w:val="999999999"/>'
WIDE = f"<w:tbl><w:tr>{CELL.format(SPAN)}</w:tr></w:tbl>"
JOINED = "<w:tr>" + CELL.format("<w:vMerge/>") + "</w:tr>"


@pytest.mark.parametrize(
    "body",
    ["", WIDE, f"<w:tbl>{JOINED * 5000}</w:tbl>", " " * 50_000_000, "<w:p>" * 300, "<w:tbl/>"],
    ids=["empty", "wide", "joined", "bomb", "broken", "no rows"],
)
def test_a_hostile_word_file_ends_in_a_problem(tmp_path: Path, body: str) -> None:
    assert stopped(document(tmp_path / "t.docx", body)) in (["D501"], ["D503"], ["D506"])


@pytest.mark.parametrize("name", ["t.xlsx", "t.docx", "t.csv", "t.pdf", "t"])
def test_bytes_that_are_something_else_are_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(range(256)) * 40)
    assert stopped(tmp_path / name) in (["D501"], ["D506"])


def test_a_word_file_is_read_without_python_docx(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a page in a browser can open one, where python-docx does not run."""
    page = docx.Document()
    table = page.add_table(2, 2)
    for number, text in enumerate(("指标", "分值", "打扫卫生", "5分")):
        table.cell(number // 2, number % 2).text = text
    page.save(str(tmp_path / "t.docx"))
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    (sheet,), problems = read_sheets(tmp_path / "t.docx")
    assert [cell.text for cell in sheet.cells] == ["指标", "分值", "打扫卫生", "5分"]
    assert problems == ()


@pytest.mark.parametrize("lost", ["_rels/.rels", "word/document.xml"])
def test_a_word_file_that_lost_its_text_is_a_problem(tmp_path: Path, lost: str) -> None:
    docx.Document().save(str(tmp_path / "whole.docx"))
    with (
        zipfile.ZipFile(tmp_path / "whole.docx") as whole,
        zipfile.ZipFile(tmp_path / "t.docx", "w") as left,
    ):
        for name in whole.namelist():
            if name != lost:
                left.writestr(name, whole.read(name))
    assert stopped(tmp_path / "t.docx") == ["D501"]


# --- the page -------------------------------------------------------------------------------------

PAGE = Path(__file__).parents[2] / "docs" / "TABLES.md"
ON_PAGE = re.findall(r"^\| (.+?) \| `(.+)` \|$", PAGE.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("phrases", "said"), ON_PAGE, ids=[phrases for phrases, _ in ON_PAGE])
def test_what_the_page_says_of_a_phrase_is_what_becomes_of_it(
    tmp_path: Path, phrases: str, said: str
) -> None:
    """Where the page gives several spellings of one thing, all of them."""
    whole = draft_is(tmp_path, phrases, said)
    for spelling in [phrases] if whole else phrases.split("，"):
        assert draft_is(tmp_path, spelling, said), spelling


def draft_is(folder: Path, phrase: str, said: str) -> bool:
    workbook(folder / "t.xlsx", {"s": ([["指标", "分值"], ["甲", phrase]], [])})
    draft = draft_of(folder / "t.xlsx")
    return f"- {{名称: 甲, {said}}}" in render_draft(draft, "zh", "zh") and not unread(draft)


def test_the_page_has_twenty_six_phrases() -> None:
    assert len(ON_PAGE) == 26


# --- any table ------------------------------------------------------------------------------------

WORDS = [
    "",
    "环境（满分30分）",
    "一、加分项",
    "加分",
    "扣分项（每年最高10分）",
    "5分",
    "+5分/次",
    "每次扣2分",
    "5-10分",
    "村级3分、区级5分",
    "一票否决",
    "清零",
    "每月最高10分",
    "每季度限3次",
    "每年净分最多9分余额保留",
    "满分10分",
    "每处扣2分，扣完为止",
    "第一次警告，第二次扣5分",
    "每次最多2小时",
    "每小时1分",
    "酌情",
    "取消评优资格",
    "未载明",
    "unknown",
    "合计",
    "注：略",
    "基础分100分",
    "积分对象：个人",
    "no",
    "{a: [b",
    "# x",
    "- y: 'z\"",
    "\u2028",
    "指标",
    "分值",
    "类别",
    "5",
    "0",
    "-0",
    "1e9",
    "2024-05-10",
    "扣完为止",
    "一次性",
    "措施：提醒",
    "总分下限：0（余额保留）",
    "考核周期：月",
    "期末处理：结转",
    "total",
    "总分",
    "added",
    "甲",
    "甲",
    "乙",
]


@settings(max_examples=examples(300), deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "类别",
                "指标",
                "项目",
                "分值",
                "加分",
                "扣分",
                "上限",
                "每月上限",
                "备注",
                "依据",
                "得分",
            ]
        ),
        min_size=2,
        max_size=6,
    ),
    st.lists(st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=6), max_size=8),
)
def test_whatever_stands_in_a_table_its_draft_loads_in_both_spellings(
    headings: list[str], rows: list[list[str]]
) -> None:
    cells = [["某村细则"], headings, *rows]
    text = io.StringIO()
    csv.writer(text).writerows(cells)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "t.csv"
        file.write_text(text.getvalue(), encoding="utf-8", errors="replace", newline="")
        draft, problems = draft_scheme(file, TODAY)
    if draft is None:
        assert problems
        return
    scheme_of(draft)
    render_cells(draft, "zh", "zh")
