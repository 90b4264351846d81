"""A file of cases in Chinese or in both languages; what is wrong is said at its word."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from jifen_rules import read_cases
from jifen_rules.cli import app
from jifen_rules.core.problem import CaseError
from jifen_rules.core.vocabulary import CASES

SCHEME = """方案: demo
示例: 是
生效日期: 2024-01-01
积分对象: 户
考核周期: 年
基础分: 100
下限: 不设
期末处理: 清零
指标:
  - {编号: 整洁, 分值: 10, 上限: [{至多: 1 次, 每: 季}]}
  - {编号: 荣誉, 分值: {按: {级别: {村级: 3, 市级: 30}}}}
"""
IN_CHINESE = """前提: {截至: 2024-12-31}
用例:
  - 名称: 一季度只计一次
    事件: [2024-01-10 张家 整洁, 2024-03-10 张家 整洁]
    应得: {分录: {e1: 10, e2: {应计: 10, 实得: 0}}, 总分: {张家: 110}}
  - 名称: 荣誉按级别
    事件: ["2024-01-10 张家 荣誉 级别={级}"]
    应得: {总分: {张家: "{总}"}}
    代入: [{级: 村级, 总: 103}, {级: 市级, 总: 130}]
  - 名称: 整洁改为 20 分
    改为: {整洁.分值: 20}
    事件: [2024-01-10 张家 整洁]
    应得: {总分: {张家: 120}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scheme.yaml").write_text(SCHEME, "utf-8")
    (tmp_path / "cases.yaml").write_text(IN_CHINESE, "utf-8")
    return tmp_path


def in_english(text: str) -> str:
    """The same file with its keys in English; names of the scheme stay."""
    for english, chinese in CASES.items():
        text = text.replace(f"{chinese}:", f"{english}:")
    return text


def jifen(folder: Path, *words: str) -> tuple[int, str]:
    run = CliRunner().invoke(app, ["test", str(folder), "--lang", "zh", *words])
    return run.exit_code, run.output


def test_cases_in_chinese_pass(folder: Path) -> None:
    """By hand: the second tidy of a quarter brings 0; 100 + 3 and 100 + 30; 100 + 20."""
    code, said = jifen(folder)
    assert code == 0 and "通过 4 个，未通过 0 个" in said


def test_the_same_cases_in_english_are_the_same() -> None:
    chinese, english = (
        read_cases("cases.yaml", text=text) for text in (IN_CHINESE, in_english(IN_CHINESE))
    )
    assert "expect:" in in_english(IN_CHINESE) and "应得" not in in_english(IN_CHINESE)
    assert chinese == english


def test_a_case_that_fails_names_the_figure_in_chinese(folder: Path) -> None:
    (folder / "cases.yaml").write_text(IN_CHINESE.replace("张家: 110", "张家: 111"), "utf-8")
    code, said = jifen(folder)
    assert code == 1 and "总分 张家 2024：应为 111，实为 110" in said


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("前提:", "前题:", "1:1", "没有“前题”这个关键字；是不是想写“前提”？"),
        ("截至:", "截止:", "1:6", "没有“截止”这个关键字；是不是想写“截至”？"),
        ("应得: {分录", "应的: {分录", "5:5", "没有“应的”这个关键字；是不是想写“应得”？"),
        (
            "总分: {张家: 110}",
            "总份: {张家: 110}",
            "5:45",
            "没有“总份”这个关键字；是不是想写“总分”？",
        ),
        ("    改为:", "    expect: {}\n    改为:", "14:5", "“应得”用中文、英文各写了一遍"),
        ("前提: {截至: 2024-12-31}\n", "", "2:5", "没有写“截至”"),
        (
            "[2024-01-10 张家 整洁, 2024",
            "[2024-01-10 张家, 2024",
            "3:5",
            "“2024-01-10 张家”不是一条事件",
        ),
        ("改为: {整洁.分值: 20}", "改为: 20", "10:5", "“改为”下面逐项写"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_at_its_word(
    folder: Path, old: str, new: str, place: str, said: str
) -> None:
    text = IN_CHINESE.replace(old, new, 1)
    assert text != IN_CHINESE
    (folder / "cases.yaml").write_text(text, "utf-8")
    code, output = jifen(folder)
    assert code == 1 and said in output and f"cases.yaml:{place}: C301" in output


def test_an_event_may_have_an_id_of_its_own() -> None:
    """A row with 编号, a line with 编号=, and one without, which is the third: e3."""
    text = """
用例:
  - 名称: 三条
    截至: 2024-12-31
    事件: [{编号: 甲, 日期: 2024-01-10}, 2024-01-11 张家 整洁 编号=乙, 2024-01-12 张家 整洁]
    应得: {总分: {张家: 110}}
"""
    (case,) = read_cases("cases.yaml", text=text)
    names = [row.get("id") or row.get("编号") for row in case.events]
    assert names == ["甲", "乙", "e3"]
    assert [set(row) & {"id", "编号"} for row in case.events] == [{"编号"}, {"编号"}, {"id"}]


def test_a_recorded_case_has_the_keys_of_its_file(folder: Path) -> None:
    events = folder / "e.csv"
    events.write_text("id,date,subject,indicator\na,2024-03-01,张家,整洁\n", "utf-8")
    assert jifen(folder, "--record", str(events), "--name", "记录")[0] == 0
    written = (folder / "cases.yaml").read_text("utf-8")
    assert written.startswith(IN_CHINESE) and "    应得: " in written and "expect" not in written
    code, said = jifen(folder)
    assert code == 0 and "通过 5 个" in said and "“核算人: 姓名”" in said
    (folder / "cases.yaml").unlink()
    assert jifen(folder, "--record", str(events), "--name", "记录")[0] == 0
    assert (folder / "cases.yaml").read_text("utf-8").startswith("用例:\n")


def test_a_key_of_all_cases_that_is_none_is_refused() -> None:
    """It was passed over, and each case told that it lacks a day."""
    with pytest.raises(CaseError) as refused:
        read_cases("cases.yaml", text="given: {as_off: 2024-12-31}\ncases: []\n")
    assert refused.value.problems[0].place.column == 9
