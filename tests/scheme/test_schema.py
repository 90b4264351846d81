"""The schema for editors says what the loader says, as far as it can (docs/EDITORS.md)."""

import json
import random
import re
from collections import Counter
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from test_errors import FILES as ERRORS, split
from test_fmt import SHIPPED, SNIPPETS
from typer.testing import CliRunner

from jifen_rules.cli import app
from jifen_rules.core.vocabulary import KEYS, Language
from jifen_rules.report.render.to_cases_schema import cases_schema
from jifen_rules.report.render.to_json_schema import scheme_schema
from jifen_rules.scheme.dump import format_text
from jifen_rules.scheme.load import read_scheme
from jifen_rules.syntax.spelling import KINDS, pattern
from jifen_rules.trace.entry import Outcome
from shards import shards
from villages import village

UNSEEN = {
    "L102": "a duplicate key: a parser of YAML keeps one of the two",
    "L107": "anchors: gone when YAML is parsed",
    "L108": "nesting: a schema does not count levels",
    "L109": "the size of a file",
    "L112": "a full-width mark, where the line is then a text that fits",
    "L114": "tags: gone when YAML is parsed",
    "L116": "several documents: each is looked at alone",
    "L219": "a range upside down: a schema cannot compare two numbers",
    "L228": "two bounds of one level, where one is asked for",
    "L222": "what a template leaves open: another file",
    "L223": "what a template leaves open: another file",
    "L224": "what a template leaves open: another file",
    "L225": "a template that is not there: another file",
    "L226": "templates in a circle: another file",
}
"""Mistakes of the loader that a schema cannot see, and why.

All of meaning (M…) is beyond it too.
"""


class _Core(yaml.SafeLoader):
    """Reads scalars as editors do: YAML 1.2, core schema."""


_Core.yaml_implicit_resolvers = {}
for _tag, _regex, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _Core.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}",
        re.compile(f"(?:{_regex})$".replace("\\\\", "\\")),
        list(_first),
    )
_Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
_Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


def as_json(value: Any) -> Any:
    """Keys of JSON are texts."""
    if isinstance(value, dict):
        return {str(key): as_json(inner) for key, inner in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list) else value


@cache
def validator(lang: Language, both: bool = False) -> jsonschema.Draft7Validator:
    schema = scheme_schema(lang, both=both)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def accepts(text: str, lang: Language = "en", both: bool = False) -> bool:
    data = as_json(yaml.load(text, _Core))
    return validator(lang, both).is_valid(data)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scheme_is_accepted_in_its_spelling_and_in_either(name: str) -> None:
    text = SHIPPED[name]
    for lang in ("en", "zh"):
        assert accepts(text, lang, both=True)
        assert accepts(format_text(text, lang), lang)


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_of_a_mechanic_is_accepted(name: str) -> None:
    assert accepts(SNIPPETS[name], both=True)


@pytest.mark.parametrize("seeds", shards(range(first, first + 25) for first in range(0, 100, 25)))
def test_villages_are_accepted_in_both_spellings(seeds: range) -> None:
    for seed in seeds:
        text = village(seed).text
        assert accepts(text), seed
        assert accepts(format_text(text, "zh"), "zh"), seed
        assert not accepts(format_text(text, "zh"), "en"), seed


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_a_mistake_that_a_schema_can_see_is_refused(path: Path) -> None:
    """Any mistake of the loader (L…) refuses the scheme; one of meaning (M…) alone does not."""
    text = re.sub("[«»]", "", split(path)[0])
    _, problems = read_scheme("demo.yaml", text=text)
    codes = {problem.code for problem in problems}
    try:
        accepted = accepts(text, both=True)
    except (yaml.YAMLError, RecursionError):
        assert codes
        return
    assert (codes <= UNSEEN.keys()) if accepted else codes, sorted(codes)


# --- changed schemes -------------------------------------------------------------------------

CHANGES = [
    "5",
    "-1",
    "x",
    "unknown",
    "20",
    "20 added",
    "year",
    "2 years",
    "top 10",
    "whole",
    "0 kept",
    "none",
    "1 half_up",
    "50%",
    "a b",
    "clear",
    "2024-01-31",
    "day 10",
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(found for key, inner in pairs for found in places(inner, (*path, key)))]


def changed(data: Any, rng: random.Random) -> Any:
    """A scheme with one value replaced, taken out, put in, or its key misspelled."""
    data = deepcopy(data)
    *around, last = rng.choice(places(data)[1:])
    parent = data
    for key in around:
        parent = parent[key]
    match rng.choice(["value", "value", "value", "gone", "key", "list", "map"]):
        case "value":
            parent[last] = rng.choice(CHANGES)
        case "gone":
            del parent[last]
        case "key" if isinstance(parent, dict):
            parent[rng.choice(list(KEYS))] = parent[last]
        case "list":
            parent[last] = [parent[last]]
        case _:
            parent[last] = {"x": parent[last]}
    return data


@pytest.mark.parametrize(("seeds", "each"), shards([(100, 15), (1500, 300)], ids=["some", "all"]))
def test_the_schema_and_the_loader_agree_on_changed_schemes(seeds: int, each: int) -> None:
    """Over 1,500 changed schemes; the only differences are of the kinds that are listed."""
    agreed: Counter[str] = Counter()
    for seed in range(seeds):
        rng = random.Random(seed)
        data = changed(village(seed % 50).scheme, rng)
        text = json.dumps(data, ensure_ascii=False)
        _, problems = read_scheme("v.yaml", text=text)
        codes = {problem.code for problem in problems}
        accepted = accepts(text)
        if accepted is not (not codes):
            assert accepted and codes <= UNSEEN.keys(), (seed, codes)
            agreed["listed"] += 1
        else:
            agreed["accepted" if accepted else "refused"] += 1
    assert agreed["accepted"] > each and agreed["refused"] > each, agreed


def test_every_pattern_is_one_that_scripts_of_editors_read() -> None:
    """No construct that JavaScript lacks: named groups of Python, look-behind, possessive signs."""
    for kind in KINDS:
        for languages in (("en",), ("zh",), ("en", "zh")):
            found = pattern(kind, languages)
            assert not re.search(r"\(\?P|\(\?<|\\Z|\\A", found), kind


def test_the_command_prints_the_schema_with_words_of_the_language() -> None:
    shown = CliRunner().invoke(app, ["schema", "--keys", "zh", "--lang", "zh"])
    assert shown.exit_code == 0
    schema = json.loads(shown.stdout)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    points = schema["definitions"]["Indicator"]["properties"]["分值"]
    assert points["title"] == "points" and re.search("[\u4e00-\u9fff]", points["description"])


def test_keys_and_descriptions_have_a_language_each() -> None:
    """Keys in Chinese, descriptions in English, and the other way round."""
    for keys, lang, key, title in (("zh", "en", "分值", "points"), ("en", "zh", "points", "分值")):
        shown = CliRunner().invoke(app, ["schema", "--keys", keys, "--lang", lang])
        points = json.loads(shown.stdout)["definitions"]["Indicator"]["properties"][key]
        assert points["title"] == title
        assert bool(re.search("[\u4e00-\u9fff]", points["description"])) is (lang == "zh")


# --- files of cases ------------------------------------------------------------------------------

CASES = jsonschema.Draft7Validator(cases_schema("en"))
SCHEMES = Path(__file__).parents[2] / "schemes"


def _read(text: str) -> Any:
    return as_json(yaml.load(text, _Core))


@pytest.mark.parametrize(
    "path", sorted(SCHEMES.rglob("cases.yaml")), ids=lambda path: path.parent.name
)
def test_shipped_cases_fit_their_schema(path: Path) -> None:
    assert not [*CASES.iter_errors(_read(path.read_text("utf-8")))]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("{cases: [{name: a, expect: {totals: {甲: 5}}}]}", True),
        ("{cases: [{name: a, expect: {entries: {e1: {outcome: not_passed, granted: 0}}}}]}", True),
        ("{cases: [{name: a, expect: {entries: {e1: {outcome: not_past}}}}]}", False),
        ("{cases: [{name: a, expect: {notes: {e1: {劝导: no}}}}]}", True),
        ("{cases: [{name: a, expect: {notes: {e1: {劝导: perhaps}}}}]}", False),
        ("{cases: [{name: a, expect: {total: {甲: 5}}}]}", False),
        ("{cases: [{name: a, expct: {}}]}", False),
        ("{cases: [{expect: {}}]}", False),
    ],
)
def test_the_schema_of_cases_knows_keys_figures_and_outcomes(text: str, fits: bool) -> None:
    assert CASES.is_valid(_read(text)) == fits


def test_every_outcome_of_an_entry_is_offered_with_its_meaning() -> None:
    """All but two that only a trace has, and one that only a journal has."""
    definition = json.dumps(cases_schema("zh"), ensure_ascii=False)
    left_out = {"scored", "sealed", "reversed"}
    for outcome in Outcome:
        assert (f'"const": "{outcome.value}"' in definition) == (outcome.value not in left_out)
    assert "尚未审核" in definition
