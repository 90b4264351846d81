"""Remedies that take no decision: what is written, left alone, and that nothing else changes."""

import doctest
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st
from typer.testing import CliRunner

from jifen_rules.cli import app
from jifen_rules.compile import check_plan
from jifen_rules.core.problem import Edit, Place, Problem, Severity
from jifen_rules.scheme.load import load_scheme, read_scheme
from jifen_rules.scheme.model import SchemeFile
from jifen_rules.syntax import lines, remedy, respell
from jifen_rules.syntax.lines import Lines
from jifen_rules.syntax.remedy import apply_edits, fix_text
from shards import examples

ROOT = Path(__file__).parents[2]
HEAD = (
    "scheme: demo\neffective_from: 2024-01-01\nsubject: household\nperiod: year\n"
    "at_period_end: clear\nfloor: none\nindicators:\n"
)


def problems_of(text: str) -> tuple[Problem, ...]:
    loaded, problems = read_scheme("x.yaml", text=text)
    return (*problems, *check_plan(loaded)) if loaded is not None else problems


def fixed(text: str) -> str:
    return fix_text("x.yaml", text, problems_of).text


@pytest.mark.parametrize("module", [lines, remedy, respell], ids=lambda module: module.__name__)
def test_the_examples_of_the_docstrings(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


MENDED = {
    "letters exchanged": ("- {id: a, pionts: 5}", "- {id: a, points: 5}"),
    "a letter too few": (
        "- {id: a, point: 5, cap: []} # 说明",
        "- {id: a, points: 5, caps: []} # 说明",
    ),
    "a sign wrong": ("- {编号: a, 分植: 5}", "- {编号: a, 分值: 5}"),
    "in quotes": ("- {id: a, 'point': 5}", "- {id: a, 'points': 5}"),
    "a word wrong": (
        "- {id: a, then: [{veto: total, lasts: until repaired, gives: befor}]}",
        "- {id: a, then: [{veto: total, lasts: until repaired, gives: before}]}",
    ),
    "a window": (
        "- {id: a, points: 5, caps: [{at_most: 9 added, per: mnth}]}",
        "- {id: a, points: 5, caps: [{at_most: 9 added, per: month}]}",
    ),
    "no space in braces": ("- {id: a, points:5}", "- {id: a, points: 5}"),
    "no space on a line": (
        "- id: a\n    points:5 # 说明\n    name: x",
        "- id: a\n    points: 5 # 说明\n    name: x",
    ),
    "no space after a unit": (
        "- {id: a, points: {each: {小时:1}, round: 1 down}}",
        "- {id: a, points: {each: {小时: 1}, round: 1 down}}",
    ),
    "full-width colons": (
        "- 编号：a # 分值：5\n    名称： 一：二\n    分值：5",
        "- 编号: a # 分值：5\n    名称: 一：二\n    分值: 5",
    ),
    "full-width commas": (
        "- {id: a， name: '一，二'，points: 5}",
        "- {id: a, name: '一，二', points: 5}",
    ),
    "a comma in a formula": (
        "- {id: a, points: 5, when: max(quantity, 1, 3) > 2, name: x}",
        '- {id: a, points: 5, when: "max(quantity, 1, 3) > 2", name: x}',
    ),
    "a comma beside a word": (
        '- {id: a, points: 5, when: count(a, "year") < 2}',
        "- {id: a, points: 5, when: 'count(a, \"year\") < 2'}",
    ),
    "the same twice in braces": ("- {id: a, points: 5, points: 5}", "- {id: a, points: 5}"),
    "the same twice on lines": (
        "- id: a\n    points: 5\n    分值: 5\n    name: x",
        "- id: a\n    points: 5\n    name: x",
    ),
    "points with their word": ("- {id: a, points: -５分}", "- {id: a, points: -5}"),
    "marks in a formula": (
        "- {id: a, points: 5, when: max（quantity，1）≥ 2}",
        '- {id: a, points: 5, when: "max(quantity,1)>= 2"}',
    ),
    "tabs and wide signs before": (
        "- {id: a,\tname: 𠮷𠮷,\tpionts: 5}",
        "- {id: a,\tname: 𠮷𠮷,\tpoints: 5}",
    ),
}


@pytest.mark.parametrize(("before", "after"), MENDED.values(), ids=MENDED)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_what_is_mended(before: str, after: str, newline: str) -> None:
    before, after = ((HEAD + f"  {text}\n").replace("\n", newline) for text in (before, after))
    assert fixed(before) == after
    assert fixed(after) == after
    load_scheme("x.yaml", text=after)


@pytest.mark.parametrize("day", ["2024/1/1", "2024.01.01", "2024年1月1日", "２０２４-01-01"])
def test_a_day_is_written_in_its_one_form(day: str) -> None:
    text = HEAD + "  - {id: a, points: 5}\n"
    assert fixed(text.replace("2024-01-01", day)) == text


LEFT = {
    "an amount without its word": "- {id: a, points: 5, caps: [{at_most: 20, per: year}]}",
    "two values for one key": "- {id: a, points: 5, points: 6}",
    "twice, with a remark": "- id: a\n    points: 5\n    points: 5 # 两委会定\n",
    "another form already": "- {id: a, points: {between: [1, 2], formla: 5}}",
    "a key that is there": "- {id: a, pionts: 5, points: 5}",
    "a value that would not do": "- {id: a, pionts: x}",
    "two words it can be": "- {id: a, points: 5, 名字: x}",
    "a name in a formula": "- {id: a, points: 5, when: quantty > 2}",
    "an id": "- {id: a b, points: 5}",
    "a full-width mark in a name": "- {id: a, name: 一，二, points: [}",
    "a time": "- {id: a, points: {each: {12:30}}}",
    "a bracket that is not closed": "- {id: a, points: 5, when: max(quantity, 3 > 2, name: x}",
    "a range that is upside down": "- {id: a, points: {between: [5, 1]}}",
    "a key without a value": "- {id: a, points:}",
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_takes_a_decision_is_left_alone(text: str) -> None:
    text = HEAD + f"  {text}\n"
    assert problems_of(text)
    assert fixed(text) == text


signs = st.text(st.sampled_from("a甲𠮷 \t\n\r：\ufeff"), max_size=30)


@given(signs, st.data())
def test_text_outside_the_edits_is_what_it_was(text: str, data: st.DataObject) -> None:
    """Edits that do not touch are all written: the pieces between them follow each other."""
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    stretches = list(zip(cuts[::2], cuts[1::2], strict=False))
    new = data.draw(st.lists(signs, min_size=len(stretches), max_size=len(stretches)))
    counted = Lines(text)
    edits = [Edit(counted.place("x", a, b), word) for (a, b), word in zip(stretches, new)]
    assume(all(counted.stretch(edit.place) == ab for edit, ab in zip(edits, stretches)))
    expected, last = "", 0
    for (start, end), word in zip(stretches, new):
        expected += text[last:start] + word
        last = end
    order = data.draw(st.permutations(edits))
    assert apply_edits(text, [[edit] for edit in order]) == expected + text[last:]


def test_of_two_that_touch_the_first_is_written_and_all_of_a_remedy_or_none() -> None:
    def edit(column: int, width: int, text: str) -> Edit:
        return Edit(Place("x", 1, column, width), text)

    assert apply_edits("abcdef", [[edit(2, 3, "X")], [edit(1, 2, "Y")]]) == "Ycdef"
    both = [edit(1, 1, "X"), edit(4, 1, "X")]
    assert apply_edits("abcdef", [both, [edit(4, 2, "Y")]]) == "XbcXef"
    assert (
        apply_edits("abcdef", [[edit(1, 0, "("), edit(4, 1, "X")], [edit(1, 4, "Y")]]) == "(abcXef"
    )
    assert apply_edits("abcdef", [[edit(1, 4, "Y")], [edit(3, 0, "("), edit(6, 0, ")")]]) == "Yef"
    assert apply_edits("abc", [[edit(2, 0, "1")], [edit(2, 0, "2")]]) == "a1bc"


SHIPPED = [path.read_text("utf-8") for path in sorted((ROOT / "schemes").glob("*/scheme.yaml"))]


@cache
def loaded_of(number: int) -> SchemeFile:
    return load_scheme("x.yaml", text=SHIPPED[number])


def slipped(line: str, kind: str, data: st.DataObject) -> str | None:
    """A line with one slip of the pen in it; none where it has no place for it."""
    found = re.match(r"( *(?:- )?)([\w\u4e00-\u9fff]+): (\S.*)", line)
    if found is None:
        return None
    lead, key, rest = found.groups()
    match kind:
        case "exchanged" if len(key) > 3:
            at = data.draw(st.integers(0, len(key) - 2))
            key = key[:at] + key[at + 1] + key[at] + key[at + 2 :]
            return f"{lead}{key}: {rest}"
        case "lost" if len(key) > 3:
            at = data.draw(st.integers(0, len(key) - 1))
            return f"{lead}{key[:at]}{key[at + 1 :]}: {rest}"
        case "full-width":
            return f"{lead}{key}：{rest}"
        case "no space":
            return f"{lead}{key}:{rest}"
        case "twice" if not lead.strip() and " #" not in rest and rest[0] not in "{[|>&*'\"":
            return f"{line}\n{line}"
    return None


@settings(max_examples=examples(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.integers(0, len(SHIPPED) - 1),
    st.sampled_from(["exchanged", "lost", "full-width", "no space", "twice"]),
    st.booleans(),
    st.data(),
)
def test_a_slip_in_a_shipped_scheme_is_mended_to_what_it_was_or_left(
    number: int, kind: str, windows: bool, data: st.DataObject
) -> None:
    """Where a remedy is written, the scheme is again the very text that was shipped."""
    text = SHIPPED[number]
    rows = text.split("\n")
    at = data.draw(st.integers(0, len(rows) - 1))
    row = slipped(rows[at], kind, data)
    assume(row is not None and row != rows[at])
    changed = "\n".join([*rows[:at], str(row), *rows[at + 1 :]])
    if windows:
        text, changed = text.replace("\n", "\r\n"), changed.replace("\n", "\r\n")
    before = {p.fault.name for p in problems_of(changed) if p.edits}
    outcome = fix_text("x.yaml", changed, problems_of)
    assume(before)
    assert outcome.text == text
    assert {p.fault.name for p in outcome.problems} >= before
    assert load_scheme("x.yaml", text=outcome.text).scheme == loaded_of(number).scheme


def test_fix_writes_and_keeps_byte_order_mark_and_breaks(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    bad = "\ufeff" + (HEAD + "  # 说明\n  - {id: a, pionts: 5} # 甲\n").replace("\n", "\r\n")
    file.write_bytes(bad.encode())
    run = CliRunner().invoke(
        app, ["check", str(file), "--fix", "--lang", "zh", "--ignore", "J", "--no-card"]
    )
    assert (run.exit_code, run.output) == (0, f"{file}：已改好 1 处\n{file}：没有问题\n")
    assert file.read_bytes() == bad.replace("pionts", "points").encode()


def test_diff_shows_and_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    bad = HEAD + "  - {id: a, pionts: 5}\n  - {id: b, points: 5}"
    file.write_text(bad, "utf-8")
    for options in (["--diff"], ["--diff", "--fix"]):
        run = CliRunner().invoke(app, ["check", str(file), *options])
        assert run.exit_code == 1
        assert run.output.splitlines() == [
            f"--- {file}",
            f"+++ {file}",
            "@@ -5,5 +5,5 @@",
            " at_period_end: clear",
            " floor: none",
            " indicators:",
            "-  - {id: a, pionts: 5}",
            "+  - {id: a, points: 5}",
            "   - {id: b, points: 5}",
            "\\ No newline at end of file",
        ]
    assert file.read_text("utf-8") == bad


def test_what_is_left_after_fix_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(HEAD + "  - {id: a, pionts: 5, when: nothing > 2}\n", "utf-8")
    run = CliRunner().invoke(app, ["check", str(file), "--fix", "--lang", "en"])
    assert run.exit_code == 1
    assert f"{file}: 1 put right" in run.output and "M203 unknown-name" in run.output


def test_fix_of_the_input_checks_what_it_would_be() -> None:
    run = CliRunner().invoke(
        app,
        ["check", "-", "--fix", "--ignore", "J", "--no-card"],
        input=HEAD + "  - {id: a, pionts: 5}\n",
    )
    assert (run.exit_code, run.output) == (0, "-: 1 put right\n-: no problems\n")


def test_only_the_named_file_is_written(tmp_path: Path) -> None:
    """A slip in the county's scheme is for the county to mend."""
    county, local = tmp_path / "county.yaml", tmp_path / "a.yaml"
    county.write_text(HEAD + "  - {id: a, pionts: 5}\n", "utf-8")
    local.write_text("scheme: a\neffective_from: 2024-01-01\nextends: county.yaml\n", "utf-8")
    texts = county.read_bytes(), local.read_bytes()
    run = CliRunner().invoke(app, ["check", str(local), "--fix"])
    assert run.exit_code == 1 and f"{county}:8:" in run.output
    assert (county.read_bytes(), local.read_bytes()) == texts


REQUIRED = """方案: demo
生效日期: 2024-01-01
积分对象: 户
考核周期: 年
期末处理: {公式: 总分 / 2}
下限: 不设
字段: {事件: {天数: {类型: 数}}}
指标:
  - {编号: a, 分值: {每满: {小时: 1}}, 上限: [{至多: 9 加分, 每: 年}]}
  - {编号: b, 后果: [{一票否决: 总分, 有效期: 年}, {措施: 劝导}]}
  - {编号: c, 分值: {幅度: [1, 5]}}
  - {编号: d, 分值: {任选: [1, 5]}}
  - {编号: e, 分值: {公式: 天数 * 2}}
  - 编号: f
    分值: {评议: {村民: 100%}, 每: 年, 合并计分: {平均: 角色}, 缺评: 不计, 取整: 1 四舍五入}
等级:
  - {编号: 星级, 按: 总分, 每: 年, 档次: [{名称: 好, 达到: 60}, {名称: 其余}]}
规则:
  - {编号: r, 每: 年, 条件: 总分 > 90, 后果: [{直接判级: 好, 有效期: 年}]}
兑换激励:
  - {编号: 香皂, 用分: 5, 给予: 香皂一块}
程序:
  - {环节: 计入}
"""


def slips() -> list[tuple[str, str]]:
    """Each key that a place must have, longer than one sign, once with its last sign wrong."""
    keys = (
        "方案 生效日期 积分对象 考核周期 公式 类型 每满 至多 一票否决 措施 幅度 任选 评议 合并计分"
    )
    keys += " 缺评 取整 条件 后果 直接判级 给予 环节"
    return [(key, f"{key[:-1]}旗") for key in keys.split()]


@pytest.mark.parametrize(("key", "slip"), slips(), ids=[key for key, _ in slips()])
def test_a_slip_in_a_key_that_must_be_there_is_one_problem_and_mended(key: str, slip: str) -> None:
    """`考核周旗` is 考核周期, and no second problem says that a key is missing."""
    for found in re.finditer(rf"(?<=[{{\n ,]){key}(?=:)", REQUIRED):
        text = f"{REQUIRED[: found.start()]}{slip}{REQUIRED[found.end() :]}"
        said = [p for p in problems_of(text) if p.fault.severity is Severity.ERROR]
        assert [p.fault.name for p in said] == ["unknown-key"], [p.message("zh") for p in said]
        assert said[0].help("zh") == f"是不是想写“{key}”？"
        assert fixed(text) == REQUIRED


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            REQUIRED.replace("考核周期: 年\n", ""),
            "方案缺少“考核周期”",
            "the scheme has no '考核周期'",
        ),
        (REQUIRED.replace("至多: 9 加分, ", ""), "该上限缺少“至多”", "the cap has no '至多'"),
        (REQUIRED.replace("条件: 总分 > 90, ", ""), "“r”缺少“条件”", "'r' has no '条件'"),
        (
            REQUIRED.replace("用分: 5, 给予: 香皂一块", "用分: 5"),
            "“香皂”缺少“给予”",
            "'香皂' has no '给予'",
        ),
        (
            HEAD.replace("period: year\n", "") + "  []",
            "方案缺少“period”",
            "the scheme has no 'period'",
        ),
    ],
)
def test_a_missing_key_is_named_as_its_author_would_write_it(text: str, zh: str, en: str) -> None:
    said = [p for p in problems_of(text) if p.fault.name == "missing-key"]
    assert [(p.message("zh"), p.message("en")) for p in said] == [(zh, en)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("points: 5, caps: [{at_most: 12 分, per: year}]", "12 加分"),
        ("points: -5, caps: [{at_most: 12 积分, per: year}]", "12 扣分"),
        ("points: 5, caps: [{at_most: 12 points, per: year}]", "12 added"),
        ("points: {each: {小时: -1}}, caps: [{at_most: 12 分, per: year}]", "12 扣分"),
        ("points: {between: [-5, 5]}, caps: [{at_most: 12 分, per: year}]", ""),
    ],
)
def test_a_limit_in_points_says_which_points(before: str, after: str) -> None:
    """`12 分` would limit a quantity, and hold nothing back; an edit names the side."""
    text = f"{HEAD}  - {{id: a, {before}}}\n"
    assert [p.fault.name for p in problems_of(text)] == ["points-of-which-side"]
    meant = re.sub(r"12 [^,]+", after, text) if after else text
    assert fixed(text) == meant
    assert not after or problems_of(meant) == ()


def test_a_quantity_that_is_counted_in_points_may_be_limited_in_them() -> None:
    """Marks of an examination are a quantity: one point for each 10, of 100 at most."""
    text = (
        "- {id: a, points: {each: {10 分: 1}, round: 1 down}, caps: [{at_most: 100 分, per: year}]}"
    )
    assert problems_of(f"{HEAD}  {text}\n") == ()
