"""The commands `wenxu papers template …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.ops.chinese import Command, Group
from bot.ops.console import say


def _group(help: str) -> typer.Typer:
    return typer.Typer(cls=Group, help=help, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


papers = _group("材料的 Word 模板")
template = _group("模板：列出、取出、检查、换上、换回")
papers.add_typer(template, name="template")

Name = Annotated[
    str,
    typer.Argument(
        help="哪一份：brief 拜访准备单｜needs 客户需求说明书｜plan 综合服务方案｜record 拜访记录", show_default=False
    ),
]
File = Annotated[Path, typer.Argument(help="Word 文件（.docx）", show_default=False)]


@template.command("list", cls=Command)
def list_() -> None:
    """列出四份材料用的是哪个模板。"""
    from bot.ops import papers as ops
    from bot.ops.config import load_settings

    settings = load_settings()
    for kind in ops.KINDS.values():
        path = ops.in_use(settings, kind.code)
        whose = "本行模板" if path.parent == ops.own(settings) else "自带模板"
        say(f"{kind.code:<8}{kind.name}：{whose}（{path}）")


@template.command(cls=Command)
def check(name: Name, file: File) -> None:
    """检查模板：占位符齐不齐、认不认识，用样张填一遍。"""
    from bot.ops import papers as ops

    say(f"可以用作“{ops.checked(name, file).name}”的模板")


@template.command(cls=Command)
def install(name: Name, file: File) -> None:
    """检查后换上本行的模板；马上生效，不用重启。"""
    from bot.ops import papers as ops
    from bot.ops.config import load_settings

    say(f"换上了：{ops.install(load_settings(), name, file)}")


@template.command(cls=Command)
def export(name: Name, file: File) -> None:
    """把现在用的模板存成文件，用 Word 改完再换上。"""
    from bot.ops import papers as ops
    from bot.ops.config import load_settings

    ops.export(load_settings(), name, file)
    say(f"存到了 {file}")


@template.command(cls=Command)
def remove(name: Name) -> None:
    """换回自带的模板。"""
    from bot.ops import papers as ops
    from bot.ops.config import load_settings

    say(f"“{ops.remove(load_settings(), name).name}”换回自带的模板")
