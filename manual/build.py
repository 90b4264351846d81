"""Builds the manual and the desk as one static site in build/site: `make site`.

Pages of `manual/` and `docs/` are put together for each language, the gallery is made of the
shipped schemes, and every whole scheme on a page gets a link that opens it in the desk. A dead link
ends the build.
"""

import base64
import json
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

from gallery import Language, write_gallery

HERE = Path(__file__).parent.resolve()
ROOT = HERE.parent
PARTS, SITE, DESK = ROOT / "build" / "manual", ROOT / "build" / "site", ROOT / "build" / "web"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
TITLES = {"zh": "积分制规则引擎手册", "en": "The manual of jifen_rules"}
OPENS = {"zh": "在工作台里打开", "en": "Open in the desk"}
IN_ENGLISH = {"zh": '!!! note "本页只有英文"\n\n', "en": ""}

NAV = (
    ("开始", "Start", "index tutorial"),
    (
        "怎样做",
        "How to",
        "clerk-tasks official-tasks engineer-tasks CLERK TABLES REPORT CHANGING EDITORS",
    ),
    ("已收录的办法", "Gallery", "gallery/index"),
    (
        "参考",
        "Reference",
        "COMMANDS LANGUAGE REFERENCE LINT PROBLEMS PYTHON PYTHON-REFERENCE MECHANICS GLOSSARY",
    ),
    ("说明", "Explanation", "promises ARCHITECTURE ENGINE TRACE SCALE DECISIONS"),
)
"""The parts of the manual: their titles, and their pages in order.

Pages in capitals are of docs/.
"""
FROM_DOCS = [
    name for *_, pages in NAV for name in pages.split() if name.isupper() and name != "COMMANDS"
]
BILINGUAL = frozenset({"TABLES", "REPORT", "EDITORS", "GLOSSARY"})
"""Pages of docs/ that hold both languages."""


def main() -> None:
    """Build the site."""
    if not (DESK / "index.html").exists():
        sys.exit("there is no built page: make web")
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.rmtree(PARTS, ignore_errors=True)
    shutil.copytree(DESK, SITE / "desk")
    for language in LANGUAGES:
        assemble(language)
        zensical(language)
    (SITE / "index.html").write_text(FRONT, "utf-8")
    dead = sorted(dead_links())
    if dead:
        sys.exit("dead links:\n" + "\n".join(dead))
    print(f"build/site: {sum(1 for _ in SITE.rglob('*.html'))} pages")


FRONT = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=zh/">
<title>jifen_rules</title></head><body>
<a href="zh/">中文</a> <a href="en/">English</a> <a href="desk/">工作台 · Desk</a>
</body></html>
"""


# --- the pages ------------------------------------------------------------------------------------


def assemble(language: Language) -> None:
    """Put the pages of a language together."""
    pages = PARTS / language / "docs"
    shutil.copytree(HERE / language, pages)
    shutil.copytree(ROOT / "docs" / "clerk", pages / "clerk")
    shutil.copy(HERE / "manual.css", pages)
    for name in FROM_DOCS:
        (pages / f"{name}.md").write_text(from_docs(name, language), "utf-8")
    (pages / "COMMANDS.md").write_text(commands(language), "utf-8")
    write_gallery(pages / "gallery", language)
    for page in pages.rglob("*.md"):
        depth = len(page.relative_to(pages).parts)
        page.write_text(with_desk_links(page.read_text("utf-8"), language, depth), "utf-8")


def from_docs(name: str, language: Language) -> str:
    """Give a page of docs/ in a language, with links that hold in the manual."""
    own = ROOT / "docs" / f"{name}.zh-CN.md"
    is_own = language == "zh" and own.exists()
    text = (own if is_own else ROOT / "docs" / f"{name}.md").read_text("utf-8")
    text = re.sub(r"^\[(?:中文|English)\]\([A-Z.a-zCN-]+\)\n", "", text, flags=re.MULTILINE)
    if not is_own and name not in BILINGUAL:
        title, _, rest = text.partition("\n")
        text = f"{title}\n\n{IN_ENGLISH[language]}{rest}"
    return re.sub(r"(!?)\[([^\]\n]+)\]\(([^)\s]+)\)", partial(held_link, language), text)


def held_link(language: Language, match: re.Match[str]) -> str:
    """Keep a link to a page or picture of the manual; turn one to the repository into words.

    A page that has a Chinese one has other headings there, so that a link leads to its beginning.
    """
    mark, words, target = match.groups()
    page, anchor = urldefrag(target)
    name = page.removesuffix(".md").removesuffix(".zh-CN")
    if re.match(r"[a-z]+:", target) or (not page and anchor) or name.startswith("clerk/"):
        return match[0]
    if language == "zh" and (ROOT / "docs" / f"{name}.zh-CN.md").exists():
        anchor = ""
    if name in FROM_DOCS:
        return f"{mark}[{words}]({name}.md{'#' + anchor if anchor else ''})"
    return words


def commands(language: Language) -> str:
    """Write the page of commands: the help of each, as it prints it."""
    from typer.testing import CliRunner

    from jifen_rules.cli import app
    from jifen_rules.cli.commands import COMMANDS

    title = {"zh": "命令", "en": "Commands"}[language]
    parts = [f"# {title}\n"]
    for name in COMMANDS:
        shown = CliRunner().invoke(app, [name, "--help", "--lang", language]).stdout
        parts.append(f"## jifen {name}\n\n```text\n{shown.strip()}\n```\n")
    return "\n".join(parts)


_WHOLE = re.compile(r"^```yaml\n((?:#.*\n)*(?:方案|scheme): (?:.*\n)+?)```$", re.MULTILINE)


def with_desk_links(text: str, language: Language, depth: int) -> str:
    """Put a link below each whole scheme that opens it in the desk."""
    up = "../" * depth  # as seen from the file; the generator adds what the address needs

    def linked(match: re.Match[str]) -> str:
        address = f"{up}desk/#lang={language}&draft={packed(match[1])}"
        return f'{match[0]}\n\n<a class="md-button" href="{address}">{OPENS[language]}</a>\n'

    return _WHOLE.sub(linked, text)


def packed(text: str) -> str:
    """Pack a draft into a fragment, as the desk does."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(text.encode()) + packer.flush()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


# --- the site -------------------------------------------------------------------------------------


def zensical(language: Language) -> None:
    """Build the pages of a language; its own check of links is strict."""
    number = LANGUAGES.index(language)
    nav = [{part[number]: [f"{page}.md" for page in part[2].split()]} for part in NAV]
    config = {
        "site_name": TITLES[language],
        "docs_dir": "docs",
        "site_dir": "site",
        "use_directory_urls": True,
        "nav": nav,
        "theme": {
            "variant": "classic",
            "language": language,
            "font": False,
            "features": [
                "navigation.tabs",
                "navigation.top",
                "search.highlight",
                "content.code.copy",
            ],
            "palette": [{"primary": "red", "accent": "red"}],
        },
        "extra": {
            "generator": False,
            "alternate": [
                {"name": "中文", "link": "../zh/", "lang": "zh"},
                {"name": "English", "link": "../en/", "lang": "en"},
            ],
        },
        "extra_css": ["manual.css"],
        "markdown_extensions": ["admonition", "tables", "attr_list", "toc", "pymdownx.superfences"],
    }
    file = PARTS / language / "mkdocs.yml"
    file.write_text(json.dumps(config, ensure_ascii=False, indent=1), "utf-8")
    program = Path(sys.executable).parent / "zensical"
    done = subprocess.run(
        [program, "build", "--strict", "--clean", "-f", file], cwd=file.parent, check=False
    )
    if done.returncode:
        sys.exit("the manual has warnings; it is not built")
    shutil.copytree(PARTS / language / "site", SITE / language)


class _Links(HTMLParser):
    """Gathers where a page points to, and the anchors that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value and tag != "base":
                self.targets.append(value)
            elif name in ("id", "name") and value:
                self.anchors.add(value)


def dead_links() -> Iterator[str]:
    """Yield each link of the built site that points to nothing."""
    found: dict[Path, _Links] = {}
    for page in sorted(SITE.rglob("*.html")):
        if page.parent != SITE / "desk" and page.name != "404.html":
            found[page] = _Links()
            found[page].feed(page.read_text("utf-8"))
    for page, links in found.items():
        for target in links.targets:
            address, anchor = urldefrag(target)
            if re.match(r"[a-z]+:|//", target):
                continue
            file = (page.parent / unquote(address)).resolve() if address else page
            file = file / "index.html" if file.is_dir() else file
            scheme = anchor.removeprefix("scheme=") if anchor.startswith("scheme=") else ""
            has_anchor = file not in found or not anchor or unquote(anchor) in found[file].anchors
            has_scheme = not scheme or (SITE / "desk" / "schemes" / scheme).exists()
            if not file.exists() or not has_anchor or not has_scheme:
                yield f"{page.relative_to(SITE)}: {target}"


if __name__ == "__main__":
    main()
