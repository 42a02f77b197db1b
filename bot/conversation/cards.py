"""Cards of a visit: brief, question, ledger, impact. They only show what the rules decided; bundle_cards.py has the proposal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.conversation.messages import card, item, section
from bot.visit.bank import Bank, show
from bot.visit.brief import Brief
from bot.visit.impact import Figure
from bot.visit.model import KIND_NAMES, STAGE_NAMES, STATUS_NAMES, Entry, Known, Open

KIND_HINTS = {
    "situation": "先问清现状",
    "problem": "问难处",
    "implication": "问后果",
    "need_payoff": "让客户自己说好处",
}


def brief_card(name: str, brief: Brief, bank: Bank) -> dict[str, Any]:
    return card(
        "client",
        f"拜访准备：{name}",
        [
            section("已经知道", (item(v, n) for n, v in brief.known[:12])),
            section("可能过时，见面顺便确认", (item(v, n, f"{on} 的数") for n, v, on in brief.stale)),
            section("这次要弄清", (item(n) for n in brief.find_out)),
            section("可能有的需要", (item("；".join(n.reasons), bank.needs[n.need].name) for n in brief.likely)),
            section("开场可以这样说", [item(brief.opening)] if brief.opening else []),
        ],
        purpose="visit_brief",
    )


def question_card(open_: Open, bank: Bank, reasons: Iterable[str] = ()) -> dict[str, Any]:
    question, need = bank.questions[open_.id], bank.needs[open_.need]
    kind = KIND_NAMES[open_.kind]
    head = f"{kind}问题 · {need.name}" + ("（确认旧信息）" if open_.confirm else "")
    return card(
        "question",
        head,
        text=f"【{head}】{open_.text}",
        stage=STAGE_NAMES[open_.kind],
        kind=open_.kind,
        kind_name=kind,
        hint=KIND_HINTS[open_.kind],
        need=open_.need,
        need_name=need.name,
        question=open_.text,
        why=question.why,
        follow_up=question.follow_up,
        confirm=open_.confirm,
        reasons=list(reasons),
    )


def entry_json(entry: Entry, bank: Bank) -> dict[str, Any]:
    return {
        "code": entry.need,
        "name": bank.needs[entry.need].name,
        "status": entry.status,
        "status_name": STATUS_NAMES[entry.status],
        "quote": entry.quote,
        "turn": entry.turn,
    }


def needs_card(title: str, entries: Iterable[Entry], facts: Iterable[Known], bank: Bank) -> dict[str, Any]:
    entries, facts = list(entries), list(facts)
    return card(
        "needs",
        title,
        text="\n".join([title, *(ledger_line(e, bank) for e in entries), *(fact_line(k, bank) for k in facts)]),
        entries=[entry_json(e, bank) for e in entries],
        facts=[fact_json(k, bank) for k in facts if k.code in bank.facts],
    )


def ledger_line(entry: Entry, bank: Bank) -> str:
    quote = f"：“{entry.quote}”" if entry.quote else ""
    return f"· {bank.needs[entry.need].name} → {STATUS_NAMES[entry.status]}{quote}"


def fact_line(known: Known, bank: Bank) -> str:
    spec = bank.facts.get(known.code)
    if spec is None:
        return ""
    words = f"（“{known.quote}”）" if known.quote and known.quote != known.value else ""
    return f"· {spec.name}：{show(spec, known.value)}{words}"


def fact_json(known: Known, bank: Bank) -> dict[str, Any]:
    spec = bank.facts[known.code]
    return {"code": known.code, "name": spec.name, "value": show(spec, known.value), "quote": known.quote}


def impact_card(figure: Figure, bank: Bank) -> dict[str, Any]:
    return card(
        "impact",
        figure.name,
        [
            section("怎么算的", [item(figure.formula)]),
            section("用到的数", (item(i.value, i.name, i.source) for i in figure.inputs)),
            section("假设（不是客户说的，可以改）", (item(a.value, a.name, a.why) for a in figure.assumptions)),
        ],
        need=figure.need,
        need_name=bank.needs[figure.need].name,
        result=figure.result,
        text="\n".join(
            [
                figure.result,
                f"算法：{figure.formula}",
                *(f"· {i.name} {i.value}（{i.source}）" for i in figure.inputs),
                *(f"· 假设：{a.name} {a.value}，{a.why}" for a in figure.assumptions),
            ]
        ),
        formula=figure.formula,
        inputs=[{"name": i.name, "value": i.value, "source": i.source, "quote": i.quote} for i in figure.inputs],
        assumptions=[{"code": a.code, "name": a.name, "value": a.value, "why": a.why} for a in figure.assumptions],
    )
