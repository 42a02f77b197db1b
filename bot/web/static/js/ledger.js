// The ledger: the client's needs with their status and the words they rest on, and the facts taken down.
import { $, h, list } from "./dom.js";
import { pairs } from "./cards/parts.js";
import { icon } from "./icons.js";
import { DEGREES, LEGEND, STATUSES } from "./names.js";

export class Ledger {
  #place = $("ledger");
  #button = $("open-ledger");
  #reveal;
  #names = new Map(); // need code → name, as read on the cards
  #facts = [];
  #before = null; // code → status as last shown

  /** `reveal(turn)` shows the turn that an entry rests on. */
  constructor(reveal) {
    this.#reveal = reveal;
    this.show({});
  }

  reset() {
    this.#facts = [];
    this.#before = null;
    this.show({});
  }

  /** Learn names and facts from the cards of a reply, for a state that carries codes alone. */
  read(messages) {
    for (const { card } of list(messages)) {
      if (!card) continue;
      if (card.need && card.need_name) this.#names.set(card.need, card.need_name);
      for (const one of list(card.entries)) if (one.name) this.#names.set(one.code, one.name);
      for (const one of list(card.products)) if (one.need_name) this.#names.set(one.need, one.need_name);
      if (card.type === "needs" && card.facts) this.#takeDown(card.facts);
    }
  }

  show(state) {
    const needs = list(state.needs);
    const facts = list(state.facts ?? this.#facts);
    const focused = this.#place.contains(document.activeElement);
    this.#place.replaceChildren(
      h(
        "div",
        { class: "panel-head" },
        h("h2", { id: "ledger-title", tabindex: "-1" }, "需求台账"),
        h("button", { type: "button", class: "icon close-drawer", "aria-label": "关闭台账", onclick: () => $("ledger-drawer").close() }, icon("close")),
      ),
      h("p", { class: "muted" }, this.#summary(needs)),
      ...(needs.length ? [] : [legend()]),
      ...(needs.length ? [h("ul", { class: "entries" }, this.#sorted(needs).map((need) => this.#entry(need)))] : []),
      ...(facts.length ? [h("h3", null, "记下的事实"), pairs(facts.map(shownFact))] : []),
    );
    if (focused) $("ledger-title").focus();
    this.#before = new Map(needs.map(({ code, status }) => [code, status]));
    const live = needs.filter(({ status }) => status !== "dismissed").length;
    this.#button.replaceChildren(icon("ledger"), live ? h("span", { class: "badge", "aria-hidden": "true" }, live) : "");
    this.#button.setAttribute("aria-label", live ? `需求台账，${live} 项` : "需求台账");
  }

  #takeDown(facts) {
    const known = new Map(this.#facts.map((fact) => [fact.code ?? fact.name, fact]));
    for (const fact of list(facts)) known.set(fact.code ?? fact.name, fact);
    this.#facts = [...known.values()];
  }

  #summary(needs) {
    if (!needs.length) return "客户说出的困难和愿望，会连同原话记在这里。";
    const firm = needs.filter(({ status }) => DEGREES[status] >= DEGREES.explicit).length;
    const hinted = needs.filter(({ status }) => DEGREES[status] > 0).length - firm;
    return `明确 ${firm} 项，还在暗示 ${hinted} 项`;
  }

  #sorted(needs) {
    return [...needs].sort((a, b) => Number(a.status === "dismissed") - Number(b.status === "dismissed"));
  }

  #entry({ code, name, status, status_name, quote, turn }) {
    const degree = DEGREES[status] ?? 0;
    const fresh = this.#before && this.#before.get(code) !== status;
    const said = `“${quote}”`;
    const words = turn
      ? h("button", { type: "button", class: "said", title: "看这句话是哪里说的", onclick: () => this.#reveal(turn) }, said)
      : h("p", { class: "said" }, said);
    return h(
      "li",
      { class: `entry ${status}${fresh ? " fresh" : ""}`, data: { code } },
      h(
        "p",
        { class: "entry-head" },
        h("span", { class: "name" }, name ?? this.#names.get(code) ?? code),
        h("span", { class: `status status-${status}` }, STATUSES[status] ?? status_name ?? status),
      ),
      degree > 0 && h("div", { class: "track", "aria-hidden": "true" }, [1, 2, 3, 4].map((step) => h("i", { class: step <= degree ? "on" : null }))),
      quote && words,
    );
  }
}

const legend = () =>
  h(
    "ul",
    { class: "legend", "aria-label": "需求怎样一步步变明确" },
    LEGEND.map(([status, says]) => h("li", null, h("span", { class: `status status-${status}` }, STATUSES[status]), h("span", null, says))),
  );

const shownFact = ({ name, code, value, quote }) => ({ label: name ?? code, value, note: quote && `“${quote}”` });
