// The page's side of the engine: calls become promises; only the newest of equal calls is waited for.

export class Stopped extends Error {}

/** The interpreter broke at a call; a fresh one has taken its place. */
export class Broken extends Error {}

export class Engine {
  constructor(onStage) {
    this.onStage = onStage;
    this.waiting = new Map();
    this.files = {};
    this.number = 0;
    this.start();
  }

  start() {
    // A worker made of a blob is under the page's own policy; one of a file would be under none.
    const script = `import ${JSON.stringify(new URL("./worker.js", import.meta.url).href)};`;
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    this.worker = new Worker(address, { type: "module" });
    this.worker.onmessage = ({ data }) => (data.stage ? this.onStage(data.stage, data.error) : this.settle(data));
    this.worker.onerror = (event) => this.onStage("failed", event.message);
    this.onStage("loading");
    if (Object.keys(this.files).length) this.post({ files: this.files });
  }

  /** End what is being worked out, and begin with a fresh engine that has the same files. */
  stop(Reason = Stopped) {
    this.worker.terminate();
    for (const { reject } of this.waiting.values()) reject(new Reason());
    this.waiting.clear();
    this.start();
  }

  get isBusy() {
    return this.waiting.size > 0;
  }

  /** Put a file down for the engine; a fresh one gets it too. */
  async put(name, bytes) {
    this.files[name] = bytes;
    await this.post({ files: { [name]: bytes } });
    return name;
  }

  call(call, given) {
    return this.post({ call, given });
  }

  post(message) {
    const id = ++this.number;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.onStage("busy");
      this.worker.postMessage({ id, ...message });
    });
  }

  settle({ id, found, fault, isDead }) {
    const one = this.waiting.get(id);
    if (!one) return;
    if (isDead) return void this.stop(Broken);
    this.waiting.delete(id);
    if (fault) one.reject(new Error(fault));
    else one.resolve(found);
    if (!this.isBusy) this.onStage("idle");
  }
}

/** Run the newest of calls that follow each other quickly, and never two at a time. */
export function newest(work, delay) {
  let timer = 0;
  let running = false;
  let again = false;
  async function go() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      await work();
    } finally {
      running = false;
      if (again) {
        again = false;
        go();
      }
    }
  }
  return () => {
    clearTimeout(timer);
    timer = setTimeout(go, delay);
  };
}
