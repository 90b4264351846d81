"""No English in Chinese output: every command over every shipped scheme, word by word.

A Latin word may stand there if it is the author's (in the scheme's own files), a code with its name
(`J104 dividend-without-bound`), a file, or one of the few that Chinese writes in Latin letters.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jifen_rules.cli import app
from shards import thorough

ROOT = Path(__file__).parents[2]
SCHEMES = sorted((ROOT / "schemes").rglob("scheme.yaml"))
YEAR = ROOT / "examples" / "wendeng-year"
QUOTED = re.compile(r"^ *\d+ \|.*$|^ *\|.*$", re.MULTILINE)
CODE = re.compile(r"\b[A-Z]\d{3} [a-z]+(?:-[a-z]+)*")
WORD = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2,}(?![0-9A-Za-z])")
LATIN = frozenset({"jifen", "id", "SHA", "JSON", "Excel", "Word", "CSV", "UTF"})
"""What Chinese writes in Latin letters too."""


def words(text: str) -> set[str]:
    return set(WORD.findall(text))


def own_words(scheme: Path) -> set[str]:
    """Every word that stands in the files of a scheme, and in their names."""
    files = [
        file for file in scheme.parent.rglob("*") if file.suffix in (".yaml", ".jsonl", ".csv")
    ]
    found = words(" ".join(file.read_text("utf-8") for file in files))
    return found | words(str(scheme)) | LATIN


def spoken(*arguments: object) -> str:
    """What a command says in Chinese, without the lines of the author's text that it quotes."""
    done = CliRunner().invoke(app, [*map(str, arguments), "--lang", "zh"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return CODE.sub("", QUOTED.sub("", done.output))


def commands(scheme: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Every command that a scheme alone is enough for, and what it says and writes."""
    yield "check", spoken("check", scheme)
    yield "fmt", spoken("fmt", scheme, "--check")
    yield "test", spoken("test", scheme.parent, "--coverage")
    yield "diff", spoken("diff", scheme, SCHEMES[0])
    wall = folder / "wall.md"
    yield "export", spoken("export", scheme, "-o", wall) + wall.read_text("utf-8")


@pytest.mark.parametrize(
    "scheme",
    [
        pytest.param(scheme, id=scheme.parent.name, marks=[thorough] if number % 40 else [])
        for number, scheme in enumerate(SCHEMES)
    ],
)
def test_a_scheme_is_spoken_of_in_chinese(scheme: Path, tmp_path: Path) -> None:
    known = own_words(scheme) | own_words(SCHEMES[0]) | words(str(tmp_path))
    for name, said in commands(scheme, tmp_path):
        assert words(said) - known == set(), name


@thorough
def test_a_village_is_spoken_of_in_chinese(tmp_path: Path) -> None:
    scheme = ROOT / "schemes" / "wendeng-rural" / "scheme.yaml"
    given = [
        scheme,
        YEAR / "events.jsonl",
        "--roster",
        YEAR / "roster.csv",
        "--as-of",
        "2024-12-31",
    ]
    known = own_words(scheme) | own_words(YEAR / "events.jsonl")
    known |= words(" ".join(map(str, [*given, tmp_path])))
    table, wall = ROOT / "examples" / "clerk" / "积分表.xlsx", tmp_path / "wall.md"
    known |= words(str(table))
    said = {
        "score": spoken("score", *given, "--top", "12"),
        "explain": spoken("explain", *given, "--subject", "P025"),
        "report": spoken("report", *given, "-o", wall) + wall.read_text("utf-8"),
        "impact": spoken("impact", scheme, *given),
        "import": spoken("import", table),
    }
    for name, text in said.items():
        assert words(text) - known == set(), name
