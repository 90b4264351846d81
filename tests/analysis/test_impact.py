"""What a change does to a village: the parts add up exactly, each side is evaluated whole."""

import csv
import io
import json
import pickle
import resource
import subprocess
import sys
from datetime import date
from decimal import Decimal
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console
from test_diff import pairs, plain_village
from typer.testing import CliRunner

from generators import village
from jifen_rules import (
    Impact,
    SchemeFile,
    evaluate_events,
    load_scheme,
    measure_impact,
    read_roster,
)
from jifen_rules.analysis.change import measure
from jifen_rules.analysis.change.plain_plan import PlainVersions
from jifen_rules.analysis.change.touched import changed_indicators
from jifen_rules.cli import app
from jifen_rules.compile import compile_versions
from jifen_rules.core.problem import SchemeError
from jifen_rules.report.render.to_impact_table import impact_tables
from jifen_rules.session import scores_of_some

ROOT = Path(__file__).parents[2]
DAY = date(2024, 3, 31)

SCHEME = """\
scheme: small
effective_from: 2024-01-01
subject: person
period: quarter
base: 0
floor: 0 kept
at_period_end: clear
indicators:
  - {id: help, points: 4, caps: [{at_most: 10 added, per: month}]}
  - {id: gift, points: 3}
tiers:
  - id: star
    by: total
    levels: [{name: 好, at_least: 12}, {name: 一般}]
rewards:
  - {id: rice, per: quarter, by: total, gives: {each: {1 分: 2}}, round: 1 down}
"""
EVENTS = (
    "2024-01-05 a help",
    "2024-01-06 a help",
    "2024-01-07 a help",
    "2024-01-08 a gift",
    "2024-01-05 b gift",
    "2024-01-06 b unknown",
)


def scheme(*edits: tuple[str, str]) -> SchemeFile:
    text = SCHEME
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return load_scheme("new.yaml" if edits else "old.yaml", text=text)


def events() -> list[dict[str, object]]:
    rows = [line.split() for line in EVENTS]
    return [
        {"id": f"e{n}", "date": day, "subject": who, "indicator": what, "status": "count"}
        for n, (day, who, what) in enumerate(rows, 1)
    ]


def measured(*edits: tuple[str, str], since: date | None = None, steps: bool = False) -> Impact:
    new = scheme(*edits)
    return measure_impact(scheme(), new, None, events(), DAY, since=since, steps=steps)


def parts_of(impact: Impact, subject: str, figure: str = "total") -> list[str]:
    (row,) = (row for row in impact.rows if row.subject == subject)
    return [str(part.get(figure, 0)) for part in (*row.parts, row.together)]


LIMIT = ("at_most: 10 added", "at_most: 11 added")
VALUE = ("points: 4,", "points: 3,")


def test_each_change_has_its_own_part_and_the_rest_is_together() -> None:
    """
    a: help 4 + 4 + 4 under 10 in the month, and gift 3: 10 + 3 = 13.
    Limit 11 alone: 11 + 3 = 14, so +1. Points 3 alone: 9 + 3 = 12, so -1.
    Both: 9 under 11, and 3: 12, so -1 in all; together -1 - (1 - 1) = -1.
    """
    impact = measured(LIMIT, VALUE)
    assert [change.key for change in impact.changes] == ["caps", "points"]
    assert parts_of(impact, "a") == ["1", "-1", "-1"]
    assert parts_of(impact, "b") == ["0", "0", "0"]
    assert [impact.total_of(n) for n in (0, 1, None)] == [1, -1, -1]
    assert (impact.gainers, impact.losers) == (0, 1)


def test_with_steps_each_change_comes_upon_those_before_it() -> None:
    """14 after the limit: +1. Then 12 with 3 points each: -2. Nothing is left together."""
    assert parts_of(measured(LIMIT, VALUE, steps=True), "a") == ["1", "-2", "0"]


def test_levels_rights_and_what_a_reward_costs_are_on_both_sides() -> None:
    """a has 13 and is good; the edge 14 makes it fair.

    Rice: 2 for each point: 26 and 6, then 3 each.
    """
    impact = measured(("at_least: 12", "at_least: 14"), ("{1 分: 2}", "{1 分: 3}"))
    assert impact.crossings("star") == {("好", "一般"): 1, ("一般", "一般"): 1}
    assert impact.costs() == {"rice": (Decimal(32), Decimal(48))}
    (row,) = (row for row in impact.rows if row.subject == "a")
    assert (row.before.levels, row.after.levels) == ({"star": "好"}, {"star": "一般"})
    assert (row.before.place, row.after.place) == (1, 1)
    assert row.change_of() == 0


def test_entries_that_differ_stand_side_by_side_and_admission_is_told() -> None:
    """The third help has 2 under 10, and 3 under 11; what was unknown becomes an indicator."""
    impact = measured(
        LIMIT,
        (
            "  - {id: gift, points: 3}\n",
            "  - {id: gift, points: 3}\n  - {id: unknown, points: 1}\n",
        ),
    )
    found: dict[str | None, tuple[object, object]] = {
        one.event: (
            one.before and (one.before.outcome.value, one.before.granted),
            one.after and (one.after.outcome.value, one.after.granted),
        )
        for one in impact.entries
    }
    assert found["e3"] == (("counted", 2), ("counted", 3))
    assert found["e6"] == (("unknown_indicator", 0), ("counted", 1))
    assert [one.event for one in impact.entries if one.is_admission] == ["e6"]


def test_a_new_scheme_alone_is_applied_to_the_whole_stream() -> None:
    """Its own first day, after all events, is no change."""
    impact = measured(("2024-01-01", "2025-01-01"), ("points: 3}", "points: 5}"))
    assert [change.key for change in impact.changes] == ["points"]
    assert parts_of(impact, "b") == ["2", "0"]


def test_from_a_day_the_new_scheme_is_a_version() -> None:
    """From 6 January: b's gift of the 5th stays 3, a's of the 8th becomes 5."""
    impact = measured(("points: 3}", "points: 5}"), since=date(2024, 1, 6))
    assert parts_of(impact, "a") == ["2", "0"]
    assert parts_of(impact, "b") == ["0", "0"]


def test_what_cannot_stand_alone_is_together() -> None:
    """An indicator that moves into a category which comes in with it."""
    new = (
        "  - {id: gift, points: 3}\n",
        (
            "categories:\n"
            "  - {id: c, caps: [{at_most: 2 added, per: month}], indicators: [{id: gift, points: "
            "3}]}\n"
        ),
    )
    impact = measured(new)
    assert [
        (change.kind, tried) for change, tried in zip(impact.changes, impact.tried, strict=True)
    ] == [
        ("added", True),
        ("moved", False),
    ]
    assert parts_of(impact, "b") == ["0", "0", "-1"]


def test_who_bears_it_is_summed_up_by_class_unit_and_band() -> None:
    people = read_roster(
        [
            {"id": "a", "class": "党员", "unit": "一组"},
            {"id": "b", "class": "村民", "unit": "一组"},
        ]
    )
    impact = measure_impact(scheme(), scheme(LIMIT), people, events(), DAY)
    assert [(g.name, g.gain, g.change) for g in impact.by_class(people)] == [
        ("党员", 1, Decimal(1)),
        ("村民", 0, Decimal(0)),
    ]
    assert [(g.name, g.subjects, g.change) for g in impact.by_unit(people)] == [
        ("一组", 2, Decimal(1))
    ]
    # b has 3, a 13: of two, the lower half is quarter 1, the other quarter 3
    assert [(g.name, g.change) for g in impact.by_band()] == [("1", Decimal(0)), ("3", Decimal(1))]


@pytest.mark.parametrize("day", [date(2024, 1, 1), date(2023, 5, 1)])
def test_a_new_version_begins_after_the_old_one(day: date) -> None:
    """Before it, the new scheme would end where the old begins, with no years of its own."""
    with pytest.raises(ValueError, match="begins after the last old one, 2024-01-01"):
        measured(("points: 3}", "points: 5}"), since=day)


@pytest.mark.parametrize("rows", [None, []])
def test_a_day_before_the_schemes_is_refused(rows: list[dict[str, str]] | None) -> None:
    """Nobody can have a score then, whether events are given or made up."""
    people = read_roster([{"id": "a"}])
    with pytest.raises(ValueError, match=r"on 2023-06-01: the scheme is in force from 2024-01-01"):
        measure_impact(scheme(), scheme(), people, rows, date(2023, 6, 1))


def test_a_day_before_the_new_version_is_refused() -> None:
    with pytest.raises(ValueError, match="the new version is in force from 2024-07-01 on"):
        measure_impact(scheme(), scheme(), None, [], date(2024, 6, 30), since=date(2024, 7, 1))


def test_a_table_of_nobody_says_why() -> None:
    impact = measure_impact(scheme(), scheme(), None, [], DAY)
    (said,) = impact_tables(impact, None)
    assert str(said).startswith(f"nobody has a score by {DAY} under either scheme")


def test_schemes_of_different_kinds_cannot_follow_one_another() -> None:
    with pytest.raises(SchemeError):
        measured(("period: quarter", "period: year"), since=date(2024, 2, 1))
    with pytest.raises(ValueError, match="several"):
        measure_impact(scheme(), [scheme(), scheme()], None, [], DAY, since=DAY)


# --- properties over generated villages -----------------------------------------------------------


def faults(numbers: range, steps: bool) -> tuple[list[str], int]:
    """What does not add up, or is not what two evaluations say; and how many rows were touched."""
    wrong, touched = [], 0
    for draw in (village, plain_village):
        for case, old, new in pairs(numbers, draw):
            events, people = list(case.events), case.people()
            impact = measure_impact(
                old, new, people, events, case.as_of, status="count", steps=steps
            )
            touched += len(impact.touched)
            sides = [
                {(s.subject, s.period): {"total": s.total, **s.ledgers} for s in result.scores}
                for result in (
                    evaluate_events(file, people, events, case.as_of, status="count")
                    for file in (old, new)
                )
            ]
            for row in impact.rows:
                key = (row.subject, row.period)
                before, after = (side.get(key, {}) for side in sides)
                if (row.before.figures, row.after.figures) != (before, after):
                    wrong.append(f"{case}: {key} is not what is evaluated")
                for name in {
                    **before,
                    **after,
                    **row.together,
                    **{n: 0 for p in row.parts for n in p},
                }:
                    parts = [part.get(name, Decimal(0)) for part in (*row.parts, row.together)]
                    if sum(parts) != after.get(name, Decimal(0)) - before.get(name, Decimal(0)):
                        wrong.append(f"{case}: {key} {name} does not add up")
            if {(row.subject, row.period) for row in impact.rows} != {*sides[0], *sides[1]}:
                wrong.append(f"{case}: not every subject has its row")
    return wrong, touched


@pytest.mark.parametrize("steps", [False, True])
def test_the_parts_add_up_to_the_difference_of_two_evaluations(steps: bool) -> None:
    wrong, touched = faults(range(500, 506), steps)
    assert wrong == []
    assert touched > 8


@pytest.mark.thorough
def test_the_parts_add_up_in_many_villages() -> None:
    wrong, touched = faults(range(2000, 2150), steps=False)
    assert wrong == []
    assert touched > 200


def validators() -> list[jsonschema.Draft202012Validator]:
    """Those of the published forms of a diff and of an impact."""
    found = []
    for name in ("diff", "impact"):
        schema = json.loads((resources("jifen_rules") / f"{name}.schema.json").read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        found.append(jsonschema.Draft202012Validator(schema))
    return found


def test_diff_and_impact_follow_their_published_schemas_and_pickle() -> None:
    of_diff, of_impact = validators()
    for draw in (village, plain_village):
        for case, old, new in pairs(range(520, 526), draw):
            impact = measure_impact(
                old, new, case.people(), list(case.events), case.as_of, status="count"
            )
            for lang in ("en", "zh"):
                of_diff.validate(impact.diff.to_dict(lang))
                of_impact.validate(impact.to_dict(lang))
            copy = pickle.loads(pickle.dumps(impact))
            assert copy.to_dict() == json.loads(json.dumps(impact.to_dict())) == impact.to_dict()
    data = measured(LIMIT, VALUE).to_dict()
    for broken in (data | {"impact": 2}, data | {"more": 1}, data | {"together": 1.5}):
        assert not of_impact.is_valid(broken)
    assert not of_diff.is_valid({"diff": 1, "changes": [{}]})


def test_the_data_of_one_row_is_what_it_says() -> None:
    """As above: 13 and 12, +1 and -1 alone, -1 together.

    The third help has 2 under 10, 3 of 3 under 11.
    """
    data = measured(LIMIT, VALUE).to_dict()
    (row,) = (row for row in data["scores"] if row["subject"] == "a")
    assert (row["period"], row["before"]["figures"], row["after"]["figures"]) == (
        "2024-Q1",
        {"total": "13"},
        {"total": "12"},
    )
    assert (row["parts"], row["together"]) == ([{"total": "1"}, {"total": "-1"}], {"total": "-1"})
    assert row["before"]["tiers"] == {"star": "好"}
    entries = {
        one["event"]: (one["before"]["granted"], one["after"]["granted"]) for one in data["entries"]
    }
    assert entries == {"e1": ("4", "3"), "e2": ("4", "3"), "e3": ("2", "3")}


# --- only whom a change can touch -----------------------------------------------------------------


def both_ways(numbers: range, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], int]:
    """Villages in which it makes a difference to leave out whom a change cannot touch.

    How many were left out.
    """
    wrong, left_out = [], 0

    def some(*given: Any) -> object:
        nonlocal left_out
        scores, settled = scores_of_some(*given)
        left_out += len(people.subjects) - len(settled)
        return scores, settled

    for draw in (village, plain_village):
        for case, old, new in pairs(numbers, draw):
            people = case.people()
            given = (old, new, people, list(case.events), case.as_of)
            with monkeypatch.context() as patch:
                patch.setattr(measure, "scores_of_some", some)
                found = measure_impact(*given, status="count")
                patch.setattr(measure, "changed_indicators", lambda *_: None)
                whole = measure_impact(*given, status="count")
            if (found.rows, found.tried) != (whole.rows, whole.tried):
                wrong.append(str(case))
    return wrong, left_out


def test_leaving_out_whom_a_change_cannot_touch_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong, left_out = both_ways(range(500, 505), monkeypatch)
    assert wrong == []
    assert left_out > 5


@pytest.mark.thorough
def test_leaving_out_changes_nothing_in_many_villages(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong, left_out = both_ways(range(2000, 2150), monkeypatch)
    assert wrong == []
    assert left_out > 500


def test_who_is_tied_to_a_touched_subject_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    """a's help changes; b stands in a's rank, so both are settled; without ranks b is left out."""
    settled = []

    def some(*given: Any) -> object:
        scores, whose = scores_of_some(*given)
        settled.append(whose)
        return scores, whose

    monkeypatch.setattr(measure, "scores_of_some", some)
    two = (VALUE, ("points: 3}", "points: 2}"))
    ranked = (
        "levels: [{name: 好, at_least: 12}",
        "ties: all\n    levels: [{name: 好, rank: top 1}",
    )
    for more in ((), (ranked,)):
        sides = [scheme(*more), scheme(*more, *two)]
        people = read_roster([{"id": "a"}, {"id": "b"}])
        impact = measure_impact(sides[0], sides[1], people, events(), DAY)
        # help 4 -> 3 is a's alone: 13 -> 12; gift 3 -> 2 is of both
        assert [parts_of(impact, who) for who in "ab"] == [["-1", "-1", "0"], ["0", "-1", "0"]]
    assert [sorted(whose) for whose in settled] == [["a"], ["a", "b"], ["a", "b"], ["a", "b"]]


def test_a_change_touches_those_whom_events_name_by_name() -> None:
    """
    As above, 10 + 3 = 13 for a and 3 for b, but by name: limit 11 alone +1, points 3 alone -1.
    """
    named = ("{id: help, ", "{id: help, name: 帮忙, ")
    people = read_roster([{"id": "a", "name": "张家"}, {"id": "b", "name": "李家"}])
    names = {"a": "张家", "b": "李家", "help": "帮忙"}
    rows = [{key: names.get(str(value), value) for key, value in row.items()} for row in events()]
    impact = measure_impact(scheme(named), scheme(named, LIMIT, VALUE), people, rows, DAY)
    assert parts_of(impact, "a") == ["1", "-1", "-1"]
    assert parts_of(impact, "b") == ["0", "0", "0"]


def test_an_indicator_that_makes_a_name_doubtful_touches_who_was_named_by_it() -> None:
    """With two indicators of one name, a's three events of help, 10 of 13, say neither.

    Gift 3 -> 2 is -1 for a and for b, beside it or alone.
    """
    named = ("{id: help, ", "{id: help, name: 帮忙, ")
    second = ("  - {id: gift", "  - {id: other, name: 帮忙, points: 1}\n  - {id: gift")
    rows = [{**row, "indicator": "帮忙"} if row["indicator"] == "help" else row for row in events()]
    new = scheme(named, second, ("points: 3}", "points: 2}"))
    impact = measure_impact(scheme(named), new, None, rows, DAY)
    assert [parts_of(impact, who) for who in "ab"] == [["-10", "-1", "0"], ["0", "-1", "0"]]


def test_what_pays_others_or_needs_no_event_touches_everybody() -> None:
    """A payee has no event of the indicator; a standing fact is awarded without one."""

    def indicators(*edits: tuple[str, str]) -> frozenset[str] | None:
        plans = [
            PlainVersions(compile_versions(file)) for file in (scheme(*edits[:-1]), scheme(*edits))
        ]
        return changed_indicators(plans[0], plans[1])

    assert indicators(VALUE) == frozenset({"help"})
    assert indicators(LIMIT) == frozenset({"help"})
    assert indicators(("base: 0", "base: 1")) is None
    assert (
        indicators(("points: 3}", "points: 3, to: {named: whole}}"), ("points: 3,", "points: 2,"))
        is None
    )
    fact = ("points: 3}", "points: 3, per: month, when: throughout(clean)}")
    fields = ("subject: person\n", "subject: person\nfields: {subject: {clean: yes_no}}\n")
    assert indicators(fields, fact, ("points: 3,", "points: 2,")) is None


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    lines = [",".join(("id", "date", "subject", "indicator", "status"))]
    lines += [",".join(str(value) for value in row.values()) for row in events()]
    new = SCHEME.replace(*LIMIT).replace(*VALUE)
    for name, text in (("old.yaml", SCHEME), ("new.yaml", new), ("events.csv", "\n".join(lines))):
        (tmp_path / name).write_text(text, "utf-8")
    return [str(tmp_path / name) for name in ("old.yaml", "new.yaml", "events.csv")]


def test_the_command_says_who_loses_and_by_what(files: list[str]) -> None:
    run = CliRunner().invoke(app, ["impact", *files, "--as-of", "2024-03-31", "--lang", "en"])
    assert run.exit_code == 0, run.output
    assert "1 of 2 scores are touched: 0 rise, 1 fall, together -1" in run.stdout
    rows = [line.split() for line in run.stdout.splitlines()]
    assert ["only", "together", "1", "-1"] in rows
    assert ["a", "a", "2024-Q1", "13", "12", "-1"] in [row[:6] for row in rows]
    chinese = CliRunner().invoke(app, ["impact", *files, "--lang", "zh"])
    assert "共 2 个积分，1 个受影响" in chinese.stdout
    assert "合在一起才有 -1" in chinese.stdout and "&" not in chinese.stdout
    # b has 3, a 13: of two, the lower is in the lowest quarter, the other in the third
    assert [row.split()[0] for row in chinese.stdout.splitlines() if "四分之一" in row] == [
        "后四分之一",
        "中间偏前四分之一",
    ]


def test_the_command_says_which_events_count_under_neither_scheme(
    files: list[str], tmp_path: Path
) -> None:
    """Else 'nobody is touched' is taken for the effect of the rules."""

    def notes(*call: str) -> tuple[int, str]:
        run = CliRunner().invoke(app, ["impact", *call, "--lang", "en"])
        return run.exit_code, run.stderr

    code, said = notes(*files)
    assert code == 0 and "1 event counts under neither scheme: no such indicator 1" in said
    process = "process: [{step: declare}, {step: count}]\n"
    staged = []
    for name in files[:2]:
        staged.append(str(tmp_path / f"staged-{Path(name).name}"))
        Path(staged[-1]).write_text(Path(name).read_text("utf-8") + process, "utf-8")
    rows = tmp_path / "rows.csv"
    rows.write_text("id,date,subject,indicator\n1,2024-01-05,a,help\n2,2024-01-06,b,gift\n")
    code, said = notes(*staged, str(rows))
    assert code == 0 and "neither scheme: not yet checked 2" in said
    assert "2 events have no status and cannot count yet; --status count lets them" in said
    assert "neither" not in notes(*staged, str(rows), "--status", "count")[1]
    rows.write_text("id,date,subject,indicator\n1,soon,a,help\n2,2024-01-06,b,gift\n")
    assert "neither scheme: row not readable 1" in notes(*files[:2], str(rows))[1]


def test_csv_and_json_have_the_same_parts(files: list[str]) -> None:
    shown = CliRunner().invoke(app, ["impact", *files, "--format", "csv", "--lang", "en"]).stdout
    row = next(row for row in csv.DictReader(io.StringIO(shown)) if row["name"] == "a")
    assert (row["before"], row["after"], row["difference"], row["only together"]) == (
        "13",
        "12",
        "-1",
        "-1",
    )
    data = json.loads(CliRunner().invoke(app, ["impact", *files, "--format", "json"]).stdout)
    (score,) = (one for one in data["scores"] if one["subject"] == "a")
    assert [part.get("total") for part in score["parts"]] == ["1", "-1"]
    assert score["together"] == {"total": "-1"}
    assert [change["sum"] for change in data["changes"]] == ["1", "-1"]


YEAR = ROOT / "examples" / "wendeng-year"
TEN = (
    ("党支部, points: 5", "党支部, points: 8"),
    ("at_most: 40 added, per: year", "at_most: 50 added, per: year"),
    ("above: 1060", "above: 1070"),
    ("参加培训, points: 1,", "参加培训, points: 2,"),
    ("{each: {4 小时: 1}", "{each: {5 小时: 1}"),
    ("无偿献血, points: 10", "无偿献血, points: 12"),
    ("拥军活动, points: 1,", "拥军活动, points: 2,"),
    ("乱扔乱堆, points: -5", "乱扔乱堆, points: -8"),
    ("帮助邻里, points: 1}", "帮助邻里, points: 2}"),
    ("建议被采纳, points: 2", "建议被采纳, points: 3"),
)
NAMING = ("id", "subject", "to", "rater", "voids", "corrects", "revokes", "repairs", "disputes")


def years(folder: Path, times: int) -> list[str]:
    """Write the example year so many times over, each with its own people; the two files."""
    lines = [
        json.loads(line)
        for line in (YEAR / "events.jsonl").read_text("utf-8").splitlines()
        if line.endswith("}")
    ]
    people = list(csv.DictReader(io.StringIO((YEAR / "roster.csv").read_text("utf-8"))))
    with (folder / "years.jsonl").open("w", encoding="utf-8") as file:
        for number in range(times):
            for row in lines:
                own = {k: f"{v}-{number}" if k in NAMING else v for k, v in row.items()}
                file.write(json.dumps(own, ensure_ascii=False) + "\n")
    with (folder / "years.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, people[0])
        writer.writeheader()
        for number in range(times):
            for row in people:
                unit = f"{row['unit']}-{number}" if row["unit"] else ""
                writer.writerow({**row, "id": f"{row['id']}-{number}", "unit": unit})
    return [str(folder / "years.jsonl"), "--roster", str(folder / "years.csv")]


@pytest.mark.thorough
@pytest.mark.parametrize(("edits", "times", "seconds"), [(1, 1, 2), (10, 14, 30)])
def test_an_impact_takes_little_time(tmp_path: Path, edits: int, times: int, seconds: int) -> None:
    """One change on the example year, ten on 20 thousand events: processor time, all in all."""
    scheme = ROOT / "schemes" / "wendeng-rural" / "scheme.yaml"
    text = scheme.read_text("utf-8")
    for old, new in TEN[:edits]:
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "new.yaml").write_text(text, "utf-8")
    given = years(tmp_path, times)
    assert times == 1 or len(Path(given[0]).read_text("utf-8").splitlines()) > 20_000
    call = [
        sys.executable,
        "-m",
        "jifen_rules",
        "impact",
        str(scheme),
        str(tmp_path / "new.yaml"),
        *given,
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        [*call, "--as-of", "2024-12-31", "--format", "json"], stdout=subprocess.DEVNULL
    )
    assert run.returncode == 1  # some rows of the example year cannot be read
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < seconds


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "2023-12-31"], "新版本要在原办法最后一版的生效日期（2024-01-01）以后生效"),
        (["--as-of", "2225-12-31"], "2225-12-31 距方案生效超过 200 年，请核对日期"),
        (["--roster", "roster.csv"], "名册上没有任何指标适用的对象"),
    ],
)
def test_trouble_is_said_in_chinese(
    files: list[str],
    options: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("roster.csv").write_text("id,name\n", "utf-8")
    given = files[:2] if "--roster" in options else files
    run = CliRunner().invoke(app, ["impact", *given, *options, "--lang", "zh"])
    assert (run.exit_code, run.stderr.count("\n")) == (2, 1)
    assert run.stderr.startswith(said)


def test_trouble_is_shown_and_exits_with_2(files: list[str], tmp_path: Path) -> None:
    run = CliRunner()
    assert run.invoke(app, ["impact", *files[:2], str(tmp_path / "none.csv")]).exit_code == 2
    assert run.invoke(app, ["impact", *files, "--as-of", "soon"]).exit_code == 2
    assert run.invoke(app, ["impact", *files, "--from", "soon"]).exit_code == 2
    assert (
        run.invoke(
            app,
            ["impact", files[0], str(tmp_path), files[2], "--from", "2024-02-01", "--lang", "en"],
        ).exit_code
        == 2
    )
    Path(files[1]).write_text("scheme: x\n", "utf-8")
    assert run.invoke(app, ["impact", *files]).exit_code == 2


def test_three_edits_of_the_example_year() -> None:
    """五星级党支部 5 to 8, giving 40 to 50, 五星 above 1070: the parts say which did what."""
    path = ROOT / "schemes" / "wendeng-rural" / "scheme.yaml"
    old = load_scheme(path)
    text = path.read_text("utf-8")
    for before, after in (
        ("党支部, points: 5", "党支部, points: 8"),
        ("at_most: 40 added, per: year", "at_most: 50 added, per: year"),
        ("above: 1060", "above: 1070"),
    ):
        assert before in text
        text = text.replace(before, after, 1)
    year = ROOT / "examples" / "wendeng-year"
    people = read_roster(year / "roster.csv", frozenset(old.scheme.fields.types("subject")))
    impact = measure_impact(
        old, load_scheme(path, text=text), people, year / "events.jsonl", date(2024, 12, 31)
    )
    assert [change.id for change in impact.changes] == ["five_star_branch", "giving", "star.五星"]
    assert all(row.change_of() >= 0 for row in impact.rows)
    # three points for the one event of a five star branch; nobody has more than ten from the limit
    assert impact.total_of(0) == 3
    assert {row.parts[1].get("total", 0) <= 10 for row in impact.rows} == {True}
    assert impact.total_of(2) == impact.total_of(None) == 0


def test_the_tables_call_parts_by_their_names() -> None:
    """An id is for programs: the ladder is 星级, the indicator 帮工.

    A: 13 points before, 6 after.
    """
    text = SCHEME.replace("id: help,", "id: help, name: 帮工,").replace(
        "- id: star", "- id: star\n    name: 星级"
    )
    old, new = (
        load_scheme(name, text=text.replace("points: 4,", f"points: {points},"))
        for name, points in (("old.yaml", 4), ("new.yaml", 1))
    )
    impact = measure_impact(old, new, None, events(), DAY)
    console = Console(width=120, record=True, file=io.StringIO())
    for table in impact_tables(impact, None, "zh"):
        console.print(table)
    shown = console.export_text()
    assert "档次（星级）的变化" in shown and "帮工 -7" in shown
    assert "star" not in shown
