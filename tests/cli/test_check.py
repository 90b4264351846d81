"""`jifen check` of folders and its counts, `jifen explain-rule`, a terminal's progress bar."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from jifen_rules.cli import app, progress
from jifen_rules.core.faults import FAULTS
from jifen_rules.core.message import msg
from jifen_rules.lint import RULES

LINT_PAGES = Path(__file__).parents[2] / "docs"
SOUND = """scheme: a
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: none
indicators: [{id: help, name: 帮忙, points: 5}]
"""
BROKEN = SOUND.replace("help, name", "help, nam")


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """Two villages' schemes in folders of their own, and files that are none."""
    folder = tmp_path / "county"
    for name, text in (
        ("a/scheme.yaml", SOUND),
        ("b/办法.yml", BROKEN.replace("scheme: a", "方案: a")),
        ("b/cases.yaml", "cases:\n  - {name: x, scheme: scheme.yaml}\n"),
        (".old/scheme.yaml", BROKEN),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def check(*call: object, lang: str = "en") -> tuple[int, str]:
    run = CliRunner().invoke(app, ["check", *map(str, call), "--lang", lang])
    return run.exit_code, run.output


def test_a_folder_is_its_schemes_and_all_below_and_the_count_stands_at_the_end(
    county: Path,
) -> None:
    code, said = check(county, "--select", "J301")
    assert code == 1
    # of the folder two are schemes: not the cases, and not what lies in a hidden folder
    assert [line for line in said.splitlines() if ", warnings " in line] == [
        f"{county}/a/scheme.yaml: errors 0, warnings 1, to consider 0, accepted 0",
        f"{county}/b/办法.yml: errors 1, warnings 0, to consider 0, accepted 0",
        "2 files: errors 1, warnings 1, to consider 0, accepted 0",
    ]
    assert said.endswith("2 files: errors 1, warnings 1, to consider 0, accepted 0\n")
    assert "What a household can reach" not in said and "from scratch" not in said  # no cards


def test_a_folder_without_a_scheme_ends_with_2(tmp_path: Path) -> None:
    code, said = check(tmp_path)
    assert code == 2 and f"{tmp_path} holds no scheme" in said


def test_statistics_count_each_kind_the_most_frequent_first(county: Path) -> None:
    (county / "c.yaml").write_text(SOUND, "utf-8")
    code, said = check(county, "--select", "J301,J402", "--statistics")
    rows = [line.split()[:4] for line in said.splitlines()]
    # the two sound schemes lack a process and a cap, the third has a key that is none
    assert rows[:3] == [
        ["2", "J301", "total-without-cap", "warning"],
        ["2", "J402", "no-process", "warning"],
        ["1", "L101", "unknown-key", "error"],
    ]
    assert code == 1 and said.splitlines()[-1].startswith("3 files: errors 1, warnings 4")
    code, said = check(county, "--select", "J301", "--statistics", "--format", "json")
    assert [(row["code"], row["severity"], row["count"]) for row in json.loads(said)] == [
        ("J301", "warning", 2),
        ("L101", "error", 1),
    ]
    code, said = check(county, "--statistics", "--format", "sarif")
    assert code == 2 and "not as sarif" in said


def test_every_format_says_how_much_a_problem_weighs(county: Path) -> None:
    file = county / "a" / "scheme.yaml"
    call = (file, "--select", "J301")
    assert "J301 total-without-cap (warning)\n" in check(*call)[1]
    assert "J301 total-without-cap（警告）\n" in check(*call, lang="zh")[1]
    assert json.loads(check(*call, "--format", "json")[1])[0]["severity"] == "warning"
    sarif = json.loads(check(*call, "--format", "sarif")[1])["runs"][0]
    assert sarif["results"][0]["level"] == "warning"
    assert check(*call, "--format", "github")[1].startswith("::warning ")
    suite = ElementTree.fromstring(check(*call, "--format", "junit")[1])
    assert "(warning)" in (suite.findtext(".//system-out") or "")


# --- explain-rule ---------------------------------------------------------------------------------


def explained(*words: str, lang: str = "en") -> tuple[int, str]:
    run = CliRunner().invoke(app, ["explain-rule", *words, "--lang", lang])
    return run.exit_code, run.output


def plain(text: str) -> str:
    """A text without the marks of Markdown, its spaces and line ends."""
    return re.sub(r"[*`\s#>]|yaml$", "", text.replace("```yaml", ""))


@pytest.mark.parametrize(("lang", "page"), [("en", "LINT.md"), ("zh", "LINT.zh-CN.md")])
def test_a_rule_says_in_the_terminal_what_the_page_says(lang: str, page: str) -> None:
    text = (LINT_PAGES / page).read_text("utf-8")
    code, said = explained("J301", lang=lang)
    section = text.split("### J301 ")[1].split("\n### ")[0]
    assert code == 0
    # each paragraph of the page but the first, which has the remedy in its line
    for paragraph in section.split("\n\n")[2:]:
        assert plain(paragraph) in plain(said), paragraph
    assert "{name}" not in said and "{count}" not in said


def test_every_code_and_name_has_its_page_in_both_languages() -> None:
    for lang in ("en", "zh"):
        codes = [rule.code for rule in RULES] + [fault.code for fault in FAULTS.values()]
        code, said = explained(*codes, lang=lang)
        assert code == 0
        heads = {line.split()[0] for line in said.splitlines() if re.match(r"[A-Z]+\d{3} ", line)}
        assert heads == set(codes)
    assert explained("total-without-cap") == explained("j301")


def test_an_unknown_code_ends_with_2_and_a_hint() -> None:
    code, said = explained("J302x")
    assert code == 2 and "no problem is called 'J302x'; did you mean 'J302'?" in said
    assert "docs/LINT.md" in explained("!")[1]


# --- the bar --------------------------------------------------------------------------------------


def test_nothing_is_drawn_where_the_error_output_is_no_terminal(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert list(progress.counted([1, 2], 2, msg("statements"), "en")) == [1, 2]
    with progress.at_work(msg("calculating"), "en"):
        pass
    assert capfd.readouterr() == ("", "")


def in_terminal(code: str) -> tuple[str, str]:
    """Run Python with its error output on a terminal.

    Give what it printed, and what was drawn there.
    """
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=slave, env=environment
    )
    os.close(slave)
    drawn = b""
    try:
        while part := os.read(master, 65536):
            drawn += part
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(master)
    assert done.returncode == 0, drawn
    return done.stdout.decode(), drawn.decode()


BARS = """
import sys, time
from jifen_rules.cli import progress
from jifen_rules.core.message import msg
for progress.DELAY in 60, 0.05:
    for item in progress.counted([1, 2, 3], 3, msg("statements"), "en"):
        time.sleep(0.1)
        print(item)
    print("--- next", file=sys.stderr)
"""


def test_a_terminal_sees_how_far_long_work_is_and_the_output_stays_clean() -> None:
    printed, drawn = in_terminal(BARS)
    assert printed == "1\n2\n3\n" * 2
    short, long, _ = drawn.split("--- next")
    assert short == ""
    assert "statements" in long and "/3" in long
