from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bot.ops import child as module
from bot.ops.child import BackOff, Child, GaveUp, loud_part


def test_pauses_double_up_to_a_minute_and_end_after_eight_failures() -> None:
    back_off = BackOff()
    assert [back_off.failed(0.1) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, None]


def test_a_minute_up_forgives_earlier_failures() -> None:
    back_off = BackOff()
    for _ in range(5):
        back_off.failed(0.1)
    assert back_off.failed(60) == 1
    assert back_off.failed(0.1) == 2


@pytest.mark.parametrize(
    ("line", "loud"),
    [
        ('{"level": "warning", "event": "slow", "seconds": 3}', "warning slow"),
        ('{"level": "info", "event": "ERROR in the text alone"}', ""),
        ('{"level": "error", "event": "boom", "error": "builtins.ValueError"}', "error boom builtins.ValueError"),
        ("2026-11-22 WARNING  rasa.core  odd", "2026-11-22 WARNING  rasa.core  odd"),
        ("INFO all is well", ""),
        ("{not json ERROR", ""),
        ("", ""),
    ],
)
def test_only_warnings_and_worse_reach_the_console(line: str, loud: str) -> None:
    assert loud_part(line) == loud


def a_child(tmp_path: Path, code: str, **more: object) -> tuple[Child, list[str]]:
    said: list[str] = []
    child = Child("x", "某进程", (sys.executable, "-c", code), dict(os.environ), tmp_path / "log", said.append, **more)  # type: ignore[arg-type]
    return child, said


async def test_what_it_prints_is_in_its_log_and_its_status_comes_back(tmp_path: Path) -> None:
    child, _ = a_child(tmp_path, "import sys; print('甲'); print('ERROR 乙', file=sys.stderr); sys.exit(3)")
    assert await child.run() == 3
    assert sorted(child.tail().splitlines()) == ["ERROR 乙", "甲"]
    assert not child.up


async def test_a_private_child_has_no_chinese_in_its_log(tmp_path: Path) -> None:
    child, said = a_child(tmp_path, "print('ERROR 周明的定期 ok')", private=True)
    await child.run()
    assert child.tail() == "ERROR … ok"
    assert said == ["某进程：ERROR … ok"]


async def test_lines_meant_for_the_supervisor_are_not_logged(tmp_path: Path) -> None:
    child, _ = a_child(tmp_path, "print('for you'); print('for the log')", on_line=lambda line: line == "for you")
    await child.run()
    assert child.tail() == "for the log"


async def test_a_child_that_never_stays_up_is_given_up_with_its_last_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BackOff, "failed", lambda self, lasted: None)
    child, _ = a_child(tmp_path, "import sys; print('no disk'); sys.exit(4)")
    with pytest.raises(GaveUp) as raised:
        await child.keep()
    assert raised.value.status == 4
    assert raised.value.child.tail() == "no disk"


async def test_each_failure_is_told_with_the_pause_that_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(module, "MAX_FAILURES", 2)
    child, said = a_child(tmp_path, "raise SystemExit(1)")
    with pytest.raises(GaveUp):
        await child.keep(pauses.append)
    assert pauses == [1.0]
    assert "状态 1" in said[0]
    assert "1 秒后" in said[0]


async def test_a_command_that_does_not_exist_is_a_failure_not_a_crash(tmp_path: Path) -> None:
    child = Child("x", "某进程", (str(tmp_path / "nothing"),), dict(os.environ), tmp_path, lambda text: None)
    assert await child.run() == 127
