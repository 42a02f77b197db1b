// Earlier conversations, and who is logged in.
import { $, clockTime, dayName, h, list } from "./dom.js";
import { icon } from "./icons.js";
import { MODES } from "./names.js";
import { request } from "./session.js";

const when = (at) => [dayName(at), dayName(at) === "今天" ? clockTime(at) : ""].filter(Boolean).join(" ");

const clientName = (client) => (typeof client === "string" ? client : client?.name);

/** `actions`: {current(), open(id), fresh(), user(), account(), leave(), unauthorised()}. Returns the function that fills the drawer. */
export function bindHistory(actions) {
  const drawer = $("history");
  const shut = (then) => () => {
    drawer.close();
    then();
  };
  const close = h("button", { type: "button", class: "icon", "aria-label": "关闭历史对话", onclick: () => drawer.close() }, icon("close"));
  const rows = h("div", { id: "conversations", "aria-live": "polite" });
  const fresh = h("button", { type: "button", class: "primary wide", onclick: shut(actions.fresh) }, "新对话");
  const who = h("span", { class: "muted" });
  const leave = h("button", { type: "button", class: "quiet", id: "logout", onclick: shut(actions.leave) }, "退出登录");
  drawer.append(
    h("div", { class: "drawer-part" }, h("div", { class: "panel-head" }, h("h2", { id: "history-title" }, "历史对话"), close), fresh, rows),
    h("div", { class: "drawer-foot" }, who, h("button", { type: "button", class: "quiet", id: "open-account", onclick: shut(actions.account) }, "账号设置"), leave),
  );

  const row = ({ id, title, client, mode, updated_at }) => {
    const about = [clientName(client), MODES[mode], when(updated_at)].filter(Boolean).join(" · ");
    const current = id === actions.current() ? "true" : null;
    const open = shut(() => actions.open(id));
    return h("li", null, h("button", { type: "button", class: "conversation", "aria-current": current, onclick: open }, h("strong", null, title || clientName(client) || "对话"), h("small", null, about)));
  };

  return async function fill() {
    const user = actions.user();
    who.textContent = user ? user.display_name || user.username : "";
    if (!rows.childElementCount) rows.replaceChildren(h("p", { class: "muted" }, "正在载入…"));
    try {
      const { conversations } = await request("api/conversations");
      const found = list(conversations);
      rows.replaceChildren(found.length ? h("ul", { class: "conversations" }, found.map(row)) : h("p", { class: "muted" }, "还没有对话。"));
    } catch (problem) {
      if (problem.status === 401) {
        drawer.close();
        actions.unauthorised();
      }
      rows.replaceChildren(h("p", { class: "error" }, `没能载入：${problem.message}`));
    }
  };
}
