"""All actions, with what they need injected."""

from __future__ import annotations

from rasa_sdk.executor import ActionExecutor

from actions import bundle, client, general, lookup, practice, visit, work
from actions.base import TurnAction
from bot.conversation.practice_room import in_character
from bot.conversation.runner import Handler, Runner, answered, pressed, reread
from bot.conversation.visits import unless_client_speaks

AS_READ = {
    "action_report_reply",
    "action_nlu_fallback",
    "action_affirm",
    "action_deny",
    "action_disagree",
}  # these look for themselves
MODULES = (visit, bundle, lookup, client, work, practice, general)


def handlers() -> dict[str, Handler]:
    """Return the use case of every action of the domain by the action's name; a name that stands twice is an error."""
    table: dict[str, Handler] = {}
    for module in MODULES:
        clash = table.keys() & module.ACTIONS.keys()
        if clash:
            raise ValueError(f"actions defined twice: {sorted(clash)}")
        table.update(
            {
                name: handler if name in AS_READ else unless_client_speaks(handler)
                for name, handler in module.ACTIONS.items()
            }
        )
    table = {name: in_character(name.removeprefix("action_"), handler) for name, handler in table.items()}
    buttons = presses()
    for intent, answer in (("affirm", "yes"), ("deny", "no")):
        table[f"action_{intent}"] = answered(table[f"action_{intent}"], answer, buttons)
    by_intent = {name.removeprefix("action_"): handler for name, handler in table.items()}
    return {**table, "action_reread": reread(by_intent), "action_press": pressed(buttons)}


def presses() -> dict[str, Handler]:
    """Return what each button without an intent of its own does; a name that stands twice is an error."""
    table: dict[str, Handler] = {}
    for module in MODULES:
        given: dict[str, Handler] = getattr(module, "PRESSES", {})
        clash = table.keys() & given.keys()
        if clash:
            raise ValueError(f"buttons defined twice: {sorted(clash)}")
        table.update(given)
    return table


def build_executor(runner: Runner) -> ActionExecutor:
    executor = ActionExecutor()
    for name, handler in handlers().items():
        executor.register_action(TurnAction(name, handler, runner))
    return executor
