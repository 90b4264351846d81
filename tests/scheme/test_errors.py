"""Every kind of mistake: where the caret stands, and what is said, in both languages.

A file of `tests/errors` is a scheme with mistakes; `«…»` marks where each caret stands (one
that has no word of its own stands on the file's first line). Below it, for each problem in
order: code and name, the sentence and the remedy in English, the same in Chinese.
"""

import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml

from jifen_rules.compile import check_plan
from jifen_rules.core.problem import Problem
from jifen_rules.report.render.language import problem_words
from jifen_rules.scheme.load import read_scheme
from jifen_rules.tables import Answers, draft_scheme

FOLDER = Path(__file__).parents[1] / "errors"
FILES = sorted(FOLDER.glob("*.yaml"))


def split(path: Path) -> tuple[str, list[str]]:
    """Give the scheme with its marks, and the lines that are expected."""
    lines = path.read_text("utf-8").splitlines()
    yaml = [line for line in lines if not line.startswith("#")]
    expected = [line[2:] for line in lines if line.startswith("# ")]
    return "\n".join(yaml) + "\n", expected


def marks(marked: str) -> list[tuple[int, int]]:
    """Line and column of each mark, as if the marks were not there."""
    found = []
    for number, line in enumerate(marked.splitlines(), 1):
        for count, mark in enumerate(re.finditer("«", line)):
            found.append((number, mark.start() + 1 - 2 * count))
    return found or [(1, 1)]


def problems_of(marked: str) -> tuple[Problem, ...]:
    text = re.sub("[«»]", "", marked)
    loaded, problems = read_scheme("demo.yaml", text=text)
    if loaded is not None:
        problems = (*problems, *check_plan(loaded))
    return tuple(sorted(problems, key=lambda problem: problem.sort_key))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mistake_is_named_at_its_word_in_both_languages(path: Path) -> None:
    marked, expected = split(path)
    problems = problems_of(marked)
    assert [(p.place.line, p.place.column) for p in problems] == marks(marked)
    said = []
    for problem in problems:
        said.append(f"{problem.code} {problem.fault.name}")
        said += [*problem_words(problem, "en"), *problem_words(problem, "zh")]
    assert said == expected


def test_there_are_at_least_thirty_kinds() -> None:
    kinds = {line for path in FILES for line in split(path)[1][::5]}
    assert len(kinds) >= 30


HEAD = (
    "scheme: demo\neffective_from: 2024-01-01\nsubject: household\nperiod: year\n"
    "at_period_end: clear\nfloor: none\n"
)
TABLE = [  # the table "Mistakes, and what is said" of docs/LANGUAGE.md
    (
        "indicators:\n  - {id: a, «pionts»: 5, then: []}\n",
        "unknown key 'pionts'",
        "did you mean 'points'?",
    ),
    (
        "indicators:\n  - {id: a, points: 5, caps: [{at_most: «20», per: year}]}\n",
        "at most 20 of what?",
        "write '20 added', '20 deducted', '20 net kept'",
    ),
    (
        "indicators:\n  - {id: a, then: [«{veto: total}»]}\n",
        "say how long the veto lasts",
        "add 'lasts: period', 'lasts: 2 years'",
    ),
    (
        "indicators:\n  - {id: a, points: «{value: 5}»}\n",
        "say the points: a number, or a mapping with one of",
        "for example 'points: 5'",
    ),
    (
        (
            "indicators:\n  - {id: a, points: 5}\ntiers:\n"
            "  - {id: t, by: total, levels: [{name: 好, rank: «top 10»}, {name: 其他}]}\n"
        ),
        "a rank needs a rule for ties",
        "add 'ties: all', 'ties: none', or a figure that decides",
    ),
    (
        "指标:\n  - {编号: a, 分值: 5, 上限: [{至多: 3 次, 每: «月份»}]}\n",
        "'月份' is not a window",
        "(日 周 月 季 年 本期 永久)",
    ),
    (
        "indicators:\n  - {id: a, points: {each: {小时: 1}, «between»: [1, 2]}}\n",
        "'between' may not stand here: 'each' is already the form",
        "keep one of the two",
    ),
]


@pytest.mark.parametrize(("marked", "sentence", "remedy"), TABLE, ids=range(1, 8))
def test_the_mistakes_of_the_language_page(marked: str, sentence: str, remedy: str) -> None:
    (problem,) = problems_of(HEAD + marked)
    assert (problem.place.line, problem.place.column) == marks(HEAD + marked)[0]
    said = problem_words(problem, "en")
    assert said[0].startswith(sentence)
    assert remedy in said[1]


TABLES = sorted((FOLDER / "tables").glob("*.yaml"))


def drafted(path: Path, folder: Path) -> tuple[Problem, ...]:
    """The problems of the sheet that a file describes: rows, formats of cells, hidden rows.

    Or of the CSV that stands in it.
    """
    described = yaml.safe_load(path.read_text("utf-8"))
    if "csv" in described:
        (folder / "t.csv").write_text(described["csv"], "utf-8")
        draft, problems = draft_scheme(folder / "t.csv", Answers(date(2024, 1, 1)))
        return draft.problems if draft is not None else problems
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in described["rows"]:
        sheet.append(row)
    for cell, code in described.get("formats", {}).items():
        sheet[cell].number_format = code
    for number in described.get("hidden_rows", ()):
        sheet.row_dimensions[number].hidden = True
    book.save(folder / "t.xlsx")
    draft, problems = draft_scheme(folder / "t.xlsx", Answers(date(2024, 1, 1)))
    return draft.problems if draft is not None else problems


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_cell_that_cannot_be_read_is_named_in_both_languages(path: Path, tmp_path: Path) -> None:
    """A file of `tests/errors/tables` is named after its fault and describes a sheet."""
    found = [p for p in drafted(path, tmp_path) if p.fault.name == path.stem]
    said = []
    for problem in found:
        said.append(f"{problem.code} {problem.fault.name} {problem.place.cell}")
        said += [*problem_words(problem, "en"), *problem_words(problem, "zh")]
    assert said == split(path)[1]
