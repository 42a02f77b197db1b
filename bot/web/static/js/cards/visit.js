// The cards of the questioning: the question to put, what was taken down, how large the problem is.
import { h, list } from "../dom.js";
import { KINDS, STATUSES } from "../names.js";
import { fold, heading, pairs, plain, quote, sections, tag, tags } from "./parts.js";

export function question(card) {
  const kind = card.kind in KINDS ? card.kind : "";
  return [
    { class: kind ? `edge-${kind}` : "" },
    tags(
      tag(card.kind_name ?? KINDS[card.kind], kind && `kind-${kind}`),
      tag(card.need_name),
      card.confirm && tag("向客户核实", "confirm"),
    ),
    card.question ? h("h3", { class: "say" }, card.question) : plain(card.text),
    sections(card),
    card.why && fold("为什么问这个", h("p", { class: "muted" }, card.why)),
  ];
}

export function needs(card) {
  const entry = (one) =>
    h(
      "li",
      null,
      h(
        "p",
        { class: "entry-head" },
        h("span", null, one.name ?? one.code),
        h("span", { class: `status status-${one.status}` }, one.status_name ?? STATUSES[one.status] ?? one.status),
      ),
      quote(one.quote),
    );
  const facts = list(card.facts).map((fact) => ({ label: fact.name, value: fact.value, note: fact.quote && `“${fact.quote}”` }));
  const entries = list(card.entries);
  return [
    {},
    heading(card.title),
    entries.length > 0 && h("ul", { class: "entries" }, entries.map(entry)),
    facts.length > 0 && h("div", null, h("h4", null, "记下的事实"), pairs(facts)),
    sections(card),
    !entries.length && !facts.length && !card.sections && plain(card.text),
  ];
}

export function impact(card) {
  const source = (input) => [input.source && `来自：${input.source}`, input.quote && `“${input.quote}”`].filter(Boolean).join(" ");
  const inputs = list(card.inputs).map((input) => ({ label: input.name, value: input.value, note: source(input) }));
  const assumption = (one) =>
    h(
      "li",
      { class: "assumption" },
      h("p", { class: "tags" }, tag("假设", "assumed"), h("span", null, `${one.name}：${one.value}`)),
      one.why && h("p", { class: "source" }, one.why),
    );
  return [
    {},
    tags(tag("影响有多大", "kind-implication"), tag(card.need_name)),
    h("h3", { class: "result" }, card.result ?? card.text),
    card.formula && h("p", { class: "formula" }, h("span", { class: "muted" }, "怎么算："), card.formula),
    inputs.length > 0 && h("div", null, h("h4", null, "用到的数"), pairs(inputs)),
    list(card.assumptions).length > 0 && h("ul", { "aria-label": "假设" }, list(card.assumptions).map(assumption)),
    sections(card),
  ];
}
