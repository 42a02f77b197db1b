// Who uses the widget. The access token is kept in this closure alone. With a ticket from the intranet's server nothing
// is stored at all; after a login in the widget, the token to go on with is kept for the tab.
import { ask, Problem, Renewal } from "../js/requests.js";
import * as storage from "../js/storage.js";

let access = null;
let refresh = null;
let ticket = null; // () => Promise of a ticket, where the page around offers that

export const token = () => access;

export function ticketsFrom(source) {
  ticket = source;
}

export const mayGoOn = () => Boolean(access || ticket || storage.recalled("refresh"));

export function forget() {
  renewal.stop();
  access = refresh = null;
  storage.recall("refresh", null);
}

function take(granted) {
  access = granted.access_token;
  refresh = granted.refresh_token;
  storage.recall("refresh", ticket ? null : refresh);
}

const post = (path, body) => ask(path, { method: "POST", body });

async function embed() {
  return (await post("api/widget/embed", {})).embed;
}

async function byTicket() {
  const given = await ticket().catch(() => null);
  if (!given) throw new Problem(401, "没能登录", "这个网页没有给出登录票据，请重新登录这个网页。");
  return post("api/widget/session", { ticket: given, embed: await embed() });
}

/** The next token: by the one kept for it, else by a ticket; null when the login is over. */
async function fetchToken() {
  const kept = refresh ?? storage.recalled("refresh");
  if (kept) {
    try {
      return await post("api/token/refresh", { refresh_token: kept });
    } catch (problem) {
      if (problem.status !== 401) throw problem;
    }
  }
  return ticket ? byTicket() : null;
}

export const renewal = new Renewal({ token, take, fetch: fetchToken });

export const request = (path, options) => renewal.request(path, options);

export async function login(username, password) {
  const granted = await post("api/widget/login", { username, password, embed: await embed() });
  take(granted);
  renewal.granted(granted.expires_in);
}

export async function logout() {
  const bearer = access;
  forget();
  if (bearer) await ask("api/logout", { method: "POST", body: {}, bearer }).catch(() => null);
}
