"""The pages of the manual: schemes are sound, cases agree with the tutorial, buttons exist."""

import json
import re
from pathlib import Path

import pytest

from jifen_rules import load_scheme, read_cases, run_cases
from jifen_rules.desk import answer

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "manual").glob("*/*.md"))
BOTH = pytest.mark.parametrize("lang", ["zh", "en"])


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def tutorial(lang: str) -> tuple[str, str]:
    """The draft and the cases of the tutorial."""
    draft, cases = blocks(ROOT / "manual" / lang / "tutorial.md")
    return draft, cases


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_each_page_is_there_in_both_languages_and_names_buttons_that_exist(page: Path) -> None:
    """What is bold on a page for clerks and officials is on the page of the desk, translated."""
    other = page.parent.parent / ("en" if page.parent.name == "zh" else "zh") / page.name
    assert other.exists()
    if page.stem not in ("tutorial", "clerk-tasks", "official-tasks"):
        return
    said = (ROOT / "web" / "src" / "words.js").read_text("utf-8")
    pairs = re.findall(r'^  \w+: \["(.*)", "(.*)"\],$', said, re.MULTILINE)
    known = {pair[page.parent.name == "en"] for pair in pairs}
    bold = set(re.findall(r"\*\*(.+?)\*\*", page.read_text("utf-8"))) - {"粗体", "bold"}
    assert bold - known == set()


@BOTH
def test_the_tutorial_comes_to_the_figures_that_it_says(lang: str) -> None:
    """100 + 5 + 0 (one a month) + 20 (of 24, at most 20 a year) = 125; 100 - 3 = 97."""
    text = (ROOT / "manual" / lang / "tutorial.md").read_text("utf-8")
    draft, _ = tutorial(lang)
    lines = re.findall(r"^\| (2026-\d\d-\d\d) \| (.+?) \| (.+?) \| *(\d*) *\|$", text, re.MULTILINE)
    rows = [
        {"id": str(n), "date": day, "subject": who, "indicator": what, "quantity": much}
        for n, (day, who, what, much) in enumerate(lines, 1)
    ]
    assert len(rows) == 4
    given = {"text": draft, "rows": rows, "status": "count", "lang": lang}
    found = json.loads(answer("score", json.dumps(given)))
    (board,) = found["boards"]
    assert [row["total"] for row in board["rows"]] == ["125", "97"]
    assert all(figure in text for figure in ("125", "97"))
    checked = json.loads(answer("check", json.dumps(given)))
    assert checked["card"]["start"] == "100"
    assert checked["card"]["worst_act"]["points"] == "-3"
    assert checked["card"]["bad_day"]["points"] == "97"


@BOTH
def test_the_mistake_of_the_tutorial_has_the_remedy_that_it_says(lang: str) -> None:
    draft, _ = tutorial(lang)
    right, wrong = {"zh": ("分值: -3", "分直: -3"), "en": ("points: -3", "pionts: -3")}[lang]
    given = {"text": draft.replace(right, wrong), "lang": lang}
    assert json.loads(answer("mend_all", json.dumps(given))) == {"text": draft, "count": 1}


@BOTH
def test_the_case_of_the_tutorial_passes_with_5_and_fails_with_8(lang: str) -> None:
    draft, cases = tutorial(lang)
    key = {"zh": "分值", "en": "points"}[lang]
    for points, total in (("5", "105"), ("8", "108")):
        scheme = load_scheme("draft.yaml", text=draft.replace(f"{key}: 5", f"{key}: {points}"))
        (outcome,) = run_cases(scheme, read_cases("cases.yaml", text=cases))
        assert outcome.passed is (points == "5")
        assert str(outcome.result.scores[0].total) == total
