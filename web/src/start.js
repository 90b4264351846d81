// The dialog "New": templates with their questions, the shipped schemes, and a village's own table.
import { fill, h, savePacked } from "./dom.js";
import { say } from "./words.js";
import { today } from "./desk.js";

export class StartDialog {
  constructor(desk, { take, openTable, shipped }) {
    this.desk = desk;
    this.take = take;
    this.openTable = openTable;
    this.shipped = shipped;
    this.element = h("dialog", { class: "start" });
    this.body = h("div");
  }

  async show() {
    fill(
      this.element,
      h("div", { class: "head" }, h("h2", {}, say("start")), h("button", { type: "button", onclick: () => this.element.close() }, say("close"))),
      h("p", {}, h("button", { type: "button", class: "main", onclick: () => this.leave(this.openTable) }, say("importTable"))),
      this.body,
    );
    this.element.setAttribute("aria-label", say("start"));
    this.element.showModal();
    const list = await (await fetch("schemes/list.json")).json();
    const of = (kind) => list.filter((one) => one.kind === kind);
    this.templates = h("div");
    fill(this.body, h("h3", {}, say("templates")), h("p", { class: "quiet" }, say("templatesHelp")), this.templates, this.group("shipped", of("real")), this.group("illustrative", of("illustrative")), this.group("short", of("short")));
    const found = await this.desk.call("templates");
    if (found) fill(this.templates, found.templates.map((one) => this.template(one, found.questions)));
  }

  leave(next) {
    this.element.close();
    next();
  }

  group(word, schemes) {
    const button = (one) => h("li", {}, h("button", { type: "button", class: "link", "data-scheme": one.id, onclick: () => this.leave(() => this.shipped(one.id)) }, one.name));
    return [h("h3", {}, say(word)), h("ul", { class: "schemes" }, schemes.map(button))];
  }

  template(one, questions) {
    const usual = { ...one.usual, effective_from: today() };
    const inputs = Object.entries(questions).map(([key, text]) => h("label", { class: "stack" }, text, h("input", { name: key, value: usual[key].replace(/^"|"$/g, "") })));
    const trouble = h("p", { class: "trouble", role: "alert" });
    const begin = async () => {
      const answers = Object.fromEntries(inputs.map((label) => label.querySelector("input")).map((input) => [input.name, input.value]));
      const found = await this.desk.call("new", { template: one.name, answers });
      if (!found) return;
      if (found.problems) fill(trouble, found.problems.map((problem) => `${problem.message} ${problem.help}`).join("\n"));
      else this.leave(() => this.take(found.text, `${answers.scheme || one.name}.yaml`));
    };
    return h("details", { class: "template", "data-template": one.name }, h("summary", {}, one.about), h("div", { class: "questions" }, inputs), trouble, h("button", { type: "button", class: "main", onclick: begin }, say("begin")));
  }
}

/** What became of each cell of a table, after it was opened. */
export class ImportDialog {
  constructor(desk) {
    this.desk = desk;
    this.element = h("dialog", { class: "start" });
  }

  show(found, table) {
    const marked = async () => {
      const packed = await this.desk.call("marked", { table });
      if (packed?.data) savePacked(packed);
    };
    fill(
      this.element,
      h("div", { class: "head" }, h("h2", {}, say("importReport")), h("button", { type: "button", onclick: () => this.element.close() }, say("close"))),
      h("p", { class: found.unread ? "figure" : "figure good" }, found.unread ? say("importSum", found) : say("importWhole")),
      /\.xlsx$/i.test(table) && h("p", {}, h("button", { type: "button", onclick: marked }, say("saveMarked"))),
      h("pre", { class: "rule" }, found.report),
    );
    this.element.setAttribute("aria-label", say("importReport"));
    this.element.showModal();
  }
}
