// The login page. A login that has run out comes back here; what was being written stays.
import { $, h, list } from "./dom.js";
import { ask } from "./requests.js";
import { login } from "./session.js";

export function bindLogin(onLogin) {
  const form = $("login-form");
  const error = $("login-error");
  const password = $("password");
  const peek = $("show-password");
  const submit = $("login-submit");

  const reveal = (shown) => {
    password.type = shown ? "text" : "password";
    peek.setAttribute("aria-pressed", String(shown));
    peek.textContent = shown ? "隐藏密码" : "显示密码";
  };
  const complain = (text, field) => {
    error.textContent = text;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", "login-error");
    field.focus();
  };

  peek.addEventListener("click", () => reveal(password.type === "password"));
  form.addEventListener("input", () => {
    for (const field of [$("username"), password]) field.removeAttribute("aria-invalid");
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    const username = $("username").value.trim();
    if (!username) return complain("请输入用户名。", $("username"));
    if (!password.value) return complain("请输入密码。", password);
    submit.disabled = true;
    submit.textContent = "正在登录…";
    try {
      await login(username, password.value, $("remember").checked);
      password.value = "";
      reveal(false);
      await onLogin();
    } catch (problem) {
      complain([problem.title, problem.detail].filter(Boolean).join("。").replaceAll("。。", "。"), password);
    } finally {
      submit.disabled = false;
      submit.textContent = "登录";
    }
  });
}

/** Offer the bank's own login and the like, once it is known which there are. */
async function offerWays() {
  const place = $("ways");
  if (place.childElementCount) return;
  const { ways } = await ask("api/login/ways").catch(() => ({ ways: [] }));
  const known = list(ways).filter((way) => /^\/(?!\/)/.test(way.address));
  place.replaceChildren(...known.map((way) => h("a", { href: new URL(way.address.slice(1), document.baseURI).href }, way.title)));
  place.hidden = !known.length;
}

export function showLogin(notice = "") {
  offerWays();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  $("app").hidden = true;
  $("login").hidden = false;
  $("login-notice").hidden = !notice;
  $("login-notice").textContent = notice;
  $("login-error").textContent = "";
  ($("username").value ? $("password") : $("username")).focus();
}

export function hideLogin() {
  $("login").hidden = true;
  $("app").hidden = false;
}
