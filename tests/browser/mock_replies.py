"""Canned replies of the page's mock server: one whole visit, and one card of every type."""

from __future__ import annotations

import re
from typing import Any

JSON = dict[str, Any]

CLIENT = {"id": 17, "name": "华星机械集团有限公司"}


def message(text: str, card: JSON | None = None, *buttons: tuple[str, str]) -> JSON:
    return {"text": text, "buttons": [{"title": t, "payload": p} for t, p in buttons], "card": card}


def need(code: str, name: str, status: str, quote: str, turn: int) -> JSON:
    return {"code": code, "name": name, "status": status, "quote": quote, "turn": turn}


BRIEF = {
    "type": "client",
    "title": "拜访准备：华星集团",
    "text": "华星集团，装备制造，12 家分公司，开户行 6 家。",
    "sections": [
        {
            "title": "已经知道",
            "items": [
                {"label": "行业", "value": "装备制造"},
                {"label": "分公司", "value": "12 家", "note": "2025-06-30 系统记录"},
                {"label": "年收入", "value": "18亿元"},
                {"label": "在我行", "value": "活期日均 2300万元"},
            ],
        },
        {"title": "可能过时，顺便核实", "items": [{"label": "开户银行", "value": "6 家", "note": "截至 2024-03-01"}]},
        {"title": "要问清楚", "items": ["谁拍板", "各分公司的钱怎么调", "每月对账花多久"]},
        {"title": "建议开场", "items": ["王总，听说您这边今年又开了两家分公司，资金上还顺手吗？"]},
    ],
}


def question(kind: str, kind_name: str, text: str, why: str, confirm: bool = False) -> JSON:
    return {
        "type": "question",
        "title": f"{kind_name}问题",
        "text": f"【{kind_name}】{text}",
        "stage": kind,
        "kind": kind,
        "kind_name": kind_name,
        "need": "fund_pooling",
        "need_name": "资金集中管理",
        "question": text,
        "why": why,
        "confirm": confirm,
    }


SITUATION = question(
    "situation",
    "状况性",
    "您集团在外地的 12 家分公司，账户现在开在几家银行？",
    "知道资金分散在哪里，才谈得上归集。",
    True,
)
PROBLEM = question(
    "problem",
    "问题性",
    "总部要用钱的时候，从各家分公司往回调，麻烦在哪一步？",
    "困难要由客户自己说出来，才算暗示需求。",
)
IMPLICATION = question(
    "implication",
    "影响性",
    "钱散在 6 家银行，这一年下来，大概少拿了多少利息、多付了多少贷款利息？",
    "影响算成钱，客户才会掂量要不要动。",
)
PAYOFF = question(
    "need_payoff",
    "权衡得失性",
    "要是每天下班前钱都能自动回到总部账上，对您最大的好处是什么？",
    "价值由客户自己说出来，最有力。",
)

NEEDS = {
    "type": "needs",
    "title": "记下了",
    "text": "资金集中管理（暗示需求）：“钱散在六家银行，调一笔要两三天”",
    "entries": [
        {
            "code": "fund_pooling",
            "name": "资金集中管理",
            "status": "implied",
            "status_name": "暗示需求",
            "quote": "钱散在六家银行，调一笔要两三天",
            "turn": 3,
        }
    ],
    "facts": [{"code": "bank_count", "name": "开户银行", "value": "6 家", "quote": "钱散在六家银行"}],
}

IMPACT = {
    "type": "impact",
    "title": "在途资金的影响",
    "text": "一年少拿的利息约 34万元",
    "need": "float_loss",
    "need_name": "在途资金损失",
    "result": "一年少拿的利息约 34 万元",
    "formula": "日均在途资金 × 在途天数 ÷ 365 × 资金成本 × 年周转次数",
    "inputs": [
        {"name": "日均在途资金", "value": "3000 万元", "source": "客户说的", "quote": "每天路上大概三千万"},
        {"name": "活期日均", "value": "2300 万元", "source": "系统记录"},
    ],
    "assumptions": [{"name": "资金成本", "value": "3.1%", "why": "按一年期 LPR 估，客户的实际融资成本知道后可以改"}],
}

BUNDLE = {
    "type": "bundle",
    "title": "方案",
    "text": "集团资金管理方案：总分账户、电子对账、集中客户服务中心；可选资金管理、对公理财、法人账户透支。",
    "code": "group_treasury",
    "name": "集团资金管理方案",
    "core": ["master_sub_account", "e_reconciliation"],
    "plus": ["corporate_wealth"],
    "products": [
        {
            "code": "master_sub_account",
            "name": "总分账户",
            "layer": "core",
            "need": "fund_pooling",
            "need_name": "资金集中管理",
            "quote": "要是每天自动归上来，我就不用再贷那两千万",
            "feature": "分公司账户与总部账户实时联动，余额按规则自动上划。",
            "advantage": "归集不用人工，跨地区当日到账。",
            "benefit": "您说归上来就不用再贷两千万：12 家分公司的钱每天下班前自动回到总部，贷款可以先还掉这一块。",
            "conditions": ["各分公司出具授权书", "总部财务负责人面签"],
        },
        {
            "code": "e_reconciliation",
            "name": "电子对账",
            "layer": "core",
            "need": "reconciliation",
            "need_name": "对账核算",
            "quote": "对账每月要三四天",
            "feature": "回单与流水按日推送，可导入财务系统。",
            "advantage": "自动勾对，差异单列。",
            "benefit": "您财务每月三四天的对账，变成每天早上看一张差异表。",
            "conditions": [],
        },
        {
            "code": "corporate_wealth",
            "name": "对公理财",
            "layer": "plus",
            "need": "idle_cash",
            "need_name": "闲置资金收益",
            "quote": "账上的钱只有活期利息",
            "feature": "T+1 赎回，R2 风险等级。",
            "advantage": "闲钱有去处，不影响用款。",
            "benefit": "归上来暂时不用的钱，不再只拿活期。",
            "conditions": ["完成机构投资者风险评估"],
        },
    ],
    "withheld": [
        {
            "code": "corporate_overdraft",
            "name": "法人账户透支",
            "rule": "credit_grade",
            "reason": "还没有有效的授信评级。",
            "remedy": "先做授信评级，约需两周。",
        }
    ],
    "first_step": "本周五前与财务部王总确认 12 家分公司的账户清单，由我行出归集测算表。",
}

COMPARISON = {
    "type": "comparison",
    "title": "协定存款与通知存款",
    "text": "协定存款起存 50万；通知存款起存 50万。",
    "columns": ["协定存款", "七天通知存款", "对公理财"],
    "rows": [
        {"label": "起点", "values": ["基本留存 50 万元", "50 万元", "1 万元"]},
        {"label": "期限", "values": ["随存随取", "提前七天通知", "T+1 赎回"]},
        {"label": "风险", "values": ["存款，保本", "存款，保本", "R2，不保本"]},
    ],
}

CARDS: dict[str, JSON] = {
    "客户": BRIEF,
    "对比": COMPARISON,
    "列表": {
        "type": "list",
        "title": "您说的是哪一家？",
        "text": "1. 华星机械集团有限公司 2. 华星物流有限公司",
        "items": [
            {
                "title": "华星机械集团有限公司",
                "subtitle": "装备制造 · 上次联系 3 天前",
                "payload": '/start_visit{"client": "17"}',
            },
            {
                "title": "华星物流有限公司",
                "subtitle": "物流 · 上次联系 5 个月前",
                "payload": '/start_visit{"client": "23"}',
            },
        ],
    },
    "产品": {
        "type": "product",
        "title": "协定存款",
        "text": "协定存款：基本留存 50 万元，超出部分按协定利率计息。",
        "sections": [
            {
                "title": "要点",
                "items": [
                    {"label": "起点", "value": "基本留存 50 万元"},
                    {"label": "利率", "value": "以当日挂牌为准", "note": "牌价每日更新"},
                    {"label": "适合", "value": "账上长期有结算余额的企业"},
                ],
            }
        ],
    },
    "待办": {
        "type": "task",
        "title": "今天的待办",
        "text": "给海达打电话；给百味餐饮送方案。",
        "sections": [
            {
                "title": "今天",
                "items": [
                    {"label": "10:00", "value": "给海达的陈总打电话", "note": "美元收款的事"},
                    {"label": "15:30", "value": "给百味餐饮送聚合收款方案"},
                ],
            }
        ],
    },
    "进度": {
        "type": "progress",
        "title": "本周进度",
        "text": "新客户 2/4，老客户 9/12。",
        "sections": [{"items": [{"label": "新客户", "value": "2 / 4"}, {"label": "老客户", "value": "9 / 12"}]}],
    },
    "文件": {
        "type": "document",
        "title": "客户需求说明书",
        "text": "客户需求说明书：华星集团。",
        "sections": [
            {"title": "客户的话", "items": ["钱散在六家银行，调一笔要两三天"]},
            {
                "title": "五定",
                "items": [
                    {"label": "定目标", "value": "年内归集率到 80%"},
                    {"label": "定人员", "value": "张伟、产品经理李敏"},
                ],
            },
        ],
    },
    "陌生": {"type": "hologram", "title": "新卡片", "text": "这张卡片页面还不认识，只显示文字。"},
}

IDLE: JSON = {
    "mode": "idle",
    "client": None,
    "stage": None,
    "question": None,
    "needs": [],
    "facts": [],
    "bundle": None,
    "practice": None,
}


def state(stage: str, card: JSON | None, *needs: JSON) -> JSON:
    asked = card and {"type": card["kind"], "need": card["need"], "text": card["question"], "why": card["why"]}
    facts = NEEDS["facts"] if needs else []
    return {
        **IDLE,
        "mode": "visit",
        "client": CLIENT,
        "stage": stage,
        "question": asked,
        "needs": list(needs),
        "facts": facts,
    }


POOLING = ("fund_pooling", "资金集中管理")
HEARD = need(*POOLING, "implied", "钱散在六家银行，调一笔要两三天", 3)
GROWN = need(*POOLING, "developed", "一年少说也有三十来万", 4)
WANTED = need(*POOLING, "explicit", "要是每天自动归上来，我就不用再贷那两千万", 5)
MATCHED = need(*POOLING, "matched", "要是每天自动归上来，我就不用再贷那两千万", 5)
BOOKS = need("reconciliation", "对账核算", "implied", "对账每月要三四天", 4)
PAYING = need("payment_efficiency", "付款效率", "dismissed", "付款倒是没什么问题", 4)

# The visit, step by step: whatever is said moves on to the next one.
VISIT: list[tuple[list[JSON], JSON]] = [
    (
        [
            message("好，明天见华星集团。先看一眼准备。", BRIEF),
            message("", SITUATION, ("是 6 家", "/affirm"), ("跳过", "/skip_question")),
        ],
        state("situation", SITUATION),
    ),
    (
        [message(PROBLEM["text"], PROBLEM, ("跳过", "/skip_question"), ("换个问法", "/rephrase_question"))],
        state("problem", PROBLEM),
    ),
    ([message(NEEDS["text"], NEEDS), message("", IMPLICATION)], state("implication", IMPLICATION, HEARD)),
    ([message("算了一笔账：", IMPACT), message("", PAYOFF)], state("need_payoff", PAYOFF, GROWN, BOOKS, PAYING)),
    (
        [
            message(
                "客户把价值说出来了。方案在这里：", BUNDLE, ("约下一步", "/log_visit"), ("有疑问", "/explain_bundle")
            )
        ],
        {**state("proposal", None, WANTED, BOOKS, PAYING), "bundle": {"code": "group_treasury"}},
    ),
    (
        [message("已记下：周五前确认账户清单。这次拜访有了下一步。", CARDS["待办"])],
        state("commitment", None, MATCHED, BOOKS, PAYING),
    ),
]


def answer(text: str, step: int) -> tuple[list[JSON], JSON, int]:
    """Return messages, state and the visit's next step for what was said at `step` (0: no visit is open)."""
    if text.startswith("卡片"):
        card = CARDS[text.removeprefix("卡片")]
        return [message(card["text"], card)], VISIT[step - 1][1] if step else IDLE, step
    if text in ("/end_visit", "结束"):
        return [message("好，先到这里。")], IDLE, 0
    if text == "/why_question":
        return [message("因为没有前面的影响，客户不会掂量方案的价值。")], VISIT[max(step - 1, 0)][1], step
    starts = re.search(r"拜访|华星|^/start_visit", text)
    if (step == 0 and not starts) or step >= len(VISIT):
        return [message(f"收到：{text}")], IDLE if step == 0 else VISIT[-1][1], step
    messages, now = VISIT[step]
    return messages, now, step + 1
