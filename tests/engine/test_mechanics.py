"""Every mechanic of real schemes: its snippet loads, runs, and gives the figures by hand."""

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from jifen_rules import load_scheme, read_cases, run_cases
from jifen_rules.core import vocabulary
from jifen_rules.report.render.to_text import render_case
from jifen_rules.scheme import model
from snippets import further, mechanics, whole

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))


def cases() -> Iterator[Any]:
    for mechanic in (*mechanics(), *further()):
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


IDS = [
    f"{letter}{number}"
    for letter, count in zip("ABCDEFG", (31, 9, 13, 12, 13, 12, 8), strict=True)
    for number in range(1, count + 1)
]
"""The 98 kinds of rule found in published schemes."""


def test_every_mechanic_has_a_snippet_and_a_case() -> None:
    assert [mechanic["id"] for mechanic in mechanics()] == IDS
    assert len(IDS) == 98
    assert all(mechanic["cases"] and mechanic["said"] for mechanic in mechanics())


def test_the_page_is_the_one_the_snippets_make() -> None:
    pages = importlib.import_module("make_pages")
    for file, page in pages.PAGES.items():
        assert (DOCS / file).read_text("utf-8") == page(), f"run `make docs`: {file}"


def test_the_reference_has_every_part_and_every_table_of_words() -> None:
    """A part or a table that is added to the house cannot be left out of the pages."""
    pages = importlib.import_module("make_pages")
    shared = {model.Part, model.Named}
    kinds, found = [model.Part], set()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if not kind.__subclasses__() and kind not in shared:
            found.add(kind)
    assert found == set(pages.PARTS)
    tables = {
        name
        for name, value in vars(vocabulary).items()
        if name.isupper() and name[0] != "_" and isinstance(value, Mapping)
    }
    assert tables - {"KEYS", "UNITS", "YES_NO"} == set(pages.WORDS)
