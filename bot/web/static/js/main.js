// Wires the parts of the page: who is logged in, which conversation is open, what goes out and what comes back.
import { bindAccount } from "./account.js";
import { Banner } from "./banner.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { $, list, touches } from "./dom.js";
import { bindDrawers, shutOutside } from "./drawers.js";
import { showEmpty } from "./empty.js";
import { showHeader } from "./header.js";
import { bindHistory } from "./history.js";
import { icon } from "./icons.js";
import { Ledger } from "./ledger.js";
import { Log } from "./log.js";
import { bindLogin, hideLogin, showLogin } from "./login.js";
import { draftThread, isDraft, newKey, Outbox } from "./outbox.js";
import { Readiness } from "./readiness.js";
import { forgetToken, logout, mayGoOn, renewal, request, token } from "./session.js";
import * as storage from "./storage.js";
import { bindTheme } from "./theme.js";

const REFUSALS_BEFORE_REQUESTS = 2; // failed openings of the socket before plain requests are used
const AGAIN = 3000;

let user = null;
let thread = storage.recalled("thread") ?? draftThread();
let shownThread = null; // the thread whose turns are on the page
let retryEntering = null;

const log = new Log({
  send,
  retry: (key) => outbox.retry(key),
  edit(key) {
    composer.fill(outbox.find(key)?.text ?? "");
    outbox.drop(key);
    log.remove(key);
  },
});
const ledger = new Ledger((turn) => {
  if ($("ledger-drawer").open) $("ledger-drawer").close();
  log.reveal(turn);
});
const composer = new Composer(send);
const readiness = new Readiness(hold);
const banner = new Banner(() => (user ? connection.wake() : comeBack()));
const connection = new Connection({
  open() {
    banner.hide();
    outbox.ground(false);
  },
  close: disconnected,
  frame(frame) {
    if (frame.type !== "typing") outbox.frame(frame);
  },
  unauthorised: goOn,
});
const outbox = new Outbox(connection, {
  changed: showDelivery,
  replied,
  failed: (item, problem) => log.markFailed(item.key, problem, !item.shown),
  unauthorised,
  unready(problem) {
    readiness.check();
    if (problem.status === 0) banner.show();
  },
});

/** Send a message; return false when it cannot be taken yet. */
function send(text, shown) {
  if (!user) return false;
  const item = { key: newKey(), text, shown, thread };
  log.say(item);
  showEmpty(false);
  outbox.add(item);
  if (touches()) $("scroll").focus();
  else composer.focus();
  return true;
}

function showDelivery() {
  const mine = outbox.of(thread);
  const flying = mine.find((item) => item.key === outbox.flying?.key);
  for (const item of mine) {
    if (item.failed) log.markFailed(item.key, item.failed, !item.shown);
    else log.mark(item.key, item === flying ? "" : "待发送");
  }
  log.typing(Boolean(flying));
  banner.waiting(outbox.waiting);
}

function replied(item, reply) {
  banner.hide();
  if (item.thread !== thread) return;
  const elsewhere = reply.turn && log.lastTurn && reply.turn > log.lastTurn + 1; // the talk went on on another channel
  rename(reply.conversation);
  if (item.restored || elsewhere) {
    openThread(thread);
    return;
  }
  log.answer(item.key, reply.messages, { turn: reply.turn });
  ledger.read(reply.messages);
  showState(reply.state ?? {});
}

function rename(conversation) {
  if (shownThread === thread) shownThread = conversation;
  thread = conversation;
  storage.recall("thread", thread);
}

function showState(state) {
  showHeader(state);
  ledger.show(state);
  composer.context(state);
}

async function openThread(id) {
  thread = id;
  shownThread = id;
  storage.recall("thread", id);
  log.reset();
  ledger.reset();
  showState({});
  if (!isDraft(id) && !(await loadTurns(id))) return;
  for (const item of outbox.of(id)) log.say(item);
  showDelivery();
  showEmpty(log.isEmpty, user, { send, fill: (text) => composer.fill(text) });
}

/** Load a stored conversation; return whether it is still the one that is wanted and was loaded. */
async function loadTurns(id) {
  showEmpty(false);
  try {
    const stored = await request(`api/conversations/${encodeURIComponent(id)}`);
    if (thread !== id) return false;
    const turns = list(stored.turns);
    for (const turn of turns) {
      ledger.read(turn.messages);
      if (turn.key) outbox.drop(turn.key);
    }
    log.load(turns);
    showState(stored.state ?? {});
    return true;
  } catch (problem) {
    if (thread !== id) return false;
    shownThread = null;
    if (problem.status === 401) unauthorised();
    else if (problem.status === 404) openThread(draftThread());
    else log.fail(`没能载入这段对话：${problem.message}`, () => openThread(id));
    return false;
  }
}

function newThread() {
  outbox.dropFailed(thread);
  openThread(draftThread());
  composer.focus();
}

function hold() {
  outbox.held = !user || readiness.ready === false;
  outbox.pump();
  showDelivery();
}

async function disconnected(failures) {
  outbox.ground(false);
  banner.show();
  readiness.check();
  if (failures < REFUSALS_BEFORE_REQUESTS) return;
  try {
    await request("api/me");
    if (!user || connection.isOpen) return;
    banner.hide();
    outbox.ground(true);
  } catch (problem) {
    if (problem.status === 401) unauthorised();
  }
}

/** Find out who is logged in before anything kept from earlier is shown or sent: it may have been somebody else's. */
async function enter() {
  clearTimeout(retryEntering);
  const found = await request("api/me");
  const before = storage.recalled("user");
  if (before !== found.username) forgetTalk(before !== null);
  storage.recall("user", found.username);
  user = found;
  hideLogin();
  banner.hide();
  if (shownThread !== thread) await openThread(thread);
  if (user !== found) return;
  connection.start(token);
  hold();
  if (!touches()) composer.focus();
}

/** Go on with the login that is kept; without a server the page waits for one. */
async function comeBack() {
  try {
    await enter();
  } catch (problem) {
    if (problem.status === 401) {
      unauthorised();
      return;
    }
    hideLogin();
    banner.show();
    retryEntering = setTimeout(comeBack, AGAIN);
  }
}

/** Forget what another user left in this tab. */
function forgetTalk(withDraft) {
  outbox.clear();
  if (withDraft) composer.clear();
  thread = draftThread();
  shownThread = null;
  storage.recall("thread", null);
  log.reset();
  ledger.reset();
  showState({});
}

function leave() {
  user = null;
  outbox.held = true;
  clearTimeout(retryEntering);
  connection.stop();
  banner.hide();
}

/** The token was refused: go on with the next, if there is one. */
async function goOn() {
  try {
    await renewal.renew();
    if (user) connection.start(token);
  } catch (problem) {
    if (problem.status === 401) unauthorised();
    else setTimeout(() => user && goOn(), AGAIN);
  }
}

function unauthorised() {
  if (!$("login").hidden) return;
  leave();
  outbox.ground(false);
  forgetToken();
  showLogin("登录已过期，请重新登录。没发出去的内容都还在。");
}

async function logOut() {
  leave();
  forgetTalk(true);
  storage.recall("user", null);
  showLogin();
  await logout();
}

$("open-history").append(icon("menu"));
$("new-conversation").append(icon("plus"));
$("new-conversation").addEventListener("click", newThread);
bindTheme($("toggle-theme"));
bindLogin(enter);
const fillAccount = bindAccount({ user: () => user, unauthorised, renewed: () => connection.start(token) });
shutOutside($("account"));
bindDrawers(
  bindHistory({
    current: () => thread,
    open: openThread,
    fresh: newThread,
    user: () => user,
    account() {
      $("account").showModal();
      fillAccount();
    },
    leave: logOut,
    unauthorised,
  }),
);
renewal.heard = () => connection.authenticate();
addEventListener("online", () => !user && mayGoOn() && comeBack());
readiness.check();
if (mayGoOn()) comeBack();
else showLogin();
