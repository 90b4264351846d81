// What every part of the page shares: the engine, the draft, files that were opened, and the state of the last check.
import { Broken, Engine, Stopped } from "./engine.js";
import { Under } from "./under.js";
import { lang, say } from "./words.js";

const KEPT = ["text", "file", "rows", "cases", "old", "oldFile", "countAll", "asOf", "opened"];

export class Desk extends EventTarget {
  constructor() {
    super();
    this.text = "";
    this.file = "scheme.yaml";
    this.rows = [];
    this.cases = "";
    this.old = "";
    this.oldFile = "";
    this.countAll = true;
    this.asOf = "";
    this.opened = {};
    this.roster = null;
    this.events = null;
    this.check = null;
    this.result = null;
    try {
      Object.assign(this, JSON.parse(localStorage.getItem("desk") ?? "{}"));
    } catch {
      // A store that is closed or broken holds nothing back.
    }
    this.engine = new Engine((stage, error) => this.tell("stage", { stage, error }));
    this.under = new Under(this.engine, this.opened);
  }

  tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  on(type, listener) {
    this.addEventListener(type, (event) => listener(event.detail));
  }

  keep() {
    try {
      localStorage.setItem("desk", JSON.stringify(Object.fromEntries(KEPT.map((name) => [name, this[name]]))));
    } catch {
      // Without a store the draft lives as long as the page.
    }
  }

  /** Call the engine about the draft; what stops the call is shown, and gives null. */
  async call(name, more = {}) {
    const given = { text: this.text, file: this.file, lang, today: today(), ...more };
    try {
      for (const text of [given.text, given.old]) if (text) await this.under.lay(text);
      const found = await this.engine.call(name, given);
      if (found.error) this.tell("notice", { text: found.error, isBad: true });
      return found.error ? null : found;
    } catch (error) {
      if (error instanceof Stopped) this.tell("notice", { text: say("stopped") });
      else if (error instanceof Broken) this.tell("notice", { text: say("broken"), isBad: true });
      else this.tell("notice", { text: lastLine(error.message), isBad: true });
      return null;
    }
  }

  /** What a call about events is given: the rows of the table, or the files that were opened. */
  get village() {
    return {
      rows: this.events ? [] : this.rows.filter((row) => row.date || row.subject || row.indicator),
      events: this.events?.path ?? "",
      roster: this.roster?.path ?? "",
      as_of: this.asOf,
      status: this.countAll ? "count" : "",
    };
  }

  /** Put an opened file down for the engine under its own name, in a folder for what it is. */
  async take(file, as) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return { path: await this.engine.put(`${as}/${file.name.replaceAll("/", "_")}`, bytes), name: file.name };
  }
}

function lastLine(text) {
  return text.trim().split("\n").pop();
}

export function today() {
  const day = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
