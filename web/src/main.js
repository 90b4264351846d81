// The desk: the draft at the left, its parts at the right; everything is worked out by a worker of this page.
import { CasesPart } from "./cases.js";
import { CheckPart } from "./check.js";
import { ComparePart } from "./compare.js";
import { Desk } from "./desk.js";
import { fill, h, pick, save, savePacked } from "./dom.js";
import { Editor } from "./editor.js";
import { newest } from "./engine.js";
import { fromFragment, readFragment, toFragment } from "./link.js";
import { PostPart } from "./post.js";
import { ImportDialog, StartDialog } from "./start.js";
import { TryPart } from "./try.js";
import { lang, say, setLanguage } from "./words.js";

const LONGEST_LINK = 30_000;
const TABLE = /\.(xlsx|xlsm|csv|docx)$/i;

const asked = readFragment(location.hash);
setLanguage(asked.lang ?? localStorage.getItem("lang") ?? (/^zh/i.test(navigator.language) ? "zh" : navigator.language ? "en" : "zh"));

const desk = new Desk();
const editor = new Editor({
  label: say("draftLabel"),
  onChange: () => {
    desk.text = editor.text;
    desk.keep();
    check();
  },
  complete: async (text, at) => (await desk.call("complete", { text, at: [...text.slice(0, at)].length }))?.options ?? [],
});
const parts = [new CheckPart(desk, editor), new TryPart(desk), new PostPart(desk), new ComparePart(desk, editor), new CasesPart(desk)];
const [checkPart, tryPart, postPart, , casesPart] = parts;
let shown = parts.find((part) => part.word === `${asked.tab}Tab`) ?? checkPart;

const check = newest(async () => {
  const found = await desk.call("check");
  if (!found) return;
  desk.check = found;
  document.body.dataset.checked = "yes";
  editor.show(found.problems.filter((one) => one.file === desk.file), (problem) => checkPart.mend(problem), say("mend"));
  if (shown === checkPart) checkPart.draw();
  if (shown !== checkPart) shown.refresh?.();
}, 400);

// --- files ---------------------------------------------------------------------------------------

function take(text, file) {
  desk.file = file;
  fileName.value = file;
  editor.text = text;
  check();
}

async function shipped(id) {
  const answer = await fetch(`schemes/${id}/scheme.yaml`);
  if (!answer.ok) return;
  desk.rows = [];
  desk.events = desk.roster = desk.result = null;
  take(await answer.text(), `${id}.yaml`);
  const cases = await fetch(`schemes/${id}/cases.yaml`);
  casesPart.set(cases.ok ? await cases.text() : "");
  shown.draw();
}

async function openAny(file) {
  if (!file) return;
  if (!TABLE.test(file.name)) return void take(await file.text(), file.name);
  const { path } = await desk.take(file, "table");
  const found = await desk.call("import", { table: path });
  if (!found) return;
  if (found.problems && !found.text) return void notice({ text: found.problems[0].message, isBad: true });
  take(found.text, file.name.replace(/\.\w+$/, ".yaml"));
  imported.show(found, path);
}

async function loadExample() {
  await shipped("wendeng-rural");
  for (const [name, file] of [["roster", "year-roster.csv"], ["events", "year-events.jsonl"]]) {
    const bytes = await (await fetch(`examples/${file}`)).arrayBuffer();
    desk[name] = await desk.take(new File([bytes], file), name);
  }
  desk.asOf = "2024-12-31";
  tryPart.draw();
  await tryPart.refresh();
}

async function copyLink() {
  const word = await toFragment(editor.text);
  if (word.length > LONGEST_LINK) return void notice({ text: say("linkLong"), isBad: true });
  const link = `${location.href.split("#")[0]}#lang=${lang}&draft=${word}`;
  await navigator.clipboard?.writeText(link).catch(() => {});
  history.replaceState(null, "", link);
  notice({ text: say("linked") });
}

async function download(call, more) {
  const found = await desk.call(call, more);
  if (found?.problems) notice({ text: say("sound"), isBad: true });
  else if (found) savePacked(found);
}

async function layOut(keys) {
  const found = await desk.call("format", { keys });
  if (found?.problems) notice({ text: found.problems[0].message, isBad: true });
  else if (found) editor.text = found.text;
}

// --- the frame of the page -------------------------------------------------------------------------

const header = h("header");
const nav = h("div", { role: "tablist", class: "tabs" });
const panel = h("section", { role: "tabpanel", id: "panel", tabindex: "-1" });
const status = h("div", { class: "status", role: "status" });
const toast = h("div", { class: "toast", role: "alert", hidden: true });
const fileName = h("input", { class: "name", value: desk.file, onchange: () => { desk.file = fileName.value || "scheme.yaml"; fileName.value = desk.file; desk.keep(); } });
const start = new StartDialog(desk, { take, openTable: async () => openAny(await pick(".xlsx,.xlsm,.csv,.docx")), shipped });
const imported = new ImportDialog(desk);
document.body.append(header, h("main", {}, h("section", { class: "left" }, h("div", { class: "bar" }, fileName), editor.host), h("section", { class: "right" }, nav, panel)), h("footer", {}, status), toast, start.element, imported.element);

let toastTimer = 0;
function notice({ text, isBad }) {
  fill(toast, text);
  toast.classList.toggle("bad", Boolean(isBad));
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (toast.hidden = true), isBad ? 8000 : 4000);
}

function drawFrame() {
  document.title = say("title");
  editor.name(say("draftLabel"));
  fileName.setAttribute("aria-label", say("fileName"));
  nav.setAttribute("aria-label", say("tabs"));
  const button = (word, onclick, more = {}) => h("button", { type: "button", onclick, ...more }, say(word));
  const item = (word, onclick) => h("li", {}, button(word, () => { menu.open = false; onclick(); }));
  const menu = h("details", { class: "menu" }, h("summary", {}, say("more")), h("ul", {},
    item("format", () => layOut("")), item("keysZh", () => layOut("zh")), item("keysEn", () => layOut("en")),
    item("exportXlsx", () => download("export", { format: "xlsx" })), item("exportCsv", () => download("export", { format: "csv" })), item("exportMd", () => download("export", { format: "md" })),
    item("ledger", () => download("ledger", { roster: desk.roster?.path ?? "" })), item("link", copyLink),
    h("li", {}, h("a", { href: "licences.txt" }, say("licences"))),
  ));
  menu.addEventListener("keydown", (event) => event.key === "Escape" && (menu.open = false));
  fill(
    header,
    h("div", { class: "brand" }, h("h1", {}, say("title")), h("p", {}, say("motto"))),
    h("div", { class: "actions" },
      button("new", () => start.show(), { "data-new": "" }),
      button("open", async () => openAny(await pick(".yaml,.yml,.xlsx,.xlsm,.csv,.docx"))),
      button("save", () => save(desk.file, editor.text, "text/yaml")),
      menu,
      button("language", () => switchLanguage(lang === "zh" ? "en" : "zh"), { lang: lang === "zh" ? "en" : "zh-CN", "data-language": "" }),
    ),
  );
  fill(nav, parts.map((part) => h("button", { type: "button", role: "tab", id: part.word, "aria-selected": String(part === shown), "aria-controls": "panel", tabindex: part === shown ? "0" : "-1", onclick: () => show(part, true), onkeydown: (event) => moveTab(event, part) }, say(part.word))));
  panel.setAttribute("aria-labelledby", shown.word);
}

function moveTab(event, part) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = parts[(parts.indexOf(part) + step + parts.length) % parts.length];
  show(next, true);
  document.getElementById(next.word).focus();
}

function show(part, isChosen = false) {
  shown = part;
  for (const tab of nav.children) {
    tab.setAttribute("aria-selected", String(tab.id === part.word));
    tab.tabIndex = tab.id === part.word ? 0 : -1;
  }
  panel.setAttribute("aria-labelledby", part.word);
  fill(panel, part.element);
  part.draw();
  if (isChosen && matchMedia("(max-width: 56rem)").matches) nav.scrollIntoView();
  if (part === tryPart) tryPart.refresh();
}

function keepLanguage(word) {
  try {
    localStorage.setItem("lang", word);
  } catch {
    // The choice then lasts as long as the page.
  }
}

function switchLanguage(word) {
  setLanguage(word);
  keepLanguage(word);
  drawFrame();
  show(shown);
  check();
}

// --- what the engine is doing ----------------------------------------------------------------------

let isReady = false;
let slow = 0;
function showStage({ stage, error }) {
  const word = { loading: "loading", python: "stagePython", engine: "stageEngine" }[stage];
  clearTimeout(slow);
  if (stage === "failed") fill(status, say("failed", { error }));
  else if (word) isReady = fill(status, h("span", { class: "spinner" }), say(word)) && false;
  else if (stage === "ready") settle();
  else if (stage === "busy" && isReady) slow = setTimeout(() => fill(status, h("span", { class: "spinner" }), say("busy"), " ", h("button", { type: "button", class: "small", onclick: () => desk.engine.stop() }, say("stop"))), 600);
  else if (stage === "idle" && isReady) rest();
}

async function settle() {
  isReady = true;
  document.body.dataset.ready = "yes";
  rest();
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("sw.js").catch(() => {});
  await navigator.serviceWorker.ready;
  document.body.dataset.offline = "yes";
  if (!desk.engine.isBusy) rest();
}

function rest() {
  fill(status, say(document.body.dataset.offline ? "offline" : "ready"));
}

// --- begin -------------------------------------------------------------------------------------------

desk.on("stage", showStage);
desk.on("notice", notice);
desk.on("changed", check);
desk.on("example", loadExample);
desk.on("result", () => shown === postPart && postPart.refresh());

async function begin() {
  drawFrame();
  show(shown);
  showStage({ stage: "loading" });
  if (asked.draft) take(await fromFragment(asked.draft).catch(() => desk.text), "scheme.yaml");
  else if (asked.scheme && /^[a-z0-9-]+$/.test(asked.scheme)) await shipped(asked.scheme);
  else if (desk.text) editor.text = desk.text;
  else take(await (await fetch(`templates/household.${lang}.yaml`)).text(), "scheme.yaml");
  if (asked.lang) keepLanguage(lang); // the link is not there after a reload
  history.replaceState(null, "", location.pathname + location.search);
}
begin();
