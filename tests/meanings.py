"""The cases of `oracle/meanings.yaml`, worked out by hand, each with its scheme."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from jifen_rules import load_scheme, read_cases

FILE = Path(__file__).parent / "oracle" / "meanings.yaml"
HEAD = {
    "scheme": "snippet",
    "illustrative": "yes",
    "effective_from": "2024-01-01",
    "subject": "household",
    "period": "year",
    "at_period_end": "clear",
    "floor": "none",
}


def whole(snippet: str) -> str:
    """A snippet under the head, so far as it does not say those keys itself."""
    own = {line.partition(":")[0] for line in snippet.splitlines()}
    return "".join(f"{key}: {value}\n" for key, value in HEAD.items() if key not in own) + snippet


def meanings() -> Iterator[Any]:
    """Yield each case with its scheme, as parameters of a test."""
    for one in yaml.load(FILE.read_text("utf-8"), yaml.BaseLoader):
        scheme = load_scheme(f"{one['id']}.yaml", text=whole(one["scheme"]))
        given = {"as_of": one.get("as_of", "2024-12-31"), "roster": one.get("roster", [])}
        cases = [{"name": one["id"], **case} for case in one["cases"]]
        document = json.dumps({"given": given, "cases": cases}, ensure_ascii=False)
        for number, case in enumerate(read_cases(f"{one['id']}.yaml", text=document), 1):
            yield pytest.param(scheme, case, id=f"{one['id']}-{number}")
