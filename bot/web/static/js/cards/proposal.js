// The proposal: per product the need, the client's words and the benefit; what it is and can do one tap away.
import { h, list } from "../dom.js";
import { bullets, fold, heading, pairs, plain, quote, sections, tag } from "./parts.js";

function offer(product, layer) {
  const more = [
    { label: "特征", value: product.feature },
    { label: "优势", value: product.advantage },
  ].filter((row) => row.value);
  return h(
    "li",
    { class: `offer ${layer}` },
    h("p", { class: "offer-head" }, h("strong", null, product.name ?? product.code), tag(product.need_name)),
    quote(product.quote),
    product.benefit && h("p", { class: "benefit" }, product.benefit),
    list(product.conditions).length > 0 && h("div", null, h("h4", null, "先要落实"), bullets(product.conditions, "conditions")),
    more.length > 0 && fold("特征与优势", pairs(more)),
  );
}

function group(card, layer, title) {
  const codes = list(card[layer]);
  const inside = (product) => (product.layer ? product.layer === layer : codes.includes(product.code));
  const products = list(card.products).filter(inside);
  if (!products.length) return null;
  return h("div", null, h("h4", null, title), h("ul", { class: "layer" }, products.map((one) => offer(one, layer))));
}

const withheld = (one) =>
  h(
    "li",
    null,
    h("strong", null, one.name ?? one.code),
    one.reason && h("p", null, one.reason),
    one.remedy && h("p", { class: "source" }, `怎么办：${one.remedy}`),
  );

export function bundle(card) {
  const held = list(card.withheld);
  const groups = [group(card, "core", "基本业务"), group(card, "plus", "组合业务")];
  return [
    {},
    heading(card.name ?? card.title),
    ...(groups.some(Boolean) ? groups : [plain(card.text)]),
    held.length > 0 && fold(`这次没有放进来的（${held.length}）`, h("ul", { class: "withheld" }, held.map(withheld))),
    sections(card),
    card.first_step && h("div", { class: "first-step" }, h("h4", null, "第一步"), h("p", null, card.first_step)),
  ];
}
