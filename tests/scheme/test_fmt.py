"""One way to write a scheme: nothing lost or moved, in both languages and back (promise 7)."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st
from test_errors import FILES as ERRORS, split
from typer.testing import CliRunner

from jifen_rules import (
    Result,
    SchemeError,
    dump_scheme,
    evaluate_events,
    load_scheme,
    read_roster,
)
from jifen_rules.analysis.rewrite import format_scheme
from jifen_rules.cli import app
from jifen_rules.core.vocabulary import KEYS, Language
from jifen_rules.scheme.dump import format_text, means_the_same
from jifen_rules.scheme.load import read_scheme
from jifen_rules.syntax.layout_writer import WIDTH, width
from jifen_rules.syntax.tree import read_tree
from scribbles import Path as DataPath, Scribble, has_code, scribble
from shards import examples, shards
from snippets import mechanics, whole
from strategies import schemes
from villages import CONSTRUCTS, village

FOLDER = Path(__file__).parents[2] / "schemes"
SHIPPED = {path.parent.name: path.read_text("utf-8") for path in FOLDER.rglob("scheme.yaml")}
SNIPPETS = {m["id"]: whole(m["scheme"]) for m in mechanics() if "files" not in m}
HEAD = (
    "scheme: a\neffective_from: 2024-01-01\nsubject: household\nperiod: year\nfloor: none\n"
    "at_period_end: clear\n"
)
VILLAGES = 240
SHARDS = 8


def check_promises(text: str) -> None:
    """Everything promise 7 says of one scheme."""
    file = load_scheme("a.yaml", text=text)
    canonical, english, chinese = (format_text(text, lang) for lang in (None, "en", "zh"))
    for written in (canonical, format_text(chinese, "en")):
        known = read_scheme("a.yaml", text=english if written != canonical else canonical)[0]
        assert known is not None and load_scheme("a.yaml", text=written).scheme == known.scheme
    assert load_scheme("a.yaml", text=canonical).scheme == file.scheme
    assert dump_scheme(file) == canonical
    assert means_the_same(file.scheme, load_scheme("a.yaml", text=chinese).scheme)
    assert format_text(chinese, "en") == english
    assert format_text(english, "zh") == chinese
    spelled: list[tuple[str, Language | None]]
    spelled = [(canonical, None), (english, "en"), (chinese, "zh")]
    for once, lang in spelled:
        assert format_text(once, lang) == once
        assert format_text(once) == once


@pytest.mark.parametrize("name", SHIPPED)
def test_7_a_shipped_scheme_is_written_and_read_without_loss(name: str) -> None:
    check_promises(SHIPPED[name])


@pytest.mark.parametrize("name", SNIPPETS)
def test_7_a_snippet_of_a_mechanic_is_written_and_read_without_loss(name: str) -> None:
    check_promises(SNIPPETS[name])


@settings(max_examples=examples(100), deadline=None)
@given(schemes())
def test_7_a_generated_scheme_is_written_and_read_without_loss(drawn: Any) -> None:
    check_promises(drawn.text)


@pytest.mark.parametrize("shard", shards(range(SHARDS)))
def test_7_a_village_is_written_and_read_without_loss(shard: int) -> None:
    """As JSON, and as hands write it: the same scheme, and every comment where it was."""
    for seed in range(shard, VILLAGES, SHARDS)[: examples(VILLAGES // SHARDS)]:
        case = village(seed)
        check_promises(case.text)
        written = scribble(case.scheme, seed)
        check_promises(written.text)
        scheme = load_scheme("v.yaml", text=case.text).scheme
        canonical = format_text(written.text)
        assert load_scheme("v.yaml", text=canonical).scheme == scheme, f"village({seed})"
        check_comments(written, canonical, f"village({seed})")
        for lang in ("en", "zh"):
            found = Counter(comments(format_text(written.text, lang)))
            assert found == Counter(list(written.owners)), f"village({seed})"


def test_7_the_villages_use_all_of_the_language() -> None:
    drawn = Counter(name for seed in range(VILLAGES) for name in village(seed).used)
    assert {name: drawn[name] for name in CONSTRUCTS if drawn[name] < 2} == {}


# --- comments --------------------------------------------------------------------------------


def comments(text: str) -> list[str]:
    """The scribbled comments of a text: no scalar of a village looks like one."""
    return re.findall(r"# (c\d+ .*?)\s*$", text, flags=re.MULTILINE)


def check_comments(written: Scribble, text: str, case: str) -> None:
    """Each comment stands beside, or above, what it was written about, or at the end of it."""
    assert Counter(comments(text)) == Counter(list(written.owners)), case
    tree, _ = read_tree("v.yaml", text)
    assert tree is not None
    lines: dict[int, set[DataPath]] = {}
    places = dict(tree.places())
    for path, place in places.items():
        if path and path[-1] != "key":
            lines.setdefault(places.get((*path, "key"), place).line, set()).add(path)
    rows = text.splitlines()
    for number, row in enumerate(rows, 1):
        found = comments(row)
        if not found:
            continue
        kind, path = written.owners[found[0]]
        alone = row.lstrip().startswith("#")
        line = number
        while alone and line <= len(rows) and not has_code(rows[line - 1]):
            line += 1
        here = lines.get(line, set())
        if kind == "entry":
            assert path in here, (case, found, path, sorted(map(str, here)))
        elif kind == "tail":
            assert all(p[: len(path)] != path or p == path for p in here if alone), (case, found)
            before = max(n for n in lines if n < number)
            assert any(p[: len(path)] == path for p in lines[before]), (case, found, path)


COMMENTED = (
    HEAD
    + """\
categories:
      # about the yard
  -   id: yard   # 美丽庭院
      floor: 0 kept        # never below zero
      indicators:
      - { points: 10,   # ten for a tidy yard
          id: tidy }
      # - {id: gone, points: 3}
  # the end of the categories

ledgers: []    # none yet
# the end
"""
)


def test_comments_stay_with_their_words() -> None:
    assert format_text(COMMENTED) == HEAD.replace("floor: none\n", "").replace(
        "at_period_end", "floor: none\nat_period_end"
    ) + (
        "\nledgers: []  # none yet\n"
        "categories:\n"
        "  # about the yard\n"
        "  - id: yard       # 美丽庭院\n"
        "    floor: 0 kept  # never below zero\n"
        "    indicators:\n"
        "      - id: tidy\n"
        "        points: 10  # ten for a tidy yard\n"
        "      # - {id: gone, points: 3}\n"
        "  # the end of the categories\n"
        "# the end\n"
    )


# --- whose word it is ------------------------------------------------------------------------

OWN_WORDS = (
    HEAD
    + """\
fields:
  event: {数量级: number}
  subject: {class: [person, 甲]}
ledgers:
  - {id: members, floor: none, at_period_end: clear}
categories:
  - id: total_of
    name: none
    indicators:
      - {id: count, name: clear, points: {each: {次: 1}}, basis: year}
      - {id: any, name: unknown, points: -1, for: [person, household]}
      - {id: 数量, name: added, points: {by: {level: {none: 1, 国家级: clear}}}}
      - {id: f, points: {formula: quantity + members},
         when: "count(any, 'year') > 1 and level == 'total'"}
      - {id: g, points: 1, to: {members: whole}, escalate: {year: [none, x1]}}
      - {id: h, then: [{action: clear}], touches: [fine, year]}
tiers:
  - {id: star, by: members, levels: [{name: none, at_least: 1}, {name: unknown}]}
rewards:
  - {id: r, gives: clear, spends: 1 members}
"""
)


def test_what_is_the_villages_own_is_never_translated() -> None:
    chinese = format_text(OWN_WORDS, "zh")
    for kept in (
        "名称: none",
        "名称: clear",
        "每满: {次: 1}",
        "依据: year",
        "名称: unknown",
        "名称: added",
        "{none: 1, 国家级: 清零}",
        "适用对象: [person, 户]",
        "(any, '年')",
        "级别 == 'total'",
        "[none, x1]",
        "措施: clear",
        "涉及: [罚款, year]",
        "按: members",
        "给予: clear",
        "用分: 1 members",
        "{名称: none, 达到: 1}",
        "{名称: unknown}",
        "quantity + members",
        "{members: 全额}",
        "编号: count",
        "身份: [person, 甲]",
    ):
        assert kept in chinese, kept


def evaluate(text: str, seed: int) -> Result:
    case = village(seed)
    scheme = load_scheme("v.yaml", text=text)
    return evaluate_events(
        scheme, read_roster(case.roster), case.events, case.as_of, status="count"
    )


def figures(result: Result) -> list[Any]:
    """All that is worked out, without the places and the words of rules."""
    entries = [
        (e.event, e.subject, e.date, e.outcome, e.asked, e.granted, dict(e.ledgers))
        for e in result.entries
    ]
    scores: list[Any] = [
        (s.subject, s.period, s.base, s.total, {k: t.level for k, t in s.tiers.items()})
        for s in result.scores
    ]
    return entries + scores


@pytest.mark.parametrize("seed", shards(range(80), quick=20))
def test_a_village_scores_the_same_in_chinese(seed: int) -> None:
    """The translation is proved by the engine, which reads the words for itself."""
    text = village(seed).text
    assert figures(evaluate(format_text(text, "zh"), seed)) == figures(evaluate(text, seed))


def test_a_chinese_scheme_has_no_english_word_of_the_language() -> None:
    for seed in range(50):
        chinese = format_text(village(seed).text, "zh")
        keys = re.findall(r"[{ ](\w+):", chinese)
        assert [key for key in keys if key in KEYS] == []
        assert not re.search(
            r"\b(whole|kept|lost|added|deducted|times?|until|half_up|top|bottom|days|year)\b",
            chinese,
        )


# --- layout ----------------------------------------------------------------------------------


@settings(max_examples=examples(300), deadline=None)
@given(st.text(), st.text())
def test_any_text_is_kept_whatever_it_takes_to_quote_it(one: str, two: str) -> None:
    data = {
        "scheme": "a",
        "basis": one,
        "indicators": [
            {
                "id": "x",
                "points": {"by": {"level": {two or "y": "1"}}},
                "basis": two,
                "for": [one, two],
            }
        ],
    }
    quoted = yaml.safe_dump(data, allow_unicode=True, default_style='"', width=10**6)
    for text in (quoted, format_text(quoted)):
        tree, slips = read_tree("a.yaml", text)
        if tree is None or slips:  # a sign that YAML does not take
            assert text is quoted
            return
        assert tree.plain() == data or text is quoted


PLAIN = [
    "no",
    "12:30",
    "017",
    "1e3",
    "-5",
    "a: b",
    "x #y",
    "- z",
    "a, b",
    "{a}",
    "分值：5",
    "甲：一",
    "null",
    "",
    " a ",
    "?",
    "a?",
    "'q'",
    "it's",
    "%",
    "@",
    "a:",
    "http://x",
    "--- a",
    "两\n行",
    "长\n\n长\n",
]


def test_quotes_stand_only_where_they_are_needed() -> None:
    lists = [
        yaml.safe_dump({"for": [word]}, allow_unicode=True, default_style='"') for word in PLAIN
    ]
    flow = [format_text(text).partition("for: ")[2].strip()[1:-1] for text in lists]
    assert flow == [
        "no",
        "12:30",
        "017",
        "1e3",
        "-5",
        '"a: b"',
        '"x #y"',
        '"- z"',
        '"a, b"',
        '"{a}"',
        '"分值：5"',
        "甲：一",
        '"null"',
        '""',
        '" a "',
        '"?"',
        '"a?"',
        "\"'q'\"",
        "it's",
        '"%"',
        '"@"',
        '"a:"',
        "http://x",
        '"--- a"',
        '"两\\n行"',
        '"长\\n\\n长\\n"',
    ]
    block = [
        format_text(f"name: {yaml.safe_dump(word, allow_unicode=True, default_style=chr(34))}")
        for word in PLAIN[-2:]
    ]
    assert block == ["name: |-\n  两\n  行\n", "name: |\n  长\n\n  长\n"]


@pytest.mark.parametrize("name", SHIPPED)
def test_no_line_is_longer_than_a_screen_unless_it_is_one_word(name: str) -> None:
    for line in format_text(SHIPPED[name]).splitlines():
        code = re.sub(r"\s+#.*", "", line)
        assert width(code) <= WIDTH or "{" not in code.partition(": ")[2][:1], line


def test_a_key_that_is_not_known_comes_last_in_its_mapping() -> None:
    text = "pionts: 5\nname: x\nscheme: a\nindicators:\n  - {pionts: 1, name: y, id: b}\n"
    assert format_text(text) == (
        "scheme: a\nname: x\nindicators:\n  - {id: b, name: y, pionts: 1}\npionts: 5\n"
    )


# --- schemes with mistakes -------------------------------------------------------------------


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_a_scheme_with_mistakes_keeps_them_or_is_refused(path: Path) -> None:
    text = re.sub("[«»]", "", split(path)[0])
    loaded, before = read_scheme("demo.yaml", text=text)
    unreadable = {"L100", "L107", "L108", "L109", "L111", "L112", "L113", "L114", "L115", "L116"}
    if {problem.code for problem in before} & unreadable:
        with pytest.raises(SchemeError):
            format_scheme("demo.yaml", text=text)
        return
    for lang in (None, "en", "zh"):
        written = format_scheme("demo.yaml", text=text, lang=lang)
        again, after = read_scheme("demo.yaml", text=written)
        assert Counter(p.code for p in after) == Counter(p.code for p in before)
        if loaded is not None:
            assert again is not None and means_the_same(loaded.scheme, again.scheme)


def test_schemes_that_differ_do_not_mean_the_same() -> None:
    """The guard before a file is written notices a word that was lost or changed."""
    scheme = load_scheme("a.yaml", text=OWN_WORDS).scheme
    for old, new in (
        ("name: none", "name: 不设"),
        ("{次: 1}", "{times: 1}"),
        ("basis: year", "basis: 年"),
        ("points: -1", "points: -2"),
        ("[none, x1]", "[不设, x1]"),
        ("level == 'total'", "level == '总分'"),
        ("action: clear", "action: 清零"),
        ("id: count", "id: counts"),
        ("[person, 甲]", "[person]"),
    ):
        assert old in OWN_WORDS
        other = load_scheme("a.yaml", text=OWN_WORDS.replace(old, new)).scheme
        assert not means_the_same(scheme, other), new
    assert means_the_same(scheme, scheme.model_copy())


def test_a_template_and_its_local_scheme_are_each_written_alone(tmp_path: Path) -> None:
    county = HEAD + (
        "open: {indicators: 2}\ntiers:\n"
        "  - {id: t, by: total, ties: all, round: 1 down, levels: [{name: 甲, rank: top 5%, "
        "open: {rank: [top 1%, top 30%]}}, {name: 乙}]}\nindicators: [{id: x, points: 1}]\n"
    )
    local = (
        "scheme: b\nextends: county.yaml\neffective_from: 2024-01-01\n"
        "tiers: [{id: t, levels: [{name: 甲, rank: top 10%}]}]\n"
    )
    (tmp_path / "county.yaml").write_text(county, "utf-8")
    (tmp_path / "local.yaml").write_text(local, "utf-8")
    before = load_scheme(tmp_path / "local.yaml")
    written = format_scheme(tmp_path / "local.yaml", lang="zh")
    assert "沿用: county.yaml" in written and "名次: 前10%" in written
    assert dump_scheme(before, "zh") == written
    (tmp_path / "local.yaml").write_text(written, "utf-8")
    assert means_the_same(before.scheme, load_scheme(tmp_path / "local.yaml").scheme)


# --- the command -----------------------------------------------------------------------------


def run(*arguments: str, text: str = "") -> Any:
    return CliRunner().invoke(app, ["fmt", *arguments], input=text, env={"LC_ALL": "C"})


UNTIDY = (
    "period: year\n" + HEAD.replace("period: year\n", "") + "indicators: [{points: 5, id: x}]\n"
)
TIDY = (
    "scheme: a\neffective_from: 2024-01-01\nsubject: household\nperiod: year\nfloor: none\n"
    "at_period_end: clear\nindicators:\n  - {id: x, points: 5}\n"
)


def test_the_command_writes_a_file_anew_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(UNTIDY, "utf-8")
    shown = run("--check", str(file))
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "would be written anew" in shown.stderr
    shown = run("--diff", str(file))
    assert shown.exit_code == 0 and "-indicators: [{points: 5, id: x}]" in shown.stdout
    assert file.read_text("utf-8") == UNTIDY
    assert run(str(file)).exit_code == 0
    assert file.read_text("utf-8") == TIDY
    assert run("--check", str(file)).exit_code == 0
    assert run("--keys", "zh", str(file)).exit_code == 0
    assert "分值: 5" in file.read_text("utf-8")


def test_the_command_reads_the_input_and_writes_the_output() -> None:
    shown = run("-", text=UNTIDY)
    assert (shown.exit_code, shown.stdout) == (0, TIDY)
    assert run("--check", "-", text=UNTIDY).exit_code == 1


def test_the_command_refuses_what_it_cannot_read_and_leaves_it(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("scheme: [a\n", "utf-8")
    shown = run(str(file))
    assert shown.exit_code == 1 and "L100" in shown.stderr
    assert file.read_text("utf-8") == "scheme: [a\n"
    assert run("-", text="{小时:1}").exit_code == 1
    assert run(str(tmp_path / "none.yaml")).exit_code == 2


def test_the_command_never_writes_another_meaning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(UNTIDY, "utf-8")
    monkeypatch.setattr(
        "jifen_rules.analysis.rewrite.format_text",
        lambda text, lang: text.replace("points: 5", "points: 6"),
    )
    shown = run(str(file))
    assert shown.exit_code == 1 and "left as it is" in shown.stderr
    assert file.read_text("utf-8") == UNTIDY


def test_lines_may_end_as_windows_ends_them() -> None:
    assert format_text(UNTIDY.replace("\n", "\r\n")) == TIDY
    assert replace(load_scheme("a", text=TIDY), file="b").file == "b"
