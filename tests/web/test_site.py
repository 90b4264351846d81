"""The built manual: links, search, and the tutorial followed with nothing but the page."""

import re
import sys
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from desk_page import DeskPage

from conftest import QuietFiles
from shards import thorough

ROOT = Path(__file__).parent.parent.parent
SITE = ROOT / "build" / "site"
BOTH = pytest.mark.parametrize("lang", ["zh", "en"])
pytestmark = thorough


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Where the built manual is."""
    if not (SITE / "zh" / "index.html").exists():
        pytest.skip("there is no built manual: make site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietFiles, directory=SITE))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_no_link_is_dead_and_a_dead_one_is_found(
    site: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "manual"))
    build = __import__("build")
    assert Path(str(build.__file__)).parent == ROOT / "manual", sys.path[0]
    assert [*build.dead_links()] == []
    monkeypatch.setattr(build, "SITE", tmp_path)
    (tmp_path / "index.html").write_text('<a href="gone/">x</a> <a href="#not">y</a>', "utf-8")
    assert [*build.dead_links()] == ["index.html: gone/", "index.html: #not"]


@pytest.mark.parametrize(("lang", "word"), [("zh", "积分榜"), ("en", "digest")])
def test_the_manual_is_searched(chromium: Any, site: str, lang: str, word: str) -> None:
    page = chromium.new_page()
    page.goto(f"{site}{lang}/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    page.wait_for_timeout(1000)
    page.keyboard.insert_text(word)
    found = page.locator(f"a[href*='/{lang}/'][href*='?h=']", has_text=re.compile(word, re.I))
    found.first.wait_for(timeout=15_000)
    page.close()


WORDS = {
    "zh": {
        "key": "分值",
        "wrong": "分直",
        "rise": "上升 1 个，下降 0 个",
        "who": "张家",
        "fails": "108",
    },
    "en": {
        "key": "points",
        "wrong": "pionts",
        "rise": "1 rise, 0 fall",
        "who": "Zhang",
        "fails": "108",
    },
}


@BOTH
def test_the_tutorial_is_followed_with_nothing_but_the_page(
    chromium: Any, site: str, lang: str
) -> None:
    """Each step as it stands there: open it from the manual, mend, try, compare, run the case."""
    words = WORDS[lang]
    text = (ROOT / "manual" / lang / "tutorial.md").read_text("utf-8")
    draft, cases = re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = re.findall(r"^\| (2026-\d\d-\d\d) \| (.+?) \| (.+?) \| *(\d*) *\|$", text, re.MULTILINE)
    page = chromium.new_page(viewport={"width": 1280, "height": 860})
    desk = DeskPage(page, lang)
    page.goto(f"{site}{lang}/tutorial/")
    page.locator("a.md-button[href*='draft=']").click()
    desk.wait()
    assert desk.draft == draft

    desk.type_draft(draft.replace(f"{words['key']}: -3", f"{words['wrong']}: -3"))
    page.locator(".problem.error", has_text=words["wrong"]).locator("[data-mend]").click()
    page.locator(".card").wait_for()
    assert desk.draft == draft

    desk.tab("try")
    for number, (day, who, what, much) in enumerate(lines):
        if number:
            page.click("[data-add]")
        row = page.locator(".events tbody tr").nth(number)
        row.locator("[data-column=date]").fill(day)
        row.locator("[data-column=subject]").fill(who)
        row.locator("[data-column=indicator]").select_option(what)
        if much:
            row.locator("[data-column=quantity]").fill(much)
            row.locator("[data-column=quantity]").press("Tab")
    page.locator("table.board td.n", has_text="125").wait_for()
    assert page.locator("table.board td.n").all_inner_texts() == ["1", "125", "2", "97"]
    # what was typed last is not drawn over, and nothing of a row is out of sight
    rows = page.locator(".events tbody tr")
    assert [
        rows.nth(n).locator("[data-column=subject]").input_value() for n in range(len(lines))
    ] == [who for _, who, _, _ in lines]
    last = rows.last.locator("button").bounding_box()
    assert last is not None and last["x"] + last["width"] <= 1280
    page.click(f"[data-subject={words['who']}]")
    page.locator(".statement .entries > li").nth(2).wait_for()

    desk.tab("board")
    page.frame_locator("iframe.paper").locator("h1").first.wait_for()
    desk.tab("compare")
    page.click("[data-keep]")
    desk.type_draft(draft.replace(f"{words['key']}: 5", f"{words['key']}: 8"))
    page.wait_for_timeout(1000)
    page.click("[data-compare]")
    page.locator(".figure", has_text=words["rise"]).wait_for()

    desk.tab("cases")
    page.click(".short .cm-content")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(cases)
    page.click("[data-run]")
    page.locator(".cases .fail pre", has_text=words["fails"]).wait_for()
    desk.type_draft(draft)
    page.click("[data-run]")
    page.locator(".cases .pass").wait_for()
    desk.shoot("11-tutorial")
    assert desk.errors == []
    page.close()
