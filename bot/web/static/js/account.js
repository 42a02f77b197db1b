// The own account: which devices are logged in, which WeChat is bound, and the password.
import { $, clockTime, dayName, h, list } from "./dom.js";
import { icon } from "./icons.js";
import { request, taken } from "./session.js";

const when = (at) => [dayName(at), clockTime(at)].filter(Boolean).join(" ");

const row = (title, about, ...actions) => h("li", null, h("div", null, h("strong", null, title), h("small", null, about)), ...actions);

const quiet = (title, onclick, more = {}) => h("button", { type: "button", class: "quiet", onclick, ...more }, title);

/** `actions`: {user(), unauthorised(), renewed()}. Returns the function that fills the dialog. */
export function bindAccount(actions) {
  const dialog = $("account");
  const notice = h("p", { role: "status", class: "account-notice" });
  const devices = h("ul", { class: "account-rows" });
  const others = quiet("退出其他设备", () => attempt(() => request("api/sessions", { method: "DELETE" }), "其他设备都已退出。"), { id: "end-others" });
  const bound = h("div", { id: "bound" });
  const close = h("button", { type: "button", class: "icon", "aria-label": "关闭账号设置", onclick: () => dialog.close() }, icon("close"));
  dialog.append(
    h(
      "div",
      { class: "drawer-part" },
      h("div", { class: "panel-head" }, h("h2", { id: "account-title" }, "账号设置"), close),
      notice,
      h("h3", null, "登录着的设备"),
      devices,
      others,
      bound,
      passwordForm(),
    ),
  );

  const say = (text) => (notice.textContent = text);

  function failed(problem) {
    if (problem.status === 401) {
      dialog.close();
      actions.unauthorised();
    } else say(problem.message);
  }

  async function attempt(work, done) {
    try {
      await work();
      await fill();
      say(done);
    } catch (problem) {
      failed(problem);
    }
  }

  async function showDevices() {
    const { sessions } = await request("api/sessions");
    const one = (session) => {
      const about = [session.page && `嵌在 ${session.page}`, `最近 ${when(session.seen_at)}`].filter(Boolean).join(" · ");
      const end = () => attempt(() => request(`api/sessions/${session.id}`, { method: "DELETE" }), "那台设备已退出。");
      return row(session.device, about, session.current ? h("span", { class: "tag" }, "这台") : quiet("退出", end, { "aria-label": `退出 ${session.device}` }));
    };
    devices.replaceChildren(...list(sessions).map(one));
    others.hidden = list(sessions).length < 2;
  }

  async function showBound() {
    const { bindings, available } = await request("api/bindings");
    const one = (binding) => {
      const end = () => attempt(() => request(`api/bindings/${binding.id}`, { method: "DELETE" }), "已解除绑定，立即生效。");
      return row(binding.channel_name, `${binding.account} · ${when(binding.bound_at)}绑定`, quiet("解除绑定", end, { "aria-label": `解除绑定 ${binding.channel_name}` }));
    };
    const code = h("p", { id: "bind-code", role: "status" });
    const ask = async () => {
      try {
        const given = await request("api/bindings/code", { method: "POST", body: { channel: "wechat" } });
        code.replaceChildren(`${given.how.replace(given.code, "").trim()} `, h("strong", null, given.code), h("small", null, `${clockTime(given.expires_at)} 前有效，只能用一次`));
      } catch (problem) {
        failed(problem);
      }
    };
    const rows = list(bindings);
    const offers = list(available).includes("wechat");
    bound.hidden = !rows.length && !offers;
    bound.replaceChildren(
      h("h3", null, "绑定的账号"),
      rows.length ? h("ul", { class: "account-rows" }, rows.map(one)) : h("p", { class: "muted" }, "还没有绑定。"),
      offers ? h("button", { type: "button", id: "ask-code", onclick: ask }, "绑定公众号") : "",
      code,
    );
  }

  function passwordForm() {
    const field = (id, name, complete) => [h("label", { for: id }, name), h("input", { id, type: "password", autocomplete: complete, required: true })];
    const error = h("p", { class: "error", role: "alert" });
    const form = h(
      "form",
      { class: "account-password", novalidate: true },
      h("h3", null, "改密码"),
      h("input", { hidden: true, type: "text", autocomplete: "username", id: "account-name" }), // for password managers
      field("old-password", "原来的密码", "current-password"),
      field("new-password", "新密码（至少 10 个字符）", "new-password"),
      error,
      h("button", { type: "submit" }, "改密码，并退出其他设备"),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      error.textContent = "";
      const [old, fresh] = [$("old-password"), $("new-password")];
      if (!old.value || !fresh.value) {
        error.textContent = "两个密码都要填。";
        (old.value ? fresh : old).focus();
        return;
      }
      try {
        taken(await request("api/password", { method: "POST", body: { old: old.value, new: fresh.value } }));
        old.value = fresh.value = "";
        actions.renewed();
        await fill();
        say("密码已改，其他设备都已退出。");
      } catch (problem) {
        if (problem.status === 401) failed(problem);
        else error.textContent = problem.message;
      }
    });
    return form;
  }

  async function fill() {
    say("");
    $("account-name").value = actions.user()?.username ?? "";
    try {
      await Promise.all([showDevices(), showBound()]);
    } catch (problem) {
      failed(problem);
    }
  }

  return fill;
}
