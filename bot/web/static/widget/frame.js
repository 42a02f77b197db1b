// The widget's elements, its opening and closing, and the keyboard.
import { $, h } from "../js/dom.js";
import { icon } from "../js/icons.js";
import * as storage from "../js/storage.js";

const narrow = matchMedia("(max-width: 480px)");
const FOCUSABLE = 'button, [href], input, textarea, summary, [tabindex]:not([tabindex="-1"])';

const button = (id, name, glyph, more = {}) => h("button", { type: "button", class: "icon", id, "aria-label": name, title: name, ...more }, icon(glyph));

function head(title) {
  const words = h("div", { class: "head-words" }, h("h2", { id: "title" }, title), h("p", { id: "client", hidden: true }));
  const actions = h("div", { class: "head-actions" }, button("new", "新对话", "plus"), button("leave", "退出登录", "leave"), button("close", "关闭问需", "close"));
  return h("header", { class: "head" }, words, actions);
}

function loginForm() {
  const field = (id, name, type, complete) => [h("label", { for: id }, name), h("input", { id, type, autocomplete: complete, autocapitalize: "none", spellcheck: "false" })];
  return h(
    "form",
    { id: "login", class: "login", hidden: true, novalidate: true },
    h("p", { class: "muted", id: "login-lead" }, "请登录问需。"),
    field("username", "用户名", "text", "username"),
    field("password", "密码", "password", "current-password"),
    h("p", { id: "login-error", class: "error", role: "alert" }),
    h("button", { class: "primary wide", type: "submit", id: "login-submit" }, "登录"),
    h("p", { id: "login-status", class: "muted", role: "status", hidden: true }),
  );
}

function talk() {
  return h(
    "div",
    { id: "talk", class: "talk", hidden: true },
    h(
      "div",
      { id: "scroll", class: "scroll", tabindex: "0", role: "group", "aria-label": "对话内容，可上下滚动" },
      h("section", { id: "empty", class: "empty", hidden: true }),
      h("div", { id: "log", class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": "对话记录" }),
      h("p", { id: "typing", class: "typing", role: "status", hidden: true }, h("span", { class: "visually-hidden" }, "问需正在想"), h("i"), h("i"), h("i")),
    ),
    h("div", { class: "latest" }, h("button", { type: "button", class: "icon", id: "to-latest", "aria-label": "回到最新", hidden: true })),
    h("section", { id: "readiness", class: "readiness", "aria-label": "对话模型状态", hidden: true }),
    h(
      "form",
      { id: "composer", class: "composer", "aria-label": "发送消息" },
      h("div", { id: "commands", class: "commands", role: "toolbar", "aria-label": "拜访快捷指令", hidden: true }),
      h(
        "div",
        { class: "field" },
        h("label", { class: "visually-hidden", for: "text" }, "输入消息"),
        h("textarea", { id: "text", rows: "1", enterkeyhint: "send", autocomplete: "off", "aria-describedby": "count" }),
        h("button", { class: "send", type: "submit", id: "send", "aria-label": "发送" }),
      ),
      h("p", { class: "under" }, h("span", { id: "count", class: "count" })),
    ),
  );
}

export class Frame {
  #panel;
  #launcher;
  #onOpen;

  /** `onOpen()` is called each time the panel opens. */
  constructor(root, title, onOpen) {
    this.#onOpen = onOpen;
    const banner = h("div", { id: "banner", class: "banner", role: "status", hidden: true });
    this.#panel = h("section", { id: "panel", class: "wenxu panel", role: "dialog", "aria-labelledby": "title", hidden: true }, head(title), banner, loginForm(), talk());
    this.#launcher = h(
      "button",
      { type: "button", id: "launcher", class: "wenxu launcher", "aria-label": `打开${title}`, "aria-haspopup": "dialog", "aria-expanded": "false", "aria-controls": "panel" },
      icon("talk"),
      h("span", { id: "unread", class: "unread", hidden: true }, h("span", { class: "visually-hidden" }, "有新的答复")),
    );
    root.append(this.#launcher, this.#panel);
    this.#launcher.addEventListener("click", () => this.open());
    $("close").addEventListener("click", () => this.close());
    this.#panel.addEventListener("keydown", (event) => this.#pressed(event));
    narrow.addEventListener("change", () => this.#modal());
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  /** Open again what was open on the page before; not where it would cover the whole page. */
  restore() {
    if (storage.recalled("open") === "yes" && !narrow.matches) this.open(false);
  }

  open(focus = true) {
    if (this.isOpen) return;
    this.#panel.hidden = false;
    this.#launcher.hidden = true;
    this.#launcher.setAttribute("aria-expanded", "true");
    $("unread").hidden = true;
    this.#modal();
    storage.recall("open", "yes");
    this.#onOpen(focus);
  }

  close() {
    this.#panel.hidden = true;
    this.#launcher.hidden = false;
    this.#launcher.setAttribute("aria-expanded", "false");
    storage.recall("open", null);
    this.#launcher.focus();
  }

  unread() {
    if (!this.isOpen) $("unread").hidden = false;
  }

  #modal() {
    if (narrow.matches) this.#panel.setAttribute("aria-modal", "true");
    else this.#panel.removeAttribute("aria-modal");
  }

  #pressed(event) {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation(); // or a dialog of the page around would close as well
      this.close();
    } else if (event.key === "Tab") {
      this.#cycle(event);
    }
  }

  /** The focus goes round inside the panel. */
  #cycle(event) {
    const able = [...this.#panel.querySelectorAll(FOCUSABLE)].filter((one) => !one.disabled && one.tabIndex >= 0 && one.offsetParent !== null);
    const [first, last] = [able[0], able.at(-1)];
    const now = this.#panel.getRootNode().activeElement;
    if (event.shiftKey ? now !== first : now !== last) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}
