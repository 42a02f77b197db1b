from __future__ import annotations

import pytest

from bot.clients.passwords import password_problem


@pytest.mark.parametrize("password", ["bright-river-42", "一条大河波浪宽风吹稻花", "x9#Kq2!mZw"])
def test_good_passwords(password: str) -> None:
    assert password_problem(password, "anna") is None


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "太短"),
        ("x" * 129, "太长"),
        ("my-Anna-2026", "用户名"),
        ("ababababab", "太少"),
        ("Password2026", "太常见"),
        ("1234567890", "太常见"),
    ],
)
def test_bad_passwords_say_why(password: str, says: str) -> None:
    assert says in str(password_problem(password, "anna"))
