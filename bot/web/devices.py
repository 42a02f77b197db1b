"""What to call a device, by what its browser says of itself. For people to recognise it, nothing is decided by it."""

from __future__ import annotations

BROWSERS = (
    ("wxwork", "企业微信"),
    ("micromessenger", "微信"),
    ("edg/", "Edge"),
    ("opr/", "Opera"),
    ("firefox", "Firefox"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
SYSTEMS = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("harmonyos", "鸿蒙"),
    ("android", "安卓"),
    ("windows", "Windows"),
    ("mac os", "Mac"),
    ("linux", "Linux"),
)


def named(user_agent: str) -> str:
    """Return for example "Chrome（Windows）"; "程序" for what is no browser."""
    said = user_agent.casefold()
    browser = next((name for sign, name in BROWSERS if sign in said), "")
    system = next((name for sign, name in SYSTEMS if sign in said), "")
    if not browser:
        return system or "程序"
    return f"{browser}（{system}）" if system else browser
