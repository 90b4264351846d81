"""The packages as users have them: each is built, installed in an empty environment, used."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import jifen_rules
from shards import thorough

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "jifen_rules"
EXTRAS = "cli,excel,word,testing"
NOT_SHIPPED = {"__pycache__"}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wheel and the source distribution, built as `make dist` does."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def package(dist: Path, ending: str) -> Path:
    (found,) = dist.glob(f"*{ending}")
    assert f"jifen_rules-{jifen_rules.__version__}" in found.name
    return found


def shipped() -> set[str]:
    """Every file of the package in the tree: modules, py.typed, catalogs, templates, schemas."""
    return {
        str(path.relative_to(PACKAGE.parent))
        for path in PACKAGE.rglob("*")
        if path.is_file() and not NOT_SHIPPED & {*path.parts}
    }


def test_both_packages_hold_every_file_of_the_tree(dist: Path) -> None:
    with zipfile.ZipFile(package(dist, ".whl")) as wheel:
        files = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert files == shipped()
    assert "jifen_rules/py.typed" in files
    with tarfile.open(package(dist, ".tar.gz")) as source:
        names = {member.name.partition("/")[2] for member in source if member.isfile()}
    assert {f"src/{name}" for name in shipped()} <= names
    assert {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml"} <= names


class Environment:
    """A fresh virtual environment, in whose folder commands run with nothing of ours around."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "venv" / "bin"
        venv.create(folder / "venv", with_pip=True)

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        path = f"{self.bin}{os.pathsep}{kept.get('PATH', '')}"
        return subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            env={**kept, "PATH": path, "PYTHONUTF8": "1", **more},
        )

    def good(self, *command: str, **more: str) -> str:
        """Run a program that must end well; its output."""
        run = self.run(*command, **more)
        assert run.returncode == 0, (command, run.stdout, run.stderr)
        return run.stdout


USE = """
import importlib, sys, jifen_rules
from datetime import date
from pathlib import Path
for name in jifen_rules.__all__:
    assert getattr(jifen_rules, name) is not None, name
folder = Path("tongde")
scheme = jifen_rules.load_scheme(folder / "scheme.yaml")
outcomes = jifen_rules.run_cases(scheme, jifen_rules.read_cases(folder / "cases.yaml"))
assert outcomes and all(outcome.passed for outcome in outcomes)
village = jifen_rules.load_scheme("scheme.yaml")
rows = [{"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "tidy"}]
result = jifen_rules.evaluate_events(village, None, rows, date(2024, 12, 31))
assert result.scores[0].total == 110
for extra in sys.argv[1:]:
    importlib.import_module(extra)
extras = {"typer", "rich", "openpyxl", "docx", "hypothesis", "pytest", "pyarrow"} & {*sys.modules}
assert sys.argv[1:] or not extras, extras
print("used", jifen_rules.__version__)
"""


def settled(folder: Path) -> None:
    """Put a shipped scheme and the README's example into the folder."""
    shutil.copytree(ROOT / "schemes" / "tongde", folder / "tongde")
    text = (ROOT / "README.md").read_text("utf-8")
    for kind, name in (("yaml", "scheme.yaml"), ("csv", "events.csv")):
        (block, *_) = re.findall(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)
        (folder / name).write_text(block, "utf-8")


ENDINGS = [".whl", pytest.param(".tar.gz", marks=thorough)]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_core_alone_is_of_use_and_the_command_says_what_to_install(
    ending: str, dist: Path, tmp_path: Path
) -> None:
    fresh = Environment(tmp_path)
    settled(tmp_path)
    fresh.good("pip", "install", "--quiet", str(package(dist, ending)))
    assert fresh.good("python", "-c", USE) == f"used {jifen_rules.__version__}\n"
    for command in (("jifen",), ("jifen", "score", "a", "b"), ("python", "-m", "jifen_rules")):
        run = fresh.run(*command, LC_ALL="C.UTF-8")
        said = "the command jifen needs more: python -m pip install 'jifen-rules[cli]'\n"
        assert (run.returncode, run.stdout, run.stderr) == (2, "", said)
    assert "还需安装" in fresh.run("jifen", LC_ALL="zh_CN.UTF-8").stderr


@thorough
@pytest.mark.parametrize("ending", [".whl", ".tar.gz"])
def test_with_the_extras_every_command_runs(ending: str, dist: Path, tmp_path: Path) -> None:
    fresh = Environment(tmp_path)
    settled(tmp_path)
    fresh.good("pip", "install", "--quiet", f"{package(dist, ending)}[{EXTRAS}]")
    modules = ("jifen_rules.testing", "jifen_rules.pytest_plugin", "jifen_rules.cli")
    assert fresh.good("python", "-c", USE, *modules) == f"used {jifen_rules.__version__}\n"
    assert fresh.good("jifen", "--version") == f"jifen {jifen_rules.__version__}\n"
    assert ", 0 failed" in fresh.good("jifen", "test", "tongde", "--lang", "en")
    fresh.good("jifen", "check", "scheme.yaml")
    fresh.good("jifen", "score", "scheme.yaml", "events.csv", "--trace", "trace.jsonl")
    fresh.good("jifen", "verify", "trace.jsonl", "--scheme", "scheme.yaml")
    fresh.good("jifen", "new", "new.yaml", "--yes")
    fresh.good("jifen", "schema", "--keys", "zh")
    fresh.good("jifen", "fmt", "new.yaml", "--keys", "zh")
    for kind in ("md", "csv", "xlsx", "docx"):
        fresh.good("jifen", "export", "scheme.yaml", "-o", f"posted.{kind}")
        assert fresh.run("jifen", "import", f"posted.{kind}").returncode in (0, 1) or kind == "md"
    assert "passed" in fresh.good("python", "-m", "pytest", "-q", "tongde")


@thorough
@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_first_screen_works_word_by_word(page: str, dist: Path, tmp_path: Path) -> None:
    """The folder of the built packages stands for the package index."""
    fresh = Environment(tmp_path)
    text = (ROOT / page).read_text("utf-8")
    for kind, name in (("yaml", "scheme.yaml"), ("csv", "events.csv")):
        (block, *_) = re.findall(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)
        (tmp_path / name).write_text(block, "utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    install, explain = (block.strip().splitlines() for block in blocks[:2])
    fresh.good("sh", "-c", install[0].removeprefix("$ "), PIP_FIND_LINKS=str(dist), PIP_PRE="1")
    command, *expected = explain
    printed = fresh.good("sh", "-c", command.removeprefix("$ ")).strip().splitlines()
    assert [line.rstrip() for line in printed] == [line.rstrip() for line in expected]
