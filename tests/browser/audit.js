// What a page must keep for those who do not see it, see it badly or have no mouse. Returns the faults in words.
() => {
  const faults = [];
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getBoundingClientRect().width > 1;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const what = (e) => `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ""}.${e.className} "${(e.textContent || "").trim().slice(0, 24)}"`;
  const byIds = (ids) => (ids ?? "").split(/\s+/).filter(Boolean).map((id) => document.getElementById(id));

  const named = (e) =>
    e.getAttribute("aria-label") ||
    byIds(e.getAttribute("aria-labelledby")).map((one) => one?.textContent).join("") ||
    [...(e.labels ?? [])].map((one) => one.textContent).join("") ||
    (e.matches("button, a, summary, [role=button]") && e.textContent.trim());
  for (const e of all("button, a, input, textarea, select, summary, [role=toolbar], [role=log], [role=region], [role=group], dialog")) {
    if (!named(e)) faults.push(`no name: ${what(e)}`);
  }
  for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) faults.push(`no alt: ${what(e)}`);

  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) faults.push(`id twice: ${id}`);
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls"]) {
    for (const e of all(`[${name}]`)) if (byIds(e.getAttribute(name)).includes(null)) faults.push(`${name} leads nowhere: ${what(e)}`);
  }

  if (document.documentElement.lang !== "zh-CN") faults.push("no language");
  if (all("main").length !== 1) faults.push("not one main");
  if (all("h1").length !== 1) faults.push("not one h1");
  let level = 0;
  for (const e of [...document.querySelectorAll("h1, h2, h3, h4")].filter((one) => one.checkVisibility())) {
    const next = Number(e.tagName[1]);
    if (next > level + 1) faults.push(`heading jumps from ${level}: ${what(e)}`);
    level = next;
  }
  for (const e of all("[tabindex]")) if (e.tabIndex > 0) faults.push(`tab order forced: ${what(e)}`);
  for (const e of all("button, summary, input:not([type=checkbox]), textarea")) {
    const box = e.getBoundingClientRect();
    if (box.height < 43.5 || box.width < 43.5) faults.push(`too small to tap (${box.width}×${box.height}): ${what(e)}`);
  }

  const parts = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
  const ground = (e) => {
    if (!e) return [255, 255, 255];
    const colour = parts(getComputedStyle(e).backgroundColor);
    return colour[3] === 1 ? colour.slice(0, 3) : over(colour, ground(e.parentElement));
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const e of all("body *")) {
    const speaks = [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!speaks) continue;
    const style = getComputedStyle(e);
    const back = ground(e);
    const [a, b] = [light(over(parts(style.color), back)), light(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${what(e)}`);
    if (size < 12.9) faults.push(`type of ${size}px: ${what(e)}`);
  }
  return faults;
}
