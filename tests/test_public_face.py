"""What another program sees: names have pages, values go into JSON and pickles and back."""

import doctest
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from importlib.resources import files
from inspect import getdoc
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import jifen_rules
from jifen_rules import (
    CaseError,
    Entry,
    Event,
    EventError,
    Outcome,
    Place,
    Result,
    Roster,
    SchemeError,
    SchemeFile,
    evaluate_events,
    explain_entry,
    explain_subject,
    lint_scheme,
    load_scheme,
    read_cases,
    read_events,
    read_roster,
    read_trace,
    read_workdays,
    run_cases,
    stream_entries,
    verify_trace,
    write_trace,
)
from jifen_rules.core.problem import JifenError
from jifen_rules.trace.chain import TraceError, trace_lines, trace_schema
from shards import examples
from villages import village

ROOT = Path(__file__).parent.parent
YEAR = ROOT / "examples" / "wendeng-year"
DEMO = """{scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
 at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}"""
ROW = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
END = date(2024, 12, 31)


def demo() -> SchemeFile:
    return load_scheme("demo.yaml", text=DEMO)


def year() -> tuple[SchemeFile, Roster, Result]:
    scheme = load_scheme(ROOT / "schemes" / "wendeng-rural" / "scheme.yaml")
    roster = read_roster(str(YEAR / "roster.csv"))
    return scheme, roster, evaluate_events(scheme, roster, str(YEAR / "events.jsonl"), END)


@pytest.mark.parametrize("name", jifen_rules.HOMES)
def test_each_root_name_has_a_page_with_an_example_that_runs(name: str) -> None:
    found = getattr(jifen_rules, name)
    text = getdoc(found) or ""
    test = doctest.DocTestParser().get_doctest(text, {}, name, None, None)
    assert test.examples, "no example"
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert not result.failed, "".join(said)
    assert text.splitlines()[0].endswith((".", ":")), "the first line is a sentence"


def test_outcome_and_event_explain_each_member_and_field() -> None:
    for member in Outcome:
        assert f"`{member.value}`" in (Outcome.__doc__ or ""), member
    for field in (*fields(Event), *fields(Entry)):
        owner = Event if field in fields(Event) else Entry
        assert f"`{field.name}`" in (owner.__doc__ or ""), field.name


def test_the_page_for_python_runs_from_top_to_bottom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs" / "PYTHON.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) == 16
    chinese = (ROOT / "docs" / "PYTHON.zh-CN.md").read_text("utf-8")
    assert re.findall(r"```python\n(.*?)```", chinese, flags=re.DOTALL) == blocks
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "PYTHON.md", "exec"), names)


# --- paths ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [str, Path])
def test_a_path_may_be_a_text_or_a_path(form: Callable[[Path], Any], tmp_path: Path) -> None:
    (tmp_path / "scheme.yaml").write_text(DEMO, "utf-8")
    (tmp_path / "events.csv").write_text(
        "id,date,subject,indicator\n1,2024-03-01,张家,help\n", "utf-8"
    )
    (tmp_path / "roster.csv").write_text("id\n张家\n", "utf-8")
    (tmp_path / "days.csv").write_text("日期,类型\n2024-10-01,休息\n", "utf-8")
    (tmp_path / "cases.yaml").write_text("cases: []", "utf-8")
    scheme = load_scheme(form(tmp_path / "scheme.yaml"))
    roster = read_roster(form(tmp_path / "roster.csv"))
    events = form(tmp_path / "events.csv")
    result = evaluate_events(scheme, roster, events, END)
    assert result == evaluate_events(scheme, roster, [ROW], END)
    assert read_events(events)[0] == read_events([ROW])[0]
    assert tuple(stream_entries(scheme, roster, events, END)) == result.entries
    assert read_workdays(form(tmp_path / "days.csv")).rest == {date(2024, 10, 1)}
    assert read_cases(form(tmp_path / "cases.yaml")) == ()
    write_trace(result, form(tmp_path / "t.jsonl"))
    assert read_trace(form(tmp_path / "t.jsonl")).entries == result.entries
    assert verify_trace(form(tmp_path / "t.jsonl"), scheme, roster).finding is None


@pytest.mark.parametrize("text", ['{"id": "1"}', "[]", "id,date\n1,2024-03-01\n"])
def test_a_text_that_holds_data_is_no_path_and_the_error_says_what_to_give(text: str) -> None:
    for read in (read_events, read_roster, read_workdays, read_trace):
        with pytest.raises(ValueError, match="a text is the path of a file; give rows as mappings"):
            read(text)
    with pytest.raises(ValueError, match="a text is the path of a file"):
        evaluate_events(demo(), None, text, END)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no\.csv"):
        evaluate_events(demo(), None, "no.csv", END)


UNTYPED: Any = jifen_rules
"""The package as a program without types calls it: with what no type would let through."""


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: UNTYPED.evaluate_events("s.yaml", None, [], END),
            "load_scheme returns, not a str",
        ),
        (
            lambda: UNTYPED.evaluate_events([Path("s")], None, [], END),
            "load_scheme returns, not a PosixPath",
        ),
        (
            lambda: UNTYPED.evaluate_events(demo(), "r.csv", [], END),
            "read_roster returns, not a str",
        ),
        (
            lambda: UNTYPED.evaluate_events(demo(), None, [], "2024-12-31"),
            "as_of is a datetime.date, not a str",
        ),
        (lambda: UNTYPED.evaluate_events(demo(), None, [], datetime(2024, 1, 1)), "not a datetime"),
        (lambda: UNTYPED.evaluate_events(demo(), None, ROW, END), "one row was given where rows"),
        (
            lambda: UNTYPED.evaluate_events(demo(), None, 7, END),
            "a path or rows are expected, not a int",
        ),
        (lambda: UNTYPED.start_session("s.yaml", as_of=END), "load_scheme returns, not a str"),
        (lambda: UNTYPED.stream_entries(demo(), [ROW], [], END), "read_roster returns, not a list"),
    ],
)
def test_an_argument_of_another_kind_is_named_in_a_sentence(
    call: Callable[[], object], said: str
) -> None:
    with pytest.raises(TypeError, match=said):
        call()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: jifen_rules.evaluate_events([], None, [], END), "there is no scheme"),
        (lambda: jifen_rules.start_session([], as_of=END), "there is no scheme"),
        (lambda: jifen_rules.diff_schemes(demo(), []), "there is no scheme"),
        (lambda: jifen_rules.verify_trace([], []), "there is no scheme"),
        (lambda: jifen_rules.merge_results([]), "there is no part to join"),
    ],
)
def test_an_empty_list_is_refused_in_a_sentence(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def test_versions_may_come_from_a_generator() -> None:
    result = UNTYPED.evaluate_events((file for file in [demo()]), None, [ROW], END)
    assert [score.total for score in result.scores] == [5]


# --- sentences -----------------------------------------------------------------------------------


def test_a_problem_says_its_sentence_in_both_languages() -> None:
    with pytest.raises(SchemeError) as caught:
        load_scheme("demo.yaml", text="scheme: demo")
    problem = caught.value.problems[0]
    assert problem.message() == "the scheme has no 'effective_from'"
    assert problem.message("zh") == "方案缺少“effective_from”"
    assert problem.help("en") == "add 'effective_from: …' here"


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'en' or 'zh', not 'fr'"):
        UNTYPED.say("x", "fr")


# --- plain data and pickles ----------------------------------------------------------------------


def values() -> dict[str, Any]:
    """One of each value that a caller may hold."""
    scheme, roster, result = year()
    case = village(7)
    odd = evaluate_events(
        load_scheme("v.yaml", text=case.text),
        read_roster(case.roster),
        case.events,
        case.as_of,
        status="count",
    )
    with pytest.raises(SchemeError) as caught:
        load_scheme("demo.yaml", text="scheme: demo")
    entry, subject = result.entries[0], result.scores[0].subject
    cases = read_cases(
        "c.yaml",
        text="cases: [{name: n, as_of: 2024-12-31, events: [], expect: {totals: {甲: 1}}}]",
    )
    return {
        "result": result,
        "generated": odd,
        "score": result.scores[0],
        "entry": entry,
        "step": next(e for e in result.entries if e.steps).steps[0],
        "board": result.boards[0],
        "event": read_events([ROW])[0][0],
        "roster": roster,
        "problem": caught.value.problems[0],
        "place": Place("a", 1, 2),
        "explanation": explain_entry(scheme, entry),
        "statement": explain_subject(scheme, roster, result, subject),
        "workdays": read_workdays([{"日期": "2024-10-01", "类型": "休息"}]),
        "trace": read_trace(trace_lines(result)),
        "verification": verify_trace(trace_lines(odd), demo()),
        "case": cases[0],
        "case_result": run_cases(demo(), cases)[0],
        "advice": lint_scheme(demo())[0],
    }


def test_each_value_becomes_json_and_a_pickle_and_back() -> None:
    for name, value in values().items():
        data = value.to_dict()
        assert isinstance(data, dict) and json.loads(json.dumps(data)) == data, name
        copy = pickle.loads(pickle.dumps(value))
        assert copy.to_dict() == data, name
        if not isinstance(value, Roster):  # which compares by identity; its rows are compared above
            assert copy == value, name
    scheme = demo()
    assert pickle.loads(pickle.dumps(scheme)) == scheme


def test_errors_pickle_with_their_problems() -> None:
    with pytest.raises(SchemeError) as caught:
        load_scheme("demo.yaml", text="scheme: demo")
    problem = caught.value.problems[0]
    for kind in (JifenError, SchemeError, CaseError, EventError):
        copy = pickle.loads(pickle.dumps(kind([problem])))
        assert type(copy) is kind and copy.problems == (problem,)
    error = pickle.loads(pickle.dumps(TraceError(3, "no line of a trace")))
    assert (error.line, str(error)) == (3, "line 3 is no line of a trace")


def test_a_pickled_result_writes_the_same_trace_and_the_same_digest() -> None:
    _, _, result = year()
    copy = pickle.loads(pickle.dumps(result))
    assert [*trace_lines(copy)] == [*trace_lines(result)] and copy.digest == result.digest


def test_rows_of_events_and_rosters_read_back_as_the_same() -> None:
    case = village(11)
    events, _ = read_events(case.events)
    again, bad = read_events([event.to_dict() for event in events])
    assert again == events and not bad
    _, roster, _ = year()
    assert read_roster(roster.to_dict()["rows"]).rows == roster.rows


def test_results_and_traces_follow_the_published_schemas() -> None:
    """Of the year of the example, and of sixty generated villages that use all of the language."""
    schema = json.loads((files("jifen_rules") / "result.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    lines = jsonschema.Draft202012Validator(json.loads(trace_schema()))
    validator.validate(year()[2].to_dict())
    for seed in range(500, 500 + examples(60)):
        case = village(seed)
        scheme, roster = load_scheme("v.yaml", text=case.text), read_roster(case.roster)
        result = evaluate_events(scheme, roster, case.events, case.as_of, status="count")
        for entries in (True, False):
            validator.validate(result.to_dict(entries=entries))
        for line in trace_lines(result):
            lines.validate(json.loads(line))
    data = year()[2].to_dict()
    for broken in (data | {"result": 2}, data | {"more": 1}, data | {"scores": [{}]}):
        assert not validator.is_valid(broken)
    data["scores"][0]["total"] = 1.5
    assert not validator.is_valid(data), "points are text"


def test_the_command_prints_what_to_dict_gives(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(DEMO, "utf-8")
    (tmp_path / "e.jsonl").write_text(json.dumps(ROW), "utf-8")
    command = [
        sys.executable,
        "-m",
        "jifen_rules",
        "score",
        "s.yaml",
        "e.jsonl",
        "--format",
        "json",
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    result = evaluate_events(demo(), None, [ROW], date(2024, 3, 1))
    assert json.loads(run.stdout)["scores"] == result.to_dict()["scores"]
