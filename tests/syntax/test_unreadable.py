"""Text that is no YAML: the slip stands where a person would look for it, in plain words.

Each text was written with one slip; its place and its sentence were read off the text by eye.
"""

import pytest
import yaml

from jifen_rules.core.problem import Problem
from jifen_rules.syntax import tree, unreadable
from jifen_rules.syntax.tree import read_tree

QUOTE = "the quotation mark that opens here is not closed on its line"
INDENT = "the indentation of this line fits no line above it"
FOLLOWS = "nothing may follow a closed quotation mark or bracket on its line"
COLON = "a second colon stands in one line"
NO_COLON = "this line has no colon with a space after it, though it stands among keys"
TAB = "a tab indents this line; YAML takes spaces alone"
ESCAPE = "between double quotation marks a backslash begins a special sign, and not this one"
WIDE = "is a full-width bracket, and YAML takes it for text"
SPACE = "a wide or unbreakable space stands here, and YAML takes it for text"
DASH = "an item of a list begins with a dash and a space, not with"
UNEVEN = "this item is not indented as the first one of its list, in line"
NO_DASH = "this line begins without a dash, though line"
UNSEEN = "a sign that nobody sees stands here, which no text may hold"

SLIPS = [
    # --- a quotation mark that is not closed, however late YAML notices
    ('a: b\nname: "村规\nkind: b\n', (2, 7), QUOTE),
    ("a: b\nname: '村规\nkind: b\n", (2, 7), QUOTE),
    ('a: b\nname: "村规\nbasis: "会议"\n', (2, 7), QUOTE),
    ('name: "村规\nbasis: "会议: x"\n', (1, 7), QUOTE),
    ('a:\n- {id: a, name: "x}\n- {id: b, name: "y"}\n', (2, 17), QUOTE),
    ('a: b\nbasis: "会议\nnote: 讲卫生，树新风\n', (2, 8), QUOTE),  # not the full-width comma
    # --- what a text cannot begin with, or hold
    ("a: @x\n", (1, 4), "a text cannot begin with '@' without quotation marks"),
    ("a: `x`\n", (1, 4), "a text cannot begin with '`' without quotation marks"),
    ("a: %x\n", (1, 4), "a text cannot begin with '%' without quotation marks"),
    ("%a: x\n", (1, 1), "a text cannot begin with '%' without quotation marks"),
    ("a: *重要*\n", (1, 4), "a text cannot begin with '*' without quotation marks"),
    ("a: &重要 x\n", (1, 4), "a text cannot begin with '&' without quotation marks"),
    ("a: !重要\n", (1, 4), "a text cannot begin with '!' without quotation marks"),
    ("a: ] b\n", (1, 4), "a text cannot begin with ']' without quotation marks"),
    ("a: ? b\n", (1, 4), "a text cannot begin with '?' without quotation marks"),
    ("a: , b\n", (1, 4), "nothing stands before this comma"),
    ("a: [b,, c]\n", (1, 7), "nothing stands before this comma"),
    ("a: {b: c,, d: e}\n", (1, 10), "nothing stands before this comma"),
    ('a: "C:\\dir"\n', (1, 7), ESCAPE),
    ('a: "\\u12"\n', (1, 5), ESCAPE),
    ("a: b\x07c\n", (1, 5), UNSEEN),
    ("a: b\nc: \x00\n", (2, 4), UNSEEN),
    ("a: \ud800\n", (1, 4), UNSEEN),
    ("a: b\ufeffx: y: z\n", (1, 5), UNSEEN),
    ("# x\n\ufeffa: b\nc: d: e\n", (2, 1), UNSEEN),
    ("a: b\n\ufeffc: d\n", (2, 1), UNSEEN),  # the two readers differ in these three
    ("a: b\n\ufeff", (2, 1), UNSEEN),
    ("a: b\n\ufeff\nc: d\n", (2, 1), UNSEEN),
    ("\ufeffa: b: c\n", (1, 5), COLON),  # not the mark that may begin a file
    # --- the first item of a list without its dash
    ("a:\n  id: x\n    b: y\n  - id: z\n", (2, 3), NO_DASH),
    ("a:\n    id: x\n      b: y\n\n    - id: z\n", (2, 5), NO_DASH),
    ("a:\n  id: x\n  b: y\n  - {id: z}\n", (2, 3), NO_DASH),
    ("- id: x\n  a:\n    c: 3\n    d: y\n    - {c: 2, d: z}\n", (3, 5), NO_DASH),
    ("a:\n  id: x\n    b: y\nc:\n  - id: z\n", (3, 1), "this line is indented further than line 2"),
    ("a:\n  b: x\n  c: y\n  - id: z\n", (4, 3), "an item of a list stands here among keys"),
    # --- a wide space after whose line plain text goes on
    ("name:\u3000甲\n乙\n丙\nkind: b\n", (1, 6), SPACE),
    ("a:\n  - id: x\n    name:\u3000y\n      z\n      w\n    k: v\n", (3, 10), SPACE),
    # --- brackets
    ("a: [x, y\nb: z\n", (1, 4), "the '[' that opens here is not closed"),
    ("a: {id: x\n", (1, 4), "the '{' that opens here is not closed"),
    ("- {id: x\n\n- {id: y}\n", (1, 3), "the '{' that opens here is not closed"),
    ("- a: [x\n  b: z\n", (1, 6), "the '[' that opens here is not closed"),
    ("- {a: b,\n- {a: c}\n", (1, 3), "the '{' that opens here is not closed"),
    ("a: {b: [x,\n", (1, 8), "the '[' that opens here is not closed"),
    ("a: {b: 1, c:", (1, 4), "the '{' that opens here is not closed"),
    ("a: {b: {c: 5", (1, 8), "the '{' that opens here is not closed"),
    ("a: {\n  b: x\n  c: y\n}\n", (3, 4), "a comma is missing before this place, or the '{' of"),
    ("- a: b\n  c: [x])\n", (2, 9), FOLLOWS),
    ("a: {b: [x])\n", (1, 11), "')' does not close the '{' of line 1"),
    ("a: {b: c: d}\n", (1, 9), "a second colon stands in one entry"),
    ('a: {b: "c" d}\n', (1, 12), FOLLOWS),
    ('a: {b: "c" d: e}\n', (1, 12), "a comma is missing before this place, after '{'"),
    ("甲 {b: {c: d}}\n", (1, 1), "between '甲' and its bracket a colon and a space are needed"),
    ("甲 {b: c}, d: e\n", (1, 1), "between '甲' and its bracket a colon and a space are needed"),
    ("x: y\n甲:{b: {c: d}}\n", (2, 1), "between '甲' and its bracket a colon and a space are"),
    ("a: {b: #c}\nd: e\n", (1, 8), "a note begins with this '#', and the rest of the line"),
    ("- {b: 1}\n{b: 2}\n", (2, 1), "this line begins with a bracket, though it stands among"),
    ("a:\n  b: 1\n  {c: 2}\nd: 3\n", (3, 3), "this line begins with a bracket, though it"),
    # --- signs that look like those of YAML
    ("- ｛a: x, b: y}\n", (1, 3), f"'｛' {WIDE}"),
    ("- {a: 【{b: c}], d: e}\n", (1, 7), f"'【' {WIDE}"),
    ("a: [x】\nb: y\n", (1, 6), f"'】' {WIDE}"),
    ("a: {b: 1｝\nc: d\n", (1, 9), f"'｝' {WIDE}"),
    ("a: [“x {y}”]\n", (1, 5), "'“' is a curled quotation mark, and YAML takes it for text"),
    ("- {a: x；b: y}\n", (1, 8), "'；' does not part two entries; YAML needs a comma"),
    ("- {a: [x]；b: y}\n", (1, 10), "'；' does not part two entries; YAML needs a comma"),
    ("- {a: x，y、b: z}\n", (1, 10), "'、' does not part two entries; YAML needs a comma"),
    ("- {a: x、b: y}\n", (1, 8), "'、' does not part two entries; YAML needs a comma"),
    ("a: b\n\u3000c: d\ne: f: g\n", (2, 1), SPACE),
    ("- a: b\n\u00a0\u00a0- c: d\n", (2, 1), SPACE),
    ("- name:\u3000x\n  a: b\n", (1, 8), SPACE),
    ("- a: b\n\u200b  c: d\n", (2, 1), "a sign that nobody sees stands here, and YAML takes it"),
    ("a:\n  • b: c\n    d: e\n", (2, 3), f"{DASH} '•'"),
    ("a:\n  － {b: c, d: e}\n", (2, 3), f"{DASH} '－'"),
    ("- a: b\n— a: c\n", (2, 1), f"{DASH} '—'"),
    ("- a: b\n-- a: c\n", (2, 1), f"{DASH} '--'"),
    ("- a: b\n* a: c\n", (2, 1), f"{DASH} '*'"),
    ("- a: b\n-甲: c\n", (2, 1), f"{DASH} '-甲'"),
    ("- - a: b\n  c: d\n", (1, 1), f"{DASH} '- -'"),
    ("- {a: b}\n1. {a: c}\n", (2, 1), f"{DASH} '1.'"),
    ("- {a: b}\n（二）{a: c, d: e}\n", (2, 1), f"{DASH} '（二）'"),
    ("```\na: b\n", (1, 1), "the marks ``` are no part of YAML"),
    ("a: x\n  // y\nb: {c: d}}\n", (3, 10), "'}' closes no bracket"),  # not a note, but a text
    ("a: x\n// y\nb: c\n", (2, 1), "a note begins with '#', not with '//'"),
    ("// x\n# y\na: b\n", (1, 1), "a note begins with '#', not with '//'"),
    ("a: [b]   ＃ x\n", (1, 10), "a note begins with '#', not with '＃'"),
    ("a: {id: x name: y}\n", (1, 15), "a comma is missing before this place, after '{'"),
    ("a: [x, y}\n", (1, 9), "'}' does not close the '[' of line 1"),
    ("a: {x: y]\n", (1, 9), "']' does not close the '{' of line 1"),
    ("a: {x: y}}\n", (1, 10), "'}' closes no bracket"),
    ("a: [x]]\nb: c\n", (1, 7), "']' closes no bracket"),
    ("a: [b] c\n", (1, 8), FOLLOWS),
    ('a: "b" c\n', (1, 8), FOLLOWS),
    ("a: 'it's\nb: c\n", (1, 8), FOLLOWS),
    # --- colons
    ("name: b: c\n", (1, 8), COLON),
    ("a: (b: c)\n", (1, 6), COLON),
    ("a: x\nb: 讲卫生，树新风: 好\n", (2, 11), COLON),  # not the full-width comma
    ("a: 讲卫生，树新风\nb: c: d\n", (2, 5), COLON),
    ("a: b\n- c = 说：d\n  e: f\n", (2, 1), "an item of a list stands here among keys"),
    ("- a = b\n  c: d\n", (1, 1), NO_COLON),
    ("a: b\n  # x\nc\nd: e\n", (3, 1), NO_COLON),
    (": x\n", (1, 1), "a colon stands here without a key before it"),
    ("a: b\nlong text\n", (2, 1), NO_COLON),
    ("a: b\nc\nd: e\n", (2, 1), NO_COLON),
    ("  a:b\n  c: d\n", (1, 3), NO_COLON),
    # --- indentation
    ("a: b\n\tc: d\n", (2, 1), TAB),
    ("a:\n\tc: d\n", (2, 1), TAB),
    ("a:\n\t- b\n", (2, 1), TAB),
    ("a:\n-\tb: c\n-\td: e\n", (2, 2), "a tab stands here; YAML takes spaces alone"),
    ("a:\n  b: c\n \td: e\n", (3, 2), TAB),
    ("a: b\n  c: d\n", (2, 1), "this line is indented further than line 1, whose key has a value"),
    ("a: b\n\n# x: y\n  c: d\n", (4, 1), "this line is indented further than line 1, whose key"),
    ("a:\n  - b: c\n     d: e\n", (3, 1), "this line is indented further than line 2, whose key"),
    ("a:\n    b: c\n  d: e\n", (3, 3), INDENT),
    ("a:\n- b: c\n  d: e\n f: g\n", (4, 2), INDENT),
    ("a: |\n    x\n  y\nb: c\n", (3, 3), INDENT),
    ("  a: b\nc: d\n", (1, 1), "this line does not belong to what begins in line 2"),
    ("# x\n{a: b}\nc: d\n", (2, 1), "this line does not belong to what begins in line 3"),
    ("某村方案\n# x\na: b\n", (1, 1), "this line does not belong to what begins in line 3"),
    ("  a: b\n  c: d\ne: f\n", (3, 1), "this line does not belong to what begins in line 1"),
    # --- lists
    ("a: - b\n", (1, 4), "a list cannot begin on the line of its key"),
    ("a: [b] - c\n", (1, 8), FOLLOWS),
    ("a:\n   - b: c\n  - b: d\n", (3, 3), f"{UNEVEN} 2"),
    ("a: 1\nb:\n- {c: d}\n  - {c: e}\n", (4, 3), f"{UNEVEN} 3"),
    ("a:\n  - b: c\n   - b: d\n", (3, 4), f"{UNEVEN} 2"),
    ("a:\n    b: c\n  - b: d\n", (2, 5), "this line begins without a dash, though line 3 goes on"),
    ("a:\n  {b: c}\n  - {b: d}\n", (2, 3), "this line begins without a dash, though line 3"),
    ("a: b\n- c\n", (2, 1), "an item of a list stands here among keys"),
    ("- a\nb: c\n", (2, 1), "this line is no item of the list that begins in line 1"),
    (
        "a:\n  - b: 1\n  - c: 2\n   d: 3\n",
        (4, 4),
        "this line is no item of the list that begins in",
    ),
    ("a: |x\n b\n", (1, 5), "after '|' the text begins on the line below"),
]


READERS = [getattr(yaml, "CSafeLoader", None), yaml.SafeLoader]
"""Both readers of YAML, where libyaml is at hand: a browser has the slower one alone."""


@pytest.fixture(params=[reader for reader in READERS if reader is not None])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read by one of the two readers of YAML."""
    for module in (unreadable, tree):
        monkeypatch.setattr(module, "LOADER", request.param)


def slip(text: str) -> Problem:
    found, (problem,) = read_tree("a.yaml", text)
    assert found is None and problem.code == "L100"
    return problem


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(("text", "place", "said"), SLIPS)
def test_a_slip_stands_where_a_person_looks_for_it(
    text: str, place: tuple[int, int], said: str
) -> None:
    problem = slip(text)
    assert (problem.place.line, problem.place.column) == place
    assert str(problem.values["detail"]).startswith(said)


@pytest.mark.parametrize("text", [text for text, _, _ in SLIPS])
def test_its_sentences_are_chinese_to_who_reads_chinese(text: str) -> None:
    """No word of YAML's own: what is left in Latin letters is quoted from the text, or a sign."""
    problem = slip(text)
    for sentence in (problem.message("zh"), problem.help("zh")):
        words = "".join(sign if sign.isascii() and sign.isalpha() else " " for sign in sentence)
        assert {*words.split()} <= {"YAML", "indicators"}, sentence


def test_what_no_kind_is_known_of_is_said_in_yaml_s_own_words() -> None:
    problem = slip(f"{'k' * 1100}: x\n")  # a key may have 1,024 signs
    assert "it cannot be read on from here: mapping values" in problem.message("en")


def test_where_what_is_not_closed_began_is_shown_too() -> None:
    problem = slip("a: b\nc: {id: x,\n  d: e\n  f: g}\n")
    assert [(place.line, place.column) for place in problem.related] == [(2, 4)]


def test_marks_within_a_text_in_quotation_marks_are_to_be_others() -> None:
    assert "such as “”" in slip('name: "某村"积分"办法"\n').help("en")
    assert "take out what follows" in slip('name: "某村"积分办法\n').help("en")
    assert "on a line of its own" in slip("a: [b] c: d\n").help("en")


@pytest.mark.usefixtures("reader")
def test_a_colon_lost_before_a_bracket_within_brackets_is_said_as_well_as_the_lone_key() -> None:
    _, (alone, bracket) = read_tree("a.yaml", "a: {b: c, 丁 {e: f}}\n")
    assert (alone.code, alone.place.column) == ("L110", 11)
    assert (bracket.code, bracket.place.column) == ("L100", 11)
    assert "between '丁' and its bracket" in bracket.message("en")


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("说明：讲卫生，树新风\n名称: b\n", (1, 3)),
        ("依据： |\n  第一条\n名称: b\n", (1, 3)),
        ("指标：\n  - 名称: 讲卫生，树新风\n", (1, 3)),
        ("a: {b: 讲卫生，树新风，c: d}\n", (1, 15)),
        ("a: {b: [c]，d: e}\n", (1, 11)),
    ],
)
def test_a_full_width_mark_is_named_where_it_stands_for_one_of_yaml_s(
    text: str, place: tuple[int, int]
) -> None:
    _, problems = read_tree("a.yaml", text)
    assert [(p.code, p.place.line, p.place.column) for p in problems] == [("L112", *place)]


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(
    ("text", "code", "column"),
    [("{a: b, 丁：5}\n", "L112", 9), ("{a: 【5, 30】, c: d}\n", "L100", 11)],
)
def test_a_full_width_mark_that_leaves_a_key_without_a_value_is_the_slip(
    text: str, code: str, column: int
) -> None:
    """It can be read: YAML takes 丁：5 and 30】 for keys that stand alone."""
    _, (problem,) = read_tree("a.yaml", text)
    assert (problem.code, problem.place.column) == (code, column)
