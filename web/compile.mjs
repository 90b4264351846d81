// Compiles the packages and the standard library with the very Python that will read them, and leaves no source
// behind: half of a start is compiling else. Lists in pure.txt what the first call imports besides the engine and
// pydantic: that alone may be kept in a picture of the memory.
import { loadPyodide } from "pyodide";

const python = await loadPyodide({ fullStdLib: false });
for (const [place, root] of [["/tree", process.argv[2]], ["/library", process.argv[3]]]) {
  python.FS.mkdir(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
}
await python.runPythonAsync(`
import compileall, pathlib, py_compile
for place in ("/tree", "/library"):
    done = compileall.compile_dir(
        place, quiet=1, legacy=True, optimize=2, stripdir=place,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not done:
        raise SystemExit("a package of the page does not compile")
    for source in pathlib.Path(place).rglob("*.py"):
        source.unlink()

import sys
before = set(sys.modules)
sys.path.insert(0, "/tree")
from jifen_rules.desk import answer
answer("check", '{"text": "scheme: demo"}')
own = ("jifen_rules", "pydantic")
pure = sorted(name for name in set(sys.modules) - before if not name.startswith(own))
pathlib.Path("/tree/pure.txt").write_text("\\n".join(pure), "utf-8")
`);
