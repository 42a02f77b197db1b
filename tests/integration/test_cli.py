"""The command line as an operator meets it: another process, an empty data directory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

WENXU = Path(sys.executable).with_name("wenxu")
COMMANDS = ("serve", "train", "import", "evaluate", "bench", "user", "doctor", "check", "backup", "restore")


@pytest.fixture
def wenxu(tmp_path: Path):  # type: ignore[no-untyped-def]
    env = {**os.environ, "WENXU_VAR_DIR": str(tmp_path / "var"), "WENXU_DATABASE_URL": "", "WENXU_DEMO": "0"}

    def run(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(WENXU), *arguments], input=stdin, capture_output=True, text=True, env={**env, **more}
        )

    return run


@pytest.mark.parametrize("command", ["", *COMMANDS, "user add", "evaluate review", "bench turn"])
def test_every_command_explains_itself_in_chinese(wenxu, command: str) -> None:  # type: ignore[no-untyped-def]
    result = wenxu(*command.split(), "--help")
    assert result.returncode == 0
    assert "用法：" in result.stdout
    assert not re.search(r"Usage|Options|Show this message|Arguments", result.stdout)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("fly",), "没有命令“fly”"),
        (("serve", "--fast"), "没有选项 --fast"),
        (("backup",), "缺少"),
        (("serve", "--port", "x"), "的值不对"),
        (("doctor", "now"), "多出了“now”"),
    ],
)
def test_a_mistyped_command_is_answered_in_chinese(wenxu, arguments: tuple[str, ...], complaint: str) -> None:  # type: ignore[no-untyped-def]
    result = wenxu(*arguments)
    assert result.returncode == 2
    assert complaint in result.stderr
    assert "--help" in result.stderr
    assert "Traceback" not in result.stderr


def test_users_are_added_listed_disabled_and_enabled(wenxu) -> None:  # type: ignore[no-untyped-def]
    added = wenxu("user", "add", "lily", "--name", "李丽", "--team", "一部", stdin="correct horse battery\n")
    assert added.returncode == 0, added.stderr
    assert re.search(r"lily\s+李丽\s+客户经理\s+一部\s+正常", wenxu("user", "list").stdout)
    assert wenxu("user", "disable", "lily").returncode == 0
    assert "停用" in wenxu("user", "list").stdout
    for command in ("enable", "unlock"):
        assert wenxu("user", command, "lily").returncode == 0
    assert wenxu("user", "reset", "lily", stdin="another horse battery\n").returncode == 0


def test_what_cannot_be_done_is_said_without_a_traceback(wenxu) -> None:  # type: ignore[no-untyped-def]
    result = wenxu("user", "disable", "nobody")
    assert result.returncode == 1
    assert "nobody" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_setting_stops_every_command(wenxu) -> None:  # type: ignore[no-untyped-def]
    result = wenxu("doctor", WENXU_PORT="99999")
    assert result.returncode == 1
    assert "WENXU_PORT" in result.stderr


def test_the_doctor_answers_programs_too(wenxu) -> None:  # type: ignore[no-untyped-def]
    results = json.loads(wenxu("doctor", "--json").stdout)
    assert {"name", "level", "detail", "remedy"} == set(results[0])


def test_starting_on_a_taken_port_names_setting_and_process(wenxu) -> None:  # type: ignore[no-untyped-def]
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        result = wenxu("serve", WENXU_PORT=port)
    assert result.returncode == 1
    assert f"端口 {port} 已被" in result.stderr
    assert "WENXU_PORT" in result.stderr


def test_qualifications_are_recorded_and_unknown_ones_refused(wenxu) -> None:  # type: ignore[no-untyped-def]
    assert wenxu("user", "add", "rose", stdin="correct horse battery\n").returncode == 0
    assert "理财销售资格" in wenxu("user", "qualify", "rose", "wealth").stdout
    assert "没有登记" in wenxu("user", "qualify", "rose", "--unknown").stdout
    refused = wenxu("user", "qualify", "rose", "juggling")
    assert refused.returncode == 1
    assert "juggling" in refused.stderr
    assert "Traceback" not in refused.stderr
