"""Facts of a product as people ask for them: one attribute, the whole, or side by side.

A figure is quoted with where it stands: fixed by a rule, or a usual market value that the bank's own may differ from.
An expired rule is not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.catalogue.model import Catalogue, Product, Regulation

ATTRIBUTE_NAMES = {
    "min_amount": "起点金额",
    "max_amount": "金额上限",
    "tenor": "期限",
    "rate": "利率或收益",
    "fee": "费用",
    "risk_rating": "风险等级",
    "eligibility": "办理条件",
    "documents": "所需材料",
    "channels": "办理渠道",
    "features": "产品特点",
    "benefits": "客户能得到什么",
    "regulation": "监管依据",
}
PART_NAMES = {
    "part:steps": "怎么办理",
    "part:suits": "适合的客户",
    "part:caution": "要注意的",
    "part:pairs": "可以搭配",
    "part:sources": "出处",
}
SEGMENT_NAMES = {"corporate": "对公", "personal": "个人"}
TERM_KEYS: Mapping[str, tuple[str, ...]] = {
    "min_amount": ("min_amount_cny", "min_retained_cny", "min_withdrawal_cny", "down_payment_min_pct"),
    "max_amount": (
        "max_amount_cny",
        "annual_cap_cny",
        "annual_cap_usd",
        "max_financing_pct",
        "quick_redeem_daily_cny",
        "employer_pct_max",
        "total_pct_max",
        "used_car_pct_max",
        "overseas_cash_annual_cny",
        "overseas_cash_daily_cny",
    ),
    "tenor": ("tenor_text", "notice_days", "facility_max_days", "cooling_off_days", "waiting_period_max_days"),
    "rate": ("rate_value", "rate_basis"),
    "fee": ("fee_value", "fee_basis"),
    "risk_rating": ("risk_rating", "risk_rating_range"),
}
UNIT = re.compile(r"（[^（）]*）$")
UNKNOWN = "目录里没有固定的数，请问产品经理"
RULES_THEMSELVES = "以文件原文为准"
UNWRITTEN = "目录里没有写明，请问产品经理"


HINTS: Mapping[str, re.Pattern[str]] = {  # lines that speak of an attribute for which no term is fixed
    "min_amount": re.compile(r"起点|起存|门槛|起投|\d+元起|不低于\d|不限"),
    "max_amount": re.compile(r"上限|限额|金额(?:按|随|由)|不超过\d|最高|额度|七成|八成|九成|比例"),
    "tenor": re.compile(r"期限|最长|\d+个月|\d+年|\d+天|[一二三四五]年|定时|实时|当日|次日"),
    "rate": re.compile(r"利率|收益|计息|利息"),
    "fee": re.compile(r"费"),
    "risk_rating": re.compile(r"风险|保本|本金"),
}


@dataclass(frozen=True)
class Answer:
    """One attribute of one product. `basis`: where the value stands; `own`: it is the bank's own value; `open`: the
    catalogue does not fix it; `related`: what else the entry says about it."""

    name: str
    lines: tuple[str, ...]
    basis: str
    own: bool = False
    open: bool = False
    related: tuple[str, ...] = ()


def answer(product: Product, attribute: str, catalogue: Catalogue, today: date) -> Answer:
    """Return the attribute's value; one that the catalogue does not fix is said to be open, never made up.

    `attribute`: a code of ATTRIBUTE_NAMES or PART_NAMES, or `term:` and a term's key.
    """
    if attribute.startswith("term:"):
        key = attribute.removeprefix("term:")
        return _of_terms(product, name_of(attribute, catalogue), (key,), key, catalogue, today)
    if attribute in TERM_KEYS:
        return _of_terms(product, name_of(attribute, catalogue), TERM_KEYS[attribute], attribute, catalogue, today)
    if attribute in PART_NAMES:
        return _part(product, attribute, catalogue, today)
    name = ATTRIBUTE_NAMES[attribute]
    values: Mapping[str, Sequence[str]] = {
        "eligibility": product.eligibility,
        "documents": product.documents,
        "channels": product.channels,
        "features": (*product.features, *product.advantages),
        "benefits": tuple(product.benefits.values()),
        "regulation": tuple(_regulation_line(r) for r in live_rules(product, today)),
    }
    lines = tuple(values[attribute])
    basis = RULES_THEMSELVES if attribute == "regulation" else _basis(product, False, today)
    return Answer(name, lines or (UNWRITTEN,), basis if lines else "", open=not lines)


def name_of(attribute: str, catalogue: Catalogue) -> str:
    """Return an attribute, part or term as people call it."""
    if attribute.startswith("term:"):
        key = attribute.removeprefix("term:")
        return UNIT.sub("", catalogue.term_labels.get(key, key))
    return ATTRIBUTE_NAMES.get(attribute) or PART_NAMES.get(attribute, attribute)


def has(product: Product, attribute: str) -> bool:
    """Whether the entry fixes or writes anything for the attribute."""
    if attribute.startswith("term:"):
        return product.terms.get(attribute.removeprefix("term:")) not in (None, [], "")
    keys = TERM_KEYS.get(attribute)
    return keys is None or any(product.terms.get(k) not in (None, [], "") for k in keys)


def fitting(product: Product, attributes: Sequence[str]) -> list[str]:
    """Return what of a product is to be shown: a single term goes before the attribute around it,
    where the product has it."""
    single = [a for a in attributes if a.startswith("term:")]
    had = [a for a in single if has(product, a)]
    around = [a for a in attributes if a not in single]
    if had:
        covered = {a for a in around for t in had if t.removeprefix("term:") in TERM_KEYS.get(a, ())}
        return [*had, *(a for a in around if a not in covered)]
    return around or list(attributes)


def owner_of(attributes: Sequence[str], catalogue: Catalogue) -> Product | None:
    """Return the one product that has the single term asked for (境外取现, 首付), None when several or none have it."""
    single = [a for a in attributes if a.startswith("term:")]
    owners = [p for p in catalogue.products.values() if single and any(has(p, a) for a in single)]
    return owners[0] if len(owners) == 1 else None


def _of_terms(
    product: Product, name: str, keys: Sequence[str], attribute: str, catalogue: Catalogue, today: date
) -> Answer:
    present = [k for k in keys if product.terms.get(k) not in (None, [], "")]
    lines = [_term_line(k, product, catalogue) for k in present]
    if attribute in ("min_amount", "tenor"):
        lines += _variants(product, attribute)
    if not lines and attribute == "risk_rating" and (safe := _safety(product)):
        return Answer(name, safe, _basis(product, False, today))
    if not lines:
        return Answer(name, (UNKNOWN,), "", open=True, related=_related(product, attribute))
    safe = _safety(product) if attribute == "risk_rating" else ()
    own = [product.own[k] for k in present if k in product.own]
    if own:
        since = f"，{own[0].since}起" if own[0].since else ""
        return Answer(name, tuple(lines), f"本行公布：{own[0].source}{since}", own=True, related=safe)
    fixed = bool(keys) and all(k in product.fixed_terms for k in present or ("variants",))
    return Answer(name, tuple(lines), _basis(product, fixed, today), related=safe)


def _safety(product: Product) -> tuple[str, ...]:
    """Return what the entry says of the principal: 保本吗 is asked of products without a risk rating, too."""
    if "principal_safe" in product.traits:
        return (f"本金：{product.traits['principal_safe']}",)
    lines = (str(product.terms.get("rate_basis", "")), product.suitability, *product.features)
    return tuple(line for line in lines if "不保本" in line or "净值" in line)[:1]


def _related(product: Product, attribute: str) -> tuple[str, ...]:
    hint = HINTS.get(attribute)
    lines = (*product.features, *product.eligibility)
    return tuple(line for line in lines if hint is not None and hint.search(line))[:2]


def _variants(product: Product, attribute: str) -> list[str]:
    """Return one line for each variant of a product whose conditions differ by variant."""
    lines = []
    for one in product.terms.get("variants") or ():
        if attribute == "min_amount":
            text = (
                term_text("min_amount_cny", one["min_amount_cny"]) if "min_amount_cny" in one else one.get("note", "")
            )
            lines.append(f"{one['name']}：{text}")
    return [line for line in lines if not line.endswith("：")]


def _part(product: Product, part: str, catalogue: Catalogue, today: date) -> Answer:
    """Return what is shown besides the attributes: steps, whom it suits, what to mind, what goes with it, sources."""
    names = {c: p.name for c, p in catalogue.products.items()}
    lines: Sequence[str]
    if part == "part:steps":
        steps = [*product.steps, *catalogue.steps.get(product.category, ())]
        lines = [f"{i}. {line}" for i, line in enumerate(steps, 1)]
        lines += [f"材料：{'、'.join(product.documents)}"] if product.documents else []
        lines += [f"在哪办：{'、'.join(product.channels)}"] if product.channels else []
    elif part == "part:suits":
        lines = [f"{SEGMENT_NAMES[product.segment]}客户", *product.eligibility]
        lines += [f"不合适：{product.suitability}"] if product.suitability else []
    elif part == "part:caution":
        clash = [names[c] for c in sorted(product.excludes) if c in names]
        lines = [product.suitability] if product.suitability else []
        lines += [f"不能与{'、'.join(clash)}用在同一笔资金或资产上"] if clash else []
    elif part == "part:pairs":
        lines = [f"{names[c]}：{why}" for c, why in product.pairs if c in names]
    else:
        lines = [
            *(_regulation_line(r) for r in live_rules(product, today)),
            *(f"{s}：{url}" for s, url in product.sources),
        ]
        lines = lines or ["市场惯例，没有统一的文件"]
    basis = RULES_THEMSELVES if part == "part:sources" else _basis(product, False, today) if lines else ""
    return Answer(PART_NAMES[part], tuple(lines) or (UNWRITTEN,), basis, open=not lines)


def _term_line(key: str, product: Product, catalogue: Catalogue) -> str:
    label = UNIT.sub("", catalogue.term_labels.get(key, key))  # the unit is written behind the figure
    return f"{label}：{term_text(key, product.terms[key])}"


def term_text(key: str, value: Any) -> str:
    """Write a term as people read it."""
    if key == "risk_rating_range" and isinstance(value, list):
        return "至".join(str(v) for v in value)
    if isinstance(value, list):
        return "、".join(term_text(key, v) for v in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if key.endswith(("_cny", "_usd")):
        amount = Decimal(str(value))
        return _sized(amount) + ("元" if key.endswith("_cny") else "美元")
    if key.endswith("_pct") or "_pct_" in key:
        return f"{value}%"
    return f"{value}天" if key.endswith("_days") else str(value)


def _sized(amount: Decimal) -> str:
    for size, name in ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万")):
        exact = size if amount < size * 10 else size / 10  # 12000 stays as the rule writes it, 12.5万 is shortened
        if amount >= size and amount % exact == 0:
            return f"{(amount / size).normalize():f}{name}"
    return f"{amount:f}"


def live_rules(product: Product, today: date) -> list[Regulation]:
    """Return the rules in force today: expired ones and ones not yet in force are left out."""
    return [
        r
        for r in product.regulation
        if not (r.expires and r.expires < today.isoformat()) and not (r.effective and r.effective > today.isoformat())
    ]


def _regulation_line(rule: Regulation) -> str:
    number = f"（{rule.number}）" if rule.number else ""
    return f"《{rule.rule}》{number}：{rule.fixes}" if rule.fixes else f"《{rule.rule}》{number}"


def _basis(product: Product, fixed: bool, today: date) -> str:
    rule = next((r for r in live_rules(product, today) if r.seen), None)
    if fixed:
        return f"依据：《{rule.rule}》" if rule else "监管规定"
    if product.varies:
        return "市场常见值，各行不同，以本行公布为准"
    return f"依据：《{rule.rule}》" if rule else "市场惯例，以本行公布为准"


COMPARED = ("min_amount", "max_amount", "tenor", "rate", "fee", "risk_rating", "channels")


def compared(
    products: Sequence[Product], catalogue: Catalogue, today: date, attributes: Sequence[str] = ()
) -> list[tuple[str, tuple[str, ...]]]:
    """Return (attribute name, one value a product) for the attributes that differ, or for those asked for."""
    rows = []
    for attribute in attributes or COMPARED:
        values = tuple("；".join(_bare(answer(p, attribute, catalogue, today).lines)) for p in products)
        if len(set(values)) > 1 or attributes:
            rows.append((name_of(attribute, catalogue), values))
    return rows if attributes else [("一句话", tuple(p.summary for p in products)), *rows]


def _bare(lines: Sequence[str]) -> Sequence[str]:
    """One line needs no label of its own, the row has one."""
    return [lines[0].partition("：")[2] or lines[0]] if len(lines) == 1 else lines


def of_need(catalogue: Catalogue, need: str) -> list[Product]:
    return [p for p in catalogue.products.values() if need in p.benefits]
