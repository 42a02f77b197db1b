"""Sellers made from a persona's own data: a good one who ought to pass, and poor ones who must not.

They are what a tester plays on every persona and level, so that a new persona is tested without a script of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from bot.bundles.suitability import NO_RULES, Suitability
from bot.catalogue.model import Product
from bot.practice.client import World, begin, conclude, respond
from bot.practice.compliance import unsuitable
from bot.practice.model import MOVES, ClientState, Line, Said
from bot.practice.offers import open_question
from bot.visit.bank import Bank

MOST_TURNS = 40


@dataclass(frozen=True)
class Played:
    lines: tuple[Line, ...]
    state: ClientState


@dataclass
class Shop:
    """What a seller may draw on: the question bank's sentences and the catalogue."""

    bank: Bank
    products: Mapping[str, Product]
    rules: Suitability = NO_RULES
    taken: dict[tuple[str, str], int] = field(default_factory=dict)

    def ask(self, need: str, kind: str) -> str:
        """Return the next sentence of the bank for a need and a kind, round after round."""
        every = [a for q in self.bank.questions.values() if q.need == need and q.kind == kind for a in q.asks]
        at = self.taken[(need, kind)] = self.taken.get((need, kind), -1) + 1
        text = every[at % len(every)] if every else f"{need}{kind}"
        return text if at < len(every) else f"{text}（{at}）"

    def product(self, w: World, need: str) -> Product | None:
        return next((p for p in self.suitable(w) if need in p.benefits), None)

    def suitable(self, w: World) -> list[Product]:
        mine = [p for p in self.products.values() if p.segment == w.persona.segment]
        return [p for p in mine if not unsuitable(p, w.persona, self.rules.of(p.code))]


Script = Callable[[World, ClientState, Shop, Random], Said | None]


def play(w: World, script: Script, shop: Shop, dice: Random | None = None, most: int = MOST_TURNS) -> Played:
    """Play the script to its end, or the client's."""
    state, _ = begin(w)
    lines: list[Line] = []
    rolls = dice or Random(w.seed)
    while not state.over and len(lines) < most:
        said = script(w, state, shop, rolls)
        if said is None:
            break
        state, line = respond(w, state, said)
        lines.append(line)
    return Played(tuple(lines), conclude(state))


def run(w: World, says: Iterable[Said]) -> Played:
    """Play sentences that stand beforehand; what comes after the client left is not said any more."""
    left = iter(says)
    return play(w, lambda *_: next(left, None), Shop(Bank({}, {}, {}, {}), {}))


def good(w: World, state: ClientState, shop: Shop, dice: Random) -> Said | None:
    """Earn trust, ask for facts, then each need from difficulty to wish, tie a product to it, agree on a step."""
    if state.gate:
        return Said("您好，我是银行的客户经理小林，跟里面约好今天来拜访，聊聊上次提过的事", "other")
    if state.objection:
        one = next(o for o in w.persona.objections if o.id == state.objection)
        return Said(f"您担心得有道理，{'，'.join(one.eased_by[:3])}，这样您看行吗", "objection_handling")
    if asked := open_question(w, state):
        return Said(f"您问的“{asked.rstrip('？')}”，我现在就答您", "objection_handling")
    if state.awaits_day:
        return Said("那就下周三上午，我带产品经理过来给您演示方案", "commitment", dated=True)
    return _towards_a_need(w, state, shop) or Said(
        "那下周三上午我带产品经理过来，给您和经办同事演示方案", "commitment", dated=True
    )


def _towards_a_need(w: World, state: ClientState, shop: Shop) -> Said | None:
    for need in sorted(w.persona.needs, key=lambda n: (-n.pain, n.trust)):
        status = state.status(need.code)
        if status == "hidden":
            if state.trust < max(0, need.trust + w.level.opens):
                warmer = _warmer(w, state, need.code)
                if warmer is not None:
                    return warmer
            if f"asked {need.code}" in state.touched and state.trust < need.trust + w.level.opens:
                continue
            return Said(shop.ask(need.code, "problem"), "problem", needs=(need.code,))
        if status == "implied":
            return Said(shop.ask(need.code, "implication"), "implication", needs=(need.code,))
        if status == "developed":
            return Said(shop.ask(need.code, "need_payoff"), "need_payoff", needs=(need.code,))
        if status == "explicit" and (product := shop.product(w, need.code)):
            text = f"您刚才说的这件事，用{product.name}就能办到：{product.benefits[need.code]}"
            return Said(text, "benefit", needs=(need.code,), products=(product.code,), answers=tuple(product.benefits))
    return None


def _warmer(w: World, state: ClientState, need: str) -> Said | None:
    """What raises trust: a word that opens him, a little small talk, a question of fact."""
    for trigger in w.persona.opens:
        if trigger.words[0] not in state.touched:
            return Said(f"我知道{trigger.words[0]}", "rapport")
    if state.small_talk < 2 and w.temper.rapport >= 2:
        return Said(("辛苦您抽空见我", "上次见面您气色也很好")[state.small_talk], "rapport")
    if state.facts_asked >= w.level.facts:
        return None
    facts = [f for f in w.persona.facts if not f.on_card and f.id not in state.told and f.trust <= state.trust]
    first = sorted(facts, key=lambda f: f.need != need)
    return Said(f"想请教一下，{first[0].words[0]}这方面现在是怎样的？", "situation") if first else None


def great(w: World, state: ClientState, shop: Shop, dice: Random) -> Said | None:
    return good(w, state, shop, dice)


def average(w: World, state: ClientState, shop: Shop, dice: Random) -> Said | None:
    """Takes one need all the way, but shows a product too soon, and parts with a friendly word."""
    painful = max(w.persona.needs, key=lambda n: n.pain)
    product = shop.product(w, painful.code)
    if product and state.status(painful.code) == "implied" and not state.pitches:
        return _pitch(product, "advantage")
    if state.status(painful.code) == "matched":
        return None if state.objection == "" else good(w, state, shop, dice)
    return good(w, state, shop, dice)


def _pitch(product: Product, move: str = "feature") -> Said:
    what = (product.advantages or product.features or (product.summary,))[0]
    return Said(f"我们的{product.name}，{what}", move, products=(product.code,), answers=tuple(product.benefits))


def dumps_features(w: World, state: ClientState, shop: Shop, dice: Random) -> Said | None:
    fits = shop.suitable(w)
    if state.gate:
        return good(w, state, shop, dice)
    product = fits[state.turn % len(fits)]
    return _pitch(product, ("feature", "advantage", "benefit")[state.turn % 3])


def only(kind: str) -> Script:
    """A seller who knows one kind of question, about anything; about the hidden needs too."""

    def script(w: World, state: ClientState, shop: Shop, dice: Random) -> Said | None:
        if state.gate:
            return good(w, state, shop, dice)
        own = [n.code for n in w.persona.needs]
        others = [n for n, x in shop.bank.needs.items() if x.segment == w.persona.segment]
        need = own[state.turn % len(own)] if state.turn % 2 else dice.choice(others)
        return Said(shop.ask(need, kind), kind, needs=(need,))

    return script


def at_random(w: World, state: ClientState, shop: Shop, dice: Random) -> Said | None:
    """Any move about any need, the hidden ones as likely as all others together."""
    if state.gate:
        return good(w, state, shop, dice)
    move = dice.choice([m for m in MOVES if m != "other"])
    own = [n.code for n in w.persona.needs]
    others = [n for n, x in shop.bank.needs.items() if x.segment == w.persona.segment]
    need = dice.choice(own if dice.random() < 0.5 else others)
    if move in ("situation", "problem", "implication", "need_payoff"):
        return Said(shop.ask(need, move), move, needs=(need,))
    product = shop.product(w, need)
    if move in ("feature", "advantage", "benefit") and product:
        return _pitch(product, move)
    return Said(f"{need}这边您看怎么样（{state.turn}）", move, dated=dice.random() < 0.5)


def absurd(w: World, state: ClientState, shop: Shop, dice: Random) -> Said | None:
    """Promises, presses, repeats."""
    if state.gate:
        return good(w, state, shop, dice)
    lines = (
        "这个产品稳赚不赔，我保证收益",
        "今天就签吧",
        "今天就签吧",
        "你到底买不买",
        "保本的，不会亏",
        "一加一等于几",
    )
    return Said(
        lines[state.turn % len(lines)],
        ("benefit", "commitment", "commitment", "commitment", "benefit", "other")[state.turn % 6],
    )


POOR: Mapping[str, Script] = {
    "random": at_random,
    "all_situation": only("situation"),
    "all_problem": only("problem"),
    "all_implication": only("implication"),
    "all_need_payoff": only("need_payoff"),
    "feature_dump": dumps_features,
    "absurd": absurd,
}
