// The editor: YAML, problems at their words with remedies to click, and completion from the engine.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { h } from "./dom.js";

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: "#7a2018" },
  { tag: [tags.definition(tags.propertyName)], color: "#7a2018" },
  { tag: tags.comment, color: "#5d6b5d", fontStyle: "italic" },
  { tag: [tags.string, tags.content], color: "#1b3a5c" },
  { tag: tags.punctuation, color: "#6b6b6b" },
]);
const THEME = EditorView.theme({
  "&": { height: "100%", fontSize: "0.95rem", backgroundColor: "#fff" },
  ".cm-scroller": { fontFamily: '"Sarasa Mono SC", "Noto Sans Mono CJK SC", Consolas, "Microsoft YaHei", monospace', lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "#f7f5f0", color: "#6b665a", borderRight: "1px solid #ddd8cc" },
  "&.cm-focused": { outline: "3px solid #1f5f99", outlineOffset: "-3px" },
  ".cm-tooltip": { maxWidth: "min(34rem, 90vw)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", padding: ".4rem .6rem" },
  ".cm-diagnosticAction": { backgroundColor: "#1f5f99", padding: ".2rem .7rem", fontSize: ".9rem", borderRadius: "4px" },
});

/** Where a place of the engine stands: it counts whole signs, the editor halves of rare ones. */
function offset(doc, lineNumber, column) {
  const line = doc.line(Math.min(Math.max(lineNumber, 1), doc.lines));
  let at = 0;
  for (const sign of line.text) {
    if (--column < 1) break;
    at += sign.length;
  }
  return line.from + at;
}

export class Editor {
  constructor({ label, onChange, complete }) {
    this.host = h("div", { class: "editor" });
    // Inside a shadow root the editor brings its styles as sheets, which a strict policy allows.
    this.root = this.host.attachShadow({ mode: "open" });
    this.label = new Compartment();
    this.onChange = onChange;
    this.problems = [];
    const extensions = [
      lineNumbers(), lintGutter(), history(), drawSelection(), bracketMatching(), closeBrackets(),
      highlightActiveLine(), highlightSelectionMatches(), yaml(), syntaxHighlighting(COLOURS), THEME,
      EditorView.lineWrapping,
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
      this.label.of(EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" })),
      EditorView.updateListener.of((update) => update.docChanged && this.onChange?.()),
    ];
    if (complete) extensions.push(autocompletion({ override: [(context) => this.options(context, complete)] }));
    this.view = new EditorView({ state: EditorState.create({ doc: "", extensions }), parent: this.root, root: this.root });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":host { display: block; overflow: hidden } .cm-editor { height: 100% }");
    this.root.adoptedStyleSheets = [...this.root.adoptedStyleSheets, sheet];
  }

  async options(context, complete) {
    const word = context.matchBefore(/[\p{L}\p{N}_]*/u);
    if (!context.explicit && (!word || word.from === word.to)) return null;
    const found = await complete(context.state.doc.toString(), context.pos);
    if (!found.length) return null;
    return {
      from: word ? word.from : context.pos,
      options: found.map((one) => ({
        label: one.word,
        detail: one.title === one.word ? "" : one.title,
        info: one.about || undefined,
        type: one.kind === "key" ? "property" : "enum",
        apply: one.kind === "key" ? `${one.word}: ` : one.word,
      })),
    };
  }

  name(label) {
    const attributes = EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" });
    this.view.dispatch({ effects: this.label.reconfigure(attributes) });
  }

  get text() {
    return this.view.state.doc.toString();
  }

  /** Take another text, changing only the stretch that differs, so that the cursor and undo stay. */
  set text(text) {
    const before = this.text;
    let start = 0;
    const most = Math.min(before.length, text.length);
    while (start < most && before[start] === text[start]) start++;
    let end = 0;
    while (end < most - start && before[before.length - 1 - end] === text[text.length - 1 - end]) end++;
    if (before === text) return;
    const insert = text.slice(start, text.length - end);
    this.view.dispatch({ changes: { from: start, to: before.length - end, insert } });
  }

  goTo(line, column = 1) {
    const at = offset(this.view.state.doc, line, column);
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.view.focus();
  }

  /** Show problems at their words; `remedy` writes one in when its button is clicked. */
  show(problems, remedy, word) {
    const { doc } = this.view.state;
    const marks = problems
      .filter((problem) => problem.line > 0 && !problem.accepted)
      .map((problem) => {
        const from = offset(doc, problem.line, problem.column);
        const to = Math.max(from, Math.min(offset(doc, problem.line, problem.column + problem.width), doc.length));
        return {
          from,
          to,
          severity: { error: "error", warning: "warning", advice: "info" }[problem.severity],
          message: [problem.message, problem.help].filter(Boolean).join("\n"),
          actions: problem.edits.length ? [{ name: word, apply: () => remedy(problem) }] : [],
        };
      });
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }
}
