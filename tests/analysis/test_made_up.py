"""Made-up events for a draft: the same for a seed, admitted, near edges, and marked."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jifen_rules import SchemeFile, evaluate_events, load_scheme, measure_impact, read_roster
from jifen_rules.analysis.made_up import make_events
from jifen_rules.cli import app
from jifen_rules.report.render.language import words
from jifen_rules.report.render.to_impact import say_made_up

SCHEME = """\
scheme: demo
effective_from: 2024-01-01
subject: household
period: year
base: 100
floor: none
at_period_end: clear
fields: {subject: {class: [党员户]}, event: {大事: yes_no, 人数: number}}
process: [{step: declare}, {step: check}, {step: count}, {step: publish}]
indicators:
  - {id: help, points: 5, caps: [{at_most: 8 added, per: month}]}
  - {id: honour, points: {by: {level: {村级: 3, 县级: 20}}}}
  - {id: hours, points: {at_least: {10: 2, 100: 5}}}
  - {id: judged, points: {between: [2, 6]}}
  - {id: big, points: {formula: 人数 * (2 if 大事 else 1)}}
  - {id: party, for: [党员户], points: 4}
"""
NEW = SCHEME.replace("points: 4", "points: 6")
ROSTER = [{"id": f"H{number}", "class": "党员户" if number < 3 else ""} for number in range(30)]
DAY = date(2024, 12, 31)


def scheme(text: str = SCHEME) -> SchemeFile:
    return load_scheme("demo.yaml", text=text)


def made(seed: int = 1) -> list[dict[str, str]]:
    people = read_roster(ROSTER, frozenset({"class"}))
    return make_events([scheme(), scheme(NEW)], people, DAY, seed=seed)


def test_a_seed_gives_the_same_events_and_another_seed_others() -> None:
    """Thirty households have twelve a year each, none outside the year before the day."""
    assert made() == made()
    assert made() != made(2)
    rows = made()
    assert len(rows) == 30 * 12
    assert {row["date"][:4] for row in rows} == {"2024"}
    assert all(row["id"].startswith("made-up-") for row in rows)


def test_every_event_is_admitted_and_each_indicator_comes_up() -> None:
    people = read_roster(ROSTER, frozenset({"class"}))
    result = evaluate_events(scheme(), people, made(), DAY)
    assert Counter(entry.outcome.value for entry in result.rejected) == {}
    assert {entry.indicator for entry in result.entries} >= {
        "help",
        "honour",
        "hours",
        "judged",
        "big",
        "party",
    }
    # 党员户 are three of thirty: nobody else has the indicator for them
    assert {row["subject"] for row in made() if row["indicator"] == "party"} <= {"H0", "H1", "H2"}
    quantities = {row["quantity"] for row in made() if row["indicator"] == "hours"}
    assert quantities & {"9", "10", "11"} and quantities & {"99", "100", "101"}


def test_an_impact_of_them_says_that_they_are_made_up() -> None:
    people = read_roster(ROSTER, frozenset({"class"}))
    impact = measure_impact(scheme(), scheme(NEW), people, None, DAY, seed=3)
    assert impact.made_up == 3
    # two points more for each event of 党员户
    count = sum(row["indicator"] == "party" for row in made(3))
    assert count > 0
    assert impact.total_of(0) == 2 * count
    assert impact.to_dict()["made_up"] == 3


def test_without_anybody_to_make_them_up_for_there_are_none() -> None:
    with pytest.raises(ValueError, match="roster"):
        measure_impact(scheme(), scheme(NEW), None, None, DAY)
    village = read_roster([{"id": "V", "kind": "village"}])
    with pytest.raises(ValueError, match="nobody"):
        measure_impact(scheme(), scheme(NEW), village, None, DAY)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    rows = "id,class\n" + "".join(f"{row['id']},{row['class']}\n" for row in ROSTER)
    for name, text in (("old.yaml", SCHEME), ("new.yaml", NEW), ("r.csv", rows)):
        (tmp_path / name).write_text(text, "utf-8")
    return [str(tmp_path / name) for name in ("old.yaml", "new.yaml")] + [
        "--roster",
        str(tmp_path / "r.csv"),
    ]


def test_the_command_marks_table_page_and_json(files: list[str], tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["impact", *files, "--lang", "en"])
    assert run.exit_code == 0, run.output
    assert words(say_made_up(1), "en") in run.stdout
    page = tmp_path / "o.html"
    CliRunner().invoke(app, ["impact", *files, "--seed", "7", "-o", str(page), "--lang", "zh"])
    assert words(say_made_up(7), "zh") in page.read_text("utf-8")
    data = json.loads(CliRunner().invoke(app, ["impact", *files, "--format", "json"]).stdout)
    assert (data["made_up"], data["as_of"]) == (1, "2024-12-30")  # 365 days from 1 January


def test_the_command_needs_events_or_a_roster(files: list[str]) -> None:
    run = CliRunner().invoke(app, ["impact", *files[:2], "--lang", "en"])
    assert (run.exit_code, "or a roster" in run.stderr) == (2, True)
