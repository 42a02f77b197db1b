// The conversation as it is on the page.
import { besides, renderCard } from "./cards/index.js";
import { $, clockTime, dayName, gently, h, list } from "./dom.js";
import { icon } from "./icons.js";
import { COMMANDS } from "./names.js";

const NEAR = 120; // px from the end within which the page follows new messages

export class Log {
  #log = $("log");
  #scroll = $("scroll");
  #typing = $("typing");
  #latest = $("to-latest");
  #actions;
  #titles = new Map(COMMANDS.map(({ payload, title }) => [payload, title]));
  #turns = new Map(); // key of the message → its element
  #day = "";
  #follows = true; // false once the reader has scrolled away from the end
  lastTurn = 0;

  /** `actions`: {send(payload, title), retry(key), edit(key)}. */
  constructor(actions) {
    this.#actions = actions;
    this.#latest.append(icon("down"));
    this.#scroll.addEventListener("scroll", () => this.#offerLatest(), { passive: true });
    for (const move of ["wheel", "touchmove", "keydown"]) {
      this.#scroll.addEventListener(move, () => requestAnimationFrame(() => (this.#follows = this.#atEnd())), { passive: true });
    }
    this.#latest.addEventListener("click", () => this.toEnd(true));
  }

  get isEmpty() {
    return this.#log.childElementCount === 0;
  }

  reset() {
    this.#log.replaceChildren();
    this.#turns.clear();
    this.#day = "";
    this.lastTurn = 0;
    this.typing(false);
  }

  /** Show a stored conversation; a screen reader is not made to hear all of it. */
  load(turns) {
    this.#log.setAttribute("aria-busy", "true");
    this.reset();
    turns.forEach((turn, at) => {
      const key = turn.key ?? `turn-${turn.number ?? at}`;
      if (turn.text) this.say({ key, text: turn.text, shown: this.#titles.get(turn.text), at: turn.at }, { quiet: true });
      this.answer(key, turn.messages, { turn: turn.number, at: turn.at, quiet: true });
    });
    this.toEnd(false);
    requestAnimationFrame(() => this.#log.setAttribute("aria-busy", "false"));
  }

  fail(text, again) {
    this.reset();
    const button = h("button", { type: "button", onclick: again }, "重新载入");
    this.#log.append(h("div", { class: "load-failed" }, h("p", null, text), button));
  }

  /** The manager's own message. */
  say({ key, text, shown, at }, { quiet = false } = {}) {
    this.#retireChips(text);
    this.#markDay(at ?? Date.now());
    const words = shown ?? (text.startsWith("/") ? "（按钮）" : text);
    const bubble = h("p", { class: "mine", title: clockTime(at ?? Date.now()) }, h("span", { class: "visually-hidden" }, "我说："), words);
    this.#log.append(this.#turn(key, bubble, h("p", { class: "delivery" })));
    if (!quiet) this.toEnd(true);
  }

  has(key) {
    return this.#turns.has(key);
  }

  /** Say under a message where it is: "" once it has arrived. */
  mark(key, text) {
    const delivery = this.#turns.get(key)?.querySelector(".delivery");
    if (!delivery || delivery.dataset.shows === text) return;
    delivery.dataset.shows = text;
    delivery.className = "delivery";
    delivery.replaceChildren(text);
  }

  markFailed(key, problem, editable = true) {
    const delivery = this.#turns.get(key)?.querySelector(".delivery");
    if (!delivery) return;
    delivery.dataset.shows = "failed";
    delivery.className = "delivery failed";
    delivery.replaceChildren(
      h("span", { role: "alert" }, [problem.title, problem.detail].filter(Boolean).join("：")),
      h("button", { type: "button", onclick: () => this.#actions.retry(key) }, "重发"),
      editable ? h("button", { type: "button", onclick: () => this.#actions.edit(key) }, "改一改") : "",
    );
  }

  remove(key) {
    this.#turns.get(key)?.remove();
    this.#turns.delete(key);
  }

  /** The answer to the message `key`; a second answer to the same message is not shown again. */
  answer(key, messages, { turn, at, quiet = false } = {}) {
    let place = this.#turns.get(key);
    if (!place) {
      this.#markDay(at ?? Date.now());
      place = this.#turn(key);
      this.#log.append(place);
    }
    if (place.dataset.answered) return;
    this.mark(key, "");
    place.dataset.answered = "yes";
    this.lastTurn = turn ?? this.lastTurn + 1;
    place.dataset.turn = String(this.lastTurn);
    this.#retireChips();
    const theirs = h("div", { class: "theirs" }, h("span", { class: "visually-hidden" }, "问需说："), list(messages).map((message) => this.#message(message)));
    place.append(theirs);
    if (!quiet && this.#follows) this.#showAnswer(place);
    if (!quiet) this.#offerLatest();
  }

  typing(on) {
    if (this.#typing.hidden === !on) return;
    this.#typing.hidden = !on;
    if (on && this.#follows) this.toEnd(true);
  }

  /** Scroll to the words a ledger entry rests on. */
  reveal(turn) {
    const place = this.#log.querySelector(`[data-turn="${Number(turn)}"]`);
    if (!place) return false;
    this.#log.querySelector(".turn.found")?.classList.remove("found");
    place.classList.add("found");
    this.#follows = false;
    place.scrollIntoView({ block: "start", behavior: gently() });
    place.setAttribute("tabindex", "-1");
    place.focus({ preventScroll: true });
    return true;
  }

  toEnd(smooth) {
    this.#follows = true;
    this.#scroll.scrollTo({ top: this.#scroll.scrollHeight, behavior: gently(smooth) });
  }

  #turn(key, ...inside) {
    const place = h("div", { class: "turn", data: { key } }, inside);
    this.#turns.set(key, place);
    return place;
  }

  #message(message) {
    const text = besides(message);
    for (const { payload, title } of [...list(message.buttons), ...list(message.card?.items)]) {
      if (payload) this.#titles.set(payload, title);
    }
    const buttons = list(message.buttons).map(({ title, payload }) =>
      h("button", { type: "button", class: "chip", data: { payload }, onclick: () => this.#actions.send(payload, title) }, title),
    );
    return [
      text && h("p", { class: "bubble" }, text),
      message.card && renderCard(message.card, this.#actions),
      buttons.length > 0 && h("div", { class: "chips", role: "group", "aria-label": "可以选" }, buttons),
    ];
  }

  /** Buttons belong to the last message; older ones stay to be seen, with the one that was taken marked. */
  #retireChips(chosen) {
    for (const chip of this.#log.querySelectorAll(".chip:not(:disabled)")) {
      chip.disabled = true;
      if (chosen && chip.dataset.payload === chosen) chip.classList.add("chosen");
    }
  }

  #markDay(at) {
    const day = dayName(at);
    if (!day || day === this.#day) return;
    this.#day = day;
    this.#log.append(h("p", { class: "day" }, day));
  }

  #atEnd() {
    return this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight < NEAR;
  }

  /** Follow to the end, but never past the beginning of a long answer. */
  #showAnswer(place) {
    const top = place.getBoundingClientRect().top - this.#scroll.getBoundingClientRect().top + this.#scroll.scrollTop - 12;
    const end = this.#scroll.scrollHeight - this.#scroll.clientHeight;
    this.#scroll.scrollTo({ top: Math.min(top, end), behavior: gently() });
  }

  #offerLatest() {
    this.#latest.hidden = this.#atEnd();
  }
}
