"""The catalogue in the database: seeded, imported, versioned, searched; on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.catalogue.model import Catalogue
from bot.catalogue.search import indexed
from bot.settings import ROOT, Settings
from bot.store import catalogue as stored
from bot.store import catalogue_search
from bot.store.catalogue_import import run_import_products
from bot.store.database import Database
from bot.store.shelf import Shelf
from bot.store.tables import BankTerm, CatalogueProduct, CatalogueVersion
from tests.support.talk import library

KNOWLEDGE = ROOT / "data" / "knowledge"
TODAY = date(2026, 11, 22)
NEEDS = {n.code: n.name for n in library().bank.needs.values()}

NEW = """
products:
  - code: salary_saver
    name: 薪金存款
    aliases: [薪金存]
    segment: personal
    category: 个人存款
    summary: 工资到账自动转存。
    features: [工资到账自动转存。, {text: 开办期送积分。, until: '2026-11-30'}]
    benefits: [{need: family_liquidity, text: 工资到账就有利息。}]
    terms: {min_amount_cny: 1000, tenor_text: 随时}
bank_terms:
  - {product: agreement_deposit, term: min_retained_cny, value: 100000, source: 行发〔2026〕1号, since: '2026-10-01'}
"""


@pytest.fixture
def seeded(session: Session) -> Session:
    stored.seed(session, KNOWLEDGE, NEEDS)
    session.commit()
    return session


def settings_for(url: str, directory: Path) -> Settings:
    return Settings(var_dir=directory, database_url=url, secret_key="k" * 40, _env_file=None)


def importing(url: str, directory: Path, text: str, *, name: str = "产品.yml", dry_run: bool = False):  # type: ignore[no-untyped-def]
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return run_import_products(settings_for(url, directory), path, dry_run)


def versions(url: str) -> int:
    database = Database(url)
    with database.session() as session:
        found = len(session.scalars(select(CatalogueVersion)).all())
    database.dispose()
    return found


def loaded(url: str, today: date = TODAY) -> Catalogue:
    database = Database(url)
    with database.session() as session:
        found = stored.load(session, today)
    database.dispose()
    assert found is not None
    return found


def test_the_seeded_catalogue_is_the_one_of_the_file(seeded: Session) -> None:
    assert stored.load(seeded, TODAY) == library().catalogue


def test_seeding_again_changes_nothing(seeded: Session) -> None:
    before = stored.newest(seeded)
    assert not stored.seed(seeded, KNOWLEDGE, NEEDS).any
    assert stored.newest(seeded) == before


def test_a_changed_file_replaces_the_entry_and_keeps_the_old_one(seeded: Session, tmp_path: Path) -> None:
    changed = Path(copytree(KNOWLEDGE, tmp_path / "knowledge"))
    text = (changed / "catalogue.yml").read_text(encoding="utf-8")
    (changed / "catalogue.yml").chmod(0o644)
    (changed / "catalogue.yml").write_text(
        text.replace("      min_amount_cny: 200000\n", "      min_amount_cny: 300000\n", 1), encoding="utf-8"
    )
    assert stored.seed(seeded, changed, NEEDS).updated == ("personal_large_cd",)
    rows = seeded.scalars(
        select(CatalogueProduct).where(CatalogueProduct.code == "personal_large_cd").order_by(CatalogueProduct.id)
    ).all()
    assert [r.content["terms"]["min_amount_cny"] for r in rows] == [200000, 300000]
    assert (rows[0].replaced_id, rows[1].replaced_id) == (rows[1].version_id, None)


def test_an_import_adds_a_product_and_a_value_of_the_banks_own(url: str, tmp_path: Path) -> None:
    report = importing(url, tmp_path, NEW)
    assert report.ok, report.lines()
    found = loaded(url)
    assert found.products["salary_saver"].terms["min_amount_cny"] == 1000
    assert found.products["agreement_deposit"].terms["min_retained_cny"] == 100000
    assert found.products["agreement_deposit"].own["min_retained_cny"].source == "行发〔2026〕1号"
    assert "payroll" in found.products


def test_a_value_counts_from_its_day_on(url: str, tmp_path: Path) -> None:
    importing(url, tmp_path, NEW)
    assert loaded(url, date(2026, 9, 30)).products["agreement_deposit"].terms["min_retained_cny"] == 500000


def test_importing_the_same_file_again_changes_nothing(url: str, tmp_path: Path) -> None:
    importing(url, tmp_path, NEW)
    before = versions(url)
    assert importing(url, tmp_path, NEW).lines() == ["没有变化：文件内容与目录里的一样"]
    assert versions(url) == before


def test_a_dry_run_writes_nothing(url: str, tmp_path: Path) -> None:
    assert importing(url, tmp_path, NEW, dry_run=True).changes.created == ("salary_saver",)
    assert versions(url) == 0


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("min_amount_cny: 1000", "min_amount_cny: 一千", 3, "min_amount_cny 应当是不小于 0 的数"),
        ("family_liquidity", "family_liquidty", 3, "需求“family_liquidty”不在 needs.yml 里"),
        ("薪金存]", "福费廷]", 3, "“福费廷”是几个产品的叫法"),
        ("tenor_text: 随时", "tenor_txt: 随时", 3, "条款“tenor_txt”在 term_labels 里没有名称"),
        ("segment: personal", "segment: people", 3, "segment"),
        ("term: min_retained_cny", "term: min_kept", 13, "没有“min_kept”这一项"),
        ("product: agreement_deposit, term: min_retained_cny", "product: corp_notice_deposit, term: min_amount_cny", 13, "由监管规定固定"),
        ("since: '2026-10-01'", "since: '2026-02-30'", 13, "日期不存在"),
        ("bank_terms:", "bank_term:", 12, "不认识“bank_term”"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_its_line_and_nothing_is_written(
    url: str, tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    report = importing(url, tmp_path, NEW.replace(old, new, 1))
    assert not report.ok
    assert any(message in p.message and p.line == line for p in report.problems), report.lines()
    assert "一条也没有写入" in report.lines()[-1]
    assert versions(url) == 0


def test_the_banks_values_may_come_as_a_table(url: str, tmp_path: Path) -> None:
    table = "产品,项目,本行值,依据,生效日,失效日\n法人账户透支,本行收费标准,承诺费年化0.3%,行发2号,2026-10-01,\n协定存款,最低留存金额,10万,行发2号,2026-10-01,2026-12-31\n"
    assert importing(url, tmp_path, table, name="本行值.csv").ok
    found = loaded(url).products
    assert found["overdraft"].terms["fee_value"] == "承诺费年化0.3%"
    assert found["agreement_deposit"].terms["min_retained_cny"] == 100000
    assert loaded(url, date(2027, 1, 1)).products["agreement_deposit"].terms["min_retained_cny"] == 500000


def test_every_line_of_a_table_at_fault_is_named(url: str, tmp_path: Path) -> None:
    table = (
        "产品,项目,本行值,依据,生效日\n金财神,起点金额,1万,行发,2026-10-01\n福费廷,什么项,1,行发,2026-10-01\n"
        "福费廷,收费依据,按笔,,2026-10-01\n协定存款,最低留存金额,很多,行发,2026-10-01\n"
    )
    report = importing(url, tmp_path, table, name="本行值.csv")
    assert [p.line for p in report.problems] == [2, 3, 4, 5]


def test_what_the_bank_imported_is_not_overwritten_by_the_programs_file(url: str, tmp_path: Path) -> None:
    own = "products:\n" + NEW.split("products:\n")[1].split("bank_terms")[0].replace(
        "salary_saver", "financial_advisory"
    ).replace("[薪金存]", "[]").replace("name: 薪金存款", "name: 财务顾问")
    assert importing(url, tmp_path, own + "valid_until: '2026-12-31'\n").ok
    database = Database(url)
    with database.session() as session:
        stored.seed(session, KNOWLEDGE, NEEDS)
        session.commit()
        found = stored.load(session, TODAY)
    database.dispose()
    assert found is not None
    assert found.products["financial_advisory"].summary == "工资到账自动转存。"
    assert found.valid_until == "2026-12-31"


def test_the_shelf_gives_the_same_library_until_the_catalogue_changes(url: str, tmp_path: Path) -> None:
    shelf = Shelf(library())
    importing(url, tmp_path, NEW)
    database = Database(url)
    with database.session() as session:
        first = shelf.library(session, TODAY)
        assert shelf.library(session, TODAY) is first
        assert "开办期送积分。" in first.catalogue.products["salary_saver"].features
        assert (
            "开办期送积分。"
            not in shelf.library(session, date(2026, 12, 1)).catalogue.products["salary_saver"].features
        )
        session.add(
            BankTerm(
                product="payroll", term="fee_value", value={"value": "免费"}, source="x", since=TODAY, version_id=1
            )
        )
        session.add(CatalogueVersion(digest="2", origin="import", source="x", header={}))
        session.commit()
        assert shelf.library(session, TODAY).catalogue.products["payroll"].terms["fee_value"] == "免费"
    database.dispose()


def test_a_database_without_a_catalogue_leaves_the_one_of_the_files(session: Session) -> None:
    assert Shelf(library()).library(session, TODAY).catalogue.products.keys() == library().catalogue.products.keys()


# --- search --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("协定存款", "agreement_deposit"),
        ("邪定存款", "agreement_deposit"),
        ("xieding cunkuan", "agreement_deposit"),
        ("福废庭", "forfaiting"),
        ("票据池子", "bill_pool"),
        ("跨境资金", "crossborder_rmb_pool"),
        ("流动资金贷", "working_capital_loan"),
        ("锁汇率", "fx_forward"),
        ("家族信拖", "family_trust"),
        ("月末勾对回单", "e_reconciliation"),
    ],
)  # fmt: skip
def test_a_product_is_found_by_name_typo_sound_feature_or_need(seeded: Session, query: str, code: str) -> None:
    assert code in catalogue_search.ranked(seeded, library().catalogue, query)[:3]


def test_every_name_and_alias_finds_its_product_among_the_first_three(seeded: Session) -> None:
    catalogue = library().catalogue
    shared = {a.alias for a in catalogue.ambiguous.values()} | {s.word for s in catalogue.siblings}
    lost = []
    for product in catalogue.products.values():
        for name in (product.name, *product.aliases):
            if name not in shared and product.code not in catalogue_search.ranked(seeded, catalogue, name)[:3]:
                lost.append(name)
    assert lost == []


@pytest.mark.parametrize("query", ["", "  ", "'", '"', "a'b | c & !", "％％", "NEAR(", "协定 OR ) 存款:*", "😀"])
def test_any_text_can_be_searched_for(seeded: Session, query: str) -> None:
    assert isinstance(catalogue_search.search(seeded, query), list)


def test_an_index_that_is_rebuilt_holds_nothing_of_the_old_one(seeded: Session) -> None:
    one = library().catalogue.products["forfaiting"]
    catalogue_search.rebuild(seeded, [indexed(one, NEEDS)])
    assert [c for c, _ in catalogue_search.search(seeded, "福费廷 协定存款")] == ["forfaiting"]
