"""How long `jifen check` takes on a large scheme, from start to end, beside a bare Python.

    python benchmarks/check_speed.py [indicators, else 2000]

Writes a made-up scheme with every usual form, cap, condition and consequence into a temporary
folder and runs the command on it as a process; prints processor seconds (the machine may be
shared). With --write FILE it only writes the scheme.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HEAD = """scheme: large
name: 大方案
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: none
fields: {event: {承诺书: yes_no}, subject: {党员数: number}}
process: [{step: declare}, {step: publish, within: 7 days}, {step: count}]
ledgers:
  - {id: hours, at_period_end: clear, floor: none}
tiers:
  - id: star
    by: total
    levels:
      - {id: five, name: 五星户, at_least: 900}
      - {id: three, name: 三星户, at_least: 500}
      - {id: rest, name: 其他}
"""

FORMS = (
    "points: {n}",
    "points: {{each: {{小时: {n}}}, round: 1 down}}, caps: [{{at_most: 20 added, per: month}}]",
    "points: {{by: {{level: {{国家级: 30, 省级: 20, 县级: {n}}}}}}}",
    "points: {{between: [1, {n}]}}, caps: [{{at_most: 3 times first, per: quarter}}]",
    "points: {{formula: 'max(1, {n} * quantity) if quantity > 1 else 2'}}, when: quantity > 0",
    "points: -{n}, when: \"count(i{k}, 'year') < 5\", escalate: {{year: [劝导, x1, x2]}}",
    "points: {{bands: {{0: {{100 元: {n}}}, 1000: {{400 元: 1}}}}, round: 1 down}}",
    "points: {{one_of: [1, 5, {n}]}}, escalate: {{month: [x1, x2]}}",
    "points: {n}, combine: {{highest: matter}}, caps: [{{at_most: 10 added, per: year}}]",
    (
        "points: -{n}, then: [{{veto: star, lasts: until repaired, gives: all}}], repair: {{then: "
        "[{{points: 2}}]}}"
    ),
    "points: {n}, when: 承诺书 and 党员数 >= 1, lasts: 2 years, basis: 村民会议第{k}条",
    "points: {n}, to: {{members: equally, nobody: rest}}, round: 1 down",
)


def scheme(indicators: int) -> str:
    """A scheme of so many indicators, in categories of fifty."""
    lines = [HEAD + "categories:"]
    for category in range(-(-indicators // 50)):
        lines.append(f"  - id: c{category}\n    name: 第{category}类")
        lines.append("    caps: [{at_most: 300 added, per: year}]\n    indicators:")
        for number in range(category * 50, min(category * 50 + 50, indicators)):
            form = FORMS[number % len(FORMS)].format(n=number % 9 + 1, k=number)
            lines.append(f"      - {{id: i{number}, name: 第{number}项, {form}}}")
    return "\n".join(lines) + "\n"


def seconds(command: list[str]) -> float:
    """Processor seconds of a process, its own and the system's."""
    before = os.times()
    run = subprocess.run(command, capture_output=True, text=True)
    after = os.times()
    if run.returncode != 0:
        sys.exit(run.stdout[:2000] + run.stderr)
    used = after.children_user - before.children_user
    return used + after.children_system - before.children_system


def main() -> None:
    """Print the least of five runs of each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("indicators", nargs="?", type=int, default=2000)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    text = scheme(options.indicators)
    if options.write:
        options.write.write_text(text, "utf-8")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scheme.yaml"
        file.write_text(text, "utf-8")
        jifen = [sys.executable, "-m", "jifen_rules"]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "import jifen_rules": [sys.executable, "-c", "import jifen_rules"],
            "load_scheme": [sys.executable, "-c", "from jifen_rules import load_scheme"],
            "jifen --help": [*jifen, "--help"],
            f"jifen check, {options.indicators} indicators": [*jifen, "check", str(file)],
        }
        for name, command in commands.items():
            print(f"{name:40} {min(seconds(command) for _ in range(5)):6.2f} s")


if __name__ == "__main__":
    main()
