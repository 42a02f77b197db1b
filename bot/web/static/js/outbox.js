// Messages on their way. Each has a key of its own; the server answers a key once, however often it is sent, so that a
// message is kept until its reply is here and simply sent again when in doubt. One at a time, in the order written.
import { Problem } from "./requests.js";
import { request } from "./session.js";
import * as storage from "./storage.js";

const SILENCE = 45000; // ms without a reply before the connection is taken for dead
const LONGEST_WAIT = 15000;

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const isDraft = (thread) => thread.startsWith("new:");
export const draftThread = () => `new:${newKey()}`;

/**
 * `hears`: {changed(), replied(item, reply), failed(item, problem), unauthorised(), unready(problem)}.
 * An item: {key, text, shown, thread, failed?, restored?}; `thread` is a conversation's id or a draft's name.
 */
export class Outbox {
  #connection;
  #hears;
  #items;
  #flying = null;
  #timer = null;
  #tries = 0;
  #byRequest = false;
  held = true;

  constructor(connection, hears) {
    this.#connection = connection;
    this.#hears = hears;
    this.#items = storage.recalledJson("outbox", []).map((item) => ({ ...item, restored: true }));
  }

  of(thread) {
    return this.#items.filter((item) => item.thread === thread);
  }

  get waiting() {
    return this.#items.filter((item) => !item.failed).length;
  }

  get flying() {
    return this.#flying;
  }

  add(item) {
    this.#items.push(item);
    this.#saved();
    this.pump();
  }

  find(key) {
    return this.#items.find((item) => item.key === key);
  }

  retry(key) {
    const item = this.find(key);
    if (!item) return;
    item.failed = null;
    this.#saved();
    this.pump();
  }

  drop(key) {
    this.#items = this.#items.filter((item) => item.key !== key);
    this.#saved();
  }

  dropFailed(thread) {
    this.#items = this.#items.filter((item) => !(item.failed && item.thread === thread));
    this.#saved();
  }

  clear() {
    this.#settle();
    this.#items = [];
    this.#saved();
  }

  /** The connection was lost or changed hands: what was flying waits again. */
  ground(byRequest) {
    if (this.#flying && !this.#flying.requested) this.#settle();
    this.#byRequest = byRequest;
    this.#hears.changed();
    this.pump();
  }

  pump() {
    if (this.held || this.#flying || this.#timer) return;
    const item = this.#items.find((one) => !one.failed);
    if (!item) return;
    if (this.#connection.isOpen) this.#send(item);
    else if (this.#byRequest) this.#post(item);
  }

  frame(frame) {
    const item = this.find(frame.key);
    if (!item) return;
    if (frame.type === "reply") this.#replied(item, frame);
    else if (frame.type === "error") this.#refused(item, new Problem(frame.status, frame.title, frame.detail, frame.retry_after));
  }

  #body(item) {
    const body = { text: item.text, key: item.key };
    if (!isDraft(item.thread)) body.conversation = item.thread;
    return body;
  }

  #send(item) {
    this.#fly(item, false);
    this.#flying.silence = setTimeout(() => this.#connection.renew(), SILENCE);
    this.#connection.send({ type: "message", ...this.#body(item) });
  }

  async #post(item) {
    this.#fly(item, true);
    const flight = this.#flying;
    try {
      const reply = await request("api/chat", { method: "POST", body: this.#body(item), timeout: SILENCE });
      if (this.#flying === flight) this.#replied(item, reply);
    } catch (problem) {
      if (this.#flying === flight) this.#refused(item, problem);
    }
  }

  #fly(item, requested) {
    this.#flying = { key: item.key, requested, silence: null };
    this.#hears.changed();
  }

  #settle() {
    clearTimeout(this.#flying?.silence);
    clearTimeout(this.#timer);
    this.#flying = null;
    this.#timer = null;
  }

  #replied(item, reply) {
    this.#settle();
    this.#tries = 0;
    this.#items = this.#items.filter((one) => one !== item);
    for (const other of this.#items) if (other.thread === item.thread) other.thread = reply.conversation;
    this.#saved();
    this.#hears.replied(item, reply);
    this.pump();
  }

  #refused(item, problem) {
    this.#settle();
    if (problem.status === 401) {
      this.held = true;
      this.#hears.unauthorised();
    } else if (problem.passing) {
      this.#tries += 1;
      const wait = problem.retryAfter * 1000 || Math.min(LONGEST_WAIT, 500 * 2 ** this.#tries);
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.pump();
      }, wait);
      this.#hears.unready(problem);
    } else {
      item.failed = { title: problem.title, detail: problem.detail };
      this.#saved();
      this.#hears.failed(item, item.failed);
      this.pump();
    }
  }

  #saved() {
    storage.recallJson("outbox", this.#items);
    this.#hears.changed();
  }
}
