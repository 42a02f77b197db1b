from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.clients.sheet import Header, Row, Sheet, find_header, header_key, header_problems, read_row
from bot.store.import_layout import layouts, product_names


def sheet(*rows: list[Any], name: str = "x") -> Sheet:
    return Sheet("x.csv", name, list(enumerate(rows, 1)))


def header(*rows: list[Any], name: str = "x") -> Header:
    found = find_header(sheet(*rows, name=name), layouts())
    assert found is not None
    return found


def test_a_table_is_known_by_its_headers() -> None:
    assert header(["客户号", "客户名称", "客户经理"]).layout.code == "clients"
    assert header(["统一社会信用代码", "姓名", "职务", "电话"]).layout.code == "contacts"
    assert header(["客户号", "产品名称", "余额"]).layout.code == "holdings"
    assert header(["客户号", "月份", "流入", "流出"]).layout.code == "flows"


def test_english_headers_work_too() -> None:
    assert header(["Client No", "Client Name", "USCC", "Manager"]).layout.code == "clients"
    assert header(["client number", "month", "inflow", "outflow", "average_balance"]).layout.code == "flows"


def test_a_title_above_the_header_is_passed_over() -> None:
    found = header(["2026年10月客户清单", None, None], [None, None, None], ["客户号", "客户名称", "行业"])
    assert (found.line, found.layout.code) == (3, "clients")


def test_something_else_is_no_table() -> None:
    assert find_header(sheet(["苹果", "梨"], ["1", "2"]), layouts()) is None
    assert find_header(sheet(), layouts()) is None


def test_headers_are_folded() -> None:
    assert header_key(" 客户 名称（必填）") == header_key("客户名称") == header_key("客户名称：")


def test_units_in_brackets_count() -> None:
    columns = {c.field.code: c for c in header(["客户号", "产品", "余额（万元）", "利率（%）"]).columns}
    assert columns["balance"].scale == Decimal(10_000)
    assert columns["rate"].percent


def test_unknown_missing_and_doubled_columns_are_told() -> None:
    table = sheet(["客户号", "客户简称", "简称", "星座"])
    found = find_header(table, layouts())
    assert found is not None
    problems = [(p.column, p.message, p.fatal) for p in header_problems(table, found)]
    assert problems == [
        ("简称", "和“客户简称”列说的是同一件事", True),
        ("", "客户表缺少“客户名称”列", True),
        ("星座", "不认识这一列，没有导入", False),
    ]


def read(cells: list[Any], *headers: str) -> tuple[Row | None, list[Any]]:
    return read_row("x.csv", 7, cells, header(list(headers)), product_names())


def test_a_row_becomes_values() -> None:
    row, problems = read(["G1", "协定存款", "300万", ""], "客户号", "产品", "余额", "到期日")
    assert problems == []
    assert row is not None
    assert row.values == {"client": ("G1",), "product": "agreement_deposit", "balance": Decimal(3_000_000)}


def test_products_by_code_name_and_alias_and_plain_accounts() -> None:
    for written in ("agreement_deposit", "单位协定存款", "协定存款", "协定户"):
        row, _ = read(["G1", written], "客户号", "产品")
        assert row is not None and row.values["product"] == "agreement_deposit"
    row, _ = read(["G1", "活期存款"], "客户号", "产品")
    assert row is not None and row.values["product"] == "current_account"


def test_every_wrong_cell_of_a_row_is_told_at_once() -> None:
    row, problems = read(["", "飞天理财", "很多"], "客户号", "产品", "余额")
    assert row is None
    assert [p.column for p in problems] == ["产品", "余额", "客户号"]
    assert str(problems[1]) == "x.csv 第 7 行“余额”列：“很多”不是金额。写成 1200万、1.2亿 或 12000000"


def test_an_empty_row_is_nothing() -> None:
    assert read([None, "", "-"], "客户号", "产品", "余额") == (None, [])
    assert read([], "客户号", "产品", "余额") == (None, [])


def test_a_client_may_be_written_in_several_columns() -> None:
    row, _ = read(["", "某某公司", "协定存款"], "客户号", "客户名称", "产品")
    assert row is not None and row.values["client"] == ("某某公司",)


def test_no_header_means_two_fields_of_one_table() -> None:
    for layout in layouts():
        keys: dict[str, str] = {}
        for field in layout.fields.values():
            for name in (field.code, field.name, *field.aliases):
                assert keys.setdefault(header_key(name), field.code) == field.code, (layout.code, name)
