"""Problems in the forms that machines read: against their schemas, and back to the very words."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
from hypothesis import given, strategies as st
from typer.testing import CliRunner

from jifen_rules.cli import app
from jifen_rules.compile import check_plan
from jifen_rules.core.problem import Edit, Fault, Place, Problem, Severity
from jifen_rules.core.values import visible
from jifen_rules.report.render.to_github import problems_github
from jifen_rules.report.render.to_json import problem_data
from jifen_rules.report.render.to_junit import problems_junit
from jifen_rules.report.render.to_sarif import problems_sarif
from jifen_rules.report.render.to_text import render_problem
from jifen_rules.scheme.load import read_scheme
from shards import thorough

HERE = Path(__file__).parents[1]
SARIF = json.loads((HERE / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))
JUNIT = xmlschema.XMLSchema(str(HERE / "schemas" / "junit-10.xsd"))
EXAMPLES = {
    path.stem: re.sub("[«»]", "", path.read_text("utf-8"))
    for path in sorted((HERE / "errors").glob("*.yaml"))
}
BAD = (
    "scheme: demo\neffective_from: 2024-01-01\nsubject: household\nperiod: year\n"
    "at_period_end: clear\nfloor: none\nindicators:\n"
    "  - {id: a, name: 𠮷𠮷村, pionts: 5, points: 5}\n"
)


def found(name: str, text: str) -> list[Problem]:
    loaded, problems = read_scheme(name, text=text)
    problems = (*problems, *check_plan(loaded)) if loaded is not None else problems
    return sorted(problems, key=lambda problem: problem.sort_key)


def sarif(problems: list[Problem], texts: dict[str, str], **more: Any) -> Any:
    data = json.loads(problems_sarif(problems, texts, **more))
    jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(data)
    return data["runs"][0]


def cut(text: str, region: dict[str, int]) -> str:
    """The stretch of a region, as a reader takes it who counts in UTF-16 code units."""
    rows = [row.encode("utf-16-le") for row in re.split("\r\n|[\r\n\x85\u2028\u2029]", text)]
    rows = rows[region["startLine"] - 1 : region["endLine"]]
    rows[-1] = rows[-1][: 2 * region["endColumn"] - 2]
    rows[0] = rows[0][2 * region["startColumn"] - 2 :]
    return b"\n\0".join(rows).decode("utf-16-le")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_mistake_is_sound_sarif_and_junit(name: str, language: Any) -> None:
    text = EXAMPLES[name]
    problems = found("村 a.yaml", text)
    run = sarif(problems, {"村 a.yaml": text}, language=language)
    assert [result["ruleId"] for result in run["results"]] == [p.code for p in problems]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    document = problems_junit(["村 a.yaml"], problems, {"村 a.yaml": text}, language)
    JUNIT.validate(document)
    suite = ElementTree.fromstring(document.encode())[0]
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    assert (suite.get("tests"), suite.get("failures")) == (str(len(problems)), str(errors))


def test_sarif_counts_in_utf16_units_and_names_files_as_uris() -> None:
    """Before the key stand two signs outside the first plane: two more units than characters."""
    (problem,) = found("方案/a b.yaml", BAD)
    (result,) = sarif([problem], {"方案/a b.yaml": BAD})["results"]
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert unquote(physical["artifactLocation"]["uri"]) == "方案/a b.yaml"
    row = BAD.splitlines()[7]
    assert physical["region"]["startColumn"] == row.index("pionts") + 1 + 2
    assert cut(BAD, physical["region"]) == "pionts"
    assert result["message"]["text"] == "unknown key 'pionts'\ndid you mean 'points'?"


FAULT = Fault("J999", "made-up", "{text}", "do {text}", Severity.WARNING)


@given(st.text(st.sampled_from("甲𠮷a \n\r\u2028：")), st.data())
def test_sarif_regions_and_fixes_cut_the_very_signs(text: str, data: st.DataObject) -> None:
    from jifen_rules.syntax.lines import Lines

    lines = Lines(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    place = lines.place("x.yaml", start, end)
    problem = Problem(FAULT, place, {"text": "x"}, (place,), (Edit(place, "甲"),))
    (result,) = sarif([problem], {"x.yaml": text})["results"]
    first, last = lines.stretch(place)
    wanted = re.sub("\r\n|[\r\n\x85\u2028\u2029]", "\n", text[first:last])
    whole = "\r\n" not in (text[first - 1 : first + 1], text[last - 1 : last + 1])
    (change,) = result["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    for region in (
        result["locations"][0]["physicalLocation"]["region"],
        result["relatedLocations"][0]["physicalLocation"]["region"],
        replacement["deletedRegion"],
    ):
        assert not whole or cut(text, region) == wanted
    assert replacement["insertedContent"]["text"] == "甲"
    assert result["level"] == "warning"


def test_sarif_shows_what_a_file_accepts_as_suppressed() -> None:
    problem = Problem(FAULT, Place("x.yaml", 1, 1), {"text": "x"}, accepted="村民会议同意")
    (result,) = sarif([problem], {"x.yaml": "a"})["results"]
    assert result["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "村民会议同意"}
    ]
    assert problems_github([problem]) == ""


@given(st.text(), st.text(min_size=1))
def test_an_annotation_is_one_line_that_says_everything(text: str, file: str) -> None:
    problem = Problem(FAULT, Place(file, 3, 4, 2), {"text": text})
    output = problems_github([problem])
    assert output.endswith("\n") and not re.search("[\r\n]", output[:-1])
    head, _, message = output[2:-1].partition("::")
    command, _, named = head.partition(" ")
    values = dict(pair.split("=", 1) for pair in named.split(","))
    # GitHub undoes the four escapes, the percent sign last
    undo = [("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")]
    for mark, sign in undo:
        values = {key: value.replace(mark, sign) for key, value in values.items()}
        message = message.replace(mark, sign)
    assert command == "warning"
    assert values == {
        "file": file,
        "title": "J999 made-up",
        "line": "3",
        "col": "4",
        "endColumn": "6",
    }
    assert message == f"{visible(text)}\ndo {visible(text)}"


@given(st.text(), st.text(min_size=1))
def test_no_text_breaks_the_xml(text: str, file: str) -> None:
    warning = Problem(FAULT, Place(file, 1, 1), {"text": text})
    error = Problem(Fault("J998", "made-up", "{text}", "{text}"), Place(file, 1, 1), {"text": text})
    JUNIT.validate(problems_junit([file], [warning, error], {file: text}))


def test_a_warning_is_a_case_that_passed_and_speaks() -> None:
    warning = Problem(FAULT, Place("x.yaml", 1, 1), {"text": "x"})
    suite = ElementTree.fromstring(problems_junit(["x.yaml", "y.yaml"], [warning], {}).encode())
    assert [node.get("failures") for node in suite] == ["0", "0"]
    assert "do x" in (suite[0][0].findtext("system-out") or "")
    assert [case.get("name") for case in suite[1]] == ["check"]


def test_the_cases_of_schemes_are_junit_too() -> None:
    folder = HERE.parent / "schemes" / "illustrative"
    run = CliRunner().invoke(app, ["test", str(folder), "--format", "junit"])
    JUNIT.validate(run.output)
    assert run.output.count("<testsuite ") == 6


def test_the_command_writes_each_form(tmp_path: Path) -> None:
    file, clean = tmp_path / "村.yaml", tmp_path / "b.yaml"
    file.write_text(BAD, "utf-8")
    clean.write_text(BAD.replace("pionts: 5, ", ""), "utf-8")
    outputs = {}
    for form in ("text", "json", "sarif", "github", "junit"):
        run = CliRunner().invoke(
            app, ["check", str(file), str(clean), "--format", form, "--ignore", "J", "--no-card"]
        )
        assert run.exit_code == 1
        outputs[form] = run.stdout
    assert f"\n{clean}: no problems\n2 files: errors 1, " in outputs["text"]
    (problem,) = json.loads(outputs["json"])
    assert (problem["code"], problem["line"], problem["width"]) == ("L101", 8, 6)
    jsonschema.Draft4Validator(SARIF).validate(json.loads(outputs["sarif"]))
    assert outputs["github"].startswith(f"::error file={file},title=L101 unknown-key,line=8,")
    JUNIT.validate(outputs["junit"])
    assert (
        CliRunner()
        .invoke(app, ["check", str(clean), "--format", "github", "--ignore", "J", "--no-card"])
        .output
        == ""
    )


def test_a_scheme_from_the_input() -> None:
    run = CliRunner().invoke(app, ["check", "-"], input=BAD)
    assert run.exit_code == 1
    # before the key stand 18 signs, three of the name, a comma and a space
    assert "-:8:24: L101 unknown-key" in run.output and "𠮷𠮷村, pionts: 5" in run.output


def test_what_is_no_file_is_a_wrong_call(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path, " holds no scheme"),
        (tmp_path / "none.yaml", ": there is no such file"),
    ):
        run = CliRunner().invoke(app, ["check", str(path), "--lang", "en"])
        assert (run.exit_code, run.stderr) == (2, f"{path}{said}\n")


def test_a_file_cannot_write_to_the_terminal() -> None:
    """Signs that move the cursor, colour or turn the text around are shown as what they are."""
    text = "a: \x1b[2J\u202e\x9b"
    problem = Problem(FAULT, Place("x\x1b.yaml", 1, 4, 1), {"text": "\x1b]0;x\x07"})
    written = render_problem(problem, text)
    assert not re.search("[\x1b\x07\x9b\u202e]", written)
    assert "    1 | a: \ufffd[2J\ufffd\ufffd" in written


def on_a_terminal(arguments: list[str], **environment: str) -> str:
    """What the command prints where its output is a terminal."""
    leader, follower = pty.openpty()
    env = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
    run = subprocess.Popen(
        [sys.executable, "-m", "jifen_rules", *arguments],
        stdout=follower,
        env=env | environment,
    )
    os.close(follower)
    parts = []
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(leader)
    run.wait()
    return b"".join(parts).decode()


@thorough
def test_only_text_on_a_terminal_has_colours(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(BAD, "utf-8")
    check = ["check", str(file), "--lang", "en"]
    assert "\x1b[1;31mL101 unknown-key\x1b[0m" in on_a_terminal(check)
    assert "\x1b" not in on_a_terminal(check, NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(check, TERM="dumb")
    assert "\x1b" not in on_a_terminal([*check, "--format", "json"])
    assert "\x1b" not in CliRunner().invoke(app, check).output


@pytest.mark.parametrize("page", ["PROBLEMS.md", "PROBLEMS.zh-CN.md"])
def test_the_page_names_every_key_of_the_json(page: str) -> None:
    text = (HERE.parent / "docs" / page).read_text("utf-8")
    rows = re.findall(r"^\| ((?:`\w+`[,、 ]*)+) \|", text, flags=re.MULTILINE)
    named = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert named == set(problem_data(Problem(FAULT, Place("x"), {"text": "x"})))
