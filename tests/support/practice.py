"""A small practice for tests: one client with two needs, wordings that name their kind."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from bot.knowledge.practice_schemas import KINDS
from bot.practice import client
from bot.practice.book import Book
from bot.practice.model import (
    ClientState,
    Decides,
    Gatekeeper,
    HiddenNeed,
    Level,
    Line,
    Objection,
    Persona,
    Said,
    Temper,
    Topic,
    Trigger,
)
from bot.practice.scoring import Score, score
from tests.support.talk import library


def numbered(stem: str, count: int = 3) -> tuple[str, ...]:
    return tuple(f"{stem}{i}。" for i in range(1, count + 1))


TEMPER = Temper("plain", "平常", "不急不慢", 20, 8, 4)
LEVELS = {
    "easy": Level("easy", "入门", "", 10, 2, -10, 1, 1, False, 5, 30),
    "medium": Level("medium", "进阶", "", 0, 0, 0, 1, 1, False, 4, 30),
    "hard": Level("hard", "高难", "", 0, 0, 5, 2, 2, True, 4, 30),
}
PERSONA = Persona(
    id="one",
    name="赵姐",
    title="某厂会计",
    temper="plain",
    segment="corporate",
    business="一家厂",
    card=(("客户", "某厂"), ("规模", "三家店"), ("对方", "会计")),
    goal="约下一步",
    opening=numbered("开场"),
    facts=(
        Topic("shops", ("几家店",), numbered("三家店", 2), on_card=True),
        Topic("books", ("谁对账", "怎么对账"), numbered("我一个人对", 2), need="reconciliation"),
        Topic("days", ("对几天",), numbered("要对三天", 2), need="reconciliation"),
        Topic("cash", ("活期多少",), numbered("放了一些", 2), need="idle_cash"),
        Topic("secret", ("老板怎么想",), numbered("老板犹豫", 2), trust=40),
    ),
    needs=(
        HiddenNeed(
            "reconciliation",
            3,
            20,
            ("对账", "流水", "回单"),
            numbered("账难对"),
            numbered("耽误大"),
            numbered("想要自动"),
        ),
        HiddenNeed(
            "idle_cash", 1, 30, ("活期", "闲钱", "利息"), numbered("利息少"), numbered("亏不少"), numbered("想要收益")
        ),
    ),
    decides=Decides("老板", True, numbered("那天来"), numbered("就签了")),
    gatekeeper=Gatekeeper("前台", numbered("您找谁"), numbered("请进", 2)),
    opens=(Trigger(("您辛苦",), 6, numbered("是辛苦", 2)),),
    closes=(Trigger(("帮我冲",), -8, numbered("不关我事", 2)),),
    forbidden=(Trigger(("老板娘",), -10, numbered("不谈这个", 2)),),
    objections=(
        Objection("burden", "benefit", numbered("换起来麻烦", 2), ("担心", "先试", "陪"), numbered("那试试", 2)),
        Objection("boss", "commitment", numbered("老板不点头", 2), ("一起", "材料"), numbered("那行", 2)),
        Objection("fee", "pitch", numbered("多少钱先说", 2), ("不急", "先听"), numbered("那先听", 2)),
    ),
)


@cache
def book() -> Book:
    """The rubric that comes with the program, everything else made up."""
    replies = {"any": {kind: tuple(f"{kind}·{i}" for i in range(13)) for kind in KINDS}}
    return Book({"one": PERSONA}, {"plain": TEMPER}, LEVELS, library().practice.rubric, replies)


def world(level: str = "easy", seed: int = 1, **persona: Any) -> client.World:
    return client.world(book(), replace(PERSONA, **persona), level, seed)


def told(text: str, move: str, *needs: str, **more: Any) -> Said:
    return Said(text, move, needs=needs, **more)


def talk(w: client.World, *said: Said) -> tuple[ClientState, list[Line]]:
    """Say one thing after another; returns the last state and the transcript."""
    state, _ = client.begin(w)
    lines = []
    for one in said:
        state, line = client.respond(w, state, one)
        lines.append(line)
    return state, lines


def scored(w: client.World, *said: Said) -> Score:
    """The score of a talk that the seller ends after the last sentence."""
    state, lines = talk(w, *said)
    return score(w.persona, w.level, w.rubric, lines, client.conclude(state).outcome)


FACT = told("现在谁对账？", "situation")
PROBLEM = told("对账哪里最烦？", "problem", "reconciliation")
IMPLICATION = told("这么对账一年耽误多少？", "implication", "reconciliation")
MORE_IMPLICATION = told("流水对不平，老板那边怎么看？", "implication", "reconciliation")
PAYOFF = told("对账自动了能省下什么？", "need_payoff", "reconciliation")
BENEFIT = told(
    "您想要自动，这个每天自动对账",
    "benefit",
    "reconciliation",
    products=("e_reconciliation",),
    answers=("reconciliation",),
)
HANDLING = told("您担心麻烦，先试一家店，我们陪着", "objection_handling")
COMMITMENT = told("下周三我带同事来演示，您看行吗？", "commitment", dated=True)
WHOLE = (FACT, PROBLEM, IMPLICATION, PAYOFF, BENEFIT, HANDLING, COMMITMENT)
