from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.store import users
from bot.store.database import Database
from bot.store.tables import User
from bot.store.users import LoginRefused, UserError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GOOD = "bright-river-42"


@pytest.fixture
def anna(session: Session) -> User:
    user = users.create_user(session, "anna", GOOD, display_name="安娜", team="一队")
    session.commit()
    return user


def fail(session: Session, times: int, now: datetime = NOW) -> None:
    for _ in range(times):
        assert isinstance(users.authenticate(session, "anna", "wrong", now), LoginRefused)
        session.commit()


def test_the_right_password_lets_in(session: Session, anna: User) -> None:
    assert users.authenticate(session, "anna", GOOD, NOW) is anna
    assert users.authenticate(session, " ＡＮＮＡ ", GOOD, NOW) is anna, "width, case and blanks do not matter"


def test_every_refusal_reads_the_same(session: Session, anna: User) -> None:
    wrong = users.authenticate(session, "anna", "wrong", NOW)
    unknown = users.authenticate(session, "nobody", "wrong", NOW)
    users.disable_user(session, "anna")
    disabled = users.authenticate(session, "anna", GOOD, NOW)
    users.enable_user(session, "anna")
    fail(session, 5)
    locked = users.authenticate(session, "anna", GOOD, NOW)
    refusals = [wrong, unknown, disabled, locked]
    assert all(isinstance(r, LoginRefused) for r in refusals)
    assert len({r.message for r in refusals if isinstance(r, LoginRefused)}) == 1
    assert [r.reason for r in refusals if isinstance(r, LoginRefused)] == ["wrong", "wrong", "disabled", "locked"]


def test_an_unknown_name_costs_the_same_password_check(
    session: Session, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = users._hasher()

    class Counting:
        def verify(self, password: str, hashed: str) -> bool:
            checked.append(hashed)
            return real.verify(password, hashed)

        def hash(self, password: str) -> str:
            return real.hash(password)

    monkeypatch.setattr(users, "_hasher", lambda: Counting())
    for name in ("anna", "nobody"):
        users.authenticate(session, name, "wrong", NOW)
    assert len(checked) == 2


def test_five_failures_lock_for_fifteen_minutes(session: Session, anna: User) -> None:
    fail(session, 5)
    assert isinstance(users.authenticate(session, "anna", GOOD, NOW + timedelta(minutes=14, seconds=59)), LoginRefused)
    assert users.authenticate(session, "anna", GOOD, NOW + timedelta(minutes=15)) is anna


def test_four_failures_do_not_lock_and_a_success_forgets_them(session: Session, anna: User) -> None:
    fail(session, 4)
    assert users.authenticate(session, "anna", GOOD, NOW) is anna
    session.commit()
    fail(session, 4)
    assert users.authenticate(session, "anna", GOOD, NOW) is anna


def test_failures_in_two_sessions_both_count(database: Database, session: Session, anna: User) -> None:
    for _ in range(5):
        with database.session() as other:
            users.authenticate(other, "anna", "wrong", NOW)
            other.commit()
    session.expire_all()
    assert anna.locked_until == NOW + users.LOCKED_FOR


def test_unlock_and_reset_let_in_again(session: Session, anna: User) -> None:
    fail(session, 5)
    users.unlock_user(session, "anna")
    assert users.authenticate(session, "anna", GOOD, NOW) is anna
    fail(session, 5)
    users.reset_password(session, "anna", "another-river-43")
    assert users.authenticate(session, "anna", "another-river-43", NOW) is anna
    assert isinstance(users.authenticate(session, "anna", GOOD, NOW), LoginRefused)


@pytest.mark.parametrize("change", ["reset", "disable"])
def test_reset_and_disable_end_every_session(session: Session, anna: User, change: str) -> None:
    version = anna.token_version
    assert users.user_by_id(session, anna.id, version) is anna
    if change == "reset":
        users.reset_password(session, "anna", "another-river-43")
    else:
        users.disable_user(session, "anna")
    assert users.user_by_id(session, anna.id, version) is None


def test_the_password_is_stored_as_an_argon2_hash(anna: User) -> None:
    assert anna.password_hash.startswith("$argon2id$")
    assert GOOD not in anna.password_hash


@pytest.mark.parametrize(
    ("name", "password", "says"),
    [
        ("anna", GOOD, "已经存在"),
        ("ＡNNA", GOOD, "已经存在"),
        ("bert", "short", "太短"),
        ("bert", "x" * 200, "太长"),
        ("bertram", "bertram-river", "用户名"),
        ("", GOOD, "1 到 60"),
        ("be rt", GOOD, "空格"),
    ],
)
def test_a_user_that_cannot_be_made_says_why(session: Session, anna: User, name: str, password: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        users.create_user(session, name, password)


def test_an_unknown_role_and_an_unknown_user_are_named(session: Session) -> None:
    with pytest.raises(UserError, match="没有角色“boss”"):
        users.create_user(session, "bert", GOOD, role="boss")
    with pytest.raises(UserError, match="没有用户“bert”"):
        users.unlock_user(session, "bert")


def test_a_demo_user_may_have_a_simple_password(session: Session) -> None:
    users.create_user(session, "demo", "demo", demo=True)
    assert isinstance(users.authenticate(session, "demo", "demo", NOW), User)
