// The proposal: benefit first with the client's words beside it; feature, advantage, the withheld, the alternatives one tap away.
import { h, list } from "../dom.js";
import { bullets, fold, heading, pairs, plain, quote, sections, tag } from "./parts.js";

const ORIGINS = { stand_in: "代替原来的一样", supplement: "为没覆盖的需要补上", manager: "您加的" };

const also = (one) => h("li", null, tag(one.need_name), h("span", null, one.benefit));

function offer(product, layer) {
  const more = [
    { label: "特征", value: product.feature },
    { label: "优势", value: product.advantage },
  ].filter((row) => row.value);
  const others = list(product.also).filter((one) => one.benefit);
  return h(
    "li",
    { class: `offer ${layer}` },
    product.benefit && h("p", { class: "benefit" }, product.benefit),
    quote(product.quote),
    h("p", { class: "offer-head" }, h("strong", null, product.name ?? product.code), tag(product.need_name), tag(ORIGINS[product.origin], "confirm")),
    list(product.conditions).length > 0 && h("div", null, h("h4", null, "先要落实"), bullets(product.conditions, "conditions")),
    (more.length > 0 || others.length > 0) &&
      fold("特征与优势", pairs(more), others.length > 0 && h("ul", { class: "also", "aria-label": "还能回应" }, others.map(also))),
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

const missing = (one) =>
  typeof one === "string" ? h("li", null, one) : h("li", null, h("strong", null, one.need_name), one.why && h("p", { class: "source" }, one.why));

function alternative(one, send) {
  const payload = `/press{"do": "bundle.choose", "key": "${one.code}"}`;
  return h(
    "li",
    null,
    h("strong", null, one.name),
    bullets(one.apart),
    list(one.products).length > 0 && h("p", { class: "source" }, list(one.products).join("、")),
    send && h("button", { type: "button", class: "choose", onclick: () => send(payload, `换成“${one.name}”`) }, "换成这套"),
  );
}

const folded = (title, rows, kind) => rows.length > 0 && fold(`${title}（${rows.length}）`, h("ul", { class: kind }, rows));

export function bundle(card, actions = {}) {
  const groups = [group(card, "core", "基本业务"), group(card, "plus", "组合业务")];
  const unanswered = list(card.unanswered);
  return [
    {},
    heading(card.name ?? card.title),
    list(card.changes).length > 0 && folded("改过的", list(card.changes).map((did) => h("li", null, did)), "withheld"),
    ...(groups.some(Boolean) ? groups : [plain(card.text)]),
    unanswered.length > 0 && h("div", null, h("h4", null, "还没有产品回应"), h("ul", { class: "withheld" }, unanswered.map(missing))),
    folded("这次没有放进来的", list(card.withheld).map(withheld), "withheld"),
    folded("备选", list(card.alternatives).map((one) => alternative(one, actions.send)), "withheld others"),
    list(card.notes).length > 0 && fold(`办理提示（${list(card.notes).length}）`, bullets(card.notes)),
    sections(card),
    card.first_step && h("div", { class: "first-step" }, h("h4", null, "第一步"), h("p", null, card.first_step)),
    card.promise && h("p", { class: "source" }, card.promise),
  ];
}
