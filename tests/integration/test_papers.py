"""Papers from a visit to the file in hand: asked for, made, opened, and refused to everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import jwt
import pytest
from docx import Document
from starlette.testclient import TestClient

from bot.ops.errors import OpsError
from bot.ops.papers import install
from bot.papers.links import AUDIENCE, HOURS, Links
from bot.papers.word import words
from bot.settings import ROOT
from bot.store.tables import Audit, Client, Commitment, Paper
from bot.web.app import create_app
from tests.support.house import HENGTAI, HUAXING, House, card, payload, texts, titles

WANT = "要是能自动对账就好了，当天看到差异"


@pytest.fixture
def web(house: House) -> Iterator[TestClient]:
    with TestClient(create_app(container=house.container), raise_server_exceptions=False) as client:
        yield client


async def visited(house: House) -> None:
    """A visit to 华星 with a wish, a proposal and a promise."""
    await house.say(f'/start_visit{{"client": "{HUAXING}"}}')
    await house.say(house.read("财务三个人每个月对账要花四天", stance="implied_need", needs={"reconciliation": 0.96}))
    await house.say(house.read(WANT, stance="explicit_need", needs={"reconciliation": 0.97}))
    await house.say(house.read("出方案", "recommend_bundle"))
    await house.say(house.read("下周三上午你们带产品经理来给财务总监讲一下", stance="advance"))
    await house.say(house.read("结束拜访", "end_visit"))


async def made(house: House, kind: str = "plan", client: int = HUAXING, as_: str = "zhangwei"):
    return await house.say(f'/press{{"do": "papers.make", "key": "{client}", "value": "{kind}"}}', as_=as_)


async def link(house: House, kind: str = "plan") -> str:
    return card(await made(house, kind), "document")["link"]


@pytest.mark.parametrize("kind", ["brief", "needs", "plan", "record"])
async def test_each_paper_is_made_from_the_visit_and_opens_as_page_and_as_word_file(house, web, kind):
    await visited(house)
    address = await link(house, kind)
    page = web.get(address)
    assert page.status_code == 200
    assert "华星机械集团有限公司" in page.text
    assert "style=" not in page.text
    assert page.headers["cache-control"] == "no-store"
    file = web.get(f"{address}/file")
    assert "attachment" in file.headers["content-disposition"]
    text = words(file.content)
    assert "华星机械集团有限公司" in text
    assert "{{" not in text
    assert (WANT in text) == (kind in ("needs", "plan", "record", "brief"))


async def test_what_goes_to_the_client_holds_nothing_internal(house, web):
    await visited(house)
    for kind in ("needs", "plan"):
        text = words(web.get(f"{await link(house, kind)}/file").content)
        for internal in ("内部", "综合贡献", "综合收益", "暂不推", "这次不推", "信用等级", "跟进："):
            assert internal not in text, (kind, internal)


async def test_a_name_with_angle_brackets_and_ampersands_survives(house, web):
    with house.container.database.session() as session:
        session.get_one(Client, HUAXING).name = "A&B <华星> “集团”"
        session.commit()
    await visited(house)
    address = await link(house)
    assert "A&B <华星> “集团”" in words(web.get(f"{address}/file").content)
    assert "A&amp;B &lt;华星&gt;" in web.get(address).text


async def test_which_paper_and_for_whom_are_asked_back(house):
    await visited(house)
    answer = await house.say(house.read("写成文件吧", "make_document"))
    assert {"拜访准备单", "客户需求说明书", "综合服务方案", "拜访记录"} <= set(titles(answer))
    pressed = await house.say(payload(answer, "客户需求说明书"))
    assert card(pressed, "document")["kind"] == "needs"
    fresh = await house.say(house.read("出一份拜访记录", "make_document"), new=True)
    assert "给哪位客户" in texts(fresh)
    assert card(await house.say(payload(fresh, "华星集团")), "document")["kind"] == "record"


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("把华星集团的需求说明书给我", "needs"),
        ("给华星集团写份综合方案", "plan"),
        ("华星集团的拜访记录", "record"),
        ("华星集团的准备单打印一份", "brief"),
    ],
)
async def test_the_sentence_says_which_paper(house, sentence, kind):
    await visited(house)
    assert card(await house.say(house.read(sentence, "make_document"), new=True), "document")["kind"] == kind


async def test_without_a_proposal_there_is_no_plan_to_write(house):
    answer = await made(house)
    assert "先出方案" in texts(answer)
    assert house.count(Paper) == 0


async def test_a_forged_or_foreign_token_opens_nothing(house, web):
    await visited(house)
    address = await link(house)
    token = address.rsplit("/", 1)[1]
    key = house.container.settings.signing_key
    claims = jwt.decode(token, key, algorithms=["HS256"], audience=AUDIENCE)
    login = jwt.encode({**claims, "aud": "wenxu"}, key, "HS256")
    forged = jwt.encode(claims, "x" * 40, "HS256")
    nothing = jwt.encode({**claims, "paper": "gone"}, key, "HS256")
    unsigned = jwt.encode(claims, "", "none")
    refused = [web.get(f"/papers/{t}") for t in (login, forged, nothing, unsigned, "x", token[:-3])]
    assert {r.status_code for r in refused} == {404}
    assert len({r.text for r in refused}) == 1
    assert all(web.get(f"/papers/{t}/file").status_code == 404 for t in (login, forged, nothing, unsigned, "x"))


async def test_a_link_expires(house, web):
    await visited(house)
    paper = card(await made(house), "document")["id"]
    links = Links(lambda: house.container.settings.signing_key)
    actor = house.actor("zhangwei")
    long_ago = datetime.now(UTC) - timedelta(hours=HOURS, minutes=1)
    assert web.get(links.link(paper, actor.user_id, 0, long_ago)).status_code == 404
    assert web.get(links.link(paper, actor.user_id, 0, long_ago + timedelta(minutes=5))).status_code == 200


async def test_another_managers_link_opens_nothing_and_the_leads_does(house, web):
    await visited(house)
    paper = card(await made(house), "document")["id"]
    links = Links(lambda: house.container.settings.signing_key)
    found = {
        name: web.get(links.link(paper, house.actor(name).user_id, 0)).status_code
        for name in ("zhangwei", "liuyang", "sunli", "lina", "admin")
    }
    assert found == {"zhangwei": 200, "liuyang": 404, "sunli": 404, "lina": 200, "admin": 200}


async def test_a_client_that_was_handed_over_takes_its_papers_along(house, web):
    await visited(house)
    address = await link(house)
    house.hand_over(HUAXING, "sunli")
    assert web.get(address).status_code == 404
    assert web.get(f"{address}/file").status_code == 404


async def test_a_revoked_user_opens_nothing(house, web):
    await visited(house)
    address = await link(house)
    house.revoke("zhangwei")
    assert web.get(address).status_code == 404


async def test_another_managers_client_gets_no_paper_and_the_refusal_says_nothing(house):
    theirs = await made(house, "brief", HENGTAI)
    nobodys = await made(house, "brief", 999)
    assert texts(theirs) == texts(nobodys)
    assert "恒泰" not in texts(theirs)


async def test_a_new_link_is_given_to_a_paper_made_before(house, web):
    await visited(house)
    first = await made(house)
    again = await house.say(payload(first, "再要一份链接"))
    assert web.get(card(again, "document")["link"]).status_code == 200
    assert house.count(Paper) == 1


async def test_making_and_opening_leave_a_trace(house, web):
    await visited(house)
    web.get(await link(house))
    with house.container.database.session() as session:
        actions = [row.action for row in session.query(Audit)]
    assert {"paper.make", "paper.open"} <= set(actions)


async def test_the_words_for_channels_without_cards_are_short_and_hold_the_link(house):
    await visited(house)
    shown = card(await made(house), "document")
    assert shown["link"] in shown["text"]
    assert len(shown["text"]) <= 600


async def test_the_banks_own_template_is_used_once_it_is_installed(house, web, tmp_path):
    await visited(house)
    document = Document()
    for text in (
        "本行专用稿 {{ client }}",
        "{%p for r in needs %}",
        "{{ r.quote }}",
        "{%p endfor %}",
        "{%p for r in figures %}{%p endfor %}",
    ):
        document.add_paragraph(text)
    broken = tmp_path / "broken.docx"
    document.save(broken)
    with pytest.raises(OpsError, match="不能用作"):
        install(house.container.settings, "needs", broken)
    good = Document(str(ROOT / "data" / "papers" / "needs.docx"))
    good.paragraphs[0].insert_paragraph_before("本行专用稿")
    buffer = BytesIO()
    good.save(buffer)
    (tmp_path / "good.docx").write_bytes(buffer.getvalue())
    install(house.container.settings, "客户需求说明书", tmp_path / "good.docx")
    assert "本行专用稿" in words(web.get(f"{await link(house, 'needs')}/file").content)


# --- how a visit ended ---------------------------------------------------------------------------------------------


def commitment(house: House) -> Commitment:
    with house.container.database.session() as session:
        return session.query(Commitment).one()


async def test_a_promise_is_graded_and_its_day_becomes_the_tasks(house):
    await visited(house)
    row = commitment(house)
    assert (row.grade, row.who, row.due_on.isoformat()) == ("advance", "财务总监", "2026-11-25")
    tasks = await house.say(house.read("我的待办", "list_tasks"))
    assert "11月25日" in texts(tasks)


@pytest.mark.parametrize(
    ("words_", "stance", "grade"),
    [
        ("行，就这么定了，办吧", "advance", "order"),
        ("我们再考虑考虑", "continuation", "continuation"),
        ("算了，不需要", "refusal", "refusal"),
    ],
)
async def test_the_other_ends(house, words_, stance, grade):
    await house.say(f'/start_visit{{"client": "{HUAXING}"}}')
    await house.say(house.read(WANT, stance="explicit_need", needs={"reconciliation": 0.97}))
    await house.say(house.read("出方案", "recommend_bundle"))
    await house.say(house.read(words_, stance=stance))
    answer = await house.say(house.read("结束拜访", "end_visit"))
    assert commitment(house).grade == grade
    assert house.visits()[-1].outcome == grade
    assert {"order": "成交", "continuation": "拖延", "refusal": "未成"}[grade] in texts(answer)


async def test_the_next_brief_says_what_became_of_the_promise(house):
    await visited(house)
    begun = await house.say(f'/start_visit{{"client": "{HUAXING}"}}', new=True)
    assert "上次说好的" in texts(begun)
    assert "还没到日子" in texts(begun)
    with house.container.database.session() as session:
        row = session.query(Commitment).one()
        row.task.due_on = datetime(2026, 11, 20).date()
        session.commit()
    assert "过期还没做" in texts(await house.say(f'/start_visit{{"client": "{HUAXING}"}}', new=True))
    with house.container.database.session() as session:
        session.query(Commitment).one().task.status = "done"
        session.commit()
    assert "做到了" in texts(await house.say(f'/start_visit{{"client": "{HUAXING}"}}', new=True))


async def test_promises_go_with_the_client(house):
    await visited(house)
    house.hand_over(HUAXING, "sunli")
    begun = await house.say(f'/start_visit{{"client": "{HUAXING}"}}', as_="sunli")
    assert "上次说好的" in texts(begun)
