// Whether the dialogue model is there, and how far it is; asked again while it is not.
import { $, h } from "./dom.js";
import { ask } from "./requests.js";

const EVERY = 1500;
const PHASES = { training: "正在训练对话模型", loading: "正在载入对话模型", down: "对话服务正在恢复" };

export class Readiness {
  #timer = null;
  #asking = false;
  #onChange;
  ready = null; // null: not known yet

  /** `onChange(ready)`. */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  async check() {
    if (this.#asking) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    try {
      this.#heard(await ask("api/status", { timeout: 8000 }));
    } catch (problem) {
      // A server without this route is taken for ready; one that cannot be reached is the connection's business.
      this.#heard(problem.status === 404 ? { ready: true } : { ready: this.ready ?? true, unreachable: true });
    } finally {
      this.#asking = false;
    }
  }

  #heard(status) {
    const changed = this.ready !== status.ready;
    this.ready = status.ready;
    if (!status.ready) this.#timer = setTimeout(() => this.check(), EVERY);
    if (!status.unreachable) show(status);
    if (changed) this.#onChange(status.ready);
  }
}

function show({ ready, phase, progress, detail }) {
  const panel = $("readiness");
  const login = $("login-status");
  panel.hidden = login.hidden = ready;
  if (ready) {
    panel.replaceChildren();
    return;
  }
  const name = PHASES[phase] ?? PHASES.down;
  const known = typeof progress === "number" && phase !== "down";
  const share = known ? `${Math.round(Math.min(1, Math.max(0, progress)) * 100)}%` : "";
  login.textContent = `${name} ${share}，可以先登录`;
  const bar = known ? h("progress", { max: "1", value: progress, "aria-label": name }, share) : null;
  const note = h("p", { class: "muted" }, detail || "您可以先写，准备好了会自动发出。");
  const head = h("p", null, h("span", null, name), share && h("strong", null, share));
  panel.replaceChildren(h("div", null, head, ...(bar ? [bar] : []), note));
}
