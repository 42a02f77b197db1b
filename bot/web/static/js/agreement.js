// The page that shows how well machine and leads agree.
import { $, h, list } from "./dom.js";
import { request, token } from "./session.js";

const figure = (value) => (value === null || value === undefined ? "—" : value.toFixed(2));

function table(rows) {
  const head = h("tr", null, ["这一类", "主管判的句数", "机器判的句数", "κ"].map((name) => h("th", { scope: "col" }, name)));
  const row = (one) => h("tr", null, h("th", { scope: "row" }, one.name), h("td", null, one.lead), h("td", null, one.machine), h("td", null, figure(one.kappa)));
  return h("table", null, h("thead", null, head), h("tbody", null, rows.map(row)));
}

function show(report) {
  $("notice").textContent = report.sentences
    ? `主管判过 ${report.sentences} 句，与机器一致 ${report.same} 句；整场打分 ${report.sessions} 场。`
    : "主管还没有判过句子，没有可以比的。";
  if (!report.sentences && !report.sessions) return;
  $("figures").replaceChildren(
    h("h2", null, "每句的判法"),
    h("p", null, `总的 κ：${figure(report.kappa)}（1 是完全一致，0 是和碰运气一样）`),
    table(list(report.labels)),
    h("h2", null, "整场的分"),
    h("p", null, `二次加权 κ：${figure(report.score_kappa)}（按 10 分一档，共 ${report.sessions} 场）`),
  );
}

if (token()) {
  request("../api/practice/agreement").then(show, (problem) => {
    $("notice").textContent = problem.status === 401 ? "请先登录，再打开这一页。" : `没能读取：${problem.message}`;
  });
} else {
  $("notice").textContent = "请先登录，再打开这一页。";
}
