"""One client's record: what is asked of it, what is changed in it, and that every change can be taken back."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bot.store.tables import Client, Contact, Fact, Task, VisitLog
from tests.support.house import HAIDA, HENGTAI, HIDDEN, HUAXING, House, card, payload, texts, titles


def add(house: House, *rows: object) -> None:
    with house.container.database.session() as session:
        session.add_all(rows)
        session.commit()


async def asked(house: House, text: str, intent: str = "client_profile") -> str:
    return texts(await house.say(house.read(text, intent)))


# --- questions -------------------------------------------------------------------------------------------------------


async def test_the_last_contact_is_told_with_its_day(house):
    assert "上次联系华星集团是2026-10-20（33天前）" in await asked(house, "上次去华星是什么时候")


async def test_a_client_never_met_has_no_last_contact(house):
    assert "没有联系记录" in await asked(house, "上次去海达是什么时候")


async def test_the_phone_of_a_title_is_told(house):
    add(house, Contact(client_id=HAIDA, name="苏慧敏", title="财务总监", role="influencer", phone="13812345678"))
    answer = await asked(house, "海达的财务总监电话")
    assert "苏慧敏" in answer
    assert "13812345678" in answer


async def test_a_title_that_nobody_has_is_said_to_be_missing_and_the_known_ones_are_named(house):
    add(house, Contact(client_id=HAIDA, name="苏慧敏", title="财务总监"))
    answer = await asked(house, "海达的采购经理电话多少")
    assert "采购经理没有记录" in answer
    assert "苏慧敏（财务总监）" in answer


async def test_another_managers_contact_is_not_told(house):
    answer = await asked(house, "恒泰董事长的电话")
    assert "马德胜" not in answer
    assert "13900000000" not in answer


async def test_one_fact_is_answered_alone_with_its_date(house):
    answer = await asked(house, "华星集团有多少分公司")
    assert "分支机构数：12" in answer
    assert "2026-10-13" in answer
    assert "合作银行" not in answer


async def test_a_fact_that_nobody_knows_is_not_made_up(house):
    assert "没有记录" in await asked(house, "海达的员工人数")


async def test_what_was_talked_about_comes_from_the_logs(house):
    await asked(house, "昨天去了海达，聊了锁汇的事", "log_visit")
    assert "聊了锁汇的事" in await asked(house, "上回跟海达聊了什么")


async def test_unfinished_things_are_tasks_and_needs(house):
    await asked(house, "明天提醒我给海达送报价", "create_task")
    answer = await asked(house, "海达还有什么没办完")
    assert "给海达送报价" in answer


async def test_a_long_record_is_cut_to_a_phone_and_the_rest_is_one_tap_away(house):
    people = [Contact(client_id=HUAXING, name=f"联系人{n}", title="某部门负责日常资金往来的同事") for n in range(40)]
    add(house, *people)
    answer = await house.say(house.read("华星集团的资料", "client_profile"))
    assert len(answer["messages"][0]["text"]) <= 600
    more = await house.say(payload(answer, "更多"))
    assert len(more["messages"][0]["text"]) <= 600
    assert more["messages"][0]["text"] != answer["messages"][0]["text"]


# --- changes ---------------------------------------------------------------------------------------------------------


async def test_a_figure_is_changed_after_a_yes_and_taken_back_by_one_tap(house):
    await asked(house, "把华星集团的分公司改成15家", "update_client")
    answer = await house.say("/affirm")
    assert house.column(HUAXING, "branches") == 15
    await house.say(payload(answer, "撤销修改"))
    assert house.column(HUAXING, "branches") == 12


async def test_the_industry_is_changed_and_the_old_one_kept_with_its_day(house):
    assert "外贸 → 跨境电商" in await asked(house, "海达的行业改成跨境电商", "update_client")
    await house.say("/affirm")
    assert house.column(HAIDA, "industry") == "跨境电商"
    with house.container.database.session() as session:
        old = session.query(Fact).filter(Fact.code == "industry", Fact.superseded_at.is_not(None)).one()
        assert old.value == {"v": "外贸"}


async def test_a_note_is_added_only_after_a_yes(house):
    await asked(house, "给海达加个备注：老板周五不见人", "update_client")
    assert house.column(HAIDA, "note") == ""
    await house.say("/deny")
    assert house.column(HAIDA, "note") == ""
    await asked(house, "给海达加个备注：老板周五不见人", "update_client")
    answer = await house.say("/affirm")
    assert house.column(HAIDA, "note") == "2026-11-22：老板周五不见人"
    await house.say(payload(answer, "撤销修改"))
    assert house.column(HAIDA, "note") == ""


async def test_a_new_person_takes_over_a_title_and_the_former_one_is_kept(house):
    add(house, Contact(client_id=HAIDA, name="苏慧敏", title="财务总监", phone="13812345678", role="influencer"))
    assert "苏慧敏 → 王芳" in await asked(house, "海达的财务总监换成王芳了，电话13900001111", "update_client")
    answer = await house.say("/affirm")
    with house.container.database.session() as session:
        people = {c.name: (c.title, c.phone) for c in session.query(Contact).filter_by(client_id=HAIDA)}
    assert people == {"苏慧敏": ("原财务总监", "13812345678"), "王芳": ("财务总监", "13900001111")}
    await house.say(payload(answer, "撤销修改"))
    with house.container.database.session() as session:
        people = {c.name: c.title for c in session.query(Contact).filter_by(client_id=HAIDA)}
    assert people == {"苏慧敏": "财务总监"}


async def test_a_phone_is_replaced_and_the_old_number_stays_in_the_note(house):
    add(house, Contact(client_id=HAIDA, name="苏慧敏", title="财务总监", phone="13812345678"))
    await asked(house, "海达财务总监的电话改成13900001111", "update_client")
    await house.say("/affirm")
    with house.container.database.session() as session:
        person = session.query(Contact).filter_by(client_id=HAIDA).one()
        assert person.phone == "13900001111"
        assert "13812345678" in person.note


async def test_a_button_for_another_managers_client_changes_nothing(house):
    value = json.dumps({"kind": "note", "value": "偷看"}, ensure_ascii=False)
    press = {"do": "client.change", "key": str(HENGTAI), "value": value}
    answer = await house.say("/press" + json.dumps(press, ensure_ascii=False))
    assert house.column(HENGTAI, "note") == ""
    assert not any(name in texts(answer) for name in HIDDEN)


async def test_a_question_about_several_clients_is_a_list_whatever_it_was_read_as(house):
    answer = await house.say(house.read("谁有定期存款", "client_holdings"))
    assert [i["title"] for i in card(answer, "list")["items"]] == ["陈秀兰"]


# --- lists: pages, choices, visits ------------------------------------------------------------------------------------


def many(house: House, count: int) -> None:
    manager = house.actor("zhangwei").user_id
    rows = (
        Client(
            name=f"测试{n:02}贸易有限公司", segment="corporate", industry="贸易", manager_id=manager, figure_dates={}
        )
        for n in range(count)
    )
    add(house, *rows)


async def test_a_list_is_paged_forward_and_back_by_words(house):
    many(house, 24)
    first = await house.say(house.read("贸易行业的客户", "list_clients"))
    second = await house.say("下一页")
    assert card(first, "list")["items"] != card(second, "list")["items"]
    assert "第11–20位" in texts(second)
    back = await house.say("上一页")
    assert card(back, "list")["items"] == card(first, "list")["items"]


async def test_the_second_of_the_list_is_opened_and_the_list_goes_on(house):
    many(house, 24)
    first = await house.say(house.read("贸易行业的客户", "list_clients"))
    opened = await house.say("第2个")
    assert card(opened, "client")["title"] == card(first, "list")["items"][1]["title"]
    assert "第11–20位" in texts(await house.say("下一页"))


async def test_a_list_in_a_visit_comes_back_to_the_question(house):
    before = (await house.say(house.read("拜访华星集团", "start_visit")))["state"]
    answer = await house.say(house.read("三个月没联系的客户", "list_clients"))
    assert answer["state"]["question"] == before["question"]
    assert before["question"]["text"] in answer["messages"][-1]["text"]


@pytest.mark.parametrize("words", ["其中一半是外贸单", "那建材的呢", "去掉税也就三成"])
async def test_in_a_visit_words_that_a_client_may_say_do_not_narrow_the_list(house, words):
    await house.say(house.read("拜访华星集团", "start_visit"))
    await house.say(house.read("三个月没联系的客户", "list_clients"))
    answer = await house.say(house.read(words))
    assert "list" not in [(m.get("card") or {}).get("type") for m in answer["messages"]]


async def test_the_list_of_a_lead_names_the_colleague(house):
    answer = await house.say(house.read("团队的建材客户", "list_clients"), as_="lina")
    assert "恒泰" in texts(answer)
    assert "liuyang" in texts(answer)


async def test_a_list_never_holds_another_managers_client(house):
    answer = await house.say(house.read("全部客户", "list_clients"))
    assert not any(name in texts(answer) for name in HIDDEN)


# --- work ------------------------------------------------------------------------------------------------------------


def tasks(house: House) -> dict[str, tuple]:
    with house.container.database.session() as session:
        return {
            t.title: (t.status, t.due_on, t.due_time and t.due_time.isoformat("minutes")) for t in session.query(Task)
        }


async def test_the_hour_of_a_task_is_kept(house):
    assert "15:00" in await asked(house, "明天下午三点提醒我去海达", "create_task")
    assert tasks(house) == {"去海达": ("open", date(2026, 11, 23), "15:00")}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("月底前给海达送资料", date(2026, 11, 30)),
        ("下周三下午提醒我回访海达", date(2026, 11, 25)),
        ("元旦后拜访海达", date(2027, 1, 4)),
        ("三天后给海达打电话", date(2026, 11, 25)),
        ("12月10号之前寄合同", date(2026, 12, 10)),
    ],
)
async def test_chinese_days_are_due_days(house, text, day):
    await asked(house, text, "create_task")
    assert next(iter(tasks(house).values()))[1] == day


async def test_the_todays_list_shows_the_rhythm_without_reproach(house):
    await asked(house, "今天提醒我给陈秀兰打电话", "create_task")
    await asked(house, "今天去了海达，第一次见面", "log_visit")
    await asked(house, "给华星集团打了电话", "log_visit")
    answer = await asked(house, "今天有什么安排", "list_tasks")
    assert "给陈秀兰打电话" in answer
    assert "新客户1/2·老客户0/3·电话1/4" in answer
    assert not any(word in answer for word in ("落后", "不足", "没完成", "抓紧"))


async def test_a_week_shows_its_own_tasks_and_mentions_older_ones(house):
    add(house, Task(user_id=house.actor("zhangwei").user_id, title="旧事", due_on=date(2026, 11, 2)))
    await asked(house, "下周三提醒我回访海达", "create_task")
    await asked(house, "12月20号提醒我寄台历", "create_task")
    answer = await asked(house, "下周的待办", "list_tasks")
    assert "回访海达" in answer
    assert "寄台历" not in answer
    assert "另有1条过了日子" in answer


async def test_a_task_is_put_off_by_words_and_moved_back_by_one_tap(house):
    await asked(house, "明天提醒我回访海达", "create_task")
    answer = await house.say(house.read("把回访海达推到下周一", "complete_task"))
    assert tasks(house)["回访海达"][1] == date(2026, 11, 23)
    answer = await house.say(house.read("回访海达往后推三天", "complete_task"))
    assert tasks(house)["回访海达"][1] == date(2026, 11, 26)
    await house.say(payload(answer, "改回去"))
    assert tasks(house)["回访海达"][1] == date(2026, 11, 23)


async def test_which_of_several_is_asked_and_the_pick_is_put_off_not_done(house):
    await asked(house, "明天提醒我给海达送报价", "create_task")
    await asked(house, "后天提醒我给海达寄合同", "create_task")
    assert "是哪一条" in await asked(house, "海达那条推到下周五", "complete_task")
    await house.say("2")
    assert tasks(house)["给海达寄合同"] == ("open", date(2026, 11, 27), None)
    assert tasks(house)["给海达送报价"][1] == date(2026, 11, 23)


async def test_a_task_is_cancelled_and_comes_back(house):
    await asked(house, "明天提醒我回访海达", "create_task")
    answer = await house.say(house.read("回访海达取消吧", "complete_task"))
    assert tasks(house)["回访海达"][0] == "cancelled"
    await house.say(payload(answer, "撤销"))
    assert tasks(house)["回访海达"][0] == "open"


async def test_a_task_of_somebody_else_cannot_be_pressed_away(house):
    add(house, Task(id=77, user_id=house.actor("liuyang").user_id, title="刘洋的事", due_on=date(2026, 11, 23)))
    await house.say('/press{"do": "work.cancel", "key": "77"}')
    assert tasks(house)["刘洋的事"][0] == "open"


async def test_figures_in_a_log_are_offered_and_taken_down_after_a_yes(house):
    answer = await house.say(house.read("昨天去了华星集团，员工现在有2600人", "log_visit"))
    assert "记进档案" in titles(answer)
    assert house.column(HUAXING, "headcount") is None
    await house.say("/affirm")
    assert house.column(HUAXING, "headcount") == 2600


async def test_a_call_is_logged_as_a_call(house):
    await asked(house, "上午给海达打了个电话，约了下周见", "log_visit")
    with house.container.database.session() as session:
        assert session.query(VisitLog).one().kind == "call"
