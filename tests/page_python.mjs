// Runs pytest under the Python of the page, CPython 3.14 as WebAssembly, with Node in place of a browser:
// node page_python.mjs PYODIDE ROOT PACKAGES ARGUMENTS…
import { pathToFileURL } from "node:url";

const [pyodide, root, packages, ...given] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
const python = await loadPyodide({ fullStdLib: true, env: { HOME: "/tmp", CI: process.env.CI ?? "" } });
for (const [place, folder] of [["/packages", packages], ["/repo", root]]) {
  python.FS.mkdir(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, place);
}
python.globals.set("given", python.toPy(given));
process.exit(await python.runPythonAsync(`
import os, sys
sys.dont_write_bytecode = True
sys.path[:0] = ["/packages", "/repo/src", "/repo/tests"]
os.chdir("/repo")
import pytest
print("Python", sys.version)
int(pytest.main(list(given)))
`));
