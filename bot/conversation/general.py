"""Greetings, help, yes and no, objections to the bot, and what it could not make out."""

from __future__ import annotations

from bot.conversation import clients, lookups, starting, visits
from bot.conversation.messages import Button, Reply, button, command, say
from bot.conversation.talk import Talk, back_to_question, question_message
from bot.store import review
from bot.store import visits as visit_rows
from bot.visit.speaker import doubtful_is_clients

INTENT_NAMES = {  # how a reading is offered back: a thing the manager would say
    "start_visit": "开始一次拜访",
    "resume_visit": "接着上次的拜访",
    "report_reply": "这是客户说的话",
    "next_question": "下一个问题",
    "skip_question": "跳过这个问题",
    "previous_question": "回到上一个问题",
    "rephrase_question": "换个问法",
    "why_question": "为什么问这个",
    "next_stage": "进入下一个环节",
    "visit_summary": "看总结",
    "end_visit": "结束拜访",
    "recommend_bundle": "出方案",
    "explain_bundle": "解释方案",
    "why_withheld": "为什么没推某个产品",
    "product_info": "查产品",
    "compare_products": "比较产品",
    "list_products": "产品清单",
    "method_info": "查方法",
    "client_profile": "看客户资料",
    "client_holdings": "看客户持有的产品",
    "client_needs": "看客户的需要",
    "list_clients": "列出客户",
    "create_task": "记一条待办",
    "list_tasks": "看待办",
    "start_practice": "开始对练",
    "practice_history": "看对练成绩",
    "help": "看我能做什么",
}
NEEDS_WORDS = {
    "product_info",
    "compare_products",
    "client_profile",
    "client_holdings",
    "report_reply",
    "create_task",
    "list_clients",
}


def greet(talk: Talk) -> Reply:
    reply = say("您好，我是问需。今天见哪位客户？", *_offers(talk))
    return back_to_question(talk, reply)


def _offers(talk: Talk) -> tuple[Button, ...]:
    waiting = visit_rows.unfinished(talk.session, talk.actor)
    if talk.visit is not None:
        return ()
    first = tuple(
        button(f"接着和{v.client.short_name or v.client.name}", "resume_visit", client=v.client_id, visit=v.id)
        for v in waiting[:1]
    )
    return (*first, button("准备拜访", "start_visit"), button("我的待办", "list_tasks"), button("能做什么", "help"))


def help_(talk: Talk) -> Reply:
    if talk.visit is not None:
        text = (
            "把客户的话原样打给我就行（“财务说每个月对账要三四天”），我来判断是哪类需要。\n"
            "随时可以说：下一个、跳过、上一个、换个问法、为什么问这个、直接到影响、总结、出方案、结束。\n"
            "记错了就说“不是12家，是21家”或“这个不算问题”；说“撤销”退回一步。\n查产品、看客户、记待办也随时可以，查完会回到这个问题。"
        )
    else:
        text = (
            "我能做这些：\n· 陪您拜访：说“帮我准备明天拜访华星集团”，一步步问到明确需求，再出方案\n"
            "· 查产品：“协定存款起存多少”“福费廷和保理有什么区别”\n· 查方法：“四类问题是什么”“FAB怎么用”\n"
            "· 看客户：“海达的资料”“三个月没联系的客户”\n· 记待办：“下周三提醒我回访海达”\n· 对练：说“开始对练”，我来演客户，练完给分"
        )
    return back_to_question(talk, say(text, *_offers(talk)))


def thanks(talk: Talk) -> Reply:
    return back_to_question(talk, say("不客气。"))


def goodbye(talk: Talk) -> Reply:
    if talk.visit is not None:
        return visits.pause(talk)
    if talk.reading.values("client"):  # 明天见任思远 is no farewell
        return starting.start(talk)
    return say("好，回头见。")


def affirm(talk: Talk) -> Reply:
    kind = (talk.conversation.pending or {}).get("kind")
    if kind == "new_prospect":
        return starting.new_prospect(talk)
    if kind == "update":
        return clients.confirm_update(talk)
    if kind == "restart":
        talk.pend(None)
        return visits.start_over(talk)
    return visits.report(talk) if talk.visit is not None else say("好的。需要什么就说。", *_offers(talk))


def deny(talk: Talk) -> Reply:
    if talk.conversation.pending:
        talk.pend(None)
        return back_to_question(talk, say("好，不动。"))
    return visits.report(talk) if talk.visit is not None else say("好的，那先不弄。", *_offers(talk))


def stop(talk: Talk) -> Reply:
    if (reply := visits.mended(talk)) is not None:
        return reply
    talk.pend(None)
    return visits.pause(talk) if talk.visit is not None else say("好，停下了。", *_offers(talk))


def restart(talk: Talk) -> Reply:
    if talk.visit is None:
        talk.pend(None)
        return say("好，重新来。要做什么？", *_offers(talk))
    if not talk.state.ledger and not talk.state.learned:
        return visits.start_over(talk)
    talk.pend("restart")
    return say("重新开始会清掉这次已经记下的内容，确定吗？", button("重新开始", "affirm"), button("不，接着问", "deny"))


def bot_challenge(talk: Talk) -> Reply:
    text = (
        "我是程序，不是人。问题和方案都按写好的规则来：需要只认客户的原话，产品只引目录里的条款，算账会列出公式和来源，"
        "没有的数我不编。觉得哪里不对，直接告诉我。"
    )
    return back_to_question(talk, say(text))


def disagree(talk: Talk) -> Reply:
    """An objection to the bot: undo or correct what it names, else offer the ways to mend it. Kept for review."""
    if (reply := visits.mended(talk)) is not None:
        return reply
    review.keep_last(talk.session, talk.conversation, talk.actor.user_id, "disagree")
    if talk.visit is None:
        return say("我可能理解错了，已经记下来供复核。您换个说法，我再试一次。", *_offers(talk))
    options = (button("撤回上一步", "undo"), button("换个问法", "rephrase_question"), button("跳过", "skip_question"))
    lead = "我可能弄错了，已经记下来供复核。要撤回上一步，还是换个问法？也可以直接说正确的，比如“不是12家，是21家”。"
    reply = say(lead, *options)
    return reply.plus(question_message(talk, talk.state)) if talk.state.open else reply


def out_of_scope(talk: Talk) -> Reply:
    if (reply := lookups.rescued(talk)) is not None:
        return reply
    return back_to_question(
        talk, say("这个我帮不上。我会陪您拜访客户、陪您对练、查产品和方法、看客户、记待办。", *_offers(talk))
    )


def fallback(talk: Talk) -> Reply:
    """Not sure: offer the two likeliest readings; far from sure: admit it. In a visit the words may be the client's."""
    if (reply := visits.mended(talk)) is not None:
        return reply
    pending = talk.conversation.pending or {}
    if pending.get("kind") == "client_name" and 1 < len(talk.text) <= 30:
        return starting.offer_prospect(talk, talk.text.strip())
    if (reply := lookups.rescued(talk)) is not None:
        return reply
    review.keep(talk.session, talk.text, talk.conversation.mode, talk.reading, "fallback", talk.actor.user_id)
    options = [name for name, _ in talk.reading.ranking if name in INTENT_NAMES][:2]
    if talk.visit is not None and doubtful_is_clients(talk.reading, talk.state.open is not None, options):
        return visits.report(talk)
    if talk.visit is None and talk.reading.values("client") and "start_visit" not in options:
        options = ["start_visit", *options[:1]]
    if talk.visit is not None and "report_reply" not in options:
        options = ["report_reply", *options[:1]]
    if not options or talk.reading.confidence == 0:
        return back_to_question(talk, say("没听明白。换个说法试试，或者看看我能做什么。", button("能做什么", "help")))
    buttons = tuple(Button(INTENT_NAMES[name], command("reread", intent=name)) for name in options)
    return say("不太确定您的意思，是：", *buttons, button("都不是", "deny"))
