"""`wenxu bench lookup`, products: 10,000 made-up products, the search as it is used against the bare SQL.

Both run on the same database in the same run, so that the ratio means something on any machine.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bot.catalogue.model import Catalogue, Product
from bot.catalogue.names import NameBook
from bot.catalogue.search import indexed, query_tokens
from bot.store import catalogue_search
from bot.store.database import Database

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PRODUCTS = 10_000
QUERIES = 200
WITHIN = 3.0  # how many times the bare SQL the search may take
SEED = 20261122
SYLLABLES = "薪金惠利通达融信汇盈丰安泰顺宏盛捷易联创启航远恒润泽嘉瑞祥和益鑫聚宝"
KINDS = ("存款", "理财", "贷款", "保理", "信用证", "票据池", "保函", "资金池", "代发", "对账服务", "年金", "存单")
FOR = ("单位", "个人", "小微", "集团", "跨境", "园区", "三农", "科创")
Report = Callable[[str, float], None]


@dataclass(frozen=True)
class LookupFigures:
    """Seconds. `ratio`: p95 of the search over p95 of the bare SQL."""

    products: int
    queries: int
    search: tuple[float, float]  # median, p95
    sql: tuple[float, float]
    found: float  # share of queries whose own product came among the first three

    @property
    def ratio(self) -> float:
        return self.search[1] / self.sql[1]

    @property
    def ok(self) -> bool:
        return self.ratio <= WITHIN

    def __str__(self) -> str:
        verdict = "合格" if self.ok else f"超过 {WITHIN:g} 倍"
        return "\n".join(
            [
                f"产品检索：{self.products} 个产品，{self.queries} 次查询（写错一个字、半个名字、整句问话各占三分之一）",
                f"  检索      中位数 {self.search[0] * 1000:6.2f} ms   p95 {self.search[1] * 1000:6.2f} ms",
                f"  同样的SQL 中位数 {self.sql[0] * 1000:6.2f} ms   p95 {self.sql[1] * 1000:6.2f} ms",
                f"  p95 之比  {self.ratio:.2f}（要求不超过 {WITHIN:g}，{verdict}）；前三名里有要找的：{self.found:.0%}",
            ]
        )


def bench_products(report: Report = lambda what, done: None, products: int = PRODUCTS) -> LookupFigures:
    """Return the figures; works in a temporary SQLite database."""
    made = generated(products)
    catalogue = Catalogue({p.code: p for p in made})
    with TemporaryDirectory(prefix="wenxu-bench-") as directory:
        database = Database(f"sqlite:///{Path(directory) / 'bench.db'}")
        try:
            report("建库", 0.1)
            database.migrate()
            with database.session() as session:
                catalogue_search.rebuild(session, (indexed(p, {}) for p in made))
                session.commit()
                report("查询", 0.5)
                return measured(session, catalogue, made)
        finally:
            database.dispose()


def generated(count: int) -> list[Product]:
    """Return products with different names, always the same ones."""
    chance = random.Random(SEED)
    made: dict[str, Product] = {}
    while len(made) < count:
        name = chance.choice(FOR) + "".join(chance.sample(SYLLABLES, 3)) + chance.choice(KINDS)
        code = f"p{len(made):05}"
        made.setdefault(name, _product(code, name, chance))
    return list(made.values())


def _product(code: str, name: str, chance: random.Random) -> Product:
    words = "".join(chance.choices(SYLLABLES, k=24))
    return Product(
        code,
        name,
        chance.choice(("corporate", "personal")),
        name[5:],
        f"面向{name[:2]}客户的{name[5:]}，{words}",
        aliases=(name[2:], name[2:5]),
        features=(f"{words[:12]}。", f"{words[12:]}。"),
    )


def queries(made: Sequence[Product]) -> Iterator[tuple[str, str]]:
    """Yield (query, code): one character wrong, half the name, the name within a question."""
    chance = random.Random(SEED + 1)
    for number in range(QUERIES):
        product = chance.choice(made)
        name = product.name
        at = chance.randrange(len(name))
        wrong = name[:at] + chance.choice(SYLLABLES) + name[at + 1 :]
        yield (wrong, name[1:6], f"{name}起点是多少")[number % 3], product.code


def measured(session: Session, catalogue: Catalogue, made: Sequence[Product]) -> LookupFigures:
    asked = list(queries(made))
    for query, _ in asked[:20]:  # warm caches for both
        catalogue_search.ranked(session, catalogue, query)
    searching, bare, hits = [], [], 0
    cursor: Any = session.connection().connection.cursor()
    statement = str(catalogue_search.FTS).replace(":query", "?").replace(":most", "?")
    for query, code in asked:
        found, seconds = _timed(partial(catalogue_search.ranked, session, catalogue, query))
        searching.append(seconds)
        hits += code in found[:3]
        match = " OR ".join(f'"{t}"' for t in query_tokens(query))
        fetch = partial(_fetched, cursor, statement, (match, catalogue_search.RANKED))
        _, seconds = _timed(fetch)
        bare.append(seconds)
    return LookupFigures(len(made), len(asked), _spread(searching), _spread(bare), hits / len(asked))


def _fetched(cursor: Any, statement: str, values: tuple[Any, ...]) -> Any:
    return cursor.execute(statement, values).fetchall()


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def _spread(seconds: list[float]) -> tuple[float, float]:
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]


def names_seconds(products: int = PRODUCTS) -> float:
    """Return how long the index of names takes to build; once for each version of the catalogue."""
    made = generated(products)
    return _timed(lambda: NameBook(Catalogue({p.code: p for p in made})))[1]
