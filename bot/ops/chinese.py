"""Typer speaks English; these make its help and its complaints Chinese."""

from __future__ import annotations

import re
from typing import Any

import typer.rich_utils as words
from typer.core import TyperCommand, TyperGroup

words.OPTIONS_PANEL_TITLE = "选项"
words.ARGUMENTS_PANEL_TITLE = "参数"
words.COMMANDS_PANEL_TITLE = "命令"
words.DEFAULT_STRING = "（默认：{}）"
words.REQUIRED_LONG_STRING = "（必填）"

COMPLAINTS = (
    (r"No such option: (\S+)(?: Did you mean (\S+)\?)?.*", r"没有选项 \1"),
    (r"No such command '?([^'.]+)'?\..*", r"没有命令“\1”"),
    (r"Missing command\.", "还要写一个命令"),
    (r"Missing (?:argument|option|parameter):? '?([^'.]+)'?.*", r"缺少 \1"),
    (r"Got unexpected extra argument\(?s?\)? \((.*)\)", r"多出了“\1”"),
    (r"Invalid value for '?([^':]+)'?.*?: Input should be a valid integer.*", r"\1 的值不对：应当是整数"),
    (r"Invalid value for '?([^':]+)'?.*?: (.*)", r"\1 的值不对：\2"),
    (r"Option '?([^' ]+)'? requires an argument\.?", r"选项 \1 后面要有值"),
)


def complaint(error: Any) -> str:
    """Return the Chinese for one of Typer's usage errors, or what it was."""
    message = str(error.format_message()).strip()
    for pattern, chinese in COMPLAINTS:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            return match.expand(chinese)
    return message


class _Chinese:
    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示这份说明"
        return option

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")


class Command(_Chinese, TyperCommand):
    """A command with Chinese help."""


class Group(_Chinese, TyperGroup):
    """A group of commands with Chinese help."""
