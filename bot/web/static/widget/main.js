// The widget: <script src="https://our-host/widget.js"></script> on any page of a configured origin.
import { Banner } from "../js/banner.js";
import { Composer } from "../js/composer.js";
import { Connection } from "../js/connection.js";
import { $, list, place, touches } from "../js/dom.js";
import { showEmpty } from "../js/empty.js";
import { Log } from "../js/log.js";
import { STAGES } from "../js/names.js";
import { draftThread, isDraft, newKey, Outbox } from "../js/outbox.js";
import { Readiness } from "../js/readiness.js";
import * as storage from "../js/storage.js";
import { Frame } from "./frame.js";
import { forget, login, logout, mayGoOn, renewal, request, ticketsFrom, token } from "./session.js";

const TAG = "wenxu-widget";
const REFUSALS_BEFORE_REQUESTS = 2;
const AGAIN = 3000;

const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');

/** A function that asks the page's own server for a ticket: GET, answered with {"ticket": "…"}. */
function tickets(address) {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) throw new TypeError("data-ticket must be an address of this page's own origin");
  return async () => {
    const reply = await fetch(url, { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } });
    return reply.ok ? (await reply.json()).ticket : null;
  };
}

class Talk {
  #frame;
  #log;
  #composer;
  #connection;
  #outbox;
  #banner;
  #readiness;
  #user = null;
  #thread = storage.recalled("thread") ?? draftThread();
  #shown = null;
  #entering = false;
  #again = null;

  constructor(root, title) {
    this.#frame = new Frame(root, title, (focus) => this.#opened(focus));
    const send = (text, shown) => this.#send(text, shown);
    this.#log = new Log({ send, retry: (key) => this.#outbox.retry(key), edit: (key) => this.#edit(key) });
    this.#composer = new Composer(send);
    this.#banner = new Banner(() => (this.#user ? this.#connection.wake() : this.#enter()));
    this.#readiness = new Readiness(() => this.#hold());
    this.#connection = new Connection({
      open: () => {
        this.#banner.hide();
        this.#outbox.ground(false);
      },
      close: (failures) => this.#disconnected(failures),
      frame: (frame) => frame.type !== "typing" && this.#outbox.frame(frame),
      unauthorised: () => this.#goOn(),
    });
    this.#outbox = new Outbox(this.#connection, {
      changed: () => this.#delivery(),
      replied: (item, reply) => this.#replied(item, reply),
      failed: (item, problem) => this.#log.markFailed(item.key, problem, !item.shown),
      unauthorised: () => this.#goOn(),
      unready: (problem) => {
        this.#readiness.check();
        if (problem.status === 0) this.#banner.show();
      },
    });
    renewal.heard = () => this.#connection.authenticate();
    $("new").addEventListener("click", () => this.#fresh());
    $("leave").addEventListener("click", () => this.#leave());
    $("login").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#login();
    });
    addEventListener("online", () => this.#frame.isOpen && !this.#user && mayGoOn() && this.#enter());
  }

  restore() {
    this.#frame.restore();
  }

  open() {
    this.#frame.open();
  }

  close() {
    this.#frame.close();
  }

  /** Nothing is asked of the server before the widget is opened for the first time. */
  #opened(focus) {
    this.#readiness.check();
    if (this.#user) {
      if (focus) this.#composer.focus();
    } else if (mayGoOn()) this.#enter(focus);
    else this.#showLogin("", focus);
  }

  #showLogin(notice = "", focus = true) {
    $("talk").hidden = true;
    $("login").hidden = false;
    for (const id of ["new", "leave"]) $(id).hidden = true;
    $("login-error").textContent = "";
    $("login-lead").textContent = notice || "请登录问需。";
    if (focus) ($("username").value ? $("password") : $("username")).focus();
  }

  async #login() {
    const [username, password, error, submit] = ["username", "password", "login-error", "login-submit"].map($);
    error.textContent = "";
    if (!username.value.trim() || !password.value) {
      error.textContent = "请输入用户名和密码。";
      (username.value.trim() ? password : username).focus();
      return;
    }
    submit.disabled = true;
    try {
      await login(username.value.trim(), password.value);
      password.value = "";
      await this.#enter();
    } catch (problem) {
      error.textContent = problem.message;
      password.focus();
    } finally {
      submit.disabled = false;
    }
  }

  async #enter(focus = true) {
    if (this.#entering) return;
    this.#entering = true;
    clearTimeout(this.#again);
    try {
      const found = await request("api/me");
      if (storage.recalled("user") !== found.username) this.#forgetTalk();
      storage.recall("user", found.username);
      this.#user = found;
      $("login").hidden = true;
      for (const id of ["talk", "new", "leave"]) $(id).hidden = false;
      this.#banner.hide();
      if (this.#shown !== this.#thread) await this.#load(this.#thread);
      this.#connection.start(token);
      this.#hold();
      if (focus && !touches()) this.#composer.focus();
    } catch (problem) {
      if (problem.status === 0 || problem.passing) {
        this.#banner.show();
        this.#again = setTimeout(() => this.#enter(focus), AGAIN);
      } else {
        forget();
        this.#showLogin(problem.status === 401 ? "请登录问需。" : problem.message, focus);
      }
    } finally {
      this.#entering = false;
    }
  }

  async #goOn() {
    try {
      await renewal.renew();
      if (!this.#user) return;
      this.#connection.start(token);
      this.#hold();
    } catch (problem) {
      if (problem.passing) this.#again = setTimeout(() => this.#user && this.#goOn(), AGAIN);
      else this.#expired();
    }
  }

  #out() {
    this.#user = null;
    this.#outbox.held = true;
    clearTimeout(this.#again);
    this.#connection.stop();
    this.#banner.hide();
    this.#outbox.ground(false);
  }

  #expired() {
    this.#out();
    forget();
    this.#showLogin("登录已过期，请重新登录。没发出去的内容都还在。", this.#frame.isOpen);
  }

  async #leave() {
    this.#out();
    this.#forgetTalk();
    this.#composer.clear();
    storage.recall("user", null);
    this.#showLogin();
    await logout();
  }

  #forgetTalk() {
    this.#outbox.clear();
    this.#thread = draftThread();
    this.#shown = null;
    storage.recall("thread", null);
    this.#log.reset();
    this.#state({});
  }

  #send(text, shown) {
    if (!this.#user) return false;
    const item = { key: newKey(), text, shown, thread: this.#thread };
    this.#log.say(item);
    showEmpty(false);
    this.#outbox.add(item);
    if (touches()) $("scroll").focus();
    else this.#composer.focus();
    return true;
  }

  #edit(key) {
    this.#composer.fill(this.#outbox.find(key)?.text ?? "");
    this.#outbox.drop(key);
    this.#log.remove(key);
  }

  #delivery() {
    const mine = this.#outbox.of(this.#thread);
    const flying = mine.find((item) => item.key === this.#outbox.flying?.key);
    for (const item of mine) {
      if (item.failed) this.#log.markFailed(item.key, item.failed, !item.shown);
      else this.#log.mark(item.key, item === flying ? "" : "待发送");
    }
    this.#log.typing(Boolean(flying));
    this.#banner.waiting(this.#outbox.waiting);
  }

  #replied(item, reply) {
    this.#banner.hide();
    if (item.thread !== this.#thread) return;
    if (this.#shown === this.#thread) this.#shown = reply.conversation;
    this.#thread = reply.conversation;
    storage.recall("thread", this.#thread);
    if (item.restored) {
      this.#load(this.#thread);
      return;
    }
    this.#log.answer(item.key, reply.messages, { turn: reply.turn });
    this.#state(reply.state ?? {});
    this.#frame.unread();
  }

  #state(state) {
    const stage = STAGES.find(([code]) => code === state.stage)?.[2];
    const words = [state.client?.name ?? (state.mode === "practice" ? "演练" : ""), stage].filter(Boolean).join(" · ");
    $("client").hidden = !words;
    $("client").textContent = words;
    this.#composer.context(state);
  }

  #fresh() {
    this.#outbox.dropFailed(this.#thread);
    this.#load(draftThread());
    this.#composer.focus();
  }

  async #load(id) {
    this.#thread = this.#shown = id;
    storage.recall("thread", id);
    this.#log.reset();
    this.#state({});
    showEmpty(false);
    if (!isDraft(id) && !(await this.#history(id))) return;
    for (const item of this.#outbox.of(id)) this.#log.say(item);
    this.#delivery();
    showEmpty(this.#log.isEmpty, this.#user, { send: (text) => this.#send(text), fill: (text) => this.#composer.fill(text) });
  }

  /** Return whether the conversation is still the one wanted and was loaded. */
  async #history(id) {
    try {
      const stored = await request(`api/conversations/${encodeURIComponent(id)}`);
      if (this.#thread !== id) return false;
      for (const turn of list(stored.turns)) if (turn.key) this.#outbox.drop(turn.key);
      this.#log.load(list(stored.turns));
      this.#state(stored.state ?? {});
      return true;
    } catch (problem) {
      if (this.#thread !== id) return false;
      this.#shown = null;
      if (problem.status === 401) this.#expired();
      else if (problem.status === 404) this.#load(draftThread());
      else this.#log.fail(`没能载入这段对话：${problem.message}`, () => this.#load(id));
      return false;
    }
  }

  #hold() {
    this.#outbox.held = !this.#user || this.#readiness.ready === false;
    this.#outbox.pump();
    this.#delivery();
  }

  async #disconnected(failures) {
    this.#outbox.ground(false);
    this.#banner.show();
    this.#readiness.check();
    if (failures < REFUSALS_BEFORE_REQUESTS) return;
    try {
      await request("api/me");
      if (!this.#user || this.#connection.isOpen) return;
      this.#banner.hide();
      this.#outbox.ground(true);
    } catch (problem) {
      if (problem.status === 401) this.#expired();
    }
  }
}

/** `<wenxu-widget>`: attributes as the script's data-…: title, theme (light | dark), position (left | right), ticket. */
class Widget extends HTMLElement {
  #talk = null;

  connectedCallback() {
    if (this.#talk) return;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    this.lang = "zh-CN";
    place.root = root;
    this.#theme();
    this.#talk = new Talk(root, this.dataset.title || "问需");
    this.#talk.restore();
  }

  open() {
    this.#talk?.open();
  }

  close() {
    this.#talk?.close();
  }

  #theme() {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const wanted = this.dataset.theme;
    const follow = () => (this.dataset.theme = dark.matches ? "dark" : "light");
    this.setAttribute("data-theme", wanted === "dark" || wanted === "light" ? wanted : dark.matches ? "dark" : "light");
    if (wanted !== "dark" && wanted !== "light") dark.addEventListener("change", follow);
  }
}

if (script && !customElements.get(TAG)) {
  place.base = new URL(".", script.src).href;
  if (script.dataset.ticket) ticketsFrom(tickets(script.dataset.ticket));
  customElements.define(TAG, Widget);
  const element = document.createElement(TAG);
  for (const name of ["title", "theme", "position"]) if (script.dataset[name]) element.dataset[name] = script.dataset[name];
  // Beside the body, not in it: no rule of the page about its children is touched, no framework sweeps it away.
  document.documentElement.append(element);
}
