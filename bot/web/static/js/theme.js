// Light or dark: the system's choice until the user makes one, which is then remembered.
import { icon } from "./icons.js";
import * as storage from "./storage.js";

const system = matchMedia("(prefers-color-scheme: dark)");

function apply(theme, button) {
  document.documentElement.dataset.theme = theme;
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--bg").trim();
  document.querySelector('meta[name="theme-color"]').setAttribute("content", ground);
  const next = theme === "dark" ? "浅色" : "深色";
  button.replaceChildren(icon(theme === "dark" ? "sun" : "moon"));
  button.setAttribute("aria-label", `切换到${next}模式`);
  button.title = `切换到${next}模式`;
}

export function bindTheme(button) {
  apply(document.documentElement.dataset.theme, button);
  button.addEventListener("click", () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    storage.keep("theme", theme);
    apply(theme, button);
  });
  system.addEventListener("change", () => {
    if (!storage.kept("theme")) apply(system.matches ? "dark" : "light", button);
  });
}
