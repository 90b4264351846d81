"""The house as it promises to be: what an import brings in, what is exported, what the pages show."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import jifen_rules

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "docs" / "LANGUAGE.md"]


def test_importing_the_library_brings_in_no_extra() -> None:
    extras = (
        "typer",
        "rich",
        "click",
        "pytest",
        "hypothesis",
        "jinja2",
        "babel",
        "jsonschema",
        "openpyxl",
        "docx",
        "lxml",
    )
    code = f"import jifen_rules, sys; print([m for m in {extras} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_root_alone_brings_in_nothing_and_help_no_models() -> None:
    code = (
        "import sys, jifen_rules; print([m for m in sys.modules if m.startswith('jifen_rules.')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    code = "import sys, jifen_rules.cli as c\ntry: c.app(['--help'])\nexcept SystemExit: pass\nprint([m for m in ('pydantic', 'yaml', 'rich') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_the_root_finds_each_name_where_the_type_checker_does() -> None:
    """The two lists of `__init__.py`: the imports for type checkers, and where names are looked for."""
    tree = ast.parse(Path(jifen_rules.__file__).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    said = {
        name.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert said == jifen_rules._HOMES
    assert sorted(said) == jifen_rules.__all__
    assert set(jifen_rules.__all__) <= set(dir(jifen_rules))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        assert jifen_rules.nothing


def test_every_exported_name_is_there_and_is_documented() -> None:
    assert list(jifen_rules.__all__) == sorted(jifen_rules.__all__)
    for name in jifen_rules.__all__:
        assert (getattr(jifen_rules, name).__doc__ or "").strip(), name


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_whole_scheme_on_a_page_is_sound(page: Path) -> None:
    """Blocks that begin with `scheme:` or `方案:` are whole schemes; the others are parts."""
    whole = [b for b in blocks(page, "yaml") if b.startswith(("scheme:", "方案:"))]
    assert whole
    for text in whole:
        jifen_rules.load_scheme(page.name, text=text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_on_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (yaml, *_) = [b for b in blocks(page, "yaml") if b.startswith(("scheme:", "方案:"))]
    (tmp_path / "scheme.yaml").write_text(yaml, "utf-8")
    monkeypatch.chdir(tmp_path)
    for code in blocks(page, "python"):
        exec(compile(code, page.name, "exec"), {})


@pytest.mark.parametrize("page", PAGES[:2], ids=lambda page: page.name)
def test_the_first_screen_shows_what_the_command_prints(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The block after the command is its output, entry by entry."""
    from typer.testing import CliRunner

    from jifen_rules.cli import app

    (yaml, *_) = blocks(page, "yaml")
    (events, *_) = blocks(page, "csv")
    (tmp_path / "scheme.yaml").write_text(yaml, "utf-8")
    (tmp_path / "events.csv").write_text(events, "utf-8")
    monkeypatch.chdir(tmp_path)
    (shown, *_) = [b for b in blocks(page, "console") if "jifen explain" in b]
    command, *output = shown.strip().splitlines()
    run = CliRunner().invoke(app, command.removeprefix("$ jifen ").split())
    printed = [line.rstrip() for line in run.stdout.strip().splitlines()]
    assert [line.rstrip() for line in output] == printed


def test_every_key_of_the_vocabulary_is_a_key_of_some_part() -> None:
    from jifen_rules.vocabulary import KEYS

    text = (ROOT / "docs" / "REFERENCE.md").read_text("utf-8").partition("## Fixed words")[0]
    rows = re.findall(r"^\| (\w+)\*? \| ([\u4e00-\u9fff]+) \|", text, flags=re.MULTILINE)
    assert dict(rows) == {"key": "中文", **KEYS}


def test_the_cases_on_the_page_hold_for_the_scheme_on_it() -> None:
    page = ROOT / "docs" / "LANGUAGE.md"
    (scheme, cases) = blocks(page, "yaml")
    loaded = jifen_rules.load_scheme(page.name, text=scheme)
    outcomes = jifen_rules.run_cases(loaded, jifen_rules.read_cases(page.name, text=cases))
    assert len(outcomes) == 3 and all(outcome.passed for outcome in outcomes)
