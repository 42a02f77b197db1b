from __future__ import annotations

import os
import socket

from bot.ops.checks import ports
from bot.ops.ports import bind_error, free_port, holder, is_taken
from bot.settings import Settings


def test_a_free_port_is_free() -> None:
    assert bind_error("127.0.0.1", free_port()) is None


def test_a_taken_port_names_the_setting_and_the_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        error = bind_error("127.0.0.1", port)
        assert error is not None and is_taken(error)
        assert str(os.getpid()) in holder(port)
        found = next(check for check in ports(Settings(port=port, rasa_port=free_port())) if check.level == "fail")
        assert str(port) in found.detail and str(os.getpid()) in found.detail
        assert "WENXU_PORT" in found.remedy


def test_the_two_ports_must_differ() -> None:
    port = free_port()
    failed = [check for check in ports(Settings(port=port, rasa_port=port)) if check.level == "fail"]
    assert len(failed) == 1
    assert "WENXU_RASA_PORT" in failed[0].remedy


def test_an_address_that_is_not_ours_is_said_to_be_that() -> None:
    failed = [check for check in ports(Settings(host="192.0.2.1", port=free_port())) if check.level == "fail"]
    assert "192.0.2.1" in failed[0].detail
    assert "WENXU_HOST" in failed[0].remedy


def test_nobody_holds_a_free_port() -> None:
    assert holder(free_port()) == ""
