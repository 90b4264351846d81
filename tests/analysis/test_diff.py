"""What changed between two schemes, and which way: by hand for edits, as properties too."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from generators import CONSTRUCTS, village
from generators.relations import is_unsound
from generators.village import Village
from jifen_rules import Result, SchemeDiff, SchemeFile, diff_schemes, evaluate_events, load_scheme
from jifen_rules.analysis.change import Bearing, Change, Direction
from jifen_rules.analysis.change.edits import EditKind
from jifen_rules.cases.mutate import mutants
from jifen_rules.cli import app
from jifen_rules.core.problem import SchemeError
from jifen_rules.report.render.language import words
from jifen_rules.report.render.to_diff import diff_markdown, say_change
from jifen_rules.scheme.dump import dump_scheme
from shards import examples

SCHEMES = Path(__file__).parents[2] / "schemes"

RAISES, LOWERS, EITHER, NONE = Direction.RAISES, Direction.LOWERS, Direction.EITHER, Direction.NONE
SCORES, LEVELS, REWARDS, NOTHING = (
    Bearing.SCORES,
    Bearing.LEVELS,
    Bearing.REWARDS,
    Bearing.NOTHING,
)


def edited(name: str, *edits: tuple[str, str]) -> SchemeDiff:
    """Compare a shipped scheme with itself after exchanges of text, each of them possible."""
    path = SCHEMES / name / "scheme.yaml"
    text = path.read_text("utf-8")
    changed = text
    for old, new in edits:
        assert old in changed, old
        changed = changed.replace(old, new, 1)
    return diff_schemes(load_scheme(path), load_scheme(path, text=changed))


def told(diff: SchemeDiff) -> list[tuple[str, str, str, str, Bearing, Direction]]:
    return [(c.kind, c.part, c.id, c.key, c.bearing, c.direction) for c in diff.changes]


TEN = {
    # 10 -> 12 points, at most once a quarter: each time is worth more, and nothing else hangs on it
    "a value": (
        "tongde",
        [("points: 10,", "points: 12,")],
        [("changed", "indicator", "tidy", "points", SCORES, RAISES)],
    ),
    # a limit of times that is gone lets more of the same 3 points in
    "a limit gone": (
        "tongde",
        [("points: 3, caps: [{at_most: 1 times, per: quarter}]", "points: 3")],
        [("changed", "indicator", "sorting", "caps", SCORES, RAISES)],
    ),
    # who may have the reward: no points hang on it
    "a condition of a reward": (
        "tongde",
        [("total >= 60", "total >= 61")],
        [("changed", "reward", "goods", "when", REWARDS, EITHER)],
    ),
    # one that only adds is gone
    "an indicator gone": (
        "tongde",
        [
            (
                (
                    "  - {id: sorting, name: 积极参与垃圾分类, points: 3, caps: [{at_most: 1 "
                    "times, per: quarter}]}\n"
                ),
                "",
            )
        ],
        [("removed", "indicator", "sorting", "", SCORES, LOWERS)],
    ),
    # one that only deducts comes in
    "an indicator more": (
        "wendeng-rural",
        [
            (
                "    name: 综合扣分\n    lasts: period after repair\n    indicators:\n",
                (
                    "    name: 综合扣分\n    lasts: period after repair\n    indicators:\n"
                    "      - {id: rubbish, name: 乱倒垃圾, points: -2}\n"
                ),
            )
        ],
        [("added", "indicator", "rubbish", "", SCORES, LOWERS)],
    ),
    # everybody begins 100 lower
    "a base": (
        "wendeng-rural",
        [("base: 1000", "base: 900")],
        [("changed", "scheme", "wendeng-rural", "base", SCORES, LOWERS)],
    ),
    # -5 -> -8 with a validity of its own, but without a limit that could hold room
    "a deduct": (
        "wendeng-rural",
        [("{id: litter, name: 乱扔乱堆, points: -5}", "{id: litter, name: 乱扔乱堆, points: -8}")],
        [("changed", "indicator", "litter", "points", SCORES, LOWERS)],
    ),
    # above 1060 -> above 1070: a star more is harder to have; stars bring points to another ledger
    "an edge of a level": (
        "wendeng-rural",
        [("{name: 五星, above: 1060", "{name: 五星, above: 1070")],
        [("changed", "level", "star.五星", "above", LEVELS, LOWERS)],
    ),
    # names are for people, a basis is a reference
    "a name and a basis": (
        "wendeng-rural",
        [("name: 善举", "name: 善行义举"), ("basis: 区级平台全年封顶", "basis: 区级平台每年封顶")],
        [
            ("changed", "category", "giving", "caps", NOTHING, NONE),
            ("changed", "category", "kindness", "name", NOTHING, NONE),
        ],
    ),
    # from the adds for kindness to those for village affairs, neither of which has a limit
    "another category": (
        "wendeng-rural",
        [
            ("      - {id: blood, name: 无偿献血, points: 10}\n", ""),
            (
                "  - id: village_affairs\n    name: 村务\n    indicators:\n",
                (
                    "  - id: village_affairs\n    name: 村务\n    indicators:\n"
                    "      - {id: blood, name: 无偿献血, points: 10}\n"
                ),
            ),
        ],
        [("moved", "indicator", "blood", "", SCORES, EITHER)],
    ),
}
"""Ten edits, each of another kind: the scheme, the exchange in its text, the name due."""


@pytest.mark.parametrize("edit", TEN)
def test_each_of_ten_edits_is_named_exactly_with_its_direction(edit: str) -> None:
    name, edits, expected = TEN[edit]
    assert told(edited(name, *edits)) == expected


@pytest.mark.parametrize(
    ("step", "bearing"),
    [
        ("  - {step: check, who: [监督管理小组]}\n", NOTHING),
        ("  - {step: publish, per: month, basis: 姓名和扣分上公示栏}\n", SCORES),
    ],
    ids=["before", "after"],
)
def test_a_step_before_points_count_moves_nothing(step: str, bearing: Bearing) -> None:
    """At an earlier step an event only waits, known or not.

    At a later one it counts if that is known.
    """
    assert [(c.key, c.bearing) for c in edited("xinqi", (step, "")).changes] == [
        ("process", bearing)
    ]


def test_a_change_has_both_places_and_both_values_as_sentences() -> None:
    (change,) = edited(
        "tongde",
        ("\nindicators:", "\n# 一行注释\nindicators:"),
        ("10, caps: [{at_most: 1 times", "10, caps: [{at_most: 2 times"),
    ).changes
    assert change.old_place is not None
    assert change.new_place is not None
    assert (change.old_place.line, change.new_place.line) == (17, 18)
    assert words(say_change(change), "zh").endswith("每季最多1次 → 每季最多2次")
    assert words(say_change(change), "en").endswith(
        "at most once each quarter → at most 2 times each quarter"
    )


def test_a_key_has_the_name_that_a_scheme_gives_it() -> None:
    """`points` of an event is what somebody judged (评定分), `period` of a cap is 本期."""
    diff = edited("tongde", ("points: 10,", "points: 12,"), ("period: quarter", "period: year"))
    said = {change.key: words(say_change(change), "zh") for change in diff.changes}
    assert said["points"] == "指标“tidy 家前屋后干净整洁”的分值：每次加10分 → 每次加12分"
    assert "的考核周期：" in said["period"]


def test_another_id_with_the_same_rules_is_offered_as_a_rename_and_not_assumed() -> None:
    diff = edited("tongde", ("id: tidy", "id: neat"))
    assert [(c.kind, c.id, c.perhaps) for c in diff.changes] == [
        ("added", "neat", "tidy"),
        ("removed", "tidy", "neat"),
    ]


def test_an_order_that_decides_nothing_is_told_and_moves_nothing() -> None:
    text = (SCHEMES / "tongde" / "scheme.yaml").read_text("utf-8")
    lines = text.splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if "id: tidy" in line)
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    diff = diff_schemes(
        load_scheme("a.yaml", text=text), load_scheme("a.yaml", text="".join(lines))
    )
    assert told(diff) == [
        ("reordered", "scheme", "tongde-civilised-family", "indicator", NOTHING, NONE)
    ]


@pytest.mark.parametrize("path", sorted(SCHEMES.rglob("scheme.yaml")), ids=lambda p: p.parent.name)
def test_a_scheme_against_itself_is_empty_in_whatever_spelling_and_layout(path: Path) -> None:
    scheme = load_scheme(path)
    assert not diff_schemes(scheme, scheme)
    for language in ("zh", "en"):
        spelled = "# another comment\n" + dump_scheme(scheme, language)
        assert not diff_schemes(scheme, load_scheme("other.yaml", text=spelled))


@pytest.mark.parametrize(
    ("old", "new"), [("total >= 60", "total>=60"), ("points: 10,", "points: 10.0,")]
)
def test_another_way_to_write_the_same_value_is_no_change(old: str, new: str) -> None:
    assert not edited("tongde", (old, new))


def test_versions_are_paired_by_their_days() -> None:
    text = (SCHEMES / "tongde" / "scheme.yaml").read_text("utf-8")
    one = load_scheme("1.yaml", text=text)
    later = text.replace("2022-01-01", "2024-01-01")
    two = load_scheme("2.yaml", text=later)
    other = load_scheme("2.yaml", text=later.replace("points: 10,", "points: 12,"))
    diff = diff_schemes([one, two], [other, one])
    assert [(c.id, c.key, c.version) for c in diff.changes] == [
        ("tidy", "points", date(2024, 1, 1))
    ]
    more = diff_schemes([one], [one, two])
    assert [(c.kind, c.part, c.id) for c in more.changes] == [("added", "version", "2024-01-01")]


# --- properties over generated villages -----------------------------------------------------------


def plain_village(number: int) -> Village:
    """Draw a village of few constructs, in which more can be proved."""
    few = random.Random(number).sample(sorted(CONSTRUCTS), 6)
    return village(number, without=CONSTRUCTS.keys() - set(few))


def pairs(
    numbers: range, draw: Callable[[int], Village] = village
) -> Iterator[tuple[Village, SchemeFile, SchemeFile]]:
    """Yield villages of one version, with one to three small changes that leave them sound."""
    for number in numbers:
        case = draw(number)
        if len(case.schemes) > 1 or is_unsound(case):
            continue
        (old,) = case.files()
        rng = random.Random(number)
        for _ in range(2):
            new = old
            for _ in range(rng.randint(1, 3)):
                found = [mutant.file for mutant in mutants(new)]
                new = rng.choice(found) if found else new
            try:
                evaluate_events(new, case.people(), list(case.events), case.as_of, status="count")
            except SchemeError:
                continue
            yield case, old, new


def mirrored(change: Change) -> Change:
    kinds: dict[str, EditKind] = {"added": "removed", "removed": "added"}
    ways = {RAISES: LOWERS, LOWERS: RAISES}
    tendency = replace(change.tendency, direction=ways.get(change.direction, change.direction))
    kind = kinds.get(change.kind, change.kind)
    return replace(
        change,
        kind=kind,
        old=change.new,
        new=change.old,
        old_place=change.new_place,
        new_place=change.old_place,
        tendency=tendency,
    )


def unsorted(changes: tuple[Change, ...]) -> set[str]:
    """Return changes without their order and names: of two versions each has its own name."""
    return {str(replace(change, name="", version=date.min)) for change in changes}


def not_mirrored(numbers: range) -> tuple[list[str], int]:
    """Find villages whose diff backwards is no mirror of that forwards; count those that differ."""
    wrong, seen = [], 0
    for case, old, new in pairs(numbers):
        forth, back = diff_schemes(old, new), diff_schemes(new, old)
        if unsorted(back.changes) != unsorted(tuple(map(mirrored, forth.changes))):
            wrong.append(str(case))
        seen += bool(forth)
    return wrong, seen


def test_the_diff_backwards_is_its_mirror() -> None:
    numbers = range(200, 200 + examples(10, part=2))
    wrong, seen = not_mirrored(numbers)
    assert wrong == []
    assert seen > len(numbers) * 2 // 5


@pytest.mark.thorough
def test_the_diff_backwards_is_its_mirror_in_many_villages() -> None:
    wrong, seen = not_mirrored(range(210, 290))
    assert wrong == []
    assert seen > 40


def totals(result: Result) -> dict[tuple[str, str], Decimal]:
    return {(score.subject, score.period.label): score.total for score in result.scores}


def wrong_ways(numbers: range) -> tuple[list[str], int]:
    """Find what contradicts its proved direction in a village; count the directions proved."""
    wrong, proved = [], 0
    for case, old, new in pairs(numbers, plain_village):
        events = [
            row
            for row in case.events
            if not {"revokes", "repairs", "voids", "corrects"} & row.keys()
        ]
        before = evaluate_events(old, case.people(), events, case.as_of, status="count")
        diff = diff_schemes(old, new)
        for change in diff.changes:
            if change.direction is EITHER or change.bearing is LEVELS:
                continue
            try:
                alone = diff.with_changes([change])
                after = evaluate_events(alone, case.people(), events, case.as_of, status="count")
            except (SchemeError, ValueError):
                continue
            proved += 1
            mine, others = totals(before), totals(after)
            signs = {(others[key] > total) - (others[key] < total) for key, total in mine.items()}
            allowed = {RAISES: {0, 1}, LOWERS: {0, -1}}.get(change.direction, {0})
            if not signs <= allowed:
                wrong.append(f"village {case}: {change}")
    return wrong, proved


def test_no_total_goes_against_a_proved_direction() -> None:
    wrong, proved = wrong_ways(range(300, 340))
    assert wrong == []
    assert proved > 10


@pytest.mark.thorough
def test_no_total_goes_against_a_proved_direction_in_many_villages() -> None:
    wrong, proved = wrong_ways(range(1000, 1500))
    assert wrong == []
    assert proved > 100


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    text = (SCHEMES / "tongde" / "scheme.yaml").read_text("utf-8")
    (tmp_path / "old.yaml").write_text(text, "utf-8")
    (tmp_path / "new.yaml").write_text(text.replace("points: 10,", "points: 12,"), "utf-8")
    return str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")


def test_the_command_exits_as_diff_does(files: tuple[str, str], tmp_path: Path) -> None:
    run = CliRunner()
    same = run.invoke(app, ["diff", files[0], files[0], "--lang", "en"])
    assert (same.exit_code, same.stdout) == (0, "no change of meaning\n")
    some = run.invoke(app, ["diff", *files, "--lang", "en"])
    assert some.exit_code == 1
    assert "indicator tidy 家前屋后干净整洁, points: +10 each time → +12 each time" in some.stdout
    assert "can only raise totals" in some.stdout
    (tmp_path / "bad.yaml").write_text("scheme: x\n", "utf-8")
    bad = run.invoke(app, ["diff", files[0], str(tmp_path / "bad.yaml"), "--lang", "en"])
    assert bad.exit_code == 2
    assert "bad.yaml" in bad.stderr
    assert run.invoke(app, ["diff", files[0], str(tmp_path / "none.yaml")]).exit_code == 2
    (tmp_path / "empty").mkdir()
    assert run.invoke(app, ["diff", files[0], str(tmp_path / "empty")]).exit_code == 2


def test_a_folder_holds_versions(files: tuple[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "versions"
    folder.mkdir()
    text = Path(files[0]).read_text("utf-8")
    (folder / "1.yaml").write_text(text, "utf-8")
    (folder / "2.yaml").write_text(text.replace("2022-01-01", "2024-01-01"), "utf-8")
    found = CliRunner().invoke(app, ["diff", files[0], str(folder), "--lang", "en"])
    assert found.exit_code == 1
    assert "version 2024-01-01" in found.stdout


def test_markdown_is_a_table_that_no_name_can_break() -> None:
    old = load_scheme(SCHEMES / "tongde" / "scheme.yaml")
    new = load_scheme(
        "n.yaml", text=old.texts[old.file].replace("name: 积分兑换", "name: 'a|b <i>'")
    )
    lines = diff_markdown(diff_schemes(old, new), "en").splitlines()
    assert lines[0] == "1 change of meaning"
    assert "积分兑换 → a\\|b &lt;i>" in lines[-1]
    assert [line.replace("\\|", "").count("|") for line in lines[2:]] == [5, 5, 5]
