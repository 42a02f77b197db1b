"""Questions whose words name no attribute, and sentences that name more than they ask about."""

from __future__ import annotations

from datetime import date

import pytest

from bot.catalogue.ask import understand
from bot.catalogue.forms import spoken_forms
from bot.catalogue.passages import closest, passages
from tests.support.talk import library

TODAY = date(2026, 11, 22)


def asked(text):
    return understand(text, library().book, library().words)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("拿流贷的钱去买对公理财，合规吗", "corp_wealth"),
        ("固贷网银上能申请不", "fixed_asset_loan"),
        ("临时户能签协定存款吗", "agreement_deposit"),
        ("内证能不能做福费廷", "domestic_lc"),
        ("社保基金来买机构大额存单行吗", "corp_large_cd"),
    ],
)
def test_of_several_names_only_the_one_asked_about_counts(text, code):
    found = asked(text)
    assert found.products == (code,)
    assert not found.comparing


@pytest.mark.parametrize("text", ["银票、商票", "活钱理财比个人通知好吗", "固贷和项目贷"])
def test_names_side_by_side_are_compared(text):
    assert asked(text).comparing
    assert len(asked(text).products) == 2


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("流贷要带些什么证", "documents"),
        ("福费廷啥样的能做", "eligibility"),
        ("房贷能贷多少年", "tenor"),
        ("家族信托每年交什么费", "fee"),
        ("国内保理对老板有什么好处", "benefits"),
    ],
)
def test_the_shape_of_a_question_tells_what_it_asks_for(text, attribute):
    assert attribute in asked(text).attributes


def test_what_is_excepted_is_not_asked_for():
    assert asked("项目贷款除了利息还有啥费").attributes == ("fee",)


def test_lines_that_speak_of_the_question_are_quoted_as_they_stand():
    catalogue = library().catalogue
    product = catalogue.products["agreement_deposit"]
    found = closest(product, "临时户能签吗", library().words.same, catalogue, TODAY)
    assert found[0].line == "临时存款账户一般不能签协定。"
    assert set(found) <= set(passages(product, catalogue, TODAY))


def test_nothing_is_quoted_when_no_line_is_alike():
    catalogue = library().catalogue
    assert closest(catalogue.products["forfaiting"], "天气", (), catalogue, TODAY) == []


def test_the_words_for_a_company_stand_for_one_another():
    forms = set(spoken_forms(library().catalogue.products["corp_large_cd"]))
    assert "公司大额存单" in forms
    assert "企业年金" not in set(spoken_forms(library().catalogue.products["annuity_insurance"]))


def test_a_start_that_is_named_exactly_is_not_an_upper_limit():
    assert asked("起点一千万的单位存款是哪款").condition.exact
    assert not asked("起点不超过一千万的单位存款").condition.exact
