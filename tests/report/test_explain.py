"""Statements: every entry a sentence in both languages, caps with their room, the gap."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from forgeries import Work
from jifen_rules import (
    Result,
    SchemeFile,
    evaluate_events,
    explain_subject,
    load_scheme,
    read_roster,
    say,
    verify_trace,
)
from jifen_rules.inputs.roster import Roster
from jifen_rules.report.explain import explain_entry
from jifen_rules.report.render.language import Language, words
from jifen_rules.report.render.to_text import render_explanation, render_statement
from jifen_rules.trace.chain import trace_lines
from jifen_rules.trace.entry import Outcome
from shards import some
from traces import Given

ROOT = Path(__file__).parents[2]
YEAR = ROOT / "examples" / "wendeng-year"
Run = tuple[SchemeFile, Roster, Result]


@pytest.fixture(scope="module")
def year() -> Run:
    scheme = load_scheme(ROOT / "schemes" / "wendeng-rural" / "scheme.yaml")
    roster = read_roster(YEAR / "roster.csv")
    return scheme, roster, evaluate_events(scheme, roster, YEAR / "events.jsonl", date(2025, 1, 5))


LANGUAGES: tuple[Language, ...] = ("en", "zh")


def test_every_entry_of_the_year_is_a_sentence_in_both_languages(year: Run) -> None:
    scheme, _, result = year
    for entry in some(result.entries[::7]):
        explanation = explain_entry(scheme, entry)
        for text in (render_explanation(explanation, language) for language in LANGUAGES):
            assert text and "{" not in text.replace(entry.inputs.get("row", "{"), "")
            if entry.date is not None and entry.outcome is not Outcome.UNREADABLE:
                assert entry.date.isoformat() in text


def test_there_is_a_statement_for_everybody_in_both_languages(year: Run) -> None:
    scheme, roster, result = year
    for score in some(result.scores):
        statement = explain_subject(
            scheme, roster, result, score.subject, period=score.period.label
        )
        for text in (render_statement(statement, language) for language in LANGUAGES):
            assert score.subject in text and str(score.total) in text


def test_a_cap_is_named_with_its_place_and_what_it_left(year: Run) -> None:
    scheme, roster, result = year
    statement = explain_subject(scheme, roster, result, "P025", period="2024")
    (line,) = [x for x in statement.lines if "300" in x.entry.inputs.get("quantity", "")]
    (reason,) = line.reasons
    rows = (ROOT / "schemes" / "wendeng-rural" / "scheme.yaml").read_text("utf-8").splitlines()
    number = next(n for n, row in enumerate(rows, 1) if "区级平台全年封顶" in row)
    # 60,000 元 took all 40 points of the year the day before; 300 元 asks for 3
    assert words(reason, "zh") == (
        f"“捐赠”每年加分已到上限（scheme.yaml:{number}，区级平台全年封顶），这 3 分不再计"
    )


def test_the_gap_to_the_next_level_and_what_could_close_it() -> None:
    text = (
        "scheme: a\neffective_from: 2024-01-01\nsubject: person\nperiod: year\n"
        "at_period_end: clear\n"
        "floor: none\nindicators:\n"
        "  - {id: x, points: 5, caps: [{at_most: 1 time, per: year}]}\n  - {id: y, points: 3}\n"
        "  - {id: z, points: 9, for: [village]}\n  - {id: bad, points: -4}\n"
        "tiers: [{id: star, by: total, per: year, levels: [{name: 好, above: 10}, {name: 其他}]}]\n"
    )
    scheme = load_scheme("a.yaml", text=text)
    rows = [{"id": "1", "date": "2024-01-01", "subject": "A", "indicator": "x"}]
    result = evaluate_events(scheme, None, rows, date(2024, 6, 30))
    statement = explain_subject(scheme, None, result, "A")
    assert words(statement.tiers[0], "en") == "star: 其他; more than 5 points are missing for 好"
    # x has had its one time, bad takes, z is for villages: only y is left
    assert [words(chance, "en") for chance in statement.chances] == ["y: up to 3 at a time"]


def test_an_event_alone(year: Run) -> None:
    scheme, roster, result = year
    statement = explain_subject(scheme, roster, result, "P038", event="D15")
    assert len(statement.lines) == 1
    text = render_statement(statement, "en")
    assert "it was corrected; the correction counts in its place" in text


def test_nobody_and_nothing_are_key_errors(year: Run) -> None:
    scheme, roster, result = year
    with pytest.raises(KeyError):
        explain_subject(scheme, roster, result, "P999")
    with pytest.raises(KeyError):
        explain_subject(scheme, roster, result, "P038", event="none")


@pytest.mark.parametrize("within", ["year", "event"])
def test_an_entry_names_the_rounding_of_its_points(within: str) -> None:
    """2.5 asked in whole points, half up, are 3.

    Kept points (a validity) and others say so alike.
    """
    lasts = "" if within == "year" else ", lasts: 30 days"
    text = f"""
scheme: demo
effective_from: 2024-01-01
subject: household
period: year
floor: none
at_period_end: clear
indicators: [{{id: good, name: 好事, points: {{between: [0, 5]}}, round: 1 half_up{lasts}}}]
"""
    scheme = load_scheme("demo.yaml", text=text)
    row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "good", "points": "2.5"}
    result = evaluate_events(scheme, None, [row], date(2024, 3, 2))
    (entry,) = result.entries
    assert (entry.asked, entry.granted) == (Decimal(3), Decimal(3))
    assert [(step.kind, step.id, step.before, step.after) for step in entry.steps] == [
        ("round_asked", "good", Decimal("2.5"), Decimal(3))
    ]
    assert [say(reason, "zh") for reason in explain_entry(scheme, entry).reasons] == [
        "本项分值取整（demo.yaml:8）：2.5 分变为 3 分"
    ]
    assert verify_trace(trace_lines(result), scheme).finding is None
    work = Work(Given("rounded", scheme, None, (row,), result), 0)
    work.lines[0]["steps"][0]["before"] = "1.5"  # which would be 2
    forged = verify_trace(work.sealed(), scheme).finding
    assert forged is not None and forged.line == 1


PROCESS = """
{scheme: demo, illustrative: true, effective_from: 2024-01-01, subject: household, period: year,
 floor: none, at_period_end: clear, process: [{step: declare}, {step: check}, {step: count}],
 indicators: [{id: help, name: 志愿服务, points: 5}]}"""


@pytest.mark.parametrize(
    ("status", "english", "chinese"),
    [
        (
            {},
            "it counts from the step “count” on, and does not say how far it has come",
            "走到“计入”这一步才计分，该事件没有写明走到哪一步",
        ),
        (
            {"status": "check"},
            "it counts from the step “count” on, and has come to “check”",
            "走到“计入”这一步才计分，目前在“审核”",
        ),
        (
            {"status": "nope"},
            "it counts from the step “count” on, and “nope” is none of the steps",
            "走到“计入”这一步才计分，“nope”不是方案的步骤",
        ),
    ],
)
def test_an_event_that_waits_says_for_which_step(
    status: dict[str, str], english: str, chinese: str
) -> None:
    file = load_scheme("demo.yaml", text=PROCESS)
    row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help", **status}
    result = evaluate_events(file, None, [row], date(2024, 12, 31))
    sentence = explain_entry(file, result.entries[0]).sentence
    assert english in say(sentence, "en")
    assert chinese in say(sentence, "zh")


def test_a_statement_that_is_not_there_says_what_there_is() -> None:
    file = load_scheme("demo.yaml", text=PROCESS)
    rows = [
        {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"},
        {
            "id": "2",
            "date": "2024-03-01",
            "subject": "李家",
            "indicator": "help",
            "status": "count",
        },
    ]
    result = evaluate_events(file, None, rows, date(2024, 12, 31))
    for asked, said in (
        ({"subject": "张家"}, "'张家' has no score; events that do not count: 1"),
        (
            {"subject": "李家", "period": "2023"},
            "'李家' has no score of '2023'; it has one of 2024",
        ),
        ({"subject": "李家", "event": "9"}, "'李家' has no entry of the event '9'"),
        ({"subject": "王家"}, "'王家' has no score"),
    ):
        with pytest.raises(KeyError) as raised:
            explain_subject(file, None, result, **asked)
        assert raised.value.args == (said,)
