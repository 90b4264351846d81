"""Runs the command on hostile files, each in a process of its own, and says what became of it.

    python tests/hostile_run.py GROUP

A process is split off one that has read the library, so that only the file itself is
measured; it may use five seconds of the processor and a gigabyte before it is stopped.
"""

import gc
import json
import os
import resource
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import hostile_files as hostile
from jifen_rules.cli import app, check, score, test, verify  # noqa: F401  (read before the split)
from jifen_rules.scheme.load import read_scheme

ROOT = Path(__file__).parent
GROUPS = {
    "schemes": lambda: hostile.SCHEMES,
    "numbers": lambda: hostile.NUMBERS,
    "formulas": lambda: hostile.FORMULAS,
    "events": lambda: hostile.EVENT_FILES,
    "others": lambda: [*hostile.ROSTERS, *hostile.CASES, *hostile.TRACES, *hostile.CALENDARS],
    "fuzzed": lambda: [*hostile.fuzzed(ROOT.parent / "schemes")],
    "kept": lambda: [*hostile.kept(ROOT / "hostile")],
}


class Seen(TypedDict):
    """What became of one attack."""

    name: str
    refused: bool
    code: int
    spoken: bool
    said: str
    seconds: float
    megabytes: float


def split_off(
    work: Callable[[], object], output: Path | None = None
) -> tuple[int, resource.struct_rusage]:
    """Do something in a process of its own; its exit code and what it used."""
    pid = os.fork()
    if pid:
        _, status, used = os.wait4(pid, 0)
        return os.waitstatus_to_exitcode(status), used
    code = 99
    try:
        if output is not None:
            for number in (1, 2):
                os.dup2(os.open(f"{output}{number}", os.O_WRONLY | os.O_CREAT), number)
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 98
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def command(words: list[str]) -> None:
    """Run the command with limits on what it may use."""
    resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    app([*words, "--lang", "en"])


def outcome(case: hostile.Hostile) -> Seen:
    """What became of one attack: exit code, seconds, megabytes, and the end of what was said."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def prepare() -> None:
            for file, content in case.files.items():
                hostile.write(content, folder / file)

        code, _ = split_off(prepare)
        assert code == 0, case.name
        words = hostile.arguments(case, folder)
        code, used = split_off(lambda: command(words), folder / ".out")
        printed, noted = ((folder / f".out{number}").read_bytes() for number in (1, 2))
    rejected = b'"rejected": [\n' in printed
    return {
        "name": case.name,
        "refused": case.refused,
        "code": code,
        "spoken": bool(printed + noted) and (code in (1, 2) or rejected),
        "said": (printed[-700:] + noted[-700:]).decode("utf-8", errors="replace"),
        "seconds": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
    }


def main() -> None:
    """Print one line of JSON for each attack of a group."""
    read_scheme("x.yaml", text=hostile.GOOD)  # the models are built on first use
    sys.path.insert(0, str(ROOT))
    gc.collect()
    gc.freeze()
    for case in GROUPS[sys.argv[1]]():
        print(json.dumps(fairly(case)), flush=True)


def fairly(case: hostile.Hostile) -> Seen:
    """Take the quickest of three if the first took a second: a busy machine is slow."""
    first = outcome(case)
    if first["seconds"] < 1:
        return first
    return min((first, outcome(case), outcome(case)), key=lambda seen: seen["seconds"])


if __name__ == "__main__":
    main()
