"""The engine against the oracle: entry by entry, score by score."""

from functools import cache
from pathlib import Path

import pytest

from jifen_rules import Case, SchemeFile, load_scheme, read_cases, read_roster
from oracle.comparing import differences, scheme_of
from shards import thorough

SCHEMES = sorted((Path(__file__).parents[2] / "schemes").rglob("scheme.yaml"))
CASES = [
    (path, case)
    for path in SCHEMES
    for case in read_cases(path.parent / "cases.yaml")
    if "problems" not in case.expect
]
PARAMS = [
    pytest.param(
        *one, id=f"{one[0].parent.name}: {one[1].name}", marks=[thorough] if number % 3 else []
    )
    for number, one in enumerate(CASES)
]
"""Under `make test` every third."""


@cache
def loaded(path: Path) -> SchemeFile:
    return load_scheme(path)


def found(path: Path, case: Case) -> list[str]:
    roster = read_roster(case.roster) if case.roster else None
    scheme = scheme_of(loaded(path), case)
    return [*map(str, differences(scheme, roster, case.events, case.as_of))]


@pytest.mark.parametrize(("path", "case"), PARAMS)
def test_engine_and_oracle_tell_one_story(path: Path, case: Case) -> None:
    assert found(path, case) == []
