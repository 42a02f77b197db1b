"""The rules once more, written from their sources and not from the code: what must be true when a rule is named.

Nothing here is imported from bot/bundles/rules.py. Sources: the keys' meanings at the head of bundles.yml and
suitability.yml; 《金融机构产品适当性管理办法》 for assessment, match, age and staff.
"""

from __future__ import annotations

from typing import Any

import yaml

from bot.bundles.model import Proposal, Situation, Withheld
from bot.bundles.wishes import Wishes
from bot.settings import ROOT

CATALOGUE = {
    p["code"]: p for p in yaml.safe_load((ROOT / "data/knowledge/catalogue.yml").read_text("utf-8"))["products"]
}
SALES = {p["code"]: p for p in yaml.safe_load((ROOT / "data/knowledge/suitability.yml").read_text("utf-8"))["products"]}
LEVELS = {"PR1": 1, "PR2": 2, "PR3": 3, "PR4": 4, "PR5": 5}
NARROWED = {"fewer_wanted", "core_only_wanted", "over_budget"}


def lowest_level(code: str) -> int | None:
    terms = CATALOGUE[code]["terms"]
    own = [terms["risk_rating"]] if terms.get("risk_rating") else []
    named = own or terms.get("risk_rating_range") or []
    return min((LEVELS[n] for n in named), default=None)


def fails(key: str, limit: Any, facts: dict[str, Any]) -> bool:
    """Whether the client is known not to meet an eligibility key."""

    def below(fact: str) -> bool:
        return fact in facts and float(facts[fact]) < float(limit)

    def known_no(*names: str) -> bool:
        return all(n in facts for n in names) and not any(float(facts[n]) for n in names)

    return {
        "min_subsidiaries": lambda: below("branch_count"),
        "min_assets_cny": lambda: below("family_assets"),
        "min_annual_revenue_cny": lambda: below("annual_revenue"),
        "min_overseas_revenue_cny": lambda: below("overseas_revenue"),
        "min_age": lambda: below("age"),
        "max_age": lambda: facts.get("age", 0) > limit,
        "requires_export": lambda: known_no("export_usd"),
        "requires_import": lambda: known_no("import_usd"),
        "requires_foreign_trade": lambda: known_no("export_usd", "import_usd"),
        "requires_core_enterprise": lambda: known_no("is_core_enterprise"),
        "requires_receivables": lambda: known_no("receivables_amount"),
        "requires_bills": lambda: known_no("bills_amount"),
        "requires_overseas_member": lambda: known_no("has_overseas_member"),
        "requires_business_owner": lambda: known_no("is_business_owner"),
    }[key]()


def ineligible(code: str, facts: dict[str, Any]) -> bool:
    return any(fails(k, v, facts) for k, v in SALES.get(code, {}).get("needs", {}).items())


def needs_assessment(code: str, bundle_list: list[str]) -> bool:
    return lowest_level(code) is not None or code in bundle_list or bool(SALES.get(code, {}).get("risk_test"))


def assessed(facts: dict[str, Any]) -> bool:
    return bool(facts.get("risk_grade")) and facts.get("risk_valid") is True


def money_there(situation: Situation, wishes: Wishes) -> float | None:
    if wishes.budget is not None:
        return float(wishes.budget)
    names = ["idle_balance"] + (["family_assets", "deposit_amount"] if situation.segment == "personal" else [])
    found = [float(situation.facts[n]) for n in names if n in situation.facts]
    return max(found) if found else None


def unsuitable(code: str, situation: Situation, wishes: Wishes, bundle_list: list[str]) -> list[str]:
    """Return every rule that forbids the product to this client, by this member of staff, on this channel."""
    facts, level, product = dict(situation.facts), lowest_level(code), CATALOGUE[code]
    grade = int(facts["risk_grade"][1]) if facts.get("risk_grade") else None
    wanted = SALES.get(code, {}).get("qualification")
    where = wishes.channel or situation.channel
    open_at = {"online": {"企业网银", "银企直连", "手机银行"}, "counter": {"柜面", "客户经理"}}.get(where)
    least, there = product["terms"].get("min_amount_cny"), money_there(situation, wishes)
    broken = {
        "already_held": code in situation.holdings,
        "not_eligible": ineligible(code, facts),
        "risk_assessment": needs_assessment(code, bundle_list) and not assessed(facts),
        "risk_mismatch": level is not None and grade is not None and level > grade,
        "age_protection": level is not None and level > 2 and facts.get("age", 0) >= 65,
        "staff_unqualified": bool(wanted) and situation.qualifications is not None and wanted not in situation.qualifications,
        "channel": open_at is not None and not open_at & set(product["channels"]),
        "amount_too_small": least is not None and there is not None and there < least,
    }  # fmt: skip
    return [rule for rule, is_broken in broken.items() if is_broken]


def suits(product: dict[str, Any]) -> list[str]:
    """The catalogue's own words on whom it may not be sold to, or that it may lose."""
    texts = [product.get("suitability", ""), product["terms"].get("rate_basis", ""), *product.get("features", ())]
    return [str(text) for text in texts]


def holds(
    held: Withheld, proposal: Proposal, situation: Situation, said: set[str], wishes: Wishes, bundle_list: list[str]
) -> bool:
    """Whether the rule that a withheld product names is true of this client."""
    code, product, offered = held.code, CATALOGUE[held.code], set(proposal.codes)
    chosen = offered | {w.code for w in proposal.withheld if w.rule in NARROWED}  # there until the manager narrowed it
    broken = unsuitable(code, situation, wishes, bundle_list)
    level = lowest_level(code)
    return {
        "segment": lambda: product["segment"] != situation.segment,
        "risk_assessment_expired": lambda: "risk_assessment" in broken and bool(situation.facts.get("risk_grade")),
        "risk_assessment_missing": lambda: "risk_assessment" in broken and not situation.facts.get("risk_grade"),
        "excluded": lambda: bool(set(product["excludes"]) & chosen),
        "no_explicit_need": lambda: not said & {b["need"] for b in product["benefits"]},
        "against_wish": lambda: "capital_safety" in said and any("保本" in s or "无风险" in s for s in suits(product)),
        "stood_in_for": lambda: len(chosen) > len(offered) or any(o.origin == "stand_in" for o in proposal.offered),
        "removed_by_manager": lambda: code in wishes.removed,
        "swapped_by_manager": lambda: code in wishes.replaced or code in {old for old, _ in wishes.swapped},
        "kind_not_wanted": lambda: bool(wishes.kinds),
        "steadier_wanted": lambda: level is not None and wishes.risk_cap is not None and level > wishes.risk_cap,
        "fewer_wanted": lambda: wishes.most is not None and len(offered) <= wishes.most,
        "core_only_wanted": lambda: wishes.core_only,
        "over_budget": lambda: wishes.budget is not None,
    }.get(held.rule, lambda: held.rule in broken)()
