"""The engine against the oracle: entry by entry, score by score."""

from pathlib import Path

import pytest

from jifen_rules import Case, load_scheme, read_cases, read_roster
from oracle.comparing import differences, scheme_of

SCHEMES = sorted((Path(__file__).parent.parent / "schemes").rglob("scheme.yaml"))
CASES = [
    pytest.param(path, case, id=f"{path.parent.name}: {case.name}")
    for path in SCHEMES
    for case in read_cases(path.parent / "cases.yaml")
    if "problems" not in case.expect
]


@pytest.mark.parametrize(("path", "case"), CASES)
def test_engine_and_oracle_tell_one_story(path: Path, case: Case) -> None:
    roster = read_roster(case.roster) if case.roster else None
    scheme = scheme_of(load_scheme(path), case)
    assert differences(scheme, roster, case.events, case.as_of) == []
