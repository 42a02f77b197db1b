// Requests to our own server, and one way of going on when the token has run out in the meantime.
import { place } from "./dom.js";

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

async function answer(response) {
  const body = await response.json().catch(() => null);
  if (response.ok) return body;
  const wait = Number(response.headers.get("Retry-After")) || 0;
  throw new Problem(response.status, body?.title ?? "请求没有成功", body?.detail ?? `服务器答复 ${response.status}`, wait);
}

/** Send a request and return the JSON answer; throw a Problem otherwise. */
export async function ask(path, { method = "GET", body, timeout = 20000, bearer = null } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  let response;
  try {
    response = await fetch(new URL(path, place.base), {
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

const EARLY = 0.8; // of a token's life, then the next is fetched
const OVER = new Problem(401, "请先登录", "登录已过期，请重新登录。");

/**
 * Tokens that are renewed before they run out, or when they have. `how`: {token(), fetch() → a login's answer,
 * take(granted)}; `fetch` throws a Problem, 401 when the login is over.
 */
export class Renewal {
  #how;
  #running = null;
  #timer = null;
  heard = () => null; // called after each renewal

  constructor(how) {
    this.#how = how;
  }

  /** A token was granted: have the next in time. */
  granted(seconds) {
    clearTimeout(this.#timer);
    const wait = Math.min(seconds * EARLY * 1000, 2 ** 31 - 1);
    if (seconds) this.#timer = setTimeout(() => this.renew().catch(() => null), wait);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /** One renewal at a time, whoever asks. */
  renew() {
    this.#running ??= this.#renew().finally(() => (this.#running = null));
    return this.#running;
  }

  async #renew() {
    const granted = await this.#how.fetch();
    if (!granted) throw OVER;
    this.#how.take(granted);
    this.granted(granted.expires_in);
    this.heard();
  }

  /** `ask` on behalf of the user, once more with a new token when the old one was refused. */
  async request(path, options = {}) {
    const bearer = this.#how.token();
    try {
      return await ask(path, { bearer, ...options });
    } catch (problem) {
      if (problem.status !== 401 || options.bearer !== undefined) throw problem;
      if (this.#how.token() === bearer) await this.renew();
      return ask(path, { ...options, bearer: this.#how.token() });
    }
  }
}
