"""The cases of all shipped schemes, told by the oracle.

`make test` leaves them out: there the engine gives what each case works out (`test_schemes`), and
the oracle, of every third, what the engine gives (`test_oracle_agrees`).
"""

from functools import cache
from pathlib import Path

import pytest

from jifen_rules import Case, SchemeFile, load_scheme, read_cases
from oracle.comparing import case_differences, oracle_of

SCHEMES = sorted((Path(__file__).parents[2] / "schemes").rglob("scheme.yaml"))
CASES = [
    pytest.param(path, case, id=f"{path.parent.name}: {case.name}")
    for path in SCHEMES
    for case in read_cases(path.parent / "cases.yaml")
    if "problems" not in case.expect
]
BLANK_IS_NO = {
    "hailin-volunteer": (
        "一次活动最多计2小时",
        "时长累计并跨年保留",
        "被投诉的活动不计",
        "兑换价格",
        "每次活动各计",
    ),
    "wendeng-rural": ("影响不好的加重", "扣分各项"),
}
"""Cases that read a blank field as no, where their scheme does not say so (`blank: no`)."""


def says_too_little(path: Path, case: Case) -> bool:
    """Whether a case rests on what its scheme does not say of blanks."""
    words = BLANK_IS_NO.get(path.parent.name, ())
    return "blank:" not in path.read_text("utf-8") and any(word in case.name for word in words)


@cache
def loaded(path: Path) -> SchemeFile:
    return load_scheme(path)


@pytest.mark.thorough
@pytest.mark.parametrize(("path", "case"), CASES)
def test_the_oracle_gives_what_the_case_works_out(path: Path, case: Case) -> None:
    found = case_differences(oracle_of(loaded(path), case), case)
    assert found == [] or says_too_little(path, case)
