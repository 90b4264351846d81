// The part "Compare": what changed since an older version, and who gains and loses by it.
import { fill, h, pick } from "./dom.js";
import { Paper } from "./paper.js";
import { say } from "./words.js";

export class ComparePart {
  constructor(desk, editor) {
    this.desk = desk;
    this.editor = editor;
    this.element = h("div", { class: "part" });
    this.word = "compareTab";
    this.found = h("div", { "aria-live": "polite" });
  }

  draw() {
    const { desk } = this;
    this.paper = new Paper(say("impact"));
    this.sheet = h("div", { hidden: true },
      h("div", { class: "files" },
        h("button", { type: "button", onclick: () => this.paper.print() }, say("print")),
        h("button", { type: "button", onclick: () => this.paper.open() }, say("alone")),
      ),
      h("div", { class: "sheet" }, this.paper.frame),
    );
    fill(
      this.element,
      h("h2", {}, say("compareTab")),
      h("p", {}, desk.old ? say("named", { word: say("old"), text: desk.oldFile }) : say("oldNone")),
      h("div", { class: "files" },
        h("button", { type: "button", "data-keep": "", onclick: () => this.take(desk.text, desk.file) }, say("keepAsOld")),
        h("button", { type: "button", onclick: () => this.open() }, say("openOld")),
        h("button", { type: "button", class: "main", "data-compare": "", disabled: !desk.old, onclick: () => this.compare() }, say("compare")),
      ),
      this.found,
      this.sheet,
    );
  }

  take(text, name) {
    Object.assign(this.desk, { old: text, oldFile: name });
    this.desk.keep();
    fill(this.found);
    this.draw();
  }

  async open() {
    const file = await pick(".yaml,.yml");
    if (file) this.take(await file.text(), file.name);
  }

  async compare() {
    const { desk } = this;
    const old = { old: desk.old, old_file: `old-${desk.oldFile}` };
    const found = await desk.call("diff", old);
    if (!found) return;
    if (found.problems) {
      desk.tell("notice", { text: found.problems[0].message, isBad: true });
      return;
    }
    const signs = { added: "＋", removed: "－", changed: "～", moved: "→", reordered: "＝" };
    fill(
      this.found,
      h("h3", {}, say("bracketed", { word: say("changes"), more: found.changes.length })),
      found.changes.length ? h("ul", { class: "changes" }, found.changes.map((change) => h("li", {}, h("span", { "aria-hidden": "true" }, `${signs[change.kind]} `), change.line > 0 ? h("button", { type: "button", class: "link", onclick: () => this.editor.goTo(change.line) }, change.sentence) : change.sentence, h("div", { class: "help" }, change.tendency)))) : h("p", {}, say("noChanges")),
    );
    this.sheet.hidden = true;
    const { village } = desk;
    if (!village.rows.length && !village.events && !village.roster) {
      this.found.append(h("p", { class: "quiet" }, say("impactNeeds")));
      return;
    }
    const impact = await desk.call("impact", { ...old, ...village });
    if (!impact || impact.problems) return;
    this.found.append(h("h3", {}, say("impact")), h("p", { class: "figure" }, say("impactSum", impact)));
    this.sheet.hidden = false;
    await this.paper.show(impact.html, impact.title);
  }
}
