"""The command as a clerk meets it."""

import json
from pathlib import Path

from typer.testing import CliRunner

from jifen_rules.cli import app

SCHEME = """scheme: a
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: none
indicators:
  - {id: 捐款, points: 5, when: "数量 > 0 and count(捐钱, 'year') < 3"}
"""


def test_check_points_at_the_word_with_a_caret_as_wide_as_it_looks(tmp_path: Path) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_text(SCHEME, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(file)])
    assert result.exit_code == 1
    row = next(line for line in result.output.splitlines() if "捐款" in line)
    caret = result.output.splitlines()[result.output.splitlines().index(row) + 1]
    # before 捐钱 stand 46 signs of the file's line, of which 捐款 and 数量 take two columns each
    start = len('  - {id: , points: 5, when: " > 0 and count(') + 2 * len("捐款数量")
    assert caret == " " * 6 + "| " + " " * start + "^^^^"
    assert "nothing here is called '捐钱'" in result.output
    assert "did you mean '捐款'?" in result.output


def test_a_sound_scheme_has_no_problems(tmp_path: Path) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_text(SCHEME.replace("捐钱", "捐款"), encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(file)])
    assert (result.exit_code, result.output) == (0, f"{file}: no problems\n")


def test_score_gives_the_same_bytes_whatever_the_order_of_the_lines(tmp_path: Path) -> None:
    scheme, events, trace = (tmp_path / name for name in ("s.yaml", "e.jsonl", "t.jsonl"))
    scheme.write_text(SCHEME.replace("捐钱", "捐款"), encoding="utf-8")
    lines = [
        f'{{"id": "e{n}", "date": "2024-01-0{n}", "subject": "A", "indicator": "捐款", "quantity": 1}}'
        for n in range(1, 6)
    ]
    outputs = []
    for order in (lines, lines[::-1]):
        events.write_text("\n".join(order), encoding="utf-8")
        command = [
            "score",
            str(scheme),
            str(events),
            "--format",
            "json",
            "--as-of",
            "2024-12-31",
            "--trace",
            str(trace),
        ]
        outputs.append((CliRunner().invoke(app, command).output, trace.read_text("utf-8")))
    assert outputs[0] == outputs[1]
    # the condition counts what came before: three times 5, then no more
    (row,) = json.loads(outputs[0][0])["scores"]
    assert row["total"] == "15"
    granted = [json.loads(line)["granted"] for line in outputs[0][1].splitlines()]
    assert granted == ["5", "5", "5", "0", "0"]
