"""Binding, unbinding, and what strangers learn: nothing."""

from __future__ import annotations

import pytest

from bot.ops.users import unbind
from bot.store import identity, users
from bot.store.tables import Audit, BindCode, Identity
from tests.channels.office import OPENID, STRANGER, Office


async def code_of(office: Office, username: str = "zhangwei") -> str:
    reply = await office.client.post("/api/bindings/code", headers=office.bearer(username))
    assert reply.status_code == 200, reply.text
    return reply.json()["code"]


def rows(office: Office, table: type) -> list:
    with office.house.container.database.session() as session:
        return session.query(table).all()


async def test_a_code_from_the_page_binds_once(office: Office) -> None:
    office.house.read("你好", "greet")
    code = await code_of(office)
    assert "绑定好了" in await office.write(f"绑定 {code}")
    assert "问需" in await office.write("你好")
    assert "不对" in await office.write(code, openid=STRANGER)


async def test_the_code_is_not_kept_as_it_is(office: Office) -> None:
    code = await code_of(office)
    assert code.isdecimal()
    assert len(code) == 8
    assert code not in repr([r.code_hash for r in rows(office, BindCode)])


async def test_a_code_ends_after_ten_minutes(office: Office) -> None:
    code = await code_of(office)
    office.clock.move(minutes=10, seconds=1)
    assert "过期" in await office.write(code)


async def test_a_new_code_ends_the_old_one(office: Office) -> None:
    old, new = await code_of(office), await code_of(office)
    assert "不对" in await office.write(old)
    assert "绑定好了" in await office.write(new)


async def test_who_guesses_is_shut_out_and_a_right_code_helps_no_more(office: Office) -> None:
    code = await code_of(office)
    for n in range(4):
        assert "不对" in await office.write(f"1000000{n}", openid=STRANGER)
    assert "太多次" in await office.write("10000009", openid=STRANGER)
    assert "太多次" in await office.write(code, openid=STRANGER)
    assert rows(office, Identity) == []
    assert "绑定好了" in await office.write(code)  # another sender is not shut out


async def test_a_second_account_takes_the_first_one_s_place(office: Office) -> None:
    assert "绑定好了" in await office.write(await code_of(office))
    assert "已经解除" in await office.write(await code_of(office), openid=STRANGER)
    assert "绑定" in await office.write("你好")
    assert office.house.script.seen == []


async def test_a_code_needs_a_login(office: Office) -> None:
    assert (await office.client.post("/api/bindings/code")).status_code == 401
    assert (await office.client.get("/api/bindings")).status_code == 401


async def test_bindings_are_listed_without_the_whole_name_and_can_be_ended(office: Office) -> None:
    office.bind()
    listed = (await office.client.get("/api/bindings", headers=office.bearer())).json()["bindings"]
    assert [b["channel"] for b in listed] == ["wechat"]
    assert OPENID not in repr(listed)
    other = await office.client.delete(f"/api/bindings/{listed[0]['id']}", headers=office.bearer("liuyang"))
    assert other.status_code == 404
    assert (await office.client.delete(f"/api/bindings/{listed[0]['id']}", headers=office.bearer())).status_code == 200
    assert "绑定" in await office.write("你好")
    assert office.house.script.seen == []


@pytest.mark.parametrize("channel", ["", "wechat"])
async def test_the_administrator_unbinds_at_once(office: Office, channel: str) -> None:
    office.bind()
    office.house.read("你好", "greet")
    await office.write("你好")
    with office.house.container.database.session() as session:
        assert unbind(session, "zhangwei", channel) == 1
        session.commit()
    assert "绑定" in await office.write("你好")
    assert len(office.house.script.seen) == 1
    assert {"bind", "unbind"} <= {r.action for r in rows(office, Audit)}


def test_there_is_no_such_channel(office: Office) -> None:
    with office.house.container.database.session() as session, pytest.raises(users.UserError, match="渠道"):
        unbind(session, "zhangwei", "qq")


async def test_a_user_who_was_disabled_is_a_stranger(office: Office) -> None:
    office.bind()
    with office.house.container.database.session() as session:
        users.disable_user(session, "zhangwei")
        session.commit()
    assert "绑定" in await office.write("华星集团")
    assert office.house.script.seen == []


async def test_a_member_unbound_by_the_administrator_is_not_let_in_again_by_name(tmp_path, templates) -> None:
    from tests.channels.office import open_office

    async with open_office(tmp_path, templates, wecom_by_username=True) as office:
        office.house.read("你好", "greet")
        assert "问需" in repr(await office.tell("你好"))
        with office.house.container.database.session() as session:
            assert unbind(session, "zhangwei", "wecom") == 1
            session.commit()
        assert "联系管理员" in repr(await office.tell("你好"))


async def test_one_account_speaks_for_one_user(office: Office) -> None:
    office.bind("zhangwei")
    office.bind("liuyang")
    with office.house.container.database.session() as session:
        found = identity.user_of(session, "wechat", OPENID)
        assert found is not None
        assert found.username == "liuyang"


async def test_another_manager_s_client_reads_the_same_as_none(office: Office) -> None:
    office.bind()
    office.house.read("看看恒泰建材的情况", "client_profile")
    office.house.read("看看不存在公司的情况", "client_profile")
    hidden = await office.write("看看恒泰建材的情况")
    assert "5800" not in hidden
    assert "马德胜" not in hidden
