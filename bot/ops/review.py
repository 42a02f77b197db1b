"""`wenxu evaluate review`: a person judges the sentences that users said were misread."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import typer
import yaml

from bot.ops.console import say
from bot.ops.prepare import in_database
from bot.settings import ROOT, Settings

REASONS = {"disagree": "用户说不对", "fallback": "没有听懂", "corrected": "用户改正了"}
DROP, LATER, END = "x", "", "q"


def intents() -> frozenset[str]:
    """Return the intents of Rasa's domain."""
    names: set[str] = set()
    for path in (ROOT / "bot" / "rasa" / "domain").glob("*.yml"):
        listed = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("intents", ())
        names |= {next(iter(item)) if isinstance(item, dict) else item for item in listed}
    return frozenset(names)


def described(item: Any) -> str:
    reading = item.reading or {}
    guess = reading.get("intent")
    name = guess.get("name") if isinstance(guess, dict) else guess
    return f"#{item.id} [{item.mode}] {item.text}\n    读作 {name or '-'}，{REASONS.get(item.reason, item.reason)}"


def open_items(session: Any) -> Sequence[Any]:
    from bot.store.review import unjudged

    return unjudged(session)


def show(settings: Settings) -> None:
    items = in_database(settings, open_items)
    say("\n".join(map(described, items)) if items else "没有待判定的句子")


def judge(settings: Settings) -> None:
    """Ask for the right label of one sentence after the other; each verdict is kept at once."""
    known = intents()
    items = in_database(settings, open_items)
    say(f"{len(items)} 句待判定。输入正确的意图；{DROP} 作废，回车跳过，{END} 结束。")
    for item in items:
        say(described(item))
        answer = _ask(known)
        if answer == END:
            break
        if answer != LATER:
            in_database(settings, partial(_keep, item=item.id, verdict=answer))


def _ask(known: frozenset[str]) -> str:
    while True:
        answer = str(typer.prompt("意图", default="", show_default=False)).strip()
        if answer in (DROP, LATER, END) or answer in known:
            return answer
        say(f"没有意图“{answer}”。相近的：{'、'.join(sorted(n for n in known if answer[:4] in n)) or '见契约第 3 节'}")


def _keep(session: Any, item: int, verdict: str) -> None:
    from bot.store.review import set_verdict

    set_verdict(session, item, verdict)


def export_judged(settings: Settings, path: Path) -> int:
    """Write the judged sentences as test examples; return how many."""
    from bot.store.review import judged

    items: Sequence[Any] = in_database(settings, judged)
    kept = [{"text": i.text, "mode": i.mode, "intent": i.verdict, "also_ok": []} for i in items if i.verdict != DROP]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept), encoding="utf-8")
    return len(kept)
