// Compiles the packages of a folder with the very Python that will read them, and leaves no source behind.
import { loadPyodide } from "pyodide";

const python = await loadPyodide();
python.FS.mkdir("/tree");
python.FS.mount(python.FS.filesystems.NODEFS, { root: process.argv[2] }, "/tree");
await python.runPythonAsync(`
import compileall, pathlib, py_compile
done = compileall.compile_dir(
    "/tree", quiet=1, legacy=True, optimize=2, stripdir="/tree",
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
)
if not done:
    raise SystemExit("a package of the page does not compile")
for source in pathlib.Path("/tree").rglob("*.py"):
    source.unlink()
`);
