// Where the manager types: grows with the text, knows input methods, keeps the draft.
import { $, h } from "./dom.js";
import { icon } from "./icons.js";
import { COMMANDS, LIMIT } from "./names.js";
import * as storage from "./storage.js";

const length = (text) => [...text].length; // characters, as the server counts them

export class Composer {
  #text = $("text");
  #send = $("send");
  #count = $("count");
  #commands = $("commands");
  #onSend;

  /** `onSend(text, shown?)` returns whether the message was taken. */
  constructor(onSend) {
    this.#onSend = onSend;
    this.#send.append(icon("send"));
    this.#text.value = storage.recalled("draft") ?? "";
    this.#text.addEventListener("input", () => this.#changed());
    this.#text.addEventListener("keydown", (event) => this.#pressed(event));
    $("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#commands.append(...COMMANDS.map((command) => this.#command(command)));
    this.#commands.addEventListener("keydown", (event) => this.#walk(event));
    this.context({});
    this.#changed();
  }

  focus() {
    this.#text.focus();
  }

  clear() {
    this.#text.value = "";
    this.#changed();
  }

  fill(text) {
    this.#text.value = text;
    this.#changed();
    this.#text.focus();
    this.#text.setSelectionRange(text.length, text.length);
  }

  /** Follow the state: the commands of a visit, what the field asks for. */
  context({ mode, question, practice }) {
    this.#commands.hidden = mode !== "visit";
    for (const button of this.#commands.children) button.hidden = button.dataset.question === "yes" && !question;
    this.#rove([...this.#commands.children].find((button) => !button.hidden));
    const asks = mode === "visit" && question ? "客户怎么说？原话最好" : mode === "practice" && practice ? "对客户说…" : "说说您要做什么";
    this.#text.placeholder = asks;
  }

  #command({ title, payload, question }) {
    const data = { payload, question: question ? "yes" : "no" };
    return h("button", { type: "button", data, onclick: () => this.#onSend(payload, title) }, title);
  }

  #walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const shown = [...this.#commands.children].filter((button) => !button.hidden);
    const at = shown.indexOf(this.#commands.getRootNode().activeElement);
    if (at < 0) return;
    const to = event.key === "Home" ? 0 : event.key === "End" ? shown.length - 1 : step ? (at + step + shown.length) % shown.length : -1;
    if (to < 0) return;
    event.preventDefault();
    this.#rove(shown[to]);
    shown[to].focus();
  }

  #rove(current) {
    for (const button of this.#commands.children) button.tabIndex = button === current ? 0 : -1;
  }

  #pressed(event) {
    const composing = event.isComposing || event.keyCode === 229; // 229: Safari ends a composition with this Enter
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#text.value.trim();
    if (!text || length(text) > LIMIT) return;
    if (this.#onSend(text)) this.clear();
  }

  #changed() {
    const text = this.#text.value;
    storage.recall("draft", text || null);
    const used = length(text.trim());
    const over = used > LIMIT;
    this.#send.disabled = used === 0 || over;
    this.#count.textContent = over ? `超出 ${used - LIMIT} 字，最多 ${LIMIT} 字` : `${used} / ${LIMIT}`;
    this.#count.classList.toggle("over", over);
    this.#text.setAttribute("aria-invalid", String(over));
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }
}
