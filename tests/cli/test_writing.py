"""Files and screens: the old file or the new one, and names that are data."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jifen_rules import evaluate_events, load_scheme
from jifen_rules.cli import app
from jifen_rules.cli.writing import replace_file
from jifen_rules.report.render.to_csv import render_csv
from shards import examples

SCHEME = """scheme: a
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: none
indicators: [{id: tidy, points: 5}]
"""
BLOCKS = "[b'x' * 1000] * 20_000"


def test_a_killed_writer_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    """At ten moments of a write of 20 MB, by a signal that can be caught and by one that cannot."""
    path, new = tmp_path / "t.jsonl", b"x" * 20_000_000
    code = (
        f"from pathlib import Path\nfrom jifen_rules.cli.writing import replace_file\n"
        f"print(flush=True)\nreplace_file(Path({str(path)!r}), {BLOCKS})"
    )
    chance = random.Random(1)
    for number in range(examples(10)):
        path.write_bytes(b"old")
        with subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as run:
            assert run.stdout is not None
            run.stdout.readline()
            time.sleep(chance.random() * 0.05)
            run.send_signal(signal.SIGINT if number % 2 else signal.SIGKILL)
        assert path.read_bytes() in (b"old", new)


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "no space left")

    path = tmp_path / "t"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError):
        replace_file(path, [b"new"])
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"t": b"old"}


def test_a_link_stays_a_link_and_rights_stay_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(b"old")
    (tmp_path / "t").chmod(0o640)
    (tmp_path / "l").symlink_to("t")
    replace_file(tmp_path / "l", [b"new"])
    assert (tmp_path / "l").is_symlink() and (tmp_path / "t").read_bytes() == b"new"
    assert (tmp_path / "t").stat().st_mode & 0o777 == 0o640


NAMES = ["[red]张三[/red]", "张[/]三", "[b", "\\u001b[31m张", "\\u202e张三", "张\\u009b2J"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_and_steers_nothing(tmp_path: Path, name: str) -> None:
    """Marks of Rich stand as they are written; what steers a terminal never reaches it."""
    (tmp_path / "s.yaml").write_text(SCHEME, "utf-8")
    (tmp_path / "r.jsonl").write_text(
        f'{{"id": "H1", "name": "{name}"}}\n'.replace("\\\\", "\\"), "utf-8"
    )
    row = (
        f'{{"id": "1", "date": "2024-03-01", "subject": "H1", "indicator": "tidy", "note": '
        f'"{name}"}}\n'
    )
    (tmp_path / "e.jsonl").write_text(row + row.replace("2024-03-01", name), "utf-8")
    files = [str(tmp_path / file) for file in ("s.yaml", "e.jsonl")]
    more = ["--roster", str(tmp_path / "r.jsonl"), "--lang", "en"]
    for command in (["score", *files, *more], ["explain", *files, "--subject", "H1", *more]):
        run = CliRunner().invoke(app, command)
        assert isinstance(run.exception, SystemExit) and run.exit_code == 1
        assert not set(run.output) & {"\x1b", "\u202e", "\u009b"}
        if "\\" not in name:
            assert name in run.stdout


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@a", "\t=1"])
def test_a_spreadsheet_runs_no_name(name: str) -> None:
    row = {"id": "1", "date": "2024-03-01", "subject": f"x{name}", "indicator": "tidy"}
    scheme = load_scheme("s.yaml", text=SCHEME)
    day = evaluate_events(
        scheme, None, [row | {"subject": name}], __import__("datetime").date(2024, 3, 1)
    )
    cell = render_csv(day).splitlines()[1].split(",")[0]
    assert cell.startswith("'") or name.startswith("\t")
