// The part "Cases": what some events must give; run, see what differs and what none of them tries.
import { fill, h, pick, save } from "./dom.js";
import { Editor } from "./editor.js";
import { say } from "./words.js";

export class CasesPart {
  constructor(desk) {
    this.desk = desk;
    this.element = h("div", { class: "part" });
    this.word = "casesTab";
    this.editor = new Editor({ label: say("casesLabel"), onChange: () => this.keep() });
    this.editor.host.classList.add("short");
    this.editor.text = desk.cases;
    this.found = h("div", { "aria-live": "polite" });
  }

  keep() {
    this.desk.cases = this.editor.text;
    this.desk.keep();
  }

  set(text) {
    this.editor.text = text;
    fill(this.found);
  }

  draw() {
    this.editor.name(say("casesLabel"));
    fill(
      this.element,
      h("h2", {}, say("casesTab")),
      h("p", { class: "quiet" }, say("casesHelp")),
      h("div", { class: "files" },
        h("button", { type: "button", class: "main", "data-run": "", onclick: () => this.run() }, say("run")),
        h("button", { type: "button", onclick: () => this.open() }, say("openCases")),
        h("button", { type: "button", onclick: () => save("cases.yaml", this.editor.text, "text/yaml") }, say("saveCases")),
      ),
      this.editor.host,
      this.found,
    );
  }

  async open() {
    const file = await pick(".yaml,.yml");
    if (file) this.set(await file.text());
  }

  async run() {
    const found = await this.desk.call("cases", { cases: this.editor.text });
    if (!found) return;
    this.editor.show(found.problems ?? [], () => {}, "");
    if (found.problems) {
      fill(this.found, h("ul", { class: "problems" }, found.problems.map((one) => h("li", { class: "problem error" }, h("p", { class: "message" }, say("named", { word: say("line", { line: one.line }), text: one.message })), h("p", { class: "help" }, one.help)))));
      return;
    }
    const failed = found.cases.filter((one) => !one.passed);
    const go = (one) => h("button", { type: "button", class: "link", onclick: () => this.editor.goTo(one.line) }, one.name);
    fill(
      this.found,
      h("p", { class: failed.length ? "figure" : "figure good" }, say("passed", { passed: found.cases.length - failed.length, failed: failed.length })),
      h("ul", { class: "cases" }, [...failed, ...found.cases.filter((one) => one.passed)].map((one) => h("li", { class: one.passed ? "pass" : "fail" }, h("span", { class: "badge" }, say(one.passed ? "pass" : "fail")), " ", go(one), !one.passed && h("pre", {}, one.text.split("\n").slice(1).join("\n"))))),
      h("p", {}, say("coverage", found)),
      found.missing.length > 0 && h("details", {}, h("summary", {}, say("bracketed", { word: say("untried"), more: found.missing.length })), h("ul", {}, found.missing.map((one) => h("li", {}, `${one.place} ${one.id} ${one.kind} ${one.detail}`)))),
    );
  }
}
