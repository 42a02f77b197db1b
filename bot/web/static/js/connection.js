// One WebSocket to the server: opens, authenticates, reopens with back-off.
import { place } from "./dom.js";

const FIRST_RETRY = 300;
const LONGEST_RETRY = 20000;
const OPENING = 8000; // ms to wait for "ready"
const UNAUTHORISED = 4401; // close code

/**
 * `hears`: {open(), close(failures), frame(frame), unauthorised()}. `failures` counts the attempts in a row that did
 * not get as far as "ready".
 */
export class Connection {
  #hears;
  #socket = null;
  #token = null;
  #retry = null;
  #deadline = null;
  #failures = 0;
  isOpen = false;

  constructor(hears) {
    this.#hears = hears;
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.#socket && this.#lost(this.#socket, 0));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
  }

  /** `token()` gives the token in force. */
  start(token) {
    this.stop();
    this.#token = token;
    this.#failures = 0;
    this.#open();
  }

  stop() {
    this.#token = null;
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** Try again now instead of at the end of the back-off. */
  wake() {
    if (!this.#token || this.#socket) return;
    clearTimeout(this.#retry);
    this.#open();
  }

  /** Give a silent socket up and open a new one. */
  renew() {
    if (this.#socket) this.#lost(this.#socket, 0);
  }

  /** Go on with a fresh token before the old one runs out. */
  authenticate() {
    if (this.isOpen) this.send({ type: "auth", token: this.#token() });
  }

  send(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  #open() {
    const url = new URL("api/chat/ws", place.base);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#deadline = setTimeout(() => this.#lost(socket, 0), OPENING);
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", token: this.#token() }));
    socket.onclose = (event) => this.#lost(socket, event.code);
    socket.onmessage = (event) => this.#heard(socket, event.data);
  }

  #heard(socket, data) {
    if (socket !== this.#socket) return;
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame.type === "ready") {
      clearTimeout(this.#deadline);
      this.#failures = 0;
      this.isOpen = true;
      this.#hears.open();
    } else if (frame.type === "renewed") {
      return;
    } else if (frame.type === "error" && frame.status === 401) {
      this.#refused();
    } else {
      this.#hears.frame(frame);
    }
  }

  #lost(socket, code) {
    if (socket !== this.#socket) return;
    if (code === UNAUTHORISED) {
      this.#refused();
      return;
    }
    const wasOpen = this.isOpen;
    this.#drop();
    if (!wasOpen) this.#failures += 1;
    const wait = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** this.#failures) * (0.75 + Math.random() / 2);
    this.#retry = setTimeout(() => this.#open(), wait);
    this.#hears.close(this.#failures);
  }

  #refused() {
    this.stop();
    this.#hears.unauthorised();
  }

  #drop() {
    clearTimeout(this.#deadline);
    const socket = this.#socket;
    this.#socket = null;
    this.isOpen = false;
    if (!socket) return;
    socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close();
  }
}
