"""Which bundle and which product may be offered to whom.

Each rule returns None when it is satisfied. Sources: `eligibility` of bundles.yml; 《金融机构产品适当性管理办法》
(in force from 2026-02-01) for risk, age and assessment; method.md section 2 for "only as a benefit to a stated need".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.bundles.model import Bundle, Situation, Withheld
from bot.bundles.suitability import AGE_OF_EXTRA_CARE, CARE_LEVEL, CHANNELS, NO_RULES, Suitability, sold_from
from bot.bundles.wishes import NONE, Wishes, unwanted
from bot.catalogue.model import Product

# key of bundles.yml `eligibility` → (fact of facts.yml, how the failed rule reads)
MINIMA: Mapping[str, tuple[str, str]] = {
    "min_subsidiaries": ("branch_count", "分支机构不少于{limit}家"),
    "min_stores": ("store_count", "门店不少于{limit}家"),
    "min_employees": ("headcount", "员工不少于{limit}人"),
    "min_idle_cash_cny": ("idle_balance", "暂时不用的资金不少于{limit}元"),
    "min_assets_cny": ("family_assets", "家庭金融资产不少于{limit}元"),
    "min_annual_revenue_cny": ("annual_revenue", "年营业收入不少于{limit}元"),
    "min_overseas_revenue_cny": ("overseas_revenue", "境外成员年营业收入不少于{limit}元"),
    "min_age": ("age", "年满{limit}岁"),
}
FLAGS: Mapping[str, tuple[str, str]] = {
    "requires_export": ("export_usd", "有出口收汇"),
    "requires_import": ("import_usd", "有进口付汇"),
    "requires_overseas_member": ("has_overseas_member", "有境外成员企业"),
    "requires_core_enterprise": ("is_core_enterprise", "是核心企业"),
    "requires_receivables": ("receivables_amount", "有应收账款"),
    "requires_bills": ("bills_amount", "有在手票据"),
    "requires_business_owner": ("is_business_owner", "是企业主或个体经营者"),
    "requires_children": ("children", "有子女"),
}
FOREIGN_TRADE = ("export_usd", "import_usd")


def bundle_misfit(bundle: Bundle, situation: Situation) -> list[tuple[str, str]]:
    """Return (rule, reason) of each eligibility rule that the client is known to fail.

    What is not known fails nothing here: `open_conditions` lists it, to be settled before signing.
    """
    failed = []
    for key, limit in bundle.eligibility.items():
        if verdict(key, limit, situation.facts) is False:
            failed.append((key, describe(key, limit)))
    return failed


def open_conditions(bundle: Bundle, situation: Situation) -> list[str]:
    """Return what the bundle asks for and the record does not say."""
    return [describe(k, v) for k, v in bundle.eligibility.items() if verdict(k, v, situation.facts) is None]


def flags_met(bundle: Bundle, situation: Situation) -> int:
    """Return how many of the traits that the bundle is made for (exporter, core enterprise …) the client is known to have."""
    return sum(verdict(k, v, situation.facts) is True for k, v in bundle.eligibility.items() if k in FLAGS)


def traits_open(bundle: Bundle, situation: Situation) -> bool:
    """Whether a trait that the bundle is made for (exporter, overseas member …) is not known of the client."""
    return any(verdict(k, v, situation.facts) is None for k, v in bundle.eligibility.items() if k in FLAGS)


def describe(key: str, limit: Any) -> str:
    """Write an eligibility rule in Chinese."""
    if key in MINIMA:
        return MINIMA[key][1].format(limit=_figure(limit))
    if key in FLAGS:
        return FLAGS[key][1]
    if key == "max_age":
        return f"不超过{limit}岁"
    if key == "requires_foreign_trade":
        return "有真实的外汇收付"
    if key == "industries":
        return "行业属于" + "、".join(limit)
    return key


def _figure(limit: Any) -> str:
    if not isinstance(limit, int) or limit < 10_000:
        return str(limit)
    return f"{limit / 10**8:.10g}亿" if limit >= 10**8 else f"{limit / 10**4:.10g}万"


def verdict(key: str, limit: Any, facts: Mapping[str, Any]) -> bool | None:
    """Return whether the client meets one eligibility rule: True, False, or None for 'not known' and for keys that are about single products."""
    if key in MINIMA:
        value = facts.get(MINIMA[key][0])
        return None if value is None else float(value) >= float(limit)
    if key == "max_age":
        age = facts.get("age")
        return None if age is None else int(age) <= int(limit)
    if key in FLAGS:
        value = facts.get(FLAGS[key][0])
        return None if value is None else bool(float(value)) if not isinstance(value, bool) else value
    if key == "requires_foreign_trade":
        known = [facts.get(code) for code in FOREIGN_TRADE]
        return True if any(v and float(v) for v in known) else None if None in known else False
    if key == "industries":
        industry = facts.get("industry")
        return None if not industry or not limit else _industry_fits(str(industry), limit)
    return True  # requires_credit_line, requires_risk_test: rules on single products


def _industry_fits(industry: str, allowed: list[str]) -> bool:
    """餐饮连锁 fits 餐饮, 装备制造 fits 制造业: one name holds the other once 业 is dropped."""
    stem = industry.removesuffix("业")
    return any(a.removesuffix("业") in stem or stem in a for a in allowed)


@dataclass(frozen=True)
class Fit:
    """What a product is judged by: the bundle it would stand in, the client, the rules of selling, the manager's wishes."""

    bundle: Bundle
    situation: Situation
    suitability: Suitability = NO_RULES
    wishes: Wishes = NONE

    def needs_test(self, product: Product) -> bool:
        listed = product.code in self.bundle.eligibility.get("requires_risk_test", ())
        return product.risk_levels is not None or listed or self.suitability.of(product.code).risk_test

    def needs_line(self, product: Product) -> bool:
        listed = product.code in self.bundle.eligibility.get("requires_credit_line", ())
        return listed or self.suitability.of(product.code).credit_line

    @property
    def age(self) -> int | None:
        age = self.situation.facts.get("age")
        return None if age is None else int(age)

    @property
    def cared_for(self) -> bool:
        return self.age is not None and self.age >= AGE_OF_EXTRA_CARE


ProductRule = Callable[[Product, Fit], Withheld | None]


def right_segment(product: Product, fit: Fit) -> Withheld | None:
    if product.segment in (fit.situation.segment, "both") or product.code in fit.bundle.products:
        return None
    return Withheld(product.code, "segment", "不是这一类客户的产品", "换对应客群的产品")


def on_sale(product: Product, fit: Fit) -> Withheld | None:
    """What the catalogue may not quote today is not offered either."""
    reason = fit.suitability.off_sale.get(product.code)
    return Withheld(product.code, "off_sale", reason.rstrip("。"), "等产品部门核对以后再推") if reason else None


def held_already(product: Product, fit: Fit) -> Withheld | None:
    if product.code not in fit.situation.holdings:
        return None
    return Withheld(product.code, "already_held", "客户已经在用", "核对用得怎么样，需要时升级")


def eligible(product: Product, fit: Fit) -> Withheld | None:
    """A client who is known to fail what the product asks for does not get it; what is not known is a condition."""
    for key, limit in fit.suitability.of(product.code).needs.items():
        if verdict(key, limit, fit.situation.facts) is False:
            remedy = "换没有年龄限制的产品" if key.endswith("_age") else "情况变了就更新客户资料，再出方案"
            return Withheld(product.code, "not_eligible", f"办理条件是{describe(key, limit)}，客户不符合", remedy)
    return None


def risk_assessed(product: Product, fit: Fit) -> Withheld | None:
    """A product that needs a valid assessment is withheld while there is none, or none known to be valid."""
    facts = fit.situation.facts
    if not fit.needs_test(product) or (facts.get("risk_valid") is True and client_risk(fit.situation) is not None):
        return None
    if facts.get("risk_grade"):
        return Withheld(product.code, "risk_assessment_expired", "风险测评已过期或有效期不明", "先重新做风险测评")
    return Withheld(product.code, "risk_assessment_missing", "没有风险测评结果", "先做风险测评")


def risk_matched(product: Product, fit: Fit) -> Withheld | None:
    """The lowest level the product comes in must not exceed the client's; `product_conditions` caps the rest."""
    cap, level = client_risk(fit.situation), sold_from(product)
    if level is None or cap is None or level <= cap:
        return None
    reason = f"产品最低风险等级R{level}，高于客户的C{cap}"
    return Withheld(product.code, "risk_mismatch", reason, "换低风险等级的产品")


def client_risk(situation: Situation) -> int | None:
    """Return the client's assessed level 1–5, None when there is none."""
    grade = str(situation.facts.get("risk_grade") or "")
    return int(grade[-1]) if grade[-1:].isdigit() else None


def age_cared_for(product: Product, fit: Fit) -> Withheld | None:
    """From 65, nothing that starts above level 2: a desk may still sell it after special confirmation, the bot does not."""
    level = sold_from(product)
    if level is None or level <= CARE_LEVEL or not fit.cared_for:
        return None
    return Withheld(
        product.code,
        "age_protection",
        f"客户已满{AGE_OF_EXTRA_CARE}岁，该产品风险等级在R{CARE_LEVEL}以上",
        "须由专人特别提示并确认后办理",
    )


def staff_qualified(product: Product, fit: Fit) -> Withheld | None:
    """Who is known to lack the qualification does not offer it; where nobody recorded any, it is a condition."""
    wanted, have = fit.suitability.of(product.code).qualification, fit.situation.qualifications
    if not wanted or have is None or wanted in have:
        return None
    name = fit.suitability.names.get(wanted, wanted)
    return Withheld(product.code, "staff_unqualified", f"您没有登记{name}", "请有资格的同事一起办理，或先取得资格")


def channel_open(product: Product, fit: Fit) -> Withheld | None:
    """Where the channel is settled, the product must be sold there."""
    wanted = fit.wishes.channel or fit.situation.channel
    if wanted not in CHANNELS or not product.channels or CHANNELS[wanted] & set(product.channels):
        return None
    where = "线上" if wanted == "online" else "柜面或客户经理处"
    return Withheld(
        product.code, "channel", f"{where}办不了，只能在{'、'.join(product.channels)}办", "换到能办的渠道办理"
    )


def money_enough(product: Product, fit: Fit) -> Withheld | None:
    """The amount that the product starts from must not exceed the money known to be there for it, or the named budget."""
    least, there = minimum(product), funds(fit)
    if least is None or there is None or there >= least:
        return None
    said = "您说的预算" if fit.wishes.budget is not None else "已知可用的资金"
    reason = f"起点{_figure(int(least))}元，{said}是{_figure(int(there))}元"
    return Withheld(product.code, "amount_too_small", reason, "凑够起点金额，或客户另有资金时再放进来")


def minimum(product: Product) -> Decimal | None:
    value = product.terms.get("min_amount_cny")
    return None if value is None else Decimal(str(value))


FUNDS: Mapping[str, tuple[str, ...]] = {
    "corporate": ("idle_balance",),
    "personal": ("family_assets", "deposit_amount", "deposit_maturing_soon", "idle_balance"),
}


def funds(fit: Fit) -> Decimal | None:
    """Return the CNY the client can put in: the named budget, else the largest figure known, None when none is."""
    if fit.wishes.budget is not None:
        return fit.wishes.budget
    found = [fit.situation.facts.get(code) for code in FUNDS.get(fit.situation.segment, ())]
    return max((Decimal(str(v)) for v in found if v is not None), default=None)


PRODUCT_RULES: tuple[ProductRule, ...] = (
    right_segment,
    on_sale,
    held_already,
    eligible,
    risk_assessed,
    risk_matched,
    age_cared_for,
    staff_qualified,
    channel_open,
    money_enough,
)


def client_misfit(product: Product, fit: Fit) -> Withheld | None:
    """Return the first rule of selling that forbids the product to this client, whatever the manager wishes."""
    return next((w for rule in PRODUCT_RULES if (w := rule(product, fit))), None)


def product_misfit(product: Product, fit: Fit) -> Withheld | None:
    """Return the first rule that forbids the product to this client, None when all are satisfied."""
    return client_misfit(product, fit) or unwanted(product, fit.wishes)


def product_conditions(product: Product, fit: Fit) -> tuple[str, ...]:
    """Return what must be settled before the product can be signed, in Chinese."""
    facts, sale = fit.situation.facts, fit.suitability.of(product.code)
    found = [f"待核实：{describe(k, v)}" for k, v in sale.needs.items() if verdict(k, v, facts) is None]
    if fit.needs_line(product) and not Decimal(str(facts.get("credit_line") or 0)):
        found.append("须先获批授信额度")
    cap = client_risk(fit.situation)
    if product.risk_levels and cap is not None:
        limit = min(c for c in (cap, CARE_LEVEL if fit.cared_for else None, fit.wishes.risk_cap) if c is not None)
        if product.risk_levels[1] > limit:
            found.append(f"只选风险等级不高于R{limit}的产品")
    if fit.cared_for and (product.risk_levels or sale.care):
        found.append(f"客户已满{AGE_OF_EXTRA_CARE}岁，办理时须特别提示风险并留存记录")
    if sale.qualification and fit.situation.qualifications is None:
        found.append(f"经办人须有{fit.suitability.names.get(sale.qualification, sale.qualification)}")
    if product.excludes & fit.situation.holdings:
        found.append("先核对资金来源，不能与客户已有的贷款或投资用同一笔钱")
    return tuple(found)
