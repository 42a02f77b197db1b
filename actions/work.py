"""Actions on tasks and logged visits."""

from bot.conversation import tasks
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_log_visit": tasks.log_visit,
    "action_create_task": tasks.create,
    "action_list_tasks": tasks.list_tasks,
    "action_complete_task": tasks.complete,
}
