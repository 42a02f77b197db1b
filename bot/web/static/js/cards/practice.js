// The cards of practice: the briefing before it, the score after it, progress over time.
import { h, list } from "../dom.js";
import { bullets, fold, heading, pairs, plain, sections, tag, tags } from "./parts.js";
import { radar, trend } from "./charts.js";

const KEEP = { keep: "继续这样做", start: "下次开始做", stop: "别再这样做" };

export function brief(card) {
  return [
    {},
    tags(tag(card.way_name), tag(card.difficulty_name, `level-${card.difficulty}`), tag(card.persona?.temper)),
    heading(card.persona ? `${card.persona.title} ${card.persona.name}` : card.title),
    card.business && h("p", { class: "muted" }, card.business),
    sections(card),
    fold(
      "这一场怎么算",
      h("p", { class: "muted" }, card.way_means),
      h("p", { class: "muted" }, `${card.difficulty_name ?? ""}：${card.difficulty_means ?? ""}`),
    ),
  ];
}

const points = (one) => (one.score === null || one.score === undefined ? "未评估" : `${one.score} / ${one.max}`);

function bar(one) {
  const share = one.share ?? 0;
  return h(
    "meter",
    { class: "share", min: 0, max: 1, value: share, low: 0.4, high: 0.75, optimum: 1, "aria-label": `${one.name} ${points(one)}` },
    points(one),
  );
}

function criterion(one) {
  const proof = list(one.evidence).map((e) => h("li", null, h("b", null, `第${e.turn}句 `), `“${e.quote}” `, h("small", null, e.note)));
  const missing = list(one.missing).map((words) => `没有：${words}`);
  return h(
    "li",
    { class: one.score === null ? "criterion unjudged" : "criterion" },
    h(
      "details",
      null,
      h("summary", null, h("span", { class: "criterion-name" }, one.name), h("span", { class: "criterion-points" }, one.max ? points(one) : list(one.evidence).length ? "不合格" : "合格"), one.max && one.score !== null ? bar(one) : null),
      h("p", { class: "source" }, `规则：${one.rule}`),
      proof.length > 0 && h("ul", { class: "proof" }, proof),
      bullets(missing),
      one.advice && h("p", null, one.advice),
    ),
  );
}

function advice(one) {
  return h(
    "li",
    { class: `advice ${one.kind}` },
    h("h4", null, KEEP[one.kind] ?? one.kind),
    h("p", null, one.text),
    h("dl", { class: "said" }, h("div", null, h("dt", null, `第${one.turn}句，您说的`), h("dd", null, one.own)), h("div", null, h("dt", null, "更好的一句"), h("dd", null, one.better))),
  );
}

export function scorecard(card) {
  const total = card.total === null || card.total === undefined;
  const counts = Object.entries(card.count_names ?? {}).map(([code, name]) => ({ label: name, value: String(card.counts?.[code] ?? 0) }));
  const asked = card.counts ?? {};
  const ratio = asked.seller_chars ? `${Math.round((100 * asked.seller_chars) / (asked.seller_chars + asked.client_chars))}%` : "—";
  return [
    { class: card.passed ? "passed" : "failed" },
    heading(card.title),
    h(
      "p",
      { class: "total" },
      h("strong", null, total ? "未评估" : `${card.total} 分`),
      tag(total ? card.why_none : card.passed ? "通过" : "没有通过", card.passed ? "good" : "bad"),
      tag(card.outcome_name),
    ),
    list(card.blockers).length > 0 &&
      h("ul", { class: "blockers", "aria-label": "合规红线" }, list(card.blockers).map((b) => h("li", null, `第${b.turn}句 ${b.note}：“${b.quote}”`))),
    h("ul", { class: "criteria" }, list(card.criteria).map(criterion)),
    tags(...list(card.needs_found_names).map((name) => tag(`问出：${name}`, "good")), ...list(card.needs_missed_names).map((name) => tag(`没问出：${name}`))),
    list(card.advice).length > 0 && h("ul", { class: "advices" }, list(card.advice).map(advice)),
    fold("各类话各几句（只看，不计分）", pairs([...counts, { label: "开放 / 封闭", value: `${asked.open ?? 0} / ${asked.closed ?? 0}` }, { label: "您说的占比", value: ratio }, { label: "没听准", value: String(asked.unsure ?? 0) }])),
  ];
}

export function progress(card) {
  const shown = list(card.radar).filter((one) => one.value !== null && one.value !== undefined);
  if (!list(card.trend).length && !shown.length) return [{}, heading(card.title), sections(card) ?? plain(card.text)];
  return [
    {},
    heading(card.title),
    h("div", { class: "charts" }, list(card.trend).length > 1 ? trend(list(card.trend)) : null, shown.length > 2 ? radar(shown) : null),
    sections(card),
  ];
}
