"""Actions of the guided visit."""

from bot.conversation import orders, starting, visits
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_start_visit": starting.start,
    "action_resume_visit": starting.resume,
    "action_new_prospect": starting.named_prospect,
    "action_report_reply": orders.heard_first(visits.report),
    "action_next_question": visits.next_question,
    "action_skip_question": visits.skip,
    "action_previous_question": visits.previous,
    "action_rephrase_question": orders.heard_first(visits.rephrase),
    "action_why_question": orders.heard_first(visits.why),
    "action_next_stage": visits.next_stage,
    "action_visit_summary": visits.summary,
    "action_end_visit": visits.end,
    "action_undo": visits.undo,
    "action_mark_need": visits.mark,
}
