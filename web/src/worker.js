// The engine: Python in a worker of its own, so that the page never waits. One call after the other.
import { loadPyodide } from "./python/pyodide.mjs";

const HOME = "/home/pyodide";
const SITE = "/lib/python3.14/site-packages";
const NO_PACKAGES = { info: { arch: "wasm32", abi_version: "2026_0", platform: "emscripten", version: "0", python: "3.14.2" }, packages: {} };
const SNAPSHOTS = "snapshot-__VERSION__";
const base = new URL("./", import.meta.url);
const SNAPSHOT = new URL("snapshot", base).href;

// The interpreter is fetched packed: many hosts do not pack it on the way.
const plainFetch = self.fetch.bind(self);
self.fetch = async (input, init) => {
  const url = new URL(typeof input === "string" ? input : (input.url ?? input), base);
  if (!url.pathname.endsWith(".asm.wasm")) return plainFetch(input, init);
  const packed = await plainFetch(`${url.href}.pack`);
  if (!packed.ok) return packed;
  const body = packed.body.pipeThrough(new DecompressionStream("gzip"));
  return new Response(body, { headers: { "content-type": "application/wasm" } });
};

async function fetchBytes(name) {
  const answer = await plainFetch(new URL(name, base));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.arrayBuffer();
}

// --- a start from memory ---------------------------------------------------------------------------
// The first start leaves a picture of the interpreter's memory with this computer; later ones begin from it.

async function readSnapshot() {
  try {
    const cache = await caches.open(SNAPSHOTS);
    return await (await cache.match(SNAPSHOT))?.arrayBuffer();
  } catch {
    return undefined;
  }
}

async function keepSnapshot(bytes) {
  try {
    for (const name of await caches.keys()) if (name.startsWith("snapshot-") && name !== SNAPSHOTS) await caches.delete(name);
    await (await caches.open(SNAPSHOTS)).put(SNAPSHOT, new Response(bytes));
  } catch {
    // Where nothing may be kept, the next start takes as long as this one.
  }
}

const OPTIONS = {
  indexURL: new URL("python/", base).href,
  lockFileContents: JSON.stringify(NO_PACKAGES),
  fullStdLib: false,
};

async function startPython(engine) {
  const unpack = async (python) => python.unpackArchive(await engine, "zip", { extractDir: SITE });
  const snapshot = await readSnapshot();
  if (snapshot) {
    try {
      const python = await loadPyodide({ ...OPTIONS, _loadSnapshot: new Uint8Array(snapshot) });
      await unpack(python);
      return python;
    } catch {
      await caches.delete(SNAPSHOTS);
    }
  }
  const python = await loadPyodide({ ...OPTIONS, _makeSnapshot: true });
  self.postMessage({ stage: "engine" });
  await unpack(python);
  python.runPython(`
from importlib import import_module
from pathlib import Path
for name in Path("${SITE}/pure.txt").read_text("utf-8").split():
    import_module(name)
`);
  keepSnapshot(python.makeMemorySnapshot());
  return python;
}

async function start() {
  self.postMessage({ stage: "python" });
  const python = await startPython(fetchBytes("engine.zip"));
  self.postMessage({ stage: "engine" });
  const answer = python.runPython("from jifen_rules.desk import answer; answer");
  let excel = null;
  const needExcel = () =>
    (excel ??= fetchBytes("excel.zip").then((data) => python.unpackArchive(data, "zip", { extractDir: SITE })));
  self.postMessage({ stage: "ready" });
  return { python, answer, needExcel };
}

// --- calls -------------------------------------------------------------------------------------------

const WRITES_EXCEL = new Set(["marked", "ledger"]);
const isExcel = (given) => [given.table, given.events, given.roster].some((name) => /\.xls[xm]$/i.test(name ?? ""));
const engine = start();
engine.catch((error) => self.postMessage({ stage: "failed", error: String(error?.message ?? error) }));

let queue = Promise.resolve();
self.onmessage = ({ data }) => {
  queue = queue.then(() => serve(data));
};

async function serve({ id, call, given, files }) {
  try {
    const { python, answer, needExcel } = await engine;
    for (const [name, bytes] of Object.entries(files ?? {})) {
      python.FS.mkdirTree(`${HOME}/${name.slice(0, name.lastIndexOf("/") + 1)}`);
      python.FS.writeFile(`${HOME}/${name}`, bytes);
    }
    if (!call) return self.postMessage({ id, found: {} });
    if (WRITES_EXCEL.has(call) || given.format === "xlsx" || isExcel(given)) await needExcel();
    self.postMessage({ id, found: JSON.parse(answer(call, JSON.stringify(given))) });
  } catch (error) {
    self.postMessage({ id, fault: String(error?.message ?? error), isDead: Boolean(error?.pyodide_fatal_error) });
  }
}
