"""The house as it promises to be: what an import brings in, what is exported, the pages."""

import ast
import graphlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import jifen_rules
from jifen_rules.compile import compile_versions

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "jifen_rules"
LANGUAGE = [ROOT / "docs" / "LANGUAGE.md", ROOT / "docs" / "LANGUAGE.zh-CN.md"]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *LANGUAGE]


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
        "pyarrow",
        "pandas",
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
    code = (
        "import sys, jifen_rules.cli as c\ntry: c.app(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('pydantic', 'yaml', 'rich') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_the_root_finds_each_name_where_the_type_checker_does() -> None:
    """The two lists of `__init__.py`: imports for type checkers, and where names are found."""
    tree = ast.parse(Path(jifen_rules.__file__).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    said = {
        name.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert said == jifen_rules.HOMES
    assert set(jifen_rules.__all__) <= set(said)
    assert len(jifen_rules.__all__) <= 33, "what is seldom named stands in a module"
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


def rows_of(page: Path) -> dict[str, str]:
    """The rows of the table of commands, by command."""
    return dict(re.findall(r"^\| `jifen ([\w-]+)(.*)", page.read_text("utf-8"), flags=re.MULTILINE))


def options_in(text: str) -> list[str]:
    """Options with their choices, in order; `|` stands escaped in a table."""
    return re.findall(r"(?<![\w-])-{1,2}[a-z][a-z-]*(?: [a-z]+(?:\\?\|[a-z]+)+)?", text)


def test_both_readmes_have_the_same_rows_and_each_names_options_that_exist() -> None:
    from typer.testing import CliRunner

    from jifen_rules.cli import app
    from jifen_rules.cli.commands import COMMANDS

    english, chinese = (rows_of(page) for page in PAGES[:2])
    assert [*english] == [*chinese] == [*COMMANDS]
    for command, row in english.items():
        assert options_in(row) == options_in(chinese[command]), command
        shown = CliRunner().invoke(app, [command, "--help"]).stdout.replace("\n", " ")
        for option in options_in(row):
            assert option.replace("\\", "") in shown, (command, option)


def test_both_readmes_point_at_the_same_pages_and_have_the_same_sections() -> None:
    def links(page: Path) -> set[str]:
        found = re.findall(r"\]\((.*?)\)", page.read_text("utf-8"))
        assert [link for link in found if not (ROOT / link).exists()] == []
        return {link.replace(".zh-CN", "") for link in found}

    assert links(PAGES[0]) == links(PAGES[1])
    heads = [
        len(re.findall("^## ", page.read_text("utf-8"), flags=re.MULTILINE)) for page in PAGES[:2]
    ]
    assert heads[0] == heads[1]


PLANNED: dict[str, tuple[str, str]] = {}
"""Commands that are not there yet, and how each README says so in its last lines."""


def test_no_readme_says_that_something_is_missing_which_is_there() -> None:
    from jifen_rules.cli.commands import COMMANDS

    for page, language in zip(PAGES[:2], range(2)):
        said_so = ("Not there yet", "尚未完成")[language]
        missing = "".join(page.read_text("utf-8").partition(said_so)[2:])
        for command, said in PLANNED.items():
            assert (said[language] in missing) is (command not in COMMANDS), command
        assert not [name for name in COMMANDS if re.search(rf"\b{name}\b", missing)]


def test_the_targets_that_pages_name_are_in_the_makefile() -> None:
    rules = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", rules, flags=re.MULTILINE))
    for page in (*PAGES[:2], ROOT / "CONTRIBUTING.md"):
        named = set(re.findall(r"`make ([a-z-]+)", page.read_text("utf-8")))
        assert named and named <= targets, page.name


def test_development_is_pinned_without_addresses_and_within_the_ranges() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    needs = [*project["dependencies"], *(need for extra in extras for need in extra)]
    for need in needs:
        name, _, bound = need.partition(">=")
        if "[" in name or name == "jifen-rules-page":  # the library itself, and its page
            continue
        pinned = next(version for key, version in pins.items() if key.lower() == name.lower())
        assert parts(pinned) >= parts(bound or "0"), need
    assert not re.search("://|@|file:|index", "\n".join(lines))


def parts(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def test_every_key_of_the_vocabulary_is_a_key_of_some_part() -> None:
    from jifen_rules.core.vocabulary import KEYS

    text = (ROOT / "docs" / "REFERENCE.md").read_text("utf-8").partition("## Fixed words")[0]
    rows = re.findall(r"^\| (\w+)\*? \| ([\u4e00-\u9fff]+) \|", text, flags=re.MULTILINE)
    assert dict(rows) == {"key": "中文", **KEYS}


@pytest.mark.parametrize("page", LANGUAGE, ids=lambda page: page.name)
def test_the_cases_on_the_page_hold_for_the_scheme_on_it(page: Path) -> None:
    (scheme, cases) = blocks(page, "yaml")
    loaded = jifen_rules.load_scheme(page.name, text=scheme)
    outcomes = jifen_rules.run_cases(loaded, jifen_rules.read_cases(page.name, text=cases))
    assert len(outcomes) == 3 and all(outcome.passed for outcome in outcomes)


@pytest.mark.parametrize("page", LANGUAGE, ids=lambda page: page.name)
def test_each_form_of_a_value_on_the_page_is_one(page: Path) -> None:
    """The first column of the table of forms: each can be written as the points of an indicator."""
    (table,) = re.findall(
        r"\n## (?:Points|分值).*?\n\|---\|---\|\n(.*?)\n\n", page.read_text("utf-8"), re.DOTALL
    )
    forms = [
        form for row in table.splitlines() for form in re.findall("`([^`]+)`", row.split(" | ")[0])
    ]
    assert len(forms) == 13  # five and minus a half are two
    for form in forms:
        text = f"""{{scheme: forms, effective_from: 2024-01-01, subject: household, period: year,
          floor: none, at_period_end: clear, fields: {{event: {{使用机械: yes_no}}}},
          indicators: [{{id: one, points: {form}}}]}}"""
        compile_versions(jifen_rules.load_scheme(page.name, text=text))


def test_no_two_public_classes_have_one_name() -> None:
    """One name is one thing: who reads a class's name knows which one is meant."""
    homes: dict[str, list[str]] = {}
    for file in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(str(file.relative_to(ROOT)))
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}


def test_the_root_has_no_rooms_but_those_of_the_picture() -> None:
    """What is not a room of its own stands in one."""
    files = {file.name for file in (ROOT / "src" / "jifen_rules").glob("*.py")}
    assert files == {"__init__.py", "__main__.py", "pytest_plugin.py", "testing.py"}


def test_no_two_public_functions_have_one_name() -> None:
    """One name is one thing among functions too; the names that several share say why."""
    homes: dict[str, list[str]] = {}
    for file in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(str(file.relative_to(PACKAGE)))
    shared = {name: files for name, files in homes.items() if len(files) > 1}
    rules = [file for file in shared.pop("check") if not file.startswith("lint/rules/")]
    assert rules == ["cli/check.py", "desk/drafts.py"]  # each lint rule's file has its own `check`
    rooms = {name: [file.split("/")[0] for file in files] for name, files in shared.items()}
    # a call of the page is called as the command that asks the same
    assert {name: found for name, found in rooms.items() if found != ["cli", "desk"]} == {}


def test_a_long_module_says_why_it_is_one_piece() -> None:
    """Over 350 lines, the beginning of a module says why it is not parted."""
    for file in sorted((ROOT / "src").rglob("*.py")):
        text = file.read_text("utf-8")
        if text.count("\n") > 350:
            said = (ast.get_docstring(ast.parse(text)) or "").splitlines()
            assert [line for line in said if line.startswith("One piece: ")], file


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Nor inside functions, where an import may hide one; types alone may name each other."""
    files = {module_of(file): file for file in PACKAGE.rglob("*.py")}
    asked = {name: {*imports_of(file, name)} & {*files} - {name} for name, file in files.items()}
    assert [*graphlib.TopologicalSorter(asked).static_order()]  # CycleError names the circle


def module_of(file: Path) -> str:
    """The address of a module; that of a package is its folder's."""
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    )


def imports_of(file: Path, name: str) -> Iterator[str]:
    """The modules that run before this one does; what is there for types alone is left out."""
    around = name if file.name == "__init__.py" else name.rpartition(".")[0]
    nodes: list[ast.AST] = [ast.parse(file.read_text("utf-8"))]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            nodes += node.orelse
            continue
        nodes += ast.iter_child_nodes(node)
        if isinstance(node, ast.ImportFrom) and node.level:
            home = ".".join([*around.split(".")[: 1 - node.level or None], node.module or ""])
            home = home.removesuffix(".")
            for one in node.names:
                inner = f"{home}.{one.name}"
                yield (
                    inner
                    if (PACKAGE.parent / inner.replace(".", "/")).with_suffix(".py").exists()
                    else home
                )
