"""The clerk's page, from the table of rules to the board: every command, in both languages."""

import csv
import io
import re
import shlex
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from jifen_rules.cli import app

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "clerk"
PAGES = (ROOT / "docs" / "CLERK.zh-CN.md", ROOT / "docs" / "CLERK.md")
TOTALS = {
    "赵大海": "116",  # 100 + 10, and two sortings of 3: a month has room for 6, not for a third
    "王芳": "140",  # 100 + 6 hours at 2; of 36 for 18 hours only 28, as a year has room for 40
    "钱小梅": "120",  # 100 + 20
    "孙志强": "95",  # 100 - 5
    "周建国": "110",  # 100 + 10
    "李桂花": "110",  # 100 + 10 for the township's award
    "吴秀英": "80",  # 100 - 20
    "郑文斌": "97",  # 100 - 3
    "冯立新": "100",  # declared, not yet counted
}


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of a page, what it adds to the scheme, and the table of records."""
    found = re.finditer(
        r"```(console|yaml)\n(.*?)```|((?:^\|.*\|\n)+)", text, re.MULTILINE | re.DOTALL
    )
    for match in found:
        yield match[1] or "table", match[2] or match[3]


def rows_of(table: str) -> tuple[list[str], list[list[str]]]:
    heads, _, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()
    )
    return heads, rows


def fill(path: Path, table: str) -> None:
    """Write the table of records into the workbook, days as days and amounts as numbers."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    columns = [cell.value for cell in sheet[1]]
    heads, rows = rows_of(table)
    for number, row in enumerate(rows, 2):
        for heading, text in zip(heads, row, strict=True):
            value = date.fromisoformat(text) if heading == "日期" else text or None
            sheet.cell(number, columns.index(heading) + 1, int(text) if text.isdigit() else value)
    book.save(path)


def run(line: str) -> str:
    """Run a command of the page; it ends without a problem."""
    words = shlex.split(line)
    assert words[:2] == ["$", "jifen"]
    done = CliRunner().invoke(app, [*words[2:], "--lang", "zh"])
    assert done.exit_code == 0, f"{line}\n{done.output}"
    return done.stdout


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for file in EXAMPLE.glob("*.xlsx"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_way_leads_from_the_table_of_rules_to_the_board(village: Path) -> None:
    said: dict[str, str] = {}
    for kind, text in steps(PAGES[0].read_text("utf-8")):
        if kind == "console":
            said |= {line.split()[2]: run(line) for line in text.splitlines()}
        elif kind == "yaml":
            with (village / "方案.yaml").open("a", encoding="utf-8") as file:
                file.write(text)
        else:
            fill(village / "台账.xlsx", text)
    assert list(said) == ["import", "check", "ledger", "score", "explain", "report"]
    assert "0 处没有读懂" in said["import"] and "尚未审核 1" in said["score"]
    waits = "未计入，走到“计入”这一步才计分，目前在“申报”"
    assert f"冯立新 2025-06-25 志愿服务（数量 5）：{waits}" in said["score"]
    call = "$ jifen score 方案.yaml 台账.xlsx --roster 名册.xlsx --as-of 2025-12-31 --format csv"
    rows = csv.reader(io.StringIO(run(call)))
    assert {row[1]: row[4] for row in rows if row[1] in TOTALS} == TOTALS
    page = (village / "公示.html").read_text("utf-8")
    assert "五星户" in page and "异议（由任何人；7天内）—答复（由村民委员会；5天内）" in page
    assert load_workbook(village / "公示.xlsx").worksheets
    assert len(list((village / "积分单").iterdir())) == 1 + 12  # the board and twelve households


def test_both_pages_have_the_same_steps_and_pictures() -> None:
    zh, en = (page.read_text("utf-8") for page in PAGES)
    for pattern in (r"\$ jifen .*", r"\]\((clerk/.*?)\)", r"^\|.*\|$"):
        assert re.findall(pattern, zh, re.MULTILINE) == re.findall(pattern, en, re.MULTILINE)
    bare = [
        re.sub(r" *#.*", "", next(t for k, t in steps(text) if k == "yaml")) for text in (zh, en)
    ]
    assert bare[0] == bare[1]


def test_the_pictures_are_there_and_small() -> None:
    for name in re.findall(r"\]\((clerk/.*?)\)", PAGES[0].read_text("utf-8")):
        data = (ROOT / "docs" / name).read_bytes()
        assert data.startswith(b"\x89PNG") and len(data) < 150_000, name


def test_the_example_is_what_its_script_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLE))
    sys.modules.pop("make", None)
    import make  # type: ignore[import-not-found]  # the example's own script

    sys.modules.pop("make", None)
    for name, rows in (("积分表.xlsx", make.RULES), ("名册.xlsx", make.ROSTER)):
        sheet = load_workbook(EXAMPLE / name).worksheets[0]
        found = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
        assert [[*row, *[""] * (len(found[0]) - len(row))] for row in rows] == found
