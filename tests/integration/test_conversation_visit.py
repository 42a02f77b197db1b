"""A guided visit from the first sentence to the follow-up, through the gateway on a real database."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversation.gateway import DialogueDown
from bot.store.tables import Fact, Task, Turn, Visit
from tests.support.house import HAIDA, HUAXING, House, card, payload, texts, titles


async def start(house: House, client: str = "华星集团") -> dict:
    return await house.say(house.read(f"帮我准备明天拜访{client}", "start_visit"))


def status(answer: dict, need: str) -> str | None:
    return next((n["status"] for n in answer["state"]["needs"] if n["code"] == need), None)


async def until(house: House, need: str, kind: str) -> dict:
    """Skip on until a question of this need and kind is open."""
    answer = await house.say("/next_question")
    for _ in range(20):
        question = answer["state"]["question"]
        if question and (question["need"], question["type"]) == (need, kind):
            return answer
        answer = await house.say("/skip_question")
    raise AssertionError(f"{need} {kind} was never asked")


async def explicit(house: House, need: str = "reconciliation", words: str = "想要自动对账") -> dict:
    return await house.say(house.read(words, stance="explicit_need", needs={need: 0.95}))


# --- beginning -----------------------------------------------------------------------------------------------------


async def test_a_visit_begins_with_a_brief_and_the_first_question(house):
    answer = await start(house)
    brief = card(answer, "client")
    assert brief["purpose"] == "visit_brief"
    assert "12家" in brief["text"]
    assert (answer["state"]["mode"], answer["state"]["client"]) == (
        "visit",
        {"id": HUAXING, "name": "华星机械集团有限公司"},
    )
    assert answer["state"]["question"]["text"] in texts(answer)


@pytest.mark.parametrize("name", ["华星", "华星集团", "华星机械", "華星集團", "hxjt", "华兴集团"])
async def test_the_client_is_found_however_its_name_is_typed(house, name):
    assert (await start(house, name))["state"]["client"]["id"] == HUAXING


async def test_what_the_record_says_is_not_asked(house):
    asked = set()
    answer = await start(house)
    while question := answer["state"]["question"]:
        asked.add(question["id"])
        answer = await house.say("/skip_question")
    bank = house.container.library.bank
    for q in (bank.questions[i] for i in asked if bank.questions[i].kind == "situation"):
        assert not set(q.fills) <= {
            "branch_count",
            "bank_count",
            "annual_revenue",
            "is_group_parent",
            "average_balance",
        }, q.id


async def test_an_old_figure_is_asked_as_a_confirmation_and_a_yes_makes_it_new(house):
    with house.container.database.session() as session:
        from bot.store.tables import Client

        client = session.get_one(Client, HAIDA)
        client.bank_count, client.figure_dates = 3, {"bank_count": "2024-01-01"}
        session.commit()
    answer = await start(house, "海达")
    while not answer["state"]["question"]["confirm"]:
        answer = await house.say("/skip_question")
    assert "3家" in answer["state"]["question"]["text"]
    answer = await house.say(house.read("没变", "affirm", ""))
    assert "按旧信息继续" in texts(answer)
    assert [f["code"] for f in answer["state"]["facts"]] == ["bank_count"]


async def test_an_answer_that_things_changed_does_not_confirm_the_old_figure(house):
    with house.container.database.session() as session:
        from bot.store.tables import Client

        client = session.get_one(Client, HAIDA)
        client.bank_count, client.figure_dates = 3, {"bank_count": "2024-01-01"}
        session.commit()
    for text in ("对账行换了", "是变了，又开了几户", "还是不一样了"):
        house.conversations.clear()
        answer = await start(house, "海达")
        while not answer["state"]["question"]["confirm"]:
            answer = await house.say("/skip_question")
        answer = await house.say(house.read(text))
        assert "bank_count" not in [f["code"] for f in answer["state"]["facts"]], text


# --- the worked example --------------------------------------------------------------------------------------------


async def test_the_worked_example_ends_in_the_treasury_bundle_with_the_clients_words(house):
    await start(house)
    said = {
        "reconciliation": "能自动对账最好",
        "fund_pooling": "我就想总部一把管起来",
        "branch_coverage": "外地公司办事也想有人管",
        "payment_efficiency": "想一次把款付完",
        "idle_cash": "闲着的钱想生点息",
        "overdraft_liquidity": "临时缺几天想有个垫的",
    }
    for need, words in said.items():
        await explicit(house, need, words)
    answer = await house.say(house.read("出方案", "recommend_bundle"))
    bundle = answer["state"]["bundle"]
    assert bundle["code"] == "group_treasury"
    assert bundle["core"] == ["master_sub_account", "e_reconciliation", "corp_ebank", "central_service_desk"]
    assert bundle["plus"] == ["cash_pool", "corp_wealth", "overdraft"]
    for product in bundle["products"]:
        assert product["quote"] == said[product["need"]]
        assert f"客户说“{product['quote']}”" in card(answer, "bundle")["text"]
    assert {n["status"] for n in answer["state"]["needs"]} == {"matched"}
    assert answer["state"]["stage"] == "proposal"


async def test_a_need_goes_from_difficulty_to_wish_step_by_step(house):
    await start(house)
    answer = await house.say(
        house.read("财务说每个月对账要花三四天，经常对不上", stance="implied_need", needs={"reconciliation": 0.95})
    )
    assert status(answer, "reconciliation") == "implied"
    assert "“每个月对账要花三四天，经常对不上”" in texts(answer)
    assert answer["state"]["question"]["type"] == "implication"
    assert card(answer, "impact")["assumptions"]
    answer = await house.say(
        house.read("一年下来三个会计都搭进去", stance="implied_need", needs={"reconciliation": 0.8})
    )
    assert status(answer, "reconciliation") == "developed"
    assert answer["state"]["question"]["type"] == "need_payoff"
    answer = await house.say(house.read("那当然好", stance="fact"))
    assert status(answer, "reconciliation") == "explicit"
    assert [n["quote"] for n in answer["state"]["needs"]] == ["那当然好"]


async def test_selling_before_a_need_is_explicit_is_answered_with_a_question(house):
    await start(house)
    answer = await house.say(house.read("出方案", "recommend_bundle"))
    assert answer["state"]["bundle"] is None
    assert answer["state"]["question"]["text"] in texts(answer)


async def test_figures_are_taken_down_with_their_words_and_kept_with_the_client(house):
    await start(house)
    answer = await house.say(house.read("现在一共21家分公司"))
    assert [(f["code"], f["quote"]) for f in answer["state"]["facts"]] == [("branch_count", "现在一共21家分公司")]
    assert house.column(HUAXING, "branches") == 21


async def test_each_figure_of_money_is_shown_once(house):
    await start(house)
    first = await house.say(house.read("每个月对账要花4天", stance="implied_need", needs={"reconciliation": 0.95}))
    assert "384小时" in card(first, "impact")["result"]
    second = await house.say(house.read("回单也老对不上", stance="implied_need", needs={"reconciliation": 0.95}))
    assert "impact" not in [(m.get("card") or {}).get("type") for m in second["messages"]]


# --- the manager's hand --------------------------------------------------------------------------------------------


async def test_the_manager_skips_rewords_goes_back_and_asks_why(house):
    first = (await start(house))["state"]["question"]
    reworded = (await house.say("/rephrase_question"))["state"]["question"]
    assert (reworded["id"], reworded["text"] != first["text"]) == (first["id"], True)
    second = await house.say("/skip_question")
    assert second["state"]["question"]["id"] != first["id"]
    back = await house.say("/previous_question")
    assert back["state"]["question"]["id"] == first["id"]
    why = await house.say("/why_question")
    assert house.container.library.bank.questions[first["id"]].why in texts(why)
    assert why["state"]["question"]["id"] == first["id"]


async def test_a_jump_to_a_stage_moves_the_question_and_not_the_ledger(house):
    await start(house)
    await house.say(house.read("对账老对不上", stance="implied_need", needs={"reconciliation": 0.95}))
    answer = await house.say(house.read("直接到权衡得失", "next_stage"))
    assert (answer["state"]["stage"], status(answer, "reconciliation")) == ("need_payoff", "implied")


async def test_a_correction_replaces_the_figure_everywhere(house):
    await start(house)
    await house.say(house.read("一共12家分公司"))
    answer = await house.say(house.read("不是12家，是21家", "disagree"))
    assert [f["raw"] for f in answer["state"]["facts"] if f["code"] == "branch_count"] == [21]
    assert house.column(HUAXING, "branches") == 21


async def test_a_step_back_takes_the_figure_out_of_the_record_too(house):
    await start(house)
    await house.say(house.read("一共21家分公司"))
    answer = await house.say("/undo")
    assert answer["state"]["facts"] == []
    assert house.column(HUAXING, "branches") == 12


async def test_steps_back_go_back_one_by_one_and_then_say_so(house):
    first = (await start(house))["state"]
    await house.say(house.read("对账老对不上", stance="implied_need", needs={"reconciliation": 0.95}))
    await explicit(house, "payroll", "想把发工资交给你们")
    answer = await house.say("/undo")
    assert [n["code"] for n in answer["state"]["needs"]] == ["reconciliation"]
    answer = await house.say("/undo")
    assert (answer["state"]["needs"], answer["state"]["question"]) == ([], first["question"])
    assert "没有可以撤回的了" in texts(await house.say("/undo"))


async def test_this_is_no_need_takes_it_off_the_ledger(house):
    await start(house)
    await house.say(house.read("对账老对不上", stance="implied_need", needs={"reconciliation": 0.95}))
    answer = await house.say(house.read("这个不算问题", "disagree"))
    assert status(answer, "reconciliation") == "dismissed"
    assert answer["state"]["question"]["need"] != "reconciliation"


async def test_the_managers_word_can_count_as_a_difficulty(house):
    await start(house)
    await until(house, "reconciliation", "problem")
    answer = await house.say(house.read("会计都是老人，你懂的", stance=""))
    answer = await house.say(payload(answer, "这算一个难处"))
    assert status(answer, "reconciliation") == "implied"
    assert answer["state"]["needs"][0]["quote"] == "会计都是老人，你懂的"


async def test_beginning_anew_is_asked_back_and_can_be_taken_back(house):
    await start(house)
    await explicit(house)
    answer = await house.say(house.read("重新开始", "restart"))
    assert answer["state"]["needs"]
    answer = await house.say("/affirm")
    assert answer["state"]["needs"] == []
    answer = await house.say("/undo")
    assert status(answer, "reconciliation") == "explicit"


# --- the client without a problem ----------------------------------------------------------------------------------


async def test_a_client_without_a_problem_is_left_in_peace(house):
    await start(house, "陈秀兰")
    answer = await house.say("/next_question")
    denied = set()
    for _ in range(40):
        question = answer["state"]["question"]
        if question is None:
            break
        assert question["need"] not in denied
        answer = await house.say(house.read("没有，都挺好", stance="no_problem"))
        denied |= {n["code"] for n in answer["state"]["needs"] if n["status"] == "dismissed"}
    assert answer["state"]["question"] is None
    assert "不必硬推" in texts(answer)
    answer = await house.say("/end_visit")
    assert "没有问出难处" in texts(answer)
    assert house.count(Task) == 0


# --- the end -------------------------------------------------------------------------------------------------------


async def test_the_end_proposes_sums_up_and_makes_a_follow_up(house):
    await start(house)
    await explicit(house)
    answer = await house.say("/end_visit")
    assert answer["state"]["mode"] == "idle"
    assert answer["state"]["bundle"]["products"]
    assert status(answer, "reconciliation") == "matched"
    assert "想要自动对账" in texts(answer)
    visit = house.visits()[0]
    assert (visit.status, bool(visit.summary)) == ("closed", True)
    assert house.count(Task) == 1


async def test_an_agreed_step_becomes_a_task_with_its_day(house):
    await start(house)
    await explicit(house)
    await house.say("/recommend_bundle")
    answer = await house.say(house.read("下周三带产品经理来给财务讲", stance="advance"))
    assert "11月25日" in texts(answer)
    assert (answer["state"]["stage"], status(answer, "reconciliation")) == ("commitment", "committed")
    answer = await house.say("/end_visit")
    assert house.visits()[0].outcome == "advance"
    assert house.count(Task) == 1


async def test_an_agreed_step_taken_back_takes_its_task_along(house):
    await start(house)
    await explicit(house)
    await house.say("/recommend_bundle")
    await house.say(house.read("下周三带产品经理来给财务讲", stance="advance"))
    answer = await house.say("/undo")
    assert (answer["state"]["stage"], status(answer, "reconciliation")) == ("proposal", "matched")
    assert house.count(Task) == 0
    assert house.visits()[0].outcome == ""


async def test_a_polite_put_off_commits_to_nothing(house):
    await start(house)
    await explicit(house)
    await house.say("/recommend_bundle")
    answer = await house.say(house.read("挺好的，回头再联系", stance="continuation"))
    assert status(answer, "reconciliation") == "matched"
    await house.say("/end_visit")
    assert house.visits()[0].outcome == "continuation"


async def test_what_comes_up_after_the_proposal_goes_into_the_ledger(house):
    await start(house)
    await explicit(house)
    await house.say("/recommend_bundle")
    answer = await explicit(house, "payroll", "想把发工资交给你们")
    assert status(answer, "payroll") == "explicit"


async def test_a_product_can_be_taken_out_of_the_proposal(house):
    await start(house)
    await explicit(house)
    bundle = (await house.say("/recommend_bundle"))["state"]["bundle"]
    gone = bundle["products"][0]["code"]
    entity = {"entity": "product", "start": 2, "end": 4, "text": "这个", "value": gone}
    if len(bundle["products"]) == 1:
        await explicit(house, "fund_pooling", "想把钱集中起来")
        bundle = (await house.say("/recommend_bundle"))["state"]["bundle"]
    answer = await house.say(house.read("去掉这个", "change_bundle", entities=[entity]))
    assert gone not in [p["code"] for p in answer["state"]["bundle"]["products"]]
    assert {"code": gone, "rule": "removed_by_manager"}.items() <= next(
        w for w in answer["state"]["bundle"]["withheld"] if w["code"] == gone
    ).items()


async def test_a_closed_visits_summary_and_proposal_can_still_be_asked_for(house):
    await start(house)
    await explicit(house)
    await house.say("/end_visit")
    assert "华星" in texts(await house.say("/visit_summary"))
    assert "想要自动对账" in texts(await house.say("/explain_bundle"))


# --- leaving and coming back ---------------------------------------------------------------------------------------


async def test_a_visit_left_is_offered_in_the_next_conversation_and_resumed_where_it_stood(house):
    await start(house)
    await house.say(house.read("对账老对不上", stance="implied_need", needs={"reconciliation": 0.95}))
    left = await house.say(house.read("先这样", "goodbye"))
    assert left["state"]["mode"] == "idle"
    answer = await house.say(house.read("你好", "greet"), new=True)
    assert answer["state"]["mode"] == "idle"
    assert "接着和华星集团" in titles(answer)
    answer = await house.say(payload(answer, "接着和华星集团"))
    assert status(answer, "reconciliation") == "implied"
    assert answer["state"]["question"]["type"] == "implication"
    assert "对账老对不上" in texts(answer)


async def test_a_visit_goes_on_after_the_application_was_started_anew(house, tmp_path):
    from bot.bootstrap import build
    from tests.support.house import NOW
    from tests.support.talk import library

    before = await start(house)
    again = build(house.container.settings, dialogue=house.script, clock=lambda: NOW, library=library())
    house.script.executor = again.executor
    answer = await again.gateway.turn(house.actor("zhangwei"), "/why_question", before["conversation"])
    again.database.dispose()
    assert answer["state"]["question"] == before["state"]["question"]


async def test_two_open_visits_are_asked_apart(house):
    for client, words in (("华星集团", "想要自动对账"), ("海达", "对账也想省事")):
        house.conversations.clear()
        await start(house, client)
        await explicit(house, words=words)
    answer = await house.say(house.read("继续拜访", "resume_visit"), new=True)
    assert "接着哪一次" in texts(answer)
    answer = await house.say("2")
    assert answer["state"]["client"]["id"] == HUAXING


async def test_a_visit_in_which_nothing_was_said_leaves_nothing_behind(house):
    await start(house)
    await start(house)
    assert len(house.visits()) == 1


async def test_a_second_visit_to_the_same_client_offers_the_first_one(house):
    await start(house)
    await explicit(house)
    answer = await start(house)
    assert "接着上次的" in titles(answer)
    assert answer["state"]["needs"] == []


# --- prospects and choices -----------------------------------------------------------------------------------------


async def test_an_unknown_name_can_become_a_prospect(house):
    client = [{"entity": "client", "start": 3, "end": 9, "text": "大禹水泥公司", "value": None}]
    answer = await house.say(house.read("去拜访大禹水泥公司", "start_visit", entities=client))
    assert "没有找到“大禹水泥公司”" in texts(answer)
    assert answer["state"]["client"] is None
    answer = await house.say("/affirm")
    assert answer["state"]["client"]["name"] == "大禹水泥公司"
    assert answer["state"]["question"]


async def test_the_segment_of_a_prospect_can_be_put_right(house):
    client = [{"entity": "client", "start": 3, "end": 9, "text": "大禹水泥公司", "value": None}]
    answer = await house.say(house.read("去拜访大禹水泥公司", "start_visit", entities=client))
    answer = await house.say(payload(answer, "是个人客户"))
    assert house.column(house.visits()[0].client_id, "segment") == "personal"


async def test_no_prospect_is_made_by_a_yes_said_to_something_else(house):
    client = [{"entity": "client", "start": 3, "end": 9, "text": "大禹水泥公司", "value": None}]
    await house.say(house.read("去拜访大禹水泥公司", "start_visit", entities=client))
    await house.say("/list_tasks")
    answer = await house.say(house.read("好的", "affirm"))
    assert answer["state"]["mode"] == "idle"
    assert house.visits() == []


async def test_a_refused_prospect_is_forgotten(house):
    client = [{"entity": "client", "start": 3, "end": 9, "text": "大禹水泥公司", "value": None}]
    await house.say(house.read("去拜访大禹水泥公司", "start_visit", entities=client))
    await house.say("/deny")
    answer = await house.say("/affirm")
    assert answer["state"]["mode"] == "idle"


async def test_a_bare_name_answers_the_question_which_client(house):
    await house.say(house.read("准备一次拜访", "start_visit"))
    answer = await house.say("海达")
    assert answer["state"]["client"]["id"] == HAIDA


@pytest.mark.parametrize("pick", ["2", "第二个", "二", " 2. ", "２"])
async def test_a_number_picks_from_the_list_that_was_shown(house, pick):
    both = [
        {"entity": "client", "start": 0, "end": 2, "text": t, "value": str(i)}
        for i, t in ((HUAXING, "华星"), (HAIDA, "海达"))
    ]
    answer = await house.say(house.read("拜访那家", "start_visit", entities=both))
    assert "是哪一位客户" in texts(answer)
    assert (await house.say(pick))["state"]["client"]["id"] == HAIDA


@pytest.mark.parametrize("pick", ["3", "0", "99"])
async def test_a_number_that_is_not_on_the_list_picks_nothing(house, pick):
    both = [
        {"entity": "client", "start": 0, "end": 2, "text": t, "value": str(i)}
        for i, t in ((HUAXING, "华星"), (HAIDA, "海达"))
    ]
    await house.say(house.read("拜访那家", "start_visit", entities=both))
    assert (await house.say(pick))["state"]["mode"] == "idle"


async def test_a_list_can_be_picked_from_in_the_very_next_turn_only(house):
    both = [
        {"entity": "client", "start": 0, "end": 2, "text": t, "value": str(i)}
        for i, t in ((HUAXING, "华星"), (HAIDA, "海达"))
    ]
    await house.say(house.read("拜访那家", "start_visit", entities=both))
    await house.say(house.read("谢谢", "thanks"))
    assert (await house.say("2"))["state"]["mode"] == "idle"


# --- turns ---------------------------------------------------------------------------------------------------------


async def test_a_retry_with_the_same_key_is_answered_once_with_the_same_words(house):
    await start(house)
    text = house.read("一共21家分公司")
    first = await house.say(text, key="k1")
    seen = len(house.script.seen)
    second = await house.say(text, key="k1")
    assert first == second
    assert len(house.script.seen) == seen
    assert house.count(Fact) == 2  # the new figure, and the one it replaced


async def test_a_retry_of_the_first_message_does_not_begin_a_second_conversation(house):
    text = house.read("帮我准备明天拜访华星集团", "start_visit")
    first = await house.say(text, key="k1", new=True)
    second = await house.say(text, key="k1", new=True)
    assert first == second
    assert len(house.visits()) == 1


async def test_the_same_key_of_two_users_are_two_messages(house):
    text = house.read("你好", "greet")
    one = await house.say(text, key="k1", new=True)
    other = await house.say(text, key="k1", new=True, as_="liuyang")
    assert one["conversation"] != other["conversation"]


async def test_turns_of_one_conversation_run_one_after_another(house):
    await start(house)
    texts_ = [house.read(f"第{i}次说", "greet") for i in range(6)]
    await asyncio.gather(*(house.say(t) for t in texts_))
    with house.container.database.session() as session:
        numbers = [t.number for t in session.query(Turn).order_by(Turn.id)]
    assert numbers == list(range(1, 8))


async def test_a_turn_that_could_not_be_answered_can_be_tried_again(house):
    await start(house)
    house.script.down = True
    with pytest.raises(DialogueDown):
        await house.say(house.read("一共21家分公司"), key="k9")
    house.script.down = False
    answer = await house.say("一共21家分公司", key="k9")
    assert answer["state"]["facts"]
    assert answer["turn"] == 2


async def test_what_cannot_be_made_out_is_asked_back_and_the_choice_is_read_again(house):
    await start(house)
    house.script.readings["账嘛就那样，你懂的"] = {
        "intent": "nlu_fallback",
        "stance": "implied_need",
        "needs": {"reconciliation": 0.9},
    }
    answer = await house.say("账嘛就那样，你懂的")
    assert "这是客户说的话" in titles(answer)
    answer = await house.say(payload(answer, "这是客户说的话"))
    assert status(answer, "reconciliation") == "implied"
    assert answer["state"]["needs"][0]["quote"] == "账嘛就那样，你懂的"


async def test_every_state_has_the_fields_of_the_contract(house):
    for answer in (
        await start(house),
        await explicit(house),
        await house.say("/recommend_bundle"),
        await house.say("/end_visit"),
    ):
        assert {"mode", "client", "stage", "question", "needs", "bundle", "practice"} <= answer["state"].keys()
        for need in answer["state"]["needs"]:
            assert {"code", "status", "quote", "turn"} <= need.keys()
    assert house.count(Visit) == 1
