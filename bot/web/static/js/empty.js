// What a conversation shows before its first message.
import { $, h } from "./dom.js";
import { SUGGESTIONS } from "./names.js";

function greeting() {
  const hour = new Date().getHours();
  if (hour < 5) return "夜深了";
  if (hour < 11) return "早上好";
  if (hour < 14) return "中午好";
  return hour < 18 ? "下午好" : "晚上好";
}

/** `actions`: {send(text), fill(text)}. */
export function showEmpty(shown, user, actions) {
  const place = $("empty");
  place.hidden = !shown;
  if (!shown) return;
  const name = user?.display_name ? `${user.display_name}，` : "";
  const suggestion = ({ title, note, fill, send }) =>
    h(
      "li",
      null,
      h("button", { type: "button", class: "suggestion", onclick: () => (fill ? actions.fill(fill) : actions.send(send)) }, h("strong", null, title), h("span", null, note)),
    );
  place.replaceChildren(
    h("h2", { id: "empty-title" }, `${name}${greeting()}`),
    h("p", null, "今天去见谁？说个客户名，我陪您把话问到点子上。"),
    h("ul", { class: "suggestions" }, SUGGESTIONS.map(suggestion)),
  );
}
