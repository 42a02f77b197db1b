"""What goes into a paper: from the visit's state, the record and the proposal to plain rows. Nothing is invented; a part
without rows is left out of the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.papers.source import OUTCOMES, PROMISES, Source, party, written
from bot.visit.bank import show
from bot.visit.brief import prepare
from bot.visit.impact import Figure, figures
from bot.visit.model import KIND_NAMES, STATUS_NAMES, Entry, Known, VisitState, facts_in_force

Row = dict[str, str]
VOICED = ("implied", "developed", "explicit", "matched", "committed")
EXPLICIT = ("explicit", "matched", "committed")
LAYERS = {"core": "基本业务", "plus": "组合业务"}
ASKED = {"answered": "答了", "skipped": "跳过", "unclear": "没说清", "dropped": "没问完", "open": "没问完"}
NO_PROMISE = "本方案供双方讨论，不构成要约或承诺；利率、费用、额度和审批结果以正式合同和办理时为准。"
ROLES = {"decision_maker": "拍板", "influencer": "有影响", "user": "经办", "gatekeeper": "把关"}
# What the bank decided about the client, or thinks of it: never in a paper for the client
INTERNAL_FACTS = frozenset({"tier", "credit_grade", "credit_line", "risk_grade", "risk_valid", "is_prospect"})
KNOWN = 16  # facts of a brief, the telling ones first: two pages are read, three are not


def content(kind: str, source: Source) -> dict[str, Any]:
    """Return the fields of the paper, without those that have nothing to say."""
    title, make = {
        "brief": ("拜访准备单", brief),
        "needs": ("客户需求说明书", needs),
        "plan": ("综合服务方案", plan),
        "record": ("拜访记录", record),
    }[kind]
    day = source.visited_on or source.today
    filled = {
        "title": title,
        "client": source.record.name,
        "day": written(source.today if kind in ("brief", "plan") else day),
        "manager": source.manager,
        "party": party(source),
        **make(source),
    }
    return {name: value for name, value in filled.items() if value}


def brief(source: Source) -> dict[str, Any]:
    """For the manager, before the door."""
    found = prepare(source.record, source.bank, source.today)
    dated = {source.bank.facts[c].name: k.as_of for c, k in source.record.facts.items() if c in source.bank.facts}
    return {
        "promises": [
            {"what": p.what or p.quote, "due": written(p.due) if p.due else "没定日子", "status": PROMISES[p.status]}
            for p in source.earlier
            if p.status in PROMISES
        ],
        "contacts": [
            {"name": f"{n} {t}".strip(), "role": ROLES.get(r, "不清楚")} for n, t, r in source.record.contacts
        ],
        "known": [{"name": n, "value": v, "on": dated.get(n, "")} for n, v in found.known[:KNOWN]],
        "stale": [{"name": n, "value": v, "on": on} for n, v, on in found.stale],
        "find_out": [{"name": name} for name in found.find_out],
        "earlier": [
            {"name": source.need(n), "status": STATUS_NAMES[s], "quote": q} for n, s, q in source.record.earlier_needs
        ],
        "likely": [{"name": source.need(n.need), "why": "；".join(n.reasons)} for n in found.likely],
        "questions": _questions(source, [n.need for n in found.likely]),
        "analysis": [{"name": n, "value": v} for n, v in source.analysis],
        "opening": found.opening,
    }


def _questions(source: Source, likely: Sequence[str]) -> list[Row]:
    """One question of each kind for the likeliest needs, in the order in which they are put."""
    codes = [n for n, _, _ in source.record.earlier_needs if n in source.bank.needs] + list(likely)
    rows = []
    for code in list(dict.fromkeys(codes))[:2] or [n.code for n in source.bank.needs_of(source.record.segment)][:2]:
        for kind, name in KIND_NAMES.items():
            if found := source.bank.of(code, kind):
                rows.append({"kind": name, "need": source.need(code), "text": found[0].asks[0]})
    return [r for r in rows if "{" not in r["text"]]


def needs(source: Source) -> dict[str, Any]:
    """For the client: what we understood, in their own words and figures."""
    state = _state(source)
    return {
        "facts": _facts(source, state, told=True),
        "needs": [_need(source, e, client=True) for e in state.needs(*VOICED)],
        "figures": _figures(source, state),
        "later": [{"name": source.need(n)} for n in (state.proposal or {}).get("unanswered", ())],
        "next": _next(source),
    }


def plan(source: Source) -> dict[str, Any]:
    """For the client: why, how and what it brings; then goal, plan, people, schedule, responsibility."""
    state = _state(source)
    bundle = state.proposal or {}
    offered = _products(source, bundle)
    answered = {p["need"] for p in bundle.get("products", ())}
    voiced = [e for e in state.needs(*EXPLICIT) if e.need in answered or not answered]
    return {
        "why": [
            {"name": source.need(e.need), "quote": e.quote, "meaning": source.bank.needs[e.need].means} for e in voiced
        ],
        "products": offered,
        "gains": _gains(source, bundle),
        "figures": _figures(source, state),
        "plan": _five(source, voiced, offered, bundle) if offered else [],
        "later": [{"name": source.need(n)} for n in bundle.get("unanswered", ())],
        "next": _next(source),
        "promise": NO_PROMISE,
    }


def record(source: Source) -> dict[str, Any]:
    """For the file: everything taken down, and how it ended."""
    state = _state(source)
    return {
        "outcome": _outcome(source),
        "needs": [_need(source, e) for e in state.needs(*VOICED)],
        "facts": _facts(source, state, told=False),
        "denied": [{"name": source.need(e.need), "quote": e.quote} for e in state.needs("dismissed")],
        "asked": [
            {"kind": KIND_NAMES[a.kind], "need": source.need(a.need), "text": a.text, "outcome": ASKED[a.outcome]}
            for a in state.asked
            if a.text
        ],
        "products": _products(source, state.proposal or {}),
        "tasks": [
            {
                "title": t,
                "due": written(d) if d else "没定日子",
                "status": {"done": "完成", "open": "进行中"}.get(s, "取消"),
            }
            for t, d, s in source.tasks
        ],
    }


def _state(source: Source) -> VisitState:
    return source.state or VisitState(source.record.segment)


CLIENT_STATUS = {"implied": "提到的难处", "developed": "影响较大的难处"}  # in a paper for the client; the rest: a wish


def _need(source: Source, entry: Entry, client: bool = False) -> Row:
    """The name of a stage of ours means nothing to the client."""
    status = CLIENT_STATUS.get(entry.status, "希望解决") if client else STATUS_NAMES[entry.status]
    return {"name": source.need(entry.need), "status": status, "quote": entry.quote}


def _facts(source: Source, state: VisitState, *, told: bool) -> list[Row]:
    """What was learned in the visit; `told`: only what the client said, and nothing that the bank decided."""
    return [
        {"name": spec.name, "value": show(spec, k.value), "quote": k.quote}
        for k in state.learned
        if (spec := source.bank.facts.get(k.code)) and not (told and _internal(k))
    ]


def _internal(known: Known) -> bool:
    return known.source != "client" or known.code in INTERNAL_FACTS or known.code.startswith("has_product_")


def _figures(source: Source, state: VisitState) -> list[Row]:
    facts = facts_in_force(source.record, state)
    worked = [f for e in state.needs(*VOICED) for f in figures(e.need, facts, source.bank)]
    return [_figure(f) for f in {f.code: f for f in worked}.values()]


def _figure(figure: Figure) -> Row:
    sources = {"系统记录": "我行记录", "您确认的": "双方确认"}
    return {
        "name": figure.name,
        "result": figure.result,
        "formula": figure.formula,
        "inputs": "；".join(f"{i.name} {i.value}（{sources.get(i.source, i.source)}）" for i in figure.inputs),
        "assumptions": "；".join(f"{a.name} {a.value}（{a.why}）" for a in figure.assumptions),
    }


def _products(source: Source, bundle: Mapping[str, Any]) -> list[Row]:
    return [
        {
            "layer": LAYERS.get(p.get("layer", ""), ""),
            "name": source.catalogue.products[p["code"]].name if p["code"] in source.catalogue.products else p["code"],
            "need": source.need(p["need"]),
            "way": "；".join(x for x in (p.get("feature", ""), *p.get("conditions", ())) if x) or p["benefit"],
        }
        for p in bundle.get("products", ())
    ]


def _five(source: Source, voiced: Sequence[Entry], offered: Sequence[Row], bundle: Mapping[str, Any]) -> list[Row]:
    """五定: goal, plan, people, schedule, responsibility; a row that nothing is known for is left out."""
    you, agreed = party(source), source.promise
    people = [f"我行：{source.manager}（客户经理）"]
    deciders = [f"{n} {t}".strip() for n, t, r in source.record.contacts if r in ("decision_maker", "user")]
    people += [f"{you}：{'、'.join(deciders[:3])}"] if deciders and source.record.segment == "corporate" else []
    ours = f"我行：{source.manager}负责组织产品经理、准备方案和材料，答复{you}的问题"
    theirs = f"{you}：{agreed.who}（“{agreed.what}”）" if agreed.what and agreed.who not in ("", "客户", "我行") else ""
    rows = [
        ("定目标", "；".join(f"解决{source.need(e.need)}：“{e.quote}”" for e in voiced)),
        ("定方案", "、".join(p["name"] for p in offered)),
        ("定人员", "；".join(people)),
        ("定进度", _schedule(source, bundle)),
        ("定责任", "；".join(x for x in (ours, theirs) if x)),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _schedule(source: Source, bundle: Mapping[str, Any]) -> str:
    """What was agreed with its day, else the first step. Titles of tasks are the manager's own notes and stay out."""
    agreed = source.promise
    if agreed.grade in ("order", "advance") and agreed.what:
        return f"{agreed.what}：{written(agreed.due) if agreed.due else '日期由双方商定'}"
    first = str(bundle.get("first_step", "")).rstrip("。").replace("客户", party(source))
    return f"第一步：{first}（日期由双方商定）" if first else ""


def _gains(source: Source, bundle: Mapping[str, Any]) -> list[Row]:
    """One row a need, with all that answers it."""
    found: dict[str, list[str]] = {}
    for product in bundle.get("products", ()):
        found.setdefault(product["need"], []).append(product["benefit"])
    return [{"name": source.need(need), "benefit": "".join(benefits)} for need, benefits in found.items()]


def _next(source: Source) -> list[Row]:
    p = source.promise
    rows = [("谁", p.who), ("做什么", p.what), ("什么时候", written(p.due) if p.due else "")]
    return (
        [{"label": label, "value": value} for label, value in rows if value] if p.grade in ("order", "advance") else []
    )


def _outcome(source: Source) -> list[Row]:
    p = source.promise
    rows = [
        ("结果", OUTCOMES.get(p.grade, "没有到承诺这一步")),
        ("谁", p.who),
        ("做什么", p.what),
        ("什么时候", written(p.due) if p.due else ""),
        ("客户的话", f"“{p.quote}”" if p.quote else ""),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def missing(kind: str, filled: Mapping[str, Any]) -> str:
    """Return what has to be there before the paper can be made, '' when it is."""
    if kind == "plan" and not filled.get("products"):
        return "还没有方案。先出方案，再写成材料。"
    if kind == "needs" and not (filled.get("needs") or filled.get("facts")):
        return "还没有记下客户的需要。先做一次拜访，把客户的话记下来。"
    if kind == "record" and not (
        filled.get("needs") or filled.get("facts") or filled.get("asked") or filled.get("denied")
    ):
        return "还没有做过拜访。"
    return ""
