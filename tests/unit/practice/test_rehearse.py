"""明日客户预演: true to the record, and nobody could tell whose it is."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest

from bot.practice.book import Book, Manner
from bot.practice.client import begin, respond, world
from bot.practice.rehearse import bucket, rehearsal
from bot.practice.scoring import score
from bot.practice.sellers import Shop, at_random, great, play
from bot.visit.model import Record
from tests.support.practice import numbered, told
from tests.support.talk import known, library

BANK = library().bank
SHIPPED = library().practice


def book() -> Book:
    """The book that comes with the program, with manners for every need."""
    manners = {
        code: Manner(code, (need.name, code, f"{code}2"), *(numbered(f"{code}{s}") for s in ("难", "重", "要")))
        for code, need in BANK.needs.items()
    }
    return replace(SHIPPED, manners=manners)


HUAXING = Record(
    client_id=1,
    name="华星机械集团有限公司",
    segment="corporate",
    facts={
        k.code: k
        for k in (
            known("industry", "装备制造"),
            known("region", "沈阳"),
            known("annual_revenue", 1_832_500_000),
            known("branch_count", 12, quote="沈阳总部加12家分公司"),
            known("bank_count", 6),
        )
    },
    contacts=(("王建国", "财务总监", "decision_maker"),),
    earlier_needs=(("payroll", "implied", "工资每月要发两天"), ("fx_risk", "dismissed", "不出口")),
)


def made(record: Record = HUAXING, seed: int = 1):
    persona = rehearsal(record, BANK, book(), seed)
    assert persona is not None
    return persona


@pytest.mark.parametrize(
    "told_of", ["华星", "沈阳", "王建国", "1832500000", "1832500000", "183250", "12家", "工资每月要发两天", "财务总监"]
)
def test_nothing_in_it_tells_whose_it_is(told_of: str) -> None:
    assert told_of not in json.dumps(made().to_json(), ensure_ascii=False)


def test_no_exact_figure_of_the_record_stays() -> None:
    persona = made()
    shown = [v for _, v in persona.card] + [s for f in persona.facts for s in f.says]
    assert not [s for s in shown if any(c.isdigit() for c in s)]


def test_what_was_voiced_before_comes_first_and_what_was_ruled_out_does_not_come() -> None:
    codes = [n.code for n in made().needs]
    assert codes[0] == "payroll"
    assert "fx_risk" not in codes
    assert len(codes) == 3


def test_open_questions_are_not_answered_with_invented_figures() -> None:
    persona = made()
    unknown = [f for f in persona.facts if not f.on_card]
    assert unknown
    assert all(any(words in s for words in book().common["corporate"].unknown) for f in unknown for s in f.says)


def test_the_same_client_and_seed_make_the_same_persona() -> None:
    assert made(seed=3) == made(seed=3)


def test_it_can_be_played() -> None:
    persona = made()
    w = world(book(), persona, "easy", 1)
    state, _ = begin(w)
    for one in (told("您忙，先听您说", "rapport"), told("发工资烦不烦", "problem", "payroll")):
        state, line = respond(w, state, one)
    assert line.voiced == (("payroll", "implied"),)


def test_a_personal_client_keeps_grade_and_decade() -> None:
    record = Record(2, "陈秀兰", "personal", {k.code: k for k in (known("age", 68), known("risk_grade", "C2"))})
    persona = made(record)
    assert (persona.age, persona.risk, persona.title) == (65, "C2", "一位60多岁的个人客户")


def test_without_a_way_of_speaking_there_is_no_rehearsal() -> None:
    assert rehearsal(HUAXING, BANK, replace(SHIPPED, manners={}), 1) is None


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("annual_revenue", 1_832_500_000, "几亿到几十亿"),
        ("branch_count", 12, "十来个上下"),
        ("branch_count", 3, "个位数"),
    ],
)
def test_figures_become_orders_of_magnitude(code: str, value: int, words: str) -> None:
    assert bucket(BANK.facts[code], value) == words


@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
@pytest.mark.parametrize("segment", ["corporate", "personal"])
def test_a_rehearsed_client_can_be_won_by_a_good_seller_and_not_by_luck(segment: str, level: str) -> None:
    record = HUAXING if segment == "corporate" else Record(2, "陈秀兰", "personal", {"age": known("age", 68)})
    shop = Shop(BANK, library().catalogue.products, library().suitability)
    for seed in range(4):
        persona = rehearsal(record, BANK, SHIPPED, seed)
        assert persona is not None
        w = world(SHIPPED, persona, level, seed)
        totals = []
        for script in (great, at_random):
            played = play(w, script, shop, Random(seed))
            totals.append(score(persona, w.level, w.rubric, played.lines, played.state.outcome).total or 0)
        assert totals[0] >= w.rubric.exam_mark > w.rubric.pass_mark > totals[1]
