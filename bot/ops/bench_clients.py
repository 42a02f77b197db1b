"""`wenxu bench lookup`, clients: lists by sentence over 10,000 and 1,000,000 made-up clients, against the bare SQL.

Both run on the same database in the same run. A manager has a book of a thousand clients, whatever the bank's size, and
they lie scattered over the table. The databases are kept under `var/bench/` and made anew when this file's VERSION changes.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bot.clients.query import ClientQuery
from bot.clients.read import read_query
from bot.knowledge.library import Library
from bot.reading import Entity
from bot.settings import Settings
from bot.store import client_query
from bot.store.access import MANAGER, Actor
from bot.store.books import Books
from bot.store.database import Database
from bot.zh.extract import extract

VERSION = 3
SMALL, LARGE = 10_000, 1_000_000
BOOK = 1_000  # clients of one manager
MANAGERS = 40  # whose lists are asked for
WITHIN, GROWTH = 3.0, 1.5
SEED = 20261122
NOW = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
INDUSTRIES = (
    "装备制造",
    "外贸",
    "餐饮连锁",
    "农业",
    "建材",
    "物流",
    "食品加工",
    "零售",
    "建筑",
    "电子制造",
    "医药",
    "软件",
    "化工",
    "纺织服装",
)
REGIONS = ("沈阳", "大连", "长春", "哈尔滨", "鞍山", "吉林", "铁岭", "辽阳")
TIERS = ("支行级",) * 14 + ("二级分行级",) * 4 + ("一级分行级", "总行级")
GRADES = ("AAA", "AA", "A", "BBB", "BB", "B")
PRODUCTS = (
    "current_account",
    "personal_time_deposit",
    "payroll",
    "corp_ebank",
    "working_capital_loan",
    "cash_mgmt_wealth",
    "credit_card",
)
SUM = "(SELECT coalesce(sum(h.balance),0) FROM holdings h WHERE h.client_id=c.id AND h.product IN ({}))"
CURRENT = SUM.format("'current_account','personal_demand_deposit'")
DEPOSITS = SUM.format(
    "'current_account','personal_demand_deposit','agreement_deposit','corp_notice_deposit','corp_time_deposit','corp_large_cd',"
    "'corp_structured_deposit','personal_time_deposit','personal_large_cd','personal_notice_deposit','personal_structured_deposit'"
)
UNTOUCHED = "c.last_contact_on IS NOT NULL, c.last_contact_on, c.id"
DUE = "SELECT {} FROM holdings h WHERE h.client_id=c.id AND h.matures_on BETWEEN '2026-12-01' AND '2026-12-31'"
QUESTIONS: tuple[tuple[str, str, str, int], ...] = (  # sentence, condition, order, how many at most
    ("我的A类客户有哪些", "c.tier IN ('总行级','一级分行级')", UNTOUCHED, 0),
    ("沈阳的对公客户", "c.segment='corporate' AND c.region LIKE '%沈阳%'", UNTOUCHED, 0),
    ("三个月没拜访的", "(c.last_contact_on IS NULL OR c.last_contact_on<'2026-08-24')", UNTOUCHED, 0),
    ("营收超过5000万、员工200人以上的建材企业", "c.annual_revenue>50000000 AND c.headcount>=200 AND c.industry LIKE '%建材%' AND c.segment='corporate'", UNTOUCHED, 0),
    ("存款最多的前十", "c.is_prospect IS 0", f"{DEPOSITS} DESC, c.id", 10),
    ("活期余额超过100万的个人客户", f"c.segment='personal' AND c.is_prospect IS 0 AND {CURRENT}>1000000", UNTOUCHED, 0),
    ("没开企业网银的对公户", "c.segment='corporate' AND NOT EXISTS (SELECT 1 FROM holdings h WHERE h.client_id=c.id AND h.product IN ('corp_ebank'))", UNTOUCHED, 0),
    ("下个月到期的有哪些", f"EXISTS ({DUE.format('1')})", f"({DUE.format('min(h.matures_on)')}), c.id", 0),
    ("信用等级A以上的企业", "c.credit_grade IN ('AAA','AA','A') AND c.segment='corporate'", UNTOUCHED, 0),
    ("下个月过生日的客户", "(CAST(strftime('%m',c.birth_date) AS INT)*100+CAST(strftime('%d',c.birth_date) AS INT)) BETWEEN 1201 AND 1231", UNTOUCHED, 0),
)  # fmt: skip
Report = Callable[[str, float], None]


@dataclass(frozen=True)
class Times:
    """Seconds of one size of bank: p95 and median of our lists and of the bare SQL, median of reading and of the stamp."""

    clients: int
    ours: tuple[float, float]  # median, p95
    sql: tuple[float, float]
    reading: float
    stamp: float

    @property
    def ratio(self) -> float:
        return self.ours[1] / self.sql[1]


@dataclass(frozen=True)
class ClientFigures:
    small: Times
    large: Times

    @property
    def growth(self) -> float:
        """p95 at a million clients over p95 at ten thousand."""
        return self.large.ours[1] / self.small.ours[1]

    @property
    def ok(self) -> bool:
        return max(self.small.ratio, self.large.ratio) <= WITHIN and self.growth < GROWTH

    def __str__(self) -> str:
        lines = [f"客户清单：{len(QUESTIONS)} 种问法 × {MANAGERS} 位经理，每人 {BOOK} 位客户"]
        for t in (self.small, self.large):
            lines += [
                f"  全行 {t.clients:,} 位客户",
                f"    清单      中位数 {t.ours[0] * 1000:6.2f} ms   p95 {t.ours[1] * 1000:6.2f} ms   （读句子另要 {t.reading * 1000:.2f} ms，查名册变没变 {t.stamp * 1000:.2f} ms）",
                f"    同样的SQL 中位数 {t.sql[0] * 1000:6.2f} ms   p95 {t.sql[1] * 1000:6.2f} ms   p95 之比 {t.ratio:.2f}（要求不超过 {WITHIN:g}）",
            ]
        verdict = "合格" if self.ok else "不合格"
        return "\n".join(
            [
                *lines,
                f"  从 {SMALL:,} 到 {LARGE:,} 位客户，p95 变为 {self.growth:.2f} 倍（要求小于 {GROWTH:g}）：{verdict}",
            ]
        )


def bench_clients(settings: Settings, report: Report = lambda what, done: None, large: int = LARGE) -> ClientFigures:
    """Return the figures; the first run makes the databases, which takes a minute or two."""
    library = Library.read(settings.knowledge_dir)
    times = []
    for place, clients in enumerate((min(SMALL, large), large)):
        report(f"建库：{clients:,} 位客户", place * 0.5)
        path = made(settings.var_dir / "bench", clients)
        report(f"查询：{clients:,} 位客户", place * 0.5 + 0.4)
        times.append(measured(path, clients, library))
    return ClientFigures(*times)


def made(directory: Path, clients: int) -> Path:
    """Return the database with so many clients; an unfinished one is never left under that name."""
    path = directory / f"clients-{clients}-v{VERSION}.db"
    if path.exists():
        return path
    directory.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.unlink(missing_ok=True)
    database = Database(f"sqlite:///{draft}")
    database.migrate()
    database.dispose()
    connection = sqlite3.connect(draft)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
        connection.execute(f"PRAGMA {pragma}")
    _fill(connection, clients)
    connection.commit()
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("ANALYZE")
    connection.close()
    draft.rename(path)
    return path


def _fill(connection: sqlite3.Connection, clients: int) -> None:
    """Insert without indexes and build these at the end: several times as fast."""
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL AND tbl_name IN ('clients','holdings')"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    managers = max(1, clients // BOOK)
    users = ((i, f"m{i}", f"经理{i}", "manager", "-", 1, 0, 0, NOW.isoformat()) for i in range(1, managers + 1))
    _insert(
        connection,
        "users",
        (
            "id",
            "username",
            "display_name",
            "role",
            "password_hash",
            "active",
            "failed_logins",
            "token_version",
            "created_at",
        ),
        users,
    )
    chance = random.Random(SEED)
    _insert(connection, "clients", CLIENT_COLUMNS, (_client(i, managers, chance) for i in range(1, clients + 1)))
    _insert(
        connection,
        "holdings",
        ("client_id", "product", "reference", "balance", "as_of", "matures_on"),
        _holdings(clients, chance),
    )
    for _, sql in indexes:
        connection.execute(sql)


def _insert(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]
) -> None:
    marks = ",".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", rows)


CLIENT_COLUMNS = (
    "id", "name", "short_name", "segment", "industry", "region", "annual_revenue", "headcount", "credit_grade", "tier",
    "risk_grade", "is_group_parent", "is_core_enterprise", "is_business_owner", "is_prospect", "birth_date", "last_contact_on",
    "note", "figure_dates", "manager_id", "created_at", "updated_at",
)  # fmt: skip


def _client(number: int, managers: int, chance: random.Random) -> tuple[Any, ...]:
    corporate = chance.random() < 0.5
    contact = (NOW.date() - timedelta(days=chance.randrange(700))).isoformat() if chance.random() < 0.95 else None
    born = (
        None
        if corporate
        else date(1940 + chance.randrange(65), chance.randrange(1, 13), chance.randrange(1, 28)).isoformat()
    )
    return (
        number, f"{chance.choice(REGIONS)}测试{number}{'有限公司' if corporate else ''}", "", "corporate" if corporate else "personal",
        chance.choice(INDUSTRIES) if corporate else "", chance.choice(REGIONS), chance.randrange(100, 100_000) * 10_000 if corporate else None,
        chance.randrange(5, 3000) if corporate else None, chance.choice(GRADES) if corporate else "", chance.choice(TIERS),
        "" if corporate else f"C{chance.randrange(1, 6)}", 0, 0, 0, int(chance.random() < 0.05), born, contact, "", "{}",
        number % managers + 1, "2026-01-01 00:00:00", "2026-11-01 00:00:00",
    )  # fmt: skip


def _holdings(clients: int, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for client in range(1, clients + 1):
        for product in chance.sample(PRODUCTS, chance.randrange(1, 4)):
            due = (
                (NOW.date() + timedelta(days=chance.randrange(900))).isoformat()
                if "deposit" in product or "loan" in product
                else None
            )
            yield client, product, "", chance.randrange(1, 500) * 10_000, "2026-11-01", due


def measured(path: Path, clients: int, library: Library) -> Times:
    """Ask every question for several managers, ours and the bare SQL in turns."""
    managers = max(1, clients // BOOK)
    chosen = [1 + (i * 7919) % managers for i in range(MANAGERS)]
    database, bare = Database(f"sqlite:///{path}"), sqlite3.connect(path)
    ours: list[float] = []
    sql: list[float] = []
    reading: list[float] = []
    stamps: list[float] = []
    try:
        with database.session() as session:
            for warm in (True, False):
                for manager in chosen[: 3 if warm else None]:
                    actor, books = Actor(manager, MANAGER), Books()
                    books.terms(session, actor)
                    stamp = _timed(partial(books.terms, session, actor))
                    for sentence, where, order, most in QUESTIONS:
                        started = time.perf_counter()
                        query = _read(sentence, library)
                        read = time.perf_counter() - started
                        mine = partial(client_query.find, session, actor, query, library.client_words, NOW.date())
                        plain = partial(_bare, bare, manager, where, order, most)
                        pair = (_timed(mine), _timed(plain))
                        if not warm:
                            reading.append(read)
                            stamps.append(stamp)
                            ours.append(pair[0])
                            sql.append(pair[1])
    finally:
        bare.close()
        database.dispose()
    return Times(clients, _figures(ours), _figures(sql), median(reading), median(stamps))


def _read(sentence: str, library: Library) -> ClientQuery:
    found = [Entity(s.type, s.text, s.start, s.end, s.value) for s in extract(sentence, NOW)]
    return read_query(sentence, found, NOW.date(), library.client_words)


def _bare(connection: sqlite3.Connection, manager: int, where: str, order: str, most: int) -> tuple[int, list[Any]]:
    """The same work by hand: how many, and the first page."""
    total = connection.execute(
        f"SELECT count(*) FROM clients c WHERE c.manager_id=? AND {where}", (manager,)
    ).fetchone()[0]
    columns = "c.id, c.name, c.segment, c.industry, c.region, c.tier, c.last_contact_on, c.manager_id"
    rows = connection.execute(
        f"SELECT {columns} FROM clients c WHERE c.manager_id=? AND {where} ORDER BY {order} LIMIT {most or 10}",
        (manager,),
    )
    return total, rows.fetchall()


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _figures(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return median(ordered), ordered[int(len(ordered) * 0.95)]
