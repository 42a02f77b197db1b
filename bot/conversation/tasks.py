"""Tasks and logged visits of the manager."""

from __future__ import annotations

import re
from datetime import date

from bot.conversation.messages import Message, Reply, button, card, command, say
from bot.conversation.proposals import promised_day, respond
from bot.conversation.starting import find
from bot.conversation.talk import Talk, back_to_question
from bot.store import access, work
from bot.store.tables import Task

ASK = re.compile(
    r"^(?:请|麻烦)?(?:你)?(?:帮我|给我|替我)?(?:新建|创建|建|加|设|记|安排)?(?:一?[个条])?(?:待办|任务|提醒|日程)?(?:我(?:一下)?)?[，,：: ]*"
)
DONE_WORDS = re.compile(r"推迟|延期|顺延|改到|延到|挪到|往后")


def create(talk: Talk) -> Reply:
    """Take a task down. After a proposal, a client who names a day agrees to a next step: that is the visit's."""
    if talk.visit is not None and talk.state.phase in ("proposal", "commitment") and talk.reading.stance == "advance":
        return respond(talk)
    client, _, said = find(talk)
    due = promised_day(talk)
    title = _title(talk)
    task = work.add_task(talk.session, talk.actor, title, due, client)
    when = f"{due:%Y-%m-%d}（{'一二三四五六日'[due.weekday()]}）" if due else "没有定日子"
    who = f"，客户：{client.name}" if client else f"（“{said}”不在您的客户里，先记在标题里）" if said else ""
    shown = card(
        "task",
        "记好了",
        text=f"记好了：{task.title}，{when}{who}",
        task={"id": task.id, "title": task.title, "due_on": due.isoformat() if due else None},
    )
    return back_to_question(
        talk,
        Reply(
            (
                Message(
                    shown["text"],
                    (button("删掉这条", "complete_task", task=task.id), button("我的待办", "list_tasks")),
                    shown,
                ),
            )
        ),
    )


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
    tasks = [t for t in access.tasks_of(talk.session, talk.actor) if _within(t, talk)]
    if not tasks:
        return back_to_question(talk, say("没有待办。要记一条，就说“下周三提醒我回访海达”。"))
    rows = [
        {
            "title": t.title,
            "subtitle": "·".join(
                x for x in (_due(t, talk.today), t.client.short_name or t.client.name if t.client else "") if x
            ),
            "payload": command("complete_task", task=t.id),
        }
        for t in tasks[:15]
    ]
    head = f"待办{len(tasks)}条（点一下就标记完成）"
    talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
    shown = card(
        "list",
        head,
        text="\n".join([head, *(f"{i}. {r['title']}（{r['subtitle']}）" for i, r in enumerate(rows, 1))]),
        items=rows,
    )
    return back_to_question(talk, Reply((Message(shown["text"], card=shown),)))


def _within(task: Task, talk: Talk) -> bool:
    """A day or week that is named narrows the list; overdue tasks always show."""
    for value in talk.reading.values("date"):
        end = value.get("end") if isinstance(value, dict) else value
        if end:
            return task.due_on is not None and task.due_on <= date.fromisoformat(str(end)[:10])
    return True


def _due(task: Task, today: date) -> str:
    if task.due_on is None:
        return "没定日子"
    days = (task.due_on - today).days
    return {0: "今天", 1: "明天"}.get(days, f"已过期{-days}天" if days < 0 else f"{task.due_on:%m月%d日}")


def complete(talk: Talk) -> Reply:
    """Done, or put off when a new day is named with 推迟/改到."""
    wanted = talk.reading.first("task")
    open_tasks = list(access.tasks_of(talk.session, talk.actor))
    if wanted is not None:
        matching = [t for t in open_tasks if str(t.id) == str(wanted.value)]
    else:
        matching = _matching(talk, open_tasks)
    if not matching:
        return back_to_question(talk, say("没找到是哪一条。看看清单，点一下就行。", button("我的待办", "list_tasks")))
    if len(matching) > 1:
        rows = [
            {"title": t.title, "subtitle": _due(t, talk.today), "payload": command("complete_task", task=t.id)}
            for t in matching[:8]
        ]
        talk.pend("choose", options=[r["payload"] for r in rows], titles=[r["title"] for r in rows])
        shown = card(
            "list",
            "是哪一条？",
            text="\n".join(["是哪一条？", *(f"{i}. {r['title']}" for i, r in enumerate(rows, 1))]),
            items=rows,
        )
        return back_to_question(talk, Reply((Message(shown["text"], card=shown),)))
    task, due = matching[0], promised_day(talk)
    if due is not None and DONE_WORDS.search(talk.text):
        task.due_on = due
        return back_to_question(talk, say(f"改到{due:%m月%d日}了：{task.title}"))
    work.complete(task, talk.now)
    return back_to_question(talk, say(f"完成了：{task.title}"))


def _matching(talk: Talk, tasks: list[Task]) -> list[Task]:
    client, _, _ = find(talk)
    if client is not None:
        return [t for t in tasks if t.client_id == client.id]
    words = set(re.findall(r"[\u4e00-\u9fff]{2}", talk.text))
    scored = [(sum(w in t.title for w in words), t) for t in tasks]
    best = max((s for s, _ in scored), default=0)
    return [t for s, t in scored if s == best] if best else (tasks if len(tasks) == 1 else [])


def log_visit(talk: Talk) -> Reply:
    client, _, said = find(talk)
    if client is None and talk.visit is not None:
        client = talk.visit.client
    days = [v if isinstance(v, str) else v.get("start") for v in talk.reading.values("date")]
    on = next((d for v in days if v and (d := date.fromisoformat(str(v)[:10])) <= talk.today), talk.today)
    work.log_visit(talk.session, talk.actor, talk.text, on, client)
    who = client.name if client else f"“{said}”（不在您的客户里）" if said else "没说是哪位客户"
    return back_to_question(talk, say(f"拜访记录写好了：{on:%m月%d日}，{who}。原话已留底。"))
