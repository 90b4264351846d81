"""Runs in processes of their own, in turn: their memory, their median and spread."""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any


class Unequal(Exception):
    """Two runs that must come to the same, and do not."""


def in_turn(
    names: Iterable[str],
    repeats: int,
    run: Callable[[str], dict[str, Any]],
    check: Callable[[dict[str, Any], dict[str, Any]], None],
) -> dict[str, list[dict[str, Any]]]:
    """Run each of the names so often, in turn; `check` compares each run with the very first."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    first: dict[str, Any] | None = None
    for _ in range(repeats):
        for name, found in runs.items():
            found.append(run(name))
            first = first or found[0]
            check(found[-1], first)
    return runs


def run_alone(script: Path, *words: object, python: Path | None = None) -> dict[str, Any]:
    """Run a script in a fresh process; the last line it prints is what it found."""
    command = [str(python or sys.executable), str(script), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[1:])} failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def middle_and_spread(figures: Sequence[float]) -> tuple[float, float]:
    """The median, and how far the least and the most lie apart, as a share of it."""
    middle = statistics.median(figures)
    return middle, (max(figures) - min(figures)) / middle


def resident() -> tuple[float, float]:
    """Memory now and at its peak, in MB."""
    status = Path("/proc/self/status").read_text()
    found = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return tuple(int(found[key].split()[0]) / 1024 for key in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


def forget_peak() -> None:
    """Let the peak be that from here on."""
    with suppress(OSError):  # else it is that since the process began
        Path("/proc/self/clear_refs").write_text("5")
