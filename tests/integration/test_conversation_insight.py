"""Client intelligence in talk: what is computed is shown with its formula; the decided tier changes by a lead's word alone."""

from __future__ import annotations

import pytest

from bot.store.insight_run import run
from bot.store.tables import Client, ClientRelation, Holding
from tests.support.house import HAIDA, HENGTAI, HUAXING, House, card, texts, titles


def silent(_text: str, _fraction: float) -> None:
    """Progress is not looked at here."""


def computed(house: House) -> None:
    run(house.container.database, house.container.library.insight, house.container.runner.clock(), silent)


def put(house: House, *rows: object) -> None:
    with house.container.database.session() as session:
        session.add_all(rows)
        session.commit()


def like_haida(house: House, count: int) -> None:
    """Exporters of Haida's size in sunli's book, all with an account and forwards."""
    manager = house.actor("sunli").user_id
    with house.container.database.session() as session:
        session.get_one(Client, HAIDA).annual_revenue = 310_000_000
        for i in range(count):
            client = Client(
                name=f"远洋贸易{i}",
                segment="corporate",
                industry="外贸",
                annual_revenue=300_000_000,
                manager_id=manager,
                figure_dates={},
            )
            session.add(client)
            session.flush()
            session.add_all(
                [Holding(client_id=client.id, product=p, balance=100) for p in ("current_account", "fx_forward")]
            )
        session.commit()


async def press(house: House, do: str, client: int, as_: str = "zhangwei"):
    return await house.say(f'/press{{"do": "{do}", "key": "{client}"}}', as_=as_)


async def test_an_analysis_shows_formula_inputs_and_what_is_not_rated(house):
    computed(house)
    shown = card(await press(house, "insight.show", HUAXING), "client")
    written = repr(shown["sections"])
    for part in ("记录里的层级", "按数测算", "只是建议", "2300万元 × 1.2%", "未评", "权重"):
        assert part in written, part
    assert len(shown["text"]) <= 600


async def test_the_profile_leads_there_by_a_tap(house):
    assert "层级和 GE 矩阵" in titles(await house.say(house.read("华星集团的资料", "client_profile")))


@pytest.mark.parametrize("do", ["insight.show", "insight.propose", "insight.accept", "papers.make"])
async def test_another_managers_client_is_not_analysed(house, do):
    assert texts(await press(house, do, HENGTAI)) == texts(await press(house, do, 999))


async def test_the_matrix_is_drawn_without_style_or_script(house):
    with house.container.database.session() as session:
        client = session.get_one(Client, HUAXING)
        client.credit_grade, client.name = "AA", "华星<script>"
        client.short_name = "华<b>星"
        session.commit()
    computed(house)
    drawn = card(await house.say('/press{"do": "insight.matrix"}'), "client")
    assert drawn["svg"].startswith("<svg")
    assert "style=" not in drawn["svg"]
    assert "<b>" not in drawn["svg"]


async def test_before_the_first_run_it_is_said_that_there_is_nothing_to_compare_with(house):
    assert "wenxu insight run" in texts(await house.say('/press{"do": "insight.matrix"}'))
    assert "wenxu insight run" in texts(await press(house, "insight.show", HUAXING))


async def test_a_gap_is_a_question_to_ask_not_a_pitch(house):
    like_haida(house, 5)
    computed(house)
    answer = await house.say(house.read("海达还能卖点什么", "cross_sell"))
    found = next(i for s in card(answer, "client")["sections"] for i in s["items"] if "远期结售汇" in i.get("note", ""))
    assert found["value"].startswith("先问：")
    assert "5家里100%在用" in found["note"]
    assert "不是要推的" in texts(answer)
    assert "远洋贸易" not in texts(answer)


async def test_too_few_similar_clients_are_not_compared_with(house):
    like_haida(house, 3)
    computed(house)
    answer = await house.say(house.read("海达还能卖点什么", "cross_sell"))
    assert "不够比（未评）" in texts(answer)
    assert "远期结售汇" not in texts(answer)


async def test_relations_give_leads_and_hide_what_lies_in_another_book(house):
    put(house, ClientRelation(client_id=HAIDA, kind="core", other_id=HENGTAI, other_name="恒泰建材有限公司"))
    computed(house)
    assert "恒泰" not in texts(await house.say(house.read("海达还有什么机会", "cross_sell")))
    put(house, ClientRelation(client_id=HAIDA, kind="core", other_name="大船集团"))
    answer = await house.say(house.read("海达还有什么可谈", "cross_sell"))
    assert "给大船集团供货" in texts(answer)


async def test_a_tier_is_proposed_by_the_manager_and_decided_by_the_lead(house):
    with house.container.database.session() as session:
        client = session.get_one(Client, HUAXING)
        client.credit_grade, client.tier = "AA", "支行级"
        session.commit()
    computed(house)
    shown = await press(house, "insight.show", HUAXING)
    assert "请主管定层级" in titles(shown)
    await press(house, "insight.propose", HUAXING)
    assert house.column(HUAXING, "tier") == "支行级"
    assert "由主管定" in texts(await press(house, "insight.accept", HUAXING))
    assert "没有等着定的" in texts(await press(house, "insight.accepted", HUAXING))
    waiting = await house.say('/press{"do": "insight.moved"}', as_="lina")
    assert "等主管定" in texts(waiting)
    asked = await press(house, "insight.accept", HUAXING, as_="lina")
    assert "确定吗" in texts(asked)
    assert house.column(HUAXING, "tier") == "支行级"
    await house.say("是的", as_="lina")
    assert house.column(HUAXING, "tier") != "支行级"


async def test_a_lead_may_leave_the_tier_as_it_is(house):
    with house.container.database.session() as session:
        client = session.get_one(Client, HUAXING)
        client.credit_grade, client.tier = "AA", "支行级"
        session.commit()
    await press(house, "insight.propose", HUAXING)
    assert "层级不变" in titles(await press(house, "insight.show", HUAXING, as_="lina"))
    await press(house, "insight.refuse", HUAXING, as_="lina")
    assert house.column(HUAXING, "tier") == "支行级"
    assert "层级不变" not in titles(await press(house, "insight.show", HUAXING, as_="lina"))
