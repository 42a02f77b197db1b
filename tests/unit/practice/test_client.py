"""How the played client answers: what opens a need, what costs trust and patience, when he agrees and when he leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.practice import client
from bot.practice.model import ClientState, Persona
from tests.support.practice import (
    BENEFIT,
    COMMITMENT,
    FACT,
    HANDLING,
    IMPLICATION,
    MORE_IMPLICATION,
    PAYOFF,
    PERSONA,
    PROBLEM,
    WHOLE,
    talk,
    told,
    world,
)


def status(state: ClientState) -> str:
    return state.status("reconciliation")


def test_a_need_goes_from_difficulty_to_agreement_step_by_step() -> None:
    state, lines = talk(world(), *WHOLE)
    assert [x.voiced for x in lines[1:5]] == [
        (("reconciliation", s),) for s in ("implied", "developed", "explicit", "matched")
    ]
    assert (state.outcome, status(state)) == ("advance", "matched")


def test_a_need_shows_only_to_a_question_that_touches_it() -> None:
    _, lines = talk(world(), told("有什么不满意的吗？", "problem"), told("工资发得顺吗？", "problem", "payroll"))
    assert [x.kind for x in lines] == ["vague", "no_problem"]


def test_a_need_stays_hidden_while_trust_is_too_low() -> None:
    state, lines = talk(world("medium"), told("活期利息低不低？", "problem", "idle_cash"))
    assert (lines[0].kind, state.status("idle_cash")) == ("guarded", "hidden")


def test_trust_that_was_earned_opens_the_need_that_was_hidden_before() -> None:
    ask = told("活期利息低不低？", "problem", "idle_cash")
    warm = (told("您辛苦了", "rapport"), told("您气色真好", "rapport"), FACT)
    state, lines = talk(world("medium"), *warm, ask)
    assert (lines[-1].kind, state.status("idle_cash")) == ("implied", "implied")


def test_asking_about_consequences_of_nothing_costs_trust_and_patience() -> None:
    state, lines = talk(world(), IMPLICATION)
    before, _ = client.begin(world())
    assert lines[0].has("unfounded")
    assert (state.trust, state.patience) < (before.trust, before.patience)


def test_a_question_that_names_no_need_builds_on_the_one_just_talked_about() -> None:
    state, _ = talk(world(), PROBLEM, told("那一年下来耽误多少？", "implication"))
    assert status(state) == "developed"


def test_a_consequence_of_something_else_does_not_develop_the_need_talked_about() -> None:
    state, lines = talk(world(), PROBLEM, told("工资发不出会怎样？", "implication", "payroll"))
    assert (status(state), lines[-1].kind) == ("implied", "no_impact")


def test_value_before_consequences_brings_no_wish() -> None:
    state, lines = talk(world(), PROBLEM, PAYOFF)
    assert (status(state), lines[-1].kind) == ("implied", "no_value")


def test_well_built_consequences_make_the_client_raise_the_matter_himself() -> None:
    state, lines = talk(world(), PROBLEM, IMPLICATION, MORE_IMPLICATION)
    assert (status(state), lines[-1].has("raised_himself")) == ("explicit", True)


def test_on_the_hardest_level_one_consequence_is_not_enough() -> None:
    w = world("hard")
    enter = told("您好，我是银行客户经理，约好来拜访", "other")
    warm = told("您辛苦了", "rapport")
    state, lines = talk(w, enter, warm, PROBLEM, IMPLICATION)
    assert (status(state), lines[-1].kind) == ("implied", "half")
    state, _ = talk(w, enter, warm, PROBLEM, IMPLICATION, MORE_IMPLICATION)
    assert status(state) == "developed"


def test_the_gatekeeper_lets_in_only_who_says_who_he_is_and_why() -> None:
    state, lines = talk(world("hard"), told("赵姐在吗", "other"), told("我是银行客户经理，约好今天来拜访", "other"))
    assert [x.kind for x in lines] == ["gate_ask", "gate_pass"]
    assert state.gate == 0


def test_who_never_says_why_he_came_is_sent_away() -> None:
    state, lines = talk(world("hard"), *(told(f"让我进去{i}", "other") for i in range(3)))
    assert (state.outcome, lines[-1].kind) == ("no_sale", "gate_stop")


def test_presenting_too_early_brings_talk_of_money() -> None:
    pitch = told("我们的电子对账可好了", "feature", products=("e_reconciliation",), answers=("reconciliation",))
    no_objection = world(objections=tuple(o for o in PERSONA.objections if o.when != "pitch"))
    _, lines = talk(no_objection, pitch, replace(pitch, text="再说说电子对账"))
    assert [x.kind for x in lines] == ["price", "bored"]
    assert all(x.has("early") for x in lines)


def test_a_product_for_something_else_is_no_benefit() -> None:
    other = told("这个理财收益高", "benefit", products=("x",), answers=("idle_cash",))
    state, lines = talk(world(), PROBLEM, IMPLICATION, PAYOFF, other)
    assert (lines[-1].kind, status(state)) == ("mismatch", "explicit")


def test_an_objection_that_is_passed_over_is_asked_again() -> None:
    _, lines = talk(world(), PROBLEM, IMPLICATION, PAYOFF, BENEFIT, told("活期多少？", "situation", "idle_cash"))
    assert lines[-1].kind == "ignored"


def test_an_objection_is_eased_by_words_that_take_it_seriously() -> None:
    _, lines = talk(world(), PROBLEM, IMPLICATION, PAYOFF, BENEFIT, HANDLING)
    assert lines[-1].note("eased:") == "burden"
    _, lines = talk(
        world(), PROBLEM, IMPLICATION, PAYOFF, BENEFIT, told("我们产品好，您放一百个心", "objection_handling")
    )
    assert lines[-1].has("stands")


def test_asking_to_sign_before_any_wish_is_refused() -> None:
    state, lines = talk(world(), COMMITMENT)
    assert (lines[0].kind, state.outcome) == ("refuse", "")


def test_a_next_step_without_a_day_is_asked_for_one() -> None:
    undated = told("我带同事来演示好吗", "commitment")
    day = told("下周三上午", "other", dated=True)
    state, lines = talk(world(), PROBLEM, IMPLICATION, PAYOFF, BENEFIT, HANDLING, undated, day)
    assert [x.kind for x in lines[-2:]] == ["when", "advance"]
    assert state.outcome == "advance"


def test_who_decides_alone_and_has_all_that_hurts_answered_may_close_the_deal() -> None:
    sign = told("那今天把合同签了吧", "commitment", dated=True)
    state, _ = talk(world(), PROBLEM, IMPLICATION, PAYOFF, BENEFIT, HANDLING, sign)
    assert state.outcome == "order"


def test_turns_that_bring_nothing_wear_patience_from_the_third_on() -> None:
    _, lines = talk(world(), *(told(f"随便聊聊第{i}句", "other") for i in range(4)))
    full = lines[0].patience
    assert [x.patience for x in lines] == [full, full, full - 1, full - 2]


def test_the_same_question_twice_costs_trust() -> None:
    state, lines = talk(world(), FACT, FACT)
    assert (lines[1].kind, lines[1].trust < lines[0].trust) == ("repeat", True)
    assert state.patience < lines[0].patience


def test_asking_what_stands_on_the_card_costs_trust() -> None:
    _, lines = talk(world(), told("您有几家店？", "situation"))
    assert lines[0].has("on_card")


def test_too_many_questions_of_fact_read_as_prying() -> None:
    _, lines = talk(world(), *(told(f"随便问问{i}", "situation") for i in range(6)))
    assert lines[5].has("prying")


def test_a_fact_that_needs_trust_is_kept_back() -> None:
    _, lines = talk(world(), told("老板怎么想？", "situation"))
    assert (lines[0].kind, lines[0].note("fact:")) == ("guarded", "")


@pytest.mark.parametrize("word", ["帮我冲一下业绩", "老板娘好吗"])
def test_words_that_close_him_cost_trust(word: str) -> None:
    before, _ = client.begin(world())
    state, _ = talk(world(), told(word, "rapport"))
    assert state.trust < before.trust


@pytest.mark.parametrize(
    ("text", "note"),
    [("这个保证收益，稳赚", "promise"), ("隔壁宏达公司在我们这存了两千万", "leak")],
)
def test_a_breach_of_the_red_lines_is_answered_as_one(text: str, note: str) -> None:
    _, lines = talk(world(), told(text, "benefit"))
    assert lines[0].has(note)


@pytest.mark.parametrize("move", ["implication", "commitment", "feature", "situation", "problem", "need_payoff"])
def test_a_label_that_is_not_sure_never_costs_anything(move: str) -> None:
    before, _ = client.begin(world())
    state, lines = talk(world(), *(replace(told(f"嗯嗯啊啊{i}怎么样", move), sure=False) for i in range(6)))
    assert (state.trust, state.patience) == (before.trust, before.patience)
    assert not any(x.voiced for x in lines)


def test_no_wording_is_said_twice_in_a_session() -> None:
    state, lines = talk(world(), *(told(f"随便聊聊第{i}句", "other") for i in range(9)))
    assert len(set(state.used)) == len(state.used)
    assert len({x.reply for x in lines}) == len(lines)


def test_a_client_whose_patience_is_gone_leaves() -> None:
    pushes = (told(f"签吧{i}", "commitment") for i in range(40))
    w, lines = world(), []
    state, _ = client.begin(w)
    for one in pushes:
        if state.over:
            break
        state, line = client.respond(w, state, one)
        lines.append(line)
    assert (lines[-1].kind, state.outcome) == ("leave", "no_sale")


def test_a_session_that_is_over_takes_no_more_words() -> None:
    state, _ = talk(world(), *WHOLE)
    with pytest.raises(ValueError, match="over"):
        client.respond(world(), state, FACT)


def test_the_same_seed_and_words_bring_the_same_talk() -> None:
    assert talk(world(seed=5), *WHOLE) == talk(world(seed=5), *WHOLE)


def test_another_seed_brings_other_wordings() -> None:
    replies = {tuple(x.reply for x in talk(world(seed=s), *WHOLE)[1]) for s in range(6)}
    assert len(replies) > 1


def test_state_and_persona_survive_their_way_through_json() -> None:
    import json

    state, _ = talk(world(), *WHOLE[:4])
    assert ClientState.from_json(json.loads(json.dumps(state.to_json()))) == state
    assert Persona.from_json(json.loads(json.dumps(PERSONA.to_json()))) == PERSONA
