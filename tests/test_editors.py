"""The schema in an editor: its server underlines mistakes in our words, and completes.

Runs the real yaml-language-server; where it is not there it says so and is skipped.
"""

import json
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jifen_rules import load_scheme
from jifen_rules.cli import app
from jifen_rules.report.render.snippets import TEXT
from jifen_rules.report.render.to_json_schema import scheme_schema
from jifen_rules.scheme.dump import format_text

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "editor"
HERE = ROOT / "build" / "npm" / "node_modules" / ".bin" / "yaml-language-server"
SERVER = shutil.which("yaml-language-server") or (str(HERE) if HERE.exists() else None)
needs_server = [
    pytest.mark.thorough,
    pytest.mark.skipif(
        SERVER is None or shutil.which("node") is None,
        reason="there is no yaml-language-server: "
        "npm install --prefix build/npm yaml-language-server",
    ),
]


class Server:
    """A language server, spoken to as an editor does."""

    def __init__(self, folder: Path) -> None:
        assert SERVER is not None
        self.folder, self._number = folder, 0
        self._process = subprocess.Popen(
            [SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
        )
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
        self.tell("initialized", {})
        yaml = {
            "validate": True,
            "completion": True,
            "hover": True,
            "schemaStore": {"enable": False},
        }
        self._settings = {"yaml": yaml}
        self.tell("workspace/didChangeConfiguration", {"settings": self._settings})

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def tell(self, method: str, params: Any, **more: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        self._write(body)

    def ask(self, method: str, params: Any) -> Any:
        self._number += 1
        self.tell(method, params, id=self._number)
        return self._heard(lambda word: word.get("id") == self._number and "method" not in word)[
            "result"
        ]

    def opened(self, name: str, text: str) -> list[tuple[int, str]]:
        """Open a file; the lines that are underlined, and what is said of each."""
        uri = (self.folder / name).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        told = self._heard(
            lambda word: (
                word.get("method") == "textDocument/publishDiagnostics"
                and word["params"]["uri"] == uri
            )
        )
        found = told["params"]["diagnostics"]
        return sorted((one["range"]["start"]["line"] + 1, one["message"]) for one in found)

    def offered(self, name: str, line: int, column: int) -> dict[str, str]:
        """What is offered at a place, and what it would put there."""
        where = {"textDocument": {"uri": (self.folder / name).as_uri()}}
        found = self.ask(
            "textDocument/completion",
            {**where, "position": {"line": line - 1, "character": column}},
        )
        items = found["items"] if isinstance(found, dict) else found
        return {i["label"]: i.get("insertText") or i["textEdit"]["newText"] for i in items}

    def _write(self, body: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _heard(self, wanted: Any) -> Any:
        assert self._process.stdout is not None
        while True:
            length = 0
            while line := self._process.stdout.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            assert length, "the server ended"
            word = json.loads(self._process.stdout.read(length))
            if "method" in word and "id" in word:  # it asks for something
                result = (
                    [self._settings["yaml"]] * len(word["params"].get("items", []))
                    if word["method"] == "workspace/configuration"
                    else None
                )
                self._write(
                    json.dumps({"jsonrpc": "2.0", "id": word["id"], "result": result}).encode()
                )
            elif wanted(word):
                return word


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    for lang in ("en", "zh"):
        schema = json.dumps(scheme_schema(lang), ensure_ascii=False)
        (tmp_path / f"{lang}.json").write_text(schema, "utf-8")
    found = Server(tmp_path)
    yield found
    found.close()


def broken(lang: str) -> list[tuple[str, int, str, str]]:
    """What is replaced in a sound scheme, in which line, by what, and what is said of it."""
    both = {
        "en": [
            (
                "effective_from: 2024-01-01",
                3,
                "effective_from: 1.1.2024",
                "write a day such as 2024-01-31",
            ),
            ("base: 100", 6, "bas: 100", "Property bas is not allowed."),
            ("at_period_end: clear", 8, "at_period_end: vanish", "write one of: clear, carry"),
            (
                "per: month",
                10,
                "per: fortnight",
                "write day, week, month, quarter, year, period or ever (日 周 月 季 年 本期 永久), "
                "or a length such as '2 years' (2年)",
            ),
            ("points: -2", 17, "points: minus", "write a number such as 5, -0.5 or 1000"),
        ],
        "zh": [
            ("生效日期: 2024-01-01", 3, "生效日期: 去年", "请写日期，如 2024-01-31"),
            ("每: 月", 10, "每: 半月", "请写 日、周、月、季、年、本期、永久，或一段长度，如“2年”"),
            ("分值: -2", 17, "分值: 扣二分", "请写数字，如 5、-0.5 或 1000"),
        ],
    }
    return both[lang]


@pytest.mark.parametrize("lang", ["en", "zh"])
class TestServer:
    pytestmark = needs_server

    def test_a_sound_scheme_is_not_underlined(self, server: Server, lang: str) -> None:
        assert server.opened("sound.yaml", titled(lang)) == []

    def test_each_mistake_is_said_in_our_words(self, server: Server, lang: str) -> None:
        text, mistakes = titled(lang), broken(lang)
        for right, line, wrong, _ in mistakes:
            assert right in text.splitlines()[line], right
            text = text.replace(right, wrong, 1)
        said = [(line + 1, message) for _, line, _, message in mistakes]
        assert server.opened("broken.yaml", text) == said

    def test_snippets_are_offered_where_they_fit(self, server: Server, lang: str) -> None:
        empty, lists = {"en": ("indicators", "points"), "zh": ("指标", "分值")}[lang]
        head = titled(lang).splitlines()[0]
        server.opened("new.yaml", f"{head}\n\n")
        whole = {"en": "a whole scheme", "zh": "一份完整的方案"}[lang]
        assert server.offered("new.yaml", 2, 0)[whole].splitlines()[0].endswith("${1:village}")
        server.opened("list.yaml", f"{head}\n{empty}:\n  - \n")
        offered = server.offered("list.yaml", 3, 4)
        veto = {"en": "an indicator: a veto", "zh": "指标：一票否决"}[lang]
        assert lists in offered and "gamble" in offered[veto]


def titled(lang: Any) -> str:
    """A sound scheme that names its schema in the first line."""
    return f"# yaml-language-server: $schema=./{lang}.json\n{format_text(TEXT, lang)}"


def test_the_scheme_of_the_snippets_is_sound_in_both_spellings() -> None:
    for lang in ("en", "zh"):
        assert load_scheme("snippets.yaml", text=format_text(TEXT, lang)).scheme.indicators


def test_the_schema_fits_into_what_editors_read_at_once() -> None:
    """At most 100 kB, as the command prints it, in any spelling."""
    for asked in (["--keys", "en"], ["--keys", "zh", "--lang", "zh"], ["--both", "--lang", "zh"]):
        shown = CliRunner().invoke(app, ["schema", *asked])
        assert len(shown.stdout.encode()) <= 100_000, asked


def test_every_kind_of_scalar_that_has_a_pattern_says_what_to_write() -> None:
    for lang in ("en", "zh"):
        kinds: Any = scheme_schema(lang, both=True)["definitions"]
        silent = [
            k
            for k, kind in kinds.items()
            if "pattern" in kind and "patternErrorMessage" not in kind
        ]
        assert silent == []


def test_the_settings_of_the_example_name_the_schema_that_the_page_makes() -> None:
    settings = json.loads((EXAMPLE / ".vscode" / "settings.json").read_text("utf-8"))
    helix = tomllib.loads((EXAMPLE / ".helix" / "languages.toml").read_text("utf-8"))
    (name,) = settings["yaml.schemas"]
    schemas = helix["language-server"]["yaml-language-server"]["config"]["yaml"]["schemas"]
    assert schemas == settings["yaml.schemas"]
    assert f"jifen schema --both > {name.removeprefix('./')}" in (EXAMPLE / "README.md").read_text(
        "utf-8"
    )
