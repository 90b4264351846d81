// Elements without a framework: text is always text, never markup.

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden" || name === "open") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function save(name, data, type) {
  const link = h("a", { download: name, href: URL.createObjectURL(new Blob([data], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function savePacked({ name, type, data }) {
  save(name, Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0)), type);
}

export function pick(accept) {
  return new Promise((resolve) => {
    const input = h("input", { type: "file", accept, onchange: () => resolve(input.files[0] ?? null) });
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}
