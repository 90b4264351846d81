"""Promise 9: no file, however hostile, crashes or hangs; every refusal is a problem."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from jifen_rules import (
    CaseError,
    SchemeError,
    evaluate_events,
    load_scheme,
    read_cases,
    read_events,
    read_roster,
)
from jifen_rules.compile import read_plan
from jifen_rules.core.vocabulary import COLUMNS
from jifen_rules.lint import lint_plan
from jifen_rules.scheme.load import read_scheme
from shards import examples

SCHEMES = Path(__file__).parent.parent / "schemes"
TEXTS = [path.read_text("utf-8") for path in sorted(SCHEMES.glob("*/scheme.yaml"))]
WORDS = [
    "unknown",
    "kept",
    "1e9",
    "-0",
    "99999999999999999999",
    "0.1 half_up",
    "{",
    "]",
    "year",
    "'",
    "- ",
    "count(any, 'year') / 0",
    "9 ** 9 ** 9",
    "__import__('os')",
    "x.y",
    "全额",
    "2 years",
    "total",
]
quick = settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def check(text: str) -> None:
    loaded, problems = read_scheme("x.yaml", text=text)
    if loaded is not None and not problems:
        plan, _ = read_plan(loaded)
        if plan is not None:
            lint_plan(loaded, plan)
    elif loaded is None:
        assert problems


@quick
@given(st.text())
def test_any_text_is_a_scheme_or_has_problems(text: str) -> None:
    check(text)


@quick
@given(st.sampled_from(TEXTS), st.data())
def test_a_scheme_with_something_changed_is_sound_or_has_problems(
    text: str, data: st.DataObject
) -> None:
    """One value after a colon becomes another word, or a line goes away or stands twice."""
    lines = text.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    change = data.draw(st.sampled_from(["drop", "twice", "value", "cut"]))
    line = lines[number]
    if change == "drop":
        del lines[number]
    elif change == "twice":
        lines.insert(number, line)
    elif change == "cut":
        lines[number] = line[: data.draw(st.integers(0, len(line)))]
    else:
        places = [place for place, sign in enumerate(line) if sign == ":"] or [len(line)]
        place = data.draw(st.sampled_from(places))
        lines[number] = line[: place + 1] + " " + data.draw(st.sampled_from(WORDS))
    check("\n".join(lines))


@quick
@given(st.binary(max_size=300), st.sampled_from(["events.jsonl", "events.csv"]))
def test_any_bytes_are_events_or_rows_that_are_none(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    file = tmp_path_factory.mktemp("rows") / name
    file.write_bytes(data)
    events, bad = read_events(file)
    result = evaluate_events(
        load_scheme("x.yaml", text=TEXTS[0]), None, [*events, *bad], date(2200, 1, 1)
    )
    assert len(result.entries) >= len(events) + len(bad)


values = st.one_of(
    st.text(max_size=8),
    st.sampled_from(WORDS),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(
        ["2024-03-01", "2024-12-31", "9999-12-31", "0001-01-01", "甲", "gift", "hours_village"]
    ),
)


@quick
@given(
    st.lists(st.dictionaries(st.sampled_from([*COLUMNS, "承诺书"]), values, max_size=8), max_size=6)
)
def test_any_row_has_its_entry(rows: list[dict[str, object]]) -> None:
    scheme = load_scheme(SCHEMES / "wendeng-rural" / "scheme.yaml")
    result = evaluate_events(scheme, None, rows, date(2024, 12, 31), status="count")
    own = [entry for entry in result.entries if entry.outcome.value not in ("received", "carried")]
    assert len(own) == len(rows)


@quick
@given(st.text())
def test_any_text_is_cases_or_a_case_error(text: str) -> None:
    for wrapped in (
        text,
        f"cases:\n- {text}",
        f"cases:\n- {{events: [{text}], as_of: 2024-01-01}}",
    ):
        try:
            read_cases("x.yaml", text=wrapped)
        except CaseError as error:
            assert error.problems


@quick
@given(st.lists(st.dictionaries(st.sampled_from([*COLUMNS, "x"]), values, max_size=6), max_size=5))
def test_any_rows_are_a_roster_or_a_value_error(rows: list[dict[str, object]]) -> None:
    try:
        read_roster(rows)
    except ValueError as error:
        assert str(error)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "[" * 100_000,
        "a: " + "{b: " * 500,
        "x" * 5_000_000,
        "\n".join(f"k{n}: 1" for n in range(100_000)),
        "scheme: x\nindicators:\n" + "  - {id: x}\n" * 60_000,
        "base: " + "9" * 1_000_000,
        "when: '" + "(" * 100_000 + "'",
        "a: !!python/object/apply:os.system [ls]",
    ],
    ids=["aliases", "brackets", "deep", "long", "keys", "items", "digits", "formula", "tag"],
)
def test_a_file_made_to_hurt_is_refused(text: str) -> None:
    with pytest.raises(SchemeError):
        load_scheme("x.yaml", text=text)
