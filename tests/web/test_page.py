"""The desk in a real browser: what a village does with it in an afternoon, in both languages."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal

import docx
import pytest
from desk_page import DeskPage, requested

from jifen_rules import load_scheme, read_roster
from jifen_rules.analysis.made_up import make_events
from jifen_rules.report.render.to_draft import render_draft
from jifen_rules.tables import Answers, draft_scheme
from shards import thorough
from snippets import TRY_OUT as DRAFT

ROOT = Path(__file__).parent.parent.parent
WORDS = {
    "zh": {"mend": "改正", "total": "总分 112", "rise": "上升 1"},
    "en": {"mend": "Mend", "total": "total 112", "rise": "1 rise"},
}
pytestmark = thorough
both = pytest.mark.parametrize("lang", ["zh", "en"])


@pytest.fixture
def lang() -> str:
    return "zh"


@pytest.fixture
def desk(chromium: Any, lang: str) -> Iterator[DeskPage]:
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    made = DeskPage(context.new_page(), lang)
    yield made
    assert made.errors == []
    context.close()


@both
def test_an_afternoon_at_the_desk(desk: DeskPage, address: str, tmp_path: Path) -> None:
    page, words = desk.page, WORDS[desk.lang]
    desk.open(address)
    desk.shoot("1-first")

    # A mistake is shown at its word, and its remedy is one click.
    desk.type_draft(DRAFT.replace("志愿服务, 分值", "志愿服务, 分直"))
    problem = page.locator(".problem.error", has_text="分直")
    problem.wait_for()
    marked = page.locator(".left .cm-lintRange-error").all_inner_texts()
    assert "分直" in marked
    desk.shoot("2-mistake")
    problem.get_by_role("button", name=words["mend"], exact=True).click()
    page.locator(".card").wait_for()
    assert desk.draft == DRAFT
    desk.shoot("3-card")

    # 3 x 5 points under a cap of 12: 100 + 5 + 5 + 2 = 112.
    desk.tab("try")
    for row in range(3):
        if row:
            page.click("[data-add]")
        line = page.locator(".events tbody tr").nth(row)
        line.locator("[data-column=date]").fill(f"2024-03-0{row + 1}")
        line.locator("[data-column=subject]").fill("张家")
        line.locator("[data-column=indicator]").select_option("志愿服务")
    page.locator("table.board td.n", has_text="112").wait_for()
    page.click("[data-subject=张家]")
    page.locator(".statement .figure", has_text=words["total"]).wait_for()
    assert page.locator(".statement .entries > li").count() == 3
    assert page.locator(".statement .entries > li").nth(2).locator("li").count() >= 1  # why only 2
    desk.shoot("4-statement")

    # The board as it is printed: one sheet of A4, with the name and its points.
    desk.tab("board")
    frame = page.frame_locator("iframe.paper")
    frame.locator("h1").first.wait_for()
    desk.shoot("5-board")
    with page.expect_popup() as popup:
        page.click("[data-alone]")
    popup.value.locator("h1").first.wait_for()
    data = popup.value.pdf(path=str(tmp_path / "board.pdf"), prefer_css_page_size=True)
    assert data.startswith(b"%PDF") and page_size(data) == (595, 842)
    shown = popup.value.locator("body").inner_text()
    assert "张家" in shown and "112" in shown
    popup.value.close()

    # A cap of 15 instead of 12 lets the third help count in full: one household rises.
    desk.tab("compare")
    page.click("[data-keep]")
    desk.type_draft(DRAFT.replace("12 加分", "15 加分"))
    page.wait_for_function(
        "() => JSON.parse(localStorage.getItem('desk')).text.includes('15 加分')"
    )
    page.click("[data-compare]")
    page.locator(".changes li").first.wait_for()
    assert page.locator(".changes li").count() == 1
    page.locator(".figure", has_text=words["rise"]).wait_for()
    page.frame_locator("iframe.paper").locator("h1").first.wait_for()
    desk.shoot("6-compare")

    # Without a network, after a reload, everything is there.
    page.wait_for_selector("body[data-offline=yes]")
    page.context.set_offline(True)
    page.reload()
    desk.wait()
    assert "15 加分" in desk.draft
    assert page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[desk.lang]
    desk.tab("try")
    page.locator("table.board td.n", has_text="115").wait_for()
    page.context.set_offline(False)


def page_size(data: bytes) -> tuple[int, int]:
    """The size of the first page of a PDF in points; A4 is 595 by 842."""
    box = re.search(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", data)
    assert box is not None
    return round(float(box[1])), round(float(box[2]))


TABLE_WORDS = {"zh": "每一格都读懂了。", "en": "Every cell was understood."}


@both
def test_a_table_becomes_a_draft_with_its_notes(desk: DeskPage, address: str) -> None:
    """The clerk's table, as `jifen import` reads it; then its posted table, ledger and a link."""
    page = desk.page
    desk.open(address)
    page.click("[data-new]")
    page.locator("[data-scheme]").first.wait_for()
    desk.shoot("7-new")
    desk.choose_file("dialog[open] button.main", ROOT / "examples" / "clerk" / "积分表.xlsx")
    page.locator("dialog[open] .figure", has_text=TABLE_WORDS[desk.lang]).wait_for()
    desk.shoot("8-import")
    page.keyboard.press("Escape")
    scheme = load_scheme("drafted.yaml", text=desk.draft)
    assert scheme.scheme.name == "示例村文明积分办法（虚构）"
    page.locator(".card").wait_for()

    for number in (3, 6):  # the posted table and the ledger, both as Excel
        page.click(".menu > summary")
        with page.expect_download() as download:
            page.locator(".menu li button").nth(number).click()
        data = Path(download.value.path()).read_bytes()
        assert download.value.suggested_filename.endswith(".xlsx") and data[:2] == b"PK"

    page.click(".menu > summary")
    page.locator(".menu li button").nth(7).click()
    page.wait_for_function("() => location.hash.includes('draft=')")
    link, draft = page.url, desk.draft
    page.goto("about:blank")
    desk.page.goto(link)
    desk.wait()
    assert desk.draft == draft


@both
def test_a_word_table_becomes_the_draft_that_the_command_makes(
    desk: DeskPage, address: str, tmp_path: Path
) -> None:
    """Without any package more: what reads it is the library itself."""
    page, table = desk.page, tmp_path / "积分表.docx"
    document = docx.Document()
    document.add_paragraph("示例村文明积分办法")
    rows = (
        ("指标", "分值", "上限"),
        ("打扫卫生", "每次加5分", "每月最多2次"),
        ("乱倒垃圾", "每次扣3分", ""),
    )
    grid = document.add_table(len(rows), 3)
    for down, texts in enumerate(rows):
        for across, text in enumerate(texts):
            grid.cell(down, across).text = text
    document.save(str(table))
    desk.open(address)
    page.click("[data-new]")
    page.locator("[data-scheme]").first.wait_for()
    desk.choose_file("dialog[open] button.main", table)
    page.locator("dialog[open] .figure").wait_for()
    desk.shoot("8-import-word")
    page.keyboard.press("Escape")
    draft, _ = draft_scheme(table, Answers(date.today()))
    assert draft is not None
    lang: Literal["zh", "en"] = "zh" if desk.lang == "zh" else "en"
    assert desk.draft == render_draft(draft, lang, lang)
    assert "打扫卫生" in desk.draft and "乱倒垃圾" in desk.draft


VILLAGE = "extends: {under}\nscheme: village\nname: 我村积分\neffective_from: 2026-02-01\n"
COUNTY = """scheme: county
effective_from: 2026-01-01
subject: household
period: year
at_period_end: clear
floor: none
base: 100
open: {name: any, indicators: 2}
indicators:
  - {id: tidy, name: 庭院整洁, points: 5, caps: [{at_most: 1 time, per: month}]}
"""


@both
def test_a_draft_stands_upon_a_shipped_scheme(desk: DeskPage, address: str) -> None:
    """Its indicators are those of tongde: the village has written none of its own."""
    page = desk.page
    desk.open(address)
    desk.type_draft("extends: tongde.yaml\nscheme: village\neffective_from: 2026-02-01\n")
    page.locator(".card").wait_for()
    assert page.locator(".problem.error").count() == 0
    desk.tab("try")
    choices = page.locator(".events [data-column=indicator]").first.inner_text()
    assert "家前屋后干净整洁" in choices


@both
def test_a_draft_stands_upon_a_countys_own_file(
    desk: DeskPage, address: str, tmp_path: Path
) -> None:
    """The page asks for what it does not have, under whatever name it lies here, and keeps it."""
    page, county = desk.page, tmp_path / "下载 (1).yaml"
    county.write_text(COUNTY, "utf-8")
    desk.open(address)
    desk.type_draft(VILLAGE.format(under="县级目录.yaml"))
    page.locator("[data-under]").wait_for()
    desk.shoot("11-extends")
    desk.choose_file("[data-under]", county)
    page.locator(".card").wait_for()
    page.reload()
    desk.wait()
    page.locator(".card").wait_for()
    desk.tab("try")
    line = page.locator(".events tbody tr").first
    for column, text in (("date", "2026-03-01"), ("subject", "张家")):
        line.locator(f"[data-column={column}]").fill(text)
    line.locator("[data-column=indicator]").select_option("庭院整洁")
    page.locator("table.board td.n", has_text="105").wait_for()  # 100 and 5


@both
def test_cases_run_and_say_what_differs(desk: DeskPage, address: str) -> None:
    """A draft in which a rule is changed fails the cases that its village signed."""
    page = desk.page
    desk.open(address, scheme="tongde")
    desk.tab("cases")
    page.click("[data-run]")
    page.locator(".cases .pass").first.wait_for()
    assert page.locator(".cases .fail").count() == 0
    text = (ROOT / "schemes" / "tongde" / "scheme.yaml").read_text("utf-8")
    desk.type_draft(text.replace("points: 10", "points: 9"))
    page.wait_for_function(
        "() => JSON.parse(localStorage.getItem('desk')).text.includes('points: 9')"
    )
    page.click("[data-run]")
    page.locator(".cases .fail").first.wait_for()
    desk.shoot("9-cases")


TEN = [
    "daye-jiangfan",
    "dongyang-party",
    "emei-xutang",
    "fangzheng-baming",
    "hailin-volunteer",
    "pinghu-tongjie",
    "tongde",
    "xinqi",
    "yuyao-daode",
    "zhuji-jinwan",
]


def test_the_digest_is_that_of_the_command_for_ten_schemes(
    desk: DeskPage, address: str, tmp_path: Path
) -> None:
    page = desk.page
    desk.open(address)
    roster = tmp_path / "roster.csv"
    names = [f"第{number}户" for number in range(1, 7)]
    roster.write_text(
        "id,name\n" + "".join(f"H{n},{name}\n" for n, name in enumerate(names)), "utf-8"
    )
    shown, printed = {}, {}
    for name in TEN:
        scheme = ROOT / "schemes" / name / "scheme.yaml"
        rows = make_events([load_scheme(scheme)], read_roster(roster), date(2026, 12, 31), seed=7)
        events = tmp_path / f"{name}.jsonl"
        events.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        command = [
            "score",
            scheme,
            events,
            "--roster",
            roster,
            "--status",
            "count",
            "--format",
            "json",
        ]
        run = subprocess.run(
            [sys.executable, "-m", "jifen_rules", *map(str, command)],
            capture_output=True,
            text=True,
            check=False,
        )
        result = json.loads(run.stdout)
        assert result["scores"]
        printed[name] = result["digest"]

        page.click("[data-new]")
        page.click(f"[data-scheme={name}]")
        page.wait_for_function(
            f"() => JSON.parse(localStorage.getItem('desk')).file === '{name}.yaml'"
        )
        desk.tab("check")
        page.locator(".card").wait_for()
        desk.tab("try")
        desk.choose_file(".files button >> nth=0", roster)
        desk.choose_file(".files button >> nth=1", events)
        page.wait_for_function(
            f"() => document.querySelector('.digest code')?.textContent === '{printed[name]}'"
        )
        shown[name] = page.locator(".digest code").inner_text()
    assert shown == printed


def test_the_example_year_has_the_digest_of_the_command(desk: DeskPage, address: str) -> None:
    """The 1,454 events of the example year, as `make demo` scores them."""
    page = desk.page
    desk.open(address, tab="try")
    page.click(".files button.link")
    page.locator("table.board tbody tr").nth(20).wait_for()
    desk.shoot("10-year")
    year = ROOT / "examples" / "wendeng-year"
    scheme = ROOT / "schemes" / "wendeng-rural" / "scheme.yaml"
    command = ["score", scheme, year / "events.jsonl", "--roster", year / "roster.csv"]
    command += ["--as-of", "2024-12-31", "--status", "count", "--format", "json"]
    run = subprocess.run(
        [sys.executable, "-m", "jifen_rules", *map(str, command)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert page.locator(".digest code").inner_text() == json.loads(run.stdout)["digest"]
    page.locator("table.board button.link").first.click()
    page.locator(".statement .entries > li").first.wait_for()


@both
def test_a_phone_shows_everything_within_its_width(chromium: Any, lang: str, address: str) -> None:
    """360 points wide, and as narrow as 1280 at 200 %: nothing sticks out of the page."""
    for width in (360, 640):
        context = chromium.new_context(viewport={"width": width, "height": 740}, has_touch=True)
        desk = DeskPage(context.new_page(), lang)
        desk.open(address)
        desk.shoot(f"phone-{width}")
        for part in ("check", "try", "board", "compare", "cases"):
            desk.tab(part)
            desk.page.wait_for_timeout(300)
            wide = desk.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, part
            tops = desk.page.evaluate(TOPS)
            assert len(tops) == 1, (part, tops)  # the chosen one is wider: all stay in one row
            desk.shoot(f"phone-{width}-{part}")
        assert desk.errors == []
        context.close()


TOPS = """() => [...new Set([...document.querySelectorAll(".tabs button")]
  .map((one) => Math.round(one.getBoundingClientRect().top)))]"""


def test_the_keyboard_reaches_every_part_and_all_fields_have_names(
    desk: DeskPage, address: str
) -> None:
    page = desk.page
    desk.open(address)
    page.focus("#checkTab")
    for part in ("try", "board", "compare", "cases", "check"):
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.id") == f"{part}Tab"
        assert page.get_attribute(f"#{part}Tab", "aria-selected") == "true"
        page.wait_for_timeout(200)
        nameless = page.evaluate(NAMELESS)
        assert nameless == [], part


NAMELESS = """() => [...document.querySelectorAll(
    "main button, main input, main select, header button, iframe")]
  .filter((one) => one.offsetParent && !one.textContent.trim())
  .filter((one) => !one.getAttribute("aria-label") && !one.title && !one.closest("label"))
  .map((one) => one.outerHTML.slice(0, 120))"""


def test_no_request_leaves_the_page(
    launch: Callable[..., Any], address: str, tmp_path: Path
) -> None:
    """Chromium's own log of the net names this host alone.

    What tries another is refused by the policy.
    """
    log, elsewhere = tmp_path / "net.json", "http://127.0.0.2:9/"
    browser = launch(f"--log-net-log={log}")
    page = browser.new_page()
    desk = DeskPage(page, "zh")
    desk.open(address, scheme="tongde")
    page.wait_for_selector("body[data-offline=yes]")
    attempt = f"fetch('{elsewhere}').then(() => 'left', (error) => error.name)"
    assert page.evaluate(attempt) == "TypeError"
    (worker,) = page.workers
    assert worker.evaluate(attempt) == "TypeError"
    assert sum("Content Security Policy" in text for text in desk.errors) >= 1
    page.close()
    browser.close()
    asked = requested(log, address.rstrip("/"))
    assert f"{address}engine.zip" in asked
    assert {url for url in asked if not url.startswith(("blob:", address))} == set()


def test_the_log_would_show_a_request_that_leaves(
    launch: Callable[..., Any], address: str, tmp_path: Path
) -> None:
    """A page of the same host without the policy asks for another address, and the log has it."""
    log, elsewhere = tmp_path / "net.json", "http://127.0.0.2:9/"
    browser = launch(f"--log-net-log={log}")
    page = browser.new_page()
    page.goto(f"{address}schemes/list.json")
    page.evaluate(f"fetch('{elsewhere}').catch(() => 0)")
    browser.close()
    assert elsewhere in requested(log, address.rstrip("/"))


def test_the_command_serves_the_page_under_its_policy(chromium: Any, address: str) -> None:
    """`jifen desk` until Ctrl-C: the page works under the policy as a header too."""
    line = [sys.executable, "-u", "-m", "jifen_rules", "desk", "--no-browser", "--port", "0"]
    hears = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # also where this run does not
    with subprocess.Popen(
        [*line, "--lang", "en"], stdout=subprocess.PIPE, text=True, preexec_fn=hears
    ) as served:
        assert served.stdout is not None
        said = served.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found is not None, said
        page = chromium.new_page()
        desk = DeskPage(page, "zh")
        desk.open(found[0], scheme="tongde", tab="try")
        row = page.locator(".events tbody tr").first
        row.locator("[data-column=date]").fill("2024-03-01")
        row.locator("[data-column=subject]").fill("张家")
        row.locator("[data-column=indicator]").select_option("积极参与垃圾分类")
        page.locator("table.board td.n", has_text="3").wait_for()
        desk.tab("board")
        page.frame_locator("iframe.paper").locator("h1").first.wait_for()
        assert desk.errors == []
        page.close()
        served.send_signal(signal.SIGINT)
        assert served.wait(timeout=20) == 130


def test_long_work_is_stopped_and_the_desk_goes_on(
    desk: DeskPage, address: str, tmp_path: Path
) -> None:
    """Stop ends the worker; a fresh one has the files that were opened, and the draft is whole."""
    page, events = desk.page, tmp_path / "events.jsonl"
    with events.open("w", encoding="utf-8") as file:  # work of some ten seconds
        file.writelines(
            (
                f'{{"id": "e{n}", "date": "2024-03-01", "subject": "H{n % 999}", "indicator": '
                f'"blood"}}\n'
            )
            for n in range(40_000)
        )
    desk.open(address, scheme="wendeng-rural", tab="try")
    desk.choose_file(".files button >> nth=1", events)
    stop = page.locator("footer button")
    stop.wait_for()
    stop.click()
    page.locator(".toast:not([hidden])").wait_for()
    page.locator("footer", has_text="已就绪").wait_for()
    desk.tab("check")
    desk.type_draft(DRAFT)
    page.locator(".card").wait_for()
    assert desk.draft == DRAFT


def test_an_engine_that_breaks_is_replaced_and_the_desk_goes_on(
    desk: DeskPage, address: str
) -> None:
    """What the interpreter cannot survive, it marks; after that it answers no call.

    The break is brought about by hand: no file is known that does it.
    """
    page = desk.page
    desk.open(address)
    (worker,) = page.workers
    worker.evaluate(
        "() => { JSON.parse = () => { throw Object.assign(new RangeError('the stack is full'), "
        "{ pyodide_fatal_error: true }); }; }"
    )
    desk.type_draft(DRAFT.replace("分值: -2", "分直: -2"))
    page.locator(".toast.bad:not([hidden])", has_text="引擎已经重新启动").wait_for()
    page.locator("footer", has_text="已就绪").wait_for()
    desk.type_draft(DRAFT)
    page.locator(".card").wait_for()
    assert page.locator(".problem.error").count() == 0
    assert desk.draft == DRAFT


DEEP = "[" * 100_000
"""More than the stack of any browser lets a parser of JSON go down."""


def test_a_file_of_any_depth_costs_its_own_lines(
    desk: DeskPage, address: str, tmp_path: Path
) -> None:
    """The good line counts (100 and 5), the deep one is refused, the engine lives."""
    page, events = desk.page, tmp_path / "events.jsonl"
    good = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    events.write_text(f"{DEEP}\n{json.dumps(good)}\n", "utf-8")
    desk.open(address)
    desk.type_draft(DRAFT)
    page.locator(".card").wait_for()
    desk.tab("try")
    desk.choose_file(".files button >> nth=1", events)
    page.locator("table.board td.n", has_text="105").wait_for()
    assert page.locator(".toast.bad:not([hidden])").count() == 0
    assert page.locator("#panel details li", has_text="这一行不是有效记录").count() == 1


AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], iframes: false}"


@both
def test_every_part_keeps_the_rules_of_accessibility(desk: DeskPage, address: str) -> None:
    """axe-core finds no breach of WCAG 2.1 AA in any part, with a statement and a dialog open."""
    page = desk.page
    desk.open(address)
    page.evaluate(AXE.read_text("utf-8"))

    def breaches() -> list[str]:
        found = page.evaluate(f"axe.run(document, {RULES}).then((found) => found.violations)")
        return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]

    desk.type_draft(DRAFT)
    page.locator(".card").wait_for()
    for part in ("check", "try", "board", "compare", "cases"):
        desk.tab(part)
        if part == "try":
            row = page.locator(".events tbody tr").first
            row.locator("[data-column=date]").fill("2024-03-01")
            row.locator("[data-column=subject]").fill("张家")
            row.locator("[data-column=indicator]").select_option("志愿服务")
            page.click("[data-subject=张家]")
            page.locator(".statement").wait_for()
        page.wait_for_timeout(500)
        assert breaches() == [], part
    page.click("[data-new]")
    page.locator("[data-scheme]").first.wait_for()
    page.locator(".template").first.wait_for()
    assert breaches() == []
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('.bar input').removeAttribute('aria-label')")
    assert [breach.partition(":")[0] for breach in breaches()] == ["label"]  # what it would find
