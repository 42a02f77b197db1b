// A radar and a trend line as inline SVG. Attributes only: the page's policy allows no inline styles.
const NS = "http://www.w3.org/2000/svg";

function s(name, attributes, ...children) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children.filter((child) => child || child === 0));
  return node;
}

function picture(width, height, label, ...children) {
  return s("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": label }, ...children);
}

const round = (figure) => Math.round(figure * 10) / 10;

/** `rows`: [{name, value 0..1, before 0..1 or null}], at least three. */
export function radar(rows) {
  const [cx, cy, r] = [170, 130, 88];
  const at = (index, share) => {
    const angle = (Math.PI * 2 * index) / rows.length - Math.PI / 2;
    return [round(cx + r * share * Math.cos(angle)), round(cy + r * share * Math.sin(angle))];
  };
  const ring = (share) => rows.map((_, index) => at(index, share).join(",")).join(" ");
  const known = (value) => value !== null && value !== undefined;
  const shape = (key) => rows.flatMap((row, index) => (known(row[key]) ? [at(index, row[key]).join(",")] : [])).join(" "); // what was not judged is no point, not zero
  const label = (row, index) => {
    const [x, y] = at(index, 1.18);
    const anchor = Math.abs(x - cx) < 12 ? "middle" : x > cx ? "start" : "end";
    return s("text", { x, y: y + 4, "text-anchor": anchor, class: "chart-text" }, row.name);
  };
  const said = rows.map((row) => `${row.name} ${Math.round(100 * row.value)}%`).join("，");
  return picture(
    340,
    260,
    `各项得分：${said}`,
    ...[0.25, 0.5, 0.75, 1].map((share) => s("polygon", { points: ring(share), class: "chart-grid" })),
    ...rows.map((_, index) => s("line", { x1: cx, y1: cy, x2: at(index, 1)[0], y2: at(index, 1)[1], class: "chart-grid" })),
    rows.some((row) => known(row.before)) ? s("polygon", { points: shape("before"), class: "chart-before" }) : null,
    s("polygon", { points: shape("value"), class: "chart-now" }),
    ...rows.map(label),
  );
}

/** `rows`: [{at, total or null}], oldest first; a session that could not be scored leaves a gap. */
export function trend(rows) {
  const [width, height, left, top] = [340, 160, 30, 14];
  const x = (index) => round(left + (index * (width - left - 12)) / Math.max(1, rows.length - 1));
  const y = (total) => round(top + ((100 - total) * (height - top - 26)) / 100);
  const dots = rows.map((row, index) => ({ ...row, x: x(index) })).filter((row) => row.total !== null && row.total !== undefined);
  const line = (total) => [s("line", { x1: left, y1: y(total), x2: width - 8, y2: y(total), class: "chart-grid" }), s("text", { x: left - 6, y: y(total) + 4, "text-anchor": "end", class: "chart-text" }, total)];
  const said = dots.map((row) => `${row.at} ${row.total}分`).join("，");
  return picture(
    width,
    height,
    `分数走势：${said}`,
    ...[0, 60, 100].flatMap(line),
    s("polyline", { points: dots.map((row) => `${row.x},${y(row.total)}`).join(" "), class: "chart-line" }),
    ...dots.map((row) => s("circle", { cx: row.x, cy: y(row.total), r: 4, class: "chart-dot" }, s("title", {}, `${row.at} ${row.total}分`))),
    ...(rows.length ? [rows[0], rows[rows.length - 1]].map((row, index) => s("text", { x: index ? width - 8 : left, y: height - 6, "text-anchor": index ? "end" : "start", class: "chart-text" }, row.at)) : []),
  );
}
