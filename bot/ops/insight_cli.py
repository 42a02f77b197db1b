"""The commands `wenxu insight …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.ops.chinese import Command, Group
from bot.ops.console import progress, say

insight = typer.Typer(
    cls=Group,
    help="客户分析：层级、GE 矩阵、贡献、二八、同业缺口、关系",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@insight.command(cls=Command)
def run(full: Annotated[bool, typer.Option("--full", help="全部重算；平时只算有变化的客户")] = False) -> None:
    """算一遍。第一次、规则改了、或上次全量过了七天时全量；其余只算变化的。"""
    from bot.ops.config import load_settings
    from bot.ops.insight import run_batch

    with progress("客户分析") as report:
        done = run_batch(load_settings(), full, report)
    say(f"{'全量' if done.mode == 'full' else '增量'}算完：{done.clients:,} 位客户")


@insight.command(cls=Command)
def relations(
    file: Annotated[
        Path, typer.Argument(help="CSV：客户号,关系,对方名称,对方客户号,年交易额（万元）,来源,日期", show_default=False)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查、不写入")] = False,
) -> None:
    """导入客户关系：核心企业、上游、下游、同一集团；有一处错就一条也不写入。"""
    from bot.ops.config import load_settings
    from bot.ops.insight import load_relations

    with progress("导入关系") as report:
        report(file.name, 0.0)
        found = load_relations(load_settings(), file, dry_run)
        report("", 1.0)
    say("\n".join(found.lines()))
    raise typer.Exit(0 if found.ok else 1)


@insight.command("bench", cls=Command)
def bench(clients: Annotated[int, typer.Option(min=1000, help="造多少位客户来量")] = 1_000_000) -> None:
    """在临时库里造客户，量全量和增量各要多久。"""
    from bot.ops.config import load_settings
    from bot.ops.insight import measure

    with progress("测速") as report:
        found = measure(load_settings(), clients, report)
    say(str(found))
