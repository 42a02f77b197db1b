"""What the figures say of a client: tier, GE matrix, contribution, lifecycle, 80/20; computed now, with formula and inputs."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from bot.conversation.meant import client_meant
from bot.conversation.messages import Button, Message, Reply, card, item, press, say, section
from bot.conversation.talk import Talk, back_to_question
from bot.intelligence.contribution import KIND_NAMES, Contribution
from bot.intelligence.engine import Insight, Place, evaluate
from bot.intelligence.figures import write, yuan
from bot.intelligence.model import NOT_RATED, Rules, Score
from bot.intelligence.plot import Point, svg
from bot.store import access, insight
from bot.store.tables import Client

LONGEST = 600  # characters of the text on a channel without cards
NOT_RUN = "还没有算过同业对照和二八分布（管理员运行 wenxu insight run）"


def pressed_client(talk: Talk) -> Client | None:
    """Return the client whose id the pressed button carries. Raises NotReachable."""
    key = talk.reading.first("key")
    text = str(key.value) if key else ""
    return access.client_by_id(talk.session, talk.actor, int(text)) if text.isdecimal() and len(text) < 19 else None


def insight_button(client: Client, title: str = "层级和 GE 矩阵") -> Button:
    return press(title, "insight.show", key=client.id)


def show(talk: Talk) -> Reply:
    """Everything computed of one client; what the record says of the tier stands beside it."""
    client = pressed_client(talk)
    if client is None:
        client, instead = client_meant(talk, "client_profile")
        if client is None:
            return back_to_question(talk, instead)
    rules = talk.library.insight
    found = evaluate(insight.inputs_of(talk.session, client), rules, talk.today)
    standing = insight.standing(talk.session, client.segment, found.peer_group)
    sections = [
        section("层级", _tier(found, client, rules)),
        section("GE 矩阵", _place(found.place, rules) if found.place else []),
        section("综合贡献（一年，内部口径）", _contribution(found.contribution, talk)),
        section("生命周期与留存", _life(found, rules)),
        section("二八与潜力", _pareto(found, standing)),
    ]
    text = _text(client, found, standing)
    shown = card(
        "client", f"{client.name} · 客户分析", sections, text=text, id=client.id, **_drawn(found.place, client, rules)
    )
    return back_to_question(talk, Reply((Message(text, _buttons(talk, client, found), shown),)))


def _buttons(talk: Talk, client: Client, found: Insight) -> tuple[Button, ...]:
    buttons = [press("我的 GE 矩阵", "insight.matrix")] if found.place else []
    waiting = insight.open_proposal(talk.session, client)
    if talk.actor.role != access.MANAGER and waiting:
        buttons += [
            press(f"定为{waiting.tier}", "insight.accept", key=client.id),
            press("层级不变", "insight.refuse", key=client.id),
        ]
    elif found.tier and found.tier != client.tier and not waiting:
        buttons.append(press("请主管定层级", "insight.propose", key=client.id))
    return tuple(buttons)


def _tier(found: Insight, client: Client, rules: Rules) -> list[dict[str, str]]:
    """The decided tier first: a computed one is a proposal, never the record."""
    rows = [
        item(client.tier or "没有记录", "记录里的层级"),
        item(found.tier or NOT_RATED, "按数测算", "只是建议，由主管定"),
    ]
    rows += [item(found.tier_score.formula(), "怎么算的"), *_parts(found.tier_score)]
    rhythm = rules.tier_visits.get(client.tier or found.tier)
    return [*rows, *([item(rhythm, "走动要求")] if rhythm else [])]


def _parts(score: Score) -> Iterable[dict[str, str]]:
    return (
        item(
            write(p.value, p.unit),
            p.name,
            f"{p.score}分，权重{p.weight}" if p.score is not None else f"{NOT_RATED}，权重{p.weight}没算进去",
        )
        for p in score.parts
    )


def _place(place: Place, rules: Rules) -> list[dict[str, str]]:
    named = f"{place.ge_class}类：{rules.classes.get(place.ge_class, '')}" if place.ge_class else NOT_RATED
    rows = [item(named, "位置")]
    for axis, score in ((rules.attractiveness, place.attractiveness), (rules.competitiveness, place.competitiveness)):
        rows += [item(score.formula(), axis.name), *_parts(score)]
    return [*rows, item("两两比较得出，写在 data/intelligence/ge.yml", "权重")]


def _contribution(brings: Contribution, talk: Talk) -> list[dict[str, str]]:
    names = {code: p.name for code, p in talk.library.catalogue.products.items()} | {"current_account": "活期账户"}
    if brings.gross is None:
        return [item(NOT_RATED, "", "没有能估的产品")]
    rows = [
        item(yuan(brings.gross), "合计", "、".join(f"{KIND_NAMES[k]}{yuan(v)}" for k, v in brings.by_kind().items()))
    ]
    net = NOT_RATED if brings.net is None else yuan(brings.net)
    risk = "信用等级不知道" if brings.risk is None else f"资本{yuan(brings.capital)}、预期损失{yuan(brings.risk)}"
    rows.append(item(net, "扣除资本和风险以后", risk))
    rows += [item(yuan(x.amount), names.get(x.code, x.code), x.formula()) for x in brings.lines if x.amount is not None]
    gone = "、".join(f"{names.get(x.code, x.code)}（{x.why}）" for x in brings.lines if x.amount is None)
    rows += [item(gone, "未估")] if gone else []
    return [*rows, item(talk.library.insight.rates_source, "毛利差")]


def _life(found: Insight, rules: Rules) -> list[dict[str, str]]:
    rows = [item(found.stage or NOT_RATED, "生命周期", found.stage_why)]
    stay = found.retention
    if stay.chance:
        rows.append(
            item(
                f"留下来的机会约{stay.chance}" if stay.chance[0].isdigit() else f"留下来的机会{stay.chance}",
                stay.when,
                stay.source,
            )
        )
    else:
        rows.append(item(NOT_RATED, f"留存（{found.products}个产品）", f"{rules.retention.source}，没有说到这种组合"))
    return rows


def _pareto(found: Insight, standing: insight.Standing) -> list[dict[str, str]]:
    if standing.as_of is None:
        return [item(NOT_RUN)]
    gross, rows = found.contribution.gross, []
    if standing.cutoff is not None:
        where = NOT_RATED if gross is None else "在内" if gross >= standing.cutoff else "不在内"
        share = Decimal(standing.top_clients) / max(standing.clients, 1)
        note = f"贡献{yuan(standing.cutoff)}以上的{standing.top_clients}位（{write(share, 'rate')}）带来八成"
        rows.append(item(where, "带来八成贡献的客户", note))
    rows.append(item(*_potential(gross, standing)))
    return rows


def _potential(gross: Decimal | None, standing: insight.Standing) -> tuple[str, str, str]:
    """What similar clients bring on average, beyond what this one brings."""
    if gross is None or standing.mean is None or standing.peers < 5:
        return NOT_RATED, "潜力", "同业同规模的客户不够五家，或者自己的贡献未评"
    note = f"{standing.peers}家同业同规模客户平均{yuan(standing.mean)}，减去自己的{yuan(gross)}"
    return yuan(max(standing.mean - gross, Decimal(0))), "潜力", note


def _drawn(place: Place | None, client: Client, rules: Rules) -> dict[str, Any]:
    if place is None or place.attractiveness.value is None or place.competitiveness.value is None:
        return {}
    point = Point(client.short_name or client.name, place.competitiveness.value, place.attractiveness.value)
    return {"svg": svg([point], rules.low, rules.high, f"{point.name}在 GE 矩阵里的位置")}


def _text(client: Client, found: Insight, standing: insight.Standing) -> str:
    """The same in a few lines, for channels without cards."""
    brings = found.contribution
    lines = [
        f"{client.name} · 客户分析",
        f"· 层级：记录{client.tier or '没有'}，测算{found.tier or NOT_RATED}（{found.tier_score.formula()}；只是建议，由主管定）",
    ]
    if found.place:
        a, s = found.place.attractiveness.value, found.place.competitiveness.value
        lines.append(
            f"· GE 矩阵：{found.place.ge_class or NOT_RATED}类，吸引力{a or NOT_RATED}，竞争力{s or NOT_RATED}"
        )
    lines.append(
        f"· 综合贡献：{NOT_RATED if brings.gross is None else yuan(brings.gross)}，扣除资本和风险后{NOT_RATED if brings.net is None else yuan(brings.net)}"
    )
    lines.append(f"· 生命周期：{found.stage or NOT_RATED}（{found.stage_why}）")
    lines += [f"· {i.get('label', '')}：{i['value']}" for i in _pareto(found, standing) if i.get("label")]
    text = "\n".join(lines)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def matrix(talk: Talk) -> Reply:
    """The clients within reach in one matrix, as the last run placed them."""
    rules, rows = talk.library.insight, insight.plotted(talk.session, talk.actor)
    if not rows:
        return back_to_question(talk, say(f"矩阵里还没有客户。{NOT_RUN}。"))
    drawn = svg([Point(name, s, a) for _, name, s, a, _ in rows], rules.low, rules.high, "我的客户")
    sections = [
        section(
            f"{grade}类 · {rules.classes.get(grade, '')}",
            (item(f"吸引力{a} 竞争力{s}", name) for _, name, s, a, g in rows if g == grade),
        )
        for grade in "ABC"
    ]
    head = f"GE 矩阵：{len(rows)}位客户"
    lines = [
        f"【{g}类】" + "、".join(name for _, name, _, _, c in rows if c == g)
        for g in "ABC"
        if any(r[4] == g for r in rows)
    ]
    text = "\n".join([head, *lines])[:LONGEST]
    shown = card("client", head, sections, text=text, svg=drawn)
    buttons = [press("层级有变化的", "insight.moved")]
    return back_to_question(talk, Reply((Message(text, tuple(buttons), shown),)))


def moved(talk: Talk) -> Reply:
    """Clients whose computed tier differs from the decided one; those put before the lead first."""
    waiting = insight.proposals_waiting(talk.session, talk.actor)
    total, rows = insight.moved_tiers(talk.session, talk.actor, 10)
    asked = {p.client_id for p in waiting}
    items = [_moved(p.client, p.tier, "等主管定") for p in waiting]
    items += [_moved(c, tier, f"{score}分") for c, tier, score in rows if c.id not in asked]
    if not items:
        return back_to_question(talk, say("测算出的层级和记录里的都一样。"))
    head = f"测算层级和记录不一样的：{total}位" + (f"，等主管定的{len(waiting)}位" if waiting else "")
    text = "\n".join([head, *(f"· {i['title']}：{i['subtitle']}" for i in items)])[:LONGEST]
    return back_to_question(talk, Reply((Message(text, card=card("list", head, text=text, items=items)),)))


def _moved(client: Client, tier: str, note: str) -> dict[str, str]:
    return {
        "title": client.name,
        "subtitle": f"{client.tier or '没有记录'} → {tier}（{note}）",
        "payload": insight_button(client).payload,
    }


__all__ = ["insight_button", "matrix", "moved", "pressed_client", "show"]
