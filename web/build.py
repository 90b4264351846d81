"""Builds the desk, a static page, into build/web: `make web`.

Everything it takes is pinned: npm packages by package-lock.json, Python packages by
requirements.txt.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

HERE = Path(__file__).parent.resolve()
ROOT = HERE.parent
PARTS, PAGE = ROOT / "build" / "web-parts", ROOT / "build" / "web"
EXCEL = ("openpyxl", "et_xmlfile")
"""What only writes Excel files; the page fetches it when somebody asks for one."""
LEFT_OUT = (
    "yaml/*.so",
    "pydantic/v1",
    "pydantic/mypy.py",
    "jifen_rules/cli",
    "jifen_rules/pytest_plugin.py",
    "jifen_rules/testing.py",
    "jifen_rules/locale/*/LC_MESSAGES/*.po",
    "**/*.pyi",
    "**/py.typed",
)
"""What no page asks for."""
LIBRARY_LEFT_OUT = (
    "unittest",
    "_pyrepl",
    "xmlrpc",
    "pdb.py",
    "bdb.py",
    "doctest.py",
    "pickletools.py",
    "_pydatetime.py",
)
PYTHON_TAG = "3.14"
PLATFORMS = ("pyemscripten_2026_0_wasm32", "manylinux2014_x86_64")
"""The second is that of the one wheel whose compiled part is left out."""


def main() -> None:
    """Build the page."""
    run("npm", "ci", "--ignore-scripts", "--no-fund", "--no-audit", cwd=HERE)
    shutil.rmtree(PAGE, ignore_errors=True)
    PAGE.mkdir(parents=True)
    tree, library = PARTS / "tree", PARTS / "library"
    for folder in (tree, library):
        shutil.rmtree(folder, ignore_errors=True)
    fetch_wheels()
    unpack_wheels(tree)
    unpack_library(library)
    run("node", HERE / "compile.mjs", tree, library, cwd=HERE)
    write_zip(PAGE / "excel.zip", tree, lambda name: name.startswith(EXCEL))
    write_zip(PAGE / "engine.zip", tree, lambda name: not name.startswith(EXCEL))
    copy_python()
    write_zip(PAGE / "python" / "python_stdlib.zip", library, lambda name: True)
    bundle()
    copy_schemes()
    write_licences()
    write_service_worker()
    sizes()


def run(*command: object, cwd: Path = ROOT) -> None:
    """Run a command; end with its code where it fails."""
    done = subprocess.run([*map(str, command)], cwd=cwd, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}; the page is not built")


# --- Python ---------------------------------------------------------------------------------------


def fetch_wheels() -> None:
    """Fetch the pinned wheels, and make our own."""
    wheels = PARTS / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    platforms = [word for name in PLATFORMS for word in ("--platform", name)]
    asked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", *platforms]
    asked += ["--python-version", PYTHON_TAG, "--requirement", HERE / "requirements.txt"]
    run(sys.executable, "-m", "pip", "download", "--quiet", *asked, "--dest", wheels)
    for old in wheels.glob("jifen_rules-*.whl"):
        old.unlink()
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation")
    done = subprocess.run([*build, "--outdir", wheels, ROOT], check=False, capture_output=True)
    if done.returncode:
        sys.exit(done.stderr.decode() or "our own wheel could not be built")


def unpack_wheels(tree: Path) -> None:
    """Unpack every wheel into one folder, without what no page asks for."""
    names = {line.split("==")[0] for line in pinned()} | {"jifen_rules"}
    wanted = {name.replace("-", "_").lower() for name in names}
    for wheel in sorted((PARTS / "wheels").glob("*.whl")):
        if wheel.name.split("-")[0].lower() in wanted:
            with ZipFile(wheel) as archive:
                archive.extractall(tree)
    for pattern in LEFT_OUT:
        for path in tree.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def unpack_library(library: Path) -> None:
    """Unpack the standard library, without what looks at programs or tests them."""
    with ZipFile(HERE / "node_modules" / "pyodide" / "python_stdlib.zip") as archive:
        archive.extractall(library)
    for name in LIBRARY_LEFT_OUT:
        path = library / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def pinned() -> list[str]:
    """The lines of requirements.txt that name a package."""
    lines = (HERE / "requirements.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def write_zip(file: Path, tree: Path, wanted: object) -> None:
    """Pack a part of the tree; equal trees give equal files."""
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(tree.rglob("*")):
            name = path.relative_to(tree).as_posix()
            if path.is_file() and ".dist-info/" not in name and wanted(name):  # type: ignore[operator]
                archive.writestr(
                    ZipInfo(name, (1980, 1, 1, 0, 0, 0)), path.read_bytes(), ZIP_DEFLATED
                )


def copy_python() -> None:
    """Copy the interpreter.

    Its largest file is packed, since not every host packs it on the way.
    """
    source, target = HERE / "node_modules" / "pyodide", PAGE / "python"
    target.mkdir()
    for name in ("pyodide.mjs", "pyodide.asm.mjs"):
        shutil.copy(source / name, target / name)
    script = (target / "pyodide.mjs").read_text("utf-8")
    (target / "pyodide.mjs").write_text(re.sub(r"//# sourceMappingURL=.*", "", script), "utf-8")
    packed = gzip.compress((source / "pyodide.asm.wasm").read_bytes(), 9, mtime=0)
    (target / "pyodide.asm.wasm.pack").write_bytes(packed)


# --- the page -------------------------------------------------------------------------------------


def bundle() -> None:
    """Bundle the scripts, and copy what stands beside them."""
    esbuild = HERE / "node_modules" / ".bin" / "esbuild"
    scripts = [HERE / "src" / "main.js", HERE / "src" / "worker.js"]
    ways = ["--bundle", "--format=esm", "--minify", "--target=es2022", "--charset=utf8"]
    ways += ["--external:./python/*", "--legal-comments=none", "--log-level=warning"]
    run(esbuild, *scripts, *ways, f"--outdir={PAGE}", cwd=HERE)
    for name in ("index.html", "paper.html", "style.css", "icon.svg", "desk.webmanifest"):
        shutil.copy(HERE / "src" / name, PAGE / name)


def copy_schemes() -> None:
    """Copy and list the shipped schemes with their cases, templates, example year, clerk files."""
    listed = []
    for file in sorted((ROOT / "schemes").rglob("scheme.yaml")):
        folder = PAGE / "schemes" / file.parent.name
        folder.mkdir(parents=True)
        for name in ("scheme.yaml", "cases.yaml"):
            if (file.parent / name).exists():
                shutil.copy(file.parent / name, folder / name)
        listed.append(about(file))
    write_json(PAGE / "schemes" / "list.json", sorted(listed, key=lambda one: one["kind"]))
    files = {f"{one['id']}.yaml": f"schemes/{one['id']}/scheme.yaml" for one in listed}
    templates = ROOT / "src" / "jifen_rules" / "tables" / "templates"
    shutil.copytree(templates, PAGE / "templates")
    files |= {path.name: f"templates/{path.name}" for path in templates.glob("*.yaml")}
    write_json(PAGE / "schemes" / "names.json", files)
    examples = PAGE / "examples"
    examples.mkdir()
    for part in (
        "wendeng-year/events.jsonl",
        "wendeng-year/roster.csv",
        "clerk/名册.xlsx",
        "clerk/积分表.xlsx",
    ):
        shutil.copy(ROOT / "examples" / part, examples / NAMES[part])


NAMES = {
    "wendeng-year/events.jsonl": "year-events.jsonl",
    "wendeng-year/roster.csv": "year-roster.csv",
    "clerk/名册.xlsx": "roster.xlsx",
    "clerk/积分表.xlsx": "table.xlsx",
}
"""Names that every host serves as they are."""


def about(file: Path) -> dict[str, object]:
    """What the list says of a scheme: its folder, its name, whether its figures are invented."""
    text = file.read_text("utf-8")
    name = re.search(r"^(?:name|名称): *(.+?) *(?:#.*)?$", text, re.MULTILINE)
    inside = file.relative_to(ROOT / "schemes").parts[0]
    kind = {"illustrative": "illustrative", "short-records": "short"}.get(inside, "real")
    return {
        "id": file.parent.name,
        "name": name[1].strip("\"'") if name else file.parent.name,
        "kind": kind,
        "has_cases": (file.parent / "cases.yaml").exists(),
    }


def write_licences() -> None:
    """Gather the licences of everything that the page is made of."""
    parts = [("jifen-rules", ROOT / "LICENSE")]
    parts += [(path.parent.name, path) for path in licence_files(PARTS / "tree")]
    parts += [(path.parent.name, path) for path in licence_files(HERE / "node_modules")]
    texts = [
        f"=== {name}\n\n{path.read_text('utf-8', errors='replace').strip()}\n"
        for name, path in parts
    ]
    (PAGE / "licences.txt").write_text("\n".join(dict.fromkeys(texts)), "utf-8")


def licence_files(folder: Path) -> Iterator[Path]:
    """Yield files of licences below a folder."""
    for path in sorted(folder.rglob("LICEN[CS]E*")):
        if path.is_file() and path.suffix.lower() in ("", ".txt", ".md"):
            yield path


def write_service_worker() -> None:
    """Write the service worker with the list of all files.

    A sum over them is the version of what is kept.
    """
    names = [path.relative_to(PAGE).as_posix() for path in page_files()]
    total = hashlib.sha256()
    for name in names:
        total.update(name.encode() + (PAGE / name).read_bytes())
    version = total.hexdigest()[:16]
    worker = (PAGE / "worker.js").read_text("utf-8")
    (PAGE / "worker.js").write_text(worker.replace("__VERSION__", version), "utf-8")
    script = (HERE / "src" / "sw.js").read_text("utf-8").replace("__VERSION__", version)
    listed = [name for name in names if name != "licences.txt"]
    script = script.replace('"__FILES__"', json.dumps(["./", *listed], ensure_ascii=False))
    (PAGE / "sw.js").write_text(script, "utf-8")


def page_files() -> Iterable[Path]:
    """The files of the page, but for the service worker."""
    return sorted(path for path in PAGE.rglob("*") if path.is_file() and path.name != "sw.js")


def write_json(file: Path, data: object) -> None:
    """Write data as JSON."""
    file.write_text(json.dumps(data, ensure_ascii=False, indent=0), "utf-8")


def sizes() -> None:
    """Print how large the page is, as it lies there and packed for the way."""
    whole = sent = 0
    for path in page_files():
        data = path.read_bytes()
        whole += len(data)
        sent += min(len(data), len(gzip.compress(data, 9)))
    shown = os.path.relpath(PAGE, Path.cwd())
    print(f"{shown}: {whole / 1e6:.1f} MB, {sent / 1e6:.1f} MB on the way")


if __name__ == "__main__":
    main()
