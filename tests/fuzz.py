"""Breaks sound files at random and runs the command on them, until the time is up.

    python tests/fuzz.py MINUTES [SEED]

Bytes and words of events, rosters, schemes, cases and traces are cut, doubled, exchanged. Whatever
ends in a traceback, takes over a second of the processor for each 100 kB, or 200 MB, is written to
`build/fuzz`. At the end it says the most that any file took; a file below 100 kB counts as 100 kB.
"""

import gc
import random
import sys
import time
from pathlib import Path

import hostile_files as hostile
from hostile_run import outcome
from jifen_rules.scheme.load import read_scheme

ROOT = Path(__file__).parent
WORDS = [
    '"',
    '""',
    ",",
    ";",
    "\t",
    "，",
    "\n",
    "\r",
    "\r\n",
    "\ufeff",
    "\u200b",
    "\u202e",
    "\x1b[31m",
    "\0",
    "\ufffd",
    "合计",
    "序号",
    "编号",
    "日期",
    "NaN",
    "1e999",
    "1e-999",
    "-0",
    "9" * 70,
    "#N/A",
    "=1+1",
    "3月1日",
    "2024-02-30",
    "9999-12-31",
    "0001-01-01",
    "√",
    "[red]x[/red]",
    "sep=;\n",
    "\\ud800",
    "unknown",
    "unless",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "&a",
    "*a",
    "!!x",
    "| ",
    "extends: scheme.yaml\n",
    "count(any, 'year')",
    "draw(9)",
]


def broken(data: bytes, chance: random.Random) -> bytes:
    """A file with a few changes."""
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        size = chance.choice([1, 1, 2, 3, 8, 40, 200])
        other = chance.randrange(len(data) + 1)
        word = chance.choice(WORDS).encode("utf-8", "surrogatepass")
        part = [
            b"",
            data[at : at + size] * chance.choice([2, 2, 50, 500]),
            chance.randbytes(size),
            word,
            word * chance.choice([2, 100]),
            data[other : other + size],
        ]
        data = data[:at] + chance.choice(part) + data[at + chance.choice([0, size]) :]
    if chance.random() < 0.1:
        data = data.decode("utf-8", "replace").encode(
            chance.choice(["utf-16", "gb18030", "utf-16-le"])
        )
    return data[:300_000]


def seeds() -> list[tuple[str, bytes]]:
    """Sound files by their kind."""
    year = ROOT.parent / "examples" / "wendeng-year"
    events = "".join(hostile.LINE % (n, f"s{n}") for n in range(60)).encode()
    rows = "".join(f'{n},2024-03-{n % 28 + 1:02},乙,b,"备注,{n}"\n' for n in range(60))
    table = (hostile.EVENTS.split("\n")[0] + ",note\n" + rows).encode()
    schemes = [
        ("scheme", p.read_bytes()) for p in sorted((ROOT.parent / "schemes").glob("*/scheme.yaml"))
    ]
    cases = (hostile.CASE % "2024-03-01 甲 a, 2024-03-02 乙 b quantity=2").encode()
    trace = b'{"trace": 2, "event": "1", "subject": "s", "granted": "5"}\n' * 20
    return [
        *schemes,
        *[("events jsonl", events)] * 20,
        *[("events csv", table)] * 30,
        *[("cases", cases)] * 10,
        *[("trace", trace)] * 5,
        *[("roster csv", (year / "roster.csv").read_bytes()[:20_000])] * 15,
    ]


def attack(kind: str, data: bytes, name: str) -> hostile.Hostile:
    made, _, ending = kind.partition(" ")
    attack: hostile.Hostile
    if ending:
        attack = getattr(hostile, made)(name, data, ending, refused=False)
    elif made == "trace":
        attack = hostile.trace(name, data)
    else:
        attack = getattr(hostile, made)(name, data, False)
    return attack


def main() -> None:
    minutes = float(sys.argv[1])
    first = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    read_scheme("x.yaml", text=hostile.GOOD)
    gc.collect()
    gc.freeze()
    known, end, number, bad = seeds(), time.monotonic() + minutes * 60, 0, 0
    slowest, largest = (0.0, ""), (0.0, "")
    folder = ROOT.parent / "build" / "fuzz"
    while time.monotonic() < end:
        chance = random.Random(f"{first}/{number}")
        kind, data = chance.choice(known)
        data = broken(data, chance)
        seen = outcome(attack(kind, data, f"{first}/{number}"))
        allowed = 1 + len(data) / 100_000
        slowest = max(slowest, (seen["seconds"] / max(1, len(data) / 100_000), f"{kind} {number}"))
        largest = max(largest, (seen["megabytes"], f"{kind} {number}"))
        if seen["code"] not in (0, 1, 2) or seen["seconds"] > allowed or seen["megabytes"] > 200:
            bad += 1
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{kind.replace(' ', '-')}-{first}-{number}").write_bytes(data)
            print(
                kind,
                first,
                number,
                seen["code"],
                f"{seen['seconds']:.1f} s",
                f"{seen['megabytes']:.0f} MB",
                seen["said"][-600:],
                flush=True,
            )
        number += 1
    print(f"{number} broken files, {bad} of them ended badly (seed {first})")
    print(
        f"at most {slowest[0]:.2f} s for 100 kB ({slowest[1]}), {largest[0]:.0f} MB ({largest[1]})"
    )
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
