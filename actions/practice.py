"""Actions of the practice."""

from bot.conversation import (
    practice,
    practice_after,
    practice_exam,
    practice_history,
    practice_lead,
    practice_rehearse,
    practice_start,
)
from bot.conversation.product_first import product_first
from bot.conversation.runner import Handler

ACTIONS: dict[str, Handler] = {
    "action_start_practice": product_first(practice_start.start),
    "action_seller_turn": practice.seller,
    "action_hint": practice.hint,
    "action_end_practice": practice.end,
    "action_practice_score": practice_after.score,
    "action_practice_history": practice_history.history,
    "action_explain_score": practice_after.explain,
    "action_appeal_score": practice_after.appeal,
}
PRESSES: dict[str, Handler] = {
    "practice.start": practice_start.menu,
    "practice.choose": practice_start.chosen_way,
    "practice.more": practice_start.more,
    "practice.begin": practice_start.picked,
    "practice.resume": practice.resume,
    "practice.repeat": practice_start.repeat,
    "practice.exam": practice_exam.exam,
    "practice.exam_begin": practice_exam.exam_begin,
    "practice.drills": practice_exam.drill_list,
    "practice.drill": practice_exam.drill,
    "practice.rehearse": practice_rehearse.rehearse,
    "practice.score": practice_after.score,
    "practice.replay": practice_after.replay,
    "practice.again": practice_after.again,
    "practice.appeal": practice_after.appeal,
    "practice.appeals": practice_lead.appeals,
    "practice.verdict": practice_lead.verdict,
    "practice.review": practice_lead.review,
    "practice.label": practice_lead.label,
    "practice.mark": practice_lead.mark,
}
