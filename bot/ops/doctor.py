"""`wenxu doctor`: everything that can be wrong with an installation, and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict

from bot.ops import checks
from bot.ops.checks import Check
from bot.ops.lock import running
from bot.settings import Settings

MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}
ALL: tuple[Callable[[Settings], Check], ...] = (
    checks.app_python,
    checks.island_python,
    checks.locks,
    checks.writable,
    checks.disk,
    checks.database,
    checks.knowledge,
    checks.model,
    checks.secret_files,
    checks.demo_mode,
    checks.tls,
    checks.chromium,
    checks.postgres,
)


def examine(settings: Settings) -> Iterator[Check]:
    """Yield the checks' results as they come. A check that breaks is itself a finding."""
    for check in ALL:
        try:
            yield check(settings)
        except Exception as error:
            yield Check(
                check.__name__, "fail", f"检查本身出错：{type(error).__name__}: {error}", "运行 ./wenxu setup 后再试"
            )
    yield from _running_or_ports(settings)


def _running_or_ports(settings: Settings) -> Iterator[Check]:
    pid = running(settings)
    if pid is not None:
        yield Check("运行", "ok", f"wenxu serve 正在运行（进程 {pid}）")
    else:
        yield from checks.ports(settings)


def as_json(results: Iterable[Check]) -> str:
    return json.dumps([asdict(result) for result in results], ensure_ascii=False, indent=2)


def as_text(result: Check) -> str:
    line = f"{MARKS[result.level]} {result.name}：{result.detail}"
    return line if result.level == "ok" else f"{line}\n    怎么办：{result.remedy}"


def conclusion(results: list[Check]) -> str:
    failed = sum(r.level == "fail" for r in results)
    warned = sum(r.level == "warn" for r in results)
    if failed:
        return f"有 {failed} 处要修好才能用，{warned} 处要留意。"
    return f"可以用，{warned} 处要留意。" if warned else "一切正常。"
