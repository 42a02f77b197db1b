"""Progress on a terminal as a bar, elsewhere as plain lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, float], None]
STEP = 0.1  # without a terminal a line is printed for a new text or every tenth


def say(text: str) -> None:
    print(text, flush=True)


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Give a `report(text, fraction)` for the time of the block."""
    if not sys.stderr.isatty():
        yield plain(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda text, fraction: bar.update(
            task, completed=fraction, description=f"{title}：{text}" if text else title
        )


def plain(title: str) -> Report:
    """Return a report that prints a line when the text changes or another tenth is done."""
    last: list[tuple[str, int]] = []

    def report(text: str, fraction: float) -> None:
        now = (text, int(fraction / STEP))
        if last != [now]:
            last[:] = [now]
            complain(f"{title} {fraction:4.0%} {text}".rstrip())

    return report
