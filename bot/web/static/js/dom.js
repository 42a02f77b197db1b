// Small helpers to build elements. Text always goes in as text, never as markup.

/** Where the elements are and where the server is: the page itself, or a widget's shadow root on another page. */
export const place = { root: document, base: document.baseURI };

export const $ = (id) => place.root.getElementById(id);

export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
}

export const list = (value) => (Array.isArray(value) ? value : value ? [value] : []);

const coarse = matchMedia("(pointer: coarse)");

/** Whether focusing a text field would raise a keyboard over the page. */
export const touches = () => coarse.matches;

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** How to scroll: gently, unless the user asked for no motion. */
export const gently = (wanted = true) => (wanted && !still.matches ? "smooth" : "instant");

const DAY = new Intl.DateTimeFormat("zh-CN", { month: "long", day: "numeric" });
const DATE = new Intl.DateTimeFormat("zh-CN", { year: "numeric", month: "long", day: "numeric" });
const TIME = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function dayName(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  const now = new Date();
  const midnight = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(date)) / 86400000);
  if (days === 0) return "今天";
  if (days === 1) return "昨天";
  return (date.getFullYear() === now.getFullYear() ? DAY : DATE).format(date);
}

export function clockTime(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : TIME.format(date);
}
