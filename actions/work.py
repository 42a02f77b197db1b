"""Actions on tasks and logged visits."""

from bot.conversation import tasks, visit_logs
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_log_visit": visit_logs.log_visit,
    "action_create_task": tasks.create,
    "action_list_tasks": tasks.list_tasks,
    "action_complete_task": tasks.complete,
}
PRESSES: dict[str, Handler] = {
    "work.done": tasks.done,
    "work.cancel": tasks.cancel,
    "work.later": tasks.again,
    "work.reopen": tasks.reopen,
    "work.facts": visit_logs.take_down,
}
