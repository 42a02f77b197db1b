"""Reads annotated dialogues and plays them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.practice import read_practice
from bot.practice import client, sellers
from bot.practice.book import Book
from bot.practice.compliance import unsuitable
from bot.practice.model import MOVES, Said
from bot.practice.scoring import Score, score
from bot.settings import ROOT
from bot.zh.extract import extract
from tests.support.house import NOW
from tests.support.talk import library

HERE = Path(__file__).parent / "dialogues"
TURN = {"say", "move", "needs", "products", "unsure"}
JUDGED = {"score", "band", "needs", "outcome", "blockers"}


@dataclass(frozen=True)
class Dialogue:
    id: str
    persona: str
    level: str
    seed: int
    turns: tuple[dict[str, Any], ...]
    judged: dict[str, Any]


@cache
def book() -> Book:
    known = library()
    return read_practice(
        ROOT / "data" / "practice", {n.code: n.segment for n in known.bank.needs.values()}, known.catalogue.products
    )


def read(path: Path) -> Dialogue:
    """Raises ValueError that names what is wrong; a key that is not known would be an expectation skipped in silence."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    if raw["id"] != path.stem or raw.keys() != {"id", "persona", "level", "seed", "turns", "judged"}:
        raise ValueError(f"{path.name}: id or keys {sorted(raw)}")
    if raw["judged"].keys() - JUDGED or not {"score", "band", "needs", "outcome"} <= raw["judged"].keys():
        raise ValueError(f"{path.name}: judged {sorted(raw['judged'])}")
    for turn in raw["turns"]:
        if turn.keys() - TURN or turn["move"] not in MOVES:
            raise ValueError(f"{path.name}: turn {turn}")
        unknown = [n for n in turn.get("needs") or () if n not in library().bank.needs]
        unknown += [p for p in turn.get("products") or () if p not in library().catalogue.products]
        if unknown:
            raise ValueError(f"{path.name}: {unknown} in {turn['say']}")
    return Dialogue(raw["id"], raw["persona"], raw["level"], raw["seed"], tuple(raw["turns"]), raw["judged"])


def dialogues() -> list[Dialogue]:
    return [read(path) for path in sorted(HERE.glob("*.yml"))]


def said(dialogue: Dialogue, turn: dict[str, Any]) -> Said:
    products = [library().catalogue.products[p] for p in turn.get("products") or ()]
    persona = book().personas[dialogue.persona]
    return Said(
        text=turn["say"],
        move=turn["move"],
        sure=not turn.get("unsure"),
        needs=tuple(turn.get("needs") or ()),
        products=tuple(p.code for p in products),
        answers=tuple(n for p in products for n in p.benefits),
        dated=any(s.type == "date" for s in extract(turn["say"], NOW)),
        unsuitable=tuple(p.code for p in products if unsuitable(p, persona, library().suitability.of(p.code))),
    )


def world(dialogue: Dialogue) -> client.World:
    return client.world(book(), book().personas[dialogue.persona], dialogue.level, dialogue.seed)


def played(dialogue: Dialogue) -> tuple[sellers.Played, Score]:
    w = world(dialogue)
    result = sellers.run(w, [said(dialogue, t) for t in dialogue.turns])
    return result, score(w.persona, w.level, w.rubric, result.lines, result.state.outcome)
