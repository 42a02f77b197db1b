// Pieces that several cards are made of.
import { h, list } from "../dom.js";

export const tag = (text, kind = "") => (text ? h("span", { class: `tag ${kind}`.trim() }, text) : null);

export const tags = (...ones) => (ones.some(Boolean) ? h("p", { class: "tags" }, ...ones) : null);

export const heading = (text) => (text ? h("h3", null, text) : null);

export const quote = (words) => (words ? h("blockquote", { class: "quote" }, h("cite", null, `客户：“${words}”`)) : null);

export const fold = (summary, ...inside) => h("details", null, h("summary", null, summary), ...inside);

export const bullets = (items, kind = "bullets") =>
  list(items).length ? h("ul", { class: kind }, list(items).map((item) => h("li", null, String(item)))) : null;

/** Label and value in two columns; an item without a label takes the whole row. */
export function pairs(items) {
  const rows = list(items).map((item) => {
    const { label = "", value = "", note = "" } = typeof item === "object" ? item : { value: item };
    const said = h("dd", { class: label ? null : "alone" }, String(value), note && h("small", null, note));
    return h("div", null, h("dt", { class: label ? null : "visually-hidden" }, label || "内容"), said);
  });
  return rows.length ? h("dl", { class: "pairs" }, rows) : null;
}

export function sections(card) {
  const parts = list(card.sections).filter((part) => list(part.items).length);
  if (!parts.length) return null;
  const one = (part) => h("div", null, part.title && h("h4", null, part.title), pairs(part.items));
  return h("div", { class: "sections" }, parts.map(one));
}

export const plain = (text) => (text ? h("p", { class: "plain" }, text) : null);

const DRAWN = new Set(["svg", "title", "rect", "circle", "line", "path", "text", "g"]);

/** A drawing of the server's, taken in only when it holds nothing but shapes and words. */
export function drawing(source) {
  if (!source) return null;
  const svg = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
  const plain = [svg, ...svg.querySelectorAll("*")].every(
    (node) => DRAWN.has(node.localName) && ![...node.attributes].some((a) => a.name === "style" || a.name.startsWith("on")),
  );
  return plain ? h("figure", { class: "drawing" }, document.importNode(svg, true)) : null;
}
