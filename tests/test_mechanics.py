"""Every mechanic of real schemes: its snippet loads, runs, and gives what was worked out by hand."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from jifen_rules import load_scheme, read_cases, run_cases
from jifen_rules.render.to_text import render_case

FOLDER = Path(__file__).parent / "mechanics"
HEAD = {
    "scheme": "snippet", "effective_from": "2024-01-01", "subject": "household", "period": "year",
    "at_period_end": "clear", "floor": "none",
}  # fmt: skip
"""What a snippet that says nothing else stands under."""


def mechanics() -> list[dict[str, Any]]:
    """All snippets, in the order of their ids."""
    files = sorted(FOLDER.glob("[A-Z].yaml"))
    return [m for file in files for m in yaml.load(file.read_text("utf-8"), yaml.BaseLoader)]


def whole(snippet: str) -> str:
    """A snippet under the head, so far as it does not say those keys itself."""
    own = {line.partition(":")[0] for line in snippet.splitlines()}
    if "extends" in own:
        return snippet
    head = "".join(f"{key}: {value}\n" for key, value in HEAD.items() if key not in own)
    return head + snippet


def cases() -> Iterator[Any]:
    for mechanic in mechanics():
        for number, case in enumerate(mechanic["cases"], 1):
            yield pytest.param(mechanic, case, id=f"{mechanic['id']}-{number}")


@pytest.mark.parametrize(("mechanic", "case"), list(cases()))
def test_mechanic(mechanic: dict[str, Any], case: dict[str, Any], tmp_path: Path) -> None:
    for file, content in mechanic.get("files", {}).items():
        (tmp_path / file).write_text(whole(content), "utf-8")
    given = {"as_of": mechanic.get("as_of", "2024-12-31"), "roster": mechanic.get("roster", [])}
    text = case.get("scheme", mechanic["scheme"])
    name = str(tmp_path / f"{mechanic['id']}.yaml")
    body = {key: value for key, value in case.items() if key != "scheme"}
    document = {"given": given, "cases": [{"name": mechanic["id"], **body}]}
    (one,) = read_cases(name, text=json.dumps(document, ensure_ascii=False))
    schemes = [load_scheme(name, text=whole(text))]
    if "later" in mechanic:
        schemes.append(load_scheme(name, text=whole(mechanic["later"])))
    (outcome,) = run_cases(schemes, [one])
    assert outcome.passed, render_case(outcome)
