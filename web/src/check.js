// The part "Check": problems with their remedies, and the card of a sound scheme.
import { fill, h, pick } from "./dom.js";
import { nameUnder } from "./under.js";
import { say } from "./words.js";

export class CheckPart {
  constructor(desk, editor) {
    this.desk = desk;
    this.editor = editor;
    this.element = h("div", { class: "part" });
    this.word = "checkTab";
  }

  async mend(problem) {
    const found = await this.desk.call("mend", { edits: problem.edits });
    if (found) this.editor.text = found.text;
  }

  async mendAll() {
    const found = await this.desk.call("mend_all");
    if (!found) return;
    this.editor.text = found.text;
    this.desk.tell("notice", { text: say("mended", { count: found.count }) });
  }

  async explain(code, into) {
    const found = await this.desk.call("explain_rule", { code });
    if (found) fill(into, h("pre", { class: "rule" }, found.text));
  }

  /** Take a file for the scheme that the draft extends, whatever it is called on this computer. */
  async openUnder() {
    const file = await pick(".yaml,.yml");
    if (!file) return;
    this.desk.opened[nameUnder(this.desk.text)] = await file.text();
    this.desk.keep();
    this.desk.tell("changed");
  }

  problem(one) {
    const more = h("details", { ontoggle: (event) => event.target.open && this.explain(one.code, body) }, h("summary", {}, say("why"), " ", one.code));
    const body = h("div");
    more.append(body);
    return h(
      "li",
      { class: `problem ${one.accepted ? "accepted" : one.severity}` },
      h(
        "div",
        { class: "head" },
        h("span", { class: "badge" }, one.weight),
        one.line > 0 && one.file !== this.desk.file && h("span", {}, say("named", { word: one.file, text: say("line", { line: one.line }) })),
        one.line > 0 && one.file === this.desk.file && h("button", { type: "button", class: "link", onclick: () => this.editor.goTo(one.line, one.column) }, say("line", { line: one.line })),
        one.name === "template-not-found" && h("button", { type: "button", class: "small", "data-under": "", onclick: () => this.openUnder() }, say("openUnder")),
        one.edits.length > 0 && h("button", { type: "button", class: "small", "data-mend": one.code, onclick: () => this.mend(one) }, say("mend")),
      ),
      h("p", { class: "message" }, one.message),
      one.help && h("p", { class: "help" }, one.help),
      one.accepted && h("p", { class: "help" }, say("accepted", { reason: one.accepted })),
      more,
    );
  }

  draw() {
    const found = this.desk.check;
    if (!found) return fill(this.element, h("p", { class: "quiet" }, say("loading")));
    const open = found.problems.filter((one) => !one.accepted);
    const count = (severity) => open.filter((one) => one.severity === severity).length;
    const sums = { error: count("error"), warning: count("warning"), advice: count("advice") };
    const mechanical = open.filter((one) => one.edits.length).length;
    const order = { error: 0, warning: 1, advice: 2 };
    const sorted = [...found.problems].sort((a, b) => Boolean(a.accepted) - Boolean(b.accepted) || order[a.severity] - order[b.severity] || a.line - b.line);
    return fill(
      this.element,
      h("h2", {}, say("problems")),
      h("p", { class: "sums", role: "status" }, open.length ? say("sums", sums) : say("noProblems")),
      mechanical > 1 && h("p", {}, h("button", { type: "button", onclick: () => this.mendAll() }, say("mendAll", { count: mechanical }))),
      found.card ? this.card(found.card) : h("p", { class: "quiet" }, say("noCard")),
      h("ul", { class: "problems" }, sorted.map((one) => this.problem(one))),
    );
  }

  card(card) {
    return h("section", { class: "card" }, h("h2", {}, say("card")), h("ul", {}, card.text.map((line) => h("li", {}, line))));
  }
}
