"""After a practice: the score and why, the replay, trying again from a sentence, appeals."""

from __future__ import annotations

import re
from typing import Any

from bot.conversation import practice_cards as cards
from bot.conversation.messages import Message, Reply, button, card, press, say
from bot.conversation.practice import enter, names, number_of, result_messages, scored, title_of
from bot.conversation.practice_open import leave_open
from bot.conversation.talk import Talk, back_to_question, practice_message
from bot.practice import client, feedback
from bot.practice.model import MOVE_NAMES, ClientState
from bot.store import practice as store
from bot.store import practice_verdicts as verdicts
from bot.store.access import NotReachable
from bot.store.tables import PracticeSession

PAGE = 8  # sentences of a replay in one message
SENTENCE = re.compile(r"第\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})\s*(?:句|轮|条)")
HAN = "零一二三四五六七八九十"
APPEALS = re.compile(r"不同意|申诉|不服|判错|标错|不对|有意见|不公")
AGAIN = re.compile(r"从.{0,3}第.{1,4}[句轮].{0,4}(?:再|重|开始)")
LABEL_WORDS = {
    "situation": "状况|现状|背景",
    "problem": "问题性|难点",
    "implication": "影响性|影响|后果|暗示",
    "need_payoff": "权衡|得失|效益",
    "benefit": "利益",
    "advantage": "优势",
    "feature": "特征",
    "objection_handling": "异议",
    "commitment": "承诺|推进",
    "rapport": "寒暄",
}


def last_session(talk: Talk) -> PracticeSession | None:
    """The session that is spoken of: the last one of this conversation, else the last one finished."""
    row = store.last_of(talk.session, talk.conversation.id)
    if row is not None and row.user_id == talk.actor.user_id:
        return row
    return next(iter(store.finished(talk.session, talk.actor, 1)), None)


def _keyed(talk: Talk) -> PracticeSession | None:
    """The session that a button names."""
    if talk.reading.first("key") is None:
        return last_session(talk)
    try:
        return store.session_of(talk.session, talk.actor, number_of(talk))
    except NotReachable:
        return None


def score(talk: Talk) -> Reply:
    row = _keyed(talk)
    if row is None:
        return say("还没有练过。", press("开始对练", "practice.start"))
    if row.status == "open":
        return back_to_question(talk, say(f"还没有结束，说了 {len(row.turns)} 句。谈完说“结束对练”就有分。"))
    if row.state.get("drill"):
        return back_to_question(talk, say(f"{row.state['title']}：{_total(row)}。"))
    return back_to_question(talk, Reply(tuple(result_messages(talk, row, scored(row)))))


def _total(row: PracticeSession) -> str:
    return "未评估" if row.total is None else f"{row.total}分"


def sentence_number(text: str) -> int | None:
    """Return the N of “第N句”."""
    found = SENTENCE.search(text)
    if found is None:
        return None
    figure = found.group(1)
    if figure.isdigit():
        return int(figure)
    tens, _, ones = figure.rpartition("十")
    if "十" in figure:
        return (HAN.index(tens) if tens else 1) * 10 + (HAN.index(ones) if ones else 0)
    return HAN.index(figure) if len(figure) == 1 else None


def explain(talk: Talk) -> Reply:
    """Why a sentence was labelled so, or why a criterion got its points: turn, words, rule."""
    row = _keyed(talk)
    if row is None or row.state.get("drill"):
        return score(talk)
    number = sentence_number(talk.text)
    if number is not None:
        return back_to_question(talk, _explain_sentence(talk, row, number))
    if row.status == "open" or row.scorecard is None:
        return score(talk)
    criteria = row.scorecard["criteria"]
    asked = [c for c in criteria if c["name"] in talk.text or any(p in talk.text for p in _parts(c["name"]))]
    return back_to_question(talk, say("\n".join(_explained(talk, c) for c in asked or _weakest(criteria))))


def _parts(name: str) -> list[str]:
    return [name[:2], name[-2:]]


def _weakest(criteria: list[dict[str, Any]]) -> list[dict[str, Any]]:
    judged = [c for c in criteria if c["score"] is not None and c["max"]]
    return sorted(judged, key=lambda c: c["score"] - c["max"])[:3]


def _explained(talk: Talk, criterion: dict[str, Any]) -> str:
    named = names(talk)

    def text(words: str) -> str:
        for code, name in named.items():
            words = words.replace(code, f"“{name}”")
        return words

    lines = [f"【{criterion['name']}】{cards.points(criterion)}。规则：{criterion['rule']}。"]
    lines += [f"· 第{e['turn']}句“{cards.cut(e['quote'])}”：{text(e['note'])}" for e in criterion["evidence"][:5]]
    lines += [f"· 没有：{text(m)}" for m in criterion["missing"][:4]]
    return "\n".join(lines)


def _explain_sentence(talk: Talk, row: PracticeSession, number: int) -> Reply:
    turn = store.turn_number(row, number)
    if turn is None:
        return say(f"这一场没有第{number}句，一共 {len(row.turns)} 句。")
    line = next(x for x in store.lines_of(row) if x.turn == number)
    verdict = "（主管改判）" if turn.verdict else f"（把握 {round(100 * turn.confidence)}%）"
    lines = [f"第{number}句：“{turn.text}”", f"{feedback.remark(line, names(talk))}{verdict}", f"客户：“{line.reply}”"]
    buttons = [press("从这句再来", "practice.again", key=row.id, value=number)]
    if row.status == "closed" and row.user_id == talk.actor.user_id:
        buttons.append(press("我不同意这句", "practice.appeal", key=row.id, value=number))
    return say("\n".join(lines), *buttons)


def replay(talk: Talk) -> Reply:
    """The whole talk with labels, page by page."""
    row = _keyed(talk)
    if row is None:
        return say("还没有练过。", press("开始对练", "practice.start"))
    lines = store.lines_of(row)
    at = max(0, number_of(talk, "value"))
    shown = lines[at : at + PAGE]
    remarks = [feedback.remark(x, names(talk)) for x in shown]
    rows = cards.replay_rows(shown, remarks, row.persona["name"] if row.persona else "回应")
    text = "\n".join(f"{r['title']}\n   {r['subtitle']}" for r in rows)
    buttons = [press("往下看", "practice.replay", key=row.id, value=at + PAGE)] if at + PAGE < len(lines) else []
    buttons.append(press("看分数", "practice.score", key=row.id))
    title = f"回放：{title_of(row)}"
    note = "想从哪句重来，说“从第5句再来”；不同意哪句，说“我不同意第7句”。"
    return back_to_question(
        talk, Reply((Message(text, tuple(buttons), card("list", title, text=text, items=rows)), Message(note)))
    )


def again(talk: Talk) -> Reply:
    """Try again from sentence N: everything before it stands as it was, by the same seed."""
    row = _keyed(talk)
    number = number_of(talk, "value") if talk.reading.first("value") else sentence_number(talk.text)
    if row is None or number is None or row.user_id != talk.actor.user_id or row.state.get("drill"):
        return say("从哪一句再来？说“从第5句再来”。")
    if row.way == "exam" or store.turn_number(row, number) is None:
        return say("考核不能从半中间重来，再练一场吧。" if row.way == "exam" else f"这一场没有第{number}句。")
    return _branch(talk, row, number)


def _branch(talk: Talk, row: PracticeSession, number: int) -> Reply:
    world = store.world_of(row, talk.library.practice)
    before = [t for t in row.turns if t.number < number]
    state, first = client.begin(world)
    leave_open(talk)
    copied = {
        c: getattr(row, c) for c in ("way", "persona_code", "persona", "client_id", "difficulty", "seed", "level")
    }
    fresh = store.add(
        talk.session,
        talk.actor,
        talk.conversation.id,
        **copied,
        rubric=row.rubric,
        rubric_version=row.rubric_version,
        state={"client": state.to_json(), "last": first},
        branched_from=row.id,
    )
    last = first
    for turn in before:
        line = store.line_of(turn)
        store.keep_turn(fresh, line, turn.context, turn.confidence)
        state, last = _after(world, state, line), line.reply
    fresh.state = {"client": state.to_json(), "last": last.splitlines()[-1]}
    talk.session.flush()
    enter(talk)
    lead = f"从第{number}句再来，前面{len(before)}句照旧。" if before else "从头再来。"
    return say(lead, button("结束对练", "end_practice")).plus(practice_message(fresh))


def _after(world: client.World, state: ClientState, line: Any) -> ClientState:
    """Play a sentence again; the same seed brings the same state."""
    return client.respond(world, state, line.said)[0]


# --- appeals ---------------------------------------------------------------------------------------------------------


def appeal(talk: Talk) -> Reply:
    """“我不同意第7句”: the sentence goes to the lead, with the label it ought to have if one was said."""
    row = _keyed(talk)
    number = number_of(talk, "value") if talk.reading.first("value") else sentence_number(talk.text)
    if row is None or row.user_id != talk.actor.user_id:
        return say("还没有练过，没有可以申诉的。")
    if row.status == "open":
        return back_to_question(talk, say("谈完再看：结束之后说“我不同意第几句”。"))
    turn = store.turn_number(row, number) if number is not None else None
    if turn is None:
        return say(
            "不同意哪一句？说“我不同意第7句，应该是影响性”，我转给主管。",
            press("逐句回放", "practice.replay", key=row.id),
        )
    reason = "" if talk.text.startswith("/") else talk.text
    if verdicts.appeal(talk.session, talk.actor, turn, reason) is None:
        return say(f"第{number}句已经申诉过了，主管定了会改分。")
    wanted = claimed_label(talk.text, turn.move)
    asked = f"您认为是{MOVE_NAMES[wanted]}。" if wanted else ""
    return say(
        f"收到。第{number}句“{cards.cut(turn.text)}”现在判作{MOVE_NAMES[turn.move]}。{asked}已转给主管，定了之后这一场重新算分。"
    )


def claimed_label(text: str, machine: str) -> str | None:
    """Return the label that the manager says it ought to be."""
    found = [(m.start(), code) for code, words in LABEL_WORDS.items() if (m := re.search(words, text))]
    return next((code for _, code in sorted(found, reverse=True) if code != machine), None)


def spoken(talk: Talk) -> Reply | None:
    """“我不同意第7句”, “从第5句再来” are what they say after a practice, however they were read; None for all else."""
    if talk.text.startswith("/") or sentence_number(talk.text) is None or last_session(talk) is None:
        return None
    if AGAIN.search(talk.text):
        return again(talk)
    return appeal(talk) if APPEALS.search(talk.text) and talk.practice is None else None
