"""The example of a repository: its schemes pass, its script writes what a review changes."""

import os
import subprocess
import sys
from pathlib import Path

from jifen_rules import load_scheme, read_cases, run_cases

REPO = Path(__file__).parent.parent / "examples" / "county-repo"


def test_its_cases_pass() -> None:
    for path in REPO.glob("schemes/*/scheme.yaml"):
        outcomes = run_cases(load_scheme(path), read_cases(path.parent / "cases.yaml"))
        assert outcomes
        assert all(outcome.passed for outcome in outcomes)


def test_its_script_writes_what_changed_as_markdown(tmp_path: Path) -> None:
    text = (REPO / "schemes" / "tongde" / "scheme.yaml").read_text("utf-8")
    for folder, points in (("main/schemes/tongde", "10,"), ("schemes/tongde", "12,")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "scheme.yaml").write_text(
            text.replace("points: 10,", f"points: {points}"), "utf-8"
        )
    rows = (
        "id,date,subject,indicator,status\n1,2024-01-10,甲家,tidy,count\n2,none,甲家,tidy,count\n"
    )
    (tmp_path / "schemes/tongde/events.csv").write_text(rows, "utf-8")
    binary = Path(sys.executable).parent
    run = subprocess.run(
        ["sh", str(REPO / "compare.sh"), "main", "schemes"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "PATH": f"{binary}{os.pathsep}{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
        },
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("## schemes/tongde\n\n1 change of meaning\n")
    assert "can only raise totals" in run.stdout
    # one household, once: 12 where it had 10
    assert "**1 gain, 0 lose, 0 keep their total; together +2**" in run.stdout
    assert "甲家" not in run.stdout
    assert "events.csv:3: a date of the row cannot be read" in run.stderr
