"""What the check finds in the shipped schemes: kept as texts that are read, one by one.

After a change of rules or schemes: `JIFEN_WRITE_FINDINGS=1 pytest tests/lint/test_findings.py`, and
read what has changed.
"""

import os
from pathlib import Path

import pytest

from jifen_rules import lint_scheme, load_scheme
from jifen_rules.core.problem import Severity
from jifen_rules.report.render.language import problem_words

ROOT = Path(__file__).parents[2]
SCHEMES = sorted((ROOT / "schemes").rglob("scheme.yaml"))
FOLDER = Path(__file__).parents[1] / "findings"


def text_of(path: Path) -> str:
    """One line for each finding, with the lines it also points at."""
    rows = []
    for problem in lint_scheme(load_scheme(path)):
        place, fault = problem.place, problem.fault
        also = ", ".join(str(other.line) for other in problem.related)
        rows.append(
            f"{place.line}:{place.column} {fault.code} {fault.name} [{fault.severity.value}] "
            + problem_words(problem, "zh")[0]
            + (f" （又见第{also}行）" if also else "")
        )
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.parent.name)
def test_the_findings_are_those_that_were_read(path: Path) -> None:
    expected = FOLDER / f"{path.parent.name}.txt"
    if os.environ.get("JIFEN_WRITE_FINDINGS"):
        expected.write_text(text_of(path), "utf-8")
    assert text_of(path) == expected.read_text("utf-8")


def test_no_text_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == {path.parent.name for path in SCHEMES}


CAREFUL = [
    ("subsidies", "J101", "取消享受补贴补助"),
    ("village affairs", "J111", "取消参加村级事务的资格"),
    ("family liability", "J106", "[family]"),
    ("petition", "J109", "不实热线投诉"),
    ("speech", "J109", "发布不良网络信息"),
    ("open-ended judgement", "J119", "其他严重违规"),
    ("open-ended judgement", "J119", "其他违反村规民约"),
    ("no total cap", "J301", "base: 1000"),
]
"""What a careful reader finds in the rules of Wendeng, and words of the line where it stands."""


@pytest.mark.parametrize(("matter", "code", "words"), CAREFUL)
def test_a_careful_reader_of_wendeng_would_find_it(matter: str, code: str, words: str) -> None:
    path = ROOT / "schemes" / "wendeng-rural" / "scheme.yaml"
    rows = path.read_text("utf-8").splitlines()
    lines = [p.place.line for p in lint_scheme(load_scheme(path)) if p.code == code]
    assert any(words in rows[line - 1] for line in lines), matter


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.parent.name)
def test_no_error_stands_unless_it_is_kept_as_published_with_its_reason(path: Path) -> None:
    found = lint_scheme(load_scheme(path))
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    assert [problem.code for problem in errors if not problem.accepted] == []
    assert all("照录" in problem.accepted for problem in errors)
