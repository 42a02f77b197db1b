// Comparison and list.
import { h, list } from "../dom.js";
import { icon } from "../icons.js";
import { heading, plain, sections } from "./parts.js";

export function comparison(card) {
  const head = h("tr", null, h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, "项目")), list(card.columns).map((name) => h("th", { scope: "col" }, name)));
  const row = ({ label, values }) => h("tr", null, h("th", { scope: "row" }, label), list(values).map((value) => h("td", null, String(value ?? "—"))));
  const table = h("table", null, h("thead", null, head), h("tbody", null, list(card.rows).map(row)));
  return [
    {},
    heading(card.title),
    h("div", { class: "table", role: "region", tabindex: "0", "aria-label": `${card.title ?? "比较"}，可左右滚动` }, table),
    sections(card),
  ];
}

export function items(card, { send }) {
  const inside = (item) => [
    h("span", null, h("strong", null, item.title), item.subtitle && h("small", null, item.subtitle)),
    item.payload && icon("next"),
  ];
  const one = (item) =>
    item.payload
      ? h("button", { type: "button", class: "item", onclick: () => send(item.payload, item.title) }, inside(item))
      : h("div", { class: "item" }, inside(item));
  const rows = list(card.items);
  return [
    {},
    heading(card.title),
    rows.length ? h("ul", { class: "items" }, rows.map((item) => h("li", null, one(item)))) : plain(card.text),
    sections(card),
  ];
}
