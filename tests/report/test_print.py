"""How boards and statements print: a real Chromium prints, LibreOffice opens the files."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jifen_rules.cli import app
from jifen_rules.report.pages import Line, Page, PageTable, Paper
from jifen_rules.report.pages.to_html import html_blocks

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
OFFICE = shutil.which("soffice")
POPPLER = shutil.which("pdftotext") and shutil.which("pdfinfo")
in_chromium = pytest.mark.skipif(
    not (CHROMIUM and POPPLER), reason="needs chromium and poppler-utils to print and to read PDF"
)
in_office = pytest.mark.skipif(
    not (OFFICE and POPPLER), reason="needs libreoffice and poppler-utils to open the files"
)
SIZES = {Paper.A4: (595, 842), Paper.A3: (842, 1191)}
"""In points: 210 × 297 mm and 297 × 420 mm."""

SCHEME = """scheme: demo
name: 示例村积分
illustrative: true
effective_from: 2024-01-01
subject: household
period: year
base: 100
floor: 0 kept
at_period_end: clear
process: [{step: count}, {step: object}, {step: answer, who: [村务监督委员会]}]
categories:
  - name: 公益
    indicators:
      - id: help
        name: 志愿服务
        points: {each: {小时: 1}}
        caps: [{at_most: 20 added, per: year}]
  - {name: 卫生, indicators: [{id: litter, name: 乱扔垃圾乱堆杂物, points: -2}]}
tiers:
  - {id: star, name: 星级, by: total, per: year, levels: [{name: 好, at_least: 110}, {name: 其他}]}
"""
BUSY = 18
"""More entries than four of five subjects have in a year of the example."""


def pages_of(pdf: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def size_of(pdf: Path) -> tuple[int, int]:
    """Width and height of the pages, in whole points."""
    said = subprocess.run(["pdfinfo", pdf], capture_output=True, check=True).stdout.decode()
    found = re.search(r"Page size: +([\d.]+) x ([\d.]+)", said)
    assert found is not None, said
    return round(float(found[1])), round(float(found[2]))


def printed(html: Path) -> Path:
    """Print a page as a browser does."""
    pdf = html.with_suffix(".pdf")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    call = [str(CHROMIUM), *options, f"--print-to-pdf={pdf}", html.resolve().as_uri()]
    subprocess.run(call, capture_output=True, check=True, timeout=100)
    return pdf


def opened(file: Path) -> Path:
    """Open a file in LibreOffice and write it as PDF."""
    home = f"-env:UserInstallation={(file.parent / 'office').as_uri()}"
    call: list[str | Path] = [str(OFFICE), home, "--headless", "--convert-to", "pdf"]
    call += ["--outdir", file.parent, file]
    subprocess.run(call, capture_output=True, check=True, timeout=100)
    return file.with_suffix(".pdf")


def village(folder: Path, households: int, busy: int) -> list[str]:
    """Write a village and the call that reports it: one household is busy, others have 1 entry."""
    rows = [
        f"b{n},2024-{n % 12 + 1:02}-{n % 27 + 1:02},H001,{('help', 'litter')[n % 3 == 0]},1"
        for n in range(busy)
    ]
    rows += [f"e{n},2024-03-01,H{n:03},help,2" for n in range(2, households + 1)]
    people = [f"H{n:03},第{n:03}户" for n in range(1, households + 1)]
    for name, text in (
        ("s.yaml", SCHEME),
        ("e.csv", "\n".join(["id,date,subject,indicator,quantity", *rows])),
        ("r.csv", "\n".join(["id,name", *people])),
    ):
        (folder / name).write_text(text, "utf-8")
    files = ["s.yaml", "e.csv", "--roster", "r.csv"]
    call = [str(folder / f) if "." in f else f for f in files]
    return ["report", *call, "--as-of", "2024-12-31", "--status", "count"]


def report(call: list[str], out: Path, lang: str, *options: str) -> Path:
    done = CliRunner().invoke(app, [*call, "-o", str(out), "--lang", lang, *options])
    assert done.exit_code == 0, done.output
    return out


def long_table(paper: Paper) -> bytes:
    """A page with a table of high rows, each between two marks."""
    rows = tuple((f"甲{n:03}", f"起{n:03} {'很长的一段话，' * 40} 止{n:03}") for n in range(60))
    table = PageTable("表", ("户名", "说明"), rows, (20, 80))
    page = Page("p", "长表", "下", "", (Line("说明"), table))
    return b"".join(html_blocks("长表", [page], "zh", paper))


def test_a_page_says_how_it_is_printed() -> None:
    """The quick sibling of those that print: the rules that they rest on are in the file."""
    html = long_table(Paper.A3).decode()
    assert "@page { size: A3; }" in html and "counter(page)" in html
    for rule in ("thead { display: table-header-group; }", "tr { break-inside: avoid; }"):
        assert rule in html
    assert html.count("<thead>") == 1 and "http" not in html


@in_chromium
@pytest.mark.thorough
@pytest.mark.parametrize("paper", list(Paper))
def test_a_long_table_has_its_heading_and_number_on_each_page_and_no_row_is_split(
    tmp_path: Path, paper: Paper
) -> None:
    (tmp_path / "t.html").write_bytes(long_table(paper))
    pdf = printed(tmp_path / "t.html")
    pages = pages_of(pdf)
    width, height = size_of(pdf)
    assert abs(width - SIZES[paper][0]) <= 1 and abs(height - SIZES[paper][1]) <= 1
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert "户名" in page and f"{number}/{len(pages)}" in page.replace(" ", "")
    for row in range(60):
        first, last = (
            [n for n, page in enumerate(pages) if f"{mark}{row:03}" in page] for mark in "起止"
        )
        assert first == last and len(first) == 1, row


@in_chromium
@pytest.mark.thorough
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_busy_statement_is_one_page_and_a_board_repeats_its_heading(
    tmp_path: Path, lang: str
) -> None:
    call = village(tmp_path, 180, BUSY)
    folder = report(call, tmp_path / "out", lang)
    statement = next(folder.glob("*第001户.html"))
    (page,) = pages_of(printed(statement))
    assert "村务监督委员会" in page
    alike = {"zh": r"志愿服务（数量 1），(\d+) 次", "en": r"志愿服务 \(quantity 1\), (\d+) times"}[
        lang
    ]
    assert re.findall(alike, page) == ["12"]  # 18 less every third
    board = pages_of(printed(folder / "board.html"))
    heading, rules = {"zh": ("名次", "积分办法"), "en": ("place", "The rules")}[lang]
    # 100 and 2 each: names are cut in pieces where their signs are of two fonts
    ranked = [page for page in board if re.search(r" 100 +\+2 +0 +102 ", page)]
    assert len(ranked) >= 3 and all(heading in page for page in ranked)
    assert any(rules in page for page in board)


@in_chromium
@pytest.mark.thorough
@pytest.mark.parametrize(("lang", "until"), [("zh", "统计截至"), ("en", "counted up to")])
def test_each_statement_of_the_example_year_is_one_page(
    tmp_path: Path, lang: str, until: str
) -> None:
    """One for each of 120 households, the busiest too."""
    root = Path(__file__).parents[2]
    year = root / "examples" / "wendeng-year"
    scheme = root / "schemes" / "wendeng-rural" / "scheme.yaml"
    call = ["report", str(scheme), str(year / "events.jsonl"), "--part", "statements"]
    call += ["--roster", str(year / "roster.csv"), "--as-of", "2024-12-31", "--lang", lang]
    done = CliRunner().invoke(app, [*call, "-o", str(tmp_path / "o.html")])
    assert done.exit_code == 1, done.output  # two rows of the year cannot be read, on purpose
    pages = pages_of(printed(tmp_path / "o.html"))
    assert len(pages) == 120 and all(until in page for page in pages)


@in_office
@pytest.mark.thorough
@pytest.mark.parametrize("name", ["o.xlsx", "o.docx", "台账.xlsx"])
def test_a_second_reader_opens_the_files(tmp_path: Path, name: str) -> None:
    call = village(tmp_path, 30, BUSY)
    if name == "台账.xlsx":
        call = ["ledger", call[1], *call[3:5]]
    out = report(call, tmp_path / name, "zh", *(["--part", "all"] if name[0] == "o" else []))
    pages = pages_of(opened(out))
    text = "".join("".join(pages).split())  # fonts that change within a word leave blanks
    said = ["志愿服务", "乱扔垃圾乱堆杂物"]
    said += ["第001户", "第030户", "村务监督委员会"] if name[0] == "o" else ["每小时加1分"]
    assert [word for word in said if word not in text] == []
    if name[0] == "o":
        assert len(pages) >= 31  # the wall, and one for each household
        assert all(re.search(r"[^\s\d/]", page) for page in pages)  # none is but its number
