"""What a sentence about products asks for, without any model."""

from __future__ import annotations

import pytest

from bot.catalogue.answers import ATTRIBUTE_NAMES
from bot.catalogue.ask import Entity, Focus, follow_up, understand
from tests.support.talk import library

BOOK, WORDS = library().book, library().words
ASKED = {
    "min_amount": ("{}起点多少", "{}最低多少钱起", "{}的门槛是多少", "{}至少要多少"),
    "max_amount": ("{}最高能做多少", "{}的额度上限", "{}最多能贷多少"),
    "tenor": ("{}期限多长", "{}最长多久", "{}能做几年"),
    "rate": ("{}利率怎么算", "{}收益怎么样"),
    "fee": ("{}怎么收费", "{}要收手续费吗", "{}费用多少"),
    "risk_rating": ("{}风险几级", "{}保本吗", "{}风险大不大"),
    "eligibility": ("{}办理条件", "什么企业能做{}", "{}有什么要求"),
    "documents": ("办{}要带什么材料", "{}需要准备哪些资料"),
    "channels": ("{}在哪办", "{}手机上能办吗"),
    "features": ("{}有什么特点", "{}的卖点"),
    "benefits": ("{}对客户有什么好处", "{}能给客户带来什么"),
    "regulation": ("{}的监管依据是什么", "{}依据哪个文件"),
    "part:steps": ("怎么办理{}", "{}怎么开通"),
    "part:suits": ("{}适合什么客户", "{}卖给谁"),
}
CLEAR = ("福费廷", "协定存款", "企业年金", "房贷", "流贷", "银承", "现金管理类理财", "储蓄国债", "公务卡", "家族信托")


def asked(text: str, entities=(), attributes=(), needs=(), segment=""):
    return understand(text, BOOK, WORDS, entities, attributes, needs, segment)


@pytest.mark.parametrize("attribute", ASKED)
def test_every_attribute_is_read_in_every_wording_of_every_product(attribute):
    wrong = []
    for name in CLEAR:
        for wording in ASKED[attribute]:
            found = asked(wording.format(name))
            if len(found.products) != 1 or attribute not in found.attributes:
                wrong.append((wording.format(name), found.products, found.attributes))
    assert wrong == []


def test_all_twelve_attributes_have_words():
    assert set(WORDS.attributes) == set(ATTRIBUTE_NAMES)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("重疾险等待期多久", "term:waiting_period_max_days"),
        ("年金险犹豫期多长", "term:cooling_off_days"),
        ("通知存款提前几天通知", "term:notice_days"),
        ("房贷首付最低多少", "term:down_payment_min_pct"),
        ("境外取现每天多少", "term:overseas_cash_daily_cny"),
    ],
)
def test_a_single_term_is_asked_for_without_the_attribute_around_it(text, term):
    assert asked(text).attributes == (term,)


def test_a_name_of_the_catalogue_beats_what_the_reader_took_it_for():
    reader = Entity(0, 4, "打包贷款", ("export_negotiation",))
    assert asked("打包贷款利率", [reader]).products == ("packing_loan",)


def test_the_reader_is_believed_where_no_name_stands():
    assert asked("法透的利率", [Entity(0, 2, "法透", ("overdraft",))]).products == ("overdraft",)


def test_the_reader_may_narrow_an_ambiguous_name():
    found = asked("大额存单起点", [Entity(0, 4, "大额存单", ("corp_large_cd",))])
    assert (found.products, found.ambiguous) == (("corp_large_cd",), ())


def test_what_the_reader_made_of_a_thing_that_is_none_is_not_believed():
    found = asked("职业年金怎么缴", [Entity(0, 4, "职业年金", ("enterprise_annuity",))])
    assert found.products == ()
    assert found.unlike


def test_a_product_that_nobody_has_is_no_product():
    found = asked("超级宝是什么", [Entity(0, 3, "超级宝", ("super_bao",))])
    assert not found.names_something


@pytest.mark.parametrize(
    ("text", "segment", "product"),
    [
        ("单位的大额存单多少起", "", "corp_large_cd"),
        ("个人通知存款起点", "", "personal_notice_deposit"),
        ("大额存单多少起", "personal", "personal_large_cd"),
        ("定期存款起点", "", "personal_time_deposit"),
        ("对公的定期存款起点", "", "corp_time_deposit"),
        ("定期存款起点", "corporate", "corp_time_deposit"),
        ("单位七天通知存款", "", "corp_notice_deposit"),
    ],
)
def test_the_segment_tells_names_apart(text, segment, product):
    assert asked(text, segment=segment).products == (product,)


@pytest.mark.parametrize(
    "text", ["协定存款和通知存款有什么区别", "福费廷跟保理哪个好", "银票与商票比一比", "房贷vs消费贷"]
)
def test_a_comparison_is_seen(text):
    assert asked(text).comparing


# --- leaning on the last answer ------------------------------------------------------------------------------------

ONE = Focus("attribute", ("corp_notice_deposit",), (), ("min_amount",))
LIST = Focus("list", (), ("agreement_deposit", "corp_notice_deposit", "corp_large_cd"), ())


@pytest.mark.parametrize(
    ("text", "focus", "products", "attributes"),
    [
        ("那期限呢", ONE, ("corp_notice_deposit",), ("tenor",)),
        ("费用呢？", ONE, ("corp_notice_deposit",), ("fee",)),
        ("它的材料", ONE, ("corp_notice_deposit",), ("documents",)),
        ("那福费廷呢", ONE, ("forfaiting",), ("min_amount",)),
        ("第二个呢", LIST, ("corp_notice_deposit",), ()),
        ("第三个的起点", LIST, ("corp_large_cd",), ("min_amount",)),
        ("最后一个", LIST, ("corp_large_cd",), ()),
        ("有什么区别", LIST, ("agreement_deposit", "corp_notice_deposit", "corp_large_cd"), ()),
        ("和福费廷有什么区别", ONE, ("corp_notice_deposit", "forfaiting"), ()),
    ],
)
def test_a_short_sentence_leans_on_the_last_answer(text, focus, products, attributes):
    found = follow_up(asked(text), focus, text)
    assert found is not None
    assert (found.products, found.attributes) == (products, attributes)


@pytest.mark.parametrize(
    "text",
    [
        "金财神八号利率多少",
        "讲讲福费廷",
        "对公存款有哪些",
        "第九个呢",
        "资金太分散了调不动",
        "下周三提醒我回访海达",
        "职业年金呢",
        "信用证和保函哪个好",
        "五年以上的呢",
    ],
)
def test_a_sentence_of_its_own_does_not_lean(text):
    assert follow_up(asked(text), Focus("list", ("forfaiting",), LIST.listed, ("min_amount",)), text) is None
