// Who is logged in, and requests on their behalf. The access token is kept for the tab; what it is renewed with is a
// cookie that no script can read.
import { ask, Renewal } from "./requests.js";
import * as storage from "./storage.js";

export const token = () => storage.recalled("token");

export function forgetToken() {
  renewal.stop();
  storage.recall("token", null);
}

/** Whether a new tab may go on with the login of this device, or comes from the bank's own login. */
export const mayGoOn = () => Boolean(token()) || storage.kept("remembered") === "yes" || arrived();

const arrived = () => location.hash === "#arrived";

function take(granted) {
  storage.recall("token", granted.access_token);
}

/** Tabs take turns: each use of the cookie gives a new one. */
const inTurn = (work) => (navigator.locks ? navigator.locks.request("wenxu.refresh", work) : work());

/** The cookie is one for all tabs: if somebody else has logged in meanwhile, this tab's login is over. */
async function fetchToken() {
  const granted = await inTurn(() => ask("api/token/refresh", { method: "POST", body: {} }));
  const mine = arrived() ? null : storage.recalled("user");
  if (arrived()) history.replaceState(null, "", location.pathname);
  return mine && granted.username && granted.username !== mine ? null : granted;
}

export const renewal = new Renewal({ token, take, fetch: fetchToken });

export const request = (path, options) => renewal.request(path, options);

export async function login(username, password, remember) {
  const granted = await ask("api/login", { method: "POST", body: { username, password, remember, refresh: "cookie" } });
  storage.keep("remembered", remember ? "yes" : null);
  taken(granted);
}

/** Go on with what a login or a change of the password answered. */
export function taken(granted) {
  take(granted);
  renewal.granted(granted.expires_in);
}

export async function logout() {
  const bearer = token();
  forgetToken();
  storage.keep("remembered", null);
  const out = (known) => ask("api/logout", { method: "POST", body: {}, bearer: known });
  try {
    if (bearer) await out(bearer);
  } catch (problem) {
    if (problem.status !== 401) return;
    const granted = await ask("api/token/refresh", { method: "POST", body: {} }).catch(() => null); // to end it properly
    if (granted) await out(granted.access_token).catch(() => null);
  }
}
