"""Ends a writing command at random moments: is each file the old one or the new one?

    python tests/moments_run.py COMMAND NUMBER

A process is split off one that has read the library. It is killed, interrupted, given a full disk
(a limit on the size of a file) or a closed output. Prints one line of JSON.
"""

import csv
import gc
import io
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from jifen_rules.cli import app
from jifen_rules.scheme.load import read_scheme

ROOT = Path(__file__).parent.parent
OLD = b"old\n"
HEARD = {signal.SIGINT}
SCHEME = ROOT / "schemes" / "tongde" / "scheme.yaml"
RUN = ["{s.yaml}", "{e.csv}", "--roster", "{r.csv}", "--as-of", "2024-12-31", "--status", "count"]
COMMANDS: dict[str, tuple[list[str], list[str]]] = {
    "fmt": (["fmt", "{f.yaml}", "--keys", "zh"], ["f.yaml"]),
    "check --fix": (["check", "{x.yaml}", "--fix"], ["x.yaml"]),
    "score --trace": (["score", *RUN, "--trace", "{o.jsonl}"], ["o.jsonl"]),
    "score --rejected": (["score", *RUN, "--rejected", "{o.csv}"], ["o.csv"]),
    "report html": (["report", *RUN, "--part", "all", "--force", "-o", "{o.html}"], ["o.html"]),
    "report xlsx": (["report", *RUN, "--force", "-o", "{o.xlsx}"], ["o.xlsx"]),
    "report docx": (["report", *RUN, "--force", "-o", "{o.docx}"], ["o.docx"]),
    "report csv": (["report", *RUN, "--force", "-o", "{o.csv}"], ["o.csv"]),
    "report md": (["report", *RUN, "--force", "-o", "{o.md}"], ["o.md"]),
    "export": (["export", "{s.yaml}", "--force", "-o", "{o.docx}"], ["o.docx"]),
    "import": (
        ["import", "{t.csv}", "--force", "-o", "{o.yaml}", "--marked", "{m.xlsx}"],
        ["o.yaml", "m.xlsx"],
    ),
    "ledger": (["ledger", "{s.yaml}", "--force", "-o", "{o.xlsx}"], ["o.xlsx"]),
    "impact": (
        ["impact", "{s.yaml}", "{n.yaml}", *RUN[1:], "--force", "-o", "{o.html}"],
        ["o.html"],
    ),
    "new": (["new", "{o.yaml}", "--yes", "--force"], ["o.yaml"]),
    "test --record": (
        ["test", "{}", "--record", "{e.csv}", "--as-of", "2024-12-31", "--name", "甲"],
        ["cases.yaml"],
    ),
}


def prepare(folder: Path) -> None:
    """Write what the commands read; what they are to write holds a few old bytes."""
    text = SCHEME.read_text("utf-8")
    rows = [
        {"id": f"e{n}", "date": f"2024-{n % 12 + 1:02}-{n % 27 + 1:02}", "subject": f"户{n % 40}"}
        for n in range(400)
    ]
    names = ("tidy", "wedding", "sorting", "no_such")
    events = [row | {"indicator": names[n % 4]} for n, row in enumerate(rows)]
    events += [
        {"id": f"x{n}", "date": "?", "subject": "户1", "indicator": "tidy"} for n in range(40)
    ]
    people = [{"id": f"户{n}", "name": f"第{n}户"} for n in range(40)]
    table = "类别,指标,分值\n" + "".join(f"卫生,第{n}项,每次加{n}分\n" for n in range(1, 60))
    files = {
        "s.yaml": text,
        "f.yaml": text,
        "scheme.yaml": text,
        "n.yaml": text.replace("points: 10", "points: 12"),
        "x.yaml": text.replace("points:", "pionts:"),
        "e.csv": as_csv(events),
        "r.csv": as_csv(people),
        "t.csv": table,
        "cases.yaml": "cases:\n",
    }
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")


def as_csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, [*rows[0]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def start(words: list[str], size: int | None, *, is_closed: bool) -> int:
    """Split off a process that runs the command; its number.

    It hears an interrupt from the command's first line to its last, and no line outside.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        return pid
    code = 99
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 2)
        if is_closed:
            reader, writer = os.pipe()
            os.close(reader)
            os.dup2(writer, 1)
        else:
            os.dup2(silent, 1)
        if size is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
            app([*words, "--lang", "en"])
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 98
    except KeyboardInterrupt:
        code = 130
    finally:
        os._exit(code)  # any other error leaves 99


def same(name: str, one: bytes, other: bytes) -> bool:
    """Whether two files say the same.

    Workbooks and documents hold the time at which they were made.
    """
    if not name.endswith((".xlsx", ".docx")) or OLD in (one, other):
        return one == other
    try:
        with (
            zipfile.ZipFile(io.BytesIO(one)) as first,
            zipfile.ZipFile(io.BytesIO(other)) as second,
        ):
            return first.testzip() is None and first.namelist() == second.namelist()
    except zipfile.BadZipFile:
        return False


def main() -> None:
    """Try one command so many times."""
    name, number = sys.argv[1], int(sys.argv[2])
    template, written = COMMANDS[name]
    read_scheme("x.yaml", text="scheme: a\n")
    gc.collect()
    gc.freeze()
    chance = random.Random(name)
    with tempfile.TemporaryDirectory() as held:
        folder, begin = Path(held) / "w", Path(held) / "b"
        begin.mkdir()
        prepare(begin)
        for file in written:
            if not (begin / file).exists():
                (begin / file).write_bytes(OLD)
        words = [str(folder / word[1:-1]) if word.startswith("{") else word for word in template]
        old = {file: (begin / file).read_bytes() for file in written}
        shutil.copytree(begin, folder)
        at = time.monotonic()
        code = os.waitstatus_to_exitcode(os.waitpid(start(words, None, is_closed=False), 0)[1])
        whole = time.monotonic() - at
        new = {file: (folder / file).read_bytes() for file in written}
        seen = {"old": 0, "new": 0, "half": 0}
        codes: list[int] = []
        for turn in range(number):
            shutil.rmtree(folder)
            shutil.copytree(begin, folder)
            longest = max(map(len, new.values()))
            size = chance.randrange(longest) if turn % 4 == 2 else None
            pid = start(words, size, is_closed=turn % 4 == 3)
            if turn % 4 < 2:
                time.sleep(chance.random() * whole)
                os.kill(pid, signal.SIGINT if turn % 4 else signal.SIGKILL)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            for file in written:
                there = (folder / file).read_bytes()
                kind = (
                    "old"
                    if there == old[file]
                    else "new"
                    if same(file, there, new[file])
                    else "half"
                )
                seen[kind] += 1
    print(json.dumps({"code": code, "changes": old != new, **seen, "codes": codes}))


if __name__ == "__main__":
    main()
