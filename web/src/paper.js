// Shows a finished page of a report in a frame that may run nothing, and prints it.
import { h } from "./dom.js";

// The page's policy refuses style elements and attributes; the same said by script is not. Text of a report
// has its quotes escaped, so that these signs are markup wherever they stand.
const STYLES = /<style>([^]*?)<\/style>/g;

function draw(view, html, title) {
  const css = [...html.matchAll(STYLES)].map((match) => match[1]).join("\n");
  const plain = html.replace(STYLES, "").replaceAll(' style="', ' data-style="');
  const parsed = new DOMParser().parseFromString(plain, "text/html");
  const target = view.document;
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(css);
  target.documentElement.lang = parsed.documentElement.lang;
  target.title = title;
  target.body.replaceChildren(...[...parsed.body.childNodes].map((node) => target.adoptNode(node)));
  for (const element of target.querySelectorAll("[data-style]")) element.style.cssText = element.dataset.style;
  target.adoptedStyleSheets = [sheet];
}

export class Paper {
  constructor(label) {
    this.frame = h("iframe", { class: "paper", src: "paper.html", title: label });
    this.loaded = new Promise((resolve) => this.frame.addEventListener("load", resolve, { once: true }));
    this.html = "";
  }

  async show(html, title) {
    this.html = html;
    this.title = title;
    await this.loaded;
    draw(this.frame.contentWindow, html, title);
    const fit = () => (this.frame.style.height = `${this.frame.contentDocument.documentElement.scrollHeight + 24}px`);
    requestAnimationFrame(fit);
  }

  print() {
    this.frame.contentWindow.focus();
    this.frame.contentWindow.print();
  }

  /** Open the page alone, for those who print from the browser's own menu. */
  open() {
    const view = window.open("paper.html", "_blank");
    view?.addEventListener("load", () => draw(view, this.html, this.title), { once: true });
  }
}
