"""Which bundle and which product may be offered to whom.

Each rule returns None when it is satisfied. Sources: `eligibility` of bundles.yml; 《金融机构产品适当性管理办法》
(in force from 2026-02-01) for risk, age and assessment; method.md section 2 for "only as a benefit to a stated need".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.bundles.model import Bundle, Situation, Withheld
from bot.catalogue.model import Product

AGE_OF_EXTRA_CARE = 65  # years, 《金融机构产品适当性管理办法》
CARE_LEVEL = 2  # the highest level offered from that age on; our own, stricter than the rule

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
}


def bundle_misfit(bundle: Bundle, situation: Situation) -> list[tuple[str, str]]:
    """Return (rule, reason) of each eligibility rule that the client is known to fail.

    What is not known fails nothing here: `open_conditions` lists it, to be settled before signing.
    """
    failed = []
    for key, limit in bundle.eligibility.items():
        verdict = _verdict(key, limit, situation.facts)
        if verdict is False:
            failed.append((key, describe(key, limit)))
    return failed


def open_conditions(bundle: Bundle, situation: Situation) -> list[str]:
    """Return what the bundle asks for and the record does not say."""
    return [describe(k, v) for k, v in bundle.eligibility.items() if _verdict(k, v, situation.facts) is None]


def flags_met(bundle: Bundle, situation: Situation) -> int:
    """Return how many of the traits that the bundle is made for (exporter, core enterprise …) the client is known to have."""
    return sum(_verdict(k, v, situation.facts) is True for k, v in bundle.eligibility.items() if k in FLAGS)


def describe(key: str, limit: Any) -> str:
    """Write an eligibility rule in Chinese."""
    if key in MINIMA:
        return MINIMA[key][1].format(limit=_figure(limit))
    if key in FLAGS:
        return FLAGS[key][1]
    if key == "max_age":
        return f"不超过{limit}岁"
    if key == "industries":
        return "行业属于" + "、".join(limit)
    return key


def _figure(limit: Any) -> str:
    return f"{limit // 10_000}万" if isinstance(limit, int) and limit >= 10_000 else str(limit)


def _verdict(key: str, limit: Any, facts: Mapping[str, Any]) -> bool | None:
    """True, False, or None for 'not known' and for keys that are about single products."""
    if key in MINIMA:
        value = facts.get(MINIMA[key][0])
        return None if value is None else float(value) >= float(limit)
    if key == "max_age":
        age = facts.get("age")
        return None if age is None else int(age) <= int(limit)
    if key in FLAGS:
        value = facts.get(FLAGS[key][0])
        return None if value is None else bool(float(value)) if not isinstance(value, bool) else value
    if key == "industries":
        industry = facts.get("industry")
        return None if not industry or not limit else _industry_fits(str(industry), limit)
    return True  # requires_credit_line, requires_risk_test: rules on single products


def _industry_fits(industry: str, allowed: list[str]) -> bool:
    """餐饮连锁 fits 餐饮, 装备制造 fits 制造业: one name holds the other once 业 is dropped."""
    stem = industry.removesuffix("业")
    return any(a.removesuffix("业") in stem or stem in a for a in allowed)


ProductRule = Callable[[Product, Bundle, Situation], Withheld | None]


def held_already(product: Product, bundle: Bundle, situation: Situation) -> Withheld | None:
    if product.code not in situation.holdings:
        return None
    return Withheld(product.code, "already_held", "客户已经在用", "核对用得怎么样，需要时升级")


def risk_assessed(product: Product, bundle: Bundle, situation: Situation) -> Withheld | None:
    """A product that needs a valid assessment is withheld while there is none, or none known to be valid."""
    needs_test = product.risk_levels is not None or product.code in bundle.eligibility.get("requires_risk_test", ())
    if not needs_test or situation.facts.get("risk_valid") is True:
        return None
    if situation.facts.get("risk_grade"):
        return Withheld(product.code, "risk_assessment_expired", "风险测评已过期或有效期不明", "先重新做风险测评")
    return Withheld(product.code, "risk_assessment_missing", "没有风险测评结果", "先做风险测评")


def risk_matched(product: Product, bundle: Bundle, situation: Situation) -> Withheld | None:
    """The lowest level the product comes in must not exceed the client's; `product_conditions` caps the rest."""
    cap = client_risk(situation)
    if product.risk_levels is None or cap is None or product.risk_levels[0] <= cap:
        return None
    return Withheld(
        product.code,
        "risk_mismatch",
        f"产品最低风险等级R{product.risk_levels[0]}，高于客户的C{cap}",
        "换低风险等级的产品",
    )


def client_risk(situation: Situation) -> int | None:
    """Return the client's assessed level 1–5, None when there is none."""
    grade = str(situation.facts.get("risk_grade") or "")
    return int(grade[-1]) if grade[-1:].isdigit() else None


def age_cared_for(product: Product, bundle: Bundle, situation: Situation) -> Withheld | None:
    """From 65, nothing that starts above level 2: a desk may still sell it after special confirmation, the bot does not."""
    age = situation.facts.get("age")
    if (
        product.risk_levels is None
        or product.risk_levels[0] <= CARE_LEVEL
        or age is None
        or int(age) < AGE_OF_EXTRA_CARE
    ):
        return None
    return Withheld(
        product.code,
        "age_protection",
        f"客户已满{AGE_OF_EXTRA_CARE}岁，该产品风险等级在R{CARE_LEVEL}以上",
        "须由专人特别提示并确认后办理",
    )


def right_segment(product: Product, bundle: Bundle, situation: Situation) -> Withheld | None:
    if product.segment in (situation.segment, "both") or bundle.segment == situation.segment:
        return None
    return Withheld(product.code, "segment", "不是这一类客户的产品", "换对应客群的产品")


PRODUCT_RULES: tuple[ProductRule, ...] = (right_segment, held_already, risk_assessed, risk_matched, age_cared_for)


def product_misfit(product: Product, bundle: Bundle, situation: Situation) -> Withheld | None:
    """Return the first rule that forbids the product to this client, None when all are satisfied."""
    return next((w for rule in PRODUCT_RULES if (w := rule(product, bundle, situation))), None)


def product_conditions(product: Product, bundle: Bundle, situation: Situation) -> tuple[str, ...]:
    """Return what must be settled before the product can be signed, in Chinese."""
    found = []
    if product.code in bundle.eligibility.get("requires_credit_line", ()) and not situation.facts.get("credit_line"):
        found.append("须先获批授信额度")
    cap, age = client_risk(situation), situation.facts.get("age")
    if product.risk_levels and cap is not None:
        limit = min(cap, CARE_LEVEL) if age is not None and int(age) >= AGE_OF_EXTRA_CARE else cap
        if product.risk_levels[1] > limit:
            found.append(f"只选风险等级不高于R{limit}的产品")
    return tuple(found)
