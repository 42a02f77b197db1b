// A paper: what it holds, for whom, and the two ways to open it.
import { h, place } from "../dom.js";
import { heading, sections } from "./parts.js";

/** The address, if it is one of a paper; anything else is not followed. */
function address(link) {
  if (!link) return null;
  const url = new URL(link, place.base);
  return /^https?:$/.test(url.protocol) && url.pathname.startsWith("/papers/") ? url.href : null;
}

function opening(title, link, extra) {
  const href = address(link);
  return href && h("a", { class: "paper-link", href, rel: "noopener", ...extra }, title);
}

export function paper(card) {
  const links = h(
    "p",
    { class: "paper-links" },
    opening("打开看", card.link, { target: "_blank" }),
    opening("下载 Word", card.file, { download: true }),
  );
  const note = card.hours ? h("p", { class: "paper-note" }, `链接${card.hours}小时内有效`) : null;
  return [{}, heading(card.title), sections(card), links, note];
}
