"""What a password must be like."""

from __future__ import annotations

MIN_LENGTH = 10
MAX_LENGTH = 128  # hashing longer ones only serves to keep the server busy
COMMON = (
    "password", "passw0rd", "1234567890", "0123456789", "qwertyuiop", "1q2w3e4r5t", "iloveyou", "admin123", "88888888",
)  # fmt: skip


def password_problem(password: str, username: str) -> str | None:
    """Return what is wrong with a password, in Chinese, or None."""
    lowered = password.casefold()
    if len(password) < MIN_LENGTH:
        return f"密码太短：至少 {MIN_LENGTH} 个字符"
    if len(password) > MAX_LENGTH:
        return f"密码太长：最多 {MAX_LENGTH} 个字符"
    if username and username.casefold() in lowered:
        return "密码里不能有用户名"
    if len(set(lowered)) < 4:
        return "密码里不同的字符太少"
    if any(word in lowered for word in COMMON):
        return "密码太常见，换一个别人猜不到的"
    return None
