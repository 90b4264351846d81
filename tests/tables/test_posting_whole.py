"""The wall says every rule: whatever change of a scheme changes its plan changes the posted table.

The changes are made in the words an author writes: each key left out, each list shortened or put
in another order, each number, word, window, id and sign of a formula exchanged.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest
import yaml
from pydantic import ValidationError

from jifen_rules.compile import compile_plan
from jifen_rules.core import vocabulary
from jifen_rules.core.problem import SchemeError
from jifen_rules.core.vocabulary import KEYS, english
from jifen_rules.plan import Plan
from jifen_rules.report.render.to_posting import posting_markdown
from jifen_rules.scheme.model import Scheme, SchemeFile
from jifen_rules.syntax.tree import read_tree
from jifen_rules.tables import post_scheme
from shards import shards, thorough

ROOT = Path(__file__).parents[1]
SCHEMES = sorted((ROOT.parent / "schemes").rglob("scheme.yaml"))
Data: TypeAlias = "str | list[Data] | dict[str, Data] | None"
LARGE, ALIKE = 20_000, 2
"""Of a scheme with many signs, only so many changes of one kind at one place are tried."""

NOT_ON_THE_WALL: Mapping[str, str] = {
    "scheme": "the id of the scheme: what files say of it, no rule",
    "id": "what files say of a part; people read its name",
    "touches": "what the check is told of a consequence; it changes no figure",
    "open": "what a village may still set: its own wall says what it did set",
}
"""Keys whose words decide no points, levels, rewards or consequences."""

ORDER_SAYS_NOTHING = ("then", "-"), "in front"
"""Measures outside the figures are said after the other consequences, wherever they stand."""


# --- changes --------------------------------------------------------------------------------------

TABLES = (
    vocabulary.WINDOWS,
    vocabulary.COMBINES,
    vocabulary.LIMITS,
    vocabulary.BEYOND,
    vocabulary.COUNTED,
    vocabulary.SHARES,
    vocabulary.MISSING,
    vocabulary.KINDS,
    vocabulary.STEPS,
    vocabulary.GIVES,
    vocabulary.TIES,
    vocabulary.TYPES,
    vocabulary.ROUNDINGS,
    vocabulary.ACCOUNTS,
    vocabulary.WORDS,
    vocabulary.FORMULA_NAMES,
    vocabulary.FUNCTIONS,
    vocabulary.COLUMNS,
)
SIGNS = (
    (">=", ">"),
    ("<=", "<"),
    ("==", "!="),
    ("!=", "=="),
    (" + ", " - "),
    (" - ", " + "),
    ("*", "/ 7 *"),
    (" and ", " or "),
    (" or ", " and "),
    ("x", "x1"),
    ("%", ""),
    (" ", " "),
)
_WORD = re.compile(r"[^\W\d]\w*")


def changed_words(text: str, ids: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield what a scalar may be instead, with the kind of the change."""
    for found in re.finditer(r"\d+", text):
        yield "one more", f"{text[: found.start()]}{int(found[0]) + 1}{text[found.end() :]}"
    if re.match(r"-?\d", text):
        yield "the other sign", text.removeprefix("-") if text[0] == "-" else f"-{text}"
    for found in _WORD.finditer(text):
        for other in others(found[0], ids):
            yield "another word", f"{text[: found.start()]}{other}{text[found.end() :]}"
    for sign, other in SIGNS:
        if sign in text:
            yield f"{other} for {sign}", text.replace(sign, other, 1)
    yield "more of the word", f"{text}乙"
    yield "not stated", "unknown"


def others(word: str, ids: tuple[str, ...]) -> Iterator[str]:
    """Words that may stand where a word stands: of the same table, or the next ids."""
    for table in TABLES:
        name = english(table, word)
        if name in table:
            yield from (other for other in table if other != name)
    if word in ids:
        at = ids.index(word)
        yield from (ids[(at + n) % len(ids)] for n in range(1, len(ids)))


def changes(data: Data, ids: tuple[str, ...], path: tuple[str, ...] = ()) -> Iterator[Any]:
    """Yield (kind of place, kind of change, the whole with it) for every small change."""
    if isinstance(data, dict):
        for key, value in data.items():
            rest = {k: v for k, v in data.items() if k != key}
            name = english(KEYS, key) if english(KEYS, key) in KEYS else "*"
            yield (*path, name), "left out", rest
            other_keys = [("another key", "above")] if name == "at_least" else []
            other_keys += [("another key", "at_least")] if name == "above" else []
            for kind, other in (*other_keys, *(changed_words(key, ids) if name == "*" else ())):
                if other not in data:
                    yield (
                        (*path, name),
                        kind,
                        {other if k == key else k: v for k, v in data.items()},
                    )
            for where, kind, inner in changes(value, ids, (*path, name)):
                yield where, kind, {**data, key: inner}
    elif isinstance(data, list):
        for number, item in enumerate(data):
            yield (*path, "-"), "left out", data[:number] + data[number + 1 :]
            swapped = [item, *data[:number], *data[number + 1 :]]
            yield (*path, "-"), "in front", swapped
            for where, kind, inner in changes(item, ids, (*path, "-")):
                yield where, kind, [*data[:number], inner, *data[number + 1 :]]
    elif isinstance(data, str):
        for kind, other in changed_words(data, ids):
            yield path, kind, other


def ids_of(data: Data) -> Iterator[str]:
    """The ids that a scheme gives, and its names where there is no id."""
    if isinstance(data, dict):
        said = {english(KEYS, key): value for key, value in data.items()}
        if isinstance(found := said.get("id") or said.get("name"), str):
            yield found
        for value in data.values():
            yield from ids_of(value)
    elif isinstance(data, list):
        for item in data:
            yield from ids_of(item)


# --- what is read ---------------------------------------------------------------------------------


def as_file(data: Data) -> SchemeFile | None:
    """A scheme whose parts all stand at one place, so that only its rules can differ."""
    try:
        return SchemeFile(Scheme.model_validate(data), {}, "t.yaml", {})
    except ValidationError:
        return None


def plan_of(file: SchemeFile) -> Plan | None:
    try:
        return compile_plan(file)
    except SchemeError:
        return None


def walls(file: SchemeFile) -> tuple[str, str]:
    posting = post_scheme(file)
    return posting_markdown(posting, "zh"), posting_markdown(posting, "en")


def untold(data: Data, alike: float = math.inf) -> tuple[list[str], int]:
    """The changes that change the plan and not the wall, and how many changes were tried."""
    file = as_file(data)
    assert file is not None
    plan, wall, found, tried = plan_of(file), walls(file), [], 0
    assert plan is not None
    seen: Counter[object] = Counter()
    for where, kind, other in changes(data, tuple(dict.fromkeys(ids_of(data)))):
        seen[where, kind] += 1
        if seen[where, kind] > alike or set(where) & NOT_ON_THE_WALL.keys():
            continue
        changed = as_file(other)
        if changed is None:
            continue
        tried += 1
        said = walls(changed)
        if said[0] != wall[0] and said[1] != wall[1]:
            continue
        other_plan = plan_of(changed)
        only_order = (where[-2:], kind) == ORDER_SAYS_NOTHING
        if other_plan is not None and other_plan != plan and not only_order:
            found.append(f"{'/'.join(where)}: {kind}")
    return found, tried


def tree(path: Path) -> Data:
    node, problems = read_tree(path.name, path.read_text(encoding="utf-8"))
    assert node is not None and problems == ()
    return cast(Data, node.plain())


@pytest.mark.parametrize(
    "path", shards(SCHEMES, quick=5, ids=[path.parent.name for path in SCHEMES])
)
def test_whatever_changes_the_rules_of_a_scheme_changes_its_wall(path: Path) -> None:
    few = ALIKE if path.stat().st_size > LARGE else math.inf
    found, tried = untold(tree(path), few)
    assert found == []
    assert tried > 20


HEAD: dict[str, Data] = {
    "scheme": "t",
    "effective_from": "2024-01-01",
    "subject": "household",
    "period": "year",
    "base": "0",
    "floor": "none",
    "at_period_end": "clear",
}
MECHANICS = [
    (mechanic["id"], mechanic["scheme"])
    for path in sorted((ROOT / "mechanics").glob("*.yaml"))
    for mechanic in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    if "scheme" in mechanic and "extends" not in mechanic["scheme"]
]


@pytest.mark.parametrize(
    "snippet",
    shards([text for _, text in MECHANICS], quick=30, ids=[key for key, _ in MECHANICS]),
)
def test_of_each_mechanic_every_change_stands_on_the_wall(snippet: str) -> None:
    node, _ = read_tree("t.yaml", snippet)
    assert node is not None
    data = {**HEAD, **cast(dict[str, Data], node.plain())}
    found, _ = untold(data)
    assert found == []


@thorough
def test_of_rules_that_the_shipped_schemes_seldom_have_every_change_stands_on_the_wall() -> None:
    node, _ = read_tree("t.yaml", RARE)
    assert node is not None
    data = {**HEAD, **cast(dict[str, Data], node.plain())}
    found, tried = untold(data)
    assert found == []
    assert tried > 1000


RARE = """\
name: 某村
for: [常住户]
full: 300 lost
round: 1 half_up
lasts: 2 years
between: [-50, 50]
escalate: {year: [x1, x2]}
basis: 村民会议
caps: [{at_most: 100 net kept, per: year, among: all, basis: 预算}]
fields: {subject: {常住: yes_no, class: [常住户, 外出户]}, event: {耗时: number, 档: [甲, 乙]}}
to: {total: whole, wallet: 50% added}
base: {by: {class: {常住户: 60, 外出户: 50}}}
at_period_end: {formula: "min(total, 20)"}
ledgers:
  - id: wallet
    name: 可兑积分
    for: [household]
    base: 5
    floor: 0 lost
    at_period_end: carry
    lasts: 6 months
    basis: 细则
  - {id: half, name: 半数, formula: total / 2, round: 1 down}
process:
  - {step: declare, who: [self], within: 30 days, basis: 甲}
  - {step: publish, lasts: 7 days, per: month, among: [village]}
  - {step: count}
categories:
  - id: yard
    name: 庭院
    for: [常住户]
    weight: 0.3
    round: 0.1 half_up
    base: 10
    full: 40 lost
    floor: 0 lost
    to: {total: whole}
    lasts: {at_least: {0: 1 year}, above: {10: 2 years}}
    escalate: {month: [劝导, x1, -3]}
    between: [-20, 20]
    basis: 甲条
    process: [{step: check, who: [村干部]}, {step: count}]
    categories:
      - id: inner
        name: 里院
        base: 3
        floor: 0 kept
        indicators: [{id: swept, name: 扫净, points: 1, basis: 细则}]
    indicators:
      - id: litter
        name: 乱扔
        points: -2
        full: 5 kept
        floor: -10 lost
        round: 1 down
        lasts: until repaired
        process: [{step: count}]
        repair: {within: 30 days, when: quantity > 0, then: [{points: 1}], basis: 乙条}
      - id: tidy
        name: 整洁
        points: {each: {处: 1}}
        combine: {heaviest: year}
        lasts: {by: {level: {一: 1 year, 二: 2 years}}}
        caps: [{at_most: 3 处, per: month, among: [village], basis: 丙条}]
indicators:
  - id: help
    name: 帮忙
    points: {by: {level: {一: {between: [1, 3]}, 二: 5}}}
    to: {head: 1/3, members: equally, nobody: rest}
    round: 1 down
    when: "count(litter, '6 months') < 3"
  - id: hard
    name: 大过
    then:
      - {veto: [yard, wallet], lasts: 2 years, gives: before, when: quantity >= 1, basis: 丁条}
      - {grade: 末, lasts: until repaired}
      - {action: 通报, lasts: 1 year, when: quantity > 2}
      - {points: -5, to: {head: whole deducted}}
  - id: rated
    name: 评分
    points:
      rated_by: {self: 20%, 干部: 80%}
      per: quarter
      combine: {mean: role}
      missing: spread
      round: 0.1 half_up
      between: [0, 10]
    when: raters >= 2
  - {id: odd, name: 多项, points: {formula: "round(quantity / 3, 1)", round: 0.1 down}}
  - {id: full, name: 检查, points: {full: 10, each: {2 处: -1}, floor: 2}}
  - {id: per, name: 示范, per: quarter, when: throughout(常住), points: 1}
rules:
  - id: r
    name: 五次
    for: [常住户]
    per: quarter
    when: "sum(litter, 'quarter') < -5 or not (total > 0)"
    then: [{veto: rewards, lasts: quarter}]
    basis: 戊条
tiers:
  - id: star
    name: 星级
    for: [常住户]
    by: wallet
    per: quarter
    when: days_in >= 30
    ties: [yard, none]
    among: village
    round: 1 down
    up: 1
    down: 2
    basis: 己条
    levels:
      - id: top
        name: 上
        rank: top 10%
        when: total > 0
        then: [{action: 挂牌}, {points: 3}]
        lasts: 1 year
        basis: 庚条
      - {name: 中, above: 20}
      - {name: 末, then: [{veto: added, lasts: quarter, gives: all}]}
rewards:
  - id: rice
    name: 大米
    for: [常住户]
    spends: 50 wallet
    gives: 大米
    when: "reached(star, '中')"
    caps: [{at_most: 2 times, per: year, basis: 辛条}]
    basis: 壬条
  - id: cash
    name: 奖金
    gives: {at_least: {10: 5, 20: 8}}
    by: total
    per: quarter
    to: {members: equally, nobody: rest}
    round: 1 down
  - {id: share, name: 分红, gives: {by: {class: {常住户: 5, 外出户: 3}}}}
  - {id: discount, name: 优惠, gives: {each: {分: 0.3}, round: 1 up}, by: total, spends: unknown}
"""
