"""The notebook in `examples` does what it shows: each cell gives the value that stands under it."""

import ast
import json
from pathlib import Path

import pytest

from shards import thorough

NOTEBOOK = Path(__file__).parent.parent / "examples" / "notebook" / "year.ipynb"


@thorough
def test_each_cell_gives_what_stands_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(NOTEBOOK.parent)
    names: dict[str, object] = {}
    cells = [
        c for c in json.loads(NOTEBOOK.read_text("utf-8"))["cells"] if c["cell_type"] == "code"
    ]
    assert len(cells) == 7
    for cell in cells:
        *work, last = ast.parse("".join(cell["source"])).body
        assert isinstance(last, ast.Expr)
        exec(compile(ast.Module(work, []), NOTEBOOK.name, "exec"), names)
        value = eval(compile(ast.Expression(last.value), NOTEBOOK.name, "eval"), names)
        (output,) = cell["outputs"]
        assert repr(value) == "".join(output["data"]["text/plain"])
