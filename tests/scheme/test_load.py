"""Loading: every mistake at its word, all in one run, and nothing hostile gets through."""

from pathlib import Path

import pytest

from jifen_rules import SchemeError, load_scheme
from jifen_rules.scheme.load import read_scheme

HEAD = "scheme: a\neffective_from: 2024-01-01\nsubject: household\nperiod: year\n"


def found(body: str) -> list[tuple[str, int, int, str]]:
    """Problems as (code, line, column, message) of HEAD followed by the body."""
    _, problems = read_scheme("a.yaml", text=HEAD + body)
    return [
        (p.code, p.place.line, p.place.column, p.fault.message.format_map(p.values))
        for p in problems
    ]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_scheme_in_another_encoding_says_how_to_save_it(tmp_path: Path, encoding: str) -> None:
    """The editor of Windows offers both; a workbook in place of a scheme is told the same."""
    (tmp_path / "办法.yaml").write_bytes(f"方案: 示例村\n{HEAD}".encode(encoding))
    loaded, (problem,) = read_scheme(tmp_path / "办法.yaml")
    assert (loaded, problem.code, problem.place.line) == (None, "L100", 0)
    assert problem.message("zh") == "这不是 YAML：不是 UTF-8 编码的文本"
    assert "另存为时编码选 UTF-8" in problem.help("zh")


def test_five_mistakes_are_five_problems_at_their_words() -> None:
    body = (
        "indicators:\n"
        "  - {id: x, pionts: 5}\n"
        "  - {id: y, points: {value: 5}}\n"
        "  - {id: z, points: {each: {小时: 1}, between: [1, 2]}}\n"
        "  - {id: w, points: 1, caps: [{at_most: 20, per: 月份}]}\n"
    )
    assert [(code, line, column) for code, line, column, _ in found(body)] == [
        ("L101", 6, 13),
        ("L201", 7, 21),
        ("L202", 8, 37),
        ("L203", 9, 41),
        ("L205", 9, 50),
    ]


def test_a_slip_of_one_letter_is_answered_with_the_word_meant() -> None:
    _, problems = read_scheme("a.yaml", text=HEAD + "indicators: [{id: x, pionts: 5}]\n")
    assert str(problems[0].values["hint"]) == "did you mean 'points'?"


def test_a_veto_without_an_end_is_refused() -> None:
    assert found("indicators: [{id: v, then: [{veto: total}]}]\n")[0][3] == (
        "say how long the veto lasts"
    )


def test_points_for_nobody_are_refused() -> None:
    """It could be read as what stands further out, or as the total."""
    body = "categories: [{id: c, to: {}, indicators: [{id: x, then: [{points: 5, to: {}}]}]}]\n"
    codes = [(code, message) for code, _, _, message in found(body)]
    assert codes == [("L104", "'to' needs at least one entry, not a mapping")] * 2


def test_the_same_key_in_two_languages_is_a_duplicate() -> None:
    assert [p[0] for p in found("indicators: [{id: x, points: 5, 分值: 6}]\n")] == ["L102"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("a: &x [1]\nb: *x\n", "L107"),
        ("indicators: " + "[" * 100 + "]" * 100 + "\n", "L108"),
        ("name: !!python/object:os.system x\n", "L114"),
        ("---\nscheme: b\n", "L116"),
        ("name: [\n", "L100"),
        ("indicators: [{id: x, points:5}]\n", "L111"),
        ("积分对象：户\n", "L112"),
    ],
)
def test_what_yaml_would_swallow_is_named(body: str, code: str) -> None:
    assert code in [p[0] for p in found(body)]


def test_yaml_surprises_are_read_as_written() -> None:
    body = (
        "name: no\n"
        "indicators: [{id: x, name: 12:30, points: 017}, {id: y, name: on, points: 1e3}]\n"
    )
    file = load_scheme("a.yaml", text=HEAD + body)
    assert file.scheme.name == "no"
    assert [i.name for i in file.scheme.indicators] == ["12:30", "on"]
    assert [i.points for i in file.scheme.indicators] == [17, 1000]


def test_a_decimal_keeps_its_value_exactly() -> None:
    file = load_scheme("a.yaml", text=HEAD + "indicators: [{id: x, points: 0.1}]\n")
    assert str(file.scheme.indicators[0].points) == "0.1"


def test_english_and_chinese_keys_load_to_equal_schemes() -> None:
    english = HEAD + (
        "indicators: [{id: x, points: {each: {小时: 1}}, caps: [{at_most: 3 times, per: month}]}]\n"
    )
    chinese = (
        "方案: a\n生效日期: 2024-01-01\n积分对象: household\n考核周期: 年\n"
        "指标: [{编号: x, 分值: {每满: {小时: 1}}, 上限: [{至多: 3 次, 每: 月}]}]\n"
    )
    one = load_scheme("a.yaml", text=english).scheme
    two = load_scheme("b.yaml", text=chinese).scheme
    assert one.indicators == two.indicators


def test_loading_raises_with_every_problem() -> None:
    with pytest.raises(SchemeError) as caught:
        load_scheme("a.yaml", text=HEAD + "indicators: [{id: x}, {points: 5}]\n")
    assert [p.code for p in caught.value.problems] == ["L218", "L217"]
