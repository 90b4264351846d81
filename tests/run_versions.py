"""Run `make test`'s tests against the newest or the lowest dependencies of pyproject.toml.

Runs with Python 3.11 alone, in an environment of its own: `python tests/run_versions.py lowest`.
The tools of the tests stay pinned by constraints.txt, so that one thing changes at a time. So does
Hypothesis, since another version draws other examples; the tests of the extra `testing` run with
its lowest version too.
"""

import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUN_TIME = ("arrow", "cli", "excel", "word", "testing")
"""The extras whose packages a user of the library has; the others are tools of development."""
TOOLS = ("pytest-xdist", "execnet", "babel", "jsonschema", "xmlschema", "build", "hatchling")
"""The tools that the tests import or run."""


def ranges() -> list[str]:
    """Return the requirements of the library and of the extras that users install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [*project["dependencies"], *(need for extra in RUN_TIME for need in extras[extra])]


def lowest(requirement: str) -> str:
    """Return the requirement at its lower bound."""
    name, bound = requirement.split(">=")
    return f"{name}=={bound}"


def pinned(*names: str) -> list[str]:
    """Return the lines of constraints.txt for some packages."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line.partition("==")[0].lower() in names]


def main(which: str) -> int:
    """Set up the environment, print the versions, and return pytest's exit code."""
    folder = ROOT / "build" / which
    venv.create(folder, clear=True, with_pip=True)
    python = str(folder / "bin" / "python")
    wanted = [lowest(need) for need in ranges()] if which == "lowest" else ranges()
    install = [python, "-m", "pip", "install", "--quiet", "--editable", str(ROOT)]
    subprocess.run([*install, "--upgrade", *wanted, *pinned(*TOOLS)], check=True)
    frozen = subprocess.run(
        [python, "-m", "pip", "freeze", "--exclude-editable"],
        capture_output=True,
        text=True,
        check=True,
    )
    names = {re.split("[>=]", need)[0].lower() for need in ranges()}
    shown = [row for row in frozen.stdout.splitlines() if row.partition("==")[0].lower() in names]
    print(f"{which} run-time dependencies:", *shown, flush=True)
    tests = [python, "-m", "pytest", "-n", "auto", "-m", "not thorough", "-p", "no:cacheprovider"]
    subprocess.run([*tests, "tests/test_testing.py"], cwd=ROOT, check=True)
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", *pinned("pytest", "hypothesis")], check=True
    )
    return subprocess.run(tests, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
