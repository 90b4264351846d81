"""Snippets for editors, one for each part of a scheme, cut from a small scheme.

The scheme loads, in both spellings; each of its values becomes a field that the cursor visits.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any, Final

import yaml

from ...core.message import N_
from ...core.vocabulary import Language
from ...scheme.dump import format_text
from .language import translate

TEXT: Final = """scheme: village
name: 文明积分办法
effective_from: 2024-01-01
subject: household
period: year
base: 100
floor: 0 kept
at_period_end: clear
indicators:
  - {id: tidy, name: 庭院整洁, points: 5, basis: 第一条, caps: [{at_most: 1 time, per: month}]}
  - id: help
    name: 志愿服务
    points: {each: {小时: 2}}
    basis: 第二条
    caps: [{at_most: 20 added, per: year}]
  - {id: award, name: 获得荣誉, points: {by: {level: {县级: 10, 市级: 20}}}, basis: 第三条}
  - {id: litter, name: 乱扔垃圾, points: -2, basis: 第四条}
  - {id: gamble, name: 参与赌博, basis: 第五条, then: [{veto: total, lasts: period}]}
tiers:
  - {id: star, by: total, per: year, levels: [{name: 五星, at_least: 120}, {name: 其他}]}
rewards:
  - {id: soap, name: 香皂, spends: 10 total, gives: 香皂一块}
rules:
  - {id: visit, per: year, when: "total < 60", then: [{action: 村干部上门走访}]}
"""

_PARTS: Final = (
    ("Scheme", N_("a whole scheme"), ()),
    ("Indicator", N_("an indicator: the same points each time, so often"), ("indicators", 0)),
    ("Indicator", N_("an indicator: points for each unit, at most so many"), ("indicators", 1)),
    ("Indicator", N_("an indicator: points by level"), ("indicators", 2)),
    ("Indicator", N_("an indicator: points are deducted"), ("indicators", 3)),
    ("Indicator", N_("an indicator: a veto"), ("indicators", 4)),
    ("CapRule", N_("a cap: at most so often in a window"), ("indicators", 0, "caps", 0)),
    ("CapRule", N_("a cap: at most so many points in a window"), ("indicators", 1, "caps", 0)),
    ("Ladder", N_("levels by the total"), ("tiers", 0)),
    ("Level", N_("a level: from so many points on"), ("tiers", 0, "levels", 0)),
    ("Reward", N_("a reward and its price"), ("rewards", 0)),
    ("Rule", N_("a rule: when a figure is such, then something happens"), ("rules", 0)),
)
"""The parts of the model: name, label, and path in the small scheme."""


def snippets_of(part: str, spelling: Language, lang: Language) -> list[dict[str, Any]]:
    """Return the snippets in a spelling; labels are in `lang`."""
    return [
        {"label": translate(label, lang), "body": _fields(_at(spelling, path), count(1))}
        for name, label, path in _PARTS
        if name == part
    ]


@cache
def _scheme(spelling: Language) -> Any:
    return yaml.load(format_text(TEXT, spelling), yaml.BaseLoader)


def _at(spelling: Language, path: Sequence[str | int]) -> Any:
    """Return what stands at a path.

    The keys are found by their place, which both spellings share.
    """
    english, found = _scheme("en"), _scheme(spelling)
    for step in path:
        place = step if isinstance(step, int) else [*found][[*english].index(step)]
        found = found[place]
        english = english[step]
    return found


def _fields(value: Any, number: Iterator[int]) -> Any:
    """Make a field of each value, numbered in their order."""
    if isinstance(value, Mapping):
        return {key: _fields(inner, number) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fields(inner, number) for inner in value]
    return f"${{{next(number)}:{value}}}"
