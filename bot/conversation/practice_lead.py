"""What leads do: decide appeals, label and mark sessions without seeing what the machine said."""

from __future__ import annotations

from bot.conversation import practice_cards as cards
from bot.conversation.messages import Message, Reply, press, say
from bot.conversation.practice import names, number_of, scored, title_of
from bot.conversation.practice_after import claimed_label
from bot.conversation.talk import Talk
from bot.practice.model import MOVE_NAMES, MOVES
from bot.practice.scoring import verdict as verdict_of
from bot.store import access
from bot.store import practice as store
from bot.store import practice_verdicts as verdicts
from bot.store.tables import PracticeAppeal, PracticeSession, PracticeTurn

TO_LABEL = 3  # sentences of a session that a lead is asked to label: those the machine was least sure of
BANDS = (95, 85, 75, 65, 55, 45, 35, 20)


def _may(talk: Talk) -> bool:
    return talk.actor.role in (access.LEAD, access.ADMIN)


NOT_A_LEAD = "这一项由团队主管来做。"


def appeals(talk: Talk) -> Reply:
    """Show the oldest appeal that waits."""
    if not _may(talk):
        return say(NOT_A_LEAD)
    waiting = verdicts.open_appeals(talk.session, talk.actor)
    if not waiting:
        return say("没有待裁定的申诉。", press("复核一场", "practice.review"))
    return Reply((_appeal_message(waiting[0], len(waiting)),))


def _appeal_message(row: PracticeAppeal, waiting: int) -> Message:
    turn = row.turn
    wanted = claimed_label(row.reason, turn.move)
    text = (
        f"申诉（还有 {waiting} 条）：{title_of(turn.session)}，第{turn.number}句\n"
        f"客户先说：“{turn.context}”\n客户经理说：“{turn.text}”\n机器判作：{MOVE_NAMES[turn.move]}"
        + (f"\n他认为：{MOVE_NAMES[wanted]}" if wanted else "")
        + (f"\n他的话：“{row.reason}”" if row.reason else "")
        + "\n您认为这一句是："
    )
    return Message(text, tuple(press(MOVE_NAMES[m], "practice.verdict", key=row.id, value=m) for m in MOVES))


def verdict(talk: Talk) -> Reply:
    """The lead's label takes the machine's place; the session is scored again."""
    key, value = talk.reading.first("key"), talk.reading.first("value")
    if not _may(talk) or key is None or value is None or str(value.value) not in MOVES:
        return say(NOT_A_LEAD)
    row = verdicts.appeal_of(talk.session, talk.actor, number_of(talk))
    if row.status != "open":
        return say("这一条已经定过了。").plus(*appeals(talk).messages)
    label = str(value.value)
    verdicts.decide(talk.session, talk.actor, row, label, talk.now)
    access.audit(talk.session, talk.actor, "practice_verdict", row, label=label)
    told = rescore(row.turn.session)
    kept = "维持原判" if label == row.turn.move else f"改判为{MOVE_NAMES[label]}"
    return say(f"{kept}。{told}").plus(*appeals(talk).messages)


def rescore(row: PracticeSession) -> str:
    """Score a closed session again with the verdicts that stand, and say what changed."""
    if row.state.get("drill"):
        return "专项练习不重新算分。"
    before = row.total
    rubric = store.rubric_of(row)
    result = scored(row)
    stored = cards.scorecard(rubric, result, row.way)
    row.scorecard, row.total = stored, stored["total"]
    row.passed = verdict_of(result, stored["mark"], row.way)
    if row.total == before:
        return f"这一场的分没有变（{'未评估' if before is None else before}）。"
    return f"这一场由 {'未评估' if before is None else before} 变为 {row.total}。"


def review(talk: Talk) -> Reply:
    """Pick a session of the team to label and mark."""
    if not _may(talk):
        return say(NOT_A_LEAD)
    rows = verdicts.reviewable(talk.session, talk.actor)
    if not rows:
        return say("没有待复核的对练。")
    return _next_of(rows[0], ())


def _doubtful(row: PracticeSession) -> list[PracticeTurn]:
    return sorted(row.turns, key=lambda t: (t.confidence, t.number))[:TO_LABEL]


def _next_of(row: PracticeSession, done: tuple[int, ...]) -> Reply:
    left = [t for t in _doubtful(row) if t.id not in done]
    if left:
        turn = left[0]
        value = ",".join(map(str, done))
        text = f"复核：{title_of(row)}，第{turn.number}句\n客户先说：“{turn.context}”\n客户经理说：“{turn.text}”\n这一句是："
        buttons = tuple(press(MOVE_NAMES[m], "practice.label", key=turn.id, value=f"{m}|{value}") for m in MOVES)
        return Reply((Message(text, buttons),))
    lines = [f"{t.number}. {t.text}\n   客户：{t.line['reply']}" for t in row.turns]
    bands = tuple(press(f"{b}分左右", "practice.mark", key=row.id, value=b) for b in BANDS)
    return Reply((Message("\n".join(lines)), Message("整场看下来，您给多少分？（给完再看机器的）", bands)))


def label(talk: Talk) -> Reply:
    """A lead's label of one sentence; value is `move|ids labelled before`."""
    key, value = talk.reading.first("key"), talk.reading.first("value")
    if not _may(talk) or key is None or value is None:
        return say(NOT_A_LEAD)
    move, _, done = str(value.value).partition("|")
    turn = talk.session.get(PracticeTurn, number_of(talk))
    if turn is None or move not in MOVES:
        raise access.NotReachable
    row = store.session_of(talk.session, talk.actor, turn.session_id)
    if row.user_id == talk.actor.user_id:
        return say("自己的对练由别人来复核。")
    verdicts.keep_gold(talk.session, talk.actor, turn, move, "review")
    return _next_of(row, (*(int(i) for i in done.split(",") if i), turn.id))


def mark(talk: Talk) -> Reply:
    key, value = talk.reading.first("key"), talk.reading.first("value")
    if not _may(talk) or key is None or value is None or not str(value.value).isdigit():
        return say(NOT_A_LEAD)
    row = store.session_of(talk.session, talk.actor, number_of(talk))
    if row.user_id == talk.actor.user_id or row.total is None:
        return say("这一场不能由您打分。")
    verdicts.keep_mark(talk.session, talk.actor, row, min(100, int(str(value.value))))
    shown = cards.scorecard_card(title_of(row), row.scorecard or {}, (), names(talk))
    lead = f"记下了：您给 {value.value} 分，机器给 {row.total} 分。一致程度见 /practice/agreement。"
    return Reply((Message(lead, (press("再复核一场", "practice.review"),)), Message(shown["text"], card=shown)))
