"""The gallery: a page for each shipped scheme.

It has its source, its card, its rules and a board of made-up events.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from jifen_rules import evaluate_events, load_scheme, read_roster
from jifen_rules.analysis.made_up import make_events
from jifen_rules.analysis.monotone import find_dips
from jifen_rules.compile import compile_plan
from jifen_rules.lint import LintContext
from jifen_rules.plan import Versions
from jifen_rules.report.pages import build_report
from jifen_rules.report.pages.to_text_files import markdown_blocks
from jifen_rules.report.render.to_card import card_data
from jifen_rules.report.render.to_posting import posting_markdown
from jifen_rules.scheme.model import SchemeFile
from jifen_rules.tables import post_scheme

Language = Literal["zh", "en"]
SCHEMES = Path(__file__).parent.parent / "schemes"
GROUPS = {
    "real": ("按公开文本整理的办法", "Real schemes, after their published texts"),
    "short": ("只公开了部分内容的办法", "Schemes of which only a part was published"),
    "illustrative": ("示例（数字虚构）", "Invented examples"),
}
WORDS = {
    "title": ("已收录的办法", "Gallery of schemes"),
    "about": (
        "每个办法都有出处、测算、公示表和一张用编造的记录算出的积分榜；点一下就能在工作台里打开。",
        (
            "Each has its source, its card, its posted rules and a board of made-up events, and "
            "opens in the desk by a click."
        ),
    ),
    "open": ("在工作台里打开", "Open in the desk"),
    "card": ("测算", "The card"),
    "board": ("积分榜（记录是编造的）", "A board (the events are made up)"),
    "rules": ("公示表", "The rules as they are posted"),
    "source": ("出处", "Source"),
}


def say(key: str, language: Language) -> str:
    return WORDS[key][language == "en"]


def write_gallery(folder: Path, language: Language) -> None:
    """Write the page of each scheme, and the list of them."""
    folder.mkdir()
    lists: dict[str, list[str]] = {kind: [] for kind in GROUPS}
    for file in sorted(SCHEMES.rglob("scheme.yaml")):
        scheme = load_scheme(file)
        inside = file.relative_to(SCHEMES).parts[0]
        kind = {"illustrative": "illustrative", "short-records": "short"}.get(inside, "real")
        name = scheme.scheme.name or file.parent.name
        lists[kind].append(f"- [{name}]({file.parent.name}.md)")
        text = "\n\n".join(page(scheme, file, language))
        (folder / f"{file.parent.name}.md").write_text(text + "\n", "utf-8")
    parts = [f"# {say('title', language)}", say("about", language)]
    for kind, titles in GROUPS.items():
        parts += [f"## {titles[language == 'en']}", "\n".join(lists[kind])]
    (folder / "index.md").write_text("\n\n".join(parts) + "\n", "utf-8")


def page(scheme: SchemeFile, file: Path, language: Language) -> Iterator[str]:
    """Yield the parts of a scheme's page."""
    identity = file.parent.name
    yield f"# {scheme.scheme.name or identity}"
    yield f'<a class="md-button" href="../../desk/#scheme={identity}">{say("open", language)}</a>'
    plan = compile_plan(scheme)
    card = card_data(plan, LintContext(scheme, plan).reach, find_dips(Versions((plan,))), language)
    yield f"## {say('card', language)}"
    yield "\n".join(f"- {line}".replace("*", "\\*") for line in card["text"])  # type: ignore[attr-defined]
    board = board_of(scheme, language)
    if board:
        yield f"## {say('board', language)}"
        yield board
    yield f"## {say('rules', language)}"
    yield lowered(posting_markdown(post_scheme(scheme), language))
    source = next(
        p for p in (file.parent / "SOURCE.md", file.parent.parent / "SOURCE.md") if p.exists()
    )
    yield f"## {say('source', language)}"
    yield lowered(re.sub(r"\[([^\]]+)\]\((?!http)[^)]+\)", r"\1", source.read_text("utf-8")))


def board_of(scheme: SchemeFile, language: Language) -> str:
    """Write a board of made-up events for six, where there may be events for them."""
    rows = [{"id": f"H{number}", "name": f"示例{number}"} for number in range(1, 7)]
    roster = read_roster([row | {"kind": scheme.scheme.subject} for row in rows])
    day = max(scheme.scheme.effective_from, date(2025, 1, 1)) + timedelta(364)
    try:
        events = make_events([scheme], roster, day, seed=1)
    except ValueError:
        return ""
    result = evaluate_events(scheme, roster, events, day, status="count")
    if not result.scores:
        return ""
    wall = build_report(scheme, roster, result).wall[:1]
    return lowered(b"".join(markdown_blocks(wall, language)).decode())


def lowered(text: str) -> str:
    """Put the headings of a text two steps lower, so that they stand below the page's own."""
    return re.sub(r"^(#+) ", r"##\1 ", text.strip(), flags=re.MULTILINE)
