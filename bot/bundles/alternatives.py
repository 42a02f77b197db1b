"""Two other ways to serve the client, each with what sets it apart from the proposal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.bundles.engine import Shelf, arrange, ranked
from bot.bundles.model import COMPOSED, Proposal, Situation, Voiced
from bot.bundles.rules import AGE_OF_EXTRA_CARE, CARE_LEVEL, client_risk, minimum, traits_open
from bot.bundles.wishes import NONE, Wishes
from bot.catalogue.model import Catalogue

MOST = 2
LEAN, STEADY = "lean", "steady"  # codes of variants of the proposal itself


@dataclass(frozen=True)
class Alternative:
    """`code`: what to choose it by; `wishes`: what the proposal becomes when it is chosen; `apart`: the differences."""

    code: str
    name: str
    proposal: Proposal
    wishes: Wishes
    apart: tuple[str, ...]


def alternatives(
    proposal: Proposal, voiced: Sequence[Voiced], situation: Situation, shelf: Shelf, wishes: Wishes = NONE
) -> tuple[Alternative, ...]:
    """Return up to two proposals that differ from this one and from each other, the nearest first."""
    found: list[Alternative] = []
    for code, name, other in _others(proposal, voiced, situation, shelf, wishes):
        made = arrange(voiced, situation, shelf, other)
        if made is None or (code not in (LEAN, STEADY) and made.code != code):
            continue
        if any(set(made.codes) == set(p.codes) for p in (proposal, *(a.proposal for a in found))):
            continue
        apart = differences(made, proposal, shelf.catalogue)
        found.append(Alternative(code, name or made.name, made, other, apart))
        if len(found) == MOST:
            break
    return tuple(found)


def _others(
    proposal: Proposal, voiced: Sequence[Voiced], situation: Situation, shelf: Shelf, wishes: Wishes
) -> Iterator[tuple[str, str, Wishes]]:
    """Another named bundle first, then a steadier and a leaner form of this one, then one composed need by need."""
    free = replace(wishes, swapped=(), added=(), most=None, core_only=False)
    ranking = ranked(voiced, situation, shelf)
    named = [b for b in ranking if b.code != proposal.code and not traits_open(b, situation)]
    first = [(b.code, b.name, replace(free, bundle=b.code)) for b in named]
    yield from first[:1]
    starts = risk_from(proposal, shelf.catalogue)
    if starts:
        yield STEADY, f"{proposal.name}（更稳健）", replace(wishes, bundle=proposal.code, risk_cap=starts - 1)
    if len(proposal.offered) > 2:
        yield LEAN, f"{proposal.name}（先办最要紧的）", _lean(proposal, wishes)
    yield COMPOSED, "", replace(free, bundle=COMPOSED)
    yield from first[1:]


def _lean(proposal: Proposal, wishes: Wishes) -> Wishes:
    """Keep the base where there is more than a base, else half of the products."""
    if proposal.layer("core") and proposal.layer("plus"):
        return replace(wishes, bundle=proposal.code, core_only=True)
    return replace(wishes, bundle=proposal.code, most=(len(proposal.offered) + 1) // 2)


def risk_from(proposal: Proposal, catalogue: Catalogue) -> int:
    """Return the lowest level that the riskiest product comes in, 0 when no product is rated."""
    return max((lv[0] for code in proposal.codes if (lv := catalogue.products[code].risk_levels)), default=0)


def risk_up_to(proposal: Proposal, catalogue: Catalogue, situation: Situation, wishes: Wishes = NONE) -> int:
    """Return the highest level that may be sold with the proposal as it stands, 0 when no product is rated."""
    highest = max((lv[1] for code in proposal.codes if (lv := catalogue.products[code].risk_levels)), default=0)
    caps = [client_risk(situation), wishes.risk_cap]
    if int(situation.facts.get("age") or 0) >= AGE_OF_EXTRA_CARE:
        caps.append(CARE_LEVEL)
    return min([highest, *(c for c in caps if c is not None)])


def differences(other: Proposal, base: Proposal, catalogue: Catalogue) -> tuple[str, ...]:
    """Return in Chinese what `other` has that `base` has not, and the reverse. Needs are given by code as {code}."""
    said: list[str] = []
    for verb, needs in (("多回应", other.answered - base.answered), ("不回应", base.answered - other.answered)):
        if needs:
            said.append(verb + "、".join(f"{{{n}}}" for n in sorted(needs)))
    names = {c: catalogue.products[c].name for c in (*other.codes, *base.codes)}
    for verb, codes in (
        ("多", [c for c in other.codes if c not in base.codes]),
        ("少", [c for c in base.codes if c not in other.codes]),
    ):
        if codes:
            said.append(verb + "、".join(names[c] for c in codes))
    risks = (risk_from(other, catalogue), risk_from(base, catalogue))
    if risks[0] != risks[1]:
        said.append(
            "不含带风险等级的产品"
            if not risks[0]
            else f"产品风险等级从R{risks[0]}起"
            if risks[1]
            else "含有带风险等级的产品"
        )
    lines = [any("授信" in c for o in p.offered for c in o.conditions) for p in (other, base)]
    if lines[0] != lines[1]:
        said.append("要先批授信" if lines[0] else "不用等授信")
    sums = [_least(p, catalogue) for p in (other, base)]
    if sums[0] != sums[1]:
        said.append(
            f"起点金额合计{'高' if sums[0] > sums[1] else '低'}一些（{_figure(sums[0])}，原来{_figure(sums[1])}）"
        )
    return tuple(said)


def _least(proposal: Proposal, catalogue: Catalogue) -> Decimal:
    return sum((minimum(catalogue.products[c]) or Decimal(0) for c in proposal.codes), Decimal(0))


def _figure(amount: Decimal) -> str:
    return f"{amount / 10000:.10g}万元" if amount >= 10000 else f"{amount:.10g}元"
