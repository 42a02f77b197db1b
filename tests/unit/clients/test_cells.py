from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.clients import cells
from bot.clients.cells import CellError


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("1200万", "12000000"), ("1,200万", "12000000"), ("1，200万元", "12000000"), ("1200 万元", "12000000"), ("１２００万", "12000000"),
        ("1.2亿", "120000000"), ("3千万", "30000000"), ("5百万", "5000000"), ("300w", "3000000"), ("300W", "3000000"),
        ("￥12,000,000.00", "12000000"), ("¥1200", "1200"), ("CNY 1200", "1200"), ("人民币1200万元整", "12000000"),
        ("4200万美元", "42000000"), ("USD 42,000,000", "42000000"), ("$42000000", "42000000"), ("0", "0"), (".5万", "5000"),
        ("一千二百万", "12000000"), ("三千二百万元", "32000000"), ("1200.456", "1200.46"), (1200, "1200"), (0.1, "0.1"), (Decimal("7.5"), "7.5"),
    ],
)  # fmt: skip
def test_amounts_in_any_usual_form(written: Any, yuan: str) -> None:
    assert cells.read_amount(written) == Decimal(yuan)


def test_the_unit_in_the_header_is_for_bare_figures_only() -> None:
    assert cells.read_amount("1,200.5", Decimal(10_000)) == Decimal(12_005_000)
    assert cells.read_amount(1200, Decimal(10_000)) == Decimal(12_000_000)
    assert cells.read_amount("1.2亿", Decimal(10_000)) == Decimal(120_000_000)


@pytest.mark.parametrize(
    "written",
    ["大概1200万", "1200万左右", "几百万", "1,20万", "12-15万", "abc", "1..2", "-5万", -3, "9" * 20, "1e5", "nan"],
)
def test_what_is_no_certain_amount_is_refused(written: Any) -> None:
    with pytest.raises(CellError) as refused:
        cells.read_amount(written)
    assert refused.value.mend


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", 12),
        ("12家", 12),
        ("1,200人", 1200),
        ("十二", 12),
        ("46个", 46),
        (12.0, 12),
        (12, 12),
        ("1.2万", 12000),
        ("90天", 90),
        ("２", 2),
    ],
)
def test_counts(written: Any, number: int) -> None:
    assert cells.read_count(written) == number


@pytest.mark.parametrize("written", ["12.5", "-3", "十几家", "若干", "12/13", True])
def test_no_counts(written: Any) -> None:
    with pytest.raises(CellError):
        cells.read_count(written)


@pytest.mark.parametrize(
    ("written", "percent", "fraction"),
    [("2.35%", False, "0.0235"), ("0.0235", False, "0.0235"), (0.0235, False, "0.0235"), ("3.45", False, "0.0345"), ("35BP", False, "0.0035"),
     ("0.35%", False, "0.0035"), ("0.35", True, "0.0035"), ("3", True, "0.03"), ("5‰", False, "0.005"), ("２．３５％", False, "0.0235")],
)  # fmt: skip
def test_rates(written: Any, percent: bool, fraction: str) -> None:
    assert cells.read_rate(written, percent) == Decimal(fraction)


def test_a_rate_that_may_be_two_things_is_asked_back() -> None:
    with pytest.raises(CellError) as refused:
        cells.read_rate("0.35")
    assert refused.value.mend == "写成 0.35% 或 0.0035"
    with pytest.raises(CellError, match="太高"):
        cells.read_rate("235%")


@pytest.mark.parametrize(
    "written",
    ["2026/11/5", "2026-11-05", "2026.11.5", "20261105", "2026年11月5日", "2026年11月5号", "２０２６/１１/５", "2026-11-05 00:00:00",
     datetime(2026, 11, 5, 8), date(2026, 11, 5), 46331, "46331", 46331.0, 20261105],
)  # fmt: skip
def test_days_in_any_usual_form(written: Any) -> None:
    assert cells.read_date(written) == date(2026, 11, 5)


@pytest.mark.parametrize(
    "written", ["11/5/2026", "5.11.26", "2026-02-30", "2026-13-01", "明天", "1026-11-05", "2026", "26-11-5"]
)
def test_no_days(written: str) -> None:
    with pytest.raises(CellError) as refused:
        cells.read_date(written)
    assert "2026-11-05" in refused.value.mend


@pytest.mark.parametrize(
    "written",
    ["2026-10", "2026/10", "202610", "2026年10月", "2026.10", "2026-10-31", date(2026, 10, 9), datetime(2026, 10, 1)],
)
def test_months(written: Any) -> None:
    assert cells.read_month(written) == date(2026, 10, 1)


@pytest.mark.parametrize("written", ["十月", "2026-13", "10", ""])
def test_no_months(written: str) -> None:
    with pytest.raises(CellError, match=r"月份|这一天"):
        cells.read_month(written)


def test_yes_and_no() -> None:
    assert [cells.read_bool(w) for w in ("是", "Y", "√", 1, True, "TRUE")] == [True] * 6
    assert [cells.read_bool(w) for w in ("否", "n", "×", 0, False)] == [False] * 5
    with pytest.raises(CellError):
        cells.read_bool("也许")


@pytest.mark.parametrize("written", ["C3", "c3", "稳健型", "稳健型（C3）", "Ｃ３", "C3(稳健型)"])
def test_a_choice_in_any_way_people_write_it(written: str) -> None:
    assert cells.read_choice(written, {"C2": ("谨慎型",), "C3": ("稳健型",)}) == "C3"


def test_a_choice_that_is_none_names_what_there_is() -> None:
    with pytest.raises(CellError) as refused:
        cells.read_choice("C9", {"C2": ("谨慎型",), "C3": ()})
    assert refused.value.mend == "可以填：谨慎型、C3"


def test_a_code_with_the_right_check_digit_is_taken() -> None:
    code = "91000000MA0010FN6"
    assert cells.read_uscc(f" {code.lower()}{cells.uscc_check_digit(code)} ") == code + cells.uscc_check_digit(code)


def test_the_check_digit_of_gb_32100() -> None:
    """Published examples of the standard's arithmetic."""
    assert cells.uscc_check_digit("91350100M000100Y4") == "3"
    assert cells.uscc_check_digit("91440300MA5FABCD1") == cells.USCC_CHARS[_slow_check("91440300MA5FABCD1")]


def _slow_check(first: str) -> int:
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    rest = sum(cells.USCC_CHARS.index(c) * w for c, w in zip(first, weights, strict=True)) % 31
    return (31 - rest) % 31


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("91350100M000100Y4", "现在是 17 位"),
        ("91350100M000100Y4X", "校验位不对"),
        ("91350100M0001O0Y43", "不会有“O”"),
        (9.135e17, "丢了末几位"),
    ],
)
def test_every_way_a_code_can_be_wrong_is_told(written: Any, says: str) -> None:
    with pytest.raises(CellError, match=says):
        cells.read_uscc(written)


def test_any_single_mistake_in_a_code_is_noticed() -> None:
    good = "91350100M000100Y43"
    for place in range(17):
        for char in cells.USCC_CHARS:
            if char != good[place]:
                with pytest.raises(CellError):
                    cells.read_uscc(good[:place] + char + good[place + 1 :])


def test_text_is_trimmed_and_excel_errors_are_no_text() -> None:
    assert cells.read_text(" 华星\u200b集团 \n", 60) == "华星集团"
    assert cells.read_text(1001.0, 60) == "1001"
    with pytest.raises(CellError, match="太长"):
        cells.read_text("字" * 61, 60)
    with pytest.raises(CellError, match="公式错误"):
        cells.read_text("#REF!", 60)


def test_empty_is_written_in_many_ways() -> None:
    assert all(map(cells.is_empty, [None, "", "  ", "-", "——", "无", "N/A", "NULL", "\u3000"]))
    assert not any(map(cells.is_empty, [0, "0", False, "否"]))
