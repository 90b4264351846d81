"""A formula comes to the same however often, and in whatever order, its values are given."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from jifen_rules.core import expression
from jifen_rules.core.expression import Formula, Scope
from jifen_rules.core.formula_check import parse_formula
from jifen_rules.core.problem import Place

NUMBERS = st.integers(-50, 50) | st.fractions(max_denominator=8)
SCOPE = Scope({"a": "number", "b": "number", "故意": "yes_no", "等级": "text"})


def formula(text: str) -> Formula:
    found, problems = parse_formula(text, Place("f", 1, 1), SCOPE, "number")
    assert found is not None, problems
    return found


DOUBLED = formula("a - 2 * b if 故意 and 等级 == '重' else b")


@given(NUMBERS, NUMBERS, st.booleans(), st.sampled_from(["重", "轻", ""]))
def test_a_repeated_input_comes_to_the_same_in_any_order(
    a: Fraction, b: Fraction, wilful: bool, level: str
) -> None:
    expected = a - 2 * b if wilful and level == "重" else b
    values: dict[str, Fraction | str | bool] = {"a": a, "b": b, "故意": wilful, "等级": level}
    other_way = dict(reversed(values.items()))
    assert DOUBLED.evaluate(values) == DOUBLED.evaluate(other_way) == expected
    assert DOUBLED.evaluate({**values, "c": 1}) == expected


def test_it_holds_so_many_and_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expression, "MAX_KNOWN", 3)
    once = formula("a + 1")
    assert [once.evaluate({"a": n}) for n in (1, 2, 3, 4, 1, 2)] == [2, 3, 4, 5, 2, 3]
    assert len(once.known) <= 3
