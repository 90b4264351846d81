"""Keys of cases in Chinese mean what the English ones mean."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jifen_rules import load_scheme, read_cases, run_cases
from jifen_rules.cases.case import CASE_KEYS, FIGURES
from jifen_rules.core.problem import CaseError, Place
from jifen_rules.core.vocabulary import CASES, ENTRY_FIGURES
from jifen_rules.report.render.to_text import render_case
from jifen_rules.syntax.tree import read_tree

FOLDER = Path(__file__).parents[2] / "schemes"
FILES = sorted(FOLDER.rglob("cases.yaml"))
SCHEME = """scheme: demo
effective_from: 2024-01-01
subject: household
period: year
base: 100
floor: none
at_period_end: clear
indicators:
  - {id: help, points: 5, caps: [{at_most: 8 added, per: month}]}
"""
ENGLISH = """cases:
  - name: 每月8分
    as_of: 2024-12-31
    events: [2024-03-01 甲 help, 2024-03-02 甲 help]
    expect: {entries: {e2: {asked: 5, granted: 4}}, totals: {甲: 108}}
"""
CHINESE = """用例:
  - 名称: 每月8分
    统计截至: 2024-12-31
    事件: [2024-03-01 甲 help, 2024-03-02 甲 help]
    应为: {明细: {e2: {应得: 5, 实得: 4}}, 总分: {甲: 108}}
"""


def test_every_key_has_a_chinese_spelling() -> None:
    assert {"cases", "given", *CASE_KEYS, *FIGURES} == {*CASES}
    assert len({*CASES.values()}) == len(CASES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_shipped_cases_with_chinese_keys_are_the_same_cases(path: Path) -> None:
    tree, _ = read_tree(str(path), path.read_text("utf-8"))
    assert tree is not None
    text = json.dumps(in_chinese(tree.plain()), ensure_ascii=False)
    assert '"cases"' not in text and '"expect"' not in text
    nowhere = Place("")
    assert [replace(case, place=nowhere) for case in read_cases("cases.yaml", text=text)] == [
        replace(case, place=nowhere) for case in read_cases(path)
    ]


def in_chinese(data: Any) -> Any:
    """Spell the keys of a file of cases, its cases, and what they expect, in Chinese."""
    whole = spelled(data)
    if "共同条件" in whole:
        whole["共同条件"] = spelled(whole["共同条件"])
    whole["用例"] = [spelled(case) for case in whole["用例"]]
    for case in whole["用例"]:
        case["应为"] = expect = spelled(case["应为"])
        if "明细" in expect:
            expect["明细"] = {
                event: spelled(of, ENTRY_FIGURES) if isinstance(of, dict) else of
                for event, of in expect["明细"].items()
            }
    return whole


def spelled(data: Any, table: Any = CASES) -> dict[str, Any]:
    return {table.get(key, key): value for key, value in data.items()}


def test_a_difference_is_said_by_the_words_of_the_file() -> None:
    """5 and 5 under a cap of 8: the second brings 3, not 4, and its own 5 were asked."""
    scheme = load_scheme("scheme.yaml", text=SCHEME)
    (english,), (chinese,) = (
        run_cases(scheme, read_cases("cases.yaml", text=text)) for text in (ENGLISH, CHINESE)
    )
    assert english.differences == chinese.differences
    assert "明细 e2 实得：应为 4，实为 3\n" in render_case(chinese, "zh")
    assert "entries e2 granted: expected 4, found 3\n" in render_case(english, "en")


@pytest.mark.parametrize(
    ("text", "twice"),
    [
        (CHINESE + "cases: []\n", "'用例' and 'cases'"),
        (
            CHINESE.replace("统计截至:", "as_of: 2024-12-31\n    统计截至:"),
            "'as_of' and '统计截至'",
        ),
        (CHINESE.replace("总分: {", "totals: {甲: 1}, 总分: {"), "'totals' and '总分'"),
        (CHINESE.replace("应得: 5", "应得: 5, asked: 5"), "'应得' and 'asked'"),
        (
            "共同条件: {as_of: 2024-01-01, 统计截至: 2024-01-01}\n" + CHINESE,
            "'as_of' and '统计截至'",
        ),
    ],
)
def test_a_key_in_both_spellings_stands_twice(text: str, twice: str) -> None:
    with pytest.raises(CaseError, match=f"{twice} are one key"):
        read_cases("cases.yaml", text=text)
