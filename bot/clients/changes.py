"""What a sentence changes in a client's record besides its figures: notes, contacts, texts and choices."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

NOTE = re.compile(
    r"(?:加|写|记)?(?:一?[个条])?备注(?:一下|上|里)?(?:加上|写上|加|写|记)?[：:，, ]*(.{2,})$|^(?:.{0,12}?)(?:记一笔|记一句)[：:，, ]+(.{2,})$"
)
PHONE = re.compile(r"(?<![0-9])(1[0-9]{10}|0[0-9]{2,3}-?[0-9]{7,8}|[0-9]{7,8})(?![0-9])")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
TITLE = r"财务总监|财务负责人|财务经理|财务科长|财务主管|资金科长|资金经理|董事长|总经理|副总经理|副总|法定代表人|法人代表|法人|老板|出纳|会计|采购经理|人事经理|厂长|院长|校长|店长|联系人|经办人?|总监|财务"
CHANGED = r"(?:换成了?|换了?|改成了?|改为|变更为|变成了?|是|叫|更新为|现在是|：|:)"
PERSON = re.compile(
    rf"({TITLE})(?:现在)?{CHANGED}(?:一位|个)?([\u4e00-\u9fff]{{2,4}}?)(?=[，,。、 ]|$|了|电话|手机|，)"
)
WHOSE = re.compile(rf"({TITLE})?([\u4e00-\u9fff]{{2,4}})?的?(?:电话|手机号?|号码|联系方式|邮箱)(?:号码?)?{CHANGED}")
TEXT = re.compile(
    r"(行业|所属行业|地区|所在地|简称)(?:要)?(?:改成|改为|换成|变成|是|更新为|写成|应该是)[“\"]?([\u4e00-\u9fffA-Za-z（）()]{2,20})"
)
TEXT_CODES = {"行业": "industry", "所属行业": "industry", "地区": "region", "所在地": "region", "简称": "short_name"}
NOT_NAMES = {"电话", "手机", "号码", "邮箱", "的", "联系方式"}


@dataclass(frozen=True)
class Change:
    """`kind`: note | contact | text | choice. `code`: the fact or column; of a contact its title."""

    kind: str
    code: str = ""
    value: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""


def read_change(text: str, client: str, choices: Iterable[tuple[str, str, tuple[str, ...]]]) -> Change | None:
    """Return the change, None when the sentence names none. `client`: the name as it stands in the text;
    `choices`: (code, name, options) of facts that are picked from a list."""
    plain = text.replace(client, "", 1) if client else text
    if (change := _contact(plain)) is not None:
        return change
    if found := NOTE.search(plain):
        return Change("note", value=(found[1] or found[2]).strip(" 。"))
    if found := TEXT.search(plain):
        return Change("text", TEXT_CODES[found[1]], found[2].removesuffix("了").removesuffix("吧"))
    for code, name, options in choices:
        short = name.removeprefix("客户").removeprefix("信用")
        if name in plain or short in plain:
            hits = [o for o in sorted(options, key=len, reverse=True) if o in plain]
            if hits:
                return Change("choice", code, hits[0])
    return None


def _contact(plain: str) -> Change | None:
    phone, email = PHONE.search(plain), EMAIL.search(plain)
    person = PERSON.search(plain)
    name = person[2] if person and person[2] not in NOT_NAMES and not person[2].startswith(("电话", "手机")) else ""
    title = person[1] if name and person else ""
    if not name and (phone or email) and (whose := WHOSE.search(plain)):
        title, name = whose[1] or "", whose[2] or ""
        name = "" if name in NOT_NAMES or re.fullmatch(TITLE, name) else name.removeprefix("把")
    if not (name or (title and (phone or email))):
        return None
    return Change("contact", title, "", name, phone[1] if phone else "", email[0] if email else "")
