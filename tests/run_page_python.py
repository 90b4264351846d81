"""Run `make test`'s tests under the Python of the page, CPython 3.14 as WebAssembly, in Node.

`python tests/run_page_python.py`, after `make web`; arguments go to pytest. Packages have the
versions of constraints.txt. Left out are modules whose matter is the system (processes, sockets),
and, as skips with their reasons, tests of packages that have no build for it (`page_platform.py`).
"""

import resource
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYODIDE = ROOT / "web" / "node_modules" / "pyodide"
PACKAGES = ROOT / "build" / "page-python"
PLATFORMS = ("pyemscripten_2026_0_wasm32", "manylinux2014_x86_64")
"""The second is that of PyYAML's one wheel, whose compiled part is left out, as on the page."""
NEEDED = """
pydantic pydantic_core annotated-types typing_extensions typing-inspection PyYAML simpleeval
typer click rich shellingham markdown-it-py mdurl annotated-doc Pygments openpyxl et_xmlfile
pytest pluggy iniconfig packaging hypothesis sortedcontainers babel
"""
LEFT_OUT = ("tests/web", "tests/hostile", "tests/session/test_workers.py")
STACK = 190_000
"""Kilobytes for Node's stack: a desktop's Python refuses what nests too deep before it is full."""


def main(arguments: list[str]) -> int:
    """Set up the packages, and return pytest's exit code."""
    if not PYODIDE.exists():
        sys.exit("there is no Python of the page: make web")
    fetch_packages()
    given = ["-p", "page_platform", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-rs"]
    # a pipe between processes that could not be made is left to the collector
    given += ["-W", "default::pytest.PytestUnraisableExceptionWarning"]
    given += ["-m", "not thorough", *(f"--ignore={name}" for name in LEFT_OUT)]
    script = [ROOT / "tests" / "page_python.mjs", PYODIDE, ROOT, PACKAGES]
    command = [
        "node",
        f"--stack-size={STACK}",
        *map(str, script),
        *given,
        *(arguments or ["tests"]),
    ]
    return subprocess.run(command, cwd=ROOT, preexec_fn=widen_stack).returncode


def fetch_packages() -> None:
    """Install the packages for the page's platform into a folder of their own."""
    shutil.rmtree(PACKAGES, ignore_errors=True)
    words = [word for name in PLATFORMS for word in ("--platform", name)]
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    install += ["--only-binary", ":all:", "--python-version", "3.14", *words]
    install += ["--constraint", str(ROOT / "constraints.txt"), "--target", str(PACKAGES)]
    subprocess.run([*install, *NEEDED.split()], check=True)
    for compiled in (PACKAGES / "yaml").glob("*.so"):
        compiled.unlink()


def widen_stack() -> None:
    """Let the system give Node's first thread the stack that it is told to use."""
    wanted = (STACK + 10_000) * 1024
    resource.setrlimit(
        resource.RLIMIT_STACK, (wanted, resource.getrlimit(resource.RLIMIT_STACK)[1])
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
