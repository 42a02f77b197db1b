"""Smoke: both channels answer."""

from tests.channels.office import Office


async def test_a_bound_user_is_answered_inside_the_call(office: Office) -> None:
    office.bind()
    office.house.read("你好", "greet")
    assert "问需" in await office.write("你好")
    assert office.standin.calls == []


async def test_a_bound_member_is_answered_by_an_application_message(office: Office) -> None:
    office.bind(subject="zhangwei", channel="wecom")
    office.house.read("你好", "greet")
    bodies = await office.tell("你好")
    assert bodies[0]["touser"] == "zhangwei"
