"""Long talks in which anything may be said at any moment: what always holds of answers, ledger and rows."""

from __future__ import annotations

import random

import pytest

from bot.store.tables import LedgerRow
from bot.visit.model import STAGES, STATUS_NAMES, VisitState
from tests.support.house import HAIDA, HIDDEN, HUAXING, House, texts

REPLIES = (
    "财务说每个月对账要花三四天", "是的", "没有", "影响很大", "一共21家分公司", "不是21家，是12家", "这个不算问题", "想要自动对账", "回头再说", "下周三来讲",
    "账户开在6家银行，钱散着", "不方便，老要跑柜台", "不清楚", "利率4.35%", "嗯", "3个会计在对", "刚才那条别算", "应收账款5800万，账期90天", "年底备货缺五百万",
)  # fmt: skip
STANCES = (
    "fact",
    "implied_need",
    "explicit_need",
    "no_problem",
    "objection",
    "advance",
    "continuation",
    "refusal",
    "unclear",
    "",
)
NEEDS = ("reconciliation", "fund_pooling", "payroll", "receivables", "working_capital", "idle_cash")
COMMANDS = (
    "next_question", "skip_question", "previous_question", "rephrase_question", "why_question", "next_stage", "visit_summary", "recommend_bundle", "explain_bundle",
    "why_withheld", "change_bundle", "undo", "help", "affirm", "deny", "restart", "list_tasks", "client_profile", "client_needs", "goodbye", "resume_visit", "end_visit",
)  # fmt: skip


def step(house: House, dice: random.Random) -> str:
    if dice.random() < 0.35:
        return "/" + dice.choice(COMMANDS)
    if dice.random() < 0.08:
        return f'/start_visit{{"client": "{dice.choice((HUAXING, HAIDA))}"}}'
    if dice.random() < 0.05:
        return str(dice.randint(0, 4))
    text = dice.choice(REPLIES)
    needs = {n: round(dice.random(), 2) for n in dice.sample(NEEDS, dice.randint(0, 2))}
    intent = dice.choice(("report_reply", "report_reply", "report_reply", "disagree", "affirm", "deny", "nlu_fallback"))
    return house.read(text, intent, dice.choice(STANCES), needs)


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_is_said_the_talk_holds_together(house, seed):
    dice, said = random.Random(seed), set()
    await house.say(f'/start_visit{{"client": "{HUAXING}"}}')
    for _ in range(60):
        text = step(house, dice)
        said.add(text)
        answer = await house.say(text)
        state = answer["state"]
        trail = (seed, text)
        assert answer["messages"], trail
        assert all(m["text"].strip() and "None" not in m["text"] for m in answer["messages"]), trail
        assert state["stage"] in (None, *STAGES), trail
        assert (state["mode"] == "visit") == (state["client"] is not None), trail
        for need in state["needs"]:
            assert need["status"] in STATUS_NAMES, trail
            assert any(need["quote"] in s for s in said), (trail, need)
        if state["bundle"]:
            quotes = {n["code"]: n["status"] for n in state["needs"]}
            assert all(p["need"] in quotes and p["quote"] for p in state["bundle"]["products"]), trail
        assert not [h for h in HIDDEN if h in texts(answer)], trail
    with house.container.database.session() as session:
        for visit in house.visits():
            rows = {r.need: (r.status, r.quote) for r in session.query(LedgerRow).filter_by(visit_id=visit.id)}
            ledger = VisitState.from_json(visit.state).ledger
            assert rows == {e.need: (e.status, e.quote) for e in ledger}
