"""Every shipped scheme loads without a problem and gives the points its rules say."""

from datetime import date
from pathlib import Path

import pytest

from jifen_rules import evaluate_events, load_scheme
from jifen_rules.compile import check_plan

SCHEMES = sorted((Path(__file__).parent.parent / "schemes").glob("*/scheme.yaml"))


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.parent.name)
def test_a_shipped_scheme_is_sound(path: Path) -> None:
    assert check_plan(load_scheme(path)) == ()


def test_tongde_counts_a_tidy_home_once_a_quarter() -> None:
    path = next(path for path in SCHEMES if path.parent.name == "tongde")
    events = [
        {"id": "a", "date": "2024-01-10", "subject": "H1", "indicator": "tidy"},
        {"id": "b", "date": "2024-03-10", "subject": "H1", "indicator": "tidy"},
        {
            "id": "c",
            "date": "2024-03-11",
            "subject": "H1",
            "indicator": "wedding",
            "matter": "王家",
        },
        {"id": "d", "date": "2024-03-12", "subject": "H1", "indicator": "sorting"},
    ]
    result = evaluate_events(load_scheme(path), None, events, date(2024, 3, 31), status="count")
    # 10 once in the quarter, 5 for the wedding, 3 for sorting: 18
    assert [int(entry.granted) for entry in result.entries] == [10, 0, 5, 3]
    assert result.scores[0].total == 18
