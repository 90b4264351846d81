"""What words mean where it is easily got wrong, told by engine and oracle.

Figures by hand stand beside each.
"""

import pytest

from jifen_rules import Case, SchemeFile, run_cases
from jifen_rules.report.render.to_text import render_case
from meanings import meanings
from oracle.comparing import case_differences, oracle_of


@pytest.mark.parametrize(("scheme", "case"), list(meanings()))
def test_the_oracle_means_what_was_worked_out(scheme: SchemeFile, case: Case) -> None:
    assert case_differences(oracle_of(scheme, case), case) == []


@pytest.mark.parametrize(("scheme", "case"), list(meanings()))
def test_the_engine_means_the_same(scheme: SchemeFile, case: Case) -> None:
    (outcome,) = run_cases(scheme, [case])
    assert outcome.passed, render_case(outcome)
