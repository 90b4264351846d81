"""Runs in processes of their own, in turn: their memory, their median and spread."""

import json
import os
import statistics
import subprocess
import sys
import time
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


def processor_seconds() -> dict[str, float]:
    """Processor time so far of this process, and of all below it by the name of their programs."""
    below: dict[int, list[tuple[int, str, float]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            head, _, rest = stat.read_text().rpartition(")")
            number, _, name = head.partition(" (")
            fields = rest.split()
            ticks = sum(map(int, fields[11:15]))  # its own, and of those below it that have ended
            below.setdefault(int(fields[1]), []).append((int(number), name, ticks))
    found, ahead = {"own": time.process_time()}, [os.getpid()]
    while ahead:
        for number, name, ticks in below.get(ahead.pop(), ()):
            ahead.append(number)
            found[name] = found.get(name, 0) + ticks / os.sysconf("SC_CLK_TCK")
    return found


def forget_peak() -> None:
    """Let the peak be that from here on."""
    with suppress(OSError):  # else it is that since the process began
        Path("/proc/self/clear_refs").write_text("5")
