// What a draft stands upon: the scheme it extends, put down for the engine under the name that the draft gives.

const EXTENDS = /(?:^|[{,])[ \t]*["']?(?:extends|沿用)["']?[ \t]*:[ \t]*["']?([^"'#{}[\],\n]+)/mu;
const DEEPEST = 4;

/** The name of the scheme that a text extends, or nothing. */
export function nameUnder(text) {
  return EXTENDS.exec(text)?.[1].trim() ?? "";
}

export class Under {
  /** `opened` holds what somebody opened, by the name under which a draft asks for it. */
  constructor(engine, opened) {
    this.engine = engine;
    this.opened = opened;
    this.put = {};
    this.names = null;
  }

  /** Put down what a text extends, and what that extends; a name that nobody knows is left to the engine to complain of. */
  async lay(text) {
    let folder = "";
    for (let deep = 0; deep < DEEPEST; deep += 1) {
      const name = nameUnder(text);
      if (!name || name.startsWith("/")) return;
      const path = folder + name;
      text = this.opened[path] ?? (await this.shipped(name));
      if (text === null) return;
      if (this.put[path] !== text) {
        await this.engine.put(path, new TextEncoder().encode(text));
        this.put[path] = text;
      }
      folder = path.slice(0, path.lastIndexOf("/") + 1);
    }
  }

  /** A scheme or a template that is shipped with the page: `tongde.yaml`, `../tongde/scheme.yaml`. */
  async shipped(name) {
    this.names ??= await (await fetch("schemes/names.json")).json();
    const file = this.names[name.replace(/^.*?([^/]+?)(\/scheme)?\.yaml$/u, "$1.yaml")];
    return file ? (await fetch(file)).text() : null;
  }
}
