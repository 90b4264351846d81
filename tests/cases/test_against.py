"""Cases against an older scheme: which change breaks which case.

Also cases that run again by themselves.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from jifen_rules import load_scheme, read_cases
from jifen_rules.cases.against import Against, compare_cases
from jifen_rules.cli import app
from jifen_rules.cli.watch import watch_files

SCHEME = """\
scheme: demo
effective_from: 2024-01-01
subject: household
period: year
base: 0
floor: none
at_period_end: clear
indicators:
  - {id: help, points: 5, caps: [{at_most: 8 added, per: month}]}
  - {id: gift, points: 3}
  - {id: walk, points: 1}
"""
CASES = """\
given: {as_of: 2024-12-31}
cases:
  - name: 每月8分
    events: [2024-03-01 甲 help, 2024-03-02 甲 help]
    expect: {totals: {甲: 8}}
  - name: 送一次
    events: [2024-03-01 甲 gift]
    expect: {totals: {甲: 4}}
  - name: 走一次
    events: [2024-03-01 甲 walk]
    expect: {totals: {甲: 1}}
"""


def compared(*edits: tuple[str, str], cases: str = CASES) -> Against:
    text = SCHEME
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    sides = (load_scheme("old.yaml", text=SCHEME), load_scheme("new.yaml", text=text))
    return compare_cases(*sides, read_cases("cases.yaml", text=cases))


def said(found: Against) -> list[tuple[str, bool, list[tuple[str, str]], bool]]:
    return [
        (one.case.name, one.is_broken, [(c.id, c.key) for c in one.causes], one.is_alone)
        for one in found.cases
    ]


def test_each_case_has_the_change_that_breaks_or_mends_it() -> None:
    """Under 9 a month 5 + 4 are 9, not 8.

    A gift of 4 is what its case expects; nothing touches walk.
    """
    found = compared(("at_most: 8", "at_most: 9"), ("points: 3", "points: 4"))
    assert said(found) == [
        ("每月8分", True, [("help", "caps")], True),
        ("送一次", False, [("gift", "points")], True),
    ]


def test_what_only_two_changes_do_together_names_both() -> None:
    """Of 4 + 4 = 8 under 9, the limit alone would give 9: both changes make 8 again, as it was."""
    both = compared(("points: 5", "points: 4"), ("at_most: 8", "at_most: 9"))
    assert [name for name, *_ in said(both)] == []
    # 甲 expects 10: limit 10 alone gives 10, so it mends alone; help 6 alone gives 8
    alone = CASES.replace("{甲: 8}", "{甲: 10}")
    found = compared(("points: 5", "points: 6"), ("at_most: 8", "at_most: 10"), cases=alone)
    assert said(found)[0] == ("每月8分", False, [("help", "caps")], True)
    # 甲 expects 12: neither limit 12 (5 + 5) nor help 6 (6 + 2) alone gives 12
    needed = CASES.replace("{甲: 8}", "{甲: 12}")
    found = compared(("points: 5", "points: 6"), ("at_most: 8", "at_most: 12"), cases=needed)
    assert said(found)[0] == ("每月8分", False, [("help", "caps"), ("help", "points")], False)


def test_a_case_of_a_new_rule_fails_before_it_is_there() -> None:
    new = CASES + "  - {name: 新规, events: [2024-03-01 甲 sing], expect: {totals: {甲: 2}}}\n"
    found = compared(
        ("  - {id: walk, points: 1}\n", "  - {id: walk, points: 1}\n  - {id: sing, points: 2}\n"),
        cases=new,
    )
    assert said(found) == [("新规", False, [("sing", "")], True)]


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    for name, text in (
        ("old", SCHEME),
        ("new", SCHEME.replace("at_most: 8", "at_most: 9").replace("points: 3", "points: 4")),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "scheme.yaml").write_text(text, "utf-8")
    (tmp_path / "new" / "cases.yaml").write_text(CASES, "utf-8")
    return tmp_path


def test_the_command_says_which_change_breaks_which_case(folders: Path) -> None:
    call = ["test", str(folders / "new"), "--against"]
    run = CliRunner().invoke(app, [*call, str(folders / "old"), "--lang", "en"])
    assert run.exit_code == 1
    lines = [line.strip() for line in run.output.splitlines()]
    start = lines.index("passed under the old scheme, fails under the new one:")
    assert lines[start + 1].endswith("cases.yaml:3: 每月8分")
    assert lines[start + 2].startswith(
        "by this change: indicator help, caps: at most +8 each month"
    )
    assert "1 passed, 2 failed" not in lines and "2 passed, 1 failed" in lines
    assert any(line.endswith("2 changes break 1 case and mend 1") for line in lines)
    chinese = CliRunner().invoke(app, [*call, str(folders / "old" / "scheme.yaml"), "--lang", "zh"])
    assert "旧方案下通过，新方案下不通过" in chinese.output
    data = json.loads(
        CliRunner().invoke(app, [*call, str(folders / "old"), "--format", "json"]).stdout
    )
    assert [one["causes"] for one in data[0]["against"]["cases"]] == [[0], [1]]


def test_a_repository_of_schemes_is_compared_folder_by_folder(
    tmp_path: Path, folders: Path
) -> None:
    (folders / "old" / "new").mkdir()
    (folders / "old" / "scheme.yaml").rename(folders / "old" / "new" / "scheme.yaml")
    run = CliRunner().invoke(
        app, ["test", str(folders / "new"), "--against", str(folders / "old"), "--lang", "en"]
    )
    assert "2 changes break 1 case and mend 1" in run.output


def test_a_scheme_that_is_new_in_a_repository_is_compared_with_nothing(folders: Path) -> None:
    (folders / "old" / "other").mkdir()
    (folders / "old" / "scheme.yaml").rename(folders / "old" / "other" / "scheme.yaml")
    call = ["test", str(folders / "new"), "--lang", "en", "--against"]
    run = CliRunner().invoke(app, [*call, str(folders / "old")])
    assert (run.exit_code, "changes break" in run.output) == (1, False)
    assert "2 passed, 1 failed" in run.output
    (folders / "empty").mkdir()
    run = CliRunner().invoke(app, [*call, str(folders / "empty")])
    assert (run.exit_code, "holds no scheme" in run.output) == (2, True)


def test_an_older_scheme_that_is_not_there_ends_with_2(folders: Path) -> None:
    call = ["test", str(folders / "new"), "--lang", "en", "--against", str(folders / "none.yaml")]
    run = CliRunner().invoke(app, call)
    assert (run.exit_code, "there is no such file" in run.output) == (2, True)


# --- again and again ------------------------------------------------------------------------------


def test_it_runs_again_after_a_change_and_ctrl_c_ends_with_130(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second look finds the file larger; the fourth is interrupted."""
    file = tmp_path / "scheme.yaml"
    file.write_text("a", "utf-8")
    runs: list[str] = []
    looks: list[int] = []

    def sleep(_: float) -> None:
        looks.append(len(runs))
        if len(looks) == 2:
            file.write_text("ab", "utf-8")
        if len(looks) == 4:
            raise KeyboardInterrupt

    def run() -> int:
        runs.append(file.read_text("utf-8"))
        raise typer.Exit(1)

    with pytest.raises(typer.Exit) as ended:
        watch_files([tmp_path], run, "en", sleep)
    assert ended.value.exit_code == 130
    assert (runs, looks) == (["a", "ab"], [1, 1, 2, 2])
    assert f"{file} changed" in capsys.readouterr().err


def _hear_ctrl_c() -> None:
    """A process begun in the background would not hear it, nor would those that it begins."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_watching_command_runs_again_and_ends_without_a_traceback(folders: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "jifen_rules",
        "test",
        str(folders / "new"),
        "--watch",
        "--lang",
        "en",
    ]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        preexec_fn=_hear_ctrl_c,
    ) as run:
        ends_at_last = threading.Timer(60, run.kill)
        ends_at_last.start()
        assert run.stdout is not None
        assert run.stderr is not None
        assert run.stderr.readline() == "waiting for a change; Ctrl-C ends\n"
        cases = folders / "new" / "cases.yaml"
        (folders / "new.txt").write_text(CASES.replace("{甲: 8}", "{甲: 9}"), "utf-8")
        (folders / "new.txt").replace(cases)  # at once, or it may be seen half written
        assert run.stderr.readline() == f"{cases} changed\n"
        assert run.stderr.readline() == "waiting for a change; Ctrl-C ends\n"
        run.send_signal(signal.SIGINT)
        out, err = run.communicate()
        ends_at_last.cancel()
    assert run.returncode == 130
    assert "Traceback" not in err
    assert [line for line in out.splitlines() if "passed" in line] == [
        "2 passed, 1 failed",
        "3 passed, 0 failed",
    ]
