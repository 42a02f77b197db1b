"""The red lines: what is seen, and what only sounds like one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.bundles.suitability import Sale
from bot.catalogue.model import Product
from bot.practice.compliance import breach, unsuitable
from tests.support.practice import PERSONA, told
from tests.support.talk import library

BOOK = library().practice
RUBRIC = BOOK.rubric
HEIR, COUPLE = BOOK.personas["young_heir"], BOOK.personas["old_couple"]


@pytest.mark.parametrize(
    "text",
    [
        "隔壁镇的恒盛纺织就在我们这儿做的，他家账上活期四千三百万",
        "跟您说，恒盛纺织的贷款利率三个八",
        "您同行金帆机械厂上个月在我们这儿贷了两千万",
        "楼下的孔阿姨在我们这儿买了五十万理财",
        "对面郝总账上还有八百万",
        "他家的资料我可以发您看看",
        "别的客户的流水我拿来给您参考",
    ],
)
def test_another_client_by_name_with_his_figures_is_a_leak(text: str) -> None:
    assert breach(told(text, "advantage"), RUBRIC, HEIR) == "leak"


@pytest.mark.parametrize(
    "text",
    [
        "您公司账上活期现在有多少？是两千万吗",
        "听说贵公司活期有三千万，利率才零点几",
        "九家分公司账上加起来八百万吧",
        "一家纺织厂用了以后，贷款利率降了三成",
        "有家做配件的机械厂，存款和贷款一起谈，省了十万",
        "沈总，您账上现在有几百万活期？",
        "我们服务过的同类企业，对账从四天降到一天",
        "别家客户账上有多少我不能说给您听",
        "他家的流水我不方便给您看",
        "下周三上午我带产品经理来演示十分钟",
        "多位老板用了都说好，一年省几万",
    ],
)
def test_the_client_himself_a_trade_and_a_refusal_are_no_leak(text: str) -> None:
    assert breach(told(text, "advantage"), RUBRIC, HEIR) == ""


def test_whom_the_client_speaks_of_himself_is_no_secret() -> None:
    text = "许阿姨的存款九十五万都是三年期吧"
    assert breach(told(text, "situation"), RUBRIC, COUPLE) == ""
    assert breach(told(text.replace("许", "孔"), "situation"), RUBRIC, COUPLE) == "leak"


def test_no_sentence_of_the_question_bank_and_no_word_of_a_persona_crosses_a_red_line() -> None:
    asked = [a for q in library().bank.questions.values() for a in q.asks]
    seen = [(p.id, a) for p in BOOK.personas.values() for a in asked if breach(told(a, "benefit"), RUBRIC, p)]
    assert seen == []


def test_no_benefit_of_a_suitable_product_crosses_a_red_line() -> None:
    rules = library().suitability
    for person in BOOK.personas.values():
        for product in library().catalogue.products.values():
            if product.segment == person.segment and not unsuitable(product, person, rules.of(product.code)):
                texts = [*product.benefits.values(), *product.advantages]
                assert [t for t in texts if breach(told(t, "benefit"), RUBRIC, person) not in ("", "unsuitable")] == []


@pytest.mark.parametrize("text", ["我给您推一只股票型基金，去年涨了百分之三十", "混合型的更有机会", "有款私募给您留着"])
def test_a_kind_of_product_above_the_grade_is_unsuitable_without_a_name(text: str) -> None:
    assert breach(told(text, "advantage"), RUBRIC, COUPLE) == "unsuitable"


@pytest.mark.parametrize("text", ["股票型基金不适合您，今天不推荐", "权益类的您别买"])
def test_to_advise_against_it_is_not(text: str) -> None:
    assert breach(told(text, "objection_handling"), RUBRIC, COUPLE) == ""
    assert breach(told(text, "benefit"), RUBRIC, COUPLE) == ""


def test_a_kind_within_the_grade_or_a_label_that_is_not_sure_is_no_breach() -> None:
    bold = replace(COUPLE, risk="C4", age=40)
    assert breach(told("股票型基金您看看", "advantage"), RUBRIC, bold) == ""
    assert breach(replace(told("股票型基金您看看", "advantage"), sure=False), RUBRIC, COUPLE) == ""


@pytest.mark.parametrize(("age", "unfit"), [(17, True), (18, False), (65, False), (66, True)])
def test_an_age_outside_the_products_limits_is_unsuitable(age: int, unfit: bool) -> None:
    annuity = Product("annuity", "年金", "personal", "保险", "")
    sale = Sale(needs={"min_age": 18, "max_age": 65})
    assert unsuitable(annuity, replace(PERSONA, segment="personal", risk="C3", age=age), sale) is unfit


@pytest.mark.parametrize(
    ("risk", "age", "level", "unfit"),
    [
        ("C2", 40, "R2", False),
        ("C2", 40, "R3", True),
        ("C4", 40, "R4", False),
        ("C4", 66, "R3", True),
        ("C4", 66, "R2", False),
    ],
)
def test_a_product_above_the_grade_or_the_care_for_age_is_unsuitable(
    risk: str, age: int, level: str, unfit: bool
) -> None:
    fund = Product("fund", "某基金", "personal", "理财", "", terms={"risk_rating": level})
    person = replace(PERSONA, segment="personal", risk=risk, age=age)
    assert unsuitable(fund, person) is unfit


def test_a_deposit_suits_everybody() -> None:
    deposit = Product("deposit", "存款", "personal", "存款", "")
    assert not unsuitable(deposit, replace(PERSONA, segment="personal", risk="C1", age=80))
