// The engine: Python in a worker of its own, so that the page never waits. One call after the other.
import { loadPyodide } from "./python/pyodide.mjs";

const HOME = "/home/pyodide";
const NO_PACKAGES = { info: { arch: "wasm32", abi_version: "2026_0", platform: "emscripten", version: "0", python: "3.14.2" }, packages: {} };
const base = new URL("./", self.location.href);

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

async function start() {
  const engine = fetchBytes("engine.zip");
  self.postMessage({ stage: "python" });
  const python = await loadPyodide({
    indexURL: new URL("python/", base).href,
    lockFileContents: JSON.stringify(NO_PACKAGES),
    fullStdLib: false,
    env: { HOME, PYTHONDONTWRITEBYTECODE: "1" },
  });
  self.postMessage({ stage: "engine" });
  const site = python.runPython("import sysconfig; sysconfig.get_path('purelib')");
  python.unpackArchive(await engine, "zip", { extractDir: site });
  const answer = python.runPython("from jifen_rules.desk import answer; answer");
  let excel = null;
  const needExcel = () =>
    (excel ??= fetchBytes("excel.zip").then((data) => python.unpackArchive(data, "zip", { extractDir: site })));
  self.postMessage({ stage: "ready" });
  return { python, answer, needExcel };
}

const WRITES_EXCEL = new Set(["marked", "ledger"]);
const engine = start();
engine.catch((error) => self.postMessage({ stage: "failed", error: String(error?.message ?? error) }));

let queue = Promise.resolve();
self.onmessage = ({ data }) => {
  queue = queue.then(() => serve(data));
};

async function serve({ id, call, given, files }) {
  try {
    const { python, answer, needExcel } = await engine;
    for (const [name, bytes] of Object.entries(files ?? {})) python.FS.writeFile(`${HOME}/${name}`, bytes);
    if (!call) return self.postMessage({ id, found: {} });
    if (WRITES_EXCEL.has(call) || given.format === "xlsx") await needExcel();
    self.postMessage({ id, found: JSON.parse(answer(call, JSON.stringify(given))) });
  } catch (error) {
    self.postMessage({ id, fault: String(error?.message ?? error) });
  }
}
