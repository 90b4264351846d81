// The part "Post": the board for the wall and the pages of households, as `jifen report` makes them.
import { fill, h, save, savePacked } from "./dom.js";
import { Paper } from "./paper.js";
import { say } from "./words.js";

export class PostPart {
  constructor(desk) {
    this.desk = desk;
    this.element = h("div", { class: "part" });
    this.word = "boardTab";
    this.choice = { part: "board", mask: false, paper: "a4" };
  }

  draw() {
    this.paper = new Paper(say("preview"));
    this.actions = h("div", { class: "files", hidden: true },
      h("button", { type: "button", onclick: () => this.paper.print() }, say("print")),
      h("button", { type: "button", "data-alone": "", onclick: () => this.paper.open() }, say("alone")),
      h("button", { type: "button", onclick: () => save(`${this.paper.title}.html`, this.paper.html, "text/html") }, say("saveHtml")),
      h("button", { type: "button", onclick: () => this.save("xlsx") }, say("saveXlsx")),
      h("button", { type: "button", onclick: () => this.save("csv") }, say("saveCsv")),
    );
    const select = (name, label, choices) => {
      const made = h("select", { onchange: (event) => this.set(name, event.target.value) }, choices.map(([value, text]) => h("option", { value }, text)));
      made.value = this.choice[name];
      return h("label", { class: "field" }, label, " ", made);
    };
    fill(
      this.element,
      h("h2", {}, say("boardTab")),
      h("div", { class: "files" },
        select("part", say("part"), [["board", say("partBoard")], ["statements", say("partStatements")]]),
        select("paper", say("paper"), [["a4", "A4"], ["a3", "A3"]]),
        h("label", { class: "field" }, h("input", { type: "checkbox", checked: this.choice.mask, onchange: (event) => this.set("mask", event.target.checked) }), " ", say("mask")),
      ),
      this.actions,
      h("div", { class: "sheet", hidden: true }, this.paper.frame),
      h("p", { class: "quiet" }, say("noResult")),
    );
    this.refresh();
  }

  set(name, value) {
    this.choice[name] = value;
    this.refresh();
  }

  async refresh() {
    const has = Boolean(this.desk.result?.boards.length);
    const found = has ? await this.desk.call("report", this.choice) : null;
    const isMade = Boolean(found?.html);
    this.element.querySelector(".sheet").hidden = !isMade;
    this.element.querySelector(".quiet").hidden = isMade;
    this.actions.hidden = !isMade;
    if (isMade) await this.paper.show(found.html, found.title);
  }

  async save(format) {
    const found = await this.desk.call("report", { ...this.choice, format });
    if (found) savePacked(found);
  }
}
