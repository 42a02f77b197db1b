// The strip that says the connection is gone. A blip shorter than GRACE is not worth a word.
import { $, h } from "./dom.js";

const GRACE = 1000;

export class Banner {
  #timer = null;
  #again;
  #waiting = 0;

  /** `again()` tries to connect at once. */
  constructor(again) {
    this.#again = again;
  }

  hide() {
    clearTimeout(this.#timer);
    this.#timer = null;
    $("banner").hidden = true;
    $("banner").replaceChildren();
  }

  show() {
    if (this.#timer || !$("banner").hidden) return;
    this.#timer = setTimeout(() => this.#draw(), GRACE);
  }

  /** Say how many messages wait. */
  waiting(count) {
    if (count === this.#waiting) return;
    this.#waiting = count;
    if (!$("banner").hidden) this.#draw();
  }

  #draw() {
    const what = navigator.onLine ? "连接断了，正在重连" : "网络断了";
    const kept = this.#waiting ? `，${this.#waiting} 条消息待发` : "";
    $("banner").hidden = false;
    $("banner").replaceChildren(
      h("span", null, what + kept),
      h("button", { type: "button", class: "quiet", onclick: () => this.#again() }, "现在重连"),
    );
  }
}
