// Who is logged in, and requests on their behalf.
import * as storage from "./storage.js";

/** A request that was answered with an RFC 9457 problem, or not at all (status 0). */
export class Problem extends Error {
  constructor(status, title, detail, retryAfter = 0) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }

  /** Worth sending again by itself: the network or a server that is not ready. */
  get passing() {
    return [0, 409, 425, 429, 502, 503, 504].includes(this.status);
  }
}

export const token = () => storage.recalled("token") ?? storage.kept("token");

export function forgetToken() {
  storage.recall("token", null);
  storage.keep("token", null);
}

async function answer(response) {
  const body = await response.json().catch(() => null);
  if (response.ok) return body;
  const wait = Number(response.headers.get("Retry-After")) || 0;
  throw new Problem(response.status, body?.title ?? "请求没有成功", body?.detail ?? `服务器答复 ${response.status}`, wait);
}

/** Send a request to our own server and return the JSON answer; throw a Problem otherwise. */
export async function request(path, { method = "GET", body, timeout = 20000, bearer = token() } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: stop.signal,
      cache: "no-store",
      credentials: "same-origin",
    });
  } catch {
    throw new Problem(0, "连不上服务器", "请检查网络后再试。");
  } finally {
    clearTimeout(timer);
  }
  return answer(response);
}

export async function login(username, password, remember) {
  const granted = await request("api/login", { method: "POST", body: { username, password }, bearer: null });
  forgetToken();
  if (remember) storage.keep("token", granted.access_token);
  else storage.recall("token", granted.access_token);
}

export async function logout() {
  const bearer = token();
  forgetToken();
  if (bearer) await request("api/logout", { method: "POST", body: {}, bearer }).catch(() => null);
}
