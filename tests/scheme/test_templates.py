"""A village's scheme over a county's: what is open, what is not, and where each word stands."""

from pathlib import Path

import pytest

from jifen_rules import SchemeError, load_scheme
from jifen_rules.core.problem import Problem
from jifen_rules.scheme.load import read_scheme

COUNTY = """scheme: county
name: 县级目录
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: none
base: 100
open: {base: [50, 150], rewards: 1}
categories:
  - id: yard
    name: 庭院
    open: {indicators: 1, points: [-2, 2], caps: any}
    indicators:
      - {id: tidy, points: 5}
      - {id: litter, points: -2, open: [points]}
tiers:
  - id: star
    by: total
    ties: all
    round: 1 down
    levels:
      - {id: top, name: 一等, rank: top 10%, open: {rank: [top 1%, top 30%], name: any}}
      - {name: 其他}
"""
VILLAGE = "extends: county.yaml\nscheme: village\neffective_from: 2024-02-01\n"


def problems(folder: Path, body: str) -> list[tuple[str, str, int]]:
    """Name, file and line of each problem of a village file."""
    (folder / "county.yaml").write_text(COUNTY, "utf-8")
    _, found = read_scheme(folder / "village.yaml", text=VILLAGE + body)
    return [(p.fault.name, Path(p.place.file).name, p.place.line) for p in found]


def test_what_is_open_may_be_set(tmp_path: Path) -> None:
    body = (
        "base: 120\ncategories:\n  - {id: yard, caps: [{at_most: 20 added, per: year}],"
        " indicators: [{id: litter, points: -9}, {id: flowers, points: 2}]}\n"
        "tiers:\n  - {id: star, levels: [{id: top, rank: top 25%}]}\n"
    )
    assert problems(tmp_path, body) == []
    scheme = load_scheme(tmp_path / "village.yaml", text=VILLAGE + body).scheme
    points = {item.id: item.points for _, _, item in scheme.walk()}
    assert {key: int(str(value)) for key, value in points.items()} == {
        "tidy": 5,
        "litter": -9,
        "flowers": 2,
    }
    assert (scheme.scheme, scheme.name, str(scheme.base)) == ("village", "县级目录", "120")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("floor: 0 kept\n", "not-open"),
        ("base: 151\n", "outside-what-is-open"),
        ("categories: [{id: yard, indicators: [{id: tidy, points: 6}]}]\n", "not-open"),
        ("categories: [{id: yard, indicators: [{id: a, points: 3}]}]\n", "outside-what-is-open"),
        (
            "categories: [{id: yard, indicators: [{id: a, points: 1}, {id: b, points: 1}]}]\n",
            "too-many-local",
        ),
        ("categories: [{id: other, indicators: [{id: a, points: 1}]}]\n", "too-many-local"),
        ("tiers: [{id: star, levels: [{id: top, rank: top 31%}]}]\n", "outside-what-is-open"),
        ("tiers: [{id: star, levels: [{id: top, rank: bottom 5%}]}]\n", "outside-what-is-open"),
        ("tiers: [{id: star, ties: none}]\n", "not-open"),
    ],
)
def test_what_is_not_open_is_a_problem_at_its_place(tmp_path: Path, body: str, name: str) -> None:
    assert problems(tmp_path, body) == [(name, "village.yaml", 4)]


def test_a_mistake_of_the_county_is_shown_in_the_county(tmp_path: Path) -> None:
    (tmp_path / "county.yaml").write_text(COUNTY.replace("points: 5", "pionts: 5"), "utf-8")
    _, found = read_scheme(tmp_path / "village.yaml", text=VILLAGE)
    assert {Path(p.place.file).name for p in found} == {"county.yaml"}


@pytest.mark.parametrize("word", ["nowhere.yaml", "/etc/passwd", "county.txt", "."])
def test_a_scheme_that_is_not_there(tmp_path: Path, word: str) -> None:
    text = VILLAGE.replace("county.yaml", word)
    _, found = read_scheme(tmp_path / "village.yaml", text=text)
    # the one thing that is wrong, and not all that the other scheme would have said
    assert [p.fault.name for p in found] == ["template-not-found"]


def test_schemes_that_extend_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: b.yaml\nscheme: a\n", "utf-8")
    (tmp_path / "b.yaml").write_text("extends: a.yaml\nscheme: b\n", "utf-8")
    with pytest.raises(SchemeError) as caught:
        load_scheme(tmp_path / "a.yaml")
    names = [p.fault.name for p in caught.value.problems if isinstance(p, Problem)]
    assert "template-circle" in names


def test_a_chain_of_schemes_adds_up(tmp_path: Path) -> None:
    (tmp_path / "county.yaml").write_text(COUNTY, "utf-8")
    town = VILLAGE.replace("village", "town") + "base: 130\n"
    (tmp_path / "town.yaml").write_text(town, "utf-8")
    text = "extends: town.yaml\nscheme: v\neffective_from: 2024-03-01\n"
    scheme = load_scheme(tmp_path / "v.yaml", text=text).scheme
    assert (scheme.scheme, str(scheme.base), str(scheme.effective_from)) == (
        "v",
        "130",
        "2024-03-01",
    )
