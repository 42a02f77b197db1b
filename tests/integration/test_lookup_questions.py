"""Every question of tests/lookups/products*.yml: the right product, the right value, and never a wrong value as a fact.

A row of the file: {ask: …, product: code or [codes], attribute: …, expect: [fragments]}; more keys:
  after: a sentence that is said before (a follow-up); kind: attribute | whole | compare | list | which | unknown;
  never: [fragments]; varies: the answer must say that banks differ; not_in_list: [codes] that a list must not hold;
  also: [codes] that may be shown beside, because the question sets the product against them.
  A question back (`which`) names the products in `product` and states nothing of any.
Twice: through the house's own resolution (no model), and, marked rasa, through the real reading. Answers in Traditional
characters are folded before they are compared. The rules were mended with the even rows in sight, the odd rows are the
check; both shares are printed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import ROOT
from bot.store.catalogue import seed
from bot.zh.scripts import simplified
from tests.support.house import House
from tests.support.stack import Stack
from tests.support.talk import library

FILES = sorted((ROOT / "tests" / "lookups").glob("products*.yml"))
ENOUGH = 0.97
SHOWN = 40  # failures that are printed
PAGES = 12  # of a list, at most
INTENTS = {"compare": "compare_products", "list": "list_products"}
DIFFER = ("各行不同", "各银行不同", "各行规定不同", "各行公布")


@dataclass(frozen=True)
class Question:
    file: str
    number: int  # from 1, in its file
    ask: str
    products: tuple[str, ...]
    expect: tuple[str, ...]
    kind: str
    after: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    varies: bool = False
    not_in_list: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """`wrong`: a wrong value was stated as a fact."""

    question: Question
    right: bool
    wrong: bool
    answer: str

    def __str__(self) -> str:
        one = self.question
        return f"{one.file}:{one.number} {one.ask} → {self.answer[:120]!r}"


def _many(value: Any) -> tuple[str, ...]:
    if value in (None, ""):
        return ()
    return tuple(str(v) for v in value) if isinstance(value, list) else (str(value),)


def questions() -> list[Question]:
    found = []
    for path in FILES:
        for number, row in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), 1):
            found.append(
                Question(
                    path.name,
                    number,
                    str(row["ask"]),
                    _many(row.get("product")),
                    _many(row.get("expect")),
                    row.get("kind") or ("attribute" if row.get("attribute") else "whole"),
                    _many(row.get("after")),
                    _many(row.get("never")),
                    bool(row.get("varies")),
                    _many(row.get("not_in_list")),
                    _many(row.get("also")),
                )
            )
    return found


QUESTIONS = questions()
FRESH = {q.after[0] if q.after else q.ask for q in QUESTIONS}  # a conversation begins with each
Say = Callable[[str, str], Awaitable[dict[str, Any]]]


def names(codes: tuple[str, ...]) -> list[str]:
    products = library().catalogue.products
    return [products[c].name for c in codes if c in products]


def cards(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [m["card"] for m in answer["messages"] if m.get("card")]


def shown_as_fact(answer: dict[str, Any]) -> set[str]:
    """The products of which the answer states terms: product cards and columns of a comparison."""
    stated = {str(c["code"]) for c in cards(answer) if c.get("type") == "product" and "code" in c}
    by_name = {p.name: code for code, p in library().catalogue.products.items()}
    columns = [simplified(n) for c in cards(answer) if c.get("type") == "comparison" for n in c["columns"]]
    return stated | {by_name[n] for n in columns}


def text_of(answer: dict[str, Any]) -> str:
    parts = [
        m["text"] + "\n" + "\n".join(str(r) for r in (m.get("card") or {}).get("rows", ())) for m in answer["messages"]
    ]
    return simplified("\n".join(parts)).replace(" ", "")


def listed(answer: dict[str, Any]) -> dict[str, str]:
    """Name → what is said of it, of the rows of a list."""
    rows = [r for c in cards(answer) if c.get("type") == "list" for r in c.get("items", ())]
    return {simplified(r["title"]): simplified(r.get("subtitle", "")) for r in rows}


def judged(question: Question, answer: dict[str, Any], rows: dict[str, str]) -> Verdict:
    """`rows`: those of all pages of a list."""
    text, stated, wanted = text_of(answer), shown_as_fact(answer), set(question.products)
    if question.kind == "list":
        bad = [n for n in names(question.not_in_list) if n in rows]
        right = all(n in rows for n in names(question.products)) and not bad
        wrong = bool(stated) or any(not rows[n].startswith("接近") for n in bad)
        return Verdict(question, right and not stated, wrong, text)
    nothing = question.kind in ("which", "unknown")
    never = any(part.replace(" ", "") in text for part in question.never)
    wrong = never or bool(stated if nothing else stated - wanted - set(question.also))
    there = all(name.replace(" ", "") in text for name in names(question.products))
    values = all(part.replace(" ", "") in text for part in question.expect)
    differ = not question.varies or any(d in text for d in DIFFER)
    return Verdict(question, there and values and differ and not wrong, wrong, text)


async def all_rows(answer: dict[str, Any], ask: Say) -> dict[str, str]:
    rows = listed(answer)
    for _ in range(PAGES):
        more = [b["payload"] for m in answer["messages"] for b in m.get("buttons", ()) if b["title"] == "更多"]
        if not more:
            break
        answer = await ask(more[0], "product_info")
        rows |= listed(answer)
    return rows


async def played(ask: Say, chosen: list[Question]) -> list[Verdict]:
    found = []
    for question in chosen:
        for before in question.after:
            await ask(before, "product_info")
        answer = await ask(question.ask, INTENTS.get(question.kind, "product_info"))
        rows = await all_rows(answer, ask) if question.kind == "list" else {}
        found.append(judged(question, answer, rows))
    return found


def share(verdicts: list[Verdict]) -> float:
    return sum(v.right for v in verdicts) / max(len(verdicts), 1)


async def play(ask: Say) -> None:
    verdicts = await played(ask, QUESTIONS)
    even = [v for v in verdicts if v.question.number % 2 == 0]
    odd = [v for v in verdicts if v.question.number % 2]
    wrong = [v for v in verdicts if v.wrong]
    print(
        f"{len(verdicts)} questions, {share(verdicts):.3f} right "
        f"(even {share(even):.3f} of {len(even)}, odd {share(odd):.3f} of {len(odd)}), {len(wrong)} wrong values"
    )
    assert not wrong, "wrong values stated as fact:\n" + "\n".join(map(str, wrong[:SHOWN]))
    failures = [v for v in verdicts if not v.right]
    assert share(verdicts) >= ENOUGH, f"{share(verdicts):.3f} right:\n" + "\n".join(map(str, failures[:SHOWN]))


@pytest.mark.skipif(not QUESTIONS, reason="tests/lookups holds no questions")
async def test_by_our_own_resolution(house: House) -> None:
    with house.container.database.session() as session:
        seed(session, ROOT / "data" / "knowledge", {n.code: n.name for n in library().bank.needs.values()})
        session.commit()

    async def ask(text: str, intent: str) -> dict[str, Any]:
        return await house.say(text if text.startswith("/") else house.read(text, intent), new=text in FRESH)

    await play(ask)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    import os

    from bot.ops.train import train
    from bot.settings import Settings

    given = os.environ.get("WENXU_TEST_MODEL")
    model = Path(given) if given else train(Settings(), lambda detail, progress: None)
    running = Stack(tmp_path_factory.mktemp("lookups"), model)
    running.start()
    yield running
    running.stop()


@pytest.mark.rasa
@pytest.mark.skipif(not QUESTIONS, reason="tests/lookups holds no questions")
async def test_through_the_real_reading(stack: Stack) -> None:
    stack.fresh()
    with stack.container.database.session() as session:
        seed(session, ROOT / "data" / "knowledge", {n.code: n.name for n in library().bank.needs.values()})
        session.commit()
    stack.login("zhangwei")
    current: dict[str, str | None] = {"id": None}

    async def ask(text: str, intent: str) -> dict[str, Any]:
        conversation = None if text in FRESH else current["id"]
        answer = await asyncio.to_thread(stack.say, text, conversation)
        current["id"] = answer["conversation"]
        return answer

    await play(ask)
