"""Work out what an import would change, row against database, without changing anything.

A client is known by id when it is in the database and by a negative number while it is only in the files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients.sheet import Problem, Row
from bot.store.access import LEAD, MANAGER
from bot.store.records import dates_for
from bot.store.tables import Base, Client, Contact, Flow, Holding, User

Progress = Callable[[int, int, str], None]  # done, total, what is going on
OURS = frozenset({"我行", "本行", "咱行", "我们行", "本行账户"})
CHUNK = 500  # ids in one IN (…)
TICK = 1000  # rows between two calls of the progress
NAMES = {"contacts": "联系人", "holdings": "持有产品", "flows": "流水"}
NOT_COLUMNS = frozenset({"manager", "parent", "as_of", "client"})


@dataclass(frozen=True)
class Change:
    """One row to write. `id`: the row in the database, None for a new one; `client`: its client's key."""

    table: str
    id: int | None
    client: int
    values: dict[str, Any]
    parent: int | None = None

    @property
    def is_new(self) -> bool:
        return self.id is None


@dataclass
class ImportPlan:
    """What an import would do. It can be applied when no problem is fatal."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: dict[str, int] = field(default_factory=dict)
    rows: int = 0

    @property
    def applicable(self) -> bool:
        return not any(p.fatal for p in self.problems)

    def count(self, table: str, new: bool) -> int:
        return sum(c.table == table and c.is_new == new for c in self.changes)


class Directory:
    """The clients by what they are called, those in the database and those in the files."""

    def __init__(self, session: Session) -> None:
        self.by_number: dict[str, int] = {}
        self.by_uscc: dict[str, int] = {}
        self.by_name: dict[str, set[int]] = {}
        self.prospects: dict[tuple[int, str], int] = {}  # (manager, name) → key
        columns = (Client.id, Client.number, Client.uscc, Client.name, Client.manager_id, Client.is_prospect)
        for id_, number, uscc, name, manager, prospect in session.execute(select(*columns)):
            self.add(id_, number, uscc, name)
            if prospect:
                self.prospects[manager, name] = id_

    def add(self, key: int, number: str | None, uscc: str | None, name: str) -> None:
        if number:
            self.by_number[number] = key
        if uscc:
            self.by_uscc[uscc] = key
        self.by_name.setdefault(name, set()).add(key)

    def find(self, texts: Iterable[str]) -> tuple[int | None, str]:
        """Return the client that one of the texts stands for, or None and why not."""
        texts = tuple(texts)
        for text in texts:
            key = self.by_uscc.get(text.upper()) or self.by_number.get(text)
            if key is not None:
                return key, ""
        for text in texts:
            named = self.by_name.get(text, set())
            if len(named) == 1:
                return next(iter(named)), ""
            if named:
                return None, f"有 {len(named)} 个客户叫“{text}”"
        return None, f"没有客户“{texts[0]}”" if texts else "没有写是哪个客户"


class Planner:
    """Plans one import. `rows` by table, as `bot.clients.sheet` read them."""

    def __init__(self, session: Session, today: date, progress: Progress | None = None) -> None:
        self.session = session
        self.today = today
        self.progress = progress or (lambda done, total, what: None)
        self.plan = ImportPlan()
        self.directory = Directory(session)
        self.seen: dict[tuple[Any, ...], Row] = {}
        self.new = 0
        self.users = _managers(session)

    def run(self, rows: Mapping[str, Sequence[Row]]) -> ImportPlan:
        self.plan.rows = sum(map(len, rows.values()))
        self._clients(rows.get("clients", ()))
        for table, model in (("contacts", Contact), ("holdings", Holding), ("flows", Flow)):
            self._belongings(table, model, rows.get(table, ()))
        return self.plan

    def refuse(self, row: Row, code: str, message: str, mend: str) -> None:
        self.plan.problems.append(row.problem(code, message, mend))

    def _ticking(self, pairs: Sequence[tuple[Row, int]], what: str) -> Iterator[tuple[Row, int]]:
        for done, pair in enumerate(pairs):
            if done % TICK == 0:
                self.progress(done, len(pairs), f"核对{what}")
            yield pair

    def _first(self, row: Row, code: str, *key: Any) -> bool:
        """Return whether this is the first row with the key, and report it otherwise."""
        earlier = self.seen.setdefault(key, row)
        if earlier is row:
            return True
        where = f"第 {earlier.line} 行" if earlier.file == row.file else f"{earlier.file} 第 {earlier.line} 行"
        self.refuse(row, code, f"和{where}重复", "同一条只留一行")
        return False

    # ------------------------------------------------------------------ clients

    def _clients(self, rows: Sequence[Row]) -> None:
        matched = [(row, key) for row in rows if (key := self._identify(row)) is not None]
        existing = self._existing(Client, Client.id, [key for _, key in matched if key > 0])
        stored = {r["id"]: r for r in existing}
        for row, key in self._ticking(matched, "客户"):
            self._client(row, key, stored.get(key))

    def _identify(self, row: Row) -> int | None:
        """Return the key of the row's client, a new one when it is new; None when the row is refused."""
        number, uscc, name = row.values.get("number"), row.values.get("uscc"), row.values["name"]
        by_uscc = self.directory.by_uscc.get(uscc) if uscc else None
        by_number = self.directory.by_number.get(number) if number else None
        if by_uscc is not None and by_number is not None and by_uscc != by_number:
            self.refuse(row, "number", "客户号和统一社会信用代码属于两个不同的客户", "核对后改正其中一个")
            return None
        key = by_uscc if by_uscc is not None else by_number
        if key is None:
            key = self._same_prospect(row)
        if not uscc and not number and key is None and not row.values.get("is_prospect"):
            self.refuse(
                row, "number", "统一社会信用代码和客户号都是空的", "至少填一个；还没开户的填“是否潜在客户”为 是"
            )
            return None
        if key is None:
            self.new += 1
            key = -self.new
        if not self._first(row, "name", "clients", key):
            return None
        self.directory.add(key, number, uscc, name)
        return key

    def _same_prospect(self, row: Row) -> int | None:
        """A prospect met in a conversation becomes the client of that name when it opens an account.

        Private persons of one name may be two persons: these are not joined, unless the row is about a prospect too.
        """
        manager = self.users.get(row.values.get("manager", ""))
        corporate = row.values.get("segment", "corporate" if "uscc" in row.values else "") == "corporate"
        if manager is None or not (corporate or row.values.get("is_prospect")):
            return None
        return self.directory.prospects.get((manager, row.values["name"]))

    def _client(self, row: Row, key: int, stored: Mapping[str, Any] | None) -> None:
        as_of = row.values.get("as_of", self.today)
        values = {c: v for c, v in row.values.items() if c not in NOT_COLUMNS}
        good = self._past(row, "as_of", "birth_date", "last_contact_on")
        good &= self._manager(row, values, stored)
        good &= self._identity_kept(row, stored)
        good &= self._segment(row, values, stored)
        parent, found = self._parent(row, key)
        if not (good and found):
            return
        if stored is None:
            values = _client_defaults() | values | {"figure_dates": dates_for(values, as_of)}
            self.plan.changes.append(Change("clients", None, key, values, parent))
            return
        if stored["is_prospect"] and not values.get("is_prospect") and (values.get("number") or values.get("uscc")):
            values["is_prospect"] = False
        changed = self._changed_columns(row, values, stored, as_of)
        if parent is not None and parent == stored["parent_id"]:
            parent = None
        self._note_change("clients", key, key, changed, parent)

    def _changed_columns(
        self, row: Row, values: dict[str, Any], stored: Mapping[str, Any], as_of: date
    ) -> dict[str, Any]:
        """Return the columns to write: what is newer in the database stays, what is the same gets the newer date."""
        dates = dict(stored["figure_dates"] or {})
        changed: dict[str, Any] = {}
        for column, value in values.items():
            own = dates.get(column)
            if own and own > as_of.isoformat():
                if stored[column] != value:
                    message = f"库里的数据更新（{own}），没有覆盖"
                    self.plan.problems.append(row.problem(column, message, "要覆盖就填更晚的数据日期", fatal=False))
                continue
            dates = dates_for([column], as_of, dates)
            if stored[column] != value:
                changed[column] = value
        return changed | ({"figure_dates": dates} if dates != (stored["figure_dates"] or {}) else {})

    def _past(self, row: Row, *codes: str) -> bool:
        for code in codes:
            if (day := row.values.get(code)) and day > self.today:
                self.refuse(row, code, f"{day.isoformat()} 还没有到", "填今天或以前的日期")
                return False
        return True

    def _manager(self, row: Row, values: dict[str, Any], stored: Mapping[str, Any] | None) -> bool:
        name = row.values.get("manager")
        if name is None:
            if stored is None:
                self.refuse(row, "manager", "新客户没有客户经理", "填客户经理的用户名")
            return stored is not None
        if name not in self.users:
            self.refuse(
                row, "manager", f"没有叫“{name}”的客户经理，或者已停用", "填用户名；用 wenxu user list 看有哪些"
            )
            return False
        values["manager_id"] = self.users[name]
        return True

    def _identity_kept(self, row: Row, stored: Mapping[str, Any] | None) -> bool:
        for code in ("uscc", "number"):
            new = row.values.get(code)
            if stored is not None and new and stored[code] and stored[code] != new:
                self.refuse(
                    row, code, f"和库里的不一致（库里是 {stored[code]}）", "核对后改正；确实换了的，先请管理员改"
                )
                return False
        return True

    def _segment(self, row: Row, values: dict[str, Any], stored: Mapping[str, Any] | None) -> bool:
        if "segment" not in values and stored is None:
            if "uscc" not in values:
                self.refuse(row, "segment", "新客户没有写客户类别", "填 对公 或 个人")
                return False
            values["segment"] = "corporate"
        return True

    def _parent(self, row: Row, key: int) -> tuple[int | None, bool]:
        """Return (the parent's key, True), or (None, False) when it is refused. Parents may stand further down."""
        texts = row.values.get("parent")
        if not texts:
            return None, True
        parent, why = self.directory.find(texts)
        if parent is None or parent == key:
            self.refuse(
                row,
                "parent",
                why or "上级客户是它自己",
                "填上级的客户号或统一社会信用代码；上级也要在库里或这次的文件里",
            )
            return None, False
        return parent, True

    # ------------------------------------------------------------------ what belongs to clients

    def _belongings(self, table: str, model: type[Base], rows: Sequence[Row]) -> None:
        found = [(row, key) for row in rows if (key := self._owner(row)) is not None]
        key_of = {"contacts": _contact_key, "holdings": _holding_key, "flows": _flow_key}[table]
        client_id = model.__table__.c.client_id
        existing = self._existing(model, client_id, {key for _, key in found if key > 0})
        stored = {key_of(r["client_id"], r): r for r in existing}
        for row, client in self._ticking(found, NAMES[table]):
            values = _belonging(table, row.values, self.today)
            place = key_of(client, values)
            if self._sound(row) and self._first(row, "client", table, *place):
                self._belonging(table, row, client, values, stored.get(place))

    def _owner(self, row: Row) -> int | None:
        key, why = self.directory.find(row.values["client"])
        if key is None:
            self.refuse(row, "client", why, "填客户号或统一社会信用代码；客户要在库里或这次的客户文件里")
        return key

    def _sound(self, row: Row) -> bool:
        opened, matures = row.values.get("opened_on"), row.values.get("matures_on")
        if opened and matures and matures < opened:
            self.refuse(row, "matures_on", "到期日早于开办日期", "核对两个日期")
            return False
        return self._past(row, "as_of", "month")

    def _belonging(
        self, table: str, row: Row, client: int, values: dict[str, Any], stored: Mapping[str, Any] | None
    ) -> None:
        if stored is None:
            columns: dict[str, Any] = {c.name: None for c in _columns(table) if c.name not in ("id", "client_id")}
            self.plan.changes.append(Change(table, None, client, {**columns, **_TEXT_DEFAULTS[table], **values}))
            return
        if table == "holdings" and stored["as_of"] and "as_of" in values and stored["as_of"] > values["as_of"]:
            message = f"库里的余额更新（{stored['as_of']}），没有覆盖"
            self.plan.problems.append(row.problem("balance", message, "要覆盖就填更晚的数据日期", fatal=False))
            values = {c: v for c, v in values.items() if c not in ("balance", "as_of")}
        changed = {c: v for c, v in values.items() if stored[c] != v}
        self._note_change(table, stored["id"], client, changed)

    # ------------------------------------------------------------------ both

    def _note_change(
        self, table: str, id_: int, client: int, changed: dict[str, Any], parent: int | None = None
    ) -> None:
        if changed or parent is not None:
            self.plan.changes.append(Change(table, id_, client, changed, parent))
        else:
            self.plan.unchanged[table] = self.plan.unchanged.get(table, 0) + 1

    def _existing(self, model: type[Base], column: Any, ids: Iterable[int]) -> Iterator[Mapping[str, Any]]:
        wanted = sorted(set(ids))
        for start in range(0, len(wanted), CHUNK):
            query = select(model.__table__).where(column.in_(wanted[start : start + CHUNK]))
            yield from (dict(row) for row in self.session.execute(query).mappings())


def _managers(session: Session) -> dict[str, int]:
    """Return the ids of those who may keep a book, by username, and by name where only one goes by it."""
    rows = session.execute(
        select(User.id, User.username, User.display_name).where(User.active, User.role.in_((MANAGER, LEAD)))
    ).all()
    names = [display for _, _, display in rows]
    found = {display: id_ for id_, _, display in rows if names.count(display) == 1}
    return found | {username: id_ for id_, username, _ in rows}


def _columns(table: str) -> Iterable[Any]:
    return {"contacts": Contact, "holdings": Holding, "flows": Flow}[table].__table__.columns


_TEXT_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "contacts": {"title": "", "role": "unknown", "phone": "", "email": "", "note": ""},
    "holdings": {"reference": ""},
    "flows": {"bank": ""},
}


def _client_defaults() -> dict[str, Any]:
    """Every column of a new client, so that all new clients go in with one statement."""
    columns: dict[str, Any] = {
        c.name: None for c in Client.__table__.columns if c.name not in ("id", "created_at", "updated_at")
    }
    texts = ("short_name", "industry", "region", "credit_grade", "tier", "risk_grade", "note")
    flags = ("is_group_parent", "is_core_enterprise", "is_business_owner", "is_prospect")
    return columns | dict.fromkeys(texts, "") | dict.fromkeys(flags, False)


def _belonging(table: str, values: Mapping[str, Any], today: date) -> dict[str, Any]:
    columns = {c: v for c, v in values.items() if c not in NOT_COLUMNS}
    if table == "holdings" and "balance" in columns:
        columns["as_of"] = values.get("as_of", today)
    if table == "flows":
        bank = columns.get("bank", "")
        columns["bank"] = "" if bank in OURS else bank
    return columns


def _contact_key(client: int, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return client, values["name"], values.get("title") or ""


def _holding_key(client: int, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return client, values["product"], values.get("reference") or ""


def _flow_key(client: int, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return client, values["month"], values.get("bank") or ""
