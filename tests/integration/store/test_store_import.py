from __future__ import annotations

import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clients.cells import uscc_check_digit
from bot.settings import Settings
from bot.store import importer, users
from bot.store.database import Database
from bot.store.importer import ImportRefused, apply, plan, run_import
from bot.store.records import record_of, save_fact
from bot.store.tables import Client, Contact, Flow, Holding
from bot.visit.model import Known


def code(place: int) -> str:
    first = f"91000000MA{place:06d}X"
    return first + uscc_check_digit(first)


CLIENTS = f"""客户号,统一社会信用代码,客户名称,简称,类别,年营收（万元）,分支机构数,客户经理
G1,{code(1)},甲乙丙机械有限公司,甲乙丙,对公,18万,12,anna
G2,{code(2)},丁戊食品有限公司,丁戊,对公,"1,600",,anna
P1,,赵某某,,个人,,,anna
"""
HOLDINGS = """客户号,产品,账号,余额,利率,到期日
G1,活期存款,1,2300万,,
G1,协定存款,2,300万,0.55%,2027/3/1
丁戊食品有限公司,企业网银,,,,
"""
CONTACTS = f"""统一社会信用代码,姓名,职务,决策角色
{code(1)},钱总,总经理,拍板人
{code(1)},孙会计,会计,使用者
"""
FLOWS = """客户号,月份,银行,流入（万元）,流出（万元）
G1,2026-10,我行,3600,3500
G1,2026年9月,招商银行,4200,
"""
TODAY = date(2026, 11, 22)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


@pytest.fixture
def book(session: Session) -> Session:
    for name in ("anna", "bert"):
        users.create_user(session, name, "bright-river-42", display_name=f"{name}经理")
    users.create_user(session, "root", "bright-river-42", role="admin")
    session.commit()
    return session


def fill(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def load(folder: Path, session: Session, today: date = TODAY) -> importer.ImportPlan:
    made = plan(folder, session, today=today)
    assert [str(p) for p in made.problems if p.fatal] == []
    apply(made, session)
    session.commit()
    return made


def told(folder: Path, session: Session) -> list[str]:
    return [str(p) for p in plan(folder, session, today=TODAY).problems]


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_four_tables_go_in_together(folder: Path, book: Session) -> None:
    load(fill(folder, a_flows=FLOWS, b_holdings=HOLDINGS, c_contacts=CONTACTS, d_clients=CLIENTS), book)
    client = book.scalars(select(Client).where(Client.number == "G1")).one()
    assert (client.annual_revenue, client.branches, client.segment, client.uscc) == (
        Decimal(180_000),
        12,
        "corporate",
        code(1),
    )
    assert client.figure_dates == {"annual_revenue": "2026-11-22", "branches": "2026-11-22"}
    assert {(h.product, h.balance, h.rate) for h in client.holdings} == {
        ("current_account", Decimal("23000000"), None),
        ("agreement_deposit", Decimal("3000000"), Decimal("0.0055")),
    }
    assert {(c.name, c.role) for c in client.contacts} == {("钱总", "decision_maker"), ("孙会计", "user")}
    assert {(f.bank, f.month, f.inflow) for f in client.flows} == {
        ("", date(2026, 10, 1), Decimal("36000000")),
        ("招商银行", date(2026, 9, 1), Decimal("42000000")),
    }
    assert record_of(book, client, TODAY).value("average_balance") == "23000000"


def test_the_same_files_again_change_nothing(folder: Path, book: Session) -> None:
    fill(folder, clients=CLIENTS, holdings=HOLDINGS, contacts=CONTACTS, flows=FLOWS)
    load(folder, book)
    stamp = book.scalars(select(Client.updated_at).order_by(Client.id)).all()
    again = load(folder, book)
    assert again.changes == []
    assert again.unchanged == {"clients": 3, "contacts": 2, "holdings": 3, "flows": 2}
    assert book.scalars(select(Client.updated_at).order_by(Client.id)).all() == stamp


def test_an_update_writes_only_what_is_filled_in(folder: Path, book: Session) -> None:
    load(fill(folder, clients=CLIENTS), book)
    fill(folder, clients=f"统一社会信用代码,客户名称,分支机构数,行业\n{code(1)},甲乙丙机械集团有限公司,14,\n")
    made = load(folder, book)
    client = book.scalars(select(Client).where(Client.number == "G1")).one()
    assert (client.name, client.branches, client.annual_revenue) == ("甲乙丙机械集团有限公司", 14, Decimal(180_000))
    assert (made.count("clients", new=True), made.count("clients", new=False)) == (0, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding(folder: Path, book: Session, encoding: str) -> None:
    (folder / "clients.csv").write_bytes(CLIENTS.replace("\n", "\r\n").encode(encoding))
    load(folder, book)
    assert count(book, Client) == 3


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters(folder: Path, book: Session, delimiter: str) -> None:
    fill(folder, clients="客户号,客户名称,类别,客户经理\nP7,周某,个人,anna\n".replace(",", delimiter))
    load(folder, book)
    assert count(book, Client) == 1


def test_an_excel_workbook_with_a_sheet_per_table(folder: Path, book: Session) -> None:
    workbook = Workbook()
    first = workbook.active
    assert first is not None
    first.title = "客户"
    for row in (["客户清单"], ["客户号", "客户名称", "客户类别", "出生日期", "最近联系日期", "客户经理"],
                ["P1", "赵某", "个人", datetime(1958, 5, 20), 46331, "anna"]):  # fmt: skip
        first.append(row)
    second = workbook.create_sheet("产品")
    for row in (["客户号", "产品", "余额（万元）", "到期日"], ["P1", "个人定期存款", 80, date(2026, 12, 15)]):
        second.append(row)
    workbook.create_sheet("说明")
    workbook.save(folder / "客户资料.xlsx")
    load(folder, book)
    client = book.scalars(select(Client)).one()
    assert (client.birth_date, client.last_contact_on) == (date(1958, 5, 20), date(2026, 11, 5))
    assert (client.holdings[0].balance, client.holdings[0].matures_on) == (Decimal(800_000), date(2026, 12, 15))


def test_a_wrong_line_keeps_everything_out_and_is_named(folder: Path, book: Session) -> None:
    wrong = CLIENTS + f"G9,{code(3)[:-1]}0,错码公司,,对公,,十二三家,anna\nG8,{code(4)},没人管公司,,对公,,,wanda\n"
    fill(folder, clients=wrong, holdings=HOLDINGS)
    assert told(folder, book) == [
        "clients.csv 第 5 行“统一社会信用代码”列：统一社会信用代码的校验位不对。多半是抄错了一位，照营业执照核对",
        "clients.csv 第 5 行“分支机构数”列：“十二三家”不是个数。写成不带小数的数字，例如 12",
        "clients.csv 第 6 行“客户经理”列：没有叫“wanda”的客户经理，或者已停用。填用户名；用 wenxu user list 看有哪些",
    ]
    made = plan(folder, book, today=TODAY)
    with pytest.raises(ImportRefused):
        apply(made, book)
    book.rollback()
    assert count(book, Client) == 0


def test_lines_are_those_of_the_file_even_with_line_breaks_in_cells(folder: Path, book: Session) -> None:
    fill(folder, clients='客户号,客户名称,类别,客户经理,备注\nP1,甲,个人,anna,"两\n行"\n\nP2,乙,猫,anna,\n')
    assert told(folder, book) == ["clients.csv 第 5 行“类别”列：不认识“猫”。可以填：对公、个人"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("G1,,甲公司,对公,", "新客户没有客户经理"),
        ("G1,,甲公司,,anna", "没有写客户类别"),
        (",,甲公司,对公,anna", "统一社会信用代码和客户号都是空的"),
        ("G1,,,对公,anna", "是空的"),
        ("G1,,甲公司,对公,root", "没有叫“root”的客户经理"),
    ],
)
def test_what_a_new_client_needs(folder: Path, book: Session, row: str, says: str) -> None:
    fill(folder, clients=f"客户号,统一社会信用代码,客户名称,类别,客户经理\n{row}\n")
    assert [says in problem for problem in told(folder, book)] == [True]


def test_one_client_twice_is_refused(folder: Path, book: Session) -> None:
    fill(folder, one=CLIENTS, two="客户号,客户名称,类别,客户经理\nG1,又一个,对公,anna\n")
    assert "one.csv 第 2 行重复" in told(folder, book)[0]


def test_one_holding_twice_is_refused(folder: Path, book: Session) -> None:
    fill(folder, clients=CLIENTS, holdings="客户号,产品,余额\nG1,活期存款,1\nG1,活期,2\n")
    assert told(folder, book) == ["holdings.csv 第 3 行“客户号”列：和第 2 行重复。同一条只留一行"]


def test_number_and_code_of_two_clients_are_refused(folder: Path, book: Session) -> None:
    load(fill(folder, clients=CLIENTS), book)
    fill(folder, clients=f"客户号,统一社会信用代码,客户名称\nG1,{code(2)},甲\n")
    assert "属于两个不同的客户" in told(folder, book)[0]
    fill(folder, clients=f"客户号,统一社会信用代码,客户名称\nG77,{code(2)},甲\n")
    assert "和库里的不一致（库里是 G2）" in told(folder, book)[0]


def test_belongings_of_an_unknown_client_are_refused(folder: Path, book: Session) -> None:
    fill(folder, clients=CLIENTS, holdings="客户号,产品\nG404,活期存款\n")
    assert "没有客户“G404”" in told(folder, book)[0]


def test_impossible_dates_are_refused(folder: Path, book: Session) -> None:
    fill(
        folder,
        clients="客户号,客户名称,类别,客户经理,最近联系日期\nP1,甲,个人,anna,2027-01-01\n",
        holdings="客户号,产品,开办日期,到期日\nP1,个人定期存款,2026-05-01,2025-05-01\n",
        flows="客户号,月份,流入\nP1,2027-01,3\n",
    )
    problems = told(folder, book)
    assert [w in p for w, p in zip(("还没有到", "早于开办日期", "还没有到"), problems, strict=True)] == [True] * 3


def test_groups_find_their_parent_wherever_it_stands(folder: Path, book: Session) -> None:
    fill(
        folder,
        clients="客户号,客户名称,类别,客户经理,上级客户\nG2,子公司,对公,anna,G1\nG1,母公司,对公,anna,\nG3,孙公司,对公,anna,子公司\n",
    )
    load(folder, book)
    found = {c.number: c for c in book.scalars(select(Client))}
    assert (found["G2"].parent_id, found["G3"].parent_id) == (found["G1"].id, found["G2"].id)
    assert load(folder, book).changes == []
    fill(folder, clients="客户号,客户名称,上级客户\nG1,母公司,G1\n")
    assert "上级客户是它自己" in told(folder, book)[0]


def test_a_handover_moves_the_client_to_the_other_book(folder: Path, book: Session) -> None:
    load(fill(folder, clients=CLIENTS), book)
    load(fill(folder, clients="客户号,客户名称,客户经理\nG1,甲乙丙机械有限公司,bert\n"), book)
    assert (
        book.scalars(select(Client.manager_id).where(Client.number == "G1")).one()
        == users.user_by_name(book, "bert").id
    )


def test_a_prospect_becomes_the_client_of_that_name(folder: Path, book: Session) -> None:
    anna, bert = (users.user_by_name(book, n).id for n in ("anna", "bert"))
    for manager in (anna, bert):
        book.add(
            Client(
                name="甲乙丙机械有限公司", segment="corporate", manager_id=manager, is_prospect=True, figure_dates={}
            )
        )
    book.commit()
    load(fill(folder, clients=CLIENTS), book)
    rows = book.execute(
        select(Client.number, Client.is_prospect, Client.manager_id).where(Client.name == "甲乙丙机械有限公司")
    ).all()
    assert set(rows) == {("G1", False, anna), (None, True, bert)}, "another manager's prospect is left alone"


def test_what_was_learned_later_is_not_overwritten_by_older_figures(folder: Path, book: Session) -> None:
    load(fill(folder, clients=CLIENTS), book)
    client = book.scalars(select(Client).where(Client.number == "G1")).one()
    save_fact(book, client, Known("branch_count", 21, "client", "2026-12-01", "二十一家"), None, None)
    book.commit()
    fill(folder, clients="客户号,客户名称,分支机构数,数据日期\nG1,甲乙丙机械有限公司,13,2026-11-20\n")
    assert "库里的数据更新（2026-12-01），没有覆盖" in told(folder, book)[0]
    load(folder, book)
    assert book.scalars(select(Client.branches).where(Client.number == "G1")).one() == 21


def test_unknown_columns_are_told_and_do_not_stop_the_import(folder: Path, book: Session) -> None:
    fill(folder, clients="客户号,客户名称,类别,客户经理,星座\nP1,甲,个人,anna,天秤\n")
    made = plan(folder, book, today=TODAY)
    assert made.applicable
    assert [(p.column, p.fatal) for p in made.problems] == [("星座", False)]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.xls", b"", "旧版 Excel"),
        ("x.xlsx", b"not a workbook", "不是有效的 Excel 文件"),
        ("x.csv", b"\xff\xfea", "编码"),
        ("x.csv", b"\x80\x81\xff\n", "既不是 UTF-8 也不是 GB18030"),
        ("x.csv", b"a\x00b,c", "不是文本文件"),
        ("x.csv", b'a,"b\n', "引号没有配对"),
        ("x.csv", "苹果,梨\n1,2\n".encode(), "看不出是哪一种表"),
        ("x.csv", b"", "看不出是哪一种表"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    folder: Path, book: Session, name: str, content: bytes, says: str
) -> None:
    (folder / name).write_bytes(content)
    problems = plan(folder / name, book, today=TODAY).problems
    assert len(problems) == 1
    assert says in str(problems[0]) and problems[0].mend


def test_a_missing_path_and_an_empty_folder_are_told(folder: Path, book: Session) -> None:
    assert "没有 CSV 或 Excel 文件" in told(folder, book)[0]
    assert "没有这个文件" in told(folder / "nowhere", book)[0]


def settings_for(url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=url, var_dir=tmp_path)


def test_the_command_imports_in_one_go_and_a_dry_run_writes_nothing(
    url: str, folder: Path, book: Session, tmp_path: Path
) -> None:
    settings = settings_for(url, tmp_path)
    fill(folder, clients=CLIENTS, holdings=HOLDINGS)
    dry = run_import(settings, [folder], dry_run=True)
    assert (dry.ok, dry.applied, dict(dry.created)) == (True, False, {"clients": 3, "holdings": 3})
    assert dry.lines()[-1] == "试运行：没有写入数据库"
    assert count(book, Client) == 0
    steps: list[tuple[int, int, str]] = []
    done = run_import(settings, [folder], report=lambda *step: steps.append(step))
    assert (done.ok, done.applied) == (True, True)
    assert done.lines() == ["客户：新增 3，更新 0，没有变化 0", "持有产品：新增 3，更新 0，没有变化 0", "已导入"]
    assert steps[-1] == (6, 6, "写入数据库")
    assert count(book, Client) == 3


def test_a_failure_while_writing_leaves_nothing(
    url: str, folder: Path, book: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder, clients=CLIENTS, holdings=HOLDINGS)

    def broken(*_: object) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr(importer._Writer, "belongings", broken)
    with pytest.raises(RuntimeError):
        run_import(settings_for(url, tmp_path), [folder])
    assert count(book, Client) == 0


def test_the_report_of_a_refused_import_says_so(url: str, folder: Path, book: Session, tmp_path: Path) -> None:
    fill(folder, clients="客户号,客户名称,类别,客户经理\n" + "".join(f"P{n},甲,猫,anna\n" for n in range(250)))
    report = run_import(settings_for(url, tmp_path), [folder])
    assert not report.ok and not report.applied
    assert len(report.lines()) == 202
    assert report.lines()[-2:] == ["……还有 50 条错误没有列出", "有 250 处错误，一行也没有导入。改好文件后再来一次"]


def test_many_rows_take_reasonable_time(folder: Path, database: Database, book: Session) -> None:
    lines = [f"P{n},客户{n},个人,anna,{n}万" for n in range(10_000)]
    fill(folder, clients="客户号,客户名称,类别,客户经理,授信额度\n" + "\n".join(lines))
    fill(folder, flows="客户号,月份,流入\n" + "\n".join(f"P{n},2026-10,{n}" for n in range(10_000)))
    started = time.process_time()
    load(folder, book)
    assert time.process_time() - started < 30, "20,000 rows; 100,000 then take some minutes at the very worst"
    assert (count(book, Client), count(book, Flow), count(book, Contact), count(book, Holding)) == (
        10_000,
        10_000,
        0,
        0,
    )
