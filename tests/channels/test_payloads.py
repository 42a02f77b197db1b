"""Recorded calls of the platforms, replayed through the real endpoints. Each file says what must become of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels import xmlio
from tests.channels.office import ACCOUNT, OPENID, WECHAT_SEND, WECOM_SEND, Office, open_office

FILES = sorted((Path(__file__).parent / "payloads").glob("*/*.yml"))


def load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 60


async def replayed(office: Office, channel: str, case: dict[str, Any]) -> Any:
    body = case["body"].strip().encode()
    if channel == "wecom":
        return await office.wecom(body)
    if case.get("mode") == "compatible":  # the plain fields stand beside the sealed ones
        nonce = "compat"
        encrypted, signed = office.wechat_sealer.seal(body, office.clock.seconds, nonce)
        both = body.replace(b"</xml>", f"<Encrypt>{xmlio.cdata(encrypted)}</Encrypt></xml>".encode())
        return await office.wechat(both, sealed=False, nonce=nonce, encrypt_type="aes", msg_signature=signed)
    return await office.wechat(body, sealed=case.get("mode") != "plain")


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
async def test_a_recorded_call_is_answered_as_written(path: Path, tmp_path: Path, templates: Path) -> None:
    case, channel = load(path), path.parent.name
    expect = case["expect"]
    modes = {"plain": "plain", "compatible": "compatible"}
    settings = {
        "wechat_mode": modes.get(case.get("mode", ""), "encrypted"),
        "wecom_by_username": case.get("by_username", False),
    }
    async with open_office(tmp_path, templates, **settings) as office:
        office.house.read("你好", "greet")
        if case.get("bound", True):
            office.bind(subject=OPENID if channel == "wechat" else "zhangwei", channel=channel)
        reply = await replayed(office, channel, case)
        assert reply.status_code == expect.get("status", 200), reply.text
        if reply.status_code != 200:
            assert office.inbound() == []
            return
        await office.settle()
        inside = office.said(reply) if channel == "wechat" else ""
        sent = [c.body for c in office.standin.of(WECHAT_SEND if channel == "wechat" else WECOM_SEND)]
        check(office, expect, inside, sent)
        if inside:
            assert office.opened(reply, office.wechat_sealer)["FromUserName"] == ACCOUNT


def check(office: Office, expect: dict[str, Any], inside: str, sent: list[Any]) -> None:
    said = "\n".join([inside, *(str(b) for b in sent)]).strip()
    if expect.get("silent"):
        assert (inside, sent) == ("", [])
    if expect.get("via") == "reply":
        assert inside
        assert sent == []
    if expect.get("via") == "api":
        assert inside == ""
        assert sent
    for words in expect.get("says", ()):
        assert str(words) in said
    for words in expect.get("never", ()):
        assert str(words) not in said
    if "turn" in expect:
        turns = [text for text, _ in office.house.script.seen]
        assert turns == ([expect["turn"]] if expect["turn"] is not None else [])
    assert [r.status for r in office.inbound()] == ["done"]
