// The part "Try it": a table of events with pickers, the board, and one's statement with the reason of each point.
import { fill, h, pick } from "./dom.js";
import { newest } from "./engine.js";
import { say } from "./words.js";
import { today } from "./desk.js";

const ALWAYS = ["date", "subject", "indicator"];
const TABLES = ".xlsx,.xlsm,.csv,.jsonl,.json";

export class TryPart {
  constructor(desk) {
    this.desk = desk;
    this.element = h("div", { class: "part" });
    this.word = "tryTab";
    this.book = null;
    this.chosen = null;
    this.score = newest(() => this.calculate(), 350);
    this.files = h("div", { class: "files" });
    this.table = h("div", { class: "scroll", tabindex: "0" });
    this.result = h("div");
    this.statement = h("div", { "aria-live": "polite" });
  }

  get hasErrors() {
    return Boolean(this.desk.check?.problems.some((one) => one.severity === "error" && !one.accepted));
  }

  /** Ask for the pickers anew where the draft changed, then for the scores. */
  async refresh() {
    if (this.desk.check && !this.hasErrors) {
      const found = await this.desk.call("book", { roster: this.desk.roster?.path ?? "" });
      if (found && !found.problems) this.book = found;
      this.drawTable();
      this.score();
    }
    this.drawFrame();
  }

  draw() {
    fill(
      this.element,
      h("h2", {}, say("events")),
      h("p", { class: "quiet" }, say("eventsHelp")),
      this.files,
      this.table,
      this.result,
      this.statement,
    );
    this.drawFrame();
    this.drawTable();
    this.drawResult();
  }

  drawFrame() {
    const { desk } = this;
    const file = (word, one, leave) =>
      one && h("span", { class: "file" }, say("named", { word: say(word), text: one.name }), " ", h("button", { type: "button", class: "link", onclick: leave }, say("leaveFile")));
    fill(
      this.files,
      h("button", { type: "button", onclick: () => this.openRoster() }, say("openRoster")),
      h("button", { type: "button", onclick: () => this.openEvents() }, say("openEvents")),
      file("roster", desk.roster, () => this.leave("roster")),
      file("events", desk.events, () => this.leave("events")),
      h("label", { class: "field" }, say("asOf"), " ", h("input", { type: "date", value: desk.asOf, onchange: (event) => this.set("asOf", event.target.value) })),
      h("label", { class: "field" }, h("input", { type: "checkbox", checked: desk.countAll, onchange: (event) => this.set("countAll", event.target.checked) }), " ", say("countAll")),
      h("button", { type: "button", class: "link", onclick: () => this.desk.tell("example") }, say("example")),
    );
  }

  set(name, value) {
    this.desk[name] = value;
    this.desk.keep();
    this.score();
  }

  async openRoster() {
    const file = await pick(TABLES);
    if (!file) return;
    this.desk.roster = await this.desk.take(file, "roster");
    this.refresh();
  }

  async openEvents() {
    const file = await pick(TABLES);
    if (!file) return;
    this.desk.events = await this.desk.take(file, "events");
    this.refresh();
  }

  leave(name) {
    this.desk[name] = null;
    this.refresh();
  }

  // --- the table --------------------------------------------------------------------------------

  get columns() {
    const needs = (row) => this.book.deeds.find((deed) => deed.label === row.indicator)?.needs ?? [];
    const asked = new Set([...ALWAYS, ...this.desk.rows.flatMap(needs)]);
    return this.book.columns.filter((column) => asked.has(column.name) && column.name !== "id" && (column.name !== "status" || !this.desk.countAll));
  }

  drawTable() {
    if (!this.book || this.desk.events) return fill(this.table, !this.book && h("p", { class: "quiet" }, say(this.hasErrors ? "sound" : "busy")));
    if (!this.desk.rows.length) this.desk.rows.push({ id: "1", date: this.book.since > today() ? this.book.since : today() });
    const { columns } = this;
    const lists = columns.filter((column) => column.is_open && column.words.length).map((column) => h("datalist", { id: `list-${column.name}` }, column.words.map((word) => h("option", { value: word }))));
    return fill(
      this.table,
      h(
        "table",
        { class: "events" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("number")), columns.map((column) => h("th", { scope: "col", title: column.about }, column.heading)), h("td"))),
        h("tbody", {}, this.desk.rows.map((row, index) => this.row(row, index, columns))),
      ),
      lists,
      h("p", {}, h("button", { type: "button", "data-add": "row", onclick: () => this.add() }, say("addRow"))),
    );
  }

  row(row, index, columns) {
    const deed = this.book.deeds.find((one) => one.label === row.indicator);
    const asks = (column) => ALWAYS.includes(column.name) || deed?.needs.includes(column.name);
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, row.id),
      columns.map((column) => asks(column) ? h("td", { "data-label": column.heading }, this.cell(row, index, column, deed)) : h("td")),
      h("td", {}, h("button", { type: "button", class: "small", "aria-label": say("removeRow", { row: row.id }), onclick: () => this.remove(index) }, "×")),
    );
  }

  cell(row, index, column, deed) {
    const label = `${column.heading} ${row.id}`;
    const change = (event) => {
      row[column.name] = event.target.value;
      this.desk.keep();
      if (column.name === "indicator") this.drawTable();
      this.score();
      if (column.name === "indicator") this.focus(index, column.name);
    };
    const note = (event) => {
      row[column.name] = event.target.value; // before anything draws the row anew
    };
    const shared = { "aria-label": label, "data-column": column.name, oninput: note, onchange: change };
    if (column.name === "indicator") return this.deeds(row, shared);
    const words = column.by_deed[deed?.label] ?? (column.is_open ? [] : column.words);
    if (words.length) {
      const value = row[column.name] ?? "";
      const options = words.map((word) => h("option", { value: word }, word));
      const select = h("select", shared, h("option", { value: "" }, say("choose")), options);
      select.value = value;
      return select;
    }
    const type = { date: "date", number: "number" }[column.kind] ?? "text";
    const step = type === "number" ? "any" : undefined;
    const list = column.is_open && column.words.length ? `list-${column.name}` : undefined;
    return h("input", { ...shared, type, step, list, value: row[column.name] ?? "" });
  }

  deeds(row, shared) {
    const groups = new Map();
    for (const deed of this.book.deeds) groups.set(deed.group, [...(groups.get(deed.group) ?? []), deed]);
    const option = (deed) => h("option", { value: deed.label }, say("bracketed", { word: deed.label, more: deed.points }));
    const choices = [...groups].map(([group, deeds]) => (group ? h("optgroup", { label: group }, deeds.map(option)) : deeds.map(option)));
    const select = h("select", { ...shared, class: "wide" }, h("option", { value: "" }, say("choose")), choices);
    select.value = row.indicator ?? "";
    return select;
  }

  focus(index, name) {
    this.table.querySelectorAll("tbody tr")[index]?.querySelector(`[data-column="${name}"]`)?.focus();
  }

  add() {
    const { rows } = this.desk;
    const last = rows.at(-1);
    const id = String(Math.max(0, ...rows.map((row) => Number(row.id) || 0)) + 1);
    rows.push({ id, date: last?.date ?? today(), subject: last?.subject ?? "" });
    this.desk.keep();
    this.drawTable();
    this.focus(rows.length - 1, "date");
  }

  remove(index) {
    this.desk.rows.splice(index, 1);
    this.desk.keep();
    this.drawTable();
    this.score();
  }

  // --- what comes of it -------------------------------------------------------------------------

  async calculate() {
    const { desk } = this;
    const village = desk.village;
    const full = village.rows.filter((row) => row.date && row.subject && row.indicator);
    if (!this.book || (!village.events && !full.length)) {
      desk.result = null;
      return this.drawResult();
    }
    const found = await desk.call("score", { ...village, rows: full });
    if (!found) return null;
    desk.result = found.problems ? null : found;
    if (found.problems) desk.tell("notice", { text: found.problems[0].message, isBad: true });
    this.drawResult();
    desk.tell("result");
    if (this.chosen && desk.result) await this.explain(this.chosen);
    return null;
  }

  drawResult() {
    const { result } = this.desk;
    if (!result) return fill(this.result);
    const list = (word, lines, key) => lines.length > 0 && h("details", { open: key === "notes" }, h("summary", {}, say("bracketed", { word: say(word), more: lines.length })), h("ul", {}, lines.map((line) => h("li", {}, line))));
    const board = result.boards.at(-1);
    const refused = result.not_counted.slice(0, 200).map((one) => `${one.event} ${one.name} ${one.sentence}`);
    return fill(
      this.result,
      h("h2", {}, say("board"), board ? ` ${board.period}` : ""),
      board?.rows.length ? this.board(board) : h("p", { class: "quiet" }, say("nobody")),
      list("notes", result.notes, "notes"),
      list("notCounted", refused, "refused"),
      h("p", { class: "digest" }, `${say("digest")} `, h("code", {}, result.digest)),
    );
  }

  board(board) {
    const ladders = Object.entries(this.desk.result.ladders);
    const shown = board.rows.slice(0, 300);
    return h(
      "div",
      { class: "scroll", tabindex: "0" },
      h(
        "table",
        { class: "board" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "n" }, say("place")), h("th", { scope: "col" }, say("name")), h("th", { scope: "col", class: "n" }, say("total")), ladders.map(([, label]) => h("th", { scope: "col" }, label)))),
        h(
          "tbody",
          {},
          shown.map((row) => {
            const levels = this.desk.result.levels[`${board.period} ${row.subject}`] ?? {};
            const name = row.name === row.subject ? row.name : say("bracketed", { word: row.name, more: row.subject });
            const choose = () => this.explain({ subject: row.subject, period: board.period });
            return h("tr", {}, h("td", { class: "n" }, String(row.place)), h("td", {}, h("button", { type: "button", class: "link", "data-subject": row.subject, onclick: choose }, name)), h("td", { class: "n" }, row.total), ladders.map(([key]) => h("td", {}, levels[key] ?? "")));
          }),
        ),
      ),
    );
  }

  async explain(chosen) {
    this.chosen = chosen;
    const found = await this.desk.call("statement", chosen);
    if (!found || found.problems) return fill(this.statement);
    const block = (word, lines) => lines.length > 0 && [h("h3", {}, say(word)), h("ul", {}, lines.map((line) => h("li", {}, line)))];
    return fill(
      this.statement,
      h(
        "section",
        { class: "statement" },
        h("h2", {}, say("statement", { name: found.name })),
        h("p", { class: "figure" }, say("baseTotal", { base: found.score.base, total: found.score.total })),
        block("levels", found.tiers),
        h("h3", {}, say("entries")),
        h("ol", { class: "entries" }, found.entries.map((entry) => h("li", {}, entry.sentence, entry.reasons.length > 0 && h("ul", {}, entry.reasons.map((reason) => h("li", {}, reason)))))),
        block("figures", found.figures),
        block("rooms", found.rooms),
        block("chances", found.chances),
        block("notes", found.notes),
      ),
    );
  }
}
