"""What Rasa does not check: actions, intents and rules fit together, and every button leads somewhere."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from actions.registry import MODULES, handlers, presses
from bot.settings import ROOT

ROUTE = re.compile(r"^/([a-z_]+)(\{.*\})?$")
PYTHON = sorted(p for folder in ("bot", "actions") for p in (ROOT / folder).rglob("*.py") if ".venv" not in p.parts)
INTENTS = [
    "greet",
    "goodbye",
    "thanks",
    "help",
    "affirm",
    "deny",
    "stop",
    "restart",
    "bot_challenge",
    "disagree",
    "out_of_scope",
    "start_visit",
    "resume_visit",
    "report_reply",
    "next_question",
    "skip_question",
    "previous_question",
    "rephrase_question",
    "why_question",
    "next_stage",
    "visit_summary",
    "end_visit",
    "recommend_bundle",
    "explain_bundle",
    "why_withheld",
    "change_bundle",
    "make_document",
    "product_info",
    "compare_products",
    "list_products",
    "method_info",
    "client_profile",
    "client_holdings",
    "client_needs",
    "list_clients",
    "update_client",
    "cross_sell",
    "log_visit",
    "create_task",
    "list_tasks",
    "complete_task",
    "start_practice",
    "seller_turn",
    "hint",
    "end_practice",
    "practice_score",
    "practice_history",
    "explain_score",
    "appeal_score",
]  # the contract, section 3
ENTITIES = [
    "client",
    "product",
    "attribute",
    "need",
    "industry",
    "bank",
    "amount",
    "rate",
    "count",
    "duration",
    "date",
    "persona",
    "difficulty",
    "tier",
]


def domain(key: str) -> list[str]:
    found: list[str] = []
    for path in sorted((ROOT / "bot" / "rasa" / "domain").glob("*.yml")):
        for item in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get(key) or []:
            found.append(next(iter(item)) if isinstance(item, dict) else item)
    return found


def rules() -> list[tuple[str, str]]:
    """Return (intent, action) of every rule."""
    found = []
    for path in sorted((ROOT / "data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            steps = {k: v for step in rule["steps"] for k, v in step.items()}
            found.append((steps["intent"], steps["action"]))
    return found


def calls() -> list[tuple[Path, ast.Call]]:
    trees = ((p, ast.parse(p.read_text(encoding="utf-8"))) for p in PYTHON)
    return [(p, node) for p, tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]


def pressed_names() -> list[tuple[str, str]]:
    """Return (file, name) of every button made by `press`, and of what a yes or no carries out."""
    found = []
    for path, call in calls():
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name == "press" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
            found.append((path.name, str(call.args[1].value)))
    return found


def sent_intents() -> list[tuple[str, str]]:
    """Return (file, intent) of every button and command that names its intent."""
    found = []
    for path, call in calls():
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        place = {"button": 1, "command": 0}.get(name)
        if place is not None and len(call.args) > place and isinstance(call.args[place], ast.Constant):
            found.append((path.name, str(call.args[place].value)))
    return found


def written_payloads() -> list[tuple[str, str]]:
    """Return (file, intent) of every payload written out, in Python and in the page's scripts."""
    found = []
    for path in [*(p for p in PYTHON if "conversation" in p.parts), *sorted((ROOT / "bot/web/static").rglob("*.js"))]:
        for intent in re.findall(r"""["'`]/([a-z]+_[a-z_]+)(?=["'`{])""", path.read_text(encoding="utf-8")):
            found.append((path.name, intent))
    return found


BUTTON_ENTITIES = {"intent", "task", "method", "visit", "segment", "do", "key", "value"}  # what only a payload carries


def test_the_actions_registered_are_those_of_the_domain():
    assert sorted(handlers()) == sorted(domain("actions"))


def test_nothing_stands_twice_in_the_domain():
    for key in ("intents", "actions", "entities", "slots", "responses"):
        assert [n for n, count in Counter(domain(key)).items() if count > 1] == [], key


def test_every_intent_and_entity_of_the_contract_is_in_the_domain():
    assert set(INTENTS) <= set(domain("intents"))
    assert set(domain("entities")) - BUTTON_ENTITIES == set(ENTITIES)


def test_each_intent_leads_to_the_action_of_its_name_by_exactly_one_rule():
    found = rules()
    assert [i for i, count in Counter(i for i, _ in found).items() if count > 1] == []
    assert {i for i, _ in found} == set(domain("intents"))
    assert [(i, a) for i, a in found if a != f"action_{i}"] == []


@pytest.mark.parametrize(("file", "intent"), sorted(set(sent_intents()) | set(written_payloads())))
def test_every_button_names_an_intent_of_the_domain(file, intent):
    assert intent in domain("intents"), file


@pytest.mark.parametrize(("file", "name"), sorted(set(pressed_names())))
def test_every_pressed_button_is_answered_by_an_action_module(file, name):
    assert name in presses(), file


def test_buttons_were_found_to_be_checked():
    assert len(set(sent_intents())) > 20


def test_an_action_defined_twice_is_refused():
    from actions import visit, work

    class Twice:
        ACTIONS = visit.ACTIONS

    assert Twice.ACTIONS.keys() & visit.ACTIONS.keys()
    names = [n for module in MODULES for n in module.ACTIONS]
    assert len(names) == len(set(names))
    assert work in MODULES


def test_no_action_holds_a_chinese_sentence_or_a_query():
    for path in sorted((ROOT / "actions").glob("*.py")):
        strings = [
            n.value
            for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        assert not [s for s in strings if any("\u4e00" <= c <= "\u9fff" for c in s)], path.name


def test_payloads_read_as_the_dialogue_server_reads_them():
    from bot.conversation.messages import command

    for payload in (command("undo"), command("start_visit", client=17), command("mark_need", need="reconciliation")):
        match = ROUTE.fullmatch(payload)
        assert match
        if match[2]:
            assert all(isinstance(v, str) for v in json.loads(match[2]).values())


def test_how_a_reading_is_offered_back_names_intents_of_the_contract():
    from bot.conversation.general import INTENT_NAMES

    assert set(INTENT_NAMES) <= set(INTENTS)


def test_commands_behind_a_report_are_intents_that_are_carried_out():
    from bot.conversation.visits import COMMANDS_AFTER
    from bot.visit.commands import COMMANDS

    assert set(COMMANDS.values()) == set(COMMANDS_AFTER) <= set(INTENTS)
