"""Tasks of the manager: taken down, listed, done, put off, cancelled; each change can be taken back by one tap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from bot.conversation.messages import Message, Reply, button, card, command, item, press, say, section
from bot.conversation.proposals import respond
from bot.conversation.starting import find
from bot.conversation.talk import Talk, back_to_question
from bot.conversation.visit_logs import log_visit
from bot.store import access, work
from bot.store.tables import Task
from bot.work.due import Due, day_text, due_in, period_in, put_off_to

__all__ = ["again", "cancel", "complete", "create", "list_tasks", "log_visit", "reopen"]

LONGEST = 600  # characters of a text without its card
MOST = 12  # tasks of one list
ASK = re.compile(
    r"^(?:请|麻烦)?(?:你)?(?:帮我|给我|替我)?(?:新建|创建|建|加|设|记|安排)?(?:一?[个条])?(?:待办|任务|提醒|日程)?(?:我(?:一下)?)?[，,：: ]*"
)
PUT_OFF = re.compile(r"推迟|推到|推后|推一|往后推|延期|延后|延到|顺延|改到|改成|改期|挪到|往后|缓一缓|晚点")
CANCEL = re.compile(r"取消|不用[了做去]|作废|删[掉除]|撤掉|不做了|不去了|算了")
BARE = re.compile(
    r"把|给|的|了|到|这|那|条|个|已经|完成|做完|办完|搞定|弄好|任务|待办|日程|安排|推迟|推到|延期|改到|改成|取消|删掉|删除|不用|我"
)


def create(talk: Talk) -> Reply:
    """Take a task down. After a proposal, a client who names a day agrees to a next step: that is the visit's."""
    if talk.visit is not None and talk.state.phase in ("proposal", "commitment") and talk.reading.stance == "advance":
        return respond(talk)
    client, _, said = find(talk)
    due = due_in(talk.reading.entities, talk.today)
    named = due[0] if due else None
    task = work.add_task(
        talk.session, talk.actor, _title(talk), named.day if named else None, client, at=named.at if named else None
    )
    when = _created_for(named)
    who = f"，客户：{client.name}" if client else f"（“{said}”不在您的客户里，先记在标题里）" if said else ""
    text = f"记好了：{task.title}，{when}{who}"
    due_on = task.due_on.isoformat() if task.due_on else None
    shown = card("task", "记好了", text=text, task={"id": task.id, "title": task.title, "due_on": due_on})
    buttons = (press("删掉这条", "work.cancel", key=task.id), button("我的待办", "list_tasks"))
    return back_to_question(talk, Reply((Message(text, buttons, shown),)))


def _created_for(due: Due | None) -> str:
    if due is None:
        return "没有定日子"
    hour = due.part or (f"{due.at:%H:%M}" if due.at else "")
    return f"{due.day:%Y-%m-%d}（{'一二三四五六日'[due.day.weekday()]}）{hour}"


def _title(talk: Talk) -> str:
    """The sentence without the asking and the day, which stand beside it."""
    text = talk.text
    for entity in reversed([e for e in talk.reading.entities if e.type == "date"]):
        text = text[: entity.start] + text[entity.end :]
    text = re.sub(r"(?:提醒|叫|喊)(?:一下)?我(?:一下)?|记得|别忘了?", "", ASK.sub("", text, count=1)).strip(
        " ，,。.！!的"
    )
    return (text or talk.text)[:120]


def list_tasks(talk: Talk) -> Reply:
    """The tasks of the days named, else all; today's list shows the rhythm of the day beside them."""
    tasks = list(access.tasks_of(talk.session, talk.actor))
    period = period_in(talk.reading.entities)
    client, _, _ = find(talk)
    if client is not None:
        tasks = [t for t in tasks if t.client_id == client.id]
    late = [t for t in tasks if t.due_on is not None and t.due_on < talk.today]
    if period is not None:
        tasks = [t for t in tasks if t.due_on is not None and period[0] <= t.due_on <= period[1]]
    today = period is not None and period[0] == period[1] == talk.today
    if today:
        tasks = [*late, *tasks]
    head = _head(talk, tasks, period, client.short_name or client.name if client else "")
    notes = (
        [f"另有{len(late)}条过了日子，说“我的待办”能看到。"]
        if period and not today and late and late[0] not in tasks
        else []
    )
    return back_to_question(talk, _listed(talk, tasks, [head, *notes], today))


def _head(talk: Talk, tasks: Sequence[Task], period: Any, client: str) -> str:
    where = f"{period[2]}的" if period else f"{client}的" if client else ""
    if not tasks:
        return f"{where}没有待办。要记一条，就说“下周三提醒我回访海达”。"
    return f"{where}待办{len(tasks)}条（点一下就标记完成）"


def _listed(talk: Talk, tasks: Sequence[Task], heads: list[str], today: bool) -> Reply:
    rows = [
        {"title": t.title, "subtitle": _beside(talk, t), "payload": command("complete_task", task=t.id)}
        for t in tasks[:MOST]
    ]
    rhythm = _rhythm(talk) if today else []
    if not rows and not rhythm:
        return say("\n".join(heads))
    if rows:
        talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
    more = [f"还有{len(tasks) - MOST}条。"] if len(tasks) > MOST else []
    lines = [f"{i}. {r['title'][:30]}（{r['subtitle']}）" for i, r in enumerate(rows, 1)]
    text = "\n".join([*heads, *lines, *more, *rhythm])
    shown = card(
        "list", heads[0], [section("今天的节奏", (item(line) for line in rhythm))], text=text[:LONGEST], items=rows
    )
    return Reply((Message(text[:LONGEST], card=shown),))


def _rhythm(talk: Talk) -> list[str]:
    """Two new clients, three known ones, four calls: shown gently, by what was logged."""
    midnight = datetime.combine(talk.today, time(), talk.now.tzinfo)
    day = work.day_of(talk.session, talk.actor, talk.today, midnight)
    return [f"今天：{day.line}。{day.word}"]


def _beside(talk: Talk, task: Task) -> str:
    if task.due_on is None:
        when = "没定日子"
    elif task.due_on < talk.today:
        when = f"原定{task.due_on.month}月{task.due_on.day}日"
    else:
        when = day_text(task.due_on, talk.today)
    hour = f" {task.due_time:%H:%M}" if task.due_time else ""
    who = task.client.short_name or task.client.name if task.client else ""
    return "·".join(x for x in (when + hour, who) if x)


def complete(talk: Talk) -> Reply:
    """Done; or put off, when the sentence says 推到 and names a day; or cancelled."""
    wanted = talk.reading.first("task")
    tasks = list(access.tasks_of(talk.session, talk.actor))
    if wanted is not None:
        fitting = [t for t in tasks if str(t.id) == str(wanted.value)]
    else:
        client, _, _ = find(talk)
        fitting = work.matching(tasks, client.id if client else None, _words(talk.text))
    if not fitting:
        return back_to_question(talk, say("没找到是哪一条。看看清单，点一下就行。", button("我的待办", "list_tasks")))
    do, value = _wanted(talk)
    if len(fitting) > 1:
        return back_to_question(talk, _which(talk, fitting, do, value))
    return back_to_question(talk, _carried_out(talk, fitting[0], do, value))


def _words(text: str) -> list[str]:
    plain = BARE.sub(" ", text)
    return [
        plain[i : i + 2]
        for i in range(len(plain) - 1)
        if not plain[i : i + 2].isspace() and " " not in plain[i : i + 2]
    ]


def _wanted(talk: Talk) -> tuple[str, str]:
    """Return (work.done | work.cancel | work.later, the sentence for 推到)."""
    if CANCEL.search(talk.text) and not PUT_OFF.search(talk.text):
        return "work.cancel", ""
    return ("work.later", talk.text) if PUT_OFF.search(talk.text) else ("work.done", "")


def _which(talk: Talk, tasks: Sequence[Task], do: str, value: str) -> Reply:
    rows = [
        {"title": t.title, "subtitle": _beside(talk, t), "payload": press("", do, key=t.id, value=value).payload}
        for t in tasks[:8]
    ]
    talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
    lines = [f"{i}. {r['title'][:30]}（{r['subtitle']}）" for i, r in enumerate(rows, 1)]
    text = "\n".join(["是哪一条？", *lines])[:LONGEST]
    return Reply((Message(text, card=card("list", "是哪一条？", text=text, items=rows)),))


def _carried_out(talk: Talk, task: Task, do: str, sentence: str) -> Reply:
    if do == "work.cancel":
        work.cancel(task)
        return say(f"取消了：{task.title}", press("撤销", "work.reopen", key=task.id))
    if do == "work.done":
        work.complete(task, talk.now)
        return say(f"完成了：{task.title}", press("撤销", "work.reopen", key=task.id))
    due = put_off_to(sentence, talk.reading.entities, task.due_on, talk.today)
    if due is None:
        days = (("明天", 1), ("三天后", 3), ("下周", 7))
        return say(
            f"“{task.title}”改到哪天？",
            *(press(name, "work.later", key=task.id, value=name if n > 1 else "明天") for name, n in days),
        )
    old = task.due_on
    task.due_on, task.due_time = due.day, due.at or task.due_time
    hour = due.part or (f"{due.at:%H:%M}" if due.at else "")
    back = press("改回去", "work.later", key=task.id, value=f"={old.isoformat()}") if old else None
    return say(f"改到{due.day:%m月%d日}{hour}了：{task.title}", *([back] if back else []))


def _pressed(talk: Talk) -> Task | None:
    key = talk.reading.first("key")
    found = work.own_task(talk.session, talk.actor, int(str(key.value))) if key and str(key.value).isdecimal() else None
    return found if found is None or found.client_id is None else access.task_of(talk.session, talk.actor, found.id)


def pressed_as(do: str) -> Any:
    """Return the handler of a button on one task."""

    def run(talk: Talk) -> Reply:
        task, value = _pressed(talk), talk.reading.first("value")
        if task is None or task.status != "open":
            return back_to_question(talk, say("这条已经不在待办里了。", button("我的待办", "list_tasks")))
        sentence = str(value.value) if value else ""
        return back_to_question(talk, _carried_out(talk, task, do, sentence))

    return run


def again(talk: Talk) -> Reply:
    """The button of another day: `value` is a sentence (明天, 把…推到下周一), or =ISO day."""
    task, value = _pressed(talk), talk.reading.first("value")
    if task is None or value is None:
        return back_to_question(talk, say("这条已经不在待办里了。", button("我的待办", "list_tasks")))
    sentence = str(value.value)
    if sentence.startswith("="):
        task.due_on = datetime.fromisoformat(sentence[1:]).date()
        return back_to_question(talk, say(f"改回{task.due_on:%m月%d日}了：{task.title}"))
    days = {"明天": 1, "三天后": 3, "下周": 7}.get(sentence)
    if days is not None:
        task.due_on = talk.today + timedelta(days)
        return back_to_question(talk, say(f"改到{task.due_on:%m月%d日}了：{task.title}"))
    talk.reading = reread(talk, sentence)
    return back_to_question(talk, _carried_out(talk, task, "work.later", sentence))


def reread(talk: Talk, sentence: str) -> Any:
    """The figures and dates of a sentence that a button carries."""
    from dataclasses import replace

    from bot.reading import Entity
    from bot.zh.extract import extract

    found = tuple(Entity(s.type, s.text, s.start, s.end, s.value) for s in extract(sentence, talk.now))
    return replace(talk.reading, text=sentence, entities=found)


def reopen(talk: Talk) -> Reply:
    """Take back 完成 or 取消."""
    task = _pressed(talk)
    if task is None:
        return back_to_question(talk, say("没有找到这一条。"))
    work.reopen(task)
    return back_to_question(talk, say(f"恢复了：{task.title}"))


done, cancel = pressed_as("work.done"), pressed_as("work.cancel")
