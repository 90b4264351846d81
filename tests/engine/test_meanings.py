"""What words mean where it is easily got wrong, told by engine and oracle.

Figures by hand stand beside each.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from jifen_rules import Case, SchemeFile, load_scheme, read_cases, run_cases
from jifen_rules.report.render.to_text import render_case
from oracle.comparing import case_differences, oracle_of

FILE = Path(__file__).parents[1] / "oracle" / "meanings.yaml"
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
    for one in yaml.load(FILE.read_text("utf-8"), yaml.BaseLoader):
        scheme = load_scheme(f"{one['id']}.yaml", text=whole(one["scheme"]))
        given = {"as_of": one.get("as_of", "2024-12-31"), "roster": one.get("roster", [])}
        cases = [{"name": one["id"], **case} for case in one["cases"]]
        document = json.dumps({"given": given, "cases": cases}, ensure_ascii=False)
        for number, case in enumerate(read_cases(f"{one['id']}.yaml", text=document), 1):
            yield pytest.param(scheme, case, id=f"{one['id']}-{number}")


@pytest.mark.parametrize(("scheme", "case"), list(meanings()))
def test_the_oracle_means_what_was_worked_out(scheme: SchemeFile, case: Case) -> None:
    assert case_differences(oracle_of(scheme, case), case) == []


@pytest.mark.parametrize(("scheme", "case"), list(meanings()))
def test_the_engine_means_the_same(scheme: SchemeFile, case: Case) -> None:
    (outcome,) = run_cases(scheme, [case])
    assert outcome.passed, render_case(outcome)
