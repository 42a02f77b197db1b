// From a card to its element. A type that is not known here is shown by its sections, or by its text.
import { h } from "../dom.js";
import { paper } from "./document.js";
import { drawing, heading, plain, sections } from "./parts.js";
import { brief, progress, scorecard } from "./practice.js";
import { bundle } from "./proposal.js";
import { comparison, items } from "./tables.js";
import { impact, needs, question } from "./visit.js";

const KINDS = { document: paper, question, needs, impact, bundle, comparison, list: items, brief, scorecard, progress };

function otherwise(card) {
  return [{}, heading(card.title), drawing(card.svg), sections(card) ?? plain(card.text)];
}

/** `actions`: {send(payload, title)}. */
export function renderCard(card, actions) {
  const build = Object.hasOwn(KINDS, card.type) ? KINDS[card.type] : otherwise;
  const [{ class: extra = "" }, ...children] = build(card, actions);
  return h("article", { class: `card card-${card.type} ${extra}`.trim(), "aria-label": card.title || null }, children);
}

/** What a message says besides its card: the text, unless the card already says the same. */
export function besides(message) {
  const text = (message.text ?? "").trim();
  const same = (message.card?.text ?? "").trim();
  return same && message.card ? text.replace(same, () => "").trim() : text;
}
