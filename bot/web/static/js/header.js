// The client's name and how far the visit is.
import { $, h } from "./dom.js";
import { STAGES } from "./names.js";

export function showHeader({ mode, client, stage, practice }) {
  const name = client?.name ?? (mode === "practice" ? `演练${practice?.persona ? `：${practice.persona}` : ""}` : "");
  $("client").hidden = !name;
  $("client").textContent = name;
  $("client").title = name;
  document.title = name ? `${name} · 问需` : "问需";
  const at = STAGES.findIndex(([code]) => code === stage);
  $("stages").hidden = at < 0;
  if (at < 0) {
    $("stages").replaceChildren();
    return;
  }
  const step = ([, short, full], index) => {
    const done = index < at;
    const said = done ? "，已过" : index === at ? "，正在这一步" : "";
    return h(
      "li",
      { class: done ? "done" : null, "aria-current": index === at ? "step" : null, title: full },
      short,
      said && h("span", { class: "visually-hidden" }, said),
    );
  };
  $("stages").replaceChildren(h("ol", null, STAGES.map(step)));
}
