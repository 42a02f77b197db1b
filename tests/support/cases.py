"""Conversation cases: YAML in, one real conversation each, expectations checked turn by turn.

case: what it shows
user: zhangwei                 # who is logged in
turns:
  - say: 帮我准备明天拜访华星集团
    mode: visit                # idle | visit | practice
    client: 华星机械集团有限公司
    stage: situation
    question: {need: …, type: …}
    needs: {reconciliation: implied}     # these entries have these statuses
    quotes: {reconciliation: 每个月对账要三四天}
    no_needs: [payroll]
    facts: {branch_count: 12}
    says: [文字]                # each stands somewhere in the answer
    never: [文字]               # none stands anywhere in the answer, cards included
    cards: [question]
    buttons: [跳过]
    bundle: {code: …, core: […], plus: […]}
    same_question: true        # as before this turn
    practice: {finished: true, turns: 8}     # of state.practice
  - press: 跳过                 # the payload of a button that was shown
  - answer: {reconciliation.problem: …, "*": 跳过}   # answer the bot's own questions until none of them is left
    most: 30
  - new_conversation: true
  - restart: true              # the application starts anew on the same database
  - user: liuyang              # someone else goes on, in a conversation of their own
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Protocol

import yaml

CHECKS = {
    "mode",
    "client",
    "stage",
    "question",
    "needs",
    "quotes",
    "no_needs",
    "facts",
    "says",
    "never",
    "cards",
    "buttons",
    "bundle",
    "same_question",
    "practice",
}
STEPS = {"say", "press", "answer", "most", "until", "new_conversation", "restart", "user"}


class Talker(Protocol):
    """What a case needs of the running product."""

    def login(self, username: str) -> None: ...

    def say(self, text: str, conversation: str | None) -> dict[str, Any]: ...

    def restart(self) -> None: ...


@dataclass(frozen=True)
class Case:
    file: Path
    name: str
    user: str
    turns: tuple[dict[str, Any], ...]


@dataclass
class Run:
    """One conversation under way; `log` is shown when an expectation fails."""

    talker: Talker
    conversation: str | None = None
    answer: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.before = self.answer
        self.answer = self.talker.say(text, self.conversation)
        self.conversation = self.answer["conversation"]
        self.log.append(f"> {text}")
        self.log += [f"    {line}" for m in self.answer["messages"] for line in m["text"].splitlines()]
        state = self.answer["state"]
        self.log.append(f"    [{state['mode']} {state['stage']} {[(n['code'], n['status']) for n in state['needs']]}]")


def read_cases(directory: Path) -> list[Case]:
    """Return all cases under the directory; an unknown key is an error, so that no expectation is skipped in silence."""
    cases = []
    for path in sorted(directory.rglob("*.yml")):
        for raw in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            for turn in raw["turns"]:
                unknown = turn.keys() - CHECKS - STEPS
                if unknown:
                    raise ValueError(f"{path.name}: unknown keys {sorted(unknown)}")
            cases.append(Case(path, raw["case"], raw.get("user", "zhangwei"), tuple(raw["turns"])))
    return cases


def play(case: Case, talker: Talker) -> Run:
    """Run the case; raises AssertionError with the conversation so far."""
    talker.login(case.user)
    run = Run(talker)
    for number, turn in enumerate(case.turns, 1):
        try:
            _step(run, turn)
            check(run, turn)
        except AssertionError as error:
            raise AssertionError(
                f"{case.file.name} · {case.name} · step {number}: {error}\n" + "\n".join(run.log[-400:])
            ) from None
    return run


def _step(run: Run, turn: dict[str, Any]) -> None:
    if "user" in turn:
        run.talker.login(turn["user"])
        run.conversation = None
    if turn.get("restart"):
        run.talker.restart()
    if turn.get("new_conversation"):
        run.conversation = None
    if "say" in turn:
        run.say(str(turn["say"]))
    if "press" in turn:
        run.say(_payload(run, turn["press"]))
    if "answer" in turn:
        _interview(run, turn["answer"], turn.get("most", 30), turn.get("until", {}))


def _payload(run: Run, title: str) -> str:
    shown = {b["title"]: b["payload"] for m in run.answer["messages"] for b in m.get("buttons", [])}
    shown |= {
        i["title"]: i["payload"]
        for m in run.answer["messages"]
        for i in (m.get("card") or {}).get("items", [])
        if "payload" in i
    }
    hits = [p for t, p in shown.items() if title in t]
    assert hits, f"no button {title!r} among {list(shown)}"
    return hits[0]


def _interview(run: Run, answers: dict[str, str | list[str]], most: int, until: dict[str, str]) -> None:
    """Answer each question of the bot by its need and kind; '*' is for those without an answer of their own."""
    left = {k: [v] if isinstance(v, str) else list(v) for k, v in answers.items()}
    for _ in range(most):
        state = run.answer["state"]
        question = state["question"]
        statuses = {n["code"]: n["status"] for n in state["needs"]}
        if question is None or (until and all(statuses.get(k) == v for k, v in until.items())):
            return
        key = f"{question['need']}.{question['type']}"
        mine = left.get(key) or []
        run.say(mine.pop(0) if mine else left["*"][0])


def _same(one: Any, other: Any) -> bool:
    """Money is a decimal string: 5000000.00 is 5000000."""
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return str(one) == str(other)


def check(run: Run, turn: dict[str, Any]) -> None:
    state = run.answer.get("state", {})
    said = {key: value for key, value in run.answer.items() if key != "conversation"}  # its id may hold any figure
    whole = json.dumps(said, ensure_ascii=False)
    needs = {n["code"]: n for n in state.get("needs", [])}
    for key in ("mode", "stage"):
        if key in turn:
            assert state[key] == turn[key], f"{key} is {state[key]!r}, not {turn[key]!r}"
    if "client" in turn:
        assert (state["client"] or {}).get("name") == turn["client"], f"client is {state['client']}"
    for key, wanted in (turn.get("question") or {}).items():
        assert (state["question"] or {}).get(key) == wanted, f"question is {state['question']}"
    if turn.get("same_question"):
        assert state["question"] == run.before["state"]["question"], "another question stands open"
    for code, status in (turn.get("needs") or {}).items():
        assert needs.get(code, {}).get("status") == status, f"{code} is {needs.get(code)}, not {status}"
    for code, words in (turn.get("quotes") or {}).items():
        assert words in needs[code]["quote"], f"{code} quotes {needs[code]['quote']!r}"
    for code in turn.get("no_needs", []):
        assert needs.get(code, {}).get("status") in (None, "dismissed"), f"{code} is in the ledger: {needs[code]}"
    for code, value in (turn.get("facts") or {}).items():
        known = {f["code"]: f["raw"] for f in state["facts"]}
        assert _same(known.get(code), value), f"{code} is {known.get(code)!r}, not {value!r}"
    for key, value in (turn.get("practice") or {}).items():
        assert (state["practice"] or {}).get(key) == value, f"practice.{key} is {state['practice']}"
    for words in turn.get("says", []):
        assert str(words) in whole, f"the answer does not say {words!r}"
    for words in turn.get("never", []):
        assert str(words) not in whole, f"the answer says {words!r}"
    cards = [m["card"]["type"] for m in run.answer.get("messages", []) if m.get("card")]
    for kind in turn.get("cards", []):
        assert kind in cards, f"no card {kind!r} among {cards}"
    for title in turn.get("buttons", []):
        _payload(run, title)
    for key, wanted in (turn.get("bundle") or {}).items():
        have = (state["bundle"] or {}).get(key)
        assert (sorted(have) if isinstance(have, list) else have) == (
            sorted(wanted) if isinstance(wanted, list) else wanted
        ), f"bundle.{key} is {have}"
